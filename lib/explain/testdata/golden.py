"""Makes golden.json, the independent reference of package explain: `python golden.py > golden.json`.

numpy 2.4.6 and scipy 1.17.1 made the committed file. Sums go through einsum, enlarging through
scipy.ndimage.zoom, connected parts through scipy.ndimage.label, ranks through scipy.stats.spearmanr.
"""
import json

import numpy as np
from scipy import ndimage, stats

rng = np.random.default_rng(20160627)
out = {"maps": [], "upsample": [], "boxes": [], "ranks": []}

for h, w, k, c in [(1, 1, 1, 1), (1, 1, 5, 3), (4, 3, 1, 2), (3, 5, 4, 6), (6, 7, 8, 10)]:
    f = rng.normal(size=(h, w, k))
    g = rng.normal(size=(h, w, k))
    W = rng.normal(size=(k, c))
    b = rng.normal(size=c)
    for cls in sorted({0, c // 2, c - 1}):
        out["maps"].append({
            "f": f.tolist(), "g": g.tolist(), "w": W.tolist(), "b": b.tolist(), "class": cls,
            "cam": np.einsum("yxk,k->yx", f, W[:, cls]).tolist(),
            "gradcam": np.maximum(0, np.einsum("yxk,k->yx", f, g.mean(axis=(0, 1)))).tolist(),
            "mean_logit": float((f.mean(axis=(0, 1)) @ W + b)[cls]),
            "sum_logit": float((f.sum(axis=(0, 1)) @ W + b)[cls]),
        })

for (H, W), (h, w) in [((1, 1), (3, 2)), ((2, 2), (4, 4)), ((2, 3), (5, 7)), ((4, 4), (64, 64)), ((5, 3), (2, 2)),
                       ((16, 16), (64, 64)), ((3, 4), (3, 4)), ((1, 5), (4, 9))]:
    m = rng.normal(size=(H, W))
    z = ndimage.zoom(m, (h / H, w / W), order=1, mode="nearest", grid_mode=True)
    assert z.shape == (h, w)
    # Large results are kept by a few places and their sum.
    out["upsample"].append({"m": m.tolist(), "h": h, "w": w, "sum": float(z.sum()), "squares": float((z * z).sum()),
                            "diagonal": [float(z[i, i * w // h]) for i in range(h)]})

for i in range(40):
    h, w = rng.integers(1, 14, size=2)
    m = ndimage.gaussian_filter(rng.normal(size=(h, w)), rng.uniform(0, 1.2)) + rng.uniform(-0.3, 0.2)
    if i % 8 == 7:
        m -= m.max() + rng.choice([0, 0.5])  # nothing positive
    t = float(rng.uniform(0.05, 1))
    box = [0, 0, 0, 0]
    if m.max() > 0:
        label, n = ndimage.label(m >= t * m.max())
        sizes = [int((label == j).sum()) for j in range(1, n + 1)]
        sy, sx = ndimage.find_objects(label)[int(np.argmax(sizes))]
        box = [sx.start, sy.start, sx.stop, sy.stop]
    out["boxes"].append({"m": m.tolist(), "threshold": t, "box": [int(v) for v in box]})

for ties in (False, True):
    for h, w in [(2, 2), (5, 3), (8, 8)]:
        a = rng.normal(size=(h, w))
        b = a + rng.normal(size=(h, w))
        if ties:
            a, b = np.round(a), np.round(b)
        out["ranks"].append({"a": a.tolist(), "b": b.tolist(), "rho": float(stats.spearmanr(a.ravel(), b.ravel())[0])})

print(json.dumps(out))
