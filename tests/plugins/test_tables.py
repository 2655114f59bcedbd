"""Tables, units and uncertainties of other packages: refused with the conversion to write, and that conversion is right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import everypath as ep
from everypath import nn
from everypath import scipy as solvers

X = np.array([1.0, 2.0, 4.0])


def pandas_series(module: Any) -> tuple[Any, Any]:
    column = module.DataFrame({"x": X, "y": X**2})["x"]
    return column, column.to_numpy()


def pandas_frame(module: Any) -> tuple[Any, Any]:
    frame = module.DataFrame({"x": X, "y": X**2})
    return frame, frame["x"].to_numpy()


def xarray_array(module: Any) -> tuple[Any, Any]:
    array = module.DataArray(X, dims="t")
    return array, array.to_numpy()


def polars_series(module: Any) -> tuple[Any, Any]:
    column = module.Series("x", X)
    return column, column.to_numpy()


def pint_quantity(module: Any) -> tuple[Any, Any]:
    length = X * module.UnitRegistry().cm
    return length, 100.0 * length.to("m").magnitude


def uncertain(module: Any) -> tuple[Any, Any]:
    number = module.ufloat(2.0, 0.1)
    return number, number.nominal_value


CASES: dict[str, tuple[str, Callable[[Any], tuple[Any, Any]], str]] = {
    "a column of pandas": ("pandas", pandas_series, r"x\.to_numpy\(\)"),
    "a table of pandas": ("pandas", pandas_frame, r"x\['column'\]\.to_numpy\(\)"),
    "xarray": ("xarray", xarray_array, r"x\.to_numpy\(\)"),
    "Polars": ("polars", polars_series, r"x\.to_numpy\(\)"),
    "pint": ("pint", pint_quantity, r"x\.to\('unit'\)\.magnitude"),
    "uncertainties": ("uncertainties", uncertain, r"x\.nominal_value"),
}


@pytest.mark.parametrize("name", CASES)
def test_refused_with_the_conversion_to_write(name: str) -> None:
    package, made, way_out = CASES[name]
    value, numbers = made(pytest.importorskip(package, reason=f"pip install {package}"))

    def f(x):
        return np.sum(x * x)

    for call in (lambda: ep.grad(f)(value), lambda: ep.compile(f)(value)):
        with pytest.raises(ep.NotSupported, match=f"outside the function: {way_out}"):
            call()
    with pytest.raises(ep.NotSupported, match=r"line \d+, in <lambda>"):
        ep.grad(lambda a: np.sum((a * value) ** 2))(1.0)
    np.testing.assert_allclose(ep.grad(f)(numbers), 2 * numbers)


def test_rows() -> None:
    pandas = pytest.importorskip("pandas", reason="pip install pandas")
    frame = pandas.DataFrame({"x": X, "y": X**2}, index=[7, 3, 5])
    rows, column = next(nn.minibatches(np.random.default_rng(0), 3, frame, frame["y"]))
    np.testing.assert_array_equal(rows[:, 1], column)
    np.testing.assert_array_equal(rows[:, 0] ** 2, column)


def test_curve_fit_takes_columns_as_scipy_does() -> None:
    pandas = pytest.importorskip("pandas", reason="pip install pandas")
    frame = pandas.DataFrame({"t": np.linspace(0.0, 2.0, 9)})
    frame["y"] = 3.0 * np.exp(-1.5 * frame["t"])
    found, _ = solvers.curve_fit(lambda t, a, k: a * np.exp(-k * t), frame["t"], frame["y"])
    np.testing.assert_allclose(found, [3.0, 1.5])
    with pytest.raises(ep.NotSupported, match="xdata is a pandas Series"):  # divides by n - 1, where NumPy divides by n
        solvers.curve_fit(lambda t, a, k: a * (t / t.std()) + k, frame["t"], frame["y"])
    started = solvers.minimize(lambda p: np.sum((p - 1.0) ** 2), frame["t"])
    np.testing.assert_allclose(started.x, 1.0, atol=1e-5)


def test_solvers_do_not_drop_units() -> None:
    unit = pytest.importorskip("pint", reason="pip install pint").UnitRegistry().m
    for call in (
        lambda: solvers.minimize(lambda p: np.sum((p - 1.0) ** 2), X * unit),
        lambda: solvers.curve_fit(lambda t, a: a * t, X, X * unit),
        lambda: solvers.solve_ivp(lambda t, y: -y, (0.0, 1.0), X * unit, method="BDF"),
    ):
        with pytest.raises(ep.NotSupported, match=r"(x0|ydata|y0) is a Quantity of pint, and an array would not hold its unit"):
            call()
