"""Writes golden.json: batch normalisation by PyTorch in float64, forward, running averages and gradients.

    .course/peers/bin/python lib/batchnorm/testdata/golden.py

PyTorch's momentum is 1 − ours. Its running variance is the unbiased one.
"""

import json
import pathlib

import torch

torch.manual_seed(7)
torch.set_default_dtype(torch.float64)
cases = []


def case(name, shape, offset, scale, eps, momentum, steps=3):
    features = shape[-1]
    bn = torch.nn.BatchNorm1d if len(shape) == 2 else torch.nn.BatchNorm2d
    bn = bn(features, eps=eps, momentum=1 - momentum)
    with torch.no_grad():
        bn.weight.copy_(torch.randn(features))
        bn.bias.copy_(torch.randn(features))
    first = [p.tolist() for p in (bn.weight, bn.bias)]
    xs = []
    for _ in range(steps):  # channels last, as in the course
        x = (offset + scale * torch.randn(shape)).requires_grad_()
        y = bn(x if len(shape) == 2 else x.permute(0, 3, 1, 2))
        y = y if len(shape) == 2 else y.permute(0, 2, 3, 1)
        xs.append(x.detach().flatten().tolist())
    dy = torch.randn(shape)
    gx, gw, gb = torch.autograd.grad((y * dy).sum(), (x, bn.weight, bn.bias))
    bn.eval()
    x2 = x.detach().clone().requires_grad_()
    t = bn(x2 if len(shape) == 2 else x2.permute(0, 3, 1, 2))
    t = t if len(shape) == 2 else t.permute(0, 2, 3, 1)
    tx, tw, tb = torch.autograd.grad((t * dy).sum(), (x2, bn.weight, bn.bias))
    flat = lambda v: v.detach().flatten().tolist()
    cases.append(dict(
        name=name, shape=list(shape), eps=eps, momentum=momentum, gamma=first[0], beta=first[1], x=xs, dy=flat(dy),
        y=flat(y), dx=flat(gx), dgamma=flat(gw), dbeta=flat(gb), mean=flat(bn.running_mean), var=flat(bn.running_var),
        test=flat(t), test_dx=flat(tx), test_dgamma=flat(tw), test_dbeta=flat(tb)))


case("features", (6, 4), 0, 1, 1e-5, 0.9)
case("one feature, far from zero", (5, 1), 1000, 2, 1e-3, 0.7)
case("two rows", (2, 3), 1, 3, 1e-5, 0)
case("a large epsilon", (8, 2), -2, 0.1, 0.5, 0.99)
case("images", (3, 2, 4, 5), 0.5, 2, 1e-5, 0.8)

pathlib.Path(__file__).with_name("golden.json").write_text(json.dumps({"torch": torch.__version__.split("+")[0], "cases": cases}) + "\n")
