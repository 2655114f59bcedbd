"""What stands in the brackets: a basic view, then index arrays, placed by NumPy's rules."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from ...ir.program import Value
from ...ir.types import BOOL, I64, scalar_of
from ...unchanging import plain_value
from ..context import Context
from ..frame import Frame
from ..naming import type_name
from ..objects import List, RunTuple
from ..outside import never
from ..raising import shape_text
from ..values import NONE, Abstract, Array, Buffer, Range, RunList, Scalar, Slice, Static, Tuple, is_none
from .conversion import index_array
from .slices import view_numbers
from .views import flat

FULL = Slice(NONE, NONE, NONE)


@plain_value
class Selection:
    """The elements that a key selects.

    `base` is the array after integers, slices and new axes. `indices`, of one shape and in range, take from its axes `axes`;
    their axes stand at `place` among those of the result. Without indices, `base` itself is what was selected.
    `element` holds the indices of a single element, where the key is one.
    """

    base: Value
    axes: tuple[int, ...] = ()
    indices: tuple[Value, ...] = ()
    place: int = 0
    element: tuple[Value, ...] | None = None


NO_INDEX = "only integers, slices (`:`), ellipsis (`...`), numpy.newaxis (`None`) and integer or boolean arrays are valid indices"


def select(context: Context, node: ast.AST, x: Array, entries: list[Abstract]) -> Selection:
    """What `x[entries]` selects: one element only without an Ellipsis. IndexError at run time for what is out of range."""
    dotted = any(isinstance(e, Static) and e.value is Ellipsis for e in entries)
    entries = expanded(context, node, x, entries)
    if len(entries) == x.rank and not dotted and all(isinstance(e, Scalar) and not is_truth(e) for e in entries):
        return Selection(x.value, element=tuple(checked(context, e, x.value, k) for k, e in enumerate(entries)))  # type: ignore[arg-type]
    return selected(context, node, x, entries)


def entries_of(context: Context, node: ast.AST, key: Abstract) -> list[Abstract]:
    """The entries of the key, sequences made into arrays, arrays of rank 0 into numbers."""
    key = context.present(key, node)
    if isinstance(key, RunTuple):
        context.refuse(
            node, "a tuple whose length is known only when the function runs is no index", "use a list, or a tuple of so many items"
        )
    items = key.items if isinstance(key, Tuple) else (key,)
    return [entry(context, node, item) for item in items]


def entry(context: Context, node: ast.AST, item: Abstract) -> Abstract:
    item = context.present(item, node)
    if isinstance(item, (Tuple, List, RunList, Range, Buffer)):
        item = index_array(context, node, item)
    if isinstance(item, Array) and item.rank == 0:
        item = Scalar(context.b.op("load", item.value), "numpy")
    if isinstance(item, Static) and isinstance(item.value, int):  # a member of an IntEnum
        item = context.integer(int(item.value))
    if isinstance(item, Slice) or is_none(item) or (isinstance(item, Static) and item.value is Ellipsis):
        return item
    if isinstance(item, (Scalar, Array)) and not scalar_of(item.value.type).is_float:
        return item
    if context.takes(IndexError):
        context.raises(node, IndexError, NO_INDEX)
    context.refuse(
        node,
        f"{NO_INDEX}, not {type_name(item)}",
        "convert with int(…) or .astype(int)",
    )


def is_truth(entry: Abstract) -> bool:
    """Whether the entry is a single boolean: a mask of no axes, which adds one of length 1 or 0."""
    return isinstance(entry, Scalar) and entry.type == BOOL


def expanded(context: Context, node: ast.AST, x: Array, entries: list[Abstract]) -> list[Abstract]:
    """The entries with the Ellipsis, given or implied, as whole slices."""
    dots = [k for k, e in enumerate(entries) if isinstance(e, Static) and e.value is Ellipsis]
    if len(dots) > 1:
        context.refuse(node, "an index can only have a single ellipsis ('...')", "keep one")
    used = sum(e.rank if isinstance(e, Array) and e.dtype == BOOL else 0 if isinstance(e, Static) or is_truth(e) else 1 for e in entries)
    if used > x.rank:
        assert isinstance(context, Frame)
        never(context, node, IndexError, f"too many indices for array: array is {x.rank}-dimensional, but {used} were indexed")
    at = dots[0] if dots else len(entries)
    ellipsis = entries[at : at + 1] if dots and any(isinstance(e, Array) or is_truth(e) for e in entries) else []
    return [*entries[:at], *ellipsis, *[FULL] * (x.rank - used), *entries[at + 1 :]]


def selected(context: Context, node: ast.AST, x: Array, entries: list[Abstract]) -> Selection:
    """The general case: a view first, then the index arrays."""
    b = context.b
    letters, numbers, axis, kept = "", list[Value](), 0, 0
    arrays: list[tuple[int, Array]] = []
    for item in entries:
        if is_none(item):
            letters, kept = letters + "n", kept + 1
        elif isinstance(item, Array):
            consumed = item.rank if item.dtype == BOOL else 1
            arrays.append((kept, item))
            letters, axis, kept = letters + "a" * consumed, axis + consumed, kept + consumed
        elif isinstance(item, Scalar) and is_truth(item):  # a new axis of one element, and a mask of it
            arrays.append((kept, Array(b.op("full", item.value, b.i64(1), name="mask"))))
            letters, kept = letters + "n", kept + 1
        elif isinstance(item, Scalar):
            numbers.append(checked(context, item, x.value, axis))
            letters, axis = letters + "i", axis + 1
        elif isinstance(item, Slice):
            letter, more = view_numbers(context, node, item, b.op("dim", x.value, axis=axis, name=f"{x.value.name}_dim{axis}"))
            numbers += more
            letters, axis, kept = letters + letter, axis + 1, kept + 1
    whole = set(letters) <= {"a"}
    base = x.value if whole and arrays else b.op("view", x.value, *numbers, axes=letters, name=x.value.name)
    if not arrays:
        return Selection(base)
    axes, indices = index_arrays(context, node, base, arrays)
    return Selection(base, axes, indices, placement(entries))


def checked(context: Context, i: Scalar, x: Value, axis: int) -> Value:
    """The index `i` of `x` on `axis`, wrapped if negative, IndexError if out of range."""
    n = context.b.op("dim", x, axis=axis, name=f"{x.name}_dim{axis}")
    return context.b.op("index", context.as_type(i, I64), n, axis=axis, checked=True, name=i.value.name)


def placement(entries: Sequence[Abstract]) -> int:
    """Where the index arrays' axes go: in place of the arrays if these stand side by side (integers count as arrays), else first."""
    advanced = [k for k, e in enumerate(entries) if isinstance(e, (Array, Scalar))]
    if advanced[-1] - advanced[0] + 1 != len(advanced):
        return 0
    return sum(isinstance(e, Slice) or is_none(e) for e in entries[: advanced[0]])


def index_arrays(
    context: Context, node: ast.AST, base: Value, arrays: Sequence[tuple[int, Array]]
) -> tuple[tuple[int, ...], tuple[Value, ...]]:
    """The axes of `base` that are indexed, and their indices, wrapped, checked and broadcast to one shape."""
    axes: list[int] = []
    indices: list[Value] = []
    for first, item in arrays:
        if item.dtype == BOOL:
            places = nonzero(context, matching_mask(context, base, item, first, none_fits=True))
        else:
            n = context.b.op("dim", base, axis=first, name=f"{base.name}_dim{first}")
            i = context.cast(item.value, I64)
            places = (context.b.op("index", i, n, axis=first, checked=True, name=item.value.name),)
        axes += range(first, first + len(places))
        indices += places
    return tuple(axes), broadcast_indices(context, indices)


def matching_mask(context: Context, base: Value, mask: Array, first: int, none_fits: bool = False) -> Array:
    """`mask`, checked to have the extents of the axes of `base` that it stands for; an extent of 0, which chooses nothing, fits any."""
    b = context.b
    for k in range(mask.rank):
        n, m = b.op("dim", base, axis=first + k), b.op("dim", mask.value, axis=k)
        fits = b.op("eq", n, m)
        context.check(
            b.op("or", fits, b.op("eq", m, b.i64(0))) if none_fits else fits,
            IndexError,
            f"boolean index did not match indexed array along axis {first + k}; size of axis is {{}} but size of corresponding "
            "boolean axis is {}",
            n,
            m,
        )
    return mask


def nonzero(context: Context, mask: Array) -> tuple[Value, ...]:
    """The positions where `mask` holds, in C order, one i64 array for each axis."""
    b = context.b
    if mask.rank == 1:
        return (b.op("nonzero", mask.value),)

    position = b.op("nonzero", flat(context, mask).value)
    places: list[Value] = []
    for n in reversed(b.dims(mask.value)[1:]):
        places.append(b.op("mod", position, n, name="place"))
        position = b.op("floordiv", position, n, name="place")
    return (position, *reversed(places))


def broadcast_indices(context: Context, indices: Sequence[Value]) -> tuple[Value, ...]:
    """The index arrays broadcast to one shape; IndexError where they cannot be."""
    if len(indices) == 1:
        return tuple(indices)
    b = context.b
    rank = max(i.type.rank for i in indices)  # type: ignore[union-attr]
    shapes = [[b.i64(1)] * (rank - i.type.rank) + list(b.dims(i)) for i in indices]  # type: ignore[union-attr]
    one = b.i64(1)
    dims: list[Value] = []
    for extents in zip(*shapes):
        dim = extents[0]
        for n in extents[1:]:
            dim = b.op("select", b.op("eq", dim, one), n, dim, name="extent")
        for n in extents:
            fits = b.op("or", b.op("eq", n, dim), b.op("eq", n, one))
            shown = [shape[rank - i.type.rank :] for i, shape in zip(indices, shapes)]  # type: ignore[union-attr]
            context.check(fits, IndexError, MISMATCH + " ".join(map(shape_text, shown)) + " ", *(n for dims_ in shown for n in dims_))
        dims.append(dim)
    return tuple(b.op("broadcast", i, *dims, name=i.name) for i in indices)


MISMATCH = "shape mismatch: indexing arrays could not be broadcast together with shapes "
