"""Writes family.json: saliency, integrated gradients and occlusion of a small tanh net by torch.autograd, in float64.

Run with Python 3, torch and numpy:  python family.py
"""
import json
import os

import numpy as np
import torch

torch.set_default_dtype(torch.float64)
rng = np.random.default_rng(5)
N, H, W, C, K, CLASSES = 3, 6, 8, 2, 4, 3
images = rng.random((N, H, W, C)).round(4)
base = rng.random((H, W, C)).round(4)
kernel = (rng.standard_normal((3, 3, C, K)) * 0.8).round(4)  # [row, column, in, out]
bias = rng.standard_normal(K).round(4)
dense = (rng.standard_normal((H * W * K, CLASSES)) * 0.3).round(4)  # over [row, column, channel]
classes = [2, 0, 1]
STEPS, SIZE, STRIDE, FILL = 8, 4, 2, 0.5


def logits(x):  # [n, H, W, C]
    z = torch.nn.functional.conv2d(x.permute(0, 3, 1, 2), torch.tensor(kernel).permute(3, 2, 0, 1), torch.tensor(bias), padding=1)
    return torch.tanh(z).permute(0, 2, 3, 1).reshape(len(x), -1) @ torch.tensor(dense)


def gradient(x, c):
    x = torch.tensor(x[None], requires_grad=True)
    logits(x)[0, c].backward()
    return x.grad[0].numpy()


out = dict(images=images.tolist(), base=base.ravel().tolist(), kernel=kernel.ravel().tolist(), bias=bias.tolist(), dense=dense.ravel().tolist(),
           classes=classes, steps=STEPS, size=SIZE, stride=STRIDE, fill=FILL, cases=[])
for x, c in zip(images, classes):
    g = gradient(x, c)
    ig = np.zeros((H, W))
    for s in range(STEPS):
        a = (s + 0.5) / STEPS
        ig += ((x - base) * gradient(base + a * (x - base), c)).sum(-1) / STEPS
    before = logits(torch.tensor(x[None]))[0, c].item()
    occlusion = np.zeros((H // STRIDE, W // STRIDE))
    for i in range(H // STRIDE):
        for j in range(W // STRIDE):
            y = x.copy()
            top, left = i * STRIDE - (SIZE - STRIDE) // 2, j * STRIDE - (SIZE - STRIDE) // 2
            y[max(0, top):top + SIZE, max(0, left):left + SIZE] = FILL
            occlusion[i, j] = before - logits(torch.tensor(y[None]))[0, c].item()
    out["cases"].append(dict(logit=before, saliency=np.abs(g).max(-1).tolist(), signed=g.sum(-1).tolist(), integrated=ig.tolist(), occlusion=occlusion.tolist()))
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "family.json"), "w") as f:
    json.dump(out, f)
    f.write("\n")
