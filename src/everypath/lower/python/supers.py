"""`super()`: what it is of, and the attributes that stand behind a class in the order of the bases."""

from __future__ import annotations

import ast

from ... import records
from ..frame import Frame
from ..naming import an, type_name
from ..objects import Cell, Instance
from ..outside import never, read_outside
from ..values import UNBOUND, Abstract, Method, Static, Super, Tuple
from ..watch import ABSENT, found_in_class
from .attributes import described


def lower_super(c: Frame, node: ast.AST, args: list[Abstract]) -> Abstract:
    """`super()` in a method, `super(Class, self)` anywhere."""
    if len(args) == 1:
        c.refuse(node, "super() of a class alone is not supported", "call super()")
    if args:
        after, receiver = c.static(args[0], "the class of super()", node), args[1]
    else:
        parameters = c.definition.node.args
        first = [*parameters.posonlyargs, *parameters.args][:1]
        if not first or "__class__" not in c.outside.cells:
            never(c, node, RuntimeError, "super(): no arguments" if not first else "super(): __class__ cell not found")
        after = c.static(read_outside(c, "__class__", node), "the class", node)
        slot = c.env.get(first[0].arg, UNBOUND)
        receiver = slot.contents if isinstance(slot, Cell) else slot
    if isinstance(receiver, Instance) or (isinstance(receiver, Tuple) and receiver.type is not tuple):
        return Super(receiver, after)
    if isinstance(receiver, Static) and isinstance(receiver.value, type):
        return Super(receiver, after)
    c.refuse(node, f"super() of {an(type_name(receiver))} is not supported", "call the method of the base class by its name")


def behind(c: Frame, x: Super, name: str, node: ast.AST) -> Abstract:
    """`super().name`."""
    receiver = x.receiver
    kind = receiver.value if isinstance(receiver, Static) else receiver.type  # type: ignore[attr-defined]
    after, homes = records.stand_in(x.after) or x.after, records.lineage(kind)
    if after not in homes:
        never(c, node, TypeError, "super(type, obj): obj must be an instance or subtype of type")
    bases = homes[homes.index(after) + 1 :]
    for base in bases:
        held = found_in_class(c.unit, base, name, (base,))
        if held is ABSENT:
            continue
        if isinstance(receiver, Static):
            if type(held) is classmethod:
                return Method(receiver, name, Static(held.__func__, f"{base.__name__}.{name}"))
            function = held.__func__ if type(held) is staticmethod else held
            return Static(function, f"{base.__name__}.{name}")
        return described(c, receiver, kind, held, name, node, base)
    return never(c, node, AttributeError, f"'super' object has no attribute '{name}'")
