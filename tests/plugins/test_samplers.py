"""Samplers of other packages with our gradients, as docs/plugging-in.md has them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import everypath as ep

from .pages import program

pytestmark = pytest.mark.filterwarnings("ignore")


def test_nutpie(tmp_path: Path) -> None:
    """The posterior of the eight schools, by the means that Stan's own sampler has for it (posteriordb)."""
    posterior = program("nutpie", tmp_path)["trace"].posterior
    mean, spread, z = (np.asarray(posterior[name]) for name in ("mean", "spread", "z"))
    assert mean.mean() == pytest.approx(4.4, abs=0.5)
    assert spread.mean() == pytest.approx(3.6, abs=0.5)
    theta = mean[..., np.newaxis] + spread[..., np.newaxis] * z
    np.testing.assert_allclose(theta.mean(axis=(0, 1)), [6.2, 4.9, 3.9, 4.8, 3.6, 4.0, 6.3, 4.9], atol=0.8)


def test_numpyro(tmp_path: Path) -> None:
    page = program("numpyro", tmp_path)
    draws, readings = page["draws"], page["readings"]
    assert draws[:, 0].mean() == pytest.approx(readings.mean(), abs=0.05)
    assert np.exp(draws[:, 1]).mean() == pytest.approx(readings.std(ddof=1), abs=0.06)


def test_blackjax(tmp_path: Path) -> None:
    draws = program("blackjax", tmp_path)["draws"]
    np.testing.assert_allclose(draws.mean(axis=0), [1.0, 1.5], atol=0.35)


def test_pymc(tmp_path: Path) -> None:
    page = program("pymc", tmp_path)
    slope = page["model"].compile_dlogp()
    at = np.array([2.5, 1.2])
    np.testing.assert_allclose(slope({"p": at}), ep.grad(page["log_likelihood"])(at) - (at - 1.0) / 25.0)
    with page["model"]:
        trace = page["pm"].sample(300, tune=300, chains=1, cores=1, random_seed=1, progressbar=False, compute_convergence_checks=False)
    np.testing.assert_allclose(np.asarray(trace.posterior["p"]).mean(axis=(0, 1)), [3.0, 1.5], atol=0.15)
