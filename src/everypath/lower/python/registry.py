"""A table from Python's own functions to what lowers them."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from ..frame import Frame
from ..instances import refuse_own
from ..values import Abstract

Handler = Callable[[Frame, ast.AST, list[Abstract], dict[str, Abstract]], Abstract]
TABLE: dict[Any, Handler] = {}


ITERATED = ("__iter__", "__getitem__", "__reversed__", "__len__")
PROTOCOLS: dict[str, tuple[str, ...]] = {
    "abs": ("__abs__",),
    "bool": ("__bool__", "__len__"),
    "dict": ("keys", "__getitem__", "__iter__"),
    "divmod": ("__divmod__", "__rdivmod__"),
    "float": ("__float__", "__index__"),
    "int": ("__int__", "__index__", "__trunc__"),
    "len": ("__len__",),
    "pow": ("__pow__", "__rpow__"),
    "print": ("__str__", "__repr__", "__format__"),
    "range": ("__index__",),
    "repr": ("__repr__",),
    "round": ("__round__",),
    "str": ("__str__", "__repr__"),
    **dict.fromkeys(("all", "any", "enumerate", "list", "max", "min", "reversed", "sum", "tuple", "zip"), ITERATED),
}
"""What a builtin asks the class of its argument."""


def builtin(*functions: Any, least: int = 0, most: int = 1, options: tuple[str, ...] = ()) -> Callable[[Handler], Handler]:
    """Register a handler; the number of arguments is checked here."""

    def register(handler: Handler) -> Handler:
        def checked(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
            name = functions[0].__name__
            refuse_own(c, node, args, *PROTOCOLS.get(name, ()))
            if not least <= len(args) <= most:
                c.refuse(node, f"{name}() takes {least if least == most else f'{least} to {most}'} arguments, not {len(args)}", "")
            for key in kwargs:
                if key not in options:
                    c.refuse(node, f"the option '{key}' of {name}() is not supported", "leave it out")
            return handler(c, node, args, kwargs)

        for function in functions:
            TABLE[function] = checked
        return handler

    return register
