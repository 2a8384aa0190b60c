package robust

import (
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/train/loss"
)

// Inner is the inner maximisation of adversarial training: projected gradient ascent of the cross entropy J in the L∞ ball (Madry,
// Makelov, Schmidt, Tsipras, Vladu, ICLR 2018, eq. 2.1 and §2.1), Steps steps unrolled into the graph it is called in:
//
//	r ← clip(x + ε·u, Lo, Hi) − x                       u ∈ [−1, 1], the start
//	r ← clip(x + Π(r + α·sign ∇ₓJ(x + r, y)), Lo, Hi) − x    Steps times, Π(r)ⱼ = min(max(rⱼ, −ε), ε)
//
// With one step, u uniform, and α = 1.25·ε it is the fast form of Wong, Rice, Kolter (ICLR 2020, Alg. 3). With one step, u = 0, and
// α = ε it is FGSM, which nets learn to answer without becoming robust.
type Inner struct {
	Steps  int     // 0 = 1
	Step   float64 // α, as a share of ε: 0 = 1.25 for one step, 2.5/Steps for more
	Lo, Hi float64 // valid range of every input value; both 0 = no clipping
}

func (a Inner) withDefaults() Inner {
	if a.Steps <= 0 {
		a.Steps = 1
	}
	if a.Step == 0 {
		a.Step = 2.5 / float64(a.Steps)
		if a.Steps == 1 {
			a.Step = 1.25
		}
	}
	return a
}

// Perturb gives r, of the shape of x: x [batch, …], classes y [batch, 1], u of the shape of x, ε a scalar. No gradient flows through
// r: by Danskin's theorem the gradient of max_r J by the weights is that of J at the maximum, held fixed (Madry et al., App. A).
func (a Inner) Perturb(logits func(x *graph.Node) *graph.Node, x, y, u, eps *graph.Node) *graph.Node {
	a = a.withDefaults()
	clip := func(r *graph.Node) *graph.Node {
		if a.Lo == 0 && a.Hi == 0 {
			return r
		}
		return graph.Sub(graph.ClipScalar(graph.Add(x, r), a.Lo, a.Hi), x)
	}
	r := clip(graph.Mul(eps, u))
	alpha := graph.MulScalar(eps, a.Step)
	for range a.Steps {
		at := graph.Add(x, r)
		// example i's J depends on its xᵢ alone, so one reverse pass of the sum has all rows
		J := graph.ReduceAllSum(crossEntropy(logits(at), y))
		g := graph.Gradient(J, at)[0]
		r = graph.Add(r, graph.Mul(alpha, graph.Sign(g)))
		r = clip(graph.Max(graph.Min(r, eps), graph.Neg(eps)))
	}
	return graph.StopGradient(r)
}

// crossEntropy is J of every example [batch] for logits z [batch, classes] and classes y [batch, 1].
func crossEntropy(z, y *graph.Node) *graph.Node {
	return graph.Reshape(loss.SparseCategoricalCrossEntropyLogits([]*graph.Node{y}, []*graph.Node{z}), -1)
}
