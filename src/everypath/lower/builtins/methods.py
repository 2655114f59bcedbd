"""Built-in methods: of arrays, lists, dicts, NamedTuples and strings."""

from __future__ import annotations

import ast
import logging

from ...library.python.mathematics import OF_INTEGERS
from ..complex import arrays as of_complex
from ..context import WRONG
from ..frame import Frame
from ..naming import type_name
from ..numpy.registry import METHODS
from ..objects import Dict, List, Table
from ..outside import Stream, never
from ..python import deques, dicts, lists, sets, tables
from ..python.classes import refuse_attribute
from ..python.known import NotKnown, lifted, value_of
from ..python.known_objects import is_known_object
from ..python.messages import LAYING, formatted, joined_text, laid_text, of_each_text, refuse_reading
from ..python.spread import spread
from ..values import Abstract, Array, Buffer, Complex, Deque, Method, RunList, Scalar, Static, Text, Tuple
from . import known_objects, reporting


def call(c: Frame, method: Method, args: list[Abstract], kwargs: dict[str, Abstract], node: ast.AST) -> Abstract:
    """Call a built-in method."""
    receiver, name = method.receiver, method.name
    if isinstance(receiver, Array) or (isinstance(receiver, Scalar) and not receiver.weak):
        found = of_complex.of_real(c, node, receiver, name, args, kwargs)
        if found is not None:
            return found
        return METHODS[name](c, node, receiver, [c.realised(x) for x in args], {k: c.realised(x) for k, x in kwargs.items()})
    if isinstance(receiver, Complex):
        return of_complex.method(c, node, receiver, name, [c.realised(x) for x in args], {k: c.realised(x) for k, x in kwargs.items()})
    if isinstance(receiver, Static) and isinstance(receiver.value, (str, bytes)):
        return string_method(c, receiver.value, name, args, kwargs, node)
    if isinstance(receiver, Static) and isinstance(receiver.value, logging.Logger):
        return reporting.logged(c, receiver.value, name, args, kwargs, node)
    if isinstance(receiver, Static) and isinstance(receiver.value, Stream):
        return reporting.stream_method(c, receiver.value, name, args, node)
    if isinstance(receiver, Static) and is_known_object(receiver):
        return known_objects.method(c, receiver.value, name, args, kwargs, node)
    if isinstance(receiver, Text) and name in LAYING and not kwargs:
        return laid_text(c, node, receiver, name, args)
    refuse_reading(c, node, receiver)
    if isinstance(receiver, Deque):
        return deques.call(c, receiver, name, args, kwargs, node)
    if isinstance(receiver, Table):
        return tables.call(c, receiver, name, args, kwargs, node)
    if isinstance(receiver, Dict):
        return dicts.call(c, receiver, name, args, kwargs, node)
    if sets.members_of(receiver) is not None and not kwargs:
        return sets.call(c, receiver, name, [c.realised(x) for x in args], node)
    if isinstance(receiver, (List, RunList, Buffer)):
        return lists.call(c, receiver, name, args, kwargs, node)
    if kwargs and not isinstance(receiver, Tuple):
        c.refuse(node, f"the option '{min(kwargs)}' of {type_name(receiver)}.{name}() is not supported", "leave it out")
    if isinstance(receiver, Tuple):
        return tuple_method(c, receiver, name, args, kwargs, node)
    if isinstance(receiver, Scalar) and name == "is_integer" and receiver.kind == "float" and not args:
        return Scalar(c.b.op("eq", receiver.value, c.b.op("floor", receiver.value)), "bool")
    if isinstance(receiver, Scalar) and receiver.kind in ("int", "bool") and name in OF_INTEGERS and not args:
        if receiver.is_static:
            return c.constant(getattr(receiver.static, name)())
        return c.call(Static(OF_INTEGERS[name]), [receiver], {}, node)
    if isinstance(receiver, Scalar) and name == "conjugate" and not args:
        return receiver
    refuse_attribute(c, receiver, name, node)


def tuple_method(c: Frame, x: Tuple, name: str, args: list[Abstract], kwargs: dict[str, Abstract], node: ast.AST) -> Abstract:
    fields: tuple[str, ...] = getattr(x.type, "_fields", ())
    if name == "_replace" and fields and not args:
        if set(kwargs) - set(fields):
            c.refuse(node, f"{x.type.__name__} has no field '{min(set(kwargs) - set(fields))}'", WRONG)
        return Tuple(tuple(kwargs.get(f, v) for f, v in zip(fields, x.items, strict=True)), x.type)
    if name == "_asdict" and fields and not args:
        return Dict(c.store, dict(zip(fields, x.items, strict=True)))
    if ((name == "index" and 1 <= len(args) <= 3) or (name == "count" and len(args) == 1)) and not kwargs:
        return lists.index_of(c, node, x, args) if name == "index" else lists.count_of(c, node, x, args[0])
    c.refuse(node, f"the method '{name}' of a tuple is not supported", "write it as a loop")


def string_method(c: Frame, text: str | bytes, name: str, args: list[Abstract], kwargs: dict[str, Abstract], node: ast.AST) -> Abstract:
    """A method of a known string, whichever texts a path decides that it is given."""

    def of_known(given: list[Abstract]) -> Abstract:
        return known_string_method(c, text, name, given[: len(args)], dict(zip(kwargs, given[len(args) :], strict=True)), node)

    return of_each_text(c, node, [*args, *kwargs.values()], of_known)


def known_string_method(
    c: Frame, text: str | bytes, name: str, args: list[Abstract], kwargs: dict[str, Abstract], node: ast.AST
) -> Abstract:
    """Put together with run-time values, or computed here."""
    if isinstance(text, str) and name == "format":
        return formatted(c, node, text, args, kwargs)
    if isinstance(text, str) and name == "join" and len(args) == 1 and not kwargs:
        return joined_text(c, node, text, spread(c, args[0], node))
    try:
        value = getattr(text, name)(*map(value_of, args), **{key: value_of(x) for key, x in kwargs.items()})
    except NotKnown:
        c.refuse(node, f"str.{name} of what is known only at run time is not supported", "compute it outside")
    except (AttributeError, LookupError, TypeError, ValueError) as problem:
        return never(c, node, type(problem), str(problem))
    return lifted(c, value, node)
