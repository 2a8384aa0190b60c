"""Writes naivebayes.json: three naive Bayes classifiers by scikit-learn, and the Gaussian one with a shared variance by NumPy.

    python naivebayes.py > naivebayes.json        (numpy 2.x, scikit-learn 1.x)
"""

import json

import numpy as np
from sklearn.naive_bayes import BernoulliNB, GaussianNB, MultinomialNB

rng = np.random.default_rng(608)
n, d, k = 40, 5, 3
y = np.concatenate([np.arange(k), rng.choice(k, n - k, p=[0.2, 0.3, 0.5])])
real = rng.normal(size=(n, d)) * np.array([1, 3, 0.1, 10, 1]) + y[:, None] * np.array([1, 0, 0.2, -5, 0.5])
yes = (rng.random((n, d)) < 0.2 + 0.2 * y[:, None]).astype(int)
yes[y == 1, 2] = 0  # never seen in class 1
count = rng.poisson(0.5 + y[:, None] * np.array([0, 1, 2, 0, 0.5]), (n, d))
out = {"y": y.tolist(), "real": real.tolist(), "yes": yes.tolist(), "count": count.tolist(), "models": []}
for name, data, make in (
    ("gaussian", real, lambda a: GaussianNB(var_smoothing=a)),
    ("bernoulli", yes, lambda a: BernoulliNB(alpha=a, force_alpha=True)),
    ("multinomial", count, lambda a: MultinomialNB(alpha=a, force_alpha=True)),
):
    for a in (1e-9, 1e-2) if name == "gaussian" else (1.0, 0.3):
        m = make(a).fit(data, y)
        out["models"].append({"name": name, "a": a, "joint": m.predict_joint_log_proba(data[:10]).tolist(),
                              "posterior": m.predict_proba(data[:10]).tolist()})
mean = np.array([real[y == c].mean(0) for c in range(k)])
var = ((real - mean[y]) ** 2).mean(0) + 1e-9 * real.var(0).max()
prior = np.bincount(y) / n
joint = np.log(prior) - 0.5 * (np.log(2 * np.pi * var) + (real[:10, None] - mean) ** 2 / var).sum(-1)
post = np.exp(joint - np.logaddexp.reduce(joint, 1, keepdims=True))
out["models"].append({"name": "shared", "a": 1e-9, "joint": joint.tolist(), "posterior": post.tolist()})
print(json.dumps(out))
