"""`x.shape = …`, `x.resize(…)`: an array that gets another shape where it lies, as the object that it is."""

from __future__ import annotations

import ast

from ...ir.op import definition
from ...ir.program import Value
from ...library.numpy.resizing import resized
from ..frame import Frame, variable
from ..objects import Cell
from ..patterns import flatten
from ..values import Abstract, Array, Complex, Static, Tuple
from .expressions import expression

NEW = ("view", "reshape", "transpose")
"""Ops whose results lie in the memory of their operands, and are objects of their own."""


def reshaped_in_place(c: Frame, target: ast.Attribute, value: Abstract) -> bool:
    """Lower `name.shape = value`, where `name` is an array; whether that is what is written. The array must have been made here, and must
    have no other name: whoever else sees it sees the new shape too."""
    if target.attr != "shape" or not isinstance(target.value, ast.Name):
        return False
    name = target.value.id
    holder = array_of(c, name)
    if holder is None:
        return False
    parts = parts_of(holder)
    if not all(isinstance(part, Array) and made_here(c, part.value) for part in parts) or seen_elsewhere(c, name, holder):
        reason = "the shape of an array that others may see, under another name or outside of the function, can't be assigned"
        c.refuse(target, reason, f"let the name be that of a new one: {name} = {name}.reshape(…)")
    if not all(isinstance(part, Array) and part.type.contiguous for part in parts):
        c.refuse(target, "the shape of an array that does not lie in order can't be assigned", f"use {name} = {name}.reshape(…)")
    variable(c, name, c.call(c.attribute(holder, "reshape", target), [value], {}, target), target)
    return True


def resized_in_place(c: Frame, node: ast.expr) -> bool:
    """Lower `name.resize(shape)`, where `name` is an array; whether that is what is called. The array must own its memory, and have no
    other name."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr != "resize":
        return False
    if not isinstance(node.func.value, ast.Name) or any(word.arg != "refcheck" for word in node.keywords):
        return False
    name = node.func.value.id
    holder = array_of(c, name)
    if holder is None:
        return False
    owned = all(isinstance(part, Array) and made_here(c, part.value, views=False) for part in parts_of(holder))
    if not owned or seen_elsewhere(c, name, holder, views=True):
        reason = "resizing an array that others may see, under another name or outside of the function, is not supported"
        c.refuse(node, reason, "make a new one: np.zeros(…), then assign")
    given = [expression(c, one) for one in node.args]
    shape = given[0] if len(given) == 1 else Tuple(tuple(given))
    variable(c, name, c.call(Static(resized), [holder, shape], {}, node), node)
    return True


def array_of(c: Frame, name: str) -> Array | Complex | None:
    """The array that a variable is; None for anything else."""
    holder = c.env.get(name)
    holder = holder.contents if isinstance(holder, Cell) else holder
    return holder if isinstance(holder, (Array, Complex)) else None


def parts_of(x: Array | Complex) -> tuple[Abstract, ...]:
    return x.parts if isinstance(x, Complex) else (x,)


def made_here(c: Frame, x: Value, views: bool = True) -> bool:
    """Whether an operation of the block that is being lowered makes this array, as an object of its own: with memory of its own, or as a
    view of another."""
    for op in reversed(c.b.ops):
        if x in op.results:
            own = (views and op.name in NEW) or not definition(op.name).shares
            return own and not op.regions and op.name not in ("call", "ruled", "host")
    return False


def seen_elsewhere(c: Frame, name: str, x: Abstract, views: bool = False) -> bool:
    """Whether something else than the variable `name` is, or holds, the array, or (`views`) a view of it."""
    mine = set(flatten([x]))
    held = flatten([*(held for other, held in c.env.items() if other != name), *c.store.contents])
    return not mine.isdisjoint(with_sources(c, held) if views else held)


def with_sources(c: Frame, held: list[Value]) -> set[Value]:
    """These values, and the arrays that they are views of."""
    found = set(held)
    for op in reversed(c.b.ops):
        if definition(op.name).shares and not found.isdisjoint(op.results):
            found.add(op.operands[0])
    return found
