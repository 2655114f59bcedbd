"""What solvers return: objects with attributes."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any

import numpy as np
import scipy.optimize

from ....errors import NotSupported
from ...intrinsics import places, refuse
from ...registry import stands_for
from ..constants import KINDS, constant_of, number_of

CONSTANT = "its number"
"""Under what name a constant stands, alone in a dict."""

CONVERGENCE_ERROR = -2
"""SciPy's flag of it."""

STEPS = "its steps"
"""Under what name the steps stand that make an inverse Hessian, alone in a dict."""

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
        found[name] = told(value)
    return found


def told(value: Any) -> Any:
    """A part of a result: numbers, constants by their numbers, and lists of such. What else there is, is not told."""
    if isinstance(value, scipy.optimize.OptimizeResult):
        return numbers_in(value)
    if isinstance(value, scipy.optimize.LbfgsInvHessProduct):
        return {STEPS: (np.array(value.sk), np.array(value.yk))}
    if isinstance(value, np.ndarray) and value.dtype.kind in "fib":
        return np.array(value)
    if isinstance(value, NUMBERS):
        return value
    if isinstance(value, KINDS):
        return {CONSTANT: number_of(value)}
    if type(value) in (tuple, list):
        return type(value)(map(told, value))
    return None


def whole(held: Any, kind: Any = scipy.optimize.OptimizeResult) -> Any:
    """The object of which this is told. (CPython runs this.)"""
    if held is None:
        raise NotSupported([(None, "a result of a solver that holds functions or objects does not leave", "return its numbers and arrays")])
    if type(held) in (tuple, list):
        return type(held)(map(whole, held))
    if type(held) is not dict:
        return held
    if CONSTANT in held:
        return constant_of(held[CONSTANT])
    if STEPS in held:
        return scipy.optimize.LbfgsInvHessProduct(*held[STEPS])
    return kind((name, whole(one)) for name, one in held.items())


def entry_of(entry: Any, name: str) -> Any:
    """What a result holds under a name."""
    if entry is None:
        refuse(f"the '{name}' of a solver is not supported", "use its numbers and arrays")
    if not isinstance(entry, dict):
        return entry
    if CONSTANT in entry:
        refuse(f"the {name} of a solver is not supported", "use its status, or success")
    if STEPS in entry:
        refuse(f"the '{name}' of a solver with bounds or many unknowns is not supported", "use method='BFGS'")
    return OptimizeResult(entry)


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

    @staticmethod
    def leaves_as(kind: Any, held: dict[str, Any]) -> Any:
        """SciPy's object. (CPython runs this.)"""
        return whole(held, kind)

    def __getattr__(self, name: str) -> Any:
        if name not in self.entries:
            raise AttributeError(name)
        return self[name]

    def __getitem__(self, name: str) -> Any:
        return entry_of(self.entries[name], name)

    def __contains__(self, name: str) -> bool:
        return name in self.entries

    def get(self, name: str, default: Any = None) -> Any:
        """The entry of this name."""
        return self[name] if name in self.entries else default


@stands_for(scipy.optimize.RootResults)
class RootResults:
    """How a root of a function of one variable was found."""

    packed = {name: (attrgetter(name), unchanged) for name in ("root", "iterations", "function_calls", "converged")} | {
        "_method": (lambda result: number_of(result.method), unchanged)
    }

    def __init__(self, root: Any, iterations: Any, function_calls: Any, converged: Any, method: Any) -> None:
        self.root, self.iterations, self.function_calls, self.converged = root, iterations, function_calls, converged
        self._method = method  # its name, or the number of that

    @staticmethod
    def leaves_as(kind: Any, held: dict[str, Any]) -> Any:
        """SciPy's object. (CPython runs this.)"""
        method = held["_method"]
        flag = 0 if held["converged"] else CONVERGENCE_ERROR
        name = method if isinstance(method, str) else constant_of(method)
        return kind(held["root"], held["iterations"], held["function_calls"], flag, name)

    @property
    def method(self) -> Any:
        """The name of the method."""
        if not isinstance(self._method, str):
            refuse("the method of a solver is not supported", "give the method's name to root_scalar, and use that")
        return self._method

    @property
    def flag(self) -> str:
        """What came of it, in words."""
        return "converged" if self.converged else "convergence error"
