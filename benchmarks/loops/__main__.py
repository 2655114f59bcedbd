"""Run as `python -m benchmarks.loops`: gradients of loops that carry state, beside C by hand, JAX's `lax.scan` and HIPS autograd."""

from functools import partial

import autograd
import numpy as np

import everypath as ep
from benchmarks.gcc import version
from benchmarks.loops import in_autograd, in_jax, programs
from benchmarks.loops.by_hand import ByHand
from benchmarks.timing import interleaved, on_one_core, table, versions

TITLES = {
    "recurrence": "Gradient of a recurrence, 10,000 turns",
    "stencil": "Gradient of a 64 by 64 heat equation, 100 steps, two buffers",
    "orbit": "Gradient of a Runge-Kutta orbit, 1,000 steps",
}
STATIC = {"recurrence": (), "stencil": (2,), "orbit": (7,)}
"""The numbers of steps, which JAX must know when it compiles."""


def main() -> None:
    """Measure and print."""
    on_one_core("benchmarks.loops")
    print(versions("everypath", "numpy", "llvmlite", "jax", "jaxlib", "autograd"))
    print(version())
    by_hand = ByHand()
    for name, arguments in programs.arguments().items():
        wrt = programs.WRT[name]
        gradients = {
            "C by hand": getattr(by_hand, name),
            "everypath": ep.grad(getattr(programs, name), wrt),
            "JAX, lax.scan": in_jax.gradient(getattr(in_jax, name), wrt, STATIC[name]),
            "HIPS autograd": autograd.grad(getattr(in_autograd, name), wrt),
        }
        expected = gradients["C by hand"](*arguments)
        for who, gradient in gradients.items():
            for mine, theirs in zip(gradient(*arguments), expected, strict=True):
                np.testing.assert_allclose(np.asarray(mine), theirs, rtol=1e-7, atol=1e-10, err_msg=f"{name}: {who}")
        calls = {who: partial(gradient, *arguments) for who, gradient in gradients.items()}
        seconds = interleaved(calls, rounds=200, patience=2.0)
        table(TITLES[name], seconds, "C by hand")


if __name__ == "__main__":
    main()
