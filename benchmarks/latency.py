"""Run as `python -m benchmarks.latency`: import, first call, and warm calls of small derivatives, beside JAX.

Fresh processes find every package's bytecode on disk, as after an installation: the first round, which writes it, doesn't count.
Machine code they find there only where it says so.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import textwrap
import timeit
from functools import partial

from benchmarks import first_calls
from benchmarks.timing import readable, table, versions

IMPORT = "import time; s = time.perf_counter(); import {module}; print(time.perf_counter() - s)"

FIRST_CALL = """
import time
from benchmarks.gmm import objective
{imports}
arguments = objective.problem(64, 50, 1000)
start = time.perf_counter()
{call}
print(time.perf_counter() - start)
"""

EVERYPATH = FIRST_CALL.format(imports="import everypath as ep", call="ep.grad(objective.{function}, (0, 1, 2))(*arguments)")
JAX = FIRST_CALL.format(imports="from benchmarks.gmm.in_jax import InJax", call="InJax().gradient(*arguments)")


def seconds(program: str, kept: str = "off") -> float:
    """What a fresh interpreter prints for `program`, machine code kept in the folder `kept`."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["EVERYPATH_CACHE"] = kept
    command = [sys.executable, "-c", textwrap.dedent(program)]
    run = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return float(run.stdout.split()[-1])


def in_fresh_processes(title: str, programs: dict[str, str], reference: str, rounds: int) -> None:
    """Run each program in processes of its own, turn by turn, and print the table."""
    measured: dict[str, list[float]] = {name: [] for name in programs}
    for turn in range(rounds + 1):
        for name, program in programs.items():
            taken = seconds(program)
            if turn:
                measured[name].append(taken)
    table(title, measured, reference)


def first_calls_alone(rounds: int = 3) -> None:
    """First calls by everypath: short programs, functions of NumPy, long programs; with machine code on disk and without."""
    rows = {
        "gradient of five lines": first_calls.FIVE_LINES,
        "gradient of a lambda made anew": first_calls.MADE_ANEW,
        **{
            f"{name}, {kind}": first_calls.library(name, what)
            for name in first_calls.LIBRARY
            for kind, what in (("value", "compile"), ("gradient", "grad"), ("Hessian", "hessian"))
        },
        **{f"gradient of {name}": first_calls.long(name) for name in first_calls.LONG},
    }
    print("\nFirst calls, import not counted: in the first process, and in one that finds the machine code on disk\n")
    for name, program in rows.items():
        with tempfile.TemporaryDirectory() as folder:
            alone = min(seconds(program) for _ in range(rounds))
            seconds(program, folder)
            again = min(seconds(program, folder) for _ in range(rounds))
        print(f"  {name:38}{readable(alone):>12}{readable(again):>12}", flush=True)


def two_floats(x: float, y: float) -> float:
    """The function whose gradient is called warm."""
    return x * x * y + y


def warm_calls(number: int = 20_000, rounds: int = 11) -> None:
    """One call of a compiled gradient of two floats, interleaved."""
    import jax

    import everypath as ep

    ours = ep.grad(two_floats, (0, 1))
    theirs = jax.jit(jax.grad(two_floats, (0, 1)))
    contenders = {
        "everypath": timeit.Timer(lambda: ours(1.5, 2.5)),
        "JAX, jit": timeit.Timer(lambda: jax.block_until_ready(theirs(1.5, 2.5))),
        "JAX, jit, not waiting": timeit.Timer(lambda: theirs(1.5, 2.5)),
        "the function in Python": timeit.Timer(lambda: two_floats(1.5, 2.5)),
    }
    measured: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, timer in contenders.items():
            measured[name].append(timer.timeit(number) / number)
    table("Warm gradient of a function of two floats, one call", measured, "everypath")


def small_jacobians(number: int = 5_000, rounds: int = 11) -> None:
    """One call of a compiled Jacobian and of a Hessian of a few numbers, interleaved."""
    import jax
    import jax.numpy as jnp
    import numpy as np

    import everypath as ep

    jax.config.update("jax_enable_x64", True)

    def lorenz(x, np):
        return np.array([10 * (x[1] - x[0]), x[0] * (28 - x[2]) - x[1], x[0] * x[1] - 8 / 3 * x[2]])

    def rosenbrock(x, np):
        return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)

    for title, kind, function, n in (
        ("Warm Jacobian of Lorenz's three equations, one call", "jacobian", lorenz, 3),
        ("Warm Hessian of Rosenbrock's function of ten numbers, one call", "hessian", rosenbrock, 10),
    ):
        x = np.linspace(0.5, 1.5, n)
        ours = getattr(ep, kind)(lambda x, function=function: function(x, np))
        theirs = jax.jit({"jacobian": jax.jacfwd, "hessian": jax.hessian}[kind](lambda x, function=function: function(x, jnp)))
        assert np.allclose(ours(x), theirs(x))
        contenders = {
            "everypath": timeit.Timer(partial(ours, x)),
            "JAX, jit": timeit.Timer(lambda theirs=theirs, x=x: jax.block_until_ready(theirs(x))),
        }
        measured: dict[str, list[float]] = {name: [] for name in contenders}
        for _ in range(rounds):
            for name, timer in contenders.items():
                measured[name].append(timer.timeit(number) / number)
        table(title, measured, "everypath")


def main() -> None:
    """Measure and print."""
    print(versions("everypath", "numpy", "llvmlite", "jax", "jaxlib"))
    empty = statistics.median(seconds("import time; s = time.perf_counter(); print(time.perf_counter() - s)") for _ in range(3))
    print(f"(an empty measurement takes {readable(max(empty, 1e-9))})")
    imports = {name: IMPORT.format(module=name) for name in ("everypath", "numpy", "jax")}
    in_fresh_processes("Import, in a fresh process", imports, "numpy", rounds=7)
    first = {
        "everypath, math.exp": EVERYPATH.format(function="with_math"),
        "everypath, np.exp": EVERYPATH.format(function="with_numpy"),
        "JAX, vectorised": JAX,
    }
    in_fresh_processes("First call of the Gaussian-mixture gradient, import not counted", first, "JAX, vectorised", rounds=3)
    first_calls_alone()
    warm_calls()
    small_jacobians()


if __name__ == "__main__":
    main()
