"""The answer of `explain`: the facts, in every form in which they can be looked at."""

from __future__ import annotations

from pathlib import Path as FilePath
from typing import Any

from ..bugs import ours
from ..compiling import roomy
from ..terminal import shown
from .facts import Facts
from .forms.data import json_text
from .forms.page.page import cell, html
from .forms.text import text
from .formulas.notation import number_text


class Explanation(Facts):
    """Why a derivative is what it is. Print it, show it in a notebook, or take `html()`, `json()`, `paths("x[3]", 10)`.

    value       the function's value
    gradient    the derivative, in the containers of the chosen arguments
    checks      for one element of each input, what the compiled code and differences say
    """

    @ours("writing an explanation")
    @roomy
    def text(self, width: int = 100) -> str:
        """The whole explanation as text, at most about `width` columns wide."""
        return text(self, width)

    @ours("writing an explanation")
    @roomy
    def html(self) -> str:
        """A page that stands alone: SVG and MathML, nothing to load."""
        return html(self)

    def save(self, path: str | FilePath) -> None:
        """Write `html()` to a file."""
        FilePath(path).write_text(self.html(), encoding="utf-8")

    @ours("writing an explanation")
    @roomy
    def json(self) -> str:
        """Nodes, edges, paths and checks as JSON; NaN and infinities are strings."""
        return json_text(self)

    def __str__(self) -> str:
        """`text()`, in ASCII where standard output can show no more."""
        return shown(self.text())

    def __repr__(self) -> str:
        return f"<explanation of {self.name}: {self.result} = {number_text(self.value)}; print it>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": self.text(), "text/html": cell(self)}
