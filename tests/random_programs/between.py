"""Arrays that are made, written, and used: what was made before the write must not be taken for what is there after it.

A pass that finds a computation by its parts (a norm that is squared, two equal maxima) has to ask whether anybody wrote in between.
"""

from __future__ import annotations

from collections.abc import Callable

MADE = (
    "x * x",
    "np.sqrt(x * x + 1)",
    "np.linalg.norm(A, axis=1)",
    "A @ x",
    "A.sum(0)",
    "np.cumsum(x)",
    "np.sort(x)",
    "np.exp(x)",
    "np.where(x > 0, x, 0.0)",
    "np.where(True, x, 0.0)",
    "x[::-1].copy()",
    "A[0] + 0",
    "np.max(A, axis=0)",
    "A.min(axis=1)",
    "np.hypot(x, A[1])",
    "np.concatenate((x[:2], x[2:]))",
    "np.outer(x, x)[0].copy()",
    "A.T[0] * 1",
    "np.full(4, x[0])",
    "np.array([x[0], x[1], x[2], x[3]])",
    "np.array([t * 2 for t in x])",
    "np.abs(x)",
    "np.clip(x, -1, 1)",
    "x / np.linalg.norm(x)",
    "np.roll(x, 1)",
    "x.copy()",
    "np.maximum(x, 0.1)",
    "A.std(1)",
    "np.take(A, 1, 0)",
    "A[np.array(2)]",
    "np.linspace(x[0], x[1], 4)",
    "np.arange(4.0) * x[0]",
    "filled(x, A)",
    "np.sqrt(np.sum((A - x) ** 2, axis=1))",
    "np.diag(A)",
    "np.sum(A * x, axis=1)",
    "np.linalg.solve(A + 9 * np.eye(4), x)",
    "np.pad(x[1:3], 1)",
    "np.median(A, axis=0)",
    "np.gradient(x)",
    "np.interp(x, [-2.0, 0.0, 2.0], [1.0, 2.0, 5.0])",
    "np.array(x, copy=None)",
    "[row for row in A][2]",
    "list(A)[1]",
    "A.flat[4:8]",
    "np.squeeze(A[:1] + x)",
    "copy.deepcopy([x, x])[1]",
    "np.linspace(x[0], A[1], 4)[2]",
    "next(row for row in A if row[0] < 9)",
)
USED = (
    "np.sum(y ** 2)",
    "y @ y",
    "np.linalg.norm(y)",
    "y[np.argsort(y)][0]",
    "np.max(y)",
    "np.sum(y * x)",
    "np.sum(A @ y)",
    "np.sum(np.sort(y) * [1, 2, 3, 4])",
    "np.std(y)",
    "np.sum((y[1:] - y[:-1]) ** 2)",
    "np.sum(np.cumsum(y))",
    "np.sum(np.where(y > 0, y, 0))",
    "np.prod(y)",
    "y.min()",
    "np.sum(np.exp(-y))",
    "sum(t * t for t in y)",
    "np.dot(y, x) ** 2",
    "np.sum(np.sqrt(np.abs(y) + 0.1))",
    "np.mean(y)",
    "np.sum(np.square(y / 2.0))",
    "np.linalg.norm(y) ** 2",
    "np.sum(np.maximum(y, x))",
    "np.sum(np.outer(y, x) @ y)",
    "y.var()",
    "max(y)",
    "np.log(np.sum(np.exp(y)))",
    "np.sum(np.linalg.norm(y[:, None] - x - 0.01, axis=1) ** 2)",
)
WRITTEN = (
    ("y[0] = 1.25",),
    ("y[1:3] = x[0]",),
    ("y += 0.5",),
    ("y *= x[1]",),
    ("y[y > 0.3] = 0.7",),
    ("np.add(y, 1.0, out=y)",),
    ("y[...] = y[::-1].copy()",),
    ("z = y[1:]", "z[0] = 2.5"),
    ("x[1] = 2.0",),
    ("x += 0.25",),
    ("A[1] = x",),
    ("A[:, 0] = 1.5",),
    ("for i in range(4):", "    y[i] = y[i] * 2 + i"),
    ("for i in range(1, 4):", "    y[i] += y[i - 1]"),
    ("if x[0] > 0:", "    y[2] = 3.0"),
    ("y.sort()",),
    ("y[[0, 2]] = x[[1, 3]]",),
    ("y.fill(x[0])",),
    ("y[0], y[1] = y[1], y[0]",),
    ("np.fill_diagonal(A, 2.0)",),
    ("z = y", "z[3] = -1.0"),
    ("touch(y, x)",),
    ("y.flat[1:] = y[:-1]",),
    ("y.flat[::2] = x[1:]",),
    ("np.copyto(y, x[::-1])",),
    ("y[1:] += y[:-1]",),
    ("y[:] = y + y[::-1]",),
    ("np.multiply(y[1:], y[:-1], out=y[1:])",),
    (
        "for row in A:",
        "    row += y",
    ),
    ("for i, row in enumerate(A):", "    y = y + row", "    row[0] = i"),
    ("z = copy.copy([y, x])", "z[0][1] = 1.75"),
    ("A[0], A[1] = A[1].copy(), A[0].copy()",),
    ("y, x = x, y",),
)
HEAD = """
import copy

import numpy as np


def filled(x, A):
    y = np.zeros(4)
    for i in range(4):
        for j in range(4):
            y[i] += A[i, j] * x[j]
    return y


def touch(y, x):
    y[1] = x[3] * 2


def f(x0, A0):
    total = 0.0
"""


def written(choose: Callable) -> str:
    lines: list[str] = []
    for _ in range(4):
        used = choose(USED)
        lines += ["x, A = x0.copy(), A0.copy()", f"y = {choose(MADE)}"]
        if choose((True, False)):
            lines.append(f"total = total * 0.7 + {used}")
        for _ in range(choose((1, 1, 2))):
            lines += [*choose(WRITTEN), f"total = total * 0.7 + {choose((used, choose(USED)))}"]
    return HEAD + "".join(f"    {line}\n" for line in (*lines, "return total"))
