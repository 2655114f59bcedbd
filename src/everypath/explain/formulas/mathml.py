"""Formulas as presentation MathML."""

from __future__ import annotations

import re
from fractions import Fraction
from html import escape
from typing import Any

import numpy as np

from ...ir.op import DEFINITIONS
from .notation import ATOM, POWER, PRODUCT, SUM, factors_of, magnitude, number_text, parted, positive_first, times_size
from .symbolic import Apply, Coefficient, Expression, Number, Product, Sum, Symbol


def mathml(e: Expression, values: bool = False) -> str:
    """`e` as presentation MathML, without the `<math>` around it."""
    return math_written(e, values)[0]


def mi(text: str) -> str:
    return f"<mi>{escape(text)}</mi>" if len(text) == 1 else f'<mi mathvariant="normal">{escape(text)}</mi>'


def mo(text: str) -> str:
    flat = ' stretchy="false"' if text in ("(", ")") else ""
    return f"<mo{flat}>{escape(text)}</mo>"


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
