"""Kernels of NPBench as somebody who knows JAX would write them for it, where NPBench's own form for JAX is slow or has no gradient.

Loops over rows are products of whole matrices, triangles are masks, factorisations are LAPACK's, steps in time are scans, rows of a
sparse matrix are segments. Each takes the kernel's arguments and gives the arrays that it gives or changes, in any order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

Arrays = tuple[Any, ...]


def cholesky(a: Any) -> Arrays:
    """The lower triangle is the factor, the upper one stays."""
    return (jnp.tril(jnp.linalg.cholesky(a)) + jnp.triu(a, 1),)


def eliminated(a: Any) -> Any:
    """Gauss's elimination without pivots, a column at each step, with masks in place of slices."""
    n = a.shape[0]
    rows = jnp.arange(n)

    def step(m: Any, k: Any) -> tuple[Any, None]:
        below = rows > k
        column = jnp.where(below, m[:, k] / m[k, k], 0.0)
        m = m - jnp.outer(column, jnp.where(below, m[k, :], 0.0))
        return m.at[:, k].set(jnp.where(below, column, m[:, k])), None

    return lax.scan(step, a, rows)[0]


def lu(a: Any) -> Arrays:
    return (eliminated(a),)


def ludcmp(a: Any, b: Any) -> Arrays:
    m = eliminated(a)
    y = jax.scipy.linalg.solve_triangular(m, b, lower=True, unit_diagonal=True)
    return m, jax.scipy.linalg.solve_triangular(m, y), y


def trisolv(a: Any, x: Any, b: Any) -> Arrays:
    return (jax.scipy.linalg.solve_triangular(a, b, lower=True),)


def gramschmidt(a: Any) -> Arrays:
    """The factors of Householder's algorithm with a positive diagonal, and what is left of the columns."""
    q, r = jnp.linalg.qr(a)
    signs = jnp.sign(jnp.diagonal(r))
    q, r = q * signs, r * signs[:, None]
    return q, r, a - q @ jnp.triu(r, 1)


def symm(alpha: Any, beta: Any, c: Any, a: Any, b: Any) -> Arrays:
    return (beta * c + alpha * (jnp.tril(a) + jnp.tril(a, -1).T) @ b,)


def syrk(alpha: Any, beta: Any, c: Any, a: Any) -> Arrays:
    lower = jnp.tril(jnp.ones_like(c, dtype=bool))
    return (jnp.where(lower, beta * c + alpha * a @ a.T, c),)


def syr2k(alpha: Any, beta: Any, c: Any, a: Any, b: Any) -> Arrays:
    lower = jnp.tril(jnp.ones_like(c, dtype=bool))
    product = a @ b.T
    return (jnp.where(lower, beta * c + alpha * (product + product.T), c),)


def trmm(alpha: Any, a: Any, b: Any) -> Arrays:
    return (alpha * (b + jnp.tril(a, -1).T @ b),)


def correlation(m: Any, float_n: Any, data: Any) -> Arrays:
    deviation = jnp.std(data, axis=0)
    deviation = jnp.where(deviation <= 0.1, 1.0, deviation)
    scaled = (data - jnp.mean(data, axis=0)) / (jnp.sqrt(float_n) * deviation)
    product = scaled.T @ scaled
    return jnp.where(jnp.eye(m, dtype=bool), 1.0, product), scaled


def covariance(m: Any, float_n: Any, data: Any) -> Arrays:
    centred = data - jnp.mean(data, axis=0)
    return centred.T @ centred / (float_n - 1.0), centred


def covariance2(m: Any, float_n: Any, data: Any) -> Arrays:
    return (jnp.cov(data.T),)


def conv2d_bias(inputs: Any, weights: Any, bias: Any) -> Arrays:
    layout = ("NHWC", "HWIO", "NHWC")
    return (lax.conv_general_dilated(inputs, weights, (1, 1), "VALID", dimension_numbers=layout) + bias,)


def spmv(first: Any, columns: Any, values: Any, x: Any) -> Arrays:
    rows = jnp.searchsorted(first, jnp.arange(columns.size), side="right") - 1
    return (jax.ops.segment_sum(values * x[columns], rows, first.size - 1, indices_are_sorted=True),)


def azimint_naive(data: Any, radius: Any, npt: int) -> Arrays:
    greatest = jnp.max(radius)
    rings = jnp.floor(radius / greatest * npt).astype(int)
    sums, counts = (jax.ops.segment_sum(x, rings, npt + 1)[:npt] for x in (data, jnp.ones_like(data)))
    return (sums / counts,)


def jacobi_1d(steps: int, a: Any, b: Any) -> Arrays:
    def half(x: Any, y: Any) -> Any:
        return y.at[1:-1].set(0.33333 * (x[:-2] + x[1:-1] + x[2:]))

    return to_and_fro(half, steps, a, b)


def jacobi_2d(steps: int, a: Any, b: Any) -> Arrays:
    def half(x: Any, y: Any) -> Any:
        return y.at[1:-1, 1:-1].set(0.2 * (x[1:-1, 1:-1] + x[1:-1, :-2] + x[1:-1, 2:] + x[2:, 1:-1] + x[:-2, 1:-1]))

    return to_and_fro(half, steps, a, b)


def heat_3d(steps: int, a: Any, b: Any) -> Arrays:
    def half(x: Any, y: Any) -> Any:
        inner = x[1:-1, 1:-1, 1:-1]
        around = x[2:, 1:-1, 1:-1] + x[:-2, 1:-1, 1:-1] + x[1:-1, 2:, 1:-1] + x[1:-1, :-2, 1:-1] + x[1:-1, 1:-1, 2:] + x[1:-1, 1:-1, :-2]
        return y.at[1:-1, 1:-1, 1:-1].set(0.125 * (around - 6.0 * inner) + inner)

    return to_and_fro(half, steps, a, b)


def to_and_fro(half: Callable[[Any, Any], Any], steps: int, a: Any, b: Any) -> Arrays:
    """From one array into the other and back, so many times less one."""

    def step(both: Arrays, _: Any) -> tuple[Arrays, None]:
        x, y = both
        y = half(x, y)
        return (half(y, x), y), None

    return lax.scan(step, (a, b), None, length=steps - 1)[0]  # type: ignore[no-any-return]


def fdtd_2d(steps: int, ex: Any, ey: Any, hz: Any, edge: Any) -> Arrays:
    def step(fields: Arrays, first: Any) -> tuple[Arrays, None]:
        ex, ey, hz = fields
        ey = jnp.concatenate([jnp.full_like(ey[:1], first), ey[1:] - 0.5 * (hz[1:] - hz[:-1])])
        ex = ex.at[:, 1:].add(-0.5 * (hz[:, 1:] - hz[:, :-1]))
        hz = hz.at[:-1, :-1].add(-0.7 * (ex[:-1, 1:] - ex[:-1, :-1] + ey[1:, :-1] - ey[:-1, :-1]))
        return (ex, ey, hz), None

    return lax.scan(step, (ex, ey, hz), edge[:steps])[0]  # type: ignore[no-any-return]


FORMS: dict[str, Callable[..., Arrays]] = {
    form.__name__: form
    for form in (
        *(cholesky, lu, ludcmp, trisolv, gramschmidt, symm, syrk, syr2k, trmm, correlation, covariance, covariance2),
        *(conv2d_bias, spmv, azimint_naive, jacobi_1d, jacobi_2d, heat_3d, fdtd_2d),
    )
}
"""By the names of the kernels' descriptions."""
