"""Arrays of sets (words of 64 bits), united along axes, through products, and where they are added up in memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from ..ir.build import Builder
from ..ir.program import Value
from ..ir.types import I64, ArrayType, scalar_of
from .nested import new_array


def empty(b: Builder, x: Value) -> Value:
    """An array of empty sets as large as the array `x`."""
    assert isinstance(x.type, ArrayType)
    type_ = replace(x.type, dtype=I64, contiguous=True)
    return new_array(b, "full", (b.i64(0, "nothing"), *b.dims(x)), Value(f"{x.name}_set", type_))


def union(b: Builder, sets: Sequence[Value], name: str = "union") -> Value:
    """The union of sets and arrays of them, which broadcast, in memory of its own."""
    if not sets:
        return b.i64(0, "nothing")
    first, *more = sets
    if not more:
        return b.op("copy", first, name=name) if isinstance(first.type, ArrayType) else first
    for other in more:
        first = b.op("or", first, other, name=name, spare=True)
    return first


def nest(b: Builder, dims: Sequence[Value], body: Callable[..., None], *outer: Value) -> None:
    """`body(builder, *indices)` at every point of an index space."""
    if not dims:
        body(b, *outer)
        return

    def turn(inner: Builder, i: Value) -> tuple[()]:
        nest(inner, dims[1:], body, *outer, i)
        return ()

    b.loop(dims[0], turn)


def total(b: Builder, dims: Sequence[Value], start: Value, body: Callable[..., Value], *outer: Value) -> Value:
    """The union of `start` and the sets that `body(builder, *indices)` gives at every point of an index space."""
    if not dims:
        return b.op("or", start, body(b, *outer))

    def turn(inner: Builder, i: Value, so_far: Value) -> tuple[Value]:
        return (total(inner, dims[1:], so_far, body, *outer, i),)

    return b.for_(b.i64(0), dims[0], b.i64(1), (start,), turn, names=("total",))[0]


def everywhere(b: Builder, x: Value) -> Value:
    """The union of all sets in `x`."""
    if not isinstance(x.type, ArrayType):
        return all_listed(b, x) if x.type != I64 else x
    return total(b, b.dims(x), b.i64(0), lambda inner, *at: inner.op("load", x, *at))


def all_listed(b: Builder, x: Value) -> Value:
    """The union of all sets in a list."""

    def turn(inner: Builder, i: Value, so_far: Value) -> tuple[Value]:
        return (inner.op("or", so_far, everywhere(inner, inner.op("list_get", x, i))),)

    return b.for_(b.i64(0), b.op("list_length", x), b.i64(1), (b.i64(0),), turn, names=("total",))[0]


def along_axis(b: Builder, x: Value, axes: Sequence[int], keepdims: bool) -> Value:
    """The union of the sets of `x` over these axes, as a sum goes over them."""
    dims = b.dims(x)
    stay = [k for k in range(len(dims)) if k not in axes]
    gone = [dims[k] for k in axes]

    def of(inner: Builder, kept: Sequence[Value]) -> Value:
        def one(deeper: Builder, *at: Value) -> Value:
            where = {**dict(zip(stay, kept, strict=True)), **dict(zip(axes, at, strict=True))}
            return deeper.op("load", x, *(where[k] for k in range(len(dims))))

        return total(inner, gone, inner.i64(0), one)

    if not stay and not keepdims:
        return of(b, ())
    one = b.i64(1)
    made = b.op("full", b.i64(0), *(one if k in axes else n for k, n in enumerate(dims) if keepdims or k in stay), name="union")
    zero = b.i64(0)

    def each(inner: Builder, *at: Value) -> None:
        remaining = iter(at)
        place = [zero if k in axes else next(remaining) for k in range(len(dims)) if keepdims or k in stay]
        inner.do("store", of(inner, at), made, *place)

    nest(b, [dims[k] for k in stay], each)
    return made


def product(b: Builder, operands: Sequence[Value], sets: Sequence[Value | None]) -> Value:
    """Of a matrix product: row i and column j have a say in element i, j; where one of the two does not vary, its zeros count."""
    left, right = operands
    ranks = [v.type.rank for v in operands]  # type: ignore[union-attr]
    rows, columns = b.dims(left)[: ranks[0] - 1], b.dims(right)[1:] if ranks[1] == 2 else ()
    inner_dim = b.dims(left)[-1]
    both = all(s is not None for s in sets)
    if both:
        along = [along_axis(b, sets[0], (ranks[0] - 1,), False), along_axis(b, sets[1], (0,), False)]  # type: ignore[arg-type]

    def of(inner: Builder, i: Sequence[Value], j: Sequence[Value]) -> Value:
        if both:
            return inner.op("or", at(inner, along[0], i), at(inner, along[1], j))

        def one(deeper: Builder, k: Value) -> Value:
            places = ((*i, k), (k, *j))
            moving = 0 if sets[0] is not None else 1
            factor = deeper.op("load", operands[1 - moving], *places[1 - moving])
            there = deeper.op("ne", factor, deeper.constant(0.0, scalar_of(factor.type)))
            return deeper.op("select", there, deeper.op("load", sets[moving], *places[moving]), deeper.i64(0))  # type: ignore[arg-type]

        return total(inner, (inner_dim,), inner.i64(0), one)

    if not rows and not columns:
        return of(b, (), ())
    made = b.op("full", b.i64(0), *rows, *columns, name="product_set")
    nest(b, (*rows, *columns), lambda inner, *p: inner.do("store", of(inner, p[: len(rows)], p[len(rows) :]), made, *p))
    return made


def at(b: Builder, x: Value, indices: Sequence[Value]) -> Value:
    """The element of an array, or the scalar itself."""
    return b.op("load", x, *indices) if isinstance(x.type, ArrayType) else x


def add(b: Builder, s: Value, into: Value, *indices: Value) -> None:
    """into[i…] |= s"""
    b.do("store", b.op("or", b.op("load", into, *indices), s), into, *indices)


def into_array(b: Builder, s: Value, into: Value, indices: Sequence[Value]) -> None:
    """What `accumulate` does, with sets: at indices, or over all of an array, by the rules of broadcasting."""
    if indices:
        add(b, s, into, *indices)
        return
    if not isinstance(s.type, ArrayType):
        nest(b, b.dims(into), lambda inner, *at: add(inner, s, into, *at))
        return
    ours, theirs = b.dims(s), b.dims(into)
    rank = max(len(ours), len(theirs))
    one, zero = b.i64(1), b.i64(0)
    mine = (*(one,) * (rank - len(ours)), *ours)
    other = (*(one,) * (rank - len(theirs)), *theirs)
    single = [b.op("eq", n, one) for n in mine]
    dims = [b.op("select", alone, m, n) for alone, n, m in zip(single, mine, other, strict=True)]
    alone_there = [b.op("eq", m, one) for m in other]

    def each(inner: Builder, *at: Value) -> None:
        from_ = [inner.op("select", alone, zero, i) for alone, i in zip(single, at, strict=True)][rank - len(ours) :]
        to = [inner.op("select", alone, zero, i) for alone, i in zip(alone_there, at, strict=True)][rank - len(theirs) :]
        add(inner, inner.op("load", s, *from_), into, *to)

    nest(b, dims, each)


def scattered(b: Builder, s: Value, into: Value, indices: Sequence[Value]) -> None:
    """What `scatter_add` does, with sets."""
    rank = indices[0].type.rank  # type: ignore[union-attr]

    def each(inner: Builder, *p: Value) -> None:
        place = [inner.op("load", i, *p[:rank]) for i in indices]
        add(inner, inner.op("load", s, *p), into, *place, *p[rank:])

    nest(b, b.dims(s), each)
