"""Writes golden.json: principal directions of a path by NumPy, minima and Hessians of Himmelblau's function by SciPy.

    python golden.py > golden.json        (numpy 2.x, scipy 1.x)
"""

import json

import numpy as np
from scipy.optimize import minimize

rng = np.random.default_rng(7)

path = np.cumsum(rng.normal(size=(25, 6)) * np.array([3, 0.2, 1, 0.1, 2, 0.05]), axis=0)
m = path[:-1] - path[-1]
_, s, vt = np.linalg.svd(m, full_matrices=False)


def f(x):
    return (x[0] ** 2 + x[1] - 11) ** 2 + (x[0] + x[1] ** 2 - 7) ** 2


def hess(x):
    return [
        [12 * x[0] ** 2 + 4 * x[1] - 42, 4 * x[0] + 4 * x[1]],
        [4 * x[0] + 4 * x[1], 12 * x[1] ** 2 + 4 * x[0] - 26],
    ]


minima = []
for start in [(3, 2), (-3, 3), (-4, -3), (4, -2)]:
    r = minimize(f, start, method="Nelder-Mead", options={"xatol": 1e-12, "fatol": 1e-26, "maxiter": 5000})
    minima.append(r.x.tolist())

print(
    json.dumps(
        {
            "Path": path.tolist(),
            "U": vt[0].tolist(),
            "V": vt[1].tolist(),
            "Share": [float(s[0] ** 2 / np.sum(s**2)), float(s[1] ** 2 / np.sum(s**2))],
            "Minima": minima,
            "Eigenvalues": [np.linalg.eigvalsh(hess(x)).tolist() for x in minima],
        }
    )
)
