"""Python's own functions: abs, min, max, sum, len, range, float, int, isinstance, print, …"""

from __future__ import annotations

import ast
import builtins
import dataclasses
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from ..ir.program import Value
from ..ir.types import BOOL, F64, I64
from . import containers
from .branches import branch
from .comprehension import FEW, Generator, fold, realised
from .expressions import truth_of
from .frame import Frame
from .instances import refuse_own, replaced
from .iteration import backwards, enumerated, is_static_range, iterable, iterator, known_range, use, zipped
from .join import Join, Unjoinable, generalised, weakness
from .loops import Body, go_over
from .mathematics import to_integer
from .messages import escaped, refuse_reading, template, text_of
from .operators import binary, compare, is_numpy, said_by, unary
from .outside import never
from .values import (
    Abstract,
    Array,
    Buffer,
    Closure,
    Dict,
    Instance,
    List,
    Maybe,
    Method,
    Range,
    RunList,
    Scalar,
    Slice,
    Static,
    Text,
    Tuple,
    is_none,
    sequence_items,
    type_name,
)
from .watch import ABSENT, found_in_class, watch_attribute

Handler = Callable[[Frame, ast.AST, list[Abstract], dict[str, Abstract]], Abstract]
TABLE: dict[Any, Handler] = {}


ITERATED = ("__iter__", "__getitem__", "__reversed__", "__len__")
PROTOCOLS: dict[str, tuple[str, ...]] = {
    "abs": ("__abs__",),
    "bool": ("__bool__", "__len__"),
    "dict": ("keys", "__getitem__", "__iter__"),
    "divmod": ("__divmod__", "__rdivmod__"),
    "float": ("__float__", "__index__"),
    "int": ("__int__", "__index__", "__trunc__"),
    "len": ("__len__",),
    "pow": ("__pow__", "__rpow__"),
    "print": ("__str__", "__repr__", "__format__"),
    "range": ("__index__",),
    "repr": ("__repr__",),
    "round": ("__round__",),
    "str": ("__str__", "__repr__"),
    **dict.fromkeys(("all", "any", "enumerate", "list", "max", "min", "reversed", "sum", "tuple", "zip"), ITERATED),
}
"""What a builtin asks the class of its argument."""


def builtin(*functions: Any, least: int = 0, most: int = 1, options: tuple[str, ...] = ()) -> Callable[[Handler], Handler]:
    """Register a handler; the number of arguments is checked here."""

    def register(handler: Handler) -> Handler:
        def checked(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
            name = functions[0].__name__
            refuse_own(c, node, args, *PROTOCOLS.get(name, ()))
            if not least <= len(args) <= most:
                c.refuse(node, f"{name}() takes {least if least == most else f'{least} to {most}'} arguments, not {len(args)}", "")
            for key in kwargs:
                if key not in options:
                    c.refuse(node, f"the option '{key}' of {name}() is not supported", "leave it out")
            return handler(c, node, args, kwargs)

        for function in functions:
            TABLE[function] = checked
        return handler

    return register


# Numbers --------------------------------------------------------------------------------------------------------------


@builtin(builtins.abs, least=1)
def lower_abs(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    x = c.present(args[0], node)
    if is_numpy(x):
        from .numpy import CALLS

        return CALLS[np.abs](c, node, [x], {})
    if not isinstance(x, Scalar):
        return never(c, node, TypeError, f"bad operand type for abs(): '{type_name(x)}'")
    if x.is_static and abs(x.static) < 2**63:
        return c.constant(abs(x.static))
    if x.kind == "float":
        return Scalar(c.b.op("abs", x.value), "float")
    return Scalar(c.b.op("abs", c.as_type(x, I64), overflow="raise"), "int", origins=x.origins)


@builtin(builtins.float)
def lower_float(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    if not args:
        return c.constant(0.0)
    x = element(c, c.present(args[0], node), node)
    if isinstance(x, Scalar):
        return c.constant(float(x.static)) if x.is_static else Scalar(c.as_type(x, F64), "float")
    if isinstance(x, Static) and isinstance(x.value, str):
        return converted_text(c, node, float, x.value)
    refuse_reading(c, node, x)
    return never(c, node, TypeError, f"float() argument must be a string or a real number, not '{type_name(x)}'")


def converted_text(c: Frame, node: ast.AST, kind: type, text: str) -> Abstract:
    """float("…") and int("…") of a known string."""
    try:
        return c.constant(kind(text))
    except ValueError as problem:
        return never(c, node, ValueError, str(problem))


def element(c: Frame, x: Abstract, node: ast.AST) -> Abstract:
    """The one number of an array of one element; new versions of NumPy take it only of one without axes."""
    if not isinstance(x, Array):
        return x
    if x.rank and not LENGTH_ONE_CONVERTS:
        return never(c, node, TypeError, "only 0-dimensional arrays can be converted to Python scalars")
    for axis in range(x.rank):
        one = c.b.op("eq", c.b.op("dim", x.value, axis=axis), c.b.i64(1))
        c.check(one, TypeError, "only length-1 arrays can be converted to Python scalars")
    return Scalar(c.b.op("load", x.value, *[c.b.i64(0)] * x.rank), "numpy")


def converts() -> bool:
    """Whether this NumPy makes a Python number of an array of one element that has axes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            float(np.ones(1))
        except TypeError:
            return False
    return True


LENGTH_ONE_CONVERTS = converts()


@builtin(builtins.int)
def lower_int(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    if not args:
        return c.constant(0)
    x = element(c, c.present(args[0], node), node)
    if isinstance(x, Scalar) and x.is_static and np.isfinite(x.static) and -(2**63) <= int(x.static) < 2**63:
        return c.constant(int(x.static))
    if isinstance(x, Scalar):
        if not x.type.is_float:
            return Scalar(c.as_type(x, I64), "int", origins=x.origins)
        return Scalar(to_integer(c, c.b.op("trunc", c.as_type(x, F64))), "int")
    if isinstance(x, Static) and isinstance(x.value, str):
        return converted_text(c, node, int, x.value)
    refuse_reading(c, node, x)
    return never(c, node, TypeError, f"int() argument must be a string, a bytes-like object or a real number, not '{type_name(x)}'")


@builtin(builtins.bool)
def lower_bool(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    if not args:
        return c.constant(False)
    holds = truth_of(c, args[0], node)
    origins = args[0].origins if isinstance(args[0], Scalar) else frozenset()
    return c.constant(holds) if isinstance(holds, bool) else Scalar(holds, "bool", origins=origins)


@builtin(builtins.round, least=1, most=2, options=("ndigits",))
def lower_round(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    x = c.present(args[0], node)
    digits = args[1] if len(args) == 2 else kwargs.get("ndigits")
    if digits is not None and not is_none(digits):
        if isinstance(x, Scalar) and x.kind in ("int", "bool") and isinstance(digits, Scalar) and digits.is_static and digits.static >= 0:
            return Scalar(c.as_type(x, I64), "int")
        c.refuse(node, "round() to a number of digits is not supported: it is decimal", "round(x * 100) / 100, if that is what is meant")
    if isinstance(x, Array):
        c.refuse(node, "round() of an array is not supported", "use np.round")
    if not isinstance(x, Scalar):
        return never(c, node, TypeError, f"type {type_name(x)} doesn't define __round__ method")
    if x.type == BOOL and not x.weak:
        return never(c, node, TypeError, f"type {type_name(x)} doesn't define __round__ method")
    if not x.type.is_float:
        return Scalar(c.as_type(x, I64), "int", origins=x.origins)
    value = c.as_type(x, F64)
    c.check(c.b.op("not", c.b.op("isnan", value)), ValueError, "cannot convert float NaN to integer")
    return Scalar(to_integer(c, c.b.op("rint", value)), "int")


@builtin(builtins.pow, least=2, most=2)
def lower_pow(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    return binary(c, node, "**", args[0], args[1])


FLOAT_DIVMOD = said_by(lambda: divmod(1.0, float(0)))
INTEGER_DIVMOD = said_by(lambda: divmod(1, 0))


@builtin(builtins.divmod, least=2, most=2)
def lower_divmod(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    x, y = (c.present(a, node) for a in args)
    if isinstance(x, Scalar) and isinstance(y, Scalar) and x.weak and y.weak and not (y.is_static and y.static != 0):
        floats = "float" in (x.kind, y.kind)
        zero = c.b.constant(0, y.type, "zero")
        c.check(c.b.op("ne", y.value, zero), ZeroDivisionError, FLOAT_DIVMOD if floats else INTEGER_DIVMOD)
    return Tuple((binary(c, node, "//", x, y), binary(c, node, "%", x, y)))


# Sequences ------------------------------------------------------------------------------------------------------------


@builtin(builtins.len, least=1)
def lower_len(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    x = c.present(args[0], node)
    if isinstance(x, Generator) or getattr(x, "used", None) is not None:
        return never(c, node, TypeError, f"object of type '{type_name(x)}' has no len()")
    return containers.length(c, x, node)


@builtin(builtins.range, least=1, most=3)
def lower_range(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    parts = []
    for x in args:
        x = element_of_rank_0(c, c.present(x, node))
        if not isinstance(x, Scalar) or not (x.type.is_integer or x.kind == "bool"):
            return never(c, node, TypeError, f"'{type_name(x)}' object cannot be interpreted as an integer")
        static = int(x.static) if x.is_static else x.static
        parts.append(Scalar(c.as_type(x, I64), "int", static, x.origins))
    if len(parts) == 1:
        return Range(c.integer(0), parts[0], c.integer(1))
    return Range(parts[0], parts[1], parts[2] if len(parts) == 3 else c.integer(1))


def element_of_rank_0(c: Frame, x: Abstract) -> Abstract:
    return Scalar(c.b.op("load", x.value), "numpy") if isinstance(x, Array) and x.rank == 0 else x


@builtin(builtins.enumerate, least=1, most=2, options=("start",))
def lower_enumerate(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    first = args[1] if len(args) == 2 else kwargs.get("start", c.integer(0))
    first = c.present(first, node)
    if not isinstance(first, Scalar) or not first.type.is_integer:
        return never(c, node, TypeError, f"'{type_name(first)}' object cannot be interpreted as an integer")
    return iterator(c, enumerated(c, iterable(c, realised(c, args[0]), node), first))


@builtin(builtins.zip, most=64, options=("strict",))
def lower_zip(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    parts = [iterable(c, realised(c, x), node) for x in args]
    if "strict" in kwargs and c.static(kwargs["strict"], "the option 'strict'", node):
        same_lengths(c, node, parts)
    return iterator(c, zipped(c, parts, node))


def same_lengths(c: Frame, node: ast.AST, parts: list[Any]) -> None:
    from .iteration import length

    first, *others = (length(c, x) for x in parts)
    for k, other in enumerate(others, 2):
        before = f"argument{'s' if k > 2 else ''} 1{f'-{k - 1}' if k > 2 else ''}"
        c.check(c.b.op("ge", other.value, first.value), ValueError, f"zip() argument {k} is shorter than {before}")
        c.check(c.b.op("le", other.value, first.value), ValueError, f"zip() argument {k} is longer than {before}")


@builtin(builtins.reversed, least=1)
def lower_reversed(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    return iterator(c, backwards(c, iterable(c, args[0], node)))


def folded(c: Frame, node: ast.AST, x: Abstract, initial: Abstract, step: Callable[[Abstract, Abstract], Abstract], name: str) -> Abstract:
    """Combine all items of `x`, from the left."""
    x = c.present(x, node)
    if isinstance(x, Generator):
        return fold(c, x, initial, step, name)
    items = sequence_items(x)
    if items is not None:
        for item in items:
            initial = step(initial, item)
        return initial
    hidden = f"<{name}>"
    while hidden in c.env:
        hidden = f"<{hidden[1:-1]}_>"
    c.env[hidden] = initial

    def turn(item: Abstract) -> None:
        c.env[hidden] = step(c.env[hidden], item)

    mine = frozenset([hidden])
    go_over(c, iterable(c, x, node), Body(node, turn, mine, mine, mine))
    return c.env.pop(hidden)


@builtin(builtins.sum, least=1, most=2, options=("start",))
def lower_sum(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    start = args[1] if len(args) == 2 else kwargs.get("start", c.integer(0))
    return folded(c, node, args[0], start, lambda a, x: binary(c, node, "+", a, x), "sum")


@builtin(builtins.any, builtins.any, least=1)
def lower_any(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    return quantified(c, node, args[0], True)


@builtin(builtins.all, least=1)
def lower_all(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    return quantified(c, node, args[0], False)


def quantified(c: Frame, node: ast.AST, x: Abstract, stops_on: bool) -> Abstract:
    """any (stops on True) and all (stops on False): what comes after the deciding item is not evaluated."""
    x = c.present(x, node)
    if isinstance(x, Generator):
        return quantified_generator(c, node, x, stops_on)

    def step(answer: Abstract, item: Abstract) -> Abstract:
        holds = truth_of(c, item, node)
        known = c.constant(holds) if isinstance(holds, bool) else Scalar(holds, "bool")
        return containers.both(c, node, answer, known, "or" if stops_on else "and")

    return folded(c, node, x, c.constant(not stops_on), step, "any" if stops_on else "all")


def quantified_generator(c: Frame, node: ast.AST, x: Generator, stops_on: bool) -> Abstract:
    """A search loop that ends at the first deciding element: written as CPython runs it."""
    from . import search

    use(c, x.used, node)
    return search.decided(c, node, x, stops_on)


@builtin(builtins.min, least=1, most=256, options=("default", "key"))
def lower_min(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    return extreme(c, node, args, kwargs, "<", "min")


def of_nothing(name: str) -> str:
    """What Python says of `max(())` and `min(())`: the words changed with 3.12."""
    try:
        return str(getattr(builtins, name)(()))
    except ValueError as error:
        return str(error)


@builtin(builtins.max, least=1, most=256, options=("default", "key"))
def lower_max(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    return extreme(c, node, args, kwargs, ">", "max")


def extreme(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract], op: str, name: str) -> Abstract:
    """The first item for which no other is smaller (larger)."""
    key = kwargs.get("key")
    items = tuple(args) if len(args) > 1 else None
    if items is None:
        x = c.present(realised(c, args[0]), node)
        items = sequence_items(x)
        if items is None:
            return extreme_at_run_time(c, node, x, kwargs, op, name)
    if not items:
        if "default" in kwargs:
            return kwargs["default"]
        return never(c, node, ValueError, of_nothing(name))
    best = items[0]
    best_key = keyed(c, key, best, node)
    for item in items[1:]:
        item_key = keyed(c, key, item, node)
        best, best_key = better(c, node, op, (best, best_key), (item, item_key), key is None)
    return best


def keyed(c: Frame, key: Abstract | None, item: Abstract, node: ast.AST) -> Abstract:
    from .calls import call_value

    return item if key is None or is_none(key) else call_value(c, key, [item], {}, node)


Pair = tuple[Abstract, Abstract]


def better(c: Frame, node: ast.AST, op: str, best: Pair, item: Pair, same: bool) -> Pair:
    """`item` if its key beats that of `best`, as CPython compares: the first wins a tie, NaN never beats."""
    pattern = as_floats(best[0], item[0]) if same else None
    if pattern is not None:
        value = of_two(c, best[0], item[0], op, pattern)
        return value, value
    wins = truth_of(c, compare(c, node, op, item[1], best[1]), node)
    if isinstance(wins, bool):
        return item if wins else best
    new = chosen(c, wins, item[0], best[0], node)
    return (new, new) if same else (new, chosen(c, wins, item[1], best[1], node))


def of_two(c: Frame, best: Abstract, item: Abstract, op: str, pattern: Scalar) -> Scalar:
    """The larger or smaller of two numbers, as floats of one type. A tie is a kink (docs/kinks.md)."""
    assert isinstance(best, Scalar) and isinstance(item, Scalar)
    x, y = c.as_type(best, pattern.type), c.as_type(item, pattern.type)
    name, wins = ("larger", "gt") if op == ">" else ("smaller", "lt")
    flag = None
    if pattern.weak_if is not None:
        flag = c.b.op("select", c.b.op(wins, y, x), weakness(c, item), weakness(c, best), name="weak")
    return Scalar(c.b.op(name, x, y, name=name), pattern.kind, weak_if=flag)


def as_floats(x: Abstract, y: Abstract) -> Scalar | None:
    """The float that holds two numbers, of which one at least is known only when the program runs; None for others."""
    if not isinstance(x, Scalar) or not isinstance(y, Scalar) or (x.is_static and y.is_static):
        return None
    try:
        pattern = Join()(x, y)
    except Unjoinable:
        return None
    return pattern if isinstance(pattern, Scalar) and pattern.type.is_float else None


def chosen(c: Frame, cond: Value, a: Abstract, b: Abstract, node: ast.AST) -> Abstract:
    """`a if cond else b`, both computed already."""
    if isinstance(a, Scalar) and isinstance(b, Scalar):
        try:
            pattern = Join()(a, b)
        except Unjoinable as problem:
            c.refuse(node, f"the result would be {problem}", "give all of them one type")
        if isinstance(pattern, Scalar) and not pattern.is_static and pattern.weak_if is None:
            value = c.b.op("select", cond, c.as_type(a, pattern.type), c.as_type(b, pattern.type), name="chosen")
            return Scalar(value, pattern.kind)
    value_ = branch(c, cond, lambda: a, lambda: b, None, node)
    assert value_ is not None
    return value_


def extreme_at_run_time(c: Frame, node: ast.AST, x: Abstract, kwargs: dict[str, Abstract], op: str, name: str) -> Abstract:
    from .iteration import Counted, counted

    several = counted(c, iterable(c, x, node))
    if not isinstance(several, Counted) or "key" in kwargs or "default" in kwargs:
        c.refuse(node, f"{name}() with options over something of run-time length is not supported", "write the loop")
    c.check(c.b.op("gt", several.count, c.b.i64(0), name="nonempty"), ValueError, of_nothing(name))
    hidden = f"<{name}>"
    c.env[hidden] = generalised(several.item(c.b.i64(0)))

    def turn(k: Abstract) -> None:
        assert isinstance(k, Scalar)
        item = several.item(k.value)
        best = c.env[hidden]
        c.env[hidden] = better(c, node, op, (best, best), (item, item), True)[0]

    mine = frozenset([hidden])
    rest = Range(c.integer(1), Scalar(several.count, "int"), c.integer(1))
    go_over(c, iterable(c, rest, node), Body(node, turn, mine, mine, mine))
    return c.env.pop(hidden)


# Containers -----------------------------------------------------------------------------------------------------------


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


@builtin(builtins.slice, least=1, most=3)
def lower_slice(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    none = Static(None)
    return Slice(none, args[0], none) if len(args) == 1 else Slice(args[0], args[1], args[2] if len(args) == 3 else none)


TABLE[dataclasses.replace] = replaced


# Types and printing ---------------------------------------------------------------------------------------------------


def class_of(x: Abstract) -> type | None:
    """The class that `type(x)` gives in CPython."""
    if isinstance(x, Scalar):
        return {"float": float, "int": int, "bool": bool}.get(x.kind) or x.type.numpy.type
    if isinstance(x, Array):
        return np.ndarray
    if isinstance(x, (Tuple, Instance)):
        return x.type
    if isinstance(x, (List, RunList, Buffer)):
        return list
    if isinstance(x, Static):
        return type(x.value)
    table: dict[type, type] = {Dict: dict, Range: range, Slice: slice, Text: str}
    return table.get(type(x)) or (type(lambda: None) if isinstance(x, (Closure, Method)) else None)


@builtin(builtins.isinstance, least=2, most=2)
def lower_isinstance(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    x, kinds = args
    if isinstance(x, Maybe):
        inner = lower_isinstance(c, node, [x.value, kinds], {})
        nothing = lower_isinstance(c, node, [Static(None), kinds], {})
        assert isinstance(inner, Scalar) and isinstance(nothing, Scalar)
        if inner.static == nothing.static:
            return inner
        return Scalar(x.present if inner.static else c.b.op("not", x.present), "bool")
    kind = class_of(x)
    items = sequence_items(kinds)
    wanted = tuple(c.static(k, "a class", node) for k in (items if items is not None else (kinds,)))
    return c.constant(kind is not None and issubclass(kind, wanted))


@builtin(builtins.type, least=1)
def lower_type(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    kind = class_of(c.present(args[0], node))
    if kind is None:
        c.refuse(node, f"the type of a {type_name(args[0])} is not known here", "")
    return Static(kind)


@builtin(builtins.callable, least=1)
def lower_callable(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    x = args[0]
    return c.constant(callable(x.value) if isinstance(x, Static) else isinstance(x, (Closure, Method)))


@builtin(builtins.print, most=256, options=("sep", "end", "flush"))
def lower_print(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    """print: numbers and strings, when the function runs forward."""
    separator = c.static(kwargs["sep"], "the separator", node) if "sep" in kwargs else " "
    end = c.static(kwargs["end"], "the end", node) if "end" in kwargs else "\n"
    if end != "\n":
        c.refuse(node, "print() with another end than a new line is not supported", "print whole lines")
    values: list[Value] = []
    text = escaped(" " if separator is None else separator).join(template(c, x, values, node, "!s") for x in args)
    c.at(node)
    flushed = "flush" in kwargs and bool(c.static(kwargs["flush"], "the option 'flush'", node))
    c.b.do("print", *values, message=text, **({"flush": True} if flushed else {}))
    return Static(None)


@builtin(builtins.str)
def lower_str(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    values: list[Value] = []
    text = template(c, args[0], values, node, "!s") if args else ""
    return text_of(text, values)


@builtin(builtins.repr, least=1)
def lower_repr(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    values: list[Value] = []
    text = template(c, args[0], values, node, "!r")
    return text_of(text, values)


@builtin(builtins.format, least=1, most=2)
def lower_format(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    values: list[Value] = []
    spec = c.static(args[1], "a format", node) if len(args) == 2 else ""
    text = template(c, args[0], values, node, "", spec)
    return text_of(text, values)


@builtin(builtins.getattr, least=2, most=3)
def lower_getattr(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    from .expressions import attribute

    if len(args) == 3:
        known = lower_hasattr(c, node, args[:2], {})
        if isinstance(known, Scalar) and known.static is False:
            return args[2]
    return attribute(c, c.present(args[0], node), c.static(args[1], "the name of an attribute", node), node)


@builtin(builtins.hasattr, least=2, most=2)
def lower_hasattr(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    x, name = args[0], c.static(args[1], "the name of an attribute", node)
    kind = class_of(x)
    if isinstance(x, Instance) and name in x.fields:
        return c.constant(True)
    if isinstance(x, Static):
        watch_attribute(c.unit, x.value, name, getattr(x.value, name, ABSENT))
        return c.constant(hasattr(x.value, name))
    if kind is not None:
        found_in_class(c.unit, kind, name)
    return c.constant(hasattr(kind, name))


def refused(name: str, reason: str, way_out: str) -> Handler:
    def handler(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
        c.refuse(node, reason.format(name=name), way_out)

    return handler


for _name, _reason, _way_out in (
    ("sorted", "{name}() is not supported", "use np.sort"),
    ("map", "{name}() is not supported", "use a comprehension"),
    ("filter", "{name}() is not supported", "use a comprehension"),
    ("iter", "iterators are not supported", "use a for loop"),
    ("next", "iterators are not supported", "use a for loop"),
    ("open", "input and output are not supported", "read it outside and pass the data in"),
    ("input", "input and output are not supported", "read it outside and pass the data in"),
    ("eval", "{name}() is not supported", "write the expression out"),
    ("exec", "{name}() is not supported", "write the statements out"),
    ("set", "sets are not supported", "use a tuple or a list"),
    ("frozenset", "sets are not supported", "use a tuple or a list"),
    ("complex", "complex numbers are not supported", "use two floats"),
    ("setattr", "{name}() is not supported", "assign the attribute by its name"),
    ("globals", "{name}() is not supported", "use the variables by name"),
    ("locals", "{name}() is not supported", "use the variables by name"),
    ("super", "{name}() is not supported", "call the method of the base class by its name"),
):
    TABLE[getattr(builtins, _name)] = refused(_name, _reason, _way_out)

__all__ = ["BOOL", "unary"]
