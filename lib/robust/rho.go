package robust

import (
	"nncourse/lib/attack"
	"nncourse/lib/datasets"
)

// Rho is ρ̂_adv, the mean of ‖r(x)‖₂/‖x‖₂ over the examples whose label an attack of minimum norm changed (Moosavi-Dezfooli, Fawzi,
// Frossard, CVPR 2016, eq. 2), with what is needed to judge it. The interval is for the choice of examples; that the attack's r
// is not the shortest makes ρ̂ too large, by how much nobody knows.
type Rho struct {
	Mean, Lo, Hi float64   // NaN where nothing flipped
	Level        float64   // of the interval
	Ratios       []float64 // ‖r‖₂/‖x‖₂ of the examples that flipped, in order
	Index        []int     // of those examples
	Flipped      int       // examples that flipped: the mean is over them
	Wrong        int       // examples that were wrong from the start, left out
	Failed       int       // examples that the attack did not change, left out: with many of them, Mean is too small
}

// RhoAdv gives ρ̂_adv of an attack's result on d, with Student's interval at the level given, 0.95 for example.
func RhoAdv(res *attack.Result, d *datasets.Images, level float64) Rho {
	r := Rho{Level: level, Flipped: res.Count(attack.Flipped), Wrong: res.Count(attack.AlreadyWrong)}
	r.Failed = res.N - r.Flipped - r.Wrong
	r.Ratios, r.Index = res.Ratios(d)
	r.Mean, r.Lo, r.Hi = MeanInterval(r.Ratios, level)
	return r
}
