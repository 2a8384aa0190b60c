package easgd_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"nncourse/lib/easgd"
	"nncourse/lib/optim"
)

func bowl() optim.Problem {
	return optim.Quadratic(mat.NewSymDense(2, []float64{1, 0, 0, 0.2}), []float64{1, -1})
}

// Four workers on a bowl with noisy gradients, deterministic because they take turns.
func Example() {
	task := easgd.Noisy(bowl, 0.5)
	run := easgd.Run{Workers: 4, Steps: 200}
	t, err := easgd.EASGD{Rate: 0.1, Alpha: 0.9 / 4, Period: 10}.Minimize(context.Background(), task, []float64{4, 4}, run, rand.New(rand.NewPCG(1, 2)))
	if err != nil {
		fmt.Println(err)
		return
	}
	x, updates := t.Last()
	fmt.Printf("after %d steps, %d meetings: (%.2f, %.2f)\n", updates, t.Exchanges[len(t.Exchanges)-1], x[0], x[1])
	// Output:
	// after 800 steps, 80 meetings: (0.95, -0.69)
}

// The same with real goroutines and exact gradients: the way is the runtime's, the end is not.
func ExampleGoroutines() {
	run := easgd.Run{Workers: 4, Steps: 4000, Scheduler: easgd.Goroutines{}}
	t, err := easgd.EASGD{Rate: 0.1, Alpha: 0.9 / 4, Period: 10}.Minimize(context.Background(), easgd.Noisy(bowl, 0), []float64{4, 4}, run, rand.New(rand.NewPCG(1, 2)))
	if err != nil {
		fmt.Println(err)
		return
	}
	x, updates := t.Last()
	fmt.Printf("after %d steps: (%.3f, %.3f)\n", updates, x[0], x[1])
	// Output:
	// after 16000 steps: (1.000, -1.000)
}

func ExampleDownpourPeriod() {
	for _, p := range []int{3, 4, 8} {
		fmt.Println(p, "workers:", easgd.DownpourPeriod(0.1, p))
	}
	// Output:
	// 3 workers: 9
	// 4 workers: 5
	// 8 workers: 2
}

// One step of a worker in 100 dimensions, with a meeting every ten: what the method costs beside the gradient.
func BenchmarkEASGD(b *testing.B) {
	for _, s := range []easgd.Scheduler{easgd.RoundRobin{}, easgd.Goroutines{}} {
		b.Run(fmt.Sprintf("%T", s), func(b *testing.B) {
			task := easgd.Task{Worker: func(int) easgd.Gradient { return func(dst, x []float64, _ *rand.Rand) { copy(dst, x) } }}
			run := easgd.Run{Workers: 4, Steps: b.N, Every: 1 << 40, Scheduler: s}
			if _, err := (easgd.EASGD{Rate: 0.01, Alpha: 0.2, Period: 10}).Minimize(context.Background(), task, make([]float64, 100), run, rand.New(rand.NewPCG(1, 2))); err != nil {
				b.Fatal(err)
			}
		})
	}
}
