"""Reference of lib/entropysgd: writes golden.json. Needs numpy and scipy.

Written from Algorithm 1 of Chaudhari et al. 2017, as vector code, apart from the Go code; the integrals by scipy's adaptive quadrature.
"""
import json
import numpy as np
from scipy.integrate import quad

out = {}

# -- local entropy on the line: f(x) = wide valley at -1, sharp one at 1.5
def f(x):
    return 4 - 3 * np.exp(-((x + 1) ** 2) / 0.8) - 3.5 * np.exp(-((x - 1.5) ** 2) / 0.02) + 0.05 * x * x

rows = []
for gamma in [0.5, 3.0, 20.0, 400.0]:
    for x in [-2.0, -1.0, 0.1, 1.4, 1.5, 2.2]:
        w = 12 / np.sqrt(gamma)
        # breakpoints help quad to see the sharp valley
        pts = sorted(p for p in [-1.0, 1.3, 1.4, 1.5, 1.6, 1.7, x] if abs(p - x) < w)
        def integral(k):
            g = lambda y: (y - x) ** k * np.exp(-f(y) - gamma / 2 * (y - x) ** 2)
            edges = [x - w] + pts + [x + w]
            return sum(quad(g, a, b, epsabs=0, epsrel=1e-13, limit=500)[0] for a, b in zip(edges, edges[1:]) if b > a)
        z, m1, m2 = (integral(k) for k in range(3))
        rows.append([gamma, x, float(np.log(z)), float(x + m1 / z), float(m2 / z - (m1 / z) ** 2)])
out["entropy"] = rows

# -- a run of Entropy-SGD: least squares with mini-batches, noise, momentum in both loops
rng = np.random.default_rng(7)
A, b = rng.normal(size=(12, 3)), rng.normal(size=12)
x0 = rng.normal(size=3)
L, T, B = 4, 6, 3
eta, etap, eps, alpha, g0, g1 = 0.7, 0.05, 0.3, 0.6, 0.8, 0.1
batches = [rng.choice(12, size=B, replace=False) for _ in range(L * T)]
noise = rng.normal(size=(T, L, 3))

def run(unscaled, rho_in, rho_out):
    x = x0.copy()
    V = np.zeros(3)
    path, k = [x.copy()], 0
    for t in range(T):
        gamma = g0 * (1 + g1) ** t
        y, mu, v = x.copy(), x.copy(), np.zeros(3)
        for l in range(L):
            rows_ = batches[k]; k += 1
            g = A[rows_].T @ (A[rows_] @ y - b[rows_]) / B
            v = rho_in * v + g
            step = (g + rho_in * v if rho_in else g) - gamma * (x - y)
            y = y - etap * step + np.sqrt(etap) * eps * noise[t, l]
            mu = (1 - alpha) * mu + alpha * y
        d = (x - mu) if unscaled else gamma * (x - mu)
        V = rho_out * V + d
        x = x - eta * (d + rho_out * V if rho_out else d)
        path.append(x.copy())
    return [p.tolist() for p in path]

out["problem"] = {"A": A.tolist(), "b": b.tolist(), "x0": x0.tolist(), "batches": [r.tolist() for r in batches], "noise": noise.ravel().tolist()}
out["runs"] = [{"unscaled": u, "inner": i, "outer": o, "path": run(u, i, o)} for u, i, o in [(False, 0, 0), (True, 0, 0), (True, 0.5, 0), (False, 0.5, 0.4)]]
json.dump(out, open("golden.json", "w"), indent=1)
