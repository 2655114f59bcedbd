"""The extents of arrays, as far as they are known where the array is made.

a = alloc n, m          dim a, 0  is n
b = mul a, x            dim b, 1  is m where x is a scalar
c = exp y               dim c, 0  is dim y, 0
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..ir.op import DEFINITIONS
from ..ir.program import Op, Value
from ..ir.types import ArrayType

Extent = Value | int | tuple[Value, int]
"""An i64 value, a number, or (array, axis): whatever that array has there."""
Shape = tuple[Extent, ...]


class Extents:
    """The shapes of the arrays seen so far. `constants` are the values known to be numbers."""

    def __init__(self, constants: Mapping[Value, Any]) -> None:
        self.shapes: dict[Value, Shape] = {}
        self.constants = constants

    def of(self, array: Value) -> Shape:
        """The shape of `array`: at worst its own extents by name."""
        if array in self.shapes:
            return self.shapes[array]
        assert isinstance(array.type, ArrayType)
        return tuple((array, axis) for axis in range(array.type.rank))

    def value(self, extent: Value) -> Extent:
        number = self.constants.get(extent)
        return extent if number is None else int(number)

    def define(self, op: Op) -> None:
        """Learn the shapes of what `op` makes."""
        if op.name in PARTS:
            self.shapes.update(zip(op.results, PARTS[op.name](self, op), strict=True))
            return
        for result in op.results:
            if not isinstance(result.type, ArrayType):
                continue
            rule = SHAPES.get(op.name)
            if rule is not None:
                shape = rule(self, op)
            elif DEFINITIONS[op.name].family == "elementwise":
                shape = self.broadcast(op, result)
            else:
                continue
            if shape is not None:
                self.shapes[result] = shape

    def meet(self, op: Op) -> None:
        """Learn the shapes that an `if` gives, as far as they are the same on both sides."""
        for result, a, b in zip(op.results, *(region.yielded for region in op.regions), strict=True):
            if isinstance(result.type, ArrayType):
                sides = enumerate(zip(self.of(a), self.of(b), strict=True))
                self.shapes[result] = tuple(m if m == n else (result, axis) for axis, (m, n) in sides)

    def broadcast(self, op: Op, result: Value) -> Shape:
        """The shape of an element-wise result by NumPy's rules; `op` has checked that its operands broadcast."""
        shapes = [self.of(v) for v in op.operands if isinstance(v.type, ArrayType)]
        if all(shape == shapes[0] for shape in shapes):
            return shapes[0]
        rank = max(len(shape) for shape in shapes)
        extents: list[Extent] = []
        for axis in range(rank):
            here = {shape[axis - rank + len(shape)] for shape in shapes if axis >= rank - len(shape)}
            here.discard(1)
            numbers = [extent for extent in here if isinstance(extent, int)]
            if not here:
                extents.append(1)
            elif len(here) == 1:
                extents.append(here.pop())
            else:
                extents.append(numbers[0] if numbers else (result, axis))
        return tuple(extents)


class Known(Extents):
    """Extents by one name each, so that equal names are equal extents: after `n = dim a, 0`, n is called (a, 0) too.

    `same` are extents that are taken to be others.
    """

    def __init__(self, constants: Mapping[Value, Any], same: Mapping[Extent, Extent]) -> None:
        super().__init__(constants)
        self.same = same
        self.names: dict[Value, Extent] = {}

    def of(self, array: Value) -> Shape:
        shape = super().of(array)
        return tuple(self.same.get(extent, extent) for extent in shape) if self.same else shape

    def value(self, extent: Value) -> Extent:
        return self.names.get(extent, super().value(extent))

    def name(self, extent: Value) -> Extent:
        """What the extent is called, as it is in a shape."""
        called = self.value(extent)
        return self.same.get(called, called)

    def define(self, op: Op) -> None:
        if op.name == "dim":
            self.names[op.result] = self.of(op.operands[0])[op.attributes["axis"]]
        super().define(op)

    def fits(self, op: Op) -> bool:
        """Whether all that `op` could raise is that shapes don't fit, and these are known to fit: to be one shape where arrays go together
        element by element."""
        known = DEFINITIONS[op.name]
        if op.name == "assign":
            return self.of(op.operands[0]) == self.of(op.operands[1])
        if op.name == "reshape":
            return self.of(op.operands[0]) == tuple(map(self.value, op.operands[1:]))
        if known.family != "elementwise" or known.may_raise or op.attributes.get("overflow") == "raise":
            return False
        return self.stretches([self.of(v) for v in op.operands if isinstance(v.type, ArrayType)])

    def stretches(self, shapes: Sequence[Shape]) -> bool:
        """Whether arrays of these shapes go together by NumPy's rules: along each axis, all have the same extent or that of one."""
        for axis in range(1, max(map(len, shapes)) + 1):
            if len({shape[-axis] for shape in shapes if axis <= len(shape)} - {1}) > 1:
                return False
        return True


def _view(extents: Extents, op: Op) -> Shape:
    """Whole axes keep their extent, slices have their count, indexed axes go, new ones are 1."""
    old = iter(extents.of(op.operands[0]))
    numbers = iter(op.operands[1:])
    shape: list[Extent] = []
    for letter in op.attributes["axes"]:
        if letter == "n":
            shape.append(1)
            continue
        extent = next(old)
        if letter == "i":
            next(numbers)
        elif letter == "a":
            shape.append(extent)
        else:
            next(numbers)
            shape.append(extents.value(next(numbers)))
            if letter == "s":
                next(numbers)
    return tuple(shape)


def _reduced(extents: Extents, op: Op) -> Shape:
    axes = op.attributes["axes"]
    keep = op.attributes["keepdims"]
    shape = extents.of(op.operands[0])
    return tuple(1 if k in axes else extent for k, extent in enumerate(shape) if keep or k not in axes)


def _along(extents: Extents, op: Op) -> Shape:
    shape = extents.of(op.operands[0])
    axis = op.attributes["axis"] % len(shape)
    return shape[:axis] + shape[axis + 1 :]


def _matmul(extents: Extents, op: Op) -> Shape:
    left, right = (extents.of(v) for v in op.operands)
    return (*left[:-1], *right[1:])


def _gather(extents: Extents, op: Op) -> Shape:
    x, first = op.operands[:2]
    return (*extents.of(first), *extents.of(x)[len(op.operands) - 1 :])


def _counts(extents: Extents, op: Op) -> Shape:
    return tuple(extents.value(v) for v in op.operands)


def _later_counts(extents: Extents, op: Op) -> Shape:
    return tuple(extents.value(v) for v in op.operands[1:])


def _same(extents: Extents, op: Op) -> Shape:
    return extents.of(op.operands[0])


def _half(extents: Extents, op: Op) -> Shape:
    first = op.results[0]
    return (*extents.of(op.operands[0])[:-1], (first, first.type.rank - 1))  # type: ignore[union-attr]


def _whole(extents: Extents, op: Op) -> Shape:
    return (*extents.of(op.operands[0])[:-1], extents.value(op.operands[-1]))


def _factored(extents: Extents, op: Op) -> Sequence[Shape]:
    """A factor as large as the matrix, and one number that says how it went."""
    shape = extents.of(op.operands[0])
    return shape, (*shape[:-2], 1)


def _exchanged(extents: Extents, op: Op) -> Sequence[Shape]:
    """The factors, transposed, as many exchanges as there are columns or rows, whichever are fewer, and one number."""
    *outer, m, n = extents.of(op.operands[0])
    pivots = op.results[1]
    known = m if m == n else min(m, n) if isinstance(m, int) and isinstance(n, int) else (pivots, len(outer))
    return (*outer, n, m), (*outer, known), (*outer, 1)


def _eigen(extents: Extents, op: Op) -> Sequence[Shape]:
    """Eigenvalues, their vectors where these are wanted, and one number."""
    *outer, m, n = extents.of(op.operands[0])
    vectors = [(*outer, m, n)] if op.attributes["vectors"] else []
    return ((*outer, n), *vectors, (*outer, 1))


def _reshape(extents: Extents, op: Op) -> Shape | None:
    shape = _later_counts(extents, op)
    return shape if all(not isinstance(n, int) or n >= 0 for n in shape) else None


SHAPES: dict[str, Callable[[Extents, Op], Shape | None]] = {
    "alloc": _counts,
    "iota": _counts,
    "map": _counts,
    "full": _later_counts,
    "broadcast": _later_counts,
    "reshape": _reshape,
    "copy": _same,
    "weaken": _same,
    "cumsum": _same,
    "argsort": _same,
    "sort": _same,
    "fourier": _same,
    "half_fourier": _half,
    "half_inverse_fourier": _whole,
    "getrs": lambda extents, op: extents.of(op.operands[2]),
    "getri": lambda extents, op: extents.of(op.operands[0]),
    "trsm": lambda extents, op: extents.of(op.operands[1]),
    "transpose": lambda extents, op: tuple(extents.of(op.operands[0])[axis] for axis in op.attributes["axes"]),
    "view": _view,
    "sum": _reduced,
    "norm": _reduced,
    "any": _reduced,
    "all": _reduced,
    "argmax": _along,
    "argmin": _along,
    "matmul": _matmul,
    "gather": _gather,
}

PARTS: dict[str, Callable[[Extents, Op], Sequence[Shape]]] = {"potrf": _factored, "getrf": _exchanged, "syevd": _eigen}
"""Of what has several results, the shapes of all."""
