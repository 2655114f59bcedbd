"""What is sought: SciPy has a vector, and the caller's function takes that vector or a tree."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from numbers import Number
from typing import Any

import numpy as np
from scipy.optimize import Bounds

import everypath as ep

from .. import tree as trees
from ..structure import Container, Leaf, Structure, child, count

Function = Callable[..., Any]


class Unknowns:
    """What is sought, from where the search starts.

    `vector` is what SciPy is given, `sample` what it makes of it for the caller's function. What NumPy makes a number or a vector of
    is SciPy's own; anything else is a tree, and `unravel` makes one of a vector.
    """

    def __init__(self, x0: Any) -> None:
        self.tree: Any = None
        self.unravel: Function | None = None
        if is_vector(x0):
            self.vector = floats(x0)
            self.sample = np.atleast_1d(np.asarray(self.vector))
        else:
            refuse_integers(x0)
            self.tree = x0
            self.vector, self.unravel = ep.ravel(x0)
            self.sample = self.vector

    def taking(self, function: Any) -> Any:
        """A function of the vector that is the caller's function, of the tree."""
        unravel = self.unravel
        if unravel is None or not callable(function):
            return function
        return lambda vector, *args, **named: function(unravel(vector), *args, **named)

    def giving(self, function: Any) -> Any:
        """The same of a function that gives a tree, such as the gradient that a caller wrote."""
        taking = self.taking(function)
        if taking is function:
            return function
        return lambda vector, *args: ep.ravel(taking(vector, *args))[0]

    def product(self, function: Any) -> Any:
        """The same of a function of two trees that gives one."""
        unravel, giving = self.unravel, self.giving(function)
        return function if giving is function or unravel is None else lambda vector, along, *args: giving(vector, unravel(along), *args)

    def told(self, callback: Any) -> Any:
        """A callback that is shown trees."""
        unravel = self.unravel
        if unravel is None or not callable(callback):
            return callback
        if set(inspect.signature(callback).parameters) == {"intermediate_result"}:

            def seen(intermediate_result: Any) -> Any:
                return callback(intermediate_result=self.found(type(intermediate_result)(intermediate_result)))

            return seen
        return functools.wraps(callback)(lambda vector, *rest: callback(unravel(vector), *rest))

    def found(self, result: Any) -> Any:
        """SciPy's result, with the tree in it."""
        if self.unravel is not None:
            result.x = self.unravel(result.x)
        return result

    def pairs(self, bounds: Any) -> Any:
        """Bounds as SciPy takes them: of a tree, a pair `(low, high)` or None in the place of each leaf."""
        if self.unravel is None or bounds is None or isinstance(bounds, Bounds):
            return bounds
        ends = [(None, None) if pair is None else pair for pair in self.beside(bounds, "a pair (low, high), or None")]
        return Bounds(self.spread([low for low, _ in ends], -np.inf), self.spread([high for _, high in ends], np.inf))

    def limits(self, bounds: Any) -> Any:
        """Bounds as SciPy takes them: of a tree, `(low, high)`, each one number or a tree of numbers and arrays."""
        if self.unravel is None or bounds is None or isinstance(bounds, Bounds):
            return bounds
        ends = [end if isinstance(end, Number) else self.spread(self.beside(end, "a number or an array"), None) for end in bounds]
        return tuple(ends)

    def beside(self, value: Any, what: str) -> list[Any]:
        """What `value` has in the place of each leaf."""
        try:
            return in_place(value, trees.shape_of(self.tree))
        except (AttributeError, IndexError, KeyError, TypeError):
            raise ep.InvalidArgument(f"the bounds of a tree are a tree like it, with {what} in the place of each leaf") from None

    def spread(self, ends: Sequence[Any], free: float | None) -> Any:
        """One end for each element of the vector."""
        wide = [
            np.ravel(np.broadcast_to(np.asarray(free if end is None else end, float), np.shape(leaf)))
            for end, leaf in zip(ends, trees.leaves(self.tree), strict=True)
        ]
        return np.concatenate(wide)


def in_place(value: Any, shape: Structure) -> list[Any]:
    """What `value` has where a tree of this shape has its leaves. Raises what Python does where it is no tree like that."""
    if not isinstance(shape, Container):
        return [value] if isinstance(shape, Leaf) else []
    if value is None:
        return [None] * count(shape)
    if isinstance(value, (tuple, list, dict)) and len(value) != len(shape.keys):
        raise IndexError("as many as there are in the tree")
    return [leaf for key, below in zip(shape.keys, shape.children, strict=True) for leaf in in_place(child(value, shape, key), below)]


def is_vector(x0: Any) -> bool:
    """Whether NumPy makes a number or a vector of it."""
    if type(x0) in (list, tuple):
        return all(isinstance(item, (Number, np.generic)) or (isinstance(item, np.ndarray) and item.ndim == 0) for item in x0)
    if isinstance(x0, np.ndarray):
        return x0.ndim < 2
    return isinstance(x0, (Number, np.generic)) or hasattr(x0, "__array__")


def floats(x0: Any) -> Any:
    """Numbers as SciPy is given them: integers as floats, everything else as it is."""
    return np.asarray(x0, float) if np.asarray(x0).dtype.kind in "iub" else x0


def refuse_integers(x0: Any) -> None:
    """InvalidArgument for an integer in a tree: it may be an unknown, or how many there are of something."""
    for path, leaf in zip(trees.paths(x0, "x0"), trees.leaves(x0), strict=True):
        if np.asarray(leaf).dtype.kind in "iu":
            raise ep.InvalidArgument(f"{path} is an integer: write it as a float, or pass it in args if it is not sought")
