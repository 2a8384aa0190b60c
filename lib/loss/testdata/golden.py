"""Writes golden.json: the losses and their gradients, from their definitions in 2200 digits.

    python golden.py > golden.json        (mpmath 1.3.0, jax 0.10.2)

The definitions are those of the table, with e^z as it stands; the gradient is a central difference with step
1e-400. Where the scores are small, both are cross-checked here against JAX and its automatic differentiation in
float64.
"""
import json
import sys

import jax
import jax.numpy as jnp
import numpy as np
from mpmath import mp, mpf

jax.config.update("jax_enable_x64", True)
mp.dps = 2200


class High:  # the few functions of a definition, in 2200 digits
    log, sqrt = mp.log, mp.sqrt
    total, largest = staticmethod(lambda v: sum(v, mpf(0))), staticmethod(max)
    relu = staticmethod(lambda v: max(mpf(0), v))

    @staticmethod
    def softmax(o):
        e = [mp.exp(v) for v in o]
        s = sum(e)
        return [v / s for v in e]

    @staticmethod
    def sigmoid(v):
        return 1 / (1 + mp.exp(-v))


class Peer:  # the same, in JAX
    log, sqrt = jnp.log, jnp.sqrt
    total, largest = staticmethod(lambda v: sum(v)), staticmethod(lambda v: jnp.max(jnp.stack(list(v))))
    relu = jax.nn.relu
    softmax = staticmethod(lambda o: list(jax.nn.softmax(jnp.stack(list(o)))))
    sigmoid = jax.nn.sigmoid


def hinge(power):
    return lambda m, y, o: m.total([m.relu(0.5 - (2 * t - 1) * v) ** power for t, v in zip(y, o)])


def overlap(m, s, y):
    return m.total([a * b for a, b in zip(s, y)]), m.total([a * a for a in s]), m.total([b * b for b in y])


def tanimoto(m, y, o):
    a, s2, y2 = overlap(m, m.softmax(o), y)
    return -a / (s2 + y2 - a)


def cauchy_schwarz(m, y, o):
    a, s2, y2 = overlap(m, m.softmax(o), y)
    return -m.log(a / (m.sqrt(s2) * m.sqrt(y2)))


def bce(m, y, o):
    s = [m.sigmoid(v) for v in o]
    return -m.total([t * m.log(v) + (1 - t) * m.log(1 - v) for t, v in zip(y, s)]) / len(y)


def log_terms(m, y, o):
    return [t * m.log(v) for t, v in zip(y, m.softmax(o)) if t != 0]


table = {
    "l1": lambda m, y, o: m.total([abs(v - t) for t, v in zip(y, o)]),
    "l2": lambda m, y, o: m.total([(v - t) ** 2 for t, v in zip(y, o)]),
    "squared-half": lambda m, y, o: m.total([(v - t) ** 2 for t, v in zip(y, o)]) / 2,
    "expectation": lambda m, y, o: m.total([abs(v - t) for t, v in zip(y, m.softmax(o))]),
    "regularised-expectation": lambda m, y, o: m.total([(v - t) ** 2 for t, v in zip(y, m.softmax(o))]),
    "chebyshev": lambda m, y, o: m.largest([abs(v - t) for t, v in zip(y, m.softmax(o))]),
    "hinge": hinge(1),
    "hinge2": hinge(2),
    "hinge3": hinge(3),
    "log": lambda m, y, o: -m.total(log_terms(m, y, o)),
    "log2": lambda m, y, o: m.total([v**2 for v in log_terms(m, y, o)]),
    "tanimoto": tanimoto,
    "cauchy-schwarz": cauchy_schwarz,
    "binary-cross-entropy": bce,
    "cross-entropy": lambda m, y, o: -m.total(log_terms(m, y, o)),
}

rng = np.random.default_rng(11)
cases = []


def case(kind, y, o):
    cases.append((kind, list(map(float, y)), list(map(float, o))))


for scale in (1, 6, 40, 1000):
    for k in (2, 3, 5):
        c = rng.integers(k)
        case(f"one-hot, {k} classes, scores up to {scale}", np.eye(k)[c], rng.uniform(-scale, scale, k))
        d = rng.dirichlet(np.ones(k))
        case(f"distribution, {k} classes, scores up to {scale}", d, rng.uniform(-scale, scale, k))
case("one class", [1], [0.3])
case("the lecture's scores", [0, 1, 0, 0], [1.1, 2.2, 0.2, -1.7])
case("certain and right", [1, 0, 0], [60, -1, 3])
case("certain and right at 1000", [1, 0, 0], [1000, 400, 300.5])
case("certain and wrong at 1000", [0, 1, 0], [1000, -1000, 0])

out = []
h = mpf(10) ** -400
for name, f in table.items():
    rows = []
    for kind, y, o in cases:
        hy, ho = [mpf(v) for v in y], [mpf(v) for v in o]
        grad = []
        for j in range(len(o)):
            up, down = list(ho), list(ho)
            up[j], down[j] = ho[j] + h, ho[j] - h
            g = (f(High, hy, up) - f(High, hy, down)) / (2 * h)
            grad.append(0.0 if abs(g) < mpf(10) ** -350 else float(g))
        value = f(High, hy, ho)
        rows.append(dict(kind=kind, y=y, p=o, f=0.0 if abs(value) < mpf(10) ** -350 else float(value), d=grad))
        if max(map(abs, o)) <= 6 and len(o) > 1:
            peer = lambda p: f(Peer, y, p)
            assert np.isclose(peer(jnp.array(o)), rows[-1]["f"], rtol=1e-9, atol=1e-14), (name, kind)
            assert np.allclose(jax.grad(peer)(jnp.array(o)), grad, rtol=1e-8, atol=1e-13), (name, kind)
    out.append(dict(name=name, rows=rows))

lse = []
for z in ([0.0], [1.1, 2.2, 0.2, -1.7], [1000.0, 1000.0], [-1000.0, -1001.5], [1000.0, -1000.0, 999.0], [0.0, -40.0], [0.0, -745.0]):
    lse.append(dict(z=z, f=float(mp.log(sum(mp.exp(mpf(v)) for v in z)))))
json.dump(dict(generator="testdata/golden.py", losses=out, logsumexp=lse), sys.stdout, indent=0)
print()
