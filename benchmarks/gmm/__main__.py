"""Run as `python -m benchmarks.gmm`: everypath beside C by hand and JAX, value and gradient, interleaved."""

import argparse
import os

import numpy as np

import everypath as ep
from benchmarks.gcc import version
from benchmarks.gmm import objective
from benchmarks.gmm.by_hand import ByHand
from benchmarks.timing import interleaved, table, versions

WRT = (0, 1, 2)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--d", type=int, default=64)
    parser.add_argument("--k", type=int, default=50)
    parser.add_argument("--n", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--without-jax", action="store_true")
    options = parser.parse_args()

    arguments = objective.problem(options.d, options.k, options.n)
    by_hand = ByHand()
    values = {"C by hand": by_hand.value}
    gradients = {"C by hand": by_hand.gradient}
    for function, word in ((objective.with_math, "math.exp"), (objective.with_numpy, "np.exp")):
        values[f"everypath, {word}"] = ep.compile(function)
        gradients[f"everypath, {word}"] = ep.grad(function, WRT)
    if not options.without_jax:
        from benchmarks.gmm.in_jax import InJax

        in_jax = InJax()
        values["JAX, vectorised"] = in_jax.value
        gradients["JAX, vectorised"] = in_jax.gradient

    print(versions("everypath", "numpy", "llvmlite", "jax", "jaxlib"))
    print(f"{version()} · {os.cpu_count()} cores; everypath and C use one, JAX all of them")
    print(f"d = {options.d}, k = {options.k}, n = {options.n}")
    agree(values, gradients, arguments)
    table("Function value", interleaved(bound(values, arguments), options.rounds), "C by hand")
    table("Gradient", interleaved(bound(gradients, arguments), options.rounds), "C by hand")


def bound(functions, arguments):
    """Each function as a call without arguments."""
    return {name: lambda function=function: function(*arguments) for name, function in functions.items()}


def agree(values, gradients, arguments) -> None:
    """Stop unless every contender computes the same numbers."""
    expected, expected_gradient = values["C by hand"](*arguments), gradients["C by hand"](*arguments)
    for name in values:
        np.testing.assert_allclose(float(values[name](*arguments)), expected, rtol=1e-10, err_msg=name)
        for mine, theirs in zip(gradients[name](*arguments), expected_gradient, strict=True):
            np.testing.assert_allclose(np.asarray(mine), theirs, rtol=1e-8, atol=1e-8, err_msg=name)


if __name__ == "__main__":
    main()
