"""The answer of `explain`: the facts, in every form in which they can be looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path as FilePath
from typing import Any

from ..bugs import ours
from ..compiling import roomy
from ..errors import InvalidArgument
from ..terminal import shown
from ..tracebacks import all_for_the_user
from .compare import Comparison
from .facts import Facts
from .forms import graphviz, markdown, plot, tex
from .forms.data import json_text
from .forms.page.page import cell, html
from .forms.svg import svg_file
from .forms.text import text
from .formulas.closed import sympy_of
from .formulas.notation import number_text, unicode_text
from .formulas.symbolic import Expression
from .formulas.tex import tex as formula_tex
from .matrices import Equation, equations
from .why import why


@dataclass(frozen=True)
class Formula:
    """A closed form. `str` gives it as text."""

    expression: Expression

    def __str__(self) -> str:
        return unicode_text(self.expression)

    def __repr__(self) -> str:
        return f"<formula {self}>"

    def tex(self) -> str:
        """It in LaTeX, for a place in mathematics."""
        return formula_tex(self.expression)

    def sympy(self) -> Any:
        """It as an expression of SymPy; without SymPy an InvalidArgument."""
        try:
            return sympy_of(self.expression)
        except ImportError:
            raise InvalidArgument("SymPy is not installed: pip install 'everypath[sympy]'") from None


@all_for_the_user
class Explanation(Facts):
    """Why a derivative is what it is. Print it, show it in a notebook, `save("lecture.svg")`, or ask it: `paths("x[3]", 10)`.

    value       the function's value
    gradient    the derivative, in the containers of the chosen arguments
    checks      for one element of each input, what the compiled code and differences say
    verdict     (a mark, what it means): ✓ checked, · a kink, NaN, or not checked, ✗ wrong

    Each form is a method called like its suffix: `html()`, `svg()`, `png()`, `pdf()`, `tex()`, `dot()`, `mmd()`, `md()`, `json()`, `txt()`.

    >>> import everypath as ep
    >>> e = ep.explain(lambda w, x: (w * x) ** 2)(3.0, 2.0)
    >>> e.value, e.gradient, e.verdict
    (36.0, 24.0, ('✓', 'checked'))
    >>> [path.partials for path in e.paths("w").paths]
    [(24.0,)]
    """

    @ours("writing an explanation")
    @roomy
    def text(self, width: int = 100) -> str:
        """The whole explanation as text, at most about `width` columns wide."""
        return text(self, width)

    def txt(self) -> str:
        """`text()`."""
        return self.text()

    @ours("writing an explanation")
    @roomy
    def html(self) -> str:
        """A page that stands alone, with nothing to load: the program beside its graph, steps forwards and backwards, the sum, sliders."""
        return html(self)

    @cached_property
    def formula(self) -> Formula | None:
        """The derivative in the first input in closed form, on the branch that was taken: print it, or take `tex()` or `sympy()`.

        None where a step has no formula, or the whole is too long to read. Its value is compared with the derivative.
        """
        return self.formula_of()

    @roomy
    def formula_of(self, of: str | None = None) -> Formula | None:
        """The same for any input, element or inner variable: "w[0]", "h"."""
        if of is None and not self.inputs:
            return None
        found = self.closed(self.element(of) if of is not None else self.focus(self.inputs[0]))
        return None if found is None else Formula(found)

    @roomy
    def backpropagation(self) -> list[Equation]:
        """The equations of whole matrices from the result back, as books write them: `text`, `tex`, `shape`, `value`.

        Empty where no matrices are multiplied, or a step has no rule for whole matrices. Each was compared with the derivative.
        """
        return equations(self)

    @roomy
    def compare(self, other: Explanation) -> Comparison:
        """This explanation beside another of the same function, at other inputs or after training: what changed most comes first.

        Values, adjoints and local derivatives are matched by their names; of arrays the norms are compared. Another function is an
        InvalidArgument.
        """
        if not isinstance(other, Explanation):
            raise InvalidArgument(f"an explanation is compared with another one, not with {other!r}")
        if other.name != self.name:
            raise InvalidArgument(f"two explanations of one function are compared, not those of {self.name} and {other.name}")
        return Comparison(self, other)

    @roomy
    def why(self) -> list[str]:
        """Why it is 0, NaN, infinite, huge, tiny, lost by cancellation or at a kink, in sentences; empty where nothing is unusual.

        Each names what says so: the operation where paths end, the factor that is 0, where a NaN is born and with which operands, the
        growth for each step of a loop, the slopes on both sides of a kink.
        """
        return why(self)

    @ours("writing an explanation")
    @roomy
    def svg(self) -> str:
        """The drawing alone, with each path to its product and the sum."""
        return svg_file(self)

    @ours("writing an explanation")
    @roomy
    def png(self, resolution: float = 200.0) -> bytes:
        """The drawing as an image of `resolution` dots an inch. Needs matplotlib; without it, InvalidArgument."""
        return plot.picture(self, "png", resolution)

    @ours("writing an explanation")
    @roomy
    def pdf(self) -> bytes:
        """The drawing as a page of its size. Needs matplotlib; without it, InvalidArgument."""
        return plot.picture(self, "pdf")

    @ours("writing an explanation")
    @roomy
    def tex(self) -> str:
        """A LaTeX document that compiles as it is (amsmath, tikz): the graph as a TikZ picture, the derivation as `align`."""
        return tex.document(self)

    @ours("writing an explanation")
    @roomy
    def dot(self) -> str:
        """The graph in DOT, Graphviz's language."""
        return graphviz.dot(self)

    @ours("writing an explanation")
    @roomy
    def mmd(self) -> str:
        """The graph as a Mermaid flow chart."""
        return graphviz.mermaid(self)

    @ours("writing an explanation")
    @roomy
    def md(self) -> str:
        """The whole explanation as Markdown, the graph in it by Mermaid."""
        return markdown.markdown(self)

    @ours("writing an explanation")
    @roomy
    def json(self) -> str:
        """Nodes, edges, paths and checks as JSON; NaN and infinities are strings."""
        return json_text(self)

    def save(self, path: str | FilePath) -> None:
        """Write the form that the suffix of `path` names: .html, .svg, .png, .pdf, .tex, .dot, .mmd, .md, .json or .txt.

        Another suffix is an InvalidArgument that lists them.
        """
        form = FORMS.get(FilePath(path).suffix.lower())
        if form is None:
            suffix = FilePath(path).suffix or "a name without a suffix"
            raise InvalidArgument(f"an explanation is saved as {', '.join(FORMS)}, not as {suffix}: {FilePath(path).name}")
        made = form(self)
        if isinstance(made, bytes):
            FilePath(path).write_bytes(made)
        else:
            FilePath(path).write_text(made, encoding="utf-8")

    def __str__(self) -> str:
        """`text()`, in ASCII where standard output can show no more."""
        return shown(self.text())

    def __repr__(self) -> str:
        return f"<explanation of {self.name}: {self.result} = {number_text(self.value)}; print it>"

    @ours("writing an explanation")
    @roomy
    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": self.text(), "text/html": cell(self)}


FORMS: dict[str, Callable[[Explanation], str | bytes]] = {
    ".html": Explanation.html,
    ".svg": Explanation.svg,
    ".png": Explanation.png,
    ".pdf": Explanation.pdf,
    ".tex": Explanation.tex,
    ".dot": Explanation.dot,
    ".mmd": Explanation.mmd,
    ".md": Explanation.md,
    ".json": Explanation.json,
    ".txt": Explanation.txt,
}
"""Each suffix and the form it stands for."""
