"""Results of the entry are written where arguments that the caller has given away stood, once nothing reads these any more.

    def step(w, g): return w - 0.1 * g          w given away

    v = map n {into=('array',)} {(i):           map n {into=()} {(i):
      a = load w, i                               a = load w, i
      …                                           …
      c = sub a, b                      →         c = sub a, b
      yield c                                     store c, w, i
    }                                             yield
    return v                                    }
                                                return w

One loop reads and writes each number once, and no memory is asked for. The loop may read the argument at its own point alone; nothing
that comes later may read it, or raise: an error leaves what was given away as it was.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..analysis.alias import groups, is_reference
from ..ir.program import Function, Op, Region, Value
from ..ir.types import ArrayType, Type
from ..ir.walk import ops_in
from ..unchanging import plain_value
from .extents import Known
from .rewriting import may_raise, renamed, with_function_ops, with_ops, with_regions


def donated(function: Function, positions: Sequence[int]) -> Function:
    """`function` with results in the memory of the parameters at these `positions`."""
    given = [p for p in (function.parameters[k] for k in positions) if isinstance(p.type, ArrayType) and p.type.contiguous and p.type.rank]
    if not given:
        return function
    targets = aligned([v for v in function.returned if v not in function.parameters], given)
    return with_function_ops(function, Donating(function, given).ops(function.body.ops, targets, After(frozenset(), False), {}))


def aligned(results: Sequence[Value], given: Sequence[Value]) -> dict[Value, Value | None]:
    """For each result the argument whose place it takes if it can: the first of a type that of the first argument of this type."""
    waiting: dict[Type, list[Value]] = defaultdict(list)
    for p in given:
        waiting[p.type].append(p)
    return {v: waiting[v.type].pop(0) if waiting[v.type] else None for v in dict.fromkeys(results)}


@plain_value
class After:
    """What comes after a place in the program: the groups of memory that it uses, and whether it may raise."""

    used: frozenset[Value]
    raises: bool


class Donating:
    """One walk down a function. `free` are the arguments that nothing has taken the place of yet."""

    def __init__(self, function: Function, given: Sequence[Value]) -> None:
        self.groups = groups(function)
        self.free = list(given)
        self.extents = Known(constants(function), {})

    def ops(self, ops: Sequence[Op], targets: Mapping[Value, Value | None], after: After, env: dict[Value, Value]) -> list[Op]:
        """These `ops` and what stands for their results: of the `targets`, those that can be put in the place of an argument are."""
        behind = [after]
        for op in reversed(ops):
            last = behind[-1]
            behind.append(After(last.used | self.used(op), last.raises or any(map(may_raise, within(op)))))
        kept = []
        for op, (rest) in zip(ops, reversed(behind[:-1]), strict=True):
            op = renamed_inside(op, env)
            if op.name == "if":
                op = self.sides(op, targets, rest)
            elif op.name == "map" and not rest.raises:
                op = self.map(op, targets, rest, env)
            self.extents.define(op)
            kept.append(op)
        return kept

    def used(self, op: Op) -> frozenset[Value]:
        """The groups of memory that `op`, or anything inside it, uses."""
        return frozenset(self.groups.of(v) for o in within(op) if o.name != "dim" for v in o.operands if is_reference(v))

    def sides(self, op: Op, targets: Mapping[Value, Value | None], rest: After) -> Op:
        before, left, regions = list(self.free), list(self.free), []
        for region in op.regions:
            self.free = list(before)
            inner = {y: targets[r] for y, r in zip(region.yielded, op.results, strict=True) if r in targets}
            regions.append(with_ops(region, self.ops(region.ops, inner, rest, {})))
            left = [p for p in left if p in self.free]
        self.free = left
        return with_regions(op, regions)

    def map(self, op: Op, targets: Mapping[Value, Value | None], rest: After, env: dict[Value, Value]) -> Op:
        """`op` with as many of its results as possible in the place of arguments."""
        (region,) = op.regions
        into: list[tuple[Value, Value]] = []  # (what a point of the result is, the array where it goes)
        kept = []
        for k, result in enumerate(op.results):
            place = self.place(op, result, targets, rest) if result in targets and op.attributes["into"][k] == "array" else None
            if place is None:
                kept.append(k)
            else:
                env[result] = place
                into.append((region.yielded[k], place))
        if not into:
            return op
        *body, last = region.ops
        body += [Op("store", (value, place, *region.arguments), (), {}, (), last.location) for value, place in into]
        body.append(replace(last, operands=tuple(region.yielded[k] for k in kept)))
        attributes = {**op.attributes, "into": tuple(op.attributes["into"][k] for k in kept)}
        return replace(
            op, results=tuple(op.results[k] for k in kept), attributes=attributes, regions=(Region(region.arguments, tuple(body)),)
        )

    def place(self, op: Op, result: Value, targets: Mapping[Value, Value | None], rest: After) -> Value | None:
        """The array in whose memory `result` of the map `op` is written, the argument or what stands for it; taken from then on."""
        wanted = targets[result]
        for p in sorted(self.free, key=lambda p: (p is not wanted, p in targets.values())):
            if p.type != result.type or self.groups.of(p) in rest.used:
                continue
            read = self.read(op, p)
            if read is not None and self.fits(op, read):
                self.free.remove(p)
                return read
        return None

    def read(self, op: Op, given: Value) -> Value | None:
        """The array through which the map reads the argument, at its own point alone; None where it is read in another way."""
        (region,) = op.regions
        through = given
        for inner in ops_in(region):
            for v in inner.operands:
                if not is_reference(v) or not self.groups.same(v, given):
                    continue
                if inner.name != "load" or inner.operands[1:] != region.arguments or v.type != given.type or not self.fits(op, v):
                    return None
                through = v
        return through

    def fits(self, op: Op, array: Value) -> bool:
        """Whether the array has the shape over which the map goes."""
        return self.extents.of(array) == tuple(self.extents.value(n) for n in op.operands)


def constants(function: Function) -> dict[Value, Any]:
    """The values that are known to be numbers."""
    return {op.result: op.attributes["value"] for op in ops_in(function.body) if op.name == "constant"}


def within(op: Op) -> list[Op]:
    """`op`, and every op inside it."""
    return [op, *(inner for region in op.regions for inner in ops_in(region))]


def renamed_inside(op: Op, env: Mapping[Value, Value]) -> Op:
    """`op` with its operands, and those of what is inside it, replaced through `env`."""
    regions = [with_ops(region, [renamed_inside(inner, env) for inner in region.ops]) for region in op.regions] if env else op.regions
    return with_regions(renamed(op, env), regions)
