"""Exceptions as values: made, read, shown, raised, and raised again."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from ..ir.program import Value
from .frame import FALSE, FLAGS, TRUE, Abandoned, Frame, Raised
from .landing import ERROR, RAISED, Site, taken
from .messages import message_template
from .outside import never
from .values import Abstract, Error, Method, Scalar, Static, Tuple, is_none
from .watch import ABSENT, found_in_class

Hidden = dict[str, Abstract]
"""`<error>` and the arguments of the sites that may have raised."""

UNUSUAL = (OSError, SyntaxError, UnicodeError, ImportError, AttributeError, NameError, StopIteration, SystemExit)
"""Classes that keep more than `args`; with one argument or none they show it as others do."""


def made(c: Frame, kind: type[BaseException], args: list[Abstract], kwargs: dict[str, Abstract], node: ast.AST) -> Abstract:
    """`ValueError(…)`, or a subclass of the user's that changes nothing about how it is made."""
    for name in ("__init__", "__new__", "__str__", "__repr__", "__getattr__"):
        held = found_in_class(c.unit, kind, name)
        if held is not ABSENT and not any(vars(base).get(name) is held for base in kind.__mro__ if base.__module__ == "builtins"):
            c.refuse(node, f"'{kind.__name__}' has a {name} of its own, which is not supported", "raise it with a message")
    if kwargs or (issubclass(kind, UNUSUAL) and len(args) > 1):
        c.refuse(node, f"{kind.__name__} takes one message here", "put everything into one f-string")
    return Error(kind, tuple(args))


def attribute(c: Frame, x: Error, name: str, node: ast.AST) -> Abstract:
    """`e.args`, `e.__class__`."""
    if name == "args":
        return Tuple(x.args)
    if name == "__class__":
        return Static(x.type, x.type.__name__)
    if name == "with_traceback":
        return Method(x, name)
    if name in ("__cause__", "__context__", "__traceback__", "__notes__"):
        c.refuse(node, f"the {name} of an exception is not supported", "leave it out")
    held = found_in_class(c.unit, x.type, name)
    if held is ABSENT:
        return never(c, node, AttributeError, f"'{x.type.__name__}' object has no attribute '{name}'")
    c.refuse(node, f"'{name}' of an exception is not supported", "read its args")


# Raising --------------------------------------------------------------------------------------------------------------


def raised_by(c: Frame, node: ast.Raise) -> Error:
    """What a `raise` with an exception raises. The cause is looked at, and shown to nobody."""
    from .expressions import expression

    assert node.exc is not None
    value = as_error(c, c.present(expression(c, node.exc), node.exc))
    if value is None:
        never(c, node, TypeError, "exceptions must derive from BaseException")
        raise AssertionError
    if node.cause is not None:
        cause = expression(c, node.cause)
        if not is_none(cause) and as_error(c, cause) is None:
            never(c, node, TypeError, "exception causes must derive from BaseException")
    return value


def as_error(c: Frame, x: Abstract) -> Error | None:
    """An exception, or one made of a class without arguments."""
    if isinstance(x, Error):
        return x
    if isinstance(x, Static) and isinstance(x.value, type) and issubclass(x.value, BaseException):
        made_ = made(c, x.value, [], {}, c.node)
        assert isinstance(made_, Error)
        return made_
    return None


def raise_unless(c: Frame, condition: Value, error: Error, node: ast.AST) -> None:
    """Unless `condition` holds, raise `error`: to whoever takes it, or out of the call."""
    if taken(error.type, c.landings) is not None:
        c.raise_unless(condition, error)
        return
    message, values = message_template(c, error, node)
    c.at(node)
    c.limit(condition, error.type, message, *values)


def lower_raise(c: Frame, node: ast.Raise) -> None:
    if node.exc is None:
        if not c.handling:
            c.refuse(node, "a bare `raise` outside `except` has nothing to raise", "name the exception")
        again(c, *c.handling[-1], node)
    error = raised_by(c, node)
    c.at(node)
    raise_unless(c, c.b.bool(False, "never"), error, node)
    raise Abandoned


def again(c: Frame, hidden: Hidden, sites: Sequence[Site], node: ast.AST) -> None:
    """Raise once more what one of these sites raised."""
    number = hidden[ERROR]
    assert isinstance(number, Scalar)
    sites = possible(number, sites)
    inside = [site for site in sites if taken(site.error.type, c.landings) is not None]
    outside = [site for site in sites if site not in inside]
    for site in outside:
        message, values = message_template(c, site.thrown(hidden), node)
        c.b.location = site.location
        last = site is outside[-1] and not inside
        c.limit(c.b.bool(False, "never") if last else differs(c, number, site), site.error.type, message, *values)
    if not inside:
        raise Abandoned
    for site in inside:
        c.to_landing(site)
    c.env.update({**hidden, **dict.fromkeys(FLAGS, FALSE), RAISED: TRUE})
    raise Raised


def possible(number: Scalar, sites: Sequence[Site]) -> list[Site]:
    """The sites that may have this number."""
    return [site for site in sites if not number.is_static or site.number == number.static]


def differs(c: Frame, number: Scalar, site: Site) -> Value:
    return c.b.op("ne", number.value, c.b.i64(site.number, "site"), name="elsewhere")


def one_of(c: Frame, number: Scalar, sites: Sequence[Site]) -> Value:
    """Whether one of these sites raised."""
    found: Value | None = None
    for site in sites:
        here = c.b.op("eq", number.value, c.b.i64(site.number, "site"), name="here")
        found = here if found is None else c.b.op("or", found, here, name="here")
    assert found is not None
    return found


def put_aside(c: Frame) -> Hidden:
    """Take what was raised off the path, which goes on without having raised, returned or left a loop."""
    hidden = {name: c.env.pop(name) for name in list(c.env) if name.startswith(ERROR[:-1])}
    for flag in FLAGS:
        c.env[flag] = FALSE
    return hidden
