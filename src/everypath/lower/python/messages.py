"""Text: a `str.format` template and the scalars it shows. It can be shown, raised and put together; what it says is not known before
the function runs, so it cannot be compared, measured or turned into numbers.

f"{x:.2f}"    "%.2f" % x    "{:.2f}".format(x)    str(x)    " ".join(…)
"""

from __future__ import annotations

import ast
import dataclasses
import math
import re
import string
import types
from collections.abc import Callable

import numpy as np

from ... import records
from ...ir.program import Value
from ...ir.types import BOOL
from ...shown import laid
from .. import by_path
from ..alternatives import MOST
from ..frame import Abandoned, Frame
from ..naming import an, type_name
from ..objects import Dict, Instance, List
from ..outside import never
from ..values import NONE, Abstract, Array, Buffer, Complex, Error, Maybe, OneOf, Range, RunList, Scalar, Static, Text, Tuple, numpy_static
from ..watch import found_in_class
from . import options, protocols
from .scalars import to_integer

CONVERSIONS = {-1: "", 114: "!r", 115: "!s", 97: "!a"}
NAMED = repr(np.float64(1.5)) != "1.5"
"""Whether NumPy's scalars show their type: np.float64(1.5)."""

OF_INTEGERS = tuple("bcdoxX")
"""The formats that no float has."""

PERCENT = re.compile(r"%(?:\((?P<key>[^)]*)\))?(?P<flags>[#0\- +]*)(?P<width>\*|\d*)(?P<precision>\.(?:\*|\d*))?[hlL]?(?P<kind>.|$)", re.S)


def text_of(template: str, values: list[Value]) -> Abstract:
    """A string: known, or made from run-time values."""
    return Text(template, tuple(values)) if values else Static(template.format())


def template_of(x: Abstract) -> tuple[str, list[Value]] | None:
    """The template and the values of a string; None for what is none."""
    if isinstance(x, Text):
        return x.template, list(x.values)
    return (escaped(x.value), []) if isinstance(x, Static) and isinstance(x.value, str) else None


def escaped(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def refuse_reading(c: Frame, node: ast.AST, *xs: Abstract) -> None:
    """Refuse what would have to know what a text made from run-time values says."""
    for x in xs:
        if isinstance(x, Text):
            c.spelt(x)
    if any(isinstance(x, Text) for x in xs):
        c.refuse(node, "a text made from run-time values can be shown, but not read", "compute with the numbers themselves")


# Making text ----------------------------------------------------------------------------------------------------------


def fstring(c: Frame, node: ast.JoinedStr) -> Abstract:
    """An f-string."""
    fields = [part for part in node.values if isinstance(part, ast.FormattedValue)]
    shown, specs = [], []
    for field in fields:
        shown.append(c.expression(field.value))
        specs.append(known_format(c, field))

    def written(given: list[Abstract]) -> Abstract:
        values: list[Value] = []
        of_fields = (
            template(c, x, values, field, CONVERSIONS[field.conversion], spec) for field, x, spec in zip(fields, given, specs, strict=True)
        )
        text = "".join(escaped(str(part.value)) if isinstance(part, ast.Constant) else next(of_fields) for part in node.values)
        return text_of(text, values)

    return of_each_text(c, node, shown, written)


def known_format(c: Frame, field: ast.FormattedValue) -> str:
    """The format of a field."""
    if field.format_spec is None:
        return ""
    assert isinstance(field.format_spec, ast.JoinedStr)
    spec = fstring(c, field.format_spec)
    if not isinstance(spec, Static):
        c.refuse(field, "a format computed at run time is not supported", "write the format out")
    return str(spec.value)


def of_each_text(c: Frame, node: ast.AST, parts: list[Abstract], written: Callable[[list[Abstract]], Abstract]) -> Abstract:
    """The text that `written` makes of its parts, also where a path decides which text one of them is."""
    several = {part.which: len(part.values) for part in parts if isinstance(part, OneOf)}
    absent = [k for k, part in enumerate(parts) if isinstance(part, Maybe) and part.absent == "none"]
    if math.prod(several.values()) * 2 ** len(absent) > MOST:
        c.refuse(node, f"a text that may say more than {MOST} things is not supported", "put it together of fewer parts")
    if absent:
        return there_or_none(c, node, parts, absent[0], lambda given: of_each_text(c, node, given, written))
    found = options.split(c, parts, written, node)
    return written(parts) if found is None else found


def there_or_none(c: Frame, node: ast.AST, parts: list[Abstract], k: int, run: Callable[[list[Abstract]], Abstract]) -> Abstract:
    """What `run` gives for these parts, of which the `k`-th is None where it is absent."""
    part = parts[k]
    assert isinstance(part, Maybe)
    there, none = ([*parts[:k], x, *parts[k + 1 :]] for x in (part.value, NONE))
    found = c.branch(part.present, lambda: run(there), lambda: run(none), None, node)
    if found is None:
        raise Abandoned
    return found


def percent(c: Frame, node: ast.AST, text: str, right: Abstract) -> Abstract:
    """`text % right`."""
    values: list[Value] = []
    waiting = list(right.items) if isinstance(right, Tuple) else [right]
    out, end, used = "", 0, may_be_unused(right)
    for found in PERCENT.finditer(text):
        out, end = out + escaped(text[end : found.start()]), found.end()
        if found["kind"] == "%":
            out += "%"
            continue
        if "*" in (found["width"], (found["precision"] or "")[1:]):
            c.refuse(node, "a width from a value is not supported", "write the width out")
        if found["key"] is not None:
            if not isinstance(right, Dict):
                never(c, node, TypeError, "format requires a mapping")
                raise AssertionError
            x = right.entries[found["key"]] if found["key"] in right.entries else never(c, node, KeyError, found["key"])
        elif not waiting:
            x = never(c, node, TypeError, "not enough arguments for format string")
        else:
            x, used = waiting.pop(0), True
        out += directive(c, node, x, found, values)
    if (waiting and not used) or (len(waiting) > 0 and isinstance(right, Tuple)):
        never(c, node, TypeError, "not all arguments converted during string formatting")
    return text_of(out + escaped(text[end:]), values)


def may_be_unused(x: Abstract) -> bool:
    """Whether Python takes `x` for a mapping, from which a format may take nothing."""
    return isinstance(x, (Dict, List, RunList, Buffer, Range, Array)) or (isinstance(x, (Scalar, Complex)) and not x.weak)


def directive(c: Frame, node: ast.AST, x: Abstract, found: re.Match[str], values: list[Value]) -> str:
    """One `%…` of a format, as `str.format` writes it."""
    flags, width, precision, kind = set(found["flags"]), found["width"], found["precision"] or "", found["kind"]
    precision = "." + (precision[1:] or "0") if precision else ""
    left = "<" if "-" in flags and width else ""
    if isinstance(x, Array) and x.rank == 0 and kind not in "ra":
        x = Scalar(c.b.op("load", x.value, name=x.value.name), "numpy")
    if kind in "sra":
        spec = f"{left or ('>' if width else '')}{width}{precision}"
        return template(c, x, values, node, "!" + kind, spec)
    if not kind or kind not in "diufFeEgGxXo" or (kind in "diuxXo" and precision):
        c.refuse(node, f"the format '{found.group()}' is not supported", "use an f-string")
    x = c.present(x, node)
    if not isinstance(x, Scalar):
        refuse_reading(c, node, x)
        kind = "d" if kind in "iu" else kind
        what = "real number is required" if kind == "d" else "integer is required"
        never(
            c,
            node,
            TypeError,
            f"%{kind} format: a {what}, not {type_name(x)}" if kind in "dxXo" else f"must be real number, not {type_name(x)}",
        )
        raise AssertionError
    if kind in "diu":
        kind = "d"
        if x.type.is_float:
            x = Scalar(to_integer(c, c.b.op("trunc", x.value)), "int", int(x.static) if x.is_static and np.isfinite(x.static) else x.static)
    sign = "+" if "+" in flags else " " if " " in flags else ""
    zero = "0" if "0" in flags and not left and width else ""
    return template(c, x, values, node, "", f"{left}{sign}{'#' if '#' in flags else ''}{zero}{width}{precision}{kind}")


def formatted(c: Frame, node: ast.AST, text: str, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    """`text.format(…)`."""
    values: list[Value] = []
    out, automatic = "", 0
    for literal, name, spec, conversion in string.Formatter().parse(text):
        out += escaped(literal)
        if name is None:
            continue
        if name == "":
            name, automatic = str(automatic), automatic + 1
        if not (name.isdigit() or name.isidentifier()) or "{" in (spec or ""):
            c.refuse(node, f"the field '{{{name}}}' of str.format is not supported", "use an f-string")
        if name.isdigit() and int(name) >= len(args):
            never(c, node, IndexError, f"Replacement index {name} out of range for positional args tuple")
        if not name.isdigit() and name not in kwargs:
            never(c, node, KeyError, name)
        x = args[int(name)] if name.isdigit() else kwargs[name]
        out += template(c, x, values, node, f"!{conversion}" if conversion else "", spec or "")
    return text_of(out, values)


LAYING = (
    *("rjust", "ljust", "center", "zfill", "expandtabs", "upper", "lower", "title", "capitalize", "swapcase"),
    *("strip", "lstrip", "rstrip", "replace", "removeprefix", "removesuffix"),
)
"""The methods of strings that give another string, and can wait until the numbers in it are known."""


def laid_text(c: Frame, node: ast.AST, x: Text, name: str, args: list[Abstract]) -> Abstract:
    """Such a method of a text made from run-time values."""
    given = tuple(c.static(arg, f"an argument of str.{name}", node) for arg in args)
    try:
        getattr("text", name)(*given)
    except (TypeError, ValueError) as problem:
        return never(c, node, type(problem), str(problem))
    return Text(laid(x.template, name, given), x.values)


def joined_text(c: Frame, node: ast.AST, separator: str, items: tuple[Abstract, ...]) -> Abstract:
    """`separator.join(items)`."""
    return of_each_text(c, node, list(items), lambda known: joined_known(c, node, separator, known))


def joined_known(c: Frame, node: ast.AST, separator: str, items: list[Abstract]) -> Abstract:
    values: list[Value] = []
    parts = []
    for k, item in enumerate(items):
        found = template_of(c.present(item, node))
        if found is None:
            never(c, node, TypeError, f"sequence item {k}: expected str instance, {type_name(item)} found")
            raise AssertionError
        parts.append(found[0])
        values += found[1]
    return text_of(escaped(separator).join(parts), values)


# Values in text -------------------------------------------------------------------------------------------------------


def template(c: Frame, x: Abstract, values: list[Value], node: ast.AST, conversion: str = "", spec: str = "") -> str:
    """The template of one value; `values` is extended by what it shows."""
    if isinstance(x, Maybe) and x.absent == "none":
        c.refuse(node, "what may be None in a message is not supported", "test `is None` first")
    x = c.present(x, node)
    said = protocols.text(c, x, conversion, spec, node)
    if said is not None:
        return template(c, said, values, node, "", spec if conversion else "")
    if isinstance(x, Instance) and not spec and records.generated(records.held(x.type, "__repr__")):
        return of_dataclass(c, x, values, node)
    if isinstance(x, Instance) and not spec and x.type is types.SimpleNamespace:
        held = c.attribute(x, "__dict__", node)
        assert isinstance(held, Dict)
        inside = ", ".join(f"{name}={template(c, value, values, node, '!r')}" for name, value in held.entries.items())
        return f"namespace({inside})"
    if isinstance(x, Static):
        shown = repr(x.value) if conversion == "!r" else ascii(x.value) if conversion == "!a" else x.value
        return escaped(fitting(c, node, str(shown) if conversion else shown, spec))
    if isinstance(x, Text):
        if conversion == "!a":
            c.refuse(node, "the ascii() of a string made from run-time values is not supported", "format the numbers")
        values.extend(x.values)
        shown = laid(x.template, "__repr__", ()) if conversion == "!r" else x.template
        fitting(c, node, "text", spec)
        return laid(shown, "__format__", (spec,)) if spec else shown
    if isinstance(x, Scalar):
        return number(c, x, values, node, conversion, spec)
    if isinstance(x, Complex):
        return of_complex(c, x, values, node, conversion, spec)
    if isinstance(x, Error) and not spec:
        return error_template(c, x, values, node, conversion)
    if spec:
        c.refuse(node, f"a format for {an(type_name(x))} is not supported", "format its numbers")
    if isinstance(x, (Tuple, List)) and (isinstance(x, List) or x.type is tuple):
        inside = ", ".join(template(c, item, values, node, "!r") for item in x.items)
        if isinstance(x, List):
            return f"[{inside}]"
        return f"({inside},)" if len(x.items) == 1 else f"({inside})"
    if isinstance(x, Dict):
        return "{{" + ", ".join(f"{escaped(repr(k))}: {template(c, v, values, node, '!r')}" for k, v in x.entries.items()) + "}}"
    if isinstance(x, Range):
        step = "" if x.step.is_static and x.step.static == 1 else f", {template(c, x.step, values, node)}"
        return f"range({template(c, x.start, values, node)}, {template(c, x.stop, values, node)}{step})"
    if isinstance(x, Array):
        values.append(c.b.op("copy", x.value, name=x.value.name))
        return "{" + (conversion if conversion != "!s" else "") + "}"
    c.refuse(node, f"{an(type_name(x))} in a message is not supported", "show a number or a string")


def of_dataclass(c: Frame, x: Instance, values: list[Value], node: ast.AST) -> str:
    """The template of the repr that was written for a dataclass."""
    fields = dataclasses.fields(records.owner_of(x.type, "__repr__") or x.type)
    inside = (f"{f.name}={template(c, c.attribute(x, f.name, node), values, node, '!r')}" for f in fields if f.repr)
    return f"{escaped(x.type.__qualname__)}({', '.join(inside)})"


def number(c: Frame, x: Scalar, values: list[Value], node: ast.AST, conversion: str, spec: str) -> str:
    """The template of a scalar."""
    if x.is_static:
        known = x.static if x.weak else numpy_static(x)
        return escaped(fitting(c, node, (str if conversion == "!s" else repr)(known) if conversion else known, spec))
    if x.which is not None and spec[-1:] in OF_INTEGERS and not conversion:
        whole = by_path.as_int(c, x, f"Unknown format code '{spec[-1]}' for object of type '{{}}'", ValueError)
        return template(c, whole, values, node, conversion, spec)
    sample = {"float": 1.5, "int": 1, "bool": True}.get(x.kind) or x.type.numpy.type(1)
    fitting(c, node, str(sample) if conversion else sample, spec)
    named = conversion in ("!r", "!a") and NAMED
    if x.which is not None or (x.weak_if is not None and named):
        fitting(c, node, "1" if conversion else 1, spec)
        values += [x.value, by_path.certain(c, x)]
        if named and x.weak_if is not None:
            return f"{{!R:{x.type.numpy.name}|{spec}}}"
        return "{" + ("!N" if conversion else "!n") + (":" + spec if spec else "") + "}"
    values.append(x.value)
    if x.origins:
        c.origins[x.value] = x.origins
    if conversion not in ("!r", "!a") or x.weak or not NAMED:
        return "{" + ("!s" if conversion else "") + (":" + spec if spec else "") + "}"
    if spec:
        c.refuse(node, "the repr of a number that is NumPy's is not supported here", "show it by str(), or in an f-string")
    return "np.{}_" if x.type == BOOL else f"np.{x.type.numpy.name}({{!s}})"


def of_complex(c: Frame, x: Complex, values: list[Value], node: ast.AST, conversion: str, spec: str) -> str:
    """The template of a complex number or array: of both its parts."""
    named = conversion in ("!r", "!a") and NAMED and not x.weak
    if isinstance(x.real, Array) or isinstance(x.imag, Array):
        if spec or named:
            c.refuse(node, "a format or the repr of a complex array is not supported", "show it by str()")
        values += [c.b.op("copy", part.value, name=part.value.name) for part in x.parts]
        return "{!j}"
    sample = complex(1.5, 1.0) if x.weak else x.dtype.type(1)
    fitting(c, node, str(sample) if conversion else sample, spec)
    if spec and conversion:
        c.refuse(node, "a format for the text of a complex number is not supported", "format the number itself")
    values += [part.value for part in x.parts]
    return "{!J}" if named else "{!j" + (":" + spec if spec else "") + "}"


def fitting(c: Frame, node: ast.AST, x: object, spec: str) -> str:
    """`format(x, spec)`, with Python's error at run time where the two don't fit."""
    try:
        return format(x, spec)
    except (ValueError, TypeError) as problem:
        never(c, node, type(problem), str(problem))
        raise AssertionError from None


def error_template(c: Frame, x: Error, values: list[Value], node: ast.AST, conversion: str) -> str:
    """`str(e)`, or its repr."""
    name = "__repr__" if conversion in ("!r", "!a") else "__str__"
    own = found_in_class(c.unit, x.type, name)
    if isinstance(own, types.FunctionType) and (x.fields or own.__module__.partition(".")[0] != "numpy"):
        return template(c, c.call(Static(own, f"{x.type.__name__}.{name}"), [x], {}, node), values, node)
    if name == "__repr__":
        inside = ", ".join(template(c, arg, values, node, "!r") for arg in x.args)
        return f"{x.type.__name__}({inside})"
    if not x.args:
        return ""
    if len(x.args) == 1:
        return template(c, x.args[0], values, node, "!r" if issubclass(x.type, KeyError) else "!s")
    return template(c, Tuple(x.args), values, node)
