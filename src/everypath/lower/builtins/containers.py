"""Lists, tuples, dicts, sets and what `collections` has, made of other things."""

from __future__ import annotations

import ast
import builtins
import collections

from .. import run_lists
from ..frame import Frame
from ..objects import Dict, RunTuple, sequence_items
from ..python import containers, deques, dicts, tables
from ..python.hashing import KEY, stand_in
from ..python.iterables import Known, is_static_range, iterator, known_range
from ..python.iteration import FEW, iterable
from ..python.known import value_of
from ..python.spread import extend, known_or_left, spread
from ..text.comprehension import realised
from ..text.handed import listed
from ..values import NONE, Abstract, Array, Buffer, Deque, Range, RunList, Slice, Static, Tuple, is_none
from .registry import TABLE, Handler, builtin


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
        extend(c, node, made, x)
        return made
    if items is None:
        found = iterable(c, x, node)
        return containers.new_list(c, found.current(), node) if isinstance(found, Known) else listed(c, found, node)
    return containers.new_list(c, items, node)


@builtin(builtins.tuple)
def lower_tuple(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    if not args:
        return Tuple(())
    x = c.realised(c.present(args[0], node))
    if isinstance(x, RunTuple):
        return x
    found = known_or_left(c, x, node)
    if isinstance(found, tuple):
        return Tuple(found)
    made = listed(c, found, node)
    return run_lists.as_tuple(made) if isinstance(made, RunList) else made


@builtin(builtins.slice, least=1, most=3)
def lower_slice(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    none = Static(None)
    return Slice(none, args[0], none) if len(args) == 1 else Slice(args[0], args[1], args[2] if len(args) == 3 else none)


# Dicts and sets -------------------------------------------------------------------------------------------------------


def lower_dict(kind: type) -> Handler:
    def handler(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
        return dicts.made(c, node, kind, args, kwargs)

    return handler


for _kind in (dict, collections.OrderedDict, collections.defaultdict, collections.Counter):
    TABLE[_kind] = lower_dict(_kind)


@builtin(dict.fromkeys, collections.OrderedDict.fromkeys, least=1, most=2)
def lower_fromkeys(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    keys = [stand_in(c, key, KEY, node) for key in spread(c, args[0], node)]
    return Dict(c.store, dict.fromkeys(keys, args[1] if len(args) == 2 else NONE))


def lower_set(kind: type) -> Handler:
    def handler(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
        return tables.set_of(c, node, kind, args)

    return handler


builtin(builtins.set)(lower_set(set))
builtin(builtins.frozenset)(lower_set(frozenset))


@builtin(collections.deque, most=2, options=("maxlen",))
def lower_deque(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    most = args[1] if len(args) == 2 else kwargs.get("maxlen", NONE)
    maxlen = None if is_none(most) else int(c.static(most, "the longest that a deque may be", node))
    found = iterable(c, args[0], node) if args else Known(())
    if isinstance(found, Known):
        return Deque(containers.new_list(c, deques.shortened(c, node, found.current(), maxlen), node), maxlen)
    made = Deque(containers.new_list(c, (), node), maxlen)
    deques.extend(c, node, made, "append", iterator(c, found))
    return made


@builtin(collections.namedtuple, least=2, most=2, options=("rename", "defaults", "module"))
def lower_namedtuple(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    """A class of its own; `rename`, `defaults` and `module` are known, as its fields are."""
    known = [value_of(x) for x in args]
    options = {key: value_of(x) for key, x in kwargs.items()}
    which = (node, c.definition.node, repr((known, options)))
    if which not in c.unit.copies:
        c.unit.copies[which] = collections.namedtuple(*known, **options)
    return Static(c.unit.copies[which])
