package nb_test

import (
	"fmt"

	"nncourse/lib/nb"
	"nncourse/lib/plots"
)

// In a terminal a figure is its text, and a file whose path is printed (not in tests).
func Example() {
	loss := []float64{2.3, 0.9, 0.4, 0.2}
	fig := nb.Must(plots.Curves("The loss falls from 2.3 to 0.2 in four epochs.",
		plots.Axes{X: "epoch", Y: "loss"}, plots.Series{Y: loss}))
	nb.Show(fig)
	nb.Claim(loss[3] < 0.5, "after %d epochs the loss is %.1f", len(loss), loss[3])
	// Output:
	// [figure] The loss falls from 2.3 to 0.2 in four epochs.
	// ✓ after 4 epochs the loss is 0.2
}

func ExampleTable() {
	nb.Table("Relative norm of the perturbation",
		[]string{"attack", "ρ"},
		[][]string{{"DeepFool", "0.198"}, {"fast gradient sign", "0.61"}})
	// Output:
	// Relative norm of the perturbation
	// attack                  ρ
	// ─────────────────────────
	// DeepFool            0.198
	// fast gradient sign   0.61
}

func ExampleProgress() {
	p := nb.NewProgress("training", 100)
	for k := 1; k <= 100; k++ {
		p.Set(k, fmt.Sprintf("loss %.2f", 1/float64(k)))
	}
	p.Done("loss 0.01")
	// Output:
	// training: 25/100: loss 0.04
	// training: 50/100: loss 0.02
	// training: 75/100: loss 0.01
	// training: loss 0.01
}
