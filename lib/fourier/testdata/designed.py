"""Writes designed.json: what haar_test.go, morlet_test.go and keep_test.go compare with. Needs numpy alone.

    python3 designed.py > designed.json

The Haar transform is done by its orthogonal matrix, the Morlet transform by the sum over time (not through the spectrum).
"""
import json
import numpy as np

rng = np.random.default_rng(6)


def haar_matrix(n, levels):
    """The orthogonal matrix: rows are the wavelets themselves, coarse ones first."""
    r = []
    block = 2**levels
    for i in range(n // block):
        v = np.zeros(n)
        v[i * block:(i + 1) * block] = block**-0.5
        r.append(v)
    for l in range(levels, 0, -1):
        b = 2**l
        for i in range(n // b):
            v = np.zeros(n)
            v[i * b:i * b + b // 2] = b**-0.5
            v[i * b + b // 2:(i + 1) * b] = -b**-0.5
            r.append(v)
    return np.array(r)


def haar2(x, levels):
    """One level at a time, on the shrinking top left corner (Mallat's order, not the tensor product)."""
    c = x.copy()
    h, w = x.shape
    for l in range(levels):
        a, b = h >> l, w >> l
        c[:a, :b] = haar_matrix(a, 1) @ c[:a, :b] @ haar_matrix(b, 1).T
    return c


x = rng.normal(size=24)
p = rng.normal(size=(8, 12))
out = {"haar": {"x": x.tolist(), "c": [(haar_matrix(24, l) @ x).tolist() for l in range(4)]},
       "haar2": {"h": 8, "w": 12, "x": p.ravel().tolist(), "c": [haar2(p, l).ravel().tolist() for l in range(3)]}}

# Morlet: W(b) = c/s Σ x(t) ψ*((t−b)/s) dt with c = 2/√(2π), so that a cosine has its amplitude.
rate, n, omega0 = 200.0, 160, 6.0
t = np.arange(n) / rate
sig = np.sin(2 * np.pi * (5 * t + 20 * t * t)) + 0.3 * rng.normal(size=n)
hz = [8.0, 17.0, 40.0]
W = []
for f in hz:
    s = omega0 / (2 * np.pi * f)
    u = (t[None, :] - t[:, None]) / s
    psi = np.exp(1j * omega0 * u - u * u / 2)
    W.append((2 / np.sqrt(2 * np.pi) / s / rate) * (np.conj(psi) * sig[None, :]).sum(1))
out["morlet"] = {"rate": rate, "x": sig.tolist(), "hz": hz, "re": [w.real.tolist() for w in W], "im": [w.imag.tolist() for w in W]}

# A picture with its spectrum multiplied by a mask that is not symmetric, and the power.
q = rng.normal(size=(5, 6))
m = rng.uniform(size=(5, 6))
F = np.fft.fft2(q)
out["mask"] = {"h": 5, "w": 6, "x": q.ravel().tolist(), "mask": m.ravel().tolist(), "power": (abs(F)**2).ravel().tolist(),
               "masked": np.fft.ifft2(m * F).real.ravel().tolist()}
print(json.dumps(out))
