package capstone

import (
	"image"
	"math"
	"math/rand/v2"
)

// letters are the objects, 5×5 pixels.
var letters = [...][5]string{
	{"#...#", "#...#", "#####", "#...#", "#...#"},
	{"#....", "#....", "#....", "#....", "#####"},
	{"#####", "#...#", "#...#", "#...#", "#####"},
	{"#####", "..#..", "..#..", "..#..", "..#.."},
	{"#...#", "#...#", "#...#", "#...#", "#####"},
	{"#...#", ".#.#.", "..#..", ".#.#.", "#...#"},
}

const letterSide = 5

// textures are the other thing that tells the class: what is added to pixel (row i, column j), in units of textureSize.
var textures = [Classes]func(i, j int) float64{
	func(i, j int) float64 { return wave(j, 1) },
	func(i, j int) float64 { return wave(i, 1) },
	func(i, j int) float64 { return wave(i+j, 1) },
	func(i, j int) float64 { return wave(j, 2) },
	func(i, j int) float64 { return wave(i, 2) },
	func(i, j int) float64 { return wave(i+j, 2) },
}

// textureSize is less than Epsilon: the attacker can erase a texture and paint another in its place.
const textureSize = 0.05

// wave is 1 for half steps, then −1 for as many, and so on.
func wave(x, half int) float64 {
	if x/half%2 == 0 {
		return 1
	}
	return -1
}

// Data are labelled pictures.
type Data struct {
	X     [][]float64       // [n][Pixels], each a multiple of 1/256 in [0, 1]
	Y     []int             // [n], the class
	Boxes []image.Rectangle // [n], where the letter is, in pixels
}

// Draw draws n pictures. With U uniform and N(0, σ) normal, a picture of class k is made in these steps:
//
//  1. Background: U(0.15, 0.3), the same everywhere, plus 0.05 times the texture of class k.
//  2. The letter k, 5×5, at one of the 8×8 places: each of its pixels gets c·U(0.8, 1.2) more, with one contrast c = U(0.35, 0.65); one
//     pixel in sixteen is left out.
//  3. Three specks: single pixels anywhere that get U(0, 0.5) more.
//  4. N(0, 0.04) on every pixel; clipped to [0, 1]; rounded to multiples of 1/256, as a file of eight bits would hold it.
//
// The texture is as good a sign of the class as the letter: summed over 144 pixels it stands out of the noise by 15 standard deviations.
// But 0.05 is less than Epsilon, and 0.35 is more: only the letter is there after an attack. (Ilyas et al. 2019, "Adversarial examples are
// not bugs, they are features": a sign that predicts and is not robust.)
func Draw(n int, rng *rand.Rand) *Data {
	d := &Data{}
	for range n {
		k := rng.IntN(Classes)
		x := make([]float64, Pixels)
		base := 0.15 + 0.15*rng.Float64()
		for i := range x {
			x[i] = base + textureSize*textures[k](i/Side, i%Side)
		}
		top, left := rng.IntN(Side-letterSide+1), rng.IntN(Side-letterSide+1)
		contrast := 0.35 + 0.3*rng.Float64()
		for i, line := range letters[k] {
			for j := range line {
				ink := contrast * (0.8 + 0.4*rng.Float64())
				if line[j] == '#' && rng.IntN(16) > 0 {
					x[(top+i)*Side+left+j] += ink
				}
			}
		}
		for range 3 {
			x[rng.IntN(Pixels)] += 0.5 * rng.Float64()
		}
		for i := range x {
			x[i] = math.Round(256*min(1, max(0, x[i]+0.04*rng.NormFloat64()))) / 256
		}
		d.X, d.Y = append(d.X, x), append(d.Y, k)
		d.Boxes = append(d.Boxes, image.Rect(left, top, left+letterSide, top+letterSide))
	}
	return d
}
