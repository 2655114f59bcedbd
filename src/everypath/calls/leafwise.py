"""A function by the leaves of its arguments and results, as other systems of derivatives see it: numbers and arrays, with no containers.

Values leave arguments alone, as derivatives do: what the function writes, it writes to copies.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..ir.types import ArrayType, scalar_of
from ..pipeline import Task
from ..structure import Structure
from .careful import Careful
from .derived import entering
from .gradients import Compiled
from .jacobians import float_positions, results_at
from .pullback import ForwardRun
from .specialise import Specialisation


class Leafwise:
    """A function whose calls are looked up by what they are called with."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.compiled: Compiled[..., Any] = Compiled("compile", function)

    def at(self, args: Sequence[Any]) -> Call:
        """A call with these arguments."""
        return Call(*self.compiled.find(args, {}))


class Call:
    """One call: the leaves of its arguments, then those of what the function captures; `floats` are the results that have derivatives."""

    def __init__(self, special: Specialisation, leaves: list[Any]) -> None:
        self.special, self.leaves = special, leaves
        self.result: Structure = special.lowered.result
        self.floats = float_positions(self.result)

    def place(self, leaf: Any) -> int | None:
        """Where an argument stands among the leaves."""
        return next((k for k, found in enumerate(self.leaves) if found is leaf), None)

    def results(self) -> list[Any]:
        """The leaves of the result."""
        return list(results_at(self.special, "native", self.leaves, silent=False))

    def gradient(self, wrt: Sequence[int], cotangents: Sequence[Any]) -> tuple[list[Any], list[Any]]:
        """The results, and the cotangents of the leaves `wrt`, given those of the float results: one sweep forward and one back."""
        task = Task("reverse", tuple(wrt), self.floats, guarded=False)
        number = len(self.special.program.main.returned)
        out = Careful(self.special, task, "native", number)(*self.entered, *self.matching(self.floats, cotangents))
        return list(out[:number]), list(out[number:])

    def tangents(self, wrt: Sequence[int], directions: Sequence[Any]) -> tuple[list[Any], list[Any]]:
        """The results, and the tangents of the float ones, given those of the leaves `wrt`."""
        task = Task("forward", tuple(wrt), guarded=False)
        number = len(self.special.program.main.returned)
        types = self.special.program.main.parameters
        ready = [converted(direction, types[k].type) for k, direction in zip(wrt, directions, strict=True)]
        out = Careful(self.special, task, "native", number)(*self.entered, *ready)
        return list(out[:number]), list(out[number:])

    def pullback(self, wrt: Sequence[int]) -> ForwardRun:
        """A run of the forward half, whose results it has, and which takes cotangents of the float ones to those of the leaves `wrt`."""
        task = Task("split", tuple(wrt), self.floats, guarded=True)
        own = [leaf.copy() if isinstance(leaf, np.ndarray) else leaf for leaf in self.entered]
        return ForwardRun(self.special, task, "native", own)

    @property
    def entered(self) -> Sequence[Any]:
        """The leaves, looked at before a derivative takes them; copies of those that are written and read-only."""
        enter = entering(self.special)
        if enter is None:
            return self.leaves
        written = self.special.written
        return enter([leaf.copy() if k in written and not leaf.flags.writeable else leaf for k, leaf in enumerate(self.leaves)])

    def matching(self, positions: Sequence[int], values: Sequence[Any]) -> list[Any]:
        """Cotangents of these results as compiled code takes them."""
        types = self.special.program.main.result_types
        return [converted(value, types[k]) for k, value in zip(positions, values, strict=True)]


def converted(value: Any, type_: Any) -> Any:
    """A number or an array of the type of a result."""
    dtype = scalar_of(type_).numpy
    if isinstance(type_, ArrayType):
        return np.ascontiguousarray(value, dtype.type).reshape(np.shape(value))
    return float(value) if dtype == np.float64 else dtype.type(value)
