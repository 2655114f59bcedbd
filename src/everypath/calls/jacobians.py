"""Directional derivatives and what is made of them: `jvp`, `vjp`, and full Jacobians column by column or row by row."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from copy import copy
from typing import Any, Literal

import numpy as np

from .. import complexes
from ..errors import InvalidArgument, NotDifferentiable
from ..ir.types import ArrayType
from ..pipeline import Backend, Task
from ..structure import Container, Leaf, Rows, Structure, count, paths, rebuild
from ..tracebacks import for_the_user
from .boundary import carries, gradient_structure, opaque, rebuilder, said
from .careful import Careful
from .choice import Choice, one_or_tuple
from .deciding import Decided, one_kind, undecided
from .derived import Derived, P, R, entering
from .directions import like
from .pullback import ForwardRun, Pullback
from .remembered import Finish
from .specialise import Specialisation
from .vector import Vector

JacobianMode = Literal["auto", "forward", "reverse"]


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


class Tangent(Derived[P, R]):
    """`jvp`: value and directional derivative."""

    @for_the_user
    def along(self, primals: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, Any]:
        """(value, tangent of the value)."""
        special, leaves = self.find(primals, {})
        if len(tangents) != len(primals):
            raise InvalidArgument(f"jvp needs one tangent for each argument: {len(primals)} arguments, {len(tangents)} tangents")
        arguments = self.arguments(special).passed(len(primals))
        directions: list[Any] = []
        for argument, tangent in zip(arguments, tangents, strict=True):
            given = leaves[argument.first : argument.first + count(argument.structure)]
            directions += like(tangent, argument.structure, given, f"the tangent of {argument.path}")
        enter = entering(special)
        run = self.careful(special, tuple(p for argument in arguments for p in argument.positions))
        n = len(special.program.main.returned)
        out = run(*(enter(leaves) if enter else leaves), *directions)
        result = special.lowered.result
        tangents_of_result = [t.copy() if shared(t, directions) else t for t in out[n:]]  # where f returns its argument, or a view of it
        if undecided(result):
            what = Decided(result, out[:n])
            return what.value(), what.tangent(tangents_of_result)
        return rebuilder(result)(out[:n]), rebuild(gradient_structure(result), tangents_of_result)

    def careful(self, special: Specialisation, wrt: tuple[int, ...]) -> Careful:
        """The compiled function along tangents of the leaves `wrt`."""
        if not wrt:
            raise NotDifferentiable(f"{special.name} has no floating-point argument to take a tangent along")
        return Careful(special, Task("forward", wrt, guarded=False), self.backend, len(special.program.main.returned))


def shared(x: Any, others: Sequence[Any]) -> bool:
    """Whether an array may share memory with one of the others."""
    return isinstance(x, np.ndarray) and any(isinstance(other, np.ndarray) and np.may_share_memory(x, other) for other in others)


class Cotangent(Derived[P, R]):
    """`vjp`: value, and a pullback that may be called many times."""

    @for_the_user
    def at(self, primals: Sequence[Any]) -> tuple[Any, Callable[[Any], tuple[Any, ...]]]:
        """(value, pullback)."""
        special, leaves = self.find(primals, {})
        arguments = self.arguments(special).passed(len(primals))
        wrt = tuple(p for argument in arguments for p in argument.positions)
        run = self.forward(special, wrt, leaves)
        result = special.lowered.result
        kept = [r.copy() if isinstance(r, np.ndarray) else r for r in run.results]
        build = rebuilder(one_or_tuple([gradient_structure(a.structure) for a in arguments], many=True))

        if undecided(result):
            what = Decided(result, kept)
            own = functools.partial(like, structure=what.structure, primal=what.leaves, what="the cotangent")
            return what.value(), Pullback(special.name, run, lambda cotangent: what.all_of(own(cotangent)), build)
        entering = functools.partial(like, structure=result, primal=run.results, what="the cotangent")
        pullback = Pullback(special.name, run, entering, build)
        return rebuilder(result)(kept), pullback

    def forward(self, special: Specialisation, wrt: tuple[int, ...], leaves: Sequence[Any]) -> ForwardRun:
        """The results, and what takes the cotangents of the float ones and gives those of the leaves `wrt`.

        What is saved must outlive changes that the caller makes to the arguments and to the results: both are copied.
        """
        if not wrt:
            raise NotDifferentiable(f"{special.name} has no floating-point argument to pull back to")
        outputs = float_positions(special.lowered.result) if undecided(special.lowered.result) else float_results(special)
        task, enter = Task("split", wrt, outputs, guarded=True), entering(special)
        own = [leaf.copy() if isinstance(leaf, np.ndarray) else leaf for leaf in (enter(leaves) if enter else leaves)]
        return ForwardRun(special, task, self.backend, own)


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

        def finish(leaves: Sequence[Any]) -> Any:
            leaves = enter(leaves) if enter else leaves
            if self.forward(special, leaves, inputs):
                blocks = by_columns(along, leaves, inputs, outputs)
            else:
                blocks = by_rows(special, self.backward_task(special), self.backend, leaves, inputs, outputs)
            if several:
                what = Decided(result, results_at(special, self.backend, leaves))
                return arranged(what.structure, what.of_own(blocks), choice)
            return arranged(result, blocks, choice)

        return finish

    def forward(self, special: Specialisation, leaves: Sequence[Any], inputs: Sequence[int]) -> bool:
        """Whether to go column by column: asked for, or no more inputs than outputs."""
        if self.mode != "auto":
            return self.mode == "forward"
        result = special.lowered.result
        n = sum(np.size(leaves[k]) for k in inputs)
        sizes = [leaf for _, leaf in paths(result) if carries(leaf)]
        if all(not isinstance(leaf.type, ArrayType) for leaf in sizes):
            return n <= len(sizes)
        if n == 1:
            return True
        out = results_at(special, self.backend, leaves)
        return n <= sum(np.size(out[k]) for k in float_positions(result))


Blocks = list[list[Any]]
"""One array for each pair of a float result and a chosen argument leaf, of shape result.shape + leaf.shape; scalars for scalars."""


def by_columns(along: Vector, leaves: Sequence[Any], inputs: Sequence[int], outputs: Sequence[int]) -> Blocks:
    """Forward mode along each element of the inputs."""
    zeros = [zero_like(leaves[k]) for k in inputs]
    places = [(j, element) for j, k in enumerate(inputs) for element in range(np.size(leaves[k]))]
    directions = [[*zeros[:j], basis(leaves[inputs[j]], element), *zeros[j + 1 :]] for j, element in places]
    made, _ = along(leaves, directions or [zeros])
    columns: list[list[Any]] = [[] for _ in inputs]
    for (j, _), tangents in zip(places, made, strict=False):
        columns[j].append(tangents)
    out = made[0]
    blocks: Blocks = []
    for i in range(len(outputs)):
        shape = np.shape(out[i])
        row = []
        for j, k in enumerate(inputs):
            given = np.shape(leaves[k])
            stacked = [np.asarray(column[i]) for column in columns[j]]
            flat = np.stack(stacked, axis=-1) if stacked else np.zeros((*shape, 0))
            row.append(flat.reshape(shape + given))
        blocks.append(row)
    return blocks


def by_rows(
    special: Specialisation, task: Task, backend: Any, leaves: Sequence[Any], inputs: Sequence[int], outputs: Sequence[int]
) -> Blocks:
    """Forward once, backward once for each element of the outputs."""
    second = ForwardRun(special, task, backend, leaves)
    values = [second.results[i] for i in outputs]
    zeros = list(map(zero_like, values))
    blocks: Blocks = []
    for i, value in enumerate(values):
        rows: list[list[Any]] = []
        for element in range(np.size(value)):
            cotangents = list(zeros)
            cotangents[i] = basis(value, element)
            rows.append(list(second(*cotangents)))
        row = []
        for j, k in enumerate(inputs):
            shape = np.shape(value) + np.shape(leaves[k])
            row.append(np.array([r[j] for r in rows]).reshape(shape) if rows else np.zeros(shape))
        blocks.append(row)
    return blocks


def basis(like_: Any, element: int) -> Any:
    """The direction with a 1 at one element (in C order) and 0 elsewhere."""
    direction = zero_like(like_)
    if not isinstance(direction, np.ndarray):
        return type(direction)(1)
    direction.flat[element] = 1
    return direction


def zero_like(value: Any) -> Any:
    """The direction in which a number, or an array, does not move."""
    if isinstance(value, np.ndarray):
        return np.zeros(value.shape, value.dtype.type)
    return np.float32(0) if isinstance(value, np.float32) else 0.0


def arranged(result: Structure, blocks: Blocks, choice: Choice) -> Any:
    """The containers of the result, and in each of its float leaves those of the arguments."""
    containers = choice.structure(lambda structure: structure)
    inputs = [leaf for _, leaf in paths(containers) if carries(leaf)]
    columns = opaque(containers)

    def over_inputs(row: Sequence[Any]) -> Any:
        return rebuild(columns, [of_input(block, leaf) for block, leaf in zip(choice.each(row, copy), inputs, strict=True)])

    def of_output(row: Sequence[Any], leaf: Leaf) -> Any:
        if leaf.kind == "list":
            return [over_inputs([block[i] for block in row]) for i in range(len(row[0]))]
        return over_inputs(row)

    outputs = [leaf for _, leaf in paths(result) if carries(leaf)]
    return rebuild(opaque(result), [of_output(row, leaf) for row, leaf in zip(blocks, outputs, strict=True)])


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
