"""Which operations on whole arrays may share a loop, and what a loop that is being put together holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..ir.build import Builder
from ..ir.op import DEFINITIONS
from ..ir.program import Op, Value
from ..ir.types import ArrayType, ScalarType, scalar_of
from ..ops.ufuncs import by_lines
from .extents import Extent, Shape

STORES = frozenset({"accumulate", "assign", "fill"})
"""Operations that change an array element by element."""

COMBINING = frozenset({"sum", "any", "all", "holds_nan"})
"""Operations that make one scalar of all elements of an array."""


def joinable(op: Op) -> bool:
    """Whether `op` works on whole arrays element by element, changes one so, or combines all elements of one. Ufuncs that are called for
    whole lines need the arrays."""
    if op.name in COMBINING:
        return isinstance(op.result.type, ScalarType) and isinstance(op.operands[0].type, ArrayType) and op.operands[0].type.rank > 0
    if op.name in STORES:
        value, target, *place = op.operands
        if place or not isinstance(target.type, ArrayType) or target.type.rank == 0:
            return False
        return op.name == "accumulate" or scalar_of(value.type) == scalar_of(target.type)
    if op.name != "copy" and (DEFINITIONS[op.name].family != "elementwise" or refuses(op) or by_lines(op.name)):
        return False
    return isinstance(op.results[0].type, ArrayType) and op.results[0].type.rank > 0


def refuses(op: Op) -> bool:
    """Whether `op` raises for some elements: then it stays where it is, between the checks before and behind it."""
    if op.name == "index":
        return bool(op.attributes.get("checked", True))
    return DEFINITIONS[op.name].may_raise or op.attributes.get("overflow") == "raise"


@dataclass
class Cluster:
    """What runs together over one index space. `elements` are the arrays made or changed here, at the current point."""

    shape: Shape
    body: Builder
    indices: tuple[Value, ...]
    ops: list[Op] = field(default_factory=list)
    elements: dict[Value, Value] = field(default_factory=dict)
    loaded: dict[Value, Value] = field(default_factory=dict)
    rows: dict[tuple[Value, int], Value] = field(default_factory=dict)  # (left operand of a product, column) -> what is there
    made: dict[Value, None] = field(default_factory=dict)
    combined: dict[Value, tuple[str, Value]] = field(default_factory=dict)  # scalars that are made of all elements, and how
    readers: dict[Value, set[Value]] = field(default_factory=dict)  # group of memory -> the arrays through which it is used
    changed: set[Value] = field(default_factory=set)  # groups of memory that is written
    totals: set[Value] = field(default_factory=set)  # arrays that are added to at one place for many points
    repeats: set[Value] = field(default_factory=set)  # groups of memory read at other places than the current point
    scattered: set[Value] = field(default_factory=set)  # groups of memory that is added to at indices


def places_of(view: Op) -> dict[int, Value]:
    """The indices of a view by the axes on which it takes one place."""
    numbers = iter(view.operands[1:])
    found: dict[int, Value] = {}
    for axis, letter in enumerate(view.attributes["axes"].replace("n", "")):
        taken = [next(numbers) for _ in range({"i": 1, "u": 2, "s": 3}.get(letter, 0))]
        if letter == "i":
            (found[axis],) = taken
    return found


def repeats_along(shape: Shape, whole: Sequence[Extent]) -> bool:
    """Whether an array of this shape is one of the shape `whole`, or stretches to it."""
    if len(shape) > len(whole):
        return False
    return all(n == w or n == 1 for n, w in zip(shape, whole[len(whole) - len(shape) :], strict=True))
