"""Who releases which memory, and when.

A region owns what it allocates and what its ops return to it; a view borrows from what it views. An owned array is released
after the last op of its region that uses it or a view of it, and a yield hands it over instead. So memory behaves as in
CPython, and `u = u + dt * f(u)` does not grow.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ..ir.op import definition
from ..ir.program import Function, Op, Region, Value
from ..ir.types import ArrayType, ScalarType
from ..ir.walk import ops_in


@dataclass
class Plan:
    """For each op the owned values to release after it; for each terminator the positions that hand over what they yield."""

    after: dict[Op, list[Value]] = field(default_factory=dict)
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


def plan(function: Function) -> Plan:
    """When each owned value of `function` is released."""
    result = Plan()
    _region(function.body, {}, result)
    return result


def _region(region: Region, lender: dict[Value, Value], result: Plan) -> None:
    """`lender` maps a value that borrows to the one that owns."""
    owned: dict[Value, int] = {}
    for k, op in enumerate(region.ops):
        for value in _used(op) if owned else ():
            holder = lender.get(value, value)
            if holder in owned:
                owned[holder] = k
        for value in _owned_results(op, lender):
            owned[value] = k
        for inner in op.regions:
            _region(inner, lender, result)
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
        if k < end:
            result.after.setdefault(region.ops[k], []).append(value)


def _used(op: Op) -> list[Value]:
    inside = [v for region in op.regions for o in ops_in(region) for v in o.operands]
    return [*op.operands, *inside]


def _owned_results(op: Op, lender: dict[Value, Value]) -> list[Value]:
    """The results of `op` that its region owns; borrowed ones are entered in `lender`."""
    if op.name in ("for", "while"):
        return _loop_results(op, lender)
    if borrows(op):
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
