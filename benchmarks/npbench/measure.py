"""One kernel, in a process of its own: `python -m benchmarks.npbench.measure CHECKOUT KERNEL SIZE PATIENCE` prints a line of JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

import everypath as ep
from benchmarks.npbench.kernels import Kernel, function, in_jax, load
from benchmarks.timing import interleaved, now


def measure(kernel: Kernel, patience: float) -> dict[str, Any]:
    """Of a kernel with a derivative, the seconds of everybody, the fastest of several rounds, and what was wrong, if anything was. A
    contender has `patience` seconds after three rounds."""
    if not kernel.derives:
        return {"derives": False}
    f, arguments = kernel_function(kernel), kernel.arguments
    value = ep.compile(f)
    calls: dict[str, Callable[[], object]] = {"NumPy": partial(f, *arguments), "value": partial(value, *arguments)}
    expected = f(*arguments)
    begun = now()
    found: dict[str, Any] = {}
    computed = value(*arguments)
    found["first value"] = now() - begun
    single = any(isinstance(x, np.ndarray) and x.dtype == np.float32 for x in arguments)
    if not np.allclose(computed, expected, rtol=1e-3 if single else 1e-8, equal_nan=True):
        found["wrong"] = f"value {computed} instead of {expected}"
    gradient = ep.grad(f, kernel.wrt)
    begun = now()
    gradients = gradient(*arguments)
    found["first gradient"] = now() - begun
    calls["gradient"] = partial(gradient, *arguments)
    if not single:
        found["difference"] = difference(kernel, f, gradients)
    forms, found["JAX"] = best_in_jax(kernel, expected)
    calls.update(forms)
    seconds = interleaved(calls, rounds=30, patience=patience)
    fastest = {name: min(s for s in times if s is not None) for name, times in seconds.items()}
    return {**found, **fastest}


def best_in_jax(kernel: Kernel, expected: float) -> tuple[dict[str, Callable[[], object]], str]:
    """The fastest value and the fastest gradient of all forms, by one run each, and what was wrong with the others. NPBench's own need
    not return all that the kernel changes."""
    fastest: dict[str, tuple[float, Callable[[], object]]] = {}
    wrong = []
    for name, form in in_jax(kernel).items():
        try:
            value, gradient = form()
            if not np.allclose(value(), expected, rtol=1e-3, equal_nan=True):
                wrong.append(f"{name}: another value")
                if name != "NPBench":
                    continue
            for what, call in (("JAX value", value), ("JAX gradient", gradient)):
                call()
                begun = now()
                call()
                taken = now() - begun
                if what not in fastest or taken < fastest[what][0]:
                    fastest[what] = (taken, call)
        except Exception as problem:
            wrong.append(f"{name}: {type(problem).__name__}: {str(problem).splitlines()[0] if str(problem) else ''}"[:150])
    return {what: call for what, (_, call) in fastest.items()}, "; ".join(wrong)


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
    checkout, name, size, patience = sys.argv[1:]
    print(json.dumps(measure(load(Path(checkout), name, size), float(patience))))
