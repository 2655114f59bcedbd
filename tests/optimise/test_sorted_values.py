"""Values in order are sorted by NumPy's own functions; orders are stable, and are found where something asks for them."""

import numpy as np
import pytest

import everypath as ep

NAN = float("nan")
FLOATS = [3.0, NAN, 1.0, -0.0, 0.0, 1.0, NAN, -5.0, 3.0, 3.0]


def first_of_last(x):
    return np.sort(x)[..., 0]


def written_between(x):
    y = np.sort(x)
    x[..., 0] = 100.0
    return y + np.sort(x)


def by_the_same_order(x):
    order = np.argsort(x, kind="stable")
    return np.take_along_axis(x, order, -1) + np.argsort(order, kind="stable")


def largest_and_where(x):
    return np.max(x), np.argmax(x), np.argmin(x)


@pytest.mark.parametrize("f", [np.sort, first_of_last, written_between, by_the_same_order, largest_and_where])
@pytest.mark.parametrize("dtype", ["f8", "f4", "i8", "u1", "i2"])
def test_as_numpy(f, dtype: str) -> None:
    line = np.nan_to_num(np.array(FLOATS), nan=7.0).astype(int) + 5 if dtype[0] != "f" else np.array(FLOATS)
    for x in (line.astype(dtype), np.array([line, line[::-1]], dtype), np.array([line, line[::-1]], dtype).T):
        found, expected = ep.compile(lambda x: f(x))(x.copy()), f(x.copy())
        for one, other in zip(*((a if isinstance(a, tuple) else (a,)) for a in (found, expected)), strict=True):
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("n", [0, 1, 2, 500])
def test_equal_elements_are_in_the_order_of_numpy(n: int) -> None:
    x = np.arange(n) % 7 - np.arange(n) % 3.0
    np.testing.assert_array_equal(ep.compile(lambda x: np.argsort(x))(x), np.argsort(x))
    np.testing.assert_array_equal(ep.compile(lambda x: np.argsort(x, kind="stable"))(x), np.argsort(x, kind="stable"))


def test_what_stands_in_the_program() -> None:
    assert "argsort" not in ep.compile(lambda x: np.sort(x)).show("optimised", np.ones(3))
    assert "argsort" in ep.compile(by_the_same_order).show("optimised", np.ones(3))
    assert "argsort" in ep.grad(lambda x: np.sum(np.sort(x) * x)).show("optimised", np.ones(3))
