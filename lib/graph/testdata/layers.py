"""Writes layers.json: a GCN, a GAT and a message-passing layer computed with numpy's dense matrices.

    python layers.py > layers.json
"""
import json
import numpy as np

r = np.random.default_rng(7)
n, f, units, heads = 6, 3, 4, 2
edges = [(0, 1), (1, 2), (2, 0), (2, 3), (3, 4)]  # node 5 is isolated
A = np.zeros((n, n))
for u, v in edges:
    A[u, v] = A[v, u] = 1
X = r.normal(size=(n, f))

# GCN: D^-1/2 (A + I) D^-1/2 X W + b
W, b = r.normal(size=(f, units)), r.normal(size=(1, units))
At = A + np.eye(n)
S = np.diag(At.sum(1) ** -0.5)
gcn = S @ At @ S @ X @ W + b

# GAT, head by head, softmax over the row of a masked matrix
Wg, src, dst = r.normal(size=(f, heads * units)), r.normal(size=(heads, units)), r.normal(size=(heads, units))
out = []
for h in range(heads):
    Z = X @ Wg[:, h * units:(h + 1) * units]
    E = (Z @ dst[h])[:, None] + (Z @ src[h])[None, :]  # row: target, column: source
    E = np.where(E > 0, E, 0.2 * E)
    P = np.where(At > 0, np.exp(E), 0)
    out.append(P / P.sum(1, keepdims=True) @ Z)
gat = np.hstack(out)

# message passing: ReLU(M [x_v, x_u] + c), summed over u, then ReLU(U [x_v, m_v] + d)
M, c = r.normal(size=(2 * f, units)), r.normal(size=units)
U, d = r.normal(size=(f + units, units)), r.normal(size=units)
m = {"sum": np.zeros((n, units)), "max": np.zeros((n, units))}
for v in range(n):
    rows = [np.maximum(np.concatenate([X[v], X[u]]) @ M + c, 0) for u in range(n) if A[v, u]]
    if rows:
        m["sum"][v], m["max"][v] = np.sum(rows, 0), np.max(rows, 0)
mp = {k: np.maximum(np.hstack([X, m[k]]) @ U + d, 0) for k in m}

L = lambda a: np.asarray(a).tolist()
print(json.dumps({"edges": edges, "x": L(X), "gcn": {"w": L(W), "b": L(b), "out": L(gcn)},
                  "gat": {"w": L(Wg), "source": L(src), "target": L(dst), "out": L(gat)},
                  "mp": {"m": L(M), "c": L(c), "u": L(U), "d": L(d), "sum": L(mp["sum"]), "max": L(mp["max"])}}))
