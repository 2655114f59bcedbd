"""Where weights begin: distributions by their names. All take (rng, shape, dtype) and give an array.

A weight's shape is (…, inputs, outputs): a number of a convolution's inputs counts once for each place under its window, and so do outputs.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.special

from everypath import InvalidArgument

from ..arrays import Array

Initialiser = Callable[..., Array]
Shape = tuple[int, ...]


def fans(shape: Shape) -> tuple[int, int]:
    """How many inputs an output has, and how many outputs an input.

    >>> fans((64, 32)), fans((3, 3, 8, 16))
    ((64, 32), (72, 144))
    """
    if len(shape) < 2:
        raise InvalidArgument(f"a weight of shape {shape} has no inputs and outputs to count: use zeros, ones, constant, normal or uniform")
    window = math.prod(shape[:-2])
    return window * shape[-2], window * shape[-1]


def zeros(rng: np.random.Generator, shape: Shape, dtype: Any = np.float64) -> Array:
    """Zeros."""
    return np.zeros(shape, dtype)


def ones(rng: np.random.Generator, shape: Shape, dtype: Any = np.float64) -> Array:
    """Ones."""
    return np.ones(shape, dtype)


def constant(value: float) -> Initialiser:
    """`value` everywhere."""
    return lambda rng, shape, dtype=np.float64: np.full(shape, value, dtype)


def normal(deviation: float = 0.05) -> Initialiser:
    """Normal of mean 0 and this standard deviation."""
    return lambda rng, shape, dtype=np.float64: (deviation * rng.standard_normal(shape)).astype(dtype)


def uniform(limit: float = 0.05) -> Initialiser:
    """Uniform between −limit and limit."""
    return lambda rng, shape, dtype=np.float64: rng.uniform(-limit, limit, shape).astype(dtype)


def truncated_normal(deviation: float = 0.05) -> Initialiser:
    """Normal of mean 0, none beyond two of these standard deviations (those of the whole normal, as in Keras)."""
    return lambda rng, shape, dtype=np.float64: (deviation * truncated(rng, shape)).astype(dtype)


def glorot_uniform(rng: np.random.Generator, shape: Shape, dtype: Any = np.float64) -> Array:
    """Uniform of variance 2/(inputs + outputs). Source: Glorot and Bengio 2010, equation 16."""
    return uniform(math.sqrt(6.0 / sum(fans(shape))))(rng, shape, dtype)


def glorot_normal(rng: np.random.Generator, shape: Shape, dtype: Any = np.float64) -> Array:
    """Normal of variance 2/(inputs + outputs). Source: Glorot and Bengio 2010."""
    return normal(math.sqrt(2.0 / sum(fans(shape))))(rng, shape, dtype)


def he_uniform(rng: np.random.Generator, shape: Shape, dtype: Any = np.float64) -> Array:
    """Uniform of variance 2/inputs, for rectifiers. Source: He et al., Delving deep into rectifiers, 2015, equation 10."""
    return uniform(math.sqrt(6.0 / fans(shape)[0]))(rng, shape, dtype)


def he_normal(rng: np.random.Generator, shape: Shape, dtype: Any = np.float64) -> Array:
    """Normal of variance 2/inputs, for rectifiers. Source: He et al. 2015, equation 10."""
    return normal(math.sqrt(2.0 / fans(shape)[0]))(rng, shape, dtype)


def lecun_uniform(rng: np.random.Generator, shape: Shape, dtype: Any = np.float64) -> Array:
    """Uniform of variance 1/inputs. Source: LeCun et al., Efficient backprop, 1998, equation 16."""
    return uniform(math.sqrt(3.0 / fans(shape)[0]))(rng, shape, dtype)


def lecun_normal(rng: np.random.Generator, shape: Shape, dtype: Any = np.float64) -> Array:
    """Normal of variance 1/inputs, as `selu` wants it. Source: LeCun et al. 1998; Klambauer et al. 2017."""
    return normal(math.sqrt(1.0 / fans(shape)[0]))(rng, shape, dtype)


def orthogonal(rng: np.random.Generator, shape: Shape, dtype: Any = np.float64) -> Array:
    """Orthonormal rows or columns, whichever are fewer, all but the last axis as rows. Source: Saxe, McClelland and Ganguli 2014."""
    fans(shape)
    rows, columns = math.prod(shape[:-1]), shape[-1]
    q, r = np.linalg.qr(rng.standard_normal((max(rows, columns), min(rows, columns))))
    q = q * np.sign(np.diag(r))
    return np.ascontiguousarray(q if rows >= columns else q.T).reshape(shape).astype(dtype)


xavier_uniform, xavier_normal, kaiming_uniform, kaiming_normal = glorot_uniform, glorot_normal, he_uniform, he_normal

NAMED: dict[str, Initialiser] = {
    "constant": constant(0.0),
    "glorot_normal": glorot_normal,
    "glorot_uniform": glorot_uniform,
    "he_normal": he_normal,
    "he_uniform": he_uniform,
    "kaiming_normal": kaiming_normal,
    "kaiming_uniform": kaiming_uniform,
    "lecun_normal": lecun_normal,
    "lecun_uniform": lecun_uniform,
    "normal": normal(),
    "ones": ones,
    "orthogonal": orthogonal,
    "truncated_normal": truncated_normal(),
    "uniform": uniform(),
    "xavier_normal": xavier_normal,
    "xavier_uniform": xavier_uniform,
    "zeros": zeros,
}


def named(initialiser: str | Initialiser) -> Initialiser:
    """The initialiser of this name, or what is given if it is one.

    Raises InvalidArgument for an unknown name.
    """
    if callable(initialiser):
        return initialiser
    if initialiser not in NAMED:
        raise InvalidArgument(f"{initialiser!r} is no initialiser: {', '.join(NAMED)}, or a function of (rng, shape, dtype)")
    return NAMED[initialiser]


def truncated(rng: np.random.Generator, shape: Shape) -> Array:
    """Standard normal numbers between −2 and 2: the normal quantiles of uniform ones."""
    below = float(scipy.special.ndtr(-2.0))
    return np.asarray(scipy.special.ndtri(rng.uniform(below, 1.0 - below, shape)))
