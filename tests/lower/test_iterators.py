"""Iterators of which some items were taken: what is left in them, whoever took the others, and whoever asks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import everypath as ep
from random_programs.judging import loaded

HEAD = """
import itertools
import math

import numpy as np


def positive(x):
    for v in x:
        if v > 0:
            yield v


def counted(a, n):
    for k in range(n):
        yield a + k


def powers(a):
    p = a
    while True:
        yield p
        p = p * a


def f(x, s, n, L):
    out = np.zeros(2)
    g = {iterator}
    {before}
    return {use}
"""
ITERATORS = (
    *("zip(L, x)", "enumerate(x)", "iter(x)", "iter(zip(L, L))", "reversed(L)", "map(lambda v: v * s, x)", "itertools.combinations(L, 2)"),
    *("(v * s for v in x)", "(v * k for k, v in enumerate(x))", "(v for v in x if v > 0)", "(v * w for v in L for w in x)"),
    *("positive(x)", "counted(s, n)", "itertools.chain(x, L)", "itertools.accumulate(x)", "itertools.repeat(s, 4)"),
    "(v for k, v in enumerate(L) if v > k - 1)",
)
BEFORE = ("next(g)", "next(g); next(g)", "for v in g:\n        if x[0] > 0:\n            break", "next(g) if s > 9 else None")
USES = ("list(g)", "(list(g), list(g))", "[v for v in g]", "list(itertools.islice(g, 2))", "(next(g), next(g, s))", "max(g)")
TABLE = [(g, BEFORE[k % 4], USES[(k + j) % 6]) for k, g in enumerate(ITERATORS) for j in (0, 1, 3)]
MORE = (
    ("zip(L, L)", "it = iter(g); next(it)", "(list(g), list(it))"),
    ("itertools.repeat(s, 4)", "next(g)", "list(itertools.accumulate(g))"),
    ("positive(x)", "next(g)\n    for v in g:\n        out[0] += v", "out"),
    ("(v for v in L if v > 0)", "L2 = [next(g)]; L2.append(next(g))", "L2"),
    ("itertools.islice(powers(s), 5)", "next(g)", "math.prod(g)"),
    ("(v for v in L)", "h = sum(g)", "(h, list(g), next(g, 0.0))"),
    ("positive(x)", "h = list(g)", "(h, max(g, default=s))"),
    ("zip(L, L)", "h = sum(a * b for a, b in g)", "(h, list(g))"),
)
ARGUMENTS = (np.array([0.5, -1.25, 3.0, 0.7]), 1.5, 4, [0.2, 0.9, -0.3])


def plain(x: Any) -> Any:
    """The numbers in it as Python's floats: a list that grows holds one kind of them."""
    if isinstance(x, (list, tuple)):
        return tuple(map(plain, x))
    return x.tolist() if isinstance(x, np.ndarray) else x if x is None else float(x)


@pytest.mark.parametrize(("iterator", "before", "use"), [*TABLE, *MORE])
def test_what_is_left(iterator: str, before: str, use: str, tmp_path: Path) -> None:
    f = loaded(HEAD.format(iterator=iterator, before=before, use=use), tmp_path).f
    assert repr(plain(ep.compile(f, backend="interpreter")(*ARGUMENTS))) == repr(plain(f(*ARGUMENTS)))


@pytest.mark.parametrize(
    ("iterator", "before", "reason"),
    [
        ("positive(x)", "next(g); x[1] = 2.0", "taken up again may be going over what is written"),
        ("(v for k, v in enumerate(L) if v > 0)", "next(g); L[0] = -1.0", "has changed meanwhile"),
        ("(v for v in x if v < s)", "next(g); s = 9.0", "has changed meanwhile"),
        ("(print(v) for v in x)", "next(g)", "changes things"),
    ],
)
def test_what_cannot_be_taken_up(iterator: str, before: str, reason: str, tmp_path: Path) -> None:
    f = loaded(HEAD.format(iterator=iterator, before=before, use="list(g)"), tmp_path).f
    with pytest.raises(ep.NotSupported, match=reason):
        ep.compile(f)(*ARGUMENTS)


LATER = """
import itertools


def through(items, s=0.5):
    for v in items:
        yield v * s


class Scaled:
    def of(self, items):
        for v in items:
            yield v * 2.0


def f(x, s, n, L):
    total, r = 0.0, s
    {text}
    return total
"""


@pytest.mark.parametrize(
    "text",
    [
        "for r in itertools.chain(through((0.1 for z in x)), through((r for q in L), s)):\n        total += r",
        "g = through(r for q in L)\n    for r in x:\n        total += r\n    for v in g:\n        total += v",
        "g = Scaled().of(items=(r for q in L))\n    for r in x:\n        total += r\n    for v in g:\n        total += v",
    ],
)
def test_what_is_read_when_somebody_takes_the_items(text: str, tmp_path: Path) -> None:
    """A variable that only a generator expression reads, handed to a generator, was forgotten by the loop that assigns it."""
    f = loaded(LATER.format(text=text), tmp_path).f
    assert ep.compile(f, backend="interpreter")(*ARGUMENTS) == pytest.approx(f(*ARGUMENTS), rel=1e-12)
