"""What things are called in messages: as the user wrote them, and by the name under which everybody knows them."""

from __future__ import annotations

import ast
import os
import sys
import sysconfig
import types
from functools import lru_cache
from typing import Any

import numpy as np

from ..syntax.rename import plain
from .objects import Dict, Instance, List, RunTuple, Set, Table
from .values import (
    Abstract,
    Array,
    Buffer,
    Closure,
    Complex,
    Deque,
    Derivative,
    Error,
    Iterator,
    Maybe,
    Method,
    OneOf,
    Partial,
    Pullback,
    RunList,
    Scalar,
    Static,
    Text,
    Tuple,
)

LONGEST = 60
"""A longer expression in front of a call is not repeated in a message."""

HOMES = ("numpy", "scipy.special", "scipy.stats", "numpy.linalg", "numpy.random", "random")
"""Modules to look through for what does not say where it lives."""


def written(node: ast.AST) -> str:
    """What is called at `node`, as it stands in the user's text; "" where nothing is, or where it is long."""
    if not isinstance(node, ast.Call):
        return ""
    text = plain(ast.unparse(node.func))
    return text if len(text) <= LONGEST and "\n" not in text else ""


def spoken(node: ast.AST, name: str, thing: Any = None) -> str:
    """The public name of `thing`, which is called at `node`; in front of it what the user wrote, if that is another."""
    text = written(node)
    text = "np." + text.removeprefix("numpy.") if text.startswith("numpy.") else text
    if not text or text == name or name.endswith("." + text):
        return name
    if thing is not None and "." in text and at_path(text) == thing:
        return text
    return f"{text} ({name})"


def at_path(text: str) -> Any:
    """What stands under a dotted name that begins with a module's; None where nothing does."""
    first, *rest = text.split(".")
    held: Any = sys.modules.get("numpy" if first == "np" else first)
    for part in rest:
        held = getattr(held, part, None)
    return held


def rule_for(function: Any, more: str = "") -> str:
    """The rule by which CPython would run a function of a library, ready to paste; "" where there can't be one."""
    name = public(function)
    module = getattr(function, "__module__", None)
    if isinstance(function, type) or module == "builtins" or at_path(name) is not function:
        return ""
    return f"everypath.rule({name}, host=True{more})"


def public(thing: Any) -> str:
    """The name of a function, a method or an object of a library: np.add.reduce, scipy.stats.norm.pdf, scipy.special.erf."""
    owner = getattr(thing, "__self__", None)
    name = getattr(thing, "__name__", None)
    if isinstance(name, str) and owner is not None and not isinstance(owner, types.ModuleType):
        return found(thing) or f"{public(owner)}.{name}"
    if not isinstance(name, str) or not isinstance(getattr(thing, "__module__", None), str):
        return found(thing) or short(f"{type(thing).__module__}.{type(thing).__qualname__}")
    return (
        standing(thing, f"{thing.__module__}.{getattr(thing, '__qualname__', name)}")
        or found(thing)
        or short(thing.__module__ + "." + name)
    )


def standing(thing: Any, path: str) -> str | None:
    """The shortest path without private parts under which `thing` stands, of those that `path` suggests."""
    parts = [part for part in path.split(".") if not part.startswith("_") and part not in ("mtrand", "<locals>")]
    for k in range(1, len(parts)):
        held: Any = sys.modules.get(".".join(parts[:1]))
        for part in (*parts[1:k], parts[-1]):
            held = getattr(held, part, None)
        if held is thing:
            return short(".".join((*parts[:k], parts[-1])))
    return None


def found(thing: Any) -> str | None:
    """The name of what does not say where it lives, if one of the usual modules has it."""
    homes = {home: vars(sys.modules[home]) for home in HOMES if home in sys.modules}
    own = getattr(thing, "__name__", "")
    for home, names in homes.items():
        if names.get(own) is thing:
            return short(f"{home}.{own}")
    if callable(thing) and own and not isinstance(thing, np.ufunc):
        return None
    places = (f"{home}.{name}" for home, names in homes.items() for name, held in names.items() if held is thing and name[0] != "_")
    return next(map(short, places), None)


def short(path: str) -> str:
    """A path as people write it: np for numpy, without private modules."""
    parts = [part for part in path.split(".") if not part.startswith("_") and part != "builtins"]
    return ".".join(["np" if parts[0] == "numpy" else parts[0], *parts[1:]]) if parts else path


@lru_cache(maxsize=1024)
def of_a_library(file: str) -> bool:
    """Whether a file belongs to Python or to an installed package, and not to the user."""
    roots = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    ours = os.path.dirname(os.path.dirname(__file__))
    path = os.path.abspath(file)
    return not path.startswith(ours + os.sep) and any(path.startswith(root + os.sep) for root in roots)


@lru_cache(maxsize=1024)
def of_this_library(file: str) -> bool:
    """Whether a file is one of those that stand for NumPy's and SciPy's functions here."""
    return os.path.abspath(file).startswith(os.path.join(os.path.dirname(os.path.dirname(__file__)), "library") + os.sep)


OTHER_NAMES = {
    **dict.fromkeys(("known", "counted", "numbers", "stream", "columns"), "iterator"),
    **dict.fromkeys(("manager", "generated"), "context manager"),
}
"""What values that are no types of Python's own are called, by our names for them."""


def type_name(x: Abstract) -> str:
    """The name CPython gives the type of `x`, as its error messages spell it."""
    if isinstance(x, Scalar):
        return x.kind if x.weak else f"numpy.{x.type.numpy.name}"
    if isinstance(x, Array) or (isinstance(x, Complex) and isinstance(x.real, Array)):
        return "numpy.ndarray"
    if isinstance(x, Complex):
        return "complex" if x.weak else f"numpy.{x.dtype.name}"
    if isinstance(x, (Tuple, Instance, Error)):
        return x.type.__name__
    if isinstance(x, (List, RunList, Buffer)):
        return "tuple" if isinstance(x, RunTuple) else "list"
    if isinstance(x, (Dict, Table)):
        return x.type.__name__
    if isinstance(x, Set):
        return "set"
    if isinstance(x, Text):
        return "str"
    if isinstance(x, Static):
        return type(x.value).__name__
    if isinstance(x, OneOf):
        return " or ".join(dict.fromkeys(map(type_name, x.values)))
    if isinstance(x, (Closure, Method, Derivative, Pullback)):
        return "method" if isinstance(x, Method) else "function"
    if isinstance(x, Maybe):
        return type_name(x.value)
    if isinstance(x, Deque):
        return "collections.deque"
    if isinstance(x, Partial):
        return "functools._lru_cache_wrapper" if x.once else "functools.partial"
    if isinstance(x, Iterator):
        return f"{type_name(x.items)}_iterator"
    name = type(x).__name__.lower()
    return getattr(x, "kind", None) or OTHER_NAMES.get(name, name)


def an(noun: str) -> str:
    """A noun with its article: an int, a list."""
    return f"{'an' if noun[:1].lower() in 'aeio' or noun.startswith('und') else 'a'} {noun}"
