"""Tangents, cotangents and the vectors of `hvp`: what is given must have the containers and shapes of what it belongs to.

Numbers are converted where NumPy would without loss of meaning: lists for arrays, integers, other precisions, any layout in memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from .. import complexes
from ..errors import InvalidArgument
from ..ir.types import ArrayType, scalar_of
from ..structure import Container, Leaf, Static, Structure, child, child_path, paths, stranger
from .boundary import carries, said


def like(value: Any, structure: Structure, primal: Sequence[Any], what: str) -> list[Any]:
    """The float leaves of `value`, a tangent or cotangent of a `primal` with that structure and these leaves: native, contiguous.

    None, for all of it or a part, is no contribution: zeros. What stands for an integer is not looked at.
    """
    return list(matched(value, structure, iter(primal), what))


def matched(value: Any, structure: Structure, primal: Iterator[Any], where: str) -> Iterator[Any]:
    """The float leaves of `value`; consumes the leaves of `structure` from `primal`."""
    if isinstance(structure, Static):
        return
    if isinstance(structure, Leaf):
        original = next(primal)
        if carries(structure):
            yield direction(value, structure, original, where)
        return
    moving = any(carries(leaf) for _, leaf in paths(structure))
    if structure.type in complexes.KINDS and value is not None:
        value = of_complex(value, structure, where)
    elif moving and value is not None:
        same_container(value, structure, where)
    for key, part in zip(structure.keys, structure.children, strict=True):
        inside = child(value, structure, key) if moving and value is not None else None
        yield from matched(inside, part, primal, child_path(where, structure.type, key))


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
    if type(value) is not structure.type:
        raise InvalidArgument(f"{where} must be {said(structure)}, as what it belongs to, not {value!r}")
    if isinstance(value, dict) and value.keys() != set(structure.keys):
        raise InvalidArgument(f"{where} must have the keys {', '.join(map(repr, structure.keys))}, not {', '.join(map(repr, value))}")
    if isinstance(value, (tuple, list)) and len(value) != len(structure.keys):
        raise InvalidArgument(f"{where} has {len(value)} items, and what it belongs to has {len(structure.keys)}")


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
