"""Reference numbers for lib/robust: run in this folder with SciPy and JAX installed; writes golden.json.

The intervals are SciPy's. The training is that of a linear classifier of two classes, whose inner maximum is a closed form:
log(1 + exp(-(margin - eps * |w_y - w_k|_1))). JAX differentiates that; there is no inner loop here.
"""
import json

import jax
import jax.numpy as jnp
import numpy as np
from scipy import stats

jax.config.update("jax_enable_x64", True)

shares = []
for n in (1, 7, 100, 1000):
    for k in sorted({0, 1, n // 3, n // 2, n - 1, n}):
        for level in (0.5, 0.95, 0.999):
            r = stats.binomtest(k, n).proportion_ci(level, method="exact")
            shares.append({"k": k, "n": n, "level": level, "lo": r.low, "hi": r.high})

rng = np.random.default_rng(58)
means = []
for n in (2, 5, 60):
    x = rng.gamma(2, 0.3, n)
    for level in (0.5, 0.95, 0.999):
        lo, hi = stats.t.interval(level, n - 1, loc=x.mean(), scale=stats.sem(x))
        means.append({"x": x.tolist(), "level": level, "lo": lo, "hi": hi})

N, D, STEPS = 24, 5, 40
x = rng.normal(size=(N, D)).astype(np.float32).astype(float)
y = (x @ rng.normal(size=D) + 0.5 * rng.normal(size=N) > 0).astype(int)
w0 = (0.3 * rng.normal(size=(D, 2))).astype(np.float32).astype(float)
EPS, GROW, CLEAN, RATE = 0.2, 0.5, 0.25, 0.02


def bracket(w, eps):
    d = w[:, 1] - w[:, 0]
    margin = (2 * y - 1) * (x @ d)
    J = lambda m: jnp.mean(jnp.logaddexp(0, -m))
    return (1 - CLEAN) * J(margin - eps * jnp.sum(jnp.abs(d))) + CLEAN * J(margin)


w, m, v, losses = w0, np.zeros_like(w0), np.zeros_like(w0), []
for t in range(1, STEPS + 1):
    eps = EPS * min(1, (t - 1) / (GROW * STEPS))
    loss, g = jax.value_and_grad(bracket)(jnp.array(w), eps)
    losses.append(float(loss))
    m, v = 0.9 * m + 0.1 * np.array(g), 0.999 * v + 0.001 * np.array(g) ** 2
    w = w - RATE * (1 - (t - 1) / STEPS) * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-7)

json.dump({"shares": shares, "means": means,
           "training": {"x": x.tolist(), "y": y.tolist(), "w0": w0.tolist(), "w": w.tolist(), "losses": losses, "steps": STEPS,
                        "eps": EPS, "grow": GROW, "clean": CLEAN, "rate": RATE}}, open("golden.json", "w"), indent=1)
