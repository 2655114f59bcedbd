"""Ops that raise by themselves: where somebody takes their errors, what they would look at is checked before them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..ir.build import Builder
from ..ir.op import DEFINITIONS
from ..ir.program import Op, Value
from ..ir.types import ArrayType
from ..source import Location
from .landing import taken

if TYPE_CHECKING:
    from .frame import Frame


Dims = Sequence[Value]
REMAPPED = "operands could not be broadcast together with remapped shapes [original->remapped]: {}  and requested shape {}"
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
        self.frame.made.update(dict.fromkeys(op.results, op))
        return super().append(op)

    def inner(self) -> Builder:
        return Within(self.frame, self.location)


class Within(Builder):
    """Builds a loop that stands for one operation: errors cannot leave it to a handler."""

    def __init__(self, frame: Frame, location: Location | None) -> None:
        super().__init__(location)
        self.frame = frame

    def append(self, op: Op) -> Op:
        error = op.attributes.get("error") if op.name == "check" else raised_by_itself(op) if op.name == "index" else None
        if error is not None and taken(error, self.frame.landings) is not None:
            self.frame.refuse(None, *NOT_INSIDE)
        return super().append(op)

    def inner(self) -> Builder:
        return Within(self.frame, self.location)


def raised_by_itself(op: Op) -> type[BaseException] | None:
    """The error that CPython raises where `op` does."""
    if op.name == "index":
        return IndexError if op.attributes.get("checked", True) else None
    if op.name in ("reshape", "broadcast", "assign"):
        return None if op.attributes.get("spare") else ValueError
    if DEFINITIONS[op.name].family == "elementwise":
        return ValueError if len({id(v) for v in op.operands if isinstance(v.type, ArrayType)}) > 1 else None
    return None


def checked_before(c: Frame, op: Op) -> Op:
    """`op` after a check of its own, which may have opened a path inside."""
    if op.name == "index":
        i, n = op.operands
        check_index(c, i, n, op.attributes["axis"])
        return Op(op.name, op.operands, op.results, {**op.attributes, "checked": False}, (), op.location)
    if op.name == "reshape":
        check_size(c, c.b.dims(op.operands[0]), op.operands[1:])
    elif op.name == "broadcast":
        check_extents(c, c.b.dims(op.operands[0]), op.operands[1:], REMAPPED)
    elif op.name == "assign":
        source, target = map(c.b.dims, op.operands)
        check_extents(c, source, target, "could not broadcast input array from shape {} into shape {}")
    else:
        check_broadcast(c, [c.b.dims(v) if isinstance(v.type, ArrayType) else () for v in op.operands])
    return op


def check_index(c: Frame, i: Value, n: Value, axis: int) -> None:
    """IndexError unless an index, or each of an array of them, is in range; the first that is not stands in the message."""
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
    c.branch(every, lambda: None, fail, None, c.node)


def check_broadcast(c: Frame, shapes: list[Dims]) -> None:
    """ValueError unless these shapes broadcast."""
    b = c.b
    one = b.i64(1, "one")
    fits: list[Value] = []
    for k, mine in enumerate(shapes):
        for other in shapes[:k]:
            for n, m in zip(reversed(mine), reversed(other), strict=False):
                if n is not m:
                    fits.append(b.op("or", b.op("eq", n, m), b.op("or", b.op("eq", n, one), b.op("eq", m, one)), name="fits"))
    text = " ".join(map(shape_text, shapes))
    check_all(c, fits, f"operands could not be broadcast together with shapes {text} ", [n for dims in shapes for n in dims])


def check_extents(c: Frame, own: Dims, wanted: Dims, message: str) -> None:
    """ValueError unless an array of the shape `own` can be repeated to the other."""
    b = c.b
    one = b.i64(1, "one")
    extra = len(own) - len(wanted)
    fits = [b.op("eq", n, one, name="fits") for n in own[: max(extra, 0)]]
    for n, m in zip(reversed(own), reversed(wanted), strict=False):
        if n is not m:
            fits.append(b.op("or", b.op("eq", n, m), b.op("eq", n, one), name="fits"))
    check_all(c, fits, message.format(shape_text(own), shape_text(wanted)), [*own, *wanted])


def check_size(c: Frame, own: Dims, wanted: Dims) -> None:
    """ValueError unless two shapes have as many elements."""
    sizes = []
    for dims in (own, wanted):
        size = c.b.i64(1, "size")
        for n in dims:
            size = c.b.op("mul", size, n, name="size")
        sizes.append(size)
    message = f"cannot reshape array of size {{}} into shape {shape_text(wanted)}"
    check_all(c, [c.b.op("eq", *sizes, name="fits")], message, [sizes[0], *wanted])


def check_all(c: Frame, fits: list[Value], message: str, values: Sequence[Value]) -> None:
    if not fits:
        return
    every = fits[0]
    for other in fits[1:]:
        every = c.b.op("and", every, other, name="fits")
    c.check(every, ValueError, message, *values)


def shape_text(dims: Sequence[object]) -> str:
    """The template of a shape in an error message: "({},)", "({},{})"."""
    return "({},)" if len(dims) == 1 else "(" + ",".join(["{}"] * len(dims)) + ")"
