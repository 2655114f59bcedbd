"""`nn.MLPClassifier` and `nn.MLPRegressor` by scikit-learn's own checks of estimators."""

from __future__ import annotations

import warnings
from typing import Any

import pytest

checks = pytest.importorskip("sklearn.utils.estimator_checks", reason="pip install 'everypath[learn]'")

from sklearn.exceptions import SkipTestWarning  # noqa: E402

from everypath import nn  # noqa: E402


@pytest.mark.parametrize("make", [nn.MLPClassifier, nn.MLPRegressor])
def test_an_estimator_keeps_the_rules(make: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SkipTestWarning)
        checks.check_estimator(make())
