"""Calls that CPython runs: functions with `everypath.rule(host=True)`, and those with a rule that are not written in Python.

y = kv(1.5, x)        y = host 1.5, x {call=kv}                where no derivative passes through it
                      y = ruled 1.5, x {callee=kv, …}          with a rule: the callee is a function with that op in it
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

import numpy as np

from ...complexes import KINDS
from ...hosting import HostCall, described, leaves_alone, normal, without_gaps
from ...ir.build import Builder
from ...ir.program import Function, Region, Value
from ...rules import Rule, signature_of
from ...structure import Container, Leaf, Static, Structure
from ..frame import Abandoned, Frame
from ..objects import Dict, List
from ..patterns import flatten, never
from ..text.functions import Prepared
from ..unit import Specialised
from ..values import Abstract, Array, Buffer, Complex, Scalar, Tuple
from ..watch import Attribute, watch
from .differentiated import argument
from .handing import HandedOver
from .ruled import Bound, emitted, uncatchable

Structures = tuple[Structure, ...]
Named = tuple[tuple[str, Structure], ...]


def called(
    c: Frame,
    rule: Rule,
    args: list[Abstract],
    kwargs: Bound,
    node: ast.AST,
    *,
    data: bool = False,
    tells: bool = False,
    advised: tuple[str, str] | None = None,
) -> Abstract:
    """Call a function that CPython runs. What it gives is `data` where its caller says what the derivative is; where one passes that
    nobody says, it is refused as `advised`. One that `tells` its errors raises none that somebody here would take."""
    watch(c.unit, Attribute(rule, "version"), rule.version)
    args = [passed(c, rule, x, node) for x in args]
    kwargs = {name: passed(c, rule, x, node) for name, x in kwargs.items()}
    over = HandedOver(c, rule.name, node)
    structures = tuple(without_gaps(over(x)) for x in args)
    named = tuple((name, without_gaps(over(x))) for name, x in kwargs.items())
    call = call_of(rule, structures, named, data, advised or advice(rule, args))
    given = over.leaves
    if not tells:
        uncatchable(c, rule.name, node)
    c.at(node)
    if call.result is None:
        watch(c.unit, Attribute(rule.known, "count"), rule.known.count)
        c.b.emit("host", *given, call=call)
        raise Abandoned  # it ends there
    names = [rule.name] * len(call.types)
    if not rule.halves:
        return value_of(c, call.result, list(c.b.emit("host", *given, names=names, call=call)))
    bound = bound_to(c, rule, args, kwargs, node)
    leaves = flatten(bound.values(), never)
    return emitted(c, rule, Prepared(function_of(c, rule, call, leaves, given), [], leaves, leaves, rule.name), bound, node)


def passed(c: Frame, rule: Rule, x: Abstract, node: ast.AST) -> Abstract:
    """An argument as CPython gets it."""
    return argument(c, c.realised(c.present(x, node)), node)


def call_of(rule: Rule, given: Structures, named: Named, data: bool, advised: tuple[str, str]) -> HostCall:
    """The call, with the structure of what it returns as far as that is known."""
    maker = rule.returned if callable(rule.returned) else rule.function if isinstance(rule.function, np.ufunc) else None
    result = rule.known.results.get((given, named)) if maker or not rule.returned else rule.returned
    if result is None and maker is not None and not named:
        result = of_example(maker, rule.name, given)
    trusted = leaves_alone(rule.function, given) and rule.returned is not None and not named
    return HostCall(rule.name, rule.function, given, named, result, rule.known, advised, data, trusted=trusted)


def of_example(maker: Callable[..., Any], name: str, given: tuple[Structure, ...]) -> Structure | None:
    """What a ufunc, or a function given as `returns`, makes of examples: its kinds follow from theirs, whatever the numbers and lengths."""
    sample = [like(structure) for structure in given]
    if any(x is None for x in sample):
        return None
    try:
        with np.errstate(all="ignore"):
            return described(normal(maker(*sample)), name)
    except Exception:  # it may not take these numbers, or any: the call says so
        return None


def like(structure: Structure) -> Any:
    """A small value of this structure, None for a container."""
    if isinstance(structure, Static):
        return structure.value
    if isinstance(structure, Container) and structure.type in KINDS:
        return structure.type(*map(like, structure.children))
    if isinstance(structure, Leaf) and structure.kind == "array":
        return np.ones((1,) * structure.type.rank, structure.type.dtype.numpy)  # type: ignore[union-attr]
    if isinstance(structure, Leaf) and structure.kind in ("float", "int", "bool"):
        return {"float": 1.0, "int": 1, "bool": True}[structure.kind]
    if isinstance(structure, Leaf) and structure.kind == "numpy":
        return structure.type.numpy.type(1)  # type: ignore[union-attr]
    return None


def advice(rule: Rule, args: list[Abstract]) -> tuple[str, str]:
    """Why no derivative passes through a call without a rule, and a rule to be filled in."""
    own = [*(rule.names or [f"x{k}" for k in range(len(args))])] or ["x"]
    parameters = ", ".join(["out", *own, *(f"{x}_dot" for x in own)])
    reason = f"a derivative passes through {rule.name}, which CPython runs, and which has no rule"
    return reason, f"say what it is: everypath.rule({rule.name}, tangent=lambda {parameters}: …)"


def function_of(c: Frame, rule: Rule, call: HostCall, leaves: list[Value], given: list[Value]) -> Specialised:
    """A function of the program that makes the call, of all `leaves` of the arguments; each once for each kind of them."""
    places = tuple(next(k for k, v in enumerate(leaves) if v is leaf) for leaf in given)
    assert call.result is not None
    which = (rule, call.args, call.kwargs, places, tuple(v.type for v in leaves))
    if which not in c.unit.hosts:
        parameters = [Value(v.name, v.type) for v in leaves]
        b = Builder(c.b.location)
        results = b.emit("host", *(parameters[k] for k in places), names=[rule.name] * len(call.types), call=call)
        b.end("return", results)
        name = c.unit.fresh_name(rule.name)
        c.unit.functions[name] = Function(name, Region(tuple(parameters), tuple(b.ops)), {"user_name": rule.name}, c.b.location)
        value = value_of(c, call.result, list(results))
        c.unit.hosts[which] = Specialised(name, result=value, types=[v.type for v in results], done=True)
    found: Specialised = c.unit.hosts[which]
    return found


def value_of(c: Frame, structure: Structure, leaves: list[Value]) -> Abstract:
    """What came back, of this structure, with these leaves."""
    rest = iter(leaves)

    def made(part: Structure) -> Abstract:
        if isinstance(part, Static):
            return c.constant(part.value)
        if isinstance(part, Leaf):
            value = next(rest)
            if part.kind == "array":
                return Array(value)
            if part.kind == "list":
                return Buffer(value, {"f64": "float", "i64": "int", "bool": "bool"}[value.type.dtype.name], part.rows)  # type: ignore[union-attr, arg-type]
            return Scalar(value, part.kind)  # type: ignore[arg-type]
        items = [made(child) for child in part.children]
        if part.type in KINDS:
            return Complex(*items)  # type: ignore[arg-type]
        if part.type is list:
            return List(c.store, items)
        if issubclass(part.type, tuple):
            return Tuple(tuple(items), part.type)
        return Dict(c.store, dict(zip(part.keys, items, strict=True)), "", part.type)

    return made(structure)


def bound_to(c: Frame, rule: Rule, args: list[Abstract], kwargs: Bound, node: ast.AST) -> Bound:
    """The arguments by the names that a rule has for them, defaults filled in."""
    signature = signature_of(rule.function)
    if signature is None:
        names = rule.names or ()
        if len(names) != len(args) or kwargs:
            reason = f"{rule.name} is called with {len(args)} arguments{' and others by name' if kwargs else ''}"
            c.refuse(node, f"{reason}, and its rule is for ({', '.join(names)})", "call it with these, by position")
        return dict(zip(names, args, strict=True))
    try:
        found = signature.bind(*args, **kwargs)
    except TypeError as problem:
        c.raises(node, TypeError, f"{rule.name}() {problem}")
    out: Bound = {}
    for name, parameter in signature.parameters.items():
        if name in found.arguments:
            given = found.arguments[name]
            if parameter.kind is parameter.VAR_POSITIONAL:
                given = Tuple(tuple(given))
            elif parameter.kind is parameter.VAR_KEYWORD:
                given = Dict(c.store, given)
            out[name] = given
        elif parameter.kind is parameter.VAR_POSITIONAL:
            out[name] = Tuple(())
        elif parameter.kind is parameter.VAR_KEYWORD:
            out[name] = Dict(c.store, {})
        else:
            out[name] = c.constant(parameter.default, name)
    return out
