"""Instances of SciPy's classes that come from outside are what the texts of the library make of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.interpolate
import scipy.sparse

import everypath as ep

X = np.linspace(0.0, 3.0, 7)
SPLINE = scipy.interpolate.CubicSpline(X, np.sin(X))


class Table:
    def __init__(self, spline: Any) -> None:
        self.spline = spline

    def slope(self, t: float) -> Any:
        return self.spline(t, nu=1)


WAYS: list[Callable[..., Any]] = [
    lambda t: SPLINE(t),
    lambda t, spline=SPLINE: spline(t),
    lambda t: Table(SPLINE).slope(t),
    lambda t: SPLINE.derivative()(t),
    lambda t: SPLINE.antiderivative(2)(t),
    lambda t: SPLINE.integrate(0.1, t),
]


@pytest.mark.parametrize("f", WAYS)
def test_captured(f: Callable[..., Any]) -> None:
    got, expected = ep.compile(f)(0.7), f(0.7)
    assert type(got) is type(expected)
    assert got.shape == expected.shape
    assert got == pytest.approx(expected, rel=1e-14)
    ep.check_grads(lambda t: float(f(t)), (0.7,), order=2)


def test_argument() -> None:
    f = ep.compile(lambda s, t: s(t))
    other = scipy.interpolate.CubicSpline(X[:5], np.exp(X[:5]))
    for spline in (SPLINE, other, scipy.interpolate.PchipInterpolator(X, np.sin(X))):
        assert f(spline, 1.2) == pytest.approx(spline(1.2), rel=1e-14)
    assert ep.compile(lambda s: isinstance(s, scipy.interpolate.PPoly))(SPLINE) is True
    assert ep.compile(lambda s: s)(SPLINE) is SPLINE


def test_attribute_of_a_model() -> None:
    model = Table(SPLINE)
    assert ep.grad(model.slope)(0.7) == pytest.approx(float(SPLINE(0.7, 2)), rel=1e-12)
    model.spline = scipy.interpolate.CubicSpline(X, np.cos(X))
    assert ep.grad(model.slope)(0.7) == pytest.approx(float(model.spline(0.7, 2)), rel=1e-12)


def test_gradient_is_a_dict_of_its_attributes() -> None:
    found = ep.grad(lambda s, t: float(s(t)))(SPLINE, 0.7)
    assert set(found) == {"axis", "c", "extrapolate", "x"}
    assert found["c"][:, 1] == pytest.approx([0.008, 0.04, 0.2, 1.0])


def test_one_that_is_made_inside_is_returned() -> None:
    made, expected = ep.compile(lambda s: s.derivative())(SPLINE), SPLINE.derivative()
    assert type(made) is type(expected)
    np.testing.assert_array_equal(made(X + 0.1), expected(X + 0.1))


def test_refusal_in_a_method_stands_at_the_call() -> None:
    with pytest.raises(ep.NotSupported, match=r"test_instances.py.*\n.*SPLINE.roots"):
        ep.grad(lambda t: t * SPLINE.roots()[0])(0.7)


def test_a_product_of_a_sparse_matrix_leaves_as_one() -> None:
    made = ep.compile(lambda x: 2 * scipy.sparse.csr_matrix([[x, x], [0.0, x]]))(1.5)
    assert type(made) is scipy.sparse.csr_matrix
    np.testing.assert_array_equal(made.toarray(), [[3.0, 3.0], [0.0, 3.0]])
