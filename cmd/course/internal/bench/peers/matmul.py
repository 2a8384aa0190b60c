"""The product of two 1024×1024 float32 matrices."""

from common import arguments, measure, unknown

a = arguments()

import numpy as np

N, WORK = 1024, "1024×1024 float32"
rng = np.random.default_rng(0)
x, y = rng.standard_normal((2, N, N)).astype(np.float32)


def run_numpy():
    measure(a, WORK, lambda: x @ y)


def run_jax():
    import jax

    f = jax.jit(lambda x, y: x @ y)
    u, v = jax.device_put(x), jax.device_put(y)
    measure(a, WORK, lambda: f(u, v).block_until_ready())


def run_torch():
    import torch

    u, v = torch.from_numpy(x), torch.from_numpy(y)
    measure(a, WORK, lambda: u @ v)


{"numpy": run_numpy, "jax": run_jax, "torch": run_torch}.get(a.by, lambda: unknown(a))()
