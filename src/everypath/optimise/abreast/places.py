"""Where the turns of a loop have their places, what each of them is in all turns, and what must hold before any of them runs."""

from __future__ import annotations

from collections.abc import Sequence

from ...analysis.alias import is_reference
from ...ir.build import Builder
from ...ir.op import definition
from ...ir.program import Op, Value
from ...ir.types import ArrayType
from ...unchanging import plain_value
from .facts import Facts

NUMBERS = {"i": 1, "s": 3, "u": 2, "a": 0, "n": 0}
"""How many numbers each letter of a view takes."""


class Stays(Exception):
    """The loop stays as it is."""


@plain_value
class Place:
    """Where memory lies that a turn touches: an array from outside, whole or at a turn's own place along one axis."""

    base: Value
    axis: int | None = None
    offset: tuple[Value | None, int] = (None, 0)


@plain_value
class Side:
    """What the turns have of one value, side by side: an array with one axis more. An `outer` one is made of vectors that all turns share
    and numbers of theirs alone, and has more elements than anything it comes from."""

    value: Value
    rank: int  # of the value in one turn
    dims: tuple[Value | None, ...] = ()  # its extents there, as far as they are known before anything is computed
    outer: bool = False


class Places:
    """The turns of one loop side by side: the axis of the turns is the last one of every array, or the first."""

    def __init__(self, facts: Facts, op: Op) -> None:
        self.facts, self.flow, self.ranges, self.loop = facts, facts.flow, facts.ranges, op
        self.lo, self.hi, step = op.operands[:3]
        (self.region,) = op.regions
        self.turn = self.region.arguments[0]
        if facts.ranges.constant(step) != 1:
            raise Stays
        self.definers = {v: o for o in self.region.ops for v in o.results}
        self.first, self.b, self.later = Builder(op.location), Builder(op.location), Builder(op.location)
        self.count = self.first.op("maximum", self.first.op("sub", self.hi, self.lo), self.first.i64(0), name="count")
        self.env: dict[Value, Value] = {}  # what is the same in all turns
        self.counting: dict[Value, tuple[Value | None, int]] = {self.turn: (None, 0)}  # turn + value + number
        self.sides: dict[Value, Side] = {}
        self.places: dict[Value, Place] = {}
        self.born: set[Value] = set()
        self.in_body: set[Value] = set()  # what `b` makes
        self.used: list[tuple[Value, Place, str]] = []  # (group, place, how)
        self.limits: list[tuple[Value, tuple[Value | None, int], Op]] = []
        self.written = {self.flow.groups.of(o.operands[k]) for o in self.region.ops if (k := definition(o.name).writes) is not None}
        self.lengths: dict[tuple[Value, int], Value] = {}
        self.none: Value | None = None  # whether there is no turn at all
        self.changed = False  # whether a turn has written memory of the caller's by now
        self.noticed = False  # whether it may fail after that
        self.gains = False
        self.last = self.turns_last()

    def turns_last(self) -> bool:
        """Whether most views of several axes have the turn's own place on the last one."""
        ends = [o.attributes["axes"][-1] == "i" for o in self.region.ops if o.name == "view" and o.attributes["axes"].strip("i")]
        return bool(2 * sum(ends) >= len(ends))

    def fixed(self, v: Value) -> bool:
        """Whether `v` is the same in all turns."""
        return v not in self.counting and v not in self.sides and (v in self.env or v not in self.definers)

    def now(self, v: Value) -> Value:
        return self.env.get(v, v)

    def rank(self, v: Value) -> int:
        if v in self.sides:
            return self.sides[v].rank
        return v.type.rank if isinstance(v.type, ArrayType) else 0

    def note(self, v: Value, how: str) -> None:
        """That the turns use the memory of `v`."""
        if is_reference(v) and v not in self.born:
            self.used.append((self.flow.groups.of(v), self.places.get(v, Place(v)), how))

    # Numbers that count with the turns -------------------------------------------------------------------------------

    def more(self, b: Builder, v: Value, offset: tuple[Value | None, int]) -> Value:
        """v + offset."""
        far, number = offset
        if far is not None:
            v = b.op("add", v, far, overflow="never")
        return b.op("add", v, b.i64(number), overflow="never") if number else v

    def less(self, b: Builder, v: Value, offset: tuple[Value | None, int]) -> Value:
        far, number = offset
        if far is not None:
            v = b.op("sub", v, far, overflow="never")
        return b.op("sub", v, b.i64(number), overflow="never") if number else v

    def counts(self, op: Op) -> bool:
        """Whether the result of `op` is the number of the turn, or so much more."""
        if op.name == "index" and op.operands[0] in self.counting and self.fixed(op.operands[1]):
            low, offset = op.operands
            if not self.ranges.non_negative(low):
                return False
            if op.attributes.get("checked", True) and not self.ranges.in_range(low, offset):
                n, place = self.now(offset), self.counting[low]
                self.limits.append((n, place, op))
                self.require_in_range(self.first, self.more(self.first, self.lo, place), n, op)
            self.counting[op.result] = self.counting[low]
            return True
        if op.name not in ("add", "sub") or op.results[0].type != self.turn.type or op.attributes.get("overflow") == "raise":
            return False
        one, other = op.operands
        if op.name == "add" and one not in self.counting:
            one, other = other, one
        number = self.ranges.constant(other)
        if one not in self.counting or other in self.counting or number is None:
            return False
        far, before = self.counting[one]
        self.counting[op.result] = (far, before + (number if op.name == "add" else -number))
        return True

    # Checks ----------------------------------------------------------------------------------------------------------

    def check_the_first_that_fails(self) -> None:
        """Every index that counts with the turns, in the first turn in which one is out of range, or else in the last turn."""
        b, one = self.later, self.later.i64(1)
        turn = b.op("sub", self.hi, one)
        for n, offset, _ in self.limits:
            turn = b.op("minimum", turn, b.op("maximum", self.lo, self.less(b, n, offset)), name="turn")
        for n, offset, op in self.limits:
            self.require_in_range(b, self.more(b, turn, offset), n, op)

    def require_in_range(self, b: Builder, i: Value, n: Value, op: Op) -> None:
        """What `op` says of an index that is not negative, if there is a turn."""
        message = f"index {{}} is out of bounds for axis {op.attributes['axis']} with size {{}}"
        self.require(b, b.op("lt", i, n), (i, n), IndexError, message, op)

    def require(self, b: Builder, holds: Value, values: Sequence[Value], error: type[Exception], message: str, op: Op) -> None:
        self.noticed = self.noticed or self.changed
        if self.none is None:
            self.none = self.first.op("ge", self.lo, self.hi, name="none")
        b.emit("check", b.op("or", self.none, holds), *values, error=error, message=message, location=op.location)

    # Views and extents -----------------------------------------------------------------------------------------------

    def beside(self, array: Value, letters: str, numbers: Sequence[Value]) -> tuple[Place, Value]:
        """Where the turns have their places in `array`, and the view of all these, its axis the last or the first."""
        left, moved, wide, own, axis = iter(numbers), [], "", None, 0
        for letter in letters:
            taken = [next(left) for _ in range(NUMBERS[letter])]
            if letter == "i" and taken[0] in self.counting and own is None:
                own = (axis, len(wide.replace("i", "")), self.counting[taken[0]])
                every = own[2] == (None, 0) and self.facts.covers(self.lo, self.hi, array, axis)
                moved += [] if every else [self.more(self.b, self.lo, own[2]), self.count]
                wide += "a" if every else "u"
            elif all(self.fixed(v) for v in taken):
                moved += [self.now(v) for v in taken]
                wide += letter
            else:
                raise Stays
            axis += letter != "n"
        if own is None:
            raise Stays
        view = self.b.op("view", self.now(array), *moved, axes=wide, name=array.name)
        rank, at = view.type.rank, own[1]  # type: ignore[union-attr]
        wanted = rank - 1 if self.last else 0
        if at != wanted:
            others = [k for k in range(rank) if k != at]
            view = self.b.op("transpose", view, axes=(*others, at) if self.last else (at, *others), name=array.name)
        return Place(array, own[0], own[2]), view

    def extents_of(self, array: Value, letters: str, numbers: Sequence[Value]) -> tuple[Value | None, ...]:
        """The extents of a view of an array from outside, or of one that all turns share."""
        left, axis = iter(numbers), 0
        dims: list[Value | None] = []
        for letter in letters:
            taken = [next(left) for _ in range(NUMBERS[letter])]
            if letter == "n":
                dims.append(self.first.i64(1))
            elif letter == "a":
                dims.append(None if array in self.env else self.dim(array, axis))
            elif letter != "i":
                count = self.now(taken[1])
                dims.append(None if count in self.in_body else count)
            axis += letter != "n"
        return tuple(dims)

    def dim(self, array: Value, axis: int) -> Value:
        """The extent of an array from outside."""
        if (array, axis) not in self.lengths:
            self.lengths[array, axis] = self.first.op("dim", array, axis=axis, name=f"{array.name}_dim{axis}")
        return self.lengths[array, axis]

    def dims(self, v: Value) -> tuple[Value | None, ...]:
        """The extents of a vector or a matrix in one turn."""
        if v in self.sides:
            side = self.sides[v]
            return side.dims if len(side.dims) == side.rank else (None,) * side.rank
        x = self.now(v)
        return (None,) * self.rank(v) if x in self.in_body else tuple(self.dim(x, axis) for axis in range(self.rank(v)))

    def common(self, vectors: Sequence[Value]) -> tuple[Value | None, ...]:
        """The extents of what is made of `vectors` that fit, all of one axis or one of them alone."""
        if len(vectors) == 1:
            return self.dims(vectors[0])
        if not vectors or any(self.rank(v) != 1 for v in vectors):
            return ()
        dims = [self.dims(v)[0] for v in vectors]
        common = dims[0]
        for n in dims[1:]:
            if common is None or n is None:
                return (None,)
            one = self.first.op("eq", common, self.first.i64(1))
            common = common if n is common else self.first.op("select", one, n, common)
        return (common,)

    def check_extents(self, vectors: Sequence[Value], op: Op) -> None:
        """Vectors must fit before anything is computed; matrices are left to the operation itself, if no check comes after it."""
        if len(vectors) != 2 or any(self.rank(v) != 1 for v in vectors) or None in (*self.dims(vectors[0]), *self.dims(vectors[1])):
            raise Stays
        b = self.first
        (m,), (n,) = (self.dims(v) for v in vectors)
        assert m is not None and n is not None
        if m is n:
            return
        one = b.i64(1)
        fits = b.op("or", b.op("eq", m, n), b.op("or", b.op("eq", m, one), b.op("eq", n, one)))
        message = "operands could not be broadcast together with shapes ({},) ({},) "
        self.require(b, fits, (m, n), ValueError, message, op)

    def aligned(self, v: Value, rank: int) -> Value:
        """`v` as an operand of an operation on arrays of `rank` axes in one turn."""
        if v in self.counting:
            raise Stays
        if v in self.sides:
            side = self.sides[v]
            missing = rank - side.rank
            if self.last or not missing:
                return side.value
            return self.b.op("view", side.value, axes="a" + "n" * missing + "a" * side.rank, name=v.name)
        x = self.now(v)
        if not self.last or not isinstance(x.type, ArrayType) or not x.type.rank:
            return x
        return self.b.op("view", x, axes="a" * x.type.rank + "n", name=x.name)
