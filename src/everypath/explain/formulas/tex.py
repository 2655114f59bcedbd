"""Formulas as LaTeX, for amsmath."""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction
from typing import Any

import numpy as np

from ...ir.op import DEFINITIONS
from .mathml import digits_of
from .notation import ATOM, POWER, PRODUCT, SUM, coefficient_text, factors_of, magnitude, number_text, parted, positive_first, times_size
from .symbolic import Apply, Coefficient, Expression, Number, Product, Sum, Symbol

COMMANDS = frozenset("exp log sin cos tan sinh cosh tanh arcsin arccos arctan max min det".split())
"""Functions that LaTeX has a command for."""

SPECIAL = {"\\": r"\textbackslash{}", "^": r"\^{}", "~": r"\~{}", **{c: "\\" + c for c in "&%$#_{}"}}


MATHEMATICAL = {
    "−": "-", "…": r"\ldots ", "∂": r"\partial ", "′": "'", "ᵀ": "^{T}", "→": r"\to ", "·": r"\cdot ", "×": r"\times ", "∞": r"\infty ",
    "√": r"\surd ", "⌊": r"\lfloor ", "⌋": r"\rfloor ", "≤": r"\le ", "≥": r"\ge ", "≠": r"\ne ", "‖": r"\|", "⊙": r"\odot ",
    **{c: f"_{{{k}}}" for k, c in enumerate("₀₁₂₃₄₅₆₇₈₉")},
    **{c: f"^{{{k}}}" for k, c in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
}  # fmt: skip
"""Characters that stand for a command."""


def tex(e: Expression, values: bool = False) -> str:
    """`e` as LaTeX, for a place in mathematics; with the numbers that its symbols stand for where `values`."""
    return written(e, values)[0]


def number_tex(x: Any, digits: int = 6) -> str:
    """A number; a power of ten becomes a superscript."""
    return text_tex(number_text(x, digits))


def text_tex(text: str) -> str:
    """What `number_text` and `count_text` write, in mathematics."""
    text = re.sub(r"([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)", lambda found: "^{" + digits_of(found[1]).replace("−", "-") + "}", text)
    for plain, command in (("−", "-"), ("×", r"\times "), ("∞", r"\infty"), ("NaN", r"\mathrm{NaN}")):
        text = text.replace(plain, command)
    return text


def name_tex(name: str) -> str:
    """The user's name: one letter in italics, a longer one upright, Greek letters by their commands."""
    if len(name) == 1:
        return greek(name) or text_index(name)
    return rf"\mathrm{{{''.join(greek(c) or text_index(c) for c in name)}}}"


def greek(letter: str) -> str:
    """The command for a Greek letter, empty for another."""
    found = re.fullmatch(r"GREEK (SMALL|CAPITAL) LETTER ([A-Z]+)", unicodedata.name(letter, ""))
    if not found or found[2] in ("FINAL", "OMICRON"):
        return ""
    command = found[2].lower() if found[1] == "SMALL" else found[2].capitalize()
    return f"\\{'lambda' if command == 'lamda' else 'Lambda' if command == 'Lamda' else command} "


def symbol_tex(symbol: Symbol) -> str:
    version = f"_{{{symbol.version}}}" if symbol.version else ""
    return f"{name_tex(symbol.name)}{version}{text_index(symbol.index)}"


def text_index(index: str) -> str:
    """[0, 1], or a slice, or a part of a name, in mathematics."""
    return "".join(MATHEMATICAL.get(c) or SPECIAL.get(c) or (c if c.isascii() else rf"\mathrm{{U{ord(c):04X}}}") for c in index)


def plain_tex(text: str) -> str:
    """Words outside mathematics."""
    made = []
    for c in text:
        symbol = greek(c) or MATHEMATICAL.get(c)
        made.append(f"${symbol}$" if symbol else SPECIAL.get(c) or (c if c.isascii() else f"U{ord(c):04X}"))
    return "".join(made)


def held(e: Expression, values: bool, least: int) -> str:
    text, tightness = written(e, values)
    return text if tightness >= least else rf"\left({text}\right)"


def written(e: Expression, values: bool) -> tuple[str, int]:
    """The LaTeX of `e` and how tightly it holds together."""
    if isinstance(e, Number):
        text = number_tex(e.value)
        return text, SUM if text.startswith("-") else POWER if "times" in text else ATOM
    if isinstance(e, Symbol):
        if values and e.value is not None and not np.ndim(e.value):
            return written(Number(e.value), values)
        return symbol_tex(e), ATOM
    if isinstance(e, Sum):
        return sum_tex(e, values), SUM
    if isinstance(e, Product):
        return product_tex(e, values)
    assert isinstance(e, Apply)
    return applied_tex(e, values)


def sum_tex(e: Sum, values: bool) -> str:
    terms: list[tuple[str, bool]] = []
    for term, coefficient in e.terms:
        size = magnitude(coefficient)
        scaled = term if size == 1 else Product(times_size(term, size), factors_of(term))
        terms.append((held(scaled, values, PRODUCT), coefficient < 0))
    if e.constant != 0:
        terms.append((number_tex(abs(float(e.constant))), e.constant < 0))
    parts = []
    for k, (text, negative) in enumerate(positive_first(terms)):
        parts.append((("-" if negative else "") if k == 0 else (" - " if negative else " + ")) + text)
    return "".join(parts)


def product_tex(e: Product, values: bool) -> tuple[str, int]:
    sign, number, divisor, above, below = parted(e)
    sign = "-" if sign else ""
    top = factors_tex(number, above, values)
    if not below and divisor == 1:
        alone = number == 1 and len(above) == 1
        return sign + top, SUM if sign else POWER if alone or not above else PRODUCT
    return rf"{sign}\frac{{{top}}}{{{factors_tex(divisor, below, values)}}}", SUM if sign else PRODUCT


def factors_tex(number: Coefficient, factors: list[tuple[Expression, Fraction]], values: bool) -> str:
    pieces = [] if number == 1 and factors else [text_tex(coefficient_text(number))]
    for base, exponent in factors:
        if exponent == 1:
            pieces.append(held(base, values, SUM if len(factors) == 1 and number == 1 else POWER))
        else:
            pieces.append(f"{{{held(base, values, ATOM)}}}^{{{number_tex(float(exponent))}}}")
    return r" \cdot ".join(pieces)


def applied_tex(e: Apply, values: bool) -> tuple[str, int]:
    """Any other operation."""
    inner = [tex(o, values) for o in e.operands]
    if e.name in ("sqrt", "cbrt"):
        return rf"\sqrt{'[3]' if e.name == 'cbrt' else ''}{{{inner[0]}}}", ATOM
    if e.name == "pow":
        return f"{{{held(e.operands[0], values, ATOM)}}}^{{{inner[1]}}}", POWER
    if e.name in ("abs", "norm"):
        bar = "|" if e.name == "abs" else r"\|"
        return rf"\left{bar}{inner[0]}\right{bar}", ATOM
    symbol = (DEFINITIONS[e.name].symbol if e.name in DEFINITIONS else None) or f"{e.name}({{0}})"
    if e.name == "matmul":
        return r"\,".join(held(o, values, POWER) for o in e.operands), PRODUCT
    called = re.fullmatch(r"([A-Za-z0-9]+)\(\{0\}.*\)", symbol)
    name = called[1] if called else e.name
    command = f"\\{name}" if name in COMMANDS else rf"\operatorname{{{text_index(name)}}}"
    return rf"{command}\left({', '.join(inner)}\right)", ATOM
