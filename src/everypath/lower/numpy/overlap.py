"""Whether two arrays may share memory, as far as the ops emitted so far in this region tell.

An array statement reads before it writes. Where source and target may overlap, the source is copied first.
"""

from __future__ import annotations

import ast

from ...ir.build import Builder
from ...ir.op import definition
from ...ir.program import Op, Value
from ...ir.types import ArrayType
from ..context import Context
from ..values import Array, Complex


def detached(context: Context, source: Value, target: Value) -> Value:
    """`source`, copied if writing into `target` could change it while it is read."""
    if not isinstance(source.type, ArrayType) or distinct(context.b, source, target):
        return source
    return context.b.op("copy", source, name=source.name)


def distinct(b: Builder, a: Value, c: Value) -> bool:
    """Whether `a` and `c` provably share no memory: one was made, in this region, after the other existed."""
    (a, made_a), (c, made_c) = origin(b, a), origin(b, c)
    if a is c:
        return False
    if made_a is not None and made_c is not None:
        later = made_a if position(b, made_a) > position(b, made_c) else made_c
        return makes_memory(later)
    return any(made is not None and makes_memory(made) for made in (made_a, made_c))


def origin(b: Builder, value: Value) -> tuple[Value, Op | None]:
    """The value whose memory `value` refers to, and the op of this region that defines it (None: it comes from outside)."""
    while True:
        made = next((op for op in reversed(b.ops) if value in op.results), None)
        if made is None or not definition(made.name).shares:
            return value, made
        value = made.operands[0]


def position(b: Builder, op: Op) -> int:
    return next(k for k, other in enumerate(b.ops) if other is op)


def makes_memory(op: Op) -> bool:
    """Whether the result is memory that did not exist before."""
    return definition(op.name).family not in ("control", "list")


def one_array(context: Context, x: Array | Complex, y: Array | Complex, node: ast.AST) -> bool:
    """`x is y`. What an op makes is an object of its own, a view too: no other that was there before. What two paths give, a loop carries
    or comes from outside may be any of those."""
    if x is y or type(x) is not type(y):
        return x is y
    first, second = (one.value if isinstance(one, Array) else one.real.value for one in (x, y))
    later = next((op for op in reversed(context.b.ops) if first in op.results or second in op.results), None)
    if first is second or later is None or not is_new(context, later):
        context.refuse(node, "whether this is one array or another is not known here", "compare what tells one from another")
    return False


def is_new(context: Context, made: Op) -> bool:
    """Whether what an op gives was not there before. What puts an array in C's or Fortran's order may be that array."""
    viewed = context.made.get(made.operands[0]) if definition(made.name).shares else None
    return makes_memory(made) and not any(op.attributes.get("ordered") for op in (made, viewed) if op is not None)
