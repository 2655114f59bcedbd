"""Random programs: CPython = interpreter = native, forward = reverse = differences, and the same exceptions.

More of them: `EVERYPATH_RANDOM=2000 pytest tests/random_programs`; others: `--hypothesis-seed=7` beside it.
"""

from __future__ import annotations

import importlib.util
import itertools
import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

import everypath
from programs.cpython import Oracle
from programs.harness import BACKENDS, Subject, raised
from programs.registry import Case, Program, at

from .memory import memory_programs
from .writing import sources

MANY = int(os.environ.get("EVERYPATH_RANDOM", "0"))
EXAMPLES = MANY or 60
POINTS = (
    (0.6, -1.1, np.array([0.3, -0.8, 1.2, 0.5]), np.array([-0.4, 0.9, 0.2, 1.1]), 3),
    (-1.3, 0.45, np.array([-0.9, 0.65, 0.35, -1.4]), np.array([1.3, -0.15, 0.85, -0.55]), 0),
)
SQUARE = np.array([[0.4, -1.2, 0.7], [1.1, 0.25, -0.6], [-0.3, 0.85, 0.55]])
MEMORY_POINTS = (
    (0.6, np.array([0.3, -0.8, 1.2]), np.array([-0.4, 0.9, 0.2]), SQUARE, np.array([2, 0, 1]), 3),
    (-0.7, np.array([-0.9, 0.65, 0.35]), np.array([0.45, -0.15, 0.85]), SQUARE.T * 0.8, np.array([0, 2, 2]), 1),
)
BAD = 1e-5
"""Differences whose own error estimate is above this part of the derivative can't tell."""

numbers = itertools.count()
told: Counter[str] = Counter()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    yield tmp_path_factory.mktemp("random_programs")
    assert told["compared"] > told["differences can't tell"], told


def loaded(text: str, folder: Path) -> Any:
    """The function `f` of a module file with this text."""
    name = f"random_program_{next(numbers)}"
    path = folder / f"{name}.py"
    path.write_text(text)
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    finally:
        del sys.modules[name]
    return module.f


def kind_of(program: Program, case: Case) -> str:
    """What can be compared here: "exception", "nothing" (too large, or not finite), "value" alone, or all ("derivative")."""
    if raised(lambda: program.function(*case.arguments())):
        return "exception"
    oracle = Oracle(program, case)
    outputs = oracle.outputs(oracle.point)
    if not np.all(np.abs(outputs) < 1e6):
        return "nothing"
    derivative, error = oracle.differences
    if not np.all(error <= BAD * np.maximum(1.0, np.abs(derivative))) or not np.all(np.abs(derivative) < 1e6):
        told["differences can't tell"] += 1
        return "value"
    told["compared"] += 1
    return "derivative"


def check(program: Program, backend: str) -> None:
    subject = Subject(program, backend)
    for case in program.cases:
        kind = kind_of(program, case)
        with np.errstate(all="ignore"):
            if kind == "exception":
                exact = Case(case.make, None, Exception)
                subject.check_raises(exact)
            if kind in ("value", "derivative"):
                subject.check_value(case)
            if kind == "derivative":
                subject.check_first_order(case)


bounded = settings(
    max_examples=EXAMPLES,
    derandomize=not MANY,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)


@bounded
@given(source=sources())
def test_random_program(source: str, folder: Path) -> None:
    function = loaded(source, folder)
    program = Program(function, tuple(at(*point) for point in POINTS), wrt=("a", "b", "x", "y"))
    for backend in BACKENDS:
        try:
            check(program, backend)
        except Exception as error:
            error.add_note(f"{backend}:\n{source}")
            raise


@bounded
@given(source=memory_programs())
def test_random_program_on_memory(source: str, folder: Path) -> None:
    """Arrays that are written and read through views, rows, swaps and helpers; what is refused is no failure."""
    program = Program(loaded(source, folder), tuple(at(*point) for point in MEMORY_POINTS), wrt=("a", "x", "y", "A"))
    try:
        check(program, "interpreter")
    except everypath.NotSupported:
        told["refused"] += 1
    except Exception as error:
        error.add_note(source)
        raise
