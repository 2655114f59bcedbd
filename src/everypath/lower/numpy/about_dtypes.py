"""What NumPy says of dtypes: limits, common dtypes, casts. All of it is known before the function runs."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from ...ir.types import scalar_of
from ..context import Context
from ..values import Abstract, Array, Scalar, Static
from .conversion import array, common_dtype, operand
from .operands import option
from .registry import call


def named(context: Context, node: ast.AST, x: Abstract) -> Any:
    """The dtype of a number or an array; what names one as it is."""
    x = context.present(x, node)
    return scalar_of(x.value.type).numpy if isinstance(x, (Scalar, Array)) else option(context, node, x, "the dtype")


def known(context: Context, node: ast.AST, function: Any, *args: Any) -> Abstract:
    """What CPython says, or raises."""
    try:
        return context.constant(function(*args))
    except (TypeError, ValueError) as problem:
        context.raises(node, type(problem), str(problem))


@call(np.finfo)
def finfo(context: Context, node: ast.AST, value: Abstract) -> Abstract:
    return known(context, node, np.finfo, np.ndarray if isinstance(value, Array) else named(context, node, value))


@call(np.iinfo)
def iinfo(context: Context, node: ast.AST, value: Abstract) -> Abstract:
    return known(context, node, np.iinfo, np.ndarray if isinstance(value, Array) else named(context, node, value))


@call(np.dtype)
def dtype(context: Context, node: ast.AST, value: Abstract) -> Abstract:
    return known(context, node, np.dtype, option(context, node, value, "the dtype"))


@call(np.result_type)
def result_type(context: Context, node: ast.AST, *arrays_and_dtypes: Abstract) -> Abstract:
    """The dtype that numbers, arrays and dtypes meet in."""
    given = [sample(context, node, x) for x in arrays_and_dtypes]
    return known(context, node, np.result_type, *given)


def sample(context: Context, node: ast.AST, x: Abstract) -> Any:
    """Something that counts in promotion as `x` does: Python's numbers are weak."""
    x = context.present(x, node)
    if isinstance(x, Scalar) and x.weak:
        return {"float": 0.0, "int": 0, "bool": False}[x.kind]
    if isinstance(x, Static):
        return x.value
    return named(context, node, operand(context, node, x) if isinstance(x, (Scalar, Array)) else array(context, node, x))


@call(np.can_cast)
def can_cast(context: Context, node: ast.AST, from_: Abstract, to: Abstract, casting: Abstract | None = None) -> Abstract:
    rule = option(context, node, casting, "the casting rule", "safe")
    return known(context, node, np.can_cast, named(context, node, from_), named(context, node, to), rule)


@call(np.promote_types)
def promote_types(context: Context, node: ast.AST, type1: Abstract, type2: Abstract) -> Abstract:
    return known(context, node, np.promote_types, option(context, node, type1, "the dtype"), option(context, node, type2, "the dtype"))


@call(np.issubdtype)
def issubdtype(context: Context, node: ast.AST, arg1: Abstract, arg2: Abstract) -> Abstract:
    return known(context, node, np.issubdtype, named(context, node, arg1), named(context, node, arg2))


@call(np.common_type)
def common_type(context: Context, node: ast.AST, *arrays: Abstract) -> Abstract:
    """The float dtype that arrays meet in."""
    found = common_dtype([array(context, node, x) for x in arrays])
    return known(context, node, np.common_type, np.empty(0, found.numpy))
