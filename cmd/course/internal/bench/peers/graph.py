"""One epoch of Kipf and Welling's network (lib/graph/models.go, TwoGCN) on the graph in DIR/graph.json: two layers, 16 hidden units, dropout of 1/2
before each, cross entropy of the training nodes plus λ/2 ΣW², Adam, the loss read.

torch and jax do what the course does, by hand: X and Â are sparse (torch.sparse.mm, which was faster than index_add; segment_sum). torch-geometric
is written as its examples are: X is a dense table.
Each must find the course's loss at fixed weights, and be right on the test nodes about as often after 100 epochs.
"""

import json
import os

from common import arguments, measure, unknown

a = arguments()

import numpy as np

with open(os.path.join(a.dir, "graph.json")) as f:
    G = json.load(f)
N, D, K, H, RATE, DECAY = G["n"], G["d"], G["classes"], 16, 0.01, 5e-4
WORK = f"{G['name']}, {N} nodes, {len(G['from'])} arcs"
ROW, COL, VALUE, Y, TRAIN, TEST = (np.array(G[k]) for k in ("row", "col", "value", "y", "train", "test"))
VALUE = VALUE.astype(np.float32)
FROM, TO = (np.concatenate([np.array(G[k]), np.arange(N)]) for k in ("from", "to"))  # with loops
DEGREE = np.bincount(TO, minlength=N)
C = (1 / np.sqrt(DEGREE[FROM] * DEGREE[TO])).astype(np.float32)


def fixed(i, j):
    """The fixed weights W[i][j] of a matrix [i, j]."""
    return ((((7 * np.arange(i)[:, None] + 13 * np.arange(j)) % 17) - 8) / 32).astype(np.float32)


def glorot(i, j, rng=np.random.default_rng(1)):
    bound = np.sqrt(6 / (i + j))
    return rng.uniform(-bound, bound, (i, j)).astype(np.float32)


def check(loss, right, epoch):
    """Holds the loss at fixed weights and the right answers after 100 epochs to the course's."""
    assert abs(loss - G["loss"]) < 1e-5 * G["loss"], (loss, G["loss"])
    for _ in range(100):
        epoch()
    assert abs(right() - G["right"]) < 0.04, (right(), G["right"])
    return "its loss is the course's, to 1e-5"


def run_jax():
    import jax
    import jax.numpy as jnp

    total = lambda rows, index: jax.ops.segment_sum(rows, index, N)
    propagate = lambda z, b: total(z[FROM] * C[:, None], TO) + b

    def drop(key, x):
        return jnp.where(jax.random.bernoulli(key, 0.5, x.shape), 2 * x, 0)

    def logits(p, key=None):
        value, keys = VALUE[:, None], None if key is None else jax.random.split(key)
        if key is not None:
            value = drop(keys[0], value)
        h = jax.nn.relu(propagate(total(p["w0"][COL] * value, ROW), p["b0"]))
        if key is not None:
            h = drop(keys[1], h)
        return propagate(h @ p["w1"], p["b1"])

    def cross(z):
        return -jnp.take_along_axis(jax.nn.log_softmax(z[TRAIN]), Y[TRAIN][:, None], 1).mean()

    def loss(p, key):
        j = cross(logits(p, key))
        return j + DECAY / 2 * ((p["w0"] ** 2).sum() + (p["w1"] ** 2).sum()), j

    def update(state):
        p, m, v, t, key = state
        key, sub = jax.random.split(key)
        (_, j), g = jax.value_and_grad(loss, has_aux=True)(p, sub)
        t = t + 1
        m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
        v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, g)
        c1, c2 = 1 - 0.9**t, 1 - 0.999**t
        p = jax.tree.map(lambda p, m, v: p - RATE * (m / c1) / (jnp.sqrt(v / c2) + 1e-7), p, m, v)
        return (p, m, v, t, key), j

    step = jax.jit(update, donate_argnums=0)

    def start(make):
        return {"w0": jnp.array(make(D, H)), "b0": jnp.zeros(H), "w1": jnp.array(make(H, K)), "b1": jnp.zeros(K)}

    p = start(glorot)
    zeros = lambda: jax.tree.map(jnp.zeros_like, p)
    state = [(p, zeros(), zeros(), jnp.float32(0), jax.random.key(1))]

    def once():
        state[0], j = step(state[0])
        assert float(j) < 10

    right = lambda: float((logits(state[0][0]).argmax(1)[TEST] == Y[TEST]).mean())
    note = check(float(cross(logits(start(fixed)))), right, once)
    measure(a, WORK, once, note=note)


def torch_loop(net, first, second, x, graph):
    """Trains and measures a torch.nn.Module whose matrices are first and second, and whose logits are net(x, graph)."""
    import torch
    from torch.nn import functional as F

    y, train, test = torch.from_numpy(Y), torch.from_numpy(TRAIN), torch.from_numpy(TEST)

    def put(make):  # [in, out], or its transpose as in nn.Linear
        for w, (i, j) in ((first, (D, H)), (second, (H, K))):
            w.data.copy_(torch.from_numpy(make(i, j) if w.shape == (i, j) else make(i, j).T))

    net.eval()
    put(fixed)
    with torch.no_grad():
        loss = F.cross_entropy(net(x, graph)[train], y[train]).item()
    put(glorot)
    rest = [p for p in net.parameters() if p is not first and p is not second]
    adam = torch.optim.Adam([{"params": [first, second], "weight_decay": DECAY}, {"params": rest}], lr=RATE, eps=1e-7)
    net.train()

    def once():
        adam.zero_grad(set_to_none=True)
        j = F.cross_entropy(net(x, graph)[train], y[train])
        j.backward()
        adam.step()
        assert j.item() < 10

    def right():
        net.eval()
        with torch.no_grad():
            share = (net(x, graph).argmax(1)[test] == y[test]).float().mean().item()
        net.train()
        return share

    measure(a, WORK, once, note=check(loss, right, once))


def run_torch():
    import torch
    import torch.nn as nn
    from torch.nn import functional as F

    row, col = torch.from_numpy(ROW), torch.from_numpy(COL)
    adjacency = torch.sparse_coo_tensor(torch.from_numpy(np.stack([TO, FROM])), torch.from_numpy(C), (N, N)).coalesce()

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.w0, self.b0 = nn.Parameter(torch.zeros(D, H)), nn.Parameter(torch.zeros(H))
            self.w1, self.b1 = nn.Parameter(torch.zeros(H, K)), nn.Parameter(torch.zeros(K))

        def forward(self, value, adjacency):
            value = F.dropout(value, 0.5, self.training)
            z = torch.sparse.mm(torch.sparse_coo_tensor(torch.stack([row, col]), value, (N, D), is_coalesced=True), self.w0)
            h = F.dropout(F.relu(torch.sparse.mm(adjacency, z) + self.b0), 0.5, self.training)
            return torch.sparse.mm(adjacency, h @ self.w1) + self.b1

    torch.manual_seed(1)
    net = Net()
    torch_loop(net, net.w0, net.w1, torch.from_numpy(VALUE), adjacency)


def run_torch_geometric():
    import torch
    import torch.nn as nn
    from torch.nn import functional as F
    from torch_geometric.nn import GCNConv

    torch.set_num_threads(a.threads)
    x = torch.zeros(N, D)
    x[ROW, COL] = torch.from_numpy(VALUE)
    edges = torch.from_numpy(np.stack([np.array(G["from"]), np.array(G["to"])]))

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1, self.conv2 = GCNConv(D, H, cached=True), GCNConv(H, K, cached=True)

        def forward(self, x, edges):
            x = F.dropout(x, 0.5, self.training)
            x = F.dropout(F.relu(self.conv1(x, edges)), 0.5, self.training)
            return self.conv2(x, edges)

    torch.manual_seed(1)
    net = Net()
    torch_loop(net, net.conv1.lin.weight, net.conv2.lin.weight, x, edges)


{"jax": run_jax, "torch": run_torch, "torch-geometric": run_torch_geometric}.get(a.by, lambda: unknown(a))()
