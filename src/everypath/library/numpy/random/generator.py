"""`np.random.default_rng` and `Generator`."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ....generators import put, state_of
from ...generator_states import NO_SEED, SEED, WAY_OUT, integers, is_compiled, seeded, singles
from ...intrinsics import refuse, value_only
from ...registry import stands_for
from .drawing import Drawing, not_negative, number, real, shape_of

DOUBLE = (np.float64, float, "float64", "d", np.dtype(float))
LONG = (np.int64, int, "int64", "l", np.dtype(int))


@stands_for(np.random.SeedSequence)
class SeedSequence:
    """What seeds are made of: a number, or several, and which child of a child it is."""

    def __init__(self, entropy: Any = None, *, spawn_key: Any = (), pool_size: int = 4, n_children_spawned: int = 0) -> None:
        if entropy is None:
            refuse(NO_SEED, SEED)
        if pool_size != 4:
            refuse("the option 'pool_size' of a SeedSequence is not supported", "leave it out")
        self.entropy = entropy
        self.spawn_key = spawn_key
        self.n_children_spawned = n_children_spawned

    def spawn(self, n_children: int) -> Any:
        first = self.n_children_spawned
        self.n_children_spawned = first + n_children
        return [np.random.SeedSequence(self.entropy, spawn_key=(*self.spawn_key, k)) for k in range(first, first + n_children)]


class BitGenerator:
    """What a generator's draws come from; the same object may serve several."""

    packed = {"held": (state_of, put)}  # noqa: RUF012
    kind = ""

    def __init__(self, seed: Any = None) -> None:
        if seed is None:
            refuse(NO_SEED, SEED)
        self.seed_seq = seed if isinstance(seed, np.random.SeedSequence) else np.random.SeedSequence(seed)
        self.held = seeded(self.kind, self.seed_seq.entropy, self.seed_seq.spawn_key)

    def spawn(self, n_children: int) -> Any:
        return [type(self)(seed) for seed in self.seed_seq.spawn(n_children)]

    @property
    def state(self) -> Any:
        refuse("the state of a generator can't be looked at", "read it outside")


@stands_for(np.random.PCG64)
class PCG64(BitGenerator):
    kind = "PCG64"


@stands_for(np.random.PCG64DXSM)
class PCG64DXSM(BitGenerator):
    kind = "PCG64DXSM"


@stands_for(np.random.MT19937)
class MT19937(BitGenerator):
    kind = "MT19937"


@stands_for(np.random.Philox)
class Philox(BitGenerator):
    kind = "Philox"


@stands_for(np.random.SFC64)
class SFC64(BitGenerator):
    kind = "SFC64"


def refuse_bounds(only_high: bool, endpoint: bool) -> None:
    """There is no integer between the bounds."""
    if only_high and endpoint:
        raise ValueError("high < 0")
    if only_high:
        raise ValueError("high <= 0")
    if endpoint:
        raise ValueError("low > high")
    raise ValueError("low >= high")


@stands_for(np.random.default_rng)
def default_rng(seed: Any = None) -> Any:
    if isinstance(seed, np.random.Generator):
        return seed
    if isinstance(seed, np.random.BitGenerator):
        return np.random.Generator(seed)
    return np.random.Generator(np.random.PCG64(seed))


@stands_for(np.random.Generator)
class Generator(Drawing):
    def __init__(self, bit_generator: Any) -> None:
        self.bit_generator = bit_generator

    def source(self) -> Any:
        return self.bit_generator

    def spawn(self, n_children: int) -> Any:
        return [np.random.Generator(one) for one in self.bit_generator.spawn(n_children)]

    def plain(self, name: str, size: Any, dtype: Any, out: Any) -> Any:
        """Uniform, normal or exponential draws in double or single precision."""
        if out is not None:
            refuse("the option 'out' of a generator's methods is not supported", "assign what it returns: x[...] = …")
        shape = shape_of(size)
        if dtype in DOUBLE:
            return number(self.draw(name, shape), shape)
        values, state = singles(self.source().kind, self.source().held, name, (), shape)
        self.source().held = state
        return float(values[0]) if shape is None else values.reshape(shape)

    def random(self, size: Any = None, dtype: Any = np.float64, out: Any = None) -> Any:
        return self.plain("random", size, dtype, out)

    def standard_normal(self, size: Any = None, dtype: Any = np.float64, out: Any = None) -> Any:
        return self.plain("standard_normal", size, dtype, out)

    def standard_exponential(self, size: Any = None, dtype: Any = np.float64, method: str = "zig", out: Any = None) -> Any:
        if method != "zig":
            refuse("the option 'method' of standard_exponential is not supported", "leave it out")
        return self.plain("standard_exponential", size, dtype, out)

    def uniform(self, low: Any = 0.0, high: Any = 1.0, size: Any = None) -> Any:
        first, width = real(low), real(high) - real(low)
        if not np.all(np.isfinite(width)):
            raise OverflowError("high - low range exceeds valid bounds")
        if np.any(width < 0):
            raise ValueError("high - low < 0")
        shape = shape_of(size, low, high)
        return number(first + width * self.draw("random", shape), shape)

    def pareto(self, a: Any, size: Any = None) -> Any:
        not_negative(a, "a")
        shape = shape_of(size, a)
        return number(np.expm1(self.draw("standard_exponential", shape) / real(a)), shape)

    def power(self, a: Any, size: Any = None) -> Any:
        not_negative(a, "a")
        shape = shape_of(size, a)
        return number((-np.expm1(-self.draw("standard_exponential", shape))) ** (1.0 / real(a)), shape)

    def integers(self, low: Any, high: Any = None, size: Any = None, dtype: Any = np.int64, endpoint: bool = False) -> Any:
        if dtype not in LONG:
            refuse("the option 'dtype' of a generator's integers is not supported", "leave it out, and convert with .astype(…)")
        first, last = (0, low) if high is None else (low, high)
        shape = shape_of(size, first, last)
        if is_compiled(self.source().kind, "integers") and isinstance(first, (int, np.integer)) and isinstance(last, (int, np.integer)):
            largest = last if endpoint else last - 1
            if first > largest and (shape is None or math.prod(shape) > 0):
                refuse_bounds(high is None, endpoint)
            return self.compiled("integers", shape, first, largest)
        reason = "random integers have no derivative with respect to their bounds"
        args = (first, last, shape, np.int64, endpoint)
        values, state = value_only(reason, WAY_OUT, integers, self.source().kind, self.source().held, "integers", args, None)
        self.source().held = state
        return values[0] if shape is None else values.reshape(shape)

    def choice(self, a: Any, size: Any = None, replace: bool = True, p: Any = None, axis: int = 0, shuffle: bool = True) -> Any:
        single = np.ndim(a) == 0
        n = a if single else np.shape(a)[axis]
        shape = shape_of(size)
        if p is None and replace:
            if n <= 0 and (shape is None or math.prod(shape) > 0):
                what = "a must be a positive integer" if single else "a cannot be empty"
                raise ValueError(f"{what} unless no samples are taken")
            return self.taken(a, self.integers(0, n, shape), axis)
        reason = "a random choice has no derivative with respect to the probabilities"
        args = (n, shape, replace, p, 0, shuffle)
        values, state = value_only(reason, WAY_OUT, integers, self.source().kind, self.source().held, "choice", args, None)
        self.source().held = state
        return self.taken(a, values[0] if shape is None else values.reshape(shape), axis)

    def taken(self, a: Any, places: Any, axis: int) -> Any:
        """The items at these places; of a number the places."""
        if np.ndim(a) == 0:
            return int(places) if np.ndim(places) == 0 else places
        return np.take(a, places, axis=axis)

    def permutation(self, x: Any, axis: int = 0) -> Any:
        if np.ndim(x) == 0:
            return self.order(1, int(x))
        return np.take(x, self.order(1, np.shape(x)[axis]), axis=axis)

    def shuffle(self, x: Any, axis: int = 0) -> None:
        if axis != 0 and isinstance(x, np.ndarray):
            refuse("the option 'axis' of shuffle is not supported", "shuffle the transposed array: rng.shuffle(x.T)")
        self.shuffle_items(x)

    def multivariate_normal(
        self, mean: Any, cov: Any, size: Any = None, check_valid: str = "warn", tol: float = 1e-8, *, method: str = "svd"
    ) -> Any:
        middle, spread, z = self.multivariate(mean, cov, size)
        if method == "svd":
            u, s, _ = np.linalg.svd(spread)
            factor = u * np.sqrt(s)
        elif method == "eigh":
            s, u = np.linalg.eigh(spread)
            factor = u * np.sqrt(s)
        elif method == "cholesky":
            factor = np.linalg.cholesky(spread)
        else:
            raise ValueError("method must be one of {'eigh', 'svd', 'cholesky'}")
        return middle + np.dot(z, factor.T)
