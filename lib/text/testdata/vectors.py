"""Writes vectors.json: co-occurrence, PMI, PPMI and singular values of a random text, by numpy's dense arithmetic.

Run in this folder: python vectors.py > vectors.json
"""
import json
import numpy as np

rng = np.random.default_rng(5)
n, window, alpha = 9, 3, 0.75
ids = np.minimum(rng.geometric(0.25, 120) - 1, n - 1)
count = {}
for name, weight in (("flat", lambda d: 1.0), ("nearer", lambda d: 1.0 / d)):
    c = np.zeros((n, n))
    for d in range(1, window + 1):
        for a, b in zip(ids[:-d], ids[d:]):
            c[a, b] += weight(d)
            c[b, a] += weight(d)
    count[name] = c
c = count["flat"]
p = c / c.sum()
smooth = c.sum(0) ** alpha
smooth /= smooth.sum()
with np.errstate(divide="ignore"):
    pmi = np.log(p / np.outer(p.sum(1), p.sum(0)))
    ppmi = np.maximum(0, np.log(p / np.outer(p.sum(1), smooth)))
pmi[np.isneginf(pmi)] = 0
u, s, vt = np.linalg.svd(ppmi)
print(json.dumps({"ids": ids.tolist(), "n": n, "window": window, "alpha": alpha, "flat": c.tolist(), "nearer": count["nearer"].tolist(),
                  "pmi": pmi.tolist(), "ppmi": ppmi.tolist(), "sigma": s.tolist(), "rank4": ((u[:, :4] * s[:4]) @ vt[:4]).tolist()}))
