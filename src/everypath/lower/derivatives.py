"""everypath's own functions called inside the user's function: `pullback` and `pushforward` ops on the function's IR.

What the differentiated function sees of its surroundings is lifted to parameters, so a derivative of a closure over an active
value is a derivative of all of it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ..errors import InvalidArgument
from ..ir.op import definition as op_definition
from ..ir.program import Value
from ..ir.types import ArrayType, Type, is_float, scalar_of
from ..ir.walk import ops_in
from ..transform import Transform
from .frame import RESULT, RETURNED, TRUE, Abandoned, Frame
from .functions import Prepared, Target, called, prepared
from .outside import Outside
from .patterns import Remake, flatten, never
from .values import (
    NONE,
    Abstract,
    Array,
    Buffer,
    Cell,
    Closure,
    Derivative,
    Dict,
    Instance,
    List,
    Method,
    Pullback,
    Scalar,
    Static,
    Tuple,
    sequence_items,
    type_name,
)

OPTIONS = ("wrt", "argnums", "has_aux", "mode", "backend")
CALLEE = "<callee>"

Args = list[Abstract]
Kwargs = dict[str, Abstract]


def transformed(c: Frame, function: Any, kind: str | None, args: Args, kwargs: Kwargs, node: ast.AST) -> Abstract:
    """Call `everypath.grad` or one of its kind, or what it made outside the function."""
    if isinstance(function, Transform):
        return call(c, derivative_of(c, function, node), args, kwargs, node)
    if kind in ("jvp", "vjp"):
        kwargs.pop("backend", None)
        return (jvp if kind == "jvp" else vjp)(c, args, kwargs, node)
    if kind not in ("grad", "value_and_grad", "hvp", "jacobian", "jacfwd", "jacrev", "hessian", "compile"):
        c.refuse(node, f"everypath.{kind} inside the function is not supported", "call it outside")
    if not args or len(args) > 2 or set(kwargs) - set(OPTIONS):
        c.refuse(node, f"{kind} takes a function and wrt here", "pass the function, and wrt by name")
    wrt = args[1] if len(args) > 1 else kwargs.get("wrt") or kwargs.get("argnums")
    chosen = 0 if wrt is None else choice(c, wrt, node)
    has_aux = bool("has_aux" in kwargs and c.static(kwargs["has_aux"], "has_aux", node))
    if kind == "hessian":
        return Derivative("jacobian", Derivative("grad", args[0], chosen), chosen)
    return Derivative("jacobian" if kind in ("jacfwd", "jacrev") else str(kind), args[0], chosen, has_aux)


def choice(c: Frame, wrt: Abstract, node: ast.AST) -> Any:
    items = sequence_items(wrt)
    if items is None:
        return c.static(wrt, "wrt", node)
    return tuple(c.static(item, "wrt", node) for item in items)


def derivative_of(c: Frame, made: Any, node: ast.AST) -> Derivative:
    """A `Transform` made outside, as the derivative that it is."""
    inner: Abstract = derivative_of(c, made.function, node) if isinstance(made.function, Transform) else Static(made.function)
    kind = "jacobian" if made.kind in ("jacobian", "jacfwd", "jacrev", "hessian") else made.kind
    if kind not in ("grad", "value_and_grad", "hvp", "jacobian", "compile"):
        c.refuse(node, f"{made.kind} inside the function is not supported", "call it outside")
    return Derivative(kind, inner, made.wrt, made.has_aux)


def call(c: Frame, callee: Derivative, args: Args, kwargs: Kwargs, node: ast.AST) -> Abstract:
    """Call a derivative at its arguments."""
    from .calls import call_value
    from .comprehension import realised

    args = [c.present(realised(c, x), node) for x in args]
    kwargs = {key: c.present(realised(c, x), node) for key, x in kwargs.items()}
    if callee.kind == "compile":
        return call_value(c, callee.function, args, kwargs, node)
    if callee.kind == "hvp":
        return hessian_vector(c, callee, args, kwargs, node)
    if callee.kind == "jacobian":
        return jacobian(c, callee, args, kwargs, node)
    return gradient(c, callee, args, kwargs, node)


# The function to be differentiated ------------------------------------------------------------------------------------


def lowered(c: Frame, function: Abstract, args: Args, kwargs: Kwargs, node: ast.AST) -> tuple[Prepared, list[Argument]]:
    """The IR function of anything that can be called, and its arguments (a method's object is not one of them)."""
    target, bound = target_of(c, function, args, kwargs, node)
    ready = prepared(c, target, bound, node)
    if ready.special.result is None:
        raise Abandoned
    own = dict(list(bound.items())[1:]) if isinstance(function, Method) else bound
    return ready, arguments_of(ready, own, target)


def target_of(c: Frame, function: Abstract, args: Args, kwargs: Kwargs, node: ast.AST) -> tuple[Target, dict[str, Abstract]]:
    from types import FunctionType

    from . import builtins
    from .calls import closure_call, hashable, python_call
    from .numpy import handler_of

    if isinstance(function, Closure):
        return closure_call(c, function, args, kwargs, node)
    if isinstance(function, Method) and isinstance(function.function, Static):
        return python_call(c, function.function.value, [function.receiver, *args], kwargs, node)
    if isinstance(function, Static) and isinstance(function.value, FunctionType):
        known = hashable(function.value) and (function.value in builtins.TABLE or handler_of(function.value) is not None)
        if not known:
            return python_call(c, function.value, args, kwargs, node)
    if kwargs:
        c.refuse(node, "a derivative of this function takes its arguments by position", "pass them by position")
    return wrapped(c, function, args, node)


def wrapped(c: Frame, function: Abstract, args: Args, node: ast.AST) -> tuple[Target, dict[str, Abstract]]:
    """A function whose text is not its own: a derivative, or a function of a library."""
    which = (node, c.definition.node, type(function), getattr(function, "kind", None), len(args))
    if which not in c.unit.wrappers:
        nothing = ast.arguments([], [], None, [], [], None, [])
        c.unit.wrappers[which] = ast.copy_location(ast.Lambda(nothing, ast.copy_location(ast.Constant(None), node)), node)
    text = c.definition.inner(c.unit.wrappers[which])
    names = [f"x{k}" for k in range(len(args))]

    def body(frame: Frame) -> None:
        from .calls import call_value

        held = frame.env[CALLEE]
        assert isinstance(held, Cell)
        frame.at(node)
        frame.env[RESULT] = call_value(frame, held.contents, [frame.env[name] for name in names], {}, node)
        frame.env[RETURNED] = TRUE

    cell = Cell(c.store, CALLEE, function)
    outside: Outside = c.outside
    return Target(text, outside, {CALLEE: cell}, body), dict(zip(names, args, strict=True))


@dataclass(frozen=True, eq=False)
class Argument:
    """An argument of the function: its name, its value, and where its leaves stand among the parameters."""

    name: str
    value: Abstract
    leaves: range


def arguments_of(ready: Prepared, bound: dict[str, Abstract], target: Target) -> list[Argument]:
    """The arguments as they are passed, those that `*args` collects one by one; what the function captures is not among them."""
    out: list[Argument] = []
    start = 0
    seen: set[Any] = set()
    vararg = target.definition.node.args.vararg
    for name, x in ready.passed:
        collected = vararg is not None and name == vararg.arg and isinstance(x, Tuple)
        for k, item in enumerate(x.items) if isinstance(x, Tuple) and collected else [(None, x)]:
            n = len(flatten([item], never, seen))
            if name in bound:
                out.append(Argument(name if k is None else f"{name}[{k}]", item, range(start, start + n)))
            start += n
    return out


def chosen_arguments(c: Frame, arguments: list[Argument], wrt: Any, node: ast.AST) -> list[Argument]:
    """The arguments that `wrt` names: a position, a name, or a tuple of them."""
    by_name = {a.name: a for a in arguments}
    out = []
    for which in wrt if isinstance(wrt, tuple) else (wrt,):
        if isinstance(which, str) and which in by_name:
            out.append(by_name[which])
        elif isinstance(which, int) and -len(arguments) <= which < len(arguments):
            out.append(arguments[which])
        else:
            c.refuse(node, f"wrt={which!r} names no argument of the function", f"it has {', '.join(by_name) or 'none'}")
    return out


def moving(ready: Prepared, x: Argument) -> list[int]:
    """The positions of the float leaves of an argument."""
    return [k for k in x.leaves if is_float(ready.leaves[k].type)]


def positions_of(c: Frame, ready: Prepared, chosen: list[Argument], node: ast.AST) -> tuple[int, ...]:
    """Where the float leaves of the chosen arguments stand among the parameters; refused where one has none."""
    for x in chosen:
        if not moving(ready, x):
            c.refuse(node, f"'{x.name}' is a {type_name(x.value)}, which has no derivative", "pass a float, such as 3.0 instead of 3")
    return tuple(k for x in chosen for k in moving(ready, x))


def protected(c: Frame, ready: Prepared) -> list[Value]:
    """The leaves, arrays among them copied if the function may write to an array: a derivative changes nothing of the caller's."""
    if not writes(c, ready.special.name, set()):
        return ready.leaves
    return [c.b.op("copy", v, name=v.name) if isinstance(v.type, ArrayType) else v for v in ready.leaves]


def writes(c: Frame, name: str, seen: set[str]) -> bool:
    """Whether a function or one that it calls writes to any memory."""
    if name in seen or name not in c.unit.functions:
        return name not in seen
    seen.add(name)
    for op in ops_in(c.unit.functions[name].body):
        if op_definition(op.name).writes is not None and not op.name.startswith("list_"):
            return True
        if "callee" in op.attributes and writes(c, op.attributes["callee"], seen):
            return True
    return False


# Reverse --------------------------------------------------------------------------------------------------------------


def gradient(c: Frame, callee: Derivative, args: Args, kwargs: Kwargs, node: ast.AST) -> Abstract:
    """grad(f)(…) and value_and_grad(f)(…)."""
    ready, bound = lowered(c, callee.function, args, kwargs, node)
    chosen = chosen_arguments(c, bound, callee.wrt, node)
    positions = positions_of(c, ready, chosen, node)
    one = c.b.constant(1.0, seed_type(c, ready, callee, node), "one")
    result, cotangents = pulled(c, ready, protected(c, ready), positions, (0,), [one])
    slopes = [gradient_like(c, x.value, cotangents) for x in chosen]
    slope = Tuple(tuple(slopes)) if isinstance(callee.wrt, tuple) else slopes[0]
    if callee.kind == "value_and_grad":
        return Tuple((result, slope))
    if callee.has_aux:
        assert isinstance(result, (Tuple, List))
        return Tuple((slope, result.items[1]))
    return slope


def seed_type(c: Frame, ready: Prepared, callee: Derivative, node: ast.AST) -> Any:
    """The type of the value to be differentiated, which must be a float."""
    value = ready.special.result
    if callee.has_aux:
        items = sequence_items(value) if value is not None else None
        if items is None or len(items) != 2:
            c.refuse(node, f"{callee.kind} with has_aux needs a function that returns (value, aux)", "return a pair")
        value = items[0]
    if not isinstance(value, Scalar) or not value.type.is_float or value.is_static:
        what = "a constant" if isinstance(value, Scalar) and value.is_static else f"a {type_name(value or NONE)}"
        c.refuse(node, f"{callee.kind} needs a function that returns a float, and this one returns {what}", "use jacobian or vjp")
    return value.type


def pulled(
    c: Frame, ready: Prepared, leaves: list[Value], positions: tuple[int, ...], seeded: tuple[int, ...], seeds: list[Value]
) -> tuple[Abstract, Iterator[Value]]:
    """Emit a `pullback`: the function's result, and the cotangents of the parameters at `positions`."""
    special = ready.special
    types: list[Type] = [*special.types, *(fresh(leaves[k].type) for k in positions)]
    names = [*[ready.name] * len(special.types), *(f"d_{leaves[k].name}" for k in positions)]
    out = c.b.emit("pullback", *leaves, *seeds, types=types, names=names, callee=special.name, wrt=positions, seeded=seeded)
    n = len(special.types)
    assert special.result is not None
    return Remake(c, out[:n])(special.result), iter(out[n:])


def fresh(type_: Type) -> Type:
    """The type of a cotangent: an array's is contiguous."""
    return ArrayType(type_.dtype, type_.rank) if isinstance(type_, ArrayType) else type_


def gradient_like(c: Frame, x: Abstract, leaves: Iterator[Value]) -> Abstract:
    """The gradient with respect to `x`: its containers, None for what has no derivative."""
    if isinstance(x, (Scalar, Array, Buffer)):
        if not scalar_of(x.value.type).is_float:
            return NONE
        value = next(leaves)
        if isinstance(x, Scalar):
            return Scalar(value, x.kind)
        return Array(value) if isinstance(x, Array) else Buffer(value, x.kind)
    return rebuilt(c, x, lambda item: gradient_like(c, item, leaves))


def rebuilt(c: Frame, x: Abstract, change: Callable[[Abstract], Abstract]) -> Abstract:
    """The container `x` with its items changed; None for what is no container."""
    if isinstance(x, Tuple):
        return Tuple(tuple(map(change, x.items)), x.type)
    if isinstance(x, List):
        return List(c.store, map(change, x.items))
    if isinstance(x, Dict):
        return Dict(c.store, {key: change(item) for key, item in x.entries.items()})
    if isinstance(x, Instance):
        return Instance(c.store, {key: change(item) for key, item in x.fields.items()}, x.type)
    return NONE


def vjp(c: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Abstract:
    """vjp(f, *primals): the value, and a pullback that remembers the arguments as they are now."""
    if not args or kwargs:
        c.refuse(node, "vjp takes a function and its arguments", "pass them by position")
    ready, bound = lowered(c, args[0], args[1:], {}, node)
    arguments = tuple(x.value for x in bound)
    held = [c.b.op("copy", v, name=v.name) if isinstance(v.type, ArrayType) else v for v in ready.leaves]
    positions = tuple(k for x in bound for k in moving(ready, x))
    copied = Prepared(ready.special, ready.passed, protected(c, ready), ready.name)
    value = called(c, copied)
    return Tuple((value, Pullback(ready.special, tuple(held), arguments, positions)))


def pull(c: Frame, callee: Pullback, args: Args, kwargs: Kwargs, node: ast.AST) -> Abstract:
    """Call the pullback of a vjp."""
    if len(args) != 1 or kwargs:
        c.refuse(node, "a pullback takes one cotangent", "pass it in the containers of the function's value")
    special = callee.special
    assert special.result is not None
    seeds: list[Value] = []
    seeded: list[int] = []
    for k, (leaf, given) in enumerate(matched(c, special.result, c.present(args[0], node), node)):
        if given is not None and is_float(leaf.type):
            seeds.append(given)
            seeded.append(k)
    ready = Prepared(special, [], list(callee.leaves), "out")
    leaves = protected(c, ready)
    _, cotangents = pulled(c, ready, leaves, callee.positions, tuple(seeded), seeds)
    return Tuple(tuple(gradient_like(c, x, cotangents) for x in callee.arguments))


def matched(c: Frame, like: Abstract, given: Abstract, node: ast.AST) -> list[tuple[Value, Value | None]]:
    """(leaf of `like`, the same leaf of `given` in its dtype) for a tangent or cotangent; None where it has none."""
    if isinstance(like, Scalar):
        if like.is_static:
            return []
        if not isinstance(given, Scalar) or not like.type.is_float:
            return [(like.value, None)]
        return [(like.value, c.as_type(given, like.type))]
    if isinstance(like, (Array, Buffer)):
        if not isinstance(given, (Array, Buffer)) or not scalar_of(like.value.type).is_float:
            return [(like.value, None)]
        return [(like.value, c.cast(given.value, scalar_of(like.value.type)))]
    pairs = []
    mine, other = parts(like), parts(given)
    if len(mine) != len(other):
        c.refuse(node, f"a {type_name(given)} stands where a tangent of a {type_name(like)} is needed", "give it the same containers")
    for x, y in zip(mine, other, strict=True):
        pairs += matched(c, x, y, node)
    return pairs


def parts(x: Abstract) -> list[Abstract]:
    items = sequence_items(x)
    if items is not None:
        return list(items)
    return list(x.contents.values()) if isinstance(x, (Dict, Instance)) else []


# Forward --------------------------------------------------------------------------------------------------------------


def pushed(
    c: Frame, ready: Prepared, leaves: list[Value], positions: tuple[int, ...], tangents: list[Value]
) -> tuple[Abstract, list[Value]]:
    """Emit a `pushforward`: the function's result, and the tangents of its float leaves."""
    special = ready.special
    moving = [t for t in special.types if is_float(t)]
    types: list[Type] = [*special.types, *map(fresh, moving)]
    names = [*[ready.name] * len(special.types), *[f"{ready.name}_tangent"] * len(moving)]
    out = c.b.emit("pushforward", *leaves, *tangents, types=types, names=names, callee=special.name, wrt=positions)
    n = len(special.types)
    assert special.result is not None
    return Remake(c, out[:n])(special.result), list(out[n:])


def tangent_like(c: Frame, x: Abstract, leaves: Iterator[Value]) -> Abstract:
    """The tangent of a result: 0 where it is a known number, None where it carries none."""
    if isinstance(x, Scalar) and x.is_static:
        return c.constant(0.0) if x.kind == "float" else NONE
    return (
        gradient_like(c, x, leaves) if isinstance(x, (Scalar, Array, Buffer)) else rebuilt(c, x, lambda item: tangent_like(c, item, leaves))
    )


def jvp(c: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Abstract:
    """jvp(f, primals, tangents)."""
    given = [*args, *(kwargs[key] for key in ("primals", "tangents") if key in kwargs)]
    if len(given) != 3:
        c.refuse(node, "jvp takes a function, primals and tangents", "pass both as tuples")
    primals, tangents = (sequence_items(c.present(x, node)) for x in given[1:])
    if primals is None or tangents is None or len(primals) != len(tangents):
        c.refuse(node, "jvp takes primals and tangents as tuples of one length", "one entry for each argument")
    ready, bound = lowered(c, given[0], list(primals), {}, node)
    positions: list[int] = []
    moved: list[Value] = []
    for x, y in zip(bound, tangents, strict=False):
        for k, (leaf, tangent) in zip(x.leaves, matched_all(c, x.value, y, node), strict=True):
            if tangent is not None:
                same_shape(c, leaf, tangent)
                positions.append(k)
                moved.append(tangent)
    value, out = pushed(c, ready, protected(c, ready), tuple(positions), moved)
    assert ready.special.result is not None
    return Tuple((value, tangent_like(c, ready.special.result, iter(out))))


def matched_all(c: Frame, x: Abstract, y: Abstract, node: ast.AST) -> list[tuple[Value, Value | None]]:
    """`matched`, static numbers included: as arguments they are leaves."""
    if isinstance(x, Scalar) and x.is_static:
        moving = isinstance(y, Scalar) and x.type.is_float
        return [(x.value, c.as_type(y, x.type) if moving and isinstance(y, Scalar) else None)]
    if isinstance(x, (Scalar, Array, Buffer)):
        return matched(c, x, y, node)
    mine, other = parts(x), parts(y)
    if len(mine) != len(other):
        c.refuse(node, f"a {type_name(y)} stands where a tangent of a {type_name(x)} is needed", "give it the same containers")
    return [pair for a, b in zip(mine, other, strict=True) for pair in matched_all(c, a, b, node)]


def same_shape(c: Frame, x: Value, tangent: Value) -> None:
    """Check that a tangent has the shape of what it belongs to."""
    if not isinstance(x.type, ArrayType) or not isinstance(tangent.type, ArrayType):
        return
    for n, m in zip(c.b.dims(x), c.b.dims(tangent), strict=True):
        c.check(c.b.op("eq", n, m), InvalidArgument, "a tangent has another shape than its value")


def hessian_vector(c: Frame, callee: Derivative, args: Args, kwargs: Kwargs, node: ast.AST) -> Abstract:
    """hvp(f)(*arguments, v): the tangent of the gradient along v."""
    if len(args) < 2 or kwargs:
        c.refuse(node, "hvp(f) takes the function's arguments and then the vector", "pass them by position")
    slope = Derivative("grad", callee.function, callee.wrt)
    ready, bound = lowered(c, slope, args[:-1], {}, node)
    chosen = chosen_arguments(c, bound, callee.wrt, node)
    positions = positions_of(c, ready, chosen, node)
    vectors = list(parts(args[-1])) if isinstance(callee.wrt, tuple) else [args[-1]]
    if len(vectors) != len(chosen):
        c.refuse(node, "the vector of hvp has one entry for each argument in wrt", "pass a tuple")
    tangents = [t for x, v in zip(chosen, vectors, strict=True) for _, t in matched_all(c, x.value, v, node) if t is not None]
    if len(tangents) != len(positions):
        c.refuse(node, "the vector of hvp must have the containers of the arguments", "give it the same containers")
    for k, tangent in zip(positions, tangents, strict=True):
        same_shape(c, ready.leaves[k], tangent)
    _, out = pushed(c, ready, protected(c, ready), positions, tangents)
    assert ready.special.result is not None
    return tangent_like(c, ready.special.result, iter(out))


# Jacobians ------------------------------------------------------------------------------------------------------------


def jacobian(c: Frame, callee: Derivative, args: Args, kwargs: Kwargs, node: ast.AST) -> Abstract:
    """jacobian(f)(…): a gradient where the value is one float, else a column for each input."""
    ready, bound = lowered(c, callee.function, args, kwargs, node)
    result = ready.special.result
    if isinstance(result, Scalar) and not result.is_static and result.type.is_float:
        return gradient(c, Derivative("grad", callee.function, callee.wrt), args, kwargs, node)
    chosen = chosen_arguments(c, bound, callee.wrt, node)
    positions = positions_of(c, ready, chosen, node)
    leaves = protected(c, ready)
    value = called(c, Prepared(ready.special, ready.passed, leaves, ready.name))
    outputs = [v for v in flatten([value]) if is_float(v.type)]
    columns = {k: column(c, ready, leaves, k, outputs) for k in positions}
    inputs = iter(positions)
    where = [labelled(c, x.value, inputs) for x in chosen]
    numbers = iter(range(len(outputs)))

    def of_output(x: Abstract) -> Abstract:
        if not isinstance(x, (Scalar, Array, Buffer)):
            return rebuilt(c, x, of_output)
        if not scalar_of(x.value.type).is_float or (isinstance(x, Scalar) and x.is_static):
            return NONE
        mine = next(numbers)
        slopes = [of_input(c, tree, columns, mine) for tree in where]
        return Tuple(tuple(slopes)) if isinstance(callee.wrt, tuple) else slopes[0]

    return of_output(value)


def labelled(c: Frame, x: Abstract, positions: Iterator[int]) -> Any:
    """The containers of an argument, with the position of the parameter at each float leaf."""
    if isinstance(x, (Scalar, Array, Buffer)):
        return next(positions) if scalar_of(x.value.type).is_float else None
    return (x, [labelled(c, item, positions) for item in parts(x)])


def of_input(c: Frame, tree: Any, columns: dict[int, list[Abstract]], output: int) -> Abstract:
    if tree is None:
        return NONE
    if isinstance(tree, int):
        return columns[tree][output]
    x, items = tree
    remaining = iter(items)
    return rebuilt(c, x, lambda _: of_input(c, next(remaining), columns, output))


def column(c: Frame, ready: Prepared, leaves: list[Value], k: int, outputs: list[Value]) -> list[Abstract]:
    """The derivative of every output with respect to parameter k: of shape output + input."""
    x = leaves[k]
    b = c.b
    if not isinstance(x.type, ArrayType):
        _, tangents = pushed(c, ready, leaves, (k,), [b.constant(1.0, scalar_of(x.type), "one")])
        return [as_abstract(t) for t in tangents]
    dims = b.dims(x)
    size = product(c, dims)
    shapes = [b.dims(y) if isinstance(y.type, ArrayType) else () for y in outputs]
    sizes = [product(c, shape) for shape in shapes]
    made = [b.op("alloc", n, size, dtype=scalar_of(y.type).name, name="jacobian") for n, y in zip(sizes, outputs, strict=True)]
    dtype = x.type.dtype

    def one_direction(inner: Any, j: Value) -> tuple[()]:
        outer, c.b = c.b, inner
        flat = inner.op("full", inner.constant(0.0, dtype, "zero"), size, name="direction")
        inner.do("store", inner.constant(1.0, dtype, "one"), flat, j)
        direction = inner.op("reshape", flat, *dims, name="direction")
        _, tangents = pushed(c, ready, leaves, (k,), [direction])
        for tangent, whole, n in zip(tangents, made, sizes, strict=True):
            if isinstance(tangent.type, ArrayType):
                rows = inner.op("reshape", tangent, n, name="column")
                inner.do("assign", rows, inner.op("view", whole, j, axes="ai", name="column"))
            else:
                inner.do("store", tangent, whole, inner.i64(0), j)
        c.b = outer
        return ()

    b.loop(size, one_direction, "j")
    return [Array(b.op("reshape", whole, *shape, *dims, name="jacobian")) for whole, shape in zip(made, shapes, strict=True)]


def product(c: Frame, dims: tuple[Value, ...]) -> Value:
    size = c.b.i64(1, "size")
    for n in dims:
        size = c.b.op("mul", size, n, name="size")
    return size


def as_abstract(value: Value) -> Abstract:
    return Array(value) if isinstance(value.type, ArrayType) else Scalar(value, "float")
