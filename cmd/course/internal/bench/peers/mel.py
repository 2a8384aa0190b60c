"""The log-Mel spectrogram of DIR/sound.f32, one minute at 16 kHz: Hann windows of 400 samples each 160, the power in 80 bands of Slaney's scale with
area 1, in decibels not below -100; float32. The course's, in DIR/mel.f32, must be the same. Filters are made anew in each call, as librosa and
the course do.

torch follows torchaudio, numpy the formulas, with SciPy's FFT.
"""

import os
import sys

from common import arguments, measure, unknown

a = arguments()

import numpy as np

RATE, WINDOW, HOP, BANDS = 16000, 400, 160, 80
WORK = "60 s, window 400, hop 160"
X = np.fromfile(os.path.join(a.dir, "sound.f32"), np.float32)
OURS = np.fromfile(os.path.join(a.dir, "mel.f32"), np.float32).reshape(-1, BANDS)


def compare(decibels, f):
    """Measures f, whose result decibels makes an array [frames, bands]."""
    worst = np.abs(np.asarray(decibels(f())) - OURS).max()
    if not worst < 0.01:
        sys.exit(f"the course's decibels are others: up to {worst} dB away")
    measure(a, WORK, f, note="the course's decibels, to 0.01 dB")


def filters():
    """librosa's default, [bands, WINDOW/2 + 1]."""
    linear, step = 1000 * 3 / 200, np.log(6.4) / 27
    mel = lambda f: linear + np.log(f / 1000) / step
    hz = lambda m: np.where(m < linear, 200 * m / 3, 1000 * np.exp((m - linear) * step))
    e = hz(np.linspace(0, mel(RATE / 2), BANDS + 2))
    f = np.fft.rfftfreq(WINDOW, 1 / RATE)
    l, c, r = e[:-2, None], e[1:-1, None], e[2:, None]
    return (np.maximum(0, np.minimum((f - l) / (c - l), (r - f) / (r - c))) * 2 / (r - l)).astype(np.float32)


def run_librosa():
    import librosa

    def f():
        p = librosa.feature.melspectrogram(y=X, sr=RATE, n_fft=WINDOW, hop_length=HOP, n_mels=BANDS, center=False)
        return librosa.power_to_db(p, amin=1e-10, top_db=None)

    compare(np.transpose, f)


def run_numpy():
    import scipy.fft

    w = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)).astype(np.float32)

    def f():
        frames = np.lib.stride_tricks.sliding_window_view(X, WINDOW)[::HOP]
        z = scipy.fft.rfft(frames * w, workers=a.threads)
        p = z.real**2 + z.imag**2
        return 10 * np.log10(np.maximum(p @ filters().T, 1e-10))

    compare(lambda d: d, f)


def run_torch():
    import torch

    x, w = torch.from_numpy(X), torch.hann_window(WINDOW)

    def f():
        z = torch.stft(x, WINDOW, HOP, window=w, center=False, return_complex=True)
        p = z.real**2 + z.imag**2
        return 10 * torch.log10(torch.clamp(torch.from_numpy(filters()) @ p, min=1e-10))

    compare(lambda d: d.numpy().T, f)


{"librosa": run_librosa, "numpy": run_numpy, "torch": run_torch}.get(a.by, lambda: unknown(a))()
