"""What the text of the library asks of an iterable that Python has no word for. Only lowering can answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


class Columns:
    """Iterables whose items are found by their position, side by side."""


def lacks(columns: Columns, k: int) -> bool:
    """Whether one of the columns has no item k."""
    raise NotImplementedError


def row(columns: Columns, k: int) -> tuple[Any, ...]:
    """The items k of all columns."""
    raise NotImplementedError


def refuse(reason: str, way_out: str) -> None:
    """Refuse the call."""
    raise NotImplementedError


def has_length(items: Iterable[Any]) -> bool:
    """Whether the items are found by their position, rather than given one by one by code that runs."""
    raise NotImplementedError


def length(items: Iterable[Any]) -> int:
    """How many items there are, of what has a length."""
    raise NotImplementedError
