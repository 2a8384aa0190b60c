"""Gradient descent on ½‖Ax − b‖² (lib/leastnorm), A Gaussian 200×1000, 10 000 steps of the best size, from the origin."""

from common import arguments, measure, unknown

a = arguments()

import numpy as np

rng = np.random.default_rng(0)
A, b = rng.standard_normal((200, 1000)), rng.standard_normal(200)
s = np.linalg.svd(A, compute_uv=False)
mu = 2 / (s[0] ** 2 + s[-1] ** 2)
exact = np.linalg.lstsq(A, b, rcond=None)[0]
WORK = "200×1000, 10000 steps"


def check(x, tol):
    assert np.linalg.norm(x - exact) <= tol * np.linalg.norm(exact), np.linalg.norm(x - exact)


def run_numpy():
    for dtype, tol in ((np.float64, 1e-9), (np.float32, 1e-3)):
        M, y, step = A.astype(dtype), b.astype(dtype), dtype(mu)
        MT = np.ascontiguousarray(M.T)

        def once():
            x = np.zeros(1000, dtype)
            for _ in range(10000):
                x -= step * (MT @ (M @ x - y))
            check(x, tol)

        measure(a, WORK, once, warm=1, note=np.dtype(dtype).name)


def run_jax():
    import jax
    import jax.numpy as jnp

    @jax.jit
    def descend(M, y, x, step, count):
        return jax.lax.fori_loop(0, count, lambda _, x: x - step * ((M @ x - y) @ M), x)

    M, y = jnp.asarray(A, jnp.float32), jnp.asarray(b, jnp.float32)

    def once():
        check(np.asarray(descend(M, y, jnp.zeros(1000, jnp.float32), jnp.float32(mu), 10000)), 1e-3)

    measure(a, WORK, once, warm=1, note="float32")


{"numpy": run_numpy, "jax": run_jax}.get(a.by, lambda: unknown(a))()
