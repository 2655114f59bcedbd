"""An explanation at the end of a notebook's cell, in a real kernel."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

nbclient: Any = pytest.importorskip("nbclient", reason="pip install 'everypath[notebooks]'")
nbformat: Any = pytest.importorskip("nbformat", reason="pip install 'everypath[notebooks]'")
pytest.importorskip("ipykernel", reason="pip install 'everypath[notebooks]'")

CELL = """
import math
import everypath as ep
def f(t):
    x = t**2
    return x * math.sin(t)
ep.explain(f)(1.5)
"""


@pytest.mark.filterwarnings("ignore")
def test_a_cell_shows_the_page_in_a_shadow_tree_and_the_text_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = Path(__file__).parents[2] / "src"
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(source), os.environ.get("PYTHONPATH", "")]))
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])
    nbclient.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    (output,) = notebook.cells[0].outputs
    assert output.output_type == "execute_result" and set(output.data) == {"text/plain", "text/html"}
    assert output.data["text/plain"].startswith("f(t) at t = 1.5") and "✓" in output.data["text/plain"]
    assert '<template shadowrootmode="open">' in output.data["text/html"] and 'class="zoom"' in output.data["text/html"]
