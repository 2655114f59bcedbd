"""Exceptions as values: made, read, shown, raised, and raised again."""

from __future__ import annotations

import ast
import builtins
import types
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NoReturn

from ... import records
from ...errors import Arguments
from ...ir.program import Value
from ...numerals import Numeral
from ...shown import shown
from .. import by_path
from ..frame import FALSE, FLAGS, TRUE, Abandoned, Frame, Raised
from ..landing import ERROR, RAISED, Site, taken
from ..naming import type_name
from ..objects import Instance
from ..outside import never
from ..patterns import flatten, key
from ..values import NONE, Abstract, Complex, Error, Maybe, OneOf, Scalar, Static, Text, Tuple, is_none, numpy_static
from ..watch import ABSENT, found_in_class
from .attributes import class_attribute
from .instances import fill_fields
from .messages import template, template_of

Hidden = dict[str, Abstract]
"""`<error>` and the arguments of the sites that may have raised."""

UNUSUAL = (OSError, SyntaxError, UnicodeError, ImportError, AttributeError, NameError, StopIteration, SystemExit)
"""Classes that keep more than `args`; with one argument or none they show it as others do."""

CHAIN = 3
"""So many exceptions are kept behind one that they led to."""

BUILTIN = tuple(kind for kind in vars(builtins).values() if isinstance(kind, type))


def made(c: Frame, kind: type[BaseException], args: list[Abstract], kwargs: dict[str, Abstract], node: ast.AST) -> Abstract:
    """`ValueError(…)`, or a class of the user's."""
    for name in ("__new__", "__getattr__", "__getattribute__"):
        if isinstance(found_in_class(c.unit, kind, name), types.FunctionType):
            c.refuse(node, f"'{kind.__name__}' has a {name} of its own, which is not supported", "let it be made as others are")
    initialiser = found_in_class(c.unit, kind, "__init__")
    if isinstance(initialiser, types.FunctionType):
        return initialised(c, kind, initialiser, args, kwargs, node)
    if kwargs:
        c.raises(node, TypeError, f"{kind.__name__}() takes no keyword arguments")
    if issubclass(kind, UNUSUAL) and len(args) > 1:
        c.refuse(node, f"{kind.__name__} takes one message here", "put everything into one f-string")
    return Error(kind, tuple(args))


def initialised(
    c: Frame, kind: type[BaseException], initialiser: Any, args: list[Abstract], kwargs: dict[str, Abstract], node: ast.AST
) -> Error:
    """An exception made by an `__init__` of the user's, which runs here; where it leaves the call, it is made once more by CPython."""
    x = Instance(c.store, {"args": Tuple(tuple(args))}, kind)
    if records.generated(initialiser) and records.fields_set_by(kind):
        fill_fields(c, x, kind, args, kwargs, node)
    else:
        c.call(Static(initialiser, f"{kind.__name__}.__init__"), [x, *args], kwargs, node)
    fields = dict(x.fields)
    shown = fields.pop("args")
    assert isinstance(shown, Tuple)
    return Error(kind, shown.items, fields, tuple(args), dict(kwargs))


def attribute(c: Frame, x: Error, name: str, node: ast.AST) -> Abstract:
    """`e.args`, what its `__init__` gave it, and what its class defines."""
    if name in x.fields:
        value = x.fields[name]
        if isinstance(value, Maybe) and value.absent == "unbound":
            c.at(node)
            c.check(value.present, AttributeError, f"'{x.type.__name__}' object has no attribute '{name}'")
            return value.value
        return value
    if name == "args":
        return Tuple(x.args)
    if name == "__class__":
        return Static(x.type, x.type.__name__)
    if name == "__cause__":
        return NONE if x.cause is None else x.cause
    if name in ("__context__", "__traceback__", "__notes__"):
        c.refuse(node, f"the {name} of an exception is not supported", "leave it out")
    if name == "value" and issubclass(x.type, StopIteration):
        return x.args[0] if x.args else NONE
    held = found_in_class(c.unit, x.type, name)
    if held is ABSENT:
        return never(c, node, AttributeError, f"'{x.type.__name__}' object has no attribute '{name}'")
    if getattr(held, "__objclass__", None) in BUILTIN or getattr(held, "__self__", None) in BUILTIN:
        c.refuse(node, f"'{name}' of an exception is not supported", "read its args")
    return class_attribute(c, x, x.type, name, node)


# Showing --------------------------------------------------------------------------------------------------------------


def leaving(c: Frame, error: Error, node: ast.AST) -> tuple[str | Arguments, list[Value]]:
    """What an exception that leaves the call is made of: a message, as a template, and the values in it."""
    values: list[Value] = []
    if error.cause is not None or error.context is not None:
        return linked(c, error, values, node), values
    return told(c, error, values, node), values


def linked(c: Frame, error: Error, values: list[Value], node: ast.AST) -> Arguments:
    """What an exception is made of, with those that led to it."""
    led = {link: (link.type, linked(c, link, values, node)) for link in error.links()}
    text = told(c, error, values, node)
    if isinstance(text, Arguments):
        parts, names = text.parts, text.names
    else:
        whole = text
        parts, names = (((lambda *given: shown(whole, given)),) if text else ()), ()
    cause = led[error.cause] if isinstance(error.cause, Error) else None
    return Arguments(parts, names, cause, None if error.context is None else led[error.context], error.cause is not None)


def told(c: Frame, error: Error, values: list[Value], node: ast.AST) -> str | Arguments:
    """The message of an exception as a template over all of `values`, which it extends; or what makes its arguments of them."""
    given = error.given if error.given or error.named else error.args
    if not given and not error.named:
        return ""
    if len(given) == 1 and not error.named and not values and template_of(given[0]) is not None:
        text = template(c, given[0], values, node)
        if text:
            return text
    parts = tuple(argument(c, x, values, node) for x in (*given, *error.named.values()))
    return Arguments(parts, tuple(error.named))


def argument(c: Frame, x: Abstract, values: list[Value], node: ast.AST) -> Callable[..., Any]:
    """What makes one argument of all values: `values` is extended by those that it needs."""
    first = len(values)
    if isinstance(x, Scalar) and not x.is_static:
        convert: Callable[[Any], Any] = {"float": float, "int": int, "bool": bool}.get(x.kind) or x.type.numpy.type
        if x.flags:
            values += [x.value, by_path.certain(c, x)]
            return lambda *given: Numeral(convert(given[first]), given[first + 1])
        values.append(x.value)
        return lambda *given: convert(given[first])
    if isinstance(x, Scalar):
        known = x.static if x.weak else numpy_static(x)
        return lambda *given: known
    if isinstance(x, Static):
        return lambda *given: x.value
    if isinstance(x, OneOf):
        values.append(x.which)
        several = [argument(c, one, values, node) for one in x.values]
        return lambda *given: several[int(given[first])](*given)
    if isinstance(x, Complex) and isinstance(x.real, Scalar):
        of_parts = [argument(c, part, values, node) for part in x.parts]
        kind = complex if x.weak else x.dtype.type
        return lambda *given: kind(complex(*(part(*given) for part in of_parts)))
    if isinstance(x, Tuple) and x.type is tuple:
        parts = [argument(c, item, values, node) for item in x.items]
        return lambda *given: tuple(part(*given) for part in parts)
    if isinstance(x, Text):
        values.extend(x.values)
        return lambda *given: shown(x.template, given[first : first + len(x.values)])
    c.refuse(node, f"a {type_name(x)} in an exception that leaves the call is not supported", "pass numbers and text")


# Raising --------------------------------------------------------------------------------------------------------------


def raised_by(c: Frame, node: ast.Raise) -> Error:
    """What a `raise` with an exception raises, and what led to it."""
    assert node.exc is not None
    raised = c.present(c.expression(node.exc), node.exc)
    if isinstance(raised, OneOf):
        c.refuse(
            node.exc, "raising one of several exceptions, as the path decides, is not supported", "raise each of them where it is chosen"
        )
    value = as_error(c, raised)
    if value is None:
        never(c, node, TypeError, "exceptions must derive from BaseException")
        raise AssertionError
    cause: Abstract | None = None
    if node.cause is not None:
        given = c.present(c.expression(node.cause), node.cause)
        cause = NONE if is_none(given) else as_error(c, given)
        if cause is None:
            never(c, node, TypeError, "exception causes must derive from BaseException")
    context = handled(c)
    if same_error(value, context) or cause is value:
        return value
    return replace(value, cause=shortened(cause) if cause is not None else value.cause, context=shortened(context))


def same_error(x: Error, y: Error | None) -> bool:
    """Whether an exception is raised while it is handled itself."""
    return y is not None and (x is y or (key([x]) == key([y]) and flatten([x]) == flatten([y])))


def handled(c: Frame) -> Error | None:
    """What the handler around here handles, as far as it is one error."""
    if not c.handling:
        return None
    hidden, sites = c.handling[-1]
    alike = len({key([site.error]) for site in sites}) == 1 and (len(sites) == 1 or not flatten([sites[0].error]))
    return sites[0].thrown(hidden) if alike else None


def shortened(x: Any, depth: int = CHAIN) -> Any:
    """An exception with no more than so many behind it: where a function that calls itself wraps its errors, each stands in the next."""
    if not isinstance(x, Error):
        return x
    if depth == 0:
        return replace(x, cause=None, context=None)
    links = {link: shortened(link, depth - 1) for link in x.links()}
    return replace(x, cause=links.get(x.cause, x.cause), context=links.get(x.context))  # type: ignore[call-overload, arg-type]


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
    message, values = leaving(c, error, node)
    c.at(node)
    c.limit(condition, error.type, message, *values)


def always(c: Frame, node: ast.AST, error: Error) -> NoReturn:
    """Raise `error` here: nothing after it on this path is reached."""
    c.at(node)
    raise_unless(c, c.b.bool(False, "never"), error, node)
    raise Abandoned


def as_cpython(c: Frame, node: ast.AST, problem: Exception) -> NoReturn:
    """What CPython raised as it computed with what is known is raised here."""
    always(c, node, Error(type(problem), tuple(c.constant(arg) for arg in problem.args)))


def lower_raise(c: Frame, node: ast.Raise) -> None:
    if node.exc is None:
        if not c.handling:
            c.refuse(node, "a bare `raise` outside `except` has nothing to raise", "name the exception")
        again(c, *c.handling[-1], node)
    always(c, node, raised_by(c, node))


def again(c: Frame, hidden: Hidden, sites: Sequence[Site], node: ast.AST) -> None:
    """Raise once more what one of these sites raised."""
    number = hidden[ERROR]
    assert isinstance(number, Scalar)
    sites = possible(number, sites)
    inside = [site for site in sites if taken(site.error.type, c.landings) is not None]
    outside = [site for site in sites if site not in inside]
    for site in outside:
        message, values = leaving(c, site.thrown(hidden), node)
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
