"""Fitters and optimisers of other packages with our derivatives, as docs/plugging-in.md has them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import optimize

import everypath as ep

from .pages import program


def test_iminuit(tmp_path: Path) -> None:
    page = program("iminuit", tmp_path)
    fit = page["fit"]
    plain = page["Minuit"](page["chi2"], size=1.0, rate=1.0)
    plain.migrad()
    plain.hesse()
    assert fit.valid and fit.nfcn < plain.nfcn and fit.ngrad > 0
    np.testing.assert_allclose(fit.values, plain.values, rtol=1e-5)
    np.testing.assert_allclose(fit.errors, plain.errors, rtol=1e-3)


def test_nlopt(tmp_path: Path) -> None:
    np.testing.assert_allclose(program("nlopt", tmp_path)["best"], 1.0, atol=1e-6)


def test_cyipopt(tmp_path: Path) -> None:
    page = program("cyipopt", tmp_path)
    best, start = page["best"], page["start"]
    assert page["told"]["status"] == 0
    rows, columns = page["Chain"](start).in_hessian
    assert len(rows) == 2 * len(start) - 1 and np.all(rows >= columns)
    constraint = optimize.NonlinearConstraint(page["products"], 1.0, 4.0, ep.jacobian(page["products"]))
    theirs = optimize.minimize(
        page["cost"], start, jac=ep.grad(page["cost"]), bounds=[(0, 3)] * len(start), constraints=constraint, tol=1e-10
    )
    np.testing.assert_allclose(best, theirs.x, atol=1e-4)


def test_uncertainties(tmp_path: Path) -> None:
    page = program("uncertainties", tmp_path)
    package = page["uncertainties"]
    from uncertainties import umath

    length, g, swing = (package.ufloat(*pair) for pair in ((1.0, 0.002), (9.81, 0.01), (0.3, 0.02)))
    theirs = 2 * np.pi * umath.sqrt(length / g) * (1 + swing**2 / 16 + 11 * swing**4 / 3072)
    assert page["T"].nominal_value == pytest.approx(theirs.nominal_value, rel=1e-14)
    assert page["T"].std_dev == pytest.approx(theirs.std_dev, rel=1e-10)


@pytest.mark.filterwarnings("ignore")
def test_statsmodels(tmp_path: Path) -> None:
    page = program("statsmodels", tmp_path)
    from statsmodels.discrete.discrete_model import NegativeBinomial

    theirs = NegativeBinomial(page["counts"], page["x"]).fit(disp=False, method="bfgs", gtol=1e-8)
    fitted = page["fitted"]
    np.testing.assert_allclose(fitted.params[:3], theirs.params[:3], rtol=1e-4)
    assert np.exp(fitted.params[3]) == pytest.approx(theirs.params[3], rel=1e-3)
    np.testing.assert_allclose(fitted.bse[:3], theirs.bse[:3], rtol=1e-3)
