"""A call with a rule, as one step of an explanation: the rule's own adjoint, or its tangent transposed, run for every result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ...differentiate import cotangents, expand
from ...ir.build import Builder
from ...ir.interpret import run
from ...ir.program import Function, Op, Program, Region, Value
from ...ir.types import fresh, is_float
from ...ops.marks import MARK
from .jacobians import LARGEST, depends, numbered
from .links import Link, Opaque, Sparse
from .tape import Record, Scalar, Tape

Adjoint = Callable[[Any], list[Any]]
"""The cotangent of one result -> the contribution to each operand, None where there is none."""


def said_by_rule(program: Program, tape: Tape, op: Op, records: dict[int, Record], shadows: Sequence[Any], values: Sequence[Any]) -> None:
    """Link the `records` of the float results of `op`, by position, to the operands that depend on an input. `values` are those of the
    results, then of the operands."""
    active = [k for k, (v, s) in enumerate(zip(op.operands, shadows)) if is_float(v.type) and depends(s)]
    if not active:
        return
    for position, record in records.items():
        tape.number(record)
        adjoint = adjoint_of(program, op, position, active, values)
        children = numbered(record)
        links: list[Link] = []
        for k in active:
            shadow = shadows[k]
            ids = np.asarray(shadow.id) if isinstance(shadow, Scalar) else shadow.ids
            if ids.size * record.size <= LARGEST:
                links.append(written_out(k, adjoint, children, ids, record.shape))
            else:
                links.append(Opaque(k, op.attributes["user_name"], children, ids, by_operand(adjoint, k, ids.shape)))
        record.links = tuple(links)


def by_operand(adjoint: Adjoint, k: int, shape: tuple[int, ...]) -> Callable[[np.ndarray], np.ndarray]:
    """The part of an adjoint that goes to operand `k`."""

    def contribution(cotangent: np.ndarray) -> np.ndarray:
        found = adjoint(cotangent)[k]
        return np.zeros(shape) if found is None else np.asarray(found)

    return contribution


def adjoint_of(program: Program, op: Op, position: int, active: Sequence[int], values: Sequence[Any]) -> Adjoint:
    """What brings a cotangent of the result at `position` to the `active` operands."""
    results = [Value(v.name, v.type) for v in op.results]
    operands = [Value(v.name, v.type) for v in op.operands]
    cotangent = Value("cotangent", fresh(op.results[position].type))
    b = Builder(op.location)
    here = replace(op, operands=tuple(operands), results=tuple(results))
    found = cotangents(b, program, here, {position: cotangent}, active)
    b.end("return", list(found.values()))
    name = program.fresh_name("adjoint")
    body = Region((*results, *operands, cotangent), tuple(b.ops))
    ready = expand(program.with_function(Function(name, body), entry=True))

    def adjoint(given: Any) -> list[Any]:
        parts: list[Any] = [None] * len(operands)
        for k, part in zip(found, run(ready, name, [*values, given]), strict=True):
            parts[k] = part
        return parts

    return adjoint


def written_out(k: int, adjoint: Adjoint, children: np.ndarray, ids: np.ndarray, shape: tuple[int, ...]) -> Sparse:
    """Every entry that exists: those that a NaN sent through the adjoint reaches, where nothing else arrives."""
    rows, columns, partials = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], [np.zeros(0)]
    for at, child in enumerate(children.ravel().tolist()):
        row = adjoint(basis(children.size, at, 1.0).reshape(shape)[()])[k]
        if row is None:
            continue
        try:
            reached = adjoint(basis(children.size, at, np.nan).reshape(shape)[()])[k]
        except Exception:  # what CPython runs may look for NaN
            reached = np.nan
        keep = (ids.ravel() >= 0) & np.isnan(np.broadcast_to(reached, ids.shape)).ravel()
        rows.append(np.full(int(keep.sum()), child))
        columns.append(ids.ravel()[keep])
        partials.append(np.broadcast_to(np.asarray(row, np.float64), ids.shape).ravel()[keep])
    return Sparse(k, np.concatenate(rows), np.concatenate(columns), np.concatenate(partials))


def basis(size: int, at: int, value: float) -> np.ndarray:
    """A cotangent that arrives at one element alone."""
    made = np.full(size, MARK)
    made[at] = value
    return made
