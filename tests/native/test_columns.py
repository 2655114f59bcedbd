"""Reductions over axes that are not the last: rows as they lie, whatever lies how."""

from typing import Any

import numpy as np
import pytest

import everypath as ep

REDUCTIONS = {
    "sum": lambda x: (np.sum(x, axis=0), np.sum(x, axis=(0, 1), keepdims=True)),
    "extremes": lambda x: (np.max(x, axis=0), np.argmin(x, axis=1)),
    "norm": lambda x: np.sqrt(np.sum(x * x, axis=0)),
    "any": lambda x: (np.any(x > 1, axis=0), np.all(x > -1, axis=1)),
    "whole": lambda x: (np.sum(x), np.sum(x * x + x[:1]), np.linalg.norm(x), np.sum(x * np.arange(x.shape[-1])), x * 2.0 - x / 3.0),
}


@pytest.mark.parametrize("name", REDUCTIONS)
@pytest.mark.parametrize("shape", [(5, 3, 70), (0, 4, 9)])
def test_columns_are_what_numpy_makes_of_them(name: str, shape: tuple[int, ...]) -> None:
    x = np.random.default_rng(1).normal(size=shape)
    x[1:2, 1, 5] = np.nan
    for given in (x, x[..., ::-1], x.T):
        assert_like(REDUCTIONS[name], given)


def assert_like(f: Any, x: Any) -> None:
    """The same numbers, or the same error."""
    try:
        expected = f(x)
    except ValueError as problem:
        with pytest.raises(ValueError, match=str(problem)[:20]):
            ep.compile(f)(x)
        return
    for found, wanted in zip(parts(ep.compile(f)(x)), parts(expected), strict=True):
        np.testing.assert_allclose(found, wanted, rtol=1e-13)


def parts(result: Any) -> tuple[Any, ...]:
    return result if isinstance(result, tuple) else (result,)


def test_rows_are_added_in_order() -> None:
    x = np.random.default_rng(2).normal(size=(37, 90)) * 10.0 ** np.arange(37)[:, None]
    assert np.array_equal(ep.compile(lambda x: np.sum(x, axis=0))(x), np.sum(x, axis=0))


def places(x):
    return np.argmax(x, axis=1), np.argmin(x, axis=1)


def test_extremes_of_short_lines() -> None:
    """The first NaN, else the first of the largest: of lines of any length, in either order, also where several are gone along together."""
    rng = np.random.default_rng(8)
    compiled = ep.compile(places)
    for n in (1, 2, 3, 5, 15, 16, 17):
        x = rng.choice([-1.0, -0.0, 0.0, 2.0, np.inf, -np.inf, np.nan], (40, n), p=[0.2, 0.2, 0.2, 0.2, 0.07, 0.07, 0.06])
        for given in (x, np.asfortranarray(x), x.astype(np.float32), x[:7], x[:0], x[::2, ::-1]):
            for found, expected in zip(compiled(given), places(given), strict=True):
                np.testing.assert_array_equal(found, expected)


def test_a_row_behind_those_that_went_together_is_nothing_to_warn_of(capfd: pytest.CaptureFixture[str]) -> None:
    """LLVM warned of the loop over what is left of one row: it was told to write out a loop whose turns it can't know."""

    def largest(x: Any) -> Any:
        return np.argmax(np.sin(x), axis=-1), np.sum(x > 0, axis=-1)

    x = np.arange(1.0, 12.0)[None, :]
    for found, wanted in zip(ep.compile(largest)(x), largest(x), strict=True):
        np.testing.assert_array_equal(found, wanted)
    assert capfd.readouterr().err == ""
