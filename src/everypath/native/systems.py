"""Systems of linear equations, inverses and triangles: by loops where a matrix is small, by LAPACK and BLAS where it is not."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from ..ir.program import Op
from .assembly import LLVM, literal
from .emitter import Emitter, handles
from .lapack import Routines
from .layout import at
from .matrices import (
    loop,
    smaller,
    write_columns_back,
    write_identity,
    write_lower,
    write_small_getrf,
    write_small_getrs,
    write_small_potrf,
    write_small_trsm,
)
from .products import at_least

NARROW = 48
"""Columns of an identity below which a triangle takes them all at once."""


@handles("getrf")
def getrf(e: Emitter, op: Op) -> None:
    r = Routines(e, op)
    m, n = r.first.dims[-2:]
    least = smaller(e.code, m, n)
    lu, pivots, info = r.fresh(n, m), r.fresh(least, dtype="i64"), r.fresh("1", dtype="i64")
    exchanges, status = r.scratch(least, dtype="i32"), e.code.slot("i32")
    sizes = r.integer(m), r.integer(n), r.leading(m)

    def by_loops(k: str) -> None:
        small = e.module.helper(("small getrf", r.dtype), lambda own: write_small_getrf(own, r.dtype), plain=True)
        places = r.place(r.first, k, m, n), r.place(lu, k, m, n), r.place(pivots, k, least), at(e.code, info, k)
        e.code.do(f"call void @{small}({', '.join(f'ptr {x}' for x in places)}, i64 {m}, i64 {n})")

    def by_lapack(k: str) -> None:
        factor = r.place(lu, k, m, n)
        r.turn(r.place(r.first, k, m, n), factor, m, n)
        r.call("getrf", sizes[0], sizes[1], factor, sizes[2], exchanges.data, status)
        r.convert(exchanges.data, r.place(pivots, k, least), least, widen=True)
        r.tell(status, info, k)

    def one(k: str) -> None:
        r.by_size(m, n, lambda: by_loops(k), lambda: by_lapack(k))

    r.each(e.code.product((m, n, least)), one)
    r.give(lu, pivots, info)


@handles("getrs")
def getrs(e: Emitter, op: Op) -> None:
    r = Routines(e, op)
    pivots, b = e.array(op.operands[1]), e.array(op.operands[2])
    n, columns = b.dims[-2:]
    x = r.fresh(n, columns)
    exchanges, turned, status = r.scratch(n, dtype="i32"), r.scratch(n, columns), e.code.slot("i32")
    transposed = op.attributes["transposed"]
    letter = r.letter("T" if transposed else "N")
    sizes = r.integer(n), r.integer(columns), r.leading(n)

    def by_loops(k: str) -> None:
        target = r.place(x, k, n, columns)
        r.copy(r.place(b, k, n, columns), target, n, columns)
        small_getrs(r, (r.place(r.first, k, n, n), r.place(pivots, k, n), target), n, columns)

    def by_lapack(k: str) -> None:
        r.convert(r.place(pivots, k, n), exchanges.data, n, widen=False)
        r.turn(r.place(b, k, n, columns), turned.data, n, columns)
        r.call("getrs", letter, *sizes[:2], r.place(r.first, k, n, n), sizes[2], exchanges.data, turned.data, sizes[2], status)
        r.turn(turned.data, r.place(x, k, n, columns), columns, n)

    def one(k: str) -> None:
        r.by_size(n, n, lambda: by_loops(k), lambda: by_lapack(k))

    r.each(e.code.product((n, n, columns)), one)
    r.give(x)


def small_getrs(r: Routines, places: Sequence[str], n: str, columns: str) -> None:
    """The solution in place of the right-hand side: `places` are those of the factors, the exchanges and this."""
    transposed = r.op.attributes["transposed"]
    name = r.e.module.helper(("small getrs", r.dtype, transposed), lambda own: write_small_getrs(own, r.dtype, transposed), plain=True)
    r.code.do(f"call void @{name}({', '.join(f'ptr {p}' for p in places)}, i64 {n}, i64 {columns})")


@handles("getri")
def getri(e: Emitter, op: Op) -> None:
    """U⁻¹ L⁻¹ Pᵀ, into the identity: L⁻¹ has zeros above its diagonal, so that each block of columns needs only the rows from its own on.
    LAPACK's `getrs` would be a third more work, and its `getri` goes through narrower blocks."""
    r = Routines(e, op)
    pivots, n, transposed = e.array(op.operands[1]), r.first.dims[-1], op.attributes["transposed"]
    x = r.fresh(n, n)
    by_columns = None if transposed else r.scratch(n, n)
    identity = e.module.helper(("identity", r.dtype), lambda own: write_identity(own, r.dtype), plain=True)
    left, lower, upper, as_it_is, ones, others = (r.letter(x) for x in "LLUNUN")
    one_, size, leading = r.slot(LLVM[r.dtype], literal(1.0, r.dtype)), r.integer(n), r.leading(n)
    width = at_least(e.code, e.code.let(f"lshr i64 {e.code.add(n, '3')}, 2"), str(NARROW))

    def by_loops(factors: str, exchanges: str, target: str) -> None:
        e.code.do(f"call void @{identity}(ptr {target}, i64 {n})")
        small_getrs(r, (factors, exchanges, target), n, n)

    def by_blas(factors: str, exchanges: str, target: str) -> None:
        found = by_columns.data if by_columns else target
        back = e.module.helper(("columns back", r.dtype), lambda own: write_columns_back(own, r.dtype), plain=True)

        def block(start: str) -> None:
            rows = e.code.let(f"sub nsw i64 {n}, {start}")
            corner = e.code.mul(start, e.code.add(n, "1"))
            triangle, part = (e.code.let(f"getelementptr {LLVM[r.dtype]}, ptr {base}, i64 {corner}") for base in (factors, found))
            sizes = r.integer(rows), r.integer(smaller(e.code, width, rows))
            r.call("trsm", left, lower, as_it_is, ones, *sizes, one_, triangle, leading, part, leading)

        e.code.do(f"call void @{identity}(ptr {found}, i64 {n})")
        loop(e.code, "0", n, width, block, label="blocks")
        r.call("trsm", left, upper, as_it_is, others, size, size, one_, factors, leading, found, leading)
        e.code.do(f"call void @{back}(ptr {found}, ptr {exchanges}, i64 {n})")
        if by_columns:
            r.turn(found, target, n, n)

    def one(k: str) -> None:
        places = r.place(r.first, k, n, n), r.place(pivots, k, n), r.place(x, k, n, n)
        r.by_size(n, n, lambda: by_loops(*places), lambda: by_blas(*places))

    r.each(e.code.product((n, n, n)), one)
    r.give(x)


@handles("potrf")
def potrf(e: Emitter, op: Op) -> None:
    """Row by row, the lower triangle is what LAPACK calls the upper one."""
    r = Routines(e, op)
    n = r.first.dims[-1]
    factor, info, status = r.fresh(n, n), r.fresh("1", dtype="i64"), e.code.slot("i32")
    letter, size, leading = r.letter("U"), r.integer(n), r.leading(n)
    name = e.module.helper(("lower", r.dtype), lambda own: write_lower(own, r.dtype), plain=True)

    def one(k: str) -> None:
        place = r.place(factor, k, n, n)
        e.code.do(f"call void @{name}(ptr {r.place(r.first, k, n, n)}, ptr {place}, i64 {n})")

        def by_loops() -> None:
            small = e.module.helper(("small potrf", r.dtype), lambda own: write_small_potrf(own, r.dtype), plain=True)
            e.code.do(f"call void @{small}(ptr {place}, ptr {at(e.code, info, k)}, i64 {n})")

        def by_lapack() -> None:
            r.call("potrf", letter, size, place, leading, status)
            r.tell(status, info, k)

        r.by_size(n, n, by_loops, by_lapack)

    r.each(e.code.product((n, n, n)), one)
    r.give(factor, info)


@handles("trsm")
def trsm(e: Emitter, op: Op) -> None:
    """x A⁻¹ of what BLAS takes for the transposed matrices; for one column it has a routine that packs nothing, `trsv`."""
    r = Routines(e, op)
    b = e.array(op.operands[1])
    n, columns = b.dims[-2:]
    x = r.fresh(n, columns)
    lower, transposed, unit = (op.attributes[name] for name in ("lower", "transposed", "unit"))
    side, triangle_, way, other_way, ones = (
        r.letter(x) for x in ("R", "U" if lower else "L", *("TN" if transposed else "NT"), "U" if unit else "N")
    )
    one_, sizes = r.slot(LLVM[r.dtype], literal(1.0, r.dtype)), (r.integer(columns), r.integer(n), r.leading(n), r.leading(columns))
    write = partial(write_small_trsm, dtype=r.dtype, lower=lower, transposed=transposed, unit=unit)

    def one(k: str) -> None:
        place, triangle = r.place(x, k, n, columns), r.place(r.first, k, n, n)
        r.copy(r.place(b, k, n, columns), place, n, columns)

        def by_loops() -> None:
            small = e.module.helper(("small trsm", r.dtype, lower, transposed, unit), write, plain=True)
            e.code.do(f"call void @{small}(ptr {triangle}, ptr {place}, i64 {n}, i64 {columns})")

        def for_all() -> None:
            r.call("trsm", side, triangle_, way, ones, sizes[0], sizes[1], one_, triangle, sizes[2], place, sizes[3])

        def for_one() -> None:
            r.call("trsv", triangle_, other_way, ones, sizes[1], triangle, sizes[2], place, sizes[0])

        r.by_size(n, n, by_loops, lambda: r.either(e.code.compare("eq", columns, "1"), for_one, for_all))

    r.each(e.code.product((n, n, columns)), one)
    r.give(x)
