"""One kernel, in a process of its own: `python -m benchmarks.npbench.measure CHECKOUT KERNEL SIZE` prints a line of JSON."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

import everypath as ep
from benchmarks.npbench.kernels import Kernel, function, in_jax, load
from benchmarks.timing import interleaved

PATIENCE = 1.0
"""Seconds for each contender, after three rounds."""


def measure(kernel: Kernel) -> dict[str, Any]:
    """Seconds of everybody, the fastest of several rounds, and what was wrong, if anything was."""
    f, arguments = kernel_function(kernel), kernel.arguments
    value = ep.compile(f)
    calls: dict[str, Callable[[], object]] = {"NumPy": partial(f, *arguments), "value": partial(value, *arguments)}
    expected = f(*arguments)
    begun = time.perf_counter()
    found: dict[str, Any] = {}
    computed = value(*arguments)
    found["first value"] = time.perf_counter() - begun
    single = any(isinstance(x, np.ndarray) and x.dtype == np.float32 for x in arguments)
    if not np.allclose(computed, expected, rtol=1e-3 if single else 1e-8, equal_nan=True):
        found["wrong"] = f"value {computed} instead of {expected}"
    if kernel.derives:
        gradient = ep.grad(f, kernel.wrt)
        begun = time.perf_counter()
        gradients = gradient(*arguments)
        found["first gradient"] = time.perf_counter() - begun
        calls["gradient"] = partial(gradient, *arguments)
        if not single:
            found["difference"] = difference(kernel, f, gradients)
    try:
        jax_value, jax_gradient = in_jax(kernel)
        calls["JAX value"] = with_jax(jax_value)
        if kernel.derives:
            calls["JAX gradient"] = with_jax(jax_gradient)
    except Exception as problem:
        found["JAX"] = f"{type(problem).__name__}: {str(problem).splitlines()[0] if str(problem) else ''}"[:200]
    seconds = interleaved(calls, rounds=30, patience=PATIENCE)
    return {**found, **{name: min(s for s in times if s is not None) for name, times in seconds.items()}}


def with_jax(call: Callable[[], object]) -> Callable[[], object]:
    """`call`, once it has been seen to run."""
    call()
    return call


def kernel_function(kernel: Kernel) -> Callable[..., Any]:
    """The function, quiet about divisions by zero that the kernels contain."""
    np.seterr(all="ignore")
    return function(kernel)


def difference(kernel: Kernel, f: Callable[..., Any], gradients: tuple[Any, ...]) -> float:
    """How far the gradient is from forward mode along one direction, relative to its largest number."""
    random = np.random.default_rng(0)
    directions = [random.normal(size=np.shape(g)) for g in gradients]
    expected = sum(float(np.sum(g * d)) for g, d in zip(gradients, directions, strict=True))
    along = dict(zip(kernel.wrt, directions, strict=True))
    _, found = ep.jvp(f, kernel.arguments, [along.get(k) for k in range(len(kernel.arguments))])
    scale = max(abs(expected), *(float(np.max(np.abs(g), initial=0.0)) for g in gradients), 1e-6)
    return float(abs(found - expected) / scale)


if __name__ == "__main__":
    checkout, name, size = sys.argv[1:]
    print(json.dumps(measure(load(Path(checkout), name, size))))
