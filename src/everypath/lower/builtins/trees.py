"""`everypath.tree` inside a function: containers of known items are walked here, longer lists by a loop."""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ... import tree
from ...complexes import PARTS
from ...library import trees as texts
from ...structure import MAPPINGS
from ..frame import Frame
from ..naming import an, type_name
from ..objects import Dict, Instance, List, Set
from ..outside import never
from ..python import options
from ..text import library
from ..values import NONE, Absent, Abstract, Array, Buffer, Complex, OneOf, Range, RunList, Scalar, Static, Text, Tuple, is_none
from .registry import TABLE, refuse_call

FIXED = (Static, Text, Range, Set, Absent)
"""What stays as it is: there are no numbers in it that could be changed."""


@dataclass
class Walk:
    """One walk over a tree and others beside it: what becomes of the leaves in one place, and of lists of run-time length."""

    c: Frame
    node: ast.AST
    leaf: Callable[[list[Abstract]], Abstract]
    lists: Callable[[list[Abstract]], Abstract]
    met: dict[Instance, Instance] = field(default_factory=dict)

    def of(self, x: Abstract, others: Sequence[Abstract]) -> Abstract:
        """`x` with other leaves. Where one of the others is None, they stay as they are."""
        c, node = self.c, self.node
        x, *others = (c.present(one, node) for one in (x, *others))
        if isinstance(x, (Scalar, Array)):
            return x if any(map(is_none, others)) else self.leaf([x, *others])
        if isinstance(x, FIXED):
            return x
        if isinstance(x, OneOf):
            return options.each(c, x, lambda one: self.of(one, others), node)
        if any(isinstance(one, (Buffer, RunList)) for one in (x, *others)):
            return self.lists([x, *others])
        if isinstance(x, Instance) and x in self.met:
            return self.met[x]
        names = names_of(x)
        if names is None:
            c.refuse(node, f"everypath.tree of {an(type_name(x))} is not supported", "use tuples, lists, dicts and dataclasses")
        if isinstance(x, Instance):
            if x.outside and not dataclasses.is_dataclass(x.type):
                reason = f"which attributes {an(x.type.__name__)} has that comes from outside is not known"
                c.refuse(node, f"everypath.tree of it is not supported: {reason}", "make its class a dataclass")
            self.met[x] = Instance(c.store, {}, x.type)
        items = [self.of(held(x)[name], [self.beside(other, name, x) for other in others]) for name in names]
        if isinstance(x, Complex):
            return Complex(*items)  # type: ignore[arg-type]
        if isinstance(x, Tuple):
            return Tuple(tuple(items), x.type)
        if isinstance(x, List):
            return List(c.store, items, site=(node, c.definition.node))
        if isinstance(x, Dict):
            return Dict(c.store, dict(zip(names, items, strict=True)), "", x.type)
        made = self.met[x]  # type: ignore[index]
        made.contents = dict(zip(names, items, strict=True))
        return made

    def beside(self, other: Abstract, name: Any, x: Abstract) -> Abstract:
        """What `other` has where `x` has something of this name; of an instance, None if it has nothing."""
        if is_none(other):
            return NONE
        names = names_of(other)
        if names is None:
            self.c.refuse(self.node, f"{an(type_name(other))} beside {an(type_name(x))} is not supported", "let both be of one structure")
        found = held(other)
        if name in found:
            return found[name]
        if isinstance(x, Instance):
            return NONE
        if isinstance(x, Dict):
            return never(self.c, self.node, KeyError, repr(name))
        return never(self.c, self.node, IndexError, f"{type_name(other)} index out of range")


def names_of(x: Abstract) -> Sequence[Any] | None:
    """Under which names a container holds what is in it; None for what is none."""
    if isinstance(x, (Tuple, List)):
        return range(len(x.items))
    if isinstance(x, Complex):
        return PARTS
    if (isinstance(x, Dict) and x.type in MAPPINGS) or isinstance(x, Instance):
        return list(x.contents)
    return None


def held(x: Any) -> dict[Any, Abstract]:
    """What a container holds, by name."""
    if isinstance(x, (Tuple, List)):
        return dict(enumerate(x.items))
    return dict(zip(PARTS, x.parts, strict=True)) if isinstance(x, Complex) else x.contents


def mapped(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    """`tree.map(function, x, *others)`."""
    if len(args) < 2 or kwargs:
        refuse_call(c, node, tree.map, args, kwargs)
        c.refuse(node, "tree.map() with arguments by keyword is not supported", "give the function and the trees by position")
    function, x, *others = args
    walk = Walk(
        c,
        node,
        lambda row: c.call(function, row, {}, node),
        lambda lists: library.call(c, texts.mapped, [function, *lists], {}, node),
    )
    return walk.of(x, others)


def leaves(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    """`tree.leaves(x)`."""
    if len(args) != 1 or kwargs:
        refuse_call(c, node, tree.leaves, args, kwargs)
        c.refuse(node, "tree.leaves() of one tree like another is not supported inside a function", "leave `like` out")
    found: list[Abstract] = []

    def kept(row: list[Abstract]) -> Abstract:
        found.append(row[0])
        return row[0]

    def long(lists: list[Abstract]) -> Abstract:
        return c.refuse(node, "tree.leaves() of a list of run-time length is not supported", "use tree.map, or a comprehension")

    Walk(c, node, kept, long).of(args[0], [])
    return List(c.store, found, site=(node, c.definition.node))


TABLE[tree.map] = mapped
TABLE[tree.leaves] = leaves
