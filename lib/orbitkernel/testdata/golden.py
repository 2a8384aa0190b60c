"""Orbit kernels by NumPy's roll, rot90 and flip: writes golden.json."""
import json

import numpy as np

rng = np.random.default_rng(7)


def rbf(gamma):
    return lambda x, z: float(np.exp(-gamma * np.sum((x - z) ** 2)))


def polynomial(x, z):
    return float((np.sum(x * z) + 1) ** 3)


def orbit(name, x):
    if name == "shifts":
        return [np.roll(x, k) for k in range(x.size)]
    turned = [np.rot90(x, k) for k in range(4)]
    if name == "C4":
        return turned
    return turned + [np.rot90(np.fliplr(x), k) for k in range(4)]


cases = []
for name, shape in (("shifts", (6,)), ("C4", (3, 3)), ("D4", (3, 3))):
    for base, k in (("rbf 0.3", rbf(0.3)), ("rbf 0.05", rbf(0.05)), ("cubic", polynomial)):
        x, z = np.round(rng.normal(size=shape), 3), np.round(rng.normal(size=shape), 3)
        total = sum(k(a, b) for a in orbit(name, x) for b in orbit(name, z))
        first = orbit(name, x)[:3]
        part = sum(k(a, b) for a in first for b in orbit(name, z)[:3])
        best = max(k(x, b) for b in orbit(name, z))
        cases.append(dict(group=name, base=base, x=x.ravel().tolist(), z=z.ravel().tolist(), sum=total, part=part, best=best))
with open("golden.json", "w") as f:
    json.dump(cases, f, indent=1)
