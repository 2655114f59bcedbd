"""Expressions: each gives the abstract value of what CPython would compute, and emits the ops that compute it."""

from __future__ import annotations

import ast
import enum
import logging
import operator
from collections.abc import Callable
from typing import Any

from ..ir.program import Value
from ..ir.types import BOOL
from ..syntax.rename import plain
from ..syntax.subset import refusal
from . import attributes, containers, options, protocols, sets, subscripts
from .branches import lower_side, meet
from .classes import check_numpy_attribute, raise_absent
from .conditions import test_of, test_of_value
from .frame import Frame, variable
from .outside import Stream, attribute_outside, never, read_outside
from .values import (
    NONE,
    Abstract,
    Array,
    Buffer,
    Cell,
    Closure,
    Deque,
    Dict,
    Error,
    Instance,
    List,
    Maybe,
    Method,
    OneOf,
    Partial,
    Poison,
    Range,
    RunList,
    Scalar,
    Set,
    Slice,
    Static,
    Super,
    Tuple,
    an,
    is_none,
    type_name,
)


def expression(c: Frame, node: ast.expr) -> Abstract:
    """The value of an expression."""
    value = computed(c, node)
    if isinstance(value, Poison):
        c.spoilt(value)
    return value


def computed(c: Frame, node: ast.expr) -> Abstract:
    """The value of an expression that nobody may be going to use: paths need not agree on it."""
    handler = EXPRESSIONS.get(type(node))
    if handler is None:
        c.refuse(node, *refusal(node))
    c.at(node)
    value: Abstract = handler(c, node)
    if isinstance(value, Poison) and not value.refusals:
        c.spoilt(value)
    return value


# Names and literals ---------------------------------------------------------------------------------------------------


def read_name(c: Frame, node: ast.Name) -> Abstract:
    """A variable: of this function, of one around it, of the module, or a builtin; UnboundLocalError where it has no value."""
    name = node.id
    slot = c.env.get(name)
    if slot is None:
        if name in c.scope.bound:
            return never(c, node, UnboundLocalError, unbound(name))
        return read_outside(c, name, node)
    free = name not in c.scope.bound
    value = slot.contents if isinstance(slot, Cell) else slot
    if value is None:
        return never(c, node, NameError if free else UnboundLocalError, unbound_free(name) if free else unbound(name))
    if isinstance(value, Maybe) and value.absent == "unbound":
        c.at(node)
        c.check(value.present, NameError if free else UnboundLocalError, unbound_free(name) if free else unbound(name))
        value = value.value
        variable(c, name, value)
    return value


def unbound(name: str) -> str:
    return f"cannot access local variable '{plain(name)}' where it is not associated with a value"


def unbound_free(name: str) -> str:
    return f"cannot access free variable '{plain(name)}' where it is not associated with a value in enclosing scope"


def lower_constant(c: Frame, node: ast.Constant) -> Abstract:
    return c.constant(node.value)


def lower_tuple(c: Frame, node: ast.Tuple) -> Abstract:
    return Tuple(tuple(items(c, node.elts)))


def lower_list(c: Frame, node: ast.List) -> Abstract:
    return containers.new_list(c, items(c, node.elts), node)


def items(c: Frame, nodes: list[ast.expr]) -> list[Abstract]:
    """The values of several expressions, `*x` spread out."""
    out: list[Abstract] = []
    for node in nodes:
        if isinstance(node, ast.Starred):
            out += containers.all_items(c, expression(c, node.value), node)
        else:
            out.append(expression(c, node))
    return out


def lower_dict(c: Frame, node: ast.Dict) -> Abstract:
    entries: dict[Any, Abstract] = {}
    for key_node, value_node in zip(node.keys, node.values, strict=True):
        key = None if key_node is None else c.static(expression(c, key_node), "a key of a dict", key_node)
        value = expression(c, value_node)
        if key_node is not None:
            entries[key] = value
        elif isinstance(value, Dict):
            entries.update(value.entries)
        else:
            c.refuse(value_node, f"`**` of {an(type_name(value))} is not supported", "spread a dict")
    return Dict(c.store, entries)


def lower_set(c: Frame, node: ast.Set) -> Abstract:
    return sets.made(c, node, set, [Tuple(tuple(items(c, node.elts)))])


def lower_joined(c: Frame, node: ast.JoinedStr) -> Abstract:
    """An f-string."""
    from .messages import fstring, text_of

    values: list[Value] = []
    return text_of(fstring(c, node, values), values)


def lower_lambda(c: Frame, node: ast.Lambda) -> Abstract:
    from .statements import closure

    return closure(c, node)


def lower_walrus(c: Frame, node: ast.NamedExpr) -> Abstract:
    value = expression(c, node.value)
    c.name(value, node.target.id)
    variable(c, node.target.id, value, node.target)
    return value


# Operators ------------------------------------------------------------------------------------------------------------


def lower_binary(c: Frame, node: ast.BinOp) -> Abstract:
    from .operators import binary, symbol

    left = expression(c, node.left)
    right = expression(c, node.right)
    c.at(node)
    return binary(c, node, symbol(node.op), left, right)


def lower_unary(c: Frame, node: ast.UnaryOp) -> Abstract:
    from .operators import symbol, unary

    x = question(c, node.operand) if isinstance(node.op, ast.Not) else expression(c, node.operand)
    c.at(node)
    if isinstance(node.op, ast.Not):
        holds = truth_of(c, x, node.operand)
        c.at(node)
        return c.constant(not holds) if isinstance(holds, bool) else Scalar(c.b.op("not", holds), "bool", origins=origins_of(x))
    return unary(c, node, symbol(node.op), x)


def origins_of(x: Abstract) -> frozenset[Any]:
    return x.origins if isinstance(x, Scalar) else frozenset()


def lower_compare(c: Frame, node: ast.Compare) -> Abstract:
    """`a < b < c` is `a < b and b < c`, with `b` computed once and `c` only where it is needed."""
    return compared(c, node, expression(c, node.left), 0)


def compared(c: Frame, node: ast.Compare, left: Abstract, k: int) -> Abstract:
    from .operators import compare, symbol

    right = expression(c, node.comparators[k])
    c.at(node)
    answer = compare(c, node, symbol(node.ops[k]), left, right)
    if k == len(node.ops) - 1:
        return answer
    return short_circuit(c, node, answer, lambda: compared(c, node, right, k + 1), stops_on=False)


def lower_boolean(c: Frame, node: ast.BoolOp) -> Abstract:
    return chained(c, node, 0)


def chained(c: Frame, node: ast.BoolOp, k: int) -> Abstract:
    value = expression(c, node.values[k])
    if k == len(node.values) - 1:
        return value
    return short_circuit(c, node, value, lambda: chained(c, node, k + 1), stops_on=isinstance(node.op, ast.Or))


def short_circuit(c: Frame, node: ast.expr, left: Abstract, rest: Callable[[], Abstract], stops_on: bool) -> Abstract:
    """`left and rest` (stops on False), `left or rest` (stops on True). Evaluated together where that cannot be noticed."""
    from .statements import harmless

    holds = truth_of(c, left, node)
    if isinstance(holds, bool):
        return left if holds is stops_on else rest()
    start, test = c.snapshot(), test_of_value(c, left)
    side = lower_side(c, start, rest, flags=test.then)
    quiet = harmless(side.builder.ops) and unchanged(start.env, side.end.env) and side.end.contents == start.contents
    if plain_bool(left) and plain_bool(side.value) and quiet and not side.dead:
        assert isinstance(side.value, Scalar) and isinstance(left, Scalar)
        c.restore(start)
        c.b.ops.extend(side.builder.ops)
        c.at(node)
        value = c.b.op("or" if stops_on else "and", left.value, side.value.value)
        static = side.value.is_static or side.value.origins
        return Scalar(value, "bool", origins=left.origins | side.value.origins if left.origins and static else frozenset())
    kept = left.value if isinstance(left, Maybe) and stops_on else left
    other = lower_side(c, start, lambda: kept)
    pair = (other, side) if stops_on else (side, other)
    value_ = meet(c, holds, start, *pair, None, node, test)
    assert value_ is not None
    if isinstance(value_, Poison):
        c.spoilt(value_)
    return value_


def plain_bool(x: Abstract | None) -> bool:
    return isinstance(x, Scalar) and x.kind == "bool"


def unchanged(before: dict[str, Abstract], after: dict[str, Abstract]) -> bool:
    return before.keys() == after.keys() and all(before[name] is after[name] for name in before)


def lower_conditional(c: Frame, node: ast.IfExp) -> Abstract:
    asked = question(c, node.test)
    cond = truth_of(c, asked, node.test)
    if isinstance(cond, bool):
        return computed(c, node.body if cond else node.orelse)
    start, test = c.snapshot(), test_of(c, node.test, asked)
    a = lower_side(c, start, lambda: computed(c, node.body), flags=test.then)
    b = lower_side(c, start, lambda: computed(c, node.orelse), flags=test.orelse)
    value = meet(c, cond, start, a, b, None, node, test)
    if c.dead or value is None:
        from .frame import Abandoned

        raise Abandoned
    return value


def truth(c: Frame, node: ast.expr) -> bool | Value:
    """Whether an expression holds, as `while` asks."""
    return truth_of(c, question(c, node), node)


def question(c: Frame, node: ast.expr) -> Abstract:
    """The value of a test. Of `a and b`, `a or b` it is only asked whether it holds, not which of the two it is."""
    return answered(c, node, 0) if isinstance(node, ast.BoolOp) else expression(c, node)


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
        return b.op("and", x.present, inner, name="holds")
    if isinstance(x, Static):
        return bool(x.value)
    if isinstance(x, OneOf):
        return options.holds(c, x, lambda value: bool(value.value))
    if isinstance(x, Scalar):
        if x.is_static:
            return bool(x.static)
        return x.value if x.type == BOOL else b.op("ne", x.value, b.constant(0, x.type, "zero"), name="nonzero")
    if isinstance(x, Array):
        from .numpy.operators import truth as array_truth

        return array_truth(c, node, x)
    if isinstance(x, Deque):
        return truth_of(c, x.items, node)
    if isinstance(x, (Tuple, List, Dict, Set)):
        return bool(x.contents if isinstance(x, Dict) else [*x.members, *x.objects] if isinstance(x, Set) else x.items)
    if isinstance(x, (RunList, Buffer, Range)):
        n = containers.length(c, x, node)
        return bool(n.static) if n.is_static else b.op("gt", n.value, b.i64(0, "zero"), name="nonempty")
    answer = protocols.truth(c, x, node)
    return True if answer is None else truth_of(c, answer, node)


# Attributes and subscripts --------------------------------------------------------------------------------------------


def lower_attribute(c: Frame, node: ast.Attribute) -> Abstract:
    owner = expression(c, node.value)
    if isinstance(owner, Maybe) and c.takes(AttributeError):
        c.at(node)
        c.check(owner.present, AttributeError, f"'NoneType' object has no attribute '{node.attr}'")
        owner = owner.value
    owner = c.present(owner, node.value)
    c.at(node)
    return attribute(c, owner, node.attr, node)


SPECIAL = {"__getitem__": operator.getitem, "__contains__": operator.contains, "__len__": len}
"""Special methods of containers that are handed on as functions: `key=x.__getitem__`."""


def attribute(c: Frame, owner: Abstract, name: str, node: ast.AST) -> Abstract:
    """`owner.name`."""
    if isinstance(owner, OneOf):
        return options.each(c, owner, lambda value: attribute(c, value, name, node), node)
    if isinstance(owner, Static):
        if isinstance(owner.value, (str, bytes, frozenset, logging.Logger, Stream)) and not name.startswith("__"):
            return Method(owner, name)
        if isinstance(owner.value, enum.Enum):
            return attributes.of_member(c, owner, name, node)
        return attribute_outside(c, owner, name, node)
    if isinstance(owner, Error):
        from .thrown import attribute as of_error

        return of_error(c, owner, name, node)
    if isinstance(owner, Instance):
        return attributes.attribute(c, owner, name, node)
    if isinstance(owner, Super):
        return attributes.behind(c, owner, name, node)
    if isinstance(owner, Tuple) and owner.type is not tuple:
        fields: tuple[str, ...] = owner.type._fields  # type: ignore[attr-defined]
        if name in fields:
            return owner.items[fields.index(name)]
        return attributes.class_attribute(c, owner, owner.type, name, node)
    if name in SPECIAL and not isinstance(owner, Scalar):
        raise_absent(c, owner, name, node)
        return Partial(Static(SPECIAL[name]), (owner,))
    if isinstance(owner, Array) or (isinstance(owner, Scalar) and not owner.weak):
        from .numpy import ATTRIBUTES, METHODS

        check_numpy_attribute(c, owner, name)
        if name in ATTRIBUTES:
            return ATTRIBUTES[name](c, node, owner)
        if name in METHODS:
            return Method(owner, name)
        raise_absent(c, owner, name, node)
        c.refuse(node, f"the array attribute '{name}' is not supported", "use a function of NumPy")
    if isinstance(owner, Scalar) and name in ("real", "imag"):
        return owner if name == "real" else c.constant(0.0 if owner.kind == "float" else 0)
    raise_absent(c, owner, name, node)
    return Method(owner, name)


def lower_subscript(c: Frame, node: ast.Subscript) -> Abstract:
    holder = c.present(expression(c, node.value), node.value)
    key = key_of(c, node.slice)
    c.at(node)
    return subscripts.get_item(c, node, holder, key)


def key_of(c: Frame, node: ast.expr) -> Abstract:
    """What stands in the brackets."""
    if isinstance(node, ast.Slice):
        return Slice(*(NONE if part is None else key_of(c, part) for part in (node.lower, node.upper, node.step)))
    if isinstance(node, ast.Tuple):
        return Tuple(tuple(key_of(c, part) for part in node.elts))
    key = expression(c, node)
    return key if is_none(key) else c.present(key, node)


def lower_call(c: Frame, node: ast.Call) -> Abstract:
    from .calls import call

    return call(c, node)


def lower_comprehension(c: Frame, node: ast.ListComp | ast.GeneratorExp | ast.DictComp | ast.SetComp) -> Abstract:
    from . import comprehension

    return comprehension.lower(c, node)


def lower_yield(c: Frame, node: ast.Yield | ast.YieldFrom) -> Abstract:
    c.refuse(node, "the value of a `yield`, which somebody sends into the generator, is not supported", "yield in a statement of its own")


EXPRESSIONS: dict[type[ast.expr], Callable[..., Abstract]] = {
    ast.Name: read_name,
    ast.Constant: lower_constant,
    ast.Tuple: lower_tuple,
    ast.List: lower_list,
    ast.Dict: lower_dict,
    ast.Set: lower_set,
    ast.JoinedStr: lower_joined,
    ast.Lambda: lower_lambda,
    ast.NamedExpr: lower_walrus,
    ast.BinOp: lower_binary,
    ast.UnaryOp: lower_unary,
    ast.Compare: lower_compare,
    ast.BoolOp: lower_boolean,
    ast.IfExp: lower_conditional,
    ast.Attribute: lower_attribute,
    ast.Subscript: lower_subscript,
    ast.Call: lower_call,
    ast.ListComp: lower_comprehension,
    ast.GeneratorExp: lower_comprehension,
    ast.DictComp: lower_comprehension,
    ast.SetComp: lower_comprehension,
    ast.Yield: lower_yield,
    ast.YieldFrom: lower_yield,
}

__all__ = ["Closure", "expression"]
