"""What nodes and elements are called: the user's name, a version where a name was assigned more than once, an index."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np

from ..paths.graph import Graph, Node
from ..run.tape import Record
from .notation import subscript
from .symbolic import Symbol


@dataclass(frozen=True)
class Label:
    """x₂[3] is ("x", "2", "[3]")."""

    name: str
    version: str = ""
    index: str = ""

    def __str__(self) -> str:
        return f"{self.name}{subscript(self.version)}{self.index}"

    def symbol(self, value: object = None) -> Symbol:
        return Symbol(self.name, value, self.version, self.index)


class Labels:
    """The labels of a graph's nodes. `result` names a result that has no name of its own."""

    def __init__(self, graph: Graph, result: str) -> None:
        self.graph = graph
        self.result = result
        self.of: dict[Record, Label] = {}
        self.assign()

    def assign(self) -> None:
        places: dict[tuple[str, str], list[Record]] = defaultdict(list)
        arrays: set[str] = {n.record.name for n in self.graph.nodes if n.record.shape and n.record.name}
        for node in self.graph.nodes:
            record = node.record
            if record.name:
                places[record.name, written_index(record)].append(record)
        for (name, index), records in places.items():
            later = bool(index) and name in arrays
            for k, record in enumerate(records):
                first = 0 if records[0].is_input else 1
                several = len(records) > 1 or later
                self.of[record] = Label(name, str(k + first) if several else "", index)
        self.name_operations()
        written = Counter(name for name, index in places if index)
        for (name, index), records in places.items():
            if not index and written[name] and len(records) == 1 and records[0].shape:
                self.of[records[0]] = Label(name, "0")

    def name_operations(self) -> None:
        """Operations that stand apart are v₁, v₂, …, as in a list of Wengert's; what a call returned is called by the function."""
        taken = {node.record.name for node in self.graph.nodes}
        letter = next(name for name in ("v", "o", "w", "node") if name not in taken)
        groups = self.graph.level.groups
        nameless = [n.record for n in self.graph.nodes if not n.record.name and not n.start <= self.graph.result < n.start + n.size]
        called = [(r, letter if self.graph.level.apart else groups[r].name) for r in nameless if self.graph.level.apart or r in groups]
        count, so_far = Counter(name for _, name in called), Counter[str]()
        for record, name in called:
            so_far[name] += 1
            self.of[record] = Label(name, str(so_far[name]) if count[name] > 1 or self.graph.level.apart else "")

    def node(self, node: Node) -> Label:
        """The label of a node; a temporary that stands alone is called by its operation."""
        record = node.record
        known = self.of.get(record)
        if known is not None:
            return known
        if node.start <= self.graph.result < node.start + node.size:
            return Label(self.result)
        return Label(record.op.attributes.get("user_name", record.op.name) if record.op is not None else "?")

    def element(self, element: int) -> Label:
        """The label of one element."""
        node = self.graph.at(element)
        return self.within(node, element - node.start)

    def within(self, node: Node, local: int) -> Label:
        label, record = self.node(node), node.record
        if not record.shape or (record.target is not None and label.index and record.size == 1):
            return label
        if record.target is not None:
            shape = record.target.memory.ids.shape
            position = int(record.target.positions.ravel()[local])
        else:
            shape, position = record.shape, local
        return Label(label.name, label.version, record.place + bracketed(position, shape))


def bracketed(position: int, shape: tuple[int, ...]) -> str:
    return f"[{', '.join(str(int(i)) for i in np.unravel_index(position, shape))}]" if shape else ""


def written_index(record: Record) -> str:
    """The index a write to one element went to; empty for everything else."""
    if record.place:
        return record.place
    if record.target is None or record.size != 1:
        return ""
    return bracketed(int(np.ravel(record.target.positions)[0]), record.target.memory.ids.shape)
