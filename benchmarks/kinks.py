"""The derivative at kinks: everypath beside JAX, and beside PyTorch where it is installed. Prints the table of docs/kinks.md.

make -C benchmarks kinks
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import numpy as np
from jax import numpy as jnp

import everypath as ep

jax.config.update("jax_enable_x64", True)

try:
    import torch
except ImportError:
    torch = None


def absolute(x):
    return np.abs(x)


def maximum(x):
    return np.maximum(x, 1.0)


def largest(x):
    return np.max(x)


def clip(x):
    return np.clip(x, 0.0, 1.0)


def relu(x):
    return np.maximum(x, 0.0)


def relu_by_where(x):
    return np.where(x > 0, x, 0.0)


def root(x):
    return np.sqrt(x)


def root_squared(x):
    return np.sqrt(x) ** 2


def norm(x):
    return np.linalg.norm(x)


def root_of_squares(x):
    return np.sqrt(np.sum(x**2))


def hypot(x):
    return np.hypot(x, 0.0)


def arctan2(x):
    return np.arctan2(x, 0.0)


def square_by_power(x):
    return x**2.0


def product(x):
    return np.prod(x)


def floor(x):
    return np.floor(x)


def sign(x):
    return np.sign(x)


def middle(x):
    return np.sort(x)[1]


def masked_log(x):
    return np.where(x > 0, np.log(x), 0.0)


Case = tuple[str, Callable[[Any], Any], Any, Callable[[Any], Any], Callable[[Any], Any]]

ONE = np.array([1.0, 2.0, 2.0])
ORIGIN = np.zeros(2)

CASES: list[Case] = [
    ("abs(x) at 0", absolute, 0.0, jnp.abs, lambda x: torch.abs(x)),
    ("maximum(x, 1) at 1", maximum, 1.0, lambda x: jnp.maximum(x, 1.0), lambda x: torch.maximum(x, torch.ones_like(x))),
    ("max of [1, 2, 2]", largest, ONE, jnp.max, lambda x: torch.max(x)),
    ("clip(x, 0, 1) at 0", clip, 0.0, lambda x: jnp.clip(x, 0.0, 1.0), lambda x: torch.clamp(x, 0.0, 1.0)),
    ("maximum(x, 0) at 0", relu, 0.0, lambda x: jnp.maximum(x, 0.0), lambda x: torch.maximum(x, torch.zeros_like(x))),
    ("where(x > 0, x, 0) at 0", relu_by_where, 0.0, lambda x: jnp.where(x > 0, x, 0.0), lambda x: torch.where(x > 0, x, 0.0)),
    ("sqrt(x) at 0", root, 0.0, jnp.sqrt, lambda x: torch.sqrt(x)),
    ("sqrt(x)**2 at 0", root_squared, 0.0, lambda x: jnp.sqrt(x) ** 2, lambda x: torch.sqrt(x) ** 2),
    ("norm(x) at [0, 0]", norm, ORIGIN, jnp.linalg.norm, lambda x: torch.linalg.norm(x)),
    ("sqrt(sum(x**2)) at [0, 0]", root_of_squares, ORIGIN, lambda x: jnp.sqrt(jnp.sum(x**2)), lambda x: torch.sqrt(torch.sum(x**2))),
    ("hypot(x, 0) at 0", hypot, 0.0, lambda x: jnp.hypot(x, 0.0), lambda x: torch.hypot(x, torch.zeros_like(x))),
    ("arctan2(x, 0) at 0", arctan2, 0.0, lambda x: jnp.arctan2(x, 0.0), lambda x: torch.arctan2(x, torch.zeros_like(x))),
    ("x**2.0 at 0", square_by_power, 0.0, lambda x: x**2.0, lambda x: x**2.0),
    ("prod of [0, 2, 3]", product, np.array([0.0, 2.0, 3.0]), jnp.prod, lambda x: torch.prod(x)),
    ("floor(x) at 1", floor, 1.0, jnp.floor, lambda x: torch.floor(x)),
    ("sign(x) at 0", sign, 0.0, jnp.sign, lambda x: torch.sign(x)),
    ("sort([1, 1, 0])[1]", middle, np.array([1.0, 1.0, 0.0]), lambda x: jnp.sort(x)[1], lambda x: torch.sort(x).values[1]),
    (
        "where(x > 0, log(x), 0) at 0",
        masked_log,
        0.0,
        lambda x: jnp.where(x > 0, jnp.log(x), 0.0),
        lambda x: torch.where(x > 0, torch.log(x), 0.0),
    ),
]


def by_torch(function: Callable[[Any], Any], x: Any) -> Any:
    argument = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(function(argument), argument)
    return gradient.numpy()


def shown(gradient: Any) -> str:
    numbers = [f"{x:g}" for x in np.atleast_1d(np.asarray(gradient, float))]
    return numbers[0] if np.ndim(gradient) == 0 else f"[{', '.join(numbers)}]"


def main() -> None:
    versions = f"everypath {ep.__version__}, JAX {jax.__version__}" + (f", PyTorch {torch.__version__}" if torch else "")
    print("| function | everypath | JAX | PyTorch |\n|---|---|---|---|")
    with np.errstate(all="ignore"):
        for name, ours, x, in_jax, in_torch in CASES:
            theirs = shown(by_torch(in_torch, x)) if torch else "not installed"
            print(f"| `{name}` | {shown(ep.grad(ours)(x))} | {shown(jax.grad(in_jax)(x))} | {theirs} |")
    print(f"\n{versions}")


if __name__ == "__main__":
    main()
