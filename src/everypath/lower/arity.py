"""What CPython says of a call whose arguments do not fit: asked of the function itself, or of one with its signature."""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Callable, Collection, Iterable
from typing import Any

ASKED = (
    "math",
    "itertools",
    "functools",
    "operator",
    "heapq",
    "bisect",
    "copy",
    "builtins",
    "_operator",
    "_functools",
    "_heapq",
    "_bisect",
)
"""Modules whose functions may be called to hear what they say."""

LEFT_ALONE = ("print", "input", "open", "breakpoint", "exec", "eval", "help", "exit", "quit", "__import__")
"""Builtins that do something."""

OF_THE_CALL = re.compile(r"(takes|expected|missing|got|requires|must have|invalid)\b.*\b(arguments?|keyword)\b|takes no|invalid keyword")


class Anything:
    """Stands for every argument."""


def said_by(function: Callable[..., Any], count: int, names: Iterable[str]) -> str | None:
    """What a function of Python's says of so many arguments and these keywords; None if it takes them, or is not asked."""
    if getattr(function, "__module__", None) not in ASKED or function.__name__ in LEFT_ALONE:
        return None
    return heard(function, count, names)


def said_of(parameters: ast.arguments, given: Collection[str], name: str, count: int, names: Iterable[str]) -> str | None:
    """The same of a function with these parameters, of which those `given` have default values."""
    arguments = copy.deepcopy(parameters)
    for parameter in ast.walk(arguments):
        if isinstance(parameter, ast.arg):
            parameter.annotation = None
    positional = [*arguments.posonlyargs, *arguments.args]
    arguments.defaults = [ast.Constant(None) for p in positional if p.arg in given]
    arguments.kw_defaults = [ast.Constant(None) if p.arg in given else None for p in arguments.kwonlyargs]
    stub = ast.fix_missing_locations(ast.Expression(ast.Lambda(arguments, ast.Constant(None))))
    function = eval(compile(stub, "<signature>", "eval"))
    function.__qualname__ = name
    return heard(function, count, names)


def heard(function: Callable[..., Any], count: int, names: Iterable[str]) -> str | None:
    try:
        function(*[Anything()] * count, **dict.fromkeys(names, Anything()))
    except Exception as problem:
        text = str(problem)
        if isinstance(problem, TypeError) and OF_THE_CALL.search(text) and Anything.__name__ not in text:
            return text
    return None
