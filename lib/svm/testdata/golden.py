"""Writes golden.json: support vector machines solved without SMO.

    python golden.py > golden.json        (cvxopt 1.3.3, mpmath 1.4.1, numpy 2.4.6, scikit-learn 1.9.1)

Each dual is solved three times, and the three must agree:
  1. by CVXOPT's interior-point method (which knows nothing of working sets): it gives the sets alpha = 0, 0 < alpha < C, alpha = C;
  2. exactly on those sets, as a linear system of the optimality conditions in 60 digits (mpmath), after which all conditions are
     checked: bounds, y f >= 1 where alpha = 0, y f <= 1 where alpha = C, sum alpha y = 0. This is what is written;
  3. by scikit-learn's SVC with tol 1e-12, as a check of 1e-3 on alpha and b: LIBSVM keeps the rows of its Gram matrix in float32.
"""
import json
import sys

import mpmath as mp
import numpy as np
from cvxopt import matrix, solvers
from sklearn.svm import SVC

mp.mp.dps = 60
solvers.options.update(show_progress=False, abstol=1e-12, reltol=1e-12, feastol=1e-12, maxiters=200)
rng = np.random.default_rng(20261121)

KERNELS = {
    "linear": lambda x, z: sum(a * b for a, b in zip(x, z)),
    "poly2": lambda x, z: (sum(a * b for a, b in zip(x, z)) + 1) ** 2,
    "poly3": lambda x, z: (mp.mpf("0.5") * sum(a * b for a, b in zip(x, z)) + 1) ** 3,
    "rbf": lambda x, z: mp.exp(-mp.mpf("0.5") * sum((a - b) ** 2 for a, b in zip(x, z))),
    "lift": lambda x, z: sum(a * b for a, b in zip(x, z)) + sum(a * a for a in x) * sum(b * b for b in z),
}


def interior_point(K, y, C):
    n = len(y)
    Q = K * np.outer(y, y)
    if np.isinf(C):
        G, h = -np.eye(n), np.zeros(n)
    else:
        G, h = np.vstack([-np.eye(n), np.eye(n)]), np.concatenate([np.zeros(n), np.full(n, C)])
    s = solvers.qp(matrix(Q), matrix(-np.ones(n)), matrix(G), matrix(h), matrix(y[None, :]), matrix(0.0))
    assert s["status"] == "optimal", s["status"]
    alpha = np.array(s["x"]).ravel()
    # alpha is good to some 1e-12 here; a wrong guess is found out below
    lower = alpha < 1e-8 * alpha.max()
    upper = np.zeros(n, bool) if np.isinf(C) else C - alpha < 1e-8 * C
    return alpha, lower, upper


def exact(x, y, C, kernel, lower, upper):
    n = len(y)
    X = [[mp.mpf(float(v)) for v in p] for p in x]
    K = mp.matrix(n, n)
    for i in range(n):
        for j in range(i, n):
            K[i, j] = K[j, i] = KERNELS[kernel](X[i], X[j])
    free = [i for i in range(n) if not lower[i] and not upper[i]]
    assert free, "no free support vector: b is not unique"
    m = len(free)
    # y_i f(x_i) = 1 for the free ones, sum alpha y = 0
    A, r = mp.matrix(m + 1, m + 1), mp.matrix(m + 1, 1)
    for a, i in enumerate(free):
        for c, j in enumerate(free):
            A[a, c] = K[i, j] * int(y[j])
        A[a, m] = 1
        A[m, a] = int(y[i])
        r[a] = int(y[i]) - sum((mp.mpf(C) * int(y[j]) * K[i, j] for j in range(n) if upper[j]), mp.mpf(0))
    r[m] = -sum((mp.mpf(C) * int(y[j]) for j in range(n) if upper[j]), mp.mpf(0))
    s = mp.lu_solve(A, r)
    alpha = [mp.mpf(0)] * n
    for j in range(n):
        if upper[j]:
            alpha[j] = mp.mpf(C)
    for a, i in enumerate(free):
        alpha[i] = s[a]
    b = s[m]
    f = [sum((alpha[j] * int(y[j]) * K[i, j] for j in range(n)), b) for i in range(n)]
    eps = mp.mpf(10) ** -30
    for i in range(n):
        yf = int(y[i]) * f[i]
        assert alpha[i] >= 0 and (np.isinf(C) or alpha[i] <= C), "outside the box"
        if lower[i]:
            assert yf >= 1 - eps, (i, yf)
        elif upper[i]:
            assert yf <= 1 + eps, (i, yf)
        else:
            assert abs(yf - 1) < eps
    assert abs(sum(alpha[i] * int(y[i]) for i in range(n))) < eps
    norm2 = sum(alpha[i] * int(y[i]) * (f[i] - b) for i in range(n))
    dual = sum(alpha) - norm2 / 2
    Kf = np.array([[float(K[i, j]) for j in range(n)] for i in range(n)])
    return np.array([float(v) for v in alpha]), float(b), float(mp.sqrt(norm2)), float(dual), Kf


cases = []


def case(name, x, y, C, kernel):
    x, y = np.asarray(x, float), np.asarray(y, float)
    n = len(y)
    Kf = np.array([[float(KERNELS[kernel]([mp.mpf(float(v)) for v in p], [mp.mpf(float(v)) for v in q])) for q in x] for p in x])
    rough, lower, upper = interior_point(Kf, y, C)
    alpha, b, norm, dual, Kf = exact(x, y, C, kernel, lower, upper)
    scale = max(1, np.abs(alpha).max())
    print(f"{name}: n {n}, support {np.sum(alpha > 0)}, free {np.sum((alpha > 0) & (alpha < C))}, |w| {norm:.4g}, "
          f"cvxopt differs by {np.abs(rough - alpha).max() / scale:.1e}", end="", file=sys.stderr)
    assert np.abs(rough - alpha).max() <= 1e-4 * scale, "interior point"
    svc = SVC(C=1e12 if np.isinf(C) else C, kernel="precomputed", tol=1e-12, max_iter=5_000_000).fit(Kf, y)
    got = np.zeros(n)
    got[svc.support_] = np.abs(svc.dual_coef_[0])
    da, db = np.abs(got - alpha).max() / scale, abs(svc.intercept_[0] - b) / max(1, abs(b))
    print(f", SVC by {da:.1e}, b {db:.1e}", file=sys.stderr)
    assert da < 1e-3 and db < 1e-3, "SVC"
    cases.append(dict(name=name, kernel=kernel, c="inf" if np.isinf(C) else C, x=x.tolist(), y=y.tolist(), alpha=alpha.tolist(), b=b,
                      norm=norm, dual=dual, w=(x.T @ (alpha * y)).tolist() if kernel == "linear" else None))


def blobs(n, d, apart):
    y = np.where(np.arange(n) % 2 == 0, 1.0, -1.0)
    x = rng.standard_normal((n, d))
    x[:, 0] += apart * y / 2
    return x, y


def circles(n, noise):
    y = np.where(np.arange(n) % 2 == 0, 1.0, -1.0)
    t = rng.uniform(0, 2 * np.pi, n)
    r = np.where(y > 0, 0.5, 1.0) + noise * rng.standard_normal(n)
    return np.stack([r * np.cos(t), r * np.sin(t)], 1), y


case("two points", [[1.0, 1.0], [-1.0, 0.0]], [1, -1], np.inf, "linear")
case("hard, plane", *blobs(30, 2, 7), np.inf, "linear")
case("hard, five coordinates", *blobs(40, 5, 7), np.inf, "linear")
case("hard, far from the origin", *(lambda x, y: (x + 100, y))(*blobs(30, 2, 8)), np.inf, "linear")
case("soft 0.1, plane", *blobs(40, 2, 2), 0.1, "linear")
case("soft 1, plane", *blobs(60, 2, 2), 1.0, "linear")
case("soft 100, plane", *blobs(40, 2, 2), 100.0, "linear")
case("soft 1, unbalanced", *(lambda x, y: (x[np.r_[0:60:2, 1:12:2]], y[np.r_[0:60:2, 1:12:2]]))(*blobs(60, 3, 3.5)), 1.0, "linear")
for kernel in ("poly2", "poly3", "rbf", "lift"):
    case(f"hard, circles, {kernel}", *circles(40, 0.04), np.inf, kernel)
    case(f"soft 1, blobs, {kernel}", *blobs(50, 2, 2), 1.0, kernel)
    case(f"soft 10, circles, {kernel}", *circles(50, 0.2), 10.0, kernel)
case("hard, XOR, rbf", [[1, 1], [-1, -1], [1, -1], [-1, 1]], [1, 1, -1, -1], np.inf, "rbf")
case("hard, XOR, poly2", [[1, 1], [-1, -1], [1, -1], [-1, 1]], [1, 1, -1, -1], np.inf, "poly2")
json.dump(cases, sys.stdout)
