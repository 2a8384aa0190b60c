"""What the peers of `course bench` share: arguments, threads, timing, and the line of JSON for each result.

usage: python NAME.py --by jax|torch|numpy --seconds S --threads N --dir DIR
Each line of standard output is {"work": …, "by": …, "version": …, "ns": mean nanoseconds a call, "n": calls, "note": …}.
"""

import argparse
import json
import os
import sys
import time


def arguments():
    p = argparse.ArgumentParser()
    p.add_argument("--by", required=True)
    p.add_argument("--seconds", type=float, default=1.0)
    p.add_argument("--threads", type=int, default=os.cpu_count())
    p.add_argument("--dir", default="")
    a = p.parse_args()
    # Before the libraries are imported: BLAS and OpenMP read these once. XLA takes the cores it may run on.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = str(a.threads)
    os.environ["JAX_PLATFORMS"] = "cpu"
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, cores[: a.threads])
    if a.by == "torch":
        import torch

        torch.set_num_threads(a.threads)
    return a


def version(by):
    import importlib.metadata

    return importlib.metadata.version(by)


def measure(a, work, f, warm=3, note=""):
    """Calls f, which must wait for its result, for a.seconds after `warm` calls that are not counted."""
    for _ in range(warm):
        f()
    n, begin = 0, time.perf_counter_ns()
    while True:
        f()
        n += 1
        spent = time.perf_counter_ns() - begin
        if spent >= a.seconds * 1e9:
            break
    print(json.dumps({"work": work, "by": a.by, "version": version(a.by), "ns": spent / n, "n": n, "note": note}), flush=True)


def unknown(a):
    sys.exit(f"{os.path.basename(sys.argv[0])} has no work for --by {a.by}")
