"""Writes golden.json: gradients of networks by JAX, trainings by PyTorch, both in float64.

    python golden.py > golden.json        (jax 0.10.2, torch 2.15.0, numpy 2.4.6)

JAX differentiates the forward pass by itself; PyTorch's own SGD and Adam take the steps.
"""
import json

import jax
import jax.numpy as jnp
import numpy as np
import torch

jax.config.update("jax_enable_x64", True)
torch.set_default_dtype(torch.float64)
rng = np.random.default_rng(17)

ACTIVATIONS = {
    "identity": lambda z: z,
    "relu": jax.nn.relu,
    "tanh": jnp.tanh,
    "sigmoid": jax.nn.sigmoid,
    "softplus": jax.nn.softplus,
    "elu(1)": jax.nn.elu,
    "leaky-relu(0.01)": lambda z: jnp.where(z > 0, z, 0.01 * z),
}
LOSSES = {
    "l2": lambda y, p: jnp.sum((p - y) ** 2),
    "squared-half": lambda y, p: 0.5 * jnp.sum((p - y) ** 2),
    "cross-entropy": lambda y, p: -jnp.sum(y * jax.nn.log_softmax(p)),
    "binary-cross-entropy": lambda y, p: -jnp.mean(y * jax.nn.log_sigmoid(p) + (1 - y) * jax.nn.log_sigmoid(-p)),
}


def parameters(sizes):
    return [
        (rng.normal(size=(o, i)), rng.normal(size=o)) for i, o in zip(sizes, sizes[1:])
    ]


def flat(params):
    return [float(v) for w, b in params for v in [*np.asarray(w).ravel(), *np.asarray(b)]]


def forward(params, acts, x):
    for (w, b), a in zip(params, acts):
        x = ACTIVATIONS[a](x @ w.T + b)
    return x


def gradient(sizes, acts, loss, batch):
    params, x = parameters(sizes), rng.normal(size=(batch, sizes[0]))
    y = rng.normal(size=(batch, sizes[-1]))
    if "cross" in loss:
        y = np.exp(y) / np.exp(y).sum(1, keepdims=True)

    def j(params, x):
        p = forward(params, acts, x)
        return jnp.mean(jnp.stack([LOSSES[loss](y[i], p[i]) for i in range(batch)]))

    value, (g, gx) = jax.value_and_grad(j, (0, 1))(params, x)
    return {
        "sizes": sizes, "activations": acts, "loss": loss, "params": flat(params), "x": x.tolist(), "y": y.tolist(),
        "out": np.asarray(forward(params, acts, x)).tolist(), "value": float(value), "gradient": flat(g),
        "gradientX": np.asarray(gx).tolist(),
    }


def training(name, sizes, act, batch, epochs, rate, momentum=0, adam=False, l1=0, l2=0):
    start = parameters(sizes)
    x, y = rng.normal(size=(11, sizes[0])), rng.normal(size=(11, sizes[-1]))
    tx, ty = torch.tensor(x), torch.tensor(y)
    params = [torch.tensor(v, requires_grad=True) for layer in start for v in layer]
    weights, biases = params[::2], params[1::2]
    groups = [{"params": weights, "weight_decay": l2}, {"params": biases}]
    opt = torch.optim.Adam(groups, lr=rate) if adam else torch.optim.SGD(groups, lr=rate, momentum=momentum)

    def loss(lo, hi):
        a = tx[lo:hi]
        for i, (w, b) in enumerate(zip(weights, biases)):
            a = a @ w.T + b
            if i + 1 < len(weights):
                a = getattr(torch, act)(a)
        return ((a - ty[lo:hi]) ** 2).sum(1).mean()

    history = [loss(0, 11).item()]
    for _ in range(epochs):
        for lo in range(0, 11, batch):
            opt.zero_grad()
            (loss(lo, lo + batch) + l1 * sum(w.abs().sum() for w in weights)).backward()
            opt.step()
        history.append(loss(0, 11).item())
    end = [(w.detach().numpy(), b.detach().numpy()) for w, b in zip(weights, biases)]
    return {
        "name": name, "sizes": sizes, "activation": act, "batch": batch, "epochs": epochs, "rate": rate,
        "momentum": momentum, "adam": adam, "l1": l1, "l2": l2, "start": flat(start), "x": x.tolist(), "y": y.tolist(),
        "losses": history, "end": flat(end),
    }


print(json.dumps({
    "gradients": [
        gradient([1, 1], ["identity"], "l2", 1),
        gradient([3, 5, 4, 2], ["tanh", "relu", "identity"], "squared-half", 7),
        gradient([2, 6, 3], ["relu", "identity"], "cross-entropy", 5),
        gradient([4, 3, 3, 3, 2], ["sigmoid", "elu(1)", "softplus", "identity"], "binary-cross-entropy", 6),
        gradient([2, 3, 1], ["leaky-relu(0.01)", "sigmoid"], "l2", 4),
    ],
    "trainings": [
        training("gradient descent", [2, 4, 1], "tanh", 11, 20, 0.05),
        training("mini-batches", [2, 4, 3, 2], "sigmoid", 4, 10, 0.05),
        training("momentum", [2, 4, 1], "tanh", 4, 10, 0.02, momentum=0.9),
        training("Adam", [3, 4, 2], "tanh", 3, 10, 0.01, adam=True),
        training("L1", [2, 4, 1], "relu", 11, 10, 0.01, l1=0.03),
        training("L2 and momentum", [2, 4, 1], "tanh", 5, 10, 0.02, momentum=0.5, l2=0.1),
        training("Adam with L1 and L2", [2, 3, 2], "sigmoid", 4, 10, 0.02, adam=True, l1=0.01, l2=0.05),
    ],
}))
