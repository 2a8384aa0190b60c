// Written with the constant sum: what the worker loses the centre gains, and with one struct for each worker.

package easgd

import (
	"errors"
	"math"
)

var errInput = errors.New("easgd: an argument is out of range, empty, not finite or of the wrong length")

type springWorker struct{ x, v []float64 }

func good(d int, points ...[]float64) bool {
	for _, p := range points {
		if len(p) == 0 || len(p) != d {
			return false
		}
		for _, v := range p {
			if v-v != 0 { // NaN for NaN and ±Inf
				return false
			}
		}
	}
	return true
}

func positive(v float64) bool { return v > 0 && v <= math.MaxFloat64 }

func nonNegative(v float64) bool { return v == 0 || positive(v) }

// Meet returns both after the meeting.
func Meet(x, centre []float64, alpha float64) ([]float64, []float64, error) {
	if !good(len(x), x, centre) || !nonNegative(alpha) {
		return nil, nil, errInput
	}
	w, m := make([]float64, len(x)), make([]float64, len(x))
	for j := range x {
		w[j] = (1-alpha)*x[j] + alpha*centre[j]
		m[j] = alpha*x[j] + (1-alpha)*centre[j]
	}
	if !good(len(x), w, m) {
		return nil, nil, errInput
	}
	return w, m, nil
}

// SyncStep uses x̃ ← (1 − β)x̃ + β·mean.
func SyncStep(x, gradients [][]float64, centre []float64, rate, alpha float64) ([][]float64, []float64, error) {
	p, d := len(x), len(centre)
	if p == 0 || len(gradients) != p || !good(d, centre) || !good(d, x...) || !good(d, gradients...) || !positive(rate) || !nonNegative(alpha) {
		return nil, nil, errInput
	}
	beta := float64(p) * alpha
	middle := make([]float64, d)
	out := make([][]float64, p)
	for i := range out {
		out[i] = make([]float64, d)
	}
	for j := range middle {
		mean := 0.0
		for i := range x {
			mean += x[i][j] / float64(p)
			out[i][j] = x[i][j] - rate*gradients[i][j] - alpha*(x[i][j]-centre[j])
		}
		middle[j] = (1-beta)*centre[j] + beta*mean
	}
	if !good(d, out...) || !good(d, middle) {
		return nil, nil, errInput
	}
	return out, middle, nil
}

// Elastic runs the turns by their running number.
func Elastic(gradient func(worker int, x []float64) []float64, x0 []float64, workers, steps, period int, rate, alpha, momentum float64) ([][]float64, [][]float64, error) {
	d := len(x0)
	if !good(d, x0) || workers < 1 || steps < 0 || period < 1 || !positive(rate) || !nonNegative(alpha) || !nonNegative(momentum) || momentum >= 1 {
		return nil, nil, errInput
	}
	var crew []springWorker
	for range workers {
		crew = append(crew, springWorker{append([]float64(nil), x0...), make([]float64, d)})
	}
	centre := append([]float64(nil), x0...)
	centres := [][]float64{append([]float64(nil), x0...)}
	for turn := range steps * workers {
		w := &crew[turn%workers]
		at := make([]float64, d)
		for j := range at {
			at[j] = w.x[j] + momentum*w.v[j]
		}
		g := gradient(turn%workers, at)
		if !good(d, g) {
			return nil, nil, errInput
		}
		meets := turn/workers%period == 0
		for j := range g {
			step := momentum*w.v[j] - rate*g[j]
			if meets {
				pull := alpha * (w.x[j] - centre[j])
				centre[j] += pull
				w.x[j] -= pull
			}
			w.x[j] += step
			w.v[j] = step
		}
		if !good(d, w.x, w.v, centre) {
			return nil, nil, errInput
		}
		if turn%workers == workers-1 {
			centres = append(centres, append([]float64(nil), centre...))
		}
	}
	var points [][]float64
	for _, w := range crew {
		points = append(points, w.x)
	}
	return centres, points, nil
}

// Downpour keeps in v the point from which a worker set out; the way is the difference.
func Downpour(gradient func(worker int, x []float64) []float64, x0 []float64, workers, steps, period int, rate float64) ([][]float64, error) {
	d := len(x0)
	if !good(d, x0) || workers < 1 || steps < 0 || period < 1 || !positive(rate) {
		return nil, errInput
	}
	from, crew := make([][]float64, workers), make([][]float64, workers)
	for i := range workers {
		from[i], crew[i] = append([]float64(nil), x0...), append([]float64(nil), x0...)
	}
	centre := append([]float64(nil), x0...)
	centres := [][]float64{append([]float64(nil), x0...)}
	for t := range steps {
		for i, x := range crew {
			if t%period == 0 {
				for j := range centre {
					centre[j] += x[j] - from[i][j]
				}
				copy(x, centre)
				copy(from[i], centre)
			}
			g := gradient(i, append([]float64(nil), x...))
			if !good(d, g, centre) {
				return nil, errInput
			}
			for j := range g {
				x[j] -= rate * g[j]
			}
			if !good(d, x) {
				return nil, errInput
			}
		}
		centres = append(centres, append([]float64(nil), centre...))
	}
	return centres, nil
}
