"""Writes golden.json: two-well landscapes, their saddle, exit times and shares, by SciPy.

    python golden.py > golden.json        (numpy 2.x, scipy 1.x)
"""

import json

import numpy as np
from scipy.integrate import dblquad, quad
from scipy.optimize import brentq, minimize
from scipy.special import logsumexp

BETA, SHARP, FLAT, DISTANCE, FLOOR = 3.0, 8.0, 1.0, 3.0, 0.2


def q(x):
    x = np.atleast_1d(np.asarray(x, float))
    c = np.zeros(len(x))
    c[0] = DISTANCE / 2
    return np.array([SHARP * np.sum((x + c) ** 2) / 2, FLOOR + FLAT * np.sum((x - c) ** 2) / 2])


def loss(x):
    return -logsumexp(-BETA * q(x)) / BETA


def grad(x):
    p = np.exp(-BETA * q(x) - logsumexp(-BETA * q(x)))
    x = np.atleast_1d(np.asarray(x, float))
    c = np.zeros(len(x))
    c[0] = DISTANCE / 2
    return p[0] * SHARP * (x + c) + p[1] * FLAT * (x - c)


g1 = lambda x: grad([x])[0]
left = brentq(g1, -1.8, -1.2, xtol=1e-15)
right = brentq(g1, 1.0, 1.8, xtol=1e-15)
saddle = brentq(g1, -1.2, 0.5, xtol=1e-15)
f = lambda x: loss([x])


def exit_time(a, b, wall, t):
    inner = lambda y: quad(lambda z: np.exp((f(y) - f(z)) / t), wall, y, epsabs=0, epsrel=1e-9, limit=200)[0]
    return quad(inner, a, b, epsabs=0, epsrel=1e-8, limit=200)[0] / t


border = brentq(lambda x: np.diff(q([x]))[0], -1.4, 0.5)  # where the two bowls are equally high


def share(t):
    w = lambda x: np.exp(-f(x) / t)
    a = quad(w, -9, border, points=[left], epsrel=1e-11)[0]
    b = quad(w, border, 12, points=[right], epsrel=1e-11)[0]
    return a / (a + b)


pts = np.random.default_rng(1).normal(size=(6, 2)) * 2
print(json.dumps({
    "beta": BETA, "sharp": SHARP, "flat": FLAT, "distance": DISTANCE, "floor": FLOOR,
    "left": left, "right": right, "saddle": saddle, "height": f(saddle),
    "points": pts.tolist(), "loss": [loss(p) for p in pts], "grad": [grad(p).tolist() for p in pts],
    "exit": [{"t": t, "time": exit_time(left, right, -5, t), "back": exit_time(right, left, 8, t)} for t in (0.2, 0.5, 1.0)],
    "share": [{"t": t, "left": share(t)} for t in (0.1, 0.3, 1.0)],
}, indent=1))
