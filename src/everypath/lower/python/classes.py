"""The class that a value has in CPython, and what is not there for it."""

from __future__ import annotations

import ast
import collections
import functools
from collections.abc import Callable
from typing import NoReturn

import numpy as np

from ... import records
from ...ir.types import BOOL
from ...numerals import BIG, BOOLEAN, FLOAT, INT, NUMPY
from .. import by_path
from ..frame import Frame
from ..naming import an, type_name
from ..objects import Dict, Instance, List, RunTuple, Set, Table
from ..outside import never
from ..values import (
    Abstract,
    Array,
    Buffer,
    Closure,
    Complex,
    Deque,
    Error,
    Iterator,
    Method,
    OneOf,
    Partial,
    Range,
    RunList,
    Scalar,
    Slice,
    Static,
    Text,
    Tuple,
)
from ..watch import IMMUTABLE


def class_of(x: Abstract) -> type | None:
    """The class that `type(x)` gives in CPython; None where it is not known, or not the same on every path."""
    if isinstance(x, Scalar):
        return {"float": float, "int": int, "bool": bool}.get(x.kind) or x.type.numpy.type
    if isinstance(x, Array) or (isinstance(x, Complex) and isinstance(x.real, Array)):
        return np.ndarray
    if isinstance(x, Complex):
        return complex if x.weak else x.dtype.type
    if isinstance(x, Instance):
        return records.original(x.type)
    if isinstance(x, (Tuple, Error)):
        return x.type
    if isinstance(x, (List, RunList, Buffer)):
        return tuple if isinstance(x, RunTuple) else list
    if isinstance(x, OneOf):
        kinds = {class_of(one) for one in x.values}
        return kinds.pop() if len(kinds) == 1 else None
    if isinstance(x, Static):
        return type(x.value)
    if isinstance(x, (Dict, Table)):
        return x.type
    table: dict[type, type] = {
        Deque: collections.deque,
        Iterator: type(iter(())),
        Partial: functools.partial,
        Range: range,
        Set: set,
        Slice: slice,
        Text: str,
    }
    return table.get(type(x)) or (type(lambda: None) if isinstance(x, (Closure, Method)) else None)


def own_kind(x: Scalar) -> type:
    """The class of a number where it is Python's own."""
    return float if x.type.is_float else bool if x.type == BOOL else int


def told(c: Frame, x: Abstract, test: Callable[[type | None], bool]) -> Abstract:
    """What `test` says of the class of `x`; of a number that is Python's own or NumPy's, that may hang on the path taken."""
    if not isinstance(x, Scalar) or not x.flags:
        return c.constant(test(class_of(x)))
    answers = {code: test(kind) for code, kind in by_path_classes(x).items()}
    if len(set(answers.values())) == 1:
        return c.constant(answers.popitem()[1])
    which = by_path.kind_of(c, x)
    holds = [c.b.op("eq", which, c.b.i64(code)) for code, answer in answers.items() if answer]
    return Scalar(functools.reduce(lambda a, b: c.b.op("or", a, b, name="is_it"), holds), "bool")


def by_path_classes(x: Scalar) -> dict[int, type]:
    """The classes that a number may have on the paths there are, by what says which."""
    own = {FLOAT: float, INT: int, BOOLEAN: bool, BIG: int} if x.which is not None else {by_path.own(x): own_kind(x)}
    return own if x.weak_if is None else {**own, NUMPY: x.type.numpy.type}


def may_be_int_elsewhere(c: Frame, x: Scalar) -> bool:
    """Whether a float is an int in CPython if another path is taken."""
    return x.kind == "float" and not x.is_static and (x.which is not None or c.unit.widened)


def raise_lacking(c: Frame, node: ast.AST, x: Abstract, methods: tuple[str, ...], what: str) -> None:
    """TypeError to whoever takes it, where the class of `x` has none of these methods: "'float' object is not iterable"."""
    kind = class_of(x)
    if kind is None or any(name in vars(base) for base in kind.__mro__ for name in methods):
        return
    if isinstance(x, Static) and isinstance(x.value, type):
        return
    if c.takes(TypeError):
        c.raises(node, TypeError, f"'{type_name(x)}' object {what}")


def no_integer(c: Frame, node: ast.AST, x: Abstract, message: str) -> NoReturn:
    """TypeError where `x` is no integer and one is needed. A float that is an int in CPython, if another path is taken, is refused."""
    if isinstance(x, Scalar) and may_be_int_elsewhere(c, x):
        reason = "an integer is needed here, and this number may be an int or a float, depending on the path taken"
        c.refuse(node, reason, "keep ints and floats in different variables and lists")
    never(c, node, TypeError, message)
    raise AssertionError


def refuse_attribute(c: Frame, x: Abstract, name: str, node: ast.AST) -> NoReturn:
    """An attribute that is not supported, or that the class of `x` does not have."""
    kind = class_of(x)
    if kind is not None and lacks(x, kind, name):
        c.raises(node, AttributeError, f"'{type_name(x)}' object has no attribute '{name}'")
    c.refuse(node, f"'{name}' of {an(type_name(x))} is not supported", "compute it outside and pass it in, or write it out")


def why_not(kind: type) -> str:
    """Why instances of a class cannot be made here."""
    base = next((base for base in kind.__mro__ if base is not object and not base.__flags__ & records.HEAP_TYPE), None)
    if base is None or base is kind or str(kind.__module__).split(".")[0] in records.LIBRARIES:
        return "its class is not written in Python, or belongs to a library"
    return f"it is {an(base.__name__)} too"


def refuse_foreign(c: Frame, node: ast.AST, doing: str, *operands: Abstract) -> None:
    """Refuse what an operand could do in CPython, and is not known here: one of a class that is not built in, and no ordinary one."""
    for x in operands:
        kind = type(x.value) if isinstance(x, Static) else int
        if not kind.__flags__ & IMMUTABLE:
            c.refuse(
                node, f"{doing} {an(kind.__name__)} is not supported: {why_not(kind)}", "make a number, an array or a list of it outside"
            )


def gives(kind: type, name: str) -> bool:
    """Whether instances of a class have this attribute: one that only the class itself has, as `__name__`, is none of theirs."""
    return any(name in vars(base) for base in kind.__mro__)


def lacks(x: Abstract, kind: type, name: str) -> bool:
    """Whether `x`, of this class, has no such attribute, nor has the int that it may be on another path."""
    return not gives(kind, name) and not (isinstance(x, Scalar) and x.which is not None and gives(int, name))


def raise_absent(c: Frame, x: Abstract, name: str, node: ast.AST) -> None:
    """AttributeError where the class of `x`, one of Python's own or NumPy's, has no such attribute."""
    kind = class_of(x)
    if kind is not None and kind.__flags__ & IMMUTABLE and lacks(x, kind, name):
        never(c, node, AttributeError, f"'{type_name(x)}' object has no attribute '{name}'")


def check_numpy_attribute(c: Frame, x: Abstract, name: str) -> None:
    """AttributeError where a number turns out to be Python's own, and has no such attribute."""
    if isinstance(x, Scalar) and x.weak_if is not None:
        kind = own_kind(x)
        if not gives(kind, name):
            numpy_s = c.b.op("not", x.weak_if, name="strong")
            c.check(numpy_s, AttributeError, f"'{kind.__name__}' object has no attribute '{name}'")


def never_lacking(c: Frame, node: ast.AST, x: Abstract, what: str, methods: tuple[str, ...], message: str) -> NoReturn:
    """TypeError, as the class of `x` has none of these methods: of an object whose class has one, `what` is not supported."""
    if isinstance(x, Static) and any(hasattr(type(x.value), name) for name in methods):
        c.refuse(node, f"{what} of {an(type_name(x))} is not supported", "use Python's and NumPy's numbers, and containers of them")
    never_of(c, node, TypeError, message, x)


def never_of(c: Frame, node: ast.AST, error: type[BaseException], message: str, x: Abstract) -> NoReturn:
    """An error whose message names the class of `x`, which the path may decide."""
    if isinstance(x, Scalar) and x.weak_if is not None:
        own = own_kind(x).__name__

        def fail(name: str) -> Callable[[], Abstract]:
            return lambda: never(c, node, error, message.format(name))

        c.branch(x.weak_if, fail(own), fail(type_name(x)), None, node)
    never(c, node, error, message.format(type_name(x)))
    raise AssertionError
