"""Full Jacobians, column by column or row by row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from functools import cache as cached
from typing import Any, Literal

import numpy as np

from .. import complexes
from ..errors import NotDifferentiable
from ..ir.types import ArrayType
from ..pipeline import Backend, Task
from ..structure import Container, Leaf, Rows, Structure, builder, paths
from .boundary import carries, opaque, said
from .choice import Choice
from .deciding import Decided, one_kind, undecided
from .dense import dense
from .derived import Derived, P, R, entering
from .pullback import Halves
from .remembered import Finish
from .specialise import Specialisation
from .vector import Vector

JacobianMode = Literal["auto", "forward", "reverse"]

MOST = 64
"""Shapes of arguments for which it is remembered which way to go."""


def float_positions(structure: Structure) -> tuple[int, ...]:
    """Which leaves of a structure carry a derivative."""
    return tuple(k for k, (_, leaf) in enumerate(paths(structure)) if carries(leaf))


def float_results(special: Specialisation) -> tuple[int, ...]:
    """Which results carry a derivative; NotDifferentiable if none does."""
    one_kind(special.lowered.result, special.name)
    found = float_positions(special.lowered.result)
    if not found:
        raise NotDifferentiable(f"{special.name} returns {said(special.lowered.result)}, and only floats have derivatives")
    return found


def results_at(special: Specialisation, backend: Backend, leaves: Sequence[Any], *, silent: bool = True) -> Sequence[Any]:
    """What the function gives at these leaves, which stay as they are; a `silent` run prints nothing."""
    (value,) = special.executable(Task("value"), backend, silent=silent)
    return value(*(leaf.copy() if isinstance(leaf, np.ndarray) and k in special.written else leaf for k, leaf in enumerate(leaves)))


def holds_complex(structure: Structure) -> bool:
    """Whether there is a complex number or array in a value of this structure."""
    if not isinstance(structure, Container):
        return False
    return structure.type in complexes.KINDS or any(map(holds_complex, structure.children))


class Jacobian(Derived[P, R]):
    """`jacobian`, `jacfwd`, `jacrev` and `hessian` (the forward Jacobian of a gradient)."""

    def __init__(self, kind: str, function: Callable[..., Any], wrt: Any = 0, *, mode: JacobianMode = "auto", **options: Any) -> None:
        super().__init__(kind, function, wrt, **options)
        self.mode = mode

    def options(self) -> dict[str, Any]:
        return {**super().options(), "mode": self.mode}

    def task(self, special: Specialisation) -> Task:
        return self.backward_task(special) if self.mode == "reverse" else self.forward_task(special)

    def forward_task(self, special: Specialisation) -> Task:
        return Task("forward", self.choice(special).positions, guarded=False)

    def backward_task(self, special: Specialisation) -> Task:
        return Task("split", self.choice(special).positions, float_positions(special.lowered.result), guarded=True)

    def prepare(self, special: Specialisation) -> Finish:
        result = special.lowered.result
        choice = self.choice(special)
        several = undecided(result)
        outputs, inputs = float_positions(result) if several else float_results(special), choice.positions
        if holds_complex(result) and any(holds_complex(argument.structure) for argument in choice.arguments):
            raise NotDifferentiable(
                f"{self.kind}({special.name}) would be one of complex numbers by complex numbers, which is four of real ones: "
                "take real and imaginary parts apart, or use jvp, vjp or hvp"
            )
        enter, along = entering(special), Vector(special, self.forward_task(special), self.backend)
        forward, arrange = self.direction(special), None if several else arranging(result, choice)
        halves = cached(lambda: Halves(special, self.backward_task(special), self.backend))
        at_once = cached(lambda columns: None if several else dense(special, inputs, outputs, self.backend, columns=columns))

        def swept(leaves: Sequence[Any], *, columns: bool) -> Blocks:
            return by_columns(along, leaves, inputs) if columns else by_rows(halves(), leaves, inputs, outputs)

        def finish(leaves: Sequence[Any]) -> Any:
            leaves = enter(leaves) if enter else leaves
            columns = forward(leaves)
            blocks_of = at_once(columns)
            blocks = swept(leaves, columns=columns) if blocks_of is None else blocks_of(leaves)
            if arrange is None:
                what = Decided(result, results_at(special, self.backend, leaves))
                return arranging(what.structure, choice)(what.of_own(blocks))
            return arrange(blocks)

        return finish

    def direction(self, special: Specialisation) -> Callable[[Sequence[Any]], bool]:
        """Whether to go column by column at these leaves: asked for, or no more inputs than outputs."""
        inputs, outputs = self.choice(special).positions, float_positions(special.lowered.result)
        if self.mode != "auto":
            return lambda leaves: self.mode == "forward"
        types, results = ([p.type for p in special.program.main.parameters], special.program.main.result_types)
        if not any(isinstance(results[k], ArrayType) for k in outputs):
            if not any(isinstance(types[k], ArrayType) for k in inputs):
                return lambda leaves: len(inputs) <= len(outputs)
            return lambda leaves: sizes(leaves, inputs) <= len(outputs)

        def no_more(leaves: Sequence[Any]) -> bool:
            number = sizes(leaves, inputs)
            return number == 1 or number <= sizes(results_at(special, self.backend, leaves), outputs)

        return for_shapes(no_more)


def for_shapes(decide: Callable[[Sequence[Any]], bool]) -> Callable[[Sequence[Any]], bool]:
    """What was decided for leaves of these shapes holds for others of the same."""
    known: dict[tuple[Any, ...], bool] = {}

    def decided(leaves: Sequence[Any]) -> bool:
        shapes = tuple([getattr(leaf, "shape", ()) for leaf in leaves])
        found = known.get(shapes)
        if found is None:
            if len(known) >= MOST:
                known.clear()
            found = known[shapes] = decide(leaves)
        return found

    return decided


def sizes(leaves: Sequence[Any], positions: Sequence[int]) -> int:
    """How many numbers there are at these positions."""
    return sum(leaves[k].size if isinstance(leaves[k], np.ndarray) else 1 for k in positions)


Blocks = list[list[Any]]
"""One array for each pair of a float result and a chosen argument leaf, of shape result.shape + leaf.shape; scalars for scalars."""


def by_columns(along: Vector, leaves: Sequence[Any], inputs: Sequence[int]) -> Blocks:
    """Forward mode along each element of the inputs."""
    given = [leaves[k] for k in inputs]
    directions = moving_one(given)
    made, _ = along(leaves, directions or [list(map(zero_like, given))])
    found = made[: len(directions)]
    blocks: Blocks = []
    for i, like_ in enumerate(made[0]):
        row, first = [], 0
        for leaf in given:
            last = first + np.size(leaf)
            row.append(beside([tangents[i] for tangents in found[first:last]], like_, np.shape(leaf)))
            first = last
        blocks.append(row)
    return blocks


def beside(columns: Sequence[Any], like_: Any, shape: tuple[int, ...]) -> Any:
    """A block from its columns, the derivatives of what is like `like_` by each element of an input of this shape."""
    if not shape:
        return np.asarray(columns[0])
    block = np.empty((*np.shape(like_), len(columns)), np.asarray(like_).dtype if columns else float)
    for k, column in enumerate(columns):
        block[..., k] = column
    return block if len(shape) == 1 else block.reshape(np.shape(like_) + shape)


def by_rows(halves: Halves, leaves: Sequence[Any], inputs: Sequence[int], outputs: Sequence[int]) -> Blocks:
    """Forward once, backward once for each element of the outputs."""
    second = halves(leaves)
    values = [second.results[i] for i in outputs]
    rows = [second(*cotangents) for cotangents in moving_one(values)]
    blocks: Blocks = []
    first = 0
    for value in values:
        last = first + np.size(value)
        row = []
        for j, k in enumerate(inputs):
            shape = np.shape(value) + np.shape(leaves[k])
            row.append(np.array([r[j] for r in rows[first:last]]).reshape(shape) if last > first else np.zeros(shape))
        blocks.append(row)
        first = last
    return blocks


def moving_one(values: Sequence[Any]) -> list[list[Any]]:
    """The directions of numbers and arrays in which one element moves, in order."""
    if len(values) == 1:
        return [[unit] for unit in units(values[0])]
    zeros = list(map(zero_like, values))
    return [[*zeros[:j], unit, *zeros[j + 1 :]] for j, value in enumerate(values) for unit in units(value)]


def units(value: Any) -> list[Any]:
    """The directions of a number or an array with a 1 at one element and 0 elsewhere, in C order."""
    if not isinstance(value, np.ndarray):
        return [type(zero_like(value))(1)]
    if not value.ndim:
        return [np.ones((), value.dtype.type)]
    every = np.zeros(value.size**2, value.dtype.type)
    every[:: value.size + 1] = 1
    return list(every.reshape(value.size, *value.shape))


def zero_like(value: Any) -> Any:
    """The direction in which a number, or an array, does not move."""
    if isinstance(value, np.ndarray):
        return np.zeros(value.shape, value.dtype.type)
    return np.float32(0) if isinstance(value, np.float32) else 0.0


def arranging(result: Structure, choice: Choice) -> Callable[[Blocks], Any]:
    """From blocks to the containers of the result, and in each of its float leaves those of the arguments."""
    containers = choice.structure(lambda structure: structure)
    inputs = [leaf for _, leaf in paths(containers) if carries(leaf)]
    outputs = [leaf for _, leaf in paths(result) if carries(leaf)]
    columns, rows = builder(opaque(containers)), builder(opaque(result))
    if isinstance(containers, Leaf) and isinstance(result, Leaf) and containers.kind != "list" != result.kind:
        return lambda blocks: number(blocks[0][0])

    def over_inputs(row: Sequence[Any]) -> Any:
        return columns([of_input(block, leaf) for block, leaf in zip(choice.each(row, copy), inputs, strict=True)])

    def of_output(row: Sequence[Any], leaf: Leaf) -> Any:
        if leaf.kind == "list":
            return [over_inputs([block[i] for block in row]) for i in range(len(row[0]))]
        return over_inputs(row)

    return lambda blocks: rows([of_output(row, leaf) for row, leaf in zip(blocks, outputs, strict=True)])


def of_input(block: Any, leaf: Leaf) -> Any:
    """A block as its input is: a list of columns for a list of numbers; numbers where it has no axes."""
    if leaf.kind == "list":
        return of_rows(block, leaf.type.rank, leaf.rows)  # type: ignore[union-attr]
    return number(block)


def of_rows(block: Any, rank: int, rows: Rows | None) -> Any:
    """A block whose last `rank` axes are those of a list, as a list of blocks; a row of numbers is a list or a tuple of them."""
    columns = [np.array(column, order="C") for column in np.moveaxis(block, -rank, 0)]
    if rows is None or rows.type is np.ndarray:
        return [number(column) for column in columns]
    return [rows.type(of_rows(column, rank - 1, None)) for column in columns]


def number(array: Any) -> Any:
    """The array, or its number where it has no axes."""
    return array.item() if np.ndim(array) == 0 else array
