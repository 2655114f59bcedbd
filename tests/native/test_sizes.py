"""Arrays for which there is no memory: MemoryError, whether or not the compiled code would have asked for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import everypath as ep

MAKERS: list[Callable[[int], Any]] = [
    lambda n: np.sum(np.zeros(n)),
    lambda n: np.ones((n, 3))[0, 1],
    lambda n: np.empty(n).size,
    lambda n: np.sum(np.full(n, 2.0)),
    lambda n: np.sum(np.arange(n)),
    lambda n: np.sum(np.linspace(0.0, 1.0, n)),
    lambda n: np.sum(np.eye(3, n)),
    lambda n: np.sum(np.tile(np.ones(4), n)),
    lambda n: np.sum(np.repeat(np.ones(4), n)),
    lambda n: len([0.5] * n),
]


@pytest.mark.parametrize("make", MAKERS)
def test_no_memory(make: Callable[[int], Any]) -> None:
    compiled = ep.compile(make)
    with pytest.raises(MemoryError):
        compiled(2**50)
    assert compiled(3) == make(3)
