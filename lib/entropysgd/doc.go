// Package entropysgd looks for wide valleys: local entropy and Entropy-SGD (Chaudhari, Choromanska, Soatto, LeCun, Baldassi, Borgs,
// Chayes, Sagun, Zecchina 2017, "Entropy-SGD: Biasing Gradient Descent Into Wide Valleys").
//
// The local entropy of a loss f at x in Rⁿ, with the scope γ > 0, is
//
//	F(x, γ) = log ∫ exp(−f(x′) − γ/2 ‖x − x′‖²) dx′ .
//
// It is large where much of the neighbourhood of x has a low loss, so one *minimises −F*. The density under the integral, a Gibbs
// density pulled towards x, is
//
//	P(x′; x, γ) ∝ exp(−f(x′) − γ/2 ‖x − x′‖²),     and with ⟨x′⟩ its mean     −∇F(x, γ) = γ(x − ⟨x′⟩) .
//
// On mini-batches f(x′) is (1/m) Σᵢ f(x′; ξᵢ), with the i-th sample ξᵢ in the i-th term.
//
// The files, in the order to read them:
//
//   - entropy.go: F, its gradient and curvature in one dimension, exactly, by quadrature; on quadratics in closed form.
//   - scoping.go: γ(t) = γ₀(1 + γ₁)ᵗ.
//   - sgld.go: the inner loop, stochastic gradient Langevin dynamics, which estimates ⟨x′⟩; its stationary law on quadratics.
//   - entropysgd.go: the outer loop, Algorithm 1 of the paper, as a method of lib/optim.
//   - net.go, netentropy.go, netsgd.go, netadam.go: Entropy-SGD, SGD and Adam on any nets.Model by GoMLX, with equal counts of gradient evaluations.
//
// As γ → ∞, F(x, γ) − (n/2) log(2π/γ) → −f(x): the loss with its sign turned. As γ → 0 the differences between places vanish.
package entropysgd
