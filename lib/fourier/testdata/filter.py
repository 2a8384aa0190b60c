"""Writes filter.json: what spectrum_test.go, filter_test.go and mask_test.go compare with. Needs numpy and jax.

    python3 filter.py > filter.json

Spectra and rings come from numpy (rings by the rounded distance from the centre of fftshift), gradients from jax in float64.
"""
import json
import jax
import numpy as np

jax.config.update("jax_enable_x64", True)
import jax.numpy as jnp

rng = np.random.default_rng(9)


def number(a):
    return np.asarray(a, float).ravel().tolist()


# mean spectra of three images of two channels
pix = rng.normal(size=(3, 5, 6, 2)).astype(np.float32).astype(float)
f = np.abs(np.fft.fft2(pix, axes=(1, 2)))
mean = dict(H=5, W=6, C=2, Pix=number(pix), Amplitude=number(f.mean((0, 3))), Energy=number((f**2).mean((0, 3))),
            Centred=number(np.fft.fftshift((f**2).mean((0, 3)))))

# radial averages on a square and on an oblong
radial = []
for h, w in [(8, 8), (7, 7), (6, 9)]:
    e = rng.random((h, w))
    side = max(h, w)
    y, x = np.meshgrid(np.fft.fftfreq(h) * side, np.fft.fftfreq(w) * side, indexing="ij")
    rho = np.sqrt(y**2 + x**2)
    k = np.floor(rho + 0.5 + 1e-12).astype(int)
    count = np.bincount(k.ravel())
    total = np.bincount(k.ravel(), e.ravel())
    low = rho <= 2 + 1e-9
    radial.append(dict(H=h, W=w, E=number(e), Sum=number(total), Count=count.tolist(), Mean=number(total / np.maximum(count, 1)),
                       Ratio=e[low].sum() / e[~low].sum(), MeanRadius=(rho * e).sum() / e.sum()))

# the filter, a mask for each of two images, and gradients of sum(g·y²)
x = rng.normal(size=(2, 5, 6, 2))
m = rng.random((2, 5, 6))
g = rng.normal(size=x.shape)


def apply(m, x):
    return jnp.real(jnp.fft.ifft2(m[..., None] * jnp.fft.fft2(x, axes=(1, 2)), axes=(1, 2)))


def j(m, x):
    return (g * apply(m, x)**2).sum()


dm, dx = jax.grad(j, (0, 1))(m, x)
filt = dict(H=5, W=6, C=2, N=2, X=number(x), M=number(m), G=number(g), Y=number(apply(m, x)), DM=number(dm), DX=number(dx))

# MaskSearch's first term for a linear softmax classifier of three classes, one mask a class
n, h, w, classes = 5, 4, 6, 3
x = rng.normal(size=(n, h, w))
y = np.array([0, 1, 2, 1, 0])
a = 1.6 * rng.normal(size=(classes, h, w))
m = rng.random((classes, h, w))


def loss(x):
    z = jnp.einsum("nhw,chw->nc", x, a)
    return jax.nn.logsumexp(z, axis=1) - z[jnp.arange(n), y]


def terms(m):
    xb = jnp.real(jnp.fft.ifft2(m[y] * jnp.fft.fft2(x)))
    t2 = (loss(xb) - loss(x))**2
    e = jnp.where(t2 <= 20, jnp.exp(jnp.minimum(t2, 20)), jnp.exp(20.0) * (1 + t2 - 20))
    count = jnp.bincount(y, length=classes)
    return jnp.zeros(classes).at[y].add(e / count[y])


dm = jax.grad(lambda m: terms(m).sum())(m)
mask = dict(H=h, W=w, N=n, Classes=classes, X=number(x), Y=y.tolist(), A=number(a), M=number(m), Change=number(terms(m)), G=number(dm),
            Largest=float(np.abs(loss(jnp.real(jnp.fft.ifft2(m[y] * jnp.fft.fft2(x)))) - loss(x)).max()))

print(json.dumps(dict(Mean=mean, Radial=radial, Filter=filt, Mask=mask), separators=(",", ":")))
