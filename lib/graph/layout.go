package graph

import (
	"fmt"
	"image/color"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"nncourse/lib/plots"
)

// Spring returns places for the nodes, [N][2], about the origin, by the method of Fruchterman and Reingold (1991): with k = 1 every two
// nodes push each other off with k²/d, each edge pulls with d²/k, and a node moves along the sum of its forces, by at most a
// temperature that falls evenly to 0. O(steps·N²): for up to some hundred nodes. The places follow from rng.
func Spring(g *Graph, steps int, rng *rand.Rand) [][2]float64 {
	g.check("Spring")
	p := make([][2]float64, g.N)
	size := math.Sqrt(float64(max(g.N, 1)))
	for v := range p {
		p[v] = [2]float64{size * (rng.Float64() - 0.5), size * (rng.Float64() - 0.5)}
	}
	force := make([][2]float64, g.N)
	for step := range steps {
		hot := size / 4 * (1 - float64(step)/float64(steps)) // the temperature
		clear(force)
		push := func(u, v int, of func(d float64) float64) {
			x, y := p[u][0]-p[v][0], p[u][1]-p[v][1]
			d := math.Max(math.Hypot(x, y), 1e-3)
			f := of(d) / d
			force[u][0], force[u][1] = force[u][0]+f*x, force[u][1]+f*y
		}
		for u := range p {
			for v := range p {
				if u != v {
					push(u, v, func(d float64) float64 { return 1 / d })
				}
			}
		}
		for e, u := range g.From {
			if v := g.To[e]; u != v {
				push(u, v, func(d float64) float64 { return -d * d })
			}
		}
		for v := range p {
			if f := math.Hypot(force[v][0], force[v][1]); f > 0 {
				s := math.Min(f, hot) / f
				p[v][0], p[v][1] = p[v][0]+s*force[v][0], p[v][1]+s*force[v][1]
			}
		}
	}
	return p
}

// Spectral returns places for the nodes, [N][2], from the eigenvectors of L = D − A of the second and third smallest eigenvalue: they
// make Σ over edges of ‖p_u − p_v‖² small among centred places of unit variance (Hall 1970). Arcs count in both directions. O(N³). For
// fewer than three nodes places are 0.
func Spectral(g *Graph) [][2]float64 {
	g.check("Spectral")
	p := make([][2]float64, g.N)
	if g.N < 3 {
		return p
	}
	l := mat.NewSymDense(g.N, nil)
	for e, u := range g.From {
		if v := g.To[e]; u != v {
			l.SetSym(u, v, l.At(u, v)-0.5)
			l.SetSym(u, u, l.At(u, u)+0.5)
			l.SetSym(v, v, l.At(v, v)+0.5)
		}
	}
	var eig mat.EigenSym
	if !eig.Factorize(l, true) {
		panic("graph: Spectral: no eigenvectors")
	}
	var vectors mat.Dense
	eig.VectorsTo(&vectors)
	for v := range p {
		p[v] = [2]float64{vectors.At(v, 1), vectors.At(v, 2)}
	}
	return p
}

// Picture draws the graph at the places p, nodes in groups by group[v] (nil: one), each with its own marker and the name from names
// (nil: none).
func Picture(alt string, ax plots.Axes, g *Graph, p [][2]float64, group []int, names []string) (*plots.Figure, error) {
	g.check("Picture")
	if len(p) != g.N || group != nil && len(group) != g.N {
		return nil, fmt.Errorf("graph: Picture: %d nodes, %d places, %d groups", g.N, len(p), len(group))
	}
	var clouds []plots.Cloud
	for v := range g.N {
		k := 0
		if group != nil {
			k = group[v]
		}
		for len(clouds) <= k {
			c := plots.Cloud{}
			if len(clouds) < len(names) {
				c.Name = names[len(clouds)]
			}
			clouds = append(clouds, c)
		}
		clouds[k].X, clouds[k].Y = append(clouds[k].X, p[v][0]), append(clouds[k].Y, p[v][1])
	}
	lo, hi := [2]float64{math.Inf(1), math.Inf(1)}, [2]float64{math.Inf(-1), math.Inf(-1)}
	for _, q := range p {
		for i, v := range q {
			lo[i], hi[i] = math.Min(lo[i], v), math.Max(hi[i], v)
		}
	}
	w, h := math.Max(hi[0]-lo[0], 1e-9), math.Max(hi[1]-lo[1], 1e-9)
	ax.XMin, ax.XMax, ax.YMin, ax.YMax = lo[0]-0.06*w, hi[0]+0.06*w, lo[1]-0.06*h, hi[1]+0.06*h
	if ax.Width == 0 {
		ax.Width, ax.Height = 480, 420
	}
	if ax.X == "" && ax.Y == "" {
		ax.X, ax.Y = "place (no unit)", "place (no unit)"
	}
	// an edge is a quadrangle, about one and a half pixels wide where the picture is as wide as high
	var edges []plots.Polygon
	for e, u := range g.From {
		v := g.To[e]
		x, y := (p[v][0]-p[u][0])/w, (p[v][1]-p[u][1])/h
		d := math.Hypot(x, y)
		if d == 0 {
			continue
		}
		x, y = 0.002*x/d*w, 0.002*y/d*h
		nx, ny := -y/h*w, x/w*h
		edges = append(edges, plots.Polygon{
			X: []float64{p[u][0] - nx, p[v][0] - nx, p[v][0] + nx, p[u][0] + nx}, Y: []float64{p[u][1] - ny, p[v][1] - ny, p[v][1] + ny, p[u][1] + ny},
			Fill: color.RGBA{R: 150, G: 150, B: 150, A: 255}})
	}
	return plots.Polygons(alt, ax, plots.PolygonsOptions{Clouds: clouds}, edges...)
}
