"""What may be None, or one thing or another: builtins ask what it is on the path taken."""

from __future__ import annotations

import copy

import pytest

import everypath as ep


class A:
    def __init__(self, v=1.0):
        self.v = v

    def __neg__(self):
        return -self.v

    def __float__(self):
        return self.v

    def __abs__(self):
        return abs(self.v)


class Called(A):
    def __call__(self, x):
        return self.v * x


def chosen(x, one, other=None):
    found = None
    if x > 0.0:
        found = one
    if x > 1.0 and other is not None:
        found = other
    return found


def attributes(x):
    found, single = chosen(x, A(x), Called(2.0 * x)), chosen(x, A(x))
    if hasattr(single, "v"):
        x = x + single.v
    named = hasattr(found, "v"), getattr(found, "v", 7.0), getattr(single, "w", 3.0), getattr(single, "v", None) is None
    return x, named, callable(found), callable(single), callable(chosen(x, A(x).__neg__)), callable(Called(x)), callable(A(x))


def classes(x):
    n, k = chosen(x, 1.0, 2), chosen(x, float, int)
    kinds = isinstance(n, int), isinstance(n, float), isinstance(n, (int, float)), type(n) is int, type(n) is float
    return kinds, k is int, k is float, k is None, k in (int, float), n == 2, n is None


def tried(x):
    out, one = [], chosen(x, x, A(x))
    for ask in (
        lambda: -one,
        lambda: abs(one),
        lambda: float(one),
        lambda: 1.0 * len(chosen(x, "bb", "ccc")),
        lambda: max(chosen(x, x), 0.7),
    ):
        try:
            out.append(ask())
        except TypeError:
            out.append(-9.0)
    return out


def copied(x):
    items = chosen(x, [x, 1.0])
    one, other = copy.copy(items), copy.deepcopy(items)
    if one is not None and other is not None:
        one[0], other[1] = 5.0, 6.0
    return items, one, other


@pytest.mark.parametrize("function", [attributes, classes, tried, copied])
def test_is_what_it_is_in_cpython(function) -> None:
    for x in (2.0, 0.5, -2.0):
        assert repr(ep.compile(function)(x)) == repr(function(x))


def test_raising_one_of_several_is_refused() -> None:
    def f(x):
        kind = ValueError if x > 1.0 else KeyError if x > 0.0 else None
        if kind is not None:
            raise kind("text")
        return x * x

    assert ep.grad(f)(-2.0) == -4.0
    with pytest.raises(ep.NotSupported, match="raising one of several exceptions"):
        ep.grad(f)(2.0)
