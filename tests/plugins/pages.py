"""The programs of docs/plugging-in.md, which say behind their fence what package they need."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "plugging-in.md"


def program(package: str, folder: Path) -> dict[str, Any]:
    """What the program of the page that needs this package has defined, once it ran; skipped where the package is absent."""
    pytest.importorskip(package, reason=f"pip install 'everypath[{package}]'")
    (text,) = re.findall(rf"^```python {package}\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    file = folder / f"with_{package}.py"
    file.write_text(text, encoding="utf-8")
    return runpy.run_path(str(file))
