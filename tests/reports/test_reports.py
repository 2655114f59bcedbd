"""Every report: CPython's value, both modes and the second order as stated, on both backends. What fails still is marked, strictly."""

from __future__ import annotations

import numpy as np
import pytest

import everypath
from programs.cpython import Oracle
from programs.harness import BACKENDS, Subject, agree
from programs.registry import Case
from programs.test_oracle import JUMP, check_stated

from . import accuracy, control, derivatives_inside, memory, objects, special_points  # noqa: F401
from .failing import FAILING, failing
from .registry import REPORTS, Report

NAMES = {r.name for r in REPORTS}


def marked(report: Report):

    return pytest.param(report, id=report.name, marks=failing(report.name))


@pytest.mark.parametrize("report", [marked(r) for r in REPORTS])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_report(report: Report) -> None:
    try:
        for backend in BACKENDS:
            subject = Subject(report.program, backend)
            for case in report.program.cases:
                check(subject, case)
    except (everypath.NotSupported, everypath.InvalidArgument):
        if not report.refusable:
            raise


def check(subject: Subject, case: Case) -> None:
    subject.check_value(case)
    subject.check_first_order(case)
    if case.hessian is not None:
        subject.check_second_order(case)


@pytest.mark.parametrize("report", REPORTS, ids=[r.name for r in REPORTS])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_what_is_stated(report: Report) -> None:
    """The stated derivatives against differences of the function as CPython runs it."""
    for case in report.program.cases:
        oracle = Oracle(report.program, case)
        check_stated(oracle)
        if case.hessian is not None:
            stated, numeric = oracle.stated_hessian, second_differences(oracle)
            comparable = np.abs(numeric) < JUMP
            agree("the stated Hessian", stated[comparable], numeric[comparable], 1e-4 * (1.0 + np.abs(stated[comparable])))


def second_differences(oracle: Oracle, h: float = 1e-3) -> np.ndarray:
    """(f(+,+) - f(+,-) - f(-,+) + f(-,-)) / 4h² for every pair of elements."""
    steps = h * np.eye(oracle.point.size)

    def f(step: np.ndarray) -> float:
        outputs = oracle.outputs(oracle.point + step)
        return outputs[0] if outputs.size == 1 else np.nan  # a complex power

    return np.array([[f(a + b) - f(a - b) - f(b - a) + f(-a - b) for b in steps] for a in steps]) / (4.0 * h * h)


def test_every_mark_belongs_to_a_report() -> None:
    assert {name for name in FAILING if "." in name} <= NAMES
