"""`host`: compiled code calls back into CPython, which runs a function on copies of its arguments.

The arguments are left in 8-byte words, as those of `print` are; the results come back in the same words: numbers by their bits, arrays
by their address and their extents, to be copied at once. An exception is kept for who called (`executable`).
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Callable
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
from .printing import registers, room, shown

Message = tuple[Any, tuple[Type, ...], tuple[Type, ...]]
"""What is called, and the types of its arguments and of its results."""

DONE, RAISED, LARGE = 0, 1, 2
MUCH = 1 << 16
"""Bytes of results from which they are let go of as soon as they are copied; others when the next call comes."""

LETTERS = {"f64": "d", "f32": "f", "f16": "e", "bool": "?"}
LETTERS |= {"i64": "q", "i32": "i", "i16": "h", "i8": "b", "u64": "Q", "u32": "I", "u16": "H", "u8": "B"}
PACKED = {t.name: f"<{LETTERS[t.name]}{8 - t.bits // 8}x" for t in SCALARS.values()}


def run(message: Message, words: Any) -> int:
    """Run a call whose arguments are in the words, and leave its results there. The caller need not hold the GIL."""
    call, given, wanted = message
    at = iter(range(sum(map(room, given))))
    try:
        results = call(*[shown(type_, words, at) for type_ in given])
        place = iter(range(sum(map(room, wanted))))
        for type_, value in zip(wanted, results, strict=True):
            for word in encoded(type_, value):
                words[next(place)] = word
    except BaseException as error:
        HELD.error = error
        return RAISED
    HELD.arrays = [x for x in results if isinstance(x, np.ndarray)]
    return LARGE if sum(x.nbytes for x in HELD.arrays) > MUCH else DONE


def encoded(type_: Type, value: Any) -> list[int]:
    """A result as words."""
    if isinstance(type_, ArrayType):
        return [value.ctypes.data, *value.shape]
    (word,) = struct.unpack("<q", struct.pack(PACKED[str(type_)], value))
    return [word]


def let_go() -> None:
    """The results have been copied."""
    HELD.arrays = None


RUN = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.py_object, ctypes.POINTER(ctypes.c_int64))(run)
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
    message: Message = (call, tuple(v.type for v in op.operands), tuple(v.type for v in op.results))
    e.module.held.append(message)
    words = code.slot(f"[{max(*(sum(map(room, types)) for types in message[1:]), 1)} x i64]")
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
