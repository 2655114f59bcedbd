"""Sequences combined and compared: `+`, `*`, `==`, `<`, `in`."""

from __future__ import annotations

import ast
from collections import Counter
from typing import Any

import numpy as np

from ...errors import NotSupported
from ...ir.op import definition
from ...ir.program import Value
from ...ir.types import BOOL, I64
from ...structure import MAX_LEAVES
from .. import run_lists
from ..frame import BROKE, TRUE, Frame
from ..identity import is_among
from ..naming import an, type_name
from ..objects import Dict, Instance, List, RunTuple, Table, sequence_items
from ..outside import changeable, never
from ..values import Abstract, Array, Buffer, OneOf, Range, RunList, Scalar, Static, Tuple
from . import containers, options
from .arithmetic import compared_scalars, negated
from .containers import element_of, length, made_at, new_list, scalar, widened
from .hashing import KEY, computed, hashable, is_key, stand_in, value_of_key
from .indices import as_index, integral
from .iterables import Body, Counted, Generator, Known, Stream, range_length
from .iteration import counted, iterable
from .messages import refuse_reading
from .sets import member, members_of
from .spread import among, extend, for_each


def are_counters(*xs: Abstract) -> bool:
    """Whether all of them are of the class Counter."""
    return all(isinstance(x, (Dict, Table)) and x.type is Counter for x in xs)


def combined(c: Frame, node: ast.AST, op: str, left: Abstract, right: Abstract) -> Abstract:
    """`+` and `*` of sequences."""
    a, b = sequence_items(left), sequence_items(right)
    if op == "+" and a is not None and b is not None and isinstance(left, Tuple) == isinstance(right, Tuple):
        return Tuple(a + b) if isinstance(left, Tuple) else new_list(c, a + b, node)
    if op == "*" and (integral(left) or integral(right) or repeats(left, right)):
        x, times = (left, right) if isinstance(left, SEQUENCES) else (right, left)
        return repeated(c, node, x, as_index(c, times, node, NO_TIMES))
    if op == "+" and any(isinstance(x, RunTuple) for x in (left, right)) and all(isinstance(x, (Tuple, RunTuple)) for x in (left, right)):
        return run_lists.as_tuple(joined_lists(c, node, left, right))
    if op == "+" and all(isinstance(x, (List, RunList, Buffer)) and not isinstance(x, RunTuple) for x in (left, right)):
        return joined_lists(c, node, left, right)
    text = f"unsupported operand type(s) for {op}: '{type_name(left)}' and '{type_name(right)}'"
    c.refuse(node, text, "for arithmetic item by item, use arrays")


def repeats(left: Abstract, right: Abstract) -> bool:
    """Whether one is a sequence and the other a number of NumPy's: this says how often, and does not make an array of the sequence."""
    pair = ((left, right), (right, left))
    return any(isinstance(x, SEQUENCES) and isinstance(n, Scalar) and not n.weak for x, n in pair)


SEQUENCES = (Tuple, List, RunList, Buffer)
NO_TIMES = "can't multiply sequence by non-int of type '{}'"


def joined_lists(c: Frame, node: ast.AST, left: Abstract, right: Abstract) -> RunList:
    element: Abstract | None = None
    for x in (left, right):
        parts = sequence_items(x)
        for part in parts if parts is not None else (element_of(c, x, node),):
            element = widened(element, part, c, node)
    assert element is not None
    made = made_at(c, node, element)
    extend(c, node, made, left)
    extend(c, node, made, right)
    return made


MOST_ITEMS = 2**40
"""Of a list: more is refused at once, not when the memory is full."""


def repeated(c: Frame, node: ast.AST, x: Abstract, times: Scalar) -> Abstract:
    """`x * n`: a run-time list where n is not known."""
    items = sequence_items(x)
    if items is not None and (times.is_static or isinstance(x, Tuple)):
        n = int(c.static(times, "how often a tuple is repeated", node))
        if len(items) * max(n, 0) <= MAX_LEAVES or isinstance(x, Tuple):
            return Tuple(items * n) if isinstance(x, Tuple) else new_list(c, items * n, node)
    element: Abstract | None = None
    for item in items if items is not None else (element_of(c, x, node),):
        element = widened(element, item, c, node)
    if element is None:
        return new_list(c, (), node)
    made = made_at(c, node, element)
    count = Scalar(c.as_type(times, I64), "int")
    c.check(c.b.op("le", count.value, c.b.i64(MOST_ITEMS)), MemoryError, "")
    for_each(c, node, Range(c.integer(0), count, c.integer(1)), lambda k: extend(c, node, made, x))
    return run_lists.as_tuple(made) if isinstance(x, RunTuple) else made


def repeat(c: Frame, node: ast.AST, x: List | RunList, times: Abstract) -> None:
    """`x *= n`: the list itself becomes longer."""
    times = as_index(c, times, node, NO_TIMES)
    if isinstance(x, RunList):
        if x.length is None:
            raise run_lists.ShrinksAtRunTime
        items = repeated(c, node, x, times)
        run_lists.resize(c.b, x, c.b.i64(0))
        extend(c, node, x, items)
        return
    changeable(c, x, node)
    n = int(c.static(times, "how often a list is repeated in place", node))
    if len(x.items) * max(n, 0) > MAX_LEAVES:
        c.refuse(node, f"a list of more than {MAX_LEAVES} items that is not built in a run-time loop", "use an array")
    x.contents = x.items * n


def compared(c: Frame, node: ast.AST, op: str, left: Tuple | List, right: Tuple | List) -> Abstract:
    """Comparisons of sequences: by the first item that differs, else by their lengths."""
    if isinstance(left, Tuple) != isinstance(right, Tuple) and op not in ("==", "!="):
        text = f"'{op}' not supported between instances of '{type_name(left)}' and '{type_name(right)}'"
        return never(c, node, TypeError, text)
    if op not in ("==", "!="):
        return in_order(c, node, op, left.items, right.items)
    if isinstance(left, Tuple) != isinstance(right, Tuple) or len(left.items) != len(right.items):
        return c.constant(op == "!=")
    answer: Abstract = c.constant(True)
    for a, b in zip(left.items, right.items, strict=True):
        answer = both(c, node, answer, equal_items(c, node, a, b))
    return answer if op == "==" else negated(c, answer)


def in_order(c: Frame, node: ast.AST, op: str, left: tuple[Abstract, ...], right: tuple[Abstract, ...]) -> Abstract:
    """`<`, `<=`, `>` or `>=` of sequences with these items."""
    if not left or not right:
        longer = len(left) - len(right)
        return c.constant({"<": longer < 0, "<=": longer <= 0, ">": longer > 0, ">=": longer >= 0}[op])
    same = equal_items(c, node, left[0], right[0])
    if isinstance(same, Scalar) and same.is_static:
        if same.static:
            return in_order(c, node, op, left[1:], right[1:])
        return c.compare(node, op, left[0], right[0])
    if not isinstance(same, Scalar):
        c.refuse(node, "comparing sequences of arrays is not supported", "compare the arrays, with .all()")
    answer = c.branch(
        same.value,
        lambda: in_order(c, node, op, left[1:], right[1:]),
        lambda: c.compare(node, op, left[0], right[0]),
        None,
        node,
    )
    assert answer is not None
    return answer


def equal_items(c: Frame, node: ast.AST, x: Abstract, y: Abstract) -> Abstract:
    """Whether two items are equal as containers compare them: an object is equal to itself, even if it is NaN.

    Where it cannot be told whether two NaN are one object, they are an error at run time.
    """
    if x is y:
        return c.constant(True)
    answer = c.compare(node, "==", x, y)
    floats = isinstance(x, Scalar) and isinstance(y, Scalar) and x.type.is_float and y.type.is_float
    if floats and not (scalar(x).is_static or scalar(y).is_static or new_number(c, scalar(x), scalar(y))):
        nan = c.b.op("and", c.b.op("isnan", scalar(x).value), c.b.op("isnan", scalar(y).value), name="both_nan")
        message = "two NaN are equal in a container if they are one object, which is not known here\ncompare them by math.isnan"
        c.check(c.b.op("not", nan), NotSupported, message)
    return answer


def new_number(c: Frame, x: Scalar, y: Scalar) -> bool:
    """Whether the later of two numbers was computed here, and so is another object than the other."""
    if x.value is y.value:
        return False
    made = [op for op in c.b.ops if x.value in op.results or y.value in op.results]
    return bool(made) and definition(made[-1].name).family not in ("control", "list")


def both(c: Frame, node: ast.AST, x: Abstract, y: Abstract, op: str = "and") -> Abstract:
    """`x and y` (or `x or y`) of booleans that are both computed."""
    if not (isinstance(x, Scalar) and isinstance(y, Scalar) and x.type == BOOL and y.type == BOOL):
        c.refuse(node, "comparing sequences of arrays is not supported", "compare the arrays, with .all()")
    for a, b in ((x, y), (y, x)):
        if a.is_static:
            return b if bool(a.static) is (op == "and") else a
    return Scalar(c.b.op(op, x.value, y.value), "bool")


def contains(c: Frame, node: ast.AST, x: Abstract, holder: Abstract) -> Abstract:
    """`x in holder`."""
    if type_name(holder) == "str":
        refuse_reading(c, node, x, holder)
    if isinstance(x, OneOf) and isinstance(holder, Static) and options.known(x):
        return options.each(c, x, lambda one: contains(c, node, one, holder), node)
    if isinstance(holder, Static) and isinstance(x, Static) and hasattr(type(holder.value), "__contains__"):
        try:
            return c.constant(x.value in holder.value)
        except TypeError as problem:
            return never(c, node, TypeError, str(problem))
    if isinstance(holder, Table):
        hashable(c, x, node)
        held = run_lists.keys(c, holder)
        return Scalar(c.b.op("lt", position(c, node, held, x), length(c, held, node).value, name="found"), "bool")
    if isinstance(holder, Dict):
        if isinstance(x, (Instance, Tuple)) and not computed(c, x, holder):
            return c.constant(is_key(c, stand_in(c, x, KEY, node), holder.entries, node))
        return member_of(c, node, x, frozenset(holder.entries), holder)
    members = members_of(holder)
    if members is not None:
        if isinstance(x, Instance):
            found = member(c, x, node)
            return c.constant(is_among(c, found, members, node) if isinstance(found, Instance) else found in members)
        return member_of(c, node, x, members, holder)

    items = holder.current() if isinstance(holder, Known) else sequence_items(holder)
    if items is not None:
        answer: Abstract = c.constant(False)
        for item in items:
            answer = both(c, node, answer, equal_items(c, node, x, item), "or")
        return answer
    if isinstance(holder, Range) and isinstance(x, Scalar) and x.kind == "int":
        return in_range(c, x, holder)
    if isinstance(holder, (RunList, Buffer, Range)):
        return Scalar(c.b.op("lt", position(c, node, holder, x), length(c, holder, node).value, name="found"), "bool")
    if isinstance(holder, (Stream, Generator)):
        return among(c, node, iterable(c, holder, node), True, lambda item: equal_items(c, node, x, item))
    if isinstance(holder, Array) and not isinstance(x, Static):
        return c.call(Static(bool), [c.call(Static(np.any), [c.compare(node, "==", holder, x)], {}, node)], {}, node)
    if isinstance(holder, Array) and isinstance(x, Static) and isinstance(x.value, str | None):
        return c.constant(False)
    c.refuse(node, f"`in` {an(type_name(holder))} is not supported", "write the loop, or np.any(x == y)")


def member_of(c: Frame, node: ast.AST, x: Abstract, members: frozenset[Any], holder: Abstract | None = None) -> Abstract:
    """`x in members`: known, or one of the numbers in it."""
    if computed(c, x, holder):
        answer: Abstract = c.constant(False)
        for value in members:
            answer = both(c, node, answer, equal_items(c, node, x, value_of_key(c, value)), "or")
        return answer
    if isinstance(x, OneOf):
        if not options.known(x):
            return options.each(c, x, lambda one: member_of(c, node, one, members), node)
        return options.tested(c, x, lambda one: options.thing(one) in members)
    return c.constant(c.static(x, "what is looked for in a set", node) in members)


def in_range(c: Frame, x: Scalar, r: Range) -> Abstract:
    b = c.b
    if r.step.is_static and r.step.static == 1:
        low = scalar(compared_scalars(c, ">=", x, r.start))
        return Scalar(b.op("and", low.value, scalar(compared_scalars(c, "<", x, r.stop)).value), "bool")
    offset = b.op("sub", c.as_type(x, I64), r.start.value, name="offset")
    place, rest = b.op("floordiv", offset, r.step.value, name="place"), b.op("mod", offset, r.step.value, name="rest")
    inside = b.op("and", b.op("ge", place, b.i64(0)), b.op("lt", place, range_length(c, r).value), name="inside")
    return Scalar(b.op("and", inside, b.op("eq", rest, b.i64(0))), "bool")


def position(c: Frame, node: ast.AST, x: Abstract, item: Abstract) -> Value:
    """Where the first item equal to `item` stands in something of run-time length; its length if it stands nowhere."""
    several = counted(c, iterable(c, x, node))
    assert isinstance(several, Counted)
    hidden, outer = c.fresh("position"), c.env[BROKE]
    c.env[hidden] = Scalar(several.count, "int")

    def turn(k: Abstract) -> None:
        place = containers.scalar(k)
        same = equal_items(c, node, several.item(place.value), item)

        def stop() -> None:
            c.env[hidden], c.env[BROKE] = Scalar(place.value, "int"), TRUE

        if not isinstance(same, Scalar):
            c.refuse(node, "looking for an array in a list is not supported", "write the loop")
        if same.is_static:
            if same.static:
                stop()
            return
        c.branch(same.value, stop, lambda: None, None, node)

    mine = frozenset([hidden])
    c.go_over(iterable(c, containers.numbers_to(c, several.count), node), Body(node, turn, mine, mine, mine, may_leave=True))
    c.env[BROKE] = outer
    found = c.env.pop(hidden)
    assert isinstance(found, Scalar)
    return found.value
