"""One model, in a process of its own: `python -m benchmarks.training.measure MODEL DTYPE WHO,…` prints a line of JSON."""

from __future__ import annotations

import json
import sys
from typing import Any

import numpy as np

from benchmarks.timing import interleaved, now
from benchmarks.training import layered, scientific, sequences
from benchmarks.training.contenders import OURS, PEERS, copied
from benchmarks.training.problem import Problem, of_dtype

MODELS = {**layered.MODELS, **sequences.MODELS, **scientific.MODELS}
PATIENCE = 3.0
"""Seconds for each contender, after three rounds."""
AGREEMENT = {"f64": 1e-6, "f32": 2e-3}


def measure(problem: Problem, dtype: str, chosen: list[str]) -> dict[str, Any]:
    """Seconds of everybody, the fastest of several rounds; who failed and why; whose loss after five steps is another."""
    kind = {"f64": np.float64, "f32": np.float32}[dtype]
    params, batch = of_dtype(problem.params, kind), of_dtype(problem.batch, kind)
    steps, found, losses = {}, {}, {}
    for name, make in {**OURS, **PEERS}.items():
        if name not in chosen:
            continue
        try:
            begun = now()
            step = make(problem, copied(params), batch)
            step()
            found[f"first {name}"] = now() - begun
            losses[name] = [step() for _ in range(4)][-1]
            steps[name] = step
        except Exception as problem_of_it:
            found[f"no {name}"] = f"{type(problem_of_it).__name__}: {problem_of_it}"[:2000]
    expected = sorted(losses.values())[len(losses) // 2]
    found["differ"] = [name for name, value in losses.items() if abs(value - expected) > AGREEMENT[dtype] * max(abs(expected), 1e-3)]
    seconds = interleaved(steps, rounds=200, patience=PATIENCE)
    return {**found, **{name: min(s for s in times if s is not None) for name, times in seconds.items()}}


def one_thread() -> None:
    """Everybody on one thread: BLAS and XLA by the environment, PyTorch by its own setting."""
    import jax

    jax.config.update("jax_enable_x64", True)
    try:
        import torch
    except ImportError:
        return
    torch.set_num_threads(1)


if __name__ == "__main__":
    name, dtype, chosen = sys.argv[1:]
    if set(chosen.split(",")) & set(PEERS):
        one_thread()
    print(json.dumps(measure(MODELS[name](), dtype, chosen.split(","))))
