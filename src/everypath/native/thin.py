"""Products of which two of the three extents are short and known: a loop along the third, of which LLVM makes vectors, and the rest written
out. So a cloud of points is turned by a matrix, and the matrix gets its cotangent.

    (n, 3) (3, 3)    c[i, :] = a[i, 0] b[0, :] + a[i, 1] b[1, :] + a[i, 2] b[2, :]    for each i
    (3, 3) (3, n)    the same for each j
    (3, n) (n, 3)    c = the sum of a[:, k] b[k, :] over k

An element of the first two is added up in order, each product as it is rounded with its addition (`fma`, where the processor has it).
"""

from __future__ import annotations

from ..ir.program import Op, Value
from ..ir.types import scalar_of
from . import nest, sharing
from .arrays import joined
from .assembly import IN_MEMORY, LLVM, literal
from .emitter import Emitter
from .layout import Array, at
from .products import Matrix, fused

MOST = 16
"""Multiplications that are written out."""


def long_extent(a: Matrix, b: Matrix) -> int | None:
    """Which of the extents (rows, columns, inner) a loop goes along, if the others are short."""
    extents = (a.rows, b.columns, a.columns)
    long = [k for k, n in enumerate(extents) if not nest.short(n)]
    if len(long) != 1:
        return None
    others = [int(n) for k, n in enumerate(extents) if k not in long]
    return long[0] if 0 < others[0] * others[1] <= MOST else None


class Thin:
    """Writes one product of floats to `result`, or gives it where it is a number."""

    def __init__(self, e: Emitter, op: Op, a: Matrix, b: Matrix) -> None:
        self.e, self.a, self.b = e, a, b
        self.left, self.right = op.operands
        self.dtype = scalar_of(self.left.type).name
        self.op = op

    def item(self, matrix: Matrix, value: Value, row: str, column: str) -> str:
        code = self.e.code
        line = code.let(f"getelementptr inbounds {IN_MEMORY[self.dtype]}, ptr {matrix.data}, i64 {code.mul(row, matrix.down)}")
        place = code.let(f"getelementptr inbounds {IN_MEMORY[self.dtype]}, ptr {line}, i64 {code.mul(column, matrix.across)}")
        return self.e.read(place, self.dtype, self.e.scopes.of(value))

    def along(self, long: int, result: Array) -> None:
        """A loop along the rows or the columns of `result`."""
        e, count = self.e, (self.a.rows, self.b.columns)[long]
        others = [str(k) for k in range(int((self.b.columns, self.a.rows)[long]))]

        def line(point: tuple[str, ...]) -> None:
            (here,) = point
            inner = range(int(self.a.columns))
            for other in others:
                i, j = (here, other) if long == 0 else (other, here)
                total = literal(0.0, self.dtype)
                for k in map(str, inner):
                    product = e.code.let(
                        f"fmul contract {LLVM[self.dtype]} {self.item(self.a, self.left, i, k)}, {self.item(self.b, self.right, k, j)}"
                    )
                    total = e.code.let(f"fadd contract {LLVM[self.dtype]} {total}, {product}")
                place = at(e.code, result, e.code.add(e.code.mul(i, self.b.columns), j))
                e.write(place, self.dtype, total, e.scopes.of(self.op.result))

        e.map_depth += 1
        sharing.over(e, [count], line, 2 * len(others) * int(self.a.columns))
        e.map_depth -= 1

    def inner(self) -> list[str]:
        """The elements, row by row, each the sum over a loop along the inner extent."""
        e, rows, columns = self.e, range(int(self.a.rows)), range(int(self.b.columns))
        number = sharing.Total(LLVM[self.dtype], literal(0.0, self.dtype), lambda x, y: joined(e, self.op, self.dtype, x, y))

        def step(point: tuple[str, ...], totals: list[str]) -> list[str]:
            (k,) = point
            left = [self.item(self.a, self.left, str(i), k) for i in rows]
            right = [self.item(self.b, self.right, k, str(j)) for j in columns]
            pairs = ((x, y) for x in left for y in right)
            return [fused(e.code, self.dtype, total, x, y) for total, (x, y) in zip(totals, pairs, strict=True)]

        count = len(rows) * len(columns)
        e.map_depth += 1
        totals = sharing.reduced(e, [self.a.columns], [number] * count, step, 2 * count)
        e.map_depth -= 1
        return totals


def multiply(e: Emitter, op: Op, a: Matrix, b: Matrix, result: Array | None) -> str | None:
    """Write the product, or give the number that it is. The extents are those of a thin one."""
    long, thin = long_extent(a, b), Thin(e, op, a, b)
    if long == 2:
        totals = thin.inner()
        if result is None:
            return totals[0]
        for k, total in enumerate(totals):
            e.write(at(e.code, result, str(k)), thin.dtype, total, e.scopes.of(op.result))
    elif long is not None and result is not None:
        thin.along(long, result)
    return None
