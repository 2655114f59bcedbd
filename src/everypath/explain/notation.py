"""Formulas as text: Unicode for a terminal, MathML for a page; and numbers as people write them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from fractions import Fraction
from html import escape
from typing import Any

import numpy as np

from ..ir.op import DEFINITIONS
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


# MathML ---------------------------------------------------------------------------------------------------------------


def mathml(e: Expression, values: bool = False) -> str:
    """`e` as presentation MathML, without the `<math>` around it."""
    return math_written(e, values)[0]


def mi(text: str) -> str:
    return f"<mi>{escape(text)}</mi>" if len(text) == 1 else f'<mi mathvariant="normal">{escape(text)}</mi>'


def mo(text: str) -> str:
    return f"<mo>{escape(text)}</mo>"


def mn(x: Any) -> str:
    """A number; a power of ten becomes a superscript."""
    text = number_text(x)
    sign, digits = (mo("−"), text[1:]) if text.startswith("−") else ("", text)
    found = re.fullmatch(r"(?:([\d.]+)×)?10([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)", digits)
    if not found:
        return f"{sign}<mn>{escape(digits)}</mn>"
    power = f"<msup><mn>10</mn><mn>{digits_of(found[2])}</mn></msup>"
    return f"{sign}<mn>{found[1]}</mn>{mo('×')}{power}" if found[1] else sign + power


def digits_of(superscripts: str) -> str:
    return superscripts.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789−"))


def math_symbol(symbol: Symbol) -> str:
    name = mi(symbol.name)
    if symbol.version:
        name = f"<msub>{name}<mn>{escape(str(symbol.version))}</mn></msub>"
    return name if not symbol.index else f"<mrow>{name}<mtext>{escape(symbol.index)}</mtext></mrow>"


def row(*parts: str) -> str:
    return f"<mrow>{''.join(parts)}</mrow>"


def math_held(e: Expression, values: bool, least: int) -> str:
    text, tightness = math_written(e, values)
    return text if tightness >= least else row(mo("("), text, mo(")"))


def math_written(e: Expression, values: bool) -> tuple[str, int]:
    if isinstance(e, Number):
        return row(mn(e.value)), SUM if number_text(e.value).startswith("−") else ATOM
    if isinstance(e, Symbol):
        if values and e.value is not None and not np.ndim(e.value):
            return row(mn(e.value)), SUM if number_text(e.value).startswith("−") else ATOM
        return math_symbol(e), ATOM
    if isinstance(e, Sum):
        return math_sum(e, values), SUM
    if isinstance(e, Product):
        return math_product(e, values)
    assert isinstance(e, Apply)
    return math_applied(e, values)


def math_sum(e: Sum, values: bool) -> str:
    terms: list[tuple[str, bool]] = []
    for term, coefficient in e.terms:
        size = magnitude(coefficient)
        scaled = term if size == 1 else Product(times_size(term, size), factors_of(term))
        terms.append((math_held(scaled, values, PRODUCT), coefficient < 0))
    if e.constant != 0:
        terms.append((mn(abs(float(e.constant))), e.constant < 0))
    parts = []
    for k, (text, negative) in enumerate(positive_first(terms)):
        parts += ([mo("−")] if negative else []) if k == 0 else [mo("−" if negative else "+")]
        parts.append(text)
    return row(*parts)


def math_product(e: Product, values: bool) -> tuple[str, int]:
    sign, number, divisor, above, below = parted(e)
    top = math_factors(number, above, values)
    signed = [mo("−")] if sign else []
    if not below and divisor == 1:
        alone = number == 1 and len(above) == 1
        return row(*signed, top), SUM if sign else POWER if alone else PRODUCT
    return row(*signed, f"<mfrac>{row(top)}{row(math_factors(divisor, below, values))}</mfrac>"), SUM if sign else PRODUCT


def math_factors(number: Coefficient, factors: list[tuple[Expression, Fraction]], values: bool) -> str:
    pieces = [] if number == 1 and factors else [row(mn(float(number)))]
    for base, exponent in factors:
        if exponent == 1:
            alone = len(factors) == 1 and number == 1
            pieces.append(math_held(base, values, SUM if alone else POWER))
        else:
            pieces.append(f"<msup>{math_held(base, values, ATOM)}{mn(float(exponent))}</msup>")
    return row(mo("·").join(pieces))


def math_applied(e: Apply, values: bool) -> tuple[str, int]:
    inner = [mathml(o, values) for o in e.operands]
    if e.name == "sqrt":
        return f"<msqrt>{inner[0]}</msqrt>", ATOM
    if e.name == "cbrt":
        return f"<mroot>{inner[0]}<mn>3</mn></mroot>", ATOM
    if e.name == "pow":
        return f"<msup>{math_held(e.operands[0], values, ATOM)}{inner[1]}</msup>", POWER
    if e.name in ("abs", "norm"):
        bar = mo("|" if e.name == "abs" else "‖")
        return row(bar, inner[0], bar), ATOM
    if e.name not in DEFINITIONS:
        return row(mi(e.name), "<mo>&#x2061;</mo>", mo("("), mo(",").join(inner), mo(")")), ATOM
    template = DEFINITIONS[e.name].symbol or f"{e.name}({{0}})"
    called = re.fullmatch(r"([A-Za-z0-9 Γψ]+)\((.*)\)", template)
    if called:
        atomic = len(e.operands) == 1 and math_written(e.operands[0], values)[1] == ATOM
        arguments = inner[0] if atomic else row(mo("("), mo(",").join(inner), mo(")"))
        space = '<mspace width="0.17em"/>' if atomic else ""
        return row(mi(called[1]), "<mo>&#x2061;</mo>", space, arguments), POWER if atomic else ATOM
    pieces = re.split(r"\{(\d)\}", template)
    parts = [math_held(e.operands[int(p)], values, POWER) if k % 2 else (mo(p.strip()) if p.strip() else "") for k, p in enumerate(pieces)]
    return row(*parts), SUM
