"""Subscripts of arrays, read and written: x[key], x[key] = v, x[key] += v."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from ...ir.program import Value
from ...ir.types import BOOL, ArrayType
from ...library.numpy.places import set_flat_at
from ..context import Context
from ..effects import may_write
from ..frame import Frame
from ..objects import sequence_items
from ..raising import shape_text
from ..values import Abstract, Array, RunList, Scalar, Static, Tuple
from .conversion import Operand, array, common_dtype, convert, operand, stored, stored_at
from .keys import Selection, entries_of, matching_mask, select
from .operators import UFUNC_OF, augmented_array, binary
from .out import same_kind
from .overlap import detached
from .views import moved, rank_of

Done = Callable[[Abstract, Callable[[Abstract], None]], bool]

__all__ = ["add_at", "augmented", "read", "write", "written_flat"]


def read(context: Context, node: ast.AST, x: Array, key: Abstract) -> Abstract:
    """`x[key]`: one element is a NumPy scalar; integers and slices give a view, index arrays, also of rank 0, a fresh array."""
    context.at(node)
    chosen = select(context, node, x, entries_of(context, node, key))
    if chosen.element is not None:
        return element(context, x, chosen)
    if chosen.indices:
        return Array(taken(context, chosen))
    fresh = any(isinstance(item, Array) for item in (key.items if isinstance(key, Tuple) else (key,)))
    return Array(context.b.op("copy", chosen.base, name=x.value.name) if fresh else chosen.base)


def element(context: Context, x: Array, chosen: Selection) -> Scalar:
    assert chosen.element is not None
    return Scalar(context.b.op("load", x.value, *chosen.element, name=x.value.name), "numpy")


def write(context: Context, node: ast.AST, x: Array, key: Abstract, value: Abstract) -> None:
    """`x[key] = value`: cast to the dtype of `x` as NumPy does, broadcast to what was selected."""
    context.at(node)
    entries = entries_of(context, node, key)
    source = assigned(context, node, value)
    mask = whole_mask(context, x, entries) if isinstance(source, Scalar) else None
    if mask is not None:
        fill_where(context, x, mask, stored(context, node, source, x.dtype))
        return
    put(context, node, x, select(context, node, x, entries), source)


def written_flat(c: Frame, node: ast.AST, line: Array, key: Abstract, value: Abstract) -> bool:
    """`x.flat[key] = values`, where `line` are the elements: several places take the values over and over."""
    one = isinstance(key, Scalar) or (isinstance(key, Tuple) and len(key.items) == 1 and isinstance(key.items[0], Scalar))
    several = (isinstance(value, Array) and value.rank > 0) or sequence_items(value) is not None or isinstance(value, RunList)
    if one or not several:
        return False
    c.call(Static(set_flat_at), [line, key, value], {}, node)
    return True


def augmented(c: Frame, node: ast.AST, x: Array, key: Abstract, op: str, compute: Callable[[], Abstract], done: Done) -> None:
    """`x[key] op= value`: the elements are read, the value computed, the new elements written. Of equal indices the last stays.

    `compute` lowers the value. Where that cannot write to memory, an element may as well be read afterwards, and a sum accumulated.
    `done` does something with the one that a value is, and says whether it is one of several.
    """
    c.at(node)
    mark = c.mark()
    entries = entries_of(c, node, key)
    mask = whole_mask(c, x, entries)
    chosen = None if mask is not None else select(c, node, x, entries)
    before = c.mark()
    value = compute()
    writes = may_write(list(c.ops_since(before)), c.unit.functions)
    if not writes and done(value, lambda one: augmented(c, node, x, key, op, lambda: one, done)):
        return
    by = operand(c, node, value)
    is_view = chosen is not None and chosen.element is None and not chosen.indices
    if not is_view and writes:
        c.roll_back(mark)
        read_first(c, node, x, key, op, compute)
        return
    c.at(node)
    if chosen is None and mask is not None and fills(x, op, by):
        changed = binary(c, node, op, x, by)
        assert isinstance(changed, Array)
        fill_where(c, x, mask, same_kind(c, node, UFUNC_OF[op], changed.value, x))
        return
    chosen = chosen or select(c, node, x, entries)
    if chosen.element is not None:
        augment_element(c, node, x, chosen, op, by)
    elif is_view:
        augmented_array(c, node, op, Array(chosen.base), by)
    else:
        put(c, node, x, chosen, changed_copy(c, node, x, op, taken(c, chosen), by))


def fills(x: Array, op: str, by: Operand) -> bool:
    """Whether `x[mask] op= by` may compute all of `x op by` and keep what the mask selects: nothing in it raises or warns."""
    return isinstance(by, Scalar) and x.dtype != BOOL and (op in ("+", "-", "*") or (op == "/" and x.dtype.is_float))


def read_first(c: Frame, node: ast.AST, x: Array, key: Abstract, op: str, compute: Callable[[], Abstract]) -> None:
    """`x[key] op= value` of an element or of elements at index arrays, where computing the value may write to `x` or to the key."""
    old = read(c, node, x, key)
    assert isinstance(old, (Scalar, Array))
    by = operand(c, node, compute())
    c.at(node)
    write(c, node, x, key, binary(c, node, op, old, by) if isinstance(old, Scalar) else changed_copy(c, node, x, op, old.value, by))


def changed_copy(c: Frame, node: ast.AST, x: Array, op: str, old: Value, by: Operand) -> Array:
    """`old op= by` of a copy of elements of `x`."""
    changed = binary(c, node, op, Array(old), by)
    assert isinstance(changed, (Scalar, Array))
    return Array(same_kind(c, node, UFUNC_OF[op], changed.value, x))


def augment_element(context: Context, node: ast.AST, x: Array, chosen: Selection, op: str, by: Operand) -> None:
    """`x[i] op= v`. Sums are accumulated, so that a loop that only adds is seen to."""
    assert chosen.element is not None
    if isinstance(by, Array):
        context.refuse(node, "setting an array element with a sequence.", "add one element, or a slice")
    if op in ("+", "-") and x.dtype != BOOL and ((by.weak and not (by.kind == "float" and x.dtype.is_integer)) or by.type == x.dtype):
        v = convert(context, node, by, x.dtype)
        context.b.do("accumulate", v if op == "+" else context.b.op("neg", v), x.value, *chosen.element)
        return
    changed = binary(context, node, op, element(context, x, chosen), by)
    assert isinstance(changed, Scalar)
    context.b.do("store", stored_at(context, node, changed, x.dtype), x.value, *chosen.element)


def add_at(context: Context, node: ast.AST, op: str, x: Array, key: Abstract, value: Abstract) -> None:
    """`np.add.at(x, key, value)` and `np.subtract.at`: of equal indices every one counts."""
    context.at(node)
    by = assigned(context, node, value)
    chosen = select(context, node, x, entries_of(context, node, key))
    if chosen.element is not None:
        augment_element(context, node, x, chosen, op, by)
    elif not chosen.indices:
        augmented_array(context, node, op, Array(chosen.base), by)
    elif x.dtype == BOOL:
        context.refuse(node, f"'{op}' of booleans at indices is not supported", "use an integer array")
    else:
        shift = same_kind(context, node, UFUNC_OF[op], convert(context, node, by, common_dtype([by, x])), x)
        scatter(context, chosen, shift if op == "+" else context.b.op("neg", shift), "scatter_add")


# Pieces ---------------------------------------------------------------------------------------------------------------


def whole_mask(context: Context, x: Array, entries: Sequence[Abstract]) -> Array | None:
    """The mask, if the key is one boolean array on the leading axes of `x` and nothing else."""
    mask = entries[0] if len(entries) == 1 else None
    if not isinstance(mask, Array) or mask.dtype != BOOL or mask.rank > x.rank:
        return None
    return matching_mask(context, x.value, mask, 0)


def fill_where(context: Context, x: Array, mask: Array, value: Value) -> None:
    """x[mask] = value, a scalar or an array shaped like `x`: what the mask leaves out keeps its element and its derivative."""
    b = context.b
    spread = mask.value
    if mask.rank < x.rank:
        spread = b.op("view", spread, axes="a" * mask.rank + "n" * (x.rank - mask.rank), name=spread.name)
    b.do("assign", b.op("select", spread, value, x.value, name=x.value.name), x.value)


def assigned(context: Context, node: ast.AST, value: Abstract) -> Operand:
    """The value to be written: a number, or an array of rank 1 or more."""
    value = context.present(value, node)
    if sequence_items(value) is not None:
        value = array(context, node, value)
    return operand(context, node, value)


def put(context: Context, node: ast.AST, x: Array, chosen: Selection, source: Operand) -> None:
    """Write `source` where `chosen` points."""
    b = context.b
    value = (stored if chosen.indices else stored_at)(context, node, source, x.dtype)
    if chosen.element is not None:
        if isinstance(value.type, ArrayType):
            context.refuse(node, "setting an array element with a sequence.", "assign one number, or index a slice: x[i:i+1] = …")
        b.do("store", value, x.value, *chosen.element)
    elif chosen.indices:
        scatter(context, chosen, value)
    elif isinstance(value.type, ArrayType):
        value = narrowed(context, value, rank_of(chosen.base), b.dims(chosen.base))
        b.do("assign", detached(context, value, chosen.base), chosen.base)
    else:
        b.do("fill", value, chosen.base)


def narrowed(context: Context, value: Value, rank: int, target: tuple[Value, ...]) -> Value:
    """`value` without the leading axes that the target lacks, which must have length 1."""
    extra = rank_of(value) - rank
    if extra <= 0:
        return value
    b = context.b
    dims = b.dims(value)
    for dim in dims[:extra]:
        message = f"could not broadcast input array from shape {shape_text(dims)} into shape {shape_text(target)}"
        context.check(b.op("eq", dim, b.i64(1)), ValueError, message, *dims, *target)
    return b.op("view", value, *[b.i64(0)] * extra, axes="i" * extra + "a" * rank, name=value.name)


# Index arrays ---------------------------------------------------------------------------------------------------------


def leading(context: Context, chosen: Selection) -> Value:
    """The base with the indexed axes first."""
    rest = [k for k in range(rank_of(chosen.base)) if k not in chosen.axes]
    return moved(context, chosen.base, (*chosen.axes, *rest))


def placed_axes(chosen: Selection) -> tuple[int, ...]:
    """For each axis of the result, its position in what `gather` gives (the index arrays' axes first)."""
    spread, place = rank_of(chosen.indices[0]), chosen.place
    rest = rank_of(chosen.base) - len(chosen.axes)
    kept = tuple(range(spread, spread + rest))
    return (*kept[:place], *range(spread), *kept[place:])


def taken(context: Context, chosen: Selection) -> Value:
    """The elements at the index arrays, in fresh memory."""
    gathered = context.b.op("gather", leading(context, chosen), *chosen.indices, name=chosen.base.name)
    return moved(context, gathered, placed_axes(chosen))


def scatter(context: Context, chosen: Selection, value: Value, how: str = "scatter") -> None:
    """Write `value`, broadcast to the shape of the result, at the index arrays; or add it there."""
    b = context.b
    target = leading(context, chosen)
    dims = (*b.dims(chosen.indices[0]), *b.dims(target)[len(chosen.axes) :])
    if not isinstance(value.type, ArrayType):
        b.do(how, b.op("full", value, *dims, name=value.name), target, *chosen.indices)
        return
    order = placed_axes(chosen)
    shape = tuple(dims[k] for k in order)
    value = detached(context, narrowed(context, value, len(shape), shape), target)
    matched(context, value, shape)
    spread = b.op("broadcast", value, *shape, name=value.name)
    back = sorted(range(len(order)), key=order.__getitem__)
    b.do(how, moved(context, spread, back), target, *chosen.indices)


def matched(context: Context, value: Value, shape: tuple[Value, ...]) -> None:
    """Check that `value` broadcasts to `shape`."""
    b, dims = context.b, context.b.dims(value)
    message = f"shape mismatch: value array of shape {shape_text(dims)} could not be broadcast to indexing result of shape "
    for have, want in zip(reversed(dims), reversed(shape)):
        fits = b.op("or", b.op("eq", have, want), b.op("eq", have, b.i64(1)))
        context.check(fits, ValueError, message + shape_text(shape), *dims, *shape)
