"""Who writes what: the groups each op writes, and whether memory is written again after a point.

y = load x, i          written_after(group of x, this load, body): True
store v, x, j
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from ..ir.op import definition
from ..ir.program import Function, Op, Program, Region, Value
from ..ir.types import ArrayType
from ..ir.walk import ops_in, sites
from ..once import once
from .alias import Groups, groups, is_reference

LOOPS = ("for", "while")
NOTHING: frozenset[Value] = frozenset()


class Effects:
    """Positions and writes of one function. A call writes every reference it is given, unless its callee is in `pure`.

    Whoever called the function may write what is `shared`, parameters and results, once the function has returned.
    """

    def __init__(self, function: Function, groups: Groups, pure: frozenset[str] = frozenset(), *, shared: Sequence[Value] = ()) -> None:
        self.function = function
        self.groups = groups
        self.pure = pure
        self.fresh: set[tuple[Value, Region]] = set()  # (group, loop body): made fresh for every turn, though born outside
        self.shared = frozenset(groups.of(p) for p in shared if is_reference(p))
        self.place: dict[Op, tuple[Region, int]] = {}
        self.owner: dict[Region, Op] = {}
        self.home: dict[Value, Region] = {}
        self.definers: dict[Value, Op] = {}
        self.unchecked: dict[Value, Value] = {}  # a checked index -> the index
        self._written: dict[Op, frozenset[Value]] = {}  # of the ops that write, as the next one
        self._elements: dict[Op, frozenset[Value]] = {}
        self._last_written: dict[tuple[Region, Value], int] = {}  # (region, group) -> the place of the last op that writes it
        self._last_elements: dict[tuple[Region, Value], int] = {}
        self._visit(function.body)

    def _visit(self, region: Region) -> None:
        for argument in region.arguments:
            self.home[argument] = region
        for k, op in enumerate(region.ops):
            self.place[op] = (region, k)
            for result in op.results:
                self.home[result] = region
                self.definers[result] = op
            if op.name == "index":
                self.unchecked[op.results[0]] = op.operands[0]
            for inner in op.regions:
                self.owner[inner] = op
                self._visit(inner)
            targets = self.targets(op)
            if targets or op.regions:
                self._note(op, targets)

    def _note(self, op: Op, targets: Sequence[Value]) -> None:
        """What an op writes, itself or in its regions."""
        within = [o for inner in op.regions for o in inner.ops]
        written = NOTHING.union(map(self.groups.of, targets), *(self.written_by(o) for o in within))
        own = (self.groups.of(v) for v in targets if op.name == "call" or isinstance(v.type, ArrayType))
        elements = NOTHING.union(own, *(self._elements.get(o, NOTHING) for o in within))
        if written:
            self._written[op], self._elements[op] = written, elements
            region, k = self.place[op]
            self._last_written.update({(region, group): k for group in written})
            self._last_elements.update({(region, group): k for group in elements})

    def targets(self, op: Op) -> list[Value]:
        """The references that `op` itself writes to."""
        if op.name == "call":
            return [] if op.attributes["callee"] in self.pure else [v for v in op.operands if is_reference(v)]
        k = definition(op.name).writes
        return [] if k is None else [op.operands[k]]

    def written_by(self, op: Op) -> frozenset[Value]:
        """The groups that `op`, or anything inside it, may write."""
        return self._written.get(op, NOTHING)

    @cached_property
    def written(self) -> frozenset[Value]:
        """The groups that the function writes anywhere."""
        return NOTHING.union(*map(self.written_by, self.function.body.ops))

    def region_of(self, op: Op) -> Region:
        return self.place[op][0]

    def inside(self, region: Region, outer: Region) -> bool:
        """Whether `region` is `outer` or lies within it."""
        while region is not outer:
            if region not in self.owner:
                return False
            region = self.region_of(self.owner[region])
        return True

    def born_in(self, group: Value, region: Region) -> bool:
        """Whether every reference to `group` is made inside `region`, so that each turn of it has fresh memory."""
        if (group, region) in self.fresh:
            return True
        return all(
            value in self.home and value not in region.arguments and self.inside(self.home[value], region)
            for value in self.groups.members.get(group, (group,))
        )

    def written_after(self, group: Value, op: Op, root: Region, *, by_callers: bool = True, elements: bool = False) -> bool:
        """Whether `group` may be written after `op` ran and before the backward sweep of `root` reads it: here, or `by_callers` too.
        Of `elements`, whether those of its arrays may be, and not only which arrays its lists hold.

        Of a `load`, whether the element may be: other turns of a loop that only writes at its own variable leave it alone.
        """
        written, last = (self._elements, self._last_elements) if elements else (self._written, self._last_written)
        places = self.places(op, 0) if op.name == "load" else None
        while True:
            region, k = self.place[op]
            if last.get((region, group), k) > k:
                return True
            if region not in self.owner:
                return by_callers and group in self.shared
            if region is root or self.born_in(group, region):
                return False
            op = self.owner[region]
            if op.name in LOOPS and group in written.get(op, NOTHING) and not self.elsewhere(op, group, places):
                return True

    def elsewhere(self, loop: Op, group: Value, places: tuple[Value, ...] | None) -> bool:
        """Whether the writes of `loop` to `group` all go to `places`, an array that is the same in all turns and indices that differ
        from turn to turn."""
        if places is None or loop.name != "for" or loop.regions[0].arguments[0] not in places or not self.counts_from_zero_up(loop):
            return False
        if self.inside(self.home[places[0]], loop.regions[0]):
            return False
        writers = [o for o in ops_in(loop.regions[0]) if not o.regions and group in self.written_by(o)]
        return all(o.name in ("store", "accumulate") and self.places(o, 1) == places for o in writers)

    def counts_from_zero_up(self, loop: Op) -> bool:
        """Whether the variable of the `for` is never negative, so that as an index it means a different element each turn."""
        lo, _, step = loop.operands[:3]
        made_by = self.definers.get(step)
        return made_by is not None and made_by.name == "constant" and made_by.attributes["value"] > 0 and self.natural(lo)

    def natural(self, v: Value, steps: int = 0) -> bool:
        """Whether `v` is plainly not negative."""
        op = self.definers.get(v)
        if op is None:
            loop = self.owner.get(self.home[v]) if v in self.home else None
            return loop is not None and loop.name == "for" and loop.regions[0].arguments[0] is v and self.counts_from_zero_up(loop)
        if op.name == "constant":
            return bool(op.attributes["value"] >= 0)
        return op.name in ("dim", "index") or (
            op.name in ("add", "mul") and steps < 8 and all(self.natural(o, steps + 1) for o in op.operands)
        )

    def places(self, op: Op, first: int) -> tuple[Value, ...]:
        """The array of `op`, its operand `first`, and the indices behind it without their range checks."""
        return tuple(self.unchecked.get(v, v) for v in op.operands[first:])

    def ops(self) -> list[Op]:
        """Every op of the function."""
        return list(ops_in(self.function.body))


@once
def pure_functions(program: Program) -> frozenset[str]:
    """The functions that write nothing of what they are given, those that call each other included."""
    writers = {function.name for function in program if _writes_given(function)}
    calls = {f.name: {op.attributes["callee"] for op in ops_in(f.body) if op.name == "call"} for f in program}
    while True:
        more = {name for name in calls if name not in writers and calls[name] & writers}
        if not more:
            return frozenset(calls) - writers
        writers |= more


def aloof_functions(program: Program) -> frozenset[str]:
    """The functions that write nothing of what they are given, and whose results share memory neither with it nor with each other."""
    pure, found = pure_functions(program), frozenset[str]()
    while True:
        more = {f.name for f in program if f.name in pure and f.name not in found and _returns_its_own(f, found)}
        if not more:
            return found
        found |= more


class LeftAlone(NamedTuple):
    """The positions of a function's parameters and of its results whose memory nobody writes while a derivative of the whole runs."""

    parameters: frozenset[int] = frozenset()
    results: frozenset[int] = frozenset()


def left_alone(program: Program, root: str) -> dict[str, LeftAlone]:
    """What is left alone of each function that `root` calls, itself or through others, before `root` returns, if nobody else writes what
    `root` is given."""
    names = [root]
    for name in names:
        names += [n for n in dict.fromkeys(callee for callee, _ in sites(program.functions[name].body.ops)) if n not in names]
    if names == [root]:
        return {}
    pure, aloof = pure_functions(program), aloof_functions(program)
    functions = {name: program.functions[name] for name in names}
    found = {name: LeftAlone(all_of(f.parameters), all_of(f.returned)) for name, f in functions.items()}
    known = {}
    for name, function in functions.items():
        shared = groups(function, aloof=aloof)
        known[name] = shared, Effects(function, shared, pure).written
    while True:
        before = dict(found)
        for name, function in functions.items():
            shared, written = known[name]
            mine = found[name]
            taboo = written | {shared.of(p) for k, p in enumerate(function.parameters) if k not in mine.parameters}
            handed = {shared.of(v) for v in function.returned}
            kept = handed if name == root else {shared.of(v) for k, v in enumerate(function.returned) if k not in mine.results}
            for op in ops_in(function.body):
                if op.name == "call":
                    parameters, results = found[op.attributes["callee"]]
                    parameters -= {k for k, v in enumerate(op.operands) if shared.of(v) in (taboo if name == root else taboo | handed)}
                    results -= {k for k, v in enumerate(op.results) if shared.of(v) in taboo | kept}
                    found[op.attributes["callee"]] = LeftAlone(parameters, results)
        if found == before:
            return {name: alone for name, alone in found.items() if not functions[name].attributes.get("recursive")}


def all_of(values: Sequence[Value]) -> frozenset[int]:
    return frozenset(range(len(values)))


def _returns_its_own(function: Function, aloof: frozenset[str]) -> bool:
    """Whether each result is in memory that neither an argument nor another result is in."""
    shared = groups(function, aloof=aloof)
    returned = [shared.of(v) for v in function.returned if is_reference(v)]
    return len({*returned}) == len(returned) and shared.given.isdisjoint(returned)


@once
def _writes_given(function: Function) -> bool:
    """Whether the function itself writes memory that may be its caller's."""
    found = groups(function)
    targets = (op.operands[definition(op.name).writes or 0] for op in ops_in(function.body) if definition(op.name).writes is not None)
    return any(found.of(target) in found.given for target in targets)
