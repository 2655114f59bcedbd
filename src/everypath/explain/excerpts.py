"""One turn of a loop alone: what it computes, what comes in from outside of it, and where its values go."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import replace

from .facts import Facts
from .folding import kind, turn
from .paths.graph import Node
from .views import View, edge_views, local, node_view


def turns_of(e: Facts) -> dict[int, list[Node]]:
    """The nodes of each turn of the outermost loops that lead to the result."""
    found: dict[int, list[Node]] = {}
    for node in e.graph.nodes:
        if not node.record.is_input and e.sweeps.reached[node.start : node.start + node.size].any():
            number = turn([node])
            if number is not None:
                found.setdefault(number, []).append(node)
    return found


class Turns:
    """The turns of an explanation's loops, each as an excerpt."""

    def __init__(self, e: Facts) -> None:
        self.e = e
        self.inside = turns_of(e)
        self.parents: dict[int, dict[Node, None]] = {}
        self.children: dict[int, dict[Node, None]] = {}
        turn_of = {node: number for number, nodes in self.inside.items() for node in nodes}
        for node in e.graph.nodes:
            for parent, _, _, _ in local(node, e.graph, e.sweeps):
                here, there = turn_of.get(node), turn_of.get(parent)
                if here is not None and there != here:
                    self.parents.setdefault(here, {})[parent] = None
                if there is not None and there != here:
                    self.children.setdefault(there, {})[node] = None

    def nodes(self, number: int) -> list[Node]:
        """Those before, those in it and those after, in order."""
        return [*sorted(self.parents.get(number, ()), key=lambda n: n.start), *self.inside[number], *self.children.get(number, ())]

    def shape(self, number: int) -> tuple[object, ...]:
        """What turns have in common that can be drawn alike: the statements that ran, and those around."""
        return tuple(kind(node, self.e.graph) for node in self.nodes(number))

    def excerpt(self, number: int) -> Facts:
        """The explanation of one turn, to be drawn: its view holds no more than the turn and what it touches."""
        e = self.e
        groups = [[[node]] for node in self.nodes(number)]
        own = {k for k, ((node,),) in enumerate(groups) if node in self.inside[number]}
        nodes = tuple(node_view(k, group, e.graph, e.labels, e.formulas, e.sweeps, e.places) for k, group in enumerate(groups))
        edges = [x for x in edge_views(groups, e.graph, e.formulas, e.sweeps) if x.parent in own or x.child in own]
        made = copy(e)
        made.excerpt = f"turn-{number}"
        made.__dict__["view"] = View(nodes, tuple(replace(x, carried=False) for x in edges), False)
        return made

    def alike(self) -> Iterator[list[int]]:
        """The turns, those that can be drawn alike together."""
        found: dict[tuple[object, ...], list[int]] = {}
        for number in sorted(self.inside):
            found.setdefault(self.shape(number), []).append(number)
        yield from found.values()
