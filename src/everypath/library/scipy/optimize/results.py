"""What solvers return: objects with attributes."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any

import numpy as np
import scipy.optimize

from ...intrinsics import places, refuse
from ...registry import stands_for

NUMBERS = (bool, int, float, np.bool_, np.integer, np.floating)


NEAR = 1e-6
"""How near to a bound or a constraint a solution counts as on it: there that holds it."""


def near(distance: Any, x: Any) -> Any:
    """Whether what is so far away from where it stops stands there."""
    return distance <= NEAR * (1.0 + np.abs(x))


def number(value: Any) -> Any:
    """The value of a function that may be an array with one element."""
    return np.sum(np.asarray(value) * 1.0)


def numbers_in(result: Any) -> dict[str, Any]:
    """The numbers and arrays in a result of SciPy's. (CPython runs this.)"""
    found: dict[str, Any] = {}
    for name in result:
        value = result[name]
        if isinstance(value, np.bool_):
            value = bool(value)
        if isinstance(value, scipy.optimize.OptimizeResult):
            found[name] = numbers_in(value)
        elif isinstance(value, NUMBERS) or (isinstance(value, np.ndarray) and value.dtype.kind in "fib"):
            found[name] = np.array(value) if isinstance(value, np.ndarray) else value
    return found


def unchanged(result: Any, held: Any) -> None:
    """A result stays as it is."""


def sized(f: Callable[..., Any], x0: Any) -> Callable[..., Any]:
    """The function f of an array that is as long as x0: where that is known, it is told."""
    known = places(x0)
    return (lambda x, *args: f(np.reshape(x, (len(known),)), *args)) if len(known) > 0 else f


@stands_for(scipy.optimize.OptimizeResult)
class OptimizeResult:
    """What a solver has found, and how it got there."""

    packed = {"entries": (numbers_in, unchanged)}  # noqa: RUF012

    def __init__(self, entries: Any) -> None:
        self.entries = entries

    def __getattr__(self, name: str) -> Any:
        if name == "message":
            refuse("the message of a solver is not supported", "use its status, or success")
        if name not in self.entries:
            raise AttributeError(name)
        return self[name]

    def __getitem__(self, name: str) -> Any:
        if name == "message":
            refuse("the message of a solver is not supported", "use its status, or success")
        entry = self.entries[name]
        return OptimizeResult(entry) if isinstance(entry, dict) else entry

    def __contains__(self, name: str) -> bool:
        return name in self.entries

    def get(self, name: str, default: Any = None) -> Any:
        """The entry of this name."""
        return self.entries.get(name, default)


@stands_for(scipy.optimize.RootResults)
class RootResults:
    """How a root of a function of one variable was found."""

    packed = {name: (attrgetter(name), unchanged) for name in ("root", "iterations", "function_calls", "converged")}  # noqa: RUF012

    def __init__(self, root: Any, iterations: Any, function_calls: Any, converged: Any) -> None:
        self.root, self.iterations, self.function_calls, self.converged = root, iterations, function_calls, converged

    @property
    def flag(self) -> str:
        """What came of it, in words."""
        return "converged" if self.converged else "convergence error"
