"""Triangles times matrices, row by row: blocks from 128 turns on, with the same numbers, the same errors, the same derivatives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import everypath as ep


def trmm(a, b, c, s):
    for i in range(b.shape[0]):
        for j in range(b.shape[1]):
            b[i, j] += np.dot(a[i + 1 :, i], b[i + 1 :, j])
    b *= s


def substitution(a, b, c, s):
    for i in range(len(b)):
        b[i] -= s * (a[i, :i] @ b[:i])


def lower_with_diagonal(a, b, c, s):
    for i in range(len(c)):
        c[i] += s * (a[i, : i + 1] @ b[: i + 1])


def upper_of_columns(a, b, c, s):
    d, e = b.T, c.T
    for i in range(e.shape[1]):
        e[:, i] += -(d[:, i:] @ a[i, i:])


def columns(a, b, c, s):
    d = b.T
    for i in range(d.shape[1]):
        d[:, i] += d[:, :i] @ a[:i, i]


def reads_its_own_line_before(a, b, c, s):
    for i in range(len(b)):
        b[i] += np.dot(b[i:].T, a[i:, i])


def reads_its_own_line_after(a, b, c, s):
    for i in range(len(b)):
        b[i] += a[i, : i + 1] @ b[: i + 1]


def one_matrix(a, b, c, s):
    for i in range(len(a)):
        a[i] += a[i, :i] @ a[:i]


def across(a, b, c, s):
    for i in range(len(a)):
        a[:, i] += a[:i].T @ c[:i, 0]


def shifted_memory(a, b, c, s):
    d = b[1:]
    for i in range(len(d)):
        d[i] += a[i, :i] @ b[:i]


def two_writes(a, b, c, s):
    for i in range(len(b)):
        b[i] += a[i + 1 :, i] @ b[i + 1 :]
        c[i] += b[i]


BLOCKED = [trmm, substitution, lower_with_diagonal, upper_of_columns, columns, reads_its_own_line_before]
STAYING = [reads_its_own_line_after, one_matrix, across, shifted_memory, two_writes]


def given(n: int, m: int, dtype: type = np.float64) -> list[Any]:
    random = np.random.default_rng(n + 10 * m)
    return [(random.normal(size=shape) / scale).astype(dtype) for shape, scale in (((n, n), max(n, 1)), ((n, m), 1), ((n, m), 1))] + [
        dtype(1.5)
    ]


def after(f, arguments: list[Any]) -> tuple[list[Any], Any]:
    """What the arguments hold after a call, and the error."""
    arguments = [np.copy(x) if isinstance(x, np.ndarray) else x for x in arguments]
    try:
        f(*arguments)
    except (ValueError, IndexError) as error:
        return arguments, type(error)
    return arguments, None


def alike(f, compiled, arguments: list[Any], tolerance: float = 1e-11) -> None:
    (expected, error), (found, other) = after(f, arguments), after(compiled, arguments)
    assert error == other
    for x, y in zip(expected, found, strict=True):
        assert np.asarray(x).dtype == np.asarray(y).dtype
        np.testing.assert_allclose(y, x, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("f", BLOCKED)
def test_values_and_errors(f) -> None:
    compiled = ep.compile(f)
    for n, m in ((0, 3), (1, 2), (127, 2), (128, 3), (129, 1), (160, 2), (161, 0)):
        alike(f, compiled, given(n, m))
    for k, (row, column) in enumerate([(140, 7), (7, 140), (40, 35), (35, 40), (64, 64)]):
        arguments = given(150, 3)
        arguments[0][row, column] = (np.inf, np.nan)[k % 2]
        arguments[1][column, 1] = 0.0
        arguments[1][row, 2] = np.nan if k % 2 else -np.inf
        with np.errstate(invalid="ignore"):
            alike(f, compiled, arguments, 1e-10)
    n = 140
    for rows, more, width in ((n - 1, n, 3), (n, n - 1, 3), (n + 1, n + 2, 3), (n, n, 1)):  # matrices that do not fit, and larger ones
        a, b, c, s = given(n, 3)
        wide = np.ones((n + 1, n + 2)) / n
        wide[:n, :n] = a
        alike(f, compiled, [wide[:rows, :more], b, c[:, :width], s])


def test_single_precision() -> None:
    alike(trmm, ep.compile(trmm), given(150, 3, np.float32), 1e-5)


@pytest.mark.parametrize("f", BLOCKED + STAYING)
def test_which_loops_have_blocks(f) -> None:
    assert (" block" in ep.compile(f).show("ir", *given(3, 2))) == (f in BLOCKED)


def loss(f):
    def total(a, b, c, s):
        a, b, c = a.copy(), b.copy(), c.copy()
        f(a, b, c, s)
        return np.sum(b * b * b) + np.sum(c * c * c)

    return total


def test_derivatives_are_those_of_complex_steps() -> None:
    arguments, total = given(133, 2), loss(substitution)
    directions = [*given(133, 4)[:1], *given(133, 1)[1:3], 0.7]
    expected = total(*(x + 1e-30j * d for x, d in zip(arguments, directions, strict=True))).imag / 1e-30
    gradients = ep.grad(total, (0, 1, 2, 3))(*arguments)
    directions[1:3] = (np.broadcast_to(d, x.shape) for d, x in zip(directions[1:3], arguments[1:3], strict=True))
    np.testing.assert_allclose(sum(np.sum(g * d) for g, d in zip(gradients, directions, strict=True)), expected, rtol=1e-11)
    np.testing.assert_allclose(ep.jvp(total, arguments, directions)[1], expected, rtol=1e-11)


def test_first_and_second_derivatives_are_those_of_the_whole_product() -> None:
    def whole(a, b, c, s):
        return np.sum((s * (b + np.tril(a, -1).T @ b)) ** 3) + np.sum(c * c * c)

    a, b, c, s = given(130, 2)

    def along(f):
        first, second = ep.jvp(lambda a, b: ep.grad(f, (0, 1))(a, b, c, s), (a, b), (b @ b.T, a @ b))
        return *first, *second

    for x, y in zip(along(loss(trmm)), along(whole), strict=True):
        np.testing.assert_allclose(x, y, rtol=1e-10, atol=1e-11)


def test_what_is_decided_by_the_sums_stays() -> None:
    def chosen(a, b, c, s):
        trmm(a, b, c, s)
        return np.sum(b) if b[0, 0] > 0.0 else s

    assert " block" not in ep.compile(chosen).show("ir", *given(130, 2))
