"""Looks at Ctrl-C: compiled code counts down, and where it comes to 0 it asks the clock and, if it is time, Python.

A turn of a loop is one step. What works on whole arrays is as many more as its elements need, so that a loop over large ones is
left as soon as one over numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..ir.program import Op
from ..ir.types import ArrayType
from ..ir.walk import ops_in
from .context import COUNTDOWN
from .layout import Array, size

if TYPE_CHECKING:
    from .emitter import Emitter

LOOPS = ("for", "while", "call")
"""What has steps of its own."""

QUICK = frozenset(
    "constant check yield return if dim load store view transpose reshape diagonal broadcast weaken pack unpack print recursion "
    "list_new list_append list_get list_set list_length".split()
)
"""What takes no longer for large arrays."""

ELEMENTS = 7
"""A step is as much as 2 to this many elements of an array,"""

MULTIPLICATIONS = 10
"""or multiplications of a matrix product."""

TURNS = 1 << 18
"""Turns of a simple loop between two looks at Ctrl-C."""


def takes_long(op: Op) -> bool:
    """Whether an op may take many steps."""
    if op.name in LOOPS or op.name == "map":
        return True
    if op.name == "accumulate" and len(op.operands) > 2:
        return isinstance(op.operands[0].type, ArrayType)
    return op.name not in QUICK and any(isinstance(v.type, ArrayType) for v in (*op.operands, *op.results))


def has_loops(op: Op) -> bool:
    """Whether a loop has loops or calls inside."""
    return any(inner.name in LOOPS for region in op.regions for inner in ops_in(region))


def is_simple(op: Op) -> bool:
    """Whether no turn of a loop takes long."""
    return not any(takes_long(inner) for region in op.regions for inner in ops_in(region))


def poll(e: Emitter) -> None:
    """Count one step."""
    code = e.code
    left = spend(e, "1")
    look, go_on = code.label("look"), code.label("go")
    code.branch(code.compare("sle", left, "0"), look, go_on, e.unlikely())
    code.start(look)
    look_now(e)
    code.jump(go_on)
    code.start(go_on)


def look_now(e: Emitter) -> None:
    e.propagate(e.runtime("ep_poll", "i32", ("ptr", "%ctx"), touches_arrays=False))


def spend(e: Emitter, steps: str) -> str:
    """Count steps; what is left."""
    address = e.word("%ctx", COUNTDOWN)
    before = e.code.let(f"load i64, ptr {address}{e.scopes.header}")
    left = e.code.let(f"sub i64 {before}, {steps}")
    e.code.do(f"store i64 {left}, ptr {address}{e.scopes.header}")
    return left


def spend_on(e: Emitter, op: Op) -> None:
    """Count the steps of an op on whole arrays that was emitted just now."""
    if e.map_depth or op.name in LOOPS or not takes_long(op):
        return
    if op.name == "map":
        elements = e.code.product([e.scalar(v) for v in op.operands])
    else:
        arrays = [x for v in (*op.results, *op.operands) if isinstance(x := e.values.get(v), Array)]
        if not arrays:
            return
        elements = size(e.code, max(arrays, key=lambda x: len(x.dims)))
    if not elements.isdigit():
        spend(e, e.code.let(f"lshr i64 {elements}, {ELEMENTS}"))
    elif int(elements) >> ELEMENTS:
        spend(e, str(int(elements) >> ELEMENTS))
