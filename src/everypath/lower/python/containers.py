"""Tuples, lists and dicts made of other things."""

from __future__ import annotations

import ast
import builtins
from typing import Any

from .. import containers
from ..comprehension import FEW, realised
from ..frame import Frame
from ..iteration import is_static_range, known_range
from ..values import (
    Abstract,
    Array,
    Buffer,
    Dict,
    Range,
    RunList,
    Tuple,
    sequence_items,
)
from .registry import TABLE, builtin


@builtin(builtins.tuple)
def lower_tuple(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    return Tuple(containers.all_items(c, realised(c, args[0]), node) if args else ())


@builtin(builtins.list)
def lower_list(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    if not args:
        return containers.new_list(c, (), node)
    x = c.present(realised(c, args[0]), node)
    items = sequence_items(x)
    if isinstance(x, Range) and is_static_range(x) and len(known_range(c, x)) <= FEW:
        items = known_range(c, x)
    if items is None and isinstance(x, (RunList, Buffer, Array, Range)):
        made = containers.made_at(c, node, containers.element_of(c, x, node))
        containers.extend(c, node, made, x)
        return made
    return containers.new_list(c, items if items is not None else containers.all_items(c, x, node), node)


@builtin(builtins.dict, options=("",))
def lower_dict(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    if not args:
        return Dict(c.store, {})
    x = c.present(args[0], node)
    if isinstance(x, Dict):
        return Dict(c.store, x.entries)
    pairs = [sequence_items(item) for item in containers.all_items(c, x, node)]
    entries: dict[Any, Abstract] = {}
    for pair in pairs:
        if pair is None or len(pair) != 2:
            c.refuse(node, "dict() takes a dict or pairs here", "write the dict out")
        entries[c.static(pair[0], "a key of a dict", node)] = pair[1]
    return Dict(c.store, entries)


def dict_with_names(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    made = lower_dict(c, node, args, {})
    assert isinstance(made, Dict)
    made.contents = {**made.entries, **kwargs}
    return made


TABLE[builtins.dict] = dict_with_names
