"""The same programs for JAX: loops as `lax.scan`, the stencil's inner loops as slices, compiled with `jax.jit`."""

from functools import partial

import jax
import jax.numpy as jnp
from jax import lax

from benchmarks.loops.programs import rates

jax.config.update("jax_enable_x64", True)


def recurrence(a, b):
    def turn(x, ab):
        x = ab[0] * x + jnp.sin(ab[1] * x)
        return x, x

    _, x = lax.scan(turn, 1.0, (a[1:], b[1:]))
    return 1.0 + jnp.sum(x * x)


def stencil(start, c, steps):
    def turn(u, _):
        inner = u[1:-1, 1:-1]
        around = u[:-2, 1:-1] + u[2:, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:] - 4.0 * inner
        return u.at[1:-1, 1:-1].add(c[1:-1, 1:-1] * around), None

    u, _ = lax.scan(turn, start, length=steps)
    return jnp.sum(u * u)


def orbit(x, y, a, b, c, d, h, steps):
    def turn(state, _):
        x, y = state
        x1, y1 = rates(x, y, a, b, c, d)
        x2, y2 = rates(x + 0.5 * h * x1, y + 0.5 * h * y1, a, b, c, d)
        x3, y3 = rates(x + 0.5 * h * x2, y + 0.5 * h * y2, a, b, c, d)
        x4, y4 = rates(x + h * x3, y + h * y3, a, b, c, d)
        x += h / 6.0 * (x1 + 2.0 * x2 + 2.0 * x3 + x4)
        y += h / 6.0 * (y1 + 2.0 * y2 + 2.0 * y3 + y4)
        return (x, y), None

    (x, y), _ = lax.scan(turn, (x, y), length=steps)
    return x * y


def gradient(program, wrt, static):
    """The jitted gradient of one of these; it waits for the result."""
    jitted = partial(jax.jit, static_argnums=static)(jax.grad(program, argnums=wrt))
    return lambda *arguments: jax.block_until_ready(jitted(*arguments))
