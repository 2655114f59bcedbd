"""Which results of NumPy refer to the memory of their argument: what is written to the one is seen in the other, or is not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import everypath as ep
from random_programs.judging import loaded

EXPRESSIONS = (
    *(
        "np.take(x, 1, 0)",
        "x.take(1, axis=1)",
        "np.take(x, 1, axis=0, mode='clip')",
        "np.take(x, [1], 0)",
        "x[np.array(0)]",
        "x[np.int64(1)]",
    ),
    *("np.where(True, x, 0.0)", "np.where(x == x, x, 0.0)", "x.conj()", "np.conj(x)", "np.linalg.matrix_power(x, 1)", "x.max(axis=1)"),
    *("np.sort(x, axis=0)", "np.tile(x, 1)", "np.roll(x, 0)", "np.concatenate((x,))", "np.ravel(x)", "x.flatten()", "x.T"),
    *("np.clip(x, None, 9)", "np.nan_to_num(x, copy=False)", "np.squeeze(x[None])", "np.rot90(x, 4)", "np.array(x)", "np.asarray(x)"),
    *("np.array(x, copy=None)", "np.array(x, copy=None, dtype=float)"),
    *("x.astype(float)", "x.astype(float, copy=False)", "+x", "x[::-1]", "x[[0, 1, 2]]", "x.real", "np.array([x, x])[0]", "list(x)[1]"),
)
TEXT = """
import numpy as np


def seen(x):
    y = {expression}
    x[...] = 50.0
    return np.sum(y)


def reached(x):
    y = {expression}
    y[...] = 50.0
    return np.sum(x)


def again(x):
    y = {expression}
    y[...] = 50.0
    z = {expression}
    return np.sum(y) - 3.0 * np.sum(z)
"""
X = np.array([[0.3, 1.4, 0.8], [1.9, 0.6, 1.1], [0.2, 0.7, 1.6]])


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_as_in_numpy(expression: str, tmp_path: Path) -> None:
    module = loaded(TEXT.format(expression=expression), tmp_path)
    for f in (module.seen, module.reached, module.again):
        assert ep.compile(f, backend="interpreter")(X.copy()) == pytest.approx(f(X.copy()), rel=1e-12)


def test_windows_that_slide_are_not_written_behind(tmp_path: Path) -> None:
    module = loaded(TEXT.format(expression="np.lib.stride_tricks.sliding_window_view(x, 2, axis=0)"), tmp_path)
    with pytest.raises(ep.NotSupported, match="a view in NumPy or a copy"):
        ep.compile(module.seen)(X.copy())
