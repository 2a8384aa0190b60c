"""Writes golden.json: activation functions and their derivatives, from their definitions in 1000 digits.

    python golden.py > golden.json        (mpmath 1.3.0, jax 0.10.2, torch 2.15.0)

The definitions are the textbook's, with e^z as it stands; in 1000 digits nothing overflows and nothing cancels.
The derivative is mpmath's difference quotient. Both are cross-checked here against JAX and its automatic
differentiation in float64, where that is accurate: |z| <= 15.
"""
import json
import sys

import jax
import jax.numpy as jnp
import numpy as np
import torch
from mpmath import mp, mpf

jax.config.update("jax_enable_x64", True)
mp.dps = 1000


def number(v):
    return float(v)  # correctly rounded


definitions = {
    "identity": (lambda z: z, lambda z: z),
    "sigmoid": (lambda z: 1 / (1 + mp.exp(-z)), jax.nn.sigmoid),
    "tanh": (lambda z: (mp.exp(z) - mp.exp(-z)) / (mp.exp(z) + mp.exp(-z)), jnp.tanh),
    "relu": (lambda z: max(mpf(0), z), jax.nn.relu),
    "leaky-relu(0.01)": (lambda z: z if z > 0 else mpf(0.01) * z, lambda z: jax.nn.leaky_relu(z, 0.01)),
    "leaky-relu(0.1)": (lambda z: z if z > 0 else mpf(0.1) * z, lambda z: jax.nn.leaky_relu(z, 0.1)),
    "elu(1)": (lambda z: z if z >= 0 else mp.exp(z) - 1, lambda z: jax.nn.elu(z, 1.0)),
    "elu(1.7)": (lambda z: z if z >= 0 else mpf(1.7) * (mp.exp(z) - 1), lambda z: jax.nn.elu(z, 1.7)),
    "softplus": (lambda z: mp.log(1 + mp.exp(z)), jax.nn.softplus),
}

rng = np.random.default_rng(8)
zs = np.concatenate([rng.uniform(-5, 5, 12), rng.uniform(-40, 40, 6), [-1000, -745, -709.5, -37.25, -1e-8, 1e-8, 18.75, 37.25, 709.5, 745, 1000]])

functions = []
for name, (f, peer) in definitions.items():
    rows = []
    for z in map(float, zs):
        value, slope = f(mpf(z)), mp.diff(f, mpf(z), h=mpf(10) ** -300)
        rows.append(dict(z=z, f=number(value), d=number(slope)))
        if abs(z) <= 15:
            assert np.isclose(peer(z), rows[-1]["f"], rtol=1e-9, atol=1e-15), (name, z)
            assert np.isclose(jax.grad(peer)(z), rows[-1]["d"], rtol=1e-7, atol=1e-15), (name, z)
    functions.append(dict(name=name, rows=rows))

# Kinks: what PyTorch takes as the derivative at 0. JAX takes the same, but 1 for leaky ReLU.
kinks = {}
for name, peer in {"relu": torch.relu, "leaky-relu(0.1)": lambda z: torch.nn.functional.leaky_relu(z, 0.1),
                   "elu(1.7)": lambda z: torch.nn.functional.elu(z, 1.7)}.items():
    z = torch.zeros((), dtype=torch.float64, requires_grad=True)
    peer(z).backward()
    kinks[name] = float(z.grad)
    assert float(jax.grad(definitions[name][1])(0.0)) == (1 if "leaky" in name else kinks[name])

softmax = []
for scale, n in [(1, 1), (1, 4), (3, 7), (30, 3), (300, 3), (1000, 5)]:
    z = [1.1, 2.2, 0.2, -1.7] if n == 4 else list(map(float, rng.uniform(-scale, scale, n)))
    e = [mp.exp(mpf(v)) for v in z]
    p = [v / sum(e) for v in e]
    jac = [[p[i] * ((i == j) - p[j]) for j in range(n)] for i in range(n)]
    softmax.append(dict(z=z, p=list(map(number, p)), log=[number(mp.log(v)) for v in p],
                        jacobian=[list(map(number, row)) for row in jac]))
    if scale <= 3:
        assert np.allclose(jax.jacobian(jax.nn.softmax)(jnp.array(z)), softmax[-1]["jacobian"], rtol=1e-9, atol=1e-15)
json.dump(dict(generator="testdata/golden.py", functions=functions, kinks=kinks, softmax=softmax), sys.stdout, indent=0)
print()
