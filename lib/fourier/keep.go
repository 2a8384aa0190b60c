package fourier

import (
	"cmp"
	"fmt"
	"slices"

	"nncourse/lib/conv"
)

// Keeping some coefficients of a picture's spectrum and dropping the others. A mask is [h, w] numbers, row-major, frequency 0 first,
// 1 where the coefficient is kept and 0 where not, or anything between. For a real picture x̂[−k, −l] is the conjugate of
// x̂[k, l], and the two together are one real wave: the masks here keep both or none, so that what remains is real.

// Mirror is the index, in an [h, w] spectrum, of the frequency opposite to that of index i. It is i itself at the four (or two, or
// one) frequencies whose components are all 0 or 1/2.
func Mirror(i, h, w int) int {
	k, l := i/w, i%w
	return (h-k)%h*w + (w-l)%w
}

// KeepFirst returns the mask of the first k coefficients in the given order of indices, each together with its mirror: k or k+1
// of them, or all. Indices that came already, as a mirror, are skipped. Masks for growing k are nested. It panics if k < 0.
func KeepFirst(order []int, k, h, w int) []float64 {
	if k < 0 {
		panic(fmt.Sprintf("fourier: %d coefficients to keep", k))
	}
	mask, kept := make([]float64, h*w), 0
	for _, i := range order {
		if kept >= k {
			break
		}
		for _, j := range []int{i, Mirror(i, h, w)} {
			if mask[j] == 0 {
				mask[j] = 1
				kept++
			}
		}
	}
	return mask
}

// ByImportance orders the indices of a spectrum by falling importance, [h·w] numbers: power, a learned mask, or whatever else. A
// frequency counts as much as the sum of it and its mirror. Ties go to the lower frequency, and then to the smaller index. NaN comes last.
func ByImportance(importance []float64, h, w int) []int {
	if len(importance) != h*w {
		panic(fmt.Sprintf("fourier: %d importances for a spectrum of %d×%d", len(importance), h, w))
	}
	order := ByFrequency(h, w)
	slices.SortStableFunc(order, func(i, j int) int {
		return cmp.Compare(importance[j]+importance[Mirror(j, h, w)], importance[i]+importance[Mirror(i, h, w)])
	})
	return order
}

// ByFrequency orders the indices of an [h, w] spectrum by rising Radius, and then by index:
// KeepFirst of it is a low pass.
func ByFrequency(h, w int) []int {
	order, radius := make([]int, h*w), make([]float64, h*w)
	for i := range order {
		order[i], radius[i] = i, Radius(i/w, i%w, h, w)
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(radius[i], radius[j]) })
	return order
}

// Masked returns the picture x [h, w] with its spectrum multiplied by the mask: F⁻¹(M ⊙ Fx). O(h·w·log(h·w)). The result is real if
// the mask has the same value at each frequency and its mirror; else its imaginary part is dropped. It panics unless x and mask have h·w > 0 values.
func Masked(x, mask []float64, h, w int) []float64 {
	m := rows(mask, h, w)
	spectrum := conv.Spectrum2D(rows(x, h, w))
	for k := range spectrum {
		for l := range spectrum[k] {
			spectrum[k][l] *= complex(m[k][l], 0)
		}
	}
	return slices.Concat(conv.FromSpectrum2D(spectrum)...)
}

// KeptEnergy is the share of a spectrum's power that a mask keeps, Σ M²p/Σp: by Parseval the share of Σx² that Masked leaves. It is 1
// for a spectrum of zeros.
func KeptEnergy(power, mask []float64) float64 {
	kept, sum := 0.0, 0.0
	for i, p := range power {
		kept, sum = kept+mask[i]*mask[i]*p, sum+p
	}
	if sum == 0 {
		return 1
	}
	return kept / sum
}
