"""What type checkers know of a user's program: mypy reads this file with src/, and an error that is expected here must be one."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, NamedTuple, assert_type

import numpy as np
import pytest
from numpy.typing import NDArray

import everypath as ep

Vector = NDArray[np.float64]
V: Vector = np.array([1.0, 2.0, 3.0])


class Line(NamedTuple):
    slope: float
    offset: float


def product(x: float, y: float = 2.0) -> float:
    """x times y."""
    return x * y


def energy(x: Vector, *, scale: float = 1.0) -> float:
    return float(scale * np.sum(x * x))


def doubled(x: Vector) -> Vector:
    return 2.0 * x


def error(line: Line, x: float, y: float) -> float:
    return (line.slope * x + line.offset - y) ** 2


def with_name(x: float) -> tuple[float, str]:
    return x * x, "square"


def test_a_gradient_is_of_the_type_of_the_arguments() -> None:
    assert_type(ep.grad(product)(3.0), float)
    assert_type(ep.grad(product)(3.0, y=4.0), float)
    assert_type(ep.grad(product)(x=3.0), float)
    assert_type(ep.grad(product, 1)(3.0, 2.0), float)
    assert_type(ep.grad(product, (0, 1))(3.0, 4.0), tuple[float, float])
    assert_type(ep.grad(product, ("x", "y"))(3.0, 4.0), tuple[Any, ...])
    assert_type(ep.grad(product, argnums=1)(3.0, 4.0), Any)
    assert_type(ep.grad(energy)(V, scale=2.0), Vector)
    assert_type(ep.grad(error)(Line(1.0, 2.0), 3.0, 4.0), Line)
    assert_type(ep.grad(with_name, has_aux=True)(3.0), tuple[float, str])
    assert_type(ep.grad(ep.grad(product))(3.0), float)
    assert_type(ep.grad(lambda x: x**2)(3.0), Any)
    assert_type(ep.value_and_grad(energy)(V), tuple[float, Vector])
    assert_type(ep.value_and_grad(product, (0, 1), memory="1MB")(3.0, 4.0), tuple[float, tuple[float, float]])
    assert_type(ep.value_and_grad(with_name, has_aux=True)(3.0), tuple[tuple[float, str], float])


def test_directions() -> None:
    assert_type(ep.jvp(doubled, (V,), (V,)), tuple[Vector, Vector])
    y, pullback = ep.vjp(product, 3.0, 4.0)
    assert_type(y, float)
    assert_type(pullback(1.0), tuple[float, float])
    assert_type(ep.hvp(energy)(V, V), Vector)


def test_the_others() -> None:
    assert_type(ep.jacobian(doubled, mode="forward")(V), Any)
    assert_type(ep.jacfwd(doubled)(x=V), Any)
    assert_type(ep.jacrev(doubled)(V), Any)
    assert_type(ep.hessian(energy, sparse=True)(V), Any)
    assert_type(ep.compile(energy)(V, scale=3.0), float)
    assert_type(ep.explain(product)(3.0), ep.Explanation)
    assert_type(ep.explain(product)(3.0).text(), str)
    assert_type(ep.check_grads(product, (3.0, 4.0)), None)
    assert_type(ep.grad(product).show("adjoint", 3.0), str)


def test_rules_keep_the_type_of_the_function() -> None:
    @ep.rule
    def softplus(x: float) -> float:
        return math.log1p(math.exp(x))

    @softplus.partials
    def _(out: float, x: float) -> float:
        return 1 / (1 + math.exp(-x))

    def residual(x: float, a: float) -> float:
        return x * x - a

    @ep.implicit(residual)
    def root(a: float) -> float:
        return math.sqrt(a)

    assert_type(softplus(1.0), float)
    assert_type(ep.grad(softplus)(0.0), float)
    assert_type(root(4.0), float)
    with pytest.raises(TypeError):
        softplus("1")  # type: ignore[arg-type]


class Model:
    rate = 3.0

    @ep.compile
    def scaled(self, x: float) -> float:
        return self.rate * x

    def loss(self, x: float) -> float:
        return self.rate * x * x


def test_methods() -> None:
    assert_type(Model().scaled(2.0), float)
    assert_type(ep.grad(Model().loss)(2.0), float)
    with pytest.raises(Exception):  # noqa: B017
        Model().scaled("2")  # type: ignore[arg-type]


def test_wrong_calls_are_errors_to_mypy_too() -> None:
    with pytest.raises(ep.EverypathError):
        ep.grad(product)("3")  # type: ignore[call-overload]
    with pytest.raises(TypeError):
        ep.compile(product)(3.0, z=4.0)  # type: ignore[call-arg]
    with pytest.raises(ep.InvalidArgument):
        ep.grad(3)  # type: ignore[call-overload]
    with pytest.raises(ep.InvalidArgument):
        ep.jacobian(doubled, mode="sideways")  # type: ignore[arg-type]
    with pytest.raises(ep.InvalidArgument):
        ep.set_num_threads("two")  # type: ignore[arg-type]


def test_every_public_name_is_used_here() -> None:
    assert_type(ep.kept_memory() + ep.release_memory() + ep.get_num_threads(), int)
    assert_type(ep.__version__, str)
    derivative: ep.Derived[[float, float], float] = ep.grad(lambda x, y: x * y)
    assert derivative(2.0, 3.0) == 3.0
    with pytest.raises(ep.EverypathError):
        ep.build("not a function", (1.0,), "unused.o")  # type: ignore[arg-type]
    vector, back = ep.ravel([1.0, 2.0])
    assert back(vector) == [1.0, 2.0]
    assert issubclass(ep.NotSupported, ep.EverypathError) and issubclass(ep.NotDifferentiable, ep.EverypathError)
    text = Path(__file__).read_text(encoding="utf-8")
    assert not [name for name in ep.__all__ if f"ep.{name}" not in text]
