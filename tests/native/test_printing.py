"""What `print` writes from compiled code: Python's text, once, when the function runs forward."""

from __future__ import annotations

import numpy as np
import pytest

import everypath


def says(x, n):
    for i in range(n):
        print("turn", i, x, i > 0, f"{x:.2f}", sep="; ")
    print()
    return x * x


def says_an_element(x):
    print(x[0], {"a": x[1]})
    return x[0] * x[1]


def test_the_text_is_what_python_prints(capsys: pytest.CaptureFixture[str]) -> None:
    says(1.5, 3)
    expected = capsys.readouterr().out
    everypath.compile(says)(1.5, 3)
    assert capsys.readouterr().out == expected


def test_a_number_of_numpy_is_printed_as_a_number(capsys: pytest.CaptureFixture[str]) -> None:
    everypath.compile(says_an_element)(np.array([0.1, 2.0], np.float32))
    assert capsys.readouterr().out.startswith("0.1 ")


def test_a_derivative_prints_once(capsys: pytest.CaptureFixture[str]) -> None:
    says(1.5, 2)
    expected = capsys.readouterr().out
    assert everypath.grad(says)(1.5, 2) == 3.0
    assert capsys.readouterr().out == expected
    assert everypath.hvp(says)(1.5, 2, 1.0) == 2.0
    assert capsys.readouterr().out == expected
    _, pullback = everypath.vjp(says, 1.5, 2)
    assert pullback(1.0)[0] == pullback(1.0)[0] == 3.0
    assert capsys.readouterr().out == expected
