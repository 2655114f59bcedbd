"""A derivative in closed form: the sum over its paths with every inner variable replaced by what it was computed from."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from ...ir.op import DEFINITIONS, definition
from ..paths.graph import Graph
from .notation import unicode_text
from .partials import AGREEMENT, Formulas
from .symbolic import Apply, Expression, Number, Product, Sum, Symbol, applied

LONGEST = 600
"""A formula of more characters than this says nothing to anybody."""

STEPS = 400
"""More steps than this are not even tried."""

Steps = Callable[[int], list[tuple[int, float]]]
"""(child element, partial) of every edge that leaves an element towards the result."""


class Unclosed(Exception):
    """Some step has no formula, or the whole is too long."""


class Closed:
    """The closed forms of one graph: of values, and of derivatives of its result."""

    def __init__(self, graph: Graph, formulas: Formulas, steps: Steps) -> None:
        self.graph = graph
        self.formulas = formulas
        self.steps = steps
        self.values: dict[int, Expression] = {}
        self.slopes: dict[int, Expression] = {}

    def derivative(self, element: int, value: float) -> Expression | None:
        """∂result/∂element in inputs alone; None where a step has none, or where the formula does not give `value`."""
        try:
            formula = self.expanded(self.slope(element))
        except Unclosed:
            return None
        return formula if fits(formula, value) else None

    def value(self, element: int, value: float) -> Expression | None:
        """An element in inputs alone."""
        try:
            formula = self.inside(element)
        except Unclosed:
            return None
        return formula if fits(formula, value) else None

    def slope(self, element: int) -> Expression:
        """∂result/∂element, inner variables by their names."""
        if element == self.graph.result:
            return Number(1.0)
        known = self.slopes.get(element)
        if known is None:
            if len(self.slopes) > STEPS:
                raise Unclosed
            known = Number(0.0)
            for child, partial in self.steps(element):
                local = self.formulas.partial(child, element, partial)
                if local is None or (isinstance(local, Number) and not short(partial)):
                    raise Unclosed
                known = self.kept(applied("add", known, applied("mul", self.slope(child), local)))
            self.slopes[element] = known
        return known

    def inside(self, element: int) -> Expression:
        """The value of an element, inner variables replaced."""
        known = self.values.get(element)
        if known is None:
            node = self.graph.at(element)
            if node.record.is_input:
                known = self.formulas.element(element)
            elif node.record.operands is None or len(self.values) > STEPS:
                raise Unclosed
            else:
                known = self.expanded(self.formulas.value(node.record, element - node.start))
            self.values[element] = known
        return known

    def expanded(self, e: Expression) -> Expression:
        """`e` with every symbol of an inner variable replaced."""
        if isinstance(e, Symbol):
            if e.element < 0 and e.value is None:
                raise Unclosed
            return e if e.element < 0 else self.inside(e.element) if not self.named(e) else e
        if isinstance(e, Sum):
            total: Expression = Number(float(e.constant))
            for term, coefficient in e.terms:
                total = applied("add", total, applied("mul", Number(float(coefficient)), self.expanded(term)))
            return self.kept(total)
        if isinstance(e, Product):
            product: Expression = Number(float(e.coefficient))
            for base, exponent in e.factors:
                product = applied("mul", product, raised(self.expanded(base), exponent))
            return self.kept(product)
        if isinstance(e, Apply):
            if not elementwise(e.name):
                raise Unclosed
            return self.kept(applied(e.name, *map(self.expanded, e.operands)))
        return e

    def named(self, e: Symbol) -> bool:
        return self.graph.at(e.element).record.is_input

    def kept(self, e: Expression) -> Expression:
        if len(unicode_text(e)) > LONGEST:
            raise Unclosed
        return e


def raised(base: Expression, exponent: Fraction) -> Expression:
    return base if exponent == 1 else applied("pow", base, Number(float(exponent)))


def short(x: float) -> bool:
    """Whether a number is one that a person would write."""
    return x == round(x, 3)


def elementwise(name: str) -> bool:
    """Whether an operation takes numbers to a number."""
    return name in DEFINITIONS and definition(name).family == "elementwise"


def fits(formula: Expression, value: float) -> bool:
    """Whether a formula has the value that was computed."""
    if len(unicode_text(formula)) > LONGEST:
        return False
    with np.errstate(all="ignore"):
        found = evaluate(formula)
    return found is not None and (found == value or bool(abs(found - value) <= AGREEMENT * max(abs(value), 1e-300)))


def evaluate(e: Expression) -> float | None:
    """The number that a formula of numbers stands for; None where an operation in it has no meaning for numbers."""
    if isinstance(e, Sum):
        terms = [evaluate(t) for t, _ in e.terms]
        known = [t * float(c) for t, (_, c) in zip(terms, e.terms) if t is not None]
        return sum(known) + float(e.constant) if len(known) == len(terms) else None
    if isinstance(e, Product):
        product = float(e.coefficient)
        for base, exponent in e.factors:
            factor = evaluate(base)
            if factor is None:
                return None
            product *= float(np.float64(factor) ** float(exponent))
        return product
    if isinstance(e, Apply):
        operands, meaning = [evaluate(o) for o in e.operands], definition(e.name).meaning if elementwise(e.name) else None
        if meaning is None or any(o is None for o in operands):
            return None
        try:
            return float(meaning(*map(np.float64, operands)))
        except (ArithmeticError, TypeError, ValueError):
            return None
    return None if e.value is None or np.ndim(e.value) else float(e.value)


# SymPy ----------------------------------------------------------------------------------------------------------------


def sympy_of(e: Expression) -> Any:
    """`e` as an expression of SymPy, which must be installed; inputs are real symbols of their names."""
    import sympy

    if isinstance(e, Number):
        return sympy.nsimplify(e.value) if short(float(e.value)) else sympy.Float(float(e.value))
    if isinstance(e, Symbol):
        return sympy.Symbol(f"{e.name}{e.version}{e.index}", real=True)
    if isinstance(e, Sum):
        return sympy.Add(*(number(c) * sympy_of(t) for t, c in e.terms), number(e.constant))
    if isinstance(e, Product):
        return sympy.Mul(number(e.coefficient), *(sympy_of(b) ** sympy.Rational(x.numerator, x.denominator) for b, x in e.factors))
    assert isinstance(e, Apply)
    name = NAMES.get(e.name, e.name)
    operands = [sympy_of(o) for o in e.operands]
    if e.name in WRITTEN:
        return WRITTEN[e.name](sympy, *operands)
    return getattr(sympy, name, sympy.Function(name))(*operands)


NAMES = {
    "arcsin": "asin", "arccos": "acos", "arctan": "atan", "arctan2": "atan2", "arcsinh": "asinh", "arccosh": "acosh", "arctanh": "atanh",
    "abs": "Abs", "maximum": "Max", "minimum": "Min", "larger": "Max", "smaller": "Min", "gamma": "gamma", "lgamma": "loggamma",
}  # fmt: skip
"""What SymPy calls an operation otherwise."""


WRITTEN: dict[str, Callable[..., Any]] = {
    "pow": lambda s, x, y: x**y,
    "exp2": lambda s, x: 2**x,
    "exp10": lambda s, x: 10**x,
    "expm1": lambda s, x: s.exp(x) - 1,
    "log1p": lambda s, x: s.log(1 + x),
    "log2": lambda s, x: s.log(x, 2),
    "log10": lambda s, x: s.log(x, 10),
    "hypot": lambda s, x, y: s.sqrt(x**2 + y**2),
    "expit": lambda s, x: 1 / (1 + s.exp(-x)),
    "ndtr": lambda s, x: (1 + s.erf(x / s.sqrt(2))) / 2,
}
"""What SymPy has no function for."""


def number(x: Any) -> Any:
    import sympy

    return sympy.Rational(x.numerator, x.denominator) if isinstance(x, Fraction) else sympy.Float(float(x))
