"""A soft-margin support vector machine (lib/svm), C = 1, on two moons: scikit-learn's SVC, which is LIBSVM, at its default tolerance 1e-3."""

import math

from common import arguments, measure, unknown

a = arguments()

import numpy as np


def moons(n):
    """The same points as moons in lib/svm/bench_test.go."""
    state = n

    def uniform():
        nonlocal state
        state = (1664525 * state + 1013904223) % 2**32
        return state / 2**32

    x, y = [], []
    for i in range(n):
        t = math.pi * uniform()
        dx = uniform() + uniform() + uniform() - 1.5
        dy = uniform() + uniform() + uniform() - 1.5
        if i % 2 == 0:
            x.append((math.cos(t) + 0.5 * dx, math.sin(t) + 0.5 * dy))
            y.append(1)
        else:
            x.append((1 - math.cos(t) + 0.5 * dx, 0.5 - math.sin(t) + 0.5 * dy))
            y.append(-1)
    return np.array(x), np.array(y)


def run_scikit_learn():
    from sklearn.metrics.pairwise import linear_kernel, rbf_kernel
    from sklearn.svm import SVC

    for kernel in ("linear", "rbf"):
        for n in (100, 200, 500, 1000, 2000):
            x, y = moons(n)
            m = SVC(C=1, kernel=kernel, gamma=2, tol=1e-3, cache_size=256)
            m.fit(x, y)
            c, s = m.dual_coef_[0], m.support_vectors_
            K = linear_kernel(s) if kernel == "linear" else rbf_kernel(s, gamma=2)
            note = f"{np.abs(c).sum() - c @ K @ c / 2:.4g} dual, {m.n_iter_[0]} steps, {len(c)} support-vectors"
            measure(a, f"{kernel}, n = {n}", lambda: m.fit(x, y), warm=1, note=note)


{"scikit-learn": run_scikit_learn}.get(a.by, lambda: unknown(a))()
