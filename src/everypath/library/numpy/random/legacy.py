"""`np.random.seed` and the functions that draw from NumPy's global generator, and `RandomState`."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ....generators import put, state_of
from ...generator_states import NO_SEED, SEED, WAY_OUT, integers, is_compiled, seeded
from ...intrinsics import refuse, value_only
from ...registry import stands_for
from .drawing import Drawing, not_negative, number, real, shape_of
from .generator import LONG, refuse_bounds


def of_everybody(x: Any) -> bool:
    """Whether this is the generator that NumPy's functions share, which draws other numbers at every run until it is given a seed."""
    return x is np.random.mtrand._rand


@stands_for(np.random.RandomState)
class RandomState(Drawing):
    packed = {"held": (state_of, put), "open": (of_everybody, lambda x, value: None)}  # noqa: RUF012
    fixed = ("open",)
    kind = "RandomState"

    def __init__(self, seed: Any = None) -> None:
        if seed is None:
            refuse(NO_SEED, SEED)
        self.open = False
        self.held = seeded("RandomState", seed)

    def source(self) -> Any:
        if self.open:
            refuse(
                "np.random draws random numbers, and a derivative needs the same ones each time",
                "call np.random.seed(…) inside the function, or draw them outside and pass them in",
            )
        return self

    def seed(self, seed: Any = None) -> None:
        if seed is None:
            refuse(NO_SEED, SEED)
        self.held = seeded("RandomState", seed)
        self.open = False

    def random_sample(self, size: Any = None) -> Any:
        shape = shape_of(size)
        return number(self.draw("random_sample", shape), shape)

    def random(self, size: Any = None) -> Any:
        return self.random_sample(size)

    def rand(self, *args: Any) -> Any:
        return self.random_sample(args if len(args) > 0 else None)

    def standard_normal(self, size: Any = None) -> Any:
        shape = shape_of(size)
        return number(self.draw("standard_normal", shape), shape)

    def randn(self, *args: Any) -> Any:
        return self.standard_normal(args if len(args) > 0 else None)

    def uniform(self, low: Any = 0.0, high: Any = 1.0, size: Any = None) -> Any:
        first, width = real(low), real(high) - real(low)
        if not np.all(np.isfinite(width)):
            raise OverflowError("Range exceeds valid bounds")
        shape = shape_of(size, low, high)
        return number(first + width * self.draw("random_sample", shape), shape)

    def pareto(self, a: Any, size: Any = None) -> Any:
        not_negative(a, "a")
        shape = shape_of(size, a)
        return number(np.exp(self.draw("standard_exponential", shape) / real(a)) - 1, shape)

    def power(self, a: Any, size: Any = None) -> Any:
        not_negative(a, "a")
        shape = shape_of(size, a)
        return number((1 - np.exp(-self.draw("standard_exponential", shape))) ** (1.0 / real(a)), shape)

    def randint(self, low: Any, high: Any = None, size: Any = None, dtype: Any = int) -> Any:
        if dtype not in LONG:
            refuse("the option 'dtype' of randint is not supported", "leave it out, and convert with .astype(…)")
        first, last = (0, low) if high is None else (low, high)
        shape = shape_of(size, first, last)
        if is_compiled(self.source().kind, "integers") and isinstance(first, (int, np.integer)) and isinstance(last, (int, np.integer)):
            if first >= last and (shape is None or math.prod(shape) > 0):
                refuse_bounds(high is None, False)
            values = self.compiled("integers", shape, first, last - 1)
            return int(values) if shape is None else values
        reason = "random integers have no derivative with respect to their bounds"
        args = (first, last, shape)
        values, state = value_only(reason, WAY_OUT, integers, self.source().kind, self.source().held, "randint", args, None)
        self.held = state
        return int(values[0]) if shape is None else values.reshape(shape)

    def choice(self, a: Any, size: Any = None, replace: bool = True, p: Any = None) -> Any:
        single = np.ndim(a) == 0
        shape = shape_of(size)
        if p is None and replace and (single or np.ndim(a) == 1):
            n = a if single else len(a)
            if n <= 0 and (shape is None or math.prod(shape) > 0):
                what = "a must be greater than 0" if single else "'a' cannot be empty"
                raise ValueError(f"{what} unless no samples are taken")
            places = self.randint(0, n, shape)
            return places if single else np.asarray(a)[places]
        reason = "a random choice has no derivative with respect to the probabilities"
        args = (a if single else len(a), shape, replace, p)
        values, state = value_only(reason, WAY_OUT, integers, self.source().kind, self.source().held, "choice", args, None)
        self.held = state
        if single:
            return int(values[0]) if shape is None else values.reshape(shape)
        if np.ndim(a) != 1:
            raise ValueError("a must be 1-dimensional")
        return np.asarray(a)[values[0] if shape is None else values.reshape(shape)]

    def permutation(self, x: Any) -> Any:
        if np.ndim(x) == 0:
            return self.order(1, int(x))
        return np.take(x, self.order(1, len(x)), axis=0)

    def shuffle(self, x: Any) -> None:
        self.shuffle_items(x)

    def multivariate_normal(self, mean: Any, cov: Any, size: Any = None, check_valid: str = "warn", tol: float = 1e-8) -> Any:
        middle, spread, z = self.multivariate(mean, cov, size)
        _, s, v = np.linalg.svd(spread)
        return np.dot(z, np.sqrt(s)[:, None] * v) + middle


@stands_for(np.random.seed)
def seed(seed: Any = None) -> None:
    np.random.mtrand._rand.seed(seed)


@stands_for(np.random.ranf, np.random.sample)
def ranf(size: Any = None) -> Any:
    return np.random.mtrand._rand.random_sample(size)
