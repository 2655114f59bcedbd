"""Powers of floats whose exponent is known: products and roots instead of the general function, which takes ten times as long.

    x**3     p = x·x; p·x                                          where nothing is decided
             p + e = x·x, r + f = p·x exactly; r + (f + e·x)       where something is: as good as rounded once (Dekker 1971)
    x**-1.5  1/x · 1/√x

The general function is libmvec's, of 4 ulp, which does negative numbers one by one; none of these is farther off. NumPy's arrays have
yet another one, so there its last bits were never ours to keep (docs/decisions/0005); scalars keep the C library's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .assembly import LLVM, literal
from .intrinsics import intrinsic

if TYPE_CHECKING:
    from .emitter import Emitter

WHOLE = (1, 2, 3, 4)
EXACT = (1, 2, 3, 4, -1, 0.5)
"""Exponents for which the power is as good as rounded once."""
RELAXED = (*WHOLE, -1, -2, 0.5, 1.5, -0.5, -1.5)
"""Exponents for which it is two and a half ulp off at most; the same at zeros, infinities and NaN, and below 0."""
SMALLEST = {"f64": 1e-280}
"""Below this a product's error may not be a number of its own."""


def known(e: Emitter, dtype: str, x: str, exponent: str, *, exact: bool) -> str | None:
    """x to the power of an exponent among these, of f64 or f32; None where it is another one."""
    if dtype not in ("f64", "f32"):
        return None
    n = {literal(float(n), dtype): n for n in (EXACT if exact else RELAXED)}.get(exponent)
    if n is None:
        return None
    if n in (3, 4) and exact:
        return rounded_once(e, dtype, x, int(n))
    return products(e, dtype, x, int(n)) if n in WHOLE else inverse_or_root(e, dtype, x, n)


def products(e: Emitter, dtype: str, x: str, n: int) -> str:
    if n == 1:
        return x
    square = times(e, dtype, x, x)
    return square if n == 2 else times(e, dtype, square, x if n == 3 else square)


def inverse_or_root(e: Emitter, dtype: str, x: str, n: float) -> str:
    if n == -1:
        return inverse(e, dtype, x)
    if n == 0.5:  # as NumPy has it
        return intrinsic(e, "sqrt", dtype, x)
    if n == -2:
        part = inverse(e, dtype, x)  # x squared may be out of range where the answer is not
        return times(e, dtype, part, part)
    x = positive(e, dtype, x)
    root = intrinsic(e, "sqrt", dtype, x)
    if n == 1.5:
        return times(e, dtype, root, x)
    part = inverse(e, dtype, root)
    return part if n == -0.5 else times(e, dtype, part, inverse(e, dtype, x))


def positive(e: Emitter, dtype: str, x: str) -> str:
    """`x` itself, but 0 for -0 and infinity for minus infinity, as powers have them."""
    type_ = LLVM[dtype]
    low = e.code.let(f"fcmp oeq {type_} {x}, {literal(float('-inf'), dtype)}")
    plus = e.code.let(f"fadd {type_} {x}, {literal(0.0, dtype)}")
    return e.code.select(low, type_, literal(float("inf"), dtype), plus)


def rounded_once(e: Emitter, dtype: str, x: str, n: int) -> str:
    """x³ or x⁴ with the errors of its products added in the end; of float32 as a product of doubles."""
    if dtype == "f32":
        wide = e.code.let(f"fpext float {x} to double")
        return e.code.let(f"fptrunc double {products(e, 'f64', wide, n)} to float")
    square = times(e, dtype, x, x)
    error = intrinsic(e, "fma", dtype, x, x, negative(e, dtype, square))
    other = x if n == 3 else square
    result = times(e, dtype, square, other)
    rest = intrinsic(e, "fma", dtype, square, other, negative(e, dtype, result))
    lost = times(e, dtype, error, other if n == 3 else e.code.let(f"fadd double {square}, {square}"))
    better = e.code.let(f"fadd double {result}, {e.code.let(f'fadd double {rest}, {lost}')}")
    size = intrinsic(e, "fabs", dtype, result)
    large = e.code.let(f"fcmp ogt double {size}, {literal(SMALLEST[dtype], dtype)}")
    finite = e.code.let(f"fcmp olt double {size}, {literal(float('inf'), dtype)}")
    return e.code.select(e.code.let(f"and i1 {large}, {finite}"), "double", better, result)


def times(e: Emitter, dtype: str, x: str, y: str) -> str:
    return e.code.let(f"fmul {LLVM[dtype]} {x}, {y}")


def inverse(e: Emitter, dtype: str, x: str) -> str:
    return e.code.let(f"fdiv {LLVM[dtype]} {literal(1.0, dtype)}, {x}")


def negative(e: Emitter, dtype: str, x: str) -> str:
    return e.code.let(f"fneg {LLVM[dtype]} {x}")
