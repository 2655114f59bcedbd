"""The documentation site: Sphinx over the Markdown of this folder, the notebooks of examples/ and the docstrings. `make docs`."""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path
from typing import Any

import everypath

HERE = Path(__file__).parent
PROJECT = tomllib.loads((HERE.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
SOURCE = PROJECT["urls"]["Source"]

project = "everypath"
author = PROJECT["authors"][0]["name"]
version = release = everypath.__version__

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.viewcode", "sphinx_copybutton"]
exclude_patterns = ["_build", "gallery/*.html"]
html_theme = "furo"
html_title = "everypath"
html_theme_options = {"source_repository": SOURCE, "source_branch": "main", "source_directory": "docs/"}
html_show_sphinx = False
html_math_renderer = "mathml"

nb_execution_mode = "off"  # notebooks are kept with what they show; tests/test_examples.py runs them
myst_enable_extensions = ["dollarmath", "fieldlist"]
myst_heading_anchors = 3
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True

autodoc_typehints = "none"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True

# Markdown in docstrings -----------------------------------------------------------------------------------------------


def as_restructured(app: Any, what: str, name: str, item: Any, options: Any, lines: list[str]) -> None:
    """A docstring, in Markdown as all prose here, in the words of autodoc: code, links to pages, and indented blocks."""
    blocks = "\n".join(lines).split("\n\n")
    text = "\n\n".join(block if block.lstrip().startswith(">>>") else prose(block) for block in blocks)
    text = re.sub(r"\n\n((?:    .*\n?|\n)+)", lambda found: literal(found[1]), text)
    lines[:] = text.split("\n")


def prose(block: str) -> str:
    """A paragraph: code in two backticks instead of one, links to pages as roles, stars that are no emphasis."""
    if block.startswith("    "):
        return block
    if re.match(r"\|.*\n\|[-| :]+\n", block):
        return table(block)
    block = re.sub(r"\[([^\]]+)\]\(docs/([^)]+)\.md\)", r":doc:`\1 </\2>`", block)
    parts = re.split(r"(:doc:`[^`]*`|`[^`]*`)", block)
    parts = [
        f"`{part}`" if part.startswith("`") else part if part.startswith(":doc:") else re.sub(r"([*|])", r"\\\1", part) for part in parts
    ]
    return "".join(parts)


def table(block: str) -> str:
    """A table of Markdown."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in block.splitlines()]
    lines = [".. list-table::", "   :header-rows: 1", ""]
    for row in (row for row in rows if set("".join(row)) - set("-: ")):
        lines += [f"   {'* -' if k == 0 else '  -'} {prose(cell)}" for k, cell in enumerate(row)]
    return "\n".join(lines)


def literal(block: str) -> str:
    """An indented block, which shows how something looks."""
    return f"\n\n.. code-block:: none\n\n{block}\n" if block.strip() else f"\n\n{block}"


# Mathematics, with nothing to load ------------------------------------------------------------------------------------


def mathml(node: Any, **how: str) -> str:
    """LaTeX as MathML, which browsers set themselves."""
    from latex2mathml.converter import convert

    made: str = convert(node.astext(), **how)
    return made


def in_line(page: Any, node: Any) -> None:
    """A formula among words, as MathML."""
    from docutils import nodes

    page.body.append(mathml(node))
    raise nodes.SkipNode


def on_its_own(page: Any, node: Any) -> None:
    """A formula on a line of its own."""
    from docutils import nodes

    page.body.append(f'<div class="math">{mathml(node, display="block")}</div>')
    raise nodes.SkipNode


# Pages ----------------------------------------------------------------------------------------------------------------


def with_notebooks(app: Any) -> None:
    """The notebooks of examples/ are pages of the site."""
    target = HERE / "examples"
    target.mkdir(exist_ok=True)
    for notebook in (HERE.parent / "examples").glob("*.ipynb"):
        shutil.copyfile(notebook, target / notebook.name)


def on_the_site(app: Any, name: str, source: list[str]) -> None:
    """Links to notebooks lead to their pages, and pages that the front page forgets are among its themes."""
    source[0] = re.sub(r"\]\((?:\.\./)+examples/", "](/examples/", source[0])
    if name == "index":
        forgotten = [
            path.stem for path in sorted(HERE.glob("*.md")) if path.stem != "index" and not re.search(rf"\b{path.stem}\b", source[0])
        ]
        source[0] = source[0].replace("\nrules\n", "\n".join(["", "rules", *forgotten, ""]), 1)


def setup(app: Any) -> None:
    """Sphinx asks for this."""
    app.add_html_math_renderer("mathml", (in_line, None), (on_its_own, None))
    app.connect("builder-inited", with_notebooks)
    app.connect("source-read", on_the_site)
    app.connect("autodoc-process-docstring", as_restructured)
