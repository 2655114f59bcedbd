"""Random programs: CPython = interpreter = native, forward = reverse = differences, second order, and the same exceptions.

Program k of the command is program k here. Many thousand, with a tally and the smallest program of each fault:
`PYTHONPATH=tests python -m random_programs --help`.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from .families import FAMILIES, program
from .judging import judged

SEED = 20260301
COUNT = 8
"""Programs of each family; many more are made by hand: `python -m random_programs`."""
BACKEND = {name: "interpreter" for name in "memory wide single raising objects scopes between lists".split()} | {"plain": "native"}
NOT_YET: set[tuple[str, int]] = set()
"""Programs that are not right yet."""


@pytest.mark.parametrize("name", BACKEND)
def test_random_programs(name: str, tmp_path: Path) -> None:
    """What is refused is no failure; in most programs there must be something to compare."""
    told: Counter[str] = Counter()
    for k in (k for k in range(COUNT) if (name, k) not in NOT_YET):
        text = program(name, SEED, k)
        verdict = judged(text, FAMILIES[name], tmp_path, BACKEND[name])
        told[verdict.kind] += 1
        assert verdict.kind not in ("wrong", "broken"), f"{BACKEND[name]}, --families {name} --seed {SEED} --show {k}: {verdict}\n{text}"
    assert told["exact"] > told["refused"] + told["nothing"], told
