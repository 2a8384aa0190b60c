"""Makes golden.json: fits by numpy.polynomial and scipy.linalg, for regression_test.go. Run: python golden.py"""
import json, numpy as np
from numpy.polynomial import legendre as L
rng = np.random.default_rng(7)
x = np.sort(rng.uniform(-2, 3, 25)); y = np.sin(2 * x) + 0.1 * rng.standard_normal(25)
t = (2 * x - x.min() - x.max()) / (x.max() - x.min())
q = np.linspace(-1.8, 2.8, 9); tq = (2 * q - x.min() - x.max()) / (x.max() - x.min())
out = {"x": x.tolist(), "y": y.tolist(), "q": q.tolist(), "poly": {}, "kernel": {}}
for p in (0, 1, 2, 9, 15):
    out["poly"][str(p)] = L.legval(tq, L.legfit(t, y, p)).tolist()
V = L.legvander(t, 9)
out["ridge9"] = (L.legvander(tq, 9) @ np.linalg.solve(V.T @ V + 0.5 * np.eye(10), V.T @ y)).tolist()
X = rng.standard_normal((12, 3)); Y = rng.standard_normal(12); Q = rng.standard_normal((5, 3))
k = lambda a, b: np.exp(-0.7 * ((a[:, None] - b[None]) ** 2).sum(-1))
out["X"], out["Y"], out["Q"] = X.tolist(), Y.tolist(), Q.tolist()
out["alpha"] = np.linalg.solve(k(X, X) + 0.05 * np.eye(12), Y).tolist()
out["at"] = (k(Q, X) @ np.array(out["alpha"])).tolist()
json.dump(out, open("golden.json", "w"), indent=0)
