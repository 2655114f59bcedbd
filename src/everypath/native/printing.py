"""`print`: compiled code calls back into Python, which formats the message and writes it where Python's own print does."""

from __future__ import annotations

import ctypes
from typing import Any

from ..ir.program import Op
from .assembly import LLVM
from .emitter import Emitter, handles
from .errors import decoded

PRINTED: list[tuple[str, tuple[str, ...]]] = []
"""(template, dtypes of its values) of every `print` compiled so far; compiled code, which knows their numbers, stays too."""


def show(number: int, slots: Any) -> None:
    """Print a message with the values that compiled code left in 8-byte words. The caller need not hold the GIL."""
    template, kinds = PRINTED[number]
    print(template.format(*(decoded(slots[k], kind) for k, kind in enumerate(kinds))))


CALLBACK = ctypes.CFUNCTYPE(None, ctypes.c_int64, ctypes.POINTER(ctypes.c_int64))(show)


def functions() -> dict[str, int]:
    """What compiled code calls, by symbol."""
    address = ctypes.cast(CALLBACK, ctypes.c_void_p).value
    assert address is not None
    return {"ep_print": address}


@handles("print")
def print_(e: Emitter, op: Op) -> None:
    kinds = tuple(str(v.type) for v in op.operands)
    PRINTED.append((op.attributes["message"], kinds))
    words = e.code.slot(f"[{max(len(kinds), 1)} x i64]")
    for k, (value, kind) in enumerate(zip(op.operands, kinds, strict=True)):
        e.code.do(f"store {LLVM[kind]} {e.scalar(value)}, ptr {e.word(words, k)}")
    e.runtime("ep_print", "void", ("i64", str(len(PRINTED) - 1)), ("ptr", words))
