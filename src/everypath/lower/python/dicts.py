"""Dicts: their methods, and those of OrderedDict, defaultdict and Counter, by keys that are known."""

from __future__ import annotations

import ast
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NoReturn

from ...errors import NotSupported
from ...ir.types import I64
from .. import arity
from ..frame import Frame
from ..objects import Dict, List, Table, gone_over, sequence_items
from ..outside import changeable, never
from ..values import NONE, Abstract, Error, OneOf, Scalar, Static, Tuple, is_none
from . import options, tables, thrown
from .arithmetic import negated
from .combining import both, equal_items
from .hashing import KEY, computed, is_key, searched, stand_in, value_of_key
from .iteration import over_dict
from .spread import for_each, known_or_left, spread, unpacked_items

VIEWS = ("keys", "values", "items")

ARGUMENTS = {
    **dict.fromkeys((*VIEWS, "copy", "clear"), (0, 0)),
    **dict.fromkeys(("get", "pop", "setdefault", "move_to_end"), (1, 2)),
    **dict.fromkeys(("popitem", "most_common"), (0, 1)),
}
"""How many arguments each method takes."""


def which_key(c: Frame, node: ast.AST, x: Dict, at: Abstract, error: type[BaseException] = KeyError) -> OneOf | None:
    """Which of the keys an integer is that is known only at run time, `error` where it is none of them; None for what is known."""
    if isinstance(at, OneOf):
        return at
    if not isinstance(at, Scalar) or at.is_static or at.origins or at.type.is_float:
        return None
    keys = [key for key in x.entries if isinstance(key, (bool, int))]
    if not keys:
        return None
    b, number = c.b, c.as_type(at, I64)
    place = b.i64(len(keys))
    for k, key in reversed(list(enumerate(keys))):
        place = b.op("select", b.op("eq", number, b.i64(int(key)), name="is_it"), b.i64(k), place, name="key")
    known = b.op("lt", place, b.i64(len(keys)), name="known")
    if error is KeyError:
        thrown.raise_unless(c, known, Error(KeyError, (Scalar(number, "int"),)), node)
    else:
        c.limit(known, error, "a new key that is known only when the function runs is not supported in a dict: {}", number)
    return OneOf(tuple(Static(key) for key in keys), place)


def get(c: Frame, node: ast.AST, x: Dict, at: Abstract) -> Abstract:
    """`x[at]`."""
    makes = x.type is Counter or not (x.default is None or is_none(x.default))
    if computed(c, at, x) and makes:
        new = c.constant(0) if x.type is Counter else c.call(x.default or NONE, [], {}, node)
        ask(c, node, x, Tuple((at, new)))
    unknown = which_key(c, node, x, at)
    if unknown is not None:
        return options.each(c, unknown, lambda key: get(c, node, x, key), node)
    if computed(c, at, x):
        if not x.entries:
            missing(c, node, at)
        ask(c, node, x)
    name = stand_in(c, at, KEY, node)
    if is_key(c, name, x.entries, node):
        return x.entries[name]
    if x.type is Counter:
        return c.constant(0)
    if x.default is None or is_none(x.default):
        missing(c, node, at)

    changeable(c, x, node)
    made = c.call(x.default, [], {}, node)
    x.contents = {**x.entries, name: made}
    return made


def ask(c: Frame, node: ast.AST, x: Dict, *more: Abstract) -> None:
    """Ask for `x` as a dict whose keys are known only at run time, if it can be one."""
    growing = searched(c, x, node, *more)
    if growing is not None:
        raise growing


def missing(c: Frame, node: ast.AST, key: Abstract) -> NoReturn:
    thrown.always(c, node, Error(KeyError, (key,)))


def put(c: Frame, node: ast.AST, x: Dict, at: Abstract, value: Abstract) -> None:
    """`x[at] = value`."""
    if computed(c, at, x):
        ask(c, node, x, Tuple((at, value)))
    changeable(c, x, node)
    unknown = which_key(c, node, x, at, NotSupported)
    if unknown is None:
        key = stand_in(c, at, KEY, node)
        is_key(c, key, x.entries, node)
        x.contents = {**x.entries, key: value}
        return

    options.done(c, unknown, lambda key: put(c, node, x, key, value), node)


def delete(c: Frame, node: ast.AST, x: Dict, at: Abstract) -> None:
    """`del x[at]`."""
    if computed(c, at, x):
        ask(c, node, x)
    changeable(c, x, node)
    name = stand_in(c, at, KEY, node)
    if not is_key(c, name, x.entries, node):
        missing(c, node, at)
    x.contents = {key: value for key, value in x.entries.items() if key != name}


def view(c: Frame, x: Dict, name: str, node: ast.AST) -> Abstract:
    """`x.keys()`, `x.values()`, `x.items()`."""
    made: dict[str, Callable[[Any, Abstract], Abstract]] = {
        "keys": lambda k, v: value_of_key(c, k),
        "values": lambda k, v: v,
        "items": lambda k, v: Tuple((value_of_key(c, k), v)),
    }
    found = over_dict(c, x, made[name], node)
    return replace(found, keys=lambda: tuple(x.entries)) if name == "keys" else found


def like(c: Frame, x: Dict, entries: dict[Any, Abstract]) -> Dict:
    """A new dict of the kind of `x`."""
    return Dict(c.store, entries, "", x.type, x.default)


def call(c: Frame, x: Dict, name: str, args: list[Abstract], kwargs: dict[str, Abstract], node: ast.AST) -> Abstract:
    """`x.name(…)`."""
    if name == "update" or (name == "subtract" and x.type is Counter):
        return updated(c, x, name, args, kwargs, node)
    least, most = ARGUMENTS.get(name, (0, 2))
    if not least <= len(args) <= most:
        said = arity.heard(getattr(x.type(), name), len(args), kwargs) or f"{x.type.__name__}.{name}() is not called like this"
        c.raises(node, TypeError, said, "call it with the arguments of its signature")
    if kwargs and not (name == "move_to_end" and set(kwargs) == {"last"}):
        c.refuse(node, f"the option '{min(kwargs)}' of dict.{name}() is not supported", "leave it out")
    if name in VIEWS and not args:
        return view(c, x, name, node)
    if name == "copy" and not args:
        return like(c, x, x.entries)
    if name == "get" and args:
        default = args[1] if len(args) > 1 else NONE
        if isinstance(args[0], OneOf):
            return options.each(c, args[0], lambda one: call(c, x, name, [one, default], kwargs, node), node)
        if computed(c, args[0], x):
            if not x.entries:
                return default
            ask(c, node, x)
        key = stand_in(c, args[0], KEY, node)
        return x.entries[key] if is_key(c, key, x.entries, node) else default
    if name == "most_common" and x.type is Counter:
        counts = {key: c.static(value, "a count", node) for key, value in x.entries.items()}
        n = c.static(args[0], "how many are wanted", node) if args else None
        found = [Tuple((value_of_key(c, key), c.constant(count))) for key, count in Counter(counts).most_common(n)]
        return List(c.store, found, site=(node, c.definition.node))
    if name not in ("pop", "setdefault", "popitem", "clear", "move_to_end"):
        return never(c, node, AttributeError, f"'{x.type.__name__}' object has no attribute '{name}'")
    changeable(c, x, node)
    return changed(c, x, name, args, kwargs, node)


def changed(c: Frame, x: Dict, name: str, args: list[Abstract], kwargs: dict[str, Abstract], node: ast.AST) -> Abstract:
    """The methods that change a dict by one key, or by all."""
    entries: dict[Any, Abstract] = dict(x.entries)
    if name == "clear":
        x.contents = {}
        return NONE
    if name == "popitem":
        if not entries:
            return never(c, node, KeyError, "popitem(): dictionary is empty")
        last = not args or bool(c.static(args[0], "the option 'last'", node))
        key = list(entries)[-1 if last else 0]
        value = entries.pop(key)
        x.contents = entries
        return Tuple((value_of_key(c, key), value))
    if computed(c, args[0], x):
        if name == "pop" and not entries:
            return args[1] if len(args) > 1 else missing(c, node, args[0])
        ask(c, node, x, *([Tuple((args[0], args[1] if len(args) > 1 else NONE))] if name == "setdefault" else []))
    key = stand_in(c, args[0], KEY, node)
    if name == "move_to_end":
        if not is_key(c, key, entries, node):
            missing(c, node, args[0])
        value = entries.pop(key)
        last = bool(c.static(kwargs.get("last", args[1] if len(args) > 1 else c.constant(True)), "the option 'last'", node))
        x.contents = {**entries, key: value} if last else {key: value, **entries}
        return NONE
    if is_key(c, key, entries, node):
        if name == "setdefault":
            return x.entries[key]
        held = entries.pop(key)
        x.contents = entries
        return held
    if name == "pop":
        return args[1] if len(args) > 1 else missing(c, node, args[0])
    made = args[1] if len(args) > 1 else NONE
    x.contents = {**entries, key: made}
    return made


def updated(c: Frame, x: Dict, name: str, args: list[Abstract], kwargs: dict[str, Abstract], node: ast.AST) -> Abstract:
    """`x.update(other, name=value)`; a Counter adds what it has already, or takes it off."""
    changeable(c, x, node)
    if args and isinstance(args[0], Table):
        ask(c, node, x, args[0].items.element)
    if len(args) > 1:
        return never(c, node, TypeError, f"update expected at most 1 argument, got {len(args)}")
    more = {**(entries_of(c, args[0], x.type, node) if args else {}), **kwargs}
    if x.type is Counter:
        op = "+" if name == "update" else "-"
        more = {key: c.binary(node, op, x.entries.get(key, c.constant(0)), value) for key, value in more.items()}
    x.contents = {**x.entries, **more}
    return NONE


def entries_of(c: Frame, x: Abstract, kind: type, node: ast.AST) -> dict[Any, Abstract]:
    """The entries that `dict(x)`, or `Counter(x)`, would have."""
    x = gone_over(c.present(x, node))
    if isinstance(x, Dict):
        return x.entries
    items = spread(c, x, node)
    if kind is Counter:
        return {key: c.constant(n) for key, n in Counter(stand_in(c, item, KEY, node) for item in items).items()}
    entries: dict[Any, Abstract] = {}
    for item in items:
        pair = sequence_items(c.present(c.realised(item), node))
        if pair is None or len(pair) != 2:
            c.refuse(node, f"{kind.__name__}() takes a dict or pairs here", "write the dict out")
        entries[stand_in(c, pair[0], KEY, node)] = pair[1]
    return entries


def merged(c: Frame, node: ast.AST, left: Dict, right: Dict) -> Dict:
    """`left | right`."""
    if Counter in (left.type, right.type):
        c.refuse(node, "`|` of a Counter is not supported", "use update")
    return like(c, left, {**left.entries, **right.entries})


def compared(c: Frame, node: ast.AST, op: str, left: Dict, right: Dict) -> Abstract:
    """`==` and `!=`: the same keys, and equal values."""
    if left.entries.keys() != right.entries.keys():
        return c.constant(op == "!=")
    if {left.type, right.type} == {OrderedDict} and list(left.entries) != list(right.entries):
        return c.constant(op == "!=")
    answer: Abstract = c.constant(True)
    for key, value in left.entries.items():
        answer = both(c, node, answer, equal_items(c, node, value, right.entries[key]))
    return answer if op == "==" else negated(c, answer)


def made(c: Frame, node: ast.AST, kind: type, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    """dict(…), OrderedDict(…), defaultdict(factory, …), Counter(…)."""
    default: Abstract | None = None
    if kind is defaultdict:
        default, args = (args[0], args[1:]) if args else (NONE, args)
    if len(args) > 1:
        return never(c, node, TypeError, f"{kind.__name__} expected at most 1 argument, got {len(args)}")
    new = tables.made(c, node, Dict(c.store, {}, "", kind, default))
    if args:
        fill(c, node, new, args[0])
    if isinstance(new, Dict):
        new.contents = {**new.entries, **kwargs}
        return new
    for name, value in kwargs.items():
        tables.put(c, node, new, c.constant(name), value)
    return new


def fill(c: Frame, node: ast.AST, new: Dict | Table, x: Abstract) -> None:
    """Put into a new dict what another has, or what pairs or the things to be counted are."""
    x = gone_over(c.present(c.realised(x), node))
    if isinstance(x, Table) and isinstance(new, Dict):
        ask(c, node, new, x.items.element)
    if not isinstance(x, (Dict, Table)):
        found = known_or_left(c, x, node)
        x = Tuple(found) if isinstance(found, tuple) else found
    if isinstance(new, Table):
        tables.update(c, node, new, x)
        return
    if isinstance(x, Dict) or (
        isinstance(x, Tuple) and not any(computed(c, item if new.type is Counter else first_part(item), new) for item in x.items)
    ):
        new.contents = entries_of(c, x, new.type, node)
        return

    def one(item: Abstract) -> None:
        if new.type is Counter:
            put(c, node, new, item, c.constant(1))
            return
        key, value = unpacked_items(c, item, 2, None, node)
        put(c, node, new, key, value)

    for_each(c, node, x, one)


def first_part(pair: Abstract) -> Abstract:
    items = sequence_items(pair)
    return items[0] if items else NONE
