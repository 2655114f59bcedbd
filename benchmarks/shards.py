"""Logistic regression over ten million rows in files, one shard in memory at a time: a pass for the value and the gradient, by engine.

    make -C benchmarks shards [ROWS=10000000]

The files are memory-mapped `.npy` of 20 columns and the label; JAX goes through the same files in one process, with x64 on.
"""

from __future__ import annotations

import argparse
import functools
import importlib.util
import multiprocessing
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np

from everypath import shards

from .timing import interleaved, table, versions

COLUMNS, ROWS_OF_A_SHARD, WORKERS = 20, 250_000, 2


def loss(w: Any, x: Any, y: Any) -> Any:
    """The negative logarithm of the likelihood, without overflow."""
    return np.sum(np.logaddexp(0.0, -y * (x @ w)))


def load(file: Path) -> tuple[Any, Any]:
    """The rows of a file, mapped."""
    table_ = np.load(file, mmap_mode="r")
    return np.ascontiguousarray(table_[:, :-1]), np.ascontiguousarray(table_[:, -1])


def written(folder: Path, rows: int) -> list[Path]:
    """The files, made anew."""
    truth, files = np.linspace(-1.0, 1.0, COLUMNS), []
    for k, first in enumerate(range(0, rows, ROWS_OF_A_SHARD)):
        rng = np.random.default_rng(k)
        x = rng.normal(size=(min(ROWS_OF_A_SHARD, rows - first), COLUMNS))
        y = np.where(x @ truth + rng.logistic(size=len(x)) > 0.0, 1.0, -1.0)
        files.append(folder / f"{k:04}.npy")
        np.save(files[-1], np.column_stack([x, y]))
    return files


def by_jax(files: list[Path]) -> Callable[[Any], Any]:
    """The same sum by JAX, jitted for a shard."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    one = jax.jit(jax.value_and_grad(lambda w, x, y: jnp.sum(jnp.logaddexp(0.0, -y * (x @ w)))))

    def whole(w: Any) -> Any:
        value, gradient = 0.0, 0.0
        for file in files:
            v, g = one(w, *load(file))
            value, gradient = value + float(v), gradient + np.asarray(g)
        return value, gradient

    return whole


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print(versions("numpy", "scipy", "jax", "distributed"))
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        files = written(Path(folder), options.rows)
        sums = functools.partial(shards.value_and_grad, loss, files, load=load, keep=0)
        threads = stack.enter_context(ThreadPoolExecutor(WORKERS))
        processes = stack.enter_context(ProcessPoolExecutor(WORKERS, mp_context=multiprocessing.get_context("spawn")))
        contenders = {"one process": sums(), f"{WORKERS} threads": sums(engine=threads), f"{WORKERS} processes": sums(engine=processes)}
        if importlib.util.find_spec("distributed"):
            from distributed import Client, LocalCluster

            cluster = stack.enter_context(LocalCluster(n_workers=WORKERS, threads_per_worker=1, dashboard_address=None))
            contenders[f"Dask, {WORKERS} workers"] = sums(engine=stack.enter_context(Client(cluster)))
        w = np.full(COLUMNS, 0.1)
        answers = {name: total(w) for name, total in contenders.items()}
        first = answers["one process"]
        same = all(value == first[0] and (gradient == first[1]).all() for value, gradient in answers.values())
        print(f"the same digits: {same}")
        if importlib.util.find_spec("jax"):
            contenders["JAX, one process"] = by_jax(files)
            assert np.allclose(contenders["JAX, one process"](w)[1], first[1], rtol=1e-9)
        calls = {name: functools.partial(total, w) for name, total in contenders.items()}
        title = f"value and gradient over {options.rows:,} rows in {len(files)} files"
        table(title, interleaved(calls, options.rounds, patience=120.0), "one process")


if __name__ == "__main__":
    main()
