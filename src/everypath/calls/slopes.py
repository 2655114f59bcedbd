"""The function itself along one argument, as differences need it: run by Python, and stopped where it runs without end."""

from __future__ import annotations

import contextlib
import io
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from ..differences import derivative
from ..ir.interpret import run
from ..ir.program import Op, Program, Region
from ..ir.walk import ops_in
from ..structure import rebuild
from ..transform import Transform
from .callables import plain
from .outlets import Outlet
from .specialise import Specialisation

INNER = ("pullback", "pushforward")
"""Derivatives inside the function: Python would compile them at every call, so the interpreter runs the program instead."""

SLACK = 1000
"""Lines, or operations, that the function may run more than it did at the point itself."""

ROUNDING = 16 * 2.0**-53
"""The values that differences are taken of are rounded by about this part of them, whatever the differences say of themselves."""

Call = Callable[[Sequence[Any]], Any]
"""The function of the leaves of its arguments and captures."""


class TooLong(ArithmeticError):
    """The function runs much longer than at the point itself."""


def slope(
    function: Callable[..., Any],
    special: Specialisation,
    program: Program,
    leaves: Sequence[Any],
    place: tuple[int, int],
    executed: int,
    asked: Outlet,
) -> tuple[float, float]:
    """(slope, estimated error) of the function in one element of one leaf, `place`, by differences.

    `executed` is how many operations it took at the point: away from it, a `while` may have no end.
    """
    call = caller(function, special, program, executed + SLACK, asked)
    position, element = place
    start = float(np.ravel(leaves[position])[element])

    largest = 0.0

    def phi(t: float) -> float:
        nonlocal largest
        moved = [leaf.copy() if isinstance(leaf, np.ndarray) else leaf for leaf in leaves]
        if isinstance(moved[position], np.ndarray):
            moved[position].flat[element] += t
        else:
            moved[position] = type(moved[position])(moved[position] + t)
        with contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"):
            value = float(call(moved))
        largest = max(largest, abs(value)) if math.isfinite(value) else largest
        return value

    step = max(1.0, 2.0 ** math.floor(math.log2(abs(start)))) if start and math.isfinite(start) else 1.0
    found, error = derivative(phi, 0.1 * step)
    return found, max(error, ROUNDING * largest / (0.1 * step))


def caller(function: Callable[..., Any], special: Specialisation, program: Program, limit: int, asked: Outlet) -> Call:
    """The function as Python runs it, or, where derivatives are taken inside it, as the interpreter does."""
    if isinstance(plain(function)[0], Transform) or any(op.name in INNER for f in special.program for op in ops_in(f.body)):
        return lambda leaves: asked.of_leaves(run(program, program.entry, list(leaves), Budget(limit)))
    python = in_python(function, special)

    def call(leaves: Sequence[Any]) -> Any:
        with bounded(limit):
            return asked.of_value(python(leaves))

    return call


def in_python(function: Callable[..., Any], special: Specialisation) -> Call:
    """`function`, given the leaves of its arguments."""
    function, _, _ = plain(function)
    by_keyword = special.lowered.signature.by_keyword

    def call(leaves: Sequence[Any]) -> Any:
        remaining = iter(leaves)
        args: list[Any] = []
        named: dict[str, Any] = {}
        for name, structure in special.lowered.arguments:
            value = rebuild(structure, remaining)
            if name.startswith("**"):
                named.update(value)
            elif name.startswith("*"):
                args.extend(value)
            elif name in by_keyword:
                named[name] = value
            else:
                args.append(value)
        return function(*args, **named)

    return call


class Budget:
    """An observer of the interpreter that stops it after so many operations."""

    def __init__(self, left: int) -> None:
        self.remaining = left

    def executed(self, op: Op, operands: Sequence[Any], results: Sequence[Any]) -> None:
        """Count one operation."""
        self.remaining -= 1
        if self.remaining < 0:
            raise TooLong("the function runs much longer here")

    def entered(self, region: Region) -> None:
        """Nothing to count."""

    def left(self, region: Region) -> None:
        """Nothing to count."""


@contextlib.contextmanager
def bounded(lines: int) -> Iterator[None]:
    """Raise TooLong once Python has run this many lines."""
    remaining = lines
    before = sys.gettrace()

    def trace(frame: Any, event: str, argument: Any) -> Any:
        nonlocal remaining
        remaining -= 1
        if remaining < 0:
            sys.settrace(None)  # once: frames that close on the way out are left alone
            raise TooLong(f"the function runs more than {lines} lines here")
        return trace

    sys.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(before)
