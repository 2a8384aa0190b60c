"""Writes golden.json: trajectories of gradient descent by NumPy and minima by SciPy.

    python golden.py > golden.json        (numpy 2.x, scipy 1.x)
"""

import json

import numpy as np
from scipy.optimize import minimize, rosen, rosen_der

rng = np.random.default_rng(20)


def gd(grad, x0, rate, steps):
    x = np.array(x0, float)
    points = [x.copy()]
    for _ in range(steps):
        x = x - rate * grad(x)
        points.append(x.copy())
    return points


# Logistic regression with a ridge: (1/N) sum log(1 + exp(-y a.x)) + (mu/2) |x|^2
n, d, mu = 30, 4, 0.05
a = rng.normal(size=(n, d))
y = np.where(a @ rng.normal(size=d) + 0.7 * rng.normal(size=n) > 0, 1.0, -1.0)


def loss(x):
    return np.mean(np.logaddexp(0, -y * (a @ x))) + mu / 2 * x @ x


def grad(x):
    m = -y / (1 + np.exp(y * (a @ x)))
    return a.T @ m / n + mu * x


x0 = rng.normal(size=d) * 2
best = minimize(loss, np.zeros(d), jac=grad, method="BFGS", options={"gtol": 1e-13, "maxiter": 10000})
points = gd(grad, x0, 0.8, 60)

rosen_points = gd(rosen_der, [-1.2, 1.0], 1e-3, 200)

print(
    json.dumps(
        {
            "logistic": {
                "A": a.tolist(),
                "Y": y.tolist(),
                "Mu": mu,
                "X0": x0.tolist(),
                "Rate": 0.8,
                "Points": [p.tolist() for p in points],
                "Losses": [float(loss(p)) for p in points],
                "GradNorms": [float(np.linalg.norm(grad(p))) for p in points],
                "Minimum": best.x.tolist(),
                "MinLoss": float(best.fun),
            },
            "rosenbrock": {
                "Rate": 1e-3,
                "Points": [p.tolist() for p in rosen_points],
                "Losses": [float(rosen(p)) for p in rosen_points],
            },
        }
    )
)
