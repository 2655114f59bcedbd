"""Texts with numbers in them: `str.format` templates, in which `{!j}` shows the next two values as one complex number or array, and
`{!J}` as the repr of NumPy's number. `{!n}` shows the next two as a number that is a float or an int, `{!N}` its text,
`{!R:float64|}` its repr, where it may be one of NumPy's too.

What is `laid` out, by a method of strings, is so once its numbers stand there.

>>> shown("{}, {!j:.2f} and {!j}", [1, 0.5, 2.0, 0.0, 1.0])
'1, 0.50+2.00j and 1j'
>>> shown(laid("{:.1f}", "rjust", (6, "*")) + "!", [1.25])
'***1.2!'
"""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterable
from typing import Any

import numpy as np

from .numerals import NUMPY, Numeral

PAIRS = ("!j", "!J", "!n", "!N", "!R")
OPEN, MIDDLE, CLOSE = "\x00", "\x01", "\x02"
LAID = re.compile(f"{OPEN}([^{OPEN}{MIDDLE}{CLOSE}]*){MIDDLE}([^{OPEN}{CLOSE}]*){CLOSE}")
"""What is laid out, with nothing in it that is: the method and its arguments, then the text."""


def shown(template: Any, values: Iterable[Any]) -> Any:
    """The text that a template makes of its values, taken in order; or what anything else with a `format` makes of them."""
    if not isinstance(template, str) or not any(mark in template for mark in (*PAIRS, OPEN)):
        return template.format(*values)
    waiting, text = iter(values), ""
    for literal, name, spec, conversion in string.Formatter().parse(template):
        text += literal
        if name is None:
            continue
        value = next(waiting)
        if conversion in ("j", "J"):
            value = as_complex(value, next(waiting))
            text += repr(value) if conversion == "J" else format(value, spec or "") if spec else str(value)
        elif conversion == "R":
            dtype, _, layout = (spec or "").partition("|")
            text += format(named(value, int(next(waiting)), dtype), layout)
        elif conversion in ("n", "N"):
            number = Numeral(value, int(next(waiting)))
            text += format(str(number) if conversion == "N" else number, spec or "")
        else:
            text += f"{{{f'!{conversion}' if conversion else ''}{f':{spec}' if spec else ''}}}".format(value)
    return laid_out(text)


def laid(template: str, method: str, args: tuple[Any, ...]) -> str:
    """The template of what a method of strings makes of a text."""
    how = repr((method, args)).replace("{", "{{").replace("}", "}}")
    return f"{OPEN}{how}{MIDDLE}{template}{CLOSE}"


def laid_out(text: str) -> str:
    """`text` with what is laid out as it is then, from within."""

    def done(found: re.Match[str]) -> str:
        method, args = ast.literal_eval(found[1])
        return str(getattr(found[2], method)(*args))

    while (further := LAID.sub(done, text)) != text:
        text = further
    return text


def named(value: Any, which: int, dtype: str) -> str:
    """The repr of a number that is NumPy's, of this dtype, where `which` says so."""
    if which != NUMPY:
        return repr(Numeral(value, which))
    return f"np.{bool(value)}_" if dtype == "bool" else f"np.{dtype}({value})"


def as_complex(real: Any, imag: Any) -> Any:
    """The complex number or array of these parts."""
    dtype = np.result_type(np.complex64, real, imag)
    if np.ndim(real) or np.ndim(imag):
        out = np.empty(np.shape(real), dtype)
        out.real, out.imag = real, imag
        return out
    return dtype.type(complex(real, imag))
