"""The other tools of a checkout of GradBench: C++ programs built from it, and its modules for JAX and PyTorch.

Each peer takes the input that GradBench would send it and gives its answer and the seconds of its fastest run.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ..gcc import shared_library
from ..timing import interleaved

IN_CPP = {"manual": "C++ by hand", "codipack": "CoDiPack", "tapenade": "Tapenade", "enzyme": "Enzyme"}
IN_PYTHON = {"jax": "JAX", "pytorch": "PyTorch"}
FLAGS = "-O3 -march=native -I../../cpp"


@dataclass(frozen=True)
class Answer:
    """What a peer computed, and how fast."""

    peer: str
    output: Any
    seconds: float


class Missing(Exception):
    """A peer that is not to be had here, and why."""


def asked(checkout: Path, tool: str, problem: str, function: str, given: Any, seconds: float) -> Answer:
    """The answer of one tool, within about so many seconds."""
    if tool in IN_CPP:
        return in_cpp(checkout, tool, problem, function, given, seconds)
    return in_python(checkout, tool, problem, function, given, seconds)


def in_cpp(checkout: Path, tool: str, problem: str, function: str, given: Any, seconds: float) -> Answer:
    """The program is built by the tool's own Makefile; where CoDiPack lies, CPATH says, and Enzyme's plugin ENZYME_LIB."""
    program = built(checkout / "tools" / tool, problem)
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        whole = given if not isinstance(given, dict) else {**given, "min_runs": 3, "min_seconds": seconds}
        json.dump(whole, file)
        file.flush()
        environment = {**os.environ, "LD_PRELOAD": str(processor_clock())}
        done = subprocess.run([str(program), file.name, function], capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        raise Missing(f"{tool} ended with {done.returncode}")
    output, *times = done.stdout.splitlines()
    taken = [t["nanoseconds"] * 1e-9 for t in map(json.loads, times) if t["name"] == "evaluate"]
    return Answer(IN_CPP[tool], json.loads(output), min(taken))


@cache
def processor_clock() -> Path:
    """What makes these programs read the processor's time, as `timing.now` does on one core."""
    return shared_library(Path(__file__).with_name("clock.c"))


def built(folder: Path, problem: str) -> Path:
    """The tool's program for one problem."""
    program = folder / "bin" / problem
    if not program.exists():
        flags = f"CFLAGS=-std=c11 {FLAGS}", f"CXXFLAGS=-std=c++17 {FLAGS}"
        done = subprocess.run(
            ["make", "-C", str(folder), f"bin/{problem}", *flags], capture_output=True, text=True, check=False, env={**os.environ}
        )
        if done.returncode or not program.exists():
            program.unlink(missing_ok=True)
            raise Missing(f"{folder.name} does not build: " + next((x for x in done.stderr.splitlines() if "rror" in x), "")[:120])
    return program


def in_python(checkout: Path, tool: str, problem: str, function: str, given: Any, seconds: float) -> Answer:
    """GradBench's own module for a library, timed until the answer is there."""
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    place = str(checkout / "python" / "gradbench")
    if place not in sys.path:
        sys.path.insert(0, place)
    try:
        module = importlib.import_module(f"gradbench.tools.{tool}.{problem}")
    except ImportError as problem_found:
        raise Missing(f"{tool}: {problem_found}") from None
    prepared, call, listed = opened(getattr(module, function), given)
    ready = waiting(tool)
    times = interleaved({tool: lambda: ready(call(prepared))}, rounds=1000, patience=seconds)[tool]
    return Answer(IN_PYTHON[tool], listed(call(prepared)), min(t for t in times if t is not None))


def opened(wrapped: Any, given: Any) -> tuple[Any, Callable[[Any], Any], Callable[[Any], Any]]:
    """The three parts of a function wrapped by GradBench: what it is given, itself, and what makes its answer JSON."""
    cells = dict(zip(wrapped.wrapped.__code__.co_freevars, (c.cell_contents for c in wrapped.wrapped.__closure__), strict=True))
    return cells["pre"](given), wrapped.function, cells["post"]


def waiting(tool: str) -> Callable[[Any], Any]:
    """What waits for an answer that is still being computed."""
    if tool == "jax":
        import jax

        return jax.block_until_ready
    return lambda x: x
