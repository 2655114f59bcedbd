"""Python's comparisons of Python's values: by size, equality and identity. Arrays and NumPy scalars go to `numpy.operators`."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ...errors import NotSupported
from ...library.python import sequences
from ...library.python.tables import COMPARED as OF_TABLES
from .. import by_path, facts
from ..complex import operators as of_complex
from ..complex.pairs import holds
from ..frame import Frame
from ..identity import one_object
from ..naming import an, type_name
from ..numpy import operators as of_arrays
from ..numpy.overlap import one_array
from ..objects import Dict, Instance, List, RunTuple, Table
from ..outside import never
from ..samples import OPERATORS
from ..values import NONE, Abstract, Array, Buffer, Complex, Maybe, OneOf, Range, RunList, Scalar, Static, Tuple, is_none
from . import combining, dicts, options, protocols, sets, tables
from .arithmetic import COMPARISONS, compared_scalars, is_numpy, negated
from .iterables import range_length
from .messages import refuse_reading
from .operators import present, raise_impossible


def compare(c: Frame, node: ast.AST, op: str, left: Abstract, right: Abstract) -> Abstract:
    """`left op right` for the comparison operators."""
    if op in ("is", "is not"):
        return identity(c, node, left, right, op == "is")
    if op in ("in", "not in"):
        holder = c.present(right, node)
        of_each = options.split(c, (holder,), lambda one: compare(c, node, op, left, *one), node)
        if of_each is not None:
            return of_each
        found = protocols.contains(c, node, left, holder) or combining.contains(c, node, left, protocols.iterated(c, holder, node))
        return found if op == "in" else negated(c, found)
    if op in ("==", "!=") and (is_none(left) or is_none(right) or isinstance(left, Maybe) or isinstance(right, Maybe)):
        return equal_or_none(c, node, op, left, right)
    left, right = (c.constant(tuple(x.value)) if isinstance(x, Static) and isinstance(x.value, tuple) else x for x in (left, right))
    left, right = present(c, node, op, left, right)
    if op in ("==", "!="):
        known = of_options(c, left, right, lambda x, y: bool(OPERATORS[op](x, y)), node)
        if known is not None:
            return known
    several = options.split(c, (left, right), lambda one: compare(c, node, op, *one), node)
    if several is not None:
        return several
    raise_impossible(c, node, op, left, right)
    own = protocols.compare(c, node, op, left, right)
    if own is not None:
        return own
    if isinstance(left, Complex) or isinstance(right, Complex):
        return of_complex.binary(c, node, op, left, right)
    if is_numpy(left) or is_numpy(right):
        if holds(left) or holds(right):
            return of_complex.binary(c, node, op, left, right)
        flag, result = by_path.both_weak(c, left, right), of_arrays.binary(c, node, op, left, right)
        return replace(result, weak_if=flag) if flag is not None and isinstance(result, Scalar) else result
    if isinstance(left, Scalar) and isinstance(right, Scalar):
        return compared_scalars(c, op, left, right)

    of_sets = tables.combined(c, node, op, left, right) or sets.combined(c, node, op, left, right)
    if of_sets is not None:
        return of_sets
    if isinstance(left, Static) and isinstance(right, Static):
        return compared_statics(c, node, op, left, right)
    if isinstance(left, Dict) and isinstance(right, Dict) and op in ("==", "!="):
        return dicts.compared(c, node, op, left, right)
    if op in OF_TABLES and all(isinstance(x, Dict) or (isinstance(x, Table) and x.keyed) for x in (left, right)):
        return c.call(Static(OF_TABLES[op]), [left, right], {}, node)
    if isinstance(left, (Tuple, List)) and isinstance(right, (Tuple, List)):
        return combining.compared(c, node, op, left, right)
    if all(isinstance(x, combining.SEQUENCES) for x in (left, right)) and sort_of(left) is sort_of(right) and op in sequences.COMPARED:
        return c.call(Static(sequences.COMPARED[op]), [left, right], {}, node)
    if isinstance(left, Range) and isinstance(right, Range) and op in ("==", "!="):
        return equal_ranges(c, op, left, right)
    if type_name(left) == type_name(right) == "str":
        refuse_reading(c, node, left, right)
    if op in ("==", "!=") and sort_of(left) is not sort_of(right):
        return c.constant(op == "!=")
    if isinstance(left, Dict) or op not in COMPARISONS:
        c.refuse(node, f"comparing {an(type_name(left))} with {an(type_name(right))} is not supported", "compare what is in them")
    c.refuse(node, f"'{op}' between {an(type_name(left))} and {an(type_name(right))} is not supported", "compare numbers")


def sort_of(x: Abstract) -> type:
    """What is never equal to what is of another sort: a list is a list, however it is held."""
    return Tuple if isinstance(x, RunTuple) else List if isinstance(x, (RunList, Buffer)) else type(x)


def equal_ranges(c: Frame, op: str, left: Range, right: Range) -> Abstract:
    """`==` and `!=`: as many numbers, the same first one, and the same step where there are two."""
    b = c.b
    count, other = range_length(c, left).value, range_length(c, right).value
    first, step = b.op("eq", left.start.value, right.start.value), b.op("eq", left.step.value, right.step.value)
    none, one = b.op("eq", count, b.i64(0), name="none"), b.op("eq", count, b.i64(1), name="one")
    same = b.op("and", b.op("eq", count, other), b.op("or", none, b.op("and", first, b.op("or", one, step))), name="same")
    return Scalar(same if op == "==" else b.op("not", same), "bool")


def compared_statics(c: Frame, node: ast.AST, op: str, left: Static, right: Static) -> Abstract:
    try:
        return c.constant(bool(OPERATORS[op](left.value, right.value)))
    except TypeError as problem:
        return never(c, node, TypeError, str(problem))


def equal_or_none(c: Frame, node: ast.AST, op: str, left: Abstract, right: Abstract) -> Abstract:
    """`==` and `!=` where an operand is, or may be, None."""
    if is_none(left) or is_none(right):
        if isinstance(left, Array) or isinstance(right, Array):
            c.refuse(node, f"`{op}` of an array and None compares every element with it", f"use `is{' not' * (op == '!=')} None`")
        own = protocols.compare(c, node, op, left, right)
        if own is not None:
            return own
        return identity(c, node, left, right, op == "==")
    b = c.b
    values = [x.value if isinstance(x, Maybe) else x for x in (left, right)]
    same = compare(c, node, "==", *values)
    flags = [x.present for x in (left, right) if isinstance(x, Maybe)]
    if not isinstance(same, Scalar):
        c.refuse(node, "comparing an array that may be None is not supported", "test `is None` first")
    answer = same.value
    if len(flags) == 1:
        answer = b.op("and", flags[0], answer)
    else:
        both, neither = b.op("and", *flags), b.op("not", b.op("or", *flags))
        answer = b.op("or", neither, b.op("and", both, answer))
    return Scalar(answer if op == "==" else b.op("not", answer), "bool")


def of_options(c: Frame, left: Abstract, right: Abstract, test: Callable[[Any, Any], bool], node: ast.AST) -> Abstract | None:
    """A comparison where an operand is one of several known things; None for other operands."""
    if isinstance(left, OneOf):
        return options.compared(c, left, right, test, node)
    return options.compared(c, right, left, lambda x, y: test(y, x), node) if isinstance(right, OneOf) else None


def same_integer(c: Frame, node: ast.AST, left: Scalar, right: Scalar, same: bool) -> Abstract:
    """`is` between integers: CPython keeps one object for each from -5 to 256; of others it can't be told."""
    equal = compared_scalars(c, "==", left, right)
    small = c.b.op("and", c.b.op("ge", left.value, c.b.i64(-5)), c.b.op("le", left.value, c.b.i64(256)), name="small")
    assert isinstance(equal, Scalar)
    other = c.b.op("or", c.b.op("not", equal.value), small)
    c.limit(other, NotSupported, "`is` of equal integers beyond 256 depends on where they come from\ncompare them with ==")
    return equal if same else compared_scalars(c, "!=", left, right)


NO_ARRAY = Scalar | List | Tuple | Dict | Instance


def of_what_may_be_none(c: Frame, x: Maybe, test: Callable[[Abstract], Abstract], node: ast.AST) -> Abstract:
    """What `test` says of what may be None."""
    there, nothing = test(x.value), test(NONE)
    if isinstance(there, Scalar) and isinstance(nothing, Scalar) and there.is_static and nothing.is_static:
        if there.static is nothing.static:
            return there
        return Scalar(x.present if there.static else facts.negation(c, x.present, "is_none"), "bool")
    answer = c.branch(x.present, lambda: there, lambda: nothing, None, node)
    assert answer is not None
    return answer


def identity(c: Frame, node: ast.AST, left: Abstract, right: Abstract, same: bool) -> Abstract:
    """`is` and `is not`: with None, and between objects known at lowering."""
    for x, other in ((left, right), (right, left)):
        if is_none(other):
            if isinstance(x, Maybe):
                return Scalar(facts.negation(c, x.present, "is_none") if same else x.present, "bool")
            return c.constant(is_none(x) is same)
    if isinstance(left, Maybe):
        return of_what_may_be_none(c, left, lambda one: identity(c, node, one, right, same), node)
    if isinstance(right, Maybe):
        return of_what_may_be_none(c, right, lambda one: identity(c, node, left, one, same), node)
    if any(isinstance(x, Scalar) and x.flags for x in (left, right)):
        left, right = (by_path.alternatives(c, x) if isinstance(x, Scalar) and x.flags else x for x in (left, right))
    if isinstance(left, Static) and isinstance(right, Static):
        return c.constant((left.value is right.value) is same)
    several = of_options(c, left, right, lambda x, y: (x is y) is same, node)
    if several is None:
        several = options.split(c, (left, right), lambda one: identity(c, node, one[0], one[1], same), node)
    if several is not None:
        return several
    if isinstance(left, Static) or isinstance(right, Static):
        return c.constant(not same)
    if isinstance(left, Scalar) and isinstance(right, Scalar) and left.kind == right.kind == "bool":
        return compared_scalars(c, "==" if same else "!=", left, right)
    if isinstance(left, Scalar) and isinstance(right, Scalar) and left.kind == right.kind == "int":
        return same_integer(c, node, left, right, same)
    if any(isinstance(x, Scalar) and x.kind == "bool" for x in (left, right)):
        return c.constant(not same)  # True and False are one object each, and the other is neither
    if isinstance(left, (List, Dict, Instance)) and isinstance(right, (List, Dict, Instance)):
        return c.constant(one_object(c, left, right, node) is same)
    if isinstance(left, (Array, Complex)) and isinstance(right, (Array, Complex)):
        return c.constant(one_array(c, left, right, node) is same)
    if isinstance(left, Array | NO_ARRAY) and isinstance(right, Array | NO_ARRAY) and Array in (type(left), type(right)):
        return c.constant(not same)
    c.refuse(node, "`is` compares only with None here", "use ==")
