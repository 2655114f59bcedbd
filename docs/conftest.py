"""Rules that a page gives to functions of others are forgotten when it ends."""

from collections.abc import Iterator

import pytest

from everypath import rules


@pytest.fixture(autouse=True)
def forgotten_rules() -> Iterator[None]:
    before = dict(rules.ELSEWHERE)
    yield
    rules.ELSEWHERE.clear()
    rules.ELSEWHERE.update(before)
