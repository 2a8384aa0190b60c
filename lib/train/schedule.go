package train

import "math"

// A schedule for Config.Schedule gives the factor of the learning rate when the share done ∈ [0, 1) of all steps
// lies behind.

// Cosine falls from 1 to 0 along half a cosine wave (Loshchilov and Hutter 2017, eq. 5, without restarts):
// ½(1 + cos π·done).
func Cosine(done float64) float64 { return (1 + math.Cos(math.Pi*done)) / 2 }

// Steps multiplies the rate by factor each time one of the shares in at is reached:
// Steps(0.1, 0.5, 0.75) trains half of the time at 1, a quarter at 0.1, a quarter at 0.01.
func Steps(factor float64, at ...float64) func(done float64) float64 {
	return func(done float64) float64 {
		f := 1.0
		for _, a := range at {
			if done >= a {
				f *= factor
			}
		}
		return f
	}
}

// WarmUp rises linearly from near 0 to 1 during the first share of the steps and then follows the schedule then,
// stretched over the rest. The factor is never 0 at the first step: at done = 0 it is that of one thousandth of the share.
func WarmUp(share float64, then func(done float64) float64) func(done float64) float64 {
	return func(done float64) float64 {
		if done < share {
			return max(done/share, 1e-3) * then(0)
		}
		return then((done - share) / (1 - share))
	}
}
