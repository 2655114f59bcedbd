"""Mathematical functions by the C library; in vectorised loops by its vector variants, where it has them.

LLVM picks a variant by the call's `vector-function-abi-variant` attribute. glibc's libmvec promises 4 ulp, so it stays off
whatever a decision is taken from. digamma is SciPy's.
"""

from __future__ import annotations

import ctypes
from functools import cache
from typing import TYPE_CHECKING

from .assembly import LLVM

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
    "erf": "erf",
    "erfc": "erfc",
    "lgamma": "lgamma",
    "gamma": "tgamma",
    "digamma": "ep_digamma",
}
"""The C name of each function; float32's has an f at its end."""

BINARY = ("arctan2", "hypot", "pow", "fmod")
LIBMVEC = "libmvec.so.1"
PURE = "nounwind willreturn memory(none)"


def emit(e: Emitter, name: str, dtype: str, operands: list[str], vector: bool) -> str:
    """A call of the function; `vector` allows the vector variants."""
    if name == "digamma":
        return digamma(e, dtype, operands[0])
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


def digamma(e: Emitter, dtype: str, x: str) -> str:
    e.module.declare("ep_digamma", "double {}(double, i32)")
    wide = x if dtype == "f64" else e.code.let(f"fpext float {x} to double")
    result = e.code.let(f"call double @ep_digamma(double {wide}, i32 0) {e.module.attribute(PURE)}")
    return result if dtype == "f64" else e.code.let(f"fptrunc double {result} to float")


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
