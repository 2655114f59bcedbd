"""Programs with kinks exactly at ties that are smooth all the same, and say so: beside `f` stands `smooth`, the same without kinks.

A form is a pair of texts, of f and of smooth. Every form is smooth in its holes whatever is put into them, so forms may stand in
forms. At the points of this file x - 0.5 and y - 0.5 are exactly 0, so x and y tie, and z stays away from everything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

HEADER = "import math\n\nimport numpy as np"
POINTS = ((0.5, 0.5, 1.3),)

# Of <u>, which is 0 here: what is smooth of |u|, of its two halves, of its sign.
OF_ZERO = {
    "abs squared": ("abs(<u>) ** 2", "<u> * <u>"),
    "abs times abs": ("abs(<u>) * abs(<u>)", "<u> * <u>"),
    "np.abs squared": ("np.abs(<u>) ** 2", "<u> * <u>"),
    "math.fabs squared": ("math.fabs(<u>) ** 2", "<u> * <u>"),
    "cosine of abs": ("math.cos(abs(<u>))", "np.cos(<u>)"),
    "cosh of abs": ("math.cosh(np.abs(<u>))", "np.cosh(<u>)"),
    "bell of abs": ("math.exp(-abs(<u>) ** 2)", "np.exp(-(<u>) * (<u>))"),
    "abs times sine of abs": ("abs(<u>) * math.sin(abs(<u>))", "<u> * np.sin(<u>)"),
    "huber": ("(0.5 * abs(<u>) ** 2 if abs(<u>) <= 1.0 else abs(<u>) - 0.5)", "0.5 * <u> * <u>"),
    "softplus": ("(max(<u>, 0.0) + math.log1p(math.exp(-abs(<u>))))", "np.log1p(np.exp(<u>))"),
    "softplus, the zero first": ("(np.maximum(0.0, <u>) + np.log1p(np.exp(-np.abs(<u>))))", "np.log1p(np.exp(<u>))"),
    "cross entropy": ("(max(<u>, 0.0) - 0.25 * <u> + math.log1p(math.exp(-abs(<u>))))", "(np.log1p(np.exp(<u>)) - 0.25 * <u>)"),
    "logistic loss": ("(np.log1p(np.exp(-abs(<u>))) - min(<u>, 0.0))", "np.log1p(np.exp(-<u>))"),
    "logaddexp with 0": ("np.logaddexp(<u>, 0.0)", "np.log1p(np.exp(<u>))"),
    "0 with logaddexp": ("np.logaddexp(0.0, <u>)", "np.log1p(np.exp(<u>))"),
    "relu difference": ("(max(<u>, 0.0) - max(-<u>, 0.0))", "<u>"),
    "relu difference of arrays": ("(np.maximum(<u>, 0.0) - np.maximum(-<u>, 0.0))", "<u>"),
    "two halves": ("(max(<u>, 0.0) + min(<u>, 0.0))", "<u>"),
    "two halves by fmax": ("(np.fmax(<u>, 0.0) + np.fmin(0.0, <u>))", "<u>"),
    "two halves by clip": ("(np.clip(<u>, 0.0, 5.0) + np.clip(<u>, -5.0, 0.0))", "<u>"),
    "relu and abs": ("(2.0 * max(<u>, 0.0) - abs(<u>))", "<u>"),
    "squares of both halves": ("(max(<u>, 0.0) ** 2 + min(<u>, 0.0) ** 2)", "<u> * <u>"),
    "cubes of both halves": ("(max(<u>, 0.0) ** 3 - max(-<u>, 0.0) ** 3)", "<u> * <u> * <u>"),
    "squares of clips": ("(np.clip(<u>, -5.0, 0.0) ** 2 + np.clip(<u>, 0.0, 5.0) ** 2)", "<u> * <u>"),
    "cosines of both halves": ("math.cos(max(<u>, 0.0)) * math.cos(min(<u>, 0.0))", "np.cos(<u>)"),
    "copysign squared": ("math.copysign(<u>, 1.0) ** 2", "<u> * <u>"),
    "np.copysign squared": ("np.copysign(<u>, -2.0) ** 2", "<u> * <u>"),
    "hypot with 0, squared": ("math.hypot(<u>, 0.0) ** 2", "<u> * <u>"),
    "np.hypot with 0, squared": ("np.hypot(0.0, <u>) ** 2", "<u> * <u>"),
    "norm of one, squared": ("np.linalg.norm(np.array([<u>])) ** 2", "<u> * <u>"),
    "norm of two, squared": ("np.linalg.norm(np.array([<u>, <u>])) ** 2", "2.0 * <u> * <u>"),
    "dist squared": ("math.dist((<u>, 1.0), (0.0, 1.0)) ** 2", "<u> * <u>"),
    "absolute values that cancel": ("(abs(<u>) - max(<u>, -<u>) + <u>)", "<u>"),
    "max with abs": ("(max(abs(<u>), <u>) - 2.0 * max(-<u>, 0.0))", "<u>"),
    "elu and its mirror": (
        "(max(<u>, 0.0) + math.expm1(min(<u>, 0.0)) * math.exp(max(<u>, 0.0)) - math.expm1(min(<u>, 0.0)) + min(<u>, 0.0))",
        "<u>",
    ),
}

# Of <u> and <w>, which are equal here.
OF_EQUALS = {
    "max plus min": ("(max(<u>, <w>) + min(<u>, <w>))", "(<u> + <w>)"),
    "min plus max": ("(np.minimum(<w>, <u>) + np.maximum(<u>, <w>))", "(<u> + <w>)"),
    "max times min": ("max(<u>, <w>) * min(<w>, <u>)", "<u> * <w>"),
    "distance squared": ("abs(<u> - <w>) ** 2", "(<u> - <w>) * (<u> - <w>)"),
    "max minus min, squared": ("(max(<u>, <w>) - min(<u>, <w>)) ** 2", "(<u> - <w>) * (<u> - <w>)"),
    "max by abs": ("(max(<u>, <w>) - 0.5 * abs(<u> - <w>))", "0.5 * (<u> + <w>)"),
    "squares of max and min": ("(max(<u>, <w>) ** 2 + min(<u>, <w>) ** 2)", "(<u> * <u> + <w> * <w>)"),
    "logaddexp": ("np.logaddexp(<u>, <w>)", "np.log(np.exp(<u>) + np.exp(<w>))"),
    "logaddexp2": (
        "np.logaddexp2(<u>, <w>)",
        "np.log(np.exp(0.6931471805599453 * (<u>)) + np.exp(0.6931471805599453 * (<w>))) / 0.6931471805599453",
    ),
    "stable logaddexp": ("(max(<u>, <w>) + math.log1p(math.exp(-abs(<u> - <w>))))", "np.log(np.exp(<u>) + np.exp(<w>))"),
    "logsumexp by hand": (
        "(max(<u>, <w>) + math.log(math.exp(<u> - max(<u>, <w>)) + math.exp(<w> - max(<u>, <w>))))",
        "np.log(np.exp(<u>) + np.exp(<w>))",
    ),
    "sum of sorted": ("np.sum(np.sort(np.array([<u>, <w>])))", "(<u> + <w>)"),
    "squares of sorted": ("np.sum(np.sort(np.array([<w>, <u>])) ** 2)", "(<u> * <u> + <w> * <w>)"),
    "product of sorted": ("np.prod(np.sort(np.array([<u>, <w>])))", "<u> * <w>"),
    "product of sorted()": ("sorted([<u>, <w>])[0] * sorted([<u>, <w>])[1]", "<u> * <w>"),
    "extremes of an array": ("(np.max(np.array([<u>, <w>])) + np.min(np.array([<u>, <w>])))", "(<u> + <w>)"),
    "extremes of a list": ("max([<u>, <w>]) * min([<u>, <w>])", "<u> * <w>"),
    "median": ("np.median(np.array([<u>, <w>]))", "0.5 * (<u> + <w>)"),
    "percentile": ("np.percentile(np.array([<u>, <w>]), 50)", "0.5 * (<u> + <w>)"),
    "fmax plus fmin": ("(np.fmax(<u>, <w>) + np.fmin(<u>, <w>))", "(<u> + <w>)"),
    "range squared": ("np.ptp(np.array([<u>, <w>])) ** 2", "(<u> - <w>) * (<u> - <w>)"),
    "deviation squared": ("np.std(np.array([<u>, <w>])) ** 2", "0.25 * (<u> - <w>) * (<u> - <w>)"),
    "dist of equals, squared": ("math.dist((<u>, <w>), (<w>, <u>)) ** 2", "2.0 * (<u> - <w>) * (<u> - <w>)"),
    "hypot of the difference, squared": ("math.hypot(<u> - <w>, 0.0) ** 2", "(<u> - <w>) * (<u> - <w>)"),
    "clip between": ("(np.clip(<u>, <w>, 9.0) + np.clip(<u>, -9.0, <w>))", "(<u> + <w>)"),
    "relus of the difference": ("(<w> + max(<u> - <w>, 0.0) - max(<w> - <u>, 0.0))", "<u>"),
}

ELEMENTWISE = [name for name in OF_ZERO if not name.startswith(("huber", "norm", "dist"))]
"""The forms that take arrays, in NumPy's names."""

ZEROS = (
    "(x - 0.5)",
    "(y - 0.5)",
    "(x - y)",
    "(x - 0.5) * z",
    "(x * x - 0.25)",
    "(x - y) * y",
    "(0.5 - y)",
    "(x + y - 1.0)",
    "(z * x - z * y)",
)
EQUALS = (("x", "y"), ("x", "0.5"), ("x * z", "y * z"), ("x * x", "y * y"), ("2.0 * x", "(x + y)"), ("x * y", "y * y"), ("1.0", "(x + y)"))
ELEMENTS = ("(x - 0.5)", "(z - 0.7)", "(y - 0.5)")
WRAPPERS = {
    "itself": ("<u>", "<u>"),
    "squared": ("(<u>) ** 2", "(<u>) * (<u>)"),
    "sine": ("math.sin(<u>)", "np.sin(<u>)"),
    "exponential": ("np.exp(<u>)", "np.exp(<u>)"),
    "times z": ("(<u>) * z", "(<u>) * z"),
    "times x": ("x * (<u>)", "x * (<u>)"),
    "over what it was": ("(<u>) / (1.5 + y)", "(<u>) / (1.5 + y)"),
    "bell": ("math.exp(-((<u>) ** 2))", "np.exp(-(<u>) * (<u>))"),
}

Pair = tuple[str, str]


def filled(form: Pair, u: Pair, w: Pair = ("", "")) -> Pair:
    """The form with pairs put into its holes."""
    return tuple(text.replace("<u>", a).replace("<w>", b) for text, a, b in zip(form, u, w))


NUMPY = {"math.": "np.", "abs(": "np.abs(", "max(": "np.maximum(", "min(": "np.minimum("}


def in_arrays(form: Pair) -> Pair:
    """The form with NumPy's names for Python's, so that it takes arrays."""
    return re.sub(r"\bmath\.|(?<![.\w])(abs|max|min)\(", lambda name: NUMPY[name[0]], form[0]), form[1]


def module(value: Pair) -> str:
    return f"{HEADER}\n\n\ndef f(x, y, z):\n    return {value[0]}\n\n\ndef smooth(x, y, z):\n    return {value[1]}\n"


def in_an_array(form: Pair) -> str:
    """The form of three elements at once, of which the first and the last are at their ties."""
    text, smooth = in_arrays(form)
    terms = " + ".join(f"{k + 1}.0 * {smooth.replace('<u>', u)}" for k, u in enumerate(ELEMENTS))
    lines = [f"    v = np.array([{', '.join(ELEMENTS)}])", f"    return np.sum(np.array([1.0, 2.0, 3.0]) * {text.replace('<u>', 'v')})"]
    return f"{HEADER}\n\n\ndef f(x, y, z):\n" + "\n".join(lines) + f"\n\n\ndef smooth(x, y, z):\n    return {terms}\n"


def in_a_loop(form: Pair) -> str:
    """The form of three numbers, one after the other; each turn reads what the one before it left."""
    text, smooth = (part.replace("<u>", "u") for part in form)
    body = "    for u in [{0}]:\n        total = total * 0.5 + {1}\n    return total\n"
    start = "(x, y, z):\n    total = 0.0\n"
    elements = ", ".join(ELEMENTS)
    return f"{HEADER}\n\n\ndef f{start}{body.format(elements, text)}\n\ndef smooth{start}{body.format(elements, smooth)}"


class TiesWriter:
    """Writes f and smooth, choice by choice."""

    def __init__(self, choose: Callable[[Sequence], object]) -> None:
        self.choices = choose

    def choose(self, *options):
        return self.choices(options)

    def zero(self, depth: int) -> Pair:
        """What is 0 at the points: itself perhaps made of kinks."""
        if depth > 0 and self.choose(False, False, True):
            name = self.choose(
                "relu difference", "two halves", "two halves by clip", "abs squared", "relu and abs", "squares of both halves"
            )
            return filled(OF_ZERO[name], self.zero(depth - 1))
        text = self.choose(*ZEROS)
        return text, text

    def smooth(self, depth: int) -> Pair:
        kind = self.choose("zero", "equals", "wrapped", "sum", "product") if depth > 0 else self.choose("zero", "equals")
        if kind == "zero":
            return filled(self.choose(*OF_ZERO.values()), self.zero(1))
        if kind == "equals":
            u, w = self.choose(*EQUALS)
            pairs = [(u, u), (w, w)]
            return filled(self.choose(*OF_EQUALS.values()), *(pairs if self.choose(True, False) else pairs[::-1]))
        if kind == "wrapped":
            return filled(self.choose(*WRAPPERS.values()), self.smooth(depth - 1))
        sign = {"sum": "({} + {})", "product": "({}) * ({})"}[kind]
        a, b = self.smooth(depth - 1), self.smooth(depth - 1)
        return tuple(sign.format(p, q) for p, q in zip(a, b))

    def module(self) -> str:
        setting = self.choose("expression", "expression", "expression", "array", "loop")
        if setting == "expression":
            return module(self.smooth(2))
        if setting == "loop":
            return in_a_loop(self.choose(*OF_ZERO.values()))
        return in_an_array(OF_ZERO[self.choose(*ELEMENTWISE)])
