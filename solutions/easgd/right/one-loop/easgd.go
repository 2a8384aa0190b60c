// Written around one loop that both asynchronous methods share.

package easgd

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Meet moves worker and centre towards each other by α(x − x̃).
func Meet(x, centre []float64, alpha float64) (worker, middle []float64, err error) {
	if err := errors.Join(goodPoint("x", x, len(x)), goodPoint("the centre", centre, len(x)), goodAlpha(alpha)); err != nil {
		return nil, nil, err
	}
	worker, middle = slices.Clone(x), slices.Clone(centre)
	for j := range x {
		pull := alpha * (x[j] - centre[j])
		worker[j] -= pull
		middle[j] += pull
	}
	return worker, middle, errors.Join(goodPoint("the worker", worker, len(x)), goodPoint("the new centre", middle, len(x)))
}

// SyncStep is one step of all workers at once.
func SyncStep(x, gradients [][]float64, centre []float64, rate, alpha float64) (workers [][]float64, middle []float64, err error) {
	if err := errors.Join(goodRate(rate), goodAlpha(alpha), goodPoint("the centre", centre, len(centre))); err != nil {
		return nil, nil, err
	}
	if len(x) == 0 || len(gradients) != len(x) {
		return nil, nil, fmt.Errorf("%d workers and %d gradients", len(x), len(gradients))
	}
	for i := range x {
		if err := errors.Join(goodPoint("a worker", x[i], len(centre)), goodPoint("a gradient", gradients[i], len(centre))); err != nil {
			return nil, nil, err
		}
	}
	middle = slices.Clone(centre)
	for i := range x {
		w := slices.Clone(x[i])
		for j := range w {
			// xⁱ ← xⁱ − η gⁱ − α(xⁱ − x̃), x̃ ← x̃ + Σ α(xⁱ − x̃)
			pull := alpha * (x[i][j] - centre[j])
			w[j] -= rate*gradients[i][j] + pull
			middle[j] += pull
		}
		if err := goodPoint("a result", w, len(centre)); err != nil {
			return nil, nil, err
		}
		workers = append(workers, w)
	}
	return workers, middle, goodPoint("the new centre", middle, len(centre))
}

// turns lets the workers act, and collects the centre after each round. act moves worker i and the centre.
func turns(centre []float64, workers, steps, period int, act func(i int, meets bool) error) ([][]float64, error) {
	centres := [][]float64{slices.Clone(centre)}
	for t := range steps {
		for i := range workers {
			if err := act(i, t%period == 0); err != nil {
				return nil, err
			}
		}
		centres = append(centres, slices.Clone(centre))
	}
	return centres, nil
}

func copies(x []float64, n int) (out [][]float64) {
	for range n {
		out = append(out, slices.Clone(x))
	}
	return out
}

// plus is x + s·y.
func plus(x []float64, s float64, y []float64) []float64 {
	z := slices.Clone(x)
	for j := range z {
		z[j] += s * y[j]
	}
	return z
}

// Elastic calls the gradient before the meeting: it does not depend on it.
func Elastic(gradient func(worker int, x []float64) []float64, x0 []float64, workers, steps, period int, rate, alpha, momentum float64) (centres, points [][]float64, err error) {
	if err := errors.Join(goodPoint("x0", x0, len(x0)), goodCounts(workers, steps, period), goodRate(rate), goodAlpha(alpha)); err != nil {
		return nil, nil, err
	}
	if !(momentum >= 0 && momentum < 1) {
		return nil, nil, fmt.Errorf("momentum is %v, want [0, 1)", momentum)
	}
	centre, x, v := slices.Clone(x0), copies(x0, workers), copies(make([]float64, len(x0)), workers)
	centres, err = turns(centre, workers, steps, period, func(i int, meets bool) error {
		g := gradient(i, plus(x[i], momentum, v[i]))
		if err := goodPoint("a gradient", g, len(x0)); err != nil {
			return err
		}
		if meets {
			w, m, err := Meet(x[i], centre, alpha)
			if err != nil {
				return err
			}
			x[i] = w
			copy(centre, m)
		}
		v[i] = plus(plus(make([]float64, len(x0)), momentum, v[i]), -rate, g)
		x[i] = plus(x[i], 1, v[i])
		return goodPoint("a worker", x[i], len(x0))
	})
	return centres, x, err
}

// Downpour is the same with another meeting.
func Downpour(gradient func(worker int, x []float64) []float64, x0 []float64, workers, steps, period int, rate float64) (centres [][]float64, err error) {
	if err := errors.Join(goodPoint("x0", x0, len(x0)), goodCounts(workers, steps, period), goodRate(rate)); err != nil {
		return nil, err
	}
	centre, x, way := slices.Clone(x0), copies(x0, workers), copies(make([]float64, len(x0)), workers)
	return turns(centre, workers, steps, period, func(i int, meets bool) error {
		if meets {
			copy(centre, plus(centre, 1, way[i]))
			copy(x[i], centre)
			clear(way[i])
		}
		g := gradient(i, slices.Clone(x[i]))
		if err := goodPoint("a gradient", g, len(x0)); err != nil {
			return err
		}
		x[i], way[i] = plus(x[i], -rate, g), plus(way[i], -rate, g)
		return errors.Join(goodPoint("a worker", x[i], len(x0)), goodPoint("the centre", centre, len(x0)))
	})
}

func goodPoint(name string, x []float64, d int) error {
	if len(x) == 0 {
		return fmt.Errorf("%s is empty", name)
	}
	if len(x) != d {
		return fmt.Errorf("%s has %d entries, want %d", name, len(x), d)
	}
	for j, v := range x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("entry %d of %s is %v", j, name, v)
		}
	}
	return nil
}

func goodRate(rate float64) error {
	if !(rate > 0) || math.IsInf(rate, 1) {
		return fmt.Errorf("the rate is %v, want a positive number", rate)
	}
	return nil
}

func goodAlpha(alpha float64) error {
	if !(alpha >= 0) || math.IsInf(alpha, 1) {
		return fmt.Errorf("alpha is %v, want [0, ∞)", alpha)
	}
	return nil
}

func goodCounts(workers, steps, period int) error {
	if workers < 1 || steps < 0 || period < 1 {
		return fmt.Errorf("%d workers, %d steps, period %d: want at least 1, 0, 1", workers, steps, period)
	}
	return nil
}
