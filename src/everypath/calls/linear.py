"""`jvp` and `vjp`: what is asked of a function at one point, by what it is there: a linear map.

Both are called with primals, as any function that was made, and so find what is compiled for them as fast; what they give goes on from
the leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from ..errors import NotDifferentiable
from ..pipeline import Backend, Task
from ..structure import builder, count
from .boundary import gradient_structure, rebuilder
from .careful import Careful
from .choice import Argument, one_or_tuple
from .deciding import Decided, undecided
from .derived import Derived, P, R, entering
from .directions import like, matching
from .jacobians import float_positions, float_results
from .pullback import ForwardRun, Halves, Pullback
from .remembered import Finish
from .specialise import Specialisation, kept_of

Value = tuple[Any, Any]


def positions(arguments: Sequence[Argument]) -> tuple[int, ...]:
    """The leaves of the arguments that carry a derivative."""
    return tuple(p for argument in arguments for p in argument.positions)


class Tangent(Derived[P, R]):
    """`jvp`: at primals, what takes tangents to the value and its tangent."""

    def prepare(self, special: Specialisation) -> Finish:
        arguments = self.arguments(special)
        known: dict[int, Pushforward] = {}

        def along(leaves: Sequence[Any], tangents: Sequence[Any]) -> Value:
            number = len(tangents)
            if number not in known:
                known[number] = Pushforward(special, arguments.passed(number), self.backend)
            return known[number](leaves, tangents)

        return lambda leaves: partial(along, leaves)


class Pushforward:
    """The value of one specialisation and its tangent, at leaves and along tangents of some of its arguments."""

    def __init__(self, special: Specialisation, arguments: Sequence[Argument], backend: Backend) -> None:
        wrt = positions(arguments)
        if not wrt:
            raise NotDifferentiable(f"{special.name} has no floating-point argument to take a tangent along")
        self.result = special.lowered.result
        self.number = len(special.program.main.returned)
        self.run = Careful(special, Task("forward", wrt, guarded=False), backend, self.number)
        self.enter = entering(special)
        self.directions = [
            (matching(each.structure, f"the tangent of {each.path}"), each.first, each.first + count(each.structure)) for each in arguments
        ]
        self.undecided = undecided(self.result)
        self.build, self.build_tangent = rebuilder(self.result), builder(gradient_structure(self.result))

    def __call__(self, leaves: Sequence[Any], tangents: Sequence[Any]) -> Value:
        directions: list[Any] = []
        for (match, first, last), tangent in zip(self.directions, tangents, strict=True):
            match(tangent, iter(leaves[first:last]), directions)
        out = self.run(*(self.enter(leaves) if self.enter else leaves), *directions)
        results, moves = out[: self.number], out[self.number :]
        own = [t.copy() if shared(t, directions) else t for t in moves]  # where f returns its argument, or a view of it
        if self.undecided:
            what = Decided(self.result, results)
            return what.value(), what.tangent(own)
        return self.build(results), self.build_tangent(own)


def shared(x: Any, others: Sequence[Any]) -> bool:
    """Whether an array may share memory with one of the others, that it was made a view of or is."""
    if x.__class__ is not np.ndarray:
        return False
    if x.base.__class__ is not np.ndarray:
        return any(x is other for other in others)
    return any(isinstance(other, np.ndarray) and np.may_share_memory(x, other) for other in others)


class Cotangent(Derived[P, R]):
    """`vjp`: at primals, what gives the value and a pullback to so many of them, which may be called many times."""

    def prepare(self, special: Specialisation) -> Finish:
        arguments = self.arguments(special)
        known: dict[int, Reverse] = {}

        def at(leaves: Sequence[Any], number: int) -> tuple[Any, Pullback]:
            if number not in known:
                known[number] = Reverse(special, arguments.passed(number), self.backend)
            return known[number](leaves)

        return lambda leaves: partial(at, leaves)


class Reverse:
    """The value of one specialisation at leaves, and the pullback to some of its arguments.

    What is saved must outlive changes that the caller makes to the arguments and to the results: both are copied.
    """

    def __init__(self, special: Specialisation, arguments: Sequence[Argument], backend: Backend) -> None:
        wrt = positions(arguments)
        if not wrt:
            raise NotDifferentiable(f"{special.name} has no floating-point argument to pull back to")
        self.name, self.result = special.name, special.lowered.result
        self.undecided = undecided(self.result)
        outputs = float_positions(self.result) if self.undecided else float_results(special)
        self.halves = Halves(special, Task("split", wrt, outputs, guarded=True), backend)
        self.enter = entering(special)
        self.build = rebuilder(self.result)
        self.match = matching(self.result, "the cotangent")
        self.build_pulled = rebuilder(one_or_tuple([gradient_structure(each.structure) for each in arguments], many=True))

    def __call__(self, leaves: Sequence[Any]) -> tuple[Any, Pullback]:
        run = self.halves([own(leaf) for leaf in (self.enter(leaves) if self.enter else leaves)])
        kept = [own(leaf) for leaf in run.results]
        if self.undecided:
            return self.of_alternatives(run, kept)

        def enter(cotangent: Any) -> list[Any]:
            out: list[Any] = []
            self.match(cotangent, iter(run.results), out)
            return out

        return self.build(kept), Pullback(self.name, run, enter, self.build_pulled)

    def of_alternatives(self, run: ForwardRun, kept: Sequence[Any]) -> tuple[Any, Pullback]:
        """Where the path decided what the result is."""
        what = Decided(self.result, kept)
        enter = partial(like, structure=what.structure, primal=what.leaves, what="the cotangent")
        return what.value(), Pullback(self.name, run, lambda cotangent: what.all_of(enter(cotangent)), self.build_pulled)


def own(leaf: Any) -> Any:
    """A number, or a copy of an array."""
    return leaf.copy() if isinstance(leaf, np.ndarray) else leaf


def linear(kind: type[Derived[..., Any]], name: str, function: Callable[..., Any], backend: Backend) -> Derived[..., Any]:
    """The `Tangent` or `Cotangent` of a function, made once where the function stays: `jvp(f, …)` asks for it at every call."""
    known = kept_of(function)
    if known is None:
        return kind(name, function, backend=backend)
    made: Derived[..., Any] | None = known.get((kind, backend))
    if made is None:
        made = known[kind, backend] = kind(name, function, backend=backend)
    return made
