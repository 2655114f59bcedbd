"""Containers as trees: one function over all numbers and arrays in tuples, lists, dicts, NamedTuples and instances of classes.

A complex number, or array, is a container of its two parts.
"""

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

    Where one of `others` has None (an integer's gradient) or nothing (an attribute that has none), the leaf stays as it is.

    >>> map(lambda p, g: p - 0.5 * g, (1.0, [2.0, 3]), (2.0, [2.0, None]))
    (0.0, [1.0, 3])
    """
    shape = shape_of(tree)
    columns = [structure.leaves(tree, shape), *(beside(other, shape) for other in others)]
    mapped = [row[0] if any(x is None for x in row) else function(*row) for row in zip(*columns, strict=True)]
    return unflattened(tree, mapped)


def beside(value: Any, shape: structure.Structure) -> list[Any]:
    """What `value` has where a tree of this shape has its leaves; None where it has nothing."""
    if not isinstance(shape, structure.Container):
        return [value] if isinstance(shape, structure.Leaf) else []
    if value is None:
        held = [None] * len(shape.keys)
    elif structure.is_its_items(shape):
        held = [value]
    elif shape.type in (tuple, list) or structure.is_mapping(shape.type):
        held = [value[key] for key in shape.keys]
    else:  # the gradient of an instance is a dict of what was read of it
        held = [value.get(key) if isinstance(value, dict) else getattr(value, key, None) for key in shape.keys]
    return [leaf for part, below in zip(held, shape.children, strict=True) for leaf in beside(part, below)]


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
    return opened(structure.describe(tree, statics=frozenset({structure.EVERY_ATTRIBUTE})), tree)


def opened(shape: structure.Structure, tree: Any) -> structure.Structure:
    if isinstance(shape, structure.Leaf) and shape.kind == "list":
        return structure.Container(list, tuple(range(len(tree))), tuple(shape_of(item) for item in tree))
    if not isinstance(shape, structure.Container):
        return shape
    parts = [opened(part, structure.child(tree, shape, key)) for key, part in zip(shape.keys, shape.children, strict=True)]
    return structure.Container(shape.type, shape.keys, tuple(parts))
