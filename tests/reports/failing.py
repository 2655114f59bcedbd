"""The reports that are not right yet. Strict: who puts one right takes its name away here."""

from __future__ import annotations

import pytest

FAILING: set[str] = {
    "control.flag_that_would_give_another_result",
    "control.warning_that_is_not_reached",
    "cross_entropy_explained_at_0",
    "special_points.bell_of_the_norm_at_the_zero_vector",
    "special_points.cosine_of_the_absolute_value_at_0",
    "special_points.cross_entropy_of_logits_at_0",
    "special_points.cross_entropy_with_the_zero_first",
    "special_points.huber_at_0",
    "special_points.positive_part_minus_negative_part",
    "special_points.squared_absolute_value_at_0",
    "special_points.squared_copysign_at_0",
    "special_points.squared_norm_at_the_zero_vector",
}


def failing(name: str) -> pytest.MarkDecorator:
    """The mark of a report's test: it must fail as long as its name stands above."""
    return pytest.mark.xfail(name in FAILING, reason="not yet right", strict=True)
