"""Division of integers and floats: quotients, remainders, as NumPy has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..ir.program import Op
from . import vectormath
from .assembly import LLVM, literal
from .intrinsics import FLOATS, intrinsic, signed

if TYPE_CHECKING:
    from .emitter import Emitter


def floordiv(e: Emitter, dtype: str, operands: list[str], op: Op) -> str:
    return floored(e, dtype, operands)[0]


def mod(e: Emitter, dtype: str, operands: list[str], op: Op) -> str:
    return floored(e, dtype, operands)[1]


def fmod(e: Emitter, dtype: str, operands: list[str], op: Op) -> str:
    """What is left of a/b with the sign of a; of integers divided by 0 it is 0."""
    if dtype in FLOATS:
        return vectormath.emit(e, "fmod", dtype, operands, e.relaxed(op))
    code, type_ = e.code, LLVM[dtype]
    a, b = operands
    special = code.compare("eq", b, "0", type_)
    if signed(dtype):
        special = code.let(f"or i1 {special}, {code.compare('eq', b, '-1', type_)}")
    safe = code.select(special, type_, "1", b)
    return code.let(f"{'srem' if signed(dtype) else 'urem'} {type_} {a}, {safe}")


def floored(e: Emitter, dtype: str, operands: list[str]) -> tuple[str, str]:
    """(⌊a/b⌋, a - b⌊a/b⌋) as NumPy has them: integers divided by 0 give 0."""
    if dtype in FLOATS:
        return floored_floats(e, dtype, *operands)
    code, type_ = e.code, LLVM[dtype]
    a, b = operands
    by_zero = code.compare("eq", b, "0", type_)
    if not signed(dtype):
        safe = code.select(by_zero, type_, "1", b)
        quotient, rest = code.let(f"udiv {type_} {a}, {safe}"), code.let(f"urem {type_} {a}, {safe}")
        return code.select(by_zero, type_, "0", quotient), code.select(by_zero, type_, "0", rest)
    by_minus_one = code.compare("eq", b, "-1", type_)
    special = code.let(f"or i1 {by_zero}, {by_minus_one}")
    safe = code.select(special, type_, "1", b)
    quotient = code.let(f"sdiv {type_} {a}, {safe}")
    rest = code.let(f"srem {type_} {a}, {safe}")
    crossed = code.compare("slt", code.let(f"xor {type_} {rest}, {safe}"), "0", type_)
    wrong = code.let(f"and i1 {crossed}, {code.compare('ne', rest, '0', type_)}")
    quotient = code.select(wrong, type_, code.let(f"sub {type_} {quotient}, 1"), quotient)
    rest = code.select(wrong, type_, code.let(f"add {type_} {rest}, {safe}"), rest)
    quotient = code.select(by_minus_one, type_, code.let(f"sub {type_} 0, {a}"), quotient)
    return code.select(by_zero, type_, "0", quotient), code.select(special, type_, "0", rest)


def floored_floats(e: Emitter, dtype: str, a: str, b: str) -> tuple[str, str]:
    """CPython's float_divmod, which is NumPy's too; b = 0 gives a/b and NaN."""
    code, type_ = e.code, LLVM[dtype]
    zero, half, one = (literal(v, dtype) for v in (0.0, 0.5, 1.0))
    rest = vectormath.emit(e, "fmod", dtype, [a, b], False)
    by_zero = code.let(f"fcmp oeq {type_} {b}, {zero}")
    exact = code.let(f"fcmp oeq {type_} {rest}, {zero}")
    crossed = code.let(f"xor i1 {code.let(f'fcmp olt {type_} {b}, {zero}')}, {code.let(f'fcmp olt {type_} {rest}, {zero}')}")
    wrong = code.let(f"and i1 {crossed}, {code.let(f'xor i1 {exact}, true')}")
    quotient = code.let(f"fdiv {type_} {code.let(f'fsub {type_} {a}, {rest}')}, {b}")
    quotient = code.select(wrong, type_, code.let(f"fsub {type_} {quotient}, {one}"), quotient)
    rest = code.select(wrong, type_, code.let(f"fadd {type_} {rest}, {b}"), rest)
    rest = code.select(exact, type_, intrinsic(e, "copysign", dtype, zero, b), rest)
    low = intrinsic(e, "floor", dtype, quotient)
    far = code.let(f"fcmp ogt {type_} {code.let(f'fsub {type_} {quotient}, {low}')}, {half}")
    low = code.select(far, type_, code.let(f"fadd {type_} {low}, {one}"), low)
    plain = code.let(f"fdiv {type_} {a}, {b}")
    nothing = code.let(f"fcmp oeq {type_} {quotient}, {zero}")
    low = code.select(nothing, type_, intrinsic(e, "copysign", dtype, zero, plain), low)
    return code.select(by_zero, type_, plain, low), code.select(by_zero, type_, literal(float("nan"), dtype), rest)
