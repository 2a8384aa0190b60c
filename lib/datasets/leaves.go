package datasets

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
)

// Caltech101 returns the course's ten classes of Caltech-101, 600 photographs to train on and 200 to test on, of about 300×200 pixels,
// cut to side×side. Only the names are read here; see ImageFolder.All and ImageFolder.Load. The error is ErrAbsent where the
// files are nowhere. It panics unless side ≥ 1.
func Caltech101(s Split, side int, grey bool) (*ImageFolder, error) {
	part, ok := map[Split]string{Train: "train", Test: "test"}[s]
	if !ok {
		panic(fmt.Sprintf("datasets: Caltech101: no such part: %v", s))
	}
	dir, err := find("caltech101", "caltech101", part)
	if err != nil {
		return nil, err
	}
	d, err := OpenImageFolder(dir, side, grey)
	if err != nil {
		return nil, err
	}
	d.Name = "Caltech-101 " + s.String()
	d.Source = fmt.Sprintf("Caltech-101, ten classes, %s part, %d photographs cut to %d×%d (%s)", s, len(d.Files), side, side, tidy(dir))
	return d, nil
}

// Scenes returns n grey pictures of side×side that look like the world to a small window: photographs of Caltech-101 where they are
// present (at most 600), else DeadLeaves. Source and Generated say which.
func Scenes(ctx context.Context, n, side int, rng *rand.Rand) (*Images, error) {
	d, err := Caltech101(Train, side, true)
	if errors.Is(err, ErrAbsent) {
		return DeadLeaves(n, side, rng), nil
	}
	if err != nil {
		return nil, err
	}
	return d.Load(ctx, rng.Perm(len(d.Files))[:min(n, len(d.Files))])
}

// DeadLeaves draws n grey pictures of side×side: disks of random place, size and grey that cover one another, until no ground shows
// (Matheron 1968). With radii of density r⁻³ the picture looks alike at all scales, and has edges, occlusion and statistics of small windows as photographs
// have them (Lee, Mumford & Huang 2001). Radii run from 3 to side/2 pixels. Each leaf has a slope of grey of its own, as light has; edges are smoothed over
// a pixel. Values lie in [0, 1].
func DeadLeaves(n, side int, rng *rand.Rand) *Images {
	if n < 0 || side < 8 {
		panic(fmt.Sprintf("datasets: DeadLeaves(%d, %d): want n ≥ 0, side ≥ 8", n, side))
	}
	d := &Images{
		Name: "dead leaves", Source: fmt.Sprintf("dead leaves, %d pictures of %d×%d (generated)", n, side, side), Generated: true,
		N: n, H: side, W: side, C: 1, Pix: make([]float32, n*side*side), Labels: make([]int32, n), Classes: []string{"leaves"},
	}
	seeds := seedsFor(n, rng)
	parallel(n, func(i int) {
		fallLeaves(d.Image(i), side, rand.New(rand.NewPCG(seeds[i], 0)))
	})
	return d
}

// fallLeaves draws from the top leaf down: a pixel takes colour in proportion to what of it is still open.
func fallLeaves(pix []float32, side int, rng *rand.Rand) {
	open := make([]float64, side*side) // share of the pixel that nothing covers yet
	left := float64(side * side)
	for i := range open {
		open[i] = 1
	}
	small, large := 3.0, float64(side)/2
	for leaf := 0; left > 0.01*float64(side*side) && leaf < 1000*side; leaf++ {
		// r from the density ∝ r⁻³ on [small, large]: 1/r² is uniform
		u := rng.Float64()
		r := 1 / math.Sqrt(u/(large*large)+(1-u)/(small*small))
		x, y := -r+rng.Float64()*(float64(side)+2*r), -r+rng.Float64()*(float64(side)+2*r)
		grey, slope, at := rng.Float64(), 0.3*rng.Float64(), 2*math.Pi*rng.Float64()
		dx, dy := slope*math.Cos(at)/r, slope*math.Sin(at)/r
		for j := max(0, int(y-r-1)); j < min(side, int(y+r+2)); j++ {
			for i := max(0, int(x-r-1)); i < min(side, int(x+r+2)); i++ {
				p := j*side + i
				if open[p] == 0 {
					continue
				}
				ox, oy := float64(i)+0.5-x, float64(j)+0.5-y
				cover := min(1, max(0, r-math.Hypot(ox, oy)+0.5)) // of the pixel by the disk
				v := min(1, max(0, grey+dx*ox+dy*oy))
				pix[p] += float32(cover * open[p] * v)
				left -= cover * open[p]
				open[p] *= 1 - cover
				if open[p] < 1e-3 {
					left -= open[p]
					open[p] = 0
				}
			}
		}
	}
	for p, o := range open { // what is left shows the ground
		pix[p] += float32(0.5 * o)
	}
}
