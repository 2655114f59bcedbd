"""The oracle: a program under CPython, its float inputs and outputs as vectors, and its derivative by differences."""

from __future__ import annotations

import copy
import inspect
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from . import differences
from .registry import Case, Program
from .trees import from_vector, names, precision, to_vector

# Up to so many inputs the whole Jacobian is checked, past them some directions.
FEW = 14
SOME = 4


def positions(program: Program, count: int) -> tuple[int, ...]:
    """`wrt` as positions of the arguments."""
    wanted = program.wrt if isinstance(program.wrt, tuple) else (program.wrt,)
    parameters = list(inspect.signature(program.function).parameters)
    found = tuple(parameters.index(w) if isinstance(w, str) else w for w in wanted)
    assert all(p < count for p in found)
    return found


@dataclass
class Oracle:
    """What CPython says about one case of one program."""

    program: Program
    case: Case

    @property
    def random(self) -> np.random.Generator:
        """The same numbers for each backend."""
        return np.random.default_rng(20260301)

    @cached_property
    def positions(self) -> tuple[int, ...]:
        return positions(self.program, len(self.case.arguments()))

    @cached_property
    def chosen(self) -> tuple[Any, ...]:
        """The arguments that are differentiated."""
        arguments = self.case.arguments()
        return tuple(arguments[k] for k in self.positions)

    @cached_property
    def point(self) -> np.ndarray:
        return to_vector(self.chosen)

    @cached_property
    def names(self) -> list[str]:
        """One name for each element of `point`."""
        parameters = list(inspect.signature(self.program.function).parameters)
        return [name for k, value in zip(self.positions, self.chosen) for name in names(value, parameters[k])]

    def arguments_at(self, point: np.ndarray) -> tuple[Any, ...]:
        """The case's arguments with the differentiated ones replaced."""
        arguments = list(self.case.arguments())
        for k, value in zip(self.positions, from_vector(self.chosen, point)):
            arguments[k] = value
        return tuple(arguments)

    def value(self) -> Any:
        """The result, its arrays copied out of the arguments."""
        with np.errstate(all="ignore"):
            return copy.deepcopy(self.program.meaning(*self.case.arguments()))

    def outputs(self, point: np.ndarray) -> np.ndarray:
        with np.errstate(all="ignore"):
            return to_vector(self.program.meaning(*self.arguments_at(point)))

    @cached_property
    def directions(self) -> np.ndarray:
        """Rows to differentiate along: every basis vector if they are few, then some random ones."""
        n = self.point.size
        random = np.random.default_rng(20260302).standard_normal((SOME if n > FEW else 1, n))
        return np.concatenate([np.eye(n), random]) if n <= FEW else random

    @cached_property
    def unit(self) -> float:
        return max(precision(self.chosen), precision(self.value()))

    @cached_property
    def differences(self) -> tuple[np.ndarray, np.ndarray]:
        """J·v for every direction, and its error, each of shape (directions, outputs)."""
        pairs = [differences.directional(self.outputs, self.point, v, unit=self.unit) for v in self.directions]
        return np.stack([d for d, _ in pairs]), np.stack([e for _, e in pairs])

    @cached_property
    def stated(self) -> np.ndarray | None:
        """The gradient that the case states, as a vector over `point`."""
        if self.case.gradient is None:
            return None
        return np.concatenate([np.ravel(np.asarray(part, np.float64)) for part in flat(self.case.gradient)])

    @cached_property
    def stated_hessian(self) -> np.ndarray:
        return np.reshape(np.asarray(self.case.hessian, np.float64), (self.point.size, self.point.size))


@lru_cache(maxsize=16)
def asked(program: Program, case: Case) -> Oracle:
    """What CPython says is asked once for both backends."""
    return Oracle(program, case)


def flat(value: Any) -> list[Any]:
    if isinstance(value, tuple | list):
        return [leaf for part in value for leaf in flat(part)]
    return [value]
