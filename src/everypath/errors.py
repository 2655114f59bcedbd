"""The few errors everypath raises, each with the user's line, a caret, the reason and a way out."""

from __future__ import annotations

import copyreg
import json
import linecache
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from typing import Any

from .frames import located
from .source import Location


class EverypathError(Exception):
    """The base of every error that everypath itself raises. What the user's own code raises is none of them.

    >>> import everypath as ep
    >>> issubclass(ep.NotSupported, ep.EverypathError), issubclass(IndexError, ep.EverypathError)
    (True, False)
    """

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled as it is, whatever its class is made from: its text was written where the user's lines could be read."""
        return copyreg.__newobj__, (type(self), *self.args), self.__dict__  # type: ignore[attr-defined]


class NotSupported(EverypathError):
    """The function uses something outside the language. `refusals` are all of them, each (location, reason, way out).

    >>> import everypath as ep
    >>> def f(x):
    ...     return eval("x")
    >>> try:
    ...     ep.grad(f)(1.0)
    ... except ep.NotSupported as refused:
    ...     refused.refusals[0][1:]
    ('eval() is not supported', 'write the expression out')
    """

    reached = False
    """Whether a run got there, and not only the text of the function."""

    def __init__(self, refusals: Sequence[tuple[Location | None, str, str]]) -> None:
        self.refusals = tuple(refusals)
        super().__init__("\n\n".join(described(*refusal) for refusal in self.refusals))


class NotDifferentiable(EverypathError):
    """There is no derivative to take: an integer input, an output that is not a scalar. The message says what to call instead.

    >>> import everypath as ep
    >>> try:
    ...     ep.grad(lambda x: x * x)(3)
    ... except ep.NotDifferentiable as problem:
    ...     print(problem)
    <lambda> cannot be differentiated with respect to x: it is an integer; pass a float, such as 3.0 instead of 3
    """


class InvalidArgument(EverypathError):
    """An argument that the call cannot use: wrong type, unknown name, shapes that do not match.

    >>> import everypath as ep
    >>> try:
    ...     ep.grad(lambda x: x * x, "z")(3.0)
    ... except ep.InvalidArgument as problem:
    ...     print(problem)
    <lambda> has no parameter 'z'; it has x
    """


@dataclass(frozen=True, eq=False)
class Arguments:
    """What an exception is made of, in place of a message: `parts` make one argument each of the values, the last ones by `names`.

    `cause` and `context` are the classes of the exceptions that led to it and what they are made of, of the same values; `from_cause`
    says that it was raised `from` something, if only None.
    """

    parts: tuple[Callable[..., Any], ...]
    names: tuple[str, ...] = ()
    cause: Led | None = None
    context: Led | None = None
    from_cause: bool = False

    def format(self, *values: Any) -> Made:
        """What this exception is made of, of these values."""
        made = [part(*values) for part in self.parts]
        first = len(made) - len(self.names)
        named = dict(zip(self.names, made[first:], strict=True))
        cause = None if self.cause is None else (self.cause[0], self.cause[1].format(*values))
        same = self.context is self.cause
        context = cause if same else None if self.context is None else (self.context[0], self.context[1].format(*values))
        return Made(tuple(made[:first]), named, cause, context, self.from_cause)


Led = tuple[type[BaseException], Arguments]


@dataclass(frozen=True, eq=False)
class Made:
    """What one exception is made of: its arguments, and what those are made of that led to it."""

    args: tuple[Any, ...]
    named: dict[str, Any]
    cause: tuple[type[BaseException], Made] | None
    context: tuple[type[BaseException], Made] | None
    from_cause: bool

    def exception(self, error: type[BaseException]) -> BaseException:
        """The exception, of this class."""
        found = error(*self.args, **self.named)
        cause = None if self.cause is None else self.cause[1].exception(self.cause[0])
        if self.from_cause:
            found.__cause__ = cause
        if self.context is not None:
            found.__context__ = cause if self.context is self.cause else self.context[1].exception(self.context[0])
        return found


def user_error(error: type[BaseException], message: Any, location: Location | None) -> BaseException:
    """The exception that the user's own code raises, with the user's line in its traceback; of NotSupported, whose message was made
    by `told`, the refusals."""
    if isinstance(message, Made):
        return located(message.exception(error), location)
    if issubclass(error, NotSupported):
        reason, _, rest = message.partition("\n")
        way_out, *others = rest.split("\n")
        refused = NotSupported([(location, reason, way_out), *map(heard, others)])
        refused.reached = True
        return refused
    return located(error(message) if message else error(), location)


Refusal = tuple[Location | None, str, str]


def told(refusals: Sequence[Refusal]) -> str:
    """Refusals as the template of a message that is raised at the place of the first: its reason, its way out, and the others."""
    (_, reason, way_out), *others = refusals
    rest = [json.dumps([place and astuple(place), reason, way_out]) for place, reason, way_out in others]
    lines = (text.replace("\n", " ") for text in (reason, way_out, *rest))
    return "\n".join(lines).replace("{", "{{").replace("}", "}}")


def heard(line: str) -> Refusal:
    """One of the other refusals in a message."""
    place, reason, way_out = json.loads(line)
    return Location(*place) if place else None, reason, way_out


def described(location: Location | None, reason: str, way_out: str) -> str:
    """`reason` under the user's own line with a caret, and the way out below."""
    lines = [reason]
    if location is not None:
        text = linecache.getline(location.file, location.line).rstrip("\n")
        lines = [f'File "{location.file}", line {location.line}, in {location.function}']
        if text:
            indent = len(text) - len(text.lstrip())
            width = max(1, location.end_column - location.column)
            lines += [f"  {text.lstrip()}", "  " + " " * (location.column - indent) + "^" * width]
        lines.append(reason)
    if way_out:
        lines.append(f"Way out: {way_out}")
    return "\n".join(lines)
