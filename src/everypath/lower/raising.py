"""Ops that raise by themselves: where somebody takes their errors, what they would look at is checked before them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..ir.build import Builder
from ..ir.op import DEFINITIONS
from ..ir.program import Op, Value
from ..ir.types import ArrayType
from ..source import Location
from .landing import taken

if TYPE_CHECKING:
    from .frame import Frame


NOT_INSIDE = "an error inside this operation cannot be caught", "test the condition first"


class Checked(Builder):
    """Builds the region being lowered."""

    def __init__(self, frame: Frame, location: Location | None = None) -> None:
        super().__init__(location)
        self.frame = frame

    def append(self, op: Op) -> Op:
        if self.frame.landings:
            error = raised_by_itself(op)
            if error is not None and taken(error, self.frame.landings) is not None:
                op = checked_before(self.frame, op)
        return super().append(op)

    def inner(self) -> Builder:
        return Within(self.frame, self.location)


class Within(Builder):
    """Builds a loop that stands for one operation: errors cannot leave it to a handler."""

    def __init__(self, frame: Frame, location: Location | None) -> None:
        super().__init__(location)
        self.frame = frame

    def append(self, op: Op) -> Op:
        error = op.attributes.get("error") if op.name == "check" else raised_by_itself(op)
        if error is not None and taken(error, self.frame.landings) is not None:
            self.frame.refuse(None, *NOT_INSIDE)
        return super().append(op)

    def inner(self) -> Builder:
        return Within(self.frame, self.location)


def raised_by_itself(op: Op) -> type[BaseException] | None:
    """The error that CPython raises where `op` does."""
    if op.name == "index":
        return IndexError if op.attributes.get("checked", True) else None
    if DEFINITIONS[op.name].family == "elementwise":
        return ValueError if len({id(v) for v in op.operands if isinstance(v.type, ArrayType)}) > 1 else None
    return None


def checked_before(c: Frame, op: Op) -> Op:
    """`op` after a check of its own, which may have opened a path inside."""
    if op.name != "index":
        arrays = [v for v in op.operands if isinstance(v.type, ArrayType)]
        for k in range(1, len(arrays)):
            check_broadcast(c, arrays[0], arrays[k])
        return op
    i, n = op.operands
    check_index(c, i, n, op.attributes["axis"])
    return Op(op.name, op.operands, op.results, {**op.attributes, "checked": False}, (), op.location)


def check_index(c: Frame, i: Value, n: Value, axis: int) -> None:
    """IndexError unless an index, or each of an array of them, is in range; the first that is not stands in the message."""
    from .branches import branch

    b = c.b
    message = f"index {{}} is out of bounds for axis {axis} with size {{}}"
    inside = b.op("and", b.op("ge", i, b.op("neg", n)), b.op("lt", i, n), name="inside")
    if not isinstance(i.type, ArrayType):
        c.check(inside, IndexError, message, i, n)
        return
    rank = i.type.rank

    def fail() -> None:
        size = c.b.i64(1, "size")
        for dim in c.b.dims(i):
            size = c.b.op("mul", size, dim, name="size")
        outside = c.b.op("cast", c.b.op("not", inside), dtype="i64", name="outside")
        first = c.b.op("argmax", c.b.op("reshape", outside, size), axis=0, name="first")
        worst = c.b.op("load", c.b.op("reshape", i, size), first, name=i.name)
        c.check(c.b.bool(False, "never"), IndexError, message, worst, n)

    every = b.op("all", inside, axes=tuple(range(rank)), keepdims=False, name="inside")
    branch(c, every, lambda: None, fail, None, c.node)


def check_broadcast(c: Frame, x: Value, y: Value) -> None:
    """ValueError unless two arrays broadcast."""
    b = c.b
    mine, other = b.dims(x), b.dims(y)
    fits = None
    one = b.i64(1, "one")
    for n, m in zip(reversed(mine), reversed(other), strict=False):
        if n is m:
            continue
        same = b.op("or", b.op("eq", n, m), b.op("or", b.op("eq", n, one), b.op("eq", m, one)), name="fits")
        fits = same if fits is None else b.op("and", fits, same, name="fits")
    if fits is not None:
        shapes = " ".join(
            "(" + ", ".join(["{}"] * len(dims)).replace(", ", ",") + ("," if len(dims) == 1 else "") + ")" for dims in (mine, other)
        )
        c.check(fits, ValueError, f"operands could not be broadcast together with shapes {shapes} ", *mine, *other)
