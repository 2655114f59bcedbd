"""How long the axes of an array are, as far as that is known before the function runs.

Answered from the ops that made the array, back to constants and to arguments. What `np.squeeze` without an axis must know of an argument
becomes part of what the function is specialised on, and so it does in a function that is called; so does the shape of a small argument,
where the function is refused otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ...ir.op import definition
from ...ir.program import Op, Value
from ...structure import lengths_of
from ..context import Context
from ..reach import Measured, NeedsStatic
from ..values import Scalar
from .views import rank_of

OTHER = -(2**63)
"""Stands for a length of which only that is known that it is not 1."""

ARITHMETIC: dict[str, Callable[[int, int], int | None]] = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "maximum": max,
    "minimum": min,
    "floordiv": lambda x, y: x // y if y else None,
}
"""What lengths are computed with."""


def is_single(context: Context, x: Value, axis: int) -> bool | None:
    """Whether the axis has length 1; None where this is known only at run time. The caller's arrays are asked."""
    found = extent(context, x, axis, True)
    return None if found is None else found == 1


def known_length(context: Context, x: Value, axis: int) -> int | None:
    """The length of the axis; None where it is known only at run time."""
    found = extent(context, x, axis, False)
    return None if found == OTHER else found


def known_number(context: Context, x: Value) -> int | None:
    """An integer that lengths are computed from, or is one; None where it is known only at run time."""
    found = number(context, x, False)
    return None if found == OTHER else found


def known_shape(context: Context, x: Value) -> tuple[int | None, ...]:
    return tuple(known_length(context, x, axis) for axis in range(rank_of(x)))


def lengths_told(context: Context, x: Value, ask: bool) -> tuple[int | None, ...]:
    """What a function that is specialised for lengths knows of the shape of `x`: `OTHER` among them."""
    return tuple(extent(context, x, axis, ask) for axis in range(rank_of(x)))


def length(context: Context, x: Value, axis: int) -> Scalar:
    """The length of the axis, as Python's int."""
    known = known_length(context, x, axis)
    if known is not None:
        return context.integer(known, f"{x.name}_dim{axis}")
    return Scalar(context.b.op("dim", x, axis=axis, name=f"{x.name}_dim{axis}"), "int")


def lengths(context: Context, x: Value) -> tuple[Scalar, ...]:
    """The shape of an array."""
    return tuple(length(context, x, axis) for axis in range(rank_of(x)))


def extent(context: Context, x: Value, axis: int, ask: bool) -> int | None:
    """The length of the axis, `OTHER`, or None. `ask` says that it must be known of an argument whether it is 1."""
    passed = context.lengths.get(x)
    if passed is None:
        made = context.made.get(x)
        return None if made is None else of_result(context, made, x, axis, ask)
    known = None if passed.shape is None else passed.shape[axis]
    if known is not None:
        return known
    if passed.single is not None:
        return 1 if axis in passed.single else OTHER
    if ask and passed.path and passed.shape is None:
        raise NeedsStatic(frozenset([lengths_of(passed.path)]))
    if ask and passed.owner is not None:
        raise Measured(passed.owner)
    return None


def of_result(context: Context, op: Op, x: Value, axis: int, ask: bool) -> int | None:
    name, attributes = op.name, op.attributes
    if name == "view":
        return of_view(context, op, axis, ask)
    if name in ("copy", "weaken", "cumsum", "argsort"):
        return extent(context, op.operands[0], axis, ask)
    if name == "transpose":
        return extent(context, op.operands[0], attributes["axes"][axis], ask)
    if name in ("alloc", "full", "reshape", "broadcast", "iota", "map"):
        return number(context, op.operands[axis if name in ("alloc", "iota", "map") else axis + 1], ask)
    if name in ("sum", "any", "all", "norm"):
        gone, kept = attributes["axes"], attributes["keepdims"]
        if kept and axis in gone:
            return 1
        rest = [k for k in range(rank_of(op.operands[0])) if kept or k not in gone]
        return extent(context, op.operands[0], rest[axis], ask)
    if name in ("argmax", "argmin"):
        return extent(context, op.operands[0], axis + (axis >= attributes["axis"]), ask)
    if name == "matmul":
        left, right = op.operands
        return extent(context, left, 0, ask) if rank_of(left) == 2 and axis == 0 else extent(context, right, 1, ask)
    if name == "gather":
        spread = rank_of(op.operands[1])
        if axis < spread:
            return together(extent(context, i, axis, ask) for i in op.operands[1:])
        return extent(context, op.operands[0], axis - spread + len(op.operands) - 1, ask)
    if name == "if":
        k = op.results.index(x)
        first, second = (extent(context, region.yielded[k], axis, ask) for region in op.regions)
        return first if first == second else None
    if definition(name).family == "elementwise":
        own = rank_of(x)
        arrays = [y for y in op.operands if rank_of(y) >= own - axis]
        return together(extent(context, y, axis - own + rank_of(y), ask) for y in arrays)
    return None


def of_view(context: Context, op: Op, axis: int, ask: bool) -> int | None:
    """An axis of a view: new, whole, or a piece with a count."""
    numbers, letters = iter(op.operands[1:]), op.attributes["axes"]
    source, place = 0, 0
    for letter in letters:
        taken = [next(numbers) for _ in range({"i": 1, "u": 2, "s": 3}.get(letter, 0))]
        if letter != "i" and place == axis:
            if letter == "n":
                return 1
            return extent(context, op.operands[0], source, ask) if letter == "a" else number(context, taken[1], ask)
        place += letter != "i"
        source += letter != "n"
    return None


def number(context: Context, x: Value, ask: bool) -> int | None:
    """An integer that lengths are computed from, or is one, `OTHER`, or None."""
    made = context.made.get(x)
    if made is None:
        return None
    if made.name == "constant":
        return int(made.attributes["value"])
    if made.name == "dim":
        return extent(context, made.operands[0], made.attributes["axis"], ask)
    if made.name not in ARITHMETIC:
        return None
    left, right = (number(context, y, False) for y in made.operands)
    return None if left in (None, OTHER) or right in (None, OTHER) else ARITHMETIC[made.name](left, right)


def together(answers: Iterable[int | None]) -> int | None:
    """Of lengths that broadcast: the one that is not 1, as the others are the same or 1."""
    found = list(answers)
    longer = [n for n in found if n is not None and n != 1]
    if longer:
        return max(longer)
    return 1 if None not in found else None
