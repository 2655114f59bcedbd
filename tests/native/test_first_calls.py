"""What a first call needn't do: counted, not timed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.linalg
import scipy.signal
import scipy.special

import everypath as ep
from everypath import pipeline
from everypath.ir.program import Program
from everypath.ir.walk import ops_in
from everypath.native import effort, jit

MATRIX = np.array([[4.0, 1.0, 0.5], [1.0, 3.0, 0.2], [0.5, 0.2, 5.0]])


def lowered(monkeypatch: pytest.MonkeyPatch, run: Callable[[], Any]) -> Program:
    """The first program that is lowered when this runs."""
    found: list[Program] = []
    lower = pipeline.lower

    def noting(*args: Any) -> Any:
        found.append((made := lower(*args)).program)
        return made

    monkeypatch.setattr(pipeline, "lower", noting)
    run()
    return found[0]


def test_a_half_that_is_called_as_it_stands_is_derived_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    program = lowered(monkeypatch, lambda: ep.grad(lambda a: np.sum(np.linalg.cholesky(a)))(MATRIX))
    named = {op.attributes["user_name"]: op for f in program for op in ops_in(f.body) if op.name == "ruled"}
    assert [*named] == ["factored"]
    assert "tangent" not in named["factored"].attributes


def test_second_derivatives_of_it_have_all_halves() -> None:
    def f(t: float) -> Any:
        return np.sum(np.linalg.cholesky(MATRIX + t * np.eye(3)))

    assert ep.grad(ep.grad(f))(0.5) == pytest.approx((f(0.5 + 1e-4) - 2 * f(0.5) + f(0.5 - 1e-4)) / 1e-8, rel=1e-5)


@pytest.mark.parametrize(
    "f", [lambda a: np.linalg.cholesky(a), lambda a: scipy.linalg.lu_solve(scipy.linalg.lu_factor(a), a[0])], ids=["cholesky", "lu"]
)
def test_what_is_for_large_matrices_is_left_out_where_they_are_known_to_be_small(f: Callable[[Any], Any]) -> None:
    text = ep.grad(lambda a: np.sum(f(a))).show("optimised", MATRIX)
    assert "while" not in text
    assert "matmul" not in text.replace("message='matmul", "")


def test_what_the_library_states_for_arguments_that_do_not_vary_goes() -> None:
    """The adjoint of a filter gives what arrives at its coefficients too, by two filters more and sums that nobody wants here."""

    def f(x: Any) -> Any:
        return np.sum(scipy.signal.lfilter([1.0, 0.5], [1.0, -0.3], x))

    assert ep.grad(f).show("optimised", np.ones(9)).count("for 0, ") == 2
    np.testing.assert_allclose(ep.grad(f)(np.ones(3)), [1.8 + 0.8 * 0.3, 1.8, 1.0], rtol=1e-14)


def test_sums_of_products_of_alike_arrays_turn_none_of_them() -> None:
    assert "transpose" not in ep.compile(lambda a, b: np.einsum("ij,ij->j", a, b)).show("ir", MATRIX, MATRIX)


@pytest.mark.parametrize("f", [scipy.special.softmax, np.linalg.inv, np.linalg.det], ids=["softmax", "inv", "det"])
def test_what_runs_once_is_compiled_as_it_is_written(monkeypatch: pytest.MonkeyPatch, f: Callable[[Any], Any]) -> None:
    made: list[tuple[str, effort.Effort]] = []
    make = jit.Engine._made

    def noting(self: jit.Engine, text: str, tried: effort.Effort) -> bytes:
        made.append((text, tried))
        return make(self, text, tried)

    x = MATRIX if f is not scipy.special.softmax else np.linspace(-1.0, 1.0, 70)
    monkeypatch.setattr(effort, "most", effort.FULL)
    monkeypatch.setattr(jit.Engine, "_made", noting)
    ep.grad(lambda x: np.sum(f(x)))(x)
    assert [tried for text, tried in made if "define ptr @everypath.0" in text] == [effort.PLAINLY]
    calls = [line for text, _ in made for line in text.split("\n") if "call void @ep_dgetr" in line or "call void @ep_dtrs" in line]
    assert not calls
