"""Arrays that a region makes and nobody else gets to know: their shadows are born in the backward sweep, where they died.

    for …: t = sin x; …  y …               for …: t = sin x; …
                                    ->     for … backwards: t_bar = full 0.0, n; …

What is local is confined (`analysis.confined`): neither carried by a loop nor handed on by a region or a list; it and its views are only
computed with, read and written, here and in calls. So its shadow is empty whenever the backward sweep comes to the turn, and need not be
kept from the forward sweep. That of a confined parameter comes to the backward half of its function from the caller's.

    for … y: …; yield t                    for … backwards y_bar: t_bar = y_bar; …; yield y_bar

An array that is made, carried by loops or yielded by branches, and then never written is a value like a number: it counts as local too,
and its cotangent is handed the way back. So no shadow goes round the forward loop, and none is kept of a turn.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..analysis.alias import is_reference
from ..analysis.confined import Confined, handed_elsewhere, handed_on, shares
from ..analysis.effects import Effects
from ..ir.op import definition
from ..ir.program import Function, Op, Region, Value
from ..ir.types import ArrayType, ScalarType
from ..ir.walk import ops_in


def makers(
    function: Function, effects: Effects, confined: Confined, given: Iterable[Value], carried: bool, returns: bool
) -> dict[Value, Value]:
    """The local arrays of `function` and their views, each with the array that it is a view of, or itself.

    Parameters in `given` count as local. With `carried`, so do arrays that are handed on as values, to the caller too if it `returns` them.
    """
    groups = effects.groups
    handed = handed_on(function, groups, confined)
    if carried:
        handed -= values(function, effects, handed - handed_elsewhere(function, groups, confined, returns=returns))
    made = {p: p for p in given}
    arguments = (a for op in ops_in(function.body) for r in op.regions for a in r.arguments)
    made |= {a: a for a in arguments if is_reference(a) and groups.of(a) not in handed}
    for op in ops_in(function.body):
        for v in op.results:
            if not is_reference(v) or groups.of(v) in handed:
                continue
            if not shares(op):
                made[v] = v
            elif op.operands[0] in made:
                made[v] = made[op.operands[0]]
    return made


def values(function: Function, effects: Effects, candidates: set[Value]) -> set[Value]:
    """Those groups of memory among `candidates` of which nothing is written once it was handed on: all writes go to an array that the
    same turn of the same region made, before that goes into a loop or out of a branch."""
    groups, made = effects.groups, dict[Value, Value]()
    writes: list[tuple[Op, Value]] = []
    for op in ops_in(function.body):
        for v in op.results:
            if is_reference(v) and groups.of(v) in candidates and not op.regions:
                made[v] = made.get(op.operands[0], op.operands[0]) if shares(op) else v
        if not op.regions:
            writes += [(op, group) for group in effects.written_by(op) if group in candidates]
    last: dict[Value, int] = {}
    lost: set[Value] = set()
    for op, group in writes:
        k = definition(op.name).writes
        array = made.get(op.operands[k]) if k is not None else None
        if array is None or array not in effects.definers or effects.definers[array].regions:
            lost.add(group)
            continue
        last[array] = max(last.get(array, 0), place_in(effects, op, effects.home[array]))
    for op in ops_in(function.body):
        early = op.operands if op.regions else ()
        for v in (*early, *(y for r in op.regions for y in r.yielded)):
            array = made.get(v, v)
            if array in last and not any(r is effects.home[array] for r in op.regions):
                if place_in(effects, op, effects.home[array]) <= last[array]:
                    lost.add(groups.of(array))
    return candidates - lost


def place_in(effects: Effects, op: Op, region: Region) -> int:
    """The position in `region` of `op`, or of the op of it that `op` is somewhere inside."""
    while effects.place[op][0] is not region:
        op = effects.owner[effects.place[op][0]]
    return effects.place[op][1]


Extent = Value | tuple[Value, int]
"""A scalar of the program, or the extent of an array along an axis."""


class Extents:
    """How long the arrays of a program are: as far back as one can say where element-wise operations have it from."""

    def __init__(self, definers: Mapping[Value, Op]) -> None:
        self.definers = definers
        self.known: dict[tuple[Value, int], Extent] = {}

    def of(self, array: Value, axis: int) -> Extent:
        """The extent of `array` along `axis`. What it is computed from comes first, without recursion: programs are long."""
        waiting = [(array, axis)]
        while waiting:
            place = waiting[-1]
            sources = self.sources(*place)
            missing = [x for x in sources if x not in self.known]
            if missing and place not in self.known:
                waiting += missing
                continue
            waiting.pop()
            if place not in self.known:
                found = {self.known[x] for x in sources}
                self.known[place] = found.pop() if len(found) == 1 else self.made(*place)
        return self.known[array, axis]

    def sources(self, array: Value, axis: int) -> list[tuple[Value, int]]:
        """The arrays, with an axis of each, that `array` has its extent from: those with whose elements its own are computed, one by
        one, but for axes along which these are one element wide and repeat."""
        op = self.definers.get(array)
        if op is None:
            return []
        if op.name == "matmul":
            left, right = op.operands
            return [(left, 0)] if axis == 0 and rank(left) == 2 else [(right, 1)] if rank(right) == 2 else []
        if op.name == "transpose":
            return [(op.operands[0], op.attributes["axes"][axis])]
        if op.name == "view":
            letter, k, _ = seen_along(op, axis)
            return [(op.operands[0], k)] if letter == "a" else []
        if definition(op.name).family != "elementwise" and op.name != "copy":
            return []
        arrays = [v for v in op.operands if not isinstance(v.type, ScalarType)]
        if not all(isinstance(v.type, ArrayType) for v in arrays):
            return []
        own = [(v, axis - rank(array) + rank(v)) for v in arrays]
        return [(v, k) for v, k in own if k >= 0 and not self.single(v, k)]

    def single(self, array: Value, axis: int) -> bool:
        """Whether an axis was put in by a view, and is one element long."""
        op = self.definers.get(array)
        return op is not None and op.name == "view" and seen_along(op, axis)[0] == "n"

    def made(self, array: Value, axis: int) -> Extent:
        """The same of an array that is not computed from others."""
        op = self.definers.get(array)
        if op is not None and op.name in ("alloc", "full"):
            return op.operands[axis + (op.name == "full")]
        if op is not None and op.name == "view" and seen_along(op, axis)[0] in "us":
            return op.operands[seen_along(op, axis)[2]]
        return array, axis


def seen_along(view: Op, axis: int) -> tuple[str, int, int]:
    """Of an axis of a view: its letter, the axis of the array that it is of, and the operand that says how long it is, if one does."""
    own, of, number = -1, 0, 1
    for letter in view.attributes["axes"]:
        own += letter != "i"
        if own == axis and letter != "i":
            return letter, of, number + 1
        of += letter != "n"
        number += {"i": 1, "u": 2, "s": 3}.get(letter, 0)
    raise AssertionError(axis)


def rank(array: Value) -> int:
    return array.type.rank  # type: ignore[union-attr]
