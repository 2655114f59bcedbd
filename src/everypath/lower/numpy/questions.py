"""What NumPy says of a value without looking at its elements: `np.shape`, `np.ndim`, `np.size`, `np.isscalar`."""

from __future__ import annotations

import ast
import math
import numbers

import numpy as np

from ..context import Context
from ..values import Abstract, Scalar, Static, Text, is_none
from . import attributes
from .conversion import array
from .lengths import length
from .operands import axis_of, option
from .registry import call
from .sizes import size as count


def asked(context: Context, node: ast.AST, a: Abstract) -> Abstract:
    """A number as it is, anything else as an array."""
    a = context.present(a, node)
    return a if isinstance(a, Scalar) else array(context, node, a)


@call(np.shape)
def shape(context: Context, node: ast.AST, a: Abstract) -> Abstract:
    return attributes.shape(context, node, asked(context, node, a))


@call(np.ndim)
def ndim(context: Context, node: ast.AST, a: Abstract) -> Abstract:
    return attributes.ndim(context, node, asked(context, node, a))


@call(np.size)
def size(context: Context, node: ast.AST, a: Abstract, axis: Abstract | None = None) -> Abstract:
    x = asked(context, node, a)
    if axis is None or is_none(axis):
        return attributes.size_(context, node, x)
    held = array(context, node, x)
    axes = option(context, node, axis, "the axis")
    each = axes if isinstance(axes, tuple) else (axes,)
    found = [length(context, held.value, axis_of(context, node, at, held.rank)) for at in each]
    if len(found) == 1 or not all(n.is_static for n in found):
        return found[0] if len(found) == 1 else Scalar(count(context, [n.value for n in found]), "int")
    return context.integer(math.prod(n.static for n in found), "size")


@call(np.isscalar)
def is_scalar(context: Context, node: ast.AST, element: Abstract) -> Abstract:
    x = context.present(element, node)
    known = isinstance(x, Static) and isinstance(x.value, (str, bytes, numbers.Number))
    return context.constant(isinstance(x, (Scalar, Text)) or known)


@call(np.iscomplexobj)
def is_complex(context: Context, node: ast.AST, x: Abstract) -> Abstract:
    asked(context, node, x)
    return context.constant(False)


@call(np.isrealobj)
def is_real(context: Context, node: ast.AST, x: Abstract) -> Abstract:
    asked(context, node, x)
    return context.constant(True)
