"""Writes golden.json: pictures turned, mirrored and shifted by NumPy.

    python golden.py > golden.json        (numpy 2.x)
"""

import json

import numpy as np

out = {"Turns": {}, "Mirrored": {}, "Shifts": {}}
for n in (2, 3, 5):
    a = np.arange(n * n, dtype=float).reshape(n, n)
    out["Turns"][n] = [np.rot90(a, k).ravel().tolist() for k in range(4)]
    out["Mirrored"][n] = [np.rot90(np.fliplr(a), k).ravel().tolist() for k in range(4)]
for h, w in ((1, 4), (3, 2), (4, 5)):
    a = np.arange(h * w, dtype=float).reshape(h, w)
    out["Shifts"][f"{h}x{w}"] = [np.roll(a, (r, c), (0, 1)).ravel().tolist() for r in range(h) for c in range(w)]
print(json.dumps(out))
