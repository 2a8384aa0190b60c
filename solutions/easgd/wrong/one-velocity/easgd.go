// Mistake: one-velocity: all workers share one velocity

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

// Elastic is EAMSGD with the workers taking turns.
func Elastic(gradient func(worker int, x []float64) []float64, x0 []float64, workers, steps, period int, rate, alpha, momentum float64) (centres, points [][]float64, err error) {
	if err := errors.Join(goodPoint("x0", x0, len(x0)), goodCounts(workers, steps, period), goodRate(rate), goodAlpha(alpha)); err != nil {
		return nil, nil, err
	}
	if !(momentum >= 0 && momentum < 1) {
		return nil, nil, fmt.Errorf("momentum is %v, want [0, 1)", momentum)
	}
	d := len(x0)
	centre := slices.Clone(x0)
	centres = [][]float64{slices.Clone(x0)}
	velocity := make([][]float64, workers)
	for i := range workers {
		points = append(points, slices.Clone(x0))
		velocity[i] = make([]float64, d)
		velocity[i] = velocity[0]
	}
	for t := range steps {
		for i := range workers {
			// x + δ v, with x from before the meeting
			at := slices.Clone(points[i])
			for j := range at {
				at[j] += momentum * velocity[i][j]
			}
			if t%period == 0 {
				points[i], centre, err = Meet(points[i], centre, alpha)
				if err != nil {
					return nil, nil, err
				}
			}
			g := gradient(i, at)
			if err := goodPoint("a gradient", g, d); err != nil {
				return nil, nil, err
			}
			for j := range g {
				velocity[i][j] = momentum*velocity[i][j] - rate*g[j]
				points[i][j] += velocity[i][j]
			}
			if err := goodPoint("a worker", points[i], d); err != nil {
				return nil, nil, err
			}
		}
		centres = append(centres, slices.Clone(centre))
	}
	return centres, points, nil
}

// Downpour lets the workers add their ways to the centre, in turns.
func Downpour(gradient func(worker int, x []float64) []float64, x0 []float64, workers, steps, period int, rate float64) (centres [][]float64, err error) {
	if err := errors.Join(goodPoint("x0", x0, len(x0)), goodCounts(workers, steps, period), goodRate(rate)); err != nil {
		return nil, err
	}
	d := len(x0)
	centre := slices.Clone(x0)
	centres = [][]float64{slices.Clone(x0)}
	points, way := make([][]float64, workers), make([][]float64, workers)
	for i := range workers {
		points[i], way[i] = slices.Clone(x0), make([]float64, d)
	}
	for t := range steps {
		for i := range workers {
			if t%period == 0 {
				for j := range centre {
					centre[j] += way[i][j]
					points[i][j] = centre[j]
					way[i][j] = 0
				}
			}
			g := gradient(i, slices.Clone(points[i]))
			if err := goodPoint("a gradient", g, d); err != nil {
				return nil, err
			}
			for j := range g {
				points[i][j] -= rate * g[j]
				way[i][j] -= rate * g[j]
			}
			if err := errors.Join(goodPoint("a worker", points[i], d), goodPoint("the centre", centre, d)); err != nil {
				return nil, err
			}
		}
		centres = append(centres, slices.Clone(centre))
	}
	return centres, nil
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
