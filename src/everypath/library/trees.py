"""`everypath.tree` over lists whose length is known only when the function runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import tree


def mapped(function: Callable[..., Any], first: Any, *others: Any) -> list[Any]:
    """`tree.map` of lists."""
    return [tree.map(function, *row) for row in zip(first, *others)]
