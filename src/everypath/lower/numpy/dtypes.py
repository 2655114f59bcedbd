"""NumPy 2's promotion: strong dtypes (arrays and NumPy scalars) meet Python's weak numbers.

>>> from everypath.ir.types import I8, I32, U8
>>> str(promote([F32], ["float"])), str(promote([I32], ["float"])), str(promote([BOOL], ["int"]))
('f32', 'f64', 'i64')
>>> str(promote([F32, I32])), str(promote([U8, I8])), str(promote([U8], ["int"]))
('f64', 'i16', 'u8')
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from ...ir.types import BOOL, F16, F32, F64, I64, SCALARS, U64, ScalarType, from_dtype

NUMPY_NAMES = {t.name: t.numpy.name for t in SCALARS.values()}
"""How NumPy's messages call the dtypes."""

SUPPORTED = ", ".join(NUMPY_NAMES[name] for name in SCALARS if name != "bool") + " and bool"
"""For messages."""

INTEGER_LIMITS = {t: (int(np.iinfo(t.numpy).min), int(np.iinfo(t.numpy).max)) for t in SCALARS.values() if t.is_integer}


def promote(strong: Iterable[ScalarType], weak: Sequence[str] = ()) -> ScalarType:
    """The common dtype of `strong` dtypes and `weak` Python numbers ("float", "int"; a Python bool counts as strong)."""
    dtype: ScalarType | None = None
    for other in strong:
        dtype = other if dtype is None else promote_pair(dtype, other)
    if "float" in weak:
        return dtype if dtype is not None and dtype.is_float else F64
    if "int" in weak:
        return I64 if dtype is None or dtype == BOOL else dtype
    if dtype is None:
        raise ValueError("nothing to promote")
    return dtype


def promote_pair(a: ScalarType, b: ScalarType) -> ScalarType:
    """NumPy's common dtype of two dtypes."""
    return a if a == b else from_dtype(np.promote_types(a.numpy, b.numpy))


def inexact(dtype: ScalarType) -> ScalarType:
    """The dtype in which exp, sin, … compute for `dtype`: the smallest float that holds all of it."""
    if dtype.bits == 8:
        return F16
    return dtype if dtype.is_float else F32 if dtype.bits == 16 else F64


def quotient(dtype: ScalarType) -> ScalarType:
    """The dtype of `/` for operands of `dtype`: floats keep theirs, integers and booleans divide in float64."""
    return dtype if dtype.is_float else F64


def can_store(source: ScalarType, target: ScalarType, rule: Any = "same_kind") -> bool:
    """Whether NumPy's casting rule allows to store one dtype in another; `target op= source` asks for 'same_kind'."""
    return bool(np.can_cast(source.numpy, target.numpy, rule))


def sum_dtype(dtype: ScalarType) -> ScalarType:
    """The dtype in which sum, prod and cumsum add: booleans and integers in 64 bits."""
    return I64 if dtype == BOOL else dtype if dtype.is_float else U64 if dtype.is_unsigned else I64
