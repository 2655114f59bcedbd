"""How values stand in registers and memory.

A scalar is one register. An array is a pointer to its first element, the block that owns the memory (null: the caller does),
its extents, and its strides in elements; a C-contiguous array has no strides, they follow from the extents, which is what lets
LLVM vectorise. A list or record is a pointer to its block.

    block = { count, bytes, drop, rest }, then the payload

A small one is cut from a chunk of the call; `rest` is where it moved, and the payload is aligned to 32 bytes. A large one comes from the
system; `rest` is what that gave, the payload is aligned to 64 bytes, and before it stand { size class, prev, next }.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..ir.types import ArrayType, ScalarType, Type
from ..unchanging import plain_value
from .assembly import IN_MEMORY, LLVM, SIZE, Code

HEADER = 32
"""Bytes of a block before its payload."""


@plain_value
class Array:
    """An array in registers. `strides` is None for one that its type says is contiguous."""

    type: ArrayType
    data: str
    owner: str
    dims: tuple[str, ...]
    strides: tuple[str, ...] | None

    @property
    def memory(self) -> str:
        """The LLVM type of an element in memory."""
        return IN_MEMORY[self.type.dtype.name]

    @property
    def itemsize(self) -> int:
        return SIZE[self.type.dtype.name]


Operand = str | Array
"""A scalar, list or record in a register, or an array in several."""


def shape_of(type_: Type) -> tuple[str, ...]:
    """The LLVM types that a value of this type takes, flattened."""
    if isinstance(type_, ScalarType):
        return (LLVM[type_.name],)
    if isinstance(type_, ArrayType):
        return ("ptr", "ptr", *["i64"] * (type_.rank * (1 if type_.contiguous else 2)))
    return ("ptr",)


def flat(operand: Operand) -> tuple[str, ...]:
    """The registers of an operand, in the order of `shape_of`."""
    if isinstance(operand, str):
        return (operand,)
    return (operand.data, operand.owner, *operand.dims, *(operand.strides or ()))


def unflat(type_: Type, registers: Iterator[str]) -> Operand:
    """The operand of this type made of the next registers; the inverse of `flat`."""
    if not isinstance(type_, ArrayType):
        return next(registers)
    data, owner = next(registers), next(registers)
    dims = tuple(next(registers) for _ in range(type_.rank))
    strides = None if type_.contiguous else tuple(next(registers) for _ in range(type_.rank))
    return Array(type_, data, owner, dims, strides)


def strides(code: Code, x: Array) -> tuple[str, ...]:
    """The strides of `x` in elements, worked out from the extents if it is contiguous."""
    if x.strides is not None:
        return x.strides
    out, step = [], "1"
    for dim in reversed(x.dims):
        out.append(step)
        step = code.mul(step, dim)
    return tuple(reversed(out))


def element(code: Code, x: Array, indices: Sequence[str]) -> str:
    """The address of x[i…], every index given and in range: that of its line, which a loop over the last axis leaves as it is, and from
    there along the line."""
    if not indices:
        return at(code, x, "0")
    line, last = "0", "1"
    if x.strides is None:
        for dim, i in zip(x.dims, indices[:-1], strict=False):
            line = code.add(code.mul(line, dim), i)
        line = code.mul(line, x.dims[-1])
    else:
        *steps, last = x.strides
        for step, i in zip(steps, indices[:-1], strict=True):
            line = code.add(line, code.mul(i, step))
    return at(code, replace(x, data=at(code, x, line)), code.mul(indices[-1], last))


def at(code: Code, x: Array, offset: str) -> str:
    """The address `offset` elements from the first one."""
    return x.data if offset == "0" else code.let(f"getelementptr inbounds {x.memory}, ptr {x.data}, i64 {offset}")


def size(code: Code, x: Array) -> str:
    """The number of elements."""
    return code.product(x.dims)


def weakened(code: Code, x: Array) -> Array:
    """The same array with its strides written out."""
    return replace(x, type=x.type.strided, strides=strides(code, x))


def as_type(code: Code, x: Operand, type_: Type) -> Operand:
    """`x` as `type_`, which may have forgotten that it is contiguous."""
    if isinstance(x, Array) and isinstance(type_, ArrayType) and x.strides is None and not type_.contiguous:
        return weakened(code, x)
    return x
