"""What a function of SciPy gives that is neither a number nor an array nor a tuple of them: numbers by name, and some of them in order."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from ..intrinsics import refuse

IN_ORDER = "its numbers in order"
"""Under what name those stand that the object gives when it is unpacked."""

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
    if isinstance(value, tuple) and hasattr(type(value), "_extra_fields"):
        names = (*getattr(value, "_fields"), *getattr(value, "_extra_fields"))  # noqa: B009
        return entries({name: getattr(value, name) for name in names}, tuple(value))
    if isinstance(value, dict) and type(value) is not dict and type(value).__module__.startswith("scipy."):
        return entries(value, ())
    if dataclasses.is_dataclass(value) and type(value).__module__.startswith("scipy."):
        named = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        return entries(named, tuple(value) if isinstance(value, Iterable) else ())
    if isinstance(value, tuple) and hasattr(value, "_make"):
        return value._make(map(plain, value))
    return type(value)(map(plain, value)) if type(value) in (tuple, list) else value


def entries(held: dict[str, Any], in_order: tuple[Any, ...]) -> dict[str, Any]:
    """What of it is numbers and arrays."""
    found = {name: plain(value) for name, value in held.items()}
    kept = {name: value for name, value in found.items() if is_data(value)}
    return {**kept, IN_ORDER: tuple(map(plain, in_order))}


def is_data(value: Any) -> bool:
    """Whether it is a number, an array of them, or a tuple or list of such."""
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "fibuc"
    if isinstance(value, (tuple, list)):
        return all(map(is_data, value))
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
