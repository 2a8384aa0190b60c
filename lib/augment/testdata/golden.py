"""Writes warp.json: bilinear interpolation by scipy.ndimage, which Warp, Affine's map and Field must reproduce."""
import json, pathlib
import numpy as np
from scipy import ndimage

rng = np.random.default_rng(9)
h, w = 9, 11
pix = rng.random((h, w))
x = rng.uniform(-3, w + 2, size=200)
y = rng.uniform(-3, h + 2, size=200)
# grid-constant: zeros lie on the grid all round, and are interpolated with.
value = ndimage.map_coordinates(pix, [y, x], order=1, mode="grid-constant", cval=0.0)
noise = rng.uniform(-1, 1, size=(h, w))
sigma = 1.7
smooth = ndimage.gaussian_filter(noise, sigma, mode="constant", cval=0.0, truncate=np.ceil(3 * sigma) / sigma)
out = dict(h=h, w=w, pix=pix.ravel().tolist(), x=x.tolist(), y=y.tolist(), value=value.tolist(),
           sigma=sigma, noise=noise.ravel().tolist(), smooth=smooth.ravel().tolist())
pathlib.Path(__file__).with_name("warp.json").write_text(json.dumps(out))
