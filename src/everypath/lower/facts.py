"""What a path knows because it was taken: that a value is there, which alternative another one is.

if best is None or v < best:     behind `or` best is a number
if isinstance(shape, Circle):    on this side shape is a Circle, and on the other it is none
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..ir.program import Value
from .frame import HOLDS, HOLDS_NOT, Facts, Frame
from .values import NONE, Abstract, Maybe, OneOf, Scalar


def tells(c: Frame, answer: Value, if_true: Facts, if_false: Facts) -> Value:
    """`answer`, a run-time boolean, of which these facts follow."""
    c.telling[answer] = if_true, if_false
    return answer


def negation(c: Frame, of: Value, name: str = "") -> Value:
    """`not of`."""
    return tells(c, c.b.op("not", of, name=name), {of: HOLDS_NOT}, {of: HOLDS})


def both(c: Frame, a: Value, b: Value, name: str = "") -> Value:
    """`a and b`."""
    return tells(c, c.b.op("and", a, b, name=name), {a: HOLDS, b: HOLDS}, {})


def joint(c: Frame, answer: Value, a: Value, b: Value, either: bool) -> None:
    """`answer` is `a or b`, or `a and b`."""
    mark = HOLDS_NOT if either else HOLDS
    follows: Facts = {a: mark, b: mark}
    c.telling[answer] = ({}, follows) if either else (follows, {})


def is_one_of(c: Frame, x: OneOf, numbers: frozenset[int]) -> bool | Value:
    """Whether it is one of the alternatives of these numbers: known, or a run-time boolean."""
    possible = c.facts.get(x.which, frozenset(range(len(x.values))))
    if possible <= numbers or not possible & numbers:
        return possible <= numbers
    asked, rest = possible & numbers, possible - numbers
    few, name = (asked, "eq") if len(asked) <= len(rest) else (rest, "ne")
    found: Value | None = None
    for k in sorted(few):
        this = c.b.op(name, x.which, c.b.i64(k), name="is_it")
        found = this if found is None else c.b.op("or" if name == "eq" else "and", found, this, name="is_it")
    assert found is not None
    return tells(c, found, {x.which: asked}, {x.which: rest})


def of_number(c: Frame, x: Scalar, y: Scalar, test: Callable[[Any, Any], bool]) -> bool | Value | None:
    """`test` of two numbers of which one hangs on what something is, such as its length, and the other is known; None for others."""
    for number, other, swapped in ((x, y, False), (y, x, True)):
        if number.value in c.numbered and other.is_static:
            one, answers = c.numbered[number.value]
            fits = (k for k, n in answers.items() if (test(other.static, n) if swapped else test(n, other.static)))
            return is_one_of(c, one, frozenset(fits))
    return None


def fewer(c: Frame, x: Abstract) -> Abstract:
    """What may be several things without those that it is known not to be here."""
    possible = sorted(c.facts.get(x.which, ())) if isinstance(x, OneOf) else ()
    if not isinstance(x, OneOf) or not possible or len(possible) == len(x.values):
        return x
    which = c.b.i64(0, "which")
    for number, k in enumerate(possible[1:], 1):
        which = c.b.op("select", c.b.op("eq", x.which, c.b.i64(k)), c.b.i64(number), which, name="which")
    return OneOf(tuple(x.values[k] for k in possible), which, x.origins)


def narrowed(facts: Facts, x: Abstract) -> Abstract:
    """`x` as a path knows it."""
    if isinstance(x, Maybe) and x.absent == "none" and x.present in facts:
        return narrowed(facts, x.value) if facts[x.present] == HOLDS else NONE
    if isinstance(x, OneOf) and len(facts.get(x.which, ())) == 1:
        (k,) = facts[x.which]
        return x.values[k]
    return x
