"""Matrix products: small ones and integers as loops, the rest by the BLAS that SciPy carries.

BLAS counts columns first: a row-major A (m by k) is Aᵀ to it, so C = A B is asked for as Cᵀ = Bᵀ Aᵀ. A matrix that is neither
row-major nor column-major, or a vector that runs backwards, is copied first.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from ..ir.program import Op, Value
from ..ir.types import ArrayType, ScalarType, scalar_of
from . import memory
from .assembly import IN_MEMORY, LLVM, Code, literal
from .emitter import Emitter, handles
from .intrinsics import FLOATS
from .layout import Array, at, strides
from .module import HELPER, ON_ITS_ARGUMENTS, Module
from .polling import MULTIPLICATIONS, spend

SMALL = 64
"""Multiplications up to which loops are as fast as a call of BLAS."""

MOST = 2**31 - 1
"""The largest extent that BLAS can be told."""

LETTER = {"f64": "d", "f32": "s"}
MISMATCH = "matmul: Input operand 1 has a mismatch in its core dimension 0, shapes {} and {}"


@dataclass(frozen=True)
class Matrix:
    """An operand as rows × columns with strides in elements; vectors are one row or one column."""

    data: str
    rows: str
    columns: str
    down: str
    across: str


@handles("matmul")
def matmul(e: Emitter, op: Op) -> None:
    left, right = (e.array(v) for v in op.operands)
    a, b = as_matrix(e, left, row=True), as_matrix(e, right, row=False)
    inner = e.code.compare("eq", a.columns, b.rows) if a.columns != b.rows else "true"
    if inner != "true":
        memory.require_shapes(e, op, [inner], [left.dims, right.dims], MISMATCH)
    dims = [*left.dims[:-1], *(right.dims[1:])]
    dtype = left.type.dtype.name
    if isinstance(op.result.type, ScalarType):
        if few(a, b):
            e.values[op.result] = in_line(e, op, a, b, "0", "0")
            return
        slot = e.code.slot(IN_MEMORY[dtype])
        looped(e, dtype, a, b, slot, dots=True)
        e.values[op.result] = e.read(slot, dtype, "")
        return
    result = memory.fresh(e, op, dtype, dims, zeros=len(dims) == 1, checked=False)
    e.values[op.result] = result
    if few(a, b):
        for i in range(int(a.rows)):
            for j in range(int(b.columns)):
                place = at(e.code, result, str(i * int(b.columns) + j))
                e.write(place, dtype, in_line(e, op, a, b, str(i), str(j)), e.scopes.of(op.result))
        return
    dots = len(right.dims) == 1
    if dtype not in FLOATS:
        looped(e, dtype, a, b, result.data, dots=dots)
        return
    chosen(e, op, a, b, result, dots)


def as_matrix(e: Emitter, x: Array, *, row: bool) -> Matrix:
    own = strides(e.code, x)
    if len(x.dims) == 2:
        return Matrix(x.data, *x.dims, *own)
    return Matrix(x.data, "1", x.dims[0], x.dims[0], own[0]) if row else Matrix(x.data, x.dims[0], "1", own[0], "1")


def chosen(e: Emitter, op: Op, a: Matrix, b: Matrix, result: Array, dots: bool) -> None:
    """Loops or BLAS, by the size."""
    code, dtype = e.code, result.type.dtype.name
    work = code.mul(code.mul(a.rows, b.columns), a.columns)
    widest = "0"
    for extent in (a.rows, a.columns, b.columns):
        widest = code.select(code.compare("sgt", extent, widest), "i64", extent, widest)
    few = code.compare("sle", work, str(SMALL))
    loops = code.let(f"or i1 {few}, {code.compare('sgt', widest, str(MOST))}")
    by_loops, by_blas, done = code.label("loops"), code.label("blas"), code.label("product")
    code.branch(loops, by_loops, by_blas)
    code.start(by_loops)
    looped(e, dtype, a, b, result.data, dots=dots)
    code.jump(done)
    code.start(by_blas)
    spend(e, code.let(f"lshr i64 {work}, {MULTIPLICATIONS}"))
    first, second = ready(e, op, a, dtype), ready(e, op, b, dtype)
    (applied if len(result.dims) == 1 else multiplied)(e, dtype, first, second, a, b, result)
    for prepared in (first, second):
        e.release(prepared.owner)
    code.jump(done)
    code.start(done)


# A few numbers ----------------------------------------------------------------------------------------------------------


def few(a: Matrix, b: Matrix) -> bool:
    """Whether the product is of so few numbers, all of them known, that it is written out."""
    extents = (a.rows, a.columns, b.columns)
    return all(n.isdigit() for n in extents) and 0 < prod(map(int, extents)) <= SMALL


def in_line(e: Emitter, op: Op, a: Matrix, b: Matrix, i: str, j: str) -> str:
    """One element of the product, added up in order."""
    code, (left, right) = e.code, op.operands
    dtype = scalar_of(left.type).name

    def item(matrix: Matrix, value: Value, row: str, column: str) -> str:
        offset = code.add(code.mul(row, matrix.down), code.mul(column, matrix.across))
        return e.read(code.let(f"getelementptr inbounds {IN_MEMORY[dtype]}, ptr {matrix.data}, i64 {offset}"), dtype, e.scopes.of(value))

    total = literal(0.0 if dtype in FLOATS else 0, dtype)
    for k in map(str, range(int(a.columns))):
        total = fused(code, dtype, total, item(a, left, i, k), item(b, right, k, j))
    return total


def fused(code: Code, dtype: str, total: str, x: str, y: str) -> str:
    """total + x y."""
    if dtype in FLOATS:
        product = code.let(f"fmul reassoc contract {LLVM[dtype]} {x}, {y}")
        return code.let(f"fadd reassoc contract {LLVM[dtype]} {total}, {product}")
    times, plus = ("and", "or") if dtype == "bool" else ("mul", "add")
    return code.let(f"{plus} {LLVM[dtype]} {total}, {code.let(f'{times} {LLVM[dtype]} {x}, {y}')}")


# Loops ----------------------------------------------------------------------------------------------------------------


def looped(e: Emitter, dtype: str, a: Matrix, b: Matrix, target: str, *, dots: bool) -> None:
    """The product by a function of the module, as sums of rows of B or as dot products."""
    name = e.module.helper(("matmul", dtype, dots), lambda own: write_loops(own, dtype, dots))
    numbers = ", ".join(f"i64 {x}" for x in (a.rows, b.columns, a.columns, a.down, a.across, b.down, b.across))
    e.code.do(f"call void @{name}(ptr {a.data}, ptr {b.data}, ptr {target}, {numbers})")


def write_loops(module: Module, dtype: str, dots: bool) -> str:
    name = f"{HELPER}matmul.{dtype}.{'dots' if dots else 'rows'}"
    parameters = "ptr noalias %a, ptr noalias %b, ptr noalias %c, " + ", ".join(
        f"i64 %{x}" for x in ("m", "n", "k", "a.down", "a.across", "b.down", "b.across")
    )
    writer = Loops(dtype)
    (writer.dots if dots else writer.rows)()
    writer.code.do("ret void")
    module.functions.append(f"define void @{name}({parameters}) {ON_ITS_ARGUMENTS} {{\n{writer.code.text()}\n}}")
    return name


class Loops:
    """Writes C = A B (m by n, inner extent k) as three loops."""

    def __init__(self, dtype: str) -> None:
        self.dtype, self.code = dtype, Code()
        self.type, self.memory = LLVM[dtype], IN_MEMORY[dtype]
        self.zero = literal(0.0 if dtype in FLOATS else 0, dtype)

    def rows(self) -> None:
        """Each row of C starts at 0 and gets rows of B added."""

        def row(i: str) -> None:
            start = self.code.mul(i, "%n")
            self.loop("%n", lambda j: self.store("%c", self.code.add(start, j), self.zero))

            def inner(p: str) -> None:
                x = self.load("%a", self.code.add(self.code.mul(i, "%a.down"), self.code.mul(p, "%a.across")))
                base = self.code.mul(p, "%b.down")

                def update(j: str) -> None:
                    y = self.load("%b", self.code.add(base, self.code.mul(j, "%b.across")))
                    before = self.load("%c", self.code.add(start, j))
                    self.store("%c", self.code.add(start, j), fused(self.code, self.dtype, before, x, y))

                self.loop("%n", update)

            self.loop("%k", inner)

        self.loop("%m", row)

    def dots(self) -> None:
        """Each element of C is a dot product."""

        def cell(i: str, j: str) -> None:
            left, right = self.code.mul(i, "%a.down"), self.code.mul(j, "%b.across")
            slot = self.code.slot(self.memory)
            self.store(slot, "0", self.zero)

            def inner(p: str) -> None:
                x = self.load("%a", self.code.add(left, self.code.mul(p, "%a.across")))
                y = self.load("%b", self.code.add(right, self.code.mul(p, "%b.down")))
                self.store(slot, "0", fused(self.code, self.dtype, self.load(slot, "0"), x, y))

            self.loop("%k", inner)
            self.store("%c", self.code.add(self.code.mul(i, "%n"), j), self.load(slot, "0"))

        self.loop("%m", lambda i: self.loop("%n", lambda j: cell(i, j)))

    def load(self, base: str, offset: str) -> str:
        place = self.code.let(f"getelementptr inbounds {self.memory}, ptr {base}, i64 {offset}")
        loaded = self.code.let(f"load {self.memory}, ptr {place}")
        return self.code.compare("ne", loaded, "0", "i8") if self.dtype == "bool" else loaded

    def store(self, base: str, offset: str, x: str) -> None:
        if self.dtype == "bool":
            x = self.code.let(f"zext i1 {x} to i8")
        place = self.code.let(f"getelementptr inbounds {self.memory}, ptr {base}, i64 {offset}")
        self.code.do(f"store {self.memory} {x}, ptr {place}")

    def loop(self, count: str, body: object) -> None:
        code = self.code
        before, head, out = code.block, code.label("loop"), code.label("done")
        code.branch(code.compare("sgt", count, "0"), head, out)
        code.start(head)
        k = code.open_phi("i64")
        body(k.name)  # type: ignore[operator]
        following = code.add(k.name, "1")
        code.close_phi(k, ("0", before), (following, code.block))
        code.branch(code.compare("slt", following, count), head, out)
        code.start(out)


# BLAS -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ready:
    """A matrix as BLAS takes it: memory, the distance of its rows or columns, whether it is row-major, and a copy's block."""

    data: str
    leading: str
    row_major: str
    owner: str


def ready(e: Emitter, op: Op, x: Matrix, dtype: str) -> Ready:
    code = e.code
    one_row, one_column = code.compare("sle", x.rows, "1"), code.compare("sle", x.columns, "1")
    by_rows = fits(code, x.across, x.down, x.columns, one_column, one_row)
    by_columns = fits(code, x.down, x.across, x.rows, one_row, one_column)
    if by_rows == "true":
        return Ready(x.data, at_least(code, x.columns, "1"), "true", "null")
    as_is, anew, join = code.label("asis"), code.label("anew"), code.label("ready")
    code.branch(code.let(f"or i1 {by_rows}, {by_columns}"), as_is, anew)
    code.start(as_is)
    apart = code.select(by_rows, "i64", x.down, x.across)
    least = code.select(by_rows, "i64", x.columns, x.rows)
    single = code.select(by_rows, "i1", one_row, one_column)
    leading = at_least(code, code.select(single, "i64", least, apart), "1")
    code.jump(join)
    code.start(anew)
    source = Array(ArrayType(ScalarType(dtype), 2, False), x.data, "null", (x.rows, x.columns), (x.down, x.across))
    copy = memory.copied(e, op, source, "", "")
    wide = at_least(code, x.columns, "1")
    end = code.block
    code.jump(join)
    code.start(join)
    return Ready(
        code.phi("ptr", (x.data, as_is), (copy.data, end)),
        code.phi("i64", (leading, as_is), (wide, end)),
        code.phi("i1", (by_rows, as_is), ("true", end)),
        code.phi("ptr", ("null", as_is), (copy.owner, end)),
    )


def fits(code: Code, along: str, apart: str, length: str, short: str, single: str) -> str:
    """Whether lines of `length` elements one after the other, `apart` from line to line, is what the strides say."""
    if along == "1" and apart == length:
        return "true"
    dense = code.let(f"or i1 {code.compare('eq', along, '1')}, {short}")
    spaced = code.let(f"or i1 {code.compare('sge', apart, length)}, {single}")
    positive = code.let(f"or i1 {code.compare('sgt', apart, '0')}, {single}")
    small = code.compare("sle", apart, str(MOST))
    return code.let(f"and i1 {code.let(f'and i1 {dense}, {spaced}')}, {code.let(f'and i1 {positive}, {small}')}")


def at_least(code: Code, x: str, least: str) -> str:
    return code.select(code.compare("sgt", x, least), "i64", x, least)


@dataclass(frozen=True)
class Call:
    """Writes the arguments of a routine, all of which BLAS takes by address."""

    e: Emitter
    dtype: str

    def at_address(self, type_: str, x: str) -> str:
        slot = self.e.code.slot(type_)
        self.e.code.do(f"store {type_} {x}, ptr {slot}")
        return slot

    def integer(self, x: str) -> str:
        return self.at_address("i32", self.e.code.let(f"trunc i64 {x} to i32"))

    def number(self, x: float) -> str:
        return self.at_address(LLVM[self.dtype], literal(x, self.dtype))

    def letter(self, chosen: str, then: str, otherwise: str) -> str:
        return self.at_address("i8", self.e.code.select(chosen, "i8", str(ord(then)), str(ord(otherwise))))

    def run(self, routine: str, arguments: list[str]) -> None:
        self.e.runtime(f"ep_{LETTER[self.dtype]}{routine}", "void", *(("ptr", x) for x in arguments))


def multiplied(e: Emitter, dtype: str, first: Ready, second: Ready, a: Matrix, b: Matrix, result: Array) -> None:
    """Cᵀ = Bᵀ Aᵀ by gemm."""
    call = Call(e, dtype)
    extents = [call.integer(x) for x in (b.columns, a.rows, a.columns)]
    transposed = [call.letter(x.row_major, "N", "T") for x in (second, first)]
    matrices = [x for m in (second, first) for x in (m.data, call.integer(m.leading))]
    wide = call.integer(at_least(e.code, b.columns, "1"))
    call.run("gemm", [*transposed, *extents, call.number(1.0), *matrices, call.number(0.0), result.data, wide])


def applied(e: Emitter, dtype: str, first: Ready, second: Ready, a: Matrix, b: Matrix, result: Array) -> None:
    """A matrix times a column, or a row times a matrix, by gemv. It may look at what it overwrites: `result` holds zeros."""
    call, code = Call(e, dtype), e.code
    rows_lead = b.columns == "1"
    matrix, vector, extents = (first, second, a) if rows_lead else (second, first, b)
    letter = call.letter(matrix.row_major, "T", "N") if rows_lead else call.letter(matrix.row_major, "N", "T")
    lines = [code.select(matrix.row_major, "i64", *pair) for pair in ((extents.columns, extents.rows), (extents.rows, extents.columns))]
    apart = (vector.leading, "1") if rows_lead else ("1", vector.leading)
    step = code.select(vector.row_major, "i64", *apart)
    call.run(
        "gemv",
        [
            *(letter, *map(call.integer, lines), call.number(1.0), matrix.data, call.integer(matrix.leading)),
            *(vector.data, call.integer(step), call.number(0.0), result.data, call.integer("1")),
        ],
    )
