"""Instances of classes: the attributes of theirs that a program reads."""

from __future__ import annotations

import dataclasses
import decimal
import enum
import sys
import types
from typing import Any

import numpy as np

from .. import records
from ..transform import Transform
from .kinds import Container
from .statics import EVERY_ATTRIBUTE, Statics, reads_of

STATIC_TYPES = (
    str,
    bytes,
    type(None),
    type(Ellipsis),
    type(np._NoValue),
    type,
    np.dtype,
    np.ufunc,
    types.FunctionType,
    types.BuiltinFunctionType,
    types.BuiltinMethodType,
    types.MethodWrapperType,
    types.MethodDescriptorType,
    types.ModuleType,
    types.GenericAlias,
    frozenset,
    enum.Enum,
    range,
    decimal.Decimal,
    *records.KNOWN,
    type(sys.version_info),
    type(sys.float_info),
    Transform,
)


def is_instance(value: Any) -> bool:
    """Whether `value` is an instance of a class whose attributes are read one by one."""
    return not isinstance(value, STATIC_TYPES) and records.has_attributes(type(value))


def attributes_of(value: Any, statics: Statics) -> list[tuple[str, Any]]:
    """The attributes of an instance that are its own and are read: all fields of a dataclass, all there are with `EVERY_ATTRIBUTE`."""
    kind: Any = type(value)
    text = records.stand_in(kind)
    if text is not None:
        return attributes_behind(value, text, statics)
    fields = [f.name for f in dataclasses.fields(kind)] if dataclasses.is_dataclass(kind) else []
    held = getattr(value, "__dict__", {})
    found: list[tuple[str, Any]] = [] if (base := records.container(kind)) is None else [(records.HELD, base.copy(value))]
    if found and held is value:
        return [(records.OWN_DICT, found[0][1])]
    for name in dict.fromkeys((*fields, *reads_of(kind, statics), *(held if EVERY_ATTRIBUTE in statics else ()))):
        if name in held:
            found.append((name, held[name]))
        elif isinstance(slot := records.held(kind, name), types.MemberDescriptorType) and hasattr(value, name):
            found.append((name, slot.__get__(value)))
    return found


def is_only_its_class(kind: type, statics: Statics) -> bool:
    """Whether no attribute of instances of `kind` is read, so that the structure of each is the same."""
    text = records.stand_in(kind)
    if text is not None:
        return all(records.held(text, name) is not None for name in reads_of(text, statics))
    return records.ordinary(kind) and not (
        records.container(kind) or dataclasses.is_dataclass(kind) or reads_of(kind, statics) or EVERY_ATTRIBUTE in statics
    )


def is_its_items(structure: Container) -> bool:
    """Whether an instance has no attributes that are read but what is in the list or the dict that it is too."""
    return structure.keys in ((records.HELD,), (records.OWN_DICT,)) and records.container(structure.type) is not None


def attributes_behind(value: Any, text: type, statics: Statics) -> list[tuple[str, Any]]:
    """The same of an object for whose class `text` stands: what that does not define is read from the object, properties too."""
    kind = type(value)
    held, packed = getattr(value, "__dict__", {}), packed_by(kind)
    found: list[tuple[str, Any]] = []
    for name in reads_of(text, statics):
        if records.held(text, name) is not None:
            continue
        if name in packed:
            found.append((name, packed[name][0](value)))
        elif name in held:
            found.append((name, held[name]))
        elif hasattr(type(records.held(kind, name)), "__set__"):
            found.append((name, getattr(value, name)))
    return found


def fixed_by(kind: type) -> tuple[str, ...]:
    """The attributes of instances of `kind` whose values are part of the specialisation: those that the class of the library which stands
    for theirs names in `fixed`."""
    found: tuple[str, ...] = getattr(records.stand_in(kind), "fixed", ())
    return found


def packed_by(kind: type) -> dict[str, Any]:
    """The attributes of instances of `kind` that are made of them, and put into them, by functions that the class of the library which
    stands for theirs names in `packed`."""
    found: dict[str, Any] = getattr(records.stand_in(kind), "packed", {})
    return found
