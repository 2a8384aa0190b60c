"""Writes golden.json: the short-time Fourier transform by scipy, and Mel filters by their formulas, written out here with numpy.

Run: python generate.py > golden.json   (numpy, scipy)
"""

import json

import numpy as np
import scipy.signal

rng = np.random.default_rng(13)
out = {"stft": [], "filters": []}
for n, window, hop in [(40, 16, 4), (37, 16, 5), (24, 8, 8), (50, 12, 7)]:
    x = rng.normal(size=n).round(3)
    w = scipy.signal.get_window("hann", window)  # periodic
    f, t, z = scipy.signal.stft(x, window="hann", nperseg=window, noverlap=window - hop, boundary=None, padded=False)
    z = z.T * w.sum()  # scipy divides by the sum of the window
    out["stft"].append({"x": x.tolist(), "window": window, "hop": hop, "re": z.real.tolist(), "im": z.imag.tolist()})


def htk(f):
    return 2595 * np.log10(1 + f / 700)


def htk_hz(m):
    return 700 * (10 ** (m / 2595) - 1)


def slaney(f):  # Auditory Toolbox: 200/3 Hz a step up to 1000 Hz, then 27 steps for a factor of 6.4
    return f / (200 / 3) if f < 1000 else 1000 / (200 / 3) + np.log(f / 1000) / (np.log(6.4) / 27)


def slaney_hz(m):
    return m * (200 / 3) if m < 15 else 1000 * np.exp((m - 15) * np.log(6.4) / 27)


for name, mel, hz in [("HTK", htk, htk_hz), ("Slaney", slaney, slaney_hz)]:
    for bands, window, rate, low, high, area in [(6, 64, 8000, 0, 4000, False), (5, 128, 16000, 100, 7000, True), (10, 32, 8000, 0, 4000, False)]:
        edges = [hz(m) for m in np.linspace(mel(low), mel(high), bands + 2)]
        freqs = np.fft.rfftfreq(window, 1 / rate)
        rows = []
        for b in range(bands):
            up = np.interp(freqs, [edges[b], edges[b + 1], edges[b + 2]], [0, 1, 0], left=0, right=0)
            rows.append((up * (2 / (edges[b + 2] - edges[b]) if area else 1)).tolist())
        out["filters"].append({"scale": name, "bands": bands, "window": window, "rate": rate, "low": low, "high": high, "area": area, "h": rows})
print(json.dumps(out))
