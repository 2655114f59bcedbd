"""SciPy's ufuncs on whole arrays: one call of the loop that a ufunc holds for each line along the last axis, or for all points where no
operand has gaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ..ir.program import Op
from ..ir.types import ArrayType, scalar_of
from ..ops.ufuncs import UFUNCS, by_lines
from . import nest, sharing, vectormath
from .assembly import LLVM, SIZE
from .layout import Array, element, size, strides
from .ufuncs import LETTERS, loop

if TYPE_CHECKING:
    from .emitter import Emitter

WORK = 100
"""The cost of one point, roughly, in additions."""


def takes(e: Emitter, op: Op) -> bool:
    """Whether there is a loop for numbers as they stand in the arrays. Without Python there is the C library, if it has the function."""
    if not e.module.in_process and op.name in vectormath.FUNCTIONS:
        return False
    dtype = scalar_of(op.operands[0].type).name
    return by_lines(op.name) and dtype in LETTERS and loop(UFUNCS[op.name], dtype).types.endswith(LETTERS[dtype])


def emit(e: Emitter, op: Op, operands: Sequence[Array | str], result: Array) -> None:
    """`result` filled from operands that have its extents, or are numbers."""
    arrays = [x for x in operands if isinstance(x, Array)]
    if all(x.strides is None for x in arrays):
        operands = [straight(e, x) if isinstance(x, Array) else x for x in operands]
        result = straight(e, result)

    def block(ranges: Sequence[nest.Range]) -> list[str]:
        def line(point: tuple[str, ...], totals: list[str]) -> list[str]:
            along(e, op, operands, result, point, ranges[-1])
            return totals

        return nest.within(e, ranges[:-1], (), (), line)

    sharing.in_blocks(e, result.dims, block, WORK)


def straight(e: Emitter, x: Array) -> Array:
    """An array without gaps as one line."""
    return replace(x, type=ArrayType(x.type.dtype, 1), dims=(size(e.code, x),))


def along(e: Emitter, op: Op, operands: Sequence[Array | str], result: Array, outer: tuple[str, ...], part: nest.Range) -> None:
    """The loop over a part of one line."""
    code, dtype, what = e.code, result.type.dtype.name, UFUNCS[op.name]
    chosen = loop(what, dtype)
    here = (*outer, part[0])
    places = [begun(e, x, here) if isinstance(x, Array) else (filled(e, LLVM[dtype], [x]), "0") for x in operands]
    unused = code.slot(LLVM[dtype]), "0"
    results = len(chosen.types) - chosen.types.index("->") - 2
    places += [begun(e, result, here) if k == what.output else unused for k in range(results)]
    lists = [filled(e, "ptr", [p for p, _ in places]), filled(e, "i64", [step for _, step in places])]
    count = filled(e, "i64", [part[1] if part[0] == "0" else code.let(f"sub nsw i64 {part[1]}, {part[0]}")])
    function, data = (code.let(e.module.loaded_pointer(at)) for at in (chosen.function, chosen.data))
    code.do(f"call void {function}(ptr {lists[0]}, ptr {count}, ptr {lists[1]}, ptr {data}) nounwind")


def begun(e: Emitter, x: Array, point: tuple[str, ...]) -> tuple[str, str]:
    """Where the loop begins in an array, and how many bytes it goes on at each step."""
    return element(e.code, x, point), e.code.mul(strides(e.code, x)[-1], str(SIZE[x.type.dtype.name]))


def filled(e: Emitter, type_: str, items: Sequence[str]) -> str:
    """The address of these, one after another."""
    made = e.code.slot(f"[{len(items)} x {type_}]")
    for k, x in enumerate(items):
        e.code.do(f"store {type_} {x}, ptr {e.code.let(f'getelementptr {type_}, ptr {made}, i64 {k}')}")
    return made
