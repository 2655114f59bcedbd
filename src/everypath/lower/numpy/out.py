"""`out=`: a result written into an array that is there already."""

from __future__ import annotations

import ast

from ...ir.program import Value
from ...ir.types import ArrayType, scalar_of
from ..context import Context
from ..naming import an, type_name
from ..raising import shape_text
from ..values import Abstract, Array, Scalar, Static
from .conversion import stored
from .dtypes import NUMPY_NAMES, can_store, promote
from .overlap import detached
from .views import rank_of

ADDING = frozenset("cumprod cumsum mean prod sum".split())
"""Which compute in a dtype that `out` has a say in."""

CASTING = ADDING | frozenset("all amax amin any max min".split())
"""Whose result is cast to the dtype of `out`."""


def dtype_with(name: str, x: Abstract, out: Abstract) -> Static | None:
    """The dtype in which a sum is computed where `out` takes it; None where that makes no difference."""
    if name.rpartition(".")[2] not in ADDING or not isinstance(x, Array) or not isinstance(out, Array) or x.dtype == out.dtype:
        return None
    return Static(promote([x.dtype, out.dtype]).numpy)


def target_of(context: Context, node: ast.AST, out: Abstract) -> Array:
    """The array that `out` is."""
    out = context.present(out, node)
    if not isinstance(out, Array):
        context.refuse(node, f"'out' must be an array, not {an(type_name(out))}", "leave it out and use the result")
    return out


def delivered(context: Context, node: ast.AST, name: str, result: Abstract, out: Abstract) -> Abstract:
    """`out`, which takes the result: of the same dtype and the same shape."""
    target = target_of(context, node, out)
    if not isinstance(result, (Scalar, Array)):
        context.refuse(node, f"'out' of {name} is not supported for such a result", "leave it out and use the result")
    value = result.value
    have, want = scalar_of(value.type), target.dtype
    if have != want and name.rpartition(".")[2] in CASTING and can_store(have, want):
        value, have = stored(context, node, data_of(value), want), want
    if have != want:
        reason = f"the result of {name} is {NUMPY_NAMES[have.name]} here, and 'out' is an array of {NUMPY_NAMES[want.name]}"
        context.refuse(node, reason, f"make 'out' an array of {NUMPY_NAMES[have.name]}")
    if rank_of(value) != target.rank:
        reason = f"the result of {name} has {rank_of(value)} axes here, and 'out' has {target.rank}"
        context.refuse(node, reason, f"make 'out' an array of {rank_of(value)} axes")
    same_shape(context, value, target)
    written(context, value, target)
    return target


def same_shape(context: Context, value: Value, target: Array) -> None:
    """ValueError unless the result has the shape of its target; they have as many axes."""
    b = context.b
    have, want = b.dims(value) if isinstance(value.type, ArrayType) else (), b.dims(target.value)
    message = f"output array of shape {shape_text(want)} does not have the shape {shape_text(have)} of the result"
    for n, m in zip(have, want):
        context.check(b.op("eq", n, m), ValueError, message, *want, *have)


def written(context: Context, value: Value, target: Array) -> None:
    """target[...] = value, which is read before."""
    if isinstance(value.type, ArrayType):
        context.b.do("assign", detached(context, value, target.value), target.value)
    else:
        context.b.do("fill", value, target.value)


def same_kind(context: Context, node: ast.AST, name: str, value: Value, target: Array) -> Value:
    """`value` in the dtype of `target`, if `x op= y` may cast it there."""
    return cast_for(context, node, name, value, target, "same_kind")


def cast_for(context: Context, node: ast.AST, name: str, value: Value, target: Array, rule: str) -> Value:
    """`value` in the dtype of `target`, if the casting rule allows it; refused where NumPy raises UFuncTypeError."""
    source = scalar_of(value.type)
    if not can_store(source, target.dtype, rule):
        low, high = NUMPY_NAMES[source.name], NUMPY_NAMES[target.dtype.name]
        context.refuse(
            node,
            f"Cannot cast ufunc '{name}' output from dtype('{low}') to dtype('{high}') with casting rule '{rule}'",
            f"make the array {low} (dtype={low}), or write x = x … instead of changing it in place",
        )
    return stored(context, node, data_of(value), target.dtype)


def data_of(value: Value) -> Scalar | Array:
    return Array(value) if isinstance(value.type, ArrayType) else Scalar(value, "numpy")
