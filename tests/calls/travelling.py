"""Functions at the top of a module, so that they can be pickled by name: for the tests of pickling and of processes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

import everypath as ep


def wave(x: Any, y: Any = 2.0) -> Any:
    return x * x * math.sin(y)


def energy(v: Any) -> Any:
    return np.sum(v**3) * v[0]


def squares(v: Any) -> Any:
    return v * v


@ep.compile
def decorated(x: Any) -> Any:
    return wave(x) + 1.0


@dataclass
class Model:
    """With methods that decorators made."""

    rate: float

    @ep.compile
    def scaled(self, x: Any) -> Any:
        return self.rate * x

    @staticmethod
    @ep.grad
    def slope(x: Any) -> Any:
        return x**3


def refused(x: Any) -> Any:
    try:
        return x
    except* ValueError:
        pass


def gradient_of_refused(x: Any) -> Any:
    return ep.grad(refused)(x)


def log_of(x: Any) -> Any:
    return math.log(x)


def gradient(x: Any) -> Any:
    """The gradient by a function that compiles where it runs."""
    return ep.grad(wave)(x)


V = np.array([1.0, 2.0])

MADE: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "grad": (ep.grad(wave), (1.5,)),
    "grad of two": (ep.grad(wave, ("x", "y")), (1.5, 0.5)),
    "value_and_grad": (ep.value_and_grad(wave), (1.5,)),
    "interpreter": (ep.grad(wave, backend="interpreter"), (1.5,)),
    "jacobian": (ep.jacobian(squares), (V,)),
    "jacobian backwards": (ep.jacobian(squares, mode="reverse"), (V,)),
    "jacfwd": (ep.jacfwd(squares), (V,)),
    "jacrev": (ep.jacrev(squares), (V,)),
    "hessian": (ep.hessian(energy), (V,)),
    "hvp": (ep.hvp(energy), (V, V)),
    "compile": (ep.compile(energy), (V,)),
    "decorated": (decorated, (1.5,)),
    "method": (Model.slope, (1.5,)),
    "grad of grad": (ep.grad(ep.grad(wave)), (1.5,)),
    "grad of decorated": (ep.grad(decorated), (1.5,)),
}
"""Every kind of function that everypath makes, and arguments for it."""
