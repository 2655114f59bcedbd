"""The types of the IR: scalars, strided arrays, growable lists, and records of saved values."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..unchanging import plain_value


@dataclass(frozen=True)
class ScalarType:
    """A machine scalar, by its kind and its bits: `f64` to `f16`; `i64` to `i8`; without a sign `u64` to `u8`; `bool`."""

    name: str

    def __str__(self) -> str:
        return self.name

    @property
    def is_float(self) -> bool:
        return self.name[0] == "f"

    @property
    def is_integer(self) -> bool:
        return self.name[0] in "iu"

    @property
    def is_unsigned(self) -> bool:
        return self.name[0] == "u"

    @property
    def bits(self) -> int:
        """How many it takes in memory."""
        return 8 * self.numpy.itemsize

    @cached_property
    def numpy(self) -> np.dtype:
        return np.dtype("?" if self.name == "bool" else f"{self.name[0]}{int(self.name[1:]) // 8}")


F64, F32, F16 = (ScalarType(f"f{bits}") for bits in (64, 32, 16))
I64, I32, I16, I8 = (ScalarType(f"i{bits}") for bits in (64, 32, 16, 8))
U64, U32, U16, U8 = (ScalarType(f"u{bits}") for bits in (64, 32, 16, 8))
BOOL = ScalarType("bool")
SCALARS = {t.name: t for t in (F64, F32, F16, I64, I32, I16, I8, U64, U32, U16, U8, BOOL)}
OF_DTYPES = {t.numpy.str[1:]: t for t in SCALARS.values()}


@plain_value
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


@plain_value
class ListType:
    """A reference to a growable list: a tape, or a list the user builds over a run-time range. One in `segments` doesn't lie in one
    piece: it never moves when it grows, and takes little more memory than it holds."""

    element: Type
    segments: bool = False

    def __str__(self) -> str:
        return f"{'stack' if self.segments else 'list'}<{self.element}>"


@plain_value
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
    return OF_DTYPES[np.dtype(dtype).str[1:]]
