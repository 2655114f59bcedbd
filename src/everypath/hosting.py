"""Calls that CPython runs: what they are called with is put together from its leaves, and what they return is taken apart.

A call works on copies, and its result must be of the structure that is expected of it: that of an example, or of the first call.
"""

from __future__ import annotations

import functools
import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from . import records
from .errors import InvalidArgument, NotSupported
from .ir.types import ArrayType, Type, scalar_of
from .structure import MAPPINGS, Assembled, Container, Leaf, Structure, builder, child, describe, leaves, paths

Key = tuple[tuple[Structure, ...], tuple[tuple[str, Structure], ...]]

FEW = 4096
"""Bytes of arrays that are compared as they lie first."""

NUMBERS = (bool, int, float, np.generic)


class Known:
    """What the calls of one function returned, by the structure of their arguments. `count` grows with it."""

    def __init__(self) -> None:
        self.results: dict[Key, Structure] = {}
        self.count = 0

    def learn(self, key: Key, result: Structure) -> None:
        """Take the structure of a result."""
        self.results[key] = result
        self.count += 1


class Learnt(NotSupported):
    """A call has shown what it returns: who compiled it without knowing that compiles again."""


@dataclass(frozen=True, eq=False)
class HostCall:
    """A call of `function`: its leaves to those of its result. Where `result` is not known, the first call says it, and ends there.
    What is `data` carries no derivative: who calls it says what that is. A `trusted` function leaves its arguments as they are, and its
    result is what was said."""

    name: str
    function: Callable[..., Any]
    args: tuple[Structure, ...]
    kwargs: tuple[tuple[str, Structure], ...]
    result: Structure | None
    known: Known
    advice: tuple[str, str]
    data: bool = False
    trusted: bool = False

    @property
    def types(self) -> tuple[Type, ...]:
        """The types of the leaves of the result."""
        return () if self.result is None else tuple(leaf.type for _, leaf in paths(self.result))

    @functools.cached_property
    def changeable(self) -> bool:
        """Whether there is anything among the arguments that the function may change."""
        given = (*self.args, *(structure for _, structure in self.kwargs))
        if leaves_alone(self.function, given):
            return False
        return any(map(may_change, given))

    def __repr__(self) -> str:
        return repr(self.name)

    @functools.cached_property
    def passed(self) -> Callable[[Sequence[Any]], tuple[list[Any], dict[str, Any]]]:
        """From leaves to the arguments by position and those by name."""
        together = Container(list, tuple(range(len(self.args))), self.args)
        by_name = Container(dict, tuple(name for name, _ in self.kwargs), tuple(structure for _, structure in self.kwargs))
        build: Callable[[Sequence[Any]], Any] = builder(Container(tuple, (0, 1), (together, by_name)))
        return build

    def __call__(self, *given: Any) -> list[Any]:
        if self.trusted and self.result is not None:
            return without_gaps_between(leaves(self.function(*self.passed(given)[0]), self.result))
        args, kwargs = self.passed([np.array(x) if isinstance(x, np.ndarray) else x for x in given])
        value = self.function(*args, **kwargs)
        if self.changeable:
            self.look_at_arguments(args, kwargs, given)
        if self.result is not None and plainly_of(value, self.result):
            return leaves(value, self.result)
        value = normal(value)
        found = described(value, self.name)
        if self.result is None:
            self.known.learn((self.args, self.kwargs), found)
            reason = f"what {self.name} returns was not known before this call, and so the program around it was not complete"
            raise Learnt([(None, reason, f"call again, or say it: everypath.rule({self.name}, host=True, returns=…)")])
        if found != self.result:
            reason = f"{self.name} returns {said(found)} here, and {said(self.result)} is expected of it"
            raise NotSupported([(None, reason, "let it return the same types always, or say them with returns=")])
        return without_gaps_between(leaves(value, found))

    def look_at_arguments(self, args: Sequence[Any], kwargs: Mapping[str, Any], given: Sequence[Any]) -> None:
        """NotSupported where the function has changed what it was called with: it had copies."""
        used: list[Any] = []
        structures = [*zip(args, self.args, strict=True), *((kwargs[name], structure) for name, structure in self.kwargs)]
        for value, structure in self.seen_by(structures):
            if not unchangeable(structure) and without_gaps(describe(value)) != structure:
                self.refuse_change()
            used += leaves(value, structure)
        if not all(map(same, used, given)):
            self.refuse_change()

    def seen_by(self, structures: Sequence[tuple[Any, Structure]]) -> Iterator[tuple[Any, Structure]]:
        """These values with their structures, what functions see in place of the functions."""
        for value, structure in structures:
            if not isinstance(structure, Container) or not holds_functions(structure):
                yield value, structure
                continue
            if records.ordinary(structure.type) and not set(getattr(value, "__dict__", ())) <= set(structure.keys):
                self.refuse_change()
            keys = structure.keys
            yield from self.seen_by([(child(value, structure, key), part) for key, part in zip(keys, structure.children, strict=True)])

    def refuse_change(self) -> None:
        reason = f"{self.name} changes what it is called with, and CPython runs it on copies"
        raise NotSupported([(None, reason, "let it return what it changes")])


def without_gaps_between(leaves: Sequence[Any]) -> list[Any]:
    """The leaves in C order, which those of complex arrays are not."""
    return [np.ascontiguousarray(x) if isinstance(x, np.ndarray) and not x.flags.c_contiguous else x for x in leaves]


def plainly_of(value: Any, structure: Structure) -> bool:
    """Whether a result is of this structure, where that is a number, an array in order or a tuple of such; False for anything else."""
    kind = type(value)
    if isinstance(structure, Container):
        return kind is tuple is structure.type and len(value) == len(structure.keys) and all(map(plainly_of, value, structure.children))
    if not isinstance(structure, Leaf):
        return False
    if kind is np.ndarray and isinstance(structure.type, ArrayType) and structure.kind == "array":
        expected = structure.type
        in_order = value.flags.c_contiguous and value.flags.aligned
        return bool(value.dtype is expected.dtype.numpy and value.ndim == expected.rank and in_order)
    return kind is number_of(structure)


def number_of(leaf: Leaf) -> type | None:
    """The type of a number; of an int it must be seen how large it is."""
    if leaf.kind not in ("float", "bool", "numpy"):
        return None
    return {"float": float, "bool": bool}.get(leaf.kind) or scalar_of(leaf.type).numpy.type


def unchangeable(structure: Structure) -> bool:
    """Whether a value keeps this structure, whatever is done to it: a tuple of numbers, or of arrays."""
    if isinstance(structure, Container):
        return structure.type is tuple and all(map(unchangeable, structure.children))
    return not isinstance(structure, Leaf) or structure.kind != "list"


def may_change(structure: Structure) -> bool:
    """Whether a call may change a value: not a number, a tuple of such, or a function that sees nothing of its surroundings."""
    if isinstance(structure, Container):
        plain = structure.type is tuple or (issubclass(structure.type, Assembled) and not structure.children)
        return not plain or any(map(may_change, structure.children))
    return isinstance(structure, Leaf) and (isinstance(structure.type, ArrayType) or structure.kind == "list")


def leaves_alone(function: Callable[..., Any], given: Iterable[Structure]) -> bool:
    """Whether nothing is changed by a call: the function is of our own library, and calls none that it is given."""
    return getattr(function, "__module__", "").startswith(records.TEXTS) and not any(map(holds_functions, given))


def holds_functions(structure: Structure) -> bool:
    """Whether functions, or objects whose methods they are, are among what is put together."""
    if not isinstance(structure, Container):
        return False
    return (
        issubclass(structure.type, (Assembled, types.MethodType))
        or records.ordinary(structure.type)
        or any(map(holds_functions, structure.children))
    )


FUNCTIONS: dict[tuple[Any, ...], type[Assembled]] = {}
"""The types of functions that were made, by what they are made of."""


def function_type(
    code: types.CodeType,
    namespace: dict[str, Any],
    around: Mapping[str, Any],
    seen: Sequence[str],
    named: Sequence[str],
    attributes: tuple[tuple[str, Any], ...] = (),
) -> type[Assembled]:
    """The type of a container that is a function with this code: of the variables `seen` that it was made with, then of its default
    values, the last of which belong to the parameters `named` that are passed by name only. `around` are the cells of other variables,
    `attributes` those of the function."""
    which = (
        code,
        id(namespace),
        *(id(around.get(name)) for name in code.co_freevars),
        *seen,
        *named,
        *((name, repr(value)) for name, value in attributes),
    )
    if which not in FUNCTIONS:

        class Function(Assembled):
            """A function."""

            def __new__(cls, *parts: Any) -> Any:
                own = {name: types.CellType(part) for name, part in zip(seen, parts, strict=False)}
                closure = tuple(own[name] if name in own else around[name] for name in code.co_freevars)
                defaults = parts[len(seen) :]
                n = len(defaults) - len(named)
                made = types.FunctionType(code, namespace, code.co_name, tuple(defaults[:n]) or None, closure)
                made.__kwdefaults__ = dict(zip(named, defaults[n:], strict=True)) or None
                made.__dict__.update(attributes)
                return made

            @classmethod
            def part(cls, value: Any, key: Any) -> Any:
                """A variable that the function sees, or a default value."""
                if key in seen:
                    return value.__closure__[code.co_freevars.index(key)].cell_contents
                defaults = [*(value.__defaults__ or ()), *(value.__kwdefaults__ or {}).values()]
                return defaults[int(key)]

        FUNCTIONS[which] = Function
    return FUNCTIONS[which]


class PartialOf(Assembled):
    """The type of a container that is a `functools.partial`: its function, its arguments, those by name."""

    def __new__(cls, function: Any, args: Any, kwargs: Any) -> Any:
        return functools.partial(function, *args, **kwargs)

    @classmethod
    def part(cls, value: Any, key: Any) -> Any:
        """The function, its arguments, or those by name."""
        return getattr(value, key)


def without_gaps(structure: Structure) -> Structure:
    """The structure that a copy has."""
    if isinstance(structure, Container):
        return replace(structure, children=tuple(map(without_gaps, structure.children)))
    if isinstance(structure, Leaf) and isinstance(structure.type, ArrayType):
        return replace(structure, type=ArrayType(structure.type.dtype, structure.type.rank), single=None)
    return structure


def same(x: Any, y: Any) -> bool:
    """Whether two leaves hold the same numbers, NaN among them or not."""
    if isinstance(x, np.ndarray) and isinstance(y, np.ndarray):
        if x.nbytes <= FEW and x.shape == y.shape and x.tobytes() == y.tobytes():
            return True
        return x.shape == y.shape and bool(np.array_equal(x, y, equal_nan=x.dtype.kind == "f"))
    return bool(x == y or (x != x and y != y))


def normal(value: Any) -> Any:
    """`value` with its arrays in C order and in the machine's byte order."""
    if type(value) is np.ndarray:
        return np.asarray(value, value.dtype.newbyteorder("="), order="C")
    if type(value) in (tuple, list):
        return type(value)(map(normal, value))
    if isinstance(value, tuple) and hasattr(value, "_make"):
        return value._make(map(normal, value))
    if type(value) in MAPPINGS:
        return type(value)((key, normal(item)) for key, item in value.items())
    return value


def described(value: Any, name: str) -> Structure:
    """The structure of what the function called `name` returns; its leaves are in C order."""
    try:
        return without_gaps(describe(value, f"what {name} returns"))
    except (InvalidArgument, NotSupported) as problem:
        reason = problem.refusals[0][1] if isinstance(problem, NotSupported) else str(problem)
        raise NotSupported([(None, reason, "let it return numbers and arrays, or containers of them")]) from None


def example(returns: Any) -> Any:
    """`returns=` as a value: a type of numbers stands for a number."""
    if isinstance(returns, type) and issubclass(returns, NUMBERS):
        return returns(0)
    if type(returns) in (tuple, list):
        return type(returns)(map(example, returns))
    if type(returns) in MAPPINGS:
        return type(returns)((key, example(item)) for key, item in returns.items())
    return normal(returns)


def said(structure: Structure) -> str:
    """A structure in words."""
    if isinstance(structure, Leaf) and isinstance(structure.type, ArrayType):
        return f"{an(structure.kind)} of {structure.type.dtype.numpy} with {structure.type.rank} axes"
    if isinstance(structure, Leaf):
        return an(structure.kind if structure.kind != "numpy" else f"numpy.{scalar_of(structure.type).numpy.name}")
    if isinstance(structure, Container):
        return f"a {structure.type.__name__} of {', '.join(map(said, structure.children)) or 'nothing'}"
    return repr(structure.value)


def an(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"
