"""The backward sweep: one method per kind of op, from the last op of a region to its first.

    y = mul a, b             contribute(a, y_bar · b); contribute(b, y_bar · a)
    store v, x, i            v_bar += x_bar[i]; x_bar[i] = 0

Griewank & Walther, Evaluating Derivatives (2008), chapters 3.2 and 4. What reads and writes memory has its adjoints in `memory`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ..analysis.alias import is_reference
from ..ir.op import definition
from ..ir.program import Op, Region, Value
from ..ir.types import ArrayType, ListType, ScalarType, scalar_of
from ..ir.walk import ops_in
from ..ops.rules import Custom, Elementwise, Linear
from . import memory
from .memory import clear_born, cotangent_of
from .restore import undo
from .ruled import cotangents
from .scope import Scope, mirrored
from .stacks import frame_inside, on_same_stack

if TYPE_CHECKING:
    from .reverse import Reverse


def backwards(owner: Reverse, scope: Scope, ops: Sequence[Op]) -> None:
    """Sweep `ops` of `scope.region` backwards."""
    for op in reversed(ops):
        scope.b.location, scope.at = op.location, op
        undo(scope, op)
        _op(owner, scope, op)


def _op(owner: Reverse, scope: Scope, op: Op) -> None:
    sweep = scope.sweep
    if op.name in HANDLERS:
        HANDLERS[op.name](owner, scope, op)
        return
    if op.results and sweep.active.passes(op) and op.result in sweep.active and not mirrored(op):
        _computed(scope, op)
    if op.results and not op.regions and not mirrored(op):
        clear_born(scope, op)


def _computed(scope: Scope, op: Op) -> None:
    """An op that computes its result from its operands by a rule of the catalogue."""
    cotangent = cotangent_of(scope, op.result)
    if cotangent is None:
        return
    rule = definition(op.name).rule
    active = [k for k, v in enumerate(op.operands) if v in scope.sweep.active]
    if isinstance(rule, Elementwise):
        _elementwise(scope, op, rule, active, cotangent)
    elif isinstance(rule, Linear):
        for k in active:
            transpose = rule.transposes[k]
            assert transpose is not None
            operands = tuple(v if j == k else scope.content(v, op) for j, v in enumerate(op.operands))
            contribution = transpose(scope.b, replace(op, operands=operands), cotangent)
            if op.name == "matmul" and is_reference(contribution):
                scope.receive(op.operands[k], contribution)  # a new array, as large as the operand
            else:
                scope.contribute(op.operands[k], contribution)
    elif isinstance(rule, Custom):
        operands = tuple(scope.content(v, op) for v in op.operands)
        mapped = replace(op, operands=operands, results=(scope.content(op.result, op),))
        for v, part in zip(op.operands, rule.adjoint(scope.b, mapped, cotangent), strict=True):
            if part is not None:
                scope.contribute(v, part)
    else:
        raise AssertionError(f"no reverse rule for {op.name}")


def _elementwise(scope: Scope, op: Op, rule: Elementwise, active: Sequence[int], cotangent: Value) -> None:
    def get(k: int) -> Value:
        return scope.content(op.operands[k] if k >= 0 else op.result, op)

    for k in active:
        arrived = cotangent
        if op.name == "cast":
            arrived = scope.b.op("cast", cotangent, dtype=scalar_of(op.operands[k].type).name, name=cotangent.name)
        contribution = scope.sweep.products.along(scope.b, op, rule, k, arrived, get)
        if contribution is not None:
            scope.contribute(op.operands[k], contribution)


def _if(owner: Reverse, scope: Scope, op: Op) -> None:
    if not sweeps(scope, op):
        return
    sweep = scope.sweep
    cotangents = [(k, scope.take(v)) for k, v in enumerate(op.results) if v in sweep.active and not is_reference(v)]
    handed = [(k, scope.shadow(v)) for k, v in arrays_handed_on(scope, op)]
    sides: list[Scope] = []
    condition = scope.value(op.operands[0])
    for n, region in enumerate(op.regions):
        side = Scope(sweep, region, scope.b.inner(), parent=scope, root=scope.root, direct=False)
        side.save = frame_inside(scope, side, op) or _Branch(side, op, n)
        for k, cotangent in cotangents:
            if cotangent is not None:
                side.contribute(region.yielded[k], cotangent)
        for k, cotangent in handed:
            side.receive(region.yielded[k], cotangent)
        backwards(owner, side, region.ops[:-1])
        sides.append(side)
    join_sides(scope, condition, sides)


def join_sides(scope: Scope, condition: Value, sides: Sequence[Scope]) -> None:
    """The `if` of the backward sweep; the adjoints of outer scalars that either side changed are its results."""
    outer = list(dict.fromkeys(v for side in sides for v in side.adjoint if scope.sweep.home[v] is not side.region))
    before = {v: scope.current(v) for v in outer}
    changed = [v for v in outer if any(side.adjoint.get(v, before[v]) is not before[v] for side in sides)]
    regions = []
    for side in sides:
        values = [side.adjoint.get(v) or before[v] or side.absent(v) for v in changed]
        side.b.end("yield", values)
        regions.append(closed(side, ()))
    if not changed and not any(effective(r.ops) for r in regions):
        return
    results = scope.b.emit(
        "if", condition, names=[f"{v.name}_bar" for v in changed], types=[v.type for v in changed], regions=tuple(regions)
    )
    scope.adjoint.update(zip(changed, results, strict=True))


def effective(ops: Sequence[Op]) -> bool:
    """Whether `ops` write anything."""
    return any(
        definition(op.name).writes is not None or op.name == "call" or effective([o for r in op.regions for o in r.ops]) for op in ops
    )


def closed(scope: Scope, arguments: tuple[Value, ...]) -> Region:
    """The finished backward region of `scope`: loads of what was saved come first."""
    scope.close()
    return Region(arguments, (*scope.prologue.ops, *scope.b.ops))


class _Branch:
    """Saves values of one side of an `if` as extra results of it."""

    def __init__(self, side: Scope, op: Op, n: int) -> None:
        self.side = side
        self.op = op
        self.n = n

    def __call__(self, v: Value) -> Value:
        side = self.side
        assert side.parent is not None
        boxed = not isinstance(v.type, (ScalarType, ArrayType))
        type_ = ListType(v.type) if boxed else v.type
        extra = side.sweep.extra(v.name, type_, side.parent.region)
        side.sweep.plan(self.op).branches[self.n].append((v, extra))
        got = side.parent.value(extra)
        return side.prologue.op("list_get", got, side.prologue.i64(0), name=v.name) if boxed else got


def sweeps(scope: Scope, op: Op) -> bool:
    """Whether the backward sweep has anything to do in `op`: an adjoint arrives, or active memory is made or written."""
    sweep = scope.sweep
    if any(v in sweep.active and not is_reference(v) and v in scope.adjoint for v in op.results) or arrays_handed_on(scope, op):
        return True
    if any(g in sweep.active.memory for g in sweep.effects.written_by(op)) or on_same_stack(sweep, ops_in_op(op)):
        return True
    return any(v in sweep.active and is_reference(v) and not mirrored(o) and not o.regions for o in ops_in_op(op) for v in o.results)


def arrays_handed_on(scope: Scope, op: Op) -> list[tuple[int, Value]]:
    """The results of `op`, by position, that are arrays handed on as values, to which something may have come."""
    sweep = scope.sweep
    return [(k, v) for k, v in enumerate(op.results) if v in sweep.local and v in sweep.active and scope.reached(v)]


def ops_in_op(op: Op) -> list[Op]:
    return [o for region in op.regions for o in ops_in(region)]


def _loop(owner: Reverse, scope: Scope, op: Op) -> None:
    if sweeps(scope, op):
        owner.loops(scope, op)


def _call(owner: Reverse, scope: Scope, op: Op) -> None:
    owner.calls.backward(scope, op)


def _ruled(owner: Reverse, scope: Scope, op: Op) -> None:
    """Neither its arguments nor its results are written by it; what its rule reads of them is kept as it was."""
    sweep = scope.sweep
    if sweep.active.passes(op):
        arrived = {k: cotangent_of(scope, v) for k, v in enumerate(op.results) if v in sweep.active}
        directions = {k: v for k, v in arrived.items() if v is not None}
        active = [k for k, v in enumerate(op.operands) if v in sweep.active]
        if directions:
            here = replace(
                op, operands=tuple(scope.content(v, op) for v in op.operands), results=tuple(scope.content(v, op) for v in op.results)
            )
            for k, v in cotangents(scope.b, sweep.products, owner.program, here, directions, active).items():
                scope.contribute(op.operands[k], v)
    clear_born(scope, op)


def _inner_derivative(owner: Reverse, scope: Scope, op: Op) -> None:
    if scope.sweep.active.passes(op):
        owner.inner_derivative(scope, op)
    clear_born(scope, op)


HANDLERS = {
    **memory.HANDLERS,
    "if": _if,
    "for": _loop,
    "while": _loop,
    "call": _call,
    "ruled": _ruled,
    "pushforward": _inner_derivative,
    "pullback": _inner_derivative,
}
