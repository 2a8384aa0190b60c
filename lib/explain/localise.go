package explain

import (
	"fmt"
	"image"
)

// Box turns a map into one box, as Zhou et al. 2016 (section 3.2) do: of the pixels with m ≥ threshold·max(m) take
// the largest connected part (neighbours are left, right, above, below; of equally large parts the first from the
// top left) and return the smallest rectangle that holds it. They use threshold = 0.2.
//
// A map without a positive value says that nothing speaks for the class: its box is empty (image.Rectangle{}).
// It panics where m is empty or ragged or the threshold is outside (0, 1], and errs where a value is not finite.
func Box(m [][]float64, threshold float64) (image.Rectangle, error) {
	if !(threshold > 0 && threshold <= 1) {
		panic(fmt.Sprintf("explain: Box: threshold %g is not in (0, 1]", threshold))
	}
	h, w, err := mapSize("Box", m)
	if err != nil {
		return image.Rectangle{}, err
	}
	at, _ := Peak(m)
	cut := threshold * m[at.Y][at.X]
	if cut <= 0 {
		return image.Rectangle{}, nil
	}
	var (
		seen     = make([]bool, h*w)
		best     image.Rectangle
		bestSize int
		stack    []image.Point
	)
	visit := func(p image.Point) {
		if p.X >= 0 && p.X < w && p.Y >= 0 && p.Y < h && !seen[p.Y*w+p.X] && m[p.Y][p.X] >= cut {
			seen[p.Y*w+p.X] = true
			stack = append(stack, p)
		}
	}
	for y := range h {
		for x := range w {
			visit(image.Pt(x, y)) // the start of a part not seen before, if it is one
			size, box := 0, image.Rectangle{}
			for len(stack) > 0 {
				p := stack[len(stack)-1]
				stack = stack[:len(stack)-1]
				size++
				box = box.Union(image.Rect(p.X, p.Y, p.X+1, p.Y+1))
				for _, step := range []image.Point{{X: 1}, {X: -1}, {Y: 1}, {Y: -1}} {
					visit(p.Add(step))
				}
			}
			if size > bestSize {
				best, bestSize = box, size
			}
		}
	}
	return best, nil
}

// Peak returns the place of the greatest value, the first of equals in reading order. It panics where m is empty or
// ragged, and errs where a value is not finite.
func Peak(m [][]float64) (image.Point, error) {
	if _, _, err := mapSize("Peak", m); err != nil {
		return image.Point{}, err
	}
	best := image.Point{}
	for y, row := range m {
		for x, v := range row {
			if v > m[best.Y][best.X] {
				best = image.Pt(x, y)
			}
		}
	}
	return best, nil
}

// IoU is the intersection over union of two boxes in pixels: 1 for equal boxes, 0 for disjoint ones, and 0 where both
// are empty.
func IoU(a, b image.Rectangle) float64 {
	area := func(r image.Rectangle) float64 { return float64(r.Dx()) * float64(r.Dy()) }
	both := area(a.Intersect(b))
	union := area(a) + area(b) - both
	if union <= 0 {
		return 0
	}
	return both / union
}

// CentredBox is the rectangle of bw×bh pixels in the middle of a w×h image: the guess of one who does not look at the
// image, which any localisation has to beat.
func CentredBox(w, h, bw, bh int) image.Rectangle {
	x, y := (w-bw)/2, (h-bh)/2
	return image.Rect(x, y, x+bw, y+bh)
}

// BestCentredBox is the centred box of a w×h image, of whatever size, with the greatest mean IoU with the given boxes:
// the baseline at its strongest. It tries every size, w·h·len(boxes) steps.
func BestCentredBox(w, h int, boxes []image.Rectangle) image.Rectangle {
	var best image.Rectangle
	score := -1.0
	for bw := 1; bw <= w; bw++ {
		for bh := 1; bh <= h; bh++ {
			r, s := CentredBox(w, h, bw, bh), 0.0
			for _, b := range boxes {
				s += IoU(r, b)
			}
			if s > score {
				best, score = r, s
			}
		}
	}
	return best
}

// Localisation is what a set of maps reached on images whose boxes are known.
type Localisation struct {
	IoU      []float64         // [N] of the map's box with the true one
	Boxes    []image.Rectangle // [N] the maps' boxes
	MeanIoU  float64
	Half     float64 // share of images with IoU ≥ ½, the usual "localised"
	Pointing float64 // pointing game (Zhang et al. 2016): share of maps whose greatest value lies in the true box
}

// Localise scores maps against the true boxes in images of h×w pixels: each map is enlarged by Upsample, boxed by Box
// with the threshold, and compared. It panics where the numbers of maps and boxes differ or there are none, and errs
// where a map is not finite.
func Localise(maps *Maps, h, w int, truth []image.Rectangle, threshold float64) (*Localisation, error) {
	if maps.N != len(truth) || maps.N == 0 {
		panic(fmt.Sprintf("explain: Localise: %d maps and %d boxes", maps.N, len(truth)))
	}
	n := float64(maps.N)
	l := &Localisation{IoU: make([]float64, maps.N), Boxes: make([]image.Rectangle, maps.N)}
	for i, t := range truth {
		m, err := maps.Upsampled(i, h, w)
		if err != nil {
			return nil, fmt.Errorf("map %d: %w", i, err)
		}
		if l.Boxes[i], err = Box(m, threshold); err != nil {
			return nil, fmt.Errorf("map %d: %w", i, err)
		}
		l.IoU[i] = IoU(l.Boxes[i], t)
		l.MeanIoU += l.IoU[i] / n
		if l.IoU[i] >= 0.5 {
			l.Half += 1 / n
		}
		if at, _ := Peak(m); at.In(t) {
			l.Pointing += 1 / n
		}
	}
	return l, nil
}

// LocaliseBoxes scores given boxes (a baseline's) as Localise scores maps; Pointing is then about the boxes' centres.
func LocaliseBoxes(boxes, truth []image.Rectangle) *Localisation {
	if len(boxes) != len(truth) || len(truth) == 0 {
		panic(fmt.Sprintf("explain: LocaliseBoxes: %d boxes and %d true ones", len(boxes), len(truth)))
	}
	n := float64(len(truth))
	l := &Localisation{IoU: make([]float64, len(truth)), Boxes: boxes}
	for i, t := range truth {
		l.IoU[i] = IoU(boxes[i], t)
		l.MeanIoU += l.IoU[i] / n
		if l.IoU[i] >= 0.5 {
			l.Half += 1 / n
		}
		if c := boxes[i].Min.Add(boxes[i].Max).Div(2); c.In(t) {
			l.Pointing += 1 / n
		}
	}
	return l
}
