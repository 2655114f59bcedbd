"""`print`: compiled code calls back into Python, which formats the message and writes it where Python's own print does."""

from __future__ import annotations

import ctypes
from typing import Any

from ..ir.program import Op
from .assembly import LLVM
from .emitter import Emitter, handles
from .errors import decoded
from .python import pointer

Message = tuple[str, tuple[str, ...], bool]
"""A `print`: its template, the dtypes of its values, whether it flushes."""


def show(message: Message, slots: Any) -> None:
    """Print a message with the values that compiled code left in 8-byte words. The caller need not hold the GIL."""
    template, kinds, flush = message
    print(template.format(*(decoded(slots[k], kind) for k, kind in enumerate(kinds))), flush=flush)


CALLBACK = ctypes.CFUNCTYPE(None, ctypes.py_object, ctypes.POINTER(ctypes.c_int64))(show)


def functions() -> dict[str, int]:
    """What compiled code calls, by symbol."""
    address = ctypes.cast(CALLBACK, ctypes.c_void_p).value
    assert address is not None
    return {"ep_print": address}


@handles("print")
def print_(e: Emitter, op: Op) -> None:
    kinds = tuple(str(v.type) for v in op.operands)
    message: Message = (op.attributes["message"], kinds, op.attributes.get("flush", False))
    e.module.held.append(message)
    words = e.code.slot(f"[{max(len(kinds), 1)} x i64]")
    for k, (value, kind) in enumerate(zip(op.operands, kinds, strict=True)):
        e.code.do(f"store {LLVM[kind]} {e.scalar(value)}, ptr {e.word(words, k)}")
    e.runtime("ep_print", "void", ("ptr", pointer(id(message))), ("ptr", words))
