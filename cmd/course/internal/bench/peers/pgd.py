"""Projected gradient ascent of 40 steps on 1000 test digits and the course's LeNet, as a user of each library would write it by
hand, and foolbox on PyTorch: L∞ with ε = 0.1 and steps of 0.01, L2 with ε = 1.5 and steps of 0.1, from the digits
themselves, clipped to [0, 1], all steps for every digit.

DIR/lenet.npz, written by the course's exporter, has the weights by name, the digits lx [1024, 28, 28, 1] and the labels ly. The first
1000 that the network gets right are attacked.
"""

import os

from common import arguments, measure, unknown

a = arguments()

import numpy as np

data = np.load(os.path.join(a.dir, "lenet.npz"))
X, Y = data["lx"], data["ly"]
W = {k: data[k] for k in data.files if "/" in k}  # the weights have names with a slash
NAMES = ["conv1/conv", "conv2/conv", "hidden/dense", "logits/dense"]
STEPS, BATCH = 40, 128
SETTINGS = {"Linf": (0.1, 0.01), "L2": (1.5, 0.1)}


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

    x0 = torch.from_numpy(X.transpose(0, 3, 1, 2).copy())
    label = torch.from_numpy(Y.astype(np.int64))
    with torch.no_grad():
        right = (logits(x0).argmax(1) == label).nonzero()[:1000, 0]
    return logits, x0[right], label[right]


def run_torch():
    import torch
    import torch.nn.functional as F

    logits, x0, label = torch_logits()

    def attack(norm):
        eps, step = SETTINGS[norm]
        robust = 0
        for x0b, y in zip(x0.split(BATCH), label.split(BATCH)):
            r = torch.zeros_like(x0b)
            for _ in range(STEPS):
                x = (x0b + r).requires_grad_(True)
                g = torch.autograd.grad(F.cross_entropy(logits(x), y, reduction="sum"), x)[0]
                if norm == "Linf":
                    r = (r + step * g.sign()).clamp(-eps, eps)
                else:
                    r = r + step * g / g.flatten(1).norm(dim=1).clamp_min(1e-30).view(-1, 1, 1, 1)
                    r = r * (eps / r.flatten(1).norm(dim=1).clamp_min(eps)).view(-1, 1, 1, 1)
                r = (x0b + r).clamp(0, 1) - x0b
            with torch.no_grad():
                robust += (logits(x0b + r).argmax(1) == y).sum().item()
        return robust / len(x0)

    for norm in SETTINGS:
        measure(a, norm, lambda: attack(norm), warm=0, note=f"{attack(norm):.3g} robust")


def run_foolbox():
    import foolbox as fb
    import torch

    logits, x0, label = torch_logits()

    class Net(torch.nn.Module):
        def forward(self, x):
            return logits(x)

    model = fb.PyTorchModel(Net().eval(), bounds=(0, 1))
    kinds = {"Linf": fb.attacks.LinfPGD, "L2": fb.attacks.L2PGD}

    def attack(norm):
        eps, step = SETTINGS[norm]
        f = kinds[norm](abs_stepsize=step, steps=STEPS, random_start=False)
        robust = 0
        for x0b, y in zip(x0.split(BATCH), label.split(BATCH)):
            _, _, success = f(model, x0b, y, epsilons=eps)
            robust += (~success).sum().item()
        return robust / len(x0)

    for norm in SETTINGS:
        measure(a, norm, lambda: attack(norm), warm=0, note=f"{attack(norm):.3g} robust")


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

    def loss(x, y):
        return -jnp.take_along_axis(jax.nn.log_softmax(logits(x)), y[:, None], 1).sum()

    def step(norm, x0, r, y):
        eps, alpha = SETTINGS[norm]
        g = jax.grad(loss)(x0 + r, y)
        if norm == "Linf":
            r = jnp.clip(r + alpha * jnp.sign(g), -eps, eps)
        else:
            length = lambda v: jnp.sqrt((v * v).sum((1, 2, 3), keepdims=True))
            r = r + alpha * g / jnp.maximum(length(g), 1e-30)
            r = r * eps / jnp.maximum(length(r), eps)
        return jnp.clip(x0 + r, 0, 1) - x0

    step = jax.jit(step, static_argnums=0)
    answer = jax.jit(lambda x: logits(x).argmax(1))
    right = np.nonzero(np.asarray(answer(X)) == Y)[0][:1000]
    x, y = X[right], Y[right]
    more = -len(x) % BATCH  # the last batch is filled up
    x, y = np.concatenate([x, x[:more]]), np.concatenate([y, y[:more]])

    def attack(norm):
        robust = np.zeros(len(x), bool)
        for lo in range(0, len(x), BATCH):
            x0b, yb = jnp.asarray(x[lo : lo + BATCH]), jnp.asarray(y[lo : lo + BATCH])
            r = jnp.zeros_like(x0b)
            for _ in range(STEPS):
                r = step(norm, x0b, r, yb)
            robust[lo : lo + BATCH] = np.asarray(answer(x0b + r)) == np.asarray(yb)
        return robust[: len(right)].mean()

    for norm in SETTINGS:
        measure(a, norm, lambda: attack(norm), warm=0, note=f"{attack(norm):.3g} robust")


{"torch": run_torch, "jax": run_jax, "foolbox": run_foolbox}.get(a.by, lambda: unknown(a))()
