package plots

import (
	"fmt"
	"image"
	"image/color"
	"math"
	"slices"
)

// Tile is one picture of a grid.
type Tile struct {
	// Pix holds the intensities [H, W, C], row-major; C is 1 (grey) or 3 (RGB).
	Pix     []float32
	H, W, C int
	Caption string // below the picture; "\n" breaks the line
	// Heat, of length H·W, is laid over the picture in the colours of heat maps, dark
	// violet at its least value, light yellow and less transparent at its greatest.
	Heat []float64
	// Lo and Hi are shown black and white; values outside are clipped. Both 0 means
	// 0 and 1, and with Diverging −m and m with m = max |Pix|.
	Lo, Hi float64
	// Diverging shows signed values, such as perturbations: blue below zero, white at
	// zero, vermillion above; the mean over the channels if C is 3.
	Diverging bool
	// Box is drawn with a solid line, Box2 with a dashed one; in pixels of the picture.
	// Empty boxes are not drawn.
	Box, Box2 image.Rectangle
}

func (t Tile) check(i int) error {
	who := fmt.Sprintf("tile %d", i)
	switch {
	case t.C != 1 && t.C != 3:
		return fmt.Errorf("plots: %s has %d channels: it must be 1 (grey) or 3 (RGB)", who, t.C)
	case t.H <= 0 || t.W <= 0:
		return fmt.Errorf("plots: %s is %d×%d", who, t.H, t.W)
	case len(t.Pix) != t.H*t.W*t.C:
		return fmt.Errorf("plots: %s: %d values for %d×%d×%d", who, len(t.Pix), t.H, t.W, t.C)
	case t.Heat != nil && len(t.Heat) != t.H*t.W:
		return fmt.Errorf("plots: %s: %d values of Heat for %d×%d", who, len(t.Heat), t.H, t.W)
	case t.Lo > t.Hi || !finite(t.Lo) || !finite(t.Hi) || t.Lo == t.Hi && t.Lo != 0:
		return fmt.Errorf("plots: %s: the range Lo = %v, Hi = %v is empty", who, t.Lo, t.Hi)
	}
	for k, v := range t.Pix {
		if !finite(float64(v)) {
			return fmt.Errorf("plots: %s: Pix[%d] = %v (row %d, column %d): not a finite number",
				who, k, v, k/t.C/t.W, k/t.C%t.W)
		}
	}
	return checkValues(who, "Heat", t.Heat, false)
}

// picture colours the tile, one pixel for each of its own.
func (t Tile) picture() image.Image {
	img := image.NewRGBA(image.Rect(0, 0, t.W, t.H))
	lo, hi := t.Lo, t.Hi
	if lo == 0 && hi == 0 {
		hi = 1
		if t.Diverging {
			hi = 0
			for k := range t.W * t.H {
				hi = max(hi, math.Abs(t.mean(k)))
			}
		}
	}
	if t.Diverging { // zero is white
		m := max(math.Abs(lo), math.Abs(hi))
		if m == 0 {
			m = 1
		}
		for k := range t.W * t.H {
			img.SetRGBA(k%t.W, k/t.W, Diverging(t.mean(k)/m))
		}
	} else {
		byteOf := func(v float32) uint8 {
			return uint8(math.Round(255 * min(1, max(0, (float64(v)-lo)/(hi-lo)))))
		}
		for k := range t.W * t.H {
			px := t.Pix[k*t.C : (k+1)*t.C]
			c := color.RGBA{byteOf(px[0]), byteOf(px[0]), byteOf(px[0]), 255}
			if t.C == 3 {
				c.G, c.B = byteOf(px[1]), byteOf(px[2])
			}
			img.SetRGBA(k%t.W, k/t.W, c)
		}
	}
	if t.Heat != nil {
		var e extent
		for _, v := range t.Heat {
			e.add(v)
		}
		for k, v := range t.Heat {
			u := 0.0
			if e.hi > e.lo {
				u = (v - e.lo) / (e.hi - e.lo)
			}
			img.SetRGBA(k%t.W, k/t.W, blend(Sequential(u), img.RGBAAt(k%t.W, k/t.W), 0.35+0.35*u))
		}
	}
	if t.C == 3 || t.Heat != nil {
		return quantise(img, 10) // half the bytes, and hardly to be seen
	}
	return compact(img)
}

// mean of the channels of pixel k.
func (t Tile) mean(k int) float64 {
	var s float64
	for _, v := range t.Pix[k*t.C : (k+1)*t.C] {
		s += float64(v)
	}
	return s / float64(t.C)
}

// blend lays share of a over b.
func blend(a, b color.RGBA, share float64) color.RGBA {
	mix := func(x, y uint8) uint8 { return uint8(math.Round(share*float64(x) + (1-share)*float64(y))) }
	return color.RGBA{mix(a.R, b.R), mix(a.G, b.G), mix(a.B, b.B), 255}
}

const (
	gridWidth = 900.0 // of a grid of pictures, at most, without its margins
	gutter    = 12.0
)

// Images draws a grid of pictures, row by row, each with its caption. Pixels stay
// crisp squares. columns ≤ 0 chooses a number. All tiles get the same cell, as wide as
// fits, and each picture the largest whole multiple of its size within it (or a
// fraction, if it is too large).
//
// Errors: a poor alt; no tile; sizes that do not match the data; NaN or ±Inf; an
// empty range.
func Images(alt string, columns int, tiles ...Tile) (*Figure, error) {
	if err := checkAlt(alt); err != nil {
		return nil, err
	}
	if len(tiles) == 0 {
		return nil, fmt.Errorf("plots: Images without a tile: nothing to draw")
	}
	for i, t := range tiles {
		if err := t.check(i); err != nil {
			return nil, err
		}
	}
	tiles = slices.Clone(tiles) // what is drawn later: sizes, captions, boxes
	n := len(tiles)
	if columns <= 0 {
		columns = min(n, 5)
		if n > 10 {
			columns = min(10, int(math.Ceil(math.Sqrt(2*float64(n)))))
		}
	}
	columns = min(columns, n)
	pics := make([]image.Image, n)
	for i, t := range tiles {
		pics[i] = t.picture()
	}
	most := 168.0
	switch columns {
	case 1:
		most = 280
	case 2, 3:
		most = 224
	}
	cell := min(most, math.Floor((gridWidth-gutter*float64(columns-1))/float64(columns)))
	w, h := imageGrid(nil, tiles, pics, columns, cell)
	f, err := render(alt, int(math.Ceil(w)), int(math.Ceil(h)), func(p *pen) {
		c := cell
		if p.w < w { // on a narrower page
			c = math.Floor((p.w - 2*pad - gutter*float64(columns-1)) / float64(columns))
		}
		imageGrid(p, tiles, pics, columns, max(c, 8))
	})
	if f != nil {
		f.stretch = false
	}
	return f, err
}

// fit returns the size of a w×h picture in a cell: a whole multiple if one fits.
func fit(w, h int, cell float64) (float64, float64) {
	z := cell / float64(max(w, h))
	if z >= 1 {
		z = math.Floor(z)
	}
	return z * float64(w), z * float64(h)
}

// imageGrid draws the grid and returns its size; with a nil pen it only measures.
func imageGrid(p *pen, tiles []Tile, pics []image.Image, columns int, cell float64) (width, height float64) {
	const lineHeight = 15.0
	// shrink the cell to the largest picture in it
	var cw float64
	for _, t := range tiles {
		w, _ := fit(t.W, t.H, cell)
		cw = max(cw, w)
	}
	slot := max(cw, min(cell, 64)) // captions need some room
	width = 2*pad + float64(columns)*slot + float64(columns-1)*gutter
	y := pad
	for r := 0; r < len(tiles); r += columns {
		row := tiles[r:min(r+columns, len(tiles))]
		var ph float64
		lines := 0
		captions := make([][]string, len(row))
		for k, t := range row {
			_, h := fit(t.W, t.H, cell)
			ph = max(ph, h)
			if t.Caption != "" {
				captions[k] = captionStyle.wrap(t.Caption, slot+gutter-4)
			}
			lines = max(lines, len(captions[k]))
		}
		for k, t := range row {
			if p == nil {
				break
			}
			w, h := fit(t.W, t.H, cell)
			x := pad + float64(k)*(slot+gutter) + (slot-w)/2
			top := y + ph - h
			p.photo = p.photo || t.C == 3
			p.image(x, top, w, h, pics[r+k])
			p.frame(x-0.5, top-0.5, w+1, h+1, stroke{axisLine, 1, nil})
			z := w / float64(t.W)
			for b, box := range []image.Rectangle{t.Box, t.Box2} {
				if box = box.Intersect(image.Rect(0, 0, t.W, t.H)); box.Empty() {
					continue
				}
				bx, by := x+z*float64(box.Min.X), top+z*float64(box.Min.Y)
				bw, bh := z*float64(box.Dx()), z*float64(box.Dy())
				s := stroke{boxColour, 2, nil}
				if b == 1 {
					s = stroke{palette[0], 2, []float64{5, 3}}
				}
				p.frame(bx, by, bw, bh, stroke{white, 4, nil})
				p.frame(bx, by, bw, bh, s)
			}
			for i, l := range captions[k] {
				p.text(pad+float64(k)*(slot+gutter)+slot/2, y+ph+15+float64(i)*lineHeight, centre, captionStyle, l)
			}
		}
		y += ph + gutter
		if lines > 0 {
			y += 6 + float64(lines)*lineHeight
		}
	}
	return width, y - gutter + pad
}
