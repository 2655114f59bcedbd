"""A function by the leaves of its arguments and results, as other systems of derivatives see it: numbers and arrays, with no containers.

Values leave arguments alone, as derivatives do: what the function writes, it writes to copies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from ..ir.types import ArrayType, scalar_of
from ..pipeline import Task
from ..structure import Container, Leaf, Structure, child
from .careful import Careful
from .deciding import one_kind
from .derived import entering
from .gradients import Compiled
from .jacobians import float_positions, results_at
from .pullback import Halves
from .specialise import Specialisation

Place = tuple[int, int | None]
"""A leaf; or a leaf that is a list of arrays or numbers, and one of its rows."""


class Leafwise:
    """A function whose calls are looked up by what they are called with."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.compiled: Compiled[..., Any] = Compiled("compile", function)

    def at(self, args: Sequence[Any]) -> Call:
        """A call with these arguments."""
        return Call(args, *self.compiled.find(args, {}))


class Call:
    """One call: the leaves of its arguments, then those of what the function captures; `floats` are the results that have derivatives."""

    def __init__(self, args: Sequence[Any], special: Specialisation, leaves: list[Any]) -> None:
        self.args, self.special, self.leaves = args, special, leaves
        one_kind(special.lowered.result, special.name)
        self.result: Structure = special.lowered.result
        self.floats = float_positions(self.result)

    def place(self, part: Any) -> Place | None:
        """Where a number or an array among the arguments stands among the leaves; None where the function does not get it."""
        for k, leaf in enumerate(self.leaves):
            if leaf is part:
                return k, None
        for k, rows in self.lists:
            for row, item in enumerate(rows):
                if item is part:
                    return k, row
        return None

    @cached_property
    def lists(self) -> list[tuple[int, list[Any]]]:
        """The lists among the arguments that are one leaf each."""
        given = self.special.lowered.signature.bind(tuple(self.args), {})
        found = [raw for value, (_, structure) in zip(given, self.special.lowered.arguments, strict=True) for raw in raws(value, structure)]
        return [(k, raw) for k, raw in enumerate(found) if type(raw) is list]

    def results(self) -> list[Any]:
        """The leaves of the result."""
        return list(results_at(self.special, "native", self.leaves, silent=False))

    def gradient(self, places: Sequence[Place], cotangents: Sequence[Any]) -> tuple[list[Any], list[Any]]:
        """The results, and the cotangents at these places, given those of the float results: one sweep forward and one back."""
        wrt = leaves_of(places)
        task = Task("reverse", wrt, self.floats, guarded=False)
        number = len(self.special.program.main.returned)
        out = Careful(self.special, task, "native", number)(*self.entered, *self.matching(self.floats, cotangents))
        return list(out[:number]), at(places, wrt, out[number:])

    def tangents(self, places: Sequence[Place], directions: Sequence[Any]) -> tuple[list[Any], list[Any]]:
        """The results, and the tangents of the float ones, given those at these places."""
        wrt = leaves_of(places)
        task = Task("forward", wrt, guarded=False)
        number = len(self.special.program.main.returned)
        types = self.special.program.main.parameters
        moves: dict[int, Any] = {k: np.zeros_like(self.leaves[k]) for k, row in places if row is not None}
        for (k, row), direction in zip(places, directions, strict=True):
            if row is None:
                moves[k] = direction
            else:
                moves[k][row] = direction
        ready = [converted(moves[k], types[k].type) for k in wrt]
        out = Careful(self.special, task, "native", number)(*self.entered, *ready)
        return list(out[:number]), list(out[number:])

    def pullback(self, places: Sequence[Place]) -> tuple[list[Any], Callable[..., list[Any]]]:
        """The results of a run of the forward half, and what takes cotangents of the float ones to those at these places."""
        wrt = leaves_of(places)
        task = Task("split", wrt, self.floats, guarded=True)
        own = [leaf.copy() if isinstance(leaf, np.ndarray) else leaf for leaf in self.entered]
        run = Halves(self.special, task, "native")(own)
        return list(run.results), lambda *cotangents: at(places, wrt, run(*cotangents))

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


def leaves_of(places: Sequence[Place]) -> tuple[int, ...]:
    """The leaves of these places, each once."""
    return tuple(dict.fromkeys(k for k, _ in places))


def at(places: Sequence[Place], wrt: tuple[int, ...], found: Sequence[Any]) -> list[Any]:
    """What was found for these leaves, at each of the places."""
    known = dict(zip(wrt, found, strict=True))
    return [known[k] if row is None else known[k][row] for k, row in places]


def raws(value: Any, structure: Structure) -> Iterator[Any]:
    """The leaves of a value as they stand in it: lists that are one leaf are lists."""
    if isinstance(structure, Leaf):
        yield value
    elif isinstance(structure, Container):
        for key, part in zip(structure.keys, structure.children, strict=True):
            yield from raws(child(value, structure, key), part)


def converted(value: Any, type_: Any) -> Any:
    """A number or an array of the type of a result."""
    dtype = scalar_of(type_).numpy
    if isinstance(type_, ArrayType):
        return np.ascontiguousarray(value, dtype.type).reshape(np.shape(value))
    return float(value) if dtype == np.float64 else dtype.type(value)
