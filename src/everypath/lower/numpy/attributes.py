"""Attributes of arrays and NumPy scalars, and the methods that are no function of NumPy's."""

from __future__ import annotations

import ast
import math

import numpy as np

from ...ir.types import BOOL, F64, I64, U64, scalar_of
from ...library.intrinsics import in_memory
from ...library.numpy.flags import Flags
from ...library.numpy.lists import rows
from ..context import Context
from ..frame import Frame
from ..values import NONE, Abstract, Array, Buffer, Kind, Scalar, Static, Tuple, is_none
from .conversion import array, operand, stored_at
from .indexing import read
from .lengths import lengths
from .operands import dtype_option
from .registry import attribute, call, method
from .shape import matrix_transpose, raveled
from .sizes import size
from .views import at_least, flat, moved


@attribute("shape")
def shape(context: Context, node: ast.AST, x: Abstract) -> Abstract:
    """A tuple of Python ints."""
    return Tuple(lengths(context, x.value) if isinstance(x, Array) else ())


@attribute("ndim")
def ndim(context: Context, node: ast.AST, x: Abstract) -> Abstract:
    return context.constant(x.rank if isinstance(x, Array) else 0, "ndim")


@attribute("size")
def size_(context: Context, node: ast.AST, x: Abstract) -> Abstract:
    if not isinstance(x, Array) or not x.rank:
        return context.constant(1, "size")
    found = lengths(context, x.value)
    if all(n.is_static for n in found):
        return context.integer(math.prod(n.static for n in found), "size")
    return Scalar(size(context, [n.value for n in found]), "int")


@attribute("dtype")
def dtype(context: Context, node: ast.AST, x: Abstract) -> Abstract:
    assert isinstance(x, (Scalar, Array))
    return Static(scalar_of(x.value.type).numpy)


@attribute("itemsize")
def itemsize(context: Context, node: ast.AST, x: Abstract) -> Abstract:
    assert isinstance(x, (Scalar, Array))
    return context.constant(scalar_of(x.value.type).numpy.itemsize, "itemsize")


@attribute("nbytes")
def nbytes(context: Context, node: ast.AST, x: Abstract) -> Abstract:
    count = size_(context, node, x)
    assert isinstance(x, (Scalar, Array)) and isinstance(count, Scalar)
    width = scalar_of(x.value.type).numpy.itemsize
    if count.is_static:
        return context.constant(count.static * width, "nbytes")
    return Scalar(context.b.op("mul", count.value, context.b.i64(width), name="nbytes"), "int")


@attribute("strides")
def strides(context: Context, node: ast.AST, x: Abstract) -> Abstract:
    """The bytes from one element to the next along each axis, where there are no gaps."""
    if not isinstance(x, Array) or not x.rank:
        return Tuple(())
    if not x.type.contiguous:
        context.refuse(
            node, "the strides of an array that may have gaps, or whose axes were moved, are not supported", "make a .copy() of it"
        )
    laid(context, x)
    steps: list[Abstract] = [context.constant(x.dtype.numpy.itemsize, "stride")]
    for n in lengths(context, x.value)[:0:-1]:
        step = steps[0]
        assert isinstance(step, Scalar)
        known = n.is_static and step.is_static
        steps.insert(
            0,
            context.constant(n.static * step.static) if known else Scalar(context.b.op("mul", n.value, step.value, name="stride"), "int"),
        )
    return Tuple(tuple(steps))


def laid(context: Context, x: Array) -> None:
    """It matters that the memory of `x` lies in C order in NumPy too: whether it does is looked at when all is lowered."""
    if x.rank > 1:
        context.b.op("copy", x.value, name=x.value.name, laid=True)


@call(in_memory)
def lower_in_memory(context: Context, node: ast.AST, x: Abstract) -> Abstract:
    given = context.present(x, node)
    if isinstance(given, Array) and given.rank:
        if not given.type.contiguous:
            context.refuse(node, "this goes over an array as its memory lies, and this one may have gaps", "say order='C', or .copy() it")
        laid(context, given)
    return given


@attribute("flat")
def flat_(context: Context, node: ast.AST, x: Abstract) -> Abstract:
    """The elements one after another, to be read; `x.flat[k] = v` and `x.flat = v` are done by whoever assigns."""
    line = array(context, node, raveled(context, node, array(context, node, x))).value
    return Array(context.b.op("broadcast", line, *context.b.dims(line), name=line.name))


@attribute("T")
def transposed(context: Context, node: ast.AST, x: Abstract) -> Abstract:
    """The axes reversed; shares memory."""
    return Array(moved(context, x.value, range(x.rank)[::-1])) if isinstance(x, Array) else x


@attribute("mT")
def matrix_transposed(context: Context, node: ast.AST, x: Abstract) -> Abstract:
    return matrix_transpose(context, node, x)


@attribute("real")
def real(context: Context, node: ast.AST, x: Abstract) -> Abstract:
    return x


@attribute("imag")
def imag(context: Context, node: ast.AST, x: Abstract) -> Abstract:
    """0, in memory that NumPy does not let write."""
    if isinstance(x, Array):
        return Array(context.b.op("broadcast", context.b.op("full", context.b.constant(0, x.dtype, "zero")), *context.b.dims(x.value)))
    assert isinstance(x, Scalar)
    return Scalar(context.b.constant(0, x.type, "zero"), "numpy", x.type.numpy.type(0))


@method("conj", "conjugate")
def conjugate(context: Context, node: ast.AST, x: Abstract) -> Abstract:
    """The real numbers themselves."""
    return x


@method("item")
def item(context: Context, node: ast.AST, x: Abstract, *args: Abstract) -> Abstract:
    """One element as Python's float, int or bool; ValueError unless there is exactly one to name."""
    if args:
        held = array(context, node, x)
        single = len(args) == 1 and isinstance(args[0], Scalar)
        index = args[0] if len(args) == 1 else Tuple(args)
        return python_number(context, node, read(context, node, flat(context, at_least(context, held, 1)) if single else held, index))
    if isinstance(x, Array) and x.rank:
        b = context.b
        message = "can only convert an array of size 1 to a Python scalar"
        for n in b.dims(x.value):
            context.check(b.op("eq", n, b.i64(1)), ValueError, message)
        x = Scalar(b.op("load", x.value, *[b.i64(0)] * x.rank, name=x.value.name), "numpy")
    return python_number(context, node, operand(context, node, x))


def python_number(context: Context, node: ast.AST, x: Abstract) -> Scalar:
    """A NumPy scalar as Python's number."""
    if not isinstance(x, Scalar):
        context.refuse(node, "item takes one index, or one for each axis", "index with x[…] instead")
    if x.type == BOOL:
        return Scalar(x.value, "bool")
    if x.type.is_float:
        return Scalar(context.as_type(x, F64), "float")
    return Scalar(context.whole(x), "int")


@method("is_integer")
def is_integer(context: Context, node: ast.AST, x: Abstract) -> Abstract:
    """Whether a number is whole, as Python's bool."""
    if not isinstance(x, Scalar):
        return context.raises(node, AttributeError, "'numpy.ndarray' object has no attribute 'is_integer'")
    if not x.type.is_float:
        return context.constant(True)
    b = context.b
    return Scalar(b.op("and", b.op("isfinite", x.value), b.op("eq", b.op("trunc", x.value), x.value)), "bool")


@method("fill")
def fill(context: Context, node: ast.AST, x: Abstract, value: Abstract) -> Abstract:
    """x[...] = value."""
    if not isinstance(x, Array):
        context.refuse(node, "fill of a number is not supported", "bind the name to another number")
    given = operand(context, node, value)
    if not isinstance(given, Scalar):
        context.refuse(node, "fill takes a number", "use x[...] = …")

    context.b.do("fill", stored_at(context, node, given, x.dtype), x.value)
    return NONE


@method("tolist")
def tolist(context: Frame, node: ast.AST, x: Abstract) -> Abstract:
    """A list of Python's numbers, which is read only here; the number itself, of an array without axes."""
    kind: Kind = "float" if scalar_of(x.value.type).is_float else "bool" if scalar_of(x.value.type) == BOOL else "int"  # type: ignore[attr-defined]
    wide = {"float": F64, "int": I64, "bool": BOOL}[kind]
    if isinstance(x, Array) and x.rank == 0:
        x = Scalar(context.b.op("load", x.value), "numpy")
    if isinstance(x, Scalar):
        return Scalar(context.whole(x) if kind == "int" else context.as_type(x, wide), kind)
    assert isinstance(x, Array)
    if x.rank > 1:
        return context.call(Static(rows), [x], {}, node)
    if x.dtype == U64:
        context.refuse(node, "a list of uint64 may hold integers beyond 64 bits, which are not supported", "convert with .astype(int)")
    return Buffer(context.cast(context.b.op("copy", x.value, name=x.value.name), wide), kind)


def refused(name: str, reason: str, way_out: str) -> None:
    @method(name)
    def refuse(context: Context, node: ast.AST, x: Abstract, *args: Abstract) -> Abstract:
        context.refuse(node, reason, way_out)


@method("view")
def view(context: Context, node: ast.AST, x: Abstract, dtype: Abstract | None = None) -> Abstract:
    """The same memory as another array; looked at as another dtype it is refused."""
    given = context.present(x, node)
    assert isinstance(given, (Scalar, Array))
    if dtype is None or is_none(dtype) or (isinstance(dtype, Static) and dtype.value is np.ndarray):
        return looked_at(given)
    if dtype_option(context, node, dtype, F64) != scalar_of(given.value.type):
        context.refuse(node, "looking at memory as another dtype is not supported", "convert with .astype(…)")
    return looked_at(given)


def looked_at(x: Scalar | Array) -> Scalar | Array:
    """An object of its own for the same memory."""
    return Array(x.value) if isinstance(x, Array) else x


refused("resize", "resizing an array in place is not supported", "make a new one: np.zeros(…), then assign")
refused("byteswap", "numbers whose bytes stand the other way round are not supported", "do this outside the function")


@method("setflags")
def setflags(
    context: Context, node: ast.AST, x: Abstract, write: Abstract = NONE, align: Abstract = NONE, uic: Abstract = NONE
) -> Abstract:
    """`write=False`: nobody writes the array from here on, which is looked at when all is lowered. Others change nothing."""
    if not is_none(uic) and context.static(uic, "uic", node):
        context.refuse(node, "the flag WRITEBACKIFCOPY can't be set", "leave it out")
    if isinstance(x, Array) and not is_none(write) and not context.static(write, "write", node):
        context.b.op("copy", x.value, name=x.value.name, locked=True)
    return NONE


@attribute("flags")
def flags(context: Context, node: ast.AST, x: Abstract) -> Abstract:
    assert isinstance(context, Frame)
    return context.call(Static(Flags), [x], {}, node)


refused("tobytes", "bytes are outside the language", "do this outside the function")
