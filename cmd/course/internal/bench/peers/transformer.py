"""One training step of the course's transformer (lib/text/transformer.go): 4 layers, width 128, 4 heads, context 64, 65 tokens, a batch of 32.

Forward, cross entropy, backward, Adam, the loss read; the batch is handed over anew, as a training loop does. Written as each library's users
write it: nanoGPT in PyTorch, with its fused attention; its translation in JAX.
"""

from common import arguments, measure, unknown

a = arguments()

import numpy as np

B, T, D, H, L, V = 32, 64, 128, 4, 4, 65
WORK = "4 layers, d = 128, context 64, batch 32"
rng = np.random.default_rng(1)
X, Y = rng.integers(0, V, (B, T), np.int32), rng.integers(0, V, (B, T), np.int32)


def run_jax():
    import jax
    import jax.numpy as jnp

    def init(key):
        shapes = {"tokens": (V, D), "places": (T, D), "scale": (D,), "shift": (D,), "w": (D, V), "b": (V,)}
        layer = {"scale1": (D,), "shift1": (D,), "qkv": (D, 3 * D), "out": (D, D), "bout": (D,), "scale2": (D,), "shift2": (D,),
                 "w1": (D, 4 * D), "b1": (4 * D,), "w2": (4 * D, D), "b2": (D,)}  # fmt: skip

        def draw(shapes, key):
            keys = jax.random.split(key, len(shapes))
            return {n: 0.02 * jax.random.normal(k, s) if len(s) == 2 else jnp.full(s, float(n.startswith("scale"))) for (n, s), k in zip(shapes.items(), keys)}

        keys = jax.random.split(key, L + 1)
        return draw(shapes, keys[0]) | {"layers": [draw(layer, k) for k in keys[1:]]}

    def norm(x, scale, shift):
        c = x - x.mean(-1, keepdims=True)
        return c * jax.lax.rsqrt((c * c).mean(-1, keepdims=True) + 1e-5) * scale + shift

    sees = np.tril(np.ones((T, T), bool))

    def attention(p, x):
        q, k, v = (m.reshape(B, T, H, D // H).transpose(0, 2, 1, 3) for m in jnp.split(x @ p["qkv"], 3, -1))
        s = q @ k.swapaxes(-1, -2) / np.sqrt(D // H)
        o = jax.nn.softmax(jnp.where(sees, s, -1e9)) @ v
        return o.transpose(0, 2, 1, 3).reshape(B, T, D) @ p["out"] + p["bout"]

    def loss(p, x, y):
        h = p["tokens"][x] + p["places"]
        for l in p["layers"]:
            h = h + attention(l, norm(h, l["scale1"], l["shift1"]))
            h = h + jax.nn.gelu(norm(h, l["scale2"], l["shift2"]) @ l["w1"] + l["b1"]) @ l["w2"] + l["b2"]
        z = jax.nn.log_softmax(norm(h, p["scale"], p["shift"]) @ p["w"] + p["b"])
        return -jnp.take_along_axis(z, y[..., None], -1).mean()

    def update(state, x, y):
        p, m, v, t = state
        l, g = jax.value_and_grad(loss)(p, x, y)
        t = t + 1
        m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
        v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, g)
        c1, c2 = 1 - 0.9**t, 1 - 0.999**t
        p = jax.tree.map(lambda p, m, v: p - 1e-3 * (m / c1) / (jnp.sqrt(v / c2) + 1e-7), p, m, v)
        return (p, m, v, t), l

    step = jax.jit(update, donate_argnums=0)
    p = init(jax.random.key(1))
    zeros = lambda: jax.tree.map(jnp.zeros_like, p)
    state = [(p, zeros(), zeros(), jnp.float32(0))]

    def once():
        state[0], l = step(state[0], X, Y)
        assert float(l) < 10

    measure(a, WORK, once)


def run_torch():
    import torch
    import torch.nn as nn
    from torch.nn import functional as F

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.norm1, self.norm2 = nn.LayerNorm(D), nn.LayerNorm(D)
            self.qkv, self.out = nn.Linear(D, 3 * D, bias=False), nn.Linear(D, D)
            self.mlp = nn.Sequential(nn.Linear(D, 4 * D), nn.GELU(approximate="tanh"), nn.Linear(4 * D, D))

        def forward(self, x):
            q, k, v = (m.view(B, T, H, D // H).transpose(1, 2) for m in self.qkv(self.norm1(x)).split(D, 2))
            o = F.scaled_dot_product_attention(q, k, v, is_causal=True)
            x = x + self.out(o.transpose(1, 2).reshape(B, T, D))
            return x + self.mlp(self.norm2(x))

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.tokens, self.places = nn.Embedding(V, D), nn.Embedding(T, D)
            self.blocks = nn.Sequential(*(Block() for _ in range(L)))
            self.norm, self.logits = nn.LayerNorm(D), nn.Linear(D, V)

        def forward(self, x):
            return self.logits(self.norm(self.blocks(self.tokens(x) + self.places.weight)))

    torch.manual_seed(1)
    net = Net()
    adam = torch.optim.Adam(net.parameters(), lr=1e-3, eps=1e-7)

    def once():
        x, y = torch.from_numpy(X).long(), torch.from_numpy(Y).long()
        adam.zero_grad(set_to_none=True)
        l = F.cross_entropy(net(x).view(B * T, V), y.view(-1))
        l.backward()
        adam.step()
        assert l.item() < 10

    measure(a, WORK, once)


{"jax": run_jax, "torch": run_torch}.get(a.by, lambda: unknown(a))()
