// Package picture draws the linear regions that package relunet finds.
//
// It is apart from relunet so that programs for browsers, which draw by themselves, do not carry the plotting library.
package picture

import (
	"fmt"
	"image/color"
	"math"
	"slices"

	"nncourse/lib/plots"
	"nncourse/lib/relunet"
)

// edgesUpTo is the number of regions up to which their borders are drawn. Beyond, they would cover the picture.
const edgesUpTo = 4000

// ByPattern draws each region in a colour that its activation pattern chooses: the same pattern always gets the same colour, so that in a
// series of pictures of one network in training one sees which regions live on. Up to 4000 regions have dark borders. Axes.X … YMax may be
// left empty. The regions must be those of a bounded box.
func ByPattern(alt string, ax plots.Axes, r *relunet.Regions, clouds ...plots.Cloud) (*plots.Figure, error) {
	return draw(alt, ax, r, plots.PolygonsOptions{Clouds: clouds, Edges: r.N <= edgesUpTo}, func(i int, p *plots.Polygon) {
		p.Fill = plots.Mixed(hash(r.List[i].Pattern.String()))
	})
}

// ByPiece draws each linear piece in one colour, another one than its neighbours have; borders of regions within a piece do not show.
func ByPiece(alt string, ax plots.Axes, r *relunet.Regions, clouds ...plots.Cloud) (*plots.Figure, error) {
	piece, n := r.Pieces()
	beside := make([][]int, n)
	for _, b := range r.Borders() {
		i, j := piece[b.I], piece[b.J]
		beside[i], beside[j] = append(beside[i], j), append(beside[j], i)
	}
	colour := make([]color.RGBA, n)
	for i, k := range piece { // in the order of the pieces' first regions
		if colour[k] != (color.RGBA{}) {
			continue
		}
		taken := func(c color.RGBA) bool {
			return slices.ContainsFunc(beside[k], func(j int) bool { return j != k && colour[j] == c })
		}
		key := hash(r.List[i].Pattern.String())
		for try := 0; try < 100 && (try == 0 || taken(colour[k])); try++ {
			colour[k] = plots.Mixed(key + uint64(try))
		}
	}
	return draw(alt, ax, r, plots.PolygonsOptions{Clouds: clouds}, func(i int, p *plots.Polygon) { p.Fill = colour[piece[i]] })
}

// ByValue draws output k, which is affine on each region, blue below zero and vermillion above, with a dark line at zero. Up to 4000
// regions have borders.
func ByValue(alt string, ax plots.Axes, r *relunet.Regions, k int, clouds ...plots.Cloud) (*plots.Figure, error) {
	if k < 0 || k >= r.Net.Outputs() {
		panic(fmt.Sprintf("picture: output %d of a network with %d", k, r.Net.Outputs()))
	}
	return draw(alt, ax, r, plots.PolygonsOptions{Clouds: clouds, Edges: r.N <= edgesUpTo, Diverging: true, Value: "output"}, func(i int, p *plots.Polygon) {
		f := r.Map(i)[k]
		p.A, p.B, p.C = f.A, f.B, f.C
	})
}

// ByActive draws the number of active units of each region, light where many are.
func ByActive(alt string, ax plots.Axes, r *relunet.Regions, clouds ...plots.Cloud) (*plots.Figure, error) {
	return draw(alt, ax, r, plots.PolygonsOptions{Clouds: clouds, Value: "active units"}, func(i int, p *plots.Polygon) {
		p.C = float64(r.List[i].Pattern.Count())
	})
}

func draw(alt string, ax plots.Axes, r *relunet.Regions, opt plots.PolygonsOptions, fill func(i int, p *plots.Polygon)) (*plots.Figure, error) {
	b := r.Box
	if slices.ContainsFunc([]float64{b.XMin, b.XMax, b.YMin, b.YMax}, func(v float64) bool { return math.IsInf(v, 0) }) {
		return nil, fmt.Errorf("picture: regions of the box [%v, %v] × [%v, %v]: enumerate those of a bounded box for a picture", b.XMin, b.XMax, b.YMin, b.YMax)
	}
	if len(r.List) != r.N {
		return nil, fmt.Errorf("picture: the regions were only counted: enumerate them without Options.CountOnly")
	}
	if ax.XMin == ax.XMax && ax.YMin == ax.YMax {
		ax.XMin, ax.XMax, ax.YMin, ax.YMax = b.XMin, b.XMax, b.YMin, b.YMax
	}
	ps := make([]plots.Polygon, r.N)
	for i := range r.List {
		for _, v := range r.List[i].Vertices {
			ps[i].X, ps[i].Y = append(ps[i].X, v[0]), append(ps[i].Y, v[1])
		}
		fill(i, &ps[i])
	}
	return plots.Polygons(alt, ax, opt, ps...)
}

// hash is FNV-1a.
func hash(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}
