"""What can be asked of an explanation: one output of several, paths through a variable, an inner variable, why, the closed form."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import everypath as ep
from explain import functions
from explain.test_page import sides


def several(x):  # type: ignore[no-untyped-def]
    h = np.tanh(2.0 * x)
    return {"h": h, "pair": (h[0] * h[1], 3)}


X = np.array([0.1, 0.2, 0.3])


def test_one_number_of_a_result_is_explained() -> None:
    slope = 2.0 * (1.0 - np.tanh(2.0 * X) ** 2)
    e = ep.explain(several, of=("h", 1))(X)
    assert e.gradient == pytest.approx([0.0, slope[1], 0.0]) and e.result == "h[1]" and e.verdict == ("✓", "checked")
    pair = ep.explain(several, of=("pair", 0))(X)
    assert pair.gradient == pytest.approx([slope[0] * np.tanh(0.4), slope[1] * np.tanh(0.2), 0.0]) and pair.verdict[0] == "✓"
    last = ep.explain(lambda x: np.array([x * x, max(x, 0.0)]), of=-1)(0.0)
    assert last.gradient == 0.5 and last.verdict[1].startswith("a kink: 0 on one side, 1 on the other")


@pytest.mark.parametrize("of, said", [
    ("q", r"its parts are result\['h'\], result\['pair'\]\[0\]"), (("h",), "an index of 1 whole numbers is needed"),
    (("h", 7), r"has shape \(3,\)"), (("pair", 1), "only a float has a derivative"), (3, "returns a dict"),
])  # fmt: skip
def test_what_is_not_one_number_is_refused(of: Any, said: str) -> None:
    with pytest.raises(ep.EverypathError, match=said):
        ep.explain(several, of=of)(X)
    with pytest.raises(ep.NotDifferentiable, match=r'Say which number: explain\(several, of=0\), of="key"'):
        ep.explain(several)(X)


def looped(x, n):  # type: ignore[no-untyped-def]
    s = 0.0
    for i in range(n):
        y = math.sin(x + i)
        s = s + y * x
    return s


def test_only_the_paths_through_a_variable() -> None:
    e = ep.explain(looped)(0.3, 6)
    whole, through, direct = e.paths("x"), e.paths("x", through="y"), [math.sin(0.3 + i) for i in range(6)]
    assert (whole.count, through.count) == (12, 6)
    assert whole.value - through.value == pytest.approx(sum(direct), rel=1e-12)
    assert all(any(str(e.labels.element(k)).startswith("y") for k in p.elements) for p in through.paths)
    assert sum(p.product for p in through.paths) + (through.remainder or 0.0) == pytest.approx(through.value)
    one = e.paths("x", through="y₃")
    assert one.count == 1 and one.value == pytest.approx(0.3 * math.cos(2.3))
    assert e.paths("x", through="s2").count == 4
    text = ep.explain(looped, through="y")(0.3, 6).text()
    assert "ds₆/dx through y is the sum over 6 paths" in text
    with pytest.raises(ep.InvalidArgument, match="there is no variable 'q' on the way to the result; the inputs are x; inside are y, s"):
        ep.explain(looped, through="q")(0.3, 6)


def test_the_derivative_in_an_inner_variable() -> None:
    e = ep.explain(functions.two_paths)(1.5)
    assert (e.paths("x").value, e.paths("y").value) == (math.sin(1.5), 1.5**2)
    network = ep.explain(lambda w, x: np.sum(np.tanh(w @ x) ** 2))(np.eye(2), np.array([0.5, -0.3]))
    with pytest.raises(ep.InvalidArgument, match="is an array of shape"):
        network.paths("w")


def saturated(x):  # type: ignore[no-untyped-def]
    h = np.tanh(1e4 * x)
    return 2.0 * h


def rooted(x):  # type: ignore[no-untyped-def]
    y = np.sqrt(x - 1.0)
    return np.sum(y * y)


def chaotic(x, n):  # type: ignore[no-untyped-def]
    for _ in range(n):
        x = 3.9 * x * (1.0 - x)
    return x


def dead(x):  # type: ignore[no-untyped-def]
    return x * x if x > 3.0 else 7.0


WHY: dict[str, tuple[Callable[..., Any], tuple[Any, ...], str]] = {
    "saturated": (saturated, (1.0,), "is 0: the factor ∂h/∂x = 10000·(1 − tanh²(10000·x)) = 0"),
    "only compared": (dead, (1.0,), "is 0: no path leads to the result: it is only compared"),
    "born forward": (rooted, (np.array([0.5, 2.0]),), "NaN is born at [0]: sqrt(−0.5)"),
    "born backward": (lambda x: math.sqrt(x) * 2.0, (0.0,), "on the way back it is born at"),
    "a kink": (abs, (0.0,), "is at a kink: −1 on one side, 1 on the other, and 0, their mean, is given"),
    "grown": (chaotic, (0.3, 60), "along its largest path each of 60 steps multiplies by"),
    "cancelled": (lambda x: (x + 1e8) ** 2 - (x - 1e8) ** 2 - 4e8 * x + x, (3.0,), ""),
}


@pytest.mark.parametrize("function, args, said", WHY.values(), ids=WHY)
def test_why(function: Callable[..., Any], args: tuple[Any, ...], said: str) -> None:
    e = ep.explain(lambda x: abs(x) if function is abs else function(x))(*args) if function is abs else ep.explain(function)(*args)
    assert any(said in sentence for sentence in e.why()) or not said, e.why()
    if said:
        assert "Why" in e.text() and "<h2>Why</h2>" in e.html() and "## Why" in e.md()


def test_nothing_unusual_needs_no_why() -> None:
    assert ep.explain(functions.two_paths)(1.5).why() == []


def black_scholes(S, K, r, s, T):  # type: ignore[no-untyped-def]
    d1 = (math.log(S / K) + (r + s * s / 2) * T) / (s * math.sqrt(T))
    d2 = d1 - s * math.sqrt(T)
    return S * 0.5 * (1 + math.erf(d1 / math.sqrt(2))) - K * math.exp(-r * T) * 0.5 * (1 + math.erf(d2 / math.sqrt(2)))


def newton(a):  # type: ignore[no-untyped-def]
    x = a
    for _ in range(2):
        x = 0.5 * (x + a / x)
    return x


FORMULAS: list[tuple[Callable[..., Any], tuple[Any, ...], int]] = [
    (functions.two_paths, (1.5,), 0), (newton, (2.0,), 0), (black_scholes, (100.0, 90.0, 0.02, 0.3, 1.5), 3),
    (lambda x, y: math.hypot(x, y) / x**y, (1.5, 2.5), 1), (lambda x: max(x, 2.0) * x, (3.0,), 0),
]  # fmt: skip


@pytest.mark.parametrize("function, args, wrt", FORMULAS)
def test_the_closed_form_is_the_derivative_elsewhere_too(function: Callable[..., Any], args: tuple[Any, ...], wrt: int) -> None:
    sympy = pytest.importorskip("sympy", reason="needs SymPy: pip install sympy")
    e = ep.explain(function, wrt)(*args)
    formula = e.formula.sympy()
    names = [name for name, _ in e.arguments]
    for scale in (1.0, 1.1):
        moved = tuple(a * scale for a in args)
        value = formula.subs({s: moved[names.index(str(s))] for s in formula.free_symbols})
        assert float(sympy.N(value)) == pytest.approx(ep.grad(function, wrt)(*moved), rel=1e-5)


def test_the_closed_form_reads_well() -> None:
    e = ep.explain(functions.two_paths)(1.5)
    assert str(e.formula) == "2·t·sin t + t²·cos t"
    assert e.formula.tex() == r"2 \cdot t \cdot \sin\left(t\right) + {t}^{2} \cdot \cos\left(t\right)"
    assert ep.explain(chaotic)(0.3, 40).formula is None, "too long to read"


def batched(W1, b, W2, X, Y):  # type: ignore[no-untyped-def]
    H = np.tanh(X @ W1 + b)
    Z = H @ W2
    return np.mean((Z - Y) ** 2)


def ridge(w, A, b, strength):  # type: ignore[no-untyped-def]
    r = A @ w - b
    return r @ r + strength * (w @ w)


def test_backpropagation_as_books_write_it() -> None:
    R = np.random.default_rng(0).normal
    e = ep.explain(batched, (0, 1, 2))(R(size=(2, 3)), R(size=3), R(size=(3, 1)), R(size=(5, 2)), R(size=(5, 1)))
    said = {q.name.removeprefix("∂batched/"): q for q in e.backpropagation()}
    assert said["∂H"].text == "∂batched/∂H = ∂batched/∂Z W2ᵀ"
    assert said["∂W1"].text == "∂batched/∂W1 = Xᵀ (∂batched/∂H ⊙ (1 − tanh²(X W1 + b)))"
    assert said["∂b"].text == "∂batched/∂b = sum(∂batched/∂H ⊙ (1 − tanh²(X W1 + b)), axis 0)"
    for k, name in enumerate(("∂W1", "∂b", "∂W2")):
        assert np.allclose(said[name].value, e.gradient[k], rtol=1e-12)
    assert said["∂W1"].text in e.text() and said["∂W1"].text in e.md() and "⊙" in e.html() and r"\odot" in e.tex()
    squares = ep.explain(ridge)(R(size=3), R(size=(4, 3)), R(size=4), 0.3).backpropagation()
    assert [q.text for q in squares] == ["∂ridge/∂r = 2·r", "∂ridge/∂w = 2·strength·w + Aᵀ ∂ridge/∂r"]
    assert ep.explain(functions.two_paths)(1.5).backpropagation() == []


def test_two_explanations_side_by_side() -> None:
    before, after = (ep.explain(sides, ("x", "y"))(x, 0.5) for x in (1.0, 3.0))
    text = str(before.compare(after))
    assert "decided otherwise: if x > 2.0:" in text and "not there" in text
    assert "nothing changed" in str(before.compare(before))
    largest = ep.explain(functions.two_paths)(1.5).compare(ep.explain(functions.two_paths)(1.6)).changes[0]
    assert (largest.kind, largest.name) == ("local derivative", "∂y/∂t")
    with pytest.raises(ep.InvalidArgument, match="not those of sides and two_paths"):
        before.compare(ep.explain(functions.two_paths)(1.5))
