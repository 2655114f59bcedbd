"""Calls: who is called, how the arguments are bound, and what kind of callee does what."""

from __future__ import annotations

import ast
import functools
import math
import operator
import sys
import types
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from .. import records
from ..errors import NotSupported
from ..ir.types import F16, F32
from ..library import COMPUTED, OF_ONE, standing_for
from ..rules import Rule, rule_of
from ..syntax.rename import is_generator
from ..transform import Transform, kind_of
from . import by_path, placeholders, run_lists
from .builtins import computed, functions, managers, methods, reporting
from .builtins.refused import refuse_unrepeatable
from .builtins.registry import OF_SEVERAL, TABLE
from .complex import calls as of_complex
from .complex.pairs import holds
from .context import WRONG, Refused
from .derivatives import host, ruled, transforms, unstated
from .frame import Frame
from .naming import an, public, rule_for, spoken, type_name
from .numpy.lookup import handler_of, is_pure, refusal_of
from .numpy.special import beside_single
from .objects import Dict, Instance, Spread, as_numpy_takes, gone_over
from .outside import capture, instance_of, never
from .python import cached, instances, mathematics, options, protocols, thrown
from .python.classes import raise_lacking
from .python.containers import length
from .python.iterables import Counted, Generator, Known, Numbers, Stream, made_of
from .python.spread import known_or_left, spread
from .text import generated, generators, library
from .text.binding import closure_call, hashable, python_call
from .text.comprehension import realised
from .text.expressions import EXPRESSIONS, expression
from .text.functions import Target
from .text.functions import call as call_function
from .text.handed import listed, unchanged_sources
from .values import NONE, Abstract, Array, Closure, Derivative, Iterator, Maybe, Method, OneOf, Partial, Pullback, RunList, Scalar, Static
from .watch import watch_attribute


def call(c: Frame, node: ast.Call) -> Abstract:
    """A call as it is written."""
    callee = c.present(expression(c, node.func), node.func)
    args: list[Abstract] = []
    for argument in node.args:
        if isinstance(argument, ast.Starred):
            last = argument is node.args[-1] and all(keyword.arg for keyword in node.keywords)
            args += spread_out(c, expression(c, argument.value), argument, last)
        else:
            args.append(expression(c, argument))
    kwargs: dict[str, Abstract] = {}
    for keyword in node.keywords:
        value = expression(c, keyword.value)
        value = gone_over(value) if keyword.arg is None else value
        if keyword.arg is None and not isinstance(value, Dict):
            c.refuse(keyword.value, f"`**` of {an(type_name(value))} is not supported", "spread a dict")
        more = value.entries if isinstance(value, Dict) and keyword.arg is None else {str(keyword.arg): value}
        for name, item in more.items():
            if name in kwargs:
                c.refuse(keyword.value, f"got multiple values for keyword argument '{name}'", "pass it once")
            kwargs[name] = item
    c.at(node)
    if args and isinstance(args[-1], Spread):
        args = takes_spread(c, callee, args, node)
    return call_value(c, callee, args, kwargs, node)


def takes_spread(c: Frame, callee: Abstract, args: list[Abstract], node: ast.Call) -> list[Abstract]:
    """The arguments of a call whose last ones are counted only when the function runs: for a function of the user's, and a few others."""
    function, last = callee.value if isinstance(callee, Static) else None, args[-1]
    own = isinstance(callee, Closure) or (isinstance(callee, Method) and callee.function is not None)
    replacing = (TABLE.get, COMPUTED.get, kind_of, standing_for, rule_of, handler_of)
    written = isinstance(function, types.FunctionType) and all(find(function) is None for find in replacing)
    if own or written or function is zip:
        return args
    assert isinstance(last, Spread)
    if function in (max, min) and len(args) == 1:
        n = length(c, last.items, node)
        c.limit(
            c.b.op("gt", n.value, c.b.i64(1), name="several"), NotSupported, f"{function.__name__}(*x) of fewer than two is not supported"
        )
        return [last.items]
    c.refuse(
        node.args[-1],
        "the number of items must be known before the function runs",
        "make a list of it by list(…), or pass it as one argument",
    )


def spread_out(c: Frame, x: Abstract, node: ast.AST, last: bool) -> Sequence[Abstract]:
    """The arguments that `*x` gives: as many as are known, or the `last` ones together."""
    if not last:
        return spread(c, x, node)
    found = known_or_left(c, x if isinstance(x, Stream) else c.realised(x), node)
    if isinstance(found, tuple):
        return found
    made = listed(c, found, node)
    return [Spread(run_lists.as_tuple(made))] if isinstance(made, RunList) else spread(c, made, node)


def call_value(c: Frame, callee: Abstract, args: list[Abstract], kwargs: dict[str, Abstract], node: ast.AST) -> Abstract:
    """Call `callee`, whatever it is."""
    if isinstance(callee, Closure):
        return start(c, *closure_call(c, callee, args, kwargs, node), [*args, *kwargs.values()], node)
    if isinstance(callee, Derivative):
        return transforms.call(c, callee, args, kwargs, node)
    if isinstance(callee, Pullback):
        return transforms.pull(c, callee, args, kwargs, node)
    if isinstance(callee, Method):
        if callee.function is not None:
            return call_value(c, callee.function, [callee.receiver, *args], kwargs, node)
        several = with_each(c, callee, args, kwargs, node, 0) if isinstance(callee.receiver, Array) or holds(callee.receiver) else None
        return methods.call(c, callee, args, kwargs, node) if several is None else several
    if isinstance(callee, Instance):
        own = protocols.special(c, callee, "__call__", node)
        if own is None:
            return never(c, node, TypeError, f"'{type_name(callee)}' object is not callable")
        return call_value(c, own, args, kwargs, node)
    if isinstance(callee, Partial):
        if callee.once:
            cached.hashed(c, (*args, *kwargs.values()), node)
            cached.same_variables(c, callee, node)
        run = functools.partial(call_value, c, callee.function, [*callee.args, *args], {**callee.kwargs, **kwargs}, node)
        return cached.unchanging(c, cached.without_effects(c, "the function", node, run), "the function", node) if callee.once else run()
    if isinstance(callee, OneOf):
        return options.each(c, callee, lambda function: seen_now(c, function, call_value(c, function, args, kwargs, node)), node)
    if isinstance(callee, Static):
        return call_static(c, callee, args, kwargs, node)
    raise_lacking(c, node, callee, ("__call__",), "is not callable")
    c.refuse(node, f"'{type_name(callee)}' object is not callable", WRONG)


def seen_now(c: Frame, function: Abstract, given: Abstract) -> Abstract:
    """What one of several functions gave: of a view of one dict or another, what is in it now, and nobody changes it from then on."""
    if isinstance(function, Method) and isinstance(function.receiver, Dict) and function.name in ("items", "keys", "values"):
        function.receiver.frozen = function.receiver.frozen or "something goes over what is in it, where it may be one dict or another"
        return realised(c, given)
    return given


def call_static(c: Frame, callee: Static, args: list[Abstract], kwargs: dict[str, Abstract], node: ast.AST) -> Abstract:
    """Call a Python object known at lowering."""
    function = callee.value
    if records.stand_in(type(function)) is not None:
        return call_value(c, instance_of(c, callee, node), args, kwargs, node)
    owner = function.__self__ if isinstance(function, (types.MethodType, types.BuiltinMethodType)) else None
    if owner is not None and records.stand_in(type(owner)) is not None:
        return call_value(c, c.attribute(instance_of(c, Static(owner, callee.path), node), function.__name__, node), args, kwargs, node)
    kind = kind_of(function)
    if kind is not None or isinstance(function, Transform):
        return transforms.transformed(c, function, kind, args, kwargs, node)
    rule = rule_of(function)
    if rule is not None:
        return with_rule(c, rule, args, kwargs, node)
    if isinstance(function, types.FunctionType) and function in COMPUTED:
        return computed.at_lowering(c, function, COMPUTED[function], args, kwargs, node)
    if placeholders.asked(function, args):
        return computed.call(c, function, args, kwargs, node)
    handler = TABLE.get(function) if hashable(function) else None
    numerical = handler_of(function) if handler is None else None
    if numerical is None and isinstance(getattr(function, "__self__", None), np.ufunc):
        method = getattr(np.ufunc, function.__name__)
        return call_static(c, Static(method, callee.path), [Static(function.__self__), *args], kwargs, node)
    if function in (math.factorial, math.comb, math.perm):
        if all(map(mathematics.is_small_integer, args)):
            return computed.call(c, function, args, kwargs, node)
        mathematics.ask_for_large(c, args)
    mathematical = hashable(function) and function in mathematics.TABLE
    text = None if handler or numerical or mathematical else standing_for(function)
    if text in OF_ONE and len(args) > 1 and args[0] == args[1]:
        text = OF_ONE[text]
    of_text = lambda text: library.call(c, text, args, kwargs, node)  # noqa: E731
    if numerical or text:
        args, kwargs = [surely(c, x, node) for x in args], {k: surely(c, x, node) for k, x in kwargs.items()}
        args = beside_single(c, function, args, node)
    several = with_each_item(c, callee, args, kwargs, node)
    if several is not None:
        return several
    complex_ = of_complex.called(c, function, args, kwargs, of_text, node) if hashable(function) else None
    if complex_ is not None:
        return complex_
    refusing = None if handler or numerical or mathematical or text else refusal_of(function)
    looks_itself = (handler and function in OF_SEVERAL) or not (handler or numerical or mathematical)
    if not looks_itself or (text and any(map(may_be_complex, (*args, *kwargs.values())))):
        several = with_each(c, callee, args, kwargs, node, may_be_none_from(function, len(args), bool(numerical)))
        if several is not None:
            return several
    if handler is not None:
        return made_of(handler(c, node, args, kwargs), (*args, *kwargs.values()))
    if mathematical:
        return mathematics.call(c, node, function, [realised(c, x) for x in args], kwargs)
    if numerical or text or refusing:
        protocols.refuse_own(c, node, (*args, *kwargs.values()), "__array__", "__array_ufunc__", "__array_function__")
        if function is not np.fromiter:
            refuse_iterators(c, node, (*args, *kwargs.values()))
        args, kwargs = [realised(c, as_numpy_takes(x)) for x in args], {k: realised(c, as_numpy_takes(x)) for k, x in kwargs.items()}
    if numerical is not None:
        return numerical(c, node, args, kwargs)
    if isinstance(function, np.ufunc) and text is not None:
        return library.call_ufunc(c, function, text, args, kwargs, node)
    if isinstance(text, type):
        return instances.construct(c, text, args, kwargs, node)
    if text is not None:
        return library.call(c, text, args, kwargs, node)
    if refusing is not None:
        unstated.refuse_draws(c, function, args, kwargs, node)
        known = computed.of_numbers(c, function, args, kwargs, node) if is_pure(function) else None
        if known is None and unstated.may_run(function):
            return unstated.run(c, function, args, kwargs, node)
        return refusing(c, node, args, kwargs) if known is None else known
    if isinstance(function, type) and issubclass(function, BaseException):
        return thrown.made(c, function, [realised(c, x) for x in args], kwargs, node)
    if reporting.is_progress_bar(function):
        return reporting.without_bar(c, function, args, node)
    if isinstance(function, type):
        return instances.construct(c, function, [realised(c, x) for x in args], kwargs, node)
    if isinstance(function, functools.partial):
        return call_partial(c, function, callee, args, kwargs, node)
    refuse_unrepeatable(c, node, function)
    if isinstance(function, types.MethodType) and isinstance(function.__func__, types.FunctionType):
        receiver = capture(c, ("self", id(function)), f"{callee.path}.__self__", lambda: function.__self__, node)
        return call_static(c, Static(function.__func__, callee.path), [receiver, *args], kwargs, node)
    if isinstance(function, functools._lru_cache_wrapper):
        return call_cached(c, function, callee, args, kwargs, node)
    if isinstance(function, types.FunctionType) and functions.is_dispatching(function):
        return call_value(c, functions.dispatched(c, function, callee, args, node), args, kwargs, node)
    if isinstance(function, types.FunctionType) and records.makes_tuples(function):
        return instances.named_tuple(c, c.static(args[0], "the class", node), args[1:], kwargs, node)
    if isinstance(function, types.FunctionType) and records.makes_from_items(function) and len(args) == 2:
        return instances.of_items(c, c.static(args[0], "the class", node), node, spread(c, args[1], node))
    if isinstance(function, types.FunctionType):
        inside = managers.under_errstate(c, function, node)
        if inside is not None:
            return call_static(c, Static(inside, callee.path), args, kwargs, node)
        return call_python(c, function, callee, args, kwargs, node)
    if isinstance(getattr(function, "py_func", None), types.FunctionType):  # what numba's jit made
        watch_attribute(c.unit, function, "py_func", function.py_func)
        return call_python(c, function.py_func, callee, args, kwargs, node)
    if isinstance(function, (operator.itemgetter, operator.attrgetter, operator.methodcaller)):
        return functions.got(c, function, args, node)
    if isinstance(function, (types.MethodDescriptorType, types.WrapperDescriptorType)):
        return functions.of_type(c, function, args, kwargs, node)
    if not callable(function):
        c.raises(node, TypeError, f"'{type(function).__name__}' object is not callable")
    name = spoken(node, public(function), function)
    advised = rule_for(function)
    way_out = "pass its result in, or write it in Python" + (advised and f"; or let CPython run it: {advised}")
    c.refuse(node, f"cannot call '{name}': its source can't be read", way_out)


def refuse_iterators(c: Frame, node: ast.AST, args: Sequence[Abstract]) -> None:
    """NumPy takes what gives its items one by one, and a view of a dict, for one object."""
    if any(isinstance(x, (Generator, Stream, Known, Counted, Numbers, Iterator)) for x in args):
        c.refuse(
            node, "NumPy does not go over an iterator or a view of a dict: it makes an array of one object of it", "make a list of it first"
        )


def with_rule(c: Frame, rule: Rule, args: list[Abstract], kwargs: dict[str, Abstract], node: ast.AST) -> Abstract:
    """Call a function that has a rule."""
    if rule.host:
        return host.called(c, rule, args, kwargs, node)
    assert isinstance(rule.function, types.FunctionType)
    target, bound = python_call(c, rule.function, args, kwargs, node)
    if target.outside.module.startswith(records.TEXTS):
        target = replace(target, place=c.location(node))
    return ruled.applied(c, rule, target, bound, node)


SHOWING = (print, str, repr)
"""What shows None as anything else."""


def may_be_none_from(function: Any, given: int, numerical: bool) -> int:
    """Which of the arguments of a function may be None, those of a ufunc by name alone; those of others that are shown are printed."""
    if any(function is shows for shows in SHOWING):
        return 0
    return sys.maxsize if not numerical else given if isinstance(function, np.ufunc) else 1


def with_each(
    c: Frame, callee: Static | Method, args: list[Abstract], kwargs: dict[str, Abstract], node: ast.AST, optional: int
) -> Abstract | None:
    """Call a function that does not look into itself for what its arguments are, once for each that they may be; None where they are
    known, or only called. Those from the `optional`-th on may be None."""
    given, n = [*args, *kwargs.values()], len(args)
    call = lambda one: call_value(c, callee, one[:n], dict(zip(kwargs, one[n:], strict=True)), node)  # noqa: E731
    found = options.split_none(c, given, optional, call, node)
    if found is not None:
        return found
    for k, x in enumerate(given):
        if isinstance(x, Maybe) and isinstance(x.value, OneOf) and not called_only(x.value):
            there, without = ([*given[:k], one, *given[k + 1 :]] for one in (x.value, NONE))
            return c.branch(x.present, functools.partial(call, there), functools.partial(call, without), None, node)
    for k, x in enumerate(args):
        if isinstance(x, Generator) and isinstance(x.first, OneOf):
            over = lambda one, k=k, x=x: call_value(c, callee, [*args[:k], replace(x, first=one), *args[k + 1 :]], kwargs, node)  # noqa: E731
            return options.each(c, x.first, over, node)
    if not any(isinstance(x, OneOf) and not called_only(x) for x in given):
        return None
    return options.split(c, given, call, node)


def with_each_item(c: Frame, callee: Static, args: list[Abstract], kwargs: dict[str, Abstract], node: ast.AST) -> Abstract | None:
    """Call a function of NumPy's once for each that the items of a sequence, or of one in it, may be; None where they are known."""
    if str(getattr(callee.value, "__module__", "")).partition(".")[0] != "numpy":
        return None
    for k, x in enumerate(args):
        if any(isinstance(item, OneOf) and not called_only(item) for item in options.items_within(x)):
            call = lambda known, k=k: call_static(c, callee, [*args[:k], known, *args[k + 1 :]], kwargs, node)  # noqa: E731
            return options.split_items(c, x, call, node)
    return None


def surely(c: Frame, x: Abstract, node: ast.AST) -> Abstract:
    """What may be None and else complex, or one thing or another, as what it else is: NumPy's functions take no None for it. A number that
    is float32 or Python's own is one or the other: they compute more digits of the latter."""
    if isinstance(x, Scalar) and x.weak_if is not None and x.type in (F32, F16):
        return by_path.alternatives(c, x)
    return c.present(x, node) if isinstance(x, Maybe) and (holds(x.value) or isinstance(x.value, OneOf)) else x


def may_be_complex(x: Abstract) -> bool:
    """Whether a value is complex on one path and not on another: other texts compute it."""
    return isinstance(x, OneOf) and any(map(holds, x.values))


def called_only(x: OneOf) -> bool:
    """Whether it is one of several functions."""
    return all(isinstance(one, (Closure, Method, Partial)) or (isinstance(one, Static) and callable(one.value)) for one in x.values)


def call_partial(
    c: Frame, function: functools.partial[Any], callee: Static, args: list[Abstract], kwargs: dict[str, Abstract], node: ast.AST
) -> Abstract:
    """Call a `functools.partial`: its function with its own arguments first, its keywords where the call gives no others."""

    def held(place: str, items: Any, key: Any) -> Abstract:
        read_item = functools.partial(operator.getitem, items, key)
        return capture(c, ("partial", id(function), key), f"{callee.path}.{place}[{key!r}]", read_item, node)

    bound = [held("args", function.args, k) for k in range(len(function.args))]
    if function.keywords:  # it may get others
        capture(c, ("partial", id(function)), f"{callee.path}.keywords", lambda: tuple(function.keywords), node)
    named = {key: held("keywords", function.keywords, key) for key in function.keywords if key not in kwargs}
    return call_value(c, Static(function.func, callee.path), [*bound, *args], {**named, **kwargs}, node)


def call_cached(c: Frame, function: Any, callee: Static, args: list[Abstract], kwargs: dict[str, Abstract], node: ast.AST) -> Abstract:
    """Call what `functools.lru_cache` made: the function in it, whose result nobody may change, since the next call gives it again."""
    watch_attribute(c.unit, function, "__wrapped__", function.__wrapped__)
    cached.hashed(c, (*args, *kwargs.values()), node)
    inside, what = Static(function.__wrapped__, callee.path), f"'{callee.path}'"
    run = functools.partial(call_static, c, inside, args, kwargs, node)
    known = cached.known(args, kwargs)
    if known is None:
        return cached.unchanging(c, cached.without_effects(c, what, node, run), what, node)
    mark = c.mark()
    try:
        return cached.unchanging(c, cached.without_effects(c, what, node, run), what, node, kept=True)
    except Refused:
        kept = cached.kept(c, function, callee.path, known, node)
        if kept is None:
            raise
        c.roll_back(mark)
        return kept


def call_python(
    c: Frame, function: types.FunctionType, callee: Static, args: list[Abstract], kwargs: dict[str, Abstract], node: ast.AST
) -> Abstract:
    """Call a Python function whose source can be read."""
    if generated.is_maker(function):
        return generated.made(c, function, args, kwargs, node)
    return start(c, *python_call(c, function, args, kwargs, node), [*args, *kwargs.values()], node)


def start(c: Frame, target: Target, bound: dict[str, Abstract], given: list[Abstract], node: ast.AST) -> Abstract:
    """Run a function; of a generator function, what it gives is taken later."""
    if is_generator(target.definition.node):
        return generators.called(c, generators.Called(target.definition, target.outside, target.cells, bound), node)
    with unchanged_sources(c, given, node):
        return call_function(c, target, bound, node)


# Binding --------------------------------------------------------------------------------------------------------------


EXPRESSIONS[ast.Call] = call
