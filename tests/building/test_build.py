"""Functions for programs without Python: called from C where there is a compiler, and in this process by their addresses."""

from __future__ import annotations

import math
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import entr, expit, kl_div, log_expit, logit, ndtr, rel_entr, xlog1py, xlogy

import everypath as ep
from everypath import cli

GCC = shutil.which("gcc") or shutil.which("cc")
SCALE = np.array([1.0, 3.0, 2.0])
ERROR = "too much: {}"


def walk(x: float, y: np.ndarray, n: int) -> Any:
    """A loop, a branch, a kink, an index, an error of the user's."""
    s = 0.0
    for i in range(n):
        s += np.sum(np.exp(x * i) * y * y) + abs(x) if x < 2.0 else np.sum(y) * i
    if y[n] > 3.0:
        raise ValueError(f"too much: {y[n]:.2f}")
    return s


def fibonacci(n: int, x: float) -> float:
    return x if n < 2 else fibonacci(n - 1, x) * 1.01 + fibonacci(n - 2, x)


def changes(x: np.ndarray, flag: bool, mode: str = "double") -> Any:
    """Writes an argument, reads what stands around it, returns a container, has an argument that is fixed."""
    x[0] = 7.0
    factor = 2.0 if mode == "double" and flag else 1.0
    return {"sum": np.sum(x[:3] * SCALE), "all": x * factor}


def special(x: float, y: float) -> Any:
    """Functions of SciPy's that have formulas there."""
    first = (expit(x), log_expit(x), logit(y), xlogy(x, y), xlog1py(x, y))
    return np.array([*first, entr(x), rel_entr(x, y), kl_div(x, y), ndtr(x)])


def nested(layers: Any, x: np.ndarray) -> Any:
    h = x
    for w, b in layers:
        h = np.tanh(h @ w + b)
    return np.sum(h * h)


PROGRAM = r"""
#include <stdio.h>
#include <pthread.h>
#include "walk.h"
#include "fibonacci.h"
#include "changes.h"
#include "special.h"

static double y[6] = {0.5, 1.5, -0.25, 2.0, 1.0, 0.125};

static double many[100000];

static void *often(void *given) {
    double value, by_x, by_y[6];
    for (int k = 0; k < 200; k++)
        if (walk_grad(0.3, y, 6, 4, &value, &by_x, by_y)) return NULL;
    *(double *)given = by_x + by_y[3];
    return NULL;
}

int main(void) {
    double value, by_x, by_y[6], sums[3], out[8];
    int64_t length = 0;
    printf("%d", walk(0.3, y, 6, 4, &value));
    printf(" %.17g\n", value);
    printf("%d", walk_grad(0.3, y, 6, 4, &value, &by_x, by_y));
    printf(" %.17g %.17g", value, by_x);
    for (int k = 0; k < 6; k++) printf(" %.17g", by_y[k]);
    printf("\n%d", walk_grad(0.0, y, 6, 4, NULL, &by_x, NULL));
    printf(" %.17g\n", by_x);
    printf("%d %s\n", walk(0.3, y, 6, 9, &value), walk_message());
    printf("%d %s\n", walk(4.0 - y[3] * 0, (double[]){1, 2, 9}, 3, 2, &value), walk_message());
    printf("%d", fibonacci_grad(15, 1.5, &value, &by_x));
    printf(" %.17g %.17g\n", value, by_x);
    printf("%d", changes(y, 6, true, &value, out, 8, &length));
    printf(" %.17g %d %.17g %.17g\n", value, (int)length, out[5], y[0]);
    printf("%d %s %d\n", changes(y, 6, true, &value, out, 2, &length), changes_message(), (int)length);
    y[0] = 0.5;
    pthread_t threads[3];
    for (int k = 0; k < 3; k++) pthread_create(&threads[k], NULL, often, &sums[k]);
    for (int k = 0; k < 3; k++) pthread_join(threads[k], NULL);
    printf("%.17g %.17g %.17g %d\n", sums[0], sums[1], sums[2], (int)walk_threads(2));
    double alone, together;
    for (int k = 0; k < 100000; k++) many[k] = k % 7 * 0.25;
    walk_threads(1);
    int wrong = walk(0.3, many, 100000, 4, &alone);
    walk_threads(3);
    for (int k = 0; k < 20; k++) wrong |= walk(0.3, many, 100000, 4, &together) || alone != together;
    if (wrong) return 1;
    for (int k = 0; k < 5; k++) {
        double x = (double[]){0.0, -1.0, 0.3, 2.0, -9.0}[k], z = (double[]){0.0, 0.5, 0.64, 0.9, 2.0}[k], many[9];
        if (special(x, z, many, 9, NULL)) return 1;
        for (int j = 0; j < 9; j++) printf("%.17g ", many[j]);
    }
    return 0;
}
"""


@pytest.mark.skipif(GCC is None, reason="there is no C compiler")
def test_from_c(tmp_path: Path) -> None:
    y = np.array([0.5, 1.5, -0.25, 2.0, 1.0, 0.125])
    ep.build(walk, (0.5, y, 3), tmp_path / "walk.o", grad=True, wrt=("x", "y"))
    ep.build(fibonacci, (5, 2.0), tmp_path / "fibonacci.o", grad=True, wrt="x", cpu="x86-64-v3" if "x86" in machine() else "native")
    ep.build(changes, (y.copy(), True), tmp_path / "changes.a")
    ep.build(special, (0.5, 0.5), tmp_path / "special.o")
    (tmp_path / "main.c").write_text(PROGRAM)
    command = [GCC, "-Wall", "-Werror", "-o", "main", "main.c", "walk.o", "fibonacci.o", "changes.a", "special.o", "-lm", "-lpthread"]
    subprocess.run([str(part) for part in command], cwd=tmp_path, check=True)
    lines = subprocess.run([str(tmp_path / "main")], env={}, check=True, capture_output=True, text=True).stdout.splitlines()

    value, (by_x, by_y) = ep.value_and_grad(walk, ("x", "y"))(0.3, y, 4)
    assert lines[0] == f"0 {value:.17g}"
    assert lines[1] == " ".join(["0", *(f"{x:.17g}" for x in (value, by_x, *by_y))])
    assert lines[2] == f"0 {ep.grad(walk)(0.0, y, 4):.17g}"  # the mean of both sides
    assert lines[3].startswith("1 IndexError: index 9 is out of bounds for axis 0 with size 6 (") and lines[3].endswith("in walk)")
    assert lines[4].startswith("1 ValueError: too much: 9.00 (")
    value, by_x = ep.value_and_grad(fibonacci, "x")(15, 1.5)
    assert lines[5] == f"0 {value:.17g} {by_x:.17g}"
    expected = changes(y.copy(), True)
    assert lines[6] == f"0 {expected['sum']:.17g} 6 {expected['all'][5]:.17g} 7"
    assert lines[7] == "1 ValueError: result_all has 6 elements, and there is room for 2 6"
    by_x, by_y = ep.grad(walk, ("x", "y"))(0.3, y, 4)
    assert lines[8] == " ".join([f"{by_x + by_y[3]:.17g}"] * 3) + " 1"
    with np.errstate(all="ignore"):
        expected = [special(x, z) for x, z in zip((0.0, -1.0, 0.3, 2.0, -9.0), (0.0, 0.5, 0.64, 0.9, 2.0), strict=True)]
    np.testing.assert_allclose([float(text) for text in lines[9].split()], np.concatenate(expected), rtol=1e-13)


def machine() -> str:
    import platform

    return platform.machine()


def test_by_address() -> None:
    """Nested containers, BLAS, and the same digits as here."""
    rng = np.random.default_rng(3)
    layers = [(rng.normal(size=(4, 5)), rng.normal(size=5)), (rng.normal(size=(5, 2)), rng.normal(size=2))]
    x = rng.normal(size=(6, 4))
    built = ep.build(ep.value_and_grad(nested), (layers, x), name="net")
    assert "const double *layers_0_0, int64_t layers_0_0_dim0, int64_t layers_0_0_dim1, const double *layers_0_1," in built.header
    assert built.library.needs == ["blas"] and "-lblas" in built.header
    run, out = built.foreign("net"), np.zeros(1)
    grads = [np.zeros_like(a) for pair in layers for a in pair]
    given = [part for pair in layers for a in pair for part in (a.ctypes.data, *a.shape)]
    pointers = [out.ctypes.data, *(g.ctypes.data for g in grads)]
    assert run(*given, x.ctypes.data, 6, 4, *pointers) == 0
    value, expected = ep.value_and_grad(nested)(layers, x)
    assert out[0] == value and all((g == e).all() for g, e in zip(grads, (a for pair in expected for a in pair), strict=True))
    assert run(*given, x.ctypes.data, 6, 3, *pointers) == 1 and built.message().startswith("ValueError: matmul: ")


def test_integrands() -> None:
    def wave(x: float, k: float) -> float:
        return math.exp(-x) * math.sin(k * x) / x

    built = ep.build(wave, (1.0, 2.0))
    assert quad(built.integrand(), 0.5, 4.0, args=(2.0,)) == quad(wave, 0.5, 4.0, args=(2.0,))
    with pytest.raises(ep.InvalidArgument, match="must take floats alone and return one to be an integrand"):
        ep.build(lambda x: x * 2, (np.ones(2),), name="f").integrand()


def test_ties_have_the_mean_of_both_sides() -> None:
    def corner(x: np.ndarray) -> Any:
        return max(x[0], x[1]) * 2.0 + x[2] * math.hypot(x[3], x[4]) + np.sqrt(np.abs(x[5])) * 0.0

    x = np.array([1.0, 1.0, 3.0, 0.0, 0.0, 2.0])
    out = np.zeros(6)
    run = ep.build(ep.grad(corner), (x,), name="corner").foreign()
    assert run(x.ctypes.data, 6, out.ctypes.data) == 0
    assert (out == ep.grad(corner)(x)).all()


@pytest.mark.parametrize(
    "function, arguments, output, said",
    [
        (lambda x: print(x) or x, (1.0,), None, "what is printed is put into words by Python"),
        (lambda x: np.abs(np.fft.fft(x)).sum(), (np.ones(4),), None, "which a program without Python does not have"),
        (lambda x: [v for v in x if v > 0], (np.ones(3),), None, "returns a list whose length is known only when it runs"),
        (lambda x: x.append(1.0), ([1.0],), None, "changes lists, dicts or objects of its caller"),
        (lambda x: x * 2, (np.float16(1.0),), None, "float16, which C has no type for"),
        (lambda x: x * 2, (1.0,), "f.c", "there is no source in C of compiled code"),
        (lambda x: x * 2, (1.0,), "f.xyz", "the suffix must be one of .o, "),
        (ep.hessian(lambda x: x**3), (1.0,), None, "put together from several calls"),
    ],
)
def test_refused(function: Any, arguments: Any, output: str | None, said: str, tmp_path: Path) -> None:
    with pytest.raises(ep.EverypathError, match=said):
        ep.build(function, arguments, output and tmp_path / output)


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "mine.py"
    file.write_text("def loss(w, x, n):\n    return sum((w * v) ** n for v in x)\n")
    command = ["build", f"{file}:loss", "-o", str(tmp_path / "loss.o"), "--grad", "--at"]
    assert cli.main([*command, "w=float,x=float64[:],n=int"]) == 0
    assert capsys.readouterr().out.splitlines() == [str(tmp_path / "loss.o"), str(tmp_path / "loss.h")]
    header = (tmp_path / "loss.h").read_text()
    assert "int loss_grad(double w, const double *x, int64_t x_dim0, int64_t n, double *value, double *grad_w);" in header
    file.write_text("def loss(w: float, n: int, x, power=2):\n    return sum((w * v) ** power for v in x[:n])\n")
    assert cli.main([*command, "x=float64[:]"]) == 0
    assert (
        "int loss(double w, int64_t n, const double *x, int64_t x_dim0, int64_t power, double *result);"
        in (tmp_path / "loss.h").read_text()
    )
    file.write_text("import numpy as np\ndef loss(w, n):\n    return np.sum(w, axis=n)\n")
    assert cli.main([*command, "w=float64[:, :],n=int"]) != 0
