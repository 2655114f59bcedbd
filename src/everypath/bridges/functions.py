"""What bridges make of a function: its arguments by position, and its derivatives as functions of all that they depend on."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from .. import jvp, vjp
from ..errors import InvalidArgument
from .places import Place, mapped


def by_position(f: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
    """The arguments of a call, all by position."""
    if not kwargs:
        return args
    bound = inspect.signature(f).bind(*args, **kwargs)
    if bound.kwargs:
        raise InvalidArgument(f"{', '.join(bound.kwargs)} can be passed by keyword only: fix it by functools.partial before wrapping")
    return bound.args


def name_of(f: Callable[..., Any]) -> str:
    """What messages call a function."""
    return getattr(f, "__name__", "the function")


def pulling(function: Callable[..., Any]) -> Callable[..., Any]:
    """From the arguments and a cotangent of the result to the cotangents of the arguments."""

    def pull(args: Any, cotangent: Any) -> Any:
        _, pullback = vjp(function, *args)
        return pullback(cotangent)

    return pull


def pushing(function: Callable[..., Any]) -> Callable[..., Any]:
    """From the arguments and their tangents to the tangent of the result."""

    def push(args: Any, tangents: Any) -> Any:
        _, tangent = jvp(function, args, tangents)
        return tangent

    return push


def float_leaves(template: Any, floats: Callable[[int], bool]) -> list[int | None]:
    """Of each float in a tree, in order, the number of its place; None where it is a number or array of NumPy's. `floats` says whether
    an array is of floats, by its number."""
    found: list[int | None] = []

    def one(leaf: Any) -> Any:
        if type(leaf) is Place:
            if floats(leaf.number):
                found.append(leaf.number)
        elif isinstance(leaf, float | np.floating) or (isinstance(leaf, np.ndarray) and leaf.dtype.kind == "f"):
            found.append(None)
        return leaf

    mapped(one, template)
    return found
