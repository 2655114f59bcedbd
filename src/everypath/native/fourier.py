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
from .polling import ELEMENTS, spend
from .ufuncs import Header


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

    def joined(self, parts: tuple[Array, Array], k: str, length: str, pairs: Array) -> None:
        """Both parts of row k, side by side."""

        def one(j: str) -> None:
            for side, part in enumerate(parts):
                self.move(self.place(part, k, length, j), at(self.code, pairs, self.code.add(self.code.mul(j, "2"), str(side))))

        nest.linear(self.e, length, one)

    def parted(self, pairs: Array, parts: tuple[Array, Array], k: str, length: str) -> None:
        """The way back."""

        def one(j: str) -> None:
            for side, part in enumerate(parts):
                self.move(at(self.code, pairs, self.code.add(self.code.mul(j, "2"), str(side))), self.place(part, k, length, j))

        nest.linear(self.e, length, one)

    def transformed(
        self, pointers: tuple[str, str], made: str, widths: tuple[int, int], each: Callable[[str, Callable[[str, str], None]], None]
    ) -> None:
        """`each(k, run)` for all rows, where run(source, target) transforms one to `made` numbers; `widths` are how many floats stand
        in one number, before and after."""
        factor = self.filled(LLVM[self.dtype], literal(1.0, self.dtype))
        counts = self.filled("i64", "1", self.length, made)
        steps = self.filled("i64", "0", "0", "0", *(str(width * SIZE[self.dtype]) for width in widths))

        def run(source: str, target: str) -> None:
            operands = self.filled("ptr", source, factor, target)
            self.code.do(f"call void {pointers[0]}(ptr {operands}, ptr {counts}, ptr {steps}, ptr {pointers[1]}) nounwind")

        work = self.code.mul(self.code.mul(self.count, self.code.add(self.length, made)), "8")
        spend(self.e, self.code.let(f"lshr i64 {work}, {ELEMENTS}"))
        nest.linear(self.e, self.count, lambda k: each(k, run))

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
    pairs = r.fresh(n, "2")

    def each(k: str, run: Callable[[str, str], None]) -> None:
        r.joined(given, k, n, pairs)
        run(pairs.data, pairs.data)
        r.parted(pairs, found, k, n)

    r.transformed(r.pointers("ifft" if op.attributes["inverse"] else "fft"), n, (2, 2), each)
    e.release(pairs)
    r.give(*found)


@handles("half_fourier")
def half_fourier(e: Emitter, op: Op) -> None:
    r = Rows(e, op)
    half = e.code.add(e.code.let(f"lshr i64 {r.length}, 1"), "1")
    found = r.fresh(r.count, half), r.fresh(r.count, half)
    pairs = r.fresh(half, "2")
    odd = e.code.let(f"trunc i64 {r.length} to i1")
    pointers = tuple(e.code.select(odd, "ptr", x, y) for x, y in zip(r.pointers("rfft_n_odd"), r.pointers("rfft_n_even"), strict=True))

    def each(k: str, run: Callable[[str, str], None]) -> None:
        run(r.place(r.first, k, r.length, "0"), pairs.data)
        r.parted(pairs, found, k, half)

    r.transformed(pointers, half, (1, 2), each)  # type: ignore[arg-type]
    e.release(pairs)
    r.give(*found)


@handles("half_inverse_fourier")
def half_inverse_fourier(e: Emitter, op: Op) -> None:
    r = Rows(e, op)
    n = e.scalar(op.operands[2])
    given = r.first, e.array(op.operands[1])
    found, pairs = r.fresh(r.count, n), r.fresh(r.length, "2")

    def each(k: str, run: Callable[[str, str], None]) -> None:
        r.joined(given, k, r.length, pairs)
        run(pairs.data, r.place(found, k, n, "0"))

    r.transformed(r.pointers("irfft"), n, (2, 1), each)
    e.release(pairs)
    r.give(found)
