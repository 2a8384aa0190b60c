"""Trajectories of the methods by NumPy, written from the paper's Algorithms 1-5, and variances by SciPy's Lyapunov solver.

    python golden.py > golden.json
"""
import json
import numpy as np
from scipy.linalg import solve_discrete_lyapunov

P, STEPS, TAU, ETA, ALPHA, DELTA = 3, 7, 2, 0.08, 0.21, 0.6
X0 = np.array([1.7, -0.4])


def grad(i, x):
    """Gradient of (ab - 1)^2/2 at x, and a push of its own for each worker: everything else is deterministic."""
    r = x[0] * x[1] - 1
    return np.array([r * x[1] + 0.1 * (i + 1), r * x[0] - 0.2 * i])


def turns(meet, step):
    """Workers take turns: everyone meets the centre first (if its clock says so), then steps, and meets before the next."""
    for t in range(STEPS):
        for i in range(P):
            meet(i, t)
            step(i)


def easgd():
    c, x, at = X0.copy(), [X0.copy() for _ in range(P)], [None] * P

    def meet(i, t):
        at[i] = x[i].copy()
        if t % TAU == 0:
            diff = at[i] - c
            x[i] = x[i] - ALPHA * diff
            c[:] = c + ALPHA * diff

    def step(i):
        x[i] = x[i] - ETA * grad(i, at[i])

    turns(meet, step)
    return c, x


def eamsgd():
    c, x, at = X0.copy(), [X0.copy() for _ in range(P)], [None] * P
    v = [np.zeros(2) for _ in range(P)]

    def meet(i, t):
        at[i] = x[i].copy()
        if t % TAU == 0:
            diff = at[i] - c
            x[i] = x[i] - ALPHA * diff
            c[:] = c + ALPHA * diff

    def step(i):
        v[i] = DELTA * v[i] - ETA * grad(i, at[i] + DELTA * v[i])
        x[i] = x[i] + v[i]

    turns(meet, step)
    return c, x


def downpour():
    c, x = X0.copy(), [X0.copy() for _ in range(P)]
    v = [np.zeros(2) for _ in range(P)]

    def meet(i, t):
        if t % TAU == 0:
            c[:] = c + v[i]
            x[i] = c.copy()
            v[i] = np.zeros(2)

    def step(i):
        g = grad(i, x[i])
        x[i] = x[i] - ETA * g
        v[i] = v[i] - ETA * g

    turns(meet, step)
    return c, x


def mdownpour():
    c, v, x, g = X0.copy(), np.zeros(2), [X0.copy() for _ in range(P)], [None] * P

    def meet(i, t):
        if g[i] is not None:
            v[:] = DELTA * v - ETA * g[i]
            c[:] = c + v
        x[i] = c + DELTA * v

    def step(i):
        g[i] = grad(i, x[i])

    turns(meet, step)
    return c, x


def synchronous():
    c, x = X0.copy(), [X0.copy() for _ in range(P)]
    for t in range(STEPS):
        a = ALPHA if t % TAU == 0 else 0.0
        new = [x[i] - ETA * grad(i, x[i]) - a * (x[i] - c) for i in range(P)]
        c = (1 - P * a) * c + P * a * np.mean(x, axis=0)
        x = new
    return c, x


def sequential():
    x, v = X0.copy(), np.zeros(2)
    for t in range(STEPS):
        v = DELTA * v - ETA * grad(0, x + DELTA * v)
        x = x + v
    return x, [x]


def variance(eta, h, sigma, alpha, p):
    """Stationary variance of the centre from all p + 1 coordinates: S = M S M' + noise."""
    m = np.zeros((p + 1, p + 1))
    m[0, 0] = 1 - p * alpha
    m[0, 1:] = alpha
    for i in range(1, p + 1):
        m[i, 0] = alpha
        m[i, i] = 1 - eta * h - alpha
    q = np.diag([0.0] + [(eta * sigma) ** 2] * p)
    return solve_discrete_lyapunov(m, q)[0, 0]


out = {"runs": {}, "variance": []}
for f in (easgd, eamsgd, downpour, mdownpour, synchronous, sequential):
    c, x = f()
    out["runs"][f.__name__] = {"centre": c.tolist(), "workers": [w.tolist() for w in x]}
for eta, h, sigma, alpha, p in [(0.1, 1, 1, 0.9 / 4, 4), (0.5, 2, 0.3, 0.1, 3), (0.3, 1, 2, 0.45, 1), (1.5, 0.5, 1, 0.05, 16), (0.01, 3, 1, 0.2, 8)]:
    out["variance"].append({"Rate": eta, "H": h, "Sigma": sigma, "Alpha": alpha, "P": p, "Want": variance(eta, h, sigma, alpha, p)})
print(json.dumps(out, indent=1))
