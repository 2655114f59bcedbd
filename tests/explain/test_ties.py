"""Explanations at ties: which side is explained, what is taken, and a tick only where nothing is left open."""

from __future__ import annotations

import json
import math

import numpy as np

import everypath as ep


def cross_entropy(z, y):
    return max(z, 0.0) - z * y + math.log1p(math.exp(-abs(z)))


def test_a_tie_of_a_smooth_function_is_ticked():
    e = ep.explain(cross_entropy)(0.0, 0.25)
    assert e.gradient == ep.grad(cross_entropy)(0.0, 0.25) == 0.25
    assert e.checks[0].good and not e.checks[0].kink
    assert "ties, but smooth: both sides agree" in e.text()


def test_a_kink_says_both_slopes_and_has_no_tick():
    e = ep.explain(lambda x: 3.0 * abs(x))(0.0)
    (check,) = e.checks
    assert e.gradient == check.taken == 0.0
    assert sorted((check.explained, check.other_side)) == [-3.0, 3.0]
    assert "a kink: " in e.text() and "✓" not in e.text() and "✓" not in e.html()
    assert json.loads(e.json())["checks"][0]["good"] is False


def test_elements_that_tie_are_explained_beside_those_that_do_not():
    e = ep.explain(lambda x: np.sum(np.clip(x, 0.0, 1.0)))(np.array([0.0, 0.5, 2.0]))
    assert e.gradient.tolist() == [0.5, 1.0, 0.0]


def test_no_tick_beside_differences_that_disagree():
    e = ep.explain(lambda x: x if x > 0.0 else -x)(0.0)
    assert e.checks[0].confirmed is False
    assert "✓" not in e.text()


def test_no_tick_beside_what_is_not_finite():
    for f in (lambda x: math.sqrt(x), lambda x: np.sqrt(x) ** 2):
        with np.errstate(all="ignore"):
            e = ep.explain(f)(0.0)
        assert "✓" not in e.text()
