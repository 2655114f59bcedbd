"""What the passes share: which ops may be dropped or moved, and rebuilding ops and functions with other operands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cache
from weakref import WeakKeyDictionary

from ..analysis.alias import is_reference
from ..ir.op import DEFINITIONS
from ..ir.program import Function, Op, Program, Region, Value
from ..ir.types import ArrayType
from ..ir.walk import with_body

CALLS = frozenset({"call", "ruled", "pushforward", "pullback"})
TERMINATORS = frozenset({"yield", "return"})

Pass = Callable[[Function], Function]

settled: WeakKeyDictionary[Function, set[Pass]] = WeakKeyDictionary()
"""The passes that a function has come out of, as it was or made by them: none runs on what it has just made."""


@cache
def each(pass_: Pass) -> Callable[[Program], Program]:
    """The pass on programs that does `pass_` to every function, but for those that have come out of it."""

    def passed(function: Function) -> Function:
        through = settled.setdefault(function, set())
        if pass_ in through:
            return function
        changed = pass_(function)
        settled.setdefault(changed, set()).add(pass_)
        return changed

    def run(program: Program) -> Program:
        return replace(program, functions={name: passed(function) for name, function in program.functions.items()})

    run.__name__ = pass_.__module__.rpartition(".")[2]
    run.__doc__ = pass_.__doc__
    return run


def where_changed(pass_: Callable[[Program], Program], *others: Callable[[Program], Program]) -> Callable[[Program], Program]:
    """The pass, and the others on the functions that it changes."""

    def run(program: Program) -> Program:
        found = pass_(program)
        changed = {name: f for name, f in found.functions.items() if program.functions.get(name) is not f}
        if not changed:
            return found
        part = replace(found, functions=changed)
        for another in others:
            part = another(part)
        return replace(found, functions=found.functions | part.functions)

    run.__name__ = pass_.__name__
    run.__doc__ = pass_.__doc__
    return run


def may_raise(op: Op) -> bool:
    """Whether running `op` itself (not what is inside its regions) can end the call with an error."""
    if "spare" in op.attributes:
        return False
    if op.name in CALLS or op.name in ("check", "host"):
        return True
    if op.name == "index":
        return bool(op.attributes.get("checked", True))
    if op.attributes.get("overflow") == "raise":
        return True
    known = DEFINITIONS[op.name]
    if known.may_raise:
        return True
    return known.family == "elementwise" and sum(isinstance(v.type, ArrayType) for v in op.operands) > 1


def scalar_only(op: Op) -> bool:
    """Whether `op` computes scalars from scalars and does nothing else (it may raise)."""
    known = DEFINITIONS[op.name]
    return known.family == "elementwise" and not any(isinstance(v.type, ArrayType) for v in op.results)


def reads_memory(op: Op) -> bool:
    """Whether what `op` gives hangs on what stands in memory: so it is of all that have a reference, but for those that ask only for
    extents or refer to the same memory."""
    return op.name != "dim" and not is_view(op) and any(is_reference(v) for v in op.operands)


def is_view(op: Op) -> bool:
    """Whether the result of `op` refers to the memory of its operand."""
    return DEFINITIONS[op.name].shares


def writes(op: Op) -> Value | None:
    """The array or list that `op` itself writes, if any."""
    position = DEFINITIONS[op.name].writes
    return None if position is None else op.operands[position]


def renamed(op: Op, env: Mapping[Value, Value]) -> Op:
    """`op` with its operands replaced through `env`: the very same op where nothing changes."""
    for v in op.operands:
        if v in env:
            return Op(op.name, tuple([env.get(v, v) for v in op.operands]), op.results, op.attributes, op.regions, op.location)
    return op


def substituted(ops: Iterable[Op], env: Mapping[Value, Value]) -> list[Op]:
    """`ops` with their operands replaced through `env`, inside of them too."""
    return [with_regions(renamed(op, env), [with_ops(r, substituted(r.ops, env)) for r in op.regions]) for op in ops]


def with_regions(op: Op, regions: Iterable[Region]) -> Op:
    """`op` with other regions: the very same op where nothing changes."""
    if not op.regions:
        return op
    regions = tuple(regions)
    if all(a is b for a, b in zip(op.regions, regions, strict=True)):
        return op
    return Op(op.name, op.operands, op.results, op.attributes, regions, op.location)


def with_ops(region: Region, ops: list[Op]) -> Region:
    """`region` with other ops: the very same region where nothing changes."""
    if len(ops) == len(region.ops) and all(a is b for a, b in zip(ops, region.ops, strict=True)):
        return region
    return Region(region.arguments, tuple(ops))


def with_function_ops(function: Function, ops: list[Op]) -> Function:
    """`function` with other ops: the very same function where nothing changes."""
    region = with_ops(function.body, ops)
    return function if region is function.body else with_body(function, region.ops)
