"""A tree of numbers and arrays as one vector, and back: for solvers, samplers and optimisers that know only vectors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .. import tree as trees


def ravel(tree: Any) -> tuple[Any, Callable[[Any], Any]]:
    """The floats of `tree` as one vector, of shape (n,), and the function that puts such a vector back: `(vector, unravel)`.

    `tree` is whatever the functions here take: a float, an array, or tuples, lists, dicts, NamedTuples, dataclasses and instances of
    classes that hold them. The floats stand in the order of `everypath.tree.leaves`, arrays in C order, the real part of a complex
    array before its imaginary part. The vector's dtype is the one to which NumPy promotes those of the leaves, so that nothing is lost:
    float32 where all are, float64 with one float of Python's.

    `unravel(vector)` gives the same containers with new arrays, every leaf in its own dtype again. Integers, bools and what else is no
    float stand in no vector: they come back as they were. So `ravel(grad(f)(tree))[0]` is the gradient by the vector. Both may be
    called inside a function that is differentiated.

    Raises InvalidArgument where the tree holds what everypath does not know, ValueError for a vector of another length.

    >>> vector, unravel = ravel({"w": np.ones((2, 2)), "b": 3.0, "steps": 10})
    >>> vector
    array([1., 1., 1., 1., 3.])
    >>> unravel(2 * vector)
    {'w': array([[2., 2.],
           [2., 2.]]), 'b': 6.0, 'steps': 10}
    """
    parts = [np.ravel(leaf) for leaf in trees.leaves(tree) if is_float(leaf)]
    vector = np.concatenate(parts) if parts else np.zeros(0)
    total = len(vector)
    like = trees.map(itself, tree)

    def unravel(vector: Any) -> Any:
        """The containers of the tree with the numbers of this vector."""
        given = np.asarray(vector)
        if given.shape != (total,):
            raise ValueError(f"this tree has a vector of shape ({total},), not {given.shape}")
        place = [0]

        def taken(leaf: Any) -> Any:
            if not is_float(leaf):
                return leaf
            start = place[0]
            place[0] = start + np.size(leaf)
            if isinstance(leaf, np.ndarray):
                return given[start : place[0]].reshape(leaf.shape).astype(leaf.dtype)
            return type(leaf)(given[start])

        return trees.map(taken, like)

    return vector, unravel


def is_float(leaf: Any) -> bool:
    """Whether a leaf is a float, or an array of floats."""
    if isinstance(leaf, (np.ndarray, np.generic)):
        return bool(leaf.dtype.kind == "f")
    return isinstance(leaf, float)


def itself(leaf: Any) -> Any:
    """The leaf."""
    return leaf
