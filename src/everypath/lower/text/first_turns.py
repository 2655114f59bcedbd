"""Loops whose first turn stands apart: it gives a dict keys that it has from then on, so that all other turns find the same keys."""

from __future__ import annotations

import ast
from collections.abc import Callable

from ...errors import NotSupported
from ...ir.program import Value
from ..frame import Frame
from .branches import unless_left
from .carried import FirstTurnApart

NEVER_RUNS = "a dict gets its keys in this loop, which does not run: which keys it has would depend on the path"


def first_apart(
    c: Frame, node: ast.AST, runs: bool | Value, turn: Callable[[], None], others: Callable[[], None], live: frozenset[str] | None
) -> None:
    """Lower the first turn of a loop, then the `others`. Where it is not known that it runs, a call in which it does not is told."""
    if not isinstance(runs, bool):
        c.at(node)
        c.limit(runs, NotSupported, NEVER_RUNS)
    turn()
    left = c.exited()
    if c.dead or left is True:
        return
    if left is False:
        others()
    else:
        unless_left(c, left, others, live, node)


def told_apart(c: Frame, node: ast.AST, whole: Callable[[], None], apart: Callable[[], None]) -> None:
    """Lower a loop as a `whole`, or its first turn `apart` where that proves necessary, or did so before."""
    if node in c.unit.first_apart:
        apart()
        return
    mark = c.mark()
    try:
        whole()
    except FirstTurnApart:
        c.roll_back(mark)
        c.unit.first_apart.add(node)
        apart()
