package plots

import (
	"image/color"
	"math"
)

// Colours of the card and of what is not data.
var (
	card      = color.RGBA{255, 255, 255, 255}
	ink       = color.RGBA{0x22, 0x26, 0x2B, 255} // titles, captions
	inkSoft   = color.RGBA{0x55, 0x5B, 0x63, 255} // axis labels, ticks
	gridLine  = color.RGBA{0xE7, 0xE9, 0xEC, 255}
	axisLine  = color.RGBA{0x8A, 0x90, 0x98, 255}
	white     = color.RGBA{255, 255, 255, 255}
	boxColour = color.RGBA{0xC9, 0x55, 0x00, 255}
)

// palette holds the colours of series, in their order of use: those of Okabe and Ito
// ("Color Universal Design", 2008), each moved a little, until all stand out from the
// card by 3:1 and any two of them differ to normal eyes and to those without one of the
// three cones (colour_test.go has the numbers). Yellow, which cannot, is a grey.
var palette = []color.RGBA{
	{0x04, 0x66, 0xA7, 255}, // blue
	{0xC9, 0x55, 0x00, 255}, // vermillion
	{0x1F, 0xA4, 0x74, 255}, // bluish green
	{0xC7, 0x79, 0xAB, 255}, // reddish purple
	{0x22, 0x26, 0x2B, 255}, // black
	{0xCA, 0x83, 0x00, 255}, // orange
	{0x35, 0x9B, 0xD1, 255}, // sky blue
	{0x7A, 0x80, 0x88, 255}, // grey
}

// Colour returns the colour of the i-th series, i ≥ 0. After eight the colours
// repeat, with other dashes and markers.
func Colour(i int) color.RGBA { return palette[i%len(palette)] }

// tint mixes c into the card: share 1 is c, 0 is the card.
func tint(c color.RGBA, share float64) color.RGBA {
	mix := func(a, b uint8) uint8 { return uint8(math.Round(share*float64(a) + (1-share)*float64(b))) }
	return color.RGBA{mix(c.R, card.R), mix(c.G, card.G), mix(c.B, card.B), 255}
}

// okLab converts a colour given by lightness L, chroma C and hue h (degrees) of
// Ottosson's OKLab (2020) to sRGB. Where sRGB has no such colour, the chroma is lowered
// until it has: lightness and hue stay, so that maps stay even.
//
//	l′ = L + 0.3963 a + 0.2158 b, m′ = L − 0.1056 a − 0.0639 b, s′ = L − 0.0895 a − 1.2915 b
//	(r, g, b) = M (l′³, m′³, s′³)
func okLab(L, C, h float64) color.RGBA {
	sin, cos := math.Sincos(h * math.Pi / 180)
	for ; ; C = max(0, C-0.002) {
		a, b := C*cos, C*sin
		l := L + 0.3963377774*a + 0.2158037573*b
		m := L - 0.1055613458*a - 0.0638541728*b
		s := L - 0.0894841775*a - 1.2914855480*b
		l, m, s = l*l*l, m*m*m, s*s*s
		red := 4.0767416621*l - 3.3077115913*m + 0.2309699292*s
		green := -1.2684380046*l + 2.6097574011*m - 0.3413193965*s
		blue := -0.0041960863*l - 0.7034186147*m + 1.7076147010*s
		if C == 0 || min(red, green, blue) >= 0 && max(red, green, blue) <= 1 {
			return color.RGBA{gamma(red), gamma(green), gamma(blue), 255}
		}
	}
}

// gamma encodes a linear intensity as an sRGB byte.
func gamma(v float64) uint8 {
	switch {
	case v <= 0:
		return 0
	case v >= 1:
		return 255
	case v <= 0.0031308:
		v *= 12.92
	default:
		v = 1.055*math.Pow(v, 1/2.4) - 0.055
	}
	return uint8(math.Round(255 * v))
}

var sequential, diverging [256]color.RGBA

func init() {
	for i := range sequential {
		t := float64(i) / 255
		// lightness rises linearly, the hue runs from violet over blue and green to yellow
		L := 0.26 + 0.67*t
		h := 300 - 195*t
		C := 0.11 - 0.09*t + 0.13*t*t // what sRGB has along this path
		sequential[i] = okLab(L, C, h)

		// lightness falls linearly from the middle to both ends, blue below, vermillion above
		u := 2*t - 1
		L = 0.975 - 0.475*math.Abs(u)
		C = 0.16 * math.Pow(math.Abs(u), 0.8)
		h = 250.0
		if u > 0 {
			h = 45
		}
		diverging[i] = okLab(L, C, h)
	}
}

func at(table *[256]color.RGBA, t float64) color.RGBA {
	return table[int(math.Round(255*min(1, max(0, t))))]
}

// Sequential returns the colour of t ∈ [0,1] on the perceptually uniform map of heat
// maps: lightness grows linearly with t, from dark violet to light yellow.
func Sequential(t float64) color.RGBA { return at(&sequential, t) }

// Diverging returns the colour of t ∈ [−1,1]: blue below zero, nearly white at zero,
// vermillion above, with lightness linear in |t|.
func Diverging(t float64) color.RGBA { return at(&diverging, (t+1)/2) }

type colour = color.RGBA

// luminance is the relative luminance of WCAG 2.1: 0 black, 1 white.
func luminance(c color.RGBA) float64 {
	lin := func(b uint8) float64 {
		v := float64(b) / 255
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*lin(c.R) + 0.7152*lin(c.G) + 0.0722*lin(c.B)
}

func colourAlpha(c color.RGBA, a uint8) color.NRGBA { return color.NRGBA{c.R, c.G, c.B, a} }
