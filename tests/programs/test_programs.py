"""Every program of the zoo: CPython's value, forward = reverse = differences, second order, exceptions and refusals."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest

from .harness import BACKENDS, Disagreement, Subject
from .registry import Case, Program
from .zoo import PROGRAMS

RUNNING = [p for p in PROGRAMS if p.refused is None]
SMOOTH = [p for p in RUNNING if p.refused_derivative is None]


def named(programs: list[Program]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("program", programs, ids=[p.name for p in programs])


backends = pytest.mark.parametrize("backend", BACKENDS)


@lru_cache(maxsize=4)  # the tests of one program follow each other
def subject(program: Program, backend: str) -> Subject:
    return Subject(program, backend)


def each_case(program: Program, backend: str, check: str, cases: list[Case]) -> None:
    """Run one check over the cases; a failure says which."""
    for case in cases:
        try:
            with np.errstate(all="ignore"):
                getattr(subject(program, backend), check)(case)
        except Disagreement as error:
            k = program.cases.index(case)
            raise Disagreement(f"{program.name}, case {k}, {backend}: {error}") from error.__cause__


@backends
@named([p for p in RUNNING if any(c.raises is None for c in p.cases)])
def test_value(program: Program, backend: str) -> None:
    each_case(program, backend, "check_value", [c for c in program.cases if c.raises is None])


ONCE = [(p, b) for p in SMOOTH for b in BACKENDS if any(c.raises is None for c in p.cases) and (b == "native" or p.order != 2)]
"""In the interpreter only where no second derivatives are taken, which run its gradient and its tangents."""


@pytest.mark.parametrize("program, backend", ONCE, ids=[f"{p.name}-{b}" for p, b in ONCE])
def test_first_order(program: Program, backend: str) -> None:
    each_case(program, backend, "check_first_order", [c for c in program.cases if c.raises is None])


TWICE = [p for p in SMOOTH if p.order == 2]


def second_order(program: Program, backend: str) -> None:
    each_case(program, backend, "check_second_order", [c for c in program.cases if c.raises is None and c.gradient is None])


@pytest.mark.parametrize("backend", ["interpreter"])
@pytest.mark.part(3)
@named(TWICE)
def test_second_order(program: Program, backend: str) -> None:
    second_order(program, backend)


@pytest.mark.parametrize("backend", ["native"])
@pytest.mark.part(6)
@named(TWICE)  # LLVM's time: machine code of second derivatives is made of the same operations
def test_second_order_as_machine_code(program: Program, backend: str) -> None:
    second_order(program, backend)


@backends
@named([p for p in SMOOTH if any(c.raises for c in p.cases)])
def test_exceptions(program: Program, backend: str) -> None:
    each_case(program, backend, "check_raises", [c for c in program.cases if c.raises is not None])


@named([p for p in PROGRAMS if p.refused is not None or p.refused_derivative is not None])
def test_refused(program: Program) -> None:
    each_case(program, "native", "check_refused", list(program.cases))
