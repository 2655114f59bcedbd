"""The answer of `explain`: the facts, in every form in which they can be looked at."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path as FilePath
from typing import Any

from ..bugs import ours
from ..compiling import roomy
from ..errors import InvalidArgument
from ..terminal import shown
from .facts import Facts
from .forms import graphviz, markdown, plot, tex
from .forms.data import json_text
from .forms.page.page import cell, html
from .forms.svg import svg_file
from .forms.text import text
from .formulas.notation import number_text


class Explanation(Facts):
    """Why a derivative is what it is. Print it, show it in a notebook, `save("lecture.svg")`, or ask it: `paths("x[3]", 10)`.

    value       the function's value
    gradient    the derivative, in the containers of the chosen arguments
    checks      for one element of each input, what the compiled code and differences say
    verdict     (a mark, what it means): ✓ checked, · a kink, NaN, or not checked, ✗ wrong

    Each form is a method called like its suffix: `html()`, `svg()`, `png()`, `pdf()`, `tex()`, `dot()`, `mmd()`, `md()`, `json()`, `txt()`.
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
