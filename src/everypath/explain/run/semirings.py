"""The algebras in which one backward sweep answers one question.

The derivative is Σ over paths of Π partials. The same sweep with the partials replaced, or with another sum, gives the number
of paths, their mass Σ|Π|, and the largest |Π| of any of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Weight = Callable[[np.ndarray, np.ndarray | None], np.ndarray]


Array = np.ndarray[Any, Any]


def matrix_product(a: Array, b: Array) -> Any:
    return np.matmul(a, b)


def max_product(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """max over j of a[i, j]·b[j, k], row by row."""
    return np.array([np.max(row[:, None] * b, axis=0, initial=0.0) for row in a]).reshape(a.shape[0], b.shape[1])


@dataclass(frozen=True)
class Semiring:
    """How weights are made of partials, how a path multiplies them, and how paths that meet are gathered.

    `passing` totals are kept for the inputs alone: a count of n bits for each of n elements would take memory like n².
    """

    name: str
    weight: Weight
    zero: Any
    one: Any
    dtype: Any
    add_at: Any
    product: Callable[[np.ndarray, np.ndarray], np.ndarray]
    linear: bool = False
    passing: bool = False

    def times(self, a: np.ndarray, b: np.ndarray) -> Any:
        return np.multiply(a, b)

    def gather(self, totals: np.ndarray, where: np.ndarray, values: np.ndarray) -> None:
        """totals[where] ⊕= values, repeated places included."""
        self.add_at.at(totals, where, values)


def signed(partials: np.ndarray, mass: np.ndarray | None) -> np.ndarray:
    return partials


def size(partials: np.ndarray, mass: np.ndarray | None) -> Any:
    return np.abs(partials)


def work(partials: np.ndarray, mass: np.ndarray | None) -> np.ndarray:
    return np.abs(partials) if mass is None else mass


def one_each(partials: np.ndarray, mass: np.ndarray | None) -> np.ndarray:
    return np.ones(partials.shape)


def one_each_exact(partials: np.ndarray, mass: np.ndarray | None) -> np.ndarray:
    return np.full(partials.shape, 1, object)


DERIVATIVE = Semiring("derivative", signed, 0.0, 1.0, np.float64, np.add, matrix_product, linear=True)
MASS = Semiring("mass", size, 0.0, 1.0, np.float64, np.add, matrix_product)
WORK = Semiring("mass of every operation", work, 0.0, 1.0, np.float64, np.add, matrix_product)
COUNT = Semiring("count", one_each, 0.0, 1.0, np.float64, np.add, matrix_product)
EXACT_COUNT = Semiring("count", one_each_exact, 0, 1, object, np.add, matrix_product, passing=True)
BEST = Semiring("largest path", size, 0.0, 1.0, np.float64, np.maximum, max_product)
