"""Functions that are passed: what they see of the functions around them taken out and put in, so that a rule can name it; and their calls
by CPython."""

from __future__ import annotations

import ast
import functools
import types
from typing import Any

from ...errors import EverypathError, NotSupported
from ...hosting import described
from ...ir.program import Value
from ...ir.types import ArrayType, ListType, ScalarType, is_float
from ...library.intrinsics import (
    EXAMPLES,
    TELLING,
    apart,
    by_cpython,
    fixed,
    has_floats,
    is_known,
    only_value,
    parameters,
    places,
    seeing,
    sees,
    value_only,
)
from ...rules import Rule, rule_of
from ...syntax.read import read
from ..builtins.registry import builtin
from ..frame import Frame
from ..numpy.lengths import known_length
from ..objects import sequence_items
from ..patterns import Remake, dummy, flatten
from ..reach import NeedsStatic
from ..values import Abstract, Array, Closure, Method, Scalar, Static, Tuple
from .directions import moves
from .host import called
from .ruled import somebody_takes

RULES: dict[Any, Rule] = {}
"""What is known of the functions that CPython runs for the library."""


def rule_for(function: Any) -> Rule:
    """What is known of a function that CPython runs for the library: in messages it is SciPy."""
    if function not in RULES:
        RULES[function] = Rule(function)
        RULES[function].name = "SciPy"
        example = EXAMPLES.get(function)
        RULES[function].returned = example if example is None or callable(example) else described(example, "SciPy")
    return RULES[function]


@builtin(by_cpython, least=1, most=64)
def lower_by_cpython(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    function = c.static(args[0], "the function", node)
    tells = function in TELLING
    rule = rule_for(without_others(function) if tells and somebody_takes(c) else function)
    return called(c, rule, args[1:], {}, node, data=True, tells=tells)


@functools.cache
def without_others(function: Any) -> Any:
    """The same function, of which no other errors come than those that it tells: a handler around the call would not get them."""

    @functools.wraps(function)
    def run(*args: Any) -> Any:
        try:
            return function(*args)
        except EverypathError:
            raise
        except Exception as problem:
            reason = (
                f"an error of a function that is passed to SciPy ({type(problem).__name__}: {problem}) cannot be caught around the call"
            )
            raise NotSupported([(None, reason, "catch it inside the function")]) from problem

    if function in EXAMPLES:
        EXAMPLES[run] = EXAMPLES[function]
    return run


@builtin(value_only, least=3, most=64)
def lower_value_only(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    reason, way_out, function = (c.static(x, "the function", node) for x in args[:3])
    rule = rule_of(function) or rule_for(function)
    return called(c, rule, args[3:], {}, node, advised=(reason, way_out))


def moving(c: Frame, function: Abstract, node: ast.AST) -> list[Value]:
    """The leaves of a function that a derivative can pass through."""
    leaves = flatten([function])
    if any(isinstance(leaf.type, ListType) for leaf in leaves):
        c.refuse(node, "a function that is passed here sees a list built at run time", "let it see an array: np.array(items)")
    return [leaf for leaf in leaves if is_float(leaf.type)]


@builtin(sees, least=1)
def lower_sees(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    found: list[Abstract] = []
    for leaf in moving(c, args[0], node):
        found.append(Array(leaf) if isinstance(leaf.type, ArrayType) else Scalar(leaf, kind_of(leaf)))
    return Tuple(tuple(found))


def kind_of(leaf: Value) -> Any:
    assert isinstance(leaf.type, ScalarType)
    return "float" if leaf.type.name == "f64" else "numpy"


@builtin(seeing, least=2, most=2)
def lower_seeing(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    function, values = args
    new = iter([*(item.value for item in sequence_items(values) or () if isinstance(item, (Scalar, Array)))])
    leaves = [next(new) if is_float(leaf.type) else leaf for leaf in flatten([function])]
    return Remake(c, leaves)(function)


@builtin(apart, least=1)
def lower_apart(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    leaves = [dummy(c, leaf) if is_float(leaf.type) else leaf for leaf in flatten([args[0]])]
    c.unit.nothing.update(leaf for leaf in leaves if is_float(leaf.type))
    return Remake(c, leaves)(args[0])


@builtin(fixed, least=1)
def lower_fixed(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    return c.constant(c.static(args[0], "a degree of a spline", node))


@builtin(is_known, least=1)
def lower_is_known(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    x = args[0]
    if isinstance(x, Scalar) and not x.is_static and x.origins and all(map(c.unit.may_ask, x.origins)):
        raise NeedsStatic(x.origins, wish=True)
    return c.constant(isinstance(x, Static) or (isinstance(x, Scalar) and x.is_static))


@builtin(only_value, most=0)
def lower_only_value(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    c.unit.left_out = c.unit.left_out or not c.unit.derived
    return c.constant(not c.unit.derived)


@builtin(has_floats, least=1)
def lower_has_floats(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    return c.constant(moves(args[0]))


@builtin(places, least=1)
def lower_places(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    x, items = args[0], sequence_items(args[0])
    count = 1 if isinstance(x, Scalar) else len(items) if items is not None else None
    if isinstance(x, Array) and x.rank == 1:
        count = known_length(c, x.value, 0)
    return Tuple(tuple(map(c.integer, range(count or 0))))


@builtin(parameters, least=1)
def lower_parameters(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    x, bound = args[0], 0
    if isinstance(x, Method):
        x, bound = x.function or x, 1
    if isinstance(x, Closure):
        own = x.definition.node.args
    elif isinstance(x, Static) and isinstance(x.value, types.FunctionType):
        own = read(x.value).node.args
    else:
        return c.constant(-1)
    return c.constant(-1 if own.vararg else len(own.posonlyargs) + len(own.args) - bound)
