"""Calls of what everypath's own library stands for: its text is lowered, and stands for the user where they call it."""

from __future__ import annotations

import ast
import inspect
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from ...rules import rule_of
from ...syntax.read import read
from ...syntax.rename import is_generator
from ..frame import Frame
from ..naming import public
from ..numpy.registry import OfFunction
from ..numpy.signatures import of_function
from ..numpy.ufunc import handler_of_text
from ..outside import Outside
from ..values import Abstract, Static
from . import generators
from .binding import bind, default_values
from .functions import Target
from .functions import call as call_function
from .handed import handed


def call(c: Frame, function: Callable[..., Any], args: list[Abstract], kwargs: dict[str, Abstract], node: ast.AST) -> Abstract:
    """Call a function of the library."""
    assert isinstance(function, types.FunctionType)
    if rule_of(function) is not None:
        return c.call(Static(function), args, kwargs, node)
    definition = read(function)
    if not is_generator(definition.node):
        args, kwargs = [handed(c, x, node) for x in args], {k: handed(c, x, node) for k, x in kwargs.items()}
    bound = bind(c, definition.node.args, args, kwargs, default_values(c, function, node), function.__name__, node)
    place = c.location(node)
    if is_generator(definition.node):
        text = generators.Called(definition, Outside.of(function), {}, bound, place=place)
        return generators.called(c, text, node, function.__name__)
    return call_function(c, Target(definition, Outside.of(function), {}, place=place), bound, node)


def call_ufunc(
    c: Frame, ufunc: np.ufunc, text: Callable[..., Any], args: list[Abstract], kwargs: dict[str, Abstract], node: ast.AST
) -> Abstract:
    """Call the text that stands for a universal function. It takes the operands, and
    perhaps options of its own; the rest are those of every ufunc."""
    if len(args) <= ufunc.nin and kwargs.keys() <= inspect.signature(text).parameters.keys():
        return call(c, text, args, kwargs, node)
    handler = handler_of_text(ufunc, lambda xs: call(c, text, [*xs], {}, node))
    return OfFunction(public(ufunc), of_function(ufunc), handler)(c, node, args, kwargs)
