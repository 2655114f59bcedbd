"""Making complex numbers: `complex`, `np.complex128`, and what the library's texts make of two parts."""

from __future__ import annotations

import ast
import builtins
from typing import Any

import numpy as np

from ...ir.types import F64
from ...library.intrinsics import either, paired
from ..complex.pairs import as_complex, holds, in_precision
from ..complex.pairs import paired as pair
from ..frame import Frame
from ..naming import type_name
from ..outside import never
from ..python.scalars import element
from ..values import NOT_STATIC, Abstract, Array, Complex, OneOf, Scalar, Static
from . import computed
from .numbers import in_order
from .registry import builtin


@builtin(paired, least=2, most=2)
def lower_paired(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    return pair(c, node, *args)


@builtin(either, least=3, most=3)
def lower_either(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    holds, first, second = args
    assert isinstance(holds, Scalar)
    if holds.is_static:
        return first if holds.static else second
    return OneOf((first, second), c.b.op("select", holds.value, c.b.i64(0), c.b.i64(1), name="which"))


@builtin(builtins.complex, most=2, options=("real", "imag"))
def lower_complex(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    """`complex(a)`, `complex(a, b)`: a + bi, where each may be complex."""
    args = in_order(("real", "imag"), args, kwargs)
    if len(args) < len(kwargs):
        args = [c.constant(0.0), kwargs["imag"]]
    if any(isinstance(x, Static) for x in args):
        return computed.call(c, builtins.complex, args, {}, node)
    parts = [python_complex(c, node, x) for x in args]
    if len(parts) < 2:
        return parts[0] if parts else c.constant(0j)
    first, second = parts
    if not any(map(holds, args)):
        return Complex(first.real, second.real)
    real, imag = c.binary(node, "-", first.real, second.imag), c.binary(node, "+", first.imag, second.real)
    return pair(c, node, real, imag)


def python_complex(c: Frame, node: ast.AST, x: Abstract) -> Complex:
    """A number as a complex one of Python's own."""
    x = c.present(x, node)
    if not isinstance(x, (Scalar, Array, Complex)):
        never(c, node, TypeError, f"complex() first argument must be a string or a number, not '{type_name(x)}'")
    if isinstance(x, Complex) and isinstance(x.real, Array):
        x = Complex(element(c, x.real, node), element(c, x.imag, node))  # type: ignore[arg-type]
    made = as_complex(c, node, element(c, x, node))
    return Complex(*(python_float(c, part) for part in made.parts))


def python_float(c: Frame, x: Scalar | Array) -> Scalar:
    assert isinstance(x, Scalar)
    return Scalar(c.as_type(x, F64), "float", float(x.static) if x.is_static else NOT_STATIC)


def numpys(dtype: type[np.complexfloating[Any, Any]]) -> None:
    @builtin(dtype)
    def lower(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
        if not args:
            return c.constant(dtype(0))
        made = as_complex(c, node, args[0])
        return Complex(*(in_precision(c, part, np.dtype(dtype)) for part in made.parts))


numpys(np.complex128)
numpys(np.complex64)
