"""A step of training by each of them: the gradient of a loss, and Adam. Parameters and state pass from one step to the next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import everypath as ep
from benchmarks.training.problem import Problem, arrays, each
from everypath import nn

RATE = 1e-3

Step = Callable[[], Any]
"""One step; gives the loss before it, once it is known."""


def whole(problem: Problem, params: Any, batch: tuple[Any, ...]) -> Step:
    """everypath, gradient and update compiled as one function, parameters and state given away."""
    return stepping(lambda step: ep.compile(step, donate=(0, 1)), problem, params, batch)


def apart(problem: Problem, params: Any, batch: tuple[Any, ...]) -> Step:
    """everypath, gradient and update compiled each."""
    optimiser = nn.adam(RATE)
    slope, update = ep.value_and_grad(problem.loss), ep.compile(optimiser.update)
    held = [params, optimiser.init(params)]

    def run() -> float:
        value, gradient = slope(held[0], *batch)
        held[:] = update(gradient, held[1], held[0])
        return float(value)

    return run


def stepping(compiled: Callable[[Any], Any], problem: Problem, params: Any, batch: tuple[Any, ...]) -> Step:
    optimiser = nn.adam(RATE)
    slope = ep.value_and_grad(problem.loss)

    def step(params: Any, state: Any, *batch: Any) -> Any:
        value, gradient = slope(params, *batch)
        return *optimiser.update(gradient, state, params), value

    call, held = compiled(step), [params, optimiser.init(params)]

    def run() -> float:
        held[0], held[1], value = call(*held, *batch)
        return float(value)

    return run


def jax(problem: Problem, params: Any, batch: tuple[Any, ...]) -> Step:
    """JAX, the whole step one `jit`, parameters and state donated."""
    import jax
    import jax.numpy as jnp

    loss = problem.in_jax()

    def step(params: Any, t: Any, m: Any, v: Any, *batch: Any) -> Any:
        value, gradient = jax.value_and_grad(loss)(params, *batch)
        t = t + 1
        m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, gradient)
        v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, gradient)
        rate, correction = RATE / (1 - 0.9**t), 1 - 0.999**t
        return jax.tree.map(lambda p, m, v: p - rate * m / (jnp.sqrt(v / correction) + 1e-8), params, m, v), t, m, v, value

    call = jax.jit(step, donate_argnums=(0, 1, 2, 3))
    given = [jax.tree.map(jnp.asarray, x) for x in batch]
    dtype = arrays(params)[0].dtype
    held = [each(jnp.array, params), jnp.zeros((), dtype), each(jnp.zeros_like, params), each(jnp.zeros_like, params)]

    def run() -> float:
        *held[:], value = call(*held, *given)
        jax.block_until_ready(held)
        return float(value)

    return run


def torch(problem: Problem, params: Any, batch: tuple[Any, ...], compiled: bool = False) -> Step:
    """PyTorch with its fused Adam; `compiled` puts the loss through `torch.compile`."""
    import torch

    loss = problem.in_torch()
    if compiled:
        loss = torch.compile(loss)
    held = each(lambda x: torch.tensor(x, requires_grad=True), params)
    given = [torch.tensor(x) for x in batch]
    optimiser = torch.optim.Adam(arrays(held), lr=RATE, fused=True)

    def run() -> float:
        optimiser.zero_grad(set_to_none=True)
        value = loss(held, *given)
        value.backward()
        optimiser.step()
        return value.item()

    return run


def torch_compiled(problem: Problem, params: Any, batch: tuple[Any, ...]) -> Step:
    """PyTorch, the loss compiled."""
    return torch(problem, params, batch, compiled=True)


OURS = {"whole": whole, "apart": apart}
PEERS = {"JAX": jax, "PyTorch": torch, "compiled": torch_compiled}


def copied(params: Any) -> Any:
    """Parameters of one's own to begin from."""
    return each(np.array, params)
