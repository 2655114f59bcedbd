"""A derivative as the sum over its paths: each product above the other, as one adds by hand."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from ...answers import Derivative
from ...facts import Facts
from ...formulas.labels import Label
from ...formulas.mathml import math_held, mathml, mn, mo
from ...formulas.notation import PRODUCT, count_text, number_text, unicode_text
from ...formulas.symbolic import Number
from ...paths.search import Path
from ..colours import STRANDS
from ..spark import crossings_text
from ..strands import MOST, along
from ..text import FACTORS, OVERFLOW, UNKNOWN_REST, WORTH_SAYING

WIDE = 105
"""Where any path's formulas have more characters than this, none is shown: the table of local derivatives has them."""

NAMES = 12
"""Of a path with more nodes than this, the middle is left out."""


def math(*parts: str) -> str:
    """A formula; one wider than its place scrolls."""
    return f'<span class="m"><math>{"".join(parts)}</math></span>'


def symbol(label: Label) -> str:
    """A name as MathML."""
    return mathml(label.symbol())


def result_label(e: Facts) -> Label:
    return e.labels.element(e.graph.result) if e.graph.result >= 0 else Label(e.name)


def fraction(above: Label, below: Label, total: bool = False) -> str:
    """∂above/∂below, or with d."""
    d = "<mi mathvariant='normal'>d</mi>" if total else "<mo>∂</mo>"
    return f"<mfrac><mrow>{d}{symbol(above)}</mrow><mrow>{d}{symbol(below)}</mrow></mfrac>"


def sum_section(e: Facts, d: Derivative, place: int, first: int) -> str:
    """The section of one derivative: that in input `place`; its paths are numbered from `first` on."""
    what = fraction(result_label(e), d.label, e.total) + (f"<mtext> through {escape(d.through)}</mtext>" if d.through else "")
    if d.reason:
        return f"<section><h2>{math(what, mo('='), '<mn>0</mn>')}</h2><p>{escape(d.reason)}</p></section>"
    if d.count is None:
        through = f"Its paths run through {', '.join(e.withheld)} and are not listed."
        return f"<section><h2>{math(what, mo('='), mn(d.value))}</h2><p>{through}</p></section>"
    how_many = "its one path" if d.count == 1 else f"{count_text(d.count)} paths"
    form = form_of(e, d)
    rows = "".join(path_row(e, p, d, first + k, form) for k, p in enumerate(d.paths))
    if d.count > len(d.paths):
        others = f"the other {count_text(d.count - len(d.paths))} paths"
        number, said = (number_text(d.remainder), others) if d.remainder is not None else ("", f"{others}: {UNKNOWN_REST}")
        rows += row("rest", f'<td class="v">{number}</td>', said)
    if d.count > 1:
        rows += row("sum", f'<td class="v" data-sum="{place}">{number_text(d.value)}</td>', "their sum")
    turns = "".join(
        f'<p class="note">By the turn where paths {c.kind} the loop: {escape(crossings_text(c, 8))}.</p>' for c in e.crossings(d)
    )
    warning = ""
    if d.overflows:
        warning = f'<p class="warning">{OVERFLOW}</p>'
    elif d.cancellation is not None and np.isfinite(d.cancellation) and d.cancellation > WORTH_SAYING:
        warning = f'<p class="warning">The paths cancel: Σ|path| is {number_text(d.cancellation, 3)} times the derivative.</p>'
    return (
        f"<section><h2>{math(what)} is the sum over {how_many}</h2>{chain_rule(e, d)}"
        f'<table class="paths" aria-label="each path and its product">{rows}</table>{turns}{closed_form(e, d, what)}{warning}</section>'
    )


def closed_form(e: Facts, d: Derivative, what: str) -> str:
    """The whole derivative as one formula, where it says more than the one step there is."""
    formula = e.closed(d.element) if max((len(p.partials) for p in d.paths), default=0) > 1 else None
    if formula is None or isinstance(formula, Number) or len(unicode_text(formula)) > 2 * WIDE:
        return ""
    return f'<p class="rule">in closed form {math(what, mo("="), mathml(formula))}</p>'


def row(kind: str, number: str, said: str) -> str:
    return f'<tr class="{kind}">{number}<td class="share"></td><td>{said}</td></tr>'


def chain_rule(e: Facts, d: Derivative) -> str:
    """dz/dt = ∂z/∂x ∂x/∂t + ∂z/∂y ∂y/∂t, in symbols and in numbers."""
    steps = e.steps(d.element)
    if d.through or not 1 < len(steps) <= 4 or sum(len(str(e.labels.element(child))) for child, _ in steps) > WIDE // 4:
        return ""
    z, terms, numbers = result_label(e), [], []
    for child, partial in steps:
        label = e.labels.element(child)
        direct = fraction(label, d.label)
        terms.append(math(direct if child == e.graph.result else fraction(z, label) + mo("·") + direct))
        size = f"{signed(float(e.sweeps.derivative[child]))}{mo('·')}{signed(partial)}"
        numbers.append(math(signed(partial) if child == e.graph.result else size))
    what = math(fraction(z, d.label, e.total))
    return f'<p class="rule">{what} = {" + ".join(terms)} <span class="numbers">= {" + ".join(numbers)}</span></p>'


def signed(x: float) -> str:
    inner = f"<mrow>{mn(x)}</mrow>"
    return f"<mrow>{mo('(')}{inner}{mo(')')}</mrow>" if number_text(x).startswith("−") else inner


def form_of(e: Facts, d: Derivative) -> str:
    """How all rows of a sum are written: "formulas", "numbers", or "names" alone where paths are long."""
    if any(len(p.partials) > FACTORS for p in d.paths):
        return "names"
    longest = max((sum(len(unicode_text(f)) + 3 for f in e.factors(p)) for p in d.paths), default=0)
    return "formulas" if longest <= WIDE else "numbers"


def path_row(e: Facts, path: Path, d: Derivative, number: int, form: str) -> str:
    dot = " · "
    cells = names(e, path.elements)
    factors = e.factors(path) if form == "formulas" else []
    if form == "formulas" and len(factors) > 1:
        cells += f' <span class="eq">= {dot.join(math(math_held(f, False, PRODUCT)) for f in factors)}</span>'
    elif factors and not isinstance(factors[0], Number):
        cells += f' <span class="eq">= {math(mathml(factors[0]))}</span>'
    if form != "names" and len(path.partials) > 1:
        cells += f' <span class="eq">= {dot.join(math(signed(p)) for p in path.partials)}</span>'
    share = abs(path.product) / d.mass if d.mass and np.isfinite(path.product) and np.isfinite(d.mass) else 0.0
    sign = "minus" if path.product < 0 else "plus"
    edges = " ".join(map(str, dict.fromkeys(along(e, path))))
    colour = f" p{number % len(STRANDS)}" if number < MOST else ""
    product = f'<td class="v" data-product="{number}">{number_text(path.product)}</td>'
    bar = f'<td class="share"><span class="bar {sign}{colour}" style="width:{100 * share:.1f}%"></span></td>'
    return f'<tr tabindex="0" data-path="{number}" data-edges="{edges}">{product}{bar}<td class="path">{cells}</td></tr>'


def names(e: Facts, elements: Sequence[int]) -> str:
    """The nodes along a path; of very many the ends."""
    if len(elements) <= NAMES:
        return " → ".join(math(symbol(e.labels.element(k))) for k in elements)
    first, last = ([math(symbol(e.labels.element(k))) for k in part] for part in (elements[:4], elements[-4:]))
    return " → ".join([*first, f"… {len(elements) - 8:,} more …", *last])
