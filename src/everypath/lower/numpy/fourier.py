"""Fourier transforms of rows, as ops."""

from __future__ import annotations

import ast

from ...ir.types import F64
from ...library import pocketfft
from ..context import Context
from ..values import Abstract, Array, Tuple
from .conversion import array
from .operands import integer, option
from .products import whole
from .registry import call


@call(pocketfft.fourier)
def fourier(context: Context, node: ast.AST, re: Abstract, im: Abstract, inverse: Abstract | None = None) -> Abstract:
    rows = [whole(context, array(context, node, x).value) for x in (re, im)]
    back = bool(option(context, node, inverse, "inverse", False))
    return Tuple(tuple(Array(v) for v in context.b.emit("fourier", *rows, names=("re", "im"), inverse=back)))


@call(pocketfft.half_fourier)
def half_fourier(context: Context, node: ast.AST, rows: Abstract) -> Abstract:
    given = array(context, node, rows)
    line = whole(context, given.value if given.dtype.is_float else context.cast(given.value, F64))
    return Tuple(tuple(Array(v) for v in context.b.emit("half_fourier", line, names=("re", "im"))))


@call(pocketfft.half_inverse_fourier)
def half_inverse_fourier(context: Context, node: ast.AST, re: Abstract, im: Abstract, n: Abstract) -> Abstract:
    rows = [whole(context, array(context, node, x).value) for x in (re, im)]
    return Array(context.b.op("half_inverse_fourier", *rows, integer(context, node, n, "the number of points"), name="rows"))
