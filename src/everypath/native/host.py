"""`host`: compiled code calls back into CPython, which runs a function on copies of its arguments.

The arguments are left in 8-byte words, as those of `print` are; the results come back in the same words: numbers by their bits, arrays
by their address and their extents, to be copied at once. An exception is kept for who called (`executable`).
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..ir.program import Op
from ..ir.types import SCALARS, ArrayType, Type
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
        self.results = struct.Struct("<" + "".join(f"{1 + t.rank}q" if isinstance(t, ArrayType) else PACKED[str(t)] for t in wanted))

    @property
    def room(self) -> int:
        """The words that it takes."""
        return max(self.arguments.size, self.results.size) // 8

    def read(self, words: int) -> list[Any]:
        """The arguments at an address. Arrays are looked at where they lie."""
        found = self.arguments.unpack(ctypes.string_at(words, self.arguments.size))
        out, at = [], 0
        for type_ in self.given:
            if isinstance(type_, ArrayType):
                out.append(array_in(type_, found[at : at + room(type_)]))
            else:
                name = str(type_)
                out.append(OF_NUMPY[name](found[at]) if name in OF_NUMPY else found[at])
            at += room(type_)
        return out

    def write(self, words: int, values: Sequence[Any]) -> list[Any]:
        """Leave results at an address; the arrays among them."""
        said: list[Any] = []
        arrays = []
        for type_, value in zip(self.wanted, values, strict=True):
            if isinstance(type_, ArrayType):
                said += value.__array_interface__["data"][0], *value.shape
                arrays.append(value)
            else:
                said.append(value)
        ctypes.memmove(words, self.results.pack(*said), self.results.size)
        return arrays


def run(message: Message, words: int) -> int:
    """Run a call whose arguments are in the words at an address, and leave its results there. The caller need not hold the GIL."""
    try:
        HELD.arrays = message.write(words, message.call(*message.read(words)))
    except BaseException as error:
        HELD.error = error
        return RAISED
    return LARGE if sum(x.nbytes for x in HELD.arrays) > MUCH else DONE


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
        data = code.let(f"load ptr, ptr {e.word(words, at)}")
        dims = [code.let(f"load i64, ptr {e.word(words, at + 1 + k)}") for k in range(value.type.rank)]
        x = fresh(e, op, value.type.dtype.name, dims, checked=False)
        e.module.declare("llvm.memcpy.p0.p0.i64", "void {}(ptr, ptr, i64, i1)")
        bytes_ = code.mul(size(code, x), str(x.itemsize))
        code.do(f"call void @llvm.memcpy.p0.p0.i64(ptr {x.data}, ptr {data}, i64 {bytes_}, i1 false)")
        out.append(x)
        at += 1 + value.type.rank
    return out
