"""Memory in the record: loads, views and gathers tie elements without making any; a write ends the old element's paths.

A write to an array the user has a name for makes new elements, a copy of what was written: these are the versions
a₀ → a₁ that an explanation shows. Writes to nameless memory (a literal being filled, say) just pass elements on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ...ir.op import definition, meant
from ...ir.program import Op
from ...ir.types import ArrayType, is_float
from .links import Sparse
from .tape import NOTHING, Array, End, Memory, Record, Scalar, Target

if TYPE_CHECKING:
    from .record import Recorder

Move = Callable[..., Any]
MOVES: dict[str, Move] = {}


def move(*names: str) -> Callable[[Move], Move]:
    """Enter a function in the table under the names of the ops it mirrors."""

    def entered(function: Move) -> Move:
        MOVES.update(dict.fromkeys(names, function))
        return function

    return entered


def numbers(shadow: Any) -> np.ndarray | None:
    """The element numbers of a shadow; None for lists and records."""
    if isinstance(shadow, Scalar):
        return np.array([shadow.id])
    return shadow.ids if isinstance(shadow, Array) else None


def array_of(record: Record | None, shape: tuple[int, ...], name: str, data: Any, decision: Any = None) -> Array:
    """The shadow of fresh memory that `record` filled, or that depends on nothing."""
    if record is not None and record.active:
        ids = np.arange(record.start, record.start + record.size).reshape(shape)
    else:
        ids = np.full(shape, NOTHING, np.int64)
    return Array(ids, Memory(ids, name, record), data, decision=decision)


# Making ---------------------------------------------------------------------------------------------------------------


@move("alloc")
def alloc(recorder: Recorder, op: Op, shadows: list[Any], operands: Sequence[Any], results: Sequence[Any]) -> Array:
    return array_of(None, results[0].shape, recorder.user_name(op, op.result), results[0])


@move("full")
def full(recorder: Recorder, op: Op, shadows: list[Any], operands: Sequence[Any], results: Sequence[Any]) -> Array:
    record = recorder.record(op, op.result, results[0], shadows) if is_float(op.result.type) else None
    if record is not None and shadows[0].id != NOTHING:
        recorder.tape.number(record)
        children = np.arange(record.start, record.start + record.size)
        record.links = (identity(0, children, np.full(record.size, shadows[0].id)),)
    return array_of(record, results[0].shape, recorder.user_name(op, op.result), results[0])


@move("copy", "gather")
def copy(recorder: Recorder, op: Op, shadows: list[Any], operands: Sequence[Any], results: Sequence[Any]) -> Array:
    source, *indices = shadows
    ids = source.ids[tuple(operands[1:])] if indices else source.ids
    name = recorder.user_name(op, op.result)
    if not name or not is_float(op.result.type):
        fresh = np.array(ids, order="C")
        memory = Memory(fresh, name, None)
        memory.origin = Array(ids, source.memory, results[0], source.route + ("[…]" if indices else ""))
        return Array(fresh, memory, results[0], decision=source.decision)
    record = recorder.record(op, op.result, results[0], shadows)
    if ids.size and ids.max() >= 0:
        recorder.tape.number(record)
        link(record, 0, np.arange(record.start, record.start + record.size), ids.ravel())
    return array_of(record, results[0].shape, name, results[0])


# Reading --------------------------------------------------------------------------------------------------------------


@move("load")
def load(recorder: Recorder, op: Op, shadows: list[Any], operands: Sequence[Any], results: Sequence[Any]) -> Scalar:
    source, index = shadows[0], tuple(int(i) for i in operands[1:])
    number, value = int(source.ids[index]), results[0]
    name = recorder.user_name(op, op.result)
    if number == NOTHING:
        return Scalar(value, name or (element_name(source, index) if source.name else ""), decision=source.decision)
    maker = recorder.tape.maker(number)
    element = Scalar(value, "", maker, number - maker.start)
    if not name:
        return element
    record = recorder.record(op, op.result, value, [element])
    recorder.tape.number(record)
    record.edges = ((0, number, 1.0),)
    return Scalar(value, name, record)


def element_name(source: Array, index: tuple[int, ...]) -> str:
    return f"{source.name}{source.route}[{', '.join(map(str, index))}]"


def sliced(op: Op, numbers_: Sequence[Any]) -> str:
    """A view's route as the user would write it: [1:4, :, 0]."""
    remaining = iter(int(n) for n in numbers_)
    parts = []
    for letter in op.attributes["axes"]:
        if letter == "i":
            parts.append(str(next(remaining)))
        elif letter == "n":
            parts.append("None")
        elif letter == "a":
            parts.append(":")
        else:
            start, count = next(remaining), next(remaining)
            step = next(remaining) if letter == "s" else 1
            stop = start + count * step
            parts.append(f"{start}:{stop if stop >= 0 else ''}" + (f":{step}" if step != 1 else ""))
    while parts and parts[-1] == ":":
        parts.pop()
    return f"[{', '.join(parts)}]" if parts else ""


@move("view", "transpose", "reshape", "broadcast", "diagonal", "weaken")
def view(recorder: Recorder, op: Op, shadows: list[Any], operands: Sequence[Any], results: Sequence[Any]) -> Array:
    source = shadows[0]
    meaning = definition(op.name).meaning
    assert meaning is not None
    ids = meaning(source.ids, *operands[1:], **meant(op.attributes))
    route = source.route
    if op.name == "view":
        route += sliced(op, operands[1:])
    elif op.name == "transpose":
        route = route[:-1] if route.endswith("ᵀ") else route + "ᵀ"
    elif op.name == "diagonal":
        route += ".diagonal"
    return Array(ids, source.memory, results[0], route, source.decision)


# Writing --------------------------------------------------------------------------------------------------------------


def identity(operand: int, children: np.ndarray, parents: np.ndarray) -> Sparse:
    """Children that are copies of their parents; parents that are NOTHING are left out."""
    held = parents >= 0
    return Sparse(operand, children[held], parents[held], np.ones(int(held.sum())))


def link(record: Record, operand: int, children: np.ndarray, parents: np.ndarray) -> None:
    """Make `record` a copy of `parents`."""
    if not record.shape and len(children) == 1:
        record.edges += ((operand, int(parents[0]), 1.0),) if parents[0] != NOTHING else ()
        return
    record.links += (identity(operand, children, parents),)


def overwrite(recorder: Recorder, op: Op, shadows: list[Any], index: Any, parents: np.ndarray, keeps: bool) -> None:
    """x[index] takes `parents` (numbers, one per element written); `keeps` adds them to the old contents instead."""
    target = shadows[1]
    old = np.array(target.ids[index], np.int64)
    memory = target.memory
    memory.version += 1
    parents = np.broadcast_to(parents, old.shape) if not keeps else parents
    sources = [parents, old] if keeps else [parents]
    if not any(p.size and p.max() >= 0 for p in sources):
        forget(recorder, op, old)
        target.ids[index] = NOTHING
        return
    if not memory.name and not keeps:
        target.ids[index] = parents
        return
    data = np.array(target.value[index])
    record = recorder.record(op, op.operands[1], data, [shadows[0], target])
    record.name = memory.name
    record.target = Target(memory, memory.positions(target.ids)[index], memory.version)
    recorder.tape.number(record)
    children = np.arange(record.start, record.start + record.size)
    numbered = children.reshape(old.shape)
    if keeps:
        link(record, 1, children, old.ravel())
        link(record, 0, np.broadcast_to(numbered, parents.shape).ravel(), parents.ravel())
    else:
        forget(recorder, op, old)
        link(record, 0, children, parents.ravel())
    target.ids[index] = numbered if old.shape else record.start


def forget(recorder: Recorder, op: Op, old: np.ndarray) -> None:
    """The elements `old` are overwritten: whoever has not read them never will."""
    if old.size and old.max() >= 0:
        recorder.tape.ends.append(End(old[old >= 0], "it is overwritten", op))


def is_tracked(op: Op) -> bool:
    type_ = op.operands[1].type
    return isinstance(type_, ArrayType) and type_.dtype.is_float


@move("store", "fill", "assign", "scatter")
def store(recorder: Recorder, op: Op, shadows: list[Any], operands: Sequence[Any], results: Sequence[Any]) -> None:
    source, target = shadows[0], shadows[1]
    target.memory.version += 0 if is_tracked(op) else 1
    if not is_tracked(op):
        return
    index = tuple(operands[2:]) if op.name in ("store", "scatter") else ...
    parents = np.array(source.id) if isinstance(source, Scalar) else source.ids
    if op.name == "scatter":
        parents = np.broadcast_to(parents, target.ids[index].shape)
    overwrite(recorder, op, shadows, index, np.asarray(parents), keeps=False)


@move("accumulate")
def accumulate(recorder: Recorder, op: Op, shadows: list[Any], operands: Sequence[Any], results: Sequence[Any]) -> None:
    if not is_tracked(op):
        return
    source, target = shadows[0], shadows[1]
    index = tuple(operands[2:]) if len(operands) > 2 else ...
    parents = np.array(source.id) if isinstance(source, Scalar) else source.ids
    shape = np.broadcast_shapes(parents.shape, target.ids[index].shape)
    overwrite(recorder, op, shadows, index, np.broadcast_to(parents, shape), keeps=True)


@move("scatter_add")
def scatter_add(recorder: Recorder, op: Op, shadows: list[Any], operands: Sequence[Any], results: Sequence[Any]) -> None:
    if not is_tracked(op):
        return
    source, target = shadows[0], shadows[1]
    index = tuple(operands[2:])
    positions = np.arange(target.ids.size).reshape(target.ids.shape)[index]
    added = np.broadcast_to(np.array(source.id) if isinstance(source, Scalar) else source.ids, positions.shape)
    places, local = np.unique(positions, return_inverse=True)
    where = np.unravel_index(places, target.ids.shape)
    old = target.ids[where]
    target.memory.version += 1
    if not (added.size and max(added.max(), old.max()) >= 0):
        return
    record = recorder.record(op, op.operands[1], np.array(target.value[where]), [source, target])
    record.name = target.memory.name
    record.target = Target(target.memory, target.memory.positions(target.ids)[where], target.memory.version)
    recorder.tape.number(record)
    record.links = (
        identity(1, record.start + np.arange(record.size), old),
        identity(0, record.start + local.ravel(), added.ravel()),
    )
    target.ids[where] = record.start + np.arange(record.size)


# Lists and records ----------------------------------------------------------------------------------------------------


@move("list_new")
def list_new(recorder: Recorder, op: Op, shadows: list[Any], operands: Sequence[Any], results: Sequence[Any]) -> list[Any]:
    return []


@move("list_append")
def list_append(recorder: Recorder, op: Op, shadows: list[Any], operands: Sequence[Any], results: Sequence[Any]) -> None:
    shadows[0].append(shadows[1])


@move("list_get")
def list_get(recorder: Recorder, op: Op, shadows: list[Any], operands: Sequence[Any], results: Sequence[Any]) -> Any:
    return shadows[0][int(operands[1])]


@move("list_set")
def list_set(recorder: Recorder, op: Op, shadows: list[Any], operands: Sequence[Any], results: Sequence[Any]) -> None:
    shadows[0][int(operands[2])] = shadows[1]


@move("list_length", "dim")
def length(recorder: Recorder, op: Op, shadows: list[Any], operands: Sequence[Any], results: Sequence[Any]) -> Scalar:
    return Scalar(results[0], recorder.user_name(op, op.result))


@move("pack")
def pack(recorder: Recorder, op: Op, shadows: list[Any], operands: Sequence[Any], results: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(shadows)


@move("unpack")
def unpack(recorder: Recorder, op: Op, shadows: list[Any], operands: Sequence[Any], results: Sequence[Any]) -> Any:
    return shadows[0][op.attributes["field"]]
