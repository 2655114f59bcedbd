"""A number that is a float or an int, depending on the path taken: computed with as a float, with an integer beside it that says which.
One that may be NumPy's too is computed with as such, with a boolean beside it that says where it is not.

s = 0                      which = 1
for v in xs: s = s + v     which = 0 after a turn
return s                   int(s) if which == 1 else s

What the two have in common, which is nearly everything, asks nothing; and what nobody asks for is not computed. It is asked for where a
value leaves the function, is shown, or tested for its class, and by the operators that differ.
"""

from __future__ import annotations

from dataclasses import replace

from ..errors import NotSupported
from ..ir.program import Value
from ..ir.types import BOOL, F64, I64, ScalarType
from ..numerals import BIG, BOOLEAN, EXACT, FLOAT, INT, NUMPY, TOO_LARGE
from .context import Context
from .values import Abstract, OneOf, Scalar


def which_of(context: Context, x: Scalar) -> Value:
    """What a number is, where it is Python's own: a float, an int, or one that a float does not hold."""
    b = context.b
    if x.which is not None:
        return x.which
    if not x.type.is_integer:
        return b.i64(BOOLEAN if x.type == BOOL else FLOAT, "which")
    if x.is_static:
        return b.i64(INT if abs(x.static) <= EXACT else BIG, "which")
    value = context.as_type(x, I64)
    held = b.op("and", b.op("le", value, b.i64(EXACT)), b.op("ge", value, b.i64(-EXACT)), name="held")
    return b.op("select", held, b.i64(INT), b.i64(BIG), name="which")


def kind_of(context: Context, x: Scalar) -> Value:
    """What a number is on the path taken, also where it may be one of NumPy's."""
    b = context.b
    which = b.i64(own(x)) if x.which is None else x.which
    return which if x.weak_if is None else b.op("select", x.weak_if, which, b.i64(NUMPY), name="which")


def own(x: Scalar) -> int:
    """What a number is where it is Python's own and nothing else says so."""
    return FLOAT if x.type.is_float else BOOLEAN if x.type == BOOL else INT


def may_be_int(x: Scalar) -> bool:
    """Whether it is Python's own, and no float, on some path."""
    return (x.weak or x.weak_if is not None) and (not x.type.is_float or x.which is not None)


def both_weak(context: Context, *xs: Abstract) -> Value | None:
    """Whether all of these may turn out to be Python's own: the run-time boolean that says so, or None."""
    if not all(isinstance(x, Scalar) and (x.weak or x.weak_if is not None) for x in xs):
        return None
    flags = list(dict.fromkeys(x.weak_if for x in xs if isinstance(x, Scalar) and x.weak_if is not None))
    return flags[0] if len(flags) == 1 else context.b.op("and", *flags, name="weak")


def like(context: Context, op: str, out: Scalar, *operands: Scalar) -> Scalar:
    """A result computed by NumPy's rules that is Python's own where its operands are."""
    weak = both_weak(context, *operands)
    if weak is None:
        return out
    out = replace(out, weak_if=weak)
    if not out.type.is_float or op == "/" or not all(map(may_be_int, operands)):
        return out
    is_int = both(context, *operands)
    return replace(out, value=positive(context, is_int, out.value), which=whole(context, is_int, [*operands], context.as_type(out, F64)))


def of_one(context: Context, x: Scalar, out: Value) -> Scalar:
    """A float computed from `x` that is an int where `x` is: its negative, its absolute value."""
    if x.which is None:
        return Scalar(out, "float")
    is_int = ints(context, x)
    return Scalar(positive(context, is_int, out), "float", which=whole(context, is_int, [x], out))


def of_two(context: Context, x: Scalar, y: Scalar, out: Value, *, signed: bool) -> Scalar:
    """A float computed from two numbers that is an int where both are: their sum, their product, the rest of a division. `signed` says
    that a zero of whole numbers may come out with a sign."""
    if not (may_be_int(x) and may_be_int(y)):
        return Scalar(out, "float")
    is_int = both(context, x, y)
    return Scalar(positive(context, is_int, out) if signed else out, "float", which=whole(context, is_int, [x, y], out))


def ints(context: Context, x: Scalar) -> Value:
    return context.b.op("ne", which_of(context, x), context.b.i64(FLOAT), name="is_int")


def both(context: Context, *xs: Scalar) -> Value:
    """Whether none is a float."""
    asked = [ints(context, x) for x in xs if x.which is not None]
    return asked[0] if len(asked) == 1 else context.b.op("and", *asked, name="both")


def whole(context: Context, is_int: Value, xs: list[Scalar], out: Value) -> Value:
    """What a result is that is an int where `is_int` says so: one that a float does not hold, if one of the operands or itself is."""
    b = context.b
    big = b.op("gt", b.op("abs", out), b.f64(float(EXACT)), name="big")
    for x in xs:
        if not (x.is_static and abs(x.static) <= EXACT):
            big = b.op("or", big, b.op("eq", which_of(context, x), b.i64(BIG)), name="big")
    return b.op("select", is_int, b.op("select", big, b.i64(BIG), b.i64(INT)), b.i64(FLOAT), name="which")


def positive(context: Context, is_int: Value, out: Value) -> Value:
    """`out`, with the zero of the integers where it is one."""
    b = context.b
    assert isinstance(out.type, ScalarType)
    nothing = b.constant(0.0, out.type)
    zero = b.op("and", is_int, b.op("eq", out, nothing), name="zero")
    return b.op("select", zero, nothing, out, name=out.name)


def certain(context: Context, x: Scalar) -> Value:
    """What `x` is, once it is found that a float holds it."""
    which = kind_of(context, x)
    context.limit(context.b.op("ne", which, context.b.i64(BIG)), NotSupported, TOO_LARGE)
    return which


def as_int(context: Context, x: Abstract, message: str, error: type[BaseException] = TypeError) -> Abstract:
    """`x` where an integer is needed: for a number that is a float on the path taken, an error with this message, which names its class."""
    if not isinstance(x, Scalar) or x.which is None:
        return x
    b, several = context.b, alternatives(context, x)
    raised = context.limit if error is NotSupported else context.check
    if x.weak_if is not None:
        raised(x.weak_if, error, message.format(f"numpy.{x.type.numpy.name}"))
    is_int = b.op("ne", several.which, b.i64(FLOAT), name="is_int")
    raised(is_int, error, message.format("float"))
    return several.values[INT]


def own_number(context: Context, x: Scalar) -> Scalar:
    """The number of Python's own that one may be which may be NumPy's."""
    b = context.b
    if x.type.is_float:
        which = None if x.which is None or x.weak_if is None else b.op("select", x.weak_if, x.which, b.i64(FLOAT), name="which")
        return Scalar(context.as_type(x, F64), "float", which=which)
    return Scalar(x.value, "bool") if x.type == BOOL else Scalar(context.as_type(x, I64), "int")


def alternatives(context: Context, x: Scalar) -> OneOf:
    """What a number may be, side by side, for what differs between them: a float and an int, and one of NumPy's."""
    b = context.b
    if x.weak_if is not None:
        strong, weak = replace(x, weak_if=None, which=None), own_number(context, x)
        if weak.which is None:
            return OneOf((weak, strong), b.op("select", x.weak_if, b.i64(0), b.i64(1), name="which"))
        several = alternatives(context, weak)
        return OneOf((*several.values, strong), b.op("select", x.weak_if, several.which, b.i64(len(several.values)), name="which"))
    which = certain(context, x)
    is_float = b.op("eq", which, b.i64(FLOAT), name="is_float")
    held = b.op("select", is_float, b.f64(0.0), x.value, name=x.value.name)
    whole = b.op("cast", held, dtype="i64", name=x.value.name)
    flag = b.op("ne", held, b.f64(0.0), name=x.value.name)
    return OneOf((Scalar(x.value, "float"), Scalar(whole, "int"), Scalar(flag, "bool")), which)
