"""What is found out about what never changes, a function, a program, a text, is kept as long as that is."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar
from weakref import WeakKeyDictionary

Looked = TypeVar("Looked")
Found = TypeVar("Found")

ITSELF = object()
"""Stands for what was looked at, which would live for ever if what was found of it held it."""


def once(analysis: Callable[[Looked], Found]) -> Callable[[Looked], Found]:
    """`analysis`, made once of each thing. What it finds is that itself or does not hold it."""
    known: WeakKeyDictionary[Looked, object] = WeakKeyDictionary()

    @wraps(analysis)
    def found(looked: Looked) -> Found:
        if looked not in known:
            answer = analysis(looked)
            known[looked] = ITSELF if answer is looked else answer
        kept = known[looked]
        return looked if kept is ITSELF else kept  # type: ignore[return-value]

    return found
