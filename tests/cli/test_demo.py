"""The demo, start to end: what it must show, and the files it writes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytest.importorskip("rich", reason="needs rich: pip install 'everypath[demo]'")
pytest.importorskip("sklearn", reason="needs scikit-learn: pip install 'everypath[demo]'")
pytest.importorskip("matplotlib", reason="needs matplotlib: pip install 'everypath[demo]'")


def test_demo(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from everypath.cli import main

    assert main(["demo", "--out", str(tmp_path)]) == 0
    captured = capsys.readouterr()
    out = captured.out
    assert "dz/dt is the sum over 2 paths" in out and "dz/db is the sum over 4 paths" in out
    assert "func @filtered_vjp" in out and "differences agree" in out
    accuracy = re.search(r"images it never saw: (\d\.\d+)", out)
    assert accuracy is not None and float(accuracy[1]) >= 0.95
    assert out.count("✗") == 0
    assert {p.name for p in tmp_path.iterdir()} == {
        "learning.png",
        "weight.html",
        "two_paths.html",
        "two_levels.html",
        "filtered.html",
        "network.html",
    }
    assert "36/36" in captured.err
