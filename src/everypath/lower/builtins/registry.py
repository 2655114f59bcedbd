"""A table from Python's own functions to what lowers them."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from .. import arity
from ..frame import Frame
from ..python import protocols
from ..python.protocols import refuse_own
from ..values import Abstract

Handler = Callable[[Frame, ast.AST, list[Abstract], dict[str, Abstract]], Abstract]
TABLE: dict[Any, Handler] = {}
OF_SEVERAL: set[Any] = set()
"""Functions whose handlers take arguments that may be one thing or another; others are called for each."""


PROTOCOLS: dict[str, tuple[str, ...]] = {"dict": ("keys", "__getitem__")}
"""What a builtin asks the class of its argument, and is not run here."""


def builtin(
    *functions: Any, least: int = 0, most: int = 1, options: tuple[str, ...] = (), of_several: bool = False
) -> Callable[[Handler], Handler]:
    """Register a handler; the number of arguments is checked here."""

    def register(handler: Handler) -> Handler:
        def checked(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
            name = functions[0].__name__
            refuse_own(c, node, args, *PROTOCOLS.get(name, ()))
            if not least <= len(args) <= most or not set(kwargs) <= set(options):
                refuse_call(c, node, functions[0], args, kwargs)
            if not least <= len(args) <= most:
                c.refuse(
                    node,
                    f"{name}() takes {least if least == most else f'{least} to {most}'} arguments here, not {len(args)}",
                    "call it with as many",
                )
            answer = protocols.builtin(c, node, name, args)
            if isinstance(answer, Abstract):
                return answer
            args = answer
            for key in kwargs:
                if key not in options:
                    c.refuse(node, f"the option '{key}' of {name}() is not supported", "leave it out")
            return handler(c, node, args, kwargs)

        for function in functions:
            TABLE[function] = checked
            if of_several:
                OF_SEVERAL.add(function)
        return handler

    return register


def refuse_call(c: Frame, node: ast.AST, function: Any, args: list[Abstract], kwargs: dict[str, Abstract]) -> None:
    """Raise what CPython says of a call with so many arguments and these keywords, if it does not take it."""
    said = arity.said_by(function, len(args), kwargs)
    if said is not None:
        c.raises(node, TypeError, said)
