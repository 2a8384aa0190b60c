"""Writes golden.json, the independent reference of package conv.

    python golden.py > golden.json        (numpy 2.4.6 and scipy 1.17.1 made the committed file)

Sums by scipy.signal and scipy.ndimage, matrices by scipy.linalg, spectra by numpy.fft. Stride is slicing, dilation a
kernel with zeros between its entries.
"""

import json

import numpy as np
from scipy import linalg, ndimage, signal

rng = np.random.default_rng(4)
out = {"one": [], "two": [], "circulant": [], "spectra": []}

def spread(w, d):
    s = np.zeros([(n - 1) * d + 1 for n in w.shape])
    s[tuple(slice(None, None, d) for _ in w.shape)] = w
    return s

def results(x, w, d, s):
    k = spread(w, d)
    full = signal.correlate(x, k, "full")
    conv = signal.convolve(x, k, "full")
    # Same: floor((K-1)/2) zeros in front, so it starts K - 1 - floor((K-1)/2) places into the full correlation
    part = tuple(slice(n - 1 - (n - 1) // 2, n - 1 - (n - 1) // 2 + size) for n, size in zip(k.shape, x.shape))
    step = tuple(slice(None, None, s) for _ in x.shape)
    r = {
        "corr_full": full[step],
        "corr_same": full[part][step],
        "conv_full": conv[step],
        "conv_same": conv[part][step],
    }
    if all(n % 2 for n in k.shape):  # where scipy's "same" is ours
        assert np.allclose(r["corr_same"], signal.correlate(x, k, "same")[step])
        assert np.allclose(r["conv_same"], signal.convolve(x, k, "same")[step])
    if all(n <= m for n, m in zip(k.shape, x.shape)):
        r["corr_valid"] = signal.correlate(x, k, "valid")[step]
        r["conv_valid"] = signal.convolve(x, k, "valid")[step]
        # ndimage centres the kernel at floor(n/2); origin moves entry 0 to the place itself
        r["corr_circular"] = ndimage.correlate(x, k, mode="wrap", origin=[-(n // 2) for n in k.shape])[step]
        r["conv_circular"] = ndimage.convolve(x, k, mode="wrap", origin=[-(n // 2) for n in k.shape])[step]
        big = np.zeros(x.shape)
        big[tuple(slice(0, n) for n in k.shape)] = k
        theorem = np.fft.ifftn(np.fft.fftn(x) * np.fft.fftn(big)).real
        assert np.allclose(theorem[step], r["conv_circular"])
    return {name: v.tolist() for name, v in r.items()}

for n, m, d, s in [(1, 1, 1, 1), (5, 3, 1, 1), (5, 3, 1, 2), (8, 4, 1, 1), (9, 3, 2, 1), (10, 3, 2, 3), (4, 4, 1, 1),
                   (3, 5, 1, 1), (7, 2, 3, 2), (6, 1, 1, 2)]:
    x, w = rng.normal(size=n), rng.normal(size=m)
    out["one"].append({"x": x.tolist(), "w": w.tolist(), "dilation": d, "stride": s, "y": results(x, w, d, s)})

for shape, kernel, d, s in [((1, 1), (1, 1), 1, 1), ((5, 5), (3, 3), 1, 1), ((5, 7), (2, 3), 1, 1), ((7, 6), (3, 2), 2, 1),
                            ((8, 9), (3, 4), 1, 2), ((3, 2), (2, 4), 1, 1), ((6, 6), (1, 5), 1, 3)]:
    x, w = rng.normal(size=shape), rng.normal(size=kernel)
    out["two"].append({"x": x.tolist(), "w": w.tolist(), "dilation": d, "stride": s, "y": results(x, w, d, s)})

for n in (1, 2, 3, 6):
    w = rng.normal(size=n)
    c = linalg.circulant(w)
    values = np.linalg.eigvals(c)
    spectrum = np.fft.fft(w)
    assert all(np.min(np.abs(values - v)) < 1e-12 for v in spectrum)
    out["circulant"].append({"w": w.tolist(), "c": c.tolist()})

for shape in [(1,), (2,), (7,), (12,), (3, 4), (5, 1), (6, 7)]:
    x = rng.normal(size=shape)
    f = np.fft.fftn(x)
    out["spectra"].append({"x": x.reshape(-1, shape[-1]).tolist(), "re": f.real.reshape(-1, shape[-1]).tolist(),
                           "im": f.imag.reshape(-1, shape[-1]).tolist()})

print(json.dumps(out))
