"""Writes golden.json: ends of differential equations by SciPy's DOP853 with tolerance 1e-13.

    python golden.py > golden.json        (numpy 2.x, scipy 1.x)
"""

import json

import numpy as np
from scipy.integrate import solve_ivp

rng = np.random.default_rng(31)
end = lambda f, y0, t0, t1: solve_ivp(f, (t0, t1), y0, method="DOP853", rtol=1e-13, atol=1e-15).y[:, -1].tolist()

pendulum = lambda t, y: [y[1], -np.sin(y[0]) - 0.2 * y[1] + 0.5 * np.cos(1.3 * t)]
volterra = lambda t, y: [1.5 * y[0] - y[0] * y[1], y[0] * y[1] - 3 * y[1]]

# logistic regression, each sample a minibatch; the modified losses written out with matrices
m, d, mu = 5, 3, 0.1
a = rng.normal(size=(m, d))
y = np.where(rng.normal(size=m) > 0, 1.0, -1.0)
w0 = rng.normal(size=d)


def parts(w):
    p = 1 / (1 + np.exp(y * (a @ w)))
    g = (-y * p)[:, None] * a + mu * w  # [m, d]
    h = (p * (1 - p))[:, None, None] * a[:, :, None] * a[:, None, :] + mu * np.eye(d)  # [m, d, d]
    return g, h


def plain(t, w):
    return -parts(w)[0].mean(0)


def gd(rate):
    def f(t, w):
        g, h = parts(w)
        return -(g.mean(0) + rate / 2 * h.mean(0) @ g.mean(0))

    return f


def sgd(rate):
    def f(t, w):
        g, h = parts(w)
        return -(g + rate / 2 * np.einsum("kij,kj->ki", h, g)).mean(0)

    return f


print(
    json.dumps(
        {
            "Pendulum": end(pendulum, [1.0, 0.3], 0.5, 12.0),
            "PendulumBack": end(pendulum, [1.0, 0.3], 2.0, -1.0),
            "Volterra": end(volterra, [2.0, 1.0], 0.0, 10.0),
            "A": a.tolist(),
            "Y": y.tolist(),
            "Mu": mu,
            "W0": w0.tolist(),
            "Rate": 0.3,
            "Time": 4.0,
            "Plain": end(plain, w0, 0, 4.0),
            "GD": end(gd(0.3), w0, 0, 4.0),
            "SGD": end(sgd(0.3), w0, 0, 4.0),
        },
        indent=1,
    )
)
