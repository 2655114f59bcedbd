"""Context managers of Python's and NumPy's own: what they change is how errors of the processor and warnings are shown."""

from __future__ import annotations

import ast
import contextlib
import types
import warnings
from typing import Any

import numpy as np

from ...errors import NotSupported
from ...errstate import KINDS, WAY_OUT, inside, strict
from ..frame import Frame
from ..python.known import lifted
from ..text import generated
from ..text.managers import Manager
from ..values import NONE, Abstract, Closure, Partial, Static
from .registry import TABLE, builtin

ACTIONS = ("ignore", "default", "always", "module", "once", "all")


def manager_of(function: Any, /, *args: Any, **kwargs: Any) -> Any:
    """What calling the result of `contextmanager(function)` does."""
    return contextlib.contextmanager(function)(*args, **kwargs)


def lower_manager_of(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    function, *rest = args
    if not isinstance(function, Closure):
        c.refuse(node, "contextmanager() inside a function takes a function that is defined in it", "decorate the function where it stands")
    return generated.of_closure(c, function, rest, kwargs, node)


TABLE[manager_of] = lower_manager_of


@builtin(contextlib.contextmanager, least=1)
def lower_contextmanager(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    return Partial(Static(manager_of), (args[0],))


@builtin(contextlib.suppress, most=64)
def lower_suppress(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    kinds = tuple(x.value for x in args if isinstance(x, Static) and isinstance(x.value, type) and issubclass(x.value, BaseException))
    if len(kinds) < len(args):
        c.refuse(node, "suppress() takes exception classes that are known", "name the classes")
    return Manager(NONE, kinds)


@builtin(contextlib.nullcontext, options=("enter_result",))
def lower_nullcontext(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    return Manager(args[0] if args else kwargs.get("enter_result", NONE))


@builtin(np.errstate, most=0, options=KINDS)
def lower_errstate(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    for name in KINDS:
        how: Any = c.static(kwargs[name], f"the option '{name}' of np.errstate()", node) if name in kwargs else None
        if reason := strict({name: how}):
            c.refuse(node, reason, WAY_OUT)
    return Manager()


@builtin(np.seterr, most=5, options=KINDS)
def lower_seterr(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    """Like errstate, for good: what was set before is returned, and nothing here is changed."""
    lower_errstate(c, node, [], {**dict(zip(("all", *KINDS[:-1]), args)), **kwargs})
    return lifted(c, np.geterr(), node)


@builtin(np.geterr, most=0)
def lower_geterr(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    return lifted(c, np.geterr(), node)


def under_errstate(c: Frame, function: types.FunctionType, node: ast.AST) -> Any:
    """The function that `@np.errstate(…)` decorates; None for any other."""
    try:
        return inside(function)
    except NotSupported as problem:
        (_, reason, way_out), *_ = problem.refusals
        c.refuse(node, reason, way_out)


@builtin(np.printoptions, most=0, options=tuple(np.get_printoptions()))
def lower_printoptions(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    if "legacy" in kwargs and np.get_printoptions()["legacy"] != c.static(kwargs["legacy"], "the option 'legacy'", node):
        c.refuse(node, "np.printoptions(legacy=…) is not supported", "leave it out")
    return Manager()


@builtin(warnings.catch_warnings, most=0, options=("record", "action"))
def lower_catch_warnings(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    if "record" in kwargs and c.static(kwargs["record"], "the option 'record'", node):
        c.refuse(node, "recording warnings is not supported", "leave `record` out")
    if "action" in kwargs:
        ignored(c, node, kwargs["action"])
    return Manager()


@builtin(warnings.simplefilter, warnings.filterwarnings, least=1, most=6, options=("category",))
def lower_filter(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    ignored(c, node, args[0])
    if "category" in kwargs:
        c.static(kwargs["category"], "the category of a warning", node)
    return NONE


def ignored(c: Frame, node: ast.AST, action: Abstract) -> None:
    """Warnings are shown or not: nothing here computes with that. To make them errors is refused."""
    if c.static(action, "what to do about warnings", node) not in ACTIONS:
        c.refuse(node, "warnings as errors are not supported", "test the numbers, with np.isfinite")
