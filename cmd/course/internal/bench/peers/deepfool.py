"""Multiclass DeepFool on 256 test digits and the course's LeNet, as a user of each library would write it by hand,
where finished digits leave the batch (JAX also as one masked loop), and foolbox on PyTorch. L2 and L∞, overshoot 0.02, at most 50 steps, no clipping, all ten classes.

DIR/lenet.npz, written by the course's exporter, has the weights by name, the digits x [256, 28, 28, 1] and the labels y.
"""

import os

from common import arguments, measure, unknown

a = arguments()

import numpy as np

data = np.load(os.path.join(a.dir, "lenet.npz"))
X, Y = data["x"], data["y"]
W = {k: data[k] for k in data.files if "/" in k}  # the weights have names with a slash
NAMES = ["conv1/conv", "conv2/conv", "hidden/dense", "logits/dense"]
OVERSHOOT, STEPS, MIN_STEP = 0.02, 50, 1e-4


def summary(norm, r, flipped):
    flat, x = r.reshape(len(r), -1), X.reshape(len(X), -1)
    rho = np.mean(np.linalg.norm(flat, axis=1) / np.linalg.norm(x, axis=1))  # of 2-norms for both attacks, as the course's
    assert flipped == len(X), f"{flipped} of {len(X)} flipped"
    return f"ρ {rho:.4f}"


def torch_logits():
    import torch
    import torch.nn.functional as F

    k = [torch.from_numpy(W[n + "/weights"]) for n in NAMES]
    c = [torch.from_numpy(W[n + "/biases"]) for n in NAMES]
    k1, k2 = k[0].permute(3, 2, 0, 1).contiguous(), k[1].permute(3, 2, 0, 1).contiguous()
    # Flattened maps are [7, 7, 16] in the course and [16, 7, 7] here: order the rows of the dense layer so.
    k3 = k[2].reshape(7, 7, 16, 128).permute(2, 0, 1, 3).reshape(784, 128).contiguous()

    def logits(x):
        x = F.max_pool2d(F.relu(F.conv2d(x, k1, c[0], padding=2)), 2)
        x = F.max_pool2d(F.relu(F.conv2d(x, k2, c[1], padding=2)), 2)
        return F.relu(x.flatten(1) @ k3 + c[2]) @ k[3] + c[3]

    return logits, torch.from_numpy(X.transpose(0, 3, 1, 2).copy()), torch.from_numpy(Y.astype(np.int64))


def run_torch():
    import torch

    logits, x0, label = torch_logits()

    def attack(norm):
        total = torch.zeros_like(x0)
        active = torch.arange(len(x0))
        for _ in range(STEPS):
            x = (x0[active] + (1 + OVERSHOOT) * total[active]).requires_grad_(True)
            f = logits(x)
            n = len(active)
            g = torch.stack([torch.autograd.grad(f[:, j].sum(), x, retain_graph=True)[0] for j in range(10)], 1)
            own = torch.arange(n)
            f = f.detach()
            gap = f - f[own, label[active]][:, None]  # [n, 10]
            w = (g - g[own, label[active]][:, None]).flatten(2)  # [n, 10, 784]
            gain = w.norm(dim=2) if norm == "L2" else w.abs().sum(2)
            dist = torch.where(gain > 0, gap.abs() / gain, torch.inf)
            dist[own, label[active]] = torch.inf
            d, l = dist.min(1)
            wl = w[own, l]
            u = wl / gain[own, l][:, None] if norm == "L2" else wl.sign()
            total[active] += (d.clamp_min(MIN_STEP)[:, None] * u).view(n, 1, 28, 28)
            with torch.no_grad():
                to = logits(x0[active] + (1 + OVERSHOOT) * total[active]).argmax(1)
            active = active[to == label[active]]
            if len(active) == 0:
                break
        return (1 + OVERSHOOT) * total, len(x0) - len(active)

    for norm in ("L2", "Linf"):
        r, flipped = attack(norm)
        measure(a, norm, lambda: attack(norm), warm=1, note=summary(norm, r.numpy(), flipped))


def run_foolbox():
    import foolbox as fb
    import torch

    logits, x0, label = torch_logits()

    class Net(torch.nn.Module):
        def forward(self, x):
            return logits(x)

    # Bounds far out: no clipping, as for the others. Its own loss for DeepFool by the gaps of the logits.
    model = fb.PyTorchModel(Net().eval(), bounds=(-100, 100))
    kinds = {"L2": fb.attacks.L2DeepFoolAttack, "Linf": fb.attacks.LinfDeepFoolAttack}

    def attack(norm):
        raw, _, success = kinds[norm](steps=STEPS, candidates=10, overshoot=OVERSHOOT, loss="logits")(model, x0, label, epsilons=None)
        return raw - x0, int(success.sum())

    for norm in ("L2", "Linf"):
        r, flipped = attack(norm)
        measure(a, norm, lambda: attack(norm), warm=1, note=summary(norm, r.numpy(), flipped))


def run_jax():
    import jax
    import jax.numpy as jnp

    k = [jnp.asarray(W[n + "/weights"]) for n in NAMES]
    c = [jnp.asarray(W[n + "/biases"]) for n in NAMES]

    def conv(x, w):
        return jax.lax.conv_general_dilated(x, w, (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC"))

    def pool(x):
        b, h, w, ch = x.shape
        return x.reshape(b, h // 2, 2, w // 2, 2, ch).max((2, 4))

    def logits(x):
        x = pool(jax.nn.relu(conv(x, k[0]) + c[0]))
        x = pool(jax.nn.relu(conv(x, k[1]) + c[1]))
        return jax.nn.relu(x.reshape(x.shape[0], -1) @ k[2] + c[2]) @ k[3] + c[3]

    def step(norm, x0, total, label):
        x = x0 + (1 + OVERSHOOT) * total
        f, back = jax.vjp(logits, x)
        n = len(x)
        g = jax.vmap(lambda e: back(jnp.broadcast_to(e, (n, 10)))[0])(jnp.eye(10)).swapaxes(0, 1)  # [n, 10, 28, 28, 1]
        own = jnp.arange(n)
        gap = f - f[own, label][:, None]
        w = (g - g[own, label][:, None]).reshape(n, 10, -1)
        gain = jnp.linalg.norm(w, axis=2) if norm == "L2" else jnp.abs(w).sum(2)
        dist = jnp.where((gain > 0) & (jnp.arange(10) != label[:, None]), jnp.abs(gap) / gain, jnp.inf)
        l = dist.argmin(1)
        wl, d = w[own, l], jnp.maximum(dist[own, l], MIN_STEP)
        u = wl / gain[own, l][:, None] if norm == "L2" else jnp.sign(wl)
        total = total + (d[:, None] * u).reshape(x0.shape)
        return total, logits(x0 + (1 + OVERSHOOT) * total).argmax(1)

    def masked(norm, x0, label):
        """All steps of the whole batch in one program, until the last digit is done: the first thing to write in JAX."""

        def body(state):
            i, total, active = state
            after, to = step(norm, x0, total, label)
            return i + 1, jnp.where(active[:, None, None, None], after, total), active & (to == label)

        def going(state):
            return (state[0] < STEPS) & state[2].any()

        _, total, active = jax.lax.while_loop(going, body, (0, jnp.zeros_like(x0), jnp.ones(len(x0), bool)))
        return (1 + OVERSHOOT) * total, active.sum()

    one_program = jax.jit(masked, static_argnums=0)
    step = jax.jit(step, static_argnums=0)
    sizes = (256, 64, 16)  # programs are compiled for these batches; an active set is padded to the next

    def attack(norm):
        total, active = np.zeros_like(X), np.arange(len(X))
        for _ in range(STEPS):
            n = min(s for s in sizes if s >= len(active))
            idx = np.concatenate([active, np.full(n - len(active), active[0])])
            after, to = step(norm, X[idx], total[idx], Y[idx])
            total[active] = np.asarray(after)[: len(active)]
            active = active[np.asarray(to)[: len(active)] == Y[active]]
            if len(active) == 0:
                break
        return (1 + OVERSHOOT) * total, len(X) - len(active)

    for norm in ("L2", "Linf"):
        r, flipped = attack(norm)
        measure(a, norm, lambda: attack(norm), warm=1, note="drops what is done; " + summary(norm, r, flipped))
        r, left = one_program(norm, X, Y)
        whole = lambda: jax.block_until_ready(one_program(norm, X, Y))
        measure(a, norm, whole, warm=1, note="one masked loop; " + summary(norm, np.asarray(r), len(X) - int(left)))


{"torch": run_torch, "jax": run_jax, "foolbox": run_foolbox}.get(a.by, lambda: unknown(a))()
