"""The functions of scipy.special that are one op, or a few."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Sequence
from typing import Any

import numpy as np

from ...ir.op import definition
from ...ir.program import Value
from ...ir.types import F32, F64, scalar_of
from ...library import operations
from ...ops.ufuncs import UFUNCS
from ..context import Context
from ..frame import Frame
from ..values import Abstract, Array, Scalar, Static
from .conversion import Operand, common_dtype, convert, data, float_operand
from .extremes import extreme
from .reductions import reduction, total
from .registry import CALLS, OfFunction
from .signatures import of_ufunc
from .ufunc import floats, ufunc_handler, with_options


def beside_single(c: Frame, function: Any, args: list[Abstract], node: ast.AST) -> list[Abstract]:
    """Python's own numbers beside float32: NumPy takes the first loop of a ufunc that holds them, which for some of SciPy's is that of
    float64."""
    if not isinstance(function, np.ufunc) or not function.types[0].startswith("d" * function.nin) or function.nin == 1:
        return args
    weak = [isinstance(x, Scalar) and x.weak for x in args]
    strong = [x for x, is_weak in zip(args, weak, strict=True) if not is_weak]
    others = [x.type if isinstance(x, Scalar) else x.dtype for x in strong if isinstance(x, (Array, Scalar))]
    if not any(weak) or not others or any(kind != F32 for kind in others):
        return args
    return [c.call(Static(np.float64), [x], {}, node) if is_weak else x for x, is_weak in zip(args, weak, strict=True)]


def direct(name: str, opcode: str, arity: int = 1) -> Any:
    """The handler of a ufunc that is the op `opcode`."""

    def compute(context: Context, node: ast.AST, xs: tuple[Operand, ...]) -> Value:
        return context.b.op(opcode, *operands_of(context, node, f"scipy.special.{name}", opcode, xs))

    return ufunc_handler(f"scipy.special.{name}", compute, arity)


def operands_of(context: Context, node: ast.AST, name: str, opcode: str, xs: tuple[Operand, ...]) -> tuple[Value, ...]:
    """The operands as the op takes them: beside an integer order all are of float64."""
    orders = [xs[k] for k in UFUNCS[opcode].integers] if opcode in UFUNCS else []
    for x in orders:
        if common_dtype([x]).is_float and not is_known_whole(x) and name.removeprefix("scipy.special.").startswith("eval_"):
            context.refuse(node, f"{name} of an order that is a float is not supported", "pass an integer: int(n)")
    if any(not common_dtype([x]).is_float for x in orders):
        return tuple(convert(context, node, x, F64) for x in xs)
    return floats(context, node, name, xs)


def is_known_whole(x: Operand) -> bool:
    """Whether it is a known float without a fraction."""
    return isinstance(x, Scalar) and x.is_static and float(x.static).is_integer()


def several(name: str, opcodes: Sequence[str], arity: int) -> Any:
    """The handler of a ufunc with several results, each an op."""

    def values(context: Context, node: ast.AST, xs: tuple[Operand, ...]) -> tuple[Value, ...]:
        operands = floats(context, node, f"scipy.special.{name}", xs)
        return tuple(context.b.op(opcode, *operands) for opcode in opcodes)

    return with_options(f"scipy.special.{name}", values, arity)


def log_gamma(context: Context, node: ast.AST, xs: tuple[Operand, ...]) -> Value:
    """log Γ, of real numbers: NaN below 0, where it is complex."""
    b = context.b
    (x,) = floats(context, node, "scipy.special.loggamma", xs)
    kind = scalar_of(x.type)
    below = b.op("lt", x, b.constant(0, kind, "zero"))
    return b.op("select", below, b.constant(np.nan, kind, "nan"), b.op("lgamma", x), name="loggamma")


def logsumexp(
    context: Context,
    node: ast.AST,
    a: Abstract,
    axis: Abstract | None = None,
    b: Abstract | None = None,
    keepdims: Abstract | None = None,
    return_sign: Abstract | None = None,
) -> Abstract:
    """log Σ exp(a) = top + log m + log1p(Σ'/m) for m elements equal to the top; Σ' has exp(a - top) - 1 for these."""
    if b is not None or return_sign is not None:
        from ...library.scipy.special.logarithms import signed_logsumexp

        options = {"axis": axis, "b": b, "keepdims": keepdims, "return_sign": return_sign}
        return context.call(Static(signed_logsumexp), [a], {k: v for k, v in options.items() if v is not None}, node)  # type: ignore[attr-defined,no-any-return]
    given, axes, keep = reduction(context, node, a, axis, keepdims)
    x, build = float_operand(context, node, given), context.b
    if not axes:
        return data(context, total(context, x, axes, keep))
    top, finite = largest(context, node, x, axes)
    at_top = build.op("eq", x, top)
    apart = build.op("sub", x, finite)
    one_less = build.op("select", at_top, build.op("expm1", apart), build.op("exp", apart), name="powers")
    kind = scalar_of(x.type)
    tops = total(context, build.op("cast", at_top, dtype=kind.name), axes, True)
    rest = build.op("div", total(context, one_less, axes, True), tops)
    summed = build.op("add", build.op("log1p", rest), build.op("log", tops))
    return squeezed(context, build.op("add", summed, finite, name="logsumexp"), axes, keep)


def largest(context: Context, node: ast.AST, x: Value, axes: tuple[int, ...]) -> tuple[Value, Value]:
    """The largest element over `axes`, kept as extents of 1; and the same with 0 where it is infinite, to be subtracted before `exp`."""
    top = extreme(context, node, Array(x), axes, True, "max")
    assert isinstance(top, Array)
    b = context.b
    return top.value, b.op("select", b.op("isfinite", top.value), top.value, b.constant(0, top.dtype, "zero"), name="top")


def squeezed(context: Context, value: Value, axes: tuple[int, ...], keep: bool) -> Abstract:
    """A result with its reduced axes of length 1, or without them."""
    if keep:
        return Array(value)
    b = context.b
    letters = "".join("i" if k in axes else "a" for k in range(value.type.rank))  # type: ignore[union-attr]
    return data(context, b.op("view", value, *[b.i64(0)] * len(axes), axes=letters, name=value.name))


def softmax(context: Context, node: ast.AST, x: Abstract, axis: Abstract | None = None) -> Abstract:
    """exp(x) / Σ exp(x)."""
    b = context.b
    value, axes, top = shifted(context, node, "softmax", x, axis)
    powers = b.op("exp", b.op("sub", value, top))
    return data(context, b.op("div", powers, total(context, powers, axes, True), name="softmax"))


def log_softmax(context: Context, node: ast.AST, x: Abstract, axis: Abstract | None = None) -> Abstract:
    """x - log Σ exp(x)."""
    b = context.b
    value, axes, top = shifted(context, node, "log_softmax", x, axis)
    apart = b.op("sub", value, top)
    return data(context, b.op("sub", apart, b.op("log", total(context, b.op("exp", apart), axes, True)), name="log_softmax"))


def shifted(context: Context, node: ast.AST, name: str, x: Abstract, axis: Abstract | None) -> tuple[Value, tuple[int, ...], Value]:
    given, axes, _ = reduction(context, node, x, axis, None)
    value = float_operand(context, node, given)
    if not axes:
        return value, axes, value
    return value, axes, largest(context, node, value, axes)[1]


HANDLERS: dict[str, Any] = {
    "loggamma": ufunc_handler("scipy.special.loggamma", log_gamma, 1),
    "logsumexp": logsumexp,
    "softmax": softmax,
    "log_softmax": log_softmax,
}
"""By the name of a function of scipy.special."""

OTHERS = {"gammaln": "lgamma", "psi": "digamma", "digamma": "digamma"}
"""SciPy's names of ops that are called otherwise here."""

ALONE = "erf erfc exp2 expm1 log1p cbrt"
"""The unary ones that are SciPy's ufuncs under their own names, and are computed by the C library or otherwise."""


def fill() -> None:
    """Enter the ufuncs: those that are one op, and those with several results; what the texts call is known by what they call."""
    own = {name: function for name, function in vars(operations).items() if inspect.isfunction(function)}
    for name, function in own.items():
        signature = inspect.signature(function)
        CALLS[function] = OfFunction(name, of_ufunc(len(signature.parameters)), direct(name, name, len(signature.parameters)))
    for name in ALONE.split():
        HANDLERS[name] = direct(name, name)
    together: dict[str, list[str]] = {}
    for opcode, what in UFUNCS.items():
        if not what.pairs:
            together.setdefault(what.name, []).append(opcode)
    together |= {name: [opcode] for name, opcode in OTHERS.items()}
    for name, opcodes in together.items():
        if name in own:
            continue  # a text stands for it
        rule = definition(opcodes[0]).rule
        arity = len(rule.partials) if rule is not None else 1
        HANDLERS[name] = direct(name, opcodes[0], arity) if len(opcodes) == 1 else several(name, opcodes, arity)


fill()
