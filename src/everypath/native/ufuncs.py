"""SciPy's ufuncs on one element each, and NumPy's matrix product: calls of the loops that a ufunc holds for each kind of numbers.

    void loop(char **operands and results, npy_intp *count, npy_intp *steps, void *data)

So the numbers are SciPy's to the last bit. Of float32 the loop of float32 is called, where there is one. Around a single element a
loop costs 6 ns, twice what the cheapest functions take: those are called by the pointers that SciPy gives to Cython.
"""

from __future__ import annotations

import ctypes
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..ops.ufuncs import DIRECT, UFUNCS, Ufunc, found
from .assembly import LLVM
from .vectormath import PURE

if TYPE_CHECKING:
    from .emitter import Emitter

LETTERS = {"f32": "f", "f64": "d"}
COMPLEX = {"f": "F", "d": "D"}
INTEGERS = "lqpi"
"""The letters of the integers of 64 bits, and then of 32, which an older SciPy has."""


class Header(ctypes.Structure):
    """The first fields of NumPy's PyUFuncObject, behind the head of every object."""

    _fields_ = [
        ("nin", ctypes.c_int),
        ("nout", ctypes.c_int),
        ("nargs", ctypes.c_int),
        ("identity", ctypes.c_int),
        ("functions", ctypes.POINTER(ctypes.c_void_p)),
        ("data", ctypes.POINTER(ctypes.c_void_p)),
        ("ntypes", ctypes.c_int),
    ]


class Loop(NamedTuple):
    """The loop of a ufunc for `types`, as NumPy writes them, and the data that it takes along."""

    types: str
    function: int
    data: int


@cache
def loop(what: Ufunc, dtype: str) -> Loop:
    """The loop for operands of this dtype; that of float64 where there is none."""
    ufunc = found(what.name)
    header = Header.from_address(id(ufunc) + object.__basicsize__)
    for letter in dict.fromkeys((LETTERS[dtype], "d")):
        for integer in INTEGERS if what.integers else "d":
            floats = COMPLEX[letter] if what.pairs else letter
            wanted = "".join(integer if k in what.integers else floats for k in range(ufunc.nin)) + "->" + floats * ufunc.nout
            if wanted in ufunc.types:
                k = ufunc.types.index(wanted)
                return Loop(wanted, header.functions[k] or 0, header.data[k] or 0)
    raise NotImplementedError(f"this version of SciPy has no {what.name} of {dtype}")


@cache
def product_loop(dtype: str) -> int | None:
    """The address of NumPy's loop of matrix products, if NumPy was built with a BLAS: a newer one than SciPy's, or asked in a better way.

    It takes as `count` that of products and the extents m, k, n, and as `steps` those from product to product and in each matrix.
    """
    blas = np.show_config(mode="dicts").get("Build Dependencies", {}).get("blas", {})
    wanted = f"{LETTERS[dtype]}{LETTERS[dtype]}->{LETTERS[dtype]}"
    if not blas.get("found") or wanted not in np.matmul.types:
        return None
    loops = Header.from_address(id(np.matmul) + object.__basicsize__).functions
    return loops[np.matmul.types.index(wanted)] or None


def emit(e: Emitter, name: str, dtype: str, operands: list[str]) -> str:
    """A call of the function of single numbers that the ufunc's loop is."""
    if name in DIRECT and dtype == "f64":
        return directly(e, f"ep_{name}", operands)
    what = UFUNCS[name]
    chosen = loop(what, dtype)
    inner = "f64" if chosen.types[-1] in "dD" else "f32"
    wide = [x if dtype == inner else e.code.let(f"fpext float {x} to double") for x in operands]
    function = e.module.once(("ufunc", name, inner), lambda: defined(e, name, what, chosen, inner, len(operands)))
    arguments = ", ".join(f"{LLVM[inner]} {x}" for x in wide)
    result = e.code.let(f"call {LLVM[inner]} @{function}({arguments}) {e.module.attribute(PURE)}")
    return result if dtype == inner else e.code.let(f"fptrunc double {result} to float")


def directly(e: Emitter, symbol: str, operands: list[str]) -> str:
    """SciPy's function of doubles, which takes one more number that Cython left there."""
    e.module.declare(symbol, f"double {{}}({', '.join(['double'] * len(operands))}, i32)")
    arguments = ", ".join(f"double {x}" for x in operands)
    return e.code.let(f"call double @{symbol}({arguments}, i32 0) {e.module.attribute(PURE)}")


def defined(e: Emitter, name: str, what: Ufunc, chosen: Loop, inner: str, arity: int) -> str:
    """The name of the function, whose text is added to the module."""
    own, type_ = f"ufunc.{name}.{inner}", LLVM[inner]
    kinds = chosen.types.replace("->", "")
    results = len(chosen.types) - chosen.types.index("->") - 2
    lines = [f"define internal {type_} @{own}({', '.join(f'{type_} %x{k}' for k in range(arity))}) noinline {PURE} {{"]
    lines += [f"  %list = alloca [{len(kinds)} x ptr]", "  %one = alloca i64", f"  %steps = alloca [{len(kinds)} x i64]"]
    lines += ["  store i64 1, ptr %one", f"  store [{len(kinds)} x i64] zeroinitializer, ptr %steps"]
    width = 2 if what.pairs else 1
    for k, kind in enumerate(kinds):
        held = kind_of(kind, type_, width)
        lines += [f"  %p{k} = alloca {held}", f"  %q{k} = getelementptr [{len(kinds)} x ptr], ptr %list, i64 0, i64 {k}"]
        lines += [f"  store ptr %p{k}, ptr %q{k}"]
        if k >= len(kinds) - results:
            continue
        if kind in INTEGERS:
            lines += [f"  %n{k} = call {held} @llvm.fptosi.sat.{held}.{inner}({type_} %x{k})", f"  store {held} %n{k}, ptr %p{k}"]
            e.module.declare(f"llvm.fptosi.sat.{held}.{inner}", f"{held} {{}}({type_})")
        for part in range(width) if kind not in INTEGERS else ():
            lines += [f"  %r{k}.{part} = getelementptr {type_}, ptr %p{k}, i64 {part}"]
            lines += [f"  store {type_} %x{k * width + part}, ptr %r{k}.{part}"]
    taken, part = (len(kinds) - 1, what.output) if what.pairs else (len(kinds) - results + what.output, 0)
    lines += [f"  %{name} = {e.module.loaded_pointer(at)}" for name, at in (("loop", chosen.function), ("data", chosen.data))]
    lines += ["  call void %loop(ptr %list, ptr %one, ptr %steps, ptr %data) nounwind"]
    lines += [f"  %place = getelementptr {type_}, ptr %p{taken}, i64 {part}", f"  %y = load {type_}, ptr %place", f"  ret {type_} %y", "}"]
    e.module.functions.append("\n".join(lines))
    return own


def kind_of(letter: str, type_: str, width: int) -> str:
    """The LLVM type of one operand or result."""
    if letter in INTEGERS:
        return "i32" if letter == "i" else "i64"
    return f"[2 x {type_}]" if width == 2 else type_
