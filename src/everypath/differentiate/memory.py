"""The adjoints of reads and writes: of elements, slices, gathered elements and items of lists.

    v = load x, i            x_bar[i] += v_bar
    store v, x, i            v_bar += x_bar[i]; x_bar[i] = 0

The adjoint of assignment as in Hascoët & Pascual, The Tapenade automatic differentiation tool (2013).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..analysis.alias import is_reference
from ..analysis.doubtful import done_with
from ..errors import NotSupported
from ..ir.build import Builder
from ..ir.program import Op, Region, Value
from ..ir.types import I64, ArrayType, scalar_of
from .nested import absent_like, clear
from .scope import Scope

if TYPE_CHECKING:
    from .reverse import Reverse


def clear_born(scope: Scope, op: Op) -> None:
    """Where the sweep may run again, memory that was born here goes back to absent."""
    sweep = scope.sweep
    if not sweep.reusable:
        return
    for v in op.results:
        if not is_reference(v) or sweep.local.get(v) in sweep.late:
            continue
        if v in sweep.active and op.name not in ("list_new", "list_get", "unpack"):
            clear(sweep.products, scope.b, scope.shadow(v))


def cotangent_of(scope: Scope, v: Value) -> Value | None:
    """The cotangent of a result: the finished adjoint of a scalar, the shadow of an array."""
    return scope.shadow(v) if is_reference(v) else scope.take(v)


def _load(owner: Reverse, scope: Scope, op: Op) -> None:
    array, *indices = op.operands
    cotangent = scope.take(op.result)
    if cotangent is not None and array in scope.sweep.active:
        scope.b.do("accumulate", cotangent, scope.shadow(array), *(scope.value(i) for i in indices))


def _gather(owner: Reverse, scope: Scope, op: Op) -> None:
    array, *indices = op.operands
    if array in scope.sweep.active and op.result in scope.sweep.active:
        scope.b.do("scatter_add", scope.shadow(op.result), scope.shadow(array), *(scope.content(i, op) for i in indices))
    clear_born(scope, op)


def _picked(owner: Reverse, scope: Scope, op: Op) -> None:
    """The chosen element gets the cotangent; at a tie all of its rivals get it too, undecided."""
    value, tie, x = op.operands
    if op.result not in scope.sweep.active:
        return
    cotangent = cotangent_of(scope, op.result)
    if cotangent is not None:
        scope.contribute(value, cotangent)
        if "settled" not in op.attributes and x in scope.sweep.active:
            _to_rivals(scope, op, cotangent, scope.content(tie, op), scope.shadow(x))
    clear_born(scope, op)


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
    clear_born(scope, op)


def _broadcast(owner: Reverse, scope: Scope, op: Op) -> None:
    """A read-only view whose elements repeat: its own shadow, summed into the operand's. Not to be read after what it shows changed."""
    sweep = scope.sweep
    if op.result not in sweep.active:
        return
    group = sweep.groups.of(op.result)
    outlives = any(is_reference(v) and sweep.groups.of(v) is group for v in sweep.function.returned)
    if sweep.effects.written_after(group, op, scope.root, by_callers=outlives) and not done_with(op, sweep.groups, sweep.effects):
        reason = "an array is written while a broadcast view of it is in use"
        raise NotSupported([(op.location, reason, "copy it first: np.broadcast_to(x, shape).copy()")])
    scope.contribute(op.operands[0], scope.shadow(op.result))
    clear_born(scope, op)


def _full(owner: Reverse, scope: Scope, op: Op) -> None:
    if op.result in scope.sweep.active and op.operands[0] in scope.sweep.active:
        scope.contribute(op.operands[0], scope.shadow(op.result))
    clear_born(scope, op)


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
    return b.op("reshape", indices, b.product(b.dims(indices)))


def _rows(b: Builder, x: Value, count: Value, rest: int) -> Value:
    """`x` with the axes of the indices made one."""
    dims = b.dims(x)
    return b.op("reshape", x, count, *(dims[len(dims) - rest :] if rest else ()))


def _scatter_add(owner: Reverse, scope: Scope, op: Op) -> None:
    source, array, *indices = op.operands
    if array in scope.sweep.active and source in scope.sweep.active:
        positions = [scope.content(i, op) for i in indices]
        scope.contribute(source, scope.b.op("gather", scope.shadow(array), *positions, name=f"{source.name}_bar"))


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
}
"""What each op that reads or writes memory is backwards."""
