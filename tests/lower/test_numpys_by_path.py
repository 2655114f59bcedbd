"""A number that is NumPy's on one path and Python's own on another: what it is outside, and for what asks."""

from __future__ import annotations

import functools
import math
import operator

import numpy as np
import pytest

import everypath as ep


class Mean:
    def __init__(self):
        self.total, self.count = 0, 0

    def add(self, x):
        self.total += x
        self.count += 1


def arithmetic(x):
    y = np.sin(x) if x > 0 else math.sin(x)
    n = 3 if x < 0 else np.float64(x)
    quotients = y / 2, y // 0.3, y % 0.3, divmod(y, 0.3), n / 2, n // 2, n % 2, divmod(n, 2)
    powers = y**2, n**2, n**0, n**-1, n**y if y > 0 else 0, 2**n
    both = y + n, n * y, n + 1, n - 1, 2 * n, n * 0 * -1, -n, +n, abs(-n), round(n, 1), round(n), n.real
    return y, quotients, powers, both, max(n, 1), min(y, 5), sum([n, n]), float(n), int(n), bool(n), n and 1, y or 2


def asked(x):
    n, one, k = 0 if x < 0 else np.float64(x), x < 0 or np.float64(x), 3 if x < 0 else np.int64(4)
    kinds = [(isinstance(v, float), isinstance(v, int), isinstance(v, np.floating), type(v) is float) for v in (n, one, k)]
    print(f"{n} {n!r} {n:.2f} {[n, (one,)]} {k!r:>12}", n, one, k, {"n": n})
    try:
        return kinds, hasattr(n, "item"), hasattr(k, "dtype"), (n, 2.0, x)[int(x > 0)], k // 2, k / 2, k**2, -k, [7, 8, 9][n]
    except (TypeError, IndexError) as error:
        return kinds, str(error)


def single(x):
    n = 2 if x < 0 else np.float32(x)
    return n, n * 2, -n, abs(n), n + 1, n / 4, type(n) is int, np.sqrt(n), type(n * 1.5) is float


def divided(x):
    zero = 0 if x < 0 else np.float64(0.0) * x
    try:
        with np.errstate(all="ignore"):
            return x / zero
    except ZeroDivisionError as error:
        return str(error)


def held(x):
    mean, table = Mean(), {"a": 0}
    if x > 0:
        mean.add(np.float64(x))
        table["a"] = np.float64(x)
    return mean.total, table, (lambda v: v + v)(mean.total), functools.reduce(operator.add, [mean.total, mean.total, 1])


@pytest.mark.parametrize("function", [arithmetic, asked, single, divided, held])
def test_is_what_it_is_in_cpython(function, capsys) -> None:
    for x in (2.5, -2.5):
        said = []
        for one in (function, ep.compile(function)):
            said.append((repr(one(x)), capsys.readouterr().out))
        assert said[0] == said[1]


def loops(a, x):
    total, product, last, best = 0, 1, x, None
    mixed = 0.0
    for k, v in enumerate(a):
        total += v
        product *= v
        last = v
        best = v if best is None or v > best else best
        if k == 1:
            mixed = v
        elif k > 1:
            mixed = mixed + 1
    left = 0
    while left < 2 * len(a):
        left += a[0]
    return total, total / 2, -total, product, last, best, mixed, left, sum(v * v for v in a), max((v for v in a), default=0), math.prod(a)


def test_before_a_loop_and_after_it() -> None:
    for n in (0, 1, 3):
        a = np.array([1.5, 2.5, 0.5])[:n]
        assert repr(ep.compile(loops)(a, 0.5)) == repr(loops(a, 0.5))


def test_an_int_that_a_loop_carries_beside_numpy_s_numbers_comes_out_as_a_float() -> None:
    """Whether it still is one would be asked at every turn, and the sum would wait for it: it is what it was where there is no turn."""

    def positive(a):
        s = 0
        for v in a:
            s += v if v > 0 else 0
        return s

    found = [repr(ep.compile(positive)(np.array(a))) for a in ([], [1.5, -2.0], [-2.0])]
    assert found == ["0", "np.float64(1.5)", "0.0"]


def test_in_errors_that_leave() -> None:
    def f(x):
        n = 0 if x < 0 else np.float64(x)
        raise ValueError("is", n, n * 2)

    for x in (2.5, -2.5):
        said = []
        for one in (f, ep.compile(f)):
            with pytest.raises(ValueError) as caught:
                one(x)
            said.append(repr(caught.value.args))
        assert said[0] == said[1]


def test_where_nobody_asks_it_is_a_number_and_nothing_else() -> None:
    def total(a):
        s = 0
        for v in a:
            s += v * v
        return s

    a = np.array([1.0, 2.0])
    assert "which" not in ep.grad(total).show("optimised", a)
    assert ep.value_and_grad(total)(a)[0] == 5.0 and repr(ep.compile(total)(a[:0])) == "0"
