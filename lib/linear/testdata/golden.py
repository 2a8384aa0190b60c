"""Writes golden.json: logistic regressions with a penalty, minimised by scipy, and checked against scikit-learn.

    python golden.py > golden.json        (numpy 2.4.6, scipy 1.17.1, scikit-learn 1.9.1)

J(w, b) = mean log(1 + exp(-y f)) + lambda/2 |w|^2 is minimised by scipy.optimize.minimize (trust-exact, with gradient and Hessian), and
agrees with LogisticRegression(C = 1/(n lambda), solver newton-cholesky) to 1e-7.
"""
import json
import sys

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

rng = np.random.default_rng(20261121)
cases = []
for n, d, lam, apart in ((30, 1, 0.1, 2), (60, 2, 0.01, 2), (60, 2, 1.0, 3), (100, 5, 1e-4, 1), (40, 2, 0.001, 8), (80, 3, 0, 1)):
    y = np.where(np.arange(n) % 2 == 0, 1.0, -1.0)
    x = rng.standard_normal((n, d)) * rng.uniform(0.5, 3, d)
    x[:, 0] += apart * y / 2
    X = np.c_[x, np.ones(n)]
    D = lam * np.diag([1.0] * d + [0.0])

    def J(t):
        return np.logaddexp(0, -y * (X @ t)).mean() + t @ D @ t / 2

    def g(t):
        return -(expit(-y * (X @ t)) * y) @ X / n + D @ t

    def h(t):
        p = expit(-y * (X @ t))
        return (X.T * (p * (1 - p))) @ X / n + D

    s = minimize(J, np.zeros(d + 1), jac=g, hess=h, method="trust-exact", options=dict(gtol=1e-13))
    for _ in range(3):  # to the last digit
        s.x = s.x - np.linalg.solve(h(s.x), g(s.x))
    m = LogisticRegression(C=1 / (n * lam) if lam else np.inf, solver="newton-cholesky", tol=1e-12, max_iter=1000).fit(x, y)
    assert np.abs(m.coef_[0] - s.x[:d]).max() < 1e-7 and abs(m.intercept_[0] - s.x[d]) < 1e-7
    assert np.abs(g(s.x)).max() < 1e-14
    cases.append(dict(x=x.tolist(), y=y.tolist(), l2=lam, w=s.x[:d].tolist(), b=s.x[d], loss=J(s.x)))
json.dump(cases, sys.stdout)
