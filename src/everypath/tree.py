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
    return structure.leaves(tree, shape_of(tree if like is None else like))


def paths(tree: Any, name: str = "") -> list[str]:
    """Where each leaf stands, written as in Python.

    >>> paths({"w": [1.0, 2.0]}, "p")
    ["p['w'][0]", "p['w'][1]"]
    """
    return [path for path, _ in structure.paths(shape_of(tree), name)]


def map(function: Callable[..., Any], tree: Any, *others: Any) -> Any:
    """`function` of each leaf of `tree` and of the leaves in its place in `others`, in the containers of `tree`.

    Where one of `others` has None (an integer's gradient), the leaf stays as it is.

    >>> map(lambda p, g: p - 0.5 * g, (1.0, [2.0, 3]), (2.0, [2.0, None]))
    (0.0, [1.0, 3])
    """
    shape = shape_of(tree)
    columns = [structure.leaves(t, shape) for t in (tree, *others)]
    mapped = [row[0] if any(x is None for x in row) else function(*row) for row in zip(*columns, strict=True)]
    return unflattened(tree, mapped)


def unflattened(tree: Any, values: list[Any]) -> Any:
    """The containers of `tree` with other leaves, whatever they are."""
    return structure.rebuild(opaque(shape_of(tree)), values)


def opaque(shape: structure.Structure) -> structure.Structure:
    """`shape` with leaves that are put back as they are."""
    if isinstance(shape, structure.Container):
        return structure.Container(shape.type, shape.keys, tuple(opaque(child) for child in shape.children))
    return shape if isinstance(shape, structure.Static) else structure.Leaf("array", shape.type)


def shape_of(tree: Any) -> structure.Structure:
    """The structure of `tree`, in which every list is a container, however long it is."""
    return opened(structure.describe(tree), tree)


def opened(shape: structure.Structure, tree: Any) -> structure.Structure:
    if isinstance(shape, structure.Leaf) and shape.kind == "list":
        return structure.Container(list, tuple(range(len(tree))), tuple(structure.describe(item) for item in tree))
    if not isinstance(shape, structure.Container):
        return shape
    parts = [opened(part, structure.child(tree, shape, key)) for key, part in zip(shape.keys, shape.children, strict=True)]
    return structure.Container(shape.type, shape.keys, tuple(parts))
