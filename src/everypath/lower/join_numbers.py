"""Numbers and arrays where two paths meet: the one type that holds both.

bool ⊔ int ⊔ float widens as Python's arithmetic does, and a float keeps in mind which it is (`by_path`); arrays lie in order where both do.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..ir.program import Value
from ..ir.types import BOOL, F32, F64, I64
from .values import NOT_STATIC, Abstract, Array, Complex, Kind, Scalar


class Unjoinable(Exception):
    """Two values that no one type can hold."""


WEAK = ("bool", "int", "float")


def joined_scalars(a: Scalar, b: Scalar) -> Scalar | None:
    """The number that both are; None where no one type holds the numbers of both."""
    if a.kind == b.kind and a.type == b.type:
        same = a.is_static and b.is_static and repr(a.static) == repr(b.static)
        if same:
            return a
        return Scalar(a.value, a.kind, weak_if=a.weak_if or b.weak_if, which=a.which or b.which)
    if a.weak and b.weak:
        wide = max(a, b, key=lambda x: WEAK.index(x.kind))
        return Scalar(wide.value, wide.kind, which=Value("which", I64) if wide.kind == "float" else None)
    if not a.weak and not b.weak:
        return None
    weak, strong = (a, b) if a.weak else (b, a)
    fits = strong.type.is_float or (strong.type.is_integer and weak.kind == "int") or (strong.type == BOOL and weak.kind == "bool")
    if strong.type == F32:
        fits = as_float32(weak)
    if not fits:
        return None
    whole = strong.type.is_float and (weak.kind != "float" or weak.which is not None or strong.which is not None)
    return Scalar(strong.value, "numpy", weak_if=Value("weak", BOOL), which=Value("which", I64) if whole else None)


def joined_complex(a: Abstract, b: Abstract) -> Complex | None:
    """The complex number that both are, or the array; None where it isn't one thing. A real number widens, unless both are NumPy's, as
    what is made of eigenvalues is: then it stands beside the other, as an array does."""
    if all(isinstance(x, (Scalar, Complex)) and not x.weak and not x.is_static for x in (a, b)) and type(a) is not type(b):
        return None
    numbers = [pair_of(x) for x in (a, b)]
    if None in numbers:
        return None
    parts: list[Scalar | Array] = []
    for x, y in zip(*(x.parts for x in numbers if x is not None), strict=True):
        if isinstance(x, Array) and isinstance(y, Array):
            if x.dtype != y.dtype or x.rank != y.rank:
                return None
            parts.append(joined_arrays(x, y))
        elif isinstance(x, Scalar) and isinstance(y, Scalar):
            part = joined_scalars(x, y)
            if part is None:
                return None
            parts.append(replace(part, weak_if=None, which=None))
        else:
            return None
    real, imag = parts
    if isinstance(real, Scalar) and isinstance(imag, Scalar) and real.is_static != imag.is_static:  # both, or neither
        real, imag = (Scalar(part.value, part.kind) for part in (real, imag))
    return Complex(real, imag)


def pair_of(x: Abstract) -> Complex | None:
    """A complex number, or a real one as such; None for anything else."""
    if isinstance(x, Complex):
        return x
    if not isinstance(x, Scalar):
        return None
    kind: Kind = "float" if x.weak else "numpy"
    dtype = x.type if x.type.is_float else F64
    static = float(x.static) if x.is_static else NOT_STATIC
    return Complex(Scalar(Value(x.value.name, dtype), kind, static), Scalar(Value("imag", dtype), kind, 0.0))


def as_float32(x: Scalar) -> bool:
    """Whether a number is known, and float32 holds it exactly."""
    return x.is_static and float(np.float32(x.static)) == float(x.static)


def joined_arrays(a: Array, b: Array) -> Array:
    if a.dtype != b.dtype or a.rank != b.rank:
        raise Unjoinable(f"an array {a.type} on one path and an array {b.type} on the other")
    if a.type.contiguous and b.type.contiguous:
        return Array(a.value)
    return Array(Value(a.value.name, a.type.strided))
