"""Dense Jacobians by one compiled program: what the sweeps of the interpreter give, in the same containers and dtypes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import everypath as ep
from everypath.calls.dense import is_short
from everypath.calls.specialise import versions_of


def rotated(x: Any) -> Any:
    return np.sin(x) * x[::-1]


def kinked(x: Any) -> Any:
    return np.abs(x) + np.maximum(x, 0.0) * x[0]


def poles(x: Any) -> Any:
    return np.where(x > 0, np.log(np.where(x > 0, x, 1.0)), x * 2), np.sqrt(x * x)


def several(x: Any, y: Any, n: int) -> Any:
    return {"sum": np.sum(x) * y, "each": (x * n, y**2), "count": n, "places": np.argsort(x)}


def matrices(a: Any) -> Any:
    return a @ a.T + np.linalg.inv(a)


def steps(x: Any) -> Any:
    for _ in range(3):
        x = x + 0.1 * np.cos(x)
    return x


def of_numbers(a: float, b: float) -> Any:
    return a * b, [a + b, a - b * b]


def writing(x: Any) -> Any:
    x[0] = x[1] * x[2]
    return x * x


def at_its_end(x: Any) -> Any:
    return x * np.log(x)


def by_length(x: Any) -> Any:
    return x * np.sqrt(np.sum(x * x))


def squares(x: Any) -> Any:
    return x * x


CAPTURED = np.array([[1.0, -2.0, 0.5], [0.25, 1.0, 3.0]])


def capturing(x: Any) -> Any:
    return np.tanh(CAPTURED @ x)


X = np.array([0.7, -1.3, 2.1])
M = np.array([[2.0, 0.3], [-0.4, 1.5]])
CASES: list[tuple[Callable[..., Any], tuple[Any, ...], Any]] = [
    (rotated, (X,), 0),
    (rotated, (X.astype(np.float32),), 0),
    (rotated, (np.arange(1.0, 7.0)[::2],), 0),
    (rotated, (np.zeros(0),), 0),
    (kinked, (np.array([0.0, -1.0, 0.0, 2.0]),), 0),
    (poles, (np.array([0.0, -1.0, 2.0]),), 0),
    (several, (X, 1.5, 3), (0, 1)),
    (several, (X, np.float32(1.5), 3), "y"),
    (several, (X, 1.5, 3), (1, 0, 1)),
    (matrices, (M,), 0),
    (matrices, (np.asfortranarray(M),), 0),
    (steps, (X,), 0),
    (of_numbers, (1.2, -0.4), (0, 1)),
    (writing, (X,), 0),
    (capturing, (X,), 0),
    (at_its_end, (np.array([0.0, 1.0, 0.0]),), 0),
    (by_length, (np.zeros(3),), 0),
    (squares, (np.array([np.inf, 1.0]),), 0),
]


@pytest.mark.parametrize("mode", ["forward", "reverse", "auto"])
@pytest.mark.parametrize("case", range(len(CASES)))
def test_the_same_as_by_sweeps(case: int, mode: Any) -> None:
    f, arguments, wrt = CASES[case]
    made = ep.jacobian(f, wrt, mode=mode)
    by_sweeps = ep.jacobian(f, wrt, mode=mode, backend="interpreter")
    given = [np.copy(x) if isinstance(x, np.ndarray) else x for x in arguments]
    for _ in range(2):
        np.testing.assert_equal(stripped(made(*given)), stripped(by_sweeps(*arguments)))
    for x, y in zip(given, arguments, strict=True):
        np.testing.assert_array_equal(x, y)


def stripped(value: Any) -> Any:
    """Numbers rounded in the last places, where sums are in another order."""
    if isinstance(value, dict):
        return {key: stripped(inner) for key, inner in value.items()}
    if isinstance(value, (tuple, list)):
        return type(value)(map(stripped, value))
    if value is None:
        return None
    exact = np.asarray(value)
    return type(value).__name__, exact.dtype.name, exact.shape, np.round(exact.astype(float), 5 if exact.dtype == np.float32 else 12)


def test_hessians_at_ties_and_beside_them() -> None:
    def f(x: Any) -> Any:
        return np.sum(np.maximum(x, 0.0) ** 2 * x[0]) + np.sum(np.abs(x) ** 3)

    for x in (X, np.array([0.0, 0.0, 1.0])):
        np.testing.assert_allclose(ep.hessian(f)(x), ep.hessian(f, backend="interpreter")(x), rtol=1e-12, atol=1e-12)


def test_arrays_of_other_lengths_and_numbers_that_are_nan() -> None:
    made = ep.jacobian(rotated)
    for n in (3, 5, 1, 0, 20):
        x = np.linspace(-1, 1, n)
        np.testing.assert_allclose(made(x), ep.jacobian(rotated, backend="interpreter")(x), rtol=1e-12)
    assert np.isnan(made(np.array([np.nan, 1.0]))).any()


def test_zeros_have_no_sign() -> None:
    for made in (
        ep.jacobian(squares),
        ep.jacrev(squares),
        ep.hessian(lambda x: np.sum(x**3)),
        ep.compile(lambda x: ep.jacobian(squares)(x)),
    ):
        assert not np.signbit(made(np.array([1.0, 2.0]))).any()


def test_what_prints_prints_once(capfd: pytest.CaptureFixture[str]) -> None:
    def f(x: Any) -> Any:
        print("once", float(x[0]))
        return x * x

    ep.jacobian(f)(X)
    assert capfd.readouterr().out == "once 0.7\n"


def long(x: Any) -> Any:
    for _ in range(10_000):
        x = x + 1e-4 * np.sin(x)
    return x


def until(x: Any) -> Any:
    while np.sum(x) > 1:
        x = np.sin(x / 2) * np.cos(x) + np.exp(-x) * np.tanh(x) / (1 + x * x)
    return x


@pytest.mark.parametrize(
    ("f", "forward", "backward"),
    [(rotated, True, True), (steps, True, True), (matrices, True, False), (long, False, False), (until, False, False)],
)
def test_what_takes_long_is_left_to_sweeps(f: Callable[..., Any], forward: bool, backward: bool) -> None:
    special, _ = versions_of(ep.jacobian(f).function).find((M if f is matrices else X,), {})
    assert is_short(special.program, backward=False) is forward
    assert is_short(special.program, backward=True) is backward
