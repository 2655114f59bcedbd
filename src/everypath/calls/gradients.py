"""The callables of `compile`, `grad`, `value_and_grad` and `hvp`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from functools import partial
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from ..errors import InvalidArgument, NotSupported
from ..ir.types import ArrayType, Type, scalar_of
from ..lower import Purpose
from ..lower.entry import Changing
from ..pipeline import Backend, Task, at_once
from ..structure import Container, Leaf, count
from .boundary import gradient_structure, overlap, rebuilder, scalar_result
from .budget import bytes_of
from .careful import Careful
from .changing import answered, changes_nothing
from .deciding import Decided, scalar_alternatives
from .derived import Derived, P, R, entering, refuse_windows
from .remembered import Finish
from .specialise import Specialisation, versions_of


class Compiled(Derived[P, R]):
    """The function itself as native code. What it writes to its arguments, it writes to the caller's; the arrays of arguments in
    `donate` it may overwrite with results."""

    def __init__(
        self, kind: str, function: Callable[..., Any], wrt: Any = 0, *, donate: tuple[int | str, ...] = (), backend: Backend = "native"
    ) -> None:
        super().__init__(kind, function, wrt, backend=backend)
        self.donate = donate

    def options(self) -> dict[str, Any]:
        return {"backend": self.backend, "donate": self.donate}

    purpose = Purpose.VALUES

    def task(self, special: Specialisation) -> Task:
        return Task("value", guarded=False, donated=self.donated(special))

    def donated(self, special: Specialisation) -> tuple[int, ...]:
        """The positions of the arrays in donated arguments. None are given to what may have to run again."""
        if not self.donate or special.lowered.changing is not None or special.left_open:
            return ()
        arguments = self.arguments(special)
        every = {argument.first + k for argument in map(arguments.find, self.donate) for k in range(count(argument.structure))}
        types = [p.type for p in special.program.main.parameters]
        return tuple(k for k in sorted(every) if isinstance(types[k], ArrayType))

    def prepare(self, special: Specialisation) -> Finish:
        changing = special.lowered.changing
        if isinstance(changing, list):
            raise NotSupported(changing)
        if isinstance(changing, Changing):
            build = partial(answered, changing, ()) if changes_nothing(special.lowered) else list
            return self.compiled(Specialisation(self.function, changing.lowered, special.statics), build)
        return self.compiled(special, rebuilder(special.lowered.result))

    def finished(self, special: Specialisation, answer: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        changing = special.lowered.changing
        if not isinstance(changing, Changing) or changes_nothing(special.lowered):
            return answer
        given = special.lowered.signature.bind((*self.leading, *args), {**self.named, **kwargs})
        return answered(changing, [*given, *(capture.read() for capture in special.lowered.captures)], answer)

    def compiled(self, special: Specialisation, build: Callable[[Sequence[Any]], Any]) -> Finish:
        run: Callable[..., Sequence[Any]]
        (run,) = special.executable(self.task(special), self.backend)
        if special.left_open:
            run = Careful(special, self.task(special), self.backend, 0)
        enter, written, donated = entering(special, derivative=False), special.written, self.donated(special)
        if not written and not donated:
            return (lambda leaves: build(run(*leaves))) if enter is None else (lambda leaves: build(run(*enter(leaves))))
        in_order = [isinstance(p.type, ArrayType) and p.type.contiguous for p in special.program.main.parameters]
        strided = [k for k in written if not in_order[k]]

        def finish(leaves: Sequence[Any]) -> Any:
            if enter is not None:
                enter(leaves)
            for k in strided:
                refuse_windows(special, k, leaves[k])
            results = at_once(run, leaves)
            return build(carefully(leaves) if results is None else results)

        def carefully(leaves: Sequence[Any]) -> Sequence[Any]:
            """Passes and machine code take arrays that are written to be apart from all others; the IR as lowered does not.
            What is donated is copied here."""
            leaves = [leaf.copy() if k in donated and k not in written else leaf for k, leaf in enumerate(leaves)]
            for k in written:
                refuse_windows(special, k, leaves[k])
            if overlap(leaves, written):
                refuse_parts(special, leaves)
                return special.literal(*leaves)
            return run(*leaves)

        return finish


def refuse_parts(special: Specialisation, leaves: Sequence[Any]) -> None:
    """InvalidArgument for a complex array whose parts would be copied, and that shares memory with an array that is written."""
    for (path, _), leaf, parameter in zip(special.parameters, leaves, special.program.main.parameters, strict=False):
        if isinstance(parameter.type, ArrayType) and parameter.type.contiguous and not leaf.flags.c_contiguous:
            raise InvalidArgument(f"{special.name} writes to an array that shares memory with {path}; pass a copy of one of them")


class Product(Compiled[P, R]):
    """`hvp(f)`: the Hessian times a vector. `composed` makes its program; here it is only run."""

    purpose = Purpose.ALL

    def __init__(self, kind: str, function: Callable[..., Any], wrt: Any = 0, *, backend: Backend = "native") -> None:
        super().__init__(kind, function, wrt, backend=backend)
        self.versions = versions_of(self)

    def options(self) -> dict[str, Any]:
        return {"backend": self.backend}

    def prepare(self, special: Specialisation) -> Finish:
        run = Careful(special, self.task(special), self.backend, 0)
        enter, build = entering(special), rebuilder(special.lowered.result)
        if enter is None:
            return lambda leaves: build(run(*leaves))
        *others, (_, vector) = special.lowered.arguments
        first = sum(count(structure) for _, structure in others)
        vectors = range(first, first + count(vector))

        def finish(leaves: Sequence[Any]) -> Any:
            return build(run(*enter([copy(leaf) if k in vectors else leaf for k, leaf in enumerate(leaves)])))

        return finish


class Gradient(Derived[P, R]):
    """`grad(f)` and `value_and_grad(f)`."""

    purpose = Purpose.GRADIENTS

    if TYPE_CHECKING:  # `P` with the first parameter taken out has lost its name: a call by names alone is not looked at

        @overload
        def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R: ...
        @overload
        def __call__(self, **kwargs: Any) -> R: ...
        def __call__(self, *args: Any, **kwargs: Any) -> Any: ...

    def task(self, special: Specialisation) -> Task:
        alternatives = self.alternatives(special)
        values = self.kind != "grad" or self.has_aux or alternatives is not None
        return Task(
            "reverse", self.choice(special).positions, alternatives or (0,), guarded=False, values=values, budget=bytes_of(self.memory)
        )

    def prepare(self, special: Specialisation) -> Finish:
        result = special.lowered.result
        choice = self.choice(special)  # an integer argument is what to hear of first
        if self.alternatives(special) is not None:
            return self.of_alternatives(special)
        scalar_result(result, self.has_aux, special.name, self.kind)
        task = self.task(special)
        n = len(special.program.main.returned) if task.values else 0
        run = Careful(special, task, self.backend, n)
        one = unit(special.program.main.result_types[0])
        enter = entering(special)
        structure = choice.structure(gradient_structure)
        plain = self.backend == "native" and enter is None and not task.values and choice.one_to_one
        if plain and isinstance(structure, Leaf) and structure.kind in ("float", "array"):
            return lambda leaves: run(*leaves, one)[0]
        build, build_result = rebuilder(structure), rebuilder(result)
        if plain:
            return lambda leaves: build(run(*leaves, one))
        aux = self.has_aux and isinstance(result, Container)

        def finish(leaves: Sequence[Any]) -> Any:
            out = run(*(enter(leaves) if enter else leaves), one)
            derivative = build(choice.each(out[n:], copy))
            if self.kind == "value_and_grad":
                return build_result(out[:n]), derivative
            return (derivative, build_result(out[:n])[1]) if aux else derivative

        return finish

    def alternatives(self, special: Specialisation) -> tuple[int, ...] | None:
        """The scalars that the result may be, as the path decides; None where it is one kind of value."""
        return None if self.has_aux else scalar_alternatives(special.lowered.result)

    def of_alternatives(self, special: Specialisation) -> Finish:
        """The gradient of a function that returns one kind of value or another: of the one that it was, if that is a scalar."""
        result, choice, types = special.lowered.result, self.choice(special), special.program.main.result_types
        n = len(types)
        task, enter = self.task(special), entering(special)
        run, ones = Careful(special, task, self.backend, n), [unit(types[k]) for k in task.seeded]
        build = rebuilder(choice.structure(gradient_structure))

        def finish(leaves: Sequence[Any]) -> Any:
            out = run(*(enter(leaves) if enter else leaves), *ones)
            what = Decided(result, out[:n])
            scalar_result(what.structure, False, special.name, self.kind)
            derivative = build(choice.each(out[n:], copy))
            return (what.value(), derivative) if self.kind == "value_and_grad" else derivative

        return finish


def unit(type_: Type) -> Any:
    """The cotangent 1 of a scalar result, or of an array of rank 0."""
    dtype = scalar_of(type_).numpy
    if isinstance(type_, ArrayType):
        return np.ones((), dtype)
    return 1.0 if dtype == np.float64 else dtype.type(1)
