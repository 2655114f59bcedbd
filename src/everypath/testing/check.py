"""`check_grads`: a function's derivatives against each other and against differences of the function as Python runs it."""

from __future__ import annotations

import copy
import dataclasses
import math
import zlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

import everypath as ep
from everypath import tree
from everypath.differences import derivative

MODES = 1e-10
"""Forward and reverse may differ by this much of Σ|terms| of the product that they both give."""

ERRORS = 100.0
"""Differences may be off by this many times their own estimate of their error."""


class WrongDerivative(AssertionError):
    """Two ways to the same derivative disagree."""


def check_grads(
    f: Callable[..., Any], args: Sequence[Any], order: int = 1, *, directions: int = 3, sparse: bool = False, backend: Any = "native"
) -> None:
    """Check the derivatives of `f` at `args` with respect to every float among them; raises WrongDerivative and says where.

    In both modes the value must be that of Python. For random directions v of the arguments and w of the result, three numbers
    must be the same: ⟨w, J v⟩ by forward mode, ⟨Jᵀ w, v⟩ by reverse mode, and the slope of ⟨w, f(x + t v)⟩ at t = 0 by differences
    of `f` as Python runs it. With `order` 2 the gradient is checked in the same way (`f` must return a float). At a kink differences
    tell nothing: choose other arguments. With `sparse` the matrices of `jacobian(f, sparse=True)` must give the same number too.

    >>> check_grads(lambda x, y: x * x * y, (2.0, 3.0), order=2)
    """
    args = tuple(args)
    name = getattr(f, "__name__", "f")
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    value = f(*copy.deepcopy(args))
    if not any(map(is_float, tree.leaves(args))):
        raise ep.NotDifferentiable(f"{name} has no floating-point argument to check")
    chosen = tuple(k for k, a in enumerate(args) if any(map(is_float, tree.leaves(a))))
    matrices = blocks(ep.jacobian(f, chosen, sparse=True, backend=backend)(*copy.deepcopy(args))) if sparse else []
    for _ in range(directions):
        v = random_like(rng, args)
        w = random_like(rng, value)
        beside_tangent, tangent = ep.jvp(f, copy.deepcopy(args), v, backend=backend)
        beside_pullback, pullback = ep.vjp(f, *copy.deepcopy(args), backend=backend)
        same_value(name, value, beside_tangent)
        same_value(name, value, beside_pullback)
        cotangents = pullback(w)
        forward, scale = dot(w, tangent)
        reverse, other = dot(cotangents, v)
        if not math.isfinite(forward) and not math.isfinite(reverse):
            continue
        if not abs(forward - reverse) <= MODES * max(scale, other):
            raise WrongDerivative(f"{name}: forward mode gives {forward!r} and reverse mode {reverse!r}")
        product, most = through(matrices, w, v) if sparse else (forward, scale)
        if not abs(product - forward) <= MODES * max(scale, most):
            raise WrongDerivative(f"{name}: forward mode gives {forward!r} and the sparse Jacobian {product!r}")
        slope, error = derivative(lambda t, v=v, w=w: dot(w, f(*moved(args, v, t)))[0])  # type: ignore[misc]
        if not abs(slope - forward) <= max(ERRORS * error, MODES * scale):
            raise WrongDerivative(
                f"{name}: {forward!r} along a direction, by differences {slope!r} ± {error:.1e}{where(f, args, w, cotangents)}"
            )
    if order > 1:
        check_grads(ep.grad(f, chosen, backend=backend), args, order - 1, directions=directions, sparse=sparse, backend=backend)


def same_value(name: str, expected: Any, found: Any) -> None:
    """Raise unless the compiled derivative gives, beside itself, what Python gives."""
    for path, a, b in zip(tree.paths(expected, "the result"), tree.leaves(expected), tree.leaves(found), strict=True):
        if np.shape(a) != np.shape(b) or not np.allclose(a, b, rtol=1e-12, atol=1e-13, equal_nan=True):
            raise WrongDerivative(f"{name}: {path} is {a!r} in Python and {b!r} compiled")


def is_float(leaf: Any) -> bool:
    """Whether a leaf carries a derivative."""
    return bool(np.issubdtype(np.asarray(leaf).dtype, np.floating))


def random_like(rng: np.random.Generator, value: Any) -> Any:
    """Random numbers in the containers of `value`, of the size of its leaves; integers stay."""

    def draw(leaf: Any) -> Any:
        if not is_float(leaf):
            return leaf
        array = np.asarray(leaf)
        drawn = rng.uniform(0.5, 1.0, array.shape) * rng.choice((-1.0, 1.0), array.shape)
        return drawn.astype(array.dtype) if isinstance(leaf, np.ndarray) else type(leaf)(drawn)

    return tree.map(draw, value)


def moved(args: Any, v: Any, t: float) -> Any:
    """args + t v, fresh arrays."""

    def further(a: Any, d: Any) -> Any:
        if not is_float(a):
            return copy.deepcopy(a)
        return np.asarray(a + t * d) if isinstance(a, np.ndarray) else a + t * d

    return tree.map(further, args, v)


def dot(a: Any, b: Any) -> tuple[float, float]:
    """⟨a, b⟩ over all float leaves, and Σ|terms| of it."""
    total = scale = 0.0
    for x, y in zip(tree.leaves(a, like=b), tree.leaves(b), strict=True):
        if x is None or not is_float(y):
            continue
        terms = np.asarray(x, float) * np.asarray(y, float)
        total += float(np.sum(terms))
        scale += float(np.sum(np.abs(terms)))
    return total, scale


def blocks(jacobian: Any) -> list[Any]:
    """The matrices of a sparse Jacobian, those of the first output first."""
    if hasattr(jacobian, "tocsr"):
        return [jacobian]
    if dataclasses.is_dataclass(jacobian):
        jacobian = [getattr(jacobian, field.name) for field in dataclasses.fields(jacobian)]
    parts = jacobian.values() if isinstance(jacobian, dict) else jacobian or ()
    return [block for part in parts for block in blocks(part)]


def through(matrices: Sequence[Any], w: Any, v: Any) -> tuple[float, float]:
    """⟨w, J v⟩ over the matrices of J, and Σ|terms| of it."""
    rows, columns = ([np.ravel(np.asarray(x, float)) for x in tree.leaves(value) if is_float(x)] for value in (w, v))
    total = scale = 0.0
    for k, matrix in enumerate(matrices):
        left, right = rows[k // len(columns)], columns[k % len(columns)]
        total += float(left @ (matrix @ right))
        scale += float(np.abs(left) @ (abs(matrix) @ np.abs(right)))
    return total, scale


def where(f: Callable[..., Any], args: tuple[Any, ...], w: Any, cotangents: Any) -> str:
    """The leaf and element whose derivative is furthest from differences, as the end of a message."""
    worst, said = 0.0, ""
    paths = tree.paths(args, "args")
    for k, (leaf, cotangent) in enumerate(zip(tree.leaves(args), tree.leaves(cotangents, like=args), strict=True)):
        if cotangent is None or not is_float(leaf):
            continue
        for index in list(np.ndindex(np.shape(leaf)))[:200]:
            slope, _ = derivative(lambda t, k=k, index=index: dot(w, f(*moved_at(args, k, index, t)))[0])  # type: ignore[misc]
            ours = float(np.asarray(cotangent)[index])
            if abs(slope - ours) > worst:
                worst = abs(slope - ours)
                said = f"; worst at {paths[k]}{list(index) if index else ''}: {ours!r}, by differences {slope!r}"
    return said


def moved_at(args: Any, k: int, index: tuple[int, ...], t: float) -> Any:
    """args with t added to one element of leaf k."""
    moved_leaves = [copy.deepcopy(leaf) for leaf in tree.leaves(args)]
    if index:
        moved_leaves[k][index] += t
    else:
        moved_leaves[k] = moved_leaves[k] + t
    return tree.unflattened(args, moved_leaves)
