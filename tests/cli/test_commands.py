"""The command line as its users call it: what is printed where, and the exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from everypath import doctor
from everypath.cli import main

SOURCE = """
import numpy as np


def line(w, b):
    y = w * 2.0 + b
    return y * y


def total(x, n):
    s = 0.0
    for i in range(len(x)):
        s += x[i] ** n
    return s


def chosen(p, *, scale=2.0):
    return p * scale


def refuses(x):
    try:
        return x
    except* ValueError:
        pass


def fails(x):
    y = np.zeros(2)
    return y[5] * x
"""


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "mine.py"
    path.write_text(SOURCE, encoding="utf-8")
    return str(path)


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(words)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_explain_prints_every_path(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "explain", f"{file}:line", "--at", "w=0.3,b=-0.1", "--wrt", "w")
    assert code == 0 and not err
    assert "dline/dw is the sum over its one path" in out and "∂y/∂w" in out and "✓" in out


def test_explain_several_arguments(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "explain", f"{file}:line", "--at", "w=0.3,b=-0.1", "--wrt", "w,b")
    assert code == 0 and "∂line/∂w = 2" in out and "∂line/∂b = 1" in out


def test_lists_of_numbers_are_arrays(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "explain", f"{file}:total", "--at", "x=[1,2,3],n=2")
    assert code == 0 and "= [2, 4, 6]" in out


def test_a_level_and_an_opened_turn(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "explain", f"{file}:line", "--at", "0.3,-0.1", "--by", "operation")
    assert code == 0 and "by operation" in out and "is the sum over 2 paths" in out
    numbers = ",".join(map(str, range(1, 41)))
    code, out, _ = run(capsys, "explain", f"{file}:total", "--at", f"x=[{numbers}],n=2", "--turn", "7")
    assert code == 0 and "turn 7 opened" in out and "s₇ = 140" in out


def test_json_goes_to_stdout(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "explain", f"{file}:line", "--at", "0.3,-0.1", "--json")
    data = json.loads(out)
    assert code == 0 and data["gradient"] == {"w": 2.0} and data["checks"][0]["agrees"] is True


def test_html_is_written(file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.html"
    code, out, _ = run(capsys, "explain", f"{file}:line", "--at", "0.3,-0.1", "--html", str(page))
    assert code == 0 and out.strip() == str(page) and page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_html_that_cannot_be_written(file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "explain", f"{file}:line", "--at", "0.3,-0.1", "--html", str(tmp_path / "no" / "page.html"))
    assert code == 2 and "cannot write" in err


def test_check(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "check", f"{file}:line", "--at", "0.3,-0.1", "--order", "2")
    assert code == 0 and out.startswith("✓ line: forward mode, reverse mode and differences agree, to order 2")


@pytest.mark.parametrize(
    "stage, shows",
    [
        ("ir", "func @line"),
        ("adjoint", "out_bar"),
        ("optimised", "func @line_vjp"),
        ("llvm", "define "),
        ("tapes", "tapes of line_vjp: 0 B"),
    ],
)
def test_show(stage: str, shows: str, file: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "show", f"{file}:line", "--at", "0.3,-0.1", "--stage", stage)
    assert code == 0 and shows in out


def test_doctor(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVERYPATH_CACHE", str(tmp_path))
    code, out, _ = run(capsys, "doctor")
    assert code == 0 and "✗" not in out and "\x1b" not in out and out.endswith("everything works\n")
    for name in ("Python", "numpy", "scipy", "llvmlite", "processor", "threads", "BLAS", str(tmp_path), "gradient is right"):
        assert f"✓ {name}" in out or name in out, name


def test_doctor_says_what_is_wrong_and_what_to_do(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.chmod(0o777)
    monkeypatch.setenv("EVERYPATH_CACHE", str(tmp_path))
    monkeypatch.setattr(doctor, "EXAMINATIONS", {"a loop compiles": lambda: 1 / 0})
    monkeypatch.setattr(doctor, "requirements", lambda: [("", ("numpy", "99.1")), ("demo", ("no-such-package", "1.0"))])
    code, out, _ = run(capsys, "doctor")
    assert code == 1 and out.count("✗") == 3 and out.endswith("3 things to mend\n")
    for remedy in ("pip install --upgrade 'numpy>=99.1'", f"chmod 700 {tmp_path}", "please send us", "no-such-package [demo]"):
        assert remedy in out


@pytest.mark.parametrize(
    "words, says",
    [
        (["explain", "{file}"], "does not name a function"),
        (["explain", "nowhere.py:f"], "there is no file nowhere.py"),
        (["explain", "{file}:missing"], "its functions are line, total, chosen, refuses, fails"),
        (["explain", "{file}:line", "--at", "w=0.3"], "missing a required argument: 'b'"),
        (["explain", "{file}:line", "--at", "w=0.3,b=oops"], "cannot be read"),
        (["explain", "{file}:line", "--at", "w=[[1.0],[1.0,2.0]],b=1.0"], "rows have different lengths"),
    ],
)
def test_wrong_usage_exits_with_2(words: list[str], says: str, file: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, *(w.replace("{file}", file) for w in words))
    assert code == 2 and not out and says in err


def test_an_integer_where_a_float_is_meant_is_taken_as_one(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "explain", f"{file}:line", "--at", "w=1,b=2")
    assert code == 0 and "at w = 1, b = 2" in out and "w = 1 is taken as 1.0, a float, since it is differentiated" in err


@pytest.mark.parametrize(
    "words, says",
    [
        (["explain", "{file}:refuses", "--at", "x=1.0"], "Way out"),
        (["explain", "{file}:line", "--at", "w=1.0,b=2.0", "--wrt", "q"], "no parameter 'q'"),
        (["explain", "{file}:fails", "--at", "x=1.0"], "IndexError"),
        (["explain", "{file}:line", "--at", "0.3,-0.1", "--turn", "2"], "no loop was recorded"),
    ],
)
def test_refusals_and_errors_exit_with_1(words: list[str], says: str, file: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, *(w.replace("{file}", file) for w in words))
    assert code == 1 and not out and says in err


def test_a_file_that_does_not_parse(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "broken.py"
    path.write_text("def f(x:\n")
    code, _, err = run(capsys, "explain", f"{path}:f", "--at", "x=1.0")
    assert code == 1 and "line 1" in err


def test_as_a_module(file: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "everypath", "explain", f"{file}:line", "--at", "0.3,-0.1"], capture_output=True, text=True, check=True
    )
    assert "the sum over" in done.stdout and "\x1b" not in done.stdout
