"""What an explanation says: names, formulas, paths that add up, reasons, and where numbers went wrong."""

from __future__ import annotations

import json
import math
import sys
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Decimal, localcontext

import numpy as np
import pytest

import everypath as ep
from everypath.explain.formulas.notation import SUPERSCRIPTS, count_text, rounded_text
from everypath.explain.run import record
from explain import functions


def formulas(e: object) -> dict[str, tuple[str, str, float]]:
    """(symbolic, substituted, value) of each edge, by its ends."""
    data = json.loads(e.json())
    names = [n["name"] for n in data["nodes"]]
    return {f"{names[edge['from']]}→{names[edge['to']]}": (edge["symbolic"], edge["substituted"], edge["value"]) for edge in data["edges"]}


def test_every_edge_in_three_parts() -> None:
    e = ep.explain(functions.two_paths)(1.5)
    assert formulas(e) == {
        "t→x": ("2·t", "2·1.5", 3.0),
        "t→y": ("cos t", "cos 1.5", math.cos(1.5)),
        "x→z": ("y", "0.997495", math.sin(1.5)),
        "y→z": ("x", "2.25", 2.25),
    }


def test_two_paths_and_their_sum() -> None:
    e = ep.explain(functions.two_paths)(1.5)
    d = e.paths("t")
    assert [p.product for p in d.paths] == [3.0 * math.sin(1.5), math.cos(1.5) * 2.25]
    assert d.count == 2 and d.remainder == 0.0 and d.cancellation == pytest.approx(1.0)
    assert e.value == functions.two_paths(1.5) and e.gradient == ep.grad(functions.two_paths)(1.5)


def test_the_drawing_shows_the_graph() -> None:
    text = ep.explain(functions.two_paths)(1.5).text()
    assert "╭─ 2·t = 3 ────────────▶ x = 2.25 ──── y = 0.9975 ╮" in text
    assert "t = 1.5 ┤                                                 ├─▶ z = 2.244" in text
    assert "dz/dt = ∂z/∂x·∂x/∂t + ∂z/∂y·∂y/∂t" in text


def test_every_input_of_the_general_form() -> None:
    e = ep.explain(functions.two_levels, ("a", "b", "c"))(1.5, 2.0, 3.0)
    assert [e.paths(name).count for name in "abc"] == [3, 4, 3]
    for name, value in zip("abc", e.gradient):
        assert sum(p.product for p in e.paths(name).paths) == pytest.approx(value, rel=1e-14)


def test_more_paths_than_could_be_listed_are_counted_exactly() -> None:
    e = ep.explain(functions.doubling)(3.0, 100)
    d = e.paths("x", 4)
    assert d.count == 2**100 and len(d.paths) == 4
    assert d.value == pytest.approx(1.0, rel=1e-12) and d.mass == pytest.approx(1.0, rel=1e-12)
    assert d.remainder + sum(p.product for p in d.paths) == pytest.approx(d.value, rel=1e-15)
    assert f"{2**100:,} paths" in e.text()


@pytest.mark.parametrize("turns", [52, 53, 54, 3_000])
def test_the_number_of_paths_is_exact_whatever_its_length(turns: int) -> None:
    assert ep.explain(functions.doubling_and_one)(3.0, turns).paths("x", 2).count == 2**turns + 1


def test_long_counts_are_written_whatever_the_limit_on_digits() -> None:
    limit = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(640)
    try:
        e = ep.explain(functions.eightfold)(3.0, 800)
        forms = e.text(), e.json(), repr(e.paths("x"))
    finally:
        sys.set_int_max_str_digits(limit)
    assert all("2²⁴⁰⁰ (about 2.96476×10⁷²²)" in form for form in (forms[0], forms[2]))
    assert int(json.loads(forms[1])["derivatives"][0]["paths"], 0) == 8**800


@pytest.mark.parametrize("function", [functions.doubling, functions.one_statement])
def test_a_folded_record_counts_the_same_paths(function: object, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = ep.explain(function)(0.5, 50)
    monkeypatch.setattr(record, "FOLD_AFTER", 100)
    folded = ep.explain(function)(0.5, 50)
    assert folded.tape.folded and not whole.tape.folded
    ours, theirs = whole.paths("x"), folded.paths("x")
    assert (ours.count, ours.mass, ours.value) == (theirs.count, theirs.mass, theirs.value)
    assert [p.product for p in ours.paths] == [p.product for p in theirs.paths]
    assert "sum over" in folded.text() and folded.html() and folded.json()


@pytest.mark.parametrize(
    "near", [10**40, 2**133, 999_999_500 * 10**60, 999_999_499 * 10**60, 1_234_565 * 10**50, 1_234_575 * 10**50, 3**999]
)
@pytest.mark.parametrize("beside", [-1, 0, 1])
def test_long_counts_are_rounded_correctly(near: int, beside: int) -> None:
    n = near + beside
    with localcontext(prec=6, rounding=ROUND_HALF_EVEN):
        mantissa, exponent = f"{+Decimal(n):.5e}".split("e")
    power = f"10{exponent.removeprefix('+').translate(SUPERSCRIPTS)}"
    mantissa = mantissa.rstrip("0").rstrip(".")
    assert rounded_text(n) == (power if mantissa == "1" else f"{mantissa}×{power}")


def test_counts_as_text() -> None:
    assert count_text(2**100) == f"{2**100:,}"
    assert count_text(2**16_000) == "2¹⁶⁰⁰⁰ (about 3.01947×10⁴⁸¹⁶)"
    assert count_text(3 * 2**16_000) == "about 9.05841×10⁴⁸¹⁶"


def test_paths_that_overflow_and_cancel() -> None:
    e = ep.explain(functions.three_less_two)(0.5, 700)
    d = e.paths("x")
    assert d.value == 1.0 and d.count == 2**700 and d.mass == np.inf and d.remainder is None and d.overflows
    for form in (e.text(), e.html()):
        assert "Σ|path| is past the largest number" in form and "not known: the paths above are infinite" in form
    check = replace(e.checks[0], compiled=2.0)
    assert not check.agrees and "overflow" in check.doubt, "no tolerance is infinite"


def test_cancellation_is_measured_and_said() -> None:
    e = ep.explain(functions.cancelling)(3.0)
    assert e.paths("x").cancellation == pytest.approx(2e8, rel=1e-6)
    assert "about 8 digits are lost" in e.text()


@pytest.mark.parametrize(
    "function, arguments, reason",
    [
        (functions.only_compared, (1.0, 2.0), "it is only compared (line"),
        (functions.overwritten, (1.0, 2.0), "it is overwritten (line"),
        (functions.unused, (1.0, 2.0), "what is computed from it is not used"),
    ],
)
def test_a_zero_says_why(function: object, arguments: tuple[float, ...], reason: str) -> None:
    e = ep.explain(function)(*arguments)
    assert e.gradient == 0.0
    assert reason in e.paths("x").reason and reason in e.text()


def test_a_nan_says_where_it_was_born() -> None:
    with np.errstate(all="ignore"):
        e = ep.explain(functions.born)(1.0)
    (birth,) = e.births
    assert birth.text == "z = np.log(y)" and birth.said == "NaN is born: log(−1)"
    assert birth.said in e.text() and birth.text in e.html()


def test_a_branch_shows_its_margin() -> None:
    (branch,) = ep.explain(functions.only_compared, "y")(0.25, 2.0).branches
    assert (branch.held, branch.asked, branch.margin) == (1, 1, 0.25)
    assert "a tie" in ep.explain(functions.at_a_tie)(1.0).text()


def test_writes_make_versions() -> None:
    e = ep.explain(functions.versions)(3.0)
    assert [n.name for n in e.view.nodes] == ["x", "a₁[0]", "a₂[0]", "a[1]", "versions"]


def test_a_long_loop_is_one_node() -> None:
    x = np.arange(1.0, 101.0)
    e = ep.explain(functions.long_sum)(x)
    assert [(n.name, n.times) for n in e.view.nodes] == [("x", 1), ("s₁", 1), ("s₂ … s₉₉", 98), ("s₁₀₀", 1)]
    assert np.array_equal(e.gradient, 2 * x)
    assert "x[99] → s₁₀₀" in e.text()


def test_a_very_long_run_is_recorded_folded() -> None:
    x = np.linspace(0.0, 1.0, 20_000)
    e = ep.explain(functions.long_sum)(x)
    assert e.tape.folded and np.array_equal(e.gradient, 2 * x)
    assert all(check.agrees for check in e.checks)
    assert len(e.text()) < 5_000 and len(e.html()) < 90_000


def test_arrays_stay_arrays() -> None:
    rng = np.random.default_rng(3)
    layers = [(rng.normal(size=(2, 3)), np.zeros(3)), (rng.normal(size=(3, 1)), np.zeros(1))]
    e = ep.explain(functions.network)(layers, rng.normal(size=(4, 2)))
    assert [n.name for n in e.view.nodes] == ["layers[0][0]", "layers[0][1]", "layers[1][0]", "layers[1][1]", "x₁", "x₂", "network"]
    gradient = ep.grad(functions.network)(layers, rng.normal(size=(4, 2)))
    assert [[w.shape for w in pair] for pair in e.gradient] == [[w.shape for w in pair] for pair in gradient]
    d = e.paths("layers[0][0][1, 2]")
    assert d.count == 4 and str(d.label) == "layers[0][0][1, 2]"


@pytest.mark.parametrize("x", [0.75, -2.0])
def test_an_array_of_no_axes_is_an_element(x: float) -> None:
    def f(x):
        y = np.asarray(x)
        return np.linalg.norm(y) * np.clip(y, -1.0, 1.0) + np.sum(y)

    explanation = ep.explain(f)(x)
    found = explanation.paths("x")
    assert sum(path.product for path in found.paths) == explanation.gradient == ep.grad(f)(x)


def test_differences_give_up_on_a_loop_without_end() -> None:
    e = ep.explain(functions.endless_beyond)(1.02)
    assert all(check.agrees for check in e.checks)
    assert e.checks[0].differences == pytest.approx(e.gradient, rel=1e-4)


def test_json_has_no_words_for_nan() -> None:
    with np.errstate(all="ignore"):
        assert json.loads(ep.explain(functions.born)(1.0).json())["value"] == "NaN"


def test_notebooks_get_a_page() -> None:
    e = ep.explain(functions.two_paths)(1.5)
    bundle = e._repr_mimebundle_()
    assert bundle["text/plain"] == str(e) and bundle["text/html"].startswith('<div class="everypath-cell">')


def test_an_unknown_element_is_named() -> None:
    with pytest.raises(ep.InvalidArgument, match=r"there is no variable 'q' on the way to the result; the inputs are t"):
        ep.explain(functions.two_paths)(1.5).paths("q")


def test_what_grad_refuses_explain_refuses() -> None:
    with pytest.raises(ep.NotDifferentiable, match=r"such as 3\.0 instead of 3"):
        ep.explain(functions.two_paths)(3)
    with pytest.raises(ep.NotDifferentiable, match="explain needs a function that returns a scalar"):
        ep.explain(lambda x: x * 2.0)(np.ones(3))


def test_infinity_times_zero_is_undecided() -> None:
    """1e308·10·0 is NaN from the left and 0 from the right: neither way to multiply is a fault, and neither is a derivative."""
    e = ep.explain(functions.infinity_times_zero)(3.0)
    (check,) = e.checks
    assert np.isnan(check.explained) and check.undecided and not check.agrees
    assert "there is no derivative here" in e.text() and "a bug" not in e.text() + e.html()


def test_a_result_without_axes_has_its_paths() -> None:
    def folded(hour):
        return np.where(hour > 24.0, hour - 24.0, hour)

    e = ep.explain(folded)(30.5)
    assert (e.gradient, e.paths("hour").count, e.verdict) == (1.0, 1, ("✓", "checked"))
