"""Which arrays and lists may share memory: one union-find over a function's references.

    x = param; y = view x; z = alloc; if c {yield y} {yield z} -> w      groups {x, y, z, w}

Parameters are distinct, because the call boundary looks (decisions 11); not so in a recursive function that writes one, nor in one that
a call gives the same memory twice (`optimise.overlaps`). So is what a function finds in a record that it is given, where that is said.
"""

from __future__ import annotations

from collections import defaultdict

from ..ir.op import definition
from ..ir.program import Function, Op, Region, Value
from ..ir.types import RecordType, ScalarType
from ..ir.walk import handed_on, ops_in
from ..once import once
from ..unchanging import plain_value


@plain_value
class Groups:
    """Every reference of a function by the memory it may share: equal group, possibly shared; unequal, distinct for certain.

    What is `given` was there before the function ran, and others may read it later: its parameters, and what it finds in a record.
    """

    root: dict[Value, Value]
    members: dict[Value, tuple[Value, ...]]
    given: frozenset[Value]

    def of(self, value: Value) -> Value:
        """The group of a reference: a value that stands for it (itself, where the function doesn't mention it)."""
        return self.root.get(value, value)

    def same(self, a: Value, b: Value) -> bool:
        """Whether two references may share memory."""
        return self.of(a) is self.of(b)


class _Union:
    def __init__(self) -> None:
        self.parent: dict[Value, Value] = {}

    def find(self, value: Value) -> Value:
        parents = self.parent
        parent = parents.setdefault(value, value)
        while parent is not (above := parents[parent]):
            parents[parent] = parents[above]
            parent = parents[parent]
        parents[value] = parent
        return parent

    def join(self, a: Value, b: Value) -> None:
        if is_reference(a) and is_reference(b):
            self.parent[self.find(a)] = self.find(b)


def is_reference(value: Value) -> bool:
    """Whether `value` refers to memory: an array, a list or a record."""
    return not isinstance(value.type, ScalarType)


def groups(function: Function, aloof: frozenset[str] = frozenset()) -> Groups:
    """The groups of `function`; what those that are `aloof` return (`effects.aloof_functions`) shares memory with nothing else."""
    return found(function, aloof) if aloof else by_themselves(function)


@once
def by_themselves(function: Function) -> Groups:
    """The groups of a function where nothing is known of those it calls."""
    return found(function, frozenset())


def found(function: Function, aloof: frozenset[str]) -> Groups:
    """The groups, found anew."""
    union = _Union()
    for parameter in function.parameters:
        if is_reference(parameter):
            union.find(parameter)
    if function.attributes.get("recursive") or function.attributes.get("overlapping"):
        _join_all(union, function.parameters)
    _region(union, function.body, aloof, only_opened(function))
    members: dict[Value, list[Value]] = defaultdict(list)
    root = {value: union.find(value) for value in list(union.parent)}
    for value, representative in root.items():
        members[representative].append(value)
    there = (*function.parameters, *(op.results[0] for op in ops_in(function.body) if op.name == "unpack"))
    given = frozenset(union.find(v) for v in there if is_reference(v))
    return Groups(root, {r: tuple(vs) for r, vs in members.items()}, given)


def only_opened(function: Function) -> frozenset[Value]:
    """The records among the parameters that nothing is done with but reading their fields."""
    records = {p for p in function.parameters if isinstance(p.type, RecordType)}
    if records:
        for op in ops_in(function.body):
            if op.name != "unpack":
                records.difference_update(op.operands)
    return frozenset(records)


KEEPING = frozenset({"call", "list_append", "list_set"})
"""Ops that join what they are given, whether or not they make anything that refers to memory."""


def _region(union: _Union, region: Region, aloof: frozenset[str], opened: frozenset[Value]) -> None:
    fields: dict[tuple[Value, int], Value] = {}
    for op in ops_in(region):
        made = [v for v in op.results if not isinstance(v.type, ScalarType)]
        for value in made:
            union.parent.setdefault(value, value)
        for inner in op.regions:
            for argument in filter(is_reference, inner.arguments):
                union.find(argument)
        if not made and not op.regions and op.name not in KEEPING:
            continue
        if op.name == "unpack" and op.attributes.get("apart") and op.operands[0] in opened:
            union.join(op.results[0], fields.setdefault((op.operands[0], op.attributes["field"]), op.results[0]))
        elif op.name != "call" or op.attributes["callee"] not in aloof:
            _op(union, op)


def _op(union: _Union, op: Op) -> None:
    if op.regions:
        for source, target in handed_on(op):
            union.join(source, target)
    elif op.name == "call":
        _join_all(union, (*op.operands, *op.results))
    elif op.name == "list_append":
        union.join(op.operands[0], op.operands[1])
    elif op.name == "list_set":
        union.join(op.operands[0], op.operands[1])
    elif op.name in ("list_get", "unpack"):
        union.join(op.results[0], op.operands[0])
    elif op.name == "pack":
        _join_all(union, (*op.operands, *op.results))
    elif definition(op.name).shares:
        union.join(op.results[0], op.operands[0])


def _join_all(union: _Union, values: tuple[Value, ...]) -> None:
    references = [v for v in values if is_reference(v)]
    for value in references[1:]:
        union.join(references[0], value)
