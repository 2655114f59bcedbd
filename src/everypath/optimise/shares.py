"""Where each number is looked for in one turn of a loop at most, and in which is known before: every turn has its share of them.

    for 0, m, 1 {(i):                             lows, highs = what they are at each turn
      low, high = of i alone                      apart = all lows[i] < lows[i + 1] and highs[i] <= lows[i + 1]
      a = le low, x                               starts, order = the places of the numbers, by the turn that looks for them
      b = lt x, high                       →      for 0, m, 1 {(i):
      c = and a, b                                  k = if apart {order[starts[i] : starts[i + 1]]} else {…}
      k = nonzero c                               }
    }

So `for i in range(m): y[(i * w <= x) & (x < (i + 1) * w)].mean()` asks of each number once or twice, and not at each turn. What is asked
is what the loop would have asked: first of the turn that equal intervals would have, else of the last that begins no later than the number,
and of the one before. No other can say yes where the lower bounds rise, and no upper one is above the next lower one; nor can both of two
whose bounds meet, where one of the bounds is none of the numbers between them (`strict`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from ..ir.build import Builder
from ..ir.op import DEFINITIONS
from ..ir.program import Op, Value
from ..ir.types import F64, I64, ScalarType, Type, is_float, scalar_of
from ..ir.walk import copy_ops, defined_in
from ..unchanging import plain_value

NEVER = frozenset("floordiv mod fmod pow".split())
"""What a turn may compute only if it comes to it: of integers it may stop the program."""
MOST = 2**31
"""Of as many numbers or more, places and turns have not room enough."""


@plain_value
class Asked:
    """What the turns of `loop` ask of the numbers `x`: by `masks`, of which the last gives `mask`, true only of some from `low` to `high`.
    `made` computes what they compare with, of the turn alone."""

    loop: Op
    x: Value
    mask: Value
    masks: tuple[Op, ...]
    low: Value
    high: Value
    made: tuple[Op, ...]

    @property
    def kind(self) -> ScalarType:
        """What bounds are compared as: it holds them exactly."""
        return F64 if is_float(self.low.type) else I64

    @property
    def turn(self) -> Value:
        """The variable of the loop."""
        return self.loop.regions[0].arguments[0]

    @property
    def scalars(self) -> tuple[Value, ...]:
        """What is compared with and differs from turn to turn."""
        inside = {self.turn, *(v for op in self.made for v in op.results)}
        return tuple(dict.fromkeys(v for op in self.masks for v in op.operands if v in inside))

    @property
    def strict(self) -> bool:
        """Whether one of the bounds is none of the numbers between them."""
        return any(op.name in ("lt", "gt") and self.x in op.operands and {self.low, self.high} & {*op.operands} for op in self.masks)


@plain_value
class Shares:
    """If `apart`, turn k looks for the numbers at `order[starts[k] : starts[k + 1]]`. Where sums are all that it wants of them, there are
    these instead of the order: one for each turn."""

    apart: Value
    starts: Value
    order: Value | None
    sums: tuple[Value, ...] = ()


def asked(loop: Op, x: Value, mask: Value, masks: Sequence[Op], low: Value, high: Value) -> Asked | None:
    """What a loop asks of `x`, if the turn alone says what, and all of it are floats or integers of 64 bits."""
    types = {scalar_of(x.type), low.type, high.type}
    if not (all(is_float(t) for t in types) or types == {I64}):
        return None
    (region,) = loop.regions
    inside, made_by = defined_in(region), {v: op for op in region.ops for v in op.results}
    made: dict[Op, None] = {}

    def compute(v: Value) -> bool:
        if v is region.arguments[0] or v not in inside:
            return True
        op = made_by.get(v)
        if op is None or not harmless(op) or not all(map(compute, op.operands)):
            return False
        made.setdefault(op)
        return True

    results = {op.result for op in masks}
    scalars = [v for op in masks for v in op.operands if v is not x and v not in results]
    return Asked(loop, x, mask, tuple(masks), low, high, tuple(made)) if all(map(compute, scalars)) else None


def harmless(op: Op) -> bool:
    """Whether an op computes a number of numbers, and nothing happens if that is done for a turn that never comes."""
    if op.name == "constant":
        return True
    known = DEFINITIONS[op.name]
    if known.family != "elementwise" or known.may_raise or op.regions:
        return False
    return op.name not in NEVER and all(isinstance(v.type, ScalarType) for v in (*op.operands, *op.results))


def wrapping(op: Op) -> Op:
    """`op`, of which nobody sees what it gives where it overflows: the loop stops there."""
    return replace(op, attributes={name: value for name, value in op.attributes.items() if name != "overflow"})


def shared(b: Builder, asks: Asked, enough: Value, arrays: Sequence[Value] = ()) -> Shares:
    """The shares of the turns, ahead of the loop, where there are `enough` of them and of numbers: their places, or the sums of what some
    arrays have there."""
    lo, hi, step = asks.loop.operands[:3]
    turns = b.op("neg", b.op("floordiv", b.op("sub", lo, hi), step), overflow="never", name="turns")
    (n,) = b.dims(asks.x)
    few = b.op("and", b.op("le", turns, n), b.op("lt", n, b.i64(MOST)), name="few")
    some = b.op("and", enough, b.op("and", b.op("lt", b.i64(0), turns), few), name="some")
    for array in arrays:
        some = b.op("and", some, b.op("le", n, b.op("dim", array, axis=0)), name="some")
    dtypes, names = ("i64", *["f64"] * len(arrays)), ("starts", *["sums"] * len(arrays))
    if not arrays:
        dtypes, names = ("i64", "i32"), ("starts", "order")

    def none(i: Builder) -> list[Value]:
        return [i.bool(False), *(i.op("alloc", i.i64(0), dtype=dtype, name="none") for dtype in dtypes)]

    def look(i: Builder) -> list[Value]:
        tables = {v: i.op("alloc", turns, dtype=str(v.type), name=v.name) for v in asks.scalars}

        def compute(j: Builder, t: Value) -> tuple[()]:
            env = {asks.turn: j.op("add", lo, j.op("mul", t, step, overflow="never"), overflow="never")}
            j.ops += copy_ops(asks.made, env, lambda old, new: (wrapping(new),))
            for v, table in tables.items():
                j.do("store", env[v], table, t)
            return ()

        i.loop(turns, compute, iv="turn")
        turn = Turn(asks, tables, turns)
        apart = turn.apart(i)
        return [apart, *i.if_(apart, lambda j: divided(j, turn, n, arrays), lambda j: none(j)[1:], names=names)]

    apart, starts, *rest = b.if_(some, look, none, names=("apart", *names))
    return Shares(apart, starts, None, tuple(rest)) if arrays else Shares(apart, starts, rest[0])


@plain_value
class Turn:
    """What is asked at any turn, by the tables of what it compares with."""

    asks: Asked
    tables: Mapping[Value, Value]
    turns: Value

    def at(self, b: Builder, v: Value, turn: Value) -> Value:
        return b.op("load", self.tables[v], turn, name=v.name) if v in self.tables else v

    def bound(self, b: Builder, v: Value, turn: Value) -> Value:
        return self.exactly(b, self.at(b, v, turn))

    def exactly(self, b: Builder, v: Value) -> Value:
        return v if v.type == self.asks.kind else b.op("cast", v, dtype=self.asks.kind.name, name=v.name)

    def apart(self, b: Builder) -> Value:
        """Whether no number can be between the bounds of two turns."""
        pairs = b.op("maximum", b.op("sub", self.turns, b.i64(1)), b.i64(0), name="pairs")

        def rises(i: Builder, t: Value) -> list[Value]:
            after = self.bound(i, self.asks.low, i.op("add", t, i.i64(1), overflow="never"))
            later = i.op("lt", self.bound(i, self.asks.low, t), after)
            ends = i.op("le" if self.asks.strict else "lt", self.bound(i, self.asks.high, t), after)
            return [i.op("and", later, ends, name="apart")]

        return b.map_([pairs], ["all"], rises)[0]

    def asks_of(self, b: Builder, x: Value, turn: Value) -> Value:
        """Whether `x` is looked for at `turn`."""
        env = {self.asks.x: x}
        for op in self.asks.masks:
            env[op.result] = b.op(op.name, *(env[v] if v in env else self.at(b, v, turn) for v in op.operands), **op.attributes)
        return env[self.asks.mask]

    def last(self, b: Builder, x: Value) -> Value:
        """The last turn whose lower bound is no larger than `x`; -1 if there is none."""
        exact, zero = self.exactly(b, x), b.i64(0)

        def halve(i: Builder, first: Value, end: Value) -> list[Value]:
            middle = i.op("floordiv", i.op("add", first, end, overflow="never"), i.i64(2), name="middle")
            below = i.op("le", self.bound(i, self.asks.low, middle), exact, name="below")
            first = i.op("select", below, i.op("add", middle, i.i64(1), overflow="never"), first, name="first")
            end = i.op("select", below, end, middle, name="end")
            return [i.op("lt", first, end), first, end]

        first, _ = b.while_(b.op("lt", zero, self.turns), [zero, self.turns], halve, names=("first", "end"))
        return b.op("sub", first, b.i64(1), overflow="never", name="last")

    def of(self, b: Builder, x: Value, likely: Value) -> Value:
        """The turn that looks for `x`; where none does, as many as there are."""

        def search(i: Builder) -> list[Value]:
            last = self.last(i, x)

            def there(k: int) -> tuple[Value, Value]:
                turn = i.op("sub", last, i.i64(k), overflow="never", name="turn")
                legal = i.op("ge", turn, i.i64(0), name="legal")
                return turn, i.if_(legal, lambda j: [self.asks_of(j, x, turn)], lambda j: [j.bool(False)], names=("found",))[0]

            (turn, found), (before, earlier) = there(0), there(1)
            return [i.op("select", found, turn, i.op("select", earlier, before, self.turns), name="turn")]

        return b.if_(self.asks_of(b, x, likely), lambda i: [likely], search, names=("turn",))[0]


def divided(b: Builder, turn: Turn, n: Value, arrays: Sequence[Value]) -> list[Value]:
    """Where the share of each turn starts, and the places of all numbers by their turns, or the sums of what `arrays` have at these."""
    one, zero = b.i64(1), b.i64(0)
    end = b.op("sub", turn.turns, one, overflow="never", name="end")
    least, most = (b.op("cast", turn.bound(b, v, t), dtype="f64") for v, t in ((turn.asks.low, zero), (turn.asks.high, end)))
    scale = b.op("div", b.op("cast", turn.turns, dtype="f64"), b.op("sub", most, least), name="scale")
    starts = b.op("full", zero, b.op("add", turn.turns, b.i64(2), overflow="never"), name="starts")

    def who(i: Builder, j: Value) -> Value:
        """The turn that looks for a number, which is one more of its share."""
        x = i.op("load", turn.asks.x, j, name=turn.asks.x.name)
        mine = turn.of(i, x, bin_of(i, number(i, x), least, scale, turn.turns))
        i.do("accumulate", i.i64(1), starts, mine)
        return mine

    rest = sums(b, turn, n, who, starts, arrays) if arrays else [places(b, turn, n, who, starts)]
    return [starts, *rest]


def sums(b: Builder, turn: Turn, n: Value, who: Callable[[Builder, Value], Value], starts: Value, arrays: Sequence[Value]) -> list[Value]:
    """What each of `arrays` has at the numbers of each turn, and at those of none, added up."""
    count = b.op("add", turn.turns, b.i64(1), overflow="never")
    made = [b.op("full", b.f64(-0.0), count, name="sums") for _ in arrays]

    def add(i: Builder, j: Value) -> tuple[()]:
        mine = who(i, j)
        for array, sum_ in zip(arrays, made, strict=True):
            i.do("accumulate", number(i, i.op("load", array, j, name=array.name)), sum_, mine)
        return ()

    b.loop(n, add, iv="j")
    begun(b, starts, turn.turns)
    return made


def places(b: Builder, turn: Turn, n: Value, who: Callable[[Builder, Value], Value], starts: Value) -> Value:
    """The places of all numbers by their turns."""
    of, order = (b.op("alloc", n, dtype="i32", name=name) for name in ("turns", "order"))

    def count(i: Builder, j: Value) -> tuple[()]:
        i.do("store", i.op("cast", who(i, j), dtype="i32"), of, j)
        return ()

    def place(i: Builder, j: Value) -> tuple[()]:
        k = i.op("cast", i.op("load", of, j), dtype="i64", name="turn")
        at = i.op("load", ends, k, name="at")
        i.do("store", i.op("cast", j, dtype="i32"), order, at)
        i.do("store", i.op("add", at, i.i64(1), overflow="never"), ends, k)
        return ()

    b.loop(n, count, iv="j")
    ends = begun(b, starts, turn.turns)
    b.loop(n, place, iv="j")
    return order


def begun(b: Builder, counts: Value, last: Value) -> Value:
    """Where each class begins, in place of how many are in it, from the first to the `last`; gives a copy, for places to be handed out."""
    zero, one = b.i64(0), b.i64(1)

    def begin(i: Builder, k: Value, before: Value) -> list[Value]:
        several = i.op("load", counts, k, name="several")
        i.do("store", before, counts, k)
        return [i.op("add", before, several, overflow="never", name="before")]

    b.for_(zero, b.op("add", last, one, overflow="never"), one, [zero], begin, iv="k", names=("before",))
    return b.op("copy", counts, name="ends")


def share(b: Builder, shares: Shares, loop: Op) -> Value:
    """The places of the numbers that the current turn of `loop` looks for."""
    assert shares.order is not None
    _, start, count = part(b, shares, loop)
    return b.op("cast", b.op("view", shares.order, start, count, axes="u", name="order"), dtype="i64", name="found")


def part(b: Builder, shares: Shares, loop: Op) -> tuple[Value, Value, Value]:
    """The current turn of `loop`, where its share starts, and how many numbers it has."""
    lo, _, step = loop.operands[:3]
    turn = b.op("floordiv", b.op("sub", loop.regions[0].arguments[0], lo), step, name="turn")
    start = b.op("load", shares.starts, turn, name="start")
    end = b.op("load", shares.starts, b.op("add", turn, b.i64(1), overflow="never"), name="end")
    return turn, start, b.op("sub", end, start, overflow="never", name="count")


def totals(b: Builder, shares: Shares, loop: Op, types: Sequence[Type]) -> list[Value]:
    """How many numbers the current turn of `loop` looks for, and the sums of its share, of these types: 0.0 where there are none."""
    turn, _, count = part(b, shares, loop)
    none = b.op("eq", count, b.i64(0), name="none")
    found = [b.op("select", none, b.f64(0.0), b.op("load", sum_, turn), name=sum_.name) for sum_ in shares.sums]
    return [count, *(v if v.type == t else b.op("cast", v, dtype=str(t), name=v.name) for v, t in zip(found, types, strict=True))]


# Equal intervals -------------------------------------------------------------------------------------------------------


def bin_of(b: Builder, v: Value, least: Value, scale: Value, bins: Value) -> Value:
    """The bin of a number: it never falls where the number grows, whatever the bins are. NaN is in the first."""
    far = b.op("mul", b.op("sub", v, least), scale, name="far")
    last = b.op("sub", b.op("cast", bins, dtype="f64"), b.f64(1.0), name="last")
    some = b.op("select", b.op("gt", far, b.f64(0.0)), far, b.f64(0.0), name="far")
    return b.op("cast", b.op("select", b.op("lt", some, last), some, last, name="far"), dtype="i64", name="bin")


def number(b: Builder, v: Value) -> Value:
    return v if v.type == F64 else b.op("cast", v, dtype="f64", name=v.name)
