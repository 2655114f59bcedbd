"""Why a derivative is 0, NaN, infinite, huge, tiny or at a kink: in sentences, each with the line, the factor or the path that says so."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from .answers import Check, Derivative
from .facts import Facts
from .formulas.notation import count_text, number_text, unicode_text
from .formulas.symbolic import Number
from .paths.search import Path

HUGE, TINY = 1e6, 1e-6
"""Derivatives beyond these are asked about."""

CANCELS = 1e3
"""Σ|path| of so many times the derivative is said."""

LOOP = 8
"""A path with more steps than this is told by its growth for each step, not by its factors."""


def why(e: Facts) -> list[str]:
    """What is to be said of each chosen input's derivative; an empty list where nothing is unusual."""
    e = e.base
    said: list[str] = []
    for birth in e.births:
        said.append(f"{birth.said} in line {birth.line}: {birth.text}")
    for k, node in enumerate(e.inputs):
        d = e.derivative(e.focus(node))
        what = f"∂{e.result}/∂{d.label}"
        check = e.checks[k] if k < len(e.checks) else None
        said += [f"{what} {sentence}" for sentence in of_one(e, d, check)]
    return said


def of_one(e: Facts, d: Derivative, check: Check | None) -> Iterator[str]:
    """Sentences about one derivative, without its name."""
    if check is not None and check.kink:
        assert check.other_side is not None
        one, other = number_text(check.explained, 8), number_text(check.other_side, 8)
        yield f"is at a kink: {one} on one side, {other} on the other, and {number_text(check.taken, 8)}, their mean, is given"
    if d.reason:
        yield f"is 0: {d.reason}"
    elif math.isnan(d.value) or math.isinf(d.value):
        yield f"is {number_text(d.value)}: {not_finite(e, d)}"
    elif d.value == 0.0:
        yield f"is 0: {zero(e, d)}"
    elif abs(d.value) > HUGE or abs(d.value) < TINY:
        yield f"is {'huge' if abs(d.value) > HUGE else 'tiny'}, {number_text(d.value, 3)}: {size(e, d)}"
    if d.cancellation is not None and CANCELS < d.cancellation < np.inf:
        digits = int(math.log10(d.cancellation))
        times = number_text(d.cancellation, 3)
        yield f"is what cancellation leaves: its paths have {times} times its size, so about {digits} digits are lost"


def factor(e: Facts, path: Path, k: int) -> str:
    """∂h/∂z = 1 − tanh²(z) = 0 (line 3)."""
    parent, child, value = path.elements[k], path.elements[k + 1], path.partials[k]
    formula = e.formulas.partial(child, parent, value)
    text = f" = {unicode_text(formula)}" if formula is not None and not isinstance(formula, Number) else ""
    maker = e.graph.at(child).record
    line = f" (line {maker.op.location.line})" if maker.op is not None and maker.op.location is not None else ""
    return f"∂{e.labels.element(child)}/∂{e.labels.element(parent)}{text} = {number_text(value)}{line}"


def zero(e: Facts, d: Derivative) -> str:
    """Of a derivative that is 0 and has paths."""
    if d.mass:
        return f"its {count_text(d.count or 0)} paths cancel; the largest is {number_text(d.paths[0].product)}"
    for path in d.paths:
        for k, partial in enumerate(path.partials):
            if partial == 0.0:
                every = "the factor" if d.count == 1 else "on every path a factor is 0, on the first"
                return f"{every} {factor(e, path, k)}{saturated(e, path, k)}"
    if d.paths:
        return f"the product of its factors is smaller than the smallest number: {size(e, d)}"
    return f"its paths run through {', '.join(e.withheld)}" if e.withheld else "all local derivatives are 0"


def saturated(e: Facts, path: Path, k: int) -> str:
    """Whether a factor that is 0 is that of a function which has levelled off."""
    names = {r.op.name for node in (e.graph.at(path.elements[k + 1]),) for r in (node.record, *node.inside) if r.op is not None}
    flat = names & {"tanh", "expit", "erf", "exp", "arctan"}
    return f": {sorted(flat)[0]} is saturated there" if flat else ""


def not_finite(e: Facts, d: Derivative) -> str:
    """Of a derivative that is NaN or infinite: the local derivative where that is born on the way back."""
    for path in d.paths:
        for k in reversed(range(len(path.partials))):
            if not math.isfinite(path.partials[k]):
                parent = path.elements[k]
                before = float(np.ravel(e.graph.at(parent).record.data)[parent - e.graph.at(parent).start])
                if not math.isfinite(before):
                    return f"{e.labels.element(parent)} is {number_text(before)} already, and {factor(e, path, k)}"
                return f"on the way back it is born at {factor(e, path, k)}"
    if d.overflows or (d.paths and any(math.isinf(p.product) for p in d.paths)):
        return f"a product of its factors is past the largest number: {size(e, d)}"
    return "a value before it is not finite" if e.births else "infinite contributions of different signs meet"


def size(e: Facts, d: Derivative) -> str:
    """What makes a derivative huge or tiny: the factors of its largest path, or their growth along a loop."""
    if not d.paths:
        return f"its paths run through {', '.join(e.withheld)}"
    path = d.paths[0]
    sizes = [abs(p) for p in path.partials if p and math.isfinite(p)]
    if len(sizes) > LOOP:
        rate = math.exp(sum(map(math.log, sizes)) / len(sizes))
        many = "" if d.count == 1 else f" over {count_text(d.count or 0)} paths"
        return f"along its largest path each of {len(sizes):,} steps multiplies by {number_text(rate, 3)} on average{many}"
    order = sorted(range(len(path.partials)), key=lambda k: -abs(math.log(abs(path.partials[k]))) if path.partials[k] else -math.inf)
    telling = [k for k in order[:2] if not 0.1 < abs(path.partials[k]) < 10]
    if not telling:
        return f"it is the sum of {count_text(d.count or 0)} paths of the size of {number_text(path.product, 3)}"
    return "the factors that make it so are " + " and ".join(factor(e, path, k) for k in telling)
