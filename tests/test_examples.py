"""The notebooks of examples/: every cell runs, one after the other, as Jupyter would run them, and what they show is kept in them."""

from __future__ import annotations

import ast
import importlib.util
import json
import linecache
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

EXAMPLES = Path(__file__).parent.parent / "examples"
NOTEBOOKS = sorted(EXAMPLES.glob("*.ipynb"))


def cells_of(notebook: Path) -> list[dict[str, Any]]:
    """The cells with code."""
    return [cell for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]


def packages(sources: list[str]) -> list[str]:
    """The packages that code imports, wherever it does."""
    found: list[str] = []
    for source in sources:
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Import):
                found += [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.append(node.module)
    return sorted({name.split(".")[0] for name in found})


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_cells_run(notebook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sources = ["".join(cell["source"]) for cell in cells_of(notebook)]
    missing = [name for name in packages(sources) if importlib.util.find_spec(name) is None]
    if missing:
        pytest.skip(f"{notebook.name} needs {', '.join(missing)}")
    monkeypatch.setenv("MPLBACKEND", "agg")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(EXAMPLES))
    module = ModuleType("__main__")
    monkeypatch.setitem(sys.modules, "__main__", module)
    for k, source in enumerate(sources):
        name = f"<{notebook.stem}, cell {k + 1}>"
        linecache.cache[name] = len(source), None, source.splitlines(keepends=True), name
        exec(compile(source, name, "exec"), module.__dict__)


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_outputs_are_kept_and_say_no_paths_of_a_machine(notebook: Path) -> None:
    assert any(cell["outputs"] for cell in cells_of(notebook)), "run it with `make notebooks`"
    text = notebook.read_text(encoding="utf-8")
    assert not any(place in text for place in ("/home/", "/root/", "/Users/", "/tmp/", "/work/"))
    assert len(text) < 2_000_000
