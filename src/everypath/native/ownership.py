"""Who releases which memory, and when.

A region owns what it allocates and what its ops return to it; a view borrows from what it views. An owned array is released
after the last op of its region that uses it or a view of it, and a yield hands it over instead. So memory behaves as in
CPython, and `u = u + dt * f(u)` does not grow.

What is read of a list that only grows is borrowed from the list, and what is appended as its last use is the list's from then on.
A tape that is read once more before the call ends is not let go of: its blocks go back with the pool, and none of them is looked at again.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ..analysis.alias import Groups, groups
from ..ir.op import definition
from ..ir.program import Function, Op, Region, Value
from ..ir.types import ArrayType, ListType, RecordType, ScalarType
from ..ir.walk import ops_in


@dataclass
class Plan:
    """For each op the owned values to release after it; for each terminator the positions that hand over what they yield."""

    after: dict[Op, list[Value]] = field(default_factory=dict)
    borrowed: set[Value] = field(default_factory=set)  # what is read of a list and not counted
    given: set[Op] = field(default_factory=set)  # appends to a list that hands over what they append
    handed_over: dict[Op, set[int]] = field(default_factory=dict)


def counted(value: Value) -> bool:
    """Whether `value` refers to memory that is counted."""
    return not isinstance(value.type, ScalarType)


def first_carried(op: Op) -> int:
    """Where the carried values start among the operands of a loop."""
    return 3 if op.name == "for" else 1


def unchanged(op: Op) -> set[int]:
    """The carried positions of a loop whose reference goes round as it came in: the array may be written, it stays the same one."""
    (region,) = op.regions
    arguments = region.arguments[1:] if op.name == "for" else region.arguments
    yielded = region.yielded if op.name == "for" else region.yielded[1:]
    return {k for k, (a, y) in enumerate(zip(arguments, yielded, strict=True)) if a is y and counted(a)}


def borrows(op: Op) -> bool:
    """Whether the result is a view of operand 0 and holds nothing itself. A strided array reshaped may be a copy."""
    if op.name == "reshape":
        type_ = op.operands[0].type
        return isinstance(type_, ArrayType) and type_.contiguous
    return op.name == "unpack" or (definition(op.name).shares and bool(op.results))


def plan(function: Function, *, once: bool) -> Plan:
    """When each owned value of `function` is released. When one that runs `once` a call returns, all blocks are given back at once."""
    result, grow = Plan(), tapes(function)
    result.borrowed = {v for op in ops_in(function.body) if op.name == "list_get" and op.operands[0] in grow for v in op.results}
    _region(function.body, {}, result, grow)
    if once and not any(isinstance(t, ListType | RecordType) for t in function.result_types):
        shared = groups(function)
        _leave(function.body, {shared.of(v) for v in function.returned}, shared, result, False)
    return result


GROWS = frozenset("list_new pack call".split())
"""What may make much that lives on: memory that is free by then is of use to it."""


def _leave(region: Region, returned: set[Value], shared: Groups, result: Plan, grows: bool) -> None:
    """Leave lists of references to the end of the call, unless more is made after them or what they hold may be returned."""
    for op in reversed(region.ops):
        if op in result.after and not grows:
            result.after[op] = [v for v in result.after[op] if not (_holds_references(v) and shared.of(v) not in returned)]
        if op.name == "if":
            for inner in op.regions:
                _leave(inner, returned, shared, result, grows)
        grows = grows or op.name in GROWS or any(o.name in GROWS for inner in op.regions for o in ops_in(inner))


def _holds_references(v: Value) -> bool:
    return isinstance(v.type, ListType) and not isinstance(v.type.element, ScalarType)


def tapes(function: Function) -> set[Value]:
    """Lists that only grow, whatever name they go by: made here or read of such a list, appended to, read, and kept in such a list."""
    found: set[Value] = set()
    for op in ops_in(function.body):
        made = op.name == "list_new" or (op.name == "list_get" and op.operands[0] in found)
        found |= {v for v in op.results if isinstance(v.type, ListType) and (made or v.type.segments)}
    while True:
        lost = {v for op in ops_in(function.body) for k, v in enumerate(op.operands) if v in found and not _only_grows(op, k, found)}
        lost |= {
            v for op in ops_in(function.body) if op.name == "list_get" and op.operands[0] not in found for v in op.results if v in found
        }
        if not lost:
            return found
        found -= lost


def _only_grows(op: Op, position: int, found: set[Value]) -> bool:
    v = op.operands[position]
    if position == 1:
        return op.name == "list_append" and op.operands[0] in found
    return op.name in ("list_append", "list_get", "list_length") or (isinstance(v.type, ListType) and v.type.segments)


def _region(region: Region, lender: dict[Value, Value], result: Plan, grow: set[Value]) -> None:
    """`lender` maps a value that borrows to the one that owns; what is read of lists that only `grow` is borrowed."""
    owned: dict[Value, int] = {}
    for k, op in enumerate(region.ops):
        for value in _used(op) if owned else ():
            holder = lender.get(value, value)
            if holder in owned:
                owned[holder] = k
        for value in _owned_results(op, lender, grow):
            owned[value] = k
        for inner in op.regions:
            _region(inner, lender, result, grow)
    end = len(region.ops) - 1
    terminator = region.terminator
    given = result.handed_over.setdefault(terminator, set())
    left = {value for value, k in owned.items() if k == end}
    for position, value in enumerate(terminator.operands):
        holder = lender.get(value, value)
        if holder in left:
            given.add(position)
            left.remove(holder)
    for value, k in owned.items():
        op = region.ops[k]
        if k < end and op.name == "list_append" and lender.get(op.operands[1], op.operands[1]) is value:
            result.given.add(op)
        elif k < end:
            result.after.setdefault(op, []).append(value)


def _used(op: Op) -> list[Value]:
    inside = [v for region in op.regions for o in ops_in(region) for v in o.operands]
    return [*op.operands, *inside]


def _owned_results(op: Op, lender: dict[Value, Value], grow: set[Value]) -> list[Value]:
    """The results of `op` that its region owns; borrowed ones are entered in `lender`."""
    if op.name in ("for", "while"):
        return _loop_results(op, lender)
    if borrows(op) or (op.name == "list_get" and op.operands[0] in grow):
        for value in filter(counted, op.results):
            lender[value] = lender.get(op.operands[0], op.operands[0])
        return []
    return [v for v in op.results if counted(v)]


def _loop_results(op: Op, lender: dict[Value, Value]) -> list[Value]:
    same = unchanged(op)
    arguments = op.regions[0].arguments[1 if op.name == "for" else 0 :]
    inits = op.operands[first_carried(op) :]
    for k in same:
        lender[arguments[k]] = lender[op.results[k]] = lender.get(inits[k], inits[k])
    return [v for k, v in enumerate(op.results) if counted(v) and k not in same]
