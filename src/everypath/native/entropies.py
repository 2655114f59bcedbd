"""The logistic function and the pieces of entropies over arrays, by the vector variants of exp and log.

    expit x = 1 / (1 + e⁻ˣ)          log_expit x = min(x, 0) − log(1 + e^−|x|)
    xlogy x y = x log y              xlog1py x y = x log(1 + y)                     entr x = −x log x

with 0 where x is 0 before a logarithm, as SciPy has them. Single numbers are SciPy's own, by `ufuncs`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from . import vectormath
from .assembly import LLVM, literal
from .intrinsics import intrinsic

if TYPE_CHECKING:
    from .emitter import Emitter


def expit(e: Emitter, dtype: str, x: str) -> str:
    one = literal(1.0, dtype)
    falling = vectormath.emit(e, "exp", dtype, [e.code.let(f"fneg {LLVM[dtype]} {x}")], True)
    return e.code.let(f"fdiv {LLVM[dtype]} {one}, {e.code.let(f'fadd {LLVM[dtype]} {falling}, {one}')}")


def log_expit(e: Emitter, dtype: str, x: str) -> str:
    type_, zero = LLVM[dtype], literal(0.0, dtype)
    far = e.code.let(f"fneg {type_} {intrinsic(e, 'fabs', dtype, x)}")
    rest = vectormath.emit(e, "log1p", dtype, [vectormath.emit(e, "exp", dtype, [far], True)], True)
    negative = e.code.let(f"fcmp olt {type_} {x}, {zero}")
    return e.code.select(negative, type_, e.code.let(f"fsub {type_} {x}, {rest}"), e.code.let(f"fneg {type_} {rest}"))


def times_log(logarithm: str) -> Callable[[Emitter, str, str, str], str]:
    """x log y, and 0 where x is 0 and y a number."""

    def emitted(e: Emitter, dtype: str, x: str, y: str) -> str:
        type_, zero = LLVM[dtype], literal(0.0, dtype)
        product = e.code.let(f"fmul {type_} {x}, {vectormath.emit(e, logarithm, dtype, [y], True)}")
        nothing = e.code.let(f"fcmp oeq {type_} {x}, {zero}")
        nothing = e.code.let(f"and i1 {nothing}, {e.code.let(f'fcmp ord {type_} {y}, {y}')}")
        return e.code.select(nothing, type_, zero, product)

    return emitted


def entr(e: Emitter, dtype: str, x: str) -> str:
    type_, least = LLVM[dtype], literal(float("-inf"), dtype)
    piece = times_log("log")(e, dtype, e.code.let(f"fneg {type_} {x}"), x)
    return e.code.select(e.code.let(f"fcmp olt {type_} {x}, {literal(0.0, dtype)}"), type_, least, piece)


OVER_ARRAYS: dict[str, Callable[..., str]] = {
    "expit": expit,
    "log_expit": log_expit,
    "xlogy": times_log("log"),
    "xlog1py": times_log("log1p"),
    "entr": entr,
}
"""(emitter, dtype, operands…) -> the register of the result."""
