"""What a call that CPython runs is given: values as they are put together outside, functions among them with the variables they see."""

from __future__ import annotations

import ast
import types
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NoReturn

from ... import records
from ...hosting import PartialOf, function_type
from ...ir.program import Value
from ...structure import MAPPINGS, Container, Read, Static, Structure, reads_of
from ...syntax.codes import all_codes
from ...syntax.rename import plain
from ..frame import Frame
from ..naming import an, type_name
from ..objects import Cell, Dict, Instance, List, Mutable
from ..reach import NeedsStatic
from ..text.results import result_leaves, structure_of
from ..values import Abstract, Array, Buffer, Closure, Complex, Method, Partial, Scalar, Tuple
from ..values import Static as StaticValue


class HandedOver:
    """Gives the structures of arguments, and gathers their leaves. Objects go with functions that see them: by themselves they are
    refused, since only the attributes are known that the program reads."""

    def __init__(self, c: Frame, name: str, node: ast.AST) -> None:
        self.c, self.name, self.node = c, name, node
        self.leaves: list[Value] = []
        self.around: list[Mutable] = []
        self.inside = 0

    def __call__(self, x: Abstract) -> Structure:
        if isinstance(x, Scalar):
            x = replace(x, which=None)  # it goes as a float
        if isinstance(x, (Scalar, Array, Buffer, StaticValue, Complex)):
            self.leaves += result_leaves(self.c, x)
            return structure_of(self.c, x)
        if isinstance(x, Tuple):
            keys = getattr(x.type, "_fields", None) or tuple(range(len(x.items)))
            return Container(x.type, tuple(keys), tuple(map(self, x.items)))
        if isinstance(x, List):
            return Container(list, tuple(range(len(x.items))), tuple(map(self, x.items)))
        if isinstance(x, Dict) and x.type in MAPPINGS:
            return Container(x.type, tuple(x.entries), tuple(map(self, x.entries.values())))
        self.inside += 1
        found = self.function(x)
        self.inside -= 1
        return found

    def function(self, x: Abstract) -> Structure:
        """The structure of a function, or of what one sees."""
        if isinstance(x, Closure):
            return self.closure(x)
        if isinstance(x, Method) and isinstance(x.function, StaticValue):
            return Container(types.MethodType, ("__func__", "__self__"), (Static(x.function.value), self(x.receiver)))
        if isinstance(x, Partial) and not x.once:
            parts = (self(x.function), self(Tuple(x.args)), self(Dict(self.c.store, x.kwargs)))
            return Container(PartialOf, ("func", "args", "keywords"), parts)
        if isinstance(x, Instance) and getattr(x.type, "stateless", False):
            return structure_of(self.c, x)
        if isinstance(x, Instance) and self.inside > 1 and records.original(x.type) is x.type and x not in self.around:
            self.around.append(x)
            self.ask(x)
            return Container(x.type, tuple(x.fields), tuple(map(self, x.fields.values())))
        self.refuse(x)

    def ask(self, x: Instance) -> None:
        """Read all attributes of an object from outside that a method of its class names."""
        named = {name for kind in x.type.__mro__ for held in vars(kind).values() for name in names_in(held)}
        if x.outside and not named <= {*reads_of(x.type, self.c.unit.statics)}:
            raise NeedsStatic(frozenset(Read(x.type, name) for name in named))

    def closure(self, x: Closure) -> Structure:
        """A function that was made here: its code, and the variables of the functions around it."""
        code = x.definition.code
        if code is None:
            self.refuse(x)
        cells = {plain(name): cell for name, cell in x.cells.items() if plain(name) in code.co_freevars}
        for cell in cells.values():
            if cell in self.around or cell.contents is None:
                self.refuse(x)
        around = [*self.around]
        self.around += cells.values()
        seen = [self(held(cell)) for cell in cells.values()]
        self.around = around
        named = [p.arg for p in x.definition.node.args.kwonlyargs if p.arg in x.defaults]
        defaults = [*(name for name in x.defaults if name not in named), *named]
        attributes = tuple(x.attributes.items())
        made = function_type(code, x.outside.namespace, x.outside.cells, tuple(cells), tuple(named), attributes)
        keys = (*cells, *range(len(defaults)))
        return Container(made, keys, (*seen, *(self(x.defaults[name]) for name in defaults)))

    def refuse(self, x: Abstract) -> NoReturn:
        what = f"an instance of {type_name(x)}" if isinstance(x, Instance) else f"{an(type_name(x))} that is made here"
        reason = f"{self.name} is run by CPython, and {what} can't be handed to it"
        self.c.refuse(self.node, reason, "pass numbers, arrays, strings, and containers of them")


def names_in(held: Any) -> Iterator[str]:
    """The names that a function in a class, or what it is wrapped in, uses."""
    for function in (held, *(getattr(held, name, None) for name in ("__func__", "fget", "func", "__wrapped__"))):
        if isinstance(function, types.FunctionType):
            for code in (function.__code__, *all_codes(function.__code__)):
                yield from code.co_names


def held(cell: Cell) -> Abstract:
    contents: Abstract | None = cell.contents
    assert contents is not None
    return contents
