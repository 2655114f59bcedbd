"""Every refusal stands on its line with its reason and its way out, all refusals of a function at once."""

from __future__ import annotations

import inspect
import re

import pytest

from everypath.errors import NotSupported
from everypath.lower import lower

from . import programs

EXPECTED = re.compile(r"# E: (?P<reason>.*?) \|(?P<way_out>.*)$")
LINES = inspect.getsource(programs).splitlines()


def expected_lines(function) -> dict[int, tuple[str, str]]:
    """What the comments in the function (and in the one it calls) announce, by line."""
    found = {}
    for k, text in enumerate(LINES, 1):
        match = EXPECTED.search(text)
        if match and owner(k) in owners(function):
            found[k] = match["reason"], match["way_out"].strip()
    return found


def owners(function) -> set[str]:
    return {function.__name__, *(name for name in function.__code__.co_names if name.startswith("inner_"))}


def owner(line: int) -> str:
    """The top-level function that a line belongs to."""
    for text in reversed(LINES[:line]):
        if match := re.match(r"def (\w+)", text):
            return match[1]
    return ""


@pytest.mark.parametrize("function, arguments", programs.CASES, ids=[function.__name__ for function, _ in programs.CASES])
def test_refused(function, arguments) -> None:
    with pytest.raises(NotSupported) as caught:
        lower(function, arguments, {})
    got = {place.line: (reason, way_out) for place, reason, way_out in caught.value.refusals if place is not None}
    assert got == expected_lines(function)


def test_the_error_shows_the_line_with_a_caret() -> None:
    with pytest.raises(NotSupported) as caught:
        lower(programs.complex_numbers, (1.0,), {})
    text = str(caught.value)
    assert "programs.py" in text
    assert "  return np.ldexp(x * 2j, 1)" in text
    assert "\n         ^^^^^^^^^^^^^^^^^^^\n" in text
    assert "Way out: take the real and the imaginary part apart: z.real, z.imag" in text


def test_an_argument_that_is_more_than_its_fields() -> None:
    with pytest.raises(NotSupported, match=r"o is a \w+ that has "):
        lower(lambda o: o.a, (programs.Pair(1.0, 2.0),), {})
