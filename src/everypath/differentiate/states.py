"""States of a loop that were put away, and the way on from one of them."""

from __future__ import annotations

from collections.abc import Sequence

from ..analysis.alias import is_reference
from ..ir.build import Builder
from ..ir.program import Value
from ..ir.types import I64, ArrayType, ListType, Type
from .nested import copied
from .turns import Given, Turns


class States:
    """States that were put away, in the order of their turns. Each kind of value has an array of its own, or a list."""

    def __init__(self, turns: Turns, values: Sequence[Value]) -> None:
        self.turns, self.values = turns, list(values)

    @staticmethod
    def types(turns: Turns) -> list[Type]:
        parts = [v.type for v in (*turns.arguments, *turns.changed)]
        return [ArrayType(I64, 1), *(ListType(t) if isinstance(t, ArrayType) else ArrayType(t, 1) for t in parts)]  # type: ignore[arg-type]

    @classmethod
    def new(cls, turns: Turns, b: Builder, room: Value) -> States:
        made = []
        for type_ in cls.types(turns):
            if isinstance(type_, ListType):
                made.append(b.op("list_new", type=type_, name="states"))
            else:
                assert isinstance(type_, ArrayType)
                made.append(b.op("alloc", room, dtype=type_.dtype.name, name="states"))
        return cls(turns, made)

    def put(self, b: Builder, k: Value, parts: Sequence[Value]) -> None:
        """Put the turn and what makes up its state at place `k`, the first free one or one that was used before."""
        for kept, v in zip(self.values, parts, strict=True):
            if isinstance(kept.type, ArrayType):
                b.do("store", v, kept, k)
                continue
            is_new = b.op("eq", b.op("list_length", kept), k)

            def at_end(inner: Builder, kept: Value = kept, v: Value = v) -> tuple[Value, ...]:
                inner.do("list_append", kept, v)
                return ()

            def over(inner: Builder, kept: Value = kept, v: Value = v) -> tuple[Value, ...]:
                inner.do("list_set", kept, v, k)
                return ()

            b.if_(is_new, at_end, over)

    def moved(self, b: Builder, k: Value, parts: Sequence[Value]) -> tuple[Value, ...]:
        """As `put`, for a body that yields nothing."""
        self.put(b, k, parts)
        return ()

    def get(self, b: Builder, k: Value) -> list[Value]:
        return [b.op("load" if isinstance(v.type, ArrayType) else "list_get", v, k, name="state") for v in self.values]

    def push(self, b: Builder, k: Value, turn: Value, state: Sequence[Value], changed: Sequence[Value]) -> None:
        """Put away the state at a turn: arrays that the loop writes as copies."""
        parts = [copied(b, v) if is_reference(v) and self.may_change(j) else v for j, v in enumerate(state)]
        self.put(b, k, [turn, *parts, *(copied(b, v) for v in changed)])

    def may_change(self, position: int) -> bool:
        """Whether a carried array may be written once the loop is done."""
        turns = self.turns
        effects, groups = turns.sweep.effects, turns.sweep.groups
        return effects.written_after(groups.of(turns.arguments[position]), turns.op, turns.sweep.function.body)

    def again(self, b: Builder, count: Value) -> States:
        """The same once more, for a backward sweep that is not the last one."""
        other = States.new(self.turns, b, b.op("dim", self.values[0], axis=0))
        b.loop(count, lambda inner, k: other.moved(inner, k, self.get(inner, k)))
        return other


def leaves(b: Builder, turns: Value, leaf: Value) -> Value:
    """How many leaves so many turns are."""
    return b.op("floordiv", b.op("add", turns, b.op("sub", leaf, b.i64(1))), leaf, name="leaves")


def first_part(b: Builder, count: Value, states: Value) -> Value:
    """After how many of `count` leaves, at least 2, the next state goes, with `states` of them, the one at the start included.

    With s states and r runs of each leaf C(s + r, s) leaves can be done, the first C(s + r - 1, s) of them with r - 1 runs.
    """

    def more(inner: Builder, r: Value, most: Value) -> Sequence[Value]:
        r = inner.op("add", r, inner.i64(1), name="runs")
        most = inner.op("floordiv", inner.op("mul", most, inner.op("add", states, r)), r, name="most")
        return inner.op("lt", most, count), r, most

    r, most = b.while_(b.bool(True), [b.i64(0, "runs"), b.i64(1, "most")], more)
    part = b.op("floordiv", b.op("mul", most, r), b.op("add", states, r), name="part")
    return b.op("maximum", b.op("minimum", part, b.op("sub", count, b.i64(1))), b.i64(1), name="part")


def advance(
    turns: Turns,
    states: States,
    b: Builder,
    t: Value,
    end: Value,
    leaf: Value,
    room: Value,
    count: Value,
    state: Sequence[Value],
    changed: Sequence[Value],
    given: Given,
) -> tuple[Value, Value, list[Value]]:
    """From turn `t` to the last leaf before turn `end`, putting states away where there is room: (the turn, how many states, the state)."""

    def on(inner: Builder, t: Value, left: Value, count: Value, *state: Value) -> Sequence[Value]:
        free = inner.op("sub", room, count, name="free")
        some = inner.op("gt", free, inner.i64(0))

        def some_part(here: Builder) -> tuple[Value, ...]:
            return (first_part(here, left, here.op("add", free, here.i64(1))),)

        (part,) = inner.if_(some, some_part, lambda here: (here.op("sub", left, here.i64(1)),), names=["part"])
        to = inner.op("add", t, inner.op("mul", part, leaf), name="t")

        def one_leaf(here: Builder, k: Value, *state: Value) -> Sequence[Value]:
            start = here.op("add", t, here.op("mul", k, leaf), name="start")
            leading = [start, here.op("add", start, leaf)] if turns.counted else [leaf]
            return turns.run(here, leading, given, state, turns.absent(here, state)).state

        reached = inner.for_(inner.i64(0), part, inner.i64(1), state, one_leaf, "k")

        def put(here: Builder) -> tuple[Value, ...]:
            states.push(here, count, to, reached, changed)
            return (here.op("add", count, here.i64(1), name="count"),)

        (count,) = inner.if_(some, put, lambda here: (count,), names=["count"])
        left = inner.op("sub", left, part, name="left")
        return inner.op("gt", left, inner.i64(1)), to, left, count, *reached

    left = leaves(b, b.op("sub", end, t), leaf)
    start = b.op("gt", left, b.i64(1))
    names = ["t", "left", "count", *(v.name for v in turns.arguments)]
    t, _, count, *state = b.while_(start, [t, left, count, *state], on, names=names)
    return t, count, state
