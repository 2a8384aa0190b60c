"""Makes deepfool.json: DeepFool on fixed tiny nets, written with NumPy apart from the Go code.

The loop follows the published algorithm with the overshoot as in its authors' code: the label is looked up, and the next
linearisation made, at x0 + (1 + overshoot) * sum of steps. Run: python gen_deepfool.py > deepfool.json  (NumPy 2)
"""
import json
import numpy as np

rng = np.random.default_rng(20161)


def net(sizes):
    return [(rng.normal(size=(m, n)) * 3 / np.sqrt(n), rng.normal(size=m) * 0.3) for n, m in zip(sizes, sizes[1:])]


def forward(layers, x):
    """Logits and the Jacobian [classes, inputs], by forward accumulation."""
    jac = np.eye(len(x))
    for i, (w, b) in enumerate(layers):
        x, jac = w @ x + b, w @ jac
        if i + 1 < len(layers):
            x = np.tanh(x)
            jac = (1 - x**2)[:, None] * jac
    return x, jac


def deepfool(layers, x0, p, overshoot, max_iter):
    f, jac = forward(layers, x0)
    y = int(np.argmax(f))
    r = np.zeros_like(x0)
    rivals = []
    for it in range(1, max_iter + 1):
        options = []
        for k in range(len(f)):
            if k == y:
                continue
            w, gap = jac[k] - jac[y], f[y] - f[k]
            if p == 2:
                step = gap * w / (w @ w)
                options.append((np.sqrt(step @ step), k, step))
            else:
                step = gap / np.abs(w).sum() * np.sign(w)
                options.append((np.abs(step).max(), k, step))
        _, k, step = min(options, key=lambda o: o[0])
        rivals.append(k)
        r = r + step
        if not np.all(np.isfinite(r)):
            return None, it, y, y, rivals  # saturated: no gradient left
        x = x0 + (1 + overshoot) * r
        f, jac = forward(layers, x)
        if np.argmax(f) != y:
            return (x - x0).tolist(), it, y, int(np.argmax(f)), rivals
    return None, max_iter, y, y, rivals


nets, cases = [], []
for sizes in ([4, 8, 3], [6, 10, 10, 5], [2, 12, 2]):
    layers = net(sizes)
    nets.append([dict(w=w.tolist(), b=b.tolist()) for w, b in layers])
    for p in ("2", "inf"):
        for overshoot in (0.001, 0.02):
            wanted = [1, 2, 2, 3, 3, 4]  # iterations: the interesting cases take several
            while wanted:
                x0 = rng.normal(size=sizes[0])
                r, it, y, to, rivals = deepfool(layers, x0, 2 if p == "2" else np.inf, overshoot, 50)
                if r is None or np.abs(r).max() > 5 or min(it, 4) not in wanted:  # not the far, saturated ones
                    continue
                wanted.remove(min(it, 4))
                cases.append(dict(net=len(nets) - 1, x0=x0.tolist(), p=p, overshoot=overshoot, r=r, iterations=it,
                                  label=y, to=to, rivals=rivals))


def lines(items):
    return "[\n" + ",\n".join(json.dumps(i) for i in items) + "\n]"


print('{"nets": ' + lines(nets) + ',\n"cases": ' + lines(cases) + "}")
