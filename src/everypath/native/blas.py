"""Matrix products: the result made, and a function called that programs share (`products`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import prod

from ..ir.program import Op
from ..ir.types import ScalarType, scalar_of
from . import memory, nest, sharing, thin
from .assembly import IN_MEMORY
from .emitter import Emitter, handles
from .intrinsics import FLOATS
from .layout import Array, at, strides
from .ordered import write_ordered
from .products import SMALL, Matrix, totals, write_few, write_loops, write_product
from .ufuncs import product_loop

MISMATCH = "matmul: Input operand 1 has a mismatch in its core dimension 0, shapes {} and {}"


@handles("matmul")
def matmul(e: Emitter, op: Op) -> None:
    left, right = (e.array(v) for v in op.operands)
    a, b = as_matrix(e, left, row=True), as_matrix(e, right, row=False)
    inner = e.code.compare("eq", a.columns, b.rows) if a.columns != b.rows else "true"
    if inner != "true":
        memory.require_shapes(e, op, [inner], [left.dims, right.dims], MISMATCH)
    dims = [*left.dims[:-1], *(right.dims[1:])]
    dtype = left.type.dtype.name
    if op.attributes.get("exact"):
        in_order(e, op, a, b)
        return
    if isinstance(op.result.type, ScalarType):
        if few(a, b):
            ((e.values[op.result],),) = in_line(e, op, a, b)
            return
        slot = e.code.slot(IN_MEMORY[dtype])
        looped(e, dtype, a, b, slot, dots=True)
        e.values[op.result] = e.read(slot, dtype, "")
        return
    result = memory.fresh(e, op, dtype, dims, zeros=len(dims) == 1, checked=False)
    e.values[op.result] = result
    if few(a, b) and e.once and not e.loop_depth and not e.map_depth and a.columns != "1":
        extents = int(a.rows), int(a.columns), int(b.columns)
        name = e.module.helper(("matmul", dtype, extents), lambda own: write_few(own, dtype, *extents), plain=True)
        e.code.do(f"call void @{name}(ptr {a.data}, ptr {b.data}, ptr {result.data}, {steps(a, b)})")
    elif few(a, b):
        for k, total in enumerate(total for row in in_line(e, op, a, b) for total in row):
            e.write(at(e.code, result, str(k)), dtype, total, e.scopes.of(op.result))
    elif dtype in FLOATS and thin.long_extent(a, b) is not None:
        thin.multiply(e, op, a, b, result)
    elif dtype in FLOATS:
        kind = "matrix" if len(dims) == 2 else "column" if len(left.dims) == 2 else "row"
        of_numpy = product_loop(dtype) if e.module.in_process and kind == "matrix" else None
        key = "product", dtype, kind, of_numpy is not None
        name = e.module.helper(key, lambda own: write_product(own, dtype, kind, of_numpy=of_numpy is not None), plain=True)
        loop = "null" if of_numpy is None else e.module.pointer(e.code, of_numpy)
        made = e.code.let(f"call i1 @{name}(ptr %ctx, ptr {loop}, {multiplied(a, b, result.data)})")
        memory.require_memory(e, op, made)
    else:
        looped(e, dtype, a, b, result.data, dots=len(right.dims) == 1)


def as_matrix(e: Emitter, x: Array, *, row: bool) -> Matrix:
    own = strides(e.code, x)
    if len(x.dims) == 2:
        return Matrix(x.data, *x.dims, *own)
    return Matrix(x.data, "1", x.dims[0], x.dims[0], own[0]) if row else Matrix(x.data, x.dims[0], "1", own[0], "1")


def looped(e: Emitter, dtype: str, a: Matrix, b: Matrix, target: str, *, dots: bool) -> None:
    """The product by loops alone, as sums of rows of B or as dot products."""
    name = e.module.helper(("matmul", dtype, dots), lambda own: write_loops(own, dtype, dots))
    e.code.do(f"call void @{name}({multiplied(a, b, target)})")


def in_order(e: Emitter, op: Op, a: Matrix, b: Matrix) -> None:
    """The product of two matrices, its elements added up in order."""
    dtype = scalar_of(op.result.type).name
    result = memory.fresh(e, op, dtype, [a.rows, b.columns], checked=False)
    e.values[op.result] = result
    name = e.module.helper(("matmul", dtype, "ordered"), lambda own: write_ordered(own, dtype))

    def rows(ranges: Sequence[nest.Range]) -> list[str]:
        code, ((low, high),) = e.code, ranges
        first, target = (
            code.let(f"getelementptr inbounds {IN_MEMORY[dtype]}, ptr {data}, i64 {code.mul(low, down)}")
            for data, down in ((a.data, a.down), (result.data, b.columns))
        )
        block = replace(a, data=first, rows=code.let(f"sub nsw i64 {high}, {low}"))
        code.do(f"call void @{name}({multiplied(block, b, target)})")
        return []

    sharing.in_blocks(e, [a.rows], rows, e.code.mul(a.columns, b.columns))


def multiplied(a: Matrix, b: Matrix, target: str) -> str:
    """The arguments of those functions."""
    numbers = ", ".join(f"i64 {x}" for x in (a.rows, b.columns, a.columns))
    return f"ptr {a.data}, ptr {b.data}, ptr {target}, {numbers}, {steps(a, b)}"


def steps(a: Matrix, b: Matrix) -> str:
    """The last of them: how far it is from one row or column to the next."""
    return ", ".join(f"i64 {x}" for x in (a.down, a.across, b.down, b.across))


# A few numbers ----------------------------------------------------------------------------------------------------------


def few(a: Matrix, b: Matrix) -> bool:
    """Whether the product is of so few numbers, all of them known, that it is written out."""
    extents = (a.rows, a.columns, b.columns)
    return all(n.isdigit() for n in extents) and 0 < prod(map(int, extents)) <= SMALL


def in_line(e: Emitter, op: Op, a: Matrix, b: Matrix) -> list[list[str]]:
    """The elements of the product."""
    dtype = scalar_of(op.operands[0].type).name

    def read(matrix: Matrix, offset: str) -> str:
        place = e.code.let(f"getelementptr inbounds {IN_MEMORY[dtype]}, ptr {matrix.data}, i64 {offset}")
        return e.read(place, dtype, e.scopes.of(op.operands[0 if matrix is a else 1]))

    return totals(e.code, dtype, a, b, read)
