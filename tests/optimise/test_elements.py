"""Arrays of no axes that are only read cost nothing; one that is written or given away stays an array."""

from __future__ import annotations

import numpy as np

import everypath


def test_a_number_that_where_chooses_needs_no_memory() -> None:
    def f(x, n):
        s = 0.0
        for i in range(n):
            s += np.where(x > i, np.where(x > 2.0, 3.0, x), 0.5 * x) * 2.0
        return s

    for text in (everypath.compile(f).show("optimised", 1.5, 9), everypath.grad(f).show("optimised", 1.5, 9)):
        assert "full" not in text and "list_new" not in text, text
    assert everypath.value_and_grad(f)(1.5, 3) == (f(1.5, 3), 5.0)


def test_one_that_is_written_stays_an_array() -> None:
    def f(x):
        a = np.where(x > 0.0, x, 0.0)
        b = np.where(x > 1.0, a, 0.0)
        a += b
        return a, b

    a, b = everypath.compile(f)(1.5)
    assert isinstance(a, np.ndarray) and (a, b) == (3.0, 1.5)
