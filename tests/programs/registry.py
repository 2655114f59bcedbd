"""How a program enters the zoo: a decorator that gives its arguments and says what must come out."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Function = Callable[..., Any]


@dataclass(frozen=True, eq=False)
class Case:
    """One set of arguments. `gradient` and `hessian` (square) are stated where differences can't tell: at a kink, a NaN or an infinity."""

    make: Callable[[], tuple[Any, ...]]
    gradient: Any = None
    raises: type[BaseException] | None = None
    hessian: Any = None

    def arguments(self) -> tuple[Any, ...]:
        """Fresh arguments at every call, shared where the program shares them."""
        return self.make()


@dataclass(frozen=True, eq=False)
class Program:
    """One function of the zoo.

    `refused` and `refused_derivative` are parts of the reason that must be given, where the function itself or only its
    derivative is outside the language. `order` is the highest derivative that is checked. `terms` is Σ|terms| of the value
    (and of its derivative's paths), where much more is summed than remains. `means` is the same function with its inner
    derivatives worked out by hand, for CPython to run.
    """

    function: Function
    cases: tuple[Case, ...]
    wrt: int | str | tuple[int | str, ...] = 0
    order: int = 1
    means: Function | None = None
    refused: str | None = None
    refused_derivative: str | None = None
    terms: float = 0.0

    @property
    def meaning(self) -> Function:
        """What CPython runs."""
        return self.means or self.function

    @property
    def name(self) -> str:
        return f"{self.function.__module__.rpartition('.')[2]}.{self.function.__name__}"

    def __repr__(self) -> str:
        return self.name


PROGRAMS: list[Program] = []


def at(*arguments: Any, gradient: Any = None, raises: type[BaseException] | None = None, hessian: Any = None) -> Case:
    """These arguments, copied for every use (an object passed twice stays one object)."""
    return Case(lambda: copy.deepcopy(arguments), gradient, raises, hessian)


def made(make: Callable[[], tuple[Any, ...]], *, gradient: Any = None, raises: type[BaseException] | None = None) -> Case:
    """The arguments that `make` makes, where their layout or their sharing of memory matters."""
    return Case(make, gradient, raises)


def program(*cases: Case, **facts: Any) -> Callable[[Function], Function]:
    """Put the function under it in the zoo and hand it back unchanged."""

    def enter(function: Function) -> Function:
        PROGRAMS.append(Program(function, cases, **facts))
        return function

    return enter
