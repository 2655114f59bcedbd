"""What is assigned into arrays: numbers that integers do not hold, `flat`, `np.copyto`, and the dtypes of what meets."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import everypath as ep
from random_programs.judging import loaded

from .agreement import agree

ARGUMENTS = (np.array([1.5, -1.0, 3.0, 4.0]), np.arange(12.0).reshape(3, 4) + 0.5, 300.7, np.nan, 3)
INTEGERS = (
    *("i[0] = s", "i[:2] = s", "i[0] = np.float64(s)", "i[1:] = x[0] * 1000", "i[[0, 1]] = s", "i[[0, 1]] = x[0] * 1000", "i.fill(s)"),
    *(
        "i[0] = nan",
        "i[0] = x[0] / 0.0",
        "i[0] = 1e30",
        "i[0] = np.uint16(n * 100)",
        "i[0] = -x[0]",
        "i[0] += x[0] * 100",
        "i[0] = x[0] > 0",
    ),
)
STATEMENTS = (
    *("x.flat[1:] = x[:-1]", "x.flat[:-1] = x[1:]", "A.flat[1:] = A.ravel()[:-1]", "A.flat[1:] = A.flat[:-1]", "A.flat[::2] = A[0]"),
    *(
        "A.flat[1:7] = A[1:]",
        "x.flat[1:3] = [1.0, s, 3.0]",
        "x.flat[0:4] = [1.0, s]",
        "x.flat[x > 2] = [7.0, 8.0]",
        "A.flat[::5] = x[:3] * 2",
    ),
    *("A.flat[3] = x[1]; A.flat[4] += 2; A.flat[1:3] += 1", "x.flat[1:3] = []", "x = np.clip(2, 0, np.float32([1, 3]))"),
    *("x = np.clip(-2.5, 0, np.float32(1))", "np.copyto(x, np.float16(3))", "np.copyto(x, n)", "np.copyto(x, np.uint8(200))"),
    *(
        "x = np.linspace(0, np.float32([1, 3]), 3)",
        "x = np.linspace(np.float32(0), 1, 3)",
        "x = np.linspace(np.float32(0), np.float64(1), 3)",
    ),
    *("u = np.zeros(2, np.uint8); np.copyto(u, n); x = u", "u = np.zeros(2, np.uint8); np.copyto(u, 300)", "np.copyto(s, 1.0)"),
)


def check(text: str, folder: Path) -> None:
    agree(loaded(f"import numpy as np\n\n\ndef f(x, A, s, nan, n):\n{text}", folder).f, ARGUMENTS)


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int64"])
@pytest.mark.parametrize("statement", INTEGERS)
def test_integers(statement: str, dtype: str, tmp_path: Path) -> None:
    check(f"    i = np.zeros(3, np.{dtype})\n    {statement}\n    return i\n", tmp_path)


@pytest.mark.parametrize("statement", STATEMENTS)
def test_statements(statement: str, tmp_path: Path) -> None:
    check(f"    {statement}\n    return x, A\n", tmp_path)


def test_what_flat_overlaps_has_its_derivative() -> None:
    def shifted(x):
        y = x * x
        y.flat[1:] = y[:-1]
        return np.sum(y * np.arange(4.0))

    assert ep.grad(shifted)(np.full(4, 1.5)) == pytest.approx(np.array([18.0, 0.0, 0.0, 0.0]))


class Own:
    """It has an attribute that is called like one of arrays."""

    def __init__(self, flat):
        self.flat = flat


def test_an_attribute_of_ones_own_that_is_called_flat() -> None:
    def f(x):
        own = Own(x * 1.0)
        part = own.flat[1:]
        part[0] = 9.0
        return own.flat

    agree(f, (np.arange(4.0),))


def rows_and_squeezed(A):
    total = 0.0
    for row in A:
        total += row.sum()
    return total + np.sum(np.squeeze(A)) + len([row for row in A])


@pytest.mark.parametrize("shape", [(3, 4), (1, 4), (3, 1)])
def test_rows_of_what_is_squeezed(shape: tuple[int, ...]) -> None:
    """That an axis has not the length 1 was taken for its length, so that the loop did not run."""
    agree(rows_and_squeezed, (np.arange(1.0, 1.0 + np.prod(shape)).reshape(shape),))
