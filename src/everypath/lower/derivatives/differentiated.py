"""The function whose derivative is taken inside another one: lowered for its arguments, and which of them `wrt` names."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Sequence
from dataclasses import replace
from types import FunctionType
from typing import Any

from ...analysis.written import written
from ...ir.op import definition as op_definition
from ...ir.program import Program, Value
from ...ir.types import ArrayType, is_float
from ...ir.walk import ops_in, reached
from ...unchanging import unchanging
from ..builtins.registry import TABLE
from ..frame import RESULT, RETURNED, TRUE, Frame
from ..landing import taken
from ..naming import an, type_name
from ..numpy.lookup import handler_of
from ..objects import Cell
from ..outside import Outside
from ..patterns import flatten, never
from ..text.binding import closure_call, hashable, python_call
from ..text.functions import Prepared, Target, called, prepared
from ..text.results import as_array, built_at_run_time, certain, parts
from ..values import Abstract, Closure, Derivative, Maybe, Method, RunList, Static, Tuple

CALLEE = "<callee>"

Args = list[Abstract]
Kwargs = dict[str, Abstract]


@unchanging
class Argument:
    """An argument of the function: its name, its value, and where its leaves stand among the parameters."""

    name: str
    value: Abstract
    leaves: range


@unchanging
class Subject:
    """A function lowered for its arguments. `passed` are those that the call gives by position; what is captured is not among them."""

    ready: Prepared
    arguments: list[Argument]
    passed: list[Argument]

    def moving(self, x: Argument) -> list[int]:
        """The positions of the float leaves of an argument."""
        return [k for k in x.leaves if is_float(self.ready.leaves[k].type)]


@unchanging
class Chosen:
    """The arguments that `wrt` names, `many` where it is a tuple. `positions` are their float leaves, each once; `order` says for each
    float leaf of the arguments which of the positions it is."""

    arguments: list[Argument]
    positions: tuple[int, ...]
    order: tuple[int, ...]
    many: bool

    def each(self, c: Frame, found: Sequence[Value]) -> list[Value]:
        """Of one value for each position, one for each float leaf of the arguments; the second of an array is a copy."""
        out = []
        for at, k in enumerate(self.order):
            again = k in self.order[:at] and isinstance(found[k].type, ArrayType)
            out.append(c.b.op("copy", found[k], name=found[k].name) if again else found[k])
        return out

    def one_or_tuple(self, items: Sequence[Abstract]) -> Abstract:
        """A tuple if `wrt` is one, else the only item."""
        return Tuple(tuple(items)) if self.many else items[0]


def lowered(c: Frame, function: Abstract, args: Args, kwargs: Kwargs, node: ast.AST) -> Subject:
    """The IR function of anything that can be called, and its arguments (a method's object is not one of them)."""
    args = [argument(c, x, node) for x in args]
    kwargs = {key: argument(c, x, node) for key, x in kwargs.items()}
    target, bound = target_of(c, function, args, kwargs, node)
    own = dict(list(bound.items())[1:]) if isinstance(function, Method) and CALLEE not in target.cells else bound
    ready = prepared(c, target, bound, node)
    if ready.special.result is not None and unsettled(ready.special.result):
        target, own = wrapped(c, function, args, kwargs, node)
        ready = prepared(c, target, own, node)
    if ready.special.result is None:
        called(c, ready)  # it always raises
    if raises_to_handler(c, ready.special.name, set()):
        reason = "an error inside a derivative cannot be caught around it"
        c.refuse(node, reason, "catch it inside the function, or test the condition first")
    if ready.special.effects:
        reason = "a function that changes a list, an object or a variable of the function around it can't be differentiated here"
        c.refuse(node, reason, "return the new value instead")
    names = names_of(c, function, args, kwargs, node) + (list(kwargs) if CALLEE in target.cells else [])
    arguments = arguments_of(ready, own, target)
    arguments[: len(names)] = [replace(x, name=name) for x, name in zip(arguments, names)]
    return Subject(ready, arguments, arguments[: len(args)])


def raises_to_handler(c: Frame, name: str, seen: set[str]) -> bool:
    """Whether a function has a check of its own whose error a handler around here takes."""
    landings = [landing for landing in c.landings if not landing.passes_on]
    if not landings or name in seen or name not in c.unit.functions:
        return False
    seen.add(name)
    for op in ops_in(c.unit.functions[name].body):
        if op.name == "host":
            return True
        error = op.attributes["error"] if op.name == "check" else IndexError if op.name == "index" and op.attributes["checked"] else None
        if error is not None and taken(error, landings) is not None:
            return True
        if "callee" in op.attributes and raises_to_handler(c, op.attributes["callee"], seen):
            return True
    return False


def argument(c: Frame, x: Abstract, node: ast.AST) -> Abstract:
    """An argument as the function gets it: lists of numbers built at run time as arrays, and of other things refused."""
    given = as_array(c, x)
    if holds_run_list(given):
        reason = "a list built at run time of anything but numbers has no derivative here"
        c.refuse(node, reason, "pass arrays, or let the function see the list without passing it")
    return given


def holds_run_list(x: Abstract) -> bool:
    return isinstance(x, RunList) or any(map(holds_run_list, parts(x)))


def unsettled(result: Abstract) -> bool:
    """Whether a result may be absent, or is a list built at run time: neither has a tangent."""
    return isinstance(result, Maybe) or built_at_run_time(result) or any(map(unsettled, parts(result)))


def target_of(c: Frame, function: Abstract, args: Args, kwargs: Kwargs, node: ast.AST) -> tuple[Target, dict[str, Abstract]]:
    """The text of a function and its bound arguments; those of a wrapper around what has no text of its own."""
    return own_text(c, function, args, kwargs, node) or wrapped(c, function, args, kwargs, node)


def own_text(c: Frame, function: Abstract, args: Args, kwargs: Kwargs, node: ast.AST) -> tuple[Target, dict[str, Abstract]] | None:
    """The text of a function that is written in Python and its bound arguments, None for others."""
    if isinstance(function, Closure):
        return closure_call(c, function, args, kwargs, node)
    if isinstance(function, Method) and isinstance(function.function, Static):
        return python_call(c, function.function.value, [function.receiver, *args], kwargs, node)
    if isinstance(function, Static) and isinstance(function.value, FunctionType):
        known = hashable(function.value) and (function.value in TABLE or handler_of(function.value) is not None)
        if not known:
            return python_call(c, function.value, args, kwargs, node)
    return None


def wrapped(c: Frame, function: Abstract, args: Args, kwargs: Kwargs, node: ast.AST) -> tuple[Target, dict[str, Abstract]]:
    """A function whose text is not its own: a derivative, a function of a library, or one whose result must be settled on its way out."""
    which = (node, c.definition.node, type(function), getattr(function, "kind", None), len(args), tuple(kwargs))
    if which not in c.unit.wrappers:
        nothing = ast.arguments([], [], None, [], [], None, [])
        c.unit.wrappers[which] = ast.copy_location(ast.Lambda(nothing, ast.copy_location(ast.Constant(None), node)), node)
    text = c.definition.inner(c.unit.wrappers[which])
    names = [f"x{k}" for k in range(len(args))]
    by_keyword = {f"{key}=": key for key in kwargs}

    def body(frame: Frame) -> None:
        held = frame.env[CALLEE]
        assert isinstance(held, Cell)
        frame.at(node)
        named = {key: frame.env[name] for name, key in by_keyword.items()}
        result = frame.call(held.contents, [frame.env[name] for name in names], named, node)
        frame.env[RESULT] = as_array(frame, certain(frame, result))
        frame.env[RETURNED] = TRUE

    cell = Cell(c.store, CALLEE, function)
    outside: Outside = c.outside
    return Target(text, outside, {CALLEE: cell}, body), dict(zip([*names, *by_keyword], [*args, *kwargs.values()], strict=True))


def names_of(c: Frame, function: Abstract, args: Args, kwargs: Kwargs, node: ast.AST) -> list[str]:
    """What the function calls the arguments that are passed by position."""
    if isinstance(function, Derivative):
        if function.kind == "hvp":
            return [*names_of(c, function.function, args[:-1], kwargs, node), "v"]
        return names_of(c, function.function, args, kwargs, node)
    text = own_text(c, function, args, kwargs, node)
    if text is None:
        return [f"x{k}" for k in range(len(args))]
    parameters = text[0].definition.node.args
    names = [p.arg for p in (*parameters.posonlyargs, *parameters.args)][isinstance(function, Method) :]
    names += [f"{parameters.vararg.arg}[{k}]" for k in range(len(args) - len(names))] if parameters.vararg else []
    shown = decorated_names(function)  # a decorator's wrapper takes under *args what the function inside has names for
    return [*shown, *names[len(shown) :]][: len(args)]


def decorated_names(function: Abstract) -> list[str]:
    """The positional parameters of the function inside a decorator's wrapper."""
    if not isinstance(function, Static) or not hasattr(function.value, "__wrapped__"):
        return []
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [p.name for p in inspect.signature(function.value).parameters.values() if p.kind in positional]


def arguments_of(ready: Prepared, bound: Kwargs, target: Target) -> list[Argument]:
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


def chosen(c: Frame, subject: Subject, wrt: Any, node: ast.AST) -> Chosen:
    """What `wrt` names: a position, a name, or a tuple of them; refused where there is no float in it."""
    by_name = {a.name: a for a in subject.arguments}
    found = []
    for which in wrt if isinstance(wrt, tuple) else (wrt,):
        if isinstance(which, str) and which in by_name:
            found.append(by_name[which])
        elif type(which) is int and -len(subject.arguments) <= which < len(subject.arguments):
            found.append(subject.arguments[which])
        else:
            c.refuse(node, f"wrt={which!r} names no argument of the function", f"it has {', '.join(by_name) or 'none'}")
    for x in found:
        if not subject.moving(x):
            c.refuse(node, f"'{x.name}' is {an(type_name(x.value))}, which has no derivative", "pass a float, such as 3.0 instead of 3")
    every = [k for x in found for k in subject.moving(x)]
    positions = tuple(dict.fromkeys(every))
    return Chosen(found, positions, tuple(map(positions.index, every)), isinstance(wrt, tuple))


def protected(c: Frame, ready: Prepared) -> list[Value]:
    """The leaves, arrays that the function may write to copied: a derivative changes nothing of the caller's."""
    if not writes(c, ready.special.name, set()):
        return ready.leaves
    written = written_leaves(c, ready.special.name)
    return [copied(c, v) if written is None or k in written else v for k, v in enumerate(ready.leaves)]


def written_leaves(c: Frame, name: str) -> frozenset[int] | None:
    """The positions of the parameters that a function may write; None where one that it calls is not known yet."""
    functions = c.unit.functions
    try:
        names = reached(functions, [name])
    except KeyError:
        return None
    found = written(Program({n: functions[n] for n in names}, name))[name]
    return found.writes | found.copied


def copied(c: Frame, x: Value) -> Value:
    """An array in memory of its own, of the same type; a number itself."""
    if not isinstance(x.type, ArrayType):
        return x
    copy = c.b.op("copy", x, name=x.name)
    return copy if copy.type == x.type else c.b.op("weaken", copy, name=x.name)


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
