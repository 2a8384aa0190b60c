package conv

import "fmt"

// Cost returns the multiplications of a convolutional layer on one picture, stride 1, mode Valid: from in maps of M×N pixels to out
// maps by kernels m×n,
//
//	(M − m + 1)(N − n + 1) · m n · in · out.
//
// It panics unless all are positive and the kernel fits.
func Cost(M, N, m, n, in, out int) int {
	positive("cost", in, out)
	o := Options{}
	return o.Size(M, m) * o.Size(N, n) * m * n * in * out
}

// FullParameters returns the weights and biases of a fully connected layer between in maps of M×N pixels and out maps of
// M'×N': (M N in + 1) M' N' out.
func FullParameters(M, N, in, M1, N1, out int) int {
	positive("full connection", M, N, in, M1, N1, out)
	return (M*N*in + 1) * M1 * N1 * out
}

// LocalParameters returns those of a locally connected layer with kernels m×n: (m n in + 1) M' N' out.
func LocalParameters(m, n, in, M1, N1, out int) int {
	positive("local connection", m, n, in, M1, N1, out)
	return (m*n*in + 1) * M1 * N1 * out
}

// ConvolutionalParameters returns those of a convolutional layer: (m n in + 1) out, whatever the size of the picture.
func ConvolutionalParameters(m, n, in, out int) int {
	positive("convolution", m, n, in, out)
	return (m*n*in + 1) * out
}

func positive(what string, v ...int) {
	for _, n := range v {
		if n < 1 {
			panic(fmt.Sprintf("conv: a %s with sizes %v: all must be positive", what, v))
		}
	}
}
