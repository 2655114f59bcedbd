"""Common subexpressions: what was computed once is not computed again.

    a = mul x, y                a = mul x, y
    p = load v, i               p = load v, i
    b = mul x, y         →      q = add a, p
    q = add b, p
    r = load v, i               r is p: nothing wrote v in between

Loads and copies of arrays count as equal while nothing writes the memory; fresh arrays are shared only where nobody ever writes
them, or only before anybody reads them (`built`), and they do not leave the function.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from ..analysis.alias import Groups, groups, is_reference
from ..analysis.effects import Effects
from ..ir.op import DEFINITIONS
from ..ir.program import Function, Op, Region, Value
from ..ir.walk import ops_in
from .built import Build, builds
from .rewriting import CALLS, is_view, reads_memory, renamed, with_function_ops, with_ops, with_regions

Key = tuple[Hashable, ...]


def cse(function: Function) -> Function:
    """`function` with equal computations merged."""
    return with_function_ops(function, Merger(function).ops(function.body.ops, {}))


class Merger:
    """One walk: `available` are the computations that hold here, `version` counts the writes to each memory group."""

    def __init__(self, function: Function) -> None:
        self.env: dict[Value, Value] = {}
        self.groups = groups(function)
        self.effects = Effects(function, self.groups)
        self.version: dict[Value, int] = {}
        self.clock = 0
        kept = escaping(function, self.groups)
        self.unshared = self.effects.written | kept
        self.builds = builds(function, self.groups, kept)
        self.gone: set[Op] = set()  # what built arrays that another one stands for

    def touch(self, touched: frozenset[Value]) -> None:
        """These groups have been written: what was read of them before is no longer at hand."""
        if touched:
            self.clock += 1
            self.version.update(dict.fromkeys(touched, self.clock))

    # The walk --------------------------------------------------------------------------------------------------------

    def ops(self, ops: tuple[Op, ...], available: dict[Key, tuple[Value, ...]]) -> list[Op]:
        kept: list[Op] = []
        for old in ops:
            op = renamed(old, self.env)
            if op.regions:
                touched = self.effects.written_by(old)
                self.touch(touched)
                op = with_regions(op, [self.region(r, available, touched) for r in op.regions])
                kept.append(op)
                continue
            self.touch(self.effects.written_by(old))
            if old in self.builds:
                self.build(self.builds[old], old, op, kept, available)
                continue
            key = self.key(op)
            if key is None:
                kept.append(op)
            elif key in available:
                self.env.update(zip(op.results, available[key], strict=True))
            else:
                available[key] = op.results
                kept.append(op)
        return [op for op in kept if op not in self.gone] if self.gone else kept

    def build(self, build: Build, old: Op, op: Op, kept: list[Op], available: dict[Key, tuple[Value, ...]]) -> None:
        """Go on with an array that is being built; once it is, it may be another one that was built alike."""
        kept.append(op)
        build.walk(op, attributes_key, lambda v: self.version.get(self.groups.of(v), 0))
        if old is not build.ops[-1]:
            return
        key, own = ("built", *build.key), tuple(build.own)
        if key not in available:
            available[key] = own
            return
        self.env.update(zip(own, available[key], strict=True))
        self.gone.update(build.done)

    def region(self, region: Region, available: dict[Key, tuple[Value, ...]], touched: frozenset[Value]) -> Region:
        """A region sees what its surroundings computed; what it computes itself ends with it."""
        ops = self.ops(region.ops, Scope(available))
        self.touch(touched)
        return with_ops(region, ops)

    def key(self, op: Op) -> Key | None:
        """What makes two ops equal, or None where an op can't be merged."""
        if op.name == "check":
            return ("check", op.operands[0])
        known = DEFINITIONS[op.name]
        if len(op.results) != 1 or known.writes is not None or op.name in CALLS or op.name in ("alloc", "list_new", "pack"):
            return None
        if known.family == "control":
            return None
        result = op.results[0]
        if is_reference(result) and not is_view(op) and op.name not in ("list_get", "unpack"):
            if self.groups.of(result) in self.unshared:
                return None
        versions: tuple[Hashable, ...] = ()
        if reads_memory(op):
            versions = tuple(self.version.get(self.groups.of(v), 0) for v in op.operands if is_reference(v))
        return (op.name, op.operands, attributes_key(op.attributes), versions)


class Scope(dict[Key, tuple[Value, ...]]):
    """A table whose missing entries are looked up in the table around it."""

    def __init__(self, outer: dict[Key, tuple[Value, ...]]) -> None:
        super().__init__()
        self.outer = outer

    def __contains__(self, key: object) -> bool:
        return super().__contains__(key) or key in self.outer

    def __missing__(self, key: Key) -> tuple[Value, ...]:
        return self.outer[key]


def escaping(function: Function, found: Groups) -> set[Value]:
    """The groups that somebody else may keep or write: returned, kept in lists and records, given to calls."""
    kept: set[Value] = set()
    for op in ops_in(function.body):
        if op.name in CALLS or op.name in ("return", "pack", "list_append", "list_set"):
            kept.update(found.of(v) for v in op.operands if is_reference(v))
    return kept


def attributes_key(attributes: dict[str, Any]) -> Hashable:
    """Attributes as a key that tells 0.0 from -0.0 and 1 from 1.0 and True."""
    if not attributes:
        return ()
    return tuple((name, type(value), repr(value)) for name, value in sorted(attributes.items()))
