"""Expressions: each gives the abstract value of what CPython would compute, and emits the ops that compute it."""

from __future__ import annotations

import ast
import enum
import logging
import operator
from collections.abc import Callable

import numpy as np

from ...ir.types import I64
from ...library import standing_for
from ...syntax.rename import plain
from ...syntax.scope import scope
from ...syntax.subset import refusal
from .. import facts
from ..by_path import of_one
from ..complex import arrays as of_complex
from ..frame import Abandoned, Frame, variable
from ..naming import an, type_name
from ..numpy.registry import ATTRIBUTES, METHODS
from ..numpy.shape import raveled
from ..objects import Cell, Dict, Instance, Table, gone_over
from ..outside import Stream, attribute_outside, never, read_outside
from ..python import attributes, known_objects, options, subscripts, supers, tables
from ..python.classes import check_numpy_attribute, class_of, raise_absent, refuse_attribute
from ..python.comparisons import compare
from ..python.messages import fstring
from ..python.operators import binary, symbol, unary
from ..python.spread import all_items, spread_list
from ..python.thrown import attribute as of_error
from ..reach import NeedsStatic
from ..values import (
    NONE,
    Abstract,
    Array,
    Closure,
    Complex,
    Deque,
    Error,
    Maybe,
    Method,
    OneOf,
    Partial,
    Poison,
    Range,
    Scalar,
    Slice,
    Static,
    Super,
    Tuple,
    is_none,
)
from .branches import lower_side, meet
from .conditions import test_of
from .logic import lower_boolean, origins_of, question, short_circuit, truth_of


def expression(c: Frame, node: ast.expr) -> Abstract:
    """The value of an expression."""
    value = computed(c, node)
    if isinstance(value, Poison):
        c.spoilt(value)
    if isinstance(value, OneOf) and value.origins:
        raise NeedsStatic(value.origins, wish=True)
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
    return facts.fewer(c, facts.narrowed(c.facts, value))


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
    parts = [(part.value, True) if isinstance(part, ast.Starred) else (part, False) for part in node.elts]
    return spread_list(c, ((expression(c, part), is_spread) for part, is_spread in parts), node)


def items(c: Frame, nodes: list[ast.expr]) -> list[Abstract]:
    """The values of several expressions, `*x` spread out."""
    out: list[Abstract] = []
    for node in nodes:
        if isinstance(node, ast.Starred):
            out += all_items(c, expression(c, node.value), node)
        else:
            out.append(expression(c, node))
    return out


def lower_dict(c: Frame, node: ast.Dict) -> Abstract:
    made = tables.made(c, node, Dict(c.store, {}))
    for key_node, value_node in zip(node.keys, node.values, strict=True):
        key = None if key_node is None else expression(c, key_node)
        value = expression(c, value_node)
        if key_node is not None:
            assert key is not None
            subscripts.set_item(c, key_node, made, key, value)
        elif isinstance(gone_over(value), (Dict, Table)):
            c.call(Method(made, "update"), [gone_over(value)], {}, value_node)
        else:
            c.refuse(value_node, f"`**` of {an(type_name(value))} is not supported", "spread a dict")
    return made


def lower_set(c: Frame, node: ast.Set) -> Abstract:
    return tables.set_of(c, node, set, [Tuple(tuple(items(c, node.elts)))])


def lower_lambda(c: Frame, node: ast.Lambda) -> Abstract:

    return closure(c, node)


def lower_walrus(c: Frame, node: ast.NamedExpr) -> Abstract:
    value = expression(c, node.value)
    c.name(value, node.target.id)
    variable(c, node.target.id, value, node.target)
    return value


# Operators ------------------------------------------------------------------------------------------------------------


def lower_binary(c: Frame, node: ast.BinOp) -> Abstract:
    left = expression(c, node.left)
    right = expression(c, node.right)
    c.at(node)
    return binary(c, node, symbol(node.op), left, right)


def lower_unary(c: Frame, node: ast.UnaryOp) -> Abstract:
    x = question(c, node.operand) if isinstance(node.op, ast.Not) else expression(c, node.operand)
    c.at(node)
    if isinstance(node.op, ast.Not):
        holds = truth_of(c, x, node.operand)
        c.at(node)
        return c.constant(not holds) if isinstance(holds, bool) else Scalar(facts.negation(c, holds), "bool", origins=origins_of(x))
    return unary(c, node, symbol(node.op), x)


def lower_compare(c: Frame, node: ast.Compare) -> Abstract:
    """`a < b < c` is `a < b and b < c`, with `b` computed once and `c` only where it is needed."""
    return compared(c, node, expression(c, node.left), 0)


def compared(c: Frame, node: ast.Compare, left: Abstract, k: int) -> Abstract:
    right = expression(c, node.comparators[k])
    c.at(node)
    answer = compare(c, node, symbol(node.ops[k]), left, right)
    if k == len(node.ops) - 1:
        return answer
    return short_circuit(c, node, answer, lambda: compared(c, node, right, k + 1), stops_on=False)


def lower_conditional(c: Frame, node: ast.IfExp) -> Abstract:
    asked = question(c, node.test)
    cond = truth_of(c, asked, node.test)
    if isinstance(cond, bool):
        return computed(c, node.body if cond else node.orelse)
    start, test = c.snapshot(), test_of(c, node.test, asked)
    a = lower_side(c, start, lambda: computed(c, node.body), flags=test.then, knows=(cond, True))
    b = lower_side(c, start, lambda: computed(c, node.orelse), flags=test.orelse, knows=(cond, False))
    value = meet(c, cond, start, a, b, None, node, test)
    if c.dead or value is None:
        raise Abandoned
    return value


# Attributes and subscripts --------------------------------------------------------------------------------------------


def lower_attribute(c: Frame, node: ast.Attribute) -> Abstract:
    owner = expression(c, node.value)
    if isinstance(owner, Maybe):
        c.at(node)
        c.check(owner.present, AttributeError, f"'NoneType' object has no attribute '{node.attr}'")
        owner = owner.value
    owner = c.present(owner, node.value)
    c.at(node)
    return attribute(c, owner, node.attr, node)


SPECIAL = {"__getitem__": operator.getitem, "__setitem__": operator.setitem, "__contains__": operator.contains, "__len__": len}
"""Special methods of containers that are handed on as functions: `key=x.__getitem__`."""


OPERATORS = {
    f"__{name}__": getattr(operator, f"__{name}__")
    for name in "add sub mul truediv floordiv mod pow matmul neg pos abs eq ne lt le gt ge".split()
}
"""Operators of arrays, called by their names: `x.__matmul__(y)`."""


def attribute(c: Frame, owner: Abstract, name: str, node: ast.AST) -> Abstract:
    """`owner.name`."""
    if isinstance(owner, OneOf):
        bound = attributes.methods_of(c, owner, name)
        return options.each(c, owner, lambda one: attribute(c, one, name, node), node) if bound is None else bound
    if isinstance(owner, Static):
        if isinstance(owner.value, (str, bytes, frozenset, logging.Logger, Stream)) and not name.startswith("__"):
            return Method(owner, name)
        if isinstance(owner.value, enum.Enum):
            return attributes.of_member(c, owner, name, node)
        if known_objects.is_known_object(owner):
            return known_objects.attribute(c, owner, name, node)
        return attribute_outside(c, owner, name, node)
    if isinstance(owner, Error):
        return of_error(c, owner, name, node)
    if isinstance(owner, Instance):
        return attributes.attribute(c, owner, name, node)
    if isinstance(owner, Super):
        return supers.behind(c, owner, name, node)
    if isinstance(owner, Closure) and name in owner.attributes:
        return c.constant(owner.attributes[name])
    if isinstance(owner, Tuple) and owner.type is not tuple:
        fields: tuple[str, ...] = owner.type._fields  # type: ignore[attr-defined]
        if name in fields:
            return owner.items[fields.index(name)]
        return attributes.of_record(c, owner, name, node)
    if name == "__class__" and (kind := class_of(owner)) is not None:
        return Static(kind, kind.__name__)
    if isinstance(owner, Complex):
        found = of_complex.attribute(c, node, owner, name)
        if found is not None:
            return found
        raise_absent(c, owner, name, node)
        c.refuse(node, f"'{name}' of complex numbers is not supported", "use a function of NumPy, or z.real and z.imag")
    if isinstance(owner, Deque) and name == "maxlen":
        return c.constant(owner.maxlen)
    if isinstance(owner, (Range, Slice)) and name in ("start", "stop", "step"):
        return getattr(owner, name)  # type: ignore[no-any-return]
    if name in SPECIAL and not isinstance(owner, Scalar):
        raise_absent(c, owner, name, node)
        return Partial(Static(SPECIAL[name]), (owner,))
    if isinstance(owner, Array) or (isinstance(owner, Scalar) and not owner.weak):
        check_numpy_attribute(c, owner, name)
        if name in ATTRIBUTES:
            return ATTRIBUTES[name](c, node, owner)
        if name in METHODS:
            return Method(owner, name)
        of_class = getattr(np.ndarray, name, None)
        if standing_for(of_class) is not None:
            return Method(owner, name, Static(of_class, f"ndarray.{name}"))
        if name in OPERATORS:
            return Partial(Static(OPERATORS[name]), (owner,))
        raise_absent(c, owner, name, node)
        way_out = "use the operator or the builtin that calls it" if name.startswith("__") else "use a function of NumPy"
        c.refuse(node, f"the array attribute '{name}' is not supported", way_out)
    if isinstance(owner, Scalar) and owner.kind in ("int", "bool") and name in ("numerator", "denominator", "real"):
        own = int(owner.static) if owner.is_static else owner.static
        return c.constant(1) if name == "denominator" else Scalar(c.as_type(owner, I64), "int", own, owner.origins)
    if isinstance(owner, Scalar) and name in ("real", "imag"):
        return owner if name == "real" else of_one(c, owner, c.b.f64(0.0)) if owner.kind == "float" else c.constant(0)
    raise_absent(c, owner, name, node)
    if not callable(getattr(class_of(owner), name, len)):
        refuse_attribute(c, owner, name, node)
    return Method(owner, name)


def lower_subscript(c: Frame, node: ast.Subscript) -> Abstract:
    holder, flat = holder_of(c, node.value)
    key = key_of(c, node.slice)
    c.at(node)
    found = subscripts.get_item(c, node, holder, key)
    return Array(c.b.op("copy", found.value, name=found.value.name)) if isinstance(found, Array) and flat else found


def holder_of(c: Frame, node: ast.expr) -> tuple[Abstract, bool]:
    """What is read or changed by `node[…]`: of `x.flat` of an array (then True) the elements in their own memory."""
    if isinstance(node, ast.Attribute) and node.attr == "flat":
        owner = c.present(expression(c, node.value), node.value)
        if isinstance(owner, Array):
            return raveled(c, node, owner), True
        return c.present(attribute(c, owner, node.attr, node), node), False
    return c.present(expression(c, node), node), False


def key_of(c: Frame, node: ast.expr) -> Abstract:
    """What stands in the brackets."""
    if isinstance(node, ast.Slice):
        return Slice(*(NONE if part is None else expression(c, part) for part in (node.lower, node.upper, node.step)))
    if isinstance(node, ast.Tuple):
        parts: list[Abstract] = []
        for part in node.elts:
            parts += all_items(c, expression(c, part.value), part) if isinstance(part, ast.Starred) else [key_of(c, part)]
        return Tuple(tuple(parts))
    key = expression(c, node)
    return key if is_none(key) else c.present(key, node)


def lower_yield(c: Frame, node: ast.Yield | ast.YieldFrom) -> Abstract:
    c.refuse(node, "the value of a `yield`, which somebody sends into the generator, is not supported", "yield in a statement of its own")


EXPRESSIONS: dict[type[ast.expr], Callable[..., Abstract]] = {
    ast.Name: read_name,
    ast.Constant: lower_constant,
    ast.Tuple: lower_tuple,
    ast.List: lower_list,
    ast.Dict: lower_dict,
    ast.Set: lower_set,
    ast.JoinedStr: fstring,
    ast.Lambda: lower_lambda,
    ast.NamedExpr: lower_walrus,
    ast.BinOp: lower_binary,
    ast.UnaryOp: lower_unary,
    ast.Compare: lower_compare,
    ast.BoolOp: lower_boolean,
    ast.IfExp: lower_conditional,
    ast.Attribute: lower_attribute,
    ast.Subscript: lower_subscript,
    ast.Yield: lower_yield,
    ast.YieldFrom: lower_yield,
}
"""What lowers each kind of expression; calls and comprehensions come from the rooms above."""


def closure(c: Frame, node: ast.FunctionDef | ast.Lambda) -> Closure:
    """A function made here: it keeps the cells that it sees."""
    cells = {name: cell for name in sorted(scope(node).free) if isinstance(cell := c.env.get(name), Cell)}
    arguments = node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults: dict[str, Abstract] = {}
    for parameter, default in zip(positional[len(positional) - len(arguments.defaults) :], arguments.defaults, strict=True):
        defaults[parameter.arg] = expression(c, default)
    for parameter, keyword in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if keyword is not None:
            defaults[parameter.arg] = expression(c, keyword)
    return Closure(c.definition.inner(node), cells, defaults, c.outside, made=c.b)
