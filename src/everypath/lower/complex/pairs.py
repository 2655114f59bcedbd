"""Real and imaginary parts: of complex values, and of real ones that meet them."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from ...ir.types import F32, F64, ScalarType, scalar_of
from ..frame import Frame
from ..naming import an, type_name
from ..objects import sequence_items
from ..values import NOT_STATIC, Abstract, Array, Buffer, Complex, RunList, Scalar, Static

Part = Scalar | Array


def holds(x: Abstract) -> bool:
    """Whether a value is complex, or a sequence in which something is."""
    if isinstance(x, RunList):
        return holds(x.element)
    items = sequence_items(x)
    return isinstance(x, Complex) if items is None else any(map(holds, items))


def paired(c: Frame, node: ast.AST, real: Abstract, imag: Abstract) -> Complex:
    """The complex value of two parts of one shape."""
    if not isinstance(real, (Scalar, Array)) or not isinstance(imag, (Scalar, Array)):
        c.refuse(node, f"a complex number cannot be made of {an(type_name(real))} and {an(type_name(imag))}", "give two numbers")
    return Complex(floated(c, real), floated(c, imag))


def floated(c: Frame, x: Part, beside: np.dtype[Any] | None = None) -> Part:
    """A real number or array in floating point; small integers in single precision `beside` complex numbers that are in it."""
    own = scalar_of(x.value.type)
    if own.is_float:
        return x
    dtype: ScalarType = F32 if beside == np.complex64 and np.result_type(own.numpy, beside) == beside else F64
    if isinstance(x, Array):
        return Array(c.cast(x.value, dtype))
    if x.weak:
        return Scalar(c.as_type(x, F64), "float", float(x.static) if x.is_static else NOT_STATIC)
    return Scalar(c.as_type(x, dtype), "numpy", dtype.numpy.type(x.static) if x.is_static else NOT_STATIC)


def zero_like(c: Frame, x: Part) -> Part:
    """0 as a number like `x`, or as an array of its shape."""
    dtype = scalar_of(x.value.type)
    zero = c.b.constant(0.0, dtype, "zero")
    if isinstance(x, Array):
        return Array(c.b.op("full", zero, *c.b.dims(x.value), name="zeros"))
    return Scalar(zero, "float", 0.0) if x.weak else Scalar(zero, "numpy", dtype.numpy.type(0))


def as_complex(c: Frame, node: ast.AST, x: Abstract, beside: np.dtype[Any] | None = None) -> Complex:
    """A number, an array or a sequence of numbers as a complex value; arrays of rank 0 count as numbers."""
    x = c.present(x, node)
    if isinstance(x, Complex):
        return Complex(*(loaded(c, part) for part in x.parts))
    if isinstance(x, (RunList, Buffer)) or sequence_items(x) is not None:
        return as_complex(c, node, c.call(Static(np.asarray), [x], {}, node), beside)
    if not isinstance(x, (Scalar, Array)):
        c.refuse(node, f"complex arithmetic with {an(type_name(x))} is not supported", "use numbers and arrays")
    real = floated(c, loaded(c, x), beside)
    return Complex(real, zero_like(c, real))


def loaded(c: Frame, x: Part) -> Part:
    """The number in an array without axes; anything else as it is."""
    return Scalar(c.b.op("load", x.value, name=x.value.name), "numpy") if isinstance(x, Array) and not x.rank else x


def in_precision(c: Frame, x: Part, dtype: np.dtype[Any]) -> Part:
    """A part of what is complex in this dtype."""
    kind = F32 if dtype == np.complex64 else F64
    x = floated(c, x)
    if isinstance(x, Array):
        return Array(c.cast(x.value, kind))
    return Scalar(c.as_type(x, kind), "numpy", kind.numpy.type(x.static) if x.is_static else NOT_STATIC)
