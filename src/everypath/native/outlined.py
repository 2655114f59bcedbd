"""Loops of a function that no loop calls, as functions of their own: LLVM optimises these, and not the function around them
(`effort`). A module that is optimised whole has them back in place, for nobody else calls them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from .parts import Around
from .returned import Returned

if TYPE_CHECKING:
    from .emitter import Emitter

MOST = 64
"""Points up to which a nest of known extents stays where it is."""


def few(dims: Sequence[str]) -> bool:
    """Whether a nest has few points, known by now."""
    points = 1
    for n in dims:
        points *= int(n) if n.isdigit() else MOST + 1
    return points <= MOST


def apart(e: Emitter, write: Callable[[], list[tuple[str, str]]]) -> list[str]:
    """What `write` gives, registers with their types, by a call of a function that does what it writes."""
    code, cold = e.code, e.cold
    around, known = Around(code), len(code.made)
    outside = code.turned_to(around.code)
    e.cold, e.once = [], False
    found = write()
    exits = e.cold
    code.turned_to(outside, around.code)
    e.cold, e.once = cold, True
    own = set(islice(reversed(code.made), len(code.made) - known))
    made = [(t, x) for t, x in found if x in own]
    captured = around.captured(frozenset({"%ctx"}), exits)
    name, result = e.part_name(), Returned(tuple(t for t, _ in made))
    result.give(around.code, [x for _, x in made])
    failed = [*exits, "failed:", f"  {result.failure}"] if exits else []
    parameters = ["ptr %ctx", *(f"{t} {x}" for t, x in captured)]
    head = f"define internal {result.type} @{name}({', '.join([*parameters, *result.parameters])}) nounwind"
    e.module.functions.append("\n".join([f"{head} {{", around.code.text(), *failed, "}"]))
    called = result.call(code, name, parameters)
    if exits:
        e.propagate(called.status)
    given = dict(zip((x for _, x in made), called.results(code), strict=True))
    return [given.get(x, x) for _, x in found]
