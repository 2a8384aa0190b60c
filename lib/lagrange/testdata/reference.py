"""Writes reference.json: equality-constrained quadratic minima by elimination (x = particular solution + null space),
without multipliers; λ from least squares on Aᵀλ = ∇f; bounds on a half space by SLSQP. Needs numpy and scipy."""
import json, numpy as np
from scipy.linalg import null_space
from scipy.optimize import minimize

rng = np.random.default_rng(5)
cases = []
for n, m in [(2, 1), (3, 1), (3, 2), (5, 2), (8, 3), (4, 4)]:
    for indefinite in (False, True):
        M = rng.normal(size=(n, n))
        A, b, c = rng.normal(size=(m, n)), rng.normal(size=m), rng.normal(size=n)
        Z = null_space(A)
        Q = M @ M.T + 0.1 * np.eye(n)
        if indefinite and Z.shape[1]:      # negative curvature across the constraints only
            Q -= 30 * A.T @ A
        p = np.linalg.lstsq(A, b, rcond=None)[0]
        x = p if not Z.shape[1] else p - Z @ np.linalg.solve(Z.T @ Q @ Z, Z.T @ (Q @ p + c))
        lam = np.linalg.lstsq(A.T, Q @ x + c, rcond=None)[0]
        cases.append(dict(Q=Q.tolist(), C=c.tolist(), A=A.tolist(), B=b.tolist(), X=x.tolist(), Lambda=lam.tolist(),
                          Value=float(x @ Q @ x / 2 + c @ x)))
half = []
for n in (2, 3, 6):
    for _ in range(4):
        M = rng.normal(size=(n, n)); Q = M @ M.T + np.eye(n)
        c, w, b = rng.normal(size=n), rng.normal(size=n), float(rng.normal())
        r = minimize(lambda x: x @ Q @ x / 2 + c @ x, np.zeros(n), jac=lambda x: Q @ x + c, method="SLSQP",
                     constraints=dict(type="ineq", fun=lambda x: b - w @ x, jac=lambda x: -w), options=dict(ftol=1e-15, maxiter=500))
        half.append(dict(Q=Q.tolist(), C=c.tolist(), W=w.tolist(), B=b, X=r.x.tolist()))
json.dump(dict(Equality=cases, HalfSpace=half), open("reference.json", "w"))
