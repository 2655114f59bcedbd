"""Trees with places where the arrays of another system stand: taken apart, put together, and what their derivatives are called.

A tree is tuples, lists, dicts, NamedTuples and dataclasses; whatever else is in it stays as it is.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..calls.boundary import carries
from ..errors import InvalidArgument, NotSupported
from ..structure import Again, Container, Existing, Leaf, Static, Structure


class Place(NamedTuple):
    """The place of an array: its number."""

    number: int


def taken_apart(tree: Any, is_array: Callable[[Any], bool]) -> tuple[Any, list[Any]]:
    """The tree with places for its arrays, and these in order."""
    found: list[Any] = []

    def one(leaf: Any) -> Any:
        if not is_array(leaf):
            return leaf
        found.append(leaf)
        return Place(len(found) - 1)

    return mapped(one, tree), found


def filled(template: Any, arrays: Sequence[Any]) -> Any:
    """The tree with arrays in its places."""
    return mapped(lambda leaf: arrays[leaf.number] if type(leaf) is Place else leaf, template)


def mapped(function: Callable[[Any], Any], tree: Any) -> Any:
    """The tree with `function` of each leaf in its place."""
    kind = type(tree)
    if kind is Place:
        return function(tree)
    if kind in (tuple, list):
        return kind(mapped(function, child) for child in tree)
    if kind is dict:
        return {key: mapped(function, child) for key, child in tree.items()}
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return kind(*(mapped(function, child) for child in tree))
    if dataclasses.is_dataclass(tree) and not isinstance(tree, type):
        fields = {field.name: mapped(function, getattr(tree, field.name)) for field in dataclasses.fields(tree)}
        if all(fields[name] is getattr(tree, name) for name in fields):
            return tree
        new = object.__new__(kind)
        for name, value in (vars(tree) | fields).items():
            object.__setattr__(new, name, value)
        return new
    return function(tree)


def given_back(structure: Structure, leaves: Sequence[Any], where: str) -> Any:
    """The result of a function of this structure with these leaves, whatever they are. NotSupported for what has no counterpart."""
    waiting = list(reversed(leaves))

    def one(part: Structure) -> Any:
        if isinstance(part, Again | Existing):
            raise NotSupported([(None, f"{where} returns an object twice, or one of its caller's", "return numbers and arrays")])
        if isinstance(part, Static):
            return part.value
        if isinstance(part, Leaf):
            if part.kind == "list":
                reason = f"{where} returns a list whose length is known only when it runs"
                raise NotSupported([(None, reason, "return an array: np.array(…)")])
            return waiting.pop()
        children = [one(child) for child in part.children]
        if part.type in (tuple, list):
            return part.type(children)
        if part.type is dict:
            return dict(zip(part.keys, children, strict=True))
        if hasattr(part.type, "_fields"):
            return part.type(*children)
        reason = f"{where} returns a {part.type.__name__}"
        raise NotSupported([(None, reason, "return numbers, arrays, and tuples, lists and dicts of them")])

    return one(structure)


def directions(structure: Structure) -> tuple[Any, int]:
    """A cotangent of a result of this structure, with places for the float leaves and None for the others; how many places."""
    number = 0

    def one(part: Structure) -> Any:
        nonlocal number
        if isinstance(part, Leaf):
            if not carries(part):
                return None
            number += 1
            return Place(number - 1)
        if isinstance(part, Container):
            children = [one(child) for child in part.children]
            if part.type is dict:
                return dict(zip(part.keys, children, strict=True))
            return part.type(*children) if hasattr(part.type, "_fields") else part.type(children)
        return None

    return one(structure), number


def as_argument(array: np.ndarray[Any, Any]) -> Any:
    """An array as functions of NumPy expect it: a number where it has no axes, Python's own where it is an integer or a bool."""
    if array.ndim:
        return array
    return array.item() if array.dtype.kind in "iub" else array[()]


def refuse_complex(array: np.ndarray[Any, Any], way_out: str) -> np.ndarray[Any, Any]:
    """The array, if it is of real numbers."""
    if array.dtype.kind == "c":
        raise InvalidArgument(f"an array of {array.dtype}: bridges pass real numbers; {way_out}")
    return array
