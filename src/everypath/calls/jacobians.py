"""Directional derivatives and what is made of them: `jvp`, `vjp`, and full Jacobians column by column or row by row."""

from __future__ import annotations

import functools
import os
import threading
import weakref
from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np

from ..errors import InvalidArgument, NotDifferentiable
from ..ir.types import ArrayType
from ..pipeline import Executable, Task
from ..structure import Container, Structure, count, paths, rebuild
from .boundary import carries, gradient_structure, like, opaque, rebuilder, said
from .derived import Careful, Derived, Finish, entering
from .specialise import Specialisation

JacobianMode = Literal["auto", "forward", "reverse"]


def float_positions(structure: Structure) -> tuple[int, ...]:
    """Which leaves of a structure carry a derivative."""
    return tuple(k for k, (_, leaf) in enumerate(paths(structure)) if carries(leaf))


def argument_positions(special: Specialisation, leading: int) -> list[tuple[str, Structure, int]]:
    """(name, structure, first leaf) of each argument of the call, `*args` taken apart."""
    found, first = [], 0
    for k, (name, structure) in enumerate(special.lowered.arguments):
        if name.startswith("*") and not name.startswith("**") and isinstance(structure, Container):
            start = first
            for key, child in zip(structure.keys, structure.children, strict=True):
                found.append((f"{name[1:]}[{key}]", child, start))
                start += count(child)
        elif k >= leading:
            found.append((name, structure, first))
        first += count(structure)
    return found


class Tangent(Derived):
    """`jvp`: value and directional derivative."""

    def task(self, special: Specialisation) -> Task:
        arguments = argument_positions(special, len(self.leading))
        wrt = tuple(first + k for _, structure, first in arguments for k in float_positions(structure))
        if not wrt:
            raise NotDifferentiable(f"{special.name} has no floating-point argument to take a tangent along")
        return Task("forward", wrt, guarded=False)

    def along(self, primals: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, Any]:
        """(value, tangent of the value)."""
        special, leaves = self.find(primals, {})
        arguments = argument_positions(special, len(self.leading))
        if len(tangents) != len(primals):
            raise InvalidArgument(f"jvp needs one tangent for each argument: {len(primals)} arguments, {len(tangents)} tangents")
        directions: list[Any] = []
        for k, (name, structure, first) in enumerate(arguments):
            given = leaves[first : first + count(structure)]
            if k >= len(tangents):  # a parameter left at its default
                directions += [np.zeros_like(given[p])[()] for p in float_positions(structure)]
            elif float_positions(structure):
                directions += like(tangents[k], structure, given, f"the tangent of {name}")
        n = len(special.program.main.returned)
        run = self.prepared.get(special) or self.prepared.setdefault(special, self.prepare(special))
        out = run([*leaves, *directions])
        result = special.lowered.result
        return rebuilder(result)(out[:n]), rebuild(gradient_structure(result), list(out[n:]))

    def prepare(self, special: Specialisation) -> Finish:
        careful = Careful(special, self.task(special), self.backend, len(special.program.main.returned))
        enter = entering(special)
        return lambda leaves: careful(*(enter(leaves) if enter else leaves))


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

    def __init__(self, name: str, backward: Backward, entering: Callable[[Any], list[Any]], build: Callable[[Sequence[Any]], Any]) -> None:
        self.__name__ = f"pullback_of_{name}"
        self.backward, self.entering, self.build = backward, entering, build

    def __call__(self, cotangent: Any) -> tuple[Any, ...]:
        pulled: tuple[Any, ...] = self.build(self.backward(*self.entering(cotangent)))
        return pulled

    def __copy__(self) -> Pullback:
        return self

    def __deepcopy__(self, memo: Any) -> Pullback:
        return self

    def __reduce__(self) -> Any:
        raise TypeError(
            f"cannot pickle {self.__name__}: it holds what one run saved; send the function and its arguments, and call vjp there"
        )


class Cotangent(Derived):
    """`vjp`: value, and a pullback that may be called many times."""

    def task(self, special: Specialisation) -> Task:
        arguments = argument_positions(special, len(self.leading))
        wrt = tuple(first + k for _, structure, first in arguments for k in float_positions(structure))
        seeded = float_positions(special.lowered.result)
        if not wrt:
            raise NotDifferentiable(f"{special.name} has no floating-point argument to pull back to")
        if not seeded:
            raise NotDifferentiable(f"{special.name} returns {said(special.lowered.result)}, and only floats have derivatives")
        return Task("split", wrt, seeded, guarded=True)

    def prepare(self, special: Specialisation) -> Finish:
        """From leaves to (results, backward), `backward` taking the cotangents of the float results.

        What is saved must outlive changes that the caller makes to the arguments and to the results: both are copied.
        """
        first, second = special.executable(self.task(special), self.backend)
        enter = entering(special)

        def finish(leaves: Sequence[Any]) -> tuple[list[Any], Backward]:
            own = [leaf.copy() if isinstance(leaf, np.ndarray) else leaf for leaf in (enter(leaves) if enter else leaves)]
            *results, record = first(*own)
            return results, Backward(second, record)

        return finish

    def at(self, primals: Sequence[Any]) -> tuple[Any, Callable[[Any], tuple[Any, ...]]]:
        """(value, pullback)."""
        special, leaves = self.find(primals, {})
        finish = self.prepared.get(special) or self.prepared.setdefault(special, self.prepare(special))
        results, backward = finish(leaves)
        result = special.lowered.result
        kept = [r.copy() if isinstance(r, np.ndarray) else r for r in results]
        structures = [gradient_structure(s) for _, s, _ in argument_positions(special, len(self.leading))]
        build = rebuilder(Container(tuple, tuple(range(len(structures))), tuple(structures)))

        entering = functools.partial(like, structure=result, primal=results, what="the cotangent")
        pullback = Pullback(special.name, backward, entering, build)
        return rebuilder(result)(kept), pullback


class Jacobian(Derived):
    """`jacobian`, `jacfwd`, `jacrev` and `hessian` (the forward Jacobian of a gradient)."""

    def __init__(self, kind: str, function: Callable[..., Any], wrt: Any = 0, *, mode: JacobianMode = "auto", **options: Any) -> None:
        super().__init__(kind, function, wrt, **options)
        self.mode = mode

    def options(self) -> dict[str, Any]:
        return {**super().options(), "mode": self.mode}

    def task(self, special: Specialisation) -> Task:
        return self.backward_task(special) if self.mode == "reverse" else self.forward_task(special)

    def forward_task(self, special: Specialisation) -> Task:
        return Task("forward", self.positions(special), guarded=False)

    def backward_task(self, special: Specialisation) -> Task:
        return Task("split", self.positions(special), float_positions(special.lowered.result), guarded=True)

    def prepare(self, special: Specialisation) -> Finish:
        result = special.lowered.result
        outputs, inputs = float_positions(result), self.positions(special)
        if not outputs:
            raise NotDifferentiable(f"{special.name} returns {said(result)}, and only floats have derivatives")
        columns = self.over_wrt([opaque(s) for _, s, _ in self.picked(special)])
        enter = entering(special)

        def finish(leaves: Sequence[Any]) -> Any:
            leaves = enter(leaves) if enter else leaves
            if self.forward(special, leaves, inputs):
                blocks = by_columns(special, self.forward_task(special), self.backend, leaves, inputs, outputs)
            else:
                blocks = by_rows(special, self.backward_task(special), self.backend, leaves, inputs, outputs)
            return arranged(result, blocks, columns)

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
        (value,) = special.executable(Task("value"), self.backend, silent=True)
        copies = [leaf.copy() if isinstance(leaf, np.ndarray) and k in special.written else leaf for k, leaf in enumerate(leaves)]
        out = value(*copies)
        return n <= sum(np.size(out[k]) for k in float_positions(result))


Blocks = list[list[Any]]
"""One array for each pair of a float result and a chosen argument leaf, of shape result.shape + leaf.shape; scalars for scalars."""


def by_columns(
    special: Specialisation, task: Task, backend: Any, leaves: Sequence[Any], inputs: Sequence[int], outputs: Sequence[int]
) -> Blocks:
    """Forward mode once for each element of the inputs."""
    n = len(special.program.main.returned)
    loud, silent = Careful(special, task, backend, n), Careful(special, task, backend, n, silent=True)
    zeros = [np.zeros_like(leaves[k], order="C") if isinstance(leaves[k], np.ndarray) else zero_like(leaves[k]) for k in inputs]
    columns: list[list[list[Any]]] = [[] for _ in inputs]
    run = loud
    for j, k in enumerate(inputs):
        for element in range(np.size(leaves[k])):
            tangents = list(zeros)
            tangents[j] = basis(leaves[k], element)
            columns[j].append(list(run(*leaves, *tangents)[n:]))
            run = silent
    out = loud.run(*leaves, *zeros)[n:] if any(not c for c in columns) else columns[0][0]
    blocks: Blocks = []
    for i in range(len(outputs)):
        shape = np.shape(out[i])
        row = []
        for j, k in enumerate(inputs):
            given = np.shape(leaves[k])
            stacked = [np.asarray(column[i]) for column in columns[j]]
            flat = np.stack(stacked, axis=-1) if stacked else np.zeros((*shape, 0))
            row.append(block(flat.reshape(shape + given)))
        blocks.append(row)
    return blocks


def by_rows(
    special: Specialisation, task: Task, backend: Any, leaves: Sequence[Any], inputs: Sequence[int], outputs: Sequence[int]
) -> Blocks:
    """Forward once, backward once for each element of the outputs."""
    first, second = special.executable(task, backend)
    *results, record = first(*leaves)
    values = [results[i] for i in outputs]
    zeros = [np.zeros_like(v, order="C") if isinstance(v, np.ndarray) else zero_like(v) for v in values]
    blocks: Blocks = []
    for i, value in enumerate(values):
        rows: list[list[Any]] = []
        for element in range(np.size(value)):
            cotangents = list(zeros)
            cotangents[i] = basis(value, element)
            rows.append(list(second(record, *cotangents)))
        row = []
        for j, k in enumerate(inputs):
            shape = np.shape(value) + np.shape(leaves[k])
            row.append(block(np.array([r[j] for r in rows]).reshape(shape) if rows else np.zeros(shape)))
        blocks.append(row)
    return blocks


def basis(like_: Any, element: int) -> Any:
    """The direction with a 1 at one element (in C order) and 0 elsewhere."""
    if not isinstance(like_, np.ndarray):
        return zero_like(like_) + type(zero_like(like_))(1)
    direction = np.zeros(like_.shape, like_.dtype.newbyteorder("="))
    direction.flat[element] = 1
    return direction


def zero_like(value: Any) -> Any:
    """Zero of the type of a scalar."""
    return np.float32(0) if isinstance(value, np.float32) else 0.0


def block(array: np.ndarray[Any, Any]) -> Any:
    """The array, or its number where it has no axes."""
    return array.item() if array.ndim == 0 else array


def arranged(result: Structure, blocks: Blocks, columns: Structure) -> Any:
    """The containers of the result, and in each of its float leaves those of the arguments."""
    return rebuild(opaque(result), [rebuild(columns, row) for row in blocks])
