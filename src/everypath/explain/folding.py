"""Which nodes a reader is shown as one: those of a group, and where there are many, all that one statement made.

A unit is what was executed at once and is seen together: one node, or all that a line or a call left. Where there are more units
than can be read, those of one statement are a node, its first and its last turn apart, and a turn in between if it is opened.
"""

from __future__ import annotations

from itertools import groupby

from .paths.graph import Graph, Node
from .paths.levels import scopes

SHOWN = 24
"""With more units than this, those of one statement are folded into one."""

Unit = list[Node]


def units(nodes: list[Node], graph: Graph) -> list[Unit]:
    """The nodes that are executed and seen together."""
    groups = graph.level.groups
    return [list(unit) for _, unit in groupby(nodes, key=lambda node: groups.get(node.record, node))]


def alone(found: list[Unit]) -> list[list[Unit]]:
    """Every unit for itself."""
    return [[unit] for unit in found]


def statements(found: list[Unit], graph: Graph) -> list[list[Unit]]:
    """The units of each statement, in order of their first."""
    kinds: dict[object, list[Unit]] = {}
    for unit in found:
        kinds.setdefault(kind(unit[0], graph), []).append(unit)
    return list(kinds.values())


def kind(node: Node, graph: Graph) -> object:
    """What the runs of one statement have in common."""
    record = node.record
    group = graph.level.groups.get(record)
    if group is not None:
        return group.kind
    location = record.op.location if record.op is not None else None
    named = record.name or (record.op.name if record.op is not None else "")
    return (location.file, location.line, named) if location is not None else id(node)


def folded(whole: list[list[Unit]], opened: int | None) -> list[list[Unit]]:
    """The units of each statement as they are shown: first, between and last turn apart where there is room, and the opened one always."""
    parts = [part for own in whole for part in turns(own, opened)]
    if len(parts) > SHOWN:
        parts = [part for own in whole for part in (split(own, opened) if opened is not None else [own])]
    return sorted((part for part in parts if part), key=lambda part: part[0][0].start)


def turns(own: list[Unit], opened: int | None) -> list[list[Unit]]:
    """The first, those between as one, the last."""
    if len(own) <= 3:
        return alone(own)
    return [own[:1], *split(own[1:-1], opened), own[-1:]]


def split(own: list[Unit], opened: int | None) -> list[list[Unit]]:
    """Those before the turn that is opened, those in it one by one, and those after."""
    if opened is None:
        return [own]
    inside = [unit for unit in own if turn(unit) == opened]
    before, after = ([unit for unit in own if later(unit, opened) is side] for side in (False, True))
    return [before, *alone(inside), after]


def turn(unit: Unit) -> int | None:
    """In which turn of the outermost loop a unit was executed, counted from 1."""
    return next((scope.turn + 1 for scope in scopes(unit[0].record) if scope.loop), None)


def later(unit: Unit, opened: int) -> bool | None:
    """Whether a unit comes after the opened turn; None for one in it."""
    own = turn(unit)
    return None if own == opened else own is not None and own > opened
