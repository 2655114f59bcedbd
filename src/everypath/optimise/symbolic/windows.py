"""Parts of arrays of unknown extents in a run ahead of time: where their elements stand in them. Short parts are read whole.

c = view a, i {axes="ia"}        a window on row i of a, three long
d = mul c, c                     p = load a, i, 0; q = load a, i, 1; …
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ...ir.program import Op, Value
from ...ir.types import BOOL, I64, ArrayType, scalar_of
from ...ops.memory import NUMBERS
from ...unchanging import plain_value, unchanging
from .values import GivenUp, Known, boxed

if TYPE_CHECKING:
    from .run import Symbolic

SHORT = 64
"""Elements of a window that are read or written one by one."""


@plain_value
class Places:
    """Where along an axis of an array the elements of a window stand: `start`, and for some axes of the window a step along each."""

    start: Known
    steps: tuple[tuple[int, Known], ...] = ()

    def at(self, run: Symbolic, indices: Sequence[Known]) -> Known:
        place = self.start
        for axis, step in self.steps:
            place = number(run, "add", place, number(run, "mul", indices[axis], step))
        return place


@unchanging
class Window:
    """Some of the elements of `base`: where along each of its axes, and the extents of the window. The elements of one that is `whole` are
    all those of the array, in its order; one that is `ours` may be written."""

    base: Value
    places: tuple[Places, ...]
    shape: tuple[Known, ...]
    ours: bool = False
    whole: bool = True

    def at(self, run: Symbolic, indices: Sequence[Known]) -> list[Known]:
        """Where an element of the window stands in the array."""
        return [places.at(run, indices) for places in self.places]


def window(base: Value, shape: Sequence[Known], *, ours: bool = False) -> Window:
    """The window on all of an array."""
    return Window(base, tuple(Places(0, ((k, 1),)) for k in range(len(shape))), tuple(shape), ours)


def number(run: Symbolic, name: str, a: Known, b: Known) -> Known:
    """A sum or a product of integers."""
    for x, y in ((a, b), (b, a)):
        if not isinstance(x, Value) and x == (name == "mul"):
            return y
    return run.scalar(Op(name, results=(Value("at", I64),)), (a, b), (I64, I64), I64)


def elements(run: Symbolic, x: Known) -> Known:
    """A window as an array of what stands there, if it is short; anything else as it is."""
    if not isinstance(x, Window):
        return x
    if x.ours:
        raise GivenUp  # what has been written there is not followed
    grid = np.empty(short(x), object)
    for place in np.ndindex(grid.shape):
        grid[place] = loaded(run, x, place)
    return grid


def short(x: Window) -> tuple[int, ...]:
    """The extents of a short window."""
    if any(isinstance(n, Value) for n in x.shape) or int(np.prod(x.shape)) > SHORT:
        raise GivenUp
    return tuple(map(int, x.shape))


def loaded(run: Symbolic, x: Window, place: Sequence[Known]) -> Known:
    indices = [run.value(i, I64) for i in x.at(run, place)]
    type_ = scalar_of(x.base.type)
    return run.left(Op("load", results=(Value(x.base.name, type_),)), (x.base, *indices), (type_,))[0]


def stored(run: Symbolic, x: Window, place: Sequence[Known], value: Known) -> None:
    indices = [run.value(i, I64) for i in x.at(run, place)]
    run.left(Op("store"), (run.value(value, scalar_of(x.base.type)), x.base, *indices), ())


# Operations ----------------------------------------------------------------------------------------------------------


def made(run: Symbolic, op: Op, operands: Sequence[Known]) -> Sequence[Known]:
    """`alloc` and `full` of an array of unknown extents."""
    (base,) = run.left(op, [run.value(x, v.type) for x, v in zip(operands, op.operands, strict=True)], [op.result.type])
    return (window(base, operands[1:] if op.name == "full" else operands, ours=True),)


def dim(run: Symbolic, op: Op, operands: Sequence[Known]) -> Sequence[Known]:
    return (operands[0].shape[op.attributes["axis"]],)


def view(run: Symbolic, op: Op, operands: Sequence[Known]) -> Sequence[Known]:
    x, *rest = operands
    numbers = iter(rest)
    shape: list[Known] = []
    taken: list[Places] = []  # for each axis of x
    for letter in op.attributes["axes"]:
        if letter == "n":
            shape.append(1)
            continue
        given = [next(numbers) for _ in range(NUMBERS[letter])]
        if letter == "i":
            taken.append(Places(given[0]))
            continue
        start, count, step = [*given, 1][:3] if given else (0, x.shape[len(taken)], 1)
        taken.append(Places(start, ((len(shape), step),)))
        shape.append(count)
    places = tuple(inside(run, p, taken) for p in x.places)
    return (Window(x.base, places, tuple(shape), x.ours, False),)


def inside(run: Symbolic, outer: Places, inner: Sequence[Places]) -> Places:
    """The places of a window on a window: those of each axis of the outer one are given."""
    start, steps = outer.start, []
    for axis, step in outer.steps:
        start = number(run, "add", start, number(run, "mul", inner[axis].start, step))
        steps += [(k, number(run, "mul", n, step)) for k, n in inner[axis].steps]
    return Places(start, tuple(steps))


def reshape(run: Symbolic, op: Op, operands: Sequence[Known]) -> Sequence[Known]:
    """Of a window of one axis, which has a step along each axis then; and all of an array made here, whose order is all that counts."""
    x, *shape = operands
    if x.whole and x.ours:
        return (Window(x.base, (), tuple(shape), True, True),)
    if len(x.shape) != 1:
        raise GivenUp
    steps, size = [], 1
    for axis in reversed(range(len(shape))):
        steps.append((axis, size))
        size = number(run, "mul", size, shape[axis])
    fits(run, op, x.shape[0], size, shape)
    spread = Places(0, tuple(reversed(steps)))
    return (Window(x.base, tuple(inside(run, p, [spread]) for p in x.places), tuple(shape), x.ours, x.whole),)


def fits(run: Symbolic, op: Op, have: Known, size: Known, shape: Sequence[Known]) -> None:
    """The check that `reshape` makes."""
    holds = run.scalar(Op("eq", results=(Value("fits", BOOL),)), (have, size), (I64, I64), BOOL)
    if isinstance(holds, Value):
        message = "cannot reshape array of size {} into shape (" + ",".join(["{}"] * len(shape)) + ("," if len(shape) == 1 else "") + ")"
        given = [holds, *(run.value(n, I64) for n in (have, *shape))]
        run.left(Op("check", attributes={"error": ValueError, "message": message}, location=op.location), given, ())
    elif not holds:
        raise GivenUp


def load(run: Symbolic, op: Op, operands: Sequence[Known]) -> Sequence[Known]:
    x, *place = operands
    if x.ours:
        raise GivenUp
    return (loaded(run, x, place),)


def store(run: Symbolic, op: Op, operands: Sequence[Known]) -> Sequence[Known]:
    """`store`, and `fill` and `assign` of a short window."""
    value, x, *place = operands
    if not x.ours:
        raise GivenUp
    if op.name == "store":
        stored(run, x, place, value)
        return ()
    spread = np.broadcast_to(boxed(elements(run, value)), short(x))
    for where in np.ndindex(spread.shape):
        stored(run, x, where, spread[where])
    return ()


def weaken(run: Symbolic, op: Op, operands: Sequence[Known]) -> Sequence[Known]:
    return (operands[0],)


WINDOWED: dict[str, Callable[[Symbolic, Op, Sequence[Known]], Sequence[Known]]] = {
    "dim": dim,
    "view": view,
    "load": load,
    "store": store,
    "fill": store,
    "assign": store,
    "weaken": weaken,
    "reshape": reshape,
}


def is_long(op: Op, operands: Sequence[Known]) -> bool:
    """Whether an array is made whose extents are not all known."""
    return op.name in ("alloc", "full") and any(isinstance(n, Value) for n in operands[op.name == "full" :])


def of_parameter(run: Symbolic, p: Value, shape: Sequence[int | None]) -> Known:
    """A parameter: an array as a window, of which only some extents are known."""
    if not isinstance(p.type, ArrayType):
        return p
    extents = [run.builder.op("dim", p, axis=k, name=f"{p.name}_dim{k}") if n is None else n for k, n in enumerate(shape)]
    return window(p, extents)
