"""One of several known things, which one being decided when the function runs: a mode, a member of an Enum, a function.

mode = "fast" if x > 0 else "slow"        OneOf("fast", "slow"; which)
mode == "fast"                            which == 0
table[mode], mode.value, f(x)             what each of them gives, by branches on `which`
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from ...ir.program import Value
from ..frame import Abandoned, Frame
from ..values import Abstract, OneOf, Scalar, Static


def each(c: Frame, x: OneOf, run: Callable[[Static], Abstract], node: ast.AST) -> Abstract:
    """What `run` gives for the one that it is."""

    def rest(k: int) -> Abstract:
        if k == len(x.values) - 1:
            return run(x.values[k])
        c.at(node)
        is_it = c.b.op("eq", x.which, c.b.i64(k), name="is_it")
        value = c.branch(is_it, lambda: run(x.values[k]), lambda: rest(k + 1), None, node)
        if c.dead or value is None:
            raise Abandoned
        return value

    return rest(0)


def holds(c: Frame, x: OneOf, test: Callable[[Static], bool]) -> bool | Value:
    """Whether `test` holds of the one that it is: known, or a run-time boolean."""
    answers = [test(value) for value in x.values]
    if all(answers) or not any(answers):
        return answers[0]
    found: Value | None = None
    for k, answer in enumerate(answers):
        if answer:
            this = c.b.op("eq", x.which, c.b.i64(k), name="is_it")
            found = this if found is None else c.b.op("or", found, this, name="is_it")
    assert found is not None
    return found


def tested(c: Frame, x: OneOf, test: Callable[[Static], bool]) -> Abstract:
    """`holds` as a Python bool."""
    answer = holds(c, x, test)
    return c.constant(answer) if isinstance(answer, bool) else Scalar(answer, "bool")


def compared(c: Frame, x: OneOf, y: Abstract, test: Callable[[Static, Static], bool], node: ast.AST) -> Abstract | None:
    """`test` of the one that it is and `y`, where that is known or one of several too; None for others."""
    if isinstance(y, Static):
        return tested(c, x, lambda value: test(value, y))
    if isinstance(y, OneOf):
        return each(c, x, lambda value: tested(c, y, lambda other: test(value, other)), node)
    return None
