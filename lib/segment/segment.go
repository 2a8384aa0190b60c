// Package segment measures segmentations, which give every pixel of an image a class: confusion counts, pixel accuracy,
// intersection over union, where the errors lie, and the constant mask as the baseline.
//
// A mask is a []uint8 of classes, one a pixel; in one of two classes 1 is the object and 0 the rest. The masks of many
// images may stand one after the other.
package segment

import (
	"fmt"
	"math"
	"slices"
)

// Confusion counts pixels: Confusion[i][j] is the number of those of class i that were given class j. It is K×K.
type Confusion [][]int

// Compare counts two masks of one length. It panics if they differ in length or hold a class ≥ classes.
func Compare(classes int, truth, guess []uint8) Confusion {
	if len(truth) != len(guess) {
		panic(fmt.Sprintf("segment: a mask of %d pixels and one of %d", len(truth), len(guess)))
	}
	c := make(Confusion, classes)
	for i := range c {
		c[i] = make([]int, classes)
	}
	for p, t := range truth {
		if int(t) >= classes || int(guess[p]) >= classes {
			panic(fmt.Sprintf("segment: pixel %d has the classes %d and %d, and there are %d", p, t, guess[p], classes))
		}
		c[t][guess[p]]++
	}
	return c
}

// Add adds the counts of d to c. It panics if d has another number of classes.
func (c Confusion) Add(d Confusion) {
	if len(c) != len(d) {
		panic(fmt.Sprintf("segment: counts of %d classes and of %d", len(c), len(d)))
	}
	for i := range c {
		for j := range c {
			c[i][j] += d[i][j]
		}
	}
}

// Pixels is the number of pixels counted.
func (c Confusion) Pixels() int {
	n := 0
	for _, row := range c {
		for _, v := range row {
			n += v
		}
	}
	return n
}

// PixelAccuracy is the share of pixels with the right class, Σᵢ cᵢᵢ / Σᵢⱼ cᵢⱼ; NaN without pixels.
func (c Confusion) PixelAccuracy() float64 {
	right := 0
	for i := range c {
		right += c[i][i]
	}
	return ratio(right, c.Pixels())
}

// IoU is the intersection over union of a class, also called Jaccard's index,
//
//	IoU_k = |truth = k and guess = k| / |truth = k or guess = k| = c_kk / (Σⱼ c_kj + Σᵢ c_ik − c_kk),
//
// from 0, no pixel in common, to 1, the same pixels. It is NaN where neither mask has the class. Pixels that are rightly
// not k count nowhere, so an empty foreground cannot look good.
func (c Confusion) IoU(k int) float64 {
	union := -c[k][k]
	for j := range c {
		union += c[k][j] + c[j][k]
	}
	return ratio(c[k][k], union)
}

// IoUs gives the IoU of each class.
func (c Confusion) IoUs() []float64 {
	v := make([]float64, len(c))
	for k := range v {
		v[k] = c.IoU(k)
	}
	return v
}

// MeanIoU is the mean of the classes' IoU over the classes that occur in either mask; NaN without pixels.
func (c Confusion) MeanIoU() float64 {
	sum, n := 0.0, 0
	for k := range c {
		if v := c.IoU(k); !math.IsNaN(v) {
			sum, n = sum+v, n+1
		}
	}
	return sum / float64(n)
}

// Dice is Dice's coefficient of a class, also called F₁: 2|A ∩ B| / (|A| + |B|) = 2·IoU/(1 + IoU).
func (c Confusion) Dice(k int) float64 {
	v := c.IoU(k)
	return 2 * v / (1 + v)
}

func ratio(a, b int) float64 {
	if b == 0 {
		return math.NaN()
	}
	return float64(a) / float64(b)
}

// IoU is the intersection over union of the pixels ≠ 0 of two masks; NaN where both are empty. Of many images one after
// the other it is the IoU of the whole, in which large objects weigh more than small ones.
func IoU(truth, guess []uint8) float64 {
	if len(truth) != len(guess) {
		panic(fmt.Sprintf("segment: a mask of %d pixels and one of %d", len(truth), len(guess)))
	}
	both, either := 0, 0
	for p, t := range truth {
		if t != 0 || guess[p] != 0 {
			either++
			if t != 0 && guess[p] != 0 {
				both++
			}
		}
	}
	return ratio(both, either)
}

// EachIoU gives the IoU of each image, for masks of size pixels one after the other.
func EachIoU(truth, guess []uint8, size int) []float64 {
	if size < 1 || len(truth)%size != 0 {
		panic(fmt.Sprintf("segment: %d pixels are no images of %d", len(truth), size))
	}
	v := make([]float64, 0, len(truth)/size)
	for lo := 0; lo < len(truth); lo += size {
		v = append(v, IoU(truth[lo:lo+size], guess[lo:lo+size]))
	}
	return v
}

// Threshold gives the mask of the values > t. With logits, t = 0 is the probability ½.
func Threshold(values []float32, t float32) []uint8 {
	mask := make([]uint8, len(values))
	for p, v := range values {
		if v > t {
			mask[p] = 1
		}
	}
	return mask
}

// MeanMask is the share of images in which each pixel is ≠ 0, [size], for masks one after the other.
func MeanMask(masks []uint8, size int) []float32 {
	if size < 1 || len(masks) == 0 || len(masks)%size != 0 {
		panic(fmt.Sprintf("segment: %d pixels are no images of %d", len(masks), size))
	}
	mean := make([]float32, size)
	for p, m := range masks {
		if m != 0 {
			mean[p%size]++
		}
	}
	for p := range mean {
		mean[p] /= float32(len(masks) / size)
	}
	return mean
}

// BestConstant is the constant mask with the greatest IoU on the given masks among those that a threshold makes of their
// mean: what can be said without looking at the image.
//
// No other constant mask is better. Let n masks have s₁ ≥ s₂ ≥ … ones at the places in decreasing order, and S in all.
// A constant mask of k places has the IoU I/(nk + S − I), where I is the sum of its places' counts: of all masks with
// k places that of the k greatest has the greatest I, and the IoU grows with I.
func BestConstant(masks []uint8, size int) (mask []uint8, iou float64) {
	mean := MeanMask(masks, size)
	n := float64(len(masks) / size)
	order := make([]int, size)
	total := 0.0 // S
	for p := range order {
		order[p] = p
		total += float64(mean[p]) * n
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case mean[a] > mean[b]:
			return -1
		case mean[a] < mean[b]:
			return 1
		}
		return 0
	})
	inside, best := 0.0, 0 // I; number of places of the best mask
	for k, p := range order {
		inside += float64(mean[p]) * n
		if v := inside / (n*float64(k+1) + total - inside); v > iou {
			iou, best = v, k+1
		}
	}
	mask = make([]uint8, size)
	for _, p := range order[:best] {
		mask[p] = 1
	}
	return mask, iou
}

// EdgeDistance gives for each pixel of a mask [h, w] how many steps to one of the eight neighbours lead to the nearest
// pixel of another class: 1 on either side of an edge. In a mask of one class all are h + w. By breadth-first search, O(hw).
func EdgeDistance(mask []uint8, h, w int) []int {
	if len(mask) != h*w {
		panic(fmt.Sprintf("segment: a mask of %d pixels is not %d×%d", len(mask), h, w))
	}
	d := make([]int, h*w)
	var queue []int
	around := func(p int, f func(q int)) {
		y, x := p/w, p%w
		for j := max(0, y-1); j <= min(h-1, y+1); j++ {
			for i := max(0, x-1); i <= min(w-1, x+1); i++ {
				f(j*w + i)
			}
		}
	}
	for p := range d {
		d[p] = h + w
		around(p, func(q int) {
			if mask[q] != mask[p] {
				d[p] = 1
			}
		})
		if d[p] == 1 {
			queue = append(queue, p)
		}
	}
	for len(queue) > 0 {
		p := queue[0]
		queue = queue[1:]
		around(p, func(q int) {
			if d[q] == h+w {
				d[q] = d[p] + 1
				queue = append(queue, q)
			}
		})
	}
	return d
}

// Overlay lays a guess over an image: blue where both masks are ≠ 0, orange where only the guess is (a false alarm),
// black where only the truth is (missed). pix is [h, w, c] with c = 1 or 3, the result [h, w, 3]. A nil truth shows the guess in blue.
func Overlay(pix []float32, c int, truth, guess []uint8) []float32 {
	if c != 1 && c != 3 || len(pix) != c*len(guess) || truth != nil && len(truth) != len(guess) {
		panic(fmt.Sprintf("segment: Overlay of %d values in %d channels, %d and %d pixels", len(pix), c, len(truth), len(guess)))
	}
	out := make([]float32, 3*len(guess))
	for p, g := range guess {
		var colour [3]float32
		share := float32(0)
		switch t := truth == nil || truth[p] != 0; {
		case g != 0 && t:
			colour, share = [3]float32{0, 0.45, 0.95}, 0.5
		case g != 0:
			colour, share = [3]float32{1, 0.5, 0}, 0.9
		case truth != nil && t:
			colour, share = [3]float32{0, 0, 0}, 0.9
		}
		for a := range colour {
			v := pix[p*c+min(a, c-1)]
			out[3*p+a] = v + share*(colour[a]-v)
		}
	}
	return out
}
