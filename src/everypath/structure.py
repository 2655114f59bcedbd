"""The shape of a Python value: which containers, and at the leaves which scalars and arrays.

A structure is what a function is specialised on. It is hashable; two calls with equal structures run the same code.
"""

from __future__ import annotations

import dataclasses
import types
from collections import OrderedDict
from collections.abc import Iterator, Set
from dataclasses import dataclass
from typing import Any

import numpy as np

from . import records
from .errors import InvalidArgument, NotSupported
from .ir.types import BOOL, F64, I64, ArrayType, ScalarType, from_dtype

MAX_LEAVES = 256
FEW = 8


@dataclass(frozen=True)
class Leaf:
    """A number or an array. `kind` is "float", "int" or "bool" (Python's own), "numpy" (a NumPy scalar), "array", or "list":
    a list of more than `FEW` Python numbers of one kind, which travels as an array of rank 1. `single` are the axes of length 1 of an
    array, where that is part of the specialisation."""

    kind: str
    type: ScalarType | ArrayType
    single: tuple[int, ...] | None = None


@dataclass(frozen=True, eq=False)
class Static:
    """A value that is part of the specialisation: None, strings, functions, modules, classes; numbers where asked for."""

    value: Any

    def _key(self) -> tuple[Any, ...]:
        if isinstance(self.value, (str, bytes, int, bool, frozenset, type(None), np.dtype)):
            return type(self.value), self.value
        return (id(self.value),)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Static) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())


@dataclass(frozen=True)
class Container:
    """A tuple, list, dict with string keys, NamedTuple, dataclass or bound method. `keys` are names, or positions for sequences."""

    type: type
    keys: tuple[Any, ...]
    children: tuple[Structure, ...]


Structure = Leaf | Static | Container

MAPPINGS = (dict, OrderedDict)

NUMBERS: dict[type, ScalarType] = {float: F64, int: I64, bool: BOOL}

STATIC_TYPES = (
    str,
    bytes,
    type(None),
    type(Ellipsis),
    type,
    np.dtype,
    np.ufunc,
    types.FunctionType,
    types.BuiltinFunctionType,
    types.BuiltinMethodType,
    types.MethodWrapperType,
    types.MethodDescriptorType,
    types.ModuleType,
    types.GenericAlias,
    frozenset,
)


def lengths_of(path: str) -> str:
    """What is static where the axes of length 1 of the array at this path are."""
    return f"len({path})"


def describe(value: Any, path: str = "", statics: Set[str] = frozenset()) -> Structure:
    """The structure of `value`, which stands at `path` in the arguments.

    An int or bool whose path is in `statics` is part of the structure by value, and so may be the axes of length 1 of an array.
    Raises InvalidArgument, naming the path, for what cannot be passed, NotSupported for objects that are more than their fields.
    """
    kind = type(value)
    if kind in (bool, int) and path in statics:
        return Static(value)
    if kind is float:
        return Leaf("float", F64)
    if kind is bool:
        return Leaf("bool", BOOL)
    if kind is int:
        if not -(2**63) <= value < 2**63:
            raise InvalidArgument(f"{path or 'the argument'} = {value} does not fit in 64 bits")
        return Leaf("int", I64)
    if isinstance(value, np.generic):
        return Leaf("numpy", _dtype(value.dtype, path, value))
    if isinstance(value, np.ndarray):
        single = tuple(k for k, n in enumerate(value.shape) if n == 1) if statics and lengths_of(path) in statics else None
        return Leaf("array", _array(value, path), single)
    if kind is list and len(value) > FEW and type(value[0]) in NUMBERS and len(set(map(type, value))) == 1:
        return Leaf("list", ArrayType(NUMBERS[type(value[0])], 1))
    parts = _parts(value, path)
    if parts is not None:
        children = tuple(describe(child, _below(path, value, key), statics) for key, child in parts)
        return Container(kind, tuple(key for key, _ in parts), children)
    if isinstance(value, STATIC_TYPES) or callable(value):
        return Static(value)
    raise InvalidArgument(
        f"{path or 'the argument'} is a {kind.__module__}.{kind.__qualname__}, which everypath does not know. "
        "It takes numbers, NumPy arrays, and tuples, lists, dicts, NamedTuples and dataclasses of them"
    )


def leaves(value: Any, structure: Structure) -> list[Any]:
    """The numbers and arrays of `value`, in the order of `structure`; None for each where None stands for a container of them."""
    out: list[Any] = []
    _collect(value, structure, out)
    return out


def rebuild(structure: Structure, leaves: list[Any] | Iterator[Any]) -> Any:
    """The value of that structure with these leaves; the inverse of `leaves`. Scalars become what their kind says."""
    it = iter(leaves)
    return _rebuilt(structure, it)


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
    if dataclasses.is_dataclass(type_) or hasattr(type_, "_fields") or type_ is types.MethodType:
        return f"{path}.{key}" if path else str(key)
    return f"{path}[{key!r}]"


def _below(path: str, value: Any, key: Any) -> str:
    return child_path(path, type(value), key)


def _dtype(dtype: np.dtype[Any], path: str, value: Any) -> ScalarType:
    try:
        return from_dtype(dtype)
    except KeyError:
        what = "an array" if isinstance(value, np.ndarray) else "a scalar"
        raise InvalidArgument(
            f"{path or 'the argument'} is {what} of dtype {dtype}; everypath takes float64, float32, int64, int32 and bool"
        ) from None


def _array(value: np.ndarray[Any, Any], path: str) -> ArrayType:
    if type(value) is not np.ndarray:
        raise InvalidArgument(f"{path or 'the argument'} is a {type(value).__qualname__}; pass a plain numpy.ndarray (np.asarray)")
    dtype = _dtype(value.dtype, path, value)
    usable = value.flags.aligned and value.dtype.isnative
    return ArrayType(dtype, value.ndim, bool(value.flags.c_contiguous) or not usable)


def _parts(value: Any, path: str) -> list[tuple[Any, Any]] | None:
    """The (key, child) pairs of a container, or None for anything else."""
    kind = type(value)
    if kind is tuple or kind is list:
        return list(enumerate(value))
    if isinstance(value, tuple) and hasattr(kind, "_fields"):
        plain(value, path)
        return list(zip(kind._fields, value, strict=True))
    if kind in MAPPINGS:
        for key in value:
            if not plain_key(key):
                raise InvalidArgument(
                    f"{path or 'the argument'} is a dict with the key {key!r}; keys must be strings, numbers or tuples of them"
                )
        return list(value.items())
    if dataclasses.is_dataclass(kind):
        plain(value, path)
        return [(f.name, getattr(value, f.name)) for f in dataclasses.fields(kind)]
    if kind is set and all(map(plain_key, value)):
        return [("", frozenset(value))]
    if kind is types.MethodType:
        return [("__func__", value.__func__), ("__self__", value.__self__)]
    return None


def plain(value: Any, path: str) -> None:
    """Refuse an instance of a NamedTuple or a dataclass that is more, or less, than its fields."""
    odd = records.oddity(type(value)) or records.odd_instance(value)
    if odd:
        reason = f"{path or 'the argument'} is a {type(value).__name__} that {odd}, which is not supported"
        raise NotSupported([(None, reason, "pass its fields, or an object that is no more than its fields")])


def plain_key(key: Any) -> bool:
    """Whether a key of a dict, or a member of a set, is one that says all about itself."""
    return type(key) in (str, int, float, bool, bytes, type(None)) or (type(key) is tuple and all(map(plain_key, key)))


def child(value: Any, structure: Container, key: Any) -> Any:
    """What a container of this structure holds under `key`."""
    if structure.type is set:
        return frozenset(value)
    if structure.type in (tuple, list, *MAPPINGS):
        return value[key]
    return getattr(value, key)


def _collect(value: Any, structure: Structure, out: list[Any]) -> None:
    if isinstance(structure, Leaf):
        out.append(np.array(value, structure.type.dtype.numpy) if structure.kind == "list" else value)  # type: ignore[union-attr]
    elif isinstance(structure, Container) and value is None:
        out += [None] * count(structure)
    elif isinstance(structure, Container):
        for key, part in zip(structure.keys, structure.children, strict=True):
            _collect(child(value, structure, key), part, out)


CONVERT: dict[str, Any] = {"float": float, "int": int, "bool": bool}


def _rebuilt(structure: Structure, leaves: Iterator[Any]) -> Any:
    if isinstance(structure, Static):
        return structure.value
    if isinstance(structure, Leaf):
        leaf = next(leaves)
        if structure.kind == "array":
            return leaf
        if structure.kind == "list":
            return leaf.tolist()
        convert = CONVERT.get(structure.kind) or structure.type.numpy.type  # type: ignore[union-attr]
        return convert(leaf)
    children = [_rebuilt(child, leaves) for child in structure.children]
    kind = structure.type
    if kind is tuple or kind is list:
        return kind(children)
    if kind is set:
        return set(*children)
    if kind in MAPPINGS:
        return kind(zip(structure.keys, children, strict=True))
    if dataclasses.is_dataclass(kind):
        return _dataclass(kind, dict(zip(structure.keys, children, strict=True)))
    return kind(*children)


def _dataclass(kind: type, fields: dict[str, Any]) -> Any:
    """An instance with these fields, without running `__init__` or `__post_init__` again."""
    instance: Any = object.__new__(kind)
    for name, value in fields.items():
        object.__setattr__(instance, name, value)
    return instance
