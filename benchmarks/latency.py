"""Run as `python -m benchmarks.latency`: import, first call, and the warm call of a gradient of two floats, beside JAX.

Fresh processes find every package's bytecode on disk, as after an installation: the first round, which writes it, doesn't count.
"""

import os
import statistics
import subprocess
import sys
import textwrap
import timeit

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


def seconds(program: str) -> float:
    """What a fresh interpreter prints for `program`."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
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
    warm_calls()


if __name__ == "__main__":
    main()
