"""Run as `python -m benchmarks.elementwise`: a NumPy expression on a million elements, and its gradient, beside NumPy, JAX and HIPS."""

from functools import partial

import numpy as np

import everypath as ep
from benchmarks.timing import interleaved, on_one_core, table, versions

SIZE = 1_000_000


def expression_with(np):
    """The function, written with `np`."""

    def expression(x, y):
        return np.sum(np.exp(-x * x) * y + np.sqrt(x * x + y * y))

    return expression


def main() -> None:
    """Measure and print."""
    import autograd
    import autograd.numpy
    import jax

    jax.config.update("jax_enable_x64", True)
    print(versions("everypath", "numpy", "jax", "jaxlib", "autograd"))
    print("float64, everyone on one core")
    rng = np.random.default_rng(0)
    arguments = rng.uniform(0.1, 1.0, SIZE), rng.uniform(0.1, 1.0, SIZE)
    plain, in_jax, in_autograd = expression_with(np), expression_with(jax.numpy), expression_with(autograd.numpy)
    value, gradient = jax.jit(in_jax), jax.jit(jax.grad(in_jax, (0, 1)))
    values = {
        "everypath": ep.compile(plain),
        "NumPy": plain,
        "JAX, jit": lambda *arguments: value(*arguments).block_until_ready(),
    }
    gradients = {
        "everypath": ep.grad(plain, (0, 1)),
        "JAX, jit": lambda *arguments: jax.block_until_ready(gradient(*arguments)),
        "HIPS autograd": autograd.grad(in_autograd, (0, 1)),
    }
    expected = plain(*arguments)
    for name, call in values.items():
        np.testing.assert_allclose(float(call(*arguments)), expected, rtol=1e-12, err_msg=name)
    for name, call in gradients.items():
        for mine, theirs in zip(call(*arguments), gradients["HIPS autograd"](*arguments), strict=True):
            np.testing.assert_allclose(np.asarray(mine), theirs, rtol=1e-12, atol=1e-14, err_msg=name)
    for title, calls in (
        ("sum(exp(-x²)·y + sqrt(x² + y²)), a million elements", values),
        ("Its gradient with respect to x and y", gradients),
    ):
        table(title, interleaved({name: partial(call, *arguments) for name, call in calls.items()}, rounds=60), "everypath")


if __name__ == "__main__":
    on_one_core("benchmarks.elementwise")
    main()
