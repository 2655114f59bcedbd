"""What the derivative of a function is, said beside it: `everypath.rule`.

    @everypath.rule
    def solve(a, b): ...

    @solve.tangent
    def _(out, a, b, a_dot, b_dot): return solve(a, b_dot - a_dot @ out)

A `Rule` is kept with its function, which stays what it is: Python calls it as before, and `lower` asks for its rule.
"""

from __future__ import annotations

import functools
import inspect
import types
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ParamSpec, Protocol, TypeVar, cast, overload

import numpy as np

from .errors import InvalidArgument
from .hosting import Known, described, example
from .tracebacks import for_the_user
from .transform import Transform, transformation

F = TypeVar("F", bound=Callable[..., Any])
P = ParamSpec("P")
R = TypeVar("R", covariant=True)
Half = Callable[..., Any]
Partials = Half | Sequence[Half | None] | Mapping[str, Half | None]

ATTRIBUTE = "__everypath_rule__"
"""Under what name a function keeps its rule."""

SUFFIX = {"partials": "", "tangent": "_dot", "adjoint": "_bar"}
"""The kinds of rules, and what the names of their directions end in."""

ELSEWHERE: dict[int, Rule] = {}
"""The rules of what has no room for one, by identity: functions written in C, and objects that can be called."""


class Ruled(Protocol[P, R]):
    """A function that has a rule, and the decorators that state it."""

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R: ...

    def partials(self, half: F) -> F: ...

    def tangent(self, half: F) -> F: ...

    def adjoint(self, half: F) -> F: ...


class Rule:
    """The rule of `function`: some of `partials`, `tangent` and `adjoint`, each a Python function (of `partials` perhaps several).

    `names` are the function's parameters; where Python can't say, those that the first half has for them, and before that None. With
    `host`, CPython runs the function, and `returned` is the structure of what it returns, or what gives an example, where that was said;
    `known` says it for
    calls that were seen. `version` changes with every change.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.name = getattr(function, "__name__", None) or type(function).__name__
        self.names = parameters_of(function)
        self.halves: dict[str, Any] = {}
        self.host = not isinstance(function, types.FunctionType)
        self.returned: Any = None
        self.known = Known()
        self.version = 0

    def state(self, kind: str, half: Any) -> None:
        """Take a half of the rule, in place of an earlier one."""
        parts = each_of(half, self, kind)
        if self.names is None and parts:
            self.names = arguments_of(kind, parts[0])
        for one in parts:
            taken(self, kind, one)
        self.halves[kind] = half
        self.version += 1

    def stated(self, kind: str) -> Callable[[F], F]:
        """The decorator that takes this half."""

        @for_the_user
        def take(half: F) -> F:
            """State this half of the rule."""
            self.state(kind, half)
            return half

        take.__name__ = kind
        return take


@overload
def rule(
    f: None = None,
    *,
    partials: Partials | None = None,
    tangent: Half | None = None,
    adjoint: Half | None = None,
    host: bool = False,
    returns: Any = ...,
) -> Callable[[Callable[P, R]], Ruled[P, R]]: ...
@overload
def rule(
    f: Callable[P, R],
    *,
    partials: Partials | None = None,
    tangent: Half | None = None,
    adjoint: Half | None = None,
    host: bool = False,
    returns: Any = ...,
) -> Ruled[P, R]: ...
@for_the_user
@transformation("rule")
def rule(f: Any = None, *, partials: Any = None, tangent: Any = None, adjoint: Any = None, host: bool = False, returns: Any = ...) -> Any:
    """Say what the derivative of `f` is. Used as a decorator, or on a function of somebody else's.

    Give one of these, or a tangent and an adjoint; what is missing is the transpose of what is there, and everypath finds it.
    `out` is what `f` returned for these arguments:

        partials(out, *arguments)               a tuple, one ∂out/∂argument for each: for functions that work element by element
        tangent(out, *arguments, *directions)   the directional derivative, in the containers and shapes of `out`
        adjoint(out, *arguments, out_bar)       a tuple, for each argument its share of the cotangent `out_bar`, in its shape

    A parameter that is called as one of `f` is that argument, `a_dot` the tangent of `a`; so some may be left out, in any order. Where
    the names tell nothing, position does. None says that there is no path (not 0), and is what stands for a direction that there can't
    be, as that of an integer. `partials` may also be a sequence of functions, or a dict by name, one for each argument.

    A rule is a Python function like any other, and is differentiated in turn: every order is there. Raises InvalidArgument for one
    that names an argument which `f` has not, or takes too many.

    With `host`, `f` may do anything at all: CPython runs it, under its lock and on copies of its arguments, and its exceptions come
    through. So it is with functions that are not written in Python. `returns` is an example of what it returns, or `float`, `int` or
    `bool`; of arrays only the dtype and the number of axes count. It may be a function that gives an example for examples of the
    arguments, arrays of one element. Without it one call more, the first, is made to see. Without a derivative such a function can be
    called wherever no derivative passes through it.

    >>> import math, everypath as ep
    >>> @ep.rule
    ... def softplus(x):
    ...     return math.log1p(math.exp(-abs(x))) + max(x, 0.0)
    >>> @softplus.partials
    ... def _(out, x):
    ...     return 1 / (1 + math.exp(-x))
    >>> ep.grad(softplus)(0.0), ep.grad(ep.grad(softplus))(0.0)
    (0.5, 0.25)
    """
    if f is None:
        return lambda function: rule(function, partials=partials, tangent=tangent, adjoint=adjoint, host=host, returns=returns)
    if isinstance(f, (staticmethod, classmethod)):
        raise InvalidArgument(f"rule stands under @{type(f).__name__}, not above it: it takes the function itself")
    if isinstance(f, types.MethodType):
        raise InvalidArgument(f"rule takes a function, not a method of one object: give the rule to {f.__func__.__qualname__}")
    if isinstance(f, (functools._lru_cache_wrapper, functools.partial)):
        inside = f.func if isinstance(f, functools.partial) else f.__wrapped__
        raise InvalidArgument(f"rule takes the function inside of {f!r}: give it to {inside!r}")
    if isinstance(f, (type, Transform)) or not callable(f):
        raise InvalidArgument(f"rule takes a function, not {f!r}")
    known = rule_of(f)
    made = known or entered(f)
    for kind, half in (("partials", partials), ("tangent", tangent), ("adjoint", adjoint)):
        if half is not None:
            made.state(kind, half)
    if host and not made.host:
        made.host, made.version = True, made.version + 1
    if returns is not ...:
        told = returns if isinstance(returns, types.FunctionType) else described(example(returns), made.name)
        made.returned, made.version = told, made.version + 1
    return cast("Ruled[..., Any]", f)


def rule_of(function: Any) -> Rule | None:
    """The rule of a function, None where it has none. (What a decorator copies from one function to another is no rule of the other.)"""
    held = function.__dict__.get(ATTRIBUTE) if isinstance(function, types.FunctionType) else ELSEWHERE.get(id(function))
    return held if held is not None and held.function is function else None


def entered(function: Any) -> Rule:
    """A new rule, kept with its function. Programs that were made of the function as it was are made again."""
    made = Rule(function)
    if not isinstance(function, types.FunctionType):
        ELSEWHERE[id(function)] = made
        return made
    setattr(function, ATTRIBUTE, made)
    for kind in SUFFIX:
        setattr(function, kind, made.stated(kind))
    function.__code__ = function.__code__.replace()  # another object, by which everypath notices
    return made


def parameters_of(function: Callable[..., Any]) -> tuple[str, ...] | None:
    """The names of a function's parameters."""
    signature = signature_of(function)
    return None if signature is None else tuple(signature.parameters)


def signature_of(function: Callable[..., Any]) -> inspect.Signature | None:
    """The signature of a function, where Python can say it. Of a ufunc it says nothing."""
    if isinstance(function, np.ufunc):
        return None
    try:
        return inspect.signature(function)
    except (ValueError, TypeError):
        return None


def each_of(half: Any, rule: Rule, kind: str) -> list[Any]:
    """The functions that a half is made of; InvalidArgument for what is none."""
    parts = [half]
    if kind == "partials" and isinstance(half, Mapping):
        unknown = [name for name in half if rule.names is not None and name not in rule.names]
        if unknown:
            raise InvalidArgument(f"the partials of {rule.name} are given for {unknown[0]!r}, and it has {listed(rule.names)}")
        parts = list(half.values())
    elif kind == "partials" and isinstance(half, Sequence):
        if rule.names is not None and len(half) > len(rule.names):
            raise InvalidArgument(f"{len(half)} partials are given for {rule.name}, which has {listed(rule.names)}")
        parts = list(half)
    for part in parts:
        if part is not None and not isinstance(part, types.FunctionType):
            raise InvalidArgument(f"the {kind} of {rule.name} must be written in Python, and {part!r} is not: wrap it in a lambda")
    return [part for part in parts if part is not None]


def listed(names: Sequence[str] | None) -> str:
    return f"the arguments {', '.join(names)}" if names else "no arguments"


def arguments_of(kind: str, half: Half) -> tuple[str, ...]:
    """What a half calls the arguments of a function that has no names for them."""
    own = list(inspect.signature(half).parameters)[1:]
    if kind == "adjoint":
        return tuple(own[:-1])
    if kind == "tangent":
        named = [name for name in own if not name.endswith(SUFFIX[kind])]
        return tuple(named if len(named) < len(own) else own[: len(own) // 2])
    return tuple(own)


Taken = tuple[str, str]
"""What a parameter of a half gets: ("out", ""), ("argument", its name), ("direction", the name of the argument, or "" for `out`)."""


def taken(rule: Rule, kind: str, half: Half) -> list[tuple[str, Taken]]:
    """What each parameter of a half gets, by its name or else by position, with its name if it is passed by that; InvalidArgument
    where that can't be."""
    parameters = list(inspect.signature(half).parameters.values())
    if any(p.kind is p.VAR_POSITIONAL for p in parameters):
        return [("", what) for what in layout(rule, kind)]
    own = [p.name for p in parameters]
    found: list[tuple[str, Taken]] = [("", ("out", ""))]
    for p in parameters[1:]:
        what = by_name(rule, kind, p.name, own[0])
        if what is not None:
            found.append((p.name if p.kind is p.KEYWORD_ONLY else "", what))
        elif p.default is p.empty:
            return by_position(rule, kind, own)
    missing = f"tangent such as {(rule.names or ('x',))[0]}_dot" if kind == "tangent" else "out_bar"
    if kind != "partials" and not any(what == "direction" for _, (what, _) in found):
        raise InvalidArgument(f"the {kind} of {rule.name} takes ({', '.join(own)}), and so no {missing}, in which it must be linear")
    return found


def by_name(rule: Rule, kind: str, name: str, out: str) -> Taken | None:
    """What a parameter of this name gets; `out` is that of the first."""
    suffix, known = SUFFIX[kind], rule.names or ()
    if name in known:
        return "argument", name
    if not suffix or not name.endswith(suffix):
        return None
    stem = name.removesuffix(suffix)
    if kind == "tangent":
        return ("direction", stem) if stem in known else None
    return ("direction", "") if stem in ("out", out) else None


def layout(rule: Rule, kind: str) -> list[Taken]:
    """What the parameters of a half get by position."""
    names = rule.names or ()
    directions = {"partials": (), "tangent": names, "adjoint": ("",)}[kind]
    return [("out", ""), *(("argument", name) for name in names), *(("direction", name) for name in directions)]


def by_position(rule: Rule, kind: str, own: list[str]) -> list[tuple[str, Taken]]:
    """What the parameters of a half get where their names do not say it."""
    suffix, names, wanted = SUFFIX[kind], rule.names or (), layout(rule, kind)
    if len(own) == len(wanted):
        return [("", what) for what in wanted]
    shown = ", ".join(name if what == "argument" else f"{name or 'out'}{suffix * (what == 'direction')}" for what, name in wanted)
    for name in own[1:]:
        stem = name.removesuffix(suffix)
        if suffix and name.endswith(suffix) and stem not in (*names, "out", own[0]):
            raise InvalidArgument(f"the {kind} of {rule.name} takes {name}, and there is no {stem}: it may take ({shown})")
    raise InvalidArgument(f"the {kind} of {rule.name} takes ({', '.join(own)}), and should take ({shown}), or some of these by name")
