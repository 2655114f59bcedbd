"""How a universal function is lowered: operands converted, a dtype chosen, one op emitted, the result delivered."""

from __future__ import annotations

import ast
import functools
import inspect
from collections.abc import Callable, Sequence

import numpy as np

from ...ir.program import Value
from ...ir.types import BOOL, F16, F32, I8, ScalarType, scalar_of
from ..context import Context, cast_to
from ..naming import public
from ..objects import sequence_items
from ..values import Abstract, Array, Scalar, Tuple, is_none
from . import signatures
from .conversion import Operand, common_dtype, convert, data, operand, stored, strong, to_bool
from .dtypes import NUMPY_NAMES, can_store, inexact, promote
from .operands import dtype_option, option
from .out import cast_for, target_of, written
from .registry import call
from .views import rank_of

Compute = Callable[[Context, ast.AST, tuple[Operand, ...]], Value]
"""The value of a ufunc from its converted operands."""

Values = Callable[[Context, ast.AST, tuple[Operand, ...]], tuple[Value, ...]]
"""The values, of one that may have several."""

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

    def values(context: Context, node: ast.AST, xs: tuple[Operand, ...]) -> tuple[Value, ...]:
        return (compute(context, node, xs),)

    return with_options(name, values, arity)


def handler_of_text(ufunc: np.ufunc, text: Callable[[tuple[Operand, ...]], Abstract]) -> Callable[..., Abstract]:
    """The handler of a ufunc that is computed by a text, which takes the operands alone."""

    def values(context: Context, node: ast.AST, xs: tuple[Operand, ...]) -> tuple[Value, ...]:
        result = text(xs)
        return tuple(strong(operand(context, node, x)).value for x in (result.items if isinstance(result, Tuple) else (result,)))

    return with_options(public(ufunc).removeprefix("np."), values, ufunc.nin)


OPTIONS = ("out", "where", "casting", "order", "dtype", "subok")


def with_options(name: str, values: Values, arity: int) -> Callable[..., Abstract]:
    """The handler of a ufunc with what every one of them takes."""
    operands = [p.name for p in signatures.of_ufunc(arity).parameters.values()][:arity]

    def handler(context: Context, node: ast.AST, **given: Abstract | None) -> Abstract:
        xs = [operand(context, node, x) for key in operands if (x := given.pop(key)) is not None]
        return called(context, node, name, values, xs, **given)

    parameter = functools.partial(inspect.Parameter, kind=inspect.Parameter.POSITIONAL_OR_KEYWORD)
    parameters = [parameter(key) for key in ("context", "node", *operands)] + [parameter(key, default=None) for key in OPTIONS]
    handler.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return handler


def called(
    context: Context,
    node: ast.AST,
    name: str,
    values: Values,
    operands: Sequence[Operand],
    out: Abstract | None = None,
    where: Abstract | None = None,
    casting: Abstract | None = None,
    order: Abstract | None = None,
    dtype: Abstract | None = None,
    subok: Abstract | None = None,
) -> Abstract:
    """A ufunc with its options: `dtype` computes in that dtype, `out` takes the result, at the places where `where` holds.
    There are no subclasses here, and an order of the axes in memory is the usual one."""
    rule = casting_rule(context, node, casting)
    option(context, node, subok, "subok")
    if option(context, node, order, "the order") not in (None, "K", "A", "C"):
        context.refuse(node, f"{shown(name)} with order='F' is not supported", "leave it out")
    if dtype is not None and not is_none(dtype):
        kind = dtype_option(context, node, dtype, common_dtype(operands))
        found = values(context, node, tuple(computed_in(context, node, name, x, kind, rule) for x in operands))
        if any(scalar_of(value.type) != kind for value in found):
            context.refuse(node, f"{shown(name)} with dtype={NUMPY_NAMES[kind.name]} is not supported", "leave it out")
    else:
        if rule in STRICT and len({scalar_of(x.value.type) for x in operands if not (isinstance(x, Scalar) and x.weak)}) > 1:
            context.refuse(node, f"{shown(name)} of several dtypes with casting='{rule}' is not supported", "leave it out")
        found = values(context, node, tuple(operands))
    if where is not None and (out is None or is_none(out)):
        reason = f"{shown(name)} with 'where' leaves elements undefined where there is no 'out'"
        context.refuse(node, reason, f"give out=, or write np.where(condition, {shown(name)}(…), …)")
    targets = targets_of(context, node, out, len(found))
    results = [delivered(context, node, name, x, target, where, rule) for x, target in zip(found, targets, strict=True)]
    return results[0] if len(results) == 1 else Tuple(tuple(results))


CASTING = ("no", "equiv", "safe", "same_kind", "unsafe")
STRICT = ("no", "equiv")


def casting_rule(context: Context, node: ast.AST, casting: Abstract | None) -> str:
    """The name of a casting rule."""
    rule = option(context, node, casting, "the casting rule", "same_kind")
    if rule not in CASTING:
        context.raises(node, ValueError, f"casting must be one of {', '.join(map(repr, CASTING))} (got {rule!r})")
    return str(rule)


def targets_of(context: Context, node: ast.AST, out: Abstract | None, count: int) -> Sequence[Abstract | None]:
    """The array, if one is given, that takes each of the results."""
    if out is None or is_none(out):
        return (None,) * count
    items = sequence_items(out) if isinstance(out, Tuple) else (out,)
    if items is None or len(items) != count:
        context.raises(node, ValueError, "The 'out' tuple must have exactly one entry per ufunc output")
    return [None if is_none(x) else x for x in items]


def shown(name: str) -> str:
    """How users write the name of a ufunc."""
    return name if "." in name else f"np.{name}"


def computed_in(context: Context, node: ast.AST, name: str, x: Operand, kind: ScalarType, rule: str) -> Operand:
    """The operand in the dtype that is asked for, as the casting rule allows."""
    source = common_dtype([x])
    weak = isinstance(x, Scalar) and x.kind in ("float", "int") and can_store(source, kind)
    if not weak and not can_store(source, kind, rule):
        low, high = NUMPY_NAMES[source.name], NUMPY_NAMES[kind.name]
        message = f"Cannot cast ufunc '{name}' input from dtype('{low}') to dtype('{high}') with casting rule '{rule}'"
        context.raises(node, TypeError, message)
    value = stored(context, node, x, kind)
    if isinstance(x, Array):
        return Array(value)
    return Scalar(value, "numpy", kind.numpy.type(cast_to(x.static, kind))) if x.is_static else Scalar(value, "numpy")


# Delivering -----------------------------------------------------------------------------------------------------------


def delivered(
    context: Context,
    node: ast.AST,
    name: str,
    value: Value,
    out: Abstract | None,
    where: Abstract | None = None,
    rule: str = "same_kind",
) -> Abstract:
    """The result as it is, or cast, broadcast and written into the array `out`, as ufuncs do it."""
    if out is None:
        return data(context, value)
    target = target_of(context, node, out)
    cast = cast_for(context, node, name, value, target, rule)
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
    dtype = smallest_float(xs)
    if dtype == F16 and name.startswith("scipy."):
        dtype = F32  # SciPy computes nothing in float16
    return tuple(convert(context, node, x, dtype) for x in xs)


def smallest_float(xs: tuple[Operand, ...]) -> ScalarType:
    """The smallest float dtype that each operand can be cast to: float16 for int8 and uint8, whose own common dtype is int16."""
    if any(isinstance(x, Scalar) and x.kind in ("float", "int") for x in xs):
        return inexact(common_dtype(xs))
    return promote([inexact(common_dtype([x])) for x in xs])


def in_common(opcode: str, *, booleans: str | None = None, small: bool = False, why: str = "") -> Compute:
    """add, maximum, …: in the common dtype; booleans by the op `booleans`, or in int8 if `small`, else refused with `why`."""

    def compute(context: Context, node: ast.AST, xs: tuple[Operand, ...]) -> Value:
        dtype = common_dtype(xs)
        if dtype == BOOL and small:
            dtype = I8
        if dtype == BOOL and booleans is None:
            reason = why or f"NumPy computes {opcode} of booleans in a dtype that is not supported, or not at all"
            context.refuse(node, reason, "convert with .astype(int)")
        values = tuple(convert(context, node, x, dtype) for x in xs)
        return context.b.op(booleans if dtype == BOOL and booleans else opcode, *values)

    return compute


def fresh(context: Context, x: Operand) -> Value:
    """The value of `x`, in memory of its own."""
    return context.b.op("copy", x.value, name=x.value.name) if isinstance(x, Array) else x.value
