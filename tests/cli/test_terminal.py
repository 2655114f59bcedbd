"""On a terminal that shows ASCII only, every command and every printed explanation says the same in other signs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from everypath.terminal import in_ascii

SOURCE = """
import math

def f(β, n=2):
    γ = β**2  # übung
    return γ * math.sin(β) / math.sqrt(β)

def refused(x):
    try:  # für immer
        return x
    except* ValueError:
        pass
"""

ASCII = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}

COMMANDS = {
    "explain FILE:f --at 1.5": 0,
    "explain FILE:f --at 1.5 --json": 0,
    "explain FILE:f --at 1.5 --html OUT": 0,
    "explain FILE:refused --at 1.5": 1,
    "check FILE:f --at 1.5": 0,
    "show FILE:f --at 1.5": 0,
    "show FILE:f --at 1.5 --stage llvm": 0,
    "doctor": 0,
}


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "mine.py"
    path.write_text(SOURCE, encoding="utf-8")
    return path


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command(command: str, program: Path) -> None:
    words = command.replace("FILE", str(program)).replace("OUT", str(program.parent / "page.html")).split()
    done = subprocess.run([sys.executable, "-m", "everypath", *words], capture_output=True, env=ASCII, timeout=120)
    out = done.stdout.decode("ascii")
    assert done.returncode == COMMANDS[command] and "Traceback" not in done.stderr.decode("ascii"), done.stderr
    if "--json" in words:
        assert "β" in json.dumps(json.loads(out), ensure_ascii=False)
    elif "--html" in words:
        assert "γ" in (program.parent / "page.html").read_text(encoding="utf-8")


def test_printed_explanations_and_errors(program: Path) -> None:
    script = program.parent / "script.py"
    script.write_text("import everypath as ep, mine\nprint(ep.explain(mine.f)(1.5))\nep.grad(mine.refused)(1.0)\n", encoding="utf-8")
    done = subprocess.run([sys.executable, script], capture_output=True, env=ASCII, timeout=120)
    assert b"the sum over" in done.stdout.lower() and b"\\u03b3" in done.stdout
    assert done.stderr.decode("ascii").rstrip().endswith("use `except`") and b"NotSupported" in done.stderr


def test_signs_become_marks_and_columns_stay() -> None:
    text = "x² ╮      ∂y/∂x₁ = 3·10⁻¹⁶ ± 1    a\ny  ╯──▶   √x → ∞                b\nplain    c"
    expected = "x^2 +     dy/dx_1 = 3*10^-16 +- 1 a\ny  +-->   sqrt x -> inf         b\nplain    c"
    assert in_ascii(text) == expected
