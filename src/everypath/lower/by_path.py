"""A number that is a float or an int, depending on the path taken: computed with as a float, with an integer beside it that says which.

s = 0                      which = 1
for v in xs: s = s + v     which = 0 after a turn
return s                   int(s) if which == 1 else s

What the two have in common, which is nearly everything, asks nothing; and what nobody asks for is not computed. It is asked for where a
value leaves the function, is shown, or tested for its class, and by the operators that differ.
"""

from __future__ import annotations

from ..errors import NotSupported
from ..ir.program import Value
from ..numerals import BIG, BOOLEAN, EXACT, FLOAT, INT, TOO_LARGE
from .context import Context
from .values import Abstract, OneOf, Scalar


def which_of(context: Context, x: Scalar) -> Value:
    """What a number of Python's own is: a float, an int, or one that a float does not hold."""
    b = context.b
    if x.which is not None:
        return x.which
    if x.kind != "int":
        return b.i64(BOOLEAN if x.kind == "bool" else FLOAT, "which")
    if x.is_static:
        return b.i64(INT if abs(x.static) <= EXACT else BIG, "which")
    held = b.op("and", b.op("le", x.value, b.i64(EXACT)), b.op("ge", x.value, b.i64(-EXACT)), name="held")
    return b.op("select", held, b.i64(INT), b.i64(BIG), name="which")


def may_be_int(x: Scalar) -> bool:
    """Whether it is no float on some path."""
    return x.weak and (x.kind != "float" or x.which is not None)


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


def both(context: Context, x: Scalar, y: Scalar) -> Value:
    """Whether neither is a float."""
    asked = [ints(context, one) for one in (x, y) if one.which is not None]
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
    zero = b.op("and", is_int, b.op("eq", out, b.f64(0.0)), name="zero")
    return b.op("select", zero, b.f64(0.0), out, name=out.name)


def certain(context: Context, x: Scalar) -> Value:
    """What `x` is, once it is found that a float holds it."""
    assert x.which is not None
    context.limit(context.b.op("ne", x.which, context.b.i64(BIG)), NotSupported, TOO_LARGE)
    return x.which


def as_int(context: Context, x: Abstract, message: str, error: type[BaseException] = TypeError) -> Abstract:
    """`x` where an integer is needed: for a number that is a float on the path taken, an error with this message, which names its class."""
    if not isinstance(x, Scalar) or x.which is None:
        return x
    several = alternatives(context, x)
    is_int = context.b.op("ne", several.which, context.b.i64(FLOAT), name="is_int")
    raised = context.limit if error is NotSupported else context.check
    raised(is_int, error, message.format("float"))
    return several.values[INT]


def alternatives(context: Context, x: Scalar) -> OneOf:
    """The float and the int that a number may be, side by side, for what differs between them."""
    b = context.b
    which = certain(context, x)
    is_float = b.op("eq", which, b.i64(FLOAT), name="is_float")
    held = b.op("select", is_float, b.f64(0.0), x.value, name=x.value.name)
    whole = b.op("cast", held, dtype="i64", name=x.value.name)
    flag = b.op("ne", held, b.f64(0.0), name=x.value.name)
    return OneOf((Scalar(x.value, "float"), Scalar(whole, "int"), Scalar(flag, "bool")), which)
