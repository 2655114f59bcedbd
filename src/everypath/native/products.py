"""Functions that programs share, of a matrix product: small ones as loops, the rest by BLAS.

A product of two matrices is made by NumPy's own loop, which asks the BLAS that NumPy carries: it is as fast as in NumPy, where SciPy's
takes up to twice as long for few rows. With vectors, and in code that runs without Python, SciPy's is asked, or the one linked with.

BLAS counts columns first: a row-major A (m by k) is Aᵀ to it, so C = A B is asked for as Cᵀ = Bᵀ Aᵀ. A matrix that is neither
row-major nor column-major, or a vector that runs backwards, is copied first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import reduce
from typing import NamedTuple

from ..unchanging import plain_value
from .assembly import IN_MEMORY, LLVM, SIZE, Code, literal
from .context import COUNTDOWN
from .intrinsics import FLOATS
from .layout import HEADER
from .module import HELPER, ON_ITS_ARGUMENTS, Module
from .polling import MULTIPLICATIONS

SMALL = 64
"""Multiplications up to which loops are as fast as a call of BLAS."""

MOST = 2**31 - 1
"""The largest extent that BLAS can be told."""

LETTER = {"f64": "d", "f32": "s"}

STEPS = "i64 %a.down, i64 %a.across, i64 %b.down, i64 %b.across"
EXTENTS = f"i64 %m, i64 %n, i64 %k, {STEPS}"


@plain_value
class Matrix:
    """An operand as rows × columns with strides in elements; vectors are one row or one column."""

    data: str
    rows: str
    columns: str
    down: str
    across: str


FIRST = Matrix("%a", "%m", "%k", "%a.down", "%a.across")
SECOND = Matrix("%b", "%k", "%n", "%b.down", "%b.across")


# Loops ----------------------------------------------------------------------------------------------------------------


def write_loops(module: Module, dtype: str, dots: bool) -> str:
    """A function that multiplies by loops: by dot products, or by sums of rows of B."""
    name = f"{HELPER}matmul.{dtype}.{'dots' if dots else 'rows'}"
    writer = Loops(dtype, Code())
    (writer.dots if dots else writer.rows)()
    writer.code.do("ret void")
    head = f"define void @{name}(ptr noalias %a, ptr noalias %b, ptr noalias %c, {EXTENTS}) {ON_ITS_ARGUMENTS}"
    module.functions.append(f"{head} {{\n{writer.code.text()}\n}}")
    return name


def fused(code: Code, dtype: str, total: str, x: str, y: str) -> str:
    """total + x y."""
    if dtype in FLOATS:
        product = code.let(f"fmul reassoc contract {LLVM[dtype]} {x}, {y}")
        return code.let(f"fadd reassoc contract {LLVM[dtype]} {total}, {product}")
    times, plus = ("and", "or") if dtype == "bool" else ("mul", "add")
    return code.let(f"{plus} {LLVM[dtype]} {total}, {code.let(f'{times} {LLVM[dtype]} {x}, {y}')}")


def write_few(module: Module, dtype: str, rows: int, inner: int, columns: int) -> str:
    """A function that multiplies matrices of so few numbers that each product is written out."""
    name = f"{HELPER}matmul.{dtype}.{rows}.{inner}.{columns}"
    writer = Loops(dtype, Code())
    a = replace(FIRST, rows=str(rows), columns=str(inner))
    b = replace(SECOND, rows=str(inner), columns=str(columns))
    found = totals(writer.code, dtype, a, b, lambda matrix, offset: writer.load(matrix.data, offset))
    for k, total in enumerate(total for row in found for total in row):
        writer.store("%c", str(k), total)
    writer.code.do("ret void")
    head = f"define void @{name}(ptr noalias %a, ptr noalias %b, ptr noalias %c, {STEPS}) {ON_ITS_ARGUMENTS}"
    module.functions.append(f"{head} {{\n{writer.code.text()}\n}}")
    return name


def totals(code: Code, dtype: str, a: Matrix, b: Matrix, read: Callable[[Matrix, str], str]) -> list[list[str]]:
    """The elements of a product, each added up in order; how many rows and columns A has and columns B, is known. Each number is read
    once, by `read(matrix, offset)`."""
    rows, inner, columns = (range(int(n)) for n in (a.rows, a.columns, b.columns))

    def number(matrix: Matrix, i: int, j: int) -> str:
        return read(matrix, code.add(code.mul(str(i), matrix.down), code.mul(str(j), matrix.across)))

    left = [[number(a, i, j) for j in inner] for i in rows]
    right = [[number(b, i, j) for j in columns] for i in inner]
    zero = literal(0.0 if dtype in FLOATS else 0, dtype)

    def total(row: list[str], j: int) -> str:
        return reduce(lambda so_far, k: fused(code, dtype, so_far, row[k], right[k][j]), inner, zero)

    return [[total(row, j) for j in columns] for row in left]


class Loops:
    """Writes C = A B (m by n, inner extent k) as three loops."""

    def __init__(self, dtype: str, code: Code) -> None:
        self.dtype, self.code = dtype, code
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

    def loop(self, count: str, body: Callable[[str], None]) -> None:
        code = self.code
        before, head, out = code.block, code.label("loop"), code.label("done")
        code.branch(code.compare("sgt", count, "0"), head, out)
        code.start(head)
        k = code.open_phi("i64")
        body(k.name)
        following = code.add(k.name, "1")
        code.close_phi(k, ("0", before), (following, code.block))
        code.branch(code.compare("slt", following, count), head, out)
        code.start(out)


# BLAS -----------------------------------------------------------------------------------------------------------------


def write_product(module: Module, dtype: str, kind: str, *, of_numpy: bool) -> str:
    """A function that multiplies by loops or by BLAS, as the size has it, and says whether there was memory enough. A product `of_numpy`
    is made by the loop that it is given.

    `kind` is what the product is: of a "matrix" and a matrix, of a matrix and a "column", or of a "row" and a matrix; a vector must
    come with zeros in it, because BLAS may look at what it overwrites.
    """
    writer = Product(module, dtype, kind)
    code = writer.code
    work = code.mul(code.mul("%m", "%n"), "%k")
    widest = "0"
    for extent in ("%m", "%k", "%n"):
        widest = code.select(code.compare("sgt", extent, widest), "i64", extent, widest)
    few = code.compare("sle", work, str(SMALL))
    loops = code.let(f"or i1 {few}, {code.compare('sgt', widest, str(MOST))}")
    by_loops, by_blas = code.label("loops"), code.label("blas")
    code.branch(loops, by_loops, by_blas)
    code.start(by_loops)
    by_hand = Loops(dtype, code)
    (by_hand.dots if kind == "column" else by_hand.rows)()
    code.do("ret i1 true")
    code.start(by_blas)
    writer.spend(work)
    first, second = writer.ready(FIRST), writer.ready(SECOND)
    if kind == "matrix":
        writer.multiplied(first, second, of_numpy=of_numpy)
    else:
        writer.applied(*((first, second, FIRST) if kind == "column" else (second, first, SECOND)))
    for prepared in (first, second):
        writer.call("void", "ep_release", ("ptr", "%ctx"), ("ptr", prepared.owner))
    code.do("ret i1 true")
    code.start("lost")
    code.do("ret i1 false")
    name = f"{HELPER}product.{dtype}.{kind}{'.numpy' if of_numpy else ''}"
    module.functions.append(f"define i1 @{name}(ptr %ctx, ptr %loop, ptr %a, ptr %b, ptr %c, {EXTENTS}) nounwind {{\n{code.text()}\n}}")
    return name


class Ready(NamedTuple):
    """A matrix as BLAS takes it: memory, the distance of its rows or columns, whether it is row-major, and a copy's block."""

    data: str
    leading: str
    row_major: str
    owner: str


class Product:
    """Writes a product by BLAS, which takes all its arguments by address."""

    def __init__(self, module: Module, dtype: str, kind: str) -> None:
        self.module, self.dtype, self.kind, self.code = module, dtype, kind, Code()

    def call(self, type_: str, name: str, *arguments: tuple[str, str]) -> str:
        self.module.declare(name, f"{type_} {{}}({', '.join(t for t, _ in arguments)}) nounwind")
        text = f"call {type_} @{name}({', '.join(f'{t} {x}' for t, x in arguments)})"
        if type_ == "void":
            self.code.do(text)
            return ""
        return self.code.let(text)

    def spend(self, work: str) -> None:
        """Count the steps of so many multiplications."""
        address = self.code.let(f"getelementptr inbounds i8, ptr %ctx, i64 {8 * COUNTDOWN}")
        left = self.code.let(f"load i64, ptr {address}")
        steps = self.code.let(f"lshr i64 {work}, {MULTIPLICATIONS}")
        self.code.do(f"store i64 {self.code.let(f'sub i64 {left}, {steps}')}, ptr {address}")

    def ready(self, x: Matrix) -> Ready:
        code = self.code
        one_row, one_column = code.compare("sle", x.rows, "1"), code.compare("sle", x.columns, "1")
        by_rows = fits(code, x.across, x.down, x.columns, one_column, one_row)
        by_columns = fits(code, x.down, x.across, x.rows, one_row, one_column)
        as_is, anew, filled, join = (code.label(hint) for hint in ("asis", "anew", "filled", "ready"))
        code.branch(code.let(f"or i1 {by_rows}, {by_columns}"), as_is, anew)
        code.start(as_is)
        apart = code.select(by_rows, "i64", x.down, x.across)
        least = code.select(by_rows, "i64", x.columns, x.rows)
        single = code.select(by_rows, "i1", one_row, one_column)
        leading = at_least(code, code.select(single, "i64", least, apart), "1")
        code.jump(join)
        code.start(anew)
        extents = ("ptr", "%ctx"), ("i64", str(SIZE[self.dtype])), ("i64", x.rows), ("i64", x.columns)
        block = self.call("ptr", "ep_array", *extents)
        code.branch(code.compare("ne", block, "null", "ptr"), filled, "lost")
        code.start(filled)
        copy = code.let(f"getelementptr inbounds i8, ptr {block}, i64 {HEADER}")
        loops = Loops(self.dtype, code)

        def move(i: str, j: str) -> None:
            value = loops.load(x.data, code.add(code.mul(i, x.down), code.mul(j, x.across)))
            loops.store(copy, code.add(code.mul(i, x.columns), j), value)

        loops.loop(x.rows, lambda i: loops.loop(x.columns, lambda j: move(i, j)))
        wide = at_least(code, x.columns, "1")
        end = code.block
        code.jump(join)
        code.start(join)
        return Ready(
            code.phi("ptr", (x.data, as_is), (copy, end)),
            code.phi("i64", (leading, as_is), (wide, end)),
            code.phi("i1", (by_rows, as_is), ("true", end)),
            code.phi("ptr", ("null", as_is), (block, end)),
        )

    # Arguments -------------------------------------------------------------------------------------------------------

    def at_address(self, type_: str, x: str) -> str:
        slot = self.code.slot(type_)
        self.code.do(f"store {type_} {x}, ptr {slot}")
        return slot

    def integer(self, x: str) -> str:
        return self.at_address("i32", self.code.let(f"trunc i64 {x} to i32"))

    def number(self, x: float) -> str:
        return self.at_address(LLVM[self.dtype], literal(x, self.dtype))

    def letter(self, chosen: str, then: str, otherwise: str) -> str:
        return self.at_address("i8", self.code.select(chosen, "i8", str(ord(then)), str(ord(otherwise))))

    def run(self, routine: str, arguments: list[str]) -> None:
        self.call("void", f"ep_{LETTER[self.dtype]}{routine}", *(("ptr", x) for x in arguments))

    # Routines --------------------------------------------------------------------------------------------------------

    def by_numpy(self, first: Ready, second: Ready) -> None:
        """One product by NumPy's loop, which counts steps in bytes."""
        code, size = self.code, str(SIZE[self.dtype])
        steps = ["0", "0", "0"]
        for x in (first, second):
            apart = code.mul(x.leading, size)
            steps += [code.select(x.row_major, "i64", *pair) for pair in ((apart, size), (size, apart))]
        steps += [code.mul("%n", size), size]
        lists = [
            self.listed("ptr", [first.data, second.data, "%c"]),
            self.listed("i64", ["1", "%m", "%k", "%n"]),
            self.listed("i64", steps),
        ]
        code.do(f"call void %loop({', '.join(f'ptr {x}' for x in lists)}, ptr null) nounwind")

    def listed(self, type_: str, values: list[str]) -> str:
        """An array of `values`."""
        array = self.code.slot(f"[{len(values)} x {type_}]")
        for k, value in enumerate(values):
            place = self.code.let(f"getelementptr inbounds {type_}, ptr {array}, i64 {k}")
            self.code.do(f"store {type_} {value}, ptr {place}")
        return array

    def multiplied(self, first: Ready, second: Ready, *, of_numpy: bool) -> None:
        """Cᵀ = Bᵀ Aᵀ by gemm, or C by NumPy's loop; where B is Aᵀ, the triangle of C by syrk, as in NumPy, and the other one mirrored."""
        code = self.code
        squared, otherwise, join = (code.label(hint) for hint in ("squared", "product", "multiplied"))
        pairs = (("%a", "%b", "ptr"), ("%m", "%n", "i64"), ("%a.down", "%b.across", "i64"), ("%a.across", "%b.down", "i64"))
        alike = "true"
        for one, other, type_ in pairs:
            alike = code.let(f"and i1 {alike}, {code.compare('eq', one, other, type_)}")
        code.branch(alike, squared, otherwise)
        code.start(squared)
        wide = self.integer(at_least(code, "%m", "1"))
        flags = [self.at_address("i8", str(ord("U"))), self.letter(first.row_major, "T", "N")]
        operand = [first.data, self.integer(first.leading)]
        self.run("syrk", [*flags, self.integer("%m"), self.integer("%k"), self.number(1.0), *operand, self.number(0.0), "%c", wide])
        loops = Loops(self.dtype, code)

        def mirror(i: str, j: str) -> None:
            loops.store("%c", code.add(code.mul(j, "%n"), i), loops.load("%c", code.add(code.mul(i, "%n"), j)))

        loops.loop("%m", lambda i: loops.loop(i, lambda j: mirror(i, j)))
        code.jump(join)
        code.start(otherwise)
        (self.by_numpy if of_numpy else self.gemm)(first, second)
        code.jump(join)
        code.start(join)

    def gemm(self, first: Ready, second: Ready) -> None:
        extents = [self.integer(x) for x in ("%n", "%m", "%k")]
        transposed = [self.letter(x.row_major, "N", "T") for x in (second, first)]
        matrices = [x for m in (second, first) for x in (m.data, self.integer(m.leading))]
        wide = self.integer(at_least(self.code, "%n", "1"))
        self.run("gemm", [*transposed, *extents, self.number(1.0), *matrices, self.number(0.0), "%c", wide])

    def applied(self, matrix: Ready, vector: Ready, extents: Matrix) -> None:
        """A matrix times a column, or a row times a matrix, by gemv."""
        code, rows_lead = self.code, self.kind == "column"
        letter = self.letter(matrix.row_major, "T", "N") if rows_lead else self.letter(matrix.row_major, "N", "T")
        lines = [code.select(matrix.row_major, "i64", *pair) for pair in ((extents.columns, extents.rows), (extents.rows, extents.columns))]
        apart = (vector.leading, "1") if rows_lead else ("1", vector.leading)
        step = code.select(vector.row_major, "i64", *apart)
        self.run(
            "gemv",
            [
                *(letter, *map(self.integer, lines), self.number(1.0), matrix.data, self.integer(matrix.leading)),
                *(vector.data, self.integer(step), self.number(0.0), "%c", self.integer("1")),
            ],
        )


def fits(code: Code, along: str, apart: str, length: str, short: str, single: str) -> str:
    """Whether lines of `length` elements one after the other, `apart` from line to line, is what the strides say."""
    dense = code.let(f"or i1 {code.compare('eq', along, '1')}, {short}")
    spaced = code.let(f"or i1 {code.compare('sge', apart, length)}, {single}")
    positive = code.let(f"or i1 {code.compare('sgt', apart, '0')}, {single}")
    small = code.compare("sle", apart, str(MOST))
    return code.let(f"and i1 {code.let(f'and i1 {dense}, {spaced}')}, {code.let(f'and i1 {positive}, {small}')}")


def at_least(code: Code, x: str, least: str) -> str:
    return code.select(code.compare("sgt", x, least), "i64", x, least)
