"""Arrays that are built once and then only read: what makes them, and whether two are built alike.

    a = alloc n, two                  b = alloc n, two
    c = view a, zero, one             d = view b, zero, one
    assign x, c                       assign x, d                  b is a, if x is as it was
    y = matmul a, w                   z = matmul b, w

`np.stack`, a first contribution to a cotangent, and all else that fills memory of its own before anybody looks is a value like any other
from then on, and `cse` takes it for one.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

from ..analysis.alias import Groups, is_reference
from ..ir.program import Function, Op, Region, Value
from ..ir.walk import ops_in
from .rewriting import is_view, writes

MAKERS = frozenset({"alloc", "full"})


@dataclass(eq=False)
class Build:
    """What builds one array, in order, from what makes it to the last write; and as much of it as has been walked over: its ops, its own
    values, and what makes it equal to another one."""

    ops: tuple[Op, ...]
    done: list[Op] = field(default_factory=list)
    own: dict[Value, int] = field(default_factory=dict)
    key: list[Hashable] = field(default_factory=list)

    def walk(self, op: Op, attributes: Callable[[dict[str, Any]], Hashable], version: Callable[[Value], int]) -> None:
        """Go on by one op, as it has been renamed."""
        operands = tuple(("own", self.own[v]) if v in self.own else v for v in op.operands)
        versions = tuple(version(v) for v in op.operands if is_reference(v) and v not in self.own)
        self.key.append((op.name, operands, attributes(op.attributes), versions))
        self.done.append(op)
        for result in op.results:
            self.own[result] = len(self.own)


def builds(function: Function, groups: Groups, escaping: set[Value]) -> dict[Op, Build]:
    """For each op that is part of one, the array that it builds."""
    makers: dict[Value, list[Op]] = {}
    written: dict[Value, list[Op]] = {}
    strangers = set(escaping)
    for op in ops_in(function.body):
        for result in filter(is_reference, op.results):
            if op.name in MAKERS:
                makers.setdefault(groups.of(result), []).append(op)
            elif not is_view(op):
                strangers.add(groups.of(result))
        for region in op.regions:
            strangers.update(groups.of(a) for a in region.arguments if is_reference(a))
        target = writes(op)
        if target is not None:
            written.setdefault(groups.of(target), []).append(op)
    strangers.update(groups.of(p) for p in function.parameters if is_reference(p))
    chosen = {ops[0]: written[g] for g, ops in makers.items() if len(ops) == 1 and g in written and g not in strangers}
    found: dict[Op, Build] = {}
    for region in regions_of(function.body) if chosen else ():
        found.update(_of_region(region, groups, chosen))
    return found


def regions_of(region: Region) -> list[Region]:
    """`region`, and all regions inside it."""
    return [region, *(inner for op in region.ops for r in op.regions for inner in regions_of(r))]


def _of_region(region: Region, groups: Groups, chosen: dict[Op, list[Op]]) -> dict[Op, Build]:
    """Those that are built from beginning to end among the ops of `region`, before any of it is read."""
    if chosen.keys().isdisjoint(region.ops):
        return {}
    place = {op: k for k, op in enumerate(region.ops)}
    last = {
        groups.of(op.results[0]): max(place[w] for w in chosen[op])
        for op in region.ops
        if op in chosen and all(w in place for w in chosen[op])
    }
    parts: dict[Value, list[Op]] = {group: [] for group in last}
    for k, op in enumerate(region.ops[: 1 + max(last.values(), default=-1)]):
        target = writes(op)
        own = target if target is not None else op.operands[0] if op.name == "dim" else op.results[0] if len(op.results) == 1 else None
        mine = groups.of(own) if own is not None and is_reference(own) else None
        for group in {groups.of(v) for o in (op, *(i for r in op.regions for i in ops_in(r))) for v in o.operands if is_reference(v)}:
            if group not in parts or k > last[group]:
                continue
            sources = [v for v in op.operands if v is not target and is_reference(v) and groups.of(v) is group]
            if op.regions or group is not mine or (target is not None and sources):
                del parts[group], last[group]  # it is read before it is built
        if mine in parts and k <= last[mine] and not op.regions:
            parts[mine].append(op)
    return {op: build for ops in parts.values() for build in [Build(tuple(ops))] for op in ops}
