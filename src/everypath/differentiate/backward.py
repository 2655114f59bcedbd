"""The backward sweep: one method per kind of op, from the last op of a region to its first.

    y = mul a, b             contribute(a, y_bar · b); contribute(b, y_bar · a)
    store v, x, i            v_bar += x_bar[i]; x_bar[i] = 0

Griewank & Walther, Evaluating Derivatives (2008), chapters 3.2 and 4; the adjoint of assignment as in Hascoët & Pascual,
The Tapenade automatic differentiation tool (2013).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ..analysis.alias import is_reference
from ..errors import NotSupported
from ..ir.build import Builder
from ..ir.op import definition
from ..ir.program import Op, Region, Value
from ..ir.types import I64, ArrayType, ListType, ScalarType, scalar_of
from ..ir.walk import ops_in
from ..ops.rules import Custom, Elementwise, Linear
from .nested import absent_like, clear
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
        _clear_born(scope, op)


def _clear_born(scope: Scope, op: Op) -> None:
    """Where the sweep may run again, memory that was born here goes back to absent."""
    sweep = scope.sweep
    if not sweep.reusable:
        return
    for v in op.results:
        if not is_reference(v) or sweep.local.get(v) in sweep.late:
            continue
        if v in sweep.active and op.name not in ("list_new", "list_get", "unpack"):
            clear(sweep.products, scope.b, scope.shadow(v))


def _cotangent(scope: Scope, v: Value) -> Value | None:
    """The cotangent of a result: the finished adjoint of a scalar, the shadow of an array."""
    return scope.shadow(v) if is_reference(v) else scope.take(v)


def _computed(scope: Scope, op: Op) -> None:
    """An op that computes its result from its operands by a rule of the catalogue."""
    cotangent = _cotangent(scope, op.result)
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
            scope.contribute(op.operands[k], transpose(scope.b, replace(op, operands=operands), cotangent))
    elif isinstance(rule, Custom):
        operands = tuple(scope.content(v, op) for v in op.operands)
        mapped = replace(op, operands=operands, results=(scope.content(op.result, op),))
        for v, contribution in zip(op.operands, rule.adjoint(scope.b, mapped, cotangent), strict=True):
            if contribution is not None:
                scope.contribute(v, contribution)
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


# Memory ---------------------------------------------------------------------------------------------------------------


def _load(owner: Reverse, scope: Scope, op: Op) -> None:
    array, *indices = op.operands
    cotangent = scope.take(op.result)
    if cotangent is not None and array in scope.sweep.active:
        scope.b.do("accumulate", cotangent, scope.shadow(array), *(scope.value(i) for i in indices))


def _gather(owner: Reverse, scope: Scope, op: Op) -> None:
    array, *indices = op.operands
    if array in scope.sweep.active and op.result in scope.sweep.active:
        scope.b.do("scatter_add", scope.shadow(op.result), scope.shadow(array), *(scope.content(i, op) for i in indices))
    _clear_born(scope, op)


def _picked(owner: Reverse, scope: Scope, op: Op) -> None:
    """The chosen element gets the cotangent; at a tie all of its rivals get it too, undecided."""
    value, tie, x = op.operands
    if op.result not in scope.sweep.active:
        return
    cotangent = _cotangent(scope, op.result)
    if cotangent is not None:
        scope.contribute(value, cotangent)
        if "settled" not in op.attributes and x in scope.sweep.active:
            _to_rivals(scope, op, cotangent, scope.content(tie, op), scope.shadow(x))
    _clear_born(scope, op)


def _to_rivals(scope: Scope, op: Op, cotangent: Value, tie: Value, shadow: Value) -> None:
    b, then, otherwise = scope.b, scope.b.inner(), scope.b.inner()
    undecided = then.op("select", tie, scope.sweep.products.undecided(then, cotangent, tie), scope.absent(shadow), name="undecided")
    axis, any_tie = op.attributes["axis"], tie
    if isinstance(tie.type, ArrayType):
        any_tie = b.op("any", tie, axes=tuple(range(tie.type.rank)), keepdims=False)
        undecided = then.with_axis(undecided, axis)
    then.do("accumulate", undecided, shadow)
    then.end("yield")
    otherwise.end("yield")
    b.emit("if", any_tie, names=(), types=(), regions=(Region((), tuple(then.ops)), Region((), tuple(otherwise.ops))))


def _copy(owner: Reverse, scope: Scope, op: Op) -> None:
    if op.result in scope.sweep.active and op.operands[0] in scope.sweep.active:
        scope.contribute(op.operands[0], scope.shadow(op.result))
    _clear_born(scope, op)


def _broadcast(owner: Reverse, scope: Scope, op: Op) -> None:
    """A read-only view whose elements repeat: its own shadow, summed into the operand's."""
    sweep = scope.sweep
    if op.result not in sweep.active:
        return
    if sweep.effects.written_after(sweep.groups.of(op.result), op, scope.root):
        reason = "an array is written while a broadcast view of it is in use"
        raise NotSupported([(op.location, reason, "copy it first: np.broadcast_to(x, shape).copy()")])
    scope.contribute(op.operands[0], scope.shadow(op.result))
    _clear_born(scope, op)


def _full(owner: Reverse, scope: Scope, op: Op) -> None:
    if op.result in scope.sweep.active and op.operands[0] in scope.sweep.active:
        scope.contribute(op.operands[0], scope.shadow(op.result))
    _clear_born(scope, op)


def _store(owner: Reverse, scope: Scope, op: Op) -> None:
    source, array, *indices = op.operands
    if array not in scope.sweep.active:
        return
    moved = [scope.value(i) for i in indices]
    shadow = scope.shadow(array)
    if source in scope.sweep.active:
        scope.contribute(source, scope.b.op("load", shadow, *moved, name=f"{source.name}_bar"))
    scope.b.do("store", scope.absent(array), shadow, *moved)


def _fill(owner: Reverse, scope: Scope, op: Op) -> None:
    """x[...] = v, a scalar or an array that broadcasts."""
    source, array = op.operands
    if array not in scope.sweep.active:
        return
    if source in scope.sweep.active:
        scope.contribute(source, scope.shadow(array))
    scope.b.do("fill", scope.absent(array), scope.shadow(array))


def _accumulate(owner: Reverse, scope: Scope, op: Op) -> None:
    source, array, *indices = op.operands
    if array not in scope.sweep.active or source not in scope.sweep.active:
        return
    shadow = scope.shadow(array)
    scope.contribute(source, scope.b.op("load", shadow, *(scope.value(i) for i in indices)) if indices else shadow)


def _scatter(owner: Reverse, scope: Scope, op: Op) -> None:
    """In reverse order, each element takes its target's adjoint and clears it: of equal indices the last one gets it."""
    source, array, *indices = op.operands
    if array not in scope.sweep.active:
        return
    b, shadow = scope.b, scope.shadow(array)
    positions = [_flat(b, scope.content(i, op)) for i in indices]
    rest = array.type.rank - len(indices)  # type: ignore[union-attr]
    taken = absent_like(scope.sweep.products, b, scope.value(source)) if source in scope.sweep.active else None
    if taken is not None and not taken.type.contiguous:  # type: ignore[union-attr]
        taken = b.op("full", scope.absent(array), *b.dims(scope.value(source)), name=f"{source.name}_bar")
    count = b.op("dim", positions[0], axis=0)
    rows = _rows(b, taken, count, rest) if taken is not None else None
    last = b.op("sub", count, b.i64(1))

    def body(inner: Builder, k: Value) -> tuple[Value, ...]:
        at = [inner.op("load", p, k) for p in positions]
        if rest == 0:
            if rows is not None:
                inner.do("store", inner.op("load", shadow, *at), rows, k)
            inner.do("store", inner.constant(scope.sweep.products.zero, scalar_of(array.type)), shadow, *at)
            return ()
        target = inner.op("view", shadow, *at, axes="i" * len(at) + "a" * rest)
        if rows is not None:
            inner.do("assign", target, inner.op("view", rows, k, axes="i" + "a" * rest))
        inner.do("fill", inner.constant(scope.sweep.products.zero, scalar_of(array.type)), target)
        return ()

    b.for_(last, b.i64(-1), b.i64(-1), (), body, "k")
    if taken is not None:
        scope.contribute(source, taken)


def _flat(b: Builder, indices: Value) -> Value:
    """Index arrays as one axis."""
    assert isinstance(indices.type, ArrayType)
    if indices.type.rank == 1:
        return indices
    if not indices.type.contiguous:
        indices = b.op("copy", indices, name=indices.name)
    size = b.i64(1)
    for extent in b.dims(indices):
        size = b.op("mul", size, extent)
    return b.op("reshape", indices, size)


def _rows(b: Builder, x: Value, count: Value, rest: int) -> Value:
    """`x` with the axes of the indices made one."""
    dims = b.dims(x)
    return b.op("reshape", x, count, *(dims[len(dims) - rest :] if rest else ()))


def _scatter_add(owner: Reverse, scope: Scope, op: Op) -> None:
    source, array, *indices = op.operands
    if array in scope.sweep.active and source in scope.sweep.active:
        positions = [scope.content(i, op) for i in indices]
        scope.contribute(source, scope.b.op("gather", scope.shadow(array), *positions, name=f"{source.name}_bar"))


# Lists ----------------------------------------------------------------------------------------------------------------


def _list_append(owner: Reverse, scope: Scope, op: Op) -> None:
    items, v = op.operands
    if items not in scope.sweep.active or is_reference(v):
        return
    plan = scope.sweep.plan(op)
    if plan.length is None:
        plan.length = scope.sweep.extra("length", I64, scope.region)
    _take_from_list(scope, scope.shadow(items), scope.value(plan.length), v)


def _list_set(owner: Reverse, scope: Scope, op: Op) -> None:
    items, v, i = op.operands
    if items in scope.sweep.active and not is_reference(v):
        _take_from_list(scope, scope.shadow(items), scope.value(i), v)


def _take_from_list(scope: Scope, shadow: Value, i: Value, v: Value) -> None:
    if v in scope.sweep.active:
        scope.contribute(v, scope.b.op("list_get", shadow, i, name=f"{v.name}_bar"))
    scope.b.do("list_set", shadow, scope.absent(v), i)


def _list_get(owner: Reverse, scope: Scope, op: Op) -> None:
    items, i = op.operands
    if is_reference(op.result) or items not in scope.sweep.active:
        return
    cotangent = scope.take(op.result)
    if cotangent is None:
        return
    shadow, at = scope.shadow(items), scope.value(i)
    total = scope.b.op("add", scope.b.op("list_get", shadow, at), cotangent, name=f"{items.name}_bar")
    scope.b.do("list_set", shadow, total, at)


# Control --------------------------------------------------------------------------------------------------------------


def _if(owner: Reverse, scope: Scope, op: Op) -> None:
    if not sweeps(scope, op):
        return
    sweep = scope.sweep
    cotangents = [(k, scope.take(v)) for k, v in enumerate(op.results) if v in sweep.active and not is_reference(v)]
    sides: list[Scope] = []
    condition = scope.value(op.operands[0])
    for n, region in enumerate(op.regions):
        side = Scope(sweep, region, scope.b.inner(), parent=scope, root=scope.root, direct=False)
        side.save = frame_inside(scope, side, op) or _Branch(side, op, n)
        for k, cotangent in cotangents:
            if cotangent is not None:
                side.contribute(region.yielded[k], cotangent)
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
    if any(v in sweep.active and not is_reference(v) and v in scope.adjoint for v in op.results):
        return True
    if any(g in sweep.active.memory for g in sweep.effects.written_by(op)) or on_same_stack(sweep, ops_in_op(op)):
        return True
    return any(v in sweep.active and is_reference(v) and not mirrored(o) and not o.regions for o in ops_in_op(op) for v in o.results)


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
        arrived = {k: _cotangent(scope, v) for k, v in enumerate(op.results) if v in sweep.active}
        directions = {k: v for k, v in arrived.items() if v is not None}
        active = [k for k, v in enumerate(op.operands) if v in sweep.active]
        if directions:
            here = replace(
                op, operands=tuple(scope.content(v, op) for v in op.operands), results=tuple(scope.content(v, op) for v in op.results)
            )
            for k, v in cotangents(scope.b, sweep.products, owner.program, here, directions, active).items():
                scope.contribute(op.operands[k], v)
    _clear_born(scope, op)


def _inner_derivative(owner: Reverse, scope: Scope, op: Op) -> None:
    if scope.sweep.active.passes(op):
        owner.inner_derivative(scope, op)
    _clear_born(scope, op)


HANDLERS = {
    "load": _load,
    "gather": _gather,
    "picked": _picked,
    "copy": _copy,
    "broadcast": _broadcast,
    "full": _full,
    "store": _store,
    "fill": _fill,
    "assign": _fill,
    "accumulate": _accumulate,
    "scatter": _scatter,
    "scatter_add": _scatter_add,
    "list_append": _list_append,
    "list_set": _list_set,
    "list_get": _list_get,
    "if": _if,
    "for": _loop,
    "while": _loop,
    "call": _call,
    "ruled": _ruled,
    "pushforward": _inner_derivative,
    "pullback": _inner_derivative,
}
