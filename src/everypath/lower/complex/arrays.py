"""Complex arrays: their attributes, items and methods, each of the real and of the imaginary part."""

from __future__ import annotations

import ast
import operator
from typing import Any

import numpy as np

from ...ir.types import ArrayType
from ...library.complex.functions import as_list
from ..frame import Frame
from ..numpy import indexing
from ..numpy.operators import same_shape
from ..numpy.out import same_kind
from ..objects import sequence_items
from ..values import NONE, Abstract, Array, Complex, Method, Scalar, Static, Tuple
from .pairs import Part, as_complex, holds, in_precision

PARTS = {"real": 0, "imag": 1}
EACH = ("T", "mT")
"""Attributes that the parts have apart; and methods."""
EACH_METHODS = frozenset(
    "compress copy cumsum diagonal flatten mean ravel repeat reshape round squeeze swapaxes take trace transpose".split(),
)
OF_FUNCTION = frozenset("all any argmax argmin argsort cumprod dot max min nonzero prod std sum var".split())
"""Methods that do what the function of that name does."""


def attribute(c: Frame, node: ast.AST, x: Complex, name: str) -> Abstract | None:
    """`x.name`; None where there is no such attribute."""
    if name in PARTS:
        return x.parts[PARTS[name]]
    if name == "conjugate":
        return Method(x, name)
    if x.weak:
        return None
    if name in EACH:
        return of_parts(c, node, *(c.attribute(part, name, node) for part in x.parts))
    if name in ("shape", "ndim", "size"):
        return c.attribute(x.real, name, node)
    if name == "dtype":
        return Static(x.dtype)
    if name in ("itemsize", "nbytes"):
        return c.binary(node, "*", c.attribute(x.real, name, node), c.integer(2))
    return Method(x, name) if name in EACH_METHODS | OF_FUNCTION | {"astype", "conj", "fill", "item", "tolist"} else None


def of_parts(c: Frame, node: ast.AST, real: Abstract, imag: Abstract) -> Complex:
    """What two parts make that were computed in the same way."""
    if not isinstance(real, (Scalar, Array)) or not isinstance(imag, (Scalar, Array)):
        c.refuse(node, "this is not supported of complex numbers", "take the real and the imaginary part apart")
    return Complex(real, imag)


def method(c: Frame, node: ast.AST, x: Complex, name: str, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    """`x.name(…)`."""
    if name in ("conj", "conjugate"):
        if args or kwargs:
            c.refuse(node, f"the options of {name}() of a complex number are not supported", "leave them out")
        return conjugate(c, node, x)
    if name == "astype":
        return as_dtype(c, node, x, args, kwargs)
    if name == "tolist" and x.rank == 1 and not args and not kwargs:
        return c.call(Static(as_list), [x], {}, node)
    if name == "fill" and len(args) == 1 and not kwargs:
        set_item(c, node, x, Static(Ellipsis), args[0])
        return NONE
    if name in OF_FUNCTION:
        return c.call(Static(getattr(np, name)), [x, *args], kwargs, node)
    if any(map(holds, (*args, *kwargs.values()))) or "out" in kwargs or "dtype" in kwargs:
        c.refuse(node, f"this call of {name}() of a complex array is not supported", "use the function of NumPy")
    return of_parts(c, node, *(c.call(c.attribute(part, name, node), args, kwargs, node) for part in x.parts))


SUMS = "sum prod mean cumsum cumprod trace".split()


def of_real(c: Frame, node: ast.AST, x: Part, name: str, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract | None:
    """A method of a real array that has to do with complex numbers; None where it has not."""
    given = [*args, *kwargs.values()]
    if name == "astype" and any(complex_dtype(c, node, one) is not None for one in given):
        return as_dtype(c, node, x, args, kwargs)
    if name in SUMS and any(complex_dtype(c, node, one) is not None for one in given):
        return c.call(Static(getattr(np, name)), [x, *args], kwargs, node)
    if not any(map(holds, given)):
        return None
    if name == "dot":
        return c.call(Static(np.dot), [x, *args], kwargs, node)
    c.refuse(node, f"complex numbers in {name}() of a real array are not supported", "use the function of NumPy")


def conjugate(c: Frame, node: ast.AST, x: Complex) -> Complex:
    """The imaginary part turned round, in memory of its own."""
    real = Array(c.b.op("copy", x.real.value, name=x.real.value.name)) if isinstance(x.real, Array) else x.real
    return of_parts(c, node, real, c.call(Static(operator.neg), [x.imag], {}, node))


def as_dtype(c: Frame, node: ast.AST, x: Complex | Part, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    """`x.astype(dtype)` to or from complex numbers, always in memory of its own."""
    given = [*args, *(value for name, value in kwargs.items() if name == "dtype")]
    if len(given) != 1 or set(kwargs) - {"dtype", "copy"}:
        c.refuse(node, "this call of astype() of complex numbers is not supported", "give it the dtype alone")
    dtype = complex_dtype(c, node, given[0])
    if dtype is None and isinstance(x, Complex) and is_bool(given[0]):
        return c.call(Static(np.logical_or), [x, x], {}, node)
    if dtype is None:
        c.refuse(node, "converting complex numbers to real ones drops the imaginary part", "write z.real")
    made = as_complex(c, node, x)
    parts = [in_precision(c, part, dtype) for part in made.parts]
    own = (x.real.value, x.imag.value) if isinstance(x, Complex) else (x.value,)
    fresh = [Array(c.b.op("copy", part.value)) if isinstance(part, Array) and part.value in own else part for part in parts]
    return Complex(*fresh)


def is_bool(x: Abstract) -> bool:
    """Whether a dtype is that of truth values."""
    return isinstance(x, Static) and x.value in (bool, np.bool_, np.dtype(bool), "bool", "?")


def complex_dtype(c: Frame, node: ast.AST, x: Abstract | None) -> np.dtype[Any] | None:
    """The dtype of complex numbers that `x` names; None where it names another, or nothing."""
    if not isinstance(x, Static) or x.value is None:
        return None
    try:
        dtype = np.dtype(x.value)
    except TypeError:
        return None
    if dtype.kind == "c" and dtype not in (np.complex128, np.complex64):
        c.refuse(node, f"the dtype {dtype} is not supported", "use complex128 or complex64")
    return dtype if dtype.kind == "c" else None


def get_item(c: Frame, node: ast.AST, x: Complex, at: Abstract) -> Abstract:
    """`x[at]`."""
    if isinstance(x.real, Scalar) and not x.weak and isinstance(at, Tuple) and not at.items:
        return x
    if isinstance(x.real, Scalar):
        c.raises(node, TypeError, "'complex' object is not subscriptable" if x.weak else "invalid index to scalar variable.")
    return of_parts(c, node, *(c.get_item(node, part, at) for part in x.parts))


def set_item(c: Frame, node: ast.AST, x: Complex, at: Abstract, value: Abstract) -> None:
    """`x[at] = value`."""
    if not isinstance(x.real, Array) or not isinstance(x.imag, Array):
        c.raises(node, TypeError, f"'{'complex' if x.weak else 'numpy.complex128'}' object does not support item assignment")
    real, imag = real_and_imag(c, node, value)
    indexing.write(c, node, x.real, at, real)
    indexing.write(c, node, x.imag, at, imag)


def real_and_imag(c: Frame, node: ast.AST, value: Abstract) -> tuple[Abstract, Abstract]:
    """The parts of what is assigned; of a real number or array the second is 0."""
    value = c.present(value, node)
    if sequence_items(value) is not None:
        value = c.call(Static(np.asarray), [value], {}, node)
    return value.parts if isinstance(value, Complex) else (value, c.constant(0.0))


def set_part(c: Frame, node: ast.AST, x: Abstract, name: str, value: Abstract) -> bool:
    """`x.real = value`, `x.imag = value`; whether that is what was asked."""
    part = x.parts[PARTS[name]] if isinstance(x, Complex) and name in PARTS else x if name == "real" else None
    if not isinstance(part, Array):
        return False
    if part is not value:
        if holds(value):
            c.raises(node, TypeError, "a real part or an imaginary part cannot be a complex number")
        indexing.write(c, node, part, Static(Ellipsis), value)
    return True


def store(c: Frame, node: ast.AST, target: Complex, value: Abstract) -> None:
    """target[...] = value, the result of an operator in place: it has the shape of its target."""
    new = as_complex(c, node, value)
    for part, mine in zip(new.parts, target.parts, strict=True):
        assert isinstance(mine, Array)
        cast = same_kind(c, node, "multiply", part.value, mine)
        if isinstance(cast.type, ArrayType):
            same_shape(c, node, cast, mine)
            c.b.do("assign", cast, mine.value)
        else:
            c.b.do("fill", cast, mine.value)


def fills_real(c: Frame, node: ast.AST, value: Abstract) -> None:
    """Refuse to put complex numbers into a real array, where NumPy warns and takes the real part; of Python's own it takes none."""
    if isinstance(value, Complex) and isinstance(value.real, Scalar) and value.weak:
        c.raises(node, TypeError, "float() argument must be a string or a real number, not 'complex'")
    if holds(value):
        c.refuse(node, "writing complex numbers into a real array drops the imaginary part", "write z.real, or make the array complex")
