"""Values that are known before the function runs: as Python objects, and Python objects as values."""

from __future__ import annotations

import ast
from typing import Any

from ..frame import Frame
from ..objects import Dict, List, Set
from ..placeholders import is_placeholder, placeholder
from ..values import Abstract, Scalar, Slice, Static, Tuple
from .containers import new_list


class NotKnown(Exception):
    """Some part of a value is known only when the function runs."""


def value_of(x: Abstract) -> Any:
    """The Python object that `x` is, as far as everything in it is known; NotKnown else."""
    if isinstance(x, Static):
        return x.value
    if isinstance(x, Scalar) and x.is_static:
        return x.static
    if isinstance(x, Tuple):
        items = [value_of(item) for item in x.items]
        return tuple(items) if x.type is tuple else x.type(*items)
    if isinstance(x, List):
        return [value_of(item) for item in x.items]
    if isinstance(x, Dict):
        return {key: value_of(item) for key, item in x.entries.items()}
    if isinstance(x, Set) and not x.objects:
        return set(x.members)
    if isinstance(x, Slice):
        return slice(value_of(x.start), value_of(x.stop), value_of(x.step))
    raise NotKnown


def lifted(c: Frame, value: Any, node: ast.AST) -> Abstract:
    """A Python object that was computed here, as a value; a list among it is a new one."""
    kind = type(value)
    if kind is list:
        return new_list(c, [lifted(c, item, node) for item in value], node)
    if kind is dict:
        return Dict(c.store, {key: lifted(c, item, node) for key, item in value.items()})
    if kind is set:
        return Set(c.store, value)
    if kind is tuple:
        return Tuple(tuple(lifted(c, item, node) for item in value))
    return Static(placeholder(value.shape)) if is_placeholder(value) else c.constant(value)
