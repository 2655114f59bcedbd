"""Sums over shards on the ranks of MPI: the same digits on every rank, and errors on all."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("mpi4py", reason="pip install mpi4py, and an MPI")

PROGRAM = """
import sys
from pathlib import Path

import numpy as np
from mpi4py import MPI
from everypath import shards

pieces = list(np.random.default_rng(3).normal(size=(7, 50, 4)))

def loss(w, x):
    return np.sum(np.log1p(np.exp(x @ w)))

def failing(x):
    return 1.0 / (0.0 if x[0, 0] > 0.0 else 1.0)

w = np.full(4, 0.1)
value, gradient = shards.value_and_grad(loss, pieces, MPI.COMM_WORLD)(w)
expected, by_w = shards.value_and_grad(loss, pieces)(w)
assert value == expected and (gradient == by_w).all()
try:
    shards.total(failing, pieces, MPI.COMM_WORLD)()
except ZeroDivisionError as error:
    assert error.__notes__[-1].startswith("in shard ")
    Path(sys.argv[0]).with_name(f"rank {MPI.COMM_WORLD.Get_rank()} of {MPI.COMM_WORLD.Get_size()}").touch()
"""


def test_three_ranks(tmp_path: Path) -> None:
    beside = Path(sys.executable).parent / "mpiexec"
    start = str(beside) if beside.exists() else shutil.which("mpiexec")
    if start is None:
        pytest.skip("there is no mpiexec")
    (tmp_path / "sums.py").write_text(PROGRAM)
    done = subprocess.run([start, "-n", "3", sys.executable, str(tmp_path / "sums.py")], capture_output=True, text=True, timeout=120)
    assert sorted(path.name for path in tmp_path.glob("rank *")) == ["rank 0 of 3", "rank 1 of 3", "rank 2 of 3"], done.stderr
