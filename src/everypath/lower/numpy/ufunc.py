"""How a universal function is lowered: operands converted, a dtype chosen, one op emitted, the result delivered."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Sequence

import numpy as np

from ...ir.program import Value
from ...ir.types import BOOL, ScalarType, scalar_of
from ..context import WRONG, Context
from ..objects import sequence_items
from ..values import Abstract, Array, Scalar
from .conversion import Operand, common_dtype, convert, data, operand, to_bool
from .dtypes import NUMPY_NAMES, can_store, inexact
from .operands import dtype_option
from .out import same_kind, target_of, written
from .registry import call
from .views import rank_of

Compute = Callable[[Context, ast.AST, tuple[Operand, ...]], Value]
"""The value of a ufunc from its converted operands."""

UFUNCS: dict[str, Compute] = {}
"""By NumPy's name of the ufunc."""


def ufunc(context: Context, node: ast.AST, name: str, *xs: Abstract) -> Value:
    """The value of the ufunc called `name`."""
    return UFUNCS[name](context, node, tuple(operand(context, node, x) for x in xs))


def register(names: str, compute: Compute, arity: int) -> None:
    """Make `compute` the meaning of the ufuncs called `names` (those that this NumPy has)."""
    for name in names.split():
        if not hasattr(np, name):
            continue
        call(getattr(np, name))(ufunc_handler(name, compute, arity))


def ufunc_handler(name: str, compute: Compute, arity: int) -> Callable[..., Abstract]:
    """The handler of a ufunc, which from now on is known by this name."""
    UFUNCS[name] = compute
    operands = operand_names(arity)

    def handler(
        context: Context,
        node: ast.AST,
        out: Abstract | None = None,
        where: Abstract | None = None,
        dtype: Abstract | None = None,
        **xs: Abstract,
    ) -> Abstract:
        return called(context, node, name, [xs[x] for x in operands], out, where, dtype)

    return declared(handler, operands, ("out", "where", "dtype"))


def operand_names(arity: int) -> list[str]:
    """What the operands of a ufunc are called in its signature."""
    return ["x"] if arity == 1 else [f"x{k}" for k in range(1, arity + 1)]


def declared(handler: Callable[..., Abstract], operands: Sequence[str], options: Sequence[str]) -> Callable[..., Abstract]:
    """`handler`, which takes a context and a node, with these parameters behind them."""
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    parameters = [inspect.Parameter(name, kind) for name in ("context", "node", *operands)]
    parameters += [inspect.Parameter(name, kind, default=None) for name in options]
    handler.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return handler


def called(
    context: Context,
    node: ast.AST,
    name: str,
    xs: Sequence[Abstract],
    out: Abstract | None,
    where: Abstract | None,
    dtype: Abstract | None,
) -> Abstract:
    """A ufunc with its options: `dtype` computes in that dtype, `out` takes the result, at the places where `where` holds."""
    operands = [operand(context, node, x) for x in xs]
    if dtype is not None:
        kind = dtype_option(context, node, dtype, common_dtype(operands))
        operands = [computed_in(context, node, name, x, kind) for x in operands]
        value = UFUNCS[name](context, node, tuple(operands))
        if scalar_of(value.type) != kind:
            context.refuse(node, f"{shown(name)} with dtype={NUMPY_NAMES[kind.name]} is not supported", "leave it out")
    else:
        value = UFUNCS[name](context, node, tuple(operands))
    if where is not None and out is None:
        reason = f"{shown(name)} with 'where' leaves elements undefined where there is no 'out'"
        context.refuse(node, reason, f"give out=, or write np.where(condition, {shown(name)}(…), …)")
    return delivered(context, node, name, value, out, where)


def shown(name: str) -> str:
    """How users write the name of a ufunc."""
    return name if "." in name else f"np.{name}"


def computed_in(context: Context, node: ast.AST, name: str, x: Operand, kind: ScalarType) -> Operand:
    """The operand in the dtype that is asked for, as NumPy's casting rule "same_kind" allows."""
    source = common_dtype([x])
    if not can_store(source, kind):
        low, high = NUMPY_NAMES[source.name], NUMPY_NAMES[kind.name]
        context.refuse(
            node, f"Cannot cast ufunc '{name}' input from dtype('{low}') to dtype('{high}') with casting rule 'same_kind'", WRONG
        )
    value = convert(context, node, x, kind)
    if isinstance(x, Array):
        return Array(value)
    return Scalar(value, "numpy", kind.numpy.type(x.static)) if x.is_static else Scalar(value, "numpy")


# Delivering -----------------------------------------------------------------------------------------------------------


def delivered(context: Context, node: ast.AST, name: str, value: Value, out: Abstract | None, where: Abstract | None = None) -> Abstract:
    """The result as it is, or cast, broadcast and written into the array `out`, as ufuncs do it."""
    if out is None:
        return data(context, value)
    items = sequence_items(out)
    target = target_of(context, node, items[0] if items is not None and len(items) == 1 else out)
    cast = same_kind(context, node, name, value, target)
    if where is not None:
        held = to_bool(context, operand(context, node, where).value)
        old = target.value if target.rank else context.b.op("load", target.value, name=target.value.name)
        cast = context.b.op("select", held, cast, old, name=name)
    if rank_of(cast) > target.rank:
        context.refuse(node, f"the result has {rank_of(cast)} axes, and 'out' has {target.rank}", "give 'out' the shape of the result")
    written(context, cast, target)
    return target


# Families of dtype rules ----------------------------------------------------------------------------------------------


def in_float(opcode: str) -> Compute:
    """exp, sin, hypot, …: integers are computed in float64, booleans (float16 in NumPy) are refused."""

    def compute(context: Context, node: ast.AST, xs: tuple[Operand, ...]) -> Value:
        return context.b.op(opcode, *floats(context, node, opcode, xs))

    return compute


def floats(context: Context, node: ast.AST, name: str, xs: tuple[Operand, ...]) -> tuple[Value, ...]:
    """The operands in the float dtype that NumPy computes in."""
    dtype = inexact(common_dtype(xs))
    if dtype is None:
        context.refuse(node, f"NumPy computes {name} of booleans in float16, which is not supported", "convert with .astype(float)")
    return tuple(convert(context, node, x, dtype) for x in xs)


def in_common(opcode: str, *, booleans: str | None = None, why: str = "") -> Compute:
    """add, maximum, …: in the common dtype; on booleans by the op `booleans`, refused with `why` where there is none."""

    def compute(context: Context, node: ast.AST, xs: tuple[Operand, ...]) -> Value:
        dtype = common_dtype(xs)
        if dtype == BOOL and booleans is None:
            reason = why or f"NumPy computes {opcode} of booleans in a dtype that is not supported, or not at all"
            context.refuse(node, reason, "convert with .astype(int)")
        values = tuple(convert(context, node, x, dtype) for x in xs)
        return context.b.op(booleans if dtype == BOOL and booleans else opcode, *values)

    return compute


def fresh(context: Context, x: Operand) -> Value:
    """The value of `x`, in memory of its own."""
    return context.b.op("copy", x.value, name=x.value.name) if isinstance(x, Array) else x.value
