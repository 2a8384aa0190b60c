package nb

import "nncourse/lib/workspace"

// Fast tells whether the fast setting is on, COURSE_FAST=1: lessons that train long then take fewer steps. `course test` and
// `course run --fast` set it; the outputs stored in the lessons come from the full setting.
func Fast() bool { return workspace.Fast() }

// Budget gives full, or fast under the fast setting: steps, samples, seeds, and the bands that a claim then asks for.
//
//	steps := nb.Budget(4000, 300)
//	…
//	nb.Claim(accuracy > nb.Budget(0.992, 0.95), "test accuracy %.4f", accuracy)
//
// The same claims must be made under both settings. A cell whose outputs depend on the setting carries the tag budget.
func Budget[T any](full, fast T) T {
	if Fast() {
		return fast
	}
	return full
}

// Checkpoint gives the folder ROOT/.course/checkpoints/NAME, created, for what one cell trains and later ones load. Under the
// fast setting it is NAME-fast, so that a model trained a little is never taken for one trained fully.
func Checkpoint(name string) string {
	if Fast() {
		name += "-fast"
	}
	return Must(workspace.Checkpoints(name))
}
