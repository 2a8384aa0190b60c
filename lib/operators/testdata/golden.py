"""Writes golden.json: Savitzky-Golay weights by SciPy, spectral derivatives by NumPy's FFT, sequentially thresholded least squares
as Brunton, Proctor & Kutz print it, and the best subsets by brute force, all with numpy.linalg.lstsq. Run with NumPy and SciPy."""
import itertools, json
import numpy as np
from scipy.signal import savgol_coeffs, savgol_filter

rng = np.random.default_rng(6)
out = {}
out["savgol"] = [{"window": w, "degree": d, "order": m, "weights": savgol_coeffs(w, d, deriv=m, use="dot").tolist()}
                 for w, d, m in [(5, 2, 0), (7, 3, 1), (9, 4, 2), (11, 5, 3), (31, 4, 1)]]
u = rng.normal(size=23).cumsum()
out["u"] = u.tolist()
out["savgol_ends"] = savgol_filter(u, 9, 3, deriv=1, delta=0.3, mode="interp").tolist()
out["savgol_wrap"] = savgol_filter(u, 9, 3, deriv=2, delta=0.3, mode="wrap").tolist()
k = 2 * np.pi * np.fft.fftfreq(len(u), 0.3)
out["spectral"] = [np.fft.ifft((1j * k) ** m * np.fft.fft(u)).real.tolist() for m in range(4)]

theta = rng.normal(size=(60, 6)) * np.array([1, 10, 0.1, 3, 1, 0.01])
truth = np.array([1.5, 0, -20, 0.4, 0, 0])
y = theta @ truth + 0.05 * rng.normal(size=60)
out["theta"], out["y"] = theta.tolist(), y.tolist()


def lstsq(cols):
    a = np.zeros(theta.shape[1])
    a[cols] = np.linalg.lstsq(theta[:, cols], y, rcond=None)[0]
    return a


def stlsq(threshold, size):
    cols, path = list(range(theta.shape[1])), []
    for _ in range(10):
        a = lstsq(cols)
        path.append(a.tolist())
        left = [j for j in cols if abs(a[j]) * size[j] >= threshold]
        if left == cols:
            break
        cols = left
    return {"alpha": lstsq(cols).tolist(), "first": path[0]}


norm = np.linalg.norm
out["stlsq"] = stlsq(0.3, np.ones(6))
out["stlsq_relative"] = stlsq(0.05, np.linalg.norm(theta, axis=0) / norm(y))
best = []
for size in range(7):
    subsets = [lstsq(list(c)) for c in itertools.combinations(range(6), size)]
    a = min(subsets, key=lambda a: norm(theta @ a - y))
    best.append({"alpha": a.tolist(), "square": norm(theta @ a - y) ** 2})
out["best"] = best
json.dump(out, open(__file__.replace("golden.py", "golden.json"), "w"))
