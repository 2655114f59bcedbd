"""What `vjp` gives beside the value: the backward half of a derivative over what one run of the forward half saved."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from ..differentiate import TooManySides
from ..errors import InvalidArgument, NotSupported
from ..pipeline import Backend, Executable, Task
from ..tracebacks import for_the_user
from .careful import SIDES, any_nan, beside, means
from .specialise import Specialisation


class Halves:
    """The two halves of a derivative: called with leaves, one run of the first."""

    def __init__(self, special: Specialisation, task: Task, backend: Backend) -> None:
        self.special, self.task, self.backend = special, task, backend
        self.first, self.second = special.executable(task, backend)

    def __call__(self, leaves: Sequence[Any]) -> ForwardRun:
        return ForwardRun(self, leaves)

    def on_sides(self, leaves: Sequence[Any]) -> list[Backward]:
        """The second half on either side of the kinks, each over what a run of the first on that side saved; none where what the function
        does can't be put on a side."""
        try:
            first, second = self.special.executable(replace(self.task, sided=True), self.backend, silent=True)
        except TooManySides:
            raise
        except NotSupported:
            return []
        return [Backward(second, first(*beside(self.special, leaves, side))[-1]) for side in SIDES]


class ForwardRun:
    """One run of the forward half: its results; called with cotangents, the backward half over what it saved.

    Where that meets a tie, the two sides of it are run as well, each over what a forward run on that side saved.
    """

    def __init__(self, halves: Halves, leaves: Sequence[Any]) -> None:
        self.halves, self.leaves = halves, leaves
        *results, record = halves.first(*leaves)
        self.results: list[Any] = results
        self.backward = Backward(halves.second, record)
        self.sides: list[Backward] = []

    def __call__(self, *cotangents: Any) -> Sequence[Any]:
        pulled = self.backward(*cotangents)
        if not self.halves.special.has_kinks or not any_nan(pulled):
            return pulled
        if not self.sides:
            self.sides = self.halves.on_sides(self.leaves)
        return means(pulled, *(side(*cotangents) for side in self.sides)) if self.sides else pulled


class Backward:
    """The second half over what the first saved, one call at a time: a sweep adds up in saved arrays, and leaves them cleared."""

    def __init__(self, run: Executable, record: Any) -> None:
        self.run, self.record = run, record
        self.lock = threading.Lock()
        alive.add(self)

    def __call__(self, *cotangents: Any) -> Sequence[Any]:
        with self.lock:
            if self.record is None:
                raise InvalidArgument("this pullback was interrupted in the middle of a call: make another one with vjp")
            record, self.record = self.record, None
            results = self.run(record, *cotangents)
            self.record = record
            return results


alive: weakref.WeakSet[Backward] = weakref.WeakSet()
"""In a forked child nobody holds their locks: the thread that did is not there, and what it was at counts as interrupted."""


def forked() -> None:
    for backward in alive:
        backward.lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=forked)


class Pullback:
    """What `vjp` gives beside the value: from a cotangent of the value to the cotangents of the arguments, a tuple."""

    def __init__(self, name: str, run: ForwardRun, entering: Callable[[Any], list[Any]], build: Callable[[Sequence[Any]], Any]) -> None:
        self.__name__ = f"pullback_of_{name}"
        self.run, self.entering, self.build = run, entering, build

    @for_the_user
    def __call__(self, cotangent: Any) -> tuple[Any, ...]:
        pulled: tuple[Any, ...] = self.build(self.run(*self.entering(cotangent)))
        return pulled

    def __copy__(self) -> Pullback:
        return self

    def __deepcopy__(self, memo: Any) -> Pullback:
        return self

    def __reduce__(self) -> Any:
        raise TypeError(
            f"cannot pickle {self.__name__}: it holds what one run saved; send the function and its arguments, and call vjp there"
        )
