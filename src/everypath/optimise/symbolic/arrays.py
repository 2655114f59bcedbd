"""Arrays and lists in a run ahead of time: NumPy's and Python's own, of numbers and IR values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ...ir.computations import attributed, normaliser
from ...ir.program import Op
from ...ir.types import ScalarType, scalar_of
from .values import GivenUp, Known, numbers

if TYPE_CHECKING:
    from .run import Symbolic


def alloc(run: Symbolic, op: Op, operands: Sequence[Known]) -> Sequence[Known]:
    return (run.new(np.full(numbers(operands), None, object)),)


def full(run: Symbolic, op: Op, operands: Sequence[Known]) -> Sequence[Known]:
    return (run.new(np.full(numbers(operands[1:]), operands[0], object)),)


def iota(run: Symbolic, op: Op, operands: Sequence[Known]) -> Sequence[Known]:
    return (run.new(np.array(range(*numbers(operands)), object)),)


def dim(run: Symbolic, op: Op, operands: Sequence[Known]) -> Sequence[Known]:
    return (operands[0].shape[op.attributes["axis"]],)


def copy(run: Symbolic, op: Op, operands: Sequence[Known]) -> Sequence[Known]:
    return (run.new(operands[0].copy()),)


def shared(run: Symbolic, op: Op, operands: Sequence[Known]) -> Sequence[Known]:
    return (attributed(op)(operands[0], *numbers(operands[1:])),)


def load(run: Symbolic, op: Op, operands: Sequence[Known]) -> Sequence[Known]:
    return (operands[0][tuple(numbers(operands[1:]))],)


def gather(run: Symbolic, op: Op, operands: Sequence[Known]) -> Sequence[Known]:
    return (run.new(operands[0][tuple(numbers(operands[1:]))].copy()),)


def store(run: Symbolic, op: Op, operands: Sequence[Known]) -> Sequence[Known]:
    value, memory, *places = operands
    run.ours(memory)[tuple(numbers(places)) if places else ...] = value
    return ()


def reduced(run: Symbolic, op: Op, operands: Sequence[Known]) -> Sequence[Known]:
    """A sum, or whether any or all hold, over axes."""
    (x,) = operands
    axes, keep = op.attributes["axes"], op.attributes["keepdims"]
    name = {"sum": "add", "any": "or", "all": "and"}[op.name]
    nothing = normaliser(scalar_of(op.result.type))(op.name == "all")
    kept = [k for k in range(x.ndim) if k not in axes]
    rows = np.transpose(x, (*kept, *axes))
    out = np.empty([x.shape[k] for k in kept], object)
    for place in np.ndindex(out.shape):
        out[place] = run.together(op, name, list(rows[place].flat), nothing)
    if isinstance(op.result.type, ScalarType):
        return (out[()],)
    return (run.new(out.reshape([1 if k in axes else n for k, n in enumerate(x.shape)]).copy() if keep else out),)


def norm(run: Symbolic, op: Op, operands: Sequence[Known]) -> Sequence[Known]:
    """The root of a sum of squares. At 0 its derivative is no number, as a norm's is; but not all that is known of a norm there is known of
    a root, so that it stays one where derivatives may ask."""
    if not run.loops:
        raise GivenUp
    type_ = scalar_of(op.result.type)
    squares = np.empty(operands[0].shape, object)
    for place in np.ndindex(squares.shape):
        squares[place] = run.scalar(Op("mul", results=op.results, location=op.location), [operands[0][place]] * 2, (type_, type_), type_)
    (total,) = reduced(run, Op("sum", op.operands, op.results, op.attributes, (), op.location), [squares])
    return (run.elementwise(Op("sqrt", op.results, op.results, {}, (), op.location), [total]),)


def matmul(run: Symbolic, op: Op, operands: Sequence[Known]) -> Sequence[Known]:
    left, right = operands
    if left.shape[-1] != right.shape[0]:
        raise GivenUp
    type_ = scalar_of(op.result.type)
    times = Op("mul", results=op.results, location=op.location)
    out = np.empty((*left.shape[:-1], *right.shape[1:]), object)
    for place in np.ndindex(out.shape):
        row, column = left[place[: left.ndim - 1]], right[(slice(None), *place[left.ndim - 1 :])]
        products = [run.scalar(times, (a, b), (type_, type_), type_) for a, b in zip(row, column, strict=True)]
        out[place] = run.together(op, "add", products, normaliser(type_)(0))
    return (out[()],) if isinstance(op.result.type, ScalarType) else (run.new(out),)


def list_new(run: Symbolic, op: Op, operands: Sequence[Known]) -> Sequence[Known]:
    return (run.new([]),)


def list_append(run: Symbolic, op: Op, operands: Sequence[Known]) -> Sequence[Known]:
    run.ours(operands[0]).append(operands[1])
    return ()


def list_get(run: Symbolic, op: Op, operands: Sequence[Known]) -> Sequence[Known]:
    items, (place,) = operands[0], numbers(operands[1:])
    return (items[place],)


def list_set(run: Symbolic, op: Op, operands: Sequence[Known]) -> Sequence[Known]:
    items, value, place = operands
    run.ours(items)[numbers([place])[0]] = value
    return ()


def list_length(run: Symbolic, op: Op, operands: Sequence[Known]) -> Sequence[Known]:
    return (len(operands[0]),)


MEMORY: dict[str, Callable[[Symbolic, Op, Sequence[Known]], Sequence[Known]]] = {
    "alloc": alloc,
    "full": full,
    "iota": iota,
    "dim": dim,
    "copy": copy,
    "load": load,
    "gather": gather,
    "store": store,
    "fill": store,
    "assign": store,
    "sum": reduced,
    "any": reduced,
    "all": reduced,
    "norm": norm,
    "matmul": matmul,
    "list_new": list_new,
    "list_append": list_append,
    "list_get": list_get,
    "list_set": list_set,
    "list_length": list_length,
    **dict.fromkeys(("view", "transpose", "reshape", "broadcast", "diagonal", "weaken"), shared),
}
