"""Factorisations by the LAPACK that SciPy carries, matrix by matrix of a stack, in memory that is taken once.

LAPACK counts columns first: a matrix is turned on its way in and out, but where the routine can be asked for the transposed matter.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from ..ir.op import definition, meant
from ..ir.program import Op
from ..ir.types import ArrayType, scalar_of
from . import memory, nest
from .assembly import LLVM, SIZE
from .emitter import Emitter, handles
from .host import run_by_cpython
from .layout import Array, at
from .matrices import smaller, write_exchanges, write_turn
from .polling import MULTIPLICATIONS, spend
from .products import LETTER, at_least

SMALL = 36
"""Elements of a matrix up to which loops are faster than a call of LAPACK."""


class Routines:
    """Emits an op on a stack: what `one` matrix takes, with addresses of integers, letters and numbers for Fortran."""

    def __init__(self, e: Emitter, op: Op) -> None:
        self.e, self.op, self.code = e, op, e.code
        self.first = e.array(op.operands[0])
        self.dtype = self.first.type.dtype.name
        self.outer = self.first.dims[:-2]
        self.count = e.code.product(self.outer)
        self.scratches: list[Array] = []

    def fresh(self, *dims: str, dtype: str = "") -> Array:
        """A result: one array of these extents for each matrix."""
        return memory.fresh(self.e, self.op, dtype or self.dtype, [*self.outer, *dims], checked=False)

    def scratch(self, *dims: str, dtype: str = "") -> Array:
        made = memory.fresh(self.e, self.op, dtype or self.dtype, [self.code.product(dims)], checked=False)
        self.scratches.append(made)
        return made

    def place(self, x: Array, k: str, *dims: str) -> str:
        """The address of what belongs to matrix k."""
        return at(self.code, x, self.code.mul(k, self.code.product(dims)))

    def integer(self, x: str) -> str:
        return self.slot("i32", x if x.lstrip("-").isdigit() else self.code.let(f"trunc i64 {x} to i32"))

    def leading(self, x: str) -> str:
        return self.integer(at_least(self.code, x, "1"))

    def letter(self, x: str) -> str:
        return self.slot("i8", str(ord(x)))

    def slot(self, type_: str, x: str) -> str:
        made = self.code.slot(type_)
        self.code.do(f"store {type_} {x}, ptr {made}")
        return made

    def call(self, name: str, *arguments: str) -> None:
        self.e.runtime(f"ep_{LETTER[self.dtype]}{name}", "void", *(("ptr", x) for x in arguments))

    def wanted(self, name: str, *arguments: str, after: tuple[str, ...]) -> tuple[str, str]:
        """(room to work in, its length) as the routine, asked with a length of -1 between `arguments` and `after`, wants it."""
        answer = self.code.slot(LLVM[self.dtype])
        self.call(name, *arguments, answer, self.slot("i32", "-1"), *after)
        number = self.code.let(f"load {LLVM[self.dtype]}, ptr {answer}")
        length = at_least(self.code, self.code.let(f"fptosi {LLVM[self.dtype]} {number} to i64"), "1")
        return self.scratch(length).data, self.integer(length)

    def each(self, multiplications: str, one: Callable[[str], None]) -> None:
        """`one(k)` for each matrix, and the scratches given back."""
        spend(self.e, self.code.let(f"lshr i64 {self.code.mul(multiplications, self.count)}, {MULTIPLICATIONS}"))
        nest.linear(self.e, self.count, one)
        for made in self.scratches:
            self.e.release(made)

    def by_size(self, rows: str, columns: str, by_loops: Callable[[], None], by_lapack: Callable[[], None]) -> None:
        """One of two ways, the first for small matrices."""
        if rows.isdigit() and columns.isdigit():
            (by_loops if int(rows) * int(columns) <= SMALL else by_lapack)()
            return
        self.either(self.code.compare("sle", self.code.mul(rows, columns), str(SMALL)), by_loops, by_lapack)

    def either(self, condition: str, first: Callable[[], None], second: Callable[[], None]) -> None:
        """One of two ways, the first where the condition holds."""
        way, other, done = self.code.label("way"), self.code.label("other"), self.code.label("factorised")
        self.code.branch(condition, way, other)
        self.code.start(way)
        first()
        self.code.jump(done)
        self.code.start(other)
        second()
        self.code.jump(done)
        self.code.start(done)

    def turn(self, source: str, target: str, rows: str, columns: str) -> None:
        """target = sourceᵀ, of a row-major matrix with so many rows and columns."""
        name = self.e.module.helper(("turn", self.dtype), lambda own: write_turn(own, self.dtype), plain=True)
        self.code.do(f"call void @{name}(ptr {source}, ptr {target}, i64 {rows}, i64 {columns})")

    def copy(self, source: str, target: str, *dims: str) -> None:
        self.e.module.declare("llvm.memcpy.p0.p0.i64", "void {}(ptr, ptr, i64, i1)")
        bytes_ = self.code.product((*dims, str(SIZE[self.dtype])))
        self.code.do(f"call void @llvm.memcpy.p0.p0.i64(ptr {target}, ptr {source}, i64 {bytes_}, i1 false)")

    def convert(self, source: str, target: str, count: str, *, widen: bool) -> None:
        """Exchanges of rows as LAPACK writes them (i32, from 1) to ours (i64, from 0), or back."""
        name = self.e.module.helper(("exchanges", widen), lambda own: write_exchanges(own, widen), plain=True)
        self.code.do(f"call void @{name}(ptr {source}, ptr {target}, i64 {count})")

    def tell(self, status: str, info: Array, k: str) -> None:
        value = self.code.let(f"sext i32 {self.code.let(f'load i32, ptr {status}')} to i64")
        self.code.do(f"store i64 {value}, ptr {at(self.code, info, k)}")

    def give(self, *results: Array) -> None:
        for value, made in zip(self.op.results, results, strict=True):
            assert isinstance(value.type, ArrayType)
            self.e.values[value] = Array(ArrayType(scalar_of(value.type), value.type.rank), made.data, made.owner, made.dims, None)


# Eigenvalues and singular values --------------------------------------------------------------------------------------


@handles("syevd")
def syevd(e: Emitter, op: Op) -> None:
    r = Routines(e, op)
    n, vectors = r.first.dims[-1], op.attributes["vectors"]
    w, info, status = r.fresh(n), r.fresh("1", dtype="i64"), e.code.slot("i32")
    v = r.fresh(n, n) if vectors else None
    turned, whole = r.scratch(n, n), r.scratch(e.code.add(e.code.mul(n, "5"), "3"), dtype="i32")
    letters, size, leading = (
        (r.letter("V" if vectors else "N"), r.letter("L" if op.attributes["lower"] else "U")),
        r.integer(n),
        r.leading(n),
    )
    length = r.integer(e.code.add(e.code.mul(n, "5"), "3"))
    before = (*letters, size, turned.data, leading)
    most = e.code.add(e.code.mul(e.code.mul(n, n), "2"), e.code.add(e.code.mul(n, "70"), "1"))
    room = r.scratch(most).data, r.integer(most)

    def one(k: str) -> None:
        r.turn(r.place(r.first, k, n, n), turned.data, n, n)
        r.call("syevd", *before, r.place(w, k, n), *room, whole.data, length, status)
        if v is not None:
            r.turn(turned.data, r.place(v, k, n, n), n, n)
        r.tell(status, info, k)

    r.each(e.code.product((n, n, n, "9" if vectors else "2")), one)
    r.give(*([w, v, info] if v is not None else [w, info]))


@handles("gesdd", "gesdd_values")
def gesdd(e: Emitter, op: Op) -> None:
    r = Routines(e, op)
    m, n = r.first.dims[-2:]
    least = smaller(e.code, m, n)
    vectors, full = op.name == "gesdd", bool(op.attributes.get("full"))
    columns, rows = (m, n) if full else (least, least)
    s, info, status = r.fresh(least), r.fresh("1", dtype="i64"), e.code.slot("i32")
    turned, whole = r.scratch(m, n), r.scratch(e.code.mul(least, "8"), dtype="i32")
    u, vt = (r.fresh(m, columns), r.fresh(rows, n)) if vectors else (turned, turned)
    by_columns = (r.scratch(m, columns), r.scratch(rows, n)) if vectors else (turned, turned)
    letter = r.letter(("A" if full else "S") if vectors else "N")
    sizes = r.integer(m), r.integer(n), r.leading(m), r.leading(rows)
    before, middle = (letter, sizes[0], sizes[1], turned.data, sizes[2]), (by_columns[0].data, sizes[2], by_columns[1].data, sizes[3])
    room = r.wanted("gesdd", *before, s.data, *middle, after=(whole.data, status))

    def one(k: str) -> None:
        r.turn(r.place(r.first, k, m, n), turned.data, m, n)
        r.call("gesdd", *before, r.place(s, k, least), *middle, *room, whole.data, status)
        if vectors:
            r.turn(by_columns[0].data, r.place(u, k, m, columns), columns, m)
            r.turn(by_columns[1].data, r.place(vt, k, rows, n), n, rows)
        r.tell(status, info, k)

    r.each(e.code.product((m, n, least, "12")), one)
    r.give(*([u, s, vt, info] if vectors else [s, info]))


@handles("geev")
def geev(e: Emitter, op: Op) -> None:
    meaning: Any = definition(op.name).meaning
    run_by_cpython(e, op, partial(meaning, **meant(op.attributes)))


# Orthogonal factors ---------------------------------------------------------------------------------------------------


@handles("geqrf")
def geqrf(e: Emitter, op: Op) -> None:
    r = Routines(e, op)
    m, n = r.first.dims[-2:]
    least = smaller(e.code, m, n)
    h, tau, status = r.fresh(m, n), r.fresh(least), e.code.slot("i32")
    turned = r.scratch(m, n)
    before = (r.integer(m), r.integer(n), turned.data, r.leading(m))
    room = r.wanted("geqrf", *before, tau.data, after=(status,))

    def one(k: str) -> None:
        r.turn(r.place(r.first, k, m, n), turned.data, m, n)
        r.call("geqrf", *before, r.place(tau, k, least), *room, status)
        r.turn(turned.data, r.place(h, k, m, n), n, m)

    r.each(e.code.product((m, n, least, "2")), one)
    r.give(h, tau)


@handles("orgqr")
def orgqr(e: Emitter, op: Op) -> None:
    r = Routines(e, op)
    tau = e.array(op.operands[1])
    m, n = r.first.dims[-2:]
    q, turned, status = r.fresh(m, n), r.scratch(m, n), e.code.slot("i32")
    before = (r.integer(m), r.integer(n), r.integer(n), turned.data, r.leading(m))
    room = r.wanted("orgqr", *before, tau.data, after=(status,))

    def one(k: str) -> None:
        r.turn(r.place(r.first, k, m, n), turned.data, m, n)
        r.call("orgqr", *before, r.place(tau, k, n), *room, status)
        r.turn(turned.data, r.place(q, k, m, n), n, m)

    r.each(e.code.product((m, n, n, "2")), one)
    r.give(q)
