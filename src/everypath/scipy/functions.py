"""The caller's function compiled, and its derivatives in the forms that SciPy's solvers take."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

import everypath as ep

from ..structure import Container, Leaf

Function = Callable[..., Any]


def returned(function: Function, arguments: Sequence[Any], named: dict[str, Any] | None = None) -> tuple[Any, bool]:
    """The structure of what a function returns, known before it runs, and whether it changes what the caller sees. Raises NotSupported."""
    special, _ = ep.compile(function).find(arguments, named or {})
    return special.lowered.result, special.lowered.changing is not None or bool(special.written)


class Objective:
    """A function that gives one number, and its first and second derivatives by its first argument, a vector.

    Where value and gradient are wanted at the same points, `together` finds both in one run and remembers them, unless the function
    changes what the caller sees: that must happen once for each value.
    """

    def __init__(self, function: Function, arguments: Sequence[Any], together: bool) -> None:
        result, changes = returned(function, arguments)
        if isinstance(result, Leaf) and getattr(result.type, "rank", 0) > 0:
            function = only_number_of(function)
        self.function = function
        self.together = together and not changes
        self.compiled, self.slope = ep.compile(function), ep.grad(function)
        self.both, self.along = ep.value_and_grad(function), ep.hvp(function)
        self.hessian = ep.hessian(function)
        self.place: Any = None
        self.latest: Any = None

    def value(self, x: Any, *args: Any) -> Any:
        """The number."""
        if not self.together:
            return self.compiled(x, *args)
        value, self.latest = self.both(x, *args)
        self.place = np.copy(x)
        return value

    def gradient(self, x: Any, *args: Any) -> Any:
        """Its gradient, of shape (n,)."""
        if not self.together:
            return self.slope(x, *args)
        if self.place is None or not np.array_equal(x, self.place):
            self.value(x, *args)
        return self.latest

    def product(self, x: Any, v: Any, *args: Any) -> Any:
        """Its Hessian times `v`, of shape (n,)."""
        return self.along(x, *args, v)


def only_number_of(function: Function) -> Function:
    """A function that gives an array of one number, as one that gives the number."""

    def number(*args: Any) -> Any:
        return np.reshape(function(*args), ())[()]

    return number


class Residuals:
    """A function that gives numbers: an array, one number, a list of numbers or a tree; and its Jacobian, of shape (m, n)."""

    def __init__(
        self, function: Function, arguments: Sequence[Any], named: dict[str, Any] | None = None, wrt: Any = 0, sparse: bool = False
    ) -> None:
        kind = form(returned(function, arguments, named)[0])
        stacked = function if kind == "vector" else raveled(function) if kind == "tree" else as_vector(function)
        self.stacked = stacked
        self.value = ep.compile(stacked if kind == "tree" else function)
        self.jacobian = ep.jacobian(stacked, wrt, sparse=sparse)


def oriented(numbers: Residuals, columns: Any) -> Function:
    """The Jacobian, or with `columns` its transpose, as MINPACK's `col_deriv` has it."""
    return (lambda x, *args: numbers.jacobian(x, *args).T) if columns else numbers.jacobian


def form(result: Any) -> str:
    """How numbers are given: "vector", "tree", or "array" for what NumPy makes an array of."""
    if isinstance(result, Leaf):
        return "vector" if result.kind == "array" and result.type.rank == 1 else "array"  # type: ignore[union-attr]
    if isinstance(result, Container) and result.type in (list, tuple):
        scalars = (isinstance(child, Leaf) and not getattr(child.type, "rank", 0) for child in result.children)
        return "array" if all(scalars) else "tree"
    return "tree"


def as_vector(function: Function) -> Function:
    """The array that NumPy makes of what a function gives, as a vector."""

    def numbers(*args: Any, **named: Any) -> Any:
        return np.ravel(np.asarray(function(*args, **named)))

    return numbers


def as_array(function: Function) -> Function:
    """The array that NumPy makes of what a function gives."""

    def numbers(*args: Any) -> Any:
        return np.asarray(function(*args))

    return numbers


def raveled(function: Function) -> Function:
    """The floats of the tree that a function gives, as a vector."""

    def numbers(*args: Any, **named: Any) -> Any:
        return ep.ravel(function(*args, **named))[0]

    return numbers
