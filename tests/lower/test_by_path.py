"""A number that is an int or a float, depending on the path taken: what it is outside, and for what asks."""

from __future__ import annotations

import functools
import math

import pytest
import scipy.optimize

import everypath as ep


class Holder:
    def __init__(self):
        self.held = 0


def relu(v):
    return v if v > 0 else 0


def arithmetic(x):
    m, n, one = max(0, x), 3 if x < 0 else x, True if x < 0 else x
    powers = n**2, n**0, n**-2
    parts = m // n, m % n, n / 2, math.atan2(-m, -1), math.atan2(m * -5, -1)
    rounded = round(n), round(n, 1), int(n), float(n), abs(-n), math.floor(n), bool(m)
    return m, n, one, m + n, m - n, m * n, one + 1, -one, powers, parts, rounded, min(1, m), relu(x) + relu(-x), x and 0


def asked(x):
    m, one = 2 if x < 0 else x, x < 0 or x
    kinds = isinstance(m, int), type(m) is float, isinstance(one, bool), isinstance(m, (int, float))
    print(f"{m} {m:5} {m:.1f} {m!r}", m, str(m), f"{m:g}", [m, (one,)], m.imag, one.imag)
    try:
        print(f"{m:3d}|{m:#x}")
    except ValueError as error:
        print(error)
    try:
        return kinds, (3, 4, 5)[m] + (m & 1) + sum(range(m))
    except TypeError as error:
        print(error)
        return kinds, 7


def loops(x, n):
    total, best, product, mixed = 0, 0, 1, 0
    for k in range(n):
        total += x
        product *= x
        best = max(best, x * k)
        mixed += x if x > k else 1
    left = 0
    while left < 3 * n:
        left += 1 if x < 0 else x
    return total, best, product, mixed, left, isinstance(total, int), sum(u for u in (x, -x) if u > 9)


def held(x):
    holder, table, items = Holder(), {"a": 0}, [0, 0]
    if x > 0:
        holder.held, table["a"], items[1] = x, x, x
    try:
        root = math.sqrt(x)
    except ValueError:
        root = 0
    return (
        holder.held,
        table,
        items,
        (1, x, x * x)[len(items) - 2 + (x > 0)],
        root,
        functools.reduce(lambda a, b: a + b if x > 0 else a, [x, x], 0),
    )


def refusing(x):
    m = max(0, x)
    if m > 1:
        raise ValueError(m, f"{m}")
    return 1 // m


@pytest.mark.parametrize("function", [arithmetic, asked, held])
def test_is_what_it_is_in_cpython(function, capsys) -> None:
    for x in (2.5, -2.5):
        said = []
        for one in (function, ep.compile(function)):
            said.append((repr(one(x)), capsys.readouterr().out))
        assert said[0] == said[1]


def test_before_a_loop_and_after_it() -> None:
    for given in ((2.5, 3), (-2.5, 3), (2.5, 0)):
        assert repr(ep.compile(loops)(*given)) == repr(loops(*given))


def test_in_errors() -> None:
    for x in (2.5, -2.5):
        said = []
        for one in (refusing, ep.compile(refusing)):
            with pytest.raises((ValueError, ZeroDivisionError)) as caught:
                one(x)
            said.append(repr(caught.value))
        assert said[0] == said[1]


def test_where_nobody_asks_it_is_a_float_and_nothing_else() -> None:
    def f(x):
        return 2.0 * relu(x) + relu(x - 1.0) - abs(max(0, x) / 2)

    assert ep.value_and_grad(f)(2.5) == (f(2.5), 2.5) and ep.grad(f)(-2.5) == 0.0
    assert "which" not in ep.grad(f).show("optimised", 2.5)
    value, gradient = ep.value_and_grad(relu)(-1.0)
    assert (repr(value), gradient) == ("0.0", 0.0)
    assert repr(ep.compile(relu)(-1.0)) == "0"  # lowered once more: the gradient's program does not tell


def test_a_function_that_is_handed_over_or_differentiated_inside_sees_it() -> None:
    def f(x):
        m = relu(x)
        part = [1, 2, 3, 4][: 1 if x > 0 else m]
        return scipy.optimize.brentq(lambda t: t * t - m - 1.0, 0.0, 5.0) + ep.grad(lambda u: u * relu(u))(x) + len(part), m

    for x in (2.5, -2.5):
        assert ep.compile(f)(x) == f(x)


def test_an_int_that_a_float_does_not_hold_is_refused() -> None:
    def f(x, n):
        m = n if x > 0 else x
        return m * m

    assert ep.compile(f)(1.0, 2**26) == 2**52 and ep.compile(f)(-3.0, 2**60) == 9.0
    with pytest.raises(ep.NotSupported, match=r"beyond 2\*\*53"):
        ep.compile(f)(1.0, 10**15)
