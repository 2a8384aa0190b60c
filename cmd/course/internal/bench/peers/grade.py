"""Grades a small exercise with nbgrader or otter-grader, as `course bench grade` does with the course's grader.

usage: python grade.py --by nbgrader|otter-grader --students N --dir DIR

The exercise is least-norm-gd in plain Python, with five tests from the two cases of the statement. Every submission is a
right solution with a line of its own. Prints one JSON line as the other scripts here do; NS is the time for all students.
nbgrader grades with `nbgrader autograde`, one notebook after the other, as it does; otter-grader with `otter run`, two at a
time, because its `otter grade` needs Docker. Making the assignment is not timed.
"""

import argparse
import concurrent.futures
import glob
import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
import time

BIN = os.path.dirname(sys.executable)

SOLUTION = '''def times(a, x):
    return [sum(p * q for p, q in zip(row, x)) for row in a]

def transpose(a):
    return [list(c) for c in zip(*a)]

def gram(a):
    return [times(a, row) for row in a]

def solve(m, y):
    """Gauss with pivots."""
    n = len(y)
    m = [row[:] + [v] for row, v in zip(m, y)]
    for k in range(n):
        p = max(range(k, n), key=lambda i: abs(m[i][k]))
        m[k], m[p] = m[p], m[k]
        for i in range(k + 1, n):
            f = m[i][k] / m[k][k]
            m[i] = [u - f * v for u, v in zip(m[i], m[k])]
    x = [0.0] * n
    for k in reversed(range(n)):
        x[k] = (m[k][n] - sum(m[k][j] * x[j] for j in range(k + 1, n))) / m[k][k]
    return x

def least_norm(a, y):
    return times(transpose(a), solve(gram(a), y))

def step_limit(a):
    g = gram(a)
    v = [1.0] + [0.3] * (len(g) - 1)
    for _ in range(500):
        w = times(g, v)
        s = max(abs(x) for x in w)
        v = [x / s for x in w]
    w = times(g, v)
    return 2 / (sum(p * q for p, q in zip(v, w)) / sum(p * p for p in v))

def gradient_descent(a, b, x0, step, iters):
    x = list(x0)
    for _ in range(iters):
        r = [p - q for p, q in zip(times(a, x), b)]
        x = [p - step * q for p, q in zip(x, times(transpose(a), r))]
    return x

def limit(a, b, x0):
    r = [p - q for p, q in zip(b, times(a, x0))]
    return [p + q for p, q in zip(x0, least_norm(a, r))]
'''

TESTS = [
    "assert close(least_norm([[1, 2]], [5]), [1, 2])",
    "assert close(least_norm([[1, 0, 1], [0, 1, 1]], [2, 4]), [0, 2, 2])",
    "assert abs(step_limit([[1, 2]]) - 0.4) < 1e-6",
    "assert close(gradient_descent([[1, 2]], [5], [2, -1], 0.1, 2), [2.75, 0.5])",
    "assert close(limit([[1, 2]], [5], [2, -1]), [3, 1])",
]
CLOSE = "def close(x, y):\n    return len(x) == len(y) and all(abs(p - q) < 1e-6 for p, q in zip(x, y))\n"
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}, "language_info": {"name": "python"}}


def code(source, name, **metadata):
    return {"cell_type": "code", "id": name, "metadata": metadata, "source": source, "outputs": [], "execution_count": None}


def raw(source, name):
    return {"cell_type": "raw", "id": name, "metadata": {}, "source": source}


def save(path, cells, metadata=KERNEL):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as f:
        json.dump({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells}, f)


def run(*command, cwd):
    # By -m, so that the environment may be moved: the scripts in bin hold its path.
    r = subprocess.run([sys.executable, "-m", *command], cwd=cwd, capture_output=True, text=True)
    if r.returncode != 0:
        sys.exit(f"{' '.join(command)} failed:\n{r.stdout[-2000:]}\n{r.stderr[-4000:]}")
    return r


def mine(student):
    return f"# {student}\n" + SOLUTION


def nbgrader(d, students):
    meta = lambda name, **m: {"nbgrader": {"schema_version": 3, "grade_id": name, "grade": False, "solution": False, "locked": False, "task": False, **m}}
    cells = [code(f"### BEGIN SOLUTION\n{SOLUTION}### END SOLUTION\n", "solution", **meta("solution", solution=True)),
             code(CLOSE, "close", **meta("close", locked=True))]
    for i, t in enumerate(TESTS):
        cells.append(code(t, f"test{i}", **meta(f"test{i}", grade=True, locked=True, points=20)))
    save(os.path.join(d, "source", "ps1", "ps1.ipynb"), cells)
    with open(os.path.join(d, "nbgrader_config.py"), "w") as f:
        f.write("c = get_config()\nc.CourseDirectory.course_id = 'bench'\n")
    run("nbgrader", "generate_assignment", "ps1", cwd=d)
    with open(os.path.join(d, "release", "ps1", "ps1.ipynb")) as f:
        release = json.load(f)
    for s in students:
        for c in release["cells"]:
            if c["metadata"].get("nbgrader", {}).get("grade_id") == "solution":
                c["source"] = mine(s)
        save(os.path.join(d, "submitted", s, "ps1", "ps1.ipynb"), release["cells"], release["metadata"])
    start = time.perf_counter()
    run("nbgrader", "autograde", "ps1", cwd=d)
    took = time.perf_counter() - start
    import sqlite3
    with sqlite3.connect(os.path.join(d, "gradebook.db")) as db:
        points = [p for (p,) in db.execute("select coalesce(sum(coalesce(auto_score, 0)), 0) from grade group by notebook_id")]
    return took, points


def otter(d, students):
    cells = [raw("# ASSIGNMENT CONFIG\nname: ps1\ninit_cell: false\nexport_cell: false\ncheck_all_cell: false\nrun_tests: false\ngenerate: true\n", "config"),
             raw("# BEGIN QUESTION\nname: q1\npoints: 100\n", "begin"), raw("# BEGIN SOLUTION", "bs"),
             code(SOLUTION, "solution"), raw("# END SOLUTION", "es"), raw("# BEGIN TESTS", "bt")]
    for i, t in enumerate(TESTS):
        cells.append(code(f'""" # BEGIN TEST CONFIG\npoints: 20\n""" # END TEST CONFIG\n{CLOSE}{t}', f"test{i}"))
    cells += [raw("# END TESTS", "et"), raw("# END QUESTION", "eq")]
    save(os.path.join(d, "ps1.ipynb"), cells)
    run("otter", "assign", "ps1.ipynb", "dist", cwd=d)
    autograder = glob.glob(os.path.join(d, "dist", "autograder", "*.zip"))[0]
    with open(os.path.join(d, "dist", "student", "ps1.ipynb")) as f:
        release = json.load(f)
    at = [i for i, c in enumerate(release["cells"]) if c["cell_type"] == "code" and "grader.check" not in "".join(c["source"]) and "otter" not in "".join(c["source"])]
    paths = []
    for s in students:
        release["cells"][at[0]]["source"] = mine(s)
        paths.append(os.path.join(d, "submitted", s, "ps1.ipynb"))
        save(paths[-1], release["cells"], release["metadata"])
        os.makedirs(os.path.join(d, "out", s))
    def one(s):
        run("otter", "run", "-a", autograder, "-o", os.path.join(d, "out", s), "--no-logo", os.path.join(d, "submitted", s, "ps1.ipynb"), cwd=os.path.join(d, "out", s))
    start = time.perf_counter()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        list(pool.map(one, students))
    took = time.perf_counter() - start
    points = []
    for s in students:
        with open(os.path.join(d, "out", s, "results.json")) as f:
            points.append(sum(t.get("score", 0) for t in json.load(f)["tests"]))
    return took, points


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--by", choices=["nbgrader", "otter-grader"], required=True)
    p.add_argument("--students", type=int, required=True)
    p.add_argument("--dir", required=True)
    a = p.parse_args()
    d = os.path.join(a.dir, f"{a.by}-{a.students}")
    shutil.rmtree(d, ignore_errors=True)
    os.makedirs(d)
    os.environ.update(PATH=BIN + os.pathsep + os.environ["PATH"], JUPYTER_DATA_DIR=os.path.join(d, "data"), JUPYTER_CONFIG_DIR=os.path.join(d, "config"),
                      JUPYTER_RUNTIME_DIR=os.path.join(d, "runtime"), IPYTHONDIR=os.path.join(d, "ipython"), JUPYTER_PATH=os.path.join(sys.prefix, "share", "jupyter"))
    students = [f"s{i:03d}" for i in range(1, a.students + 1)]
    took, points = (nbgrader if a.by == "nbgrader" else otter)(d, students)
    if len(points) != len(students) or any(abs(p - 100) > 1e-6 for p in points):
        sys.exit(f"{a.by} gave {points}, not 100 points to each of {len(students)}")
    print(json.dumps({"work": f"{a.students} submission{'s' if a.students > 1 else ''}", "by": a.by, "version": importlib.metadata.version(a.by), "ns": took * 1e9, "n": 1}))


main()
