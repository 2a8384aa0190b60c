"""Writes lanczos.json: a symmetric matrix, its eigenvalues by numpy, and Gauss's rule for a start vector, from the
spectral measure by a method that is not Lanczos (moments by Stieltjes' procedure in 60 digits with mpmath).

usage: python lanczos.py > lanczos.json     (numpy, mpmath)
"""

import json

import mpmath as mp
import numpy as np

mp.mp.dps = 60
rng = np.random.default_rng(11)
n, m = 14, 6
b = rng.normal(size=(n, n))
a = (b + b.T) / 2
v = rng.normal(size=n)
lam, u = np.linalg.eigh(a)

# Spectral measure of v: weight (u_iᵀv)²/vᵀv at λ_i, in many digits.
A = mp.matrix(a.tolist())
E, Q = mp.eigsy(A)
w = [mp.fsum(Q[i, j] * mp.mpf(v[i]) for i in range(n)) ** 2 for j in range(n)]
total = mp.fsum(w)
w = [x / total for x in w]
# Orthogonal polynomials of the measure, by Stieltjes: p_{k+1} = (x − a_k)p_k − b_k p_{k−1}.
prev, cur = [mp.mpf(0)] * n, [mp.mpf(1)] * n
alpha, beta, norm_prev = [], [], mp.mpf(1)
for k in range(m):
    norm = mp.fsum(w[i] * cur[i] ** 2 for i in range(n))
    ak = mp.fsum(w[i] * E[i] * cur[i] ** 2 for i in range(n)) / norm
    bk = norm / norm_prev if k else mp.mpf(0)
    alpha.append(ak)
    if k:
        beta.append(mp.sqrt(bk))
    prev, cur, norm_prev = cur, [(E[i] - ak) * cur[i] - bk * prev[i] for i in range(n)], norm
residual = mp.sqrt(mp.fsum(w[i] * cur[i] ** 2 for i in range(n)) / norm_prev)
T = mp.matrix(m, m)
for k in range(m):
    T[k, k] = alpha[k]
    if k:
        T[k, k - 1] = T[k - 1, k] = beta[k - 1]
node, S = mp.eigsy(T)
print(json.dumps({
    "a": a.tolist(), "v": v.tolist(), "eigenvalues": lam.tolist(),
    "alpha": [float(x) for x in alpha], "beta": [float(x) for x in beta], "residual": float(residual),
    "node": [float(x) for x in node], "weight": [float(S[0, j] ** 2) for j in range(m)],
}))
