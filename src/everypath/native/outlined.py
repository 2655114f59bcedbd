"""Loops of a function that no loop calls, as functions of their own: LLVM optimises these, and not the function around them
(`effort`). A module that is optimised whole has them back in place, for nobody else calls them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from .parts import Around

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
    name, result = e.part_name(), f"{{ {', '.join(['i32', *(t for t, _ in made)])} }}"
    whole = f"{{ {', '.join(['i32 0', *(f'{t} undef' for t, _ in made)])} }}"
    for k, (type_, x) in enumerate(made, 1):
        whole = around.code.let(f"insertvalue {result} {whole}, {type_} {x}, {k}")
    around.code.do(f"ret {result} {whole}")
    failed = (
        [*exits, "failed:", f"  ret {result} {{ {', '.join(['i32 1', *(f'{t} zeroinitializer' for t, _ in made)])} }}"] if exits else []
    )
    head = f"define internal {result} @{name}({', '.join(['ptr %ctx', *(f'{t} {x}' for t, x in captured)])}) nounwind"
    e.module.functions.append("\n".join([f"{head} {{", around.code.text(), *failed, "}"]))
    called = code.let(f"call {result} @{name}({', '.join(['ptr %ctx', *(f'{t} {x}' for t, x in captured)])})")
    if exits:
        e.propagate(code.let(f"extractvalue {result} {called}, 0"))
    given = {x: code.let(f"extractvalue {result} {called}, {k}") for k, (_, x) in enumerate(made, 1)}
    return [given.get(x, x) for _, x in found]
