"""Writes lasso.json: Lasso problems solved by scikit-learn's coordinate descent, each confirmed by SciPy's L-BFGS-B on z = u − v, u, v ≥ 0.

    python lasso.py > lasso.json        (numpy 2.x, scikit-learn 1.x, scipy 1.x)
"""

import json

import numpy as np
from scipy.optimize import minimize
from sklearn.linear_model import Lasso

rng = np.random.default_rng(701)
out = []
for n, m, share, kind in ((15, 30, 0.1, "gauss"), (20, 20, 0.3, "coherent"), (30, 12, 0.02, "tall"), (10, 25, 0.9, "gauss")):
    W = rng.normal(size=(n, m))
    if kind == "coherent":
        W += 1.5 * rng.normal(size=(n, 1))
    else:
        W /= np.linalg.norm(W, axis=0)
    x = W @ np.where(rng.random(m) < 0.2, rng.normal(size=m), 0) + 0.1 * rng.normal(size=n)
    alpha = share * np.abs(W.T @ x).max()
    # scikit-learn minimises (1/2n)‖x − Wz‖² + a‖z‖₁
    z = Lasso(alpha=alpha / n, fit_intercept=False, tol=1e-15, max_iter=10**6).fit(W, x).coef_

    def energy(z):
        return 0.5 * ((x - W @ z) ** 2).sum() + alpha * np.abs(z).sum()

    def split(p):
        u, v = p[:m], p[m:]
        g = -W.T @ (x - W @ (u - v))
        return 0.5 * ((x - W @ (u - v)) ** 2).sum() + alpha * p.sum(), np.concatenate([g + alpha, -g + alpha])

    q = minimize(split, np.zeros(2 * m), jac=True, method="L-BFGS-B", bounds=[(0, None)] * (2 * m),
                 options={"maxiter": 100000, "maxfun": 1000000, "ftol": 1e-16, "gtol": 1e-12})
    assert abs(q.fun - energy(z)) < 1e-9, (q.fun, energy(z))
    out.append({"kind": kind, "W": W.tolist(), "x": x.tolist(), "alpha": alpha, "z": z.tolist(), "energy": energy(z), "nonzeros": int((z != 0).sum())})
print(json.dumps(out))
