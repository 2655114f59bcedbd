"""Whether something holds: `and`, `or`, and what a condition asks."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from ...ir.program import Value
from ...ir.types import BOOL
from .. import facts
from ..complex import operators as of_complex
from ..effects import harmless
from ..frame import Frame
from ..numpy.operators import truth as array_truth
from ..objects import Dict, List, Set, Table
from ..python import containers, options, protocols
from ..values import Abstract, Array, Buffer, Complex, Deque, Maybe, OneOf, Poison, Range, RunList, Scalar, Static, Tuple
from .branches import lower_side, meet
from .conditions import test_of_value


def origins_of(x: Abstract) -> frozenset[Any]:
    return x.origins if isinstance(x, Scalar) else frozenset()


def lower_boolean(c: Frame, node: ast.BoolOp) -> Abstract:
    return chained(c, node, 0)


def chained(c: Frame, node: ast.BoolOp, k: int) -> Abstract:
    value = c.expression(node.values[k])
    if k == len(node.values) - 1:
        return value
    return short_circuit(c, node, value, lambda: chained(c, node, k + 1), stops_on=isinstance(node.op, ast.Or))


def short_circuit(c: Frame, node: ast.expr, left: Abstract, rest: Callable[[], Abstract], stops_on: bool) -> Abstract:
    """`left and rest` (stops on False), `left or rest` (stops on True). Evaluated together where that cannot be noticed."""
    holds = truth_of(c, left, node)
    if isinstance(holds, bool):
        return left if holds is stops_on else rest()
    start, test = c.snapshot(), test_of_value(c, left)
    side = lower_side(c, start, rest, flags=test.then, knows=(holds, not stops_on))
    quiet = harmless(side.builder.ops) and unchanged(start.env, side.end.env) and side.end.contents == start.contents
    if plain_bool(left) and plain_bool(side.value) and quiet and not side.dead:
        assert isinstance(side.value, Scalar) and isinstance(left, Scalar)
        c.restore(start)
        c.b.ops.extend(side.builder.ops)
        c.at(node)
        value = c.b.op("or" if stops_on else "and", left.value, side.value.value)
        facts.joint(c, value, left.value, side.value.value, stops_on)
        static = side.value.is_static or side.value.origins
        return Scalar(value, "bool", origins=left.origins | side.value.origins if left.origins and static else frozenset())
    kept = left.value if isinstance(left, Maybe) and stops_on else left
    other = lower_side(c, start, lambda: kept)
    pair = (other, side) if stops_on else (side, other)
    value_ = meet(c, holds, start, *pair, None, node, test)
    assert value_ is not None
    if isinstance(value_, Poison):
        c.spoilt(value_)
    if plain_bool(value_) and plain_bool(left) and plain_bool(side.value):
        facts.joint(c, value_.value, holds, side.value.value, stops_on)  # type: ignore[attr-defined, union-attr]
    return value_


def plain_bool(x: Abstract | None) -> bool:
    return isinstance(x, Scalar) and x.kind == "bool"


def unchanged(before: dict[str, Abstract], after: dict[str, Abstract]) -> bool:
    return before.keys() == after.keys() and all(before[name] is after[name] for name in before)


def truth(c: Frame, node: ast.expr) -> bool | Value:
    """Whether an expression holds, as `while` asks."""
    return truth_of(c, question(c, node), node)


def question(c: Frame, node: ast.expr) -> Abstract:
    """The value of a test. Of `a and b`, `a or b` it is only asked whether it holds, not which of the two it is."""
    return answered(c, node, 0) if isinstance(node, ast.BoolOp) else c.expression(node)


def answered(c: Frame, node: ast.BoolOp, k: int) -> Abstract:
    """The k-th operand and those behind it, each as a bool."""
    value = question(c, node.values[k])
    if not plain_bool(value):
        holds = truth_of(c, value, node.values[k])
        value = c.constant(holds) if isinstance(holds, bool) else Scalar(holds, "bool", origins=origins_of(value))
    if k == len(node.values) - 1:
        return value
    return short_circuit(c, node, value, lambda: answered(c, node, k + 1), stops_on=isinstance(node.op, ast.Or))


def truth_of(c: Frame, x: Abstract, node: ast.AST) -> bool | Value:
    """`bool(x)`: known, or a run-time boolean."""
    b = c.b
    if isinstance(x, Poison):
        c.spoilt(x)
    if isinstance(x, Maybe):
        inner = truth_of(c, x.value, node)
        if isinstance(inner, bool):
            return x.present if inner else False
        return facts.both(c, x.present, inner, "holds")
    if isinstance(x, Static):
        return bool(x.value)
    if isinstance(x, OneOf):
        return of_one_of(c, x, node)
    if isinstance(x, Scalar):
        if x.is_static:
            return bool(x.static)
        return x.value if x.type == BOOL else b.op("ne", x.value, b.constant(0, x.type, "zero"), name="nonzero")
    if isinstance(x, Array):
        return array_truth(c, node, x)
    if isinstance(x, Complex):
        return truth_of(c, of_complex.nonzero(c, node, x), node)
    if isinstance(x, (Deque, Table)):
        return truth_of(c, x.items, node)
    own = protocols.truth(c, x, node) if isinstance(x, Tuple) else None
    if own is not None:
        return truth_of(c, own, node)
    if isinstance(x, (Tuple, List, Dict, Set)):
        return bool(x.contents if isinstance(x, Dict) else [*x.members, *x.objects] if isinstance(x, Set) else x.items)
    if isinstance(x, (RunList, Buffer, Range)):
        n = containers.length(c, x, node)
        return bool(n.static) if n.is_static else b.op("gt", n.value, b.i64(0, "zero"), name="nonempty")
    answer = protocols.truth(c, x, node)
    return True if answer is None else truth_of(c, answer, node)


def of_one_of(c: Frame, x: OneOf, node: ast.AST) -> bool | Value:
    """Whether it holds, whichever it is."""
    if options.known(x):
        return options.holds(c, x, lambda one: bool(options.thing(one)))

    def asked(one: Abstract) -> Abstract:
        answer = truth_of(c, one, node)
        return c.constant(answer) if isinstance(answer, bool) else Scalar(answer, "bool")

    answer = options.each(c, x, asked, node)
    assert isinstance(answer, Scalar)
    return bool(answer.static) if answer.is_static else answer.value
