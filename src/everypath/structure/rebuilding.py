"""A value taken apart into its leaves, and put together from them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from .. import records
from .instances import packed_by
from .kinds import Again, Assembled, Container, Existing, Leaf, Rows, Static, Structure, count, is_mapping, is_mutable
from .originals import Original

CONVERT: dict[str, Any] = {"float": float, "int": int, "bool": bool}


def leaves(value: Any, structure: Structure) -> list[Any]:
    """The numbers and arrays of `value`, in the order of `structure`; None for each where None stands for a container of them."""
    out: list[Any] = []
    _collect(value, structure, out)
    return out


def rebuild(structure: Structure, leaves: list[Any] | Iterator[Any], existing: Callable[[Any], Any] | None = None) -> Any:
    """The value of that structure with these leaves; the inverse of `leaves`. Scalars become what their kind says; `existing` finds
    the caller's objects in it."""
    return _rebuilt(structure, iter(leaves), [], existing)


def child(value: Any, structure: Container, key: Any) -> Any:
    """What a container of this structure holds under `key`."""
    if structure.type is set:
        return frozenset(value)
    if issubclass(structure.type, Assembled):
        return structure.type.part(value, key)
    if structure.type in (tuple, list) or is_mapping(structure.type):
        base = records.container(type(value))
        return value[key] if base is None else base.__getitem__(value, key)
    if key in (records.HELD, records.OWN_DICT):  # what is in a list or a dict is in the object itself
        return value
    packed = packed_by(structure.type)
    if key in packed:
        return packed[key][0](value)
    held = getattr(value, "__dict__", {})
    return held[key] if key in held else getattr(value, key)


def rows_of(item: Structure) -> type:
    """The type of a container that is a list of such items; its children are the lists of what each number of an item is in all."""

    def made(cls: type, *columns: Any) -> list[Any]:
        return [rebuild(item, list(leaves)) for leaves in zip(*columns, strict=True)]

    return type("Rows", (), {"__new__": made})


def table_of(kind: type, default: Any = None) -> type:
    """The type of a container that is a dict or a set of the class `kind`; its child is the list of its pairs, or of its members."""

    def made(cls: type, items: list[Any]) -> Any:
        if kind is defaultdict:
            return defaultdict(default, items)
        return kind(dict(items)) if kind is Counter else kind(items)

    return type("Table", (), {"__new__": made})


def nested_of(kind: str) -> type:
    """The type of a container that is a list of lists of Python's numbers; its child is that list, with numbers of any type."""
    convert = CONVERT[kind]

    def numbers(x: Any) -> Any:
        return [numbers(one) for one in x] if type(x) is list else convert(x)

    return type("Nested", (), {"__new__": lambda cls, rows: numbers(rows)})


def unstacked(array: Any, rows: Rows | None) -> list[Any]:
    """The list that travelled as this array."""
    if rows is None or rows.type is list:
        return array.tolist()  # type: ignore[no-any-return]
    return list(array) if issubclass(rows.type, (np.ndarray, np.generic)) else list(map(tuple, array.tolist()))


def _collect(value: Any, structure: Structure, out: list[Any]) -> None:
    if isinstance(structure, Leaf):
        out.append(np.array(value, structure.type.dtype.numpy) if structure.kind == "list" else value)  # type: ignore[union-attr]
    elif isinstance(structure, Container) and value is None:
        out += [None] * count(structure)
    elif isinstance(structure, Container):
        for key, part in zip(structure.keys, structure.children, strict=True):
            _collect(child(value, structure, key), part, out)


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
    new: Any = kind() if is_mutable(kind) else records.bare(kind) if records.ordinary(kind) else None
    place = len(made)
    if new is not None or issubclass(kind, Original):
        made.append(new)
    children = [_rebuilt(child, leaves, made, existing) for child in structure.children]
    if kind is tuple:
        return tuple(children)
    if kind is set and children == [None]:  # of a derivative: there are no numbers in it
        return None
    if new is None:
        new = kind(*children)
        if issubclass(kind, Original):
            made[place] = new
        return new
    if kind is list:
        new.extend(children)
    elif kind is set:
        new.update(*children)
    elif is_mapping(kind):
        new.update(zip(structure.keys, children, strict=True))
    else:  # without running `__init__` or `__post_init__` again
        for name, value in zip(structure.keys, children, strict=True):
            if name in (records.HELD, records.OWN_DICT):
                list.extend(new, value) if isinstance(new, list) else dict.update(new, value)
                if name == records.OWN_DICT:
                    new.__dict__ = new
            else:
                object.__setattr__(new, name, value)
    return new
