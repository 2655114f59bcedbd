"""Where an infinite slope meets a zero for certain, so that a derivative that multiplies blindly is NaN: distances of all to all.

    t = transpose x; d = sub t, x; q = square d; r = sqrt q       d and q are 0 on the diagonal, where the slope of the root is infinite

What comes down to r there is 0, if the program masks it, or is multiplied by the slope of the square, which is 0: 0·∞ either way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..ir.program import Function, Op, Program, Region, Value
from ..ir.types import ArrayType, ScalarType
from ..ir.walk import ops_in
from ..unchanging import plain_value
from .activity import useful, varied
from .alias import groups
from .effects import Effects, pure_functions

Diagonal = frozenset[frozenset[int]]
"""Pairs of axes, counted from the last, -1: where the indices of each pair are the same."""

SINGULAR = frozenset({"sqrt", "pow", "log", "log2", "log10", "cbrt", "div", "norm"})
"""Operations whose slope may be infinite, or undefined, where their last operand, or the base of a power, is 0."""

ODD = frozenset({"square", "abs", "neg", "sqrt", "conj", "sin", "tan", "tanh", "copy"})
"""Functions of one operand that are 0 where that is."""


def may_vanish(program: Program) -> bool:
    """Whether `program` has what it takes: the difference of arrays, and what has no slope at 0."""
    ops = [op for function in program for op in ops_in(function.body) if op.name == "sub" or op.name in SINGULAR]
    arrays = {op.name == "sub" for op in ops if all(isinstance(v.type, ArrayType) for v in op.operands[: 2 if op.name == "sub" else 1])}
    return len(arrays) == 2


def vanishes(program: Program, wrt: Iterable[int]) -> bool:
    """Whether the reverse derivative of the main function meets 0·∞ whatever it is given, if nothing is left out of it."""
    function = program.main
    effects = Effects(function, groups(function), pure_functions(program))
    found = Vanishing(effects)
    suspects = [op for op in outside_branches(function.body) if found.is_singular(op)]
    if not suspects:
        return False
    active = useful(function, varied(function, effects, wrt, strict=False))
    return any(op.result in active and vanishing(op) in active for op in suspects)


def outside_branches(region: Region) -> Iterator[Op]:
    """The ops of `region` and of the loops in it."""
    for op in region.ops:
        yield op
        if op.name in ("for", "while"):
            yield from outside_branches(op.regions[0])


def vanishing(op: Op) -> Value:
    """The operand at whose zeros a singular op has no slope."""
    return op.operands[1 if op.name == "div" else 0]


@plain_value
class Seen:
    """An array as a view of another: which of its axes each axis shows, None where it is new, and what of the others is seen."""

    array: Value
    axes: tuple[object, ...]
    fixed: frozenset[object]


class Vanishing:
    """Where the arrays of one function are 0."""

    def __init__(self, effects: Effects) -> None:
        self.function: Function = effects.function
        self.made_by, self.groups, self.written = effects.definers, effects.groups, effects.written
        self.known: dict[Value, Diagonal | None] = {}

    def is_singular(self, op: Op) -> bool:
        """Whether `op` has no slope at a place where its operand is 0 for certain."""
        if op.name not in SINGULAR or not isinstance(vanishing(op).type, ArrayType):
            return False
        if op.name == "pow" and not (isinstance(c := self.constant(op.operands[1]), float | int) and c < 1 and c != 0):
            return False
        diagonal = self.diagonal(vanishing(op))
        if diagonal is None or op.name != "norm":
            return diagonal is not None
        return summed(op, diagonal) is not None

    def constant(self, v: Value) -> object:
        op = self.made_by.get(v)
        return op.attributes["value"] if op is not None and op.name == "constant" else None

    def diagonal(self, v: Value) -> Diagonal | None:
        """Where `v` is 0, if that is known."""
        if isinstance(v.type, ScalarType) or v not in self.made_by or self.groups.of(v) in self.written:
            return None
        if v not in self.known:
            self.known[v] = self.of(self.made_by[v])
        return self.known[v]

    def of(self, op: Op) -> Diagonal | None:
        """Where what `op` makes is 0."""
        if op.name in ODD or (op.name == "pow" and isinstance(c := self.constant(op.operands[1]), float | int) and c > 0):
            return self.diagonal(op.operands[0])
        if op.name == "div":
            return self.diagonal(op.operands[0])
        if op.name == "mul":
            return next((d for d in map(self.diagonal, op.operands) if d is not None), None)
        if op.name in ("sum", "view"):
            diagonal = self.diagonal(op.operands[0])
            return None if diagonal is None else (summed if op.name == "sum" else viewed)(op, diagonal)
        if op.name in ("add", "sub"):
            both = [self.diagonal(v) for v in op.operands]
            if both[0] is not None and both[1] is not None:
                return both[0] | both[1]
            return self.difference(*map(self.seen, op.operands)) if op.name == "sub" else None
        return None

    def difference(self, one: Seen, other: Seen) -> Diagonal | None:
        """Where two views of one array show the same element."""
        if one.array is not other.array or one.fixed != other.fixed:
            return None
        places, others = ({axis: k - len(s.axes) for k, axis in enumerate(s.axes) if axis is not None} for s in (one, other))
        if places.keys() != others.keys():
            return None
        return frozenset(frozenset((k, others[axis])) for axis, k in places.items() if k != others[axis]) or None

    def seen(self, v: Value) -> Seen:
        """`v` as a view of the array that it shows."""
        rank = v.type.rank if isinstance(v.type, ArrayType) else 0
        op = self.made_by.get(v)
        if op is None or op.name not in ("view", "transpose", "weaken"):
            return Seen(v, tuple(range(rank)), frozenset())
        source = self.seen(op.operands[0])
        if op.name == "weaken":
            return source
        if op.name == "transpose":
            return Seen(source.array, tuple(source.axes[k] for k in op.attributes["axes"]), source.fixed)
        axes, fixed = [], set(source.fixed)
        whole, numbers = iter(source.axes), iter(op.operands[1:])
        for letter in op.attributes["axes"]:
            axis = None if letter == "n" else next(whole)
            places = tuple(next(numbers) for _ in range(TAKEN.get(letter, 0)))
            if letter == "i":
                fixed.add((axis, places))
            else:
                axes.append((axis, letter, places) if places and axis is not None else axis)
        return Seen(source.array, tuple(axes), frozenset(fixed))


TAKEN = {"i": 1, "u": 2, "s": 3}
"""How many operands the letters of a view take."""


def summed(op: Op, diagonal: Diagonal) -> Diagonal | None:
    """Where a sum is 0 along axes of what is 0 on a diagonal."""
    source = op.operands[0].type
    assert isinstance(source, ArrayType)
    gone = {axis - source.rank for axis in op.attributes["axes"]}
    if any(gone & pair for pair in diagonal):
        return None
    if op.attributes["keepdims"]:
        return diagonal
    return frozenset(frozenset(k + sum(axis > k for axis in gone) for k in pair) for pair in diagonal)


def viewed(op: Op, diagonal: Diagonal) -> Diagonal | None:
    """Where a view is 0 that leaves the axes of a diagonal as they are."""
    letters = op.attributes["axes"]
    source, kept = letters.replace("n", ""), letters.replace("i", "")
    old = [k for k, letter in enumerate(source) if letter != "i"]
    new = [k for k, letter in enumerate(kept) if letter != "n"]
    places = {a - len(source): b - len(kept) for a, b in zip(old, new, strict=True) if source[a] == "a"}
    if not all(axis in places for pair in diagonal for axis in pair):
        return None
    return frozenset(frozenset(places[axis] for axis in pair) for pair in diagonal)
