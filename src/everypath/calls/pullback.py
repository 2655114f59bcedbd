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


class ForwardRun:
    """One run of the forward half: its results; called with cotangents, the backward half over what it saved.

    Where that meets a tie, the two sides of it are run as well, each over what a forward run on that side saved.
    """

    def __init__(self, special: Specialisation, task: Task, backend: Backend, leaves: Sequence[Any]) -> None:
        self.special, self.task, self.backend, self.leaves = special, task, backend, leaves
        first, second = special.executable(task, backend)
        *results, record = first(*leaves)
        self.results: list[Any] = results
        self.backward = Backward(second, record)
        self.sides: list[Backward] = []

    def __call__(self, *cotangents: Any) -> Sequence[Any]:
        pulled = self.backward(*cotangents)
        if not self.special.has_kinks or not any_nan(pulled):
            return pulled
        if not self.sides:
            try:
                first, second = self.special.executable(replace(self.task, sided=True), self.backend, silent=True)
            except TooManySides:
                raise
            except NotSupported:
                return pulled
            records = (first(*beside(self.special, self.leaves, side))[-1] for side in SIDES)
            self.sides = [Backward(second, record) for record in records]
        return means(pulled, *(side(*cotangents) for side in self.sides))


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
