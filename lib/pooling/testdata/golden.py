"""Writes golden.json, the independent reference of package pooling.

    python golden.py > golden.json        (torch 2.15.0 and numpy 2.4.6 made the committed file)

Forward and backward of torch.nn.functional's pools in float64. The maximum is also checked against numpy's sliding windows.
lp_pool2d has no padding; its inputs are positive for odd p, where it leaves out the absolute value.
"""

import json

import numpy as np
import torch
from torch.nn import functional as f

rng = np.random.default_rng(5)
out = []


def case(shape, window, stride, pad, ties=False):
    x = rng.integers(-2, 3, size=shape).astype(float) if ties else rng.normal(size=shape)
    c = {"x": x.tolist(), "window": window, "stride": stride, "pad": pad, "pools": {}}

    def add(name, pool, x):
        t = torch.tensor(x[None, None], requires_grad=True)
        y = pool(t)
        dy = torch.tensor(rng.normal(size=y.shape))
        y.backward(dy)
        c["pools"][name] = {"x": x.tolist(), "y": y[0, 0].tolist(), "dy": dy[0, 0].tolist(), "dx": t.grad[0, 0].tolist()}

    add("max", lambda t: f.max_pool2d(t, window, stride, pad), x)
    add("mean", lambda t: f.avg_pool2d(t, window, stride, pad, count_include_pad=False), x)
    if pad == [0, 0]:
        views = np.lib.stride_tricks.sliding_window_view(x, window)[:: stride[0], :: stride[1]]
        assert np.array_equal(views.max((2, 3)), c["pools"]["max"]["y"])
        if not ties:
            add("lp2", lambda t: f.lp_pool2d(t, 2, window, stride), x)
            add("lp3", lambda t: f.lp_pool2d(t, 3, window, stride), np.abs(x))
    out.append(c)


case((4, 4), [2, 2], [2, 2], [0, 0])
case((5, 7), [2, 3], [2, 3], [0, 0])
case((7, 6), [3, 2], [1, 1], [0, 0])
case((9, 8), [3, 3], [2, 2], [0, 0])
case((9, 8), [3, 3], [2, 2], [1, 1])
case((6, 5), [2, 3], [3, 1], [1, 1])
case((1, 9), [1, 4], [1, 2], [0, 2])
case((1, 9), [1, 4], [1, 4], [0, 0])
case((6, 6), [6, 6], [6, 6], [0, 0])
case((8, 8), [3, 3], [2, 2], [1, 1], ties=True)
case((6, 6), [2, 2], [2, 2], [0, 0], ties=True)
case((5, 5), [1, 1], [2, 2], [0, 0])
print(json.dumps(out))
