"""Scalar operations: a table from op to instructions; only odd ones have a function.

Integers and floats follow NumPy, which the catalogue's meanings state; with overflow="raise" integers follow Python.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..ir.program import Op, Value
from ..ir.types import F16, F32, ScalarType, scalar_of
from ..ops.ufuncs import UFUNCS
from . import entropies, powers, ufuncs, vectormath
from .assembly import LLVM, SIZE, literal
from .division import floordiv, fmod, mod
from .errors import index_site, overflow_site
from .intrinsics import FLOATS, intrinsic, signed

if TYPE_CHECKING:
    from .emitter import Emitter

Emit = Callable[["Emitter", str, list[str], Op], str]
"""(emitter, dtype of the first operand, operands, op) -> the register of the result."""

PREDICATES = {"lt": "lt", "le": "le", "gt": "gt", "ge": "ge", "eq": "eq", "ne": "ne"}
INTRINSICS = {"floor": "floor", "ceil": "ceil", "trunc": "trunc", "rint": "rint", "sqrt": "sqrt"}
BITS = {"and": "and", "or": "or", "xor": "xor"}


def emit(e: Emitter, op: Op, operands: list[str]) -> str:
    """The value of the scalar op `op` on registers."""
    type_ = scalar_of(op.operands[0].type) if op.operands else scalar_of(op.result.type)
    if type_ == F16 and op.name not in MOVING:
        return converted(e, *in_single(e, op, operands))
    if op.name in TABLE:
        return TABLE[op.name](e, type_.name, operands, op)
    if op.name in vectormath.FUNCTIONS and type_.is_float:
        return vectormath.emit(e, op.name, type_.name, operands, e.relaxed(op))
    if op.name in entropies.OVER_ARRAYS and e.relaxed(op):
        return entropies.OVER_ARRAYS[op.name](e, type_.name, *operands)
    if op.name in UFUNCS:
        return ufuncs.emit(e, op.name, type_.name, operands)
    raise NotImplementedError(f"native code has no form of the operation {op.name!r}")


MOVING = ("cast", "select", "is_absent", "path")
"""Ops that take halves of floats as they are."""


def in_single(e: Emitter, op: Op, operands: list[str]) -> tuple[str, str, str]:
    """An op on float16, computed in float32 as NumPy does it: its dtype there, the one that it has in the end, and its value."""
    wide = [converted(e, "f16", "f32", x) if scalar_of(v.type) == F16 else x for v, x in zip(op.operands, operands, strict=True)]
    single = Op(op.name, tuple(Value(v.name, F32) for v in op.operands), (), op.attributes, (), op.location)
    found = emit(e, single, wide)
    kept = scalar_of(op.result.type) != F16
    return ("bool", "bool", found) if kept else ("f32", "f16", found)


def flags(e: Emitter, op: Op) -> str:
    """Fast-math flags, only where a pass has proved that no decision sees the difference."""
    return "reassoc contract " if op.attributes.get("relaxed") else ""


# Arithmetic -----------------------------------------------------------------------------------------------------------


def binary(integer: str, floating: str) -> Emit:
    """add, sub, mul."""

    def emitted(e: Emitter, dtype: str, operands: list[str], op: Op) -> str:
        a, b = operands
        if dtype in FLOATS:
            return e.code.let(f"{floating} {flags(e, op)}{LLVM[dtype]} {a}, {b}")
        if dtype == "bool":
            return e.code.let(f"{'and' if integer == 'mul' else 'or'} i1 {a}, {b}")
        if op.attributes.get("overflow") == "raise":
            return checked(e, f"s{integer}.with.overflow", dtype, operands, op)
        return e.code.let(f"{integer} {LLVM[dtype]} {a}, {b}")

    return emitted


def checked(e: Emitter, name: str, dtype: str, operands: list[str], op: Op) -> str:
    """An integer operation that raises OverflowError where Python's would need more bits."""
    type_ = LLVM[dtype]
    full = f"llvm.{name}.{type_}"
    e.module.declare(full, f"{{{{ {type_}, i1 }}}} {{}}({type_}, {type_})")
    pair = e.code.let(f"call {{ {type_}, i1 }} @{full}({type_} {operands[0]}, {type_} {operands[1]})")
    result = e.code.let(f"extractvalue {{ {type_}, i1 }} {pair}, 0")
    overflowed = e.code.let(f"extractvalue {{ {type_}, i1 }} {pair}, 1")
    e.forbid(overflowed, e.module.site(overflow_site(op.location)), ())
    return result


def div(e: Emitter, dtype: str, operands: list[str], op: Op) -> str:
    if dtype not in FLOATS:
        raise NotImplementedError(f"div of {dtype}")
    return e.code.let(f"fdiv {flags(e, op)}{LLVM[dtype]} {operands[0]}, {operands[1]}")


def neg(e: Emitter, dtype: str, operands: list[str], op: Op) -> str:
    if dtype in FLOATS:
        return e.code.let(f"fneg {flags(e, op)}{LLVM[dtype]} {operands[0]}")
    return binary("sub", "fsub")(e, dtype, ["0", operands[0]], op)


def square(e: Emitter, dtype: str, operands: list[str], op: Op) -> str:
    return binary("mul", "fmul")(e, dtype, [operands[0], operands[0]], op)


def absolute(e: Emitter, dtype: str, operands: list[str], op: Op) -> str:
    (x,) = operands
    if dtype in FLOATS:
        return intrinsic(e, "fabs", dtype, x)
    if not signed(dtype):
        return x
    minus = neg(e, dtype, operands, op) if op.attributes.get("overflow") != "raise" else None
    negative = e.code.compare("slt", x, "0", LLVM[dtype])
    if minus is None:
        smallest = e.code.compare("eq", x, str(-(2 ** (8 * SIZE[dtype] - 1))), LLVM[dtype])
        e.forbid(smallest, e.module.site(overflow_site(op.location)), ())
        minus = e.code.let(f"sub {LLVM[dtype]} 0, {x}")
    return e.code.select(negative, LLVM[dtype], minus, x)


def power(e: Emitter, dtype: str, operands: list[str], op: Op) -> str:
    if dtype in FLOATS:
        known = powers.known(e, dtype, *operands, exact=not e.relaxed(op)) if e.relaxed(op) or e.map_depth else None
        return vectormath.emit(e, "pow", dtype, operands, e.relaxed(op)) if known is None else known
    x, n = (widened(e, dtype, v) for v in operands)
    if op.attributes.get("overflow") == "raise":
        pair = e.runtime("ep_power_checked", "{ i64, i1 }", ("i64", x), ("i64", n))
        e.forbid(e.code.let(f"extractvalue {{ i64, i1 }} {pair}, 1"), e.module.site(overflow_site(op.location)), ())
        return e.code.let(f"extractvalue {{ i64, i1 }} {pair}, 0")
    return narrowed(e, dtype, e.runtime("ep_power", "i64", ("i64", x), ("i64", n)))


def widened(e: Emitter, dtype: str, x: str) -> str:
    return x if LLVM[dtype] == "i64" else e.code.let(f"{'sext' if signed(dtype) else 'zext'} {LLVM[dtype]} {x} to i64")


def narrowed(e: Emitter, dtype: str, x: str) -> str:
    return x if LLVM[dtype] == "i64" else e.code.let(f"trunc i64 {x} to {LLVM[dtype]}")


def copysign(e: Emitter, dtype: str, operands: list[str], op: Op) -> str:
    return intrinsic(e, "copysign", dtype, *operands)


def rounding(name: str) -> Emit:
    def emitted(e: Emitter, dtype: str, operands: list[str], op: Op) -> str:
        return intrinsic(e, name, dtype, *operands) if dtype in FLOATS else operands[0]

    return emitted


# Comparison and choice ------------------------------------------------------------------------------------------------


def compared(e: Emitter, predicate: str, dtype: str, a: str, b: str) -> str:
    if dtype in FLOATS:
        return e.code.let(f"fcmp {'une' if predicate == 'ne' else 'o' + predicate} {LLVM[dtype]} {a}, {b}")
    if predicate not in ("eq", "ne"):
        predicate = ("s" if signed(dtype) else "u") + predicate
    return e.code.compare(predicate, a, b, LLVM[dtype])


def comparison(predicate: str) -> Emit:
    return lambda e, dtype, operands, op: compared(e, predicate, dtype, *operands)


def select(e: Emitter, dtype: str, operands: list[str], op: Op) -> str:
    condition, a, b = operands
    return e.code.select(condition, LLVM[scalar_of(op.operands[1].type).name], a, b)


def extremum(predicate: str, *, spreads_nan: bool) -> Emit:
    """maximum, minimum: a NaN wins; fmax, fmin: a NaN loses."""

    def emitted(e: Emitter, dtype: str, operands: list[str], op: Op) -> str:
        a, b = operands
        first = compared(e, predicate, dtype, a, b)
        if dtype in FLOATS:
            doubtful = a if spreads_nan else b
            first = e.code.let(f"or i1 {first}, {e.code.let(f'fcmp uno {LLVM[dtype]} {doubtful}, {doubtful}')}")
        return e.code.select(first, LLVM[dtype], a, b)

    return emitted


def taken(predicate: str) -> Emit:
    """Python's max and min: the second operand only where it beats the first."""

    def emitted(e: Emitter, dtype: str, operands: list[str], op: Op) -> str:
        a, b = operands
        return e.code.select(compared(e, predicate, dtype, b, a), LLVM[dtype], b, a)

    return emitted


def sign(e: Emitter, dtype: str, operands: list[str], op: Op) -> str:
    (x,) = operands
    if dtype == "bool":
        return x
    values = (1.0, -1.0, 0.0) if dtype in FLOATS else (1, -1, 0)
    one, minus, zero = (literal(v, dtype) for v in values)
    rest = e.code.select(compared(e, "eq", dtype, x, zero), LLVM[dtype], zero, x)
    below = e.code.select(compared(e, "lt", dtype, x, zero), LLVM[dtype], minus, rest)
    return e.code.select(compared(e, "gt", dtype, x, zero), LLVM[dtype], one, below)


def isnan(e: Emitter, dtype: str, operands: list[str], op: Op) -> str:
    return e.code.let(f"fcmp uno {LLVM[dtype]} {operands[0]}, {operands[0]}") if dtype in FLOATS else "false"


def against_infinity(predicate: str, of_integers: str) -> Emit:
    def emitted(e: Emitter, dtype: str, operands: list[str], op: Op) -> str:
        if dtype not in FLOATS:
            return of_integers
        magnitude = intrinsic(e, "fabs", dtype, operands[0])
        return e.code.let(f"fcmp {predicate} {LLVM[dtype]} {magnitude}, {literal(float('inf'), dtype)}")

    return emitted


# Bits -----------------------------------------------------------------------------------------------------------------


def bits(name: str) -> Emit:
    return lambda e, dtype, operands, op: e.code.let(f"{name} {LLVM[dtype]} {operands[0]}, {operands[1]}")


def invert(e: Emitter, dtype: str, operands: list[str], op: Op) -> str:
    return e.code.let(f"xor {LLVM[dtype]} {operands[0]}, {'true' if dtype == 'bool' else '-1'}")


def shift(name: str) -> Emit:
    """Shifts by 64 or more leave 0, or the sign."""

    def emitted(e: Emitter, dtype: str, operands: list[str], op: Op) -> str:
        x, n = operands
        width = 8 * SIZE[dtype]
        inside = e.code.compare("ult", n, str(width), LLVM[dtype])
        safe = e.code.select(inside, LLVM[dtype], n, "0")
        shifts = name if signed(dtype) or name == "shl" else "lshr"
        shifted = e.code.let(f"{shifts} {LLVM[dtype]} {x}, {safe}")
        beyond = e.code.let(f"ashr {LLVM[dtype]} {x}, {width - 1}") if shifts == "ashr" else "0"
        return e.code.select(inside, LLVM[dtype], shifted, beyond)

    return emitted


def absent(e: Emitter, dtype: str, operands: list[str], op: Op) -> str:
    """Whether the operand is -0.0, by its bits."""
    return is_mark(e, dtype, operands[0])


def is_mark(e: Emitter, dtype: str, x: str) -> str:
    width = 8 * SIZE[dtype]
    pattern = e.code.let(f"bitcast {LLVM[dtype]} {x} to i{width}")
    return e.code.compare("eq", pattern, str(-(2 ** (width - 1))), f"i{width}")


def path(e: Emitter, dtype: str, operands: list[str], op: Op) -> str:
    adjoint, partial = operands
    product = e.code.let(f"fmul {LLVM[dtype]} {adjoint}, {partial}")
    real = e.code.let(f"fadd {LLVM[dtype]} {product}, {literal(0.0, dtype)}")
    return e.code.select(is_mark(e, dtype, adjoint), LLVM[dtype], adjoint, real)


# Conversions ----------------------------------------------------------------------------------------------------------


def cast(e: Emitter, dtype: str, operands: list[str], op: Op) -> str:
    return converted(e, dtype, scalar_of(op.result.type).name, operands[0])


def converted(e: Emitter, source: str, target: str, x: str) -> str:
    """`x` in another dtype; a float beyond an integer's range becomes the smallest one, as the machine does."""
    a, b = LLVM[source], LLVM[target]
    if source == target:
        return x
    if target == "bool":
        return compared(e, "ne", source, x, literal(0.0 if source in FLOATS else 0, source))
    if source == "bool":
        return e.code.let(f"{'uitofp' if target in FLOATS else 'zext'} i1 {x} to {b}")
    if "f16" in (source, target) and "f32" not in (source, target):
        through = rounded_to_odd(e, x) if source == "f64" else converted(e, source, "f32", x)
        return converted(e, "f32", target, through)
    if source in FLOATS and target in FLOATS:
        return e.code.let(f"{'fptrunc' if SIZE[target] < SIZE[source] else 'fpext'} {a} {x} to {b}")
    if source in FLOATS:
        return float_to_integer(e, source, target, x)
    if target in FLOATS:
        return e.code.let(f"{'sitofp' if signed(source) else 'uitofp'} {a} {x} to {b}")
    if a == b:
        return x
    widens = "sext" if signed(source) else "zext"
    return e.code.let(f"{widens if SIZE[source] < SIZE[target] else 'trunc'} {a} {x} to {b}")


def rounded_to_odd(e: Emitter, x: str) -> str:
    """A double in single precision, its last bit 1 where it is not exact: what is rounded once more is then rounded right."""
    code = e.code
    near = code.let(f"fptrunc double {x} to float")
    back = code.let(f"fpext float {near} to double")
    bits = code.let(f"bitcast float {near} to i32")
    past = code.let(f"fcmp ogt double {intrinsic(e, 'fabs', 'f64', back)}, {intrinsic(e, 'fabs', 'f64', x)}")
    below = code.select(past, "i32", code.let(f"sub i32 {bits}, 1"), bits)
    inexact = code.let(f"fcmp one double {back}, {x}")
    odd = code.select(inexact, "i32", code.let(f"or i32 {below}, 1"), bits)
    return code.let(f"bitcast i32 {odd} to float")


def float_to_integer(e: Emitter, source: str, target: str, x: str) -> str:
    """What does not fit is what the machine makes of it: through a wider integer where there is one."""
    if target == "u64":
        top = literal(2.0**63, source)
        low = float_to_integer(e, source, "i64", x)
        high = float_to_integer(e, source, "i64", e.code.let(f"fsub {LLVM[source]} {x}, {top}"))
        large = e.code.let(f"fcmp oge {LLVM[source]} {x}, {top}")
        return e.code.select(large, "i64", e.code.let(f"xor i64 {high}, {-(2**63)}"), low)
    if target not in ("i64", "i32"):
        wide = "i64" if target == "u32" else "i32"
        return converted(e, wide, target, float_to_integer(e, source, wide, x))
    half = 2 ** (8 * SIZE[target] - 1)
    bound = -half if source == "f32" or target == "i64" else -half - 1
    low = "oge" if bound == -half else "ogt"
    above = e.code.let(f"fcmp {low} {LLVM[source]} {x}, {literal(float(bound), source)}")
    below = e.code.let(f"fcmp olt {LLVM[source]} {x}, {literal(float(half), source)}")
    inside = e.code.let(f"and i1 {above}, {below}")
    integer = e.code.let(f"fptosi {LLVM[source]} {x} to {LLVM[target]}")
    return e.code.select(inside, LLVM[target], integer, str(-half))


def index(e: Emitter, dtype: str, operands: list[str], op: Op) -> str:
    i, n = operands
    negative = e.code.compare("slt", i, "0")
    wrapped = e.code.select(negative, "i64", e.code.let(f"add i64 {i}, {n}"), i)
    if op.attributes.get("checked", True):
        inside = e.code.compare("ult", wrapped, n)
        axis = op.attributes.get("axis", 0)
        e.require(inside, e.module.site(index_site(axis, op.location), ("index", axis, op.location)), (("i64", i), ("i64", n)))
    return wrapped


TABLE: dict[str, Emit] = {
    "add": binary("add", "fadd"),
    "sub": binary("sub", "fsub"),
    "mul": binary("mul", "fmul"),
    "div": div,
    "neg": neg,
    "square": square,
    "abs": absolute,
    "pow": power,
    "floordiv": floordiv,
    "mod": mod,
    "fmod": fmod,
    "copysign": copysign,
    "select": select,
    "maximum": extremum("ge", spreads_nan=True),
    "minimum": extremum("le", spreads_nan=True),
    "fmax": extremum("ge", spreads_nan=False),
    "fmin": extremum("le", spreads_nan=False),
    "larger": taken("gt"),
    "smaller": taken("lt"),
    "sign": sign,
    "isnan": isnan,
    "isinf": against_infinity("oeq", "false"),
    "isfinite": against_infinity("one", "true"),
    "not": invert,
    "shl": shift("shl"),
    "shr": shift("ashr"),
    "is_absent": absent,
    "path": path,
    "cast": cast,
    "index": index,
    **{name: comparison(predicate) for name, predicate in PREDICATES.items()},
    **{name: bits(instruction) for name, instruction in BITS.items()},
    **{name: rounding(function) for name, function in INTRINSICS.items()},
}


def is_scalar_op(op: Op) -> bool:
    """Whether `op` is an element-wise op on scalars alone."""
    return all(isinstance(v.type, ScalarType) for v in (*op.operands, *op.results))
