"""What only one side of a branch uses is made there, where nothing writes what it reads before that."""

from __future__ import annotations

import numpy as np
import pytest

import everypath as ep
from everypath.ir.program import Program
from everypath.ir.walk import ops_in
from everypath.optimise.rewriting import each
from everypath.optimise.sunk import sunk

from .same import same

PROGRAM = """
func @f(c: bool, x: f64[:], y: f64[:]) -> (f64, f64) {{
  zero = 0 : i64
  two = 2.0 : f64
  half = 0.5 : f64
  s = {difference}
  q = square s
  m = mul two, s
  e = exp s
  {between}
  total = sum q {{axes=(0,), keepdims=False}}
  r = if c {{
    {first}
    u = sum m {{axes=(0,), keepdims=False}}
    t = if c {{
      v = sum e {{axes=(0,), keepdims=False}}
      yield v
    }} {{
      yield half
    }}
    a = add u, t
    yield a
  }} {{
    yield {other}
  }}
  return total, r
}}
"""

MEANT = {"difference": "sub x, y", "between": "", "first": "", "other": "total"}


@pytest.mark.parametrize(
    ("changes", "branch"),
    [
        ({}, {"sub", "mul"}),
        ({"difference": "sub x, half"}, {"sub", "mul"}),
        ({"first": "store half, x, zero"}, {"sub", "mul"}),
        ({"first": "store half, m, zero"}, {"sub", "mul"}),
        ({"between": "store half, x, zero"}, set()),
        ({"between": "part = view x, zero {axes='i'}\n  fill half, part"}, set()),
        ({"between": "store half, s, zero"}, set()),
        ({"between": "store half, m, zero"}, {"sub"}),
        ({"between": "far = load e, zero"}, {"sub", "mul"}),
        ({"between": "twice = add m, m"}, {"sub", "mul"}),
        ({"difference": "sin x"}, set()),
    ],
)
def test_values(changes: dict[str, str], branch: set[str]) -> None:
    x, y = np.array([0.3, -0.0, np.nan, 1e300]), np.array([-1.0, 0.0, 2.0, np.inf])
    cases = [(c, a, b) for c in (True, False) for a, b in ((x, y), (x, x[:1]), (x[:0], y[:0]), (x, y[:3]))]
    if changes.keys() & {"between", "first"}:
        cases = [case for case in cases if case[1].size]
    changed = same(PROGRAM.format(**(MEANT | changes)), each(sunk), *cases)
    assert on_sides(changed) & {"sub", "sin", "mul"} == branch


def on_sides(program: Program) -> set[str]:
    """The ops on the sides of branches."""
    return {op.name for branch in ops_in(program.main.body) if branch.name == "if" for side in branch.regions for op in ops_in(side)}


def test_an_expensive_one_goes_to_the_innermost_side_that_alone_uses_it() -> None:
    text = PROGRAM.format(**(MEANT | {"difference": "sub x, half"}))
    changed = same(text, each(sunk), (True, np.arange(3.0), np.ones(1)), (False, np.arange(3.0), np.ones(1)))
    (outer,) = [op for op in changed.main.body.ops if op.name == "if"]
    (inner,) = [op for op in outer.regions[0].ops if op.name == "if"]
    assert [op.name for op in inner.regions[0].ops] == ["sub", "exp", "sum", "yield"]


def clustering(centroids, points):
    distances = np.sum((points[:, None, :] - centroids[None, :, :]) ** 2, axis=2)
    return np.sum(np.min(distances, axis=1))


def test_what_only_ties_and_a_guard_need_is_not_kept() -> None:
    rng = np.random.default_rng(3)
    points = rng.random((20, 3))
    gradient = ep.grad(clustering)
    gradient(points[:4], points)
    shown = gradient.show("optimised", points[:4], points)
    assert "into=('array', 'array')} {(i: i64, j: i64, k: i64):" not in shown.partition("argmin")[0]
    for centroids in (points[:4] + 0.01, points[[0, 0, 1]], np.full((3, 3), np.nan)):
        np.testing.assert_array_equal(gradient(centroids, points), ep.grad(clustering, backend="interpreter")(centroids, points))


def test_what_is_used_by_something_that_stays_stays() -> None:
    i, z = 0, (np.array([1.0, 3.0, 3.0]),)

    def least(x):
        a = x[0] * 2.0
        return min(a, x[1]) * x[2] + x[0]

    value, tangent = ep.jvp(lambda x: least(x if i == 0 else z[0]), (z[0],), (np.ones(3),))
    assert (value, tangent) == (7.0, 9.0)
