"""What two paths make one object of, while something else still sees one of the two: it must not change any more."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from ..frame import Frame, Snapshot
from ..join import SHARED, GrowsAtRunTime, Join
from ..join_numbers import Unjoinable
from ..objects import Cell, Instance, Mutable, Store
from ..patterns import objects, unpacked
from ..values import Absent, Abstract, Poison
from .conditions import peek

Names = frozenset[str]
Replaced = tuple[Names, tuple[tuple[Instance, str], ...]]


def freeze_shared(
    c: Frame,
    start: Snapshot,
    where: str | Mutable,
    sides: tuple[tuple[Abstract, Snapshot], tuple[Abstract, Snapshot]],
    live: Names | None,
    gone: Replaced = (frozenset(), ()),
) -> None:
    """An object that becomes one with another, while something else than the variable or the object `where` refers to it, must not change
    any more: who sees the change would depend on the path. What refers to it in variables and attributes that are `gone` does not count."""
    (x, a), (y, b) = sides
    trial = tried(start.contents, (a.contents, b.contents), x, y)
    if trial is None:
        return
    names, attributes = gone
    for value, end in sides:
        env = {name: held for name, held in c.referring(end.env, live).items() if name not in names}
        contents = dict(end.contents)
        for m, name in attributes:
            contents[m] = {other: held for other, held in contents[m].items() if other != name}
        freeze_merged(trial, c.store, env, contents, where, value)


def replaced(c: Frame, node: ast.AST) -> Replaced:
    """The variables and attributes that the statement binds anew, of which `node` is the whole value. What they held before is seen by
    nobody, unless an error may lead to a handler first."""
    statement = c.node
    if not isinstance(statement, ast.Assign) or statement.value is not node:
        return frozenset(), ()
    names = {target.id for target in statement.targets if isinstance(target, ast.Name) and not isinstance(c.env.get(target.id), Cell)}
    attributes: list[tuple[Instance, str]] = []
    for target in statement.targets if not c.landings else ():
        holder = peek(c, target.value) if isinstance(target, ast.Attribute) else None
        if isinstance(target, ast.Attribute) and isinstance(holder, Instance) and holder not in c.arrived:
            attributes.append((holder, target.attr))
    return frozenset(names) - c.live_at_landings() - c.waiting, tuple(attributes)


def tried(
    known: Mapping[Mutable, Any], ends: tuple[Mapping[Mutable, Any] | None, Mapping[Mutable, Any] | None], x: Abstract, y: Abstract
) -> Join | None:
    """The meeting of `x` and `y`, made to see which objects become one; None where they do not meet."""
    if isinstance(x, (Absent, Poison)) or isinstance(y, (Absent, Poison)):
        return None
    trial = Join(known=known, ends=ends)
    try:
        trial(x, y)
    except (Unjoinable, GrowsAtRunTime):
        return None
    return trial


def freeze_merged(
    join: Join, store: Store, env: dict[str, Abstract], contents: Mapping[Mutable, Any], slot: str | Mutable, x: Abstract
) -> None:
    """Objects that became others at a meeting must not change any more, if something besides the variable or the object `slot`, whose
    value is `x`, refers to one of them: who sees the change would depend on the path. `env` and `contents` are those of one side."""
    merged = {*join.partners}
    if not merged:
        return
    here = store.contents
    store.contents = dict(contents)
    if not isinstance(slot, str):
        held = contents[slot]
        store.contents[slot] = {} if isinstance(held, dict) else () if isinstance(held, tuple) else None
    try:
        mine = set(objects([x]))
        others = objects([*(value for name, value in env.items() if name != slot), *join.kept])
        inside = [child for m, found in store.contents.items() if m not in mine for child in unpacked(found)]
        shared = merged & {*others, *objects(inside)}
    finally:
        store.contents = here
    for m in merged if shared else ():
        if not isinstance(m, Cell):
            m.frozen, m.copied = m.frozen or SHARED, True
