"""What a function of SciPy gives that is neither a number nor an array nor a tuple of them: numbers by name, and some of them in order."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from ..intrinsics import refuse
from .constants import KINDS, constant_of, number_of

IN_ORDER = "its numbers in order"
"""Under what name those stand that the object gives when it is unpacked."""

CONSTANTS = "its constants"
"""Under what name the texts and other constants stand that it holds, each as a number."""

CLASS = "its class"
"""Under what name among those the class stands, where an object of it can be made of what is told of it."""

NUMBERS = (bool, int, float, complex, np.generic)


def plainly(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, with objects of SciPy's classes in its result as dicts of what numbers and arrays they hold. (CPython runs this.)"""

    @functools.wraps(function)
    def called(*args: Any, **kwargs: Any) -> Any:
        return plain(function(*args, **kwargs))

    return called


def can_be_told(value: Any) -> bool:
    """Whether a result is data, or text, None, and containers of such."""
    if isinstance(value, (tuple, list)):
        return all(map(can_be_told, value))
    if isinstance(value, dict):
        return all(map(can_be_told, value.values()))
    return value is None or isinstance(value, (str, np.ndarray, *NUMBERS))  # arrays of other kinds say so themselves


def plain(value: Any) -> Any:
    """A result without objects of SciPy's classes."""
    kind = type(value)
    if not lasting(kind):
        return value
    if kind.__module__.startswith("scipy.") and attributes(value) is not None:
        return entries(value)
    if isinstance(value, tuple) and hasattr(value, "_make"):
        return value._make(map(plain, value))
    return kind(map(plain, value)) if kind in (tuple, list) else value


def lasting(kind: type) -> bool:
    """Whether a class is there at the next call too: one that stands in its module."""
    return getattr(sys.modules.get(kind.__module__), kind.__name__, None) is kind


def attributes(value: Any) -> dict[str, Any] | None:
    """What an object of SciPy's holds by name; None for a tuple with names, whose class is told, and for what is no such object."""
    if isinstance(value, dict):
        return dict(value)
    if isinstance(value, tuple):
        names = (*getattr(value, "_fields", ()), *vars(value)) if hasattr(type(value), "_extra_fields") else ()
        return {name: getattr(value, name) for name in names} or None
    return None if callable(value) else getattr(value, "__dict__", None)


def entries(value: Any) -> dict[str, Any]:
    """What of an object is numbers and arrays, and what of it is constants."""
    held = attributes(value) or {}
    found = {name: plain(one) for name, one in held.items()}
    kept = {name: one for name, one in found.items() if is_data(one)}
    constants = {name: number_of(one) for name, one in held.items() if isinstance(one, KINDS)}
    if len(kept) + len(constants) == len(held) and all(map(is_whole, kept.values())):
        constants[CLASS] = number_of(type(value))
    return {**kept, CONSTANTS: constants, IN_ORDER: items(value)}


def items(value: Any) -> tuple[Any, ...]:
    """What an object gives when it is unpacked: nothing, where it is one rotation, which has no items though others of its class do."""
    if not isinstance(value, Iterable) or isinstance(value, dict):
        return ()
    try:
        return tuple(map(plain, value))
    except TypeError:
        return ()


def is_whole(told: Any) -> bool:
    """Whether the objects in it can be made again."""
    if isinstance(told, (tuple, list)):
        return all(map(is_whole, told))
    return type(told) is not dict or CLASS in told[CONSTANTS]


def made(held: Any) -> Any:
    """The object of which this is what `entries` gives, or containers of such."""
    if type(held) in (tuple, list):
        return type(held)(map(made, held))
    if type(held) is not dict:
        return held
    constants = {name: constant_of(number) for name, number in held[CONSTANTS].items()}
    named = {name: made(one) for name, one in held.items() if name not in (CONSTANTS, IN_ORDER)} | constants
    kind = named.pop(CLASS)
    if issubclass(kind, dict):
        return kind(named)
    fields = getattr(kind, "_fields", ())
    new = tuple.__new__(kind, [named.pop(name) for name in fields]) if fields else object.__new__(kind)
    new.__dict__.update(named)
    return new


def with_attributes(kind: Any, held: dict[str, Any]) -> Any:
    """An object of this class with these attributes, which are all that it has. (CPython runs this.)"""
    new = object.__new__(kind)
    new.__dict__.update(held)
    return new


def is_data(value: Any) -> bool:
    """Whether it is a number, an array of them, or a tuple or list of such."""
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "fibuc"
    if isinstance(value, (tuple, list)):
        return lasting(type(value)) and all(map(is_data, value))
    return isinstance(value, NUMBERS) or (type(value) is dict and IN_ORDER in value)


class Outcome:
    """Numbers and arrays by name, and some of them in order."""

    def __init__(self, held: Any) -> None:
        self.held = held

    def __getattr__(self, name: str) -> Any:
        if name not in self.held:
            refuse(f"'{name}' of a result of SciPy is not supported", "use its numbers and arrays")
        return self.held[name]

    def __getitem__(self, k: Any) -> Any:
        return self.held[k] if isinstance(k, str) else self.held[IN_ORDER][k]

    def __iter__(self) -> Any:
        return iter(self.held[IN_ORDER])

    def __len__(self) -> int:
        return len(self.held[IN_ORDER])


class WholeOutcome(Outcome):
    """One of which all is told."""

    @staticmethod
    def leaves_as(kind: Any, held: dict[str, Any]) -> Any:
        """SciPy's object. (CPython runs this.)"""
        return made(held)
