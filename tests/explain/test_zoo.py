"""Every program of the zoo explained: the sum over paths is the gradient, and all three forms can be made."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import numpy as np
import pytest

import everypath
from everypath.errors import InvalidArgument, NotDifferentiable
from programs.harness import MODES, agree
from programs.registry import Case, Program
from programs.trees import is_float, to_vector
from programs.zoo import PROGRAMS

FEW = 300
"""A derivative of at most this many paths is summed path by path."""


def scalar_case(program: Program) -> Case | None:
    """The first case that gives a float."""
    for case in program.cases:
        if case.raises is None:
            with np.errstate(all="ignore"):
                value = program.meaning(*case.arguments())
            if is_float(value) and not np.ndim(value):
                return case
    return None


SCALAR = [(p, c) for p in PROGRAMS if p.refused is None and p.refused_derivative is None and (c := scalar_case(p)) is not None]


@pytest.mark.part(12)
@pytest.mark.parametrize("program, case", SCALAR, ids=[p.name for p, _ in SCALAR])
def test_program(program: Program, case: Case) -> None:
    with np.errstate(all="ignore"):
        explained(program, case)


def explained(program: Program, case: Case) -> None:
    gradient = everypath.grad(program.function, program.wrt, backend="interpreter")(*case.arguments())
    try:
        explanation = everypath.explain(program.function, program.wrt, backend="interpreter")(*case.arguments())
    except (InvalidArgument, NotDifferentiable) as error:
        pytest.skip(str(error))
    expected, found = to_vector(gradient), to_vector(explanation.gradient)
    work = explanation.sweeps.work
    mass = np.max(work, where=np.isfinite(work), initial=1.0) if work is not None and work.size else 1.0
    agree("the explained gradient", found, expected, 10 * MODES * explanation.coarseness * max(mass, program.terms))
    for check in explanation.checks:
        assert check.agrees or np.isclose(check.explained, check.compiled, rtol=1e-9), check
    for node in explanation.inputs:
        summed_path_by_path(explanation, explanation.focus(node))
    check_formulas(explanation)
    assert explanation.name in explanation.text()
    assert json.loads(explanation.json())["function"] == explanation.name
    if len(program.name) % 4 == 0:
        assert explanation.html().startswith("<!DOCTYPE html>")
        ElementTree.fromstring(explanation.svg())
        assert explanation.tex().partition(r"\begin{document}")[2].isascii()
        assert all(form() for form in (explanation.md, explanation.dot, explanation.mmd))


def summed_path_by_path(explanation: everypath.explain, element: int) -> None:
    """All paths listed: as many as are counted, their products add up, and their sizes to the mass."""
    count = explanation.sweeps.count(element)
    if not count or count > FEW:
        return
    derivative = explanation.derivative(element, FEW)
    products = np.array([p.product for p in derivative.paths])
    assert len(products) == count
    assert len({p.elements for p in derivative.paths}) == count
    if not np.isfinite(derivative.value):
        return
    agree("the sum over all paths", products.sum(), derivative.value, 1e-12 * derivative.mass)
    agree("the mass of all paths", np.abs(products).sum(), derivative.mass, 1e-12 * derivative.mass)
    assert list(-np.abs(products)) == sorted(-np.abs(products)), "the largest come first"


def check_formulas(explanation: everypath.explain) -> None:
    """The value of the formula on an edge is the local derivative on it."""
    for edge in explanation.view.edges:
        value = getattr(edge.symbolic, "value", None)
        if edge.value is None or value is None or np.ndim(value):
            continue
        tolerance = 1e-12 * explanation.coarseness * max(1.0, abs(edge.value))
        agree(f"the formula {edge.symbolic}", float(value), edge.value, tolerance)
