"""The shape of a Python value: which containers, and at the leaves which scalars and arrays.

A structure is what a function is specialised on. It is hashable; two calls with equal structures run the same code.
"""

from __future__ import annotations

import dataclasses
import decimal
import enum
import functools
import sys
import types
from collections import OrderedDict
from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass
from typing import Any

import numpy as np

from . import complexes, records
from .errors import InvalidArgument, NotSupported
from .ir.types import BOOL, F64, I64, SCALARS, ArrayType, ScalarType, from_dtype
from .transform import Transform

MAX_LEAVES = 256
FEW = 8
MANY = 64


@dataclass(frozen=True)
class Leaf:
    """A number or an array. `kind` is "float", "int" or "bool" (Python's own), "numpy" (a NumPy scalar), "array", or "list":
    a list of more than `FEW` Python numbers of one kind, or of more than `MANY` rows, which travels as one array. `single` are the axes
    of length 1 of an array, and `shape` is its shape, where that is part of the specialisation. `rows` are what the items of a list are,
    where they are no numbers: arrays of one shape, or lists or tuples of so many numbers."""

    kind: str
    type: ScalarType | ArrayType
    single: tuple[int, ...] | None = None
    rows: Rows | None = None
    shape: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Rows:
    """What the items of a long list are: arrays, lists or tuples of `width` numbers (of arrays it does not count)."""

    type: type
    width: int = 0


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


class Again(Static):
    """A container that was met before: the `value`-th of all lists, dicts and instances, in order."""

    def _key(self) -> tuple[Any, ...]:
        return Again, self.value


class Existing(Static):
    """An object of the caller's in what a function gives: `value` is its root among arguments and captures, and its number in that;
    or -1, and the number of a leaf that is the same array."""

    def _key(self) -> tuple[Any, ...]:
        return Existing, self.value


@dataclass(frozen=True)
class Container:
    """A tuple, list, dict with string keys, NamedTuple, instance of a class or bound method, or a complex number or array, which holds
    its two parts. `keys` are names, or positions for sequences; of an instance, the attributes that the program reads and it has."""

    type: type
    keys: tuple[Any, ...]
    children: tuple[Structure, ...]


class Chosen:
    """The type of a container that is one of several things, as its first child says: a number, or a bool for one of two."""

    def __new__(cls, which: int, *others: Any) -> Any:
        return others[which]


def rows_of(item: Structure) -> type:
    """The type of a container that is a list of such items; its children are the lists of what each number of an item is in all."""

    def made(cls: type, *columns: Any) -> list[Any]:
        return [rebuild(item, list(leaves)) for leaves in zip(*columns, strict=True)]

    return type("Rows", (), {"__new__": made})


class Assembled:
    """The base of types of containers whose values are put together by `__new__` and are of another class: `part` takes one out."""

    @classmethod
    def part(cls, value: Any, key: Any) -> Any:
        """What `value` holds under `key`."""
        raise NotImplementedError


Structure = Leaf | Static | Container

MAPPINGS = (dict, OrderedDict)
MUTABLE = (list, set, *MAPPINGS)
PLAIN = frozenset({float, int, bool, complex, str, type(None), tuple, list, dict, np.ndarray, np.float64, np.complex128})
NUMBERS: dict[type, ScalarType] = {float: F64, int: I64, bool: BOOL}

STATIC_TYPES = (
    str,
    bytes,
    type(None),
    type(Ellipsis),
    type(np._NoValue),
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
    enum.Enum,
    range,
    decimal.Decimal,
    type(sys.version_info),
    type(sys.float_info),
    Transform,
)


@dataclass(frozen=True)
class Read:
    """An attribute that the program reads of instances of a class: part of what it is specialised for, like static arguments."""

    kind: type
    name: str

    def __str__(self) -> str:
        return f"{self.kind.__name__}.{self.name}"


Statics = Set[Any]
"""Paths of arguments whose values are fixed, and attributes that are read."""


@functools.lru_cache(1024)
def reads_of(kind: Any, statics: Statics) -> tuple[str, ...]:
    """The attributes that are read of instances of `kind`."""
    return tuple(sorted(read.name for read in statics if isinstance(read, Read) and read.kind is kind))


def lengths_of(path: str) -> str:
    """What is static where the axes of length 1 of the array at this path are."""
    return f"len({path})"


SMALL_ONES = "small integers and the shapes of small arrays"
"""Is static where all of these are: what is tried for a function that is refused otherwise."""

SMALL, FEW_ELEMENTS = 32, 64
"""The largest integer, and the most elements of an array, that count as small."""


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

    def of(self, value: Any, path: str, held: bool) -> Structure:
        """The structure of `value`; `held` says that an instance holds it."""
        kind = type(value)
        instance = kind not in PLAIN and is_instance(value)
        if id(value) in self.met and (instance or (held and kind in MUTABLE)):
            return Again(self.met[id(value)])
        leaf = None if instance else _leaf(value, path, self.statics)
        if leaf is not None:
            return leaf
        if kind in (set, *MAPPINGS) and held and not all(map(plain_key, value)):
            return Static(value)
        if instance or kind in MUTABLE:
            self.met.setdefault(id(value), self.count)
            self.count += 1
        if instance:
            attributes = attributes_of(value, self.statics)
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
            return Container(complexes.kind_of(value) or kind, tuple(key for key, _ in items), children)
        if isinstance(value, STATIC_TYPES) or callable(value):
            return Static(value)
        raise InvalidArgument(
            f"{path or 'the argument'} is a {kind.__module__}.{kind.__qualname__}, which everypath does not know. "
            "It takes numbers, NumPy arrays, and tuples, lists, dicts, NamedTuples and instances of classes that hold them"
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


def is_instance(value: Any) -> bool:
    """Whether `value` is an instance of a class whose attributes are read one by one."""
    return records.has_attributes(type(value)) and not isinstance(value, STATIC_TYPES)


def attributes_of(value: Any, statics: Statics) -> list[tuple[str, Any]]:
    """The attributes of an instance that are its own and are read: all fields of a dataclass."""
    kind: Any = type(value)
    text = records.stand_in(kind)
    if text is not None:
        return attributes_behind(value, text, statics)
    fields = [f.name for f in dataclasses.fields(kind)] if dataclasses.is_dataclass(kind) else []
    held = getattr(value, "__dict__", {})
    found: list[tuple[str, Any]] = []
    for name in dict.fromkeys((*fields, *reads_of(kind, statics))):
        if name in held:
            found.append((name, held[name]))
        elif isinstance(slot := records.held(kind, name), types.MemberDescriptorType) and hasattr(value, name):
            found.append((name, slot.__get__(value)))
    return found


def fixed_by(kind: type) -> tuple[str, ...]:
    """The attributes of instances of `kind` whose values are part of the specialisation: those that the class of the library which stands
    for theirs names in `fixed`."""
    found: tuple[str, ...] = getattr(records.stand_in(kind), "fixed", ())
    return found


def packed_by(kind: type) -> dict[str, Any]:
    """The attributes of instances of `kind` that are made of them, and put into them, by functions that the class of the library which
    stands for theirs names in `packed`."""
    found: dict[str, Any] = getattr(records.stand_in(kind), "packed", {})
    return found


def attributes_behind(value: Any, text: type, statics: Statics) -> list[tuple[str, Any]]:
    """The same of an object for whose class `text` stands: what that does not define is read from the object, properties too."""
    kind = type(value)
    held, packed = getattr(value, "__dict__", {}), packed_by(kind)
    found: list[tuple[str, Any]] = []
    for name in reads_of(text, statics):
        if records.held(text, name) is not None:
            continue
        if name in packed:
            found.append((name, packed[name][0](value)))
        elif name in held:
            found.append((name, held[name]))
        elif hasattr(type(records.held(kind, name)), "__set__"):
            found.append((name, getattr(value, name)))
    return found


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
    if isinstance(value, np.generic):
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


def leaves(value: Any, structure: Structure) -> list[Any]:
    """The numbers and arrays of `value`, in the order of `structure`; None for each where None stands for a container of them."""
    out: list[Any] = []
    _collect(value, structure, out)
    return out


def rebuild(structure: Structure, leaves: list[Any] | Iterator[Any], existing: Callable[[Any], Any] | None = None) -> Any:
    """The value of that structure with these leaves; the inverse of `leaves`. Scalars become what their kind says; `existing` finds
    the caller's objects in it."""
    return _rebuilt(structure, iter(leaves), [], existing)


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
    if type_ not in (tuple, *MUTABLE):
        return f"{path}.{key}" if path else str(key)
    return f"{path}[{key!r}]"


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
    if complexes.kind_of(value) is not None:
        return [(part, getattr(value, part)) for part in complexes.PARTS]
    if isinstance(value, tuple) and hasattr(kind, "_fields"):
        plain(value, path)
        return list(zip(kind._fields, value, strict=True))
    if kind in MAPPINGS:
        for key in value:
            if not plain_key(key):
                raise InvalidArgument(
                    f"{path or 'the argument'} is a dict with the key {key!r}; "
                    "keys must be strings, numbers, members of an Enum, classes, functions or tuples of them"
                )
        return list(value.items())
    if kind is set and all(map(plain_key, value)):
        return [("", frozenset(value))]
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
    return type(key) in (str, int, float, bool, bytes, type(None)) or isinstance(key, (enum.Enum, type, types.FunctionType))


def child(value: Any, structure: Container, key: Any) -> Any:
    """What a container of this structure holds under `key`."""
    if structure.type is set:
        return frozenset(value)
    if issubclass(structure.type, Assembled):
        return structure.type.part(value, key)
    if structure.type in (tuple, list, *MAPPINGS):
        return value[key]
    packed = packed_by(structure.type)
    if key in packed:
        return packed[key][0](value)
    held = getattr(value, "__dict__", {})
    return held[key] if key in held else getattr(value, key)


def _collect(value: Any, structure: Structure, out: list[Any]) -> None:
    if isinstance(structure, Leaf):
        out.append(np.array(value, structure.type.dtype.numpy) if structure.kind == "list" else value)  # type: ignore[union-attr]
    elif isinstance(structure, Container) and value is None:
        out += [None] * count(structure)
    elif isinstance(structure, Container):
        for key, part in zip(structure.keys, structure.children, strict=True):
            _collect(child(value, structure, key), part, out)


def unstacked(array: Any, rows: Rows | None) -> list[Any]:
    """The list that travelled as this array."""
    if rows is None or rows.type is list:
        return array.tolist()  # type: ignore[no-any-return]
    return list(array) if rows.type is np.ndarray else list(map(tuple, array.tolist()))


CONVERT: dict[str, Any] = {"float": float, "int": int, "bool": bool}


def _rebuilt(structure: Structure, leaves: Iterator[Any], made: list[Any], existing: Callable[[Any], Any] | None) -> Any:
    """`made` are the lists, dicts and instances so far."""
    if isinstance(structure, Again):
        return made[structure.value]
    if isinstance(structure, Existing) and existing is not None:
        return existing(structure.value)
    if isinstance(structure, Static):
        return structure.value
    if isinstance(structure, Leaf):
        leaf = next(leaves)
        if structure.kind == "array":
            return leaf
        if structure.kind == "list":
            return unstacked(leaf, structure.rows)
        convert = CONVERT.get(structure.kind) or structure.type.numpy.type  # type: ignore[union-attr]
        return convert(leaf)
    kind = structure.type
    namespace = kind is types.SimpleNamespace
    new: Any = kind() if kind in MUTABLE or namespace else object.__new__(kind) if records.ordinary(kind) else None
    if new is not None:
        made.append(new)
    children = [_rebuilt(child, leaves, made, existing) for child in structure.children]
    if kind is tuple:
        return tuple(children)
    if kind is set and children == [None]:  # of a derivative: there are no numbers in it
        return None
    if new is None:
        return kind(*children)
    if kind is list:
        new.extend(children)
    elif kind is set:
        new.update(*children)
    elif kind in MAPPINGS or namespace:
        (vars(new) if namespace else new).update(zip(structure.keys, children, strict=True))
    else:  # without running `__init__` or `__post_init__` again
        for name, value in zip(structure.keys, children, strict=True):
            object.__setattr__(new, name, value)
    return new
