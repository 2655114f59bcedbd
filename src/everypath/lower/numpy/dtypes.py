"""NumPy 2's promotion: strong dtypes (arrays and NumPy scalars) meet Python's weak numbers.

>>> str(promote([F32], ["float"])), str(promote([I32], ["float"])), str(promote([BOOL], ["int"]))
('f32', 'f64', 'i64')
>>> str(promote([F32, I32]))
'f64'
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from ...ir.types import BOOL, F32, F64, I32, I64, ScalarType

LADDER = (BOOL, I32, I64, F32, F64)
"""From the narrowest to the widest; only an integer beside f32 climbs past both, to f64."""

NUMPY_NAMES = {"f64": "float64", "f32": "float32", "i64": "int64", "i32": "int32", "bool": "bool"}
"""How NumPy's messages call the dtypes."""

INTEGER_LIMITS = {I64: (-(2**63), 2**63 - 1), I32: (-(2**31), 2**31 - 1)}


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
    low, high = sorted((a, b), key=LADDER.index)
    return F64 if high == F32 and low.is_integer else high


def inexact(dtype: ScalarType) -> ScalarType | None:
    """The dtype in which exp, sin, … compute for `dtype`; None where NumPy would use float16 (booleans)."""
    if dtype == BOOL:
        return None
    return dtype if dtype.is_float else F64


def quotient(dtype: ScalarType) -> ScalarType:
    """The dtype of `/` for operands of `dtype`: floats keep theirs, integers and booleans divide in float64."""
    return dtype if dtype.is_float else F64


def can_store(source: ScalarType, target: ScalarType, rule: Any = "same_kind") -> bool:
    """Whether NumPy's casting rule allows to store one dtype in another; `target op= source` asks for 'same_kind'."""
    return bool(np.can_cast(source.numpy, target.numpy, rule))


def sum_dtype(dtype: ScalarType) -> ScalarType:
    """The dtype in which sum, prod and cumsum add: booleans and int32 in int64."""
    return I64 if dtype in (BOOL, I32) else dtype
