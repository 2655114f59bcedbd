"""The local partials of one executed op, through the op's own rule, evaluated with NumPy at the operands it had."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ...ir.build import Builder
from ...ir.interpret import run
from ...ir.op import definition
from ...ir.program import Function, Op, Program, Region, Value
from ...ir.types import is_float
from ...ops.marks import absent
from ...ops.rules import Custom, Elementwise, Linear, Selects
from .links import Bilinear, Link, Opaque, Sparse
from .tape import NOTHING, Array, End, Record, Scalar, Tape

LARGEST = 4096
"""A Jacobian known only through its adjoint is written out up to this many entries."""

LARGEST_PRODUCT = 1 << 15
"""A matrix product of more scalar products than this stays one link."""


def local_jacobian(tape: Tape, record: Record, shadows: Sequence[Any], operands: Sequence[Any], data: Any) -> None:
    """Number the elements of `record` and link them to what they were made of, if that depends on an input."""
    active = [depends(s) for s in shadows]
    if not any(active):
        return
    op = record.op
    assert op is not None
    defined = definition(op.name)
    if defined.rule is None:
        tape.ends.extend(End(held(s), defined.no_derivative or "it has no derivative", op) for s, a in zip(shadows, active) if a)
        return
    tape.number(record)
    if isinstance(defined.rule, Elementwise):
        elementwise(tape, record, defined.rule, shadows, operands, data, active)
    elif op.name in STRUCTURED:
        STRUCTURED[op.name](record, shadows, operands, data)
    else:
        through_adjoint(record, shadows, operands, data, active)


def depends(shadow: Any) -> bool:
    """Whether an operand is made of elements; lists and records are not looked into."""
    if isinstance(shadow, Scalar):
        return shadow.record is not None and shadow.record.start != NOTHING
    return isinstance(shadow, Array) and bool(shadow.ids.size) and bool(shadow.ids.max() >= 0)


def held(shadow: Scalar | Array) -> np.ndarray:
    ids = np.array([shadow.id]) if isinstance(shadow, Scalar) else shadow.ids.ravel()
    return ids[ids >= 0]


def numbered(record: Record) -> np.ndarray:
    """The elements of `record`, in its shape."""
    return np.arange(record.start, record.start + record.size).reshape(record.shape)


# Element by element ---------------------------------------------------------------------------------------------------


def elementwise(
    tape: Tape, record: Record, rule: Elementwise, shadows: Sequence[Any], operands: Sequence[Any], data: Any, active: list[bool]
) -> None:
    op = record.op
    assert op is not None
    values = [o if isinstance(o, (np.ndarray, np.generic)) else np.asarray(o)[()] for o in operands]
    out = data if isinstance(data, (np.ndarray, np.generic)) else np.asarray(data)[()]
    edges, links = [], []
    for k, (partial, shadow) in enumerate(zip(rule.partials, shadows)):
        if partial is None or not active[k] or not is_float(op.operands[k].type):
            continue
        exists: Any = True
        if isinstance(partial, Selects):
            exists, local = partial.chosen(*values, out), 1.0
        else:
            local = partial(*values, out)
        if op.name == "path" and k == 1:
            exists = ~np.asarray(absent(values[0]))
        if record.shape:
            links.append(spread(record, k, shadow, local, exists))
        elif exists:
            edges.append((k, int(held(shadow)[0]), float(local)))
        if exists is not True and not np.all(exists):
            lost = np.broadcast_to(np.logical_not(exists), record.shape)
            ids = np.broadcast_to(shadow.id if isinstance(shadow, Scalar) else shadow.ids, record.shape)[lost]
            tape.ends.append(End(ids[ids >= 0], "not chosen", op))
    record.edges, record.links = tuple(edges), tuple(links)


def spread(record: Record, operand: int, shadow: Any, partial: Any, exists: Any) -> Sparse:
    """The partial of every element of `record` in the element that broadcasting reads for it."""
    parents = np.broadcast_to(np.asarray(shadow.id) if isinstance(shadow, Scalar) else shadow.ids, record.shape).ravel()
    partials = np.broadcast_to(np.asarray(partial, np.float64), record.shape).ravel()
    keep = (parents >= 0) & np.broadcast_to(exists, record.shape).ravel()
    return Sparse(operand, numbered(record).ravel()[keep], parents[keep], partials[keep])


# Reductions and products ----------------------------------------------------------------------------------------------


def expanded_over(record: Record, shape: tuple[int, ...]) -> np.ndarray:
    """For every element of a reduction's operand, the element of `record` that it goes into."""
    assert record.op is not None
    axes, keepdims = record.op.attributes["axes"], record.op.attributes["keepdims"]
    ids = numbered(record)
    return np.broadcast_to(ids if keepdims else np.expand_dims(ids, tuple(axes)), shape)


def entries(operand: int, children: np.ndarray, parents: np.ndarray, partials: Any) -> Sparse:
    children, parents = np.broadcast_to(children, parents.shape).ravel(), parents.ravel()
    partials = np.broadcast_to(np.asarray(partials, np.float64), parents.shape) if np.ndim(partials) == 0 else partials.ravel()
    keep = parents >= 0
    return Sparse(operand, children[keep], parents[keep], np.asarray(partials, np.float64)[keep])


def summed(record: Record, shadows: Sequence[Any], operands: Sequence[Any], data: Any) -> None:
    record.links = (entries(0, expanded_over(record, shadows[0].ids.shape), shadows[0].ids, 1.0),)


def normed(record: Record, shadows: Sequence[Any], operands: Sequence[Any], data: Any) -> None:
    """Each element goes into one norm, so one run of the adjoint with cotangents 1 gives every partial; at 0 they
    are those of the shortest subgradient."""
    assert record.op is not None
    (partials,) = adjoint_of(record.op, operands, data)(np.ones(record.shape))
    here = expanded_over(record, shadows[0].ids.shape)
    at_zero = np.ravel(np.asarray(data) == 0.0)[here - record.start]
    record.links = (entries(0, here, shadows[0].ids, np.where(at_zero, 0.0, np.asarray(partials))),)


def multiplied(record: Record, shadows: Sequence[Any], operands: Sequence[Any], data: Any) -> None:
    """Y = A B: ∂Y[i, j]/∂A[i, l] = B[l, j] and ∂Y[i, j]/∂B[l, j] = A[i, l]."""
    a, b = (np.array(o, np.float64) for o in operands)
    left, right = shadows[0].ids, shadows[1].ids
    a2, left = (a, left) if a.ndim == 2 else (a[None, :], left[None, :])
    b2, right = (b, right) if b.ndim == 2 else (b[:, None], right[:, None])
    children = numbered(record).reshape(a2.shape[0], b2.shape[1])
    links = []
    if left.size and left.max() >= 0:
        links.append(Bilinear(0, children, left, b2))
    if right.size and right.max() >= 0:
        links.append(Bilinear(1, children.T, right.T, a2.T))
    small = a2.shape[0] * a2.shape[1] * b2.shape[1] <= LARGEST_PRODUCT
    record.links = tuple(link.expanded() if small else link for link in links)


STRUCTURED: dict[str, Callable[[Record, Sequence[Any], Sequence[Any], Any], None]] = {
    "sum": summed,
    "norm": normed,
    "matmul": multiplied,
}


# Through the adjoint alone --------------------------------------------------------------------------------------------


def adjoint_of(op: Op, operands: Sequence[Any], data: Any) -> Callable[[Any], list[Any]]:
    """The adjoint of `op` at these operands: cotangent of the result -> one contribution per operand, None where there is none."""
    rule = definition(op.name).rule
    cotangent = Value("cotangent", op.result.type)
    builder = Builder(op.location)
    if isinstance(rule, Linear):
        given = [t(builder, op, cotangent) if t is not None else None for t in rule.transposes]
    else:
        assert isinstance(rule, Custom)
        given = list(rule.adjoint(builder, op, cotangent))
    present = [v for v in given if v is not None]
    builder.end("return", present)
    arguments = tuple(dict.fromkeys(op.operands))
    body = Region((*arguments, op.result, cotangent), tuple(builder.ops))
    program = Program({"adjoint": Function("adjoint", body)}, "adjoint")
    values = dict(zip(op.operands, operands))

    def adjoint(cotangent_value: Any) -> list[Any]:
        results = iter(run(program, "adjoint", [*(values[v] for v in arguments), data, cotangent_value]))
        return [next(results) if v is not None else None for v in given]

    return adjoint


def through_adjoint(record: Record, shadows: Sequence[Any], operands: Sequence[Any], data: Any, active: list[bool]) -> None:
    """Write the Jacobian out column by column if it is small, else keep the op as one link that paths cannot cross."""
    assert record.op is not None
    adjoint = adjoint_of(record.op, operands, data)
    children = numbered(record)
    links: list[Link] = []
    for k, shadow in enumerate(shadows):
        if not active[k]:
            continue
        ids = np.asarray(shadow.id) if isinstance(shadow, Scalar) else shadow.ids
        if ids.size * record.size <= LARGEST:
            links.append(written_out(k, adjoint, children, ids, record.shape))
        else:
            links.append(Opaque(k, record.op.name, children, ids, lambda c, k=k: adjoint(c)[k]))  # type: ignore[misc]
    record.links = tuple(links)


def written_out(k: int, adjoint: Callable[[Any], list[Any]], children: np.ndarray, ids: np.ndarray, shape: tuple[int, ...]) -> Sparse:
    """Every entry that exists: those that a NaN sent through the adjoint reaches. An entry that exists may well be 0."""
    rows, columns, partials = [], [], []
    for position, child in enumerate(children.ravel().tolist()):
        basis = np.zeros(children.size)
        basis[position] = 1.0
        row = adjoint(basis.reshape(shape) if shape else np.float64(1.0))[k]
        if row is None:
            continue
        row = np.broadcast_to(np.asarray(row, np.float64), ids.shape).ravel()
        basis[position] = np.nan
        reached = np.isnan(adjoint(basis.reshape(shape) if shape else np.float64(np.nan))[k])
        keep = (ids.ravel() >= 0) & np.broadcast_to(reached, ids.shape).ravel()
        rows.append(np.full(int(keep.sum()), child))
        columns.append(ids.ravel()[keep])
        partials.append(row[keep])
    empty = np.zeros(0, np.int64)
    return Sparse(k, np.concatenate([empty, *rows]), np.concatenate([empty, *columns]), np.concatenate([np.zeros(0), *partials]))
