"""What numpy.testing asserts. The messages are shorter than NumPy's: they don't show the arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy import testing

from ...registry import stands_for


def shapes_agree(x: Any, y: Any, message: str) -> None:
    if x.shape != y.shape and x.ndim != 0 and y.ndim != 0:
        raise AssertionError(f"{message}\n(shapes {x.shape}, {y.shape} mismatch)")


@stands_for(testing.assert_allclose)
def assert_allclose(
    actual: Any, desired: Any, rtol: float = 1e-07, atol: float = 0, equal_nan: bool = True, err_msg: str = "", verbose: bool = True, *,
    strict: bool = False,
) -> None:  # fmt: skip
    x, y = np.asarray(actual), np.asarray(desired)
    message = f"\nNot equal to tolerance rtol={rtol}, atol={atol}\n{err_msg}"
    shapes_agree(x, y, message)
    if not np.all(np.isclose(x, y, rtol=rtol, atol=atol, equal_nan=equal_nan)):
        raise AssertionError(message)


@stands_for(testing.assert_array_equal)
def assert_array_equal(actual: Any, desired: Any, err_msg: str = "", verbose: bool = True, *, strict: bool = False) -> None:
    x, y = np.asarray(actual), np.asarray(desired)
    message = f"\nArrays are not equal\n{err_msg}"
    shapes_agree(x, y, message)
    if not np.all((x == y) | ((x != x) & (y != y))):
        raise AssertionError(message)


@stands_for(testing.assert_equal)
def assert_equal(actual: Any, desired: Any, err_msg: str = "", verbose: bool = True, *, strict: bool = False) -> None:
    if isinstance(desired, (list, tuple)) and isinstance(actual, (list, tuple)):
        assert_equal(len(actual), len(desired), err_msg)
        for k in range(len(desired)):
            assert_equal(actual[k], desired[k], err_msg)
    elif isinstance(desired, np.ndarray) or isinstance(actual, np.ndarray):
        assert_array_equal(actual, desired, err_msg)
    elif not (desired == actual or (desired != desired and actual != actual)):
        raise AssertionError(f"\nItems are not equal:\n{err_msg}")


@stands_for(testing.assert_almost_equal)
def assert_almost_equal(actual: Any, desired: Any, decimal: int = 7, err_msg: str = "", verbose: bool = True) -> None:
    if np.ndim(actual) or np.ndim(desired):
        assert_array_almost_equal(actual, desired, decimal, err_msg)
    elif not (abs(desired - actual) < 1.5 * 10.0 ** (-decimal) or actual == desired or (desired != desired and actual != actual)):
        raise AssertionError(f"\nArrays are not almost equal to {decimal} decimals\n{err_msg}")


@stands_for(testing.assert_array_almost_equal)
def assert_array_almost_equal(actual: Any, desired: Any, decimal: int = 6, err_msg: str = "", verbose: bool = True) -> None:
    x, y = np.asarray(actual), np.asarray(desired)
    message = f"\nArrays are not almost equal to {decimal} decimals\n{err_msg}"
    shapes_agree(x, y, message)
    if not np.all((np.abs(y - x) < 1.5 * 10.0 ** (-decimal)) | (x == y) | ((x != x) & (y != y))):
        raise AssertionError(message)


@stands_for(testing.assert_array_less)
def assert_array_less(x: Any, y: Any, err_msg: str = "", verbose: bool = True, *, strict: bool = False) -> None:
    a, b = np.asarray(x), np.asarray(y)
    message = f"\nArrays are not strictly ordered `x < y`\n{err_msg}"
    shapes_agree(a, b, message)
    if not np.all((a < b) | ((a != a) & (b != b))):
        raise AssertionError(message)


@stands_for(testing.assert_)
def assert_(val: Any, msg: str = "") -> None:
    if not val:
        raise AssertionError(msg)
