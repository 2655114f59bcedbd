"""The partial of one element in another as a formula: the chain rule within a statement, through the ops' own rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from ...ir.op import DEFINITIONS
from ...ops.rules import Elementwise, Selects
from ..paths.graph import Graph, Node, makers
from ..run.links import Sparse
from ..run.tape import NOTHING, Array, Record, Scalar
from .labels import Labels, bracketed
from .notation import SUBSCRIPTS, unicode_text
from .symbolic import ONE, ZERO, Apply, Expression, Number, Symbol, applied, lifted

LONG = 14
"""A function's own value is written out in its partial up to this many characters, else by the name it was given."""

AGREEMENT = 1e-6
"""A formula is shown if its value, computed from rounded parts in another order, is the local derivative to this many parts of it."""

LONGEST = 60
"""An array's formula of more characters than this is left out where it is part of another."""

MANY = 24
"""A statement of more operations than this has no formula: nobody could read it."""

FEW = 8
"""Nor has a group of more than this, in which a value may be used often, and is written out each time."""

COPIES = ("copy", "gather", "full", "store", "fill", "assign", "scatter", "accumulate", "scatter_add", "load", "sum", "cumsum")


class Formulas:
    """Writes formulas for the elements of one graph."""

    def __init__(self, graph: Graph, labels: Labels) -> None:
        self.graph = graph
        self.labels = labels
        self.folded: frozenset[Record] = graph.folded
        self.many = MANY if not graph.level.groups else FEW
        self.nodes: dict[Record | None, Node] = {node.record: node for node in graph.nodes}

    # Values as formulas ------------------------------------------------------------------------------------------

    def element(self, number: int) -> Expression:
        """The element `number`: a symbol, or the formula of a folded temporary."""
        maker = self.graph.tape.maker(number)
        if maker in self.folded:
            return self.value(maker, number - maker.start)
        value = np.ravel(maker.data)[number - maker.start]
        return replace(self.labels.element(number).symbol(float(value)), element=number)

    def value(self, record: Record, local: int) -> Expression:
        """What `record` computed for its element `local`, as a formula of named things."""
        op = record.op
        data = float(np.ravel(record.data)[local])
        if op is None or record.operands is None:
            return Number(data)
        operands = record.operands
        if op.name in ("store", "fill", "assign", "copy", "full", "load"):
            return self.operand(operands[0], self.place(record, operands[0], local))
        if isinstance(DEFINITIONS[op.name].rule, Elementwise) or DEFINITIONS[op.name].family == "elementwise":
            if op.name == "constant":
                return Number(data)
            return applied(op.name, *(self.operand(o, self.place(record, o, local)) for o in operands))
        if op.name in ("sum", "norm", "matmul", "cumsum"):
            return Apply(op.name, tuple(self.whole(o) for o in operands), data)
        return Apply(op.attributes["user_name"], tuple(map(self.whole, operands)), data) if op.name == "ruled" else Symbol(op.name, data)

    def place(self, record: Record, operand: Any, local: int) -> int:
        """Which element of `operand` broadcasting reads for element `local` of `record`."""
        if isinstance(operand, Scalar) or not record.shape:
            return 0
        positions = np.arange(operand.ids.size).reshape(operand.ids.shape)
        return int(np.broadcast_to(positions, record.shape).ravel()[local])

    def operand(self, operand: Any, place: int) -> Expression:
        """One element of an operand."""
        if isinstance(operand, Scalar):
            if operand.id != NOTHING:
                return self.element(operand.id)
            record = operand.record
            if operand.name or (record is not None and record.name):
                return Symbol(operand.name or record.name, number(operand.value))  # type: ignore[union-attr]
            if record is not None and record.operands:
                return self.value(record, 0)
            return Number(number(operand.value))
        assert isinstance(operand, Array)
        element = int(operand.ids.ravel()[place]) if operand.ids.size else NOTHING
        if element != NOTHING:
            return self.element(element)
        value = float(np.ravel(operand.value)[place]) if operand.value is not None else None
        if operand.name:
            return Symbol(operand.name + operand.route, value, "", bracketed(place, operand.ids.shape))
        if operand.record is not None and operand.record.operands and not operand.route:
            return self.value(operand.record, place)
        return Number(value) if value is not None else Symbol("…")

    def whole(self, operand: Any) -> Expression:
        """A whole operand, arrays as one symbol."""
        if isinstance(operand, Scalar):
            return self.operand(operand, 0)
        origin = operand
        while origin.memory.origin is not None and origin.version == 0 and not origin.name:
            origin = origin.memory.origin
        record = origin.record
        if origin.name:
            label = self.labels.of.get(record) if record is not None else None
            return Symbol(origin.name, None, label.version if label else "", origin.route)
        if record in self.nodes:
            label = self.labels.node(self.nodes[record])
            return Symbol(label.name, None, label.version, label.index + origin.route)
        if record is not None and record.operands is not None:
            inner = self.whole_value(record)
            if len(unicode_text(inner)) > LONGEST:
                return Symbol("…")
            return Symbol(f"({unicode_text(inner)})", None, "", origin.route) if origin.route else inner
        return Symbol("…", None, "", origin.route)

    def whole_value(self, record: Record) -> Expression:
        """What `record` computed, arrays as one symbol."""
        op = record.op
        if op is None or record.operands is None:
            return Symbol(record.name or "…")
        if op.name == "constant":
            return Number(float(np.asarray(record.data)))
        if op.name in ("store", "fill", "assign", "copy", "full", "load"):
            return self.whole(record.operands[0])
        if DEFINITIONS[op.name].family == "elementwise":
            return applied(op.name, *(self.whole(o) for o in record.operands))
        return Apply(op.attributes.get("user_name", op.name), tuple(self.whole(o) for o in record.operands))

    def statement(self, node: Node) -> Expression | None:
        """The right-hand side that `node` was computed by; None where it is not known."""
        record = node.record
        if record.operands is None or record.op is None or len(node.inside) > self.many:
            return None
        return self.value(record, 0) if not record.shape else self.whole_value(record)

    # Partials ----------------------------------------------------------------------------------------------------

    def partial(self, child: int, parent: int, value: float, operand: int | None = None) -> Expression | None:
        """∂(element child)/∂(element parent) = value within the child's statement, or by one operand of one operation.

        None where there is no short formula, or where it does not give `value`, as √x² does not at 0.
        """
        formula = self.derived(child, parent, operand)
        if formula is None or formula.value is None:
            return formula
        found = float(formula.value)
        scale = max(abs(value), abs(found), float(np.finfo(np.float32).tiny))
        same = found == value or (np.isnan(found) and np.isnan(value)) or abs(found - value) <= AGREEMENT * scale
        return formula if same else None

    def derived(self, child: int, parent: int, operand: int | None) -> Expression | None:
        """The chain rule within a statement, written out."""
        maker = self.graph.tape.maker(child)
        if maker.operands is None or len(self.graph.at(child).inside) > self.many:
            return None
        return self.within(maker, child - maker.start, parent, operand)

    def within(self, record: Record, local: int, target: int, operand: int | None = None) -> Expression:
        total: Expression = ZERO
        for parent, factor in self.entries(record, local, target, operand):
            if parent == target:
                total = applied("add", total, factor)
                continue
            maker = self.graph.tape.maker(parent)
            inner = self.within(maker, parent - maker.start, target)
            total = applied("add", total, applied("mul", factor, inner))
        return total

    def leads(self, parent: int, target: int) -> bool:
        """Whether `parent` is `target`, or a temporary computed from it."""
        if parent == target:
            return True
        maker = self.graph.tape.maker(parent)
        if maker not in self.folded:
            return False
        node = self.graph.inner(maker)
        if any(grandparent == target for grandparent, _, _ in node.edges):
            return True
        return any(isinstance(link, Sparse) and bool(np.any((link.children == parent) & (link.parents == target))) for link in node.links)

    def entries(self, record: Record, local: int, target: int, operand: int | None) -> Iterator[tuple[int, Expression]]:
        """(parent element, ∂/∂parent) of one op for one element, only parents that lead to `target`; of one operand if that is given."""
        op = record.op
        assert op is not None and record.operands is not None
        rule = DEFINITIONS[op.name].rule
        if isinstance(rule, Elementwise):
            yield from self.elementwise_entries(record, rule, local, target, operand)
            return
        child = record.start + local
        for edge in record.edges:
            if operand in (None, edge[0]) and self.leads(edge[1], target):
                yield edge[1], self.factor(record, edge[0], edge[1], edge[2], local)
        for link in record.links:
            if operand not in (None, link.operand):
                continue
            if isinstance(link, Sparse):
                here = np.flatnonzero(link.children == child)
                for entry in here[self.promising(link.parents[here], target)]:
                    parent = int(link.parents[entry])
                    yield parent, self.factor(record, link.operand, parent, float(link.partials[entry]), local)
            else:
                for following, partial in link.onward(target):
                    if following == child:
                        yield target, self.factor(record, link.operand, target, partial, local)

    def promising(self, parents: np.ndarray, target: int) -> list[int]:
        return [k for k, parent in enumerate(parents.tolist()) if self.leads(parent, target)]

    def elementwise_entries(
        self, record: Record, rule: Elementwise, local: int, target: int, operand: int | None
    ) -> Iterator[tuple[int, Expression]]:
        assert record.operands is not None and record.op is not None
        places = [self.place(record, o, local) for o in record.operands]
        ids = [o.id if isinstance(o, Scalar) else int(o.ids.ravel()[p]) for o, p in zip(record.operands, places)]
        formulas: list[Expression] | None = None
        for k, partial in enumerate(rule.partials):
            if operand not in (None, k) or partial is None or ids[k] == NOTHING or not self.leads(ids[k], target):
                continue
            if formulas is None:
                formulas = [self.operand(o, p) for o, p in zip(record.operands, places)]
                out = self.output(record, local, formulas)
            if isinstance(partial, Selects):
                chosen = lifted(partial.chosen(*formulas, out))
                if chosen.value is None or bool(chosen.value):
                    yield ids[k], ONE
            else:
                yield ids[k], lifted(partial(*formulas, out))

    def output(self, record: Record, local: int, operands: list[Expression]) -> Expression:
        """The op's own value where its partial uses it: written out if short, else by name."""
        assert record.op is not None
        formula = applied(record.op.name, *operands)
        if record not in self.folded and len(unicode_text(formula)) > LONG:
            return self.element(record.start + local)
        return formula

    def factor(self, record: Record, operand: int, parent: int, partial: float, local: int) -> Expression:
        """The partial of an op that is not element-wise."""
        assert record.op is not None and record.operands is not None
        if record.op.name in COPIES:
            return ONE
        if record.op.name == "matmul":
            return self.other_factor(record, operand, parent, local) or Number(partial)
        if record.op.name == "norm" and record not in self.folded:
            return applied("div", self.element(parent), self.element(record.start + local))
        if record.op.name == "ruled" and all(isinstance(o, Scalar) for o in record.operands):
            name, several = record.op.attributes["user_name"], len(record.operands) > 1
            slope = f"∂{str(operand + 1).translate(SUBSCRIPTS)}{name}" if several else f"{name}′"
            return Apply(slope, tuple(self.operand(o, 0) for o in record.operands), partial)
        return Number(partial)

    def other_factor(self, record: Record, operand: int, parent: int, local: int) -> Expression | None:
        """Y = A B: the element of B that A[i, l] is multiplied by for Y[i, j], or the other way round."""
        assert record.operands is not None
        a, b = record.operands
        places = np.flatnonzero((a if operand == 0 else b).ids.ravel() == parent)
        if len(places) != 1:
            return None
        columns = b.ids.shape[1] if b.ids.ndim == 2 else 1
        inner = a.ids.shape[-1]
        i, j = divmod(local, columns)
        if operand == 0:
            return self.operand(b, int(places[0] % inner) * columns + j)
        return self.operand(a, i * inner + int(places[0]) // columns)

    # Partials of whole arrays ------------------------------------------------------------------------------------

    def between(self, child: Node, parent: Node, operand: int | None = None) -> Expression | None:
        """∂child/∂parent of two nodes of which one is an array, arrays as one symbol; None where there is no short formula."""
        if child.record.operands is None or len(child.inside) > self.many or len(self.arrangements(child.record, parent)) != 1:
            return None
        return self.array_within(child.record, parent, operand)

    def arrangements(self, record: Record, parent: Node) -> set[bytes]:
        """In which ways `record` and the temporaries in it read the elements of `parent`: element by element they must agree,
        or one symbol would stand for several elements."""
        found: set[bytes] = set()
        for operand in record.operands or ():
            ids = operand_ids(operand)
            if not ids.size:
                continue
            if ((ids >= parent.start) & (ids < parent.start + parent.size)).any():
                found.add(ids.tobytes())
            for maker in makers(self.graph.tape, ids):
                if maker in self.folded:
                    found |= self.arrangements(maker, parent)
        return found

    def array_within(self, record: Record, parent: Node, only: int | None = None) -> Expression | None:
        assert record.op is not None
        if record.operands is None:
            return None
        rule = DEFINITIONS[record.op.name].rule
        total: Expression | None = None
        for k, operand in enumerate(record.operands):
            inner = self.array_inner(operand, parent) if only in (None, k) else None
            if inner is None:
                continue
            factor = self.array_factor(record, rule, k)
            if factor is None:
                continue
            term = applied("mul", factor, inner)
            total = term if total is None else applied("add", total, term)
        return total

    def array_inner(self, operand: Any, parent: Node) -> Expression | None:
        """∂operand/∂parent: 1 if the operand reads it, a formula if a temporary stands between, None if unrelated."""
        ids = operand_ids(operand)
        if not ids.size:
            return None
        if ((ids >= parent.start) & (ids < parent.start + parent.size)).any():
            return ONE
        first = self.graph.tape.maker(int(ids.min()))
        return self.array_within(first, parent) if first in self.folded else None

    def array_factor(self, record: Record, rule: Any, k: int) -> Expression | None:
        assert record.operands is not None and record.op is not None
        if isinstance(rule, Elementwise):
            partial = rule.partials[k]
            if partial is None:
                return None
            formulas = [self.whole(o) for o in record.operands]
            formula = applied(record.op.name, *formulas)
            named = record not in self.folded and len(unicode_text(formula)) > LONG and record in self.labels.of
            out = self.labels.of[record].symbol() if named else formula
            if isinstance(partial, Selects):
                return ONE
            return lifted(partial(*formulas, out))
        if record.op.name == "matmul":
            return self.whole(record.operands[1 - k])
        if record.op.name == "norm":
            return applied("div", self.whole(record.operands[0]), self.whole_value(record))
        return ONE if record.op.name in COPIES and record.op.name != "cumsum" else None


def operand_ids(operand: Any) -> np.ndarray:
    """The elements that an operand holds, those that depend on no input left out."""
    ids = np.array([operand.id]) if isinstance(operand, Scalar) else getattr(operand, "ids", np.zeros(0, np.int64))
    return np.ravel(ids[ids >= 0])


def number(x: Any) -> Any:
    return float(x) if isinstance(x, np.floating) else x
