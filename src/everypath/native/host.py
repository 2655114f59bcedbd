"""`host`: compiled code calls back into CPython, which runs a function on copies of its arguments.

The arguments are left in 8-byte words, as those of `print` are; the results come back in the same words: numbers by their bits, arrays
as the objects that they are, to be copied at once. An exception is kept for who called (`executable`).
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise
from operator import itemgetter
from typing import Any

import numpy as np

from ..ir.program import Op
from ..ir.types import SCALARS, ArrayType, Type
from . import python
from .assembly import LLVM
from .emitter import Emitter, handles
from .errors import plain_site
from .failure import HELD, Failed
from .layout import size
from .memory import fresh
from .printing import array_in, registers, room

DONE, RAISED, LARGE = 0, 1, 2
MUCH = 1 << 16
"""Bytes of results from which they are let go of as soon as they are copied; others when the next call comes."""

LETTERS = {"f64": "d", "f32": "f", "f16": "e", "bool": "?"}
LETTERS |= {"i64": "q", "i32": "i", "i16": "h", "i8": "b", "u64": "Q", "u32": "I", "u16": "H", "u8": "B"}
PACKED = {t.name: f"{LETTERS[t.name]}{8 - t.bits // 8}x" for t in SCALARS.values()}
OF_NUMPY = {"f32": np.float32, "f16": np.float16}
"""The scalars that come as NumPy's; others are Python's."""


class Message:
    """One call: what is called, and how its arguments and its results, of these types, stand in 8-byte words."""

    def __init__(self, call: Callable[..., Any], given: Sequence[Type], wanted: Sequence[Type]) -> None:
        self.call, self.given, self.wanted = call, given, wanted
        self.arguments = struct.Struct("<" + "".join(f"{room(t)}q" if isinstance(t, ArrayType) else PACKED[str(t)] for t in given))
        self.results = struct.Struct("<" + "".join("q" if isinstance(t, ArrayType) else PACKED[str(t)] for t in wanted))
        self.memory = ctypes.c_char * max(self.arguments.size, self.results.size)
        ends = list(accumulate(map(room, given), initial=0))
        self.takers = [taker(t, slice(*between)) for t, between in zip(given, pairwise(ends), strict=True)]

    @property
    def room(self) -> int:
        """The words that it takes."""
        return max(self.arguments.size, self.results.size) // 8

    def read(self, words: int) -> list[Any]:
        """The arguments at an address. Arrays are looked at where they lie."""
        found = self.arguments.unpack_from(self.memory.from_address(words))
        return [take(found) for take in self.takers]

    def write(self, words: int, values: Sequence[Any]) -> list[Any]:
        """Leave results at an address: numbers, and where the arrays are, which compiled code looks into; the arrays."""
        said: list[Any] = []
        arrays: list[Any] = []
        for type_, value in zip(self.wanted, values, strict=True):
            if isinstance(type_, ArrayType):
                array = value if value.__class__ is np.ndarray and value.flags.c_contiguous else np.asarray(value, order="C")
                if array.ndim != type_.rank:
                    raise TypeError(f"{self.call!r} gives an array of {array.ndim} axes where {type_.rank} are expected")
                arrays.append(array)
                said.append(id(array))
            else:
                said.append(value)
        self.results.pack_into(self.memory.from_address(words), 0, *said)
        return arrays


def taker(type_: Type, own: slice) -> Callable[[tuple[Any, ...]], Any]:
    """What makes an argument of its `own` words among all of them."""
    if isinstance(type_, ArrayType):
        return row_taker(type_, own.start) if type_.contiguous and type_.rank == 1 else lambda words: array_in(type_, words[own])
    made = OF_NUMPY.get(str(type_))
    return itemgetter(own.start) if made is None else lambda words: made(words[own.start])


def row_taker(type_: ArrayType, at: int) -> Callable[[tuple[Any, ...]], Any]:
    """The same of an array with one axis, of which most are."""
    dtype, size, char, whole = type_.dtype.numpy, type_.dtype.numpy.itemsize, ctypes.c_char, np.ndarray

    def take(words: tuple[Any, ...]) -> Any:
        length = words[at + 1]
        return whole(length, dtype, (char * (length * size)).from_address(words[at])) if length else np.zeros(0, dtype)

    return take


def run(message: Message, words: int) -> int:
    """Run a call whose arguments are in the words at an address, and leave its results there. The caller need not hold the GIL."""
    try:
        HELD.arrays = message.write(words, message.call(*message.read(words)))
    except BaseException as error:
        HELD.error = error
        return RAISED
    bytes_ = 0
    for x in HELD.arrays:
        bytes_ += x.nbytes
    return LARGE if bytes_ > MUCH else DONE


def let_go() -> None:
    """The results have been copied."""
    HELD.arrays = None


RUN = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.py_object, ctypes.c_void_p)(run)
LET_GO = ctypes.CFUNCTYPE(None)(let_go)


def functions() -> dict[str, int]:
    """What compiled code calls, by symbol."""
    found = {"ep_host": ctypes.cast(RUN, ctypes.c_void_p).value, "ep_host_done": ctypes.cast(LET_GO, ctypes.c_void_p).value}
    return {name: address for name, address in found.items() if address is not None}


@handles("host")
def host(e: Emitter, op: Op) -> None:
    run_by_cpython(e, op, op.attributes["call"])


def run_by_cpython(e: Emitter, op: Op, call: Callable[..., Any]) -> None:
    """The results of `call`, from the operands of `op`."""
    code = e.code
    message = Message(call, tuple(v.type for v in op.operands), tuple(v.type for v in op.results))
    e.module.held.append(message)
    words = code.slot(f"[{max(message.room, 1)} x i64]")
    at = 0
    for value in op.operands:
        for register, kind in registers(e, value):
            code.do(f"store {kind} {register}, ptr {e.word(words, at)}")
            at += 1
    status = e.runtime("ep_host", "i32", ("ptr", e.module.pointer(code, id(message))), ("ptr", words))
    e.forbid(code.compare("eq", status, str(RAISED), "i32"), e.module.site(plain_site(Failed, "", op.location)), ())
    taken = take(e, op, words)
    for value, operand in zip(op.results, taken, strict=True):
        e.values[value] = operand
    if any(isinstance(v.type, ArrayType) for v in op.results):
        large, go_on = code.label("large"), code.label("go")
        code.branch(code.compare("eq", status, str(LARGE), "i32"), large, go_on)
        code.start(large)
        e.runtime("ep_host_done", "void", touches_arrays=False)
        code.jump(go_on)
        code.start(go_on)


def take(e: Emitter, op: Op, words: str) -> list[Any]:
    """The results that stand in the words: numbers in registers, arrays copied into memory of our own."""
    code, at = e.code, 0
    out: list[Any] = []
    for value in op.results:
        if not isinstance(value.type, ArrayType):
            kind = LLVM[str(value.type)]
            loaded = code.let(f"load {'i8' if kind == 'i1' else kind}, ptr {e.word(words, at)}")
            out.append(code.compare("ne", loaded, "0", "i8") if kind == "i1" else loaded)
            at += 1
            continue
        array = code.let(f"load ptr, ptr {e.word(words, at)}")
        data, dims_at = field(e, array, python.DATA), field(e, array, python.DIMS)
        dims = [field(e, dims_at, 8 * k, "i64") for k in range(value.type.rank)]
        x = fresh(e, op, value.type.dtype.name, dims, checked=False)
        e.module.declare("llvm.memcpy.p0.p0.i64", "void {}(ptr, ptr, i64, i1)")
        bytes_ = code.mul(size(code, x), str(x.itemsize))
        code.do(f"call void @llvm.memcpy.p0.p0.i64(ptr {x.data}, ptr {data}, i64 {bytes_}, i1 false)")
        out.append(x)
        at += 1
    return out


def field(e: Emitter, base: str, offset: int, type_: str = "ptr") -> str:
    """What stands so many bytes into something."""
    return e.code.let(f"load {type_}, ptr {e.code.let(f'getelementptr i8, ptr {base}, i64 {offset}')}")
