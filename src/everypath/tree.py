"""Containers as trees: one function over all numbers and arrays in tuples, lists, dicts, NamedTuples and dataclasses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import structure


def leaves(tree: Any, like: Any = None) -> list[Any]:
    """The numbers and arrays in `tree`, in order; with `like`, what stands in the places where `like` has them.

    >>> leaves({"w": [1.0, 2.0], "b": (3.0, None)})
    [1.0, 2.0, 3.0]
    """
    return structure.leaves(tree, structure.describe(tree if like is None else like))


def paths(tree: Any, name: str = "") -> list[str]:
    """Where each leaf stands, written as in Python.

    >>> paths({"w": [1.0, 2.0]}, "p")
    ["p['w'][0]", "p['w'][1]"]
    """
    return [path for path, _ in structure.paths(structure.describe(tree), name)]


def map(function: Callable[..., Any], tree: Any, *others: Any) -> Any:
    """`function` of each leaf of `tree` and of the leaves in its place in `others`, in the containers of `tree`.

    Where one of `others` has None (an integer's gradient), the leaf stays as it is.

    >>> map(lambda p, g: p - 0.5 * g, (1.0, [2.0, 3]), (2.0, [2.0, None]))
    (0.0, [1.0, 3])
    """
    shape = structure.describe(tree)
    columns = [structure.leaves(t, shape) for t in (tree, *others)]
    mapped = [row[0] if any(x is None for x in row) else function(*row) for row in zip(*columns, strict=True)]
    return unflattened(tree, mapped)


def unflattened(tree: Any, values: list[Any]) -> Any:
    """The containers of `tree` with other leaves, whatever they are."""
    return structure.rebuild(opaque(structure.describe(tree)), values)


def opaque(shape: structure.Structure) -> structure.Structure:
    """`shape` with leaves that are put back as they are."""
    if isinstance(shape, structure.Container):
        return structure.Container(shape.type, shape.keys, tuple(opaque(child) for child in shape.children))
    return shape if isinstance(shape, structure.Static) else structure.Leaf("array", shape.type)
