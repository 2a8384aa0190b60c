"""Writes golden.json: least-norm problems solved by NumPy and SciPy, and gradient descent in long double.

    python golden.py > golden.json        (numpy 2.4.6, scipy 1.17.1)

x      scipy.linalg.lstsq(lapack_driver="gelsd"), cross-checked here against numpy.linalg.pinv
limit  x + (x0 - pinv(A) A x0)
gd     k steps of x <- x - mu A^T(Ax - b) in numpy.longdouble (80 bits), mu = share * 2/sigma_1^2
"""
import json
import sys

import numpy as np
from scipy.linalg import lstsq, null_space

rng = np.random.default_rng(20261121)


def spectrum(m, n, sigma):
    """A random m x n matrix with the given singular values."""
    k = len(sigma)
    u, _ = np.linalg.qr(rng.standard_normal((m, k)))
    v, _ = np.linalg.qr(rng.standard_normal((n, k)))
    return u @ np.diag(sigma) @ v.T


cases = []


def case(name, a, b, share=0.6, steps=40):
    m, n = a.shape
    sigma = np.linalg.svd(a, compute_uv=False)
    x, _, rank, _ = lstsq(a, b, cond=max(m, n) * np.finfo(float).eps, lapack_driver="gelsd")
    pinv = np.linalg.pinv(a, rcond=max(m, n) * np.finfo(float).eps)
    kappa = sigma[0] / sigma[rank - 1] if rank else 1
    assert np.allclose(pinv @ b, x, rtol=1e-14 * kappa * 10, atol=1e-13 * np.linalg.norm(x) * kappa), name
    if rank < n and rank:
        null = null_space(a, rcond=max(m, n) * np.finfo(float).eps)
        assert np.abs(null.T @ x).max() <= 1e-13 * kappa * np.linalg.norm(x)
    x0 = rng.standard_normal(n) * (np.linalg.norm(x) or 1)
    step = share * 2 / sigma[0] ** 2 if rank else 1.0
    al, bl, xl = (np.asarray(v, np.longdouble) for v in (a, b, x0))
    for _ in range(steps):
        xl = xl - np.longdouble(step) * (al.T @ (al @ xl - bl))
    cases.append(dict(
        name=name, a=a.tolist(), b=b.tolist(), x=x.tolist(), rank=int(rank), sigma=sigma.tolist(),
        residual=float(np.linalg.norm(a @ x - b)), x0=x0.tolist(),
        limit=(x + x0 - pinv @ (a @ x0)).tolist(), step=float(step), steps=steps, gd=np.asarray(xl, float).tolist()))


g = rng.standard_normal
case("wide", g((3, 7)), g(3))
case("square", g((5, 5)), g(5))
case("one row", g((1, 6)), g(1))
case("one element", np.array([[-2.5]]), np.array([4.0]))
case("row of zeros and one entry", np.array([[0.0, 0.0, 3.0, 0.0]]), np.array([6.0]))
case("tall, full column rank", g((6, 3)), g(6))
case("one column", g((5, 1)), g(5))
case("deficient, b reached", (d := spectrum(4, 9, [3.0, 1.0])), d @ g(9))
case("deficient, b not reached", spectrum(4, 9, [3.0, 1.0, 0.5]), g(4))
case("equation twice", np.vstack([w := g((2, 5)), w[:1]]), g(3))
case("zero matrix", np.zeros((2, 3)), g(2))
case("condition 1e6", spectrum(6, 12, np.logspace(0, -6, 6)), g(6))
case("condition 1e10", spectrum(4, 8, np.logspace(3, -7, 4)), g(4))
case("huge", 1e120 * g((3, 6)), 1e120 * g(3))
case("tiny", 1e-120 * g((3, 6)), 1e-120 * g(3))
case("unequal rows", np.diag([1e8, 1.0, 1e-4]) @ g((3, 6)), g(3) * [1e8, 1, 1e-4])
case("Hilbert 5x9", np.array([[1 / (i + j + 1) for j in range(9)] for i in range(5)]), np.ones(5))
case("40x100", g((40, 100)), g(40), steps=200)
json.dump(dict(generator="testdata/golden.py", numpy=np.__version__, cases=cases), sys.stdout)
print()
