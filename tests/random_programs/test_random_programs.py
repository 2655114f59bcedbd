"""Random programs: CPython = interpreter = native, forward = reverse = differences, second order, and the same exceptions.

Program k of the command is program k here. Many thousand, with a tally and the smallest program of each fault:
`PYTHONPATH=tests python -m random_programs --help`.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from programs.harness import BACKENDS

from .families import FAMILIES, program
from .judging import judged

SEED = 20260301
SETTINGS = [
    ("plain", 10, BACKENDS[:1]),
    ("memory", 10, BACKENDS[1:]),
    ("wide", 10, BACKENDS[1:]),
    ("single", 10, BACKENDS[1:]),
    ("raising", 10, BACKENDS[1:]),
    ("objects", 10, BACKENDS[1:]),
    ("scopes", 10, BACKENDS[1:]),
    ("between", 10, BACKENDS[1:]),
]
AT_ONCE = 12
NOT_YET: set[tuple[str, int]] = set()
"""Programs that are not right yet."""
CHUNKS = [(name, first, backends) for name, count, backends in SETTINGS for first in range(0, count, AT_ONCE)]


@pytest.mark.parametrize("name, first, backends", CHUNKS, ids=[f"{name}-{first}" for name, first, _ in CHUNKS])
def test_random_programs(name: str, first: int, backends: tuple[str, ...], tmp_path: Path) -> None:
    """What is refused is no failure; in most programs there must be something to compare."""
    told: Counter[str] = Counter()
    for k in (k for k in range(first, first + AT_ONCE) if (name, k) not in NOT_YET):
        text = program(name, SEED, k)
        for backend in backends:
            verdict = judged(text, FAMILIES[name], tmp_path, backend)
            told[verdict.kind] += 1
            assert verdict.kind not in ("wrong", "broken"), f"{backend}, --families {name} --seed {SEED} --show {k}: {verdict}\n{text}"
    assert told["exact"] > told["refused"] + told["nothing"], told
