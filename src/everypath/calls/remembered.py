"""Prepared calls, and how the next one is found: by the types, layouts and containers of its arguments."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .. import complexes
from ..structure import Container, Leaf, Structure, child_path
from .collecting import Collect
from .specialise import Specialisation

Finish = Callable[[Sequence[Any]], Any]
"""From the leaves of a call's arguments and captures to its answer."""

MOST = 4
"""Structures of objects that a call looks through before it describes its arguments."""


class ByLayout:
    """Prepared calls for arguments with arrays among them, by dtype, rank and flags of each, and by the values of those `valued`."""

    def __init__(self, kinds: Sequence[type], slow: Callable[..., Any], valued: tuple[int, ...]) -> None:
        self.valued = valued
        self.table: dict[tuple[Any, ...], Callable[[tuple[Any, ...]], Any]] = {}
        arrays = tuple(k for k, kind in enumerate(kinds) if kind is np.ndarray)
        self.key = by_layouts(arrays, valued)
        self.call = self.looked_up(slow)

    def looked_up(self, slow: Callable[..., Any]) -> Callable[[tuple[Any, ...]], Any]:
        """A call that is found in the table."""
        key, known = self.key, self.table.get

        def call(args: tuple[Any, ...]) -> Any:
            found = known(key(args))
            return slow(args, {}) if found is None else found(args)

        return call


@functools.cache
def by_layouts(arrays: tuple[int, ...], valued: tuple[int, ...]) -> Callable[[tuple[Any, ...]], tuple[Any, ...]]:
    """A function from arguments to the layouts of the arrays among them and the values of those `valued`, written out."""
    parts = [f"(x := args[{k}]).dtype, x.ndim, x.flags.num" for k in arrays] + [f"args[{k}]" for k in valued]
    found: Callable[[tuple[Any, ...]], tuple[Any, ...]] = eval(f"lambda args: ({', '.join(parts)},)", {"__name__": __name__})
    return found


class Nested:
    """Prepared calls for arguments in tuples, lists and dicts, by what these hold."""

    def __init__(self, slow: Callable[..., Any]) -> None:
        self.slow = slow
        self.table: dict[Any, tuple[Specialisation, Finish]] = {}

    def __call__(self, args: tuple[Any, ...]) -> Any:
        known = self.table.get(sketch(args))
        if known is not None:
            special, finish = known
            captured = special.captured()
            if captured is not None:
                leaves: list[Any] = []
                collect(args, leaves)
                return finish(leaves + captured)
        return self.slow(args, {})


class Collected:
    """Prepared calls for arguments in containers and objects: the last few structures, looked through one after the other."""

    def __init__(self, otherwise: Callable[[tuple[Any, ...]], Any], leading: tuple[Any, ...]) -> None:
        self.otherwise, self.leading = otherwise, leading
        self.ways: list[tuple[Specialisation, Collect, Finish]] = []

    def learn(self, special: Specialisation, collect: Collect | None, finish: Finish) -> None:
        """Look for arguments of this structure first."""
        if collect is not None:
            self.ways = [(special, collect, finish), *(way for way in self.ways[: MOST - 1] if way[0] is not special)]

    def __call__(self, args: tuple[Any, ...]) -> Any:
        for special, collect, finish in self.ways:
            leaves = collect(*self.leading, *args)
            if leaves is not None:
                captured = special.captured()
                if captured is not None:
                    return finish(leaves + captured)
        return self.otherwise(args)


def by_position(arguments: Sequence[tuple[str, Structure]]) -> Sequence[tuple[str, Structure]]:
    """The arguments of a call by position: those in `*args` are arguments of their own, and there are none in an empty `**kwargs`."""
    name, last = arguments[-1] if arguments else ("", None)
    if name.startswith("**") and isinstance(last, Container) and not last.children:
        return by_position(arguments[:-1])
    if not name.startswith("*") or name.startswith("**") or not isinstance(last, Container):
        return arguments
    own = ((child_path(name[1:], tuple, key), child) for key, child in zip(last.keys, last.children, strict=True))
    return (*arguments[:-1], *own)


def plainly_nested(structure: Structure) -> bool:
    """Whether a value of this structure is numbers and arrays in tuples, lists and dicts: what `sketch` tells apart."""
    if isinstance(structure, Container):
        return structure.type in (tuple, list, dict, *complexes.KINDS) and all(map(plainly_nested, structure.children))
    return isinstance(structure, Leaf) and structure.kind != "list"


def sketch(value: Any) -> Any:
    """The types, keys and layouts of `value`: equal sketches of plainly nested values mean equal structures."""
    kind = type(value)
    if kind is np.ndarray:
        return value.dtype, value.ndim, value.flags.num
    if kind is tuple or kind is list:
        return (kind, *map(sketch, value))
    if kind is dict:
        return (kind, *value, *map(sketch, value.values()))
    return kind


def collect(value: Any, leaves: list[Any]) -> None:
    """Append the leaves of a plainly nested value."""
    kind = type(value)
    if kind is tuple or kind is list:
        for child in value:
            collect(child, leaves)
    elif kind is dict:
        for child in value.values():
            collect(child, leaves)
    elif complexes.kind_of(value) is not None:
        leaves += value.real, value.imag
    else:
        leaves.append(value)


def only(finish: Finish, number: int, valued: tuple[int, ...]) -> Finish:
    """`finish` for so many arguments, of which those `valued` have no leaves; what is captured may follow."""
    kept = [k for k in range(number) if k not in valued]
    return lambda leaves: finish([*(leaves[k] for k in kept), *leaves[number:]])


def prepared_call(special: Specialisation, finish: Finish, slow: Callable[..., Any]) -> Callable[[tuple[Any, ...]], Any]:
    """`finish` for arguments that are leaves, once what is captured was found unchanged."""
    if not special.lowered.captures:
        return special.guarded(finish, lambda args: slow(args, {}))

    def call(args: tuple[Any, ...]) -> Any:
        captured = special.captured()
        return slow(args, {}) if captured is None else finish((*args, *captured))

    return call
