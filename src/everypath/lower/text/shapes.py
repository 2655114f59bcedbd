"""`x.shape = …`: an array that gets another shape where it lies, as the object that it is."""

from __future__ import annotations

import ast

from ...ir.op import definition
from ...ir.program import Value
from ..frame import Frame, variable
from ..objects import Cell
from ..patterns import flatten
from ..values import Abstract, Array, Complex

NEW = ("view", "reshape", "transpose")
"""Ops whose results lie in the memory of their operands, and are objects of their own."""


def reshaped_in_place(c: Frame, target: ast.Attribute, value: Abstract) -> bool:
    """Lower `name.shape = value`, where `name` is an array; whether that is what is written. The array must have been made here, and must
    have no other name: whoever else sees it sees the new shape too."""
    if target.attr != "shape" or not isinstance(target.value, ast.Name):
        return False
    name = target.value.id
    holder = c.env.get(name)
    holder = holder.contents if isinstance(holder, Cell) else holder
    if not isinstance(holder, (Array, Complex)):
        return False
    parts = holder.parts if isinstance(holder, Complex) else (holder,)
    if not all(isinstance(part, Array) and made_here(c, part.value) for part in parts) or seen_elsewhere(c, name, holder):
        reason = "the shape of an array that others may see, under another name or outside of the function, can't be assigned"
        c.refuse(target, reason, f"let the name be that of a new one: {name} = {name}.reshape(…)")
    if not all(isinstance(part, Array) and part.type.contiguous for part in parts):
        c.refuse(target, "the shape of an array that does not lie in order can't be assigned", f"use {name} = {name}.reshape(…)")
    variable(c, name, c.call(c.attribute(holder, "reshape", target), [value], {}, target), target)
    return True


def made_here(c: Frame, x: Value) -> bool:
    """Whether an operation of the block that is being lowered makes this array, as an object of its own."""
    for op in reversed(c.b.ops):
        if x in op.results:
            return not op.regions and op.name not in ("call", "ruled", "host") and (op.name in NEW or not definition(op.name).shares)
    return False


def seen_elsewhere(c: Frame, name: str, x: Abstract) -> bool:
    """Whether something else than the variable `name` is, or holds, the array."""
    mine = set(flatten([x]))
    others = [held for other, held in c.env.items() if other != name]
    return not mine.isdisjoint(flatten([*others, *c.store.contents]))
