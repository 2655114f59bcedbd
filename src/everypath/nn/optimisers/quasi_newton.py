"""Descent with the curvature that gradients show, over the whole data at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.optimize

import everypath as ep
from everypath import tree


def lbfgs(
    loss: Callable[..., Any],
    params: Any,
    *data: Any,
    steps: int = 200,
    tolerance: float = 1e-8,
    callback: Callable[[int, float], Any] | None = None,
) -> tuple[Any, float]:
    """(parameters, loss) at a minimum of `loss(params, *data)`, by SciPy's L-BFGS with everypath's gradient.

    It works in float64 and gives the containers and dtypes of `params`. `steps` is the most there are, `tolerance` the largest part of
    the gradient at which it ends; `callback(step, loss)` is called after each. Integers are left alone.

    Source: Liu and Nocedal, On the limited memory BFGS method for large scale optimization, 1989.
    """
    slope = ep.value_and_grad(loss)
    begun = [leaf for leaf, g in zip(tree.leaves(params), tree.leaves(slope(params, *data)[1], params), strict=True) if g is not None]
    done = 0

    def unpacked(vector: Any) -> Any:
        parts = iter(np.split(vector, np.cumsum([np.size(leaf) for leaf in begun])[:-1]))
        return tree.map(lambda leaf: like(next(parts), leaf) if is_float(leaf) else leaf, params)

    def value_and_slope(vector: Any) -> tuple[float, Any]:
        value, gradient = slope(unpacked(vector), *data)
        return float(value), packed([g for g in tree.leaves(gradient, params) if g is not None])

    def after(intermediate_result: Any) -> None:
        nonlocal done
        done += 1
        if callback is not None:
            callback(done, float(intermediate_result.fun))

    found = scipy.optimize.minimize(
        value_and_slope, packed(begun), jac=True, method="L-BFGS-B", callback=after, options={"maxiter": steps, "gtol": tolerance}
    )
    return unpacked(found.x), float(found.fun)


def packed(leaves: list[Any]) -> Any:
    """All numbers as one vector of float64."""
    return np.concatenate([np.ravel(np.asarray(leaf, np.float64)) for leaf in leaves]) if leaves else np.zeros(0)


def is_float(leaf: Any) -> bool:
    """Whether a leaf is of floats, which have derivatives."""
    return bool(np.asarray(leaf).dtype.kind == "f")


def like(numbers: Any, leaf: Any) -> Any:
    """These numbers in the shape and type of a leaf."""
    if isinstance(leaf, np.ndarray):
        return numbers.reshape(leaf.shape).astype(leaf.dtype)
    return type(leaf)(numbers[0])
