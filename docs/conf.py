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
    block = re.sub(r"\[([^\]]+)\]\(docs/([^)]+)\.md\)", r":doc:`\1 </\2>`", block)
    parts = re.split(r"(:doc:`[^`]*`|`[^`]*`)", block)
    parts = [f"`{part}`" if part.startswith("`") else part if part.startswith(":doc:") else part.replace("*", "\\*") for part in parts]
    return "".join(parts)


def literal(block: str) -> str:
    """An indented block, which shows how something looks."""
    return f"\n\n.. code-block:: none\n\n{block}\n" if block.strip() else f"\n\n{block}"


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
    app.connect("builder-inited", with_notebooks)
    app.connect("source-read", on_the_site)
    app.connect("autodoc-process-docstring", as_restructured)
