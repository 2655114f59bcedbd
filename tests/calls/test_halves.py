"""A gradient leaves out the halves of a library's rules that it does not read; what reads them has them."""

from __future__ import annotations

import numpy as np

import everypath as ep
from everypath.lower import Purpose

A = np.array([[4.0, 1.0, 0.5], [1.0, 3.0, 1.0], [0.5, 1.0, 5.0]])


def functions(derived, *arguments) -> int:
    special, _ = derived.find(arguments, {})
    return len(special.program.functions)


def test_only_what_is_read_is_there() -> None:
    def f(a, b):
        return np.sum(np.linalg.solve(a, b) ** 2) + np.linalg.slogdet(a)[1]

    b = np.array([1.0, -2.0, 0.5])
    slope = ep.grad(f)
    first = slope(A, b)
    special, _ = slope.find((A, b), {})
    assert special.lowered.serves is Purpose.GRADIENTS
    read = functions(slope, A, b)
    along = ep.jvp(f, (A, b), (np.eye(3), np.zeros(3)))[1]
    assert abs(along - np.trace(first)) < 1e-12
    assert read < 0.75 * functions(ep.hessian(f), A, b)
    again, _ = slope.find((A, b), {})
    assert again is special  # nothing is compiled again


def test_both_sides_of_a_tie_read_the_others() -> None:
    def f(a):
        return max(np.linalg.det(a), np.linalg.inv(a)[0, 0]) + abs(np.linalg.slogdet(a)[1])

    slope = ep.grad(f, backend="interpreter")
    expected = (np.eye(3) - np.diag([1.0, 0.0, 0.0])) / 2  # the mean of both sides; 0 at the kink of the other
    assert np.array_equal(slope(np.eye(3)), expected)
    special, _ = slope.find((np.eye(3),), {})
    assert special.lowered.serves is Purpose.GRADIENTS
    assert len(special.whole.functions) > len(special.program.functions)
    assert np.array_equal(ep.jacfwd(f, backend="interpreter")(np.eye(3)), expected)


def test_what_a_derivative_inside_comes_by_has_all() -> None:
    def inner(a):
        return np.linalg.slogdet(a)[1]

    def f(a):
        return np.sum(ep.grad(inner)(a) ** 2)

    # d log det A = A^-T, and of its square sum along E: -2 tr(A^-1 E A^-1 A^-T)
    inverse = np.linalg.inv(A)
    assert np.allclose(ep.grad(f)(A), -2 * (inverse @ inverse.T @ inverse).T, rtol=1e-12, atol=1e-14)
