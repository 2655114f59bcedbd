"""Calls that leave arguments out or pass them by name: with the defaults filled in they are found as those by position are."""

from __future__ import annotations

import operator
import types
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..lower import Signature


class Completed:
    """All arguments of a call by position, those by name only last. Such a call is kept under the types of all of them, after this class,
    as one by position might pass more than the function takes so."""

    def __init__(self, function: types.FunctionType, signature: Signature, leading: Sequence[Any], fixed: Mapping[str, Any]) -> None:
        self.function, self.leading, self.fixed, self.binder = function, tuple(leading), fixed, signature.binder
        names = signature.names[len(self.leading) :]
        self.split = next((k for k, name in enumerate(names) if name in fixed or name in signature.by_keyword), len(names))
        self.by_name = names[self.split :]
        self.code, self.defaults, self.named = function.__code__, function.__defaults__, function.__kwdefaults__
        self.values = tuple((self.named or {}).values())

    def __call__(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...] | None:
        """The arguments after those that are fixed; None where they do not fit, or the function has other defaults by now."""
        function = self.function
        if function.__defaults__ is not self.defaults or function.__code__ is not self.code or function.__kwdefaults__ is not self.named:
            return None
        if self.named is not None and not all(map(operator.is_, self.named.values(), self.values)):
            return None
        try:
            return self.binder(*self.leading, *args, **{**self.fixed, **kwargs} if self.fixed else kwargs)[len(self.leading) :]
        except TypeError:
            return None

    def passed(self, slow: Callable[[tuple[Any, ...], dict[str, Any]], Any]) -> Callable[[tuple[Any, ...], dict[str, Any]], Any]:
        """`slow`, for all arguments by position."""
        split, by_name = self.split, self.by_name
        return lambda args, _: slow(args[:split], dict(zip(by_name, args[split:], strict=True)))


def completed(signature: Any, facts: Sequence[Any], leading: Sequence[Any], fixed: Mapping[str, Any]) -> Completed | None:
    """How calls of a function are completed, whose first arguments and others by name are fixed; None for one with `*` or `**`,
    or whose last argument is a vector."""
    function = facts[0] if facts else None
    if not isinstance(signature, Signature) or not isinstance(function, types.FunctionType):
        return None
    return None if any(name.startswith("*") for name in signature.names) else Completed(function, signature, leading, fixed)
