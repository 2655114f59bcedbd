"""Backpropagation as books write it: one equation of whole matrices for each value, from the result back.

    ∂loss/∂h  = W2ᵀ ∂loss/∂o
    ∂loss/∂W1 = (∂loss/∂h ⊙ (1 − tanh²(W1 x))) xᵀ

Each equation is made beside the numbers it stands for, by the rules of matrix calculus (Magnus & Neudecker 1999; Giles 2008), and given
only where the numbers are the derivative.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..ir.op import DEFINITIONS
from ..ops.rules import Elementwise, Selects
from .facts import Facts
from .formulas.notation import ATOM, POWER, PRODUCT, SUM, symbol_text, written
from .formulas.symbolic import Expression, Number, lifted
from .formulas.tex import tex, text_tex
from .run.tape import NOTHING, Array, Record, Scalar

LONGEST = 160
"""An equation of more characters than this says nothing."""


class Unsaid(Exception):
    """A step that has no rule here."""


@dataclass(frozen=True)
class Term:
    """A matrix as text and TeX, how tightly the text holds together, and its numbers. `ones` has one number in all places."""

    text: str
    tex: str
    tightness: int
    value: np.ndarray
    ones: bool = False

    def held(self, least: int) -> tuple[str, str]:
        """Text and TeX, in parentheses where they hold together less tightly."""
        return (self.text, self.tex) if self.tightness >= least else (f"({self.text})", rf"\left({self.tex}\right)")


@dataclass(frozen=True)
class Equation:
    """∂result/∂name = text, for all elements at once."""

    name: str
    shape: tuple[int, ...]
    text: str
    tex: str
    value: np.ndarray

    def __str__(self) -> str:
        return self.text


def equations(e: Facts) -> list[Equation]:
    """The equations from the result back to the inputs; empty where there is no product of matrices, or a step has no rule here."""
    e = e.base
    makers = e.tape.makers
    if e.tape.folded or e.graph.result < 0 or not any(r.op is not None and r.op.name == "matmul" for r in makers):
        return []
    try:
        return Backwards(e).equations(makers)
    except Unsaid:
        return []


class Backwards:
    """One walk from the result back."""

    def __init__(self, e: Facts) -> None:
        self.e = e
        self.arrived: dict[Record, list[Term]] = {}
        self.shown = {node.record for node in e.graph.nodes}

    def equations(self, makers: Sequence[Record]) -> list[Equation]:
        last = self.e.tape.maker(self.e.graph.result)
        if last.shape:
            raise Unsaid
        self.arrived[last] = [Term("1", "1", ATOM, np.ones(()), ones=True)]
        made = []
        for record in reversed(makers):
            terms = self.arrived.get(record)
            if terms is None:
                continue
            total = added(terms)
            if record in self.shown and record is not last:
                made.append(self.equation(record, total))
                total = self.symbol(record, total.value)
            if record.op is not None:
                self.onward(record, total)
        return made

    def symbol(self, record: Record, value: np.ndarray) -> Term:
        above = self.e.labels.element(self.e.graph.result)
        below = self.e.labels.of.get(record) or self.e.labels.node(self.e.graph.at(record.start))
        fraction = rf"\frac{{\partial {tex(above.symbol())}}}{{\partial {tex(below.symbol())}}}"
        return Term(f"∂{above}/∂{below}", fraction, POWER, value)

    def equation(self, record: Record, total: Term) -> Equation:
        known = self.e.sweeps.derivative[record.start : record.start + record.size].reshape(record.shape)
        small = 1e-12 * max(1.0, np.abs(known).max(initial=0.0))
        if total.value.shape != known.shape or not np.allclose(total.value, known, rtol=1e-9, atol=small):
            raise Unsaid
        if len(total.text) > LONGEST:
            raise Unsaid
        name = self.symbol(record, known)
        right, right_tex = ("𝟏", r"\mathbf{1}") if total.ones and record.shape and total.text == "1" else (total.text, total.tex)
        return Equation(name.text, record.shape, f"{name.text} = {right}", f"{name.tex} = {right_tex}", known)

    # One step -----------------------------------------------------------------------------------------------------

    def onward(self, record: Record, arrived: Term) -> None:
        """What a record hands to each of its operands."""
        assert record.op is not None
        if record.operands is None:
            raise Unsaid
        for k, operand in enumerate(record.operands):
            parent = self.parent(operand)
            if parent is None:
                continue
            maker, turned = parent
            part = self.handed(record, k, arrived)
            self.arrived.setdefault(maker, []).append(transposed(part) if turned else part)

    def parent(self, operand: Any) -> tuple[Record, bool] | None:
        """(who made all elements of an operand, whether it is turned over); None for what depends on no input."""
        if isinstance(operand, Scalar):
            return None if operand.id == NOTHING or operand.record is None else self.whole(operand.record, np.array(operand.id))
        if not isinstance(operand, Array) or not operand.ids.size or operand.ids.max() < 0:
            return None
        return self.whole(self.e.tape.maker(int(operand.ids.flat[0])), operand.ids)

    def whole(self, maker: Record, ids: np.ndarray) -> tuple[Record, bool]:
        own = np.arange(maker.start, maker.start + maker.size).reshape(maker.shape)
        if np.array_equal(ids, own):
            return maker, False
        if ids.ndim == 2 and np.array_equal(ids.T, own):
            return maker, True
        raise Unsaid

    def handed(self, record: Record, k: int, arrived: Term) -> Term:
        assert record.op is not None and record.operands is not None
        name, operands = record.op.name, record.operands
        rule = DEFINITIONS[name].rule
        if name == "matmul":
            return self.product(operands, k, arrived)
        if name == "sum":
            shape = np.shape(operands[0].ids)
            axes = record.op.attributes["axes"]
            value = arrived.value if record.op.attributes["keepdims"] else np.expand_dims(arrived.value, tuple(axes))
            if record.shape:
                raise Unsaid
            return Term(arrived.text, arrived.tex, arrived.tightness, np.broadcast_to(value, shape), ones=True)
        if name in ("copy", "cast"):
            return arrived
        if isinstance(rule, Elementwise):
            return self.elementwise(record, rule, k, arrived)
        raise Unsaid

    def elementwise(self, record: Record, rule: Elementwise, k: int, arrived: Term) -> Term:
        assert record.operands is not None
        partial = rule.partials[k]
        if partial is None or isinstance(partial, Selects):
            raise Unsaid
        values = [number_of(o) for o in record.operands]
        with np.errstate(all="ignore"):
            local = np.broadcast_to(np.asarray(partial(*values, np.asarray(record.data)), np.float64), record.shape)
        formula = self.e.formulas.array_factor(record, rule, k)
        if formula is None:
            raise Unsaid
        made = times(arrived, factor(lifted(formula), local))
        shape = np.shape(record.operands[k].ids) if isinstance(record.operands[k], Array) else ()
        return made if shape == record.shape else gathered(made, shape)

    def product(self, operands: Sequence[Any], k: int, arrived: Term) -> Term:
        """Y = A B: G Bᵀ for A, Aᵀ G for B; vectors stand upright."""
        a, b = (self.operand(o) for o in operands)
        g = arrived
        dims = (a.value.ndim, b.value.ndim)
        if dims == (2, 2):
            return beside(g, transposed(b)) if k == 0 else beside(transposed(a), g)
        if dims == (2, 1):
            return outer(g, b) if k == 0 else beside(transposed(a), g)
        if dims == (1, 2):
            return beside(b, g) if k == 0 else outer(a, g)
        if dims == (1, 1):
            return times(Term(g.text, g.tex, g.tightness, np.broadcast_to(g.value, b.value.shape), True), b if k == 0 else a)
        raise Unsaid

    def operand(self, operand: Any) -> Term:
        return factor(self.e.formulas.whole(operand), number_of(operand))


def number_of(operand: Any) -> np.ndarray:
    """The numbers of an operand, if they were kept."""
    if operand.value is None:
        raise Unsaid
    return np.asarray(operand.value, np.float64)


# Terms ----------------------------------------------------------------------------------------------------------------


def factor(e: Expression, value: np.ndarray) -> Term:
    """A formula whose arrays are single symbols."""
    text, tightness = written(e, symbol_text)
    if "…" in text:
        raise Unsaid
    plain = re.sub(r"\(([^\W·]+ [^\W·]+)\) ([+−])", r"\1 \2", text.replace(" @ ", " "))
    return Term(plain, tex(e), tightness, np.asarray(value, np.float64), isinstance(e, Number))


def times(a: Term, b: Term) -> Term:
    """Element by element; what is one number in all places is a factor before."""
    value = a.value * b.value
    if a.text == "1" or b.text == "1":
        kept = b if a.text == "1" else a
        return Term(kept.text, kept.tex, kept.tightness, value, a.ones and b.ones)
    one, other = (b, a) if b.ones and not a.ones else (a, b)
    scale = one.ones or not value.ndim
    (s, t), (s2, t2) = one.held(PRODUCT if scale else POWER), other.held(PRODUCT if scale else POWER)
    sign, tex_sign = ("·", r" \cdot ") if scale else (" ⊙ ", r" \odot ")
    if s == "−1":
        return Term(f"−{other.held(PRODUCT)[0]}", f"-{other.held(PRODUCT)[1]}", SUM, value, a.ones and b.ones)
    return Term(f"{s}{sign}{s2}", f"{t}{tex_sign}{t2}", PRODUCT if scale else SUM, value, a.ones and b.ones)


def beside(a: Term, b: Term) -> Term:
    """The product of two matrices, or of a matrix and a vector."""
    (s, t), (s2, t2) = (ones(x).held(PRODUCT) for x in (a, b))
    return Term(f"{s} {s2}", rf"{t}\,{t2}", PRODUCT, a.value @ b.value)


def outer(a: Term, b: Term) -> Term:
    (s, t), (s2, t2) = ones(a).held(PRODUCT), ones(b).held(ATOM)
    return Term(f"{s} {s2}ᵀ", rf"{t}\,{{{t2}}}^{{\top}}", PRODUCT, np.multiply.outer(a.value, b.value))


def ones(a: Term) -> Term:
    """One number in all places, written as that many ones."""
    if not a.ones or not a.value.ndim:
        return a
    head, head_tex = ("", "") if a.text == "1" else (f"{a.held(PRODUCT)[0]}·", rf"{a.held(PRODUCT)[1]} \cdot ")
    return Term(f"{head}𝟏", rf"{head_tex}\mathbf{{1}}", PRODUCT if head else ATOM, a.value)


def transposed(a: Term) -> Term:
    """Aᵀ; a vector is its own."""
    if a.value.ndim < 2:
        return a
    if a.text.endswith("ᵀ") and " " not in a.text:
        return Term(a.text[:-1], a.tex.removesuffix(r"^{\top}").removeprefix("{").removesuffix("}"), a.tightness, a.value.T)
    s, t = ones(a).held(ATOM)
    return Term(f"{s}ᵀ", rf"{{{t}}}^{{\top}}", POWER, a.value.T)


def gathered(a: Term, shape: tuple[int, ...]) -> Term:
    """What broadcasting spread, added up again."""
    value = a.value
    lead = value.ndim - len(shape)
    axes = tuple(range(lead)) + tuple(k + lead for k, n in enumerate(shape) if n == 1 and value.shape[k + lead] != 1)
    s, t = ones(a).held(SUM)
    where = "" if len(axes) == value.ndim else f", axis {axes[0]}" if len(axes) == 1 else f", axes {axes}"
    total = value.sum(axis=axes).reshape(shape)
    over = f"_{{{text_tex(where.strip(', '))}}}" if where else ""
    return Term(f"sum({s}{where})", rf"\textstyle\sum{over.replace('axis ', '')} {t}", ATOM, total)


def added(terms: Sequence[Term]) -> Term:
    total = np.sum([t.value for t in terms], axis=0)
    often = Counter((ones(t).text, ones(t).tex, ones(t).tightness) for t in terms)
    if len(often) == 1:
        ((text, as_tex, tightness), n), *_ = often.items()
        held, held_tex = Term(text, as_tex, tightness, total).held(PRODUCT)
        return terms[0] if n == 1 else Term(f"{n}·{held}", rf"{n} \cdot {held_tex}", PRODUCT, total)
    parts = [added([t for t in terms if ones(t).text == text]).held(SUM) for text, _, _ in often]
    return Term(" + ".join(s for s, _ in parts), " + ".join(t for _, t in parts), SUM, total)
