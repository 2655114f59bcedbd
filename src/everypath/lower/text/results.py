"""What a function returns, on its way out: lists built at run time as arrays, and the structure and leaves of all of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from ... import numerals, records
from ...complexes import PARTS, ComplexArray
from ...errors import NotSupported
from ...ir.program import Value
from ...ir.types import I64
from ...numerals import Numeral
from ...structure import (
    MAPPINGS,
    SLICE_PARTS,
    Chosen,
    Container,
    Leaf,
    Rows,
    Static,
    Structure,
    defaulting,
    leaves_as_original,
    original_of,
)
from .. import by_path
from ..frame import Frame
from ..naming import an, type_name
from ..numpy.conversion import array
from ..objects import Dict, Instance, List, ObjectKey, RunTuple, Set, Table, sequence_items
from ..patterns import flatten
from ..values import NONE, Abstract, Array, Buffer, Complex, Maybe, OneOf, Poison, RunList, Scalar, Slice, Tuple, is_none
from ..values import Static as StaticValue


def as_array(frame: Frame, result: Abstract) -> Abstract:
    """A list of numbers built at run time leaves the function as one array, and becomes a list again outside."""
    if isinstance(result, RunList) and isinstance(result.element, Scalar) and not isinstance(result, RunTuple):
        return Buffer(array(frame, frame.definition.node, result).value, result.element.kind)
    if isinstance(result, OneOf):
        return OneOf(tuple(as_array(frame, one) for one in result.values), result.which)
    if isinstance(result, (Tuple, List, Dict, Instance)) and built_at_run_time(result):
        return rebuilt(frame, result, lambda item: as_array(frame, certain(frame, item)))
    return result


def built_at_run_time(x: Abstract) -> bool:
    """Whether `x` is or holds a list of numbers built at run time."""
    if isinstance(x, RunList):
        return isinstance(x.element, Scalar) and not isinstance(x, RunTuple)
    if isinstance(x, Maybe):
        return built_at_run_time(x.value)
    if isinstance(x, OneOf):
        return any(map(built_at_run_time, x.values))
    return any(map(built_at_run_time, parts(x)))


def parts(x: Abstract) -> list[Abstract]:
    """The items of a container, in order."""
    items = x.parts if isinstance(x, Complex) else sequence_items(x)
    if items is not None:
        return list(items)
    return list(x.contents.values()) if isinstance(x, (Dict, Instance)) else []


def rebuilt(c: Frame, x: Abstract, change: Callable[[Abstract], Abstract]) -> Abstract:
    """The container `x` with its items changed; None for what is no container."""
    if isinstance(x, Tuple):
        return Tuple(tuple(map(change, x.items)), x.type)
    if isinstance(x, Complex):
        return Complex(*map(change, x.parts))  # type: ignore[arg-type]
    if isinstance(x, List):
        return List(c.store, map(change, x.items))
    if isinstance(x, Dict):
        return Dict(c.store, {key: change(item) for key, item in x.entries.items()}, "", x.type, x.default)
    if isinstance(x, Instance):
        return Instance(c.store, {key: change(item) for key, item in x.fields.items()}, x.type)
    return NONE


def certain(frame: Frame, result: Abstract) -> Abstract:
    """The result without `Maybe`: a function that gives None on some paths and a value on others raises on the former."""
    if isinstance(result, Maybe):
        frame.at(frame.definition.node)
        message = f"{frame.definition.name} returned None here, and a value elsewhere: that is not supported\nreturn a value on every path"
        frame.check(result.present, NotSupported, message)
        return certain(frame, result.value)
    return result


def result_leaves(frame: Frame, result: Abstract) -> list[Value]:
    out: list[Value] = []
    if isinstance(result, Scalar) and told(frame, result):
        return [result.value, by_path.kind_of(frame, result)]
    if isinstance(result, (Scalar, Array)):
        return [result.value]
    if isinstance(result, Complex):
        return [part.value for part in result.parts]
    if isinstance(result, (Tuple, List)):
        for item in result.items:
            out += result_leaves(frame, certain(frame, item))
    elif isinstance(result, Slice):
        for item in (result.start, result.stop, result.step):
            out += result_leaves(frame, certain(frame, item))
    elif isinstance(result, OneOf):
        out = [result.which]
        for one in result.values:
            out += result_leaves(frame, certain(frame, one))
    elif isinstance(result, (Dict, Instance)):
        for item in result.contents.values():
            out += result_leaves(frame, certain(frame, item))
    else:
        out += flatten([result])
    return out


def original(x: Instance, inside: Callable[[Abstract], Structure]) -> Structure:
    """The structure of an object of NumPy's or SciPy's. Where all of it stands in one dict, these are its attributes."""
    fixed = {name: item for name, item in x.fields.items() if isinstance(item, StaticValue)}
    moving = {name: item for name, item in x.fields.items() if name not in fixed}
    alone = next(iter(moving.values()), None)
    if len(moving) == 1 and isinstance(alone, Dict):
        moving = alone.entries
    kind = original_of(x.type, tuple(moving), tuple((name, Static(item.value)) for name, item in fixed.items()))
    return Container(kind, tuple(moving), tuple(map(inside, moving.values())))


def told(frame: Frame, x: Scalar) -> bool:
    """Whether those outside are told of a number what it is on the path taken: where values are wanted alone."""
    return bool(x.flags) and frame.unit.tells


def default_of(frame: Frame, x: Dict | Table) -> Any:
    """What makes the value of a key that is missing, as CPython's defaultdict has it."""
    if x.default is None or is_none(x.default):
        return None
    if not isinstance(x.default, StaticValue):
        reason = "a defaultdict whose default is a function made here does not leave the function"
        frame.refuse(frame.definition.node, reason, "use a class, as float or list, or return dict(…)")
    return x.default.value


def structure_of(frame: Frame, x: Abstract, inside: Callable[[Abstract], Structure] | None = None) -> Structure:
    """The structure of a result; `inside` says that of an item of a container, where it is not found in the same way."""
    node, inside = frame.definition.node, inside or partial(structure_of, frame)
    if isinstance(x, Maybe):
        return structure_of(frame, x.value)
    if isinstance(x, Scalar) and told(frame, x):
        frame.unit.given_up = True  # a derivative takes it for a float
        return Container(Numeral, numerals.PARTS, (Leaf(x.kind, x.type), Leaf("int", I64)))
    if isinstance(x, Scalar):
        frame.unit.untold |= bool(x.flags)
        return Leaf(x.kind, x.type)
    if isinstance(x, Array):
        return Leaf("array", x.type)
    if isinstance(x, Complex):
        kind: type = ComplexArray if isinstance(x.real, Array) else complex if x.weak else x.dtype.type
        return Container(kind, PARTS, tuple(structure_of(frame, part) for part in x.parts))
    if isinstance(x, Buffer):
        return Leaf("list", x.value.type, rows=x.rows or (Rows(np.generic) if x.kind == "numpy" else None))  # type: ignore[arg-type]
    if isinstance(x, StaticValue):
        return Static(x.value)
    if isinstance(x, Tuple):
        keys = getattr(x.type, "_fields", None) or tuple(range(len(x.items)))
        return Container(x.type, tuple(keys), tuple(map(inside, x.items)))
    if isinstance(x, Slice):
        return Container(slice, SLICE_PARTS, tuple(map(inside, (x.start, x.stop, x.step))))
    if isinstance(x, List):
        return Container(list, tuple(range(len(x.items))), tuple(map(inside, x.items)))
    if isinstance(x, Dict) and any(isinstance(key, ObjectKey) for key in x.entries):
        frame.refuse(node, "the function returns a dict whose keys are objects, which is not supported", "return its values")
    if isinstance(x, Dict) and (x.type in MAPPINGS or x.type is defaultdict):
        kind = x.type if x.default is None else defaulting(default_of(frame, x))
        return Container(kind, tuple(x.entries), tuple(map(inside, x.entries.values())))
    if isinstance(x, Instance) and leaves_as_original(x.type) and getattr(x.type, "stateless", False):
        return Static(x.type.leaves_as(records.original(x.type), {}))  # type: ignore[attr-defined]
    if isinstance(x, Instance) and leaves_as_original(x.type) and not x.outside:
        return original(x, inside)
    if isinstance(x, Instance) and ((kind := records.original(x.type)) is not x.type or records.is_text(kind)):
        home = kind.__module__.removeprefix(f"{records.TEXTS}.").split(".")[0]
        named = an(kind.__name__) if kind is not x.type else "an object"  # a text of our own that stands for several classes
        reason = f"the function returns {named} of {home}, which is not supported"
        frame.refuse(node, reason, "return its numbers and arrays")
    if isinstance(x, Instance):
        return Container(x.type, tuple(x.fields), tuple(map(inside, x.fields.values())))
    if isinstance(x, Set) and not x.objects and not any(isinstance(member, ObjectKey) for member in x.members):
        return Container(set, ("",), (Static(x.members),))
    if isinstance(x, Poison):
        frame.spoilt(x)
    way_out = "return np.array(items)" if isinstance(x, RunList) else "return numbers, arrays, or containers of them"
    if isinstance(x, OneOf):
        return Container(Chosen, tuple(range(len(x.values) + 1)), (Leaf("int", I64), *map(inside, x.values)))
    what = (
        "a tuple whose length is known only at run time"
        if isinstance(x, RunTuple)
        else "a list built at run time"
        if isinstance(x, RunList)
        else f"{an(type_name(x))}"
    )
    frame.refuse(node, f"the function returns {what}, which is not supported", way_out)
