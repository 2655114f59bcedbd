"""Arguments and results as vectors: the float leaves of nested containers, in one order, and back again."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np


def children(value: Any) -> list[tuple[str, Any]] | None:
    """The named parts of a container, None for a leaf."""
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return [(f".{name}", getattr(value, name)) for name in value._fields]
    if isinstance(value, tuple | list):
        return [(f"[{k}]", item) for k, item in enumerate(value)]
    if isinstance(value, dict):
        return [(f"[{key!r}]", item) for key, item in value.items()]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [(f".{field.name}", getattr(value, field.name)) for field in dataclasses.fields(value)]
    return None


def with_children(value: Any, parts: list[Any]) -> Any:
    """A container like `value` that holds `parts`."""
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*parts)
    if isinstance(value, tuple | list):
        return type(value)(parts)
    if isinstance(value, dict):
        return dict(zip(value, parts))
    names = [field.name for field in dataclasses.fields(value)]
    return dataclasses.replace(value, **dict(zip(names, parts)))


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every leaf with its path, such as `[0].weights`."""
    parts = children(value)
    if parts is None:
        yield path, value
        return
    for name, part in parts:
        yield from leaves(part, path + name)


def is_float(leaf: Any) -> bool:
    if isinstance(leaf, np.ndarray | np.generic):
        return bool(np.issubdtype(leaf.dtype, np.floating))
    return type(leaf) is float


def to_vector(value: Any) -> np.ndarray:
    """The elements of all float leaves, as float64."""
    parts = [np.asarray(leaf, np.float64).ravel() for _, leaf in leaves(value) if is_float(leaf)]
    return np.concatenate(parts) if parts else np.zeros(0)


def from_vector(value: Any, vector: np.ndarray) -> Any:
    """`value` with its float leaves replaced by the elements of `vector`, each leaf its own memory, other leaves kept."""
    rebuilt, rest = _from_vector(value, np.asarray(vector, np.float64))
    assert rest.size == 0
    return rebuilt


def _from_vector(value: Any, vector: np.ndarray) -> tuple[Any, np.ndarray]:
    parts = children(value)
    if parts is not None:
        rebuilt = []
        for _, part in parts:
            new, vector = _from_vector(part, vector)
            rebuilt.append(new)
        return with_children(value, rebuilt), vector
    if not is_float(value):
        return value, vector
    if isinstance(value, np.ndarray):
        return vector[: value.size].reshape(value.shape).astype(value.dtype), vector[value.size :]
    return type(value)(vector[0]), vector[1:]


def names(value: Any, root: str = "") -> list[str]:
    """One name for each element of `to_vector(value)`."""
    found: list[str] = []
    for path, leaf in leaves(value, root):
        if not is_float(leaf):
            continue
        if isinstance(leaf, np.ndarray):
            found += [path + "[" + ", ".join(map(str, index)) + "]" for index in np.ndindex(leaf.shape)]
        else:
            found.append(path)
    return found


def shape_of(value: Any) -> Any:
    """What must agree between CPython's result and ours: containers, array shapes and dtypes, kinds of scalars, static values."""
    parts = children(value)
    if parts is not None:
        return type(value), tuple((name, shape_of(part)) for name, part in parts)
    if isinstance(value, np.ndarray):
        return "array", value.shape, value.dtype.newbyteorder("=").str
    if isinstance(value, np.generic):
        return {"f": "float", "i": "int", "b": "bool"}.get(value.dtype.kind, value.dtype.str)
    if type(value) in (float, int, bool):
        return type(value).__name__
    return value


def precision(value: Any) -> float:
    """The rounding unit of the coarsest float in `value`."""
    units = [float(np.finfo(np.asarray(leaf).dtype).eps) for _, leaf in leaves(value) if is_float(leaf)]
    return max(units, default=2.0**-52)
