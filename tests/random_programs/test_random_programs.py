"""Random programs: CPython = interpreter = native, forward = reverse = differences, second order, and the same exceptions.

More of them: `EVERYPATH_RANDOM=2000 pytest tests/random_programs`; others: `--hypothesis-seed=7` beside it. Many thousand, with a
tally and the smallest program of each fault: `PYTHONPATH=tests python -m random_programs --help`.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from programs.harness import BACKENDS

from .families import FAMILIES
from .judging import Family, judged

MANY = int(os.environ.get("EVERYPATH_RANDOM", "0"))
EXAMPLES = MANY or 60
SETTINGS = [("plain", BACKENDS), ("memory", ("interpreter",))]


@st.composite
def texts(draw, family: Family) -> str:
    """The text of one module."""
    return family.write(lambda options: draw(st.sampled_from(list(options))))


@pytest.mark.parametrize("name, backends", SETTINGS, ids=[name for name, _ in SETTINGS])
def test_random_programs(name: str, backends: tuple[str, ...], tmp_path: Path) -> None:
    """What is refused is no failure; in most programs there must be something to compare."""
    family = FAMILIES[name]
    told: Counter[str] = Counter()

    @settings(
        max_examples=EXAMPLES,
        derandomize=not MANY,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )
    @given(text=texts(family))
    def check(text: str) -> None:
        for backend in backends:
            verdict = judged(text, family, tmp_path, backend)
            told[verdict.kind] += 1
            assert verdict.kind not in ("wrong", "broken"), f"{backend}: {verdict}\n{text}"

    check()
    assert told["exact"] > told["refused"] + told["nothing"], told
