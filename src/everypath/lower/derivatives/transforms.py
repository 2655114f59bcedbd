"""everypath's own functions called inside the user's function: `pullback` and `pushforward` ops on the function's IR.

What the differentiated function sees of its surroundings is lifted to parameters, so a derivative of a closure over an active
value is a derivative of all of it. `differentiated` lowers it, `directions` fits tangents to values, `jacobian` makes Jacobians.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Any, NoReturn

from ...ir.program import Value
from ...ir.types import ArrayType, is_float
from ...transform import Transform
from ..frame import Frame
from ..naming import an, type_name
from ..objects import List, sequence_items
from ..patterns import flatten
from ..python import options
from ..text.functions import Prepared, called
from ..values import NONE, Abstract, Array, Derivative, OneOf, Pullback, Scalar, Static, Tuple
from .differentiated import Args, Kwargs, Subject, chosen, copied, lowered, protected
from .directions import extents, gradient_like, matched, moves, pulled, pushed, same_shape, tangent_like, zeros
from .jacobian import jacobian

MODES = {"jacfwd": "forward", "jacrev": "reverse"}
"""Jacobians with names of their own."""

OPTIONS = ("wrt", "argnums", "has_aux", "mode", "backend")


def transformed(c: Frame, function: Any, kind: str | None, args: Args, kwargs: Kwargs, node: ast.AST) -> Abstract:
    """Call `everypath.grad` or one of its kind, or what it made outside the function."""
    if isinstance(function, Transform):
        return call(c, derivative_of(c, function, node), args, kwargs, node)
    if kind in DIRECTIONS:
        kwargs.pop("backend", None)
        return DIRECTIONS[kind](c, args, kwargs, node)
    if kind not in ("grad", "value_and_grad", "hvp", "jacobian", "jacfwd", "jacrev", "hessian", "compile"):
        c.refuse(node, f"everypath.{kind} inside the function is not supported", "call it outside")
    if "seeds" in kwargs:
        refuse_option(c, str(kind), "seeds", node)
    if "sparse" in kwargs and c.static(kwargs.pop("sparse"), "sparse", node):
        refuse_option(c, str(kind), "sparse", node)
    if not args or len(args) > 2 or set(kwargs) - set(OPTIONS):
        c.refuse(node, f"{kind} takes a function and wrt here", "pass the function, and wrt by name")
    wrt = args[1] if len(args) > 1 else kwargs.get("wrt") or kwargs.get("argnums")
    names = 0 if wrt is None else choice(c, wrt, node)
    has_aux = bool("has_aux" in kwargs and c.static(kwargs["has_aux"], "has_aux", node))
    if kind == "hessian":
        return Derivative("jacobian", Derivative("grad", args[0], names), names, mode="forward")
    mode = str(c.static(kwargs["mode"], "mode", node)) if "mode" in kwargs else MODES.get(str(kind), "auto")
    if mode not in ("auto", "forward", "reverse"):
        c.refuse(node, f"there is no mode {mode!r}", 'mode is "auto", "forward" or "reverse"')
    return Derivative("jacobian" if kind in MODES else str(kind), args[0], names, has_aux, mode)


def refuse_option(c: Frame, kind: str, option: str, node: ast.AST) -> NoReturn:
    c.refuse(node, f"{kind} with {option} inside the function is not supported", f"call it outside, or leave {option} out")


def choice(c: Frame, wrt: Abstract, node: ast.AST) -> Any:
    items = sequence_items(wrt)
    if items is None:
        return c.static(wrt, "wrt", node)
    return tuple(c.static(item, "wrt", node) for item in items)


def derivative_of(c: Frame, made: Any, node: ast.AST) -> Derivative:
    """A `Transform` made outside, as the derivative that it is."""
    inner: Abstract = derivative_of(c, made.function, node) if isinstance(made.function, Transform) else Static(made.function)
    if made.sparse or made.seeds is not None:
        refuse_option(c, made.kind, "sparse" if made.sparse else "seeds", node)
    kind = "jacobian" if made.kind in ("jacobian", "jacfwd", "jacrev", "hessian") else made.kind
    if kind not in ("grad", "value_and_grad", "hvp", "jacobian", "compile"):
        c.refuse(node, f"{made.kind} inside the function is not supported", "call it outside")
    return Derivative(kind, inner, made.wrt, made.has_aux, getattr(made, "mode", "auto"))


def call(c: Frame, callee: Derivative, args: Args, kwargs: Kwargs, node: ast.AST) -> Abstract:
    """Call a derivative at its arguments."""
    args = [c.present(c.realised(x), node) for x in args]
    kwargs = {key: c.present(c.realised(x), node) for key, x in kwargs.items()}
    if callee.kind == "compile":
        return c.call(callee.function, args, kwargs, node)
    given, n = [*args, *kwargs.values()], len(args)
    if any(isinstance(x, OneOf) and all(isinstance(one, (Scalar, Array)) for one in x.values) for x in given):  # of each kind of number
        known = lambda one: call(c, callee, one[:n], dict(zip(kwargs, one[n:], strict=True)), node)  # noqa: E731
        found = options.split(c, given, known, node)
        assert found is not None
        return found
    if callee.kind == "hvp":
        return hessian_vector(c, callee, args, kwargs, node)
    if callee.kind == "jacobian":
        subject = lowered(c, callee.function, args, kwargs, node)
        if not isinstance(subject.ready.special.result, Scalar):
            return jacobian(c, callee, subject, node)
    return gradient(c, callee, args, kwargs, node)


# Reverse --------------------------------------------------------------------------------------------------------------


def gradient(c: Frame, callee: Derivative, args: Args, kwargs: Kwargs, node: ast.AST) -> Abstract:
    """grad(f)(…) and value_and_grad(f)(…)."""
    subject = lowered(c, callee.function, args, kwargs, node)
    ready, inputs = subject.ready, chosen(c, subject, callee.wrt, node)
    value = differentiable(c, subject, callee, node)
    if value.is_static:
        result: Abstract = called(c, replace(ready, leaves=protected(c, ready)))
        found = zeros(c, [ready.leaves[k] for k in inputs.positions])
    else:
        one = c.b.constant(1.0, value.type, "one")
        result, found = pulled(c, ready, protected(c, ready), inputs.positions, (0,), [one])
    cotangents = iter(inputs.each(c, found))
    slope = inputs.one_or_tuple([gradient_like(c, x.value, cotangents) for x in inputs.arguments])
    if callee.kind == "value_and_grad":
        return Tuple((result, slope))
    if callee.has_aux:
        assert isinstance(result, (Tuple, List))
        return Tuple((slope, result.items[1]))
    return slope


def differentiable(c: Frame, subject: Subject, callee: Derivative, node: ast.AST) -> Scalar:
    """The value to be differentiated, which must be a float."""
    value = subject.ready.special.result
    if callee.has_aux:
        items = sequence_items(value) if value is not None else None
        if items is None or len(items) != 2:
            c.refuse(node, f"{callee.kind} with has_aux needs a function that returns (value, aux)", "return a pair")
        value = items[0]
    if not isinstance(value, Scalar) or not value.type.is_float:
        what = f"{an(type_name(value or NONE))}"
        c.refuse(node, f"{callee.kind} needs a function that returns a float, and this one returns {what}", "use jacobian or vjp")
    return value


def vjp(c: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Abstract:
    """vjp(f, *primals): the value, and a pullback that remembers the arguments as they are now."""
    if not args or kwargs:
        c.refuse(node, "vjp takes a function and its arguments", "pass them by position")
    subject = lowered(c, args[0], args[1:], {}, node)
    back = pullback_of(c, subject, node)
    value, _ = pulled(c, subject.ready, protected(c, subject.ready), (), (), [])
    shape = tuple(n for leaf in flatten([value]) if is_float(leaf.type) for n in extents(c, leaf))
    return Tuple((value, replace(back, shape=shape)))


def cotangents(c: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Abstract:
    """cotangents(f, bar, *primals): what the pullback gives, without the value. The library sees to it that `bar` fits."""
    assert not kwargs
    subject = lowered(c, args[0], args[2:], {}, node)
    return back(c, pullback_of(c, subject, node), args[1], node, told=False)


def pullback_of(c: Frame, subject: Subject, node: ast.AST) -> Pullback:
    """The pullback at the arguments as they are now, of a value whose shape is not told."""
    held = [copied(c, v) for v in subject.ready.leaves]
    positions = tuple(k for x in subject.passed for k in subject.moving(x))
    if not positions:
        c.refuse(node, "vjp needs an argument with a float in it", "pass a float, such as 3.0 instead of 3")
    return Pullback(subject.ready.special, tuple(held), (), tuple(x.value for x in subject.passed), positions)


def pull(c: Frame, callee: Pullback, args: Args, kwargs: Kwargs, node: ast.AST) -> Abstract:
    """Call the pullback of a vjp."""
    if len(args) != 1 or kwargs:
        c.refuse(node, "a pullback takes one cotangent", "pass it in the containers of the function's value")
    return back(c, callee, args[0], node)


def back(c: Frame, callee: Pullback, bar: Abstract, node: ast.AST, *, told: bool = True) -> Abstract:
    """What the arguments get of a cotangent, whose shape is compared with that of the value where that is `told`."""
    special = callee.special
    assert special.result is not None
    seeds: list[Value] = []
    seeded: list[int] = []
    shape = iter(callee.shape)
    for k, (leaf, given) in enumerate(matched(c, special.result, bar, node)):
        rank = leaf.type.rank if told and is_float(leaf.type) and isinstance(leaf.type, ArrayType) else 0
        wanted = tuple(next(shape) for _ in range(rank))
        if given is not None:
            if told:
                same_shape(c, wanted, given)
            seeds.append(given)
            seeded.append(k)
    ready = Prepared(special, [], list(callee.leaves), list(callee.leaves), "out")
    if seeds:
        _, found = pulled(c, ready, protected(c, ready), callee.positions, tuple(seeded), seeds)
    else:
        found = zeros(c, [callee.leaves[k] for k in callee.positions])
    cotangents = iter(found)
    return Tuple(tuple(gradient_like(c, x, cotangents) for x in callee.arguments))


# Forward --------------------------------------------------------------------------------------------------------------


def jvp(c: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Abstract:
    """jvp(f, primals, tangents)."""
    given = [*args, *(kwargs[key] for key in ("primals", "tangents") if key in kwargs)]
    if len(given) != 3:
        c.refuse(node, "jvp takes a function, primals and tangents", "pass both as tuples")
    primals, tangents = (sequence_items(c.present(x, node)) for x in given[1:])
    if primals is None or tangents is None or len(primals) != len(tangents):
        c.refuse(node, "jvp takes primals and tangents as tuples of one length", "one entry for each argument")
    subject = lowered(c, given[0], list(primals), {}, node)
    if not any(moves(x.value) for x in subject.passed):
        c.refuse(node, "no argument here is a float, so there is nothing to take a tangent along", "pass a float, such as 3.0 instead of 3")
    positions: list[int] = []
    moved: list[Value] = []
    for x, y in zip(subject.passed, tangents, strict=True):
        for k, (leaf, tangent) in zip(x.leaves, matched(c, x.value, y, node, constants=True), strict=True):
            if tangent is not None:
                same_shape(c, extents(c, leaf), tangent)
                positions.append(k)
                moved.append(tangent)
    ready = subject.ready
    value, out = pushed(c, ready, protected(c, ready), tuple(positions), moved)
    assert ready.special.result is not None
    return Tuple((value, tangent_like(c, ready.special.result, iter(out))))


def hessian_vector(c: Frame, callee: Derivative, args: Args, kwargs: Kwargs, node: ast.AST) -> Abstract:
    """hvp(f)(*arguments, v): the tangent of the gradient along v."""
    if not args:
        c.refuse(node, "hvp(f) takes the function's arguments and then the vector", "pass the vector last")
    subject = lowered(c, Derivative("grad", callee.function, callee.wrt), args[:-1], kwargs, node)
    ready, inputs = subject.ready, chosen(c, subject, callee.wrt, node)
    like = inputs.one_or_tuple([x.value for x in inputs.arguments])
    vectors = [v for leaf, v in matched(c, like, args[-1], node, constants=True) if is_float(leaf.type)]
    tangents: dict[int, Value] = {}
    for k, v in zip(inputs.order, vectors, strict=True):
        if v is not None:
            same_shape(c, extents(c, ready.leaves[inputs.positions[k]]), v)
            tangents[k] = summed(c, tangents[k], v) if k in tangents else v
    positions = tuple(inputs.positions[k] for k in tangents)
    _, out = pushed(c, ready, protected(c, ready), positions, list(tangents.values()))
    assert ready.special.result is not None
    return tangent_like(c, ready.special.result, iter(out))


def summed(c: Frame, x: Value, y: Value) -> Value:
    """x + y, numbers or arrays of one shape."""
    return c.b.op("add", x, y, name=x.name)


DIRECTIONS = {"jvp": jvp, "vjp": vjp, "cotangents": cotangents}
"""What takes a function and its arguments at once."""
