"""The zoo's own expectations, checked with CPython alone: values, exceptions, stated derivatives, and that differences can tell."""

from __future__ import annotations

import numpy as np
import pytest

from .cpython import Oracle, asked
from .registry import Case, Program
from .zoo import PROGRAMS

CASES = [(p, k) for p in PROGRAMS if p.refused is None and p.refused_derivative is None for k in range(len(p.cases))]

STEP = 1e-6
JUMP = 1e4


@pytest.mark.parametrize("program, k", CASES, ids=[f"{p.name}[{k}]" for p, k in CASES])
def test_expectation(program: Program, k: int) -> None:
    case = program.cases[k]
    if case.raises is not None:
        with pytest.raises(case.raises), np.errstate(all="ignore"):
            program.meaning(*case.arguments())
        return
    oracle = asked(program, case)
    if case.gradient is not None:
        check_stated(oracle)
        return
    assert np.all(np.isfinite(oracle.outputs(oracle.point)))
    derivative, error = oracle.differences
    worst = np.max(error / (1e-7 * np.maximum(1.0, np.abs(derivative))), initial=0.0) * 2.0**-52 / oracle.unit
    assert worst < 1.0, f"differences can't tell here: {derivative} ± {error}; state the gradient or choose another point"


def check_stated(oracle: Oracle) -> None:
    """A finite stated slope lies between the slopes to the left and to the right, where the function doesn't jump."""
    stated = oracle.stated
    assert stated is not None and stated.shape == oracle.point.shape
    base = oracle.outputs(oracle.point)
    for k, slope in enumerate(stated):
        h = np.zeros(oracle.point.size)
        h[k] = STEP
        sides = [one_sided(oracle, base, step) for step in (h, -h)]
        if not np.isfinite(slope) or not np.all(np.abs(sides) < JUMP):
            continue
        tolerance = 1e-4 * max(1.0, abs(slope))
        assert min(sides) - tolerance <= slope <= max(sides) + tolerance, f"{oracle.names[k]}: stated {slope}, sides {sides}"


def one_sided(oracle: Oracle, base: np.ndarray, step: np.ndarray) -> float:
    try:
        with np.errstate(invalid="ignore"):
            (change,) = oracle.outputs(oracle.point + step) - base
    except (ArithmeticError, ValueError):
        return np.nan
    return float(change / np.sum(step))


def test_no_case_is_forgotten() -> None:
    assert len(PROGRAMS) >= 120
    assert all(isinstance(case, Case) for p in PROGRAMS for case in p.cases)
    assert all(p.cases for p in PROGRAMS)
