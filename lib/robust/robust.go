// Package robust trains networks against the attacks of lib/attack and measures what is left of their answers.
//
//	inner.go     the inner maximisation: projected sign steps in the L∞ ball, as a piece of a graph
//	training.go  adversarial training: the outer minimisation, one XLA execution a step
//	accuracy.go  robust accuracy against the radius, worst of all restarts
//	interval.go  confidence intervals of a share (Clopper-Pearson) and of a mean (Student)
//	rho.go       minimal-norm statistics: ρ_adv of an attack's result, with its interval
//	transfer.go  transfer matrices: examples made on one net, judged by another
package robust
