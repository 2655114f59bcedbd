"""LLVM's own functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .assembly import LLVM, SIZE

if TYPE_CHECKING:
    from .emitter import Emitter

FLOATS = ("f64", "f32", "f16")


def signed(dtype: str) -> bool:
    """Whether numbers of this dtype may be negative."""
    return dtype[0] in "fi"


def intrinsic(e: Emitter, name: str, dtype: str, *operands: str) -> str:
    """A call of llvm.name on operands of one dtype."""
    return intrinsic_of(e, name, LLVM[dtype], f"{'f' if dtype in FLOATS else 'i'}{SIZE[dtype] * 8}", *operands)


def intrinsic_of(e: Emitter, name: str, type_: str, suffix: str, *operands: str) -> str:
    full = f"llvm.{name}.{suffix}"
    e.module.declare(full, f"{type_} {{}}({', '.join([type_] * len(operands))})")
    return e.code.let(f"call {type_} @{full}({', '.join(f'{type_} {x}' for x in operands)})")
