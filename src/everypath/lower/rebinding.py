"""Variables outside a function that it gives other values: globals, those of the functions around it, attributes of modules, functions
and classes.

Each is lowered as the attribute of an object from outside. So all functions see each other's changes, a derivative works on a copy, and
what `calls.changing` gives the object at the end of a call, the variable gets.
"""

from __future__ import annotations

import ast
import types
from typing import Any

from ..unchanging import unchanging
from .frame import Frame
from .objects import Instance
from .outside import Outside, capture, never
from .reach import Learnt
from .values import Abstract
from .watch import Attribute, Item


class Held(dict[str, Any]):
    """The value of a variable under its name; another one is given to the variable too."""

    def __init__(self, name: str, place: Item | Attribute) -> None:
        self.place = place
        try:
            super().__init__({name: place()})
        except (KeyError, ValueError, AttributeError):  # it has no value yet
            super().__init__()

    def __setitem__(self, name: str, value: Any) -> None:
        super().__setitem__(name, value)
        if isinstance(self.place, Item):
            self.place.owner[name] = value  # type: ignore[index]
        else:
            setattr(self.place.owner, self.place.name, value)


class Variable:
    """What stands for a variable: its one attribute is the value."""

    def __init__(self, name: str, place: Item | Attribute) -> None:
        self.__dict__ = Held(name, place)


Variable.__module__ = "variables"  # an ordinary class, which has no library's ways


@unchanging
class Rebound:
    """A variable that a program gives other values: called, it gives what stands for it."""

    name: str
    home: str
    place: Item | Attribute

    def __call__(self) -> Variable:
        return Variable(self.name, self.place)

    def value(self, c: Frame, holder: Instance, node: ast.AST) -> Abstract:
        """The value that it has now; NameError where it has none."""
        if self.name not in holder.fields and not holder.unread([self.name]):
            return never(c, node, NameError, f"name '{self.name}' is not defined")
        return c.attribute(holder, self.name, node)


def of_name(outside: Outside, name: str) -> tuple[Any, Rebound]:
    """The key of a free variable among what is captured, and the variable."""
    if name in outside.cells:
        cell = outside.cells[name]
        return ("cell", id(cell)), Rebound(name, outside.module, Attribute(cell, "cell_contents"))
    return ("global", id(outside.namespace), name), Rebound(name, outside.module, Item(outside.namespace, name))


def of_attribute(owner: Any, name: str) -> tuple[Any, Rebound] | None:
    """The same of an attribute of a module, a function or a class; None where that is set in another way, or is one more of a class."""
    if not isinstance(owner, (types.ModuleType, types.FunctionType, type)):
        return None
    if isinstance(owner, type) and (type(owner) is not type or hasattr(vars(owner).get(name, property()), "__get__")):
        return None
    home = getattr(owner, "__qualname__", owner.__name__)
    if isinstance(owner, types.ModuleType):
        return ("global", id(vars(owner)), name), Rebound(name, home, Item(vars(owner), name))
    return ("attribute", id(owner), name), Rebound(name, home, Attribute(owner, name))


def standing_for(c: Frame, key: Any, variable: Rebound, node: ast.AST) -> Instance:
    """The object that stands for a variable. The first time, lowering starts again, in case the variable has been read before."""
    if key not in c.unit.rebound:
        c.unit.rebound[key] = variable
        raise Learnt
    found = capture(c, ("variable", key), variable.home, variable, node)
    assert isinstance(found, Instance)
    return found
