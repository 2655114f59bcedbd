"""Tangents, cotangents and the vectors of `hvp`: what is given must have the containers and shapes of what it belongs to.

Numbers are converted where NumPy would without loss of meaning: lists for arrays, integers, other precisions, any layout in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from .. import complexes, records
from ..errors import InvalidArgument
from ..ir.types import ArrayType, scalar_of
from ..structure import Container, Defaulting, Leaf, Original, Static, Structure, child, child_path, is_its_items, paths, stranger
from .boundary import carries, said

Entering = Callable[[Any, Iterator[Any], list[Any]], None]
"""Takes a direction, consumes the leaves of what it belongs to, and appends those of the direction that are floats."""


def like(value: Any, structure: Structure, primal: Sequence[Any], what: str) -> list[Any]:
    """The float leaves of `value`, a tangent or cotangent of a `primal` with that structure and these leaves: native, contiguous.

    None, for all of it or a part, is no contribution: zeros. What stands for an integer is not looked at.
    """
    out: list[Any] = []
    matching(structure, what)(value, iter(primal), out)
    return out


def matching(structure: Structure, where: str) -> Entering:
    """What `like` does for one structure, many times."""
    if isinstance(structure, Static):
        return lambda value, primal, out: None
    if isinstance(structure, Leaf):
        return matching_leaf(structure, where)
    moving = any(carries(leaf) for _, leaf in paths(structure))
    parts = [
        (key, matching(part, child_path(where, structure.type, key))) for key, part in zip(structure.keys, structure.children, strict=True)
    ]

    def enter(value: Any, primal: Iterator[Any], out: list[Any]) -> None:
        if not moving or value is None:
            for _, part in parts:
                part(None, primal, out)
            return
        if structure.type in complexes.KINDS:
            value = of_complex(value, structure, where)
        else:
            same_container(value, structure, where)
        for key, part in parts:
            part(child(value, structure, key), primal, out)

    return enter


def matching_leaf(leaf: Leaf, where: str) -> Entering:
    """The same for a leaf: what fits as it is goes straight in."""
    if not carries(leaf):
        return lambda value, primal, out: next(primal)
    if isinstance(leaf.type, ArrayType) and leaf.kind != "list":
        dtype = leaf.type.dtype.numpy

        def enter(value: Any, primal: Iterator[Any], out: list[Any]) -> None:
            original = next(primal)
            fits = value.__class__ is np.ndarray and value.dtype is dtype and value.shape == original.shape and value.flags.c_contiguous
            out.append(value if fits else direction(value, leaf, original, where))

        return enter
    if leaf.kind == "float":

        def enter_float(value: Any, primal: Iterator[Any], out: list[Any]) -> None:
            original = next(primal)
            out.append(value if value.__class__ is float else direction(value, leaf, original, where))

        return enter_float
    return lambda value, primal, out: out.append(direction(value, leaf, next(primal), where))


def of_complex(value: Any, structure: Container, where: str) -> Any:
    """`value`, a direction of a complex number or array, as complex numbers; real ones have no imaginary part."""
    try:
        array = np.asarray(value)
    except (TypeError, ValueError):
        array = np.asarray(None)
    if array.dtype.kind not in "fiubc" or stranger(value) is not None:
        what = "an array of complex numbers" if structure.type is complexes.ComplexArray else "a complex number"
        raise InvalidArgument(f"{where} must be {what}, not {value!r}{conversion(value)}")
    return array + 0j if structure.type is complexes.ComplexArray else complex(array) if array.ndim == 0 else array


def conversion(value: Any) -> str:
    """What to write for an array of another package's, behind what is wrong with it."""
    found = stranger(value)
    return "" if found is None else f"; an array would not hold {found.lost}: pass x{found.numbers}"


def same_container(value: Any, structure: Container, where: str) -> None:
    """InvalidArgument unless `value` is a container of this type with these keys."""
    if issubclass(structure.type, Original) and has_parts(value, structure):
        return  # by attribute
    if is_its_items(structure) and isinstance(value, records.container(structure.type)):
        return
    fits = isinstance(value, dict) and issubclass(structure.type, Defaulting)
    if not fits and structure.type not in (type(value), records.container(type(value))):
        raise InvalidArgument(f"{where} must be {said(structure)}, as what it belongs to, not {value!r}")
    if isinstance(value, dict) and value.keys() != set(structure.keys):
        raise InvalidArgument(f"{where} must have the keys {', '.join(map(repr, structure.keys))}, not {', '.join(map(repr, value))}")
    if isinstance(value, (tuple, list)) and len(value) != len(structure.keys):
        raise InvalidArgument(f"{where} has {len(value)} items, and what it belongs to has {len(structure.keys)}")


def has_parts(value: Any, structure: Container) -> bool:
    """Whether `value` is a dict, or an object like the one that this is the structure of."""
    alike = isinstance(value, dict) or type(value).__name__ == structure.type.__name__
    return alike or all(hasattr(value, key) for key in structure.keys)


def direction(value: Any, leaf: Leaf, original: Any, where: str) -> Any:
    """`value` as a tangent of the number or array `original`, with its shape and dtype."""
    dtype = scalar_of(leaf.type).numpy
    array = np.zeros(np.shape(original), dtype) if value is None else numbers(value, leaf, original, where)
    if array.shape != np.shape(original):
        raise InvalidArgument(f"{where} has the shape {array.shape}, and what it belongs to has {np.shape(original)}")
    array = np.asarray(array, dtype, order="C")
    if isinstance(leaf.type, ArrayType):
        return array
    return array.item() if leaf.kind == "float" else array[()]


def numbers(value: Any, leaf: Leaf, original: Any, where: str) -> np.ndarray[Any, Any]:
    """`value`, a direction of `original`, as an array of real numbers."""
    if leaf.kind == "list" and type(value) is not list:
        raise InvalidArgument(f"{where} must be a list, as what it belongs to, not {value!r}")
    if leaf.kind == "list":
        missing = np.zeros(np.shape(original)[1:]) if leaf.rows is not None else 0.0
        value = [missing if item is None else item for item in value]
    try:
        array = np.asarray(value)
    except (TypeError, ValueError):
        array = np.asarray(None)
    if array.dtype.kind not in "fiub" or stranger(value) is not None:
        what = "a number" if not isinstance(leaf.type, ArrayType) else "an array of numbers"
        raise InvalidArgument(f"{where} must be {what}, not {value!r}{conversion(value)}")
    return array
