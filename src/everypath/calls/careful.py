"""What is done where a derivative comes out NaN: other variants know where nothing arrived, and take both sides of a kink.

The plain variant of a derivative multiplies along paths that nothing came down, so 0·inf shows up as NaN, and at a tie of a
kink (the operands of a `max` equal, the operand of an `abs` 0) it multiplies by NaN. The guarded variant marks paths that
nothing came down. Two runs of the sided one, each with every kink decided for one side, have the derivative at a tie
as their mean: docs/kinks.md. Neither costs anything where no NaN appears (docs/decisions/0001, 0006). Where the program says that one
will, as the root of the distances of all points to all, the guarded variant runs at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ..differentiate import TooManySides
from ..errors import NotSupported
from ..pipeline import Backend, Task, sure_to_miss
from .boundary import has_nan
from .specialise import Specialisation

SIDES = (1.0, -1.0)


class Careful:
    """Runs a derivative, and its other variants where it gives a NaN. Only the results from `first` on are derivatives."""

    def __init__(self, special: Specialisation, task: Task, backend: Backend, first: int, *, silent: bool = False) -> None:
        if not task.guarded and sure_to_miss(special.program_for(task), task):
            task = replace(task, guarded=True)
        self.special, self.task, self.backend = special, task, backend
        self.first = 0 if special.left_open else first
        self.watched = backend == "native" and (task.mode == "reverse" or (task.mode == "value" and special.left_open))
        (self.run,) = special.executable(replace(task, watched=self.first) if self.watched else task, backend, silent=silent)
        self.tied = False  # a tie was met before: the guarded variant is not asked again

    def with_sides(self, *leaves: Any) -> tuple[Sequence[Any], Sequence[Sequence[Any]]]:
        """The answer, and, where a tie was met, what either side alone gives."""
        out, missing = self.plain(leaves)
        return self.told(leaves, out) if missing else (out, ())

    def __call__(self, *leaves: Any) -> Sequence[Any]:
        out, missing = self.plain(leaves)
        return self.told(leaves, out)[0] if missing else out

    def plain(self, leaves: Sequence[Any]) -> tuple[Sequence[Any], bool]:
        """What the plain variant gives, and whether there is a NaN among it."""
        out = self.run(*leaves)
        return (out[:-1], out[-1]) if self.watched else (out, any_nan(out[self.first :]))

    def told(self, leaves: Sequence[Any], out: Sequence[Any]) -> tuple[Sequence[Any], Sequence[Sequence[Any]]]:
        """The answer of the variants that know more, and that of either side if there are two."""
        first = self.first
        if not self.task.guarded and not self.tied:
            (run,) = self.special.executable(replace(self.task, guarded=True), self.backend, silent=True)
            out = run(*leaves)
        if not self.special.has_kinks or not any_nan(out[first:]):
            return out, ()
        try:
            above, below = self.sides(leaves)
        except TooManySides:
            raise
        except NotSupported:  # what can't be put on a side stays undecided, and NaN
            return out, ()
        self.tied = True
        return [*out[:first], *means(out[first:], above[first:], below[first:])], (above, below)

    def sides(self, leaves: Sequence[Any]) -> list[Sequence[Any]]:
        """What holds on either side of the kinks."""
        (run,) = self.special.executable(replace(self.task, guarded=True, sided=True), self.backend, silent=True)
        return [run(*beside(self.special, leaves, side)) for side in SIDES]


def beside(special: Specialisation, leaves: Sequence[Any], side: float) -> list[Any]:
    """The leaves of a call of a sided variant: the side stands behind the parameters."""
    n = len(special.program.main.parameters)
    return [*leaves[:n], side, *leaves[n:]]


def means(like: Sequence[Any], above: Sequence[Any], below: Sequence[Any]) -> list[Any]:
    """The mean of the two sides, number by number, as it is where both agree; integers are those of `like`."""
    return [mean(a, b) if is_float(x) else x for x, a, b in zip(like, above, below, strict=True)]


def mean(above: Any, below: Any) -> Any:
    with np.errstate(all="ignore"):
        half = above * 0.5 + below * 0.5
        if isinstance(above, np.ndarray):
            return np.where(above == below, above, half).astype(above.dtype, copy=False)
        return above if above == below else type(above)(half)


def is_float(leaf: Any) -> bool:
    return (leaf.dtype if leaf.__class__ is np.ndarray else np.asarray(leaf).dtype).kind == "f"


def any_nan(leaves: Sequence[Any]) -> bool:
    """Whether one of the floats among `leaves` is NaN or holds one."""
    for leaf in leaves:
        if leaf != leaf if leaf.__class__ is float else is_float(leaf) and has_nan(leaf):
            return True
    return False
