"""Writes momentum.json: steps of PyTorch's SGD (momentum, nesterov) and Adam on Rosenbrock's function, and its schedules.

    python momentum.py > momentum.json        (torch 2.x)
"""

import json
import math
import warnings

import torch

warnings.filterwarnings("ignore")
torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)


def rosenbrock(x):
    return (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2


def run(make, steps, schedule=None):
    x = torch.tensor([-1.2, 1.0], requires_grad=True)
    opt = make([x])
    sched = schedule(opt) if schedule else None
    points, rates = [x.detach().tolist()], []
    for _ in range(steps):
        rates.append(opt.param_groups[0]["lr"])
        opt.zero_grad()
        rosenbrock(x).backward()
        opt.step()
        points.append(x.detach().tolist())
        if sched:
            sched.step()
    return {"Points": points, "Rates": rates}


S = torch.optim.lr_scheduler
sgd = lambda rate, rho, nesterov=False: (lambda p: torch.optim.SGD(p, lr=rate, momentum=rho, nesterov=nesterov))
print(
    json.dumps(
        {
            "HeavyBall": run(sgd(2e-4, 0.9), 100),
            "Nesterov": run(sgd(2e-4, 0.9, True), 100),
            "Adam": run(lambda p: torch.optim.Adam(p, lr=0.05), 100),
            "AdamOther": run(lambda p: torch.optim.Adam(p, lr=0.02, betas=(0.7, 0.95), eps=1e-3), 100),
            "StepDecay": run(sgd(4e-4, 0.9), 60, lambda o: S.StepLR(o, 20, 0.3)),
            "Exponential": run(sgd(4e-4, 0.9), 60, lambda o: S.ExponentialLR(o, 0.95)),
            "Cosine": run(sgd(4e-4, 0.9), 60, lambda o: S.CosineAnnealingLR(o, 60, eta_min=1e-5)),
            "Inverse": run(sgd(4e-4, 0.9), 60, lambda o: S.LambdaLR(o, lambda k: 1 / (1 + k / 8))),
            "WarmUp": run(
                sgd(4e-4, 0.9),
                60,
                lambda o: S.SequentialLR(
                    o,
                    [S.LinearLR(o, start_factor=0.1, end_factor=1.0, total_iters=9), S.ExponentialLR(o, 0.95)],
                    milestones=[10],
                ),
            ),
        }
    )
)
