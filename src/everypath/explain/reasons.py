"""Why a derivative is what it is: where paths end, which branches were taken and how nearly, where a NaN was born."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..ir.types import is_float
from ..source import Location
from .formulas.notation import number_text
from .run.places import Places
from .run.tape import Array, Comparison, Decision, Scalar, Tape

SIGNS = {"lt": "<", "le": "≤", "gt": ">", "ge": "≥", "eq": "=", "ne": "≠"}


@dataclass(frozen=True)
class Branch:
    """A condition on floats: its line, how often it held, and the comparison that came out most narrowly."""

    line: int
    text: str
    held: int
    asked: int
    closest: str
    margin: float


@dataclass(frozen=True)
class Birthplace:
    """Where a NaN or an infinity came from finite numbers."""

    line: int
    text: str
    said: str


def touched_by(tape: Tape, element: int) -> np.ndarray:
    """Which elements depend on `element`, temporaries included."""
    touched = np.zeros(tape.elements, bool)
    touched[element] = True
    scratch = np.zeros(tape.elements)
    with np.errstate(all="ignore"):
        for record in tape.makers:
            if any(touched[parent] for _, parent, _ in record.edges):
                touched[record.start] = True
            for link in record.links:
                link.push(scratch, touched)
    return touched


def why_no_path(tape: Tape, element: int, places: Places) -> str:
    """Why nothing leads from `element` to the result."""
    touched = touched_by(tape, element)
    for end in reversed(tape.ends):
        if len(end.elements) and touched[end.elements].any() and end.reason:
            return f"no path leads to the result: {end.reason} {at(end.op.location, places)}"
    if touched.sum() > 1:
        return "no path leads to the result: what is computed from it is not used"
    return "no path leads to the result: it is not used"


def at(location: Location | None, places: Places) -> str:
    """(line 7: `if x > 0:`)"""
    return f"(line {location.line}: {places.line(location)})" if location is not None else ""


def branches(tape: Tape, places: Places) -> list[Branch]:
    """The conditions on floats, one for each line, with the narrowest margin."""
    by_line: dict[Any, list[Decision]] = defaultdict(list)
    for decision in tape.decisions:
        op = decision.comparison.op
        if is_float(op.operands[0].type):
            by_line[op.location].append(decision)
    found = []
    for location, decisions in by_line.items():
        closest = min(decisions, key=lambda d: np.inf if np.isnan(d.comparison.margin) else d.comparison.margin)
        line = location.line if location is not None else 0
        held = sum(d.taken for d in decisions)
        found.append(Branch(line, places.line(location), held, len(decisions), compared(closest.comparison), closest.comparison.margin))
    return sorted(found, key=lambda b: b.line)


def compared(comparison: Comparison) -> str:
    """x[1] = −2 > 0 is False."""
    left, right = (side(s) for s in (comparison.left, comparison.right))
    outcome = "" if np.ndim(comparison.held) else f" is {bool(comparison.held)}"
    return f"{left} {SIGNS.get(comparison.op.name, '?')} {right}{outcome}"


def side(shadow: Any) -> str:
    if isinstance(shadow, Array):
        return f"{shadow.name or 'array'}{shadow.route}"
    assert isinstance(shadow, Scalar)
    return number_text(shadow.value, 4)


def births(tape: Tape, places: Places) -> list[Birthplace]:
    """The first few places where NaN or infinity appeared, in order."""
    found = []
    for birth in tape.births[:5]:
        op = birth.record.op
        assert op is not None
        location = op.location
        operands = ", ".join(number_text(o, 4) if not np.ndim(o) else number_text(chosen(o, birth.index), 4) for o in birth.operands)
        where = f" at [{', '.join(map(str, birth.index))}]" if birth.index else ""
        said = f"{number_text(birth.value)} is born{where}: {op.name}({operands})"
        found.append(Birthplace(location.line if location is not None else 0, places.line(location), said))
    return found


def chosen(array: Any, index: tuple[int, ...]) -> float:
    """The element of an operand that broadcasting reads for `index` of the result; NaN where shapes don't tell."""
    shape = np.shape(array)
    if len(shape) > len(index):
        return float("nan")
    picked = index[len(index) - len(shape) :]
    return float(np.asarray(array)[tuple(i if n != 1 else 0 for i, n in zip(picked, shape))])
