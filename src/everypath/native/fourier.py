"""Fourier transforms by the pocketfft that NumPy carries, row by row, through the loops that its ufuncs hold (`ufuncs.py`).

    void loop(char **operands and result, npy_intp *counts, npy_intp *steps, void *data)

The operands are a row and a factor. Complex rows go in and come out with the two parts of a number side by side.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import cache
from typing import Any

from ..ir.program import Op
from ..ir.types import ArrayType, scalar_of
from . import memory, nest
from .assembly import LLVM, SIZE, literal
from .emitter import Emitter, handles
from .layout import Array, at
from .matrices import smaller
from .polling import ELEMENTS, spend
from .products import at_least
from .ufuncs import Header

TOGETHER = 2048
"""Numbers in the rows that one call transforms: for each call the plan of the transform is looked up anew."""


@cache
def loop(name: str, letter: str) -> tuple[int, int]:
    """The addresses of the loop of float32 ("f") or float64 ("d"), and of the data that it takes along."""
    carried: Any = importlib.import_module("numpy.fft._pocketfft_umath")
    ufunc = getattr(carried, name)
    header = Header.from_address(id(ufunc) + object.__basicsize__)
    k = [types[1] for types in ufunc.types].index(letter)
    return header.functions[k] or 0, (header.data[k] or 0) if header.data else 0


class Rows:
    """Emits a transform of each row of a matrix."""

    def __init__(self, e: Emitter, op: Op) -> None:
        self.e, self.op, self.code = e, op, e.code
        self.first = e.array(op.operands[0])
        self.dtype = self.first.type.dtype.name
        self.count, self.length = self.first.dims

    def fresh(self, *dims: str) -> Array:
        return memory.fresh(self.e, self.op, self.dtype, dims, checked=False)

    def pointers(self, name: str) -> tuple[str, str]:
        function, data = loop(name, "f" if self.dtype == "f32" else "d")
        return tuple(self.code.let(self.e.module.loaded_pointer(x)) for x in (function, data))  # type: ignore[return-value]

    def filled(self, type_: str, *items: str) -> str:
        """The address of these, one after another."""
        made = self.code.slot(f"[{len(items)} x {type_}]")
        for k, x in enumerate(items):
            self.code.do(f"store {type_} {x}, ptr {self.code.let(f'getelementptr {type_}, ptr {made}, i64 {k}')}")
        return made

    def move(self, source: str, target: str) -> None:
        self.code.do(f"store {LLVM[self.dtype]} {self.code.let(f'load {LLVM[self.dtype]}, ptr {source}')}, ptr {target}")

    def place(self, x: Array, k: str, length: str, j: str) -> str:
        return at(self.code, x, self.code.add(self.code.mul(k, length), j))

    @property
    def together(self) -> str:
        """How many rows are transformed by one call: as many as stay near in memory."""
        fit = self.code.let(f"udiv i64 {TOGETHER}, {at_least(self.code, self.length, '1')}")
        return smaller(self.code, at_least(self.code, fit, "1"), at_least(self.code, self.count, "1"))

    def joined(self, parts: tuple[Array, Array], k: str, rows: str, length: str, pairs: Array) -> None:
        """Both parts of so many rows from row k on, side by side."""

        def one(j: str) -> None:
            for side, part in enumerate(parts):
                self.move(self.place(part, k, length, j), at(self.code, pairs, self.code.add(self.code.mul(j, "2"), str(side))))

        nest.linear(self.e, self.code.mul(rows, length), one)

    def parted(self, pairs: Array, parts: tuple[Array, Array], k: str, rows: str, length: str) -> None:
        """The way back."""

        def one(j: str) -> None:
            for side, part in enumerate(parts):
                self.move(at(self.code, pairs, self.code.add(self.code.mul(j, "2"), str(side))), self.place(part, k, length, j))

        nest.linear(self.e, self.code.mul(rows, length), one)

    def transformed(
        self,
        pointers: tuple[str, str],
        together: str,
        made: str,
        widths: tuple[int, int],
        each: Callable[[str, str, Callable[[str, str], None]], None],
    ) -> None:
        """`each(k, rows, run)` for so many rows `together`, the first of which is k, where run(source, target) transforms each to `made`
        numbers; `widths` are how many floats stand in one number, before and after."""
        code = self.code
        inner = [str(width * SIZE[self.dtype]) for width in widths]
        outer = [code.mul(length, step) for length, step in zip((self.length, made), inner, strict=True)]
        factor, steps = self.filled(LLVM[self.dtype], literal(1.0, self.dtype)), self.filled("i64", outer[0], "0", outer[1], *inner)

        def block(turn: str) -> None:
            k = code.mul(turn, together)
            rows = smaller(code, together, code.let(f"sub nsw i64 {self.count}, {k}"))
            counts = self.filled("i64", rows, self.length, made)

            def run(source: str, target: str) -> None:
                operands = self.filled("ptr", source, factor, target)
                code.do(f"call void {pointers[0]}(ptr {operands}, ptr {counts}, ptr {steps}, ptr {pointers[1]}) nounwind")

            each(k, rows, run)

        work = code.mul(code.mul(self.count, code.add(self.length, made)), "8")
        spend(self.e, code.let(f"lshr i64 {work}, {ELEMENTS}"))
        whole = code.add(self.count, code.let(f"sub nsw i64 {together}, 1"))
        nest.linear(self.e, code.let(f"udiv i64 {whole}, {together}"), block)

    def give(self, *results: Array) -> None:
        for value, made in zip(self.op.results, results, strict=True):
            assert isinstance(value.type, ArrayType)
            self.e.values[value] = Array(ArrayType(scalar_of(value.type), 2), made.data, made.owner, made.dims, None)


@handles("fourier")
def fourier(e: Emitter, op: Op) -> None:
    r = Rows(e, op)
    n = r.length
    given = r.first, e.array(op.operands[1])
    found = r.fresh(r.count, n), r.fresh(r.count, n)
    together = r.together
    pairs = r.fresh(together, n, "2")

    def each(k: str, rows: str, run: Callable[[str, str], None]) -> None:
        r.joined(given, k, rows, n, pairs)
        run(pairs.data, pairs.data)
        r.parted(pairs, found, k, rows, n)

    r.transformed(r.pointers("ifft" if op.attributes["inverse"] else "fft"), together, n, (2, 2), each)
    e.release(pairs)
    r.give(*found)


@handles("half_fourier")
def half_fourier(e: Emitter, op: Op) -> None:
    r = Rows(e, op)
    half = e.code.add(e.code.let(f"lshr i64 {r.length}, 1"), "1")
    found = r.fresh(r.count, half), r.fresh(r.count, half)
    together = r.together
    pairs = r.fresh(together, half, "2")
    odd = e.code.let(f"trunc i64 {r.length} to i1")
    pointers = tuple(e.code.select(odd, "ptr", x, y) for x, y in zip(r.pointers("rfft_n_odd"), r.pointers("rfft_n_even"), strict=True))

    def each(k: str, rows: str, run: Callable[[str, str], None]) -> None:
        run(r.place(r.first, k, r.length, "0"), pairs.data)
        r.parted(pairs, found, k, rows, half)

    r.transformed(pointers, together, half, (1, 2), each)  # type: ignore[arg-type]
    e.release(pairs)
    r.give(*found)


@handles("half_inverse_fourier")
def half_inverse_fourier(e: Emitter, op: Op) -> None:
    r = Rows(e, op)
    n = e.scalar(op.operands[2])
    given = r.first, e.array(op.operands[1])
    together = r.together
    found, pairs = r.fresh(r.count, n), r.fresh(together, r.length, "2")

    def each(k: str, rows: str, run: Callable[[str, str], None]) -> None:
        r.joined(given, k, rows, r.length, pairs)
        run(pairs.data, r.place(found, k, n, "0"))

    r.transformed(r.pointers("irfft"), together, n, (2, 1), each)
    e.release(pairs)
    r.give(found)
