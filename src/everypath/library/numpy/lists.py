"""Arrays as lists."""

from __future__ import annotations

from typing import Any


def rows(x: Any) -> list[Any]:
    """The rows of an array, each as a list."""
    return [row.tolist() for row in x]
