"""Run notebooks and keep what they show: `make notebooks`, or `python examples/run.py NAME.ipynb …` with nbclient and ipykernel installed.

Times and the version of the kernel are left out, so that a notebook changes only where its code or its results do.
"""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).parent


def run(path: Path) -> None:
    """Run the cells of one notebook from the top, and write it back."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=600, resources={"metadata": {"path": HERE}}).execute()
    for k, cell in enumerate(notebook.cells):
        cell.id, cell.metadata = f"cell-{k:02}", {key: held for key, held in cell.metadata.items() if key != "execution"}
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    nbformat.write(notebook, path)
    print(path.name)


if __name__ == "__main__":
    for one in map(Path, sys.argv[1:]) if sys.argv[1:] else sorted(HERE.glob("*.ipynb")):
        run(one)
