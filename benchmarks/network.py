"""Run as `python -m benchmarks.network`: one gradient of a classifier's loss, beside JAX and HIPS autograd.

The network is two dense layers with tanh between them; the loss is the mean cross-entropy of its softmax over a batch. Everyone
differentiates the same text, each with its own NumPy: `loss_with(np)`.
"""

from functools import partial

import numpy as np

import everypath as ep
from benchmarks.timing import interleaved, on_one_core, table, versions

SIZES = ((64, 32, 10, 128), (784, 256, 10, 128))
"""Inputs, hidden units, classes, examples in the batch."""


def loss_with(np):
    """The loss, written with `np`."""

    def loss(params, x, labels):
        W1, b1, W2, b2 = params
        logits = np.tanh(x @ W1 + b1) @ W2 + b2
        shifted = logits - np.max(logits, axis=1, keepdims=True)
        log_p = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
        return -np.mean(log_p[np.arange(len(labels)), labels])

    return loss


def problem(inputs: int, hidden: int, classes: int, batch: int, seed: int = 0):
    """Parameters, a batch of examples, and their labels."""
    rng = np.random.default_rng(seed)
    first = rng.normal(size=(inputs, hidden)) / np.sqrt(inputs), np.zeros(hidden)
    second = rng.normal(size=(hidden, classes)) / np.sqrt(hidden), np.zeros(classes)
    return (*first, *second), rng.normal(size=(batch, inputs)), rng.integers(classes, size=batch)


def contenders():
    """The gradient with respect to the parameters, by each of them, as a function that waits for its result."""
    import autograd
    import autograd.numpy
    import jax

    jax.config.update("jax_enable_x64", True)
    in_jax = jax.jit(jax.grad(loss_with(jax.numpy)))
    return {
        "everypath": ep.grad(loss_with(np)),
        "JAX, jit": lambda *arguments: jax.block_until_ready(in_jax(*arguments)),
        "HIPS autograd": autograd.grad(loss_with(autograd.numpy)),
    }


def main() -> None:
    """Measure and print."""
    print(versions("everypath", "numpy", "scipy", "jax", "jaxlib", "autograd"))
    print("float64, everyone on one core")
    gradients = contenders()
    for sizes in SIZES:
        arguments = problem(*sizes)
        expected = gradients["everypath"](*arguments)
        for name, gradient in gradients.items():
            for mine, theirs in zip(gradient(*arguments), expected, strict=True):
                np.testing.assert_allclose(np.asarray(mine), theirs, rtol=1e-9, atol=1e-12, err_msg=name)
        calls = {name: partial(gradient, *arguments) for name, gradient in gradients.items()}
        inputs, hidden, classes, batch = sizes
        title = f"Gradient of a {inputs}-{hidden}-{classes} network's cross-entropy, batch of {batch}"
        table(title, interleaved(calls, rounds=200), "everypath")


if __name__ == "__main__":
    on_one_core("benchmarks.network")
    main()
