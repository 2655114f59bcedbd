"""The structure of a value."""

from __future__ import annotations

import dataclasses
import enum
import types
from collections import defaultdict
from typing import Any

import numpy as np

from .. import complexes, records
from ..errors import InvalidArgument, NotSupported
from ..ir.types import BOOL, F64, I64, SCALARS, ArrayType, ScalarType, from_dtype
from .instances import STATIC_TYPES, attributes_of, fixed_by, is_instance
from .kinds import (
    DICTS,
    FEW,
    MANY,
    MUTABLE,
    NUMBERS,
    SLICE_PARTS,
    Again,
    Container,
    Leaf,
    Rows,
    Static,
    Structure,
    child_path,
    defaulting,
)
from .statics import FEW_ELEMENTS, SMALL, SMALL_ONES, Statics, lengths_of
from .strangers import refuse_stranger

PLAIN = frozenset({float, int, bool, complex, str, type(None), tuple, list, dict, np.ndarray, np.float64, np.complex128})


def describe(value: Any, path: str = "", statics: Statics = frozenset()) -> Structure:
    """The structure of `value`, which stands at `path` in the arguments.

    An int or bool whose path is in `statics` is part of the structure by value, and so may be the axes of length 1 of an array.
    Raises InvalidArgument, naming the path, for what cannot be passed, NotSupported for objects that are read in a way of their own.
    """
    return _Description(statics).of(value, path, False)


class _Description:
    """One look at a value. Instances, and what they hold, are told apart by identity: an object met again is the same one."""

    def __init__(self, statics: Statics) -> None:
        self.statics = statics
        self.met: dict[int, int] = {}
        self.count = 0
        self.kept: list[Any] = []  # what was made for the look: nothing else may get its identity meanwhile

    def of(self, value: Any, path: str, held: bool) -> Structure:
        """The structure of `value`; `held` says that an instance holds it."""
        kind = type(value)
        if kind not in PLAIN:
            refuse_stranger(value, path)
        instance = kind not in PLAIN and is_instance(value)
        if id(value) in self.met and (instance or (held and kind in MUTABLE)):
            return Again(self.met[id(value)])
        leaf = None if instance else _leaf(value, path, self.statics)
        if leaf is not None:
            return leaf
        if kind in (set, *DICTS) and held and not all(map(plain_key, value)):
            return Static(value)
        if instance or kind in MUTABLE:
            self.met.setdefault(id(value), self.count)
            self.count += 1
        if instance:
            attributes = attributes_of(value, self.statics)
            self.kept.append(attributes)
            fixed = fixed_by(kind)
            children = tuple(
                Static(child) if name in fixed else self.attribute(child, child_path(path, kind, name)) for name, child in attributes
            )
            return Container(kind, tuple(name for name, _ in attributes), children)
        items = _parts(value, path)
        if items is not None:
            children = tuple(self.of(child, _below(path, value, key), held) for key, child in items)
            if kind is np.ndarray and value.flags.c_contiguous:
                children = tuple(map(in_order, children))
            if kind is defaultdict:
                kind = defaulting(value.default_factory)
            return Container(complexes.kind_of(value) or kind, tuple(key for key, _ in items), children)
        if isinstance(value, STATIC_TYPES) or callable(value):
            return Static(value)
        as_array = f"; numpy.asarray({path or 'x'}) may be what you mean" if hasattr(kind, "__array__") else ""
        raise InvalidArgument(
            f"{path or 'the argument'} is a {kind.__module__}.{kind.__qualname__}, which everypath does not know. "
            f"It takes numbers, NumPy arrays, and tuples, lists, dicts, NamedTuples and instances of classes that hold them{as_array}"
        )

    def attribute(self, value: Any, path: str) -> Structure:
        """The structure of an attribute; what is not known is the same object at every call."""
        met, count = dict(self.met), self.count
        try:
            return self.of(value, path, True)
        except (InvalidArgument, NotSupported):
            self.met, self.count = met, count
            return Static(value)


def in_order(part: Structure) -> Structure:
    """A part of a complex array in C order: it lies in order too, once it is copied."""
    assert isinstance(part, Leaf) and isinstance(part.type, ArrayType)
    return dataclasses.replace(part, type=ArrayType(part.type.dtype, part.type.rank))


def _leaf(value: Any, path: str, statics: Statics) -> Structure | None:
    """The structure of a number, an array or a long list of numbers; None for anything else."""
    kind = type(value)
    small = SMALL_ONES in statics
    if complexes.kind_of(value) is not None:
        return None
    if kind in (bool, int) and (path in statics or (small and abs(value) <= SMALL)):
        return Static(value)
    if kind is float:
        return Leaf("float", F64)
    if kind is bool:
        return Leaf("bool", BOOL)
    if kind is int:
        if not -(2**63) <= value < 2**63:
            raise InvalidArgument(f"{path or 'the argument'} = {value} does not fit in 64 bits")
        return Leaf("int", I64)
    if isinstance(value, np.generic) and not isinstance(value, (str, bytes)):
        return Leaf("numpy", _dtype(value.dtype, path, value))
    if isinstance(value, np.ndarray):
        single = tuple(k for k, n in enumerate(value.shape) if n == 1) if statics and lengths_of(path) in statics else None
        return Leaf("array", _array(value, path), single, shape=value.shape if small and value.size <= FEW_ELEMENTS else None)
    if kind is list and len(value) > FEW and type(value[0]) in NUMBERS and len(set(map(type, value))) == 1:
        return Leaf("list", ArrayType(NUMBERS[type(value[0])], 1))
    return _rows(value, path) if kind is list and len(value) > MANY else None


def _rows(value: list[Any], path: str) -> Leaf | None:
    """The structure of a long list whose items are rows of one array; None where they are not."""
    first = value[0]
    kind = type(first)
    if any(type(item) is not kind for item in value):
        return None
    if kind is np.ndarray:
        if not first.ndim or any(item.shape != first.shape or item.dtype != first.dtype for item in value):
            return None
        return Leaf("list", ArrayType(_dtype(first.dtype, path, first), first.ndim + 1), rows=Rows(np.ndarray))
    if kind not in (list, tuple) or not first or type(first[0]) not in NUMBERS:
        return None
    if any(len(item) != len(first) for item in value) or len({type(x) for item in value for x in item}) > 1:
        return None
    return Leaf("list", ArrayType(NUMBERS[type(first[0])], 2), rows=Rows(kind, len(first)))


def _below(path: str, value: Any, key: Any) -> str:
    return child_path(path, type(value), key)


def _dtype(dtype: np.dtype[Any], path: str, value: Any) -> ScalarType:
    try:
        return from_dtype(dtype)
    except KeyError:
        what = "an array" if isinstance(value, np.ndarray) else "a scalar"
        known = ", ".join(t.numpy.name for t in SCALARS.values())
        raise InvalidArgument(f"{path or 'the argument'} is {what} of dtype {dtype}; everypath takes {known} and complex128") from None


def _array(value: np.ndarray[Any, Any], path: str) -> ArrayType:
    if type(value) not in (np.ndarray, np.memmap):
        raise InvalidArgument(f"{path or 'the argument'} is a {type(value).__qualname__}; pass a plain numpy.ndarray (np.asarray)")
    dtype = _dtype(value.dtype, path, value)
    usable = value.flags.aligned and value.dtype.isnative
    return ArrayType(dtype, value.ndim, bool(value.flags.c_contiguous) or not usable)


def _parts(value: Any, path: str) -> list[tuple[Any, Any]] | None:
    """The (key, child) pairs of a container, or None for anything else."""
    kind = type(value)
    if kind is tuple or kind is list:
        return list(enumerate(value))
    if complexes.kind_of(value) is not None:
        return [(part, getattr(value, part)) for part in complexes.PARTS]
    if isinstance(value, tuple) and hasattr(kind, "_fields"):
        plain(value, path)
        return list(zip(kind._fields, value, strict=True))
    if kind in DICTS:
        for key in value:
            if not plain_key(key):
                raise InvalidArgument(
                    f"{path or 'the argument'} is a dict with the key {key!r}; "
                    "keys must be strings, numbers, members of an Enum, classes, functions or tuples of them"
                )
        return list(value.items())
    if kind is set and all(map(plain_key, value)):
        return [("", frozenset(value))]
    if kind is slice:
        return [(part, getattr(value, part)) for part in SLICE_PARTS]
    if kind is types.MethodType:
        return [("__func__", value.__func__), ("__self__", value.__self__)]
    return None


def plain(value: Any, path: str) -> None:
    """Refuse an instance of a NamedTuple that is more than its fields."""
    odd = records.oddity(type(value)) or records.odd_instance(value)
    if odd:
        reason = f"{path or 'the argument'} is a {type(value).__name__} that {odd}, which is not supported"
        raise NotSupported([(None, reason, "pass its fields, or an object that is no more than its fields")])


def plain_key(key: Any) -> bool:
    """Whether a key of a dict, or a member of a set, is one that says all about itself."""
    if type(key) is tuple:
        return all(map(plain_key, key))
    return type(key) in (str, int, float, bool, bytes, type(None)) or isinstance(key, (enum.Enum, type, types.FunctionType, *records.KNOWN))
