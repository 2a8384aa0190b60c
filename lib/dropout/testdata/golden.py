"""Writes golden.json: a multilayer perceptron with given dropout masks, by PyTorch in float64, under both rules; and the
expected depth of stochastic depth by a sum over all subsets of blocks.

    .course/peers/bin/python lib/dropout/testdata/golden.py
"""

import itertools
import json
import pathlib

import torch

torch.manual_seed(11)
torch.set_default_dtype(torch.float64)
nets = []
for inverted in (False, True):
    keep = [0.8, 0.5, 1.0]  # what enters the layers; 1.0: no dropout
    sizes = [5, 7, 6, 3]
    m = 4
    w = [torch.randn(o, i, requires_grad=True) for i, o in zip(sizes, sizes[1:])]
    b = [torch.randn(o, requires_grad=True) for o in sizes[1:]]
    x, y = torch.randn(m, sizes[0], requires_grad=True), torch.randn(m, sizes[-1])
    masks = [(torch.rand(m, i) < k).double() for i, k in zip(sizes, keep)]

    def run(train):
        a = x
        for l in range(3):
            if train:
                a = a * masks[l] / (keep[l] if inverted else 1)
            elif not inverted:
                a = a * keep[l]
            a = torch.nn.functional.linear(a, w[l], b[l])
            a = torch.tanh(a) if l < 2 else a
        return a

    loss = ((run(True) - y) ** 2).sum(1).mean() / 2
    grads = torch.autograd.grad(loss, [*w, *b, x])
    ls = lambda ts: [t.detach().flatten().tolist() for t in ts]
    nets.append(dict(inverted=inverted, keep=keep, sizes=sizes, m=m, w=ls(w), b=ls(b), x=ls([x])[0], y=ls([y])[0], masks=ls(masks),
                     out=ls([run(True)])[0], test=ls([run(False)])[0], loss=loss.item(), dw=ls(grads[:3]), db=ls(grads[3:6]), dx=ls(grads[6:])[0]))

depth = []
for p in ([0.9, 0.8, 0.7, 0.5], [1.0, 0.3, 0.6]):
    dist = [0.0] * (len(p) + 1)
    for bits in itertools.product((0, 1), repeat=len(p)):
        q = 1.0
        for bit, v in zip(bits, p):
            q *= v if bit else 1 - v
        dist[sum(bits)] += q
    depth.append(dict(p=p, distribution=dist, mean=sum(k * q for k, q in enumerate(dist))))

pathlib.Path(__file__).with_name("golden.json").write_text(json.dumps({"torch": torch.__version__.split("+")[0], "nets": nets, "depth": depth}) + "\n")
