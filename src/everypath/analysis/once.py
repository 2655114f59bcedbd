"""What is found out about a function is kept as long as the function is: it never changes."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar
from weakref import WeakKeyDictionary

from ..ir.program import Function

Found = TypeVar("Found")


def once(analysis: Callable[[Function], Found]) -> Callable[[Function], Found]:
    """`analysis`, made once of each function. What it finds must not hold the function itself, which would live for ever."""
    known: WeakKeyDictionary[Function, Found] = WeakKeyDictionary()

    @wraps(analysis)
    def found(function: Function) -> Found:
        if function not in known:
            known[function] = analysis(function)
        return known[function]

    return found
