"""`print`: compiled code calls back into Python, which formats the message and writes it where Python's own print does."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..ir.program import Op, Value
from ..ir.telling import tell
from ..ir.types import ArrayType, Type
from .assembly import LLVM
from .emitter import Emitter, handles
from .errors import decoded
from .layout import strides

Message = tuple[dict[str, Any], tuple[Type, ...]]
"""The attributes of a `print`, and the types of its values."""


def show(message: Message, slots: Any) -> None:
    """Say a message with the values that compiled code left in 8-byte words. The caller need not hold the GIL."""
    attributes, types = message
    words = iter(range(sum(map(room, types))))
    tell(attributes, [shown(type_, slots, words) for type_ in types])


def room(type_: Type) -> int:
    """How many words a value takes: of an array its address, its extents and its strides."""
    return 1 + 2 * type_.rank if isinstance(type_, ArrayType) else 1


def shown(type_: Type, slots: Any, words: Iterator[int]) -> Any:
    """The value in the next words. An array is looked at where it lies."""
    if not isinstance(type_, ArrayType):
        return decoded(slots[next(words)], str(type_))
    return array_in(type_, tuple(slots[next(words)] for _ in range(room(type_))))


def array_in(type_: ArrayType, words: tuple[int, ...]) -> Any:
    """The array of which these are the address, the extents and the strides: looked at where it lies."""
    dtype, rank = type_.dtype.numpy, type_.rank
    address, shape = words[0], words[1 : 1 + rank]
    if 0 in shape:
        return np.zeros(shape, dtype)
    if type_.contiguous:
        whole: Any = (ctypes.c_char * (math.prod(shape) * dtype.itemsize)).from_address(address)
        return np.ndarray(shape, dtype, whole)
    strides = tuple(step * dtype.itemsize for step in words[1 + rank :])
    low, high = (sum(pick(0, (n - 1) * s) for n, s in zip(shape, strides)) for pick in (min, max))
    memory: Any = (ctypes.c_char * (high - low + dtype.itemsize)).from_address(address + low)
    return np.ndarray(shape, dtype, memory, -low, strides)


CALLBACK = ctypes.CFUNCTYPE(None, ctypes.py_object, ctypes.POINTER(ctypes.c_int64))(show)


def functions() -> dict[str, int]:
    """What compiled code calls, by symbol."""
    address = ctypes.cast(CALLBACK, ctypes.c_void_p).value
    assert address is not None
    return {"ep_print": address}


@handles("print")
def print_(e: Emitter, op: Op) -> None:
    types = tuple(v.type for v in op.operands)
    message: Message = (dict(op.attributes), types)
    e.module.held.append(message)
    words = e.code.slot(f"[{max(sum(map(room, types)), 1)} x i64]")
    at = 0
    for value in op.operands:
        for register, kind in registers(e, value):
            e.code.do(f"store {kind} {register}, ptr {e.word(words, at)}")
            at += 1
    e.runtime("ep_print", "void", ("ptr", e.module.pointer(e.code, id(message))), ("ptr", words))


def registers(e: Emitter, value: Value) -> list[tuple[str, str]]:
    """What says a value, each with its LLVM type."""
    if not isinstance(value.type, ArrayType):
        return [(e.scalar(value), LLVM[str(value.type)])]
    x = e.array(value)
    return [(x.data, "ptr"), *((n, "i64") for n in (*x.dims, *strides(e.code, x)))]
