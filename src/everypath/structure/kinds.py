"""What a structure is made of: leaves, what is fixed, and containers of them."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from ..ir.types import BOOL, F64, I64, ArrayType, ScalarType
from ..records import KNOWN
from ..unchanging import plain_value

MAX_LEAVES = 256
"""How many items of containers a program may name one by one: a loop over more is not unrolled."""

MOST_LEAVES = 1_024
"""How many numbers and arrays an argument may have: the moments and parameters of thirty blocks of a transformer."""

FEW = 8
MANY = 64


@plain_value
class Leaf:
    """A number or an array. `kind` is "float", "int" or "bool" (Python's own), "numpy" (a NumPy scalar), "array", or "list":
    a list of more than `FEW` Python numbers of one kind, or of more than `MANY` rows, which travels as one array. `single` are the axes
    of length 1 of an array, and `shape` is its shape, where that is part of the specialisation. `rows` are what the items of a list are,
    where they are no numbers of Python's: arrays of one shape, NumPy's scalars, or lists or tuples of so many numbers."""

    kind: str
    type: ScalarType | ArrayType
    single: tuple[int, ...] | None = None
    rows: Rows | None = None
    shape: tuple[int, ...] | None = None


@plain_value
class Rows:
    """What the items of a long list are: arrays, NumPy's scalars, or lists or tuples of `width` numbers (else it does not count)."""

    type: type
    width: int = 0


@dataclass(frozen=True, eq=False)
class Static:
    """A value that is part of the specialisation: None, strings, functions, modules, classes; numbers where asked for."""

    value: Any

    def _key(self) -> tuple[Any, ...]:
        if isinstance(self.value, (str, bytes, int, bool, frozenset, type(None), np.dtype, *KNOWN)):
            return type(self.value), self.value
        return (id(self.value),)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Static) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())


class Again(Static):
    """A container that was met before: the `value`-th of all lists, dicts and instances, in order."""

    def _key(self) -> tuple[Any, ...]:
        return Again, self.value


class Existing(Static):
    """An object of the caller's in what a function gives: `value` is its root among arguments and captures, and its number in that;
    or -1, and the number of a leaf that is the same array."""

    def _key(self) -> tuple[Any, ...]:
        return Existing, self.value


@plain_value
class Container:
    """A tuple, list, dict with string keys, NamedTuple, instance of a class bound method or slice, or a complex number or array, which
    holds its two parts. `keys` are names, or positions for sequences; of an instance, the attributes that the program reads and it has."""

    type: type
    keys: tuple[Any, ...]
    children: tuple[Structure, ...]


Structure = Leaf | Static | Container

MAPPINGS = (dict, OrderedDict)
SLICE_PARTS = ("start", "stop", "step")
DICTS = (*MAPPINGS, defaultdict)
MUTABLE = (list, set, *DICTS)
NUMBERS: dict[type, ScalarType] = {float: F64, int: I64, bool: BOOL}


class Chosen:
    """The type of a container that is one of several things, as its first child says: a number, or a bool for one of two."""

    def __new__(cls, which: int, *others: Any) -> Any:
        return others[which]


class Defaulting:
    """The base of types of containers that are a defaultdict, one for each `factory` of what is missing."""

    factory: Callable[[], Any] | None = None

    def __new__(cls) -> Any:
        return defaultdict(cls.factory)


@lru_cache(maxsize=1_000)
def defaulting(factory: Callable[[], Any] | None) -> type[Defaulting]:
    """The type of the containers that are a defaultdict with this factory."""
    return type("defaultdict", (Defaulting,), {"factory": factory})


def is_mapping(kind: type) -> bool:
    """Whether containers of this type are dicts."""
    return kind in MAPPINGS or issubclass(kind, Defaulting)


def is_mutable(kind: type) -> bool:
    """Whether containers of this type are lists, sets or dicts."""
    return kind in MUTABLE or issubclass(kind, Defaulting)


class Assembled:
    """The base of types of containers whose values are put together by `__new__` and are of another class: `part` takes one out."""

    @classmethod
    def part(cls, value: Any, key: Any) -> Any:
        """What `value` holds under `key`."""
        raise NotImplementedError


def count(structure: Structure) -> int:
    """How many leaves a value of this structure has."""
    if isinstance(structure, Leaf):
        return 1
    return sum(map(count, structure.children)) if isinstance(structure, Container) else 0


def paths(structure: Structure, path: str = "") -> Iterator[tuple[str, Leaf]]:
    """(path, leaf) for every leaf, the paths written as in Python: `layers[0][1]`, `p["w"]`, `model.bias`."""
    if isinstance(structure, Leaf):
        yield path, structure
    if isinstance(structure, Container):
        for key, child in zip(structure.keys, structure.children, strict=True):
            yield from paths(child, child_path(path, structure.type, key))


def child_path(path: str, type_: type, key: Any) -> str:
    """The path of the child of a container of this type under `key`."""
    if type_ is not tuple and not is_mutable(type_):
        return f"{path}.{key}" if path else str(key)
    return f"{path}[{key!r}]"
