"""Writes attention.json: causal and full attention with their gradients, by JAX in float64.

Run in this folder: python attention.py > attention.json
"""
import json
import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)
rng = np.random.default_rng(3)
q, k, v, g = (rng.normal(size=s) for s in ((5, 4), (5, 4), (5, 3), (5, 3)))


def attend(q, k, v, causal):
    s = q @ k.T / jnp.sqrt(q.shape[1])
    if causal:
        s = jnp.where(jnp.tril(jnp.ones(s.shape, bool)), s, -jnp.inf)
    return jax.nn.softmax(s, axis=1) @ v


out = {"Q": q.tolist(), "K": k.tolist(), "V": v.tolist(), "G": g.tolist()}
for name, causal in (("full", False), ("causal", True)):
    o, back = jax.vjp(lambda q, k, v: attend(q, k, v, causal), q, k, v)
    out[name] = [x.tolist() for x in (o, *back(jnp.asarray(g)))]
print(json.dumps(out))
