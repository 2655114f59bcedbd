"""Mathematical functions by the C library; in vectorised loops by its vector variants, where it has them.

LLVM picks a variant by the call's `vector-function-abi-variant` attribute. glibc's libmvec promises 4 ulp, and its last bits are
not those of the scalar functions, so what a decision is taken from must not depend on what LLVM vectorised: there, scalars have
the scalar function, and arrays have a lane of the vector function even where LLVM leaves single elements.
"""

from __future__ import annotations

import ctypes
from functools import cache
from typing import TYPE_CHECKING

from .assembly import LLVM, SIZE, literal

if TYPE_CHECKING:
    from .emitter import Emitter

FUNCTIONS = {
    "exp": "exp",
    "exp2": "exp2",
    "expm1": "expm1",
    "log": "log",
    "log2": "log2",
    "log10": "log10",
    "log1p": "log1p",
    "cbrt": "cbrt",
    "sinh": "sinh",
    "cosh": "cosh",
    "tanh": "tanh",
    "arcsinh": "asinh",
    "arccosh": "acosh",
    "arctanh": "atanh",
    "sin": "sin",
    "cos": "cos",
    "tan": "tan",
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
    "arctan2": "atan2",
    "hypot": "hypot",
    "pow": "pow",
    "fmod": "fmod",
    "remainder": "remainder",
    "erf": "erf",
    "erfc": "erfc",
    "lgamma": "lgamma",
    "gamma": "tgamma",
}
"""The C name of each function; float32's has an f at its end."""

BINARY = ("arctan2", "hypot", "pow", "fmod", "remainder")
VANISHING = {("exp", "f64"): -746.0, ("exp", "f32"): -104.0, ("exp2", "f64"): -1076.0, ("exp2", "f32"): -151.0}
"""Below these an exponential is 0. The vector functions do such numbers one by one, and the masked scores of attention are full of them."""

LIBMVEC = "libmvec.so.1"
LANE_BYTES = 32
"""The longest vectors of which a lane stands for a scalar: LLVM must find the same function at every length that it tries."""
PURE = "nounwind willreturn memory(none)"


def emit(e: Emitter, name: str, dtype: str, operands: list[str], vector: bool) -> str:
    """The function of scalars; `vector` allows the vector variants."""
    if (name, dtype) not in VANISHING or not (vector or e.map_depth) or libmvec() is None:
        return call(e, name, dtype, operands, vector)
    (x,), type_, zero = operands, LLVM[dtype], literal(0.0, dtype)
    vanishes = e.code.let(f"fcmp olt {type_} {x}, {literal(VANISHING[name, dtype], dtype)}")
    return e.code.select(vanishes, type_, zero, call(e, name, dtype, [e.code.select(vanishes, type_, zero, x)], vector))


def call(e: Emitter, name: str, dtype: str, operands: list[str], vector: bool) -> str:
    """A call of the function."""
    if not vector and e.map_depth and (lane := lane_function(e, name, dtype, len(operands))) is not None:
        arguments = ", ".join(f"{LLVM[dtype]} {x}" for x in operands)
        return e.code.let(f"call {LLVM[dtype]} @{lane[0]}({arguments}) {lane[1]}")
    symbol = FUNCTIONS[name] + ("f" if dtype == "f32" else "")
    type_ = LLVM[dtype]
    e.module.declare(symbol, f"{type_} {{}}({', '.join([type_] * len(operands))})")
    attribute = PURE
    found = variants(symbol, dtype, len(operands), e.module.features) if vector else ()
    for variant, width in found:
        lanes = f"<{width} x {type_}>"
        e.module.declare(variant, f"{lanes} {{}}({', '.join([lanes] * len(operands))})")
        e.module.keep(variant)
    if found:
        names = ",".join(f"_ZGV_LLVM_N{width}{'v' * len(operands)}_{symbol}({variant})" for variant, width in found)
        attribute += f' "vector-function-abi-variant"="{names}"'
    arguments = ", ".join(f"{type_} {x}" for x in operands)
    return e.code.let(f"call {type_} @{symbol}({arguments}) {e.module.attribute(attribute)}")


def lane_function(e: Emitter, name: str, dtype: str, arity: int) -> tuple[str, str] | None:
    """(name, attributes of a call) of a scalar function that gives what every lane of the vector function gives."""
    symbol = FUNCTIONS[name] + ("f" if dtype == "f32" else "")
    found = [v for v in variants(symbol, dtype, arity, e.module.features) if v[1] * SIZE[dtype] <= LANE_BYTES]
    if not found or dtype not in ("f64", "f32"):
        return None
    variant, width = found[-1]
    own, type_, lanes = f"lane.{symbol}", LLVM[dtype], f"<{width} x {LLVM[dtype]}>"
    e.module.declare(variant, f"{lanes} {{}}({', '.join([lanes] * arity)})")
    e.module.keep(variant)

    def define() -> str:
        lines = [f"define internal {type_} @{own}({', '.join(f'{type_} %x{k}' for k in range(arity))}) noinline {PURE} {{"]
        for k in range(arity):
            lines.append(f"  %first{k} = insertelement {lanes} poison, {type_} %x{k}, i64 0")
            lines.append(f"  %all{k} = shufflevector {lanes} %first{k}, {lanes} poison, <{width} x i32> zeroinitializer")
        arguments = ", ".join(f"{lanes} %all{k}" for k in range(arity))
        lines += [f"  %y = call {lanes} @{variant}({arguments}) {e.module.attribute(PURE)}"]
        lines += [f"  %lane = extractelement {lanes} %y, i64 0", f"  ret {type_} %lane", "}"]
        e.module.functions.append("\n".join(lines))
        e.module.keep(own)  # LLVM must not drop an argument that is the same at every call: the vector function has it
        return own

    e.module.once(("lane", symbol), define)
    mapping = f"_ZGV_LLVM_N{width}{'v' * arity}_{own}({variant})"
    return own, e.module.attribute(f'{PURE} "vector-function-abi-variant"="{mapping}"')


def variants(symbol: str, dtype: str, arity: int, features: frozenset[str]) -> tuple[tuple[str, int], ...]:
    """(name, lanes) of each vector variant that the C library has and the processor can run."""
    library = libmvec()
    if library is None:
        return ()
    candidates = [("b", 16, "sse2"), ("d", 32, "avx2"), ("e", 64, "avx512f")]
    found = []
    for letter, width, feature in candidates:
        lanes = width // (8 if dtype == "f64" else 4)
        name = f"_ZGV{letter}N{lanes}{'v' * arity}_{symbol}"
        if feature in features and hasattr(library, name):
            found.append((name, lanes))
    return tuple(found)


@cache
def libmvec() -> ctypes.CDLL | None:
    """glibc's vector mathematics, or None where there is none."""
    try:
        return ctypes.CDLL(LIBMVEC)
    except OSError:
        return None
