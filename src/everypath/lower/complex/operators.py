"""Python's operators where an operand is complex: on numbers with Python's errors, on arrays as NumPy computes."""

from __future__ import annotations

import ast
import operator

import numpy as np

from ...ir.types import F32, F64, scalar_of
from ...library.complex import arithmetic, powers
from ..frame import Frame
from ..samples import impossible
from ..values import Abstract, Array, Buffer, Complex, RunList, Scalar, Static
from .arrays import store
from .pairs import Part, as_complex, holds, in_precision, loaded

TEXTS = {
    ("/", True): arithmetic.quotient,
    ("/", False): arithmetic.quotient_of_arrays,
    ("**", True): arithmetic.power,
    ("**", False): powers.power,
}
"""What computes an operator, of Python's own numbers and of NumPy's."""

ORDER = {"<": arithmetic.below, "<=": arithmetic.below_or_equal, ">": arithmetic.above, ">=": arithmetic.above_or_equal}
"""NumPy orders complex numbers by their real parts, and where these are equal by the imaginary ones."""


def binary(c: Frame, node: ast.AST, op: str, left: Abstract, right: Abstract) -> Abstract:
    """`left op right`; sequences of complex numbers are arrays here."""
    problem = impossible(op, left, right)
    if problem is not None:
        c.raises(node, TypeError, problem)
    left, right = (c.call(Static(np.asarray), [x], {}, node) if holds(x) and not isinstance(x, Complex) else x for x in (left, right))
    if isinstance(left, Complex) and left.weak and isinstance(right, Scalar) and right.kind == "numpy" and right.type == F64:
        right = Scalar(right.value, "float", right.static)  # a np.float64 is a float, which complex numbers take for one of Python's own
    if op == "@":
        return c.call(Static(arithmetic.matrix_product), [left, right], {}, node)
    weak = is_weak(left) and is_weak(right)
    if op in ("==", "!=") and not all(isinstance(x, (Complex, Scalar, Array)) for x in (left, right)) and weak:
        return c.constant(op == "!=")
    beside = next(x.dtype for x in (left, right) if isinstance(x, Complex))
    x, y = as_complex(c, node, left, beside), as_complex(c, node, right, beside)
    c.at(node)
    if op in ORDER:
        return c.call(Static(ORDER[op]), [x, y], {}, node)
    if op == "==":
        return c.binary(node, "&", c.compare(node, "==", x.real, y.real), c.compare(node, "==", x.imag, y.imag))
    if op == "!=":
        return c.binary(node, "|", c.compare(node, "!=", x.real, y.real), c.compare(node, "!=", x.imag, y.imag))
    if op in ("+", "-"):
        return Complex(part(c, node, op, x.real, y.real), part(c, node, op, x.imag, y.imag))
    if op == "*":
        return product(c, node, x, y)
    if op == "/" and (not x.weak or not y.weak) and {scalar_of(z.real.value.type) for z in (x, y)} == {F32, F64}:
        dtype = np.dtype(np.complex64 if x.weak or y.weak else np.complex128)  # Python's own number is of the other's precision
        x, y = (Complex(*(in_precision(c, part, dtype) for part in z.parts)) for z in (x, y))
    if (op, weak) not in TEXTS:
        c.refuse(node, f"'{op}' with complex numbers is not supported", "write it out")
    return c.call(Static(TEXTS[op, weak]), [x, y if op == "/" or isinstance(right, Complex) else right], {}, node)


def is_weak(x: Abstract) -> bool:
    """Whether it is a number of Python's own, or no number."""
    return not isinstance(x, (Array, RunList, Buffer)) and getattr(x, "weak", True)


def part(c: Frame, node: ast.AST, op: str, x: Abstract, y: Abstract) -> Part:
    """`x op y` of real operands."""
    found = c.binary(node, op, x, y)
    assert isinstance(found, (Scalar, Array))
    return found


def product(c: Frame, node: ast.AST, x: Complex, y: Complex) -> Complex:
    """(a + bi)(c + di) = (ac - bd) + (ad + bc)i."""
    real = part(c, node, "-", part(c, node, "*", x.real, y.real), part(c, node, "*", x.imag, y.imag))
    return Complex(real, part(c, node, "+", part(c, node, "*", x.real, y.imag), part(c, node, "*", x.imag, y.real)))


def unary(c: Frame, node: ast.AST, op: str, x: Complex) -> Abstract:
    """`-x`, `+x`; there is no `~x`."""
    problem = impossible(op, x)
    if problem is not None:
        c.raises(node, TypeError, problem)
    if op == "+" and isinstance(x.real, Scalar):
        return x
    run = Static(operator.neg if op == "-" else operator.pos)
    real, imag = (c.call(run, [loaded(c, part)], {}, node) for part in x.parts)
    assert isinstance(real, (Scalar, Array)) and isinstance(imag, (Scalar, Array))
    return Complex(real, imag)


def nonzero(c: Frame, node: ast.AST, x: Complex) -> Abstract:
    """Whether a complex number is not 0; of an array, where."""
    return c.binary(node, "|", *(c.compare(node, "!=", loaded(c, part), c.constant(0.0)) for part in x.parts))


def augmented(c: Frame, node: ast.AST, op: str, target: Abstract, value: Abstract) -> Abstract:
    """`target op= value` where one of them is complex: an array changes in place, a number is bound anew."""
    if isinstance(target, Array) and target.rank:
        c.raises(
            node,
            TypeError,
            f"Cannot cast ufunc output from dtype('complex128') to dtype('{target.dtype.numpy.name}') with casting rule 'same_kind'",
        )
    changed = c.binary(node, op, target, value)
    if not isinstance(target, Complex) or not isinstance(target.real, Array):
        return changed
    store(c, node, target, changed)
    return target
