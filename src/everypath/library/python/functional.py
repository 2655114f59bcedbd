"""functools.reduce, and the first item with the smallest or largest key."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any

from ..intrinsics import has_length, length
from ..registry import stands_for


@stands_for(functools.reduce)
def reduce(function: Callable[[Any, Any], Any], iterable: Iterable[Any], *initial: Any) -> Any:
    if len(initial) > 0:
        total = initial[0]
        for x in iterable:
            total = function(total, x)
    elif has_length(iterable):
        items = iter(iterable)
        if length(iterable) == 0:
            raise TypeError("reduce() of empty iterable with no initial value")
        total = next(items)
        for x in items:
            total = function(total, x)
    else:
        begun = False
        for x in iterable:
            if begun:
                total = function(total, x)
            else:
                total, begun = x, True
        if not begun:
            raise TypeError("reduce() of empty iterable with no initial value")
    return total


def first(items: Iterable[Any], largest: bool, nothing: str, *default: Any) -> Any:
    """min and max of items that have a length, with what to give if there are none."""
    if length(items) == 0:
        if len(default) > 0:
            return default[0]
        raise ValueError(nothing)
    others = iter(items)
    found = next(others)
    for x in others:
        found = max(found, x) if largest else min(found, x)
    return found


def best(items: Iterable[Any], key: Callable[[Any], Any], largest: bool, nothing: str, *default: Any) -> Any:
    """min and max with a key; `nothing` is what CPython says of no items."""
    if has_length(items):
        if length(items) == 0:
            if len(default) > 0:
                return default[0]
            raise ValueError(nothing)
        others = iter(items)
        found = next(others)
        found_key = key(found)
        for x in others:
            x_key = key(x)
            if x_key > found_key if largest else x_key < found_key:
                found, found_key = x, x_key
        return found
    begun = False
    for x in items:
        x_key = key(x)
        if not begun:
            found, found_key, begun = x, x_key, True
        elif x_key > found_key if largest else x_key < found_key:
            found, found_key = x, x_key
    if begun:
        return found
    if len(default) > 0:
        return default[0]
    raise ValueError(nothing)
