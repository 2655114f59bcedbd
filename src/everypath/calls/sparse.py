"""Sparse Jacobians and Hessians: the pattern at this point, its colours, a sweep for each of them, and the entries put in their places.
Where the turns of a loop tell all of that (`rowwise`), none of it is done.

The pattern is found anew where it may have changed: it is the same as long as the shapes are, and the numbers that the program of
sets reads (`differentiate.pattern`): those of indices, of conditions, of products with data, and of no others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from copy import copy
from typing import Any

import numpy as np

from .. import pipeline
from ..errors import NotDifferentiable
from ..pipeline import Task
from ..structure import Structure, paths, rebuild
from .boundary import carries, opaque
from .careful import SIDES, beside
from .choice import Choice
from .colouring import fewest, of_columns, of_symmetric
from .derived import P, R, entering
from .jacobians import Jacobian, float_positions, float_results, holds_complex, results_at, zero_like
from .patterns import Integers, Pattern, csr_array
from .plans import Plan, starts
from .pullback import Halves
from .remembered import Finish
from .rowwise import Rowwise, asked
from .sparsity import found
from .specialise import Specialisation
from .vector import Vector


class SparseJacobian(Jacobian[P, R]):
    """`jacobian(f, sparse=True)` and `hessian(f, sparse=True)`."""

    sparse = True

    def prepare(self, special: Specialisation) -> Finish:
        result, choice = special.lowered.result, self.choice(special)
        float_results(special)
        if holds_complex(result) or any(holds_complex(argument.structure) for argument in choice.arguments):
            raise NotDifferentiable(
                f"{self.kind}({special.name}, sparse=True) takes and gives real numbers: take real and imaginary parts apart, or leave "
                "sparse out"
            )
        csr_array()
        return Sweeps(self, special, choice).answer


class Sweeps:
    """What answers the calls of one specialisation."""

    def __init__(self, owner: Jacobian[Any, Any], special: Specialisation, choice: Choice) -> None:
        self.owner, self.special, self.choice, self.backend = owner, special, choice, owner.backend
        self.inputs = choice.positions
        self.outputs = float_positions(special.lowered.result)
        self.symmetric = owner.kind == "hessian" and len(choice.order) == len(choice.positions)
        self.enter = entering(special)
        self.latest: tuple[list[Any], Plan] | None = None
        self.primal = len(special.program.main.returned)
        self.along = Vector(special, owner.forward_task(special), owner.backend)
        self.rowwise = (
            Rowwise(special, self.inputs, self.outputs, owner.backend) if owner.kind == "jacobian" and owner.mode == "auto" else None
        )
        results = [leaf for _, leaf in paths(special.lowered.result) if carries(leaf)]
        self.dtypes = [leaf.type.dtype.numpy if hasattr(leaf.type, "dtype") else leaf.type.numpy for leaf in results]

    def answer(self, leaves: Sequence[Any]) -> Any:
        """The sparse derivatives at these leaves, in the containers of the result and the arguments."""
        leaves = self.enter(leaves) if self.enter else leaves
        result = self.special.lowered.result
        by_rows = self.rowwise.blocks(leaves, self.dtypes) if self.rowwise else None
        if by_rows is not None:
            return arranged(result, by_rows, self.choice)
        plan = self.known(leaves)
        values, tied = self.values(plan, leaves)
        if tied:
            plan = self.plan(self.on_both_sides(plan, leaves), plan.heights)
            values, _ = self.values(plan, leaves)
        return arranged(result, self.blocks(plan, values, leaves), self.choice)

    # The pattern -------------------------------------------------------------------------------------------------

    def known(self, leaves: Sequence[Any]) -> Plan:
        """The plan for these leaves: that of the latest call where nothing has changed that it depends on."""
        latest, (_, reads) = self.latest, self.sets()
        key = asked(leaves, reads)
        if latest is not None and latest[0] == key:
            return latest[1]
        heights = self.heights(leaves)
        plan = self.plan(self.pattern_of(self.sets()[0], leaves, heights), heights)
        self.latest = key, plan
        return plan

    def sets(self, *, sided: bool = False) -> tuple[pipeline.Executable, tuple[int, ...]]:
        """The program of sets, and the parameters whose numbers it reads."""
        return self.special.sparsity(Task("pattern", self.inputs, sided=sided), self.backend)

    def heights(self, leaves: Sequence[Any]) -> tuple[int, ...]:
        """The sizes of the results. The function is run for them, before its sets are, which take for granted that it raises nothing."""
        if self.owner.mode == "reverse":
            out = results_at(self.special, self.backend, leaves)
        else:
            (run,) = self.special.executable(self.owner.forward_task(self.special), self.backend, silent=True)
            out = run(*leaves, *(zero_like(leaves[k]) for k in self.inputs))[: self.primal]
        return tuple(np.size(out[k]) for k in self.outputs)

    def pattern_of(self, run: Callable[..., Sequence[Any]], leaves: Sequence[Any], heights: Sequence[int]) -> Pattern:
        """Where entries may be, at this point."""
        given = [leaves[k] for k in self.inputs]

        def sweep(words: Integers) -> Integers:
            parts = [word.item() if np.ndim(x) == 0 and not isinstance(x, np.ndarray) else word for x, word in split(given, words)]
            out = run(*leaves, *parts)
            return np.concatenate([np.ravel(np.asarray(x, np.int64)) for x in out])

        return found(sweep, sum(heights), sum(map(np.size, given)))

    def on_both_sides(self, plan: Plan, leaves: Sequence[Any]) -> Pattern:
        """Where the derivative is the mean of those on two sides of a kink, the entries of both."""
        run, _ = self.sets(sided=True)
        pattern = plan.pattern
        for side in SIDES:
            one = self.pattern_of(lambda *all_, s=side: run(*beside(self.special, all_, s)), leaves, plan.heights)
            pattern = pattern.united(one)
        return pattern

    def plan(self, pattern: Pattern, heights: tuple[int, ...]) -> Plan:
        """The colours: of columns or of rows, whichever are fewer, or of both at once where the matrix is symmetric."""
        if self.symmetric:
            both = pattern.united(pattern.transposed)
            return Plan(both, heights, "symmetric", of_symmetric(both))
        mode = self.owner.mode
        other = pattern.transposed
        if mode == "auto":
            mode = "forward" if fewest(pattern) <= fewest(other) else "reverse"
            first = one_way(pattern, other, heights, mode)
            if first.number <= max(fewest(pattern), fewest(other)):
                return first
            second = one_way(pattern, other, heights, "reverse" if mode == "forward" else "forward")
            return first if (first.number, first.way) <= (second.number, second.way) else second
        return one_way(pattern, other, heights, mode)

    # The sweeps --------------------------------------------------------------------------------------------------

    def values(self, plan: Plan, leaves: Sequence[Any]) -> tuple[Any, bool]:
        """A row for each sweep, and whether a tie was met: then there may be other entries."""
        return self.backward(plan, leaves) if plan.way == "rows" else self.forward(plan, leaves)

    def forward(self, plan: Plan, leaves: Sequence[Any]) -> tuple[Any, bool]:
        """A row for each colour of columns: the derivative along all of them."""
        given = [leaves[k] for k in self.inputs]
        seeds = [directions(given, plan.colours == colour) for colour in range(plan.number)]
        made, tied = self.along(leaves, seeds)
        compressed = np.empty((plan.number, plan.pattern.height))
        for row, tangents in zip(compressed, made, strict=True):
            spread(row, tangents)
        return compressed, tied

    def backward(self, plan: Plan, leaves: Sequence[Any]) -> tuple[Any, bool]:
        """A row for each colour of rows: all of them pulled back together."""
        run = Halves(self.special, self.owner.backward_task(self.special), self.backend)(leaves)
        compressed = np.empty((plan.number, plan.pattern.width))
        given = [run.results[k] for k in self.outputs]
        for colour in range(plan.number):
            spread(compressed[colour], run(*directions(given, plan.colours == colour)))
        return compressed, bool(run.sides)

    # The answer --------------------------------------------------------------------------------------------------

    def blocks(self, plan: Plan, compressed: Any, leaves: Sequence[Any]) -> list[list[Any]]:
        """A matrix for each pair of a float result and a chosen leaf."""
        pieces = plan.pieces(tuple(np.size(leaves[k]) for k in self.inputs))
        return [[piece.filled(compressed, dtype) for piece in row] for row, dtype in zip(pieces, self.dtypes, strict=True)]


def one_way(pattern: Pattern, transposed: Pattern, heights: tuple[int, ...], mode: str) -> Plan:
    """The plan by columns or by rows."""
    if mode == "forward":
        return Plan(pattern, heights, "columns", of_columns(pattern))
    return Plan(pattern, heights, "rows", of_columns(transposed))


def spread(row: Any, parts: Sequence[Any]) -> None:
    """Write numbers and arrays into `row`, one after the other."""
    for part, start in zip(parts, starts([np.size(x) for x in parts]), strict=True):
        row[start : start + np.size(part)] = np.ravel(part)


def split(like_: Sequence[Any], numbers: Any) -> Iterator[tuple[Any, Any]]:
    """Each of several numbers and arrays, with its share of a flat array in its shape."""
    for x, start in zip(like_, starts([np.size(x) for x in like_]), strict=True):
        yield x, numbers[start : start + np.size(x)].reshape(np.shape(x))


def directions(given: Sequence[Any], chosen: Any) -> list[Any]:
    """The direction that is 1 at the chosen elements."""
    return [part.astype(x.dtype.type) if isinstance(x, np.ndarray) else type(zero_like(x))(part.item()) for x, part in split(given, chosen)]


def arranged(result: Structure, blocks: Sequence[Sequence[Any]], choice: Choice) -> Any:
    """The containers of the result, and in each of its float leaves those of the arguments, with a matrix for each pair of leaves."""
    columns = opaque(choice.structure(lambda structure: structure))
    return rebuild(opaque(result), [rebuild(columns, choice.each(row, copy)) for row in blocks])
