package plots

import (
	"bytes"
	"cmp"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"slices"
)

// encodePNG writes img opaque, with a palette where that is exact or nearly so.
func encodePNG(img image.Image, photo bool) ([]byte, error) {
	tolerance := 22
	if photo {
		tolerance = 10
	}
	var b bytes.Buffer
	enc := png.Encoder{CompressionLevel: png.DefaultCompression}
	if err := enc.Encode(&b, quantise(img, tolerance)); err != nil {
		return nil, fmt.Errorf("plots: %w", err)
	}
	return b.Bytes(), nil
}

// compact returns img with a palette if it has at most 256 colours, else img itself.
func compact(img image.Image) image.Image { return quantise(img, 0) }

type rgb [3]uint8

// quantise returns img with a palette of at most 256 colours, none of which is off by
// more than tolerance in a channel; where there is no such palette, img itself. A chart
// has a few hundred colours, most of them in the soft edges of lines: a third of the
// bytes, and nothing to see. Photographs stay as they are.
//
// The palette is greedy: colours in the order of their frequency, each taken unless one
// that is near enough has been. Colours of areas (runs of four pixels and more) come
// first, and none of them is off by more than 3.
func quantise(img image.Image, tolerance int) image.Image {
	src, ok := img.(*image.RGBA)
	if !ok {
		return img
	}
	b := src.Bounds()
	count := make(map[rgb]int, 1024) // pixels in runs of at least four count a thousandfold
	const area = 1000
	const photograph = 12000
	for y := range b.Dy() {
		row := src.Pix[y*src.Stride : y*src.Stride+4*b.Dx()]
		for x := 0; x < len(row); {
			c := rgb(row[x : x+3])
			n := 1
			for x += 4; x < len(row) && rgb(row[x:x+3]) == c; x += 4 {
				n++
			}
			if n >= 4 {
				n *= area
			}
			count[c] += n
		}
		if len(count) > 256 && tolerance == 0 || len(count) > photograph {
			return img
		}
	}
	colours := make([]rgb, 0, len(count))
	for c := range count {
		colours = append(colours, c)
	}
	slices.SortFunc(colours, func(a, b rgb) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), slices.Compare(a[:], b[:]))
	})
	var pal []rgb
	for r := 0; r <= tolerance; r = r*2 + min(r+1, 2) {
		if len(colours) > 256 && r == 0 {
			continue
		}
		pal = pal[:0]
		for _, c := range colours {
			limit := r
			if count[c] >= 4*area {
				limit = min(r, 3)
			}
			if _, d := near(pal, c); d > limit || len(pal) == 0 {
				if pal = append(pal, c); len(pal) > 256 {
					break
				}
			}
		}
		if len(pal) <= 256 {
			break
		}
	}
	if len(pal) == 0 || len(pal) > 256 {
		return img
	}
	dst := image.NewPaletted(image.Rect(0, 0, b.Dx(), b.Dy()), nil)
	for _, c := range pal {
		dst.Palette = append(dst.Palette, color.RGBA{c[0], c[1], c[2], 255})
	}
	index := make(map[rgb]uint8, len(colours))
	for _, c := range colours {
		i, _ := near(pal, c)
		index[c] = uint8(i)
	}
	for y := range b.Dy() {
		row := src.Pix[y*src.Stride : y*src.Stride+4*b.Dx()]
		out := dst.Pix[y*dst.Stride : y*dst.Stride+b.Dx()]
		last, lastIndex := rgb(row[:3]), index[rgb(row[:3])]
		for x := range out {
			if c := rgb(row[4*x : 4*x+3]); c != last {
				last, lastIndex = c, index[c]
			}
			out[x] = lastIndex
		}
	}
	return dst
}

// near returns the palette's nearest colour by the largest difference in a channel.
func near(pal []rgb, c rgb) (index, distance int) {
	distance = 256
	for i, p := range pal {
		d := max(diff(p[0], c[0]), diff(p[1], c[1]), diff(p[2], c[2]))
		if d < distance {
			if index, distance = i, d; d == 0 {
				break
			}
		}
	}
	return
}

func diff(a, b uint8) int { return max(int(a)-int(b), int(b)-int(a)) }
