"""Training the course's LeNet (lib/nets/lenet.go): forward with dropout, backward, Adam.

One step on a batch that lies ready, its loss read; and an epoch of the whole loop over 6400 images: a new order, batches gathered in that
order from images that lie on the device, a step for each, the loss read after each, the right answers counted.
"""

from common import arguments, measure, unknown

a = arguments()

import numpy as np


EPOCH = 6400


def batch(n):
    rng = np.random.default_rng(n)
    return rng.random((n, 28, 28, 1), np.float32), rng.integers(0, 10, n, np.int32)


def epoch_of(n):
    return f"epoch of {EPOCH} images, batch={n}"


def run_jax():
    import jax
    import jax.numpy as jnp

    shapes = {"k1": (5, 5, 1, 8), "b1": (8,), "k2": (5, 5, 8, 16), "b2": (16,), "w3": (784, 128), "b3": (128,), "w4": (128, 10), "b4": (10,)}

    def init(key):
        p = {}
        for name, s in shapes.items():
            key, k = jax.random.split(key)
            p[name] = jnp.zeros(s) if len(s) == 1 else jax.random.normal(k, s) * np.sqrt(2 / np.prod(s[:-1]))
        return p

    def conv(x, k):
        return jax.lax.conv_general_dilated(x, k, (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC"))

    def pool(x):  # by reshape, which is faster than reduce_window here too
        b, h, w, c = x.shape
        return x.reshape(b, h // 2, 2, w // 2, 2, c).max((2, 4))

    def loss(p, key, x, y):
        x = pool(jax.nn.relu(conv(x, p["k1"]) + p["b1"]))
        x = pool(jax.nn.relu(conv(x, p["k2"]) + p["b2"]))
        x = jax.nn.relu(x.reshape(x.shape[0], -1) @ p["w3"] + p["b3"])
        x = jnp.where(jax.random.bernoulli(key, 0.5, x.shape), x / 0.5, 0)
        z = jax.nn.log_softmax(x @ p["w4"] + p["b4"])
        return -jnp.take_along_axis(z, y[:, None], 1).mean(), (z.argmax(1) == y).sum()

    def update(state, x, y):
        p, m, v, t, key = state
        key, k = jax.random.split(key)
        (l, right), g = jax.value_and_grad(loss, has_aux=True)(p, k, x, y)
        t = t + 1
        m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
        v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, g)
        c1, c2 = 1 - 0.9**t, 1 - 0.999**t
        p = jax.tree.map(lambda p, m, v: p - 1e-3 * (m / c1) / (jnp.sqrt(v / c2) + 1e-7), p, m, v)
        return (p, m, v, t, key), l, right

    def one(state, x, y):
        state, l, _ = update(state, x, y)
        return state, l

    def gathered(state, right, x, y, idx):
        state, l, r = update(state, x[idx], y[idx])
        return state, l, right + r

    step = jax.jit(one, donate_argnums=0)
    loop = jax.jit(gathered, donate_argnums=(0, 1))

    def fresh():
        p = init(jax.random.key(1))
        zeros = lambda: jax.tree.map(jnp.zeros_like, p)
        return [(p, zeros(), zeros(), jnp.float32(0), jax.random.key(2))]

    for n in (64, 256):
        x, y = batch(n)
        state = fresh()

        def once():
            state[0], l = step(state[0], x, y)
            assert float(l) < 100

        measure(a, f"batch={n}", once)

    x, y = map(jnp.asarray, batch(EPOCH))
    rng = np.random.default_rng(1)
    for n in (64, 256):
        state = fresh()

        def epoch():
            order, right, total = rng.permutation(EPOCH).astype(np.int32), jnp.int32(0), 0.0
            for i in range(0, EPOCH, n):
                state[0], l, right = loop(state[0], right, x, y, order[i : i + n])
                total += float(l)
            assert total < 100 * EPOCH / n and 0 < int(right) < EPOCH

        measure(a, epoch_of(n), epoch, warm=1)


def run_torch():
    import torch
    import torch.nn as nn

    def fresh():
        torch.manual_seed(1)
        net = nn.Sequential(
            nn.Conv2d(1, 8, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(8, 16, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(784, 128), nn.ReLU(), nn.Dropout(0.5), nn.Linear(128, 10),
        )
        assert sum(p.numel() for p in net.parameters()) == 105194
        return net, torch.optim.Adam(net.parameters(), lr=1e-3, eps=1e-7)

    def tensors(n):
        x, y = batch(n)
        return torch.from_numpy(x.transpose(0, 3, 1, 2).copy()), torch.from_numpy(y.astype(np.int64))

    for n in (64, 256):
        net, adam = fresh()
        xt, yt = tensors(n)

        def once():
            adam.zero_grad(set_to_none=True)
            l = nn.functional.cross_entropy(net(xt), yt)
            l.backward()
            adam.step()
            assert l.item() < 100

        measure(a, f"batch={n}", once)

    xs, ys = tensors(EPOCH)
    for n in (64, 256):
        net, adam = fresh()

        def epoch():
            order, right, total = torch.randperm(EPOCH), 0, 0.0
            for i in range(0, EPOCH, n):
                idx = order[i : i + n]
                xt, yt = xs[idx], ys[idx]
                adam.zero_grad(set_to_none=True)
                z = net(xt)
                l = nn.functional.cross_entropy(z, yt)
                l.backward()
                adam.step()
                right += (z.detach().argmax(1) == yt).sum()
                total += l.item()
            assert total < 100 * EPOCH / n and 0 < int(right) < EPOCH

        measure(a, epoch_of(n), epoch, warm=1)


{"jax": run_jax, "torch": run_torch}.get(a.by, lambda: unknown(a))()
