"""Formulas as text: Unicode for a terminal, MathML for a page; and numbers as people write them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from ...ir.op import DEFINITIONS
from .symbolic import Apply, Coefficient, Expression, Number, Product, Sum, Symbol

SUPERSCRIPTS = str.maketrans("0123456789-+.", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺·")
SUBSCRIPTS = str.maketrans("0123456789-+", "₀₁₂₃₄₅₆₇₈₉₋₊")
SUM, PRODUCT, POWER, ATOM = 1, 2, 3, 4
"""How tightly a piece of text holds together."""


def number_text(x: Any, digits: int = 6) -> str:
    """A number in at most `digits` significant digits: 0.997495, −3, 1.2×10⁻⁷, NaN, ∞."""
    if isinstance(x, (bool, np.bool_)):
        return str(bool(x))
    if isinstance(x, (int, np.integer)) and abs(int(x)) < 10**9:
        return str(int(x)).replace("-", "−")
    number = float(x)
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "∞" if number > 0 else "−∞"
    text = f"{number:.{digits}g}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        power = str(int(exponent)).translate(SUPERSCRIPTS)
        text = f"10{power}" if mantissa == "1" else f"{mantissa}×10{power}"
    return "0" if text == "-0" else text.replace("-", "−")


def measured_text(x: float, error: float | None) -> str:
    """A measured number with its error, in as many digits as the error leaves: 3.1516436635645 ± 2×10⁻¹³."""
    if error is None or not math.isfinite(error):
        return f"{number_text(x, 10)}, error unknown"
    if error == 0 or x == 0:
        return f"{number_text(x, 12)} ± {number_text(error, 1)}"
    digits = math.floor(math.log10(abs(x))) - math.floor(math.log10(error)) + 1
    return f"{number_text(x, min(max(digits, 1), 16))} ± {number_text(error, 1)}"


WRITTEN_OUT = 10**40
"""A count below this is written out, digit by digit."""


def count_text(n: int) -> str:
    """A count of paths: 1,024, or 2¹²⁰⁰⁰ (about 2.29059×10³⁶¹²) where it is long: Python refuses to write all of very many digits."""
    if n < WRITTEN_OUT:
        return f"{n:,}"
    about = f"about {rounded_text(n)}"
    return f"2{superscript(Fraction(n.bit_length() - 1))} ({about})" if n & (n - 1) == 0 else about


def rounded_text(n: int, digits: int = 6) -> str:
    """A large whole number in `digits` significant digits, rounded correctly, halves to even."""
    exponent = (n.bit_length() - 1) * 301029995663981195 // 10**18  # log₁₀ n or a little less
    unit = 10 ** (exponent - digits + 1)
    while n >= unit * 10**digits:
        unit, exponent = unit * 10, exponent + 1
    leading, rest = divmod(n, unit)
    leading += 2 * rest > unit or (2 * rest == unit and leading % 2 == 1)
    if leading == 10**digits:
        leading, exponent = leading // 10, exponent + 1
    mantissa = f"{leading // 10 ** (digits - 1)}.{leading % 10 ** (digits - 1):0{digits - 1}}".rstrip("0").rstrip(".")
    power = f"10{superscript(Fraction(exponent))}"
    return power if mantissa == "1" else f"{mantissa}×{power}"


def subscript(n: int | str) -> str:
    return str(n).translate(SUBSCRIPTS)


def symbol_text(symbol: Symbol) -> str:
    return f"{symbol.name}{subscript(symbol.version)}{symbol.index}"


Leaf = Callable[[Symbol], str]


def unicode_text(e: Expression, leaf: Leaf = symbol_text) -> str:
    """`e` on one line. `leaf` writes the symbols: their names, or their values."""
    return written(e, leaf)[0]


def substituted_text(e: Expression) -> str:
    """`e` with the value of every symbol in its place; a symbol without a value keeps its name."""
    return unicode_text(e, value_text)


def value_text(symbol: Symbol) -> str:
    if symbol.value is None or np.ndim(symbol.value):
        return symbol_text(symbol)
    return number_text(symbol.value)


def written(e: Expression, leaf: Leaf) -> tuple[str, int]:
    """The text of `e` and how tightly it holds together."""
    if isinstance(e, Number):
        text = number_text(e.value)
        return text, SUM if text.startswith("−") else POWER if "×" in text else ATOM
    if isinstance(e, Symbol):
        text = leaf(e)
        return text, SUM if text.startswith("−") else POWER if "×" in text else ATOM
    if isinstance(e, Sum):
        return sum_text(e, leaf), SUM
    if isinstance(e, Product):
        return product_text(e, leaf)
    assert isinstance(e, Apply)
    return applied_text(e, leaf)


def held(e: Expression, leaf: Leaf, least: int) -> str:
    """The text of `e`, in parentheses if it holds together less tightly than `least`."""
    text, tightness = written(e, leaf)
    return text if tightness >= least else f"({text})"


def sum_text(e: Sum, leaf: Leaf) -> str:
    parts: list[str] = []
    terms: list[tuple[str, bool]] = []
    for term, coefficient in e.terms:
        negative = coefficient < 0
        size = magnitude(coefficient)
        scaled = term if size == 1 else Product(times_size(term, size), factors_of(term))
        terms.append((held(scaled, leaf, PRODUCT), negative))
    if e.constant != 0:
        terms.append((number_text(abs(float(e.constant))), e.constant < 0))
    for k, (text, negative) in enumerate(positive_first(terms)):
        sign = ("−" if negative else "") if k == 0 else (" − " if negative else " + ")
        parts.append(sign + text)
    return "".join(parts)


def positive_first(terms: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """y − t rather than −t + y."""
    first = next((k for k, (_, negative) in enumerate(terms) if not negative), 0)
    return [terms[first], *terms[:first], *terms[first + 1 :]]


def magnitude(x: Coefficient) -> Coefficient:
    return -x if x < 0 else x


def times_size(term: Expression, size: Coefficient) -> Coefficient:
    return size * term.coefficient if isinstance(term, Product) else size


def factors_of(term: Expression) -> tuple[tuple[Expression, Fraction], ...]:
    return term.factors if isinstance(term, Product) else ((term, Fraction(1)),)


def rank(item: tuple[Expression, Fraction]) -> int:
    """Plain variables first, then functions, then sums."""
    base = item[0]
    return 0 if isinstance(base, (Symbol, Number)) else 2 if isinstance(base, Sum) else 1


def parted(e: Product) -> tuple[str, Coefficient, Coefficient, list[tuple[Expression, Fraction]], list[tuple[Expression, Fraction]]]:
    """A product as sign, number above and below the line, factors above and below the line."""
    above = sorted(((b, x) for b, x in e.factors if x > 0), key=rank)
    below = sorted(((b, -x) for b, x in e.factors if x < 0), key=rank)
    sign = "−" if e.coefficient < 0 else ""
    size = magnitude(e.coefficient)
    if isinstance(size, Fraction) and size.denominator != 1 and (below or not decimal(size)):
        return sign, Fraction(size.numerator), Fraction(size.denominator), above, below
    return sign, size, Fraction(1), above, below


def decimal(x: Fraction) -> bool:
    """Whether `x` is short as a decimal."""
    return x.denominator in (1, 2, 4, 5, 8, 10, 20, 25, 50, 100)


def product_text(e: Product, leaf: Leaf) -> tuple[str, int]:
    sign, number, divisor, above, below = parted(e)
    top = factors_text(number, above, leaf)
    if not below and divisor == 1:
        alone = number == 1 and len(above) == 1 and not sign
        tightness = POWER if alone or not above else PRODUCT
        return sign + top, SUM if sign else tightness
    bottom = factors_text(divisor, below, leaf)
    many = len(below) + (divisor != 1) > 1
    return f"{sign}{top}/{f'({bottom})' if many else bottom}", SUM if sign else PRODUCT


def coefficient_text(number: Coefficient) -> str:
    """A coefficient, which may be larger than all floats: 3.5954×10³⁰⁹."""
    try:
        return number_text(float(number))
    except OverflowError:
        power = len(str(int(number))) - 1
        return f"{number_text(float(number / 10**power))}×10{str(power).translate(SUPERSCRIPTS)}"


def factors_text(number: Coefficient, factors: list[tuple[Expression, Fraction]], leaf: Leaf) -> str:
    pieces = [] if number == 1 and factors else [coefficient_text(number)]
    for k, (base, exponent) in enumerate(factors):
        if exponent == 1:
            alone = len(factors) == 1 and number == 1
            text, tightness = written(base, leaf)
            bare = tightness >= (PRODUCT if alone else POWER) or (k == 0 and not pieces and isinstance(base, Symbol))
            pieces.append(text if bare else f"({text})")
        else:
            pieces.append(power_text(base, exponent, leaf))
    return "·".join(pieces)


def power_text(base: Expression, exponent: Fraction, leaf: Leaf) -> str:
    if (
        isinstance(base, Apply)
        and base.name in DEFINITIONS
        and re.fullmatch(r"[a-z]+[0-9]*\(\{0\}\)", DEFINITIONS[base.name].symbol or "")
        and exponent.denominator == 1
    ):
        name = (DEFINITIONS[base.name].symbol or "").split("(")[0]
        return f"{name}{superscript(exponent)}({unicode_text(base.operands[0], leaf)})"
    return f"{held(base, leaf, ATOM)}{superscript(exponent)}"


def superscript(exponent: Fraction) -> str:
    if exponent.denominator == 1:
        return str(exponent.numerator).translate(SUPERSCRIPTS)
    return f"^{float(exponent):g}"


TEMPLATES = {"exp2": "2^{0}", "expm1": "(exp({0}) − 1)"}


def applied_text(e: Apply, leaf: Leaf) -> tuple[str, int]:
    """Any other operation, by the symbol the catalogue gives it."""
    template = TEMPLATES.get(e.name) or (DEFINITIONS[e.name].symbol if e.name in DEFINITIONS else None)
    if template is None:
        return f"{e.name}({', '.join(unicode_text(o, leaf) for o in e.operands)})", ATOM
    called = re.fullmatch(r"([A-Za-z0-9 Γψ]+)\(\{0\}\)", template)
    if called:
        inner, tightness = written(e.operands[0], leaf)
        return (f"{called[1]} {inner}", POWER) if tightness == ATOM and not inner.startswith("(") else (f"{called[1]}({inner})", ATOM)
    enclosed = template.startswith(("|", "‖", "⌊")) or re.match(r"[A-Za-z0-9]+\(", template)
    least = SUM if enclosed else ATOM if template.startswith(("√", "∛", "Σ")) or "^" in template else PRODUCT
    text = template.format(*(held(o, leaf, least) for o in e.operands))
    return text, ATOM if enclosed or template.startswith("(") else POWER if template.startswith(("√", "∛")) or "^" in template else SUM
