"""Functions through points are SciPy's, by the point and by the data that they are made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.interpolate as si

import everypath as ep

from .originals import agrees, number_of, same

X = np.array([0.0, 0.7, 1.5, 2.0, 3.1, 4.0])
Y = np.array([1.0, 2.0, 0.5, -1.0, 0.3, 2.0])
T = np.array([0.3, 1.7, 3.9])
B, U = si.make_interp_spline(X, Y), si.UnivariateSpline(X, Y, s=0.1)
TCK = si.splrep(X, Y, s=0)
WIDE = si.interp1d(X, np.stack([Y, Y**2]), bounds_error=False, fill_value=0.5)
BEYOND = si.interp1d(X, Y, kind="quadratic", fill_value="extrapolate")
SURFACE = si.RectBivariateSpline(X, X, np.outer(Y, Y))
GRID, POINTS = si.RegularGridInterpolator((X, X[:4]), np.outer(Y, Y[:4])), np.array([[0.5, 0.6], [3.0, 1.9]])

PLANE = np.array([[0.1, 0.2], [0.9, 0.3], [0.4, 0.8], [0.7, 0.9], [0.2, 0.6], [0.5, 0.3], [0.0, 0.9]])[: len(Y)]
RADIAL = si.RBFInterpolator(PLANE, Y, kernel="gaussian", epsilon=1.5)

CALLS: list[tuple[Callable[..., Any], Any]] = [
    (lambda x: si.CubicSpline(x, Y)(T), X),
    (lambda y: si.CubicSpline(X, y, bc_type="natural")(T, 1), Y),
    (lambda y: si.CubicSpline(X, np.stack([y, y * y]).T, bc_type="clamped")(T), Y),
    (lambda y: si.CubicSpline(X[:3], y[:3])(1.2), Y),
    (lambda y: si.PchipInterpolator(X, y)(T), Y),
    (lambda y: si.CubicHermiteSpline(X, y, y)(T), Y),
    (lambda y: si.interp1d(X, y)(T) + si.interp1d(X, y, kind="cubic")(T) + si.interp1d(X, y, kind="nearest")(T), Y),
    (lambda t: WIDE(t), np.array([-1.0, 1.0])),
    (lambda t: BEYOND(t), np.array([1.0, 5.0])),
    (lambda t: B(t) + B(t, nu=1) + B.derivative()(t) + B.integrate(0.2, t[0]) + B.antiderivative(2)(t), T),
    (lambda y: si.lagrange(X, y)(T), Y),
    (lambda y: si.make_interp_spline(X, y, k=2)(T) + si.make_interp_spline(X, y, bc_type=("natural", [(1, y[0])]))(T), Y),
    (lambda y: si.splev(T, si.splrep(X, y)), Y),
    (lambda t: si.splev(t, TCK, der=1) + si.splint(0.1, t[0], TCK), T),
    (lambda t: U(t) + U(t, 1) + U.derivative()(t) + U.integral(0.1, t[0]), T),
    (lambda y: si.InterpolatedUnivariateSpline(X, y)(T) + si.InterpolatedUnivariateSpline(X, y, k=2).antiderivative()(T), Y),
    (lambda y: si.make_lsq_spline(X, y, np.array([0.0] * 3 + [2.0] + [4.0] * 3), 2, w=X + 1.0)(T), Y),
    (lambda y: (si.splrep(X, y, k=2, t=[2.0]), si.LSQUnivariateSpline(X, y, [2.0], k=1).get_residual()), Y),
    (lambda w: si.make_smoothing_spline(X, np.stack([Y, w]).T, w, w[0])(T), X + 0.2),
    (lambda p: GRID(p), POINTS),
    (lambda v: si.RegularGridInterpolator((X, X[:4]), v)((T, 0.6)), np.outer(Y, Y[:4])),
    (lambda t: SURFACE(t, t[:2], dx=1) + SURFACE.ev(t[0], 0.5), T),
    (lambda z: si.RectBivariateSpline(X, X[:5], z)(T, T[:2]), np.outer(Y, Y[:5])),
    (lambda y: (si.barycentric_interpolate(X, y, T), si.KroghInterpolator(X, y)(T), si.krogh_interpolate(X, y, T[0])), Y),
    (lambda y: si.CubicSpline(X, y, bc_type=((1, y[0]), "natural"))(T) + si.pchip_interpolate(X, y, T, der=1), Y),
    (lambda y: si.CubicSpline(X, np.append(y[:-1], y[0]), bc_type="periodic")(T + 9.0), Y),
    (lambda y: si.Akima1DInterpolator(X, y)(T) + si.Akima1DInterpolator(X, y, method="makima")(T), Y),
    (lambda d: si.RBFInterpolator(PLANE, d)(PLANE[:2] + 0.1) + RADIAL(PLANE[:2] * d[0]), Y),
]


def test_values_of_splines_that_choose_their_knots() -> None:
    def values(y):
        u = si.UnivariateSpline(X, y, w=X + 1.0, s=0.5, ext=1)
        kept = u.get_knots(), u.get_coeffs(), u.derivatives(0.3), u.antiderivative()(T), u(T + 1.0)
        return *kept, si.splrep(X, y, s=1.0)[1], si.make_smoothing_spline(X, y)(T)

    same(ep.compile(values, backend="interpreter")(Y), values(Y), 1e-12)
    with pytest.raises(ep.NotSupported, match="whose knots are chosen"):
        ep.grad(lambda y: si.UnivariateSpline(X, y, s=0.01)(0.3))(Y)


def test_splines_that_may_be_one_polynomial() -> None:
    def whole(y):
        u = si.UnivariateSpline(X, y, k=2, w=X + 1.0, s=500.0)
        return u(T), u.integral(0.5, 1.0), u.get_residual()

    same(ep.compile(whole, backend="interpreter")(Y), whole(Y), 1e-12)
    ep.check_grads(lambda y: number_of(whole(y)), (Y,), directions=1, order=1, backend="interpreter")


def spline(x: Any, kind: Any) -> Any:
    y = np.cos(np.arange(len(x)) * 1.0)
    if kind == "akima":
        return si.Akima1DInterpolator(x, y)(0.25)
    return si.interp1d(x, y, kind=kind)(0.25) if isinstance(kind, str) else si.make_interp_spline(x, y, k=kind)(0.25)


def outcome(f: Callable[..., Any], *args: Any) -> Any:
    try:
        return float(f(*args))
    except ValueError as problem:
        return str(problem)


@pytest.mark.parametrize("kind", [1, 3, "slinear", "cubic", "akima"])
def test_points_that_make_no_spline(kind: Any) -> None:
    compiled = ep.compile(spline)
    for points in ([0.0, 0.3, 0.3, 0.7, 1.0], [1.0, 0.7, 0.5, 0.2, 0.0], [0.0, 0.2, np.inf, 0.7], [0.0, 1.0], [0.5]):
        if kind == 3 or (len(points) > 3 and (kind == 1 or np.isfinite(points[2]))):
            x = np.array(points)
            assert outcome(compiled, x, kind) == pytest.approx(outcome(spline, x, kind), abs=1e-12)


@pytest.mark.parametrize("k", range(len(CALLS)))
def test_agrees(k: int) -> None:
    agrees(*CALLS[k], order=int(k in (0, 4, 9, 14, 16)), tolerance=1e-11)


@pytest.mark.parametrize("kind", ["linear", "nearest", "previous", "next", "cubic"])
def test_tables_from_outside(kind: Any) -> None:
    table = si.interp1d(X, Y, kind=kind)
    same(ep.compile(lambda t: table(t))(T), table(T), 1e-13)
    with pytest.raises(ValueError, match="interpolation range"):
        ep.compile(lambda t: table(t))(T + 1.0)


# Grids and points that lie anywhere. A quintic needs six lines.
HEIGHTS = np.sin(3.0 * X)[:, None] * (X + 0.3) ** 2 + 0.1 * np.cos(5.0 * X)
SOMEWHERE, BESIDES = np.array([[0.31, 0.42], [2.8, 1.9]]), np.array([[0.4, 0.5], [3.0, 3.0], [0.45, 0.6]])
SMOOTH = si.RegularGridInterpolator((X, X), np.stack([HEIGHTS, HEIGHTS**2], -1), "quintic", bounds_error=False, fill_value=None)
TRIANGLES = si.LinearNDInterpolator(PLANE, Y)


def on_a_grid(method: str, v: Any, at: Any) -> Any:
    return si.RegularGridInterpolator((X[::-1], X), v, method)(at)


@pytest.mark.parametrize(
    ("f", "args"),
    [
        (lambda v, at: on_a_grid("pchip", v, at), (HEIGHTS, SOMEWHERE)),
        (lambda at: si.interpn((X, X), HEIGHTS, (at[:, 0], at[:, 1]), "splinef2d", False, 0.5), (SOMEWHERE,)),
        (lambda at: SMOOTH(at * 1.1, nu=(1, 0)), (SOMEWHERE,)),
        (lambda p, y, at: (si.LinearNDInterpolator(p, y, 0.5)(at), si.NearestNDInterpolator(p, y)(at[0])), (PLANE, Y, BESIDES)),
        (lambda p, y, at: si.LinearNDInterpolator(p * np.array([1.0, 90.0]), y, 0.5, True)(at[0, 0], at[0, 1]), (PLANE, Y, BESIDES)),
        (lambda at: TRIANGLES(at), (BESIDES[:1],)),
        (lambda p, y, at: si.griddata((p[:, 0], p[:, 1]), y, (at[:, 0], at[:, 1]), "nearest"), (PLANE, Y, BESIDES)),
        (lambda y: si.griddata(PLANE[:, 0], y, BESIDES[::2, 1], "linear"), (Y,)),
    ],
)
def test_grids_and_scattered_points(f: Callable[..., Any], args: tuple[Any, ...]) -> None:
    agrees(f, *args, order=1)


def test_values_of_the_nearest_points_are_double() -> None:
    agrees(lambda y: si.NearestNDInterpolator(PLANE, y)(BESIDES), np.arange(len(PLANE), dtype=np.float32), order=0)


def test_a_spline_whose_coefficients_scipy_iterates_for() -> None:
    """The value is SciPy's, and the derivative that of the spline which it looks for."""
    agrees(lambda v: si.interpn((X, X), v, SOMEWHERE, "cubic"), HEIGHTS, order=0)
    of = {m: ep.grad(lambda v, m=m: np.sum(on_a_grid(m, v, SOMEWHERE)), backend="interpreter") for m in ("cubic", "cubic_legacy")}
    slope, expected = (f(HEIGHTS) for f in of.values())
    np.testing.assert_allclose(slope, expected, atol=1e-12)


SPLINE = si.BSpline(np.arange(8.0), [1.0, 2.0, 0.5, 1.0], 3)


def test_a_spline_ends_at_its_last_knots_where_it_is_not_carried_on() -> None:
    agrees(lambda x: (SPLINE.integrate(x, 9.0, extrapolate=False), SPLINE.integrate(9.0, x), SPLINE.integrate(-2, x, False)), 3.7, order=1)
    agrees(lambda x: si.BSpline([0.0, 1.0, 2.0], [x], 1)(0.5), 1.0, order=0)


CURVE = si.splprep([np.array([1.0, 2.0, 3.0, 4.5, 5.0]), np.array([1.0, 4.0, 9.0, 2.0, 1.0])], s=0)[0]


def test_curves() -> None:
    agrees(lambda x: si.splev(x, CURVE), np.array([0.3, 0.6]), order=1)
    agrees(lambda x: si.splev(0.4, si.splprep([x, x * x], s=0)[0], der=1), np.array([1.0, 2.0, 3.0, 4.5, 5.0]), order=0)


def test_grids_that_are_none() -> None:
    for f in (
        lambda v: on_a_grid("cubik", v, SOMEWHERE),
        lambda v: on_a_grid("linear", v, SOMEWHERE * np.nan),
        lambda v: si.RegularGridInterpolator((X * 0.0, X), v)(SOMEWHERE),
        lambda v: si.RegularGridInterpolator((X, X[1:]), v)(SOMEWHERE),
        lambda v: si.RegularGridInterpolator((X, X), v)(SOMEWHERE, nu=(1, 0)),
    ):
        agrees(f, HEIGHTS, order=0)


def test_griddata_by_cubics_is_a_value_only() -> None:
    f = lambda v: si.griddata(PLANE, v, (0.4, 0.5), "cubic")  # noqa: E731
    same(ep.compile(f)(Y), f(Y), 1e-12)
    with pytest.raises(ep.NotSupported, match="griddata"):
        ep.grad(f)(Y)


ROW = np.arange(8.0)

MORE: dict[str, Callable[..., Any]] = {
    "pieces": lambda y: (si.PPoly.from_spline(si.splrep(ROW, y))(T), si.PPoly.from_spline(si.make_interp_spline(ROW, y, k=2)).c),
    "knots": lambda y: (si.make_interp_spline(ROW, y).insert_knot(2.6 + 0.1 * y[0], 2).c, si.BSpline.basis_element(ROW[:5] + y[0])(T)),
    "of objects": lambda y: (si.splder(si.make_interp_spline(ROW, y))(2.2), si.splint(0.5, 3.0, si.make_interp_spline(ROW, y))),
}


@pytest.mark.parametrize("name", MORE)
def test_splines_made_of_splines(name: str) -> None:
    agrees(MORE[name], np.sin(ROW) + 0.1 * ROW, order=1, tolerance=1e-11)
