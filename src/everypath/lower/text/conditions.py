"""What a run-time condition hangs on: which arguments, if they were known, would decide it."""

from __future__ import annotations

import ast

from ...unchanging import plain_value
from ..frame import Frame
from ..objects import Cell, Instance
from ..reach import NOTHING, Origins
from ..unit import Origin
from ..values import Abstract, Scalar


@plain_value
class Test:
    """What a run-time condition hangs on: the arguments that would decide it, and the flags that keep one side from being taken."""

    origins: Origins = NOTHING
    then: Origins = NOTHING
    orelse: Origins = NOTHING


UNKNOWN = Test()


def test_of(c: Frame, node: ast.expr, x: Abstract) -> Test:
    """What the condition `node`, whose value is `x`, hangs on."""
    whole = test_of_value(c, x)
    if whole.then or not isinstance(node, ast.BoolOp):
        return whole
    parts = [test_of_value(c, peek(c, part)).then for part in node.values]
    first = next((flags for flags in parts if flags), NOTHING)
    return Test(whole.origins, first, NOTHING) if isinstance(node.op, ast.And) else Test(whole.origins, NOTHING, first)


def test_of_value(c: Frame, x: Abstract | None) -> Test:
    """What the condition `x` hangs on."""
    if not isinstance(x, Scalar) or not all(knowable(c, origin) for origin in x.origins):
        return UNKNOWN
    flags = x.origins if x.origins <= c.unit.flags else NOTHING
    return Test(x.origins, flags, flags)


def knowable(c: Frame, origin: object) -> bool:
    """Whether an argument may turn out to be known if that is asked for."""
    return isinstance(origin, (str, Origin)) and origin not in c.unit.unknowable


def peek(c: Frame, node: ast.expr) -> Abstract | None:
    """What a condition that only names something names, as far as that is known already."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return peek(c, node.operand)
    if isinstance(node, ast.Name):
        slot = c.env.get(node.id)
        return slot.contents if isinstance(slot, Cell) else slot
    if isinstance(node, ast.Attribute):
        owner = peek(c, node.value)
        return owner.fields.get(node.attr) if isinstance(owner, Instance) else None
    return None
