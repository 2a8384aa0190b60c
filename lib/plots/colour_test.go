package plots

import (
	"image/color"
	"math"
	"testing"
)

func contrast(a, b color.RGBA) float64 {
	x, y := luminance(a)+0.05, luminance(b)+0.05
	return max(x, y) / min(x, y)
}

// Every colour that carries meaning stands out from the card by 3:1, text by 4.5:1
// (WCAG 2.1, 1.4.11 and 1.4.3). White on black is 21:1 by the standard's definition.
func TestContrast(t *testing.T) {
	if c := contrast(color.RGBA{0, 0, 0, 255}, color.RGBA{255, 255, 255, 255}); math.Abs(c-21) > 1e-9 {
		t.Fatalf("contrast of black and white is %v, want 21", c)
	}
	for i, c := range palette {
		if r := contrast(c, card); r < 3 {
			t.Errorf("series %d, %02x: contrast %.2f to the card, want ≥ 3", i, c, r)
		}
	}
	for _, c := range []color.RGBA{ink, inkSoft} {
		if r := contrast(c, card); r < 4.5 {
			t.Errorf("text %02x: contrast %.2f to the card, want ≥ 4.5", c, r)
		}
	}
	for i := range palette { // markers upon their own region's tint
		if r := contrast(Colour(i), tint(Colour(i), 0.16)); r < 2.3 {
			t.Errorf("series %d: contrast %.2f to its own region, want ≥ 2.3", i, r)
		}
	}
}

// lab is CIE L*a*b* (D65) of an sRGB colour, seen through a 3×3 matrix on linear RGB.
func lab(c color.RGBA, m [3][3]float64) [3]float64 {
	lin := func(b uint8) float64 {
		v := float64(b) / 255
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	in := [3]float64{lin(c.R), lin(c.G), lin(c.B)}
	var v [3]float64
	for i := range v {
		for j := range in {
			v[i] += m[i][j] * in[j]
		}
		v[i] = min(1, max(0, v[i]))
	}
	f := func(t float64) float64 {
		if t > 216.0/24389 {
			return math.Cbrt(t)
		}
		return (24389.0/27*t + 16) / 116
	}
	x := f((0.4124564*v[0] + 0.3575761*v[1] + 0.1804375*v[2]) / 0.95047)
	y := f(0.2126729*v[0] + 0.7151522*v[1] + 0.0721750*v[2])
	z := f((0.0193339*v[0] + 0.1191920*v[1] + 0.9503041*v[2]) / 1.08883)
	return [3]float64{116*y - 16, 500 * (x - y), 200 * (y - z)}
}

func distance(a, b [3]float64) float64 {
	return math.Sqrt((a[0]-b[0])*(a[0]-b[0]) + (a[1]-b[1])*(a[1]-b[1]) + (a[2]-b[2])*(a[2]-b[2]))
}

// What the colour-blind see: Machado, Oliveira and Fernandes (2009), severity 1.
var sights = map[string][3][3]float64{
	"normal": {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
	"deuteranopia": {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413},
		{-0.011820, 0.042940, 0.968881}},
	"protanopia": {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216},
		{-0.003882, -0.048116, 1.051998}},
	"tritanopia": {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602},
		{0.004733, 0.691367, 0.303900}},
}

// Any two of the first four series, which most figures have, differ by ΔE*ab ≥ 20 to
// every eye, and any two of all eight by ≥ 10; dash and marker differ besides.
func TestColourBlind(t *testing.T) {
	for sight, m := range sights {
		for i := range palette {
			for j := range i {
				d := distance(lab(palette[i], m), lab(palette[j], m))
				want := 10.0
				if i < 4 {
					want = 20
				}
				if d < want {
					t.Errorf("%s: series %d and %d differ by ΔE = %.1f, want ≥ %.0f", sight, i, j, d, want)
				}
			}
		}
	}
	if len(dashes) < len(palette) || len(shapes) < len(palette) {
		t.Errorf("%d colours, %d dashes, %d markers: every colour needs its own", len(palette), len(dashes), len(shapes))
	}
}

// On the sequential map lightness grows evenly; on the diverging one it falls evenly to
// both ends and the two ends differ to every eye.
func TestMaps(t *testing.T) {
	for sight, m := range sights {
		last := lab(Sequential(0), m)[0]
		for k := 1; k <= 16; k++ {
			l := lab(Sequential(float64(k)/16), m)[0]
			if step := l - last; step < 1 || step > 10 {
				t.Errorf("%s: lightness steps by %.1f at %d/16, want an even rise", sight, step, k)
			}
			last = l
			if k <= 8 {
				a, b := lab(Diverging(-float64(k)/8), m), lab(Diverging(float64(k)/8), m)
				if d := distance(a, b); d < 5*float64(k) {
					t.Errorf("%s: ±%d/8 differ by ΔE = %.1f, want ≥ %d", sight, k, d, 5*k)
				}
			}
		}
	}
	if c := Diverging(0); min(c.R, c.G, c.B) < 240 || max(c.R, c.G, c.B)-min(c.R, c.G, c.B) > 8 {
		t.Errorf("zero is %v, want nearly white", c)
	}
	for _, v := range []float64{-3, math.Inf(-1)} {
		if Sequential(v) != Sequential(0) || Diverging(v) != Diverging(-1) {
			t.Errorf("%v is not clipped", v)
		}
	}
}
