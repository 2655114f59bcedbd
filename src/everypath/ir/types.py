"""The types of the IR: scalars, strided arrays, growable lists, and records of saved values."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np


@dataclass(frozen=True)
class ScalarType:
    """A machine scalar: `f64`, `f32`, `i64`, `i32` or `bool`."""

    name: str

    def __str__(self) -> str:
        return self.name

    @property
    def is_float(self) -> bool:
        return self.name in ("f64", "f32")

    @property
    def is_integer(self) -> bool:
        return self.name in ("i64", "i32")

    @cached_property
    def numpy(self) -> np.dtype:
        return np.dtype({"f64": "f8", "f32": "f4", "i64": "i8", "i32": "i4", "bool": "?"}[self.name])


F64, F32, I64, I32, BOOL = (ScalarType(name) for name in ("f64", "f32", "i64", "i32", "bool"))
SCALARS = {t.name: t for t in (F64, F32, I64, I32, BOOL)}


@dataclass(frozen=True)
class ArrayType:
    """A reference to strided memory. `contiguous` promises C order with no gaps; False promises nothing."""

    dtype: ScalarType
    rank: int
    contiguous: bool = True

    def __str__(self) -> str:
        axes = [":"] * self.rank + ([] if self.contiguous else ["strided"])
        return f"{self.dtype}[{', '.join(axes)}]"

    @property
    def strided(self) -> ArrayType:
        return ArrayType(self.dtype, self.rank, False)


@dataclass(frozen=True)
class ListType:
    """A reference to a growable list: a tape, or a list the user builds over a run-time range."""

    element: Type

    def __str__(self) -> str:
        return f"list<{self.element}>"


@dataclass(frozen=True)
class RecordType:
    """A reference to what one call saved for its backward half; its fields stand in `Program.records`."""

    name: str

    def __str__(self) -> str:
        return f"record<@{self.name}>"


Type = ScalarType | ArrayType | ListType | RecordType


def scalar_of(type_: Type) -> ScalarType:
    """The element type of an array, or the scalar type itself."""
    if isinstance(type_, ScalarType):
        return type_
    if isinstance(type_, ArrayType):
        return type_.dtype
    raise TypeError(f"{type_} has no element dtype")


def fresh(type_: Type) -> Type:
    """The type of a value made anew that belongs to one of `type_`, as a cotangent does: an array without gaps."""
    return ArrayType(type_.dtype, type_.rank) if isinstance(type_, ArrayType) else type_


def is_float(type_: Type) -> bool:
    """Whether values of this type can carry a derivative (a list does if its elements do; a record may)."""
    if isinstance(type_, ListType):
        return is_float(type_.element)
    if isinstance(type_, RecordType):
        return True
    return scalar_of(type_).is_float


def from_dtype(dtype: np.dtype | type | str) -> ScalarType:
    """The scalar type of a NumPy dtype; KeyError when the IR has none."""
    return {"f8": F64, "f4": F32, "i8": I64, "i4": I32, "b1": BOOL}[np.dtype(dtype).str[1:]]
