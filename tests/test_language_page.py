"""The tables of docs/language.md: what they call taken is lowered, and what they call refused is refused in those words."""

from __future__ import annotations

import linecache
import re
import textwrap
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import everypath as ep

PAGE = Path(__file__).parent.parent / "docs" / "language.md"

BEFORE = """
import datetime, fractions, functools, json, math, os, re, statistics, time, zlib
from typing import NamedTuple
import numpy as np, scipy, scipy.special, scipy.stats, scipy.optimize, scipy.integrate, scipy.sparse
import everypath as ep
COUNTER = 0
class Point(NamedTuple):
    u: float
    v: float
    def norm(self): return math.hypot(self.u, self.v)
class Account:
    def __init__(self, rate): self.rate = rate
    def interest(self, amount): return self.rate * amount
"""

ARGUMENTS: tuple[Any, ...] = (2.0, 3, np.array([1.0, 2.0, 3.0]), np.array([[2.0, 1, 0], [0.5, 1, 0.2], [0.1, 0.3, 3]]), "fast", [1.0, 2.0])


def rows() -> list[tuple[str, str, str]]:
    """(what, the snippet, what is said of it) of each row."""
    found = re.findall(r"^\| (\S.*?) \| (`.*`) \| (taken|refused: .*) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return [(what, "\n".join(line.strip("`") for line in code.split("<br>")).replace("\xa0", " "), said) for what, code, said in found]


ROWS = rows()


def test_there_are_rows() -> None:
    assert len(ROWS) > 60 and sum(said == "taken" for _, _, said in ROWS) > 50


@pytest.mark.parametrize("what, code, said", ROWS, ids=[what for what, _, _ in ROWS])
def test_a_row_says_what_is_true(what: str, code: str, said: str) -> None:
    text = f"{BEFORE}def f(x, n, a, M, s, xs):\n{textwrap.indent(code, '    ')}\n    return y\n"
    name = f"<{what}>"
    linecache.cache[name] = len(text), None, text.splitlines(keepends=True), name
    names: dict[str, Any] = {}
    exec(compile(text, name, "exec"), names)
    try:
        ep.compile(names["f"]).show("ir", *ARGUMENTS)
        found = "taken"
    except ep.NotSupported as refused:
        _, reason, way_out = refused.refusals[0]
        found = f"refused: {reason}. Way out: {way_out}"
    assert found == said


def test_every_public_name_is_in_the_reference() -> None:
    text = (PAGE.parent / "reference.md").read_text(encoding="utf-8")
    missing = [name for name in ep.__all__ if not re.search(rf"(:: {name}\b)|(`{name}`)", text)]
    assert not missing
