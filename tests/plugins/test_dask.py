"""Sums over shards on a cluster of Dask's: the same digits, workers that are lost, trees of sums on the workers."""

from __future__ import annotations

import logging
import os
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

distributed: Any = pytest.importorskip("distributed", reason="pip install 'everypath[shards]'")

from everypath import shards  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore::Warning:distributed")
X = np.random.default_rng(3).normal(size=(700, 4))
PIECES = [X[k : k + 100] for k in range(0, 700, 100)]


def test_parquet(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow", reason="pip install 'everypath[shards]'")
    parquet = pytest.importorskip("pyarrow.parquet")
    for k, x in enumerate(PIECES):
        parquet.write_table(pyarrow.table({f"c{j}": x[:, j] for j in range(4)}), tmp_path / f"{k}.parquet")

    def load(file: Path) -> Any:
        table = parquet.read_table(file)
        return np.column_stack([table[name].to_numpy() for name in table.column_names])

    def loss(w: Any, x: Any) -> Any:
        return np.sum((x @ w) ** 2)

    value, gradient = shards.value_and_grad(loss, sorted(tmp_path.glob("*.parquet")), load=load, keep=0)(np.ones(4))
    expected, by_w = shards.value_and_grad(loss, PIECES)(np.ones(4))
    assert value == expected and (gradient == by_w).all()


def test_a_cluster() -> None:
    def loss(w: Any, x: Any) -> Any:
        return np.sum(np.log1p(np.exp(x @ w)))

    w = np.full(4, 0.1)
    value, gradient = shards.value_and_grad(loss, PIECES)(w)

    def same(found: Any) -> bool:
        return bool(found[0] == value and (found[1] == gradient).all())

    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        seen: list[tuple[int, int]] = []
        whole = shards.value_and_grad(loss, PIECES, client, progress=lambda *done: seen.append(done))
        assert same(whole(w)) and seen == [(k, 7) for k in range(8)]
        lost, *_ = client.run(os.getpid).values()
        os.kill(lost, signal.SIGKILL)
        assert same(whole(w))
        assert same(shards.value_and_grad(loss, range(7), client, load=lambda k: X[100 * k : 100 * k + 100], keep=0)(w))
        with pytest.raises(ZeroDivisionError) as caught:
            shards.total(lambda x: 1.0 / 0.0, PIECES, client, retries=0)()
        assert any(note.startswith("in shard ") for note in caught.value.__notes__)
