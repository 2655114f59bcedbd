"""Formulas: the same rules that compute partials, called with these terms, write them.

    >>> from everypath.explain.formulas.notation import unicode_text
    >>> t = Symbol("t", 1.5)
    >>> unicode_text(t**2 * 3.0), unicode_text(t**2 * 3.0 / t)
    ('3·t²', '3·t')

Simplification is light and never changes a value: numbers are folded, 1·x is x, equal terms and equal factors are collected.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import numpy as np

from ...ir.op import definition
from ...ops.term import Term

Coefficient = Fraction | float


class Expression(Term):
    """A formula. `value` is the number it stands for, None for an array's."""

    value: Any = None

    def apply(self, name: str, *operands: Any) -> Expression:
        return applied(name, *(lifted(o) for o in operands))


@dataclass(frozen=True)
class Number(Expression):
    """A literal."""

    value: Any

    def __hash__(self) -> int:
        return hash(("number", self.value))


@dataclass(frozen=True)
class Symbol(Expression):
    """A variable: its name, the version of it as a subscript, and the index of one element. `value` is None for an array; `element` is the
    number of the element of the graph, −1 for what depends on no input."""

    name: str
    value: Any = field(default=None, compare=False)
    version: str = ""
    index: str = ""
    element: int = field(default=-1, compare=False)


@dataclass(frozen=True)
class Sum(Expression):
    """Σ coefficient·term + constant."""

    terms: tuple[tuple[Expression, Coefficient], ...]
    constant: Coefficient
    value: Any = field(default=None, compare=False)


@dataclass(frozen=True)
class Product(Expression):
    """coefficient · Π base^exponent."""

    coefficient: Coefficient
    factors: tuple[tuple[Expression, Fraction], ...]
    value: Any = field(default=None, compare=False)


@dataclass(frozen=True)
class Apply(Expression):
    """Any other operation of the catalogue."""

    name: str
    operands: tuple[Expression, ...]
    value: Any = field(default=None, compare=False)


def lifted(x: Any) -> Expression:
    return x if isinstance(x, Expression) else Number(x)


ONE, ZERO = Number(1.0), Number(0.0)


def nice(x: Any) -> Coefficient:
    """A coefficient that stays exact where it is a whole number or a half."""
    number = float(x)
    return Fraction(number) if math.isfinite(number) and abs(number) < 1e6 and number * 2 == int(number * 2) else number


def times(a: Coefficient, b: Coefficient) -> Coefficient:
    return a * b if isinstance(a, Fraction) and isinstance(b, Fraction) else float(a) * float(b)


def plus(a: Coefficient, b: Coefficient) -> Coefficient:
    return a + b if isinstance(a, Fraction) and isinstance(b, Fraction) else float(a) + float(b)


def evaluated(name: str, operands: tuple[Expression, ...]) -> Any:
    """The value of an operation on formulas that have values."""
    values = [o.value for o in operands]
    meaning = definition(name).meaning
    if meaning is None or any(v is None or np.ndim(v) for v in values):
        return None
    with np.errstate(all="ignore"):
        try:
            return meaning(*(np.float64(v) if isinstance(v, float) else v for v in values))
        except (TypeError, ValueError, ArithmeticError):
            return None


def applied(name: str, *operands: Expression) -> Expression:
    """The operation `name` on formulas, simplified."""
    value = evaluated(name, operands)
    written = definition(name).written
    if written is not None:
        text = written(*operands)
        return replace(text, value=value) if isinstance(text, (Sum, Product, Apply)) else text
    if name in ("add", "sub"):
        return added(operands[0], operands[1], Fraction(1 if name == "add" else -1), value)
    if name in ("mul", "path"):
        return multiplied(operands[0], operands[1], value)
    if name == "neg":
        return multiplied(Number(-1.0), operands[0], value)
    if name == "div":
        return multiplied(operands[0], raised(operands[1], Fraction(-1), None), value)
    if name == "square":
        return raised(operands[0], Fraction(2), value)
    if name == "pow" and isinstance(operands[1], Number):
        exponent = nice(operands[1].value)
        if isinstance(exponent, Fraction):
            return raised(operands[0], exponent, value)
    if name == "select":
        chosen = operands[0].value
        if chosen is not None and not np.ndim(chosen):
            return operands[1] if chosen else operands[2]
    if name == "cast":
        return operands[0]
    if name == "and" and (known := next((k for k, o in enumerate(operands) if isinstance(o, Number)), None)) is not None:
        return operands[1 - known] if operands[known].value else operands[known]
    if all(isinstance(o, Number) for o in operands) and value is not None:
        return Number(value)
    if isinstance(value, (bool, np.bool_)):
        return Number(bool(value))
    return Apply(name, operands, value)


def split(e: Expression) -> tuple[Coefficient, Expression]:
    """`e` as coefficient times the rest."""
    if isinstance(e, Product):
        if len(e.factors) == 1 and e.factors[0][1] == 1:
            return e.coefficient, e.factors[0][0]
        return e.coefficient, Product(Fraction(1), e.factors, None)
    return Fraction(1), e


def added(a: Expression, b: Expression, sign: Coefficient, value: Any) -> Expression:
    terms: dict[Expression, Coefficient] = {}
    constant: Coefficient = Fraction(0)
    for part, scale in ((a, Fraction(1)), (b, sign)):
        if isinstance(part, Number):
            constant = plus(constant, times(scale, nice(part.value)))
        elif isinstance(part, Sum):
            constant = plus(constant, times(scale, part.constant))
            for term, coefficient in part.terms:
                terms[term] = plus(terms.get(term, Fraction(0)), times(scale, coefficient))
        else:
            coefficient, term = split(part)
            terms[term] = plus(terms.get(term, Fraction(0)), times(scale, coefficient))
    kept = tuple((t, c) for t, c in terms.items() if c != 0)
    if not kept:
        return Number(float(constant))
    if len(kept) == 1 and constant == 0:
        return scaled(kept[0][0], kept[0][1], value)
    return Sum(kept, constant, value)


def scaled(e: Expression, coefficient: Coefficient, value: Any) -> Expression:
    if coefficient == 1:
        return e
    if isinstance(e, Product):
        return Product(times(e.coefficient, coefficient), e.factors, value)
    return Product(coefficient, ((e, Fraction(1)),), value)


def multiplied(a: Expression, b: Expression, value: Any) -> Expression:
    coefficient: Coefficient = Fraction(1)
    factors: dict[Expression, Fraction] = {}
    for part in (a, b):
        if isinstance(part, Number):
            coefficient = times(coefficient, nice(part.value))
        elif isinstance(part, Product):
            coefficient = times(coefficient, part.coefficient)
            for base, exponent in part.factors:
                factors[base] = factors.get(base, Fraction(0)) + exponent
        else:
            factors[part] = factors.get(part, Fraction(0)) + 1
    kept = tuple((base, exponent) for base, exponent in factors.items() if exponent != 0)
    if not kept or coefficient == 0:
        return Number(float(coefficient) if coefficient != 0 else 0.0)
    if len(kept) == 1 and kept[0][1] == 1:
        base = kept[0][0]
        if coefficient == 1:
            return base
        if isinstance(base, Sum) and coefficient == -1:
            return Sum(tuple((t, -c) for t, c in base.terms), -base.constant, value)
    return Product(coefficient, kept, value)


def raised(base: Expression, exponent: Fraction, value: Any) -> Expression:
    if exponent == 0:
        return ONE
    if exponent == 1:
        return base
    if isinstance(base, Number):
        with np.errstate(all="ignore"):
            number = np.float64(base.value) ** float(exponent)
        if exponent.denominator == 1 and isinstance(nice(base.value), Fraction) and base.value != 0:
            exact = nice(base.value) ** int(exponent)
            return Product(exact, (), number) if exact.denominator != 1 else Number(float(exact))  # type: ignore[union-attr]
        return Number(number)
    whole = exponent.denominator == 1
    if isinstance(base, Product) and whole:
        coefficient = base.coefficient ** int(exponent) if base.coefficient != 1 else Fraction(1)
        return Product(coefficient, tuple((b, e * exponent) for b, e in base.factors), value)
    return Product(Fraction(1), ((base, exponent),), value)
