package explain

import "github.com/gomlx/gomlx/core/tensors"

// tensorOf makes a tensor of the given dimensions, or a vector where there are none.
func tensorOf[T float32 | float64](v []T, dims ...int) *tensors.Tensor {
	if len(dims) == 0 {
		dims = []int{len(v)}
	}
	return tensors.FromFlatDataAndDimensions(v, dims...)
}
