"""The same bits with several numbers of threads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import everypath as ep


@pytest.fixture(autouse=True)
def as_many_as_before() -> Iterator[None]:
    before = ep.get_num_threads()
    yield
    ep.set_num_threads(before)


def bits(results: Any) -> list[bytes]:
    if isinstance(results, (tuple, list)):
        return [b for r in results for b in bits(r)]
    return [np.asarray(results).tobytes()]


def with_threads(call: Any) -> Any:
    """What `call` gives, the same bits with 1 to 4 threads."""
    ep.set_num_threads(1)
    first = call()
    for number in (2, 3, 4, 2):
        ep.set_num_threads(number)
        for _ in range(3):
            assert bits(call()) == bits(first), number
    return first
