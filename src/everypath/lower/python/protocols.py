"""What a class says of its instances by special methods: operators, comparison, truth, items, iteration, conversion.

They are found on the class, as CPython finds them, never in the instance. Each function here answers None where the class of no
operand says anything, and what is built in decides.
"""

from __future__ import annotations

import ast
import numbers
import types
from dataclasses import fields
from typing import Any

from ... import records
from ...ir.types import BOOL, F64, I64
from ...library.python.iterators import by_position, given_by
from ..frame import Frame
from ..identity import one_object
from ..naming import an, type_name
from ..objects import Instance, gone_over, inside
from ..outside import never
from ..values import Abstract, Array, Scalar, Static, Tuple, is_none
from ..watch import ABSENT, found_in_class
from .attributes import attribute, described

ARITHMETIC = {
    "+": "add",
    "-": "sub",
    "*": "mul",
    "/": "truediv",
    "//": "floordiv",
    "%": "mod",
    "**": "pow",
    "@": "matmul",
    "&": "and",
    "|": "or",
    "^": "xor",
    "<<": "lshift",
    ">>": "rshift",
}
COMPARISON = {"==": "__eq__", "!=": "__ne__", "<": "__lt__", "<=": "__le__", ">": "__gt__", ">=": "__ge__"}
MIRRORED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
UNARY = {"-": "__neg__", "+": "__pos__", "~": "__invert__"}
CONVERSIONS: dict[str, tuple[str, ...]] = {
    "abs": ("__abs__",),
    "bool": ("__bool__", "__len__"),
    "complex": ("__complex__",),
    "divmod": ("__divmod__",),
    "float": ("__float__", "__index__"),
    "int": ("__int__", "__index__", "__trunc__"),
    "len": ("__len__",),
    "reversed": ("__reversed__",),
    "round": ("__round__",),
}
"""The special methods that a builtin asks for, in order."""

ITERATING = ("all", "any", "dict", "enumerate", "filter", "list", "map", "max", "min", "set", "sorted", "sum", "tuple", "zip")
"""Builtins that go over their arguments."""


def own_class(x: Abstract) -> type | None:
    """The class of an instance of a class or a NamedTuple; None for anything else."""
    return x.type if isinstance(x, Instance) or (isinstance(x, Tuple) and x.type is not tuple) else None


def special(c: Frame, x: Abstract, name: str, node: ast.AST) -> Abstract | None:
    """The special method of the class of `x`, bound to it; None where no class in Python defines it."""
    kind = own_class(x)
    if kind is None:
        return None
    held = found_in_class(c.unit, kind, name)
    if held is ABSENT or held is None or records.defined(kind, name) is None:
        return None
    return described(c, x, kind, held, name, node)


def asked(c: Frame, x: Abstract, name: str, args: list[Abstract], node: ast.AST) -> Abstract | None:
    """What the special method of `x` answers; None where there is none."""
    method = special(c, x, name, node)
    if method is None:
        return None

    c.at(node)
    return c.call(method, args, {}, node)


def declined(x: Abstract | None) -> bool:
    """Whether a special method has left the question to the other operand."""
    return x is None or (isinstance(x, Static) and x.value is NotImplemented)


def own_method(x: Abstract, name: str) -> bool:
    """Whether a class of the user's, and none of the library, defines a special method of `x`."""
    owner = records.owner_of(own_class(x) or object, name)
    return owner is not None and not records.is_text(owner) and owner.__flags__ & records.HEAP_TYPE != 0


# Operators ------------------------------------------------------------------------------------------------------------


def binary(c: Frame, node: ast.AST, op: str, left: Abstract, right: Abstract) -> Abstract | None:
    """`left op right` where a class of an operand defines the operator."""
    name = ARITHMETIC[op]
    if isinstance(left, Array) and inside(right) is not right and not own_method(right, f"__r{name}__"):
        return c.binary(node, op, left, inside(right))
    return of_either(c, node, (left, f"__{name}__"), (right, f"__r{name}__"))


def of_either(c: Frame, node: ast.AST, first: tuple[Abstract, str], second: tuple[Abstract, str]) -> Abstract | None:
    """What one of two operands answers when asked with the other; that of a subclass is asked first."""
    (left, _), (right, reflected) = first, second
    if own_class(left) is None and own_class(right) is None:
        return None
    order = [(left, first[1], right)]
    if own_class(left) is not own_class(right) or own_class(left) is None:
        order.append((right, reflected, left))
        if overrides(left, right, reflected):
            order.reverse()
    for x, name, other in order:
        if x is right and special(c, x, name, node) is not None:
            other = from_numpy(c, node, other, x)
        answer = asked(c, x, name, [other], node)
        if not declined(answer):
            return answer
    return None


def overrides(left: Abstract, right: Abstract, name: str) -> bool:
    """Whether the right operand goes first: its class comes from the left one's, and has a method of its own."""
    mine, other = own_class(left), own_class(right)
    if mine is None or other is None or mine is other or not issubclass(other, mine):
        return False
    return records.held(other, name) is not records.held(mine, name)


def from_numpy(c: Frame, node: ast.AST, other: Abstract, x: Abstract) -> Abstract:
    """The left operand as `x` on the right gets to see it. NumPy is asked first: an array would apply the operator to each of its
    elements and the object; a number comes as Python's, if NumPy does not take the object for a sequence."""
    kind = own_class(x)
    numpy_number = isinstance(other, Scalar) and not other.weak
    if kind is None or not (numpy_number or isinstance(other, Array)) or found_in_class(c.unit, kind, "__array_ufunc__") is None:
        return other
    if numpy_number and not any(records.defined(kind, name) for name in ("__array__", "__len__", "__array_ufunc__")):
        assert isinstance(other, Scalar)
        whole = not other.type.is_float
        return Scalar(c.as_type(other, I64 if whole else F64), "int" if whole else "float")
    reason = f"an array on the left of {an(type_name(x))}: NumPy makes an array of objects of it"
    c.refuse(node, reason, "put the object on the left, or set __array_ufunc__ = None in its class")


def in_place(c: Frame, node: ast.AST, op: str, old: Abstract, value: Abstract) -> Abstract | None:
    """`old op= value` by the method for it."""
    answer = asked(c, old, f"__i{ARITHMETIC[op]}__", [value], node)
    return None if declined(answer) else answer


def unary(c: Frame, node: ast.AST, op: str, x: Abstract) -> Abstract | None:
    return asked(c, x, UNARY[op], [], node)


def compare(c: Frame, node: ast.AST, op: str, left: Abstract, right: Abstract) -> Abstract | None:
    """`left op right` where an operand is an instance."""
    if not isinstance(left, Instance) and not isinstance(right, Instance) and own_class(left) is None and own_class(right) is None:
        return None
    answer = by_fields(c, node, op, left, right)
    if answer is not None:
        return answer
    if any(isinstance(x, Instance) and x.type is types.SimpleNamespace for x in (left, right)) and left is not right:
        c.refuse(node, f"'{op}' with a SimpleNamespace is not supported", "compare its attributes")
    if op == "!=" and special(c, left, "__ne__", node) is None and special(c, left, "__eq__", node) is not None:
        equal = compare(c, node, "==", left, right)
        return None if equal is None else negated(c, equal, node)
    mirrored = COMPARISON[MIRRORED[op]]
    order = [(left, COMPARISON[op], right), (right, mirrored, left)]
    if overrides(left, right, mirrored):
        order.reverse()
    for x, name, other in order:
        answer = asked(c, x, name, [other], node)
        if not declined(answer):
            return answer
    if not isinstance(left, Instance) and not isinstance(right, Instance):
        return None  # NamedTuples are tuples
    if op in ("==", "!="):
        both = isinstance(left, Instance) and isinstance(right, Instance)
        return c.constant((both and one_object(c, left, right, node)) is (op == "=="))  # type: ignore[arg-type]
    return never(c, node, TypeError, f"'{op}' not supported between instances of '{type_name(left)}' and '{type_name(right)}'")


def by_fields(c: Frame, node: ast.AST, op: str, left: Abstract, right: Abstract) -> Abstract | None:
    """The comparison that was written for a dataclass: of the fields, as tuples, of two instances of one class."""
    if not isinstance(left, Instance) or not isinstance(right, Instance) or left.type is not right.type:
        return None
    kind: Any = left.type
    held = found_in_class(c.unit, kind, COMPARISON["==" if op == "!=" else op])
    if not records.generated(held):
        return None
    names = [f.name for f in fields(records.owner_of(kind, COMPARISON["==" if op == "!=" else op]) or kind) if f.compare]
    pair = [Tuple(tuple(attribute(c, x, name, node) for name in names)) for x in (left, right)]
    return c.compare(node, op, *pair)


def negated(c: Frame, x: Abstract, node: ast.AST) -> Abstract:
    holds = c.truth_of(x, node)
    return c.constant(not holds) if isinstance(holds, bool) else Scalar(c.b.op("not", holds), "bool")


# Items, iteration, conversion -----------------------------------------------------------------------------------------


def contains(c: Frame, node: ast.AST, item: Abstract, x: Abstract) -> Abstract | None:
    """`item in x`."""
    answer = asked(c, x, "__contains__", [item], node)
    if answer is None:
        return None

    holds = c.truth_of(answer, node)
    return c.constant(holds) if isinstance(holds, bool) else Scalar(holds, "bool")


def truth(c: Frame, x: Abstract, node: ast.AST) -> Abstract | None:
    """What `bool(x)` is decided by: the answer of `__bool__`, or of `__len__`."""
    answer = asked(c, x, "__bool__", [], node)
    if answer is None:
        answer = asked(c, x, "__len__", [], node)
        return None if answer is None else counted(c, node, answer)
    if isinstance(answer, Scalar) and answer.type == BOOL and answer.weak_if is not None:
        c.check(answer.weak_if, TypeError, f"__bool__ should return bool, returned {type_name(answer)}")
    elif not isinstance(answer, Scalar) or answer.kind != "bool":
        return never(c, node, TypeError, f"__bool__ should return bool, returned {type_name(answer)}")
    return answer


def iterated(c: Frame, x: Abstract, node: ast.AST) -> Abstract:
    """What a loop over `x` goes over: the answer of `__iter__`, or `x` itself."""
    answer = iterator_of(c, x, node)
    if isinstance(answer, Instance):
        for name, text in (("__next__", given_by), ("__getitem__", by_position)):
            if special(c, answer, name, node) is not None:
                return c.call(Static(text), [answer], {}, node)
    return answer


def iterator_of(c: Frame, x: Abstract, node: ast.AST) -> Abstract:
    """The answer of `__iter__`, or `x` itself where it has none."""
    if (items := gone_over(x)) is not x:
        return items
    answer = asked(c, x, "__iter__", [], node)
    if isinstance(answer, Instance) and special(c, answer, "__next__", node) is None:
        never(c, node, TypeError, f"iter() returned non-iterator of type '{type_name(answer)}'")
    return x if answer is None else answer


def builtin(c: Frame, node: ast.AST, name: str, args: list[Abstract]) -> Abstract | list[Abstract]:
    """What a builtin gives for an instance whose class defines it; the arguments to go on with where none does."""
    if not args:
        return args
    for method in CONVERSIONS.get(name, ()):
        answer = asked(c, args[0], method, args[1:], node)
        if answer is not None:
            return result_of(c, node, name, answer)
    if name in ITERATING and not (name in ("max", "min") and len(args) > 1):
        return [iterated(c, x, node) for x in args]
    return args


def as_number(c: Frame, x: Abstract, node: ast.AST) -> Abstract:
    """What `float(x)` gives for an instance whose class says so; anything else as it is."""
    if isinstance(x, Static) and isinstance(x.value, numbers.Number) and hasattr(x.value, "__float__"):  # of an Enum, or a Decimal
        return c.constant(float(x.value))
    if own_class(x) is None:
        return x
    answer = builtin(c, node, "float", [x])
    return answer if isinstance(answer, Abstract) else x


def text(c: Frame, x: Abstract, conversion: str, spec: str, node: ast.AST) -> Abstract | None:
    """The text that the class of `x` gives for `format(x, spec)`, or for `str(x)` or `repr(x)` where a conversion says so."""
    if not conversion:
        answer = asked(c, x, "__format__", [Static(spec)], node)
        if answer is not None:
            return answer
        if spec and isinstance(x, Instance):
            never(c, node, TypeError, f"unsupported format string passed to {type_name(x)}.__format__")
    for name in ("__repr__",) if conversion == "!r" else ("__str__", "__repr__"):
        answer = asked(c, x, name, [], node)
        if answer is not None:
            return answer
    return None


def result_of(c: Frame, node: ast.AST, name: str, answer: Abstract) -> Abstract:
    """The answer of a special method, as the builtin passes it on."""
    if name == "bool":
        holds = negated(c, answer, node)
        return negated(c, holds, node)
    if name == "len":
        return counted(c, node, answer)
    wanted = {"float": "float", "int": "int"}.get(name)
    if wanted is not None and not (isinstance(answer, Scalar) and answer.kind == wanted):
        kind = "NoneType" if is_none(answer) else type_name(answer)
        if isinstance(answer, Scalar) and wanted == "float" and answer.type.is_float:
            return Scalar(answer.value, "float")
        c.refuse(node, f"{name}() of an object whose special method gives a {kind} is not supported", f"let it return {name}(…)")
    return answer


def counted(c: Frame, node: ast.AST, answer: Abstract) -> Abstract:
    """What `__len__` answers, which must be a number of items."""
    if not isinstance(answer, Scalar) or not answer.type.is_integer:
        return never(c, node, TypeError, f"'{type_name(answer)}' object cannot be interpreted as an integer")
    c.check(c.b.op("ge", answer.value, c.b.constant(0, answer.type)), ValueError, "__len__() should return >= 0")
    return answer


def refuse_own(c: Frame, node: ast.AST, xs: Any, *names: str) -> None:
    """Refuse an operation where the class of an operand defines it itself, by one of these special methods."""
    for x in xs:
        kind = own_class(x)
        for name in names if kind is not None else ():
            assert kind is not None
            found_in_class(c.unit, kind, name)
            if records.defined(kind, name) is None:
                continue
            c.refuse(node, f"'{kind.__name__}' has a {name} of its own, which is not run here", "call a method by its name instead")
