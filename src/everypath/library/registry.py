"""What stands for what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])

STANDS_FOR: dict[Any, Callable[..., Any]] = {}
"""The text here that is lowered where the user's calls a function of Python's library."""


def stands_for(*functions: Any) -> Callable[[Function], Function]:
    """The function below computes what these compute."""

    def enter(function: Function) -> Function:
        STANDS_FOR.update(dict.fromkeys(functions, function))
        return function

    return enter
