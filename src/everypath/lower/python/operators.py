"""Python's operators on Python's numbers, with Python's errors. Arrays and NumPy scalars go to `numpy.operators`."""

from __future__ import annotations

import ast
import enum
import numbers

from ...errors import NotSupported
from ...ir.program import Op, Value
from ...ir.types import BOOL, F32, F64, I64
from ...library.python.tables import COUNTED
from .. import by_path
from ..complex import operators as of_complex
from ..complex.pairs import holds
from ..context import WRONG
from ..frame import Frame
from ..naming import an, type_name
from ..numpy import operators as of_arrays
from ..objects import Dict, Instance, List
from ..outside import never
from ..samples import OPERATORS, UNARY, impossible
from ..values import Abstract, Array, Buffer, Complex, Maybe, OneOf, RunList, Scalar, Static, Tuple, is_none
from . import combining, dicts, options, protocols, sets, tables
from .arithmetic import BITS, COMPARISONS, NAMES, arithmetic, is_numpy
from .classes import refuse_foreign
from .indices import integral
from .large import met
from .messages import percent, refuse_reading, template_of, text_of

SYMBOLS: dict[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.MatMult: "@",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.BitXor: "^",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.In: "in",
    ast.NotIn: "not in",
    ast.UAdd: "+",
    ast.USub: "-",
    ast.Invert: "~",
}


def symbol(op: ast.AST) -> str:
    """How an operator is written."""
    return SYMBOLS[type(op)]


def binary(c: Frame, node: ast.AST, op: str, left: Abstract, right: Abstract) -> Abstract:
    """`left op right`."""
    left, right = apart(c, op, *present(c, node, op, left, right))
    several = options.split(c, (left, right), lambda one: binary(c, node, op, *one), node)
    if several is not None:
        return several
    raise_impossible(c, node, op, left, right)
    own = protocols.binary(c, node, op, left, right)
    if own is not None:
        return own
    if op == "%" and isinstance(left, Static) and isinstance(left.value, str):
        return percent(c, node, left.value, right)
    if op == "*" and (text_times(left, right) or text_times(right, left)):
        return repeated_text(c, node, left, right)
    if isinstance(left, Complex) or isinstance(right, Complex):
        return of_complex.binary(c, node, op, left, right)
    if op == "*" and combining.repeats(left, right):
        return combining.combined(c, node, op, left, right)
    if is_numpy(left) or is_numpy(right):
        if holds(left) or holds(right):
            return of_complex.binary(c, node, op, left, right)
        flag = by_path.both_weak(c, left, right)
        if flag is not None and isinstance(left, Scalar) and isinstance(right, Scalar):
            weak_errors(c, op, left, right, flag)
        result = of_arrays.binary(c, node, op, left, right)
        if flag is None or not isinstance(result, Scalar):
            return result
        if result.type == F32 and isinstance(left, Scalar) and isinstance(right, Scalar):
            same_in_float32(c, op, left, right, result, flag)
        if result.type == BOOL and op not in BITS:
            numpys_boolean(c, flag)
        power = op == "**" and isinstance(right, Scalar) and not (right.is_static and right.static >= 0)
        return by_path.like(c, "/" if power else op, result, *(x for x in (left, right) if isinstance(x, Scalar)))
    if isinstance(left, Scalar) and isinstance(right, Scalar):
        return arithmetic(c, node, op, left, right)
    strings = template_of(left), template_of(right)
    if op == "+" and strings[0] is not None and strings[1] is not None:
        return text_of(strings[0][0] + strings[1][0], strings[0][1] + strings[1][1])

    if combining.are_counters(left, right) and op in COUNTED:
        return c.call(Static(COUNTED[op]), [left, right], {}, node)
    of_sets = tables.combined(c, node, op, left, right) or sets.combined(c, node, op, left, right)
    if of_sets is not None:
        return of_sets
    if isinstance(left, Dict) and isinstance(right, Dict) and op == "|":
        return dicts.merged(c, node, left, right)
    if isinstance(left, Static) and isinstance(right, Static) and not (is_none(left) or is_none(right)):
        return of_statics(c, node, op, left, right)
    if isinstance(left, (Tuple, List, RunList, Buffer)) or isinstance(right, (Tuple, List, RunList, Buffer)):
        return combining.combined(c, node, op, left, right)
    if op in ("*", "%"):
        refuse_reading(c, node, left, right)
    text = f"unsupported operand type(s) for {op}: '{type_name(left)}' and '{type_name(right)}'"
    if is_none(left) or is_none(right) or isinstance(left, Instance) or isinstance(right, Instance):
        return never(c, node, TypeError, text)
    refuse_foreign(c, node, f"'{op}' of", left, right)
    c.refuse(node, text, WRONG)


def apart(c: Frame, op: str, *operands: Abstract) -> list[Abstract]:
    """The operands, of which a number that is an int or a float by path is one of both where the operator does something else for each."""
    known_power = op == "**" and isinstance(operands[-1], Scalar) and operands[-1].is_static
    if known_power or op not in (*BITS, "<<", ">>", "~", "**", "divmod"):
        return list(operands)
    return [by_path.alternatives(c, x) if isinstance(x, Scalar) and x.which is not None else x for x in operands]


def raise_impossible(c: Frame, node: ast.AST, op: str, *operands: Abstract) -> None:
    """Where somebody takes a TypeError: an operator that does not exist between these types leads there."""
    if c.takes(TypeError) and not any(isinstance(x, Scalar) and x.which is not None for x in operands):
        problem = impossible(op, *operands)
        if problem is not None:
            c.raises(node, TypeError, problem)


def weak_errors(c: Frame, op: str, x: Scalar, y: Scalar, flag: Value) -> None:
    """What Python raises and NumPy does not, where both operands are Python's own."""
    if op not in ("/", "//", "%", "**"):
        return
    start, landings = len(c.b.ops), c.landings
    c.landings = []  # the checks are made here, and weakened below
    weak_x, weak_y = (Scalar(v.value, "float" if v.type.is_float else "int") if not v.weak else v for v in (x, y))
    arithmetic(c, ast.Pass(), op, weak_x, weak_y)
    c.landings = landings
    made = c.b.ops[start:]
    del c.b.ops[start:]
    needed: set[Value] = set()
    kept: list[Op] = []
    for made_op in reversed(made):  # the checks, and what they look at
        if made_op.name == "check" or needed.intersection(made_op.results):
            needed.update(made_op.operands)
            kept.append(made_op)
    strong = c.b.op("not", flag, name="strong") if kept else flag
    for made_op in reversed(kept):
        if made_op.name == "check":
            cond = c.b.op("or", strong, made_op.operands[0], name="fine")
            c.check(cond, made_op.attributes["error"], made_op.attributes["message"], *made_op.operands[1:])
        else:
            c.b.append(made_op)


def numpys_boolean(c: Frame, flag: Value) -> None:
    """Booleans of Python's own are integers to its operators, NumPy's are not: an error where `flag` says that they are Python's."""
    message = "a boolean that is Python's own or NumPy's, depending on the path taken, is an integer or none here\nwrite int(…)"
    c.limit(c.b.op("not", flag), NotSupported, message)


def same_in_float32(c: Frame, op: str, x: Scalar, y: Scalar, result: Scalar, flag: Value) -> None:
    """Where both operands are Python's own, Python computes in float64: an error where that gives another number."""
    b = c.b
    name = {**NAMES, "/": "div", "//": "floordiv", "%": "mod", "**": "pow"}[op]
    exact = b.op(name, c.as_type(x, F64), c.as_type(y, F64), name="exact")
    same = b.op("or", b.op("eq", exact, c.as_type(result, F64)), b.op("isnan", exact), name="same")
    message = "a number that is Python's own as long as no float32 was met is computed in float32\nstart from np.float32(…)"
    c.check(b.op("or", b.op("not", flag), same), NotSupported, message)


def present(c: Frame, node: ast.AST, op: str, left: Abstract, right: Abstract) -> tuple[Abstract, Abstract]:
    """Both operands, checked not to be None with CPython's message."""
    c.at(node)
    out = []
    comparison = op in COMPARISONS
    for x, other, first in ((left, right, True), (right, left, False)):
        if isinstance(x, Maybe):
            names = ("NoneType", type_name(other)) if first else (type_name(other), "NoneType")
            if comparison:
                text = f"'{op}' not supported between instances of '{names[0]}' and '{names[1]}'"
            else:
                text = f"unsupported operand type(s) for {op}: '{names[0]}' and '{names[1]}'"
            c.check(x.present, TypeError, text)
            x = x.value
        out.append(x)
    out = list(met(c, node, out[0], out[1], exact=comparison))
    numbers_ = [known_number(c, node, op, x, other) for x, other in ((out[0], out[1]), (out[1], out[0]))]
    return (out[0], out[1]) if numbers_ == [None, None] else (numbers_[0] or out[0], numbers_[1] or out[1])


def known_number(c: Frame, node: ast.AST, op: str, x: Abstract, other: Abstract) -> Abstract | None:
    """The number that a member of an Enum of numbers is; None for anything else."""
    if not isinstance(x, Static) or not isinstance(x.value, numbers.Number):
        return None
    if isinstance(x.value, complex):
        return c.constant(x.value)
    if isinstance(x.value, enum.Enum) and isinstance(x.value, (int, float)):
        return c.constant(float(x.value) if isinstance(x.value, float) else int(x.value))
    if isinstance(other, (Scalar, Array)):
        c.refuse(node, f"'{op}' with {an(type_name(x))} is not supported", "convert it with float(…)")
    return None


# Arithmetic -----------------------------------------------------------------------------------------------------------


def unary(c: Frame, node: ast.AST, op: str, x: Abstract) -> Abstract:
    """`-x`, `+x`, `~x`."""
    b = c.b
    if isinstance(x, Maybe):
        c.check(x.present, TypeError, f"bad operand type for unary {op}: 'NoneType'")
        x = x.value
    (x,) = apart(c, op, x)
    if isinstance(x, OneOf):
        return options.each(c, x, lambda one: unary(c, node, op, one), node)
    raise_impossible(c, node, op, x)
    own = protocols.unary(c, node, op, x)
    if own is not None:
        return own
    if isinstance(x, Static) and isinstance(x.value, numbers.Number):
        return c.constant(UNARY[op](x.value))
    if isinstance(x, Complex):
        return of_complex.unary(c, node, op, x)
    if is_numpy(x):
        result = of_arrays.unary(c, node, op, x)
        if isinstance(x, Scalar) and x.weak_if is not None and x.type == BOOL:
            numpys_boolean(c, x.weak_if)
        return by_path.like(c, op, result, x) if isinstance(x, Scalar) and isinstance(result, Scalar) else result
    if not isinstance(x, Scalar) or (op == "~" and x.kind == "float"):
        if is_none(x) or isinstance(x, Instance):
            return never(c, node, TypeError, f"bad operand type for unary {op}: '{type_name(x)}'")
        c.refuse(node, f"bad operand type for unary {op}: '{type_name(x)}'", WRONG)
    if x.is_static:
        number = int(x.static) if x.kind == "bool" else x.static
        value = -number if op == "-" else ~number if op == "~" else number
        return c.constant(value)
    if x.kind == "float":
        return x if op == "+" else by_path.of_one(c, x, b.op("neg", x.value))
    p = c.as_type(x, I64)
    if op == "+":
        return Scalar(p, "int", origins=x.origins)
    value = b.op("neg", p, overflow="raise") if op == "-" else b.op("not", p)
    return Scalar(value, "int", origins=x.origins)


# Comparison -----------------------------------------------------------------------------------------------------------


def text_times(x: Abstract, times: Abstract) -> bool:
    """Whether `x * times` is a text again and again."""
    return type_name(x) == "str" and integral(times)


def repeated_text(c: Frame, node: ast.AST, left: Abstract, right: Abstract) -> Abstract:
    """`text * n`, both known."""
    refuse_reading(c, node, left, right)
    return c.constant(c.static(left, "a string that is repeated", node) * c.static(right, "how often a string is repeated", node))


def of_statics(c: Frame, node: ast.AST, op: str, left: Static, right: Static) -> Abstract:
    """An operator between two objects that are known: what CPython makes of them, as of `int | float`."""
    try:
        return c.constant(OPERATORS[op](left.value, right.value))
    except TypeError as problem:
        return never(c, node, TypeError, str(problem))
