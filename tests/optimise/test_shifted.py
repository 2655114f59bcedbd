"""What is added at shifted places of an array is gathered there, whatever the slices are, and nothing else is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import everypath as ep
from everypath.optimise import AFTER
from everypath.optimise.dead import dead
from everypath.optimise.fuse import fuse
from everypath.optimise.rewriting import each
from everypath.optimise.shifted import shifted

from .same import opcodes, same

THREE = """
func @f(x: f64[:], g: f64[:]) -> (f64[:]) {
  zero = 0 : i64
  one = 1 : i64
  two = 2 : i64
  nothing = 0.0 : f64
  n = dim x {axis=0}
  less = sub n, two
  count = maximum less, zero
  b = minimum one, n
  c = minimum two, n
  y = full nothing, n
  g_1 = view g, zero, count {axes='u'}
  h = neg g_1
  y_1 = view y, b, count {axes='u'}
  accumulate g_1, y_1 {relaxed=True}
  y_2 = view y, zero, count {axes='u'}
  accumulate g_1, y_2 {relaxed=True}
  y_3 = view y, c, count {axes='u'}
  accumulate h, y_3 {relaxed=True}
  accumulate x, y {relaxed=True}
  return y
}
"""


def numbers(n: int) -> np.ndarray:
    return np.arange(1.0, n + 1.0)


def test_three_neighbours() -> None:
    """Arrays of no, one and two elements have no such neighbours."""
    changed = same(THREE, each(shifted), *((numbers(n), 7.0 * numbers(9)) for n in range(7)))
    assert opcodes(changed).count("accumulate") == 2
    same(THREE, lambda program: fuse(each(dead)(each(shifted)(program))), (numbers(6), numbers(9)))


@pytest.mark.parametrize(
    "between",
    [
        "y_0 = load y, zero\n  store y_0, g, zero",  # reads what is added to
        "store nothing, y, zero",
        "fill nothing, g_1",  # and what is added is another number then
    ],
)
def test_not_across_other_uses(between: str) -> None:
    program = THREE.replace("  y_3 = view", f"  {between}\n  y_3 = view")
    same(program, each(shifted), *((numbers(n), 7.0 * numbers(9)) for n in (2, 3, 6)))


def test_what_the_turn_before_has_left() -> None:
    """What is the negative of something in the first turn need not be in the second."""
    first, last = THREE.split("  y_1 = view")
    inside, end = last.split("  accumulate x, y")
    program = f"{first}  for zero, two, one {{(t: i64):\n  y_1 = view{inside}  fill nothing, h\n  yield\n  }}\n  accumulate x, y{end}"
    same(program, each(shifted), *((numbers(n), 7.0 * numbers(9)) for n in (2, 3, 6)))


def test_arguments_are_left() -> None:
    """An error in between would show."""
    program = THREE.replace("  y = full nothing, n\n", "").replace("x: f64[:]", "y: f64[:], x: f64[:]")
    assert opcodes(same(program, each(shifted), (numbers(5), numbers(5), numbers(9)))).count("accumulate") == 4


def five_points(a, b, steps):
    a, b = a.copy(), b.copy()
    for _ in range(steps):
        b[1:-1, 1:-1] = 0.2 * (a[1:-1, 1:-1] + a[1:-1, :-2] + a[1:-1, 2:] + a[2:, 1:-1] + a[:-2, 1:-1])
        a[1:-1, 1:-1] = 0.3 * (b[1:-1, 1:-1] + b[1:-1, :-2] - b[1:-1, 2:] + b[2:, 1:-1] + b[:-2, 1:-1] * b[1:-1, 1:-1])
    return np.sum(a * a * b)


def upwind(a, b, steps):
    """Slices of several widths, and of values that are products."""
    u = a.copy()
    for _ in range(steps):
        u[2:-1] = u[2:-1] - 0.1 * u[2:-1] * (u[2:-1] - u[1:-2]) + 0.2 * (u[3:] - 2 * u[2:-1] + u[1:-2]) + 0.01 * u[:-3]
        u[0] = u[-2]
        u[-1] = u[1] * b[0]
    return np.sum(u * b)


def flux(a, b, steps):
    f = a[1:] - a[:-1]
    f = np.where(f * (a[1:] + b[:-1]) > 1.0, 0.0, f)
    out = np.zeros_like(a)
    out[1:-1] = f[1:] - f[:-1] * steps
    return np.sum(out * b)


def until(a, b, steps):
    """A loop whose turns nobody knows keeps no extents."""
    u, change = a.copy(), 1.0
    while change > 1e-2:
        v = u.copy()
        u[1:-1] = 0.25 * (v[2:] + v[:-2]) + 0.5 * v[1:-1] * v[1:-1]
        u[0], u[-1] = v[-1] * 0.5, v[0] * 0.5
        change = np.sum(np.abs(u - v))
    return np.sum(u * b) + np.sum(v * b) + steps


@pytest.mark.parametrize(
    ("f", "shapes"),
    [(five_points, [(7, 9), (3, 4), (2, 5), (0, 3)]), (upwind, [(9,), (5,), (4,)]), (flux, [(8,), (2,), (1,)]), (until, [(8,), (2,)])],
)
def test_the_same_derivatives(f: Any, shapes: list[tuple[int, ...]]) -> None:
    random = np.random.default_rng(5)
    for shape in shapes:
        a, b, da, db = (random.random(shape) for _ in range(4))
        grads = ep.grad(f, ("a", "b"))(a, b, 3)
        value, expected = ep.jvp(f, (a, b, 3), (da, db, None))
        assert value == pytest.approx(f(a, b, 3), rel=1e-12)
        assert np.sum(grads[0] * da) + np.sum(grads[1] * db) == pytest.approx(expected, rel=1e-11, abs=1e-14)


def test_one_copy_of_what_all_neighbours_get() -> None:
    """In each half of a turn, and that of the second takes the place of that of the first."""

    def f(a, steps):
        a, b = a.copy(), a.copy()
        for _ in range(steps):
            b[1:-1] = 0.2 * (a[1:-1] + a[2:] + a[:-2])
            a[1:-1] = 0.3 * (b[1:-1] + b[2:] + b[:-2])
        return np.sum(a)

    shown = ep.grad(f).show("optimised", np.ones(6), 3)
    assert shown.count("fill -0.0") + shown.count("full -0.0") == 1, shown


def test_where_a_path_is_absent() -> None:
    """The frame adds nothing to the mark that says so: 0·inf is no number."""

    def f(x):
        y = x.copy()
        y[1:-1] = x[1:-1] + x[2:] + x[:-2]
        return np.sum(np.where(y > 0, y, np.exp(1000 * x)))

    x = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    assert ep.grad(f)(x).tolist() == [2.0, 2.0, 3.0, 2.0, 2.0]


def test_it_is_one_of_the_passes() -> None:
    """Ahead of the loops that it makes more of."""
    assert [p.__name__ for p in AFTER].index("shifted") < [getattr(p, "__name__", "") for p in AFTER].index("fuse")
