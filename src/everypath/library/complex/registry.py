"""What stands for a function where an argument is complex.

    @of_complex(np.exp)
    def exp(z): ...

As with `stands_for`, nobody runs this text.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from ..registry import Text, likely, load, mentioning, missing, named

TEXTS: dict[Any, Any] = {}
AS_WRITTEN: set[Any] = set()
"""Functions of NumPy and SciPy whose text for real numbers is right for complex ones too."""

MODULES = {
    "builtins": ("numbers",),
    "numpy": (
        "exponentials",
        "powers",
        "trigonometry",
        "functions",
        "reductions",
        "products",
        "linalg",
        "decompositions",
        "sorting",
        "polynomials",
    ),
    "scipy.linalg": ("scipy_linalg", "scipy_factors"),
    "scipy.signal": ("convolutions", "filters"),
}
"""The texts here, by the module whose functions they stand for."""


def of_complex(*things: Any) -> Callable[[Text], Text]:
    """The function below computes what these compute of complex numbers."""

    def enter(text: Text) -> Text:
        TEXTS.update(dict.fromkeys(things, text))
        return text

    return enter


def text_of_complex(thing: Any) -> Any:
    """The text that stands for a function of complex numbers; None where there is none."""
    others = [
        text
        for belongs in likely(thing)
        for text in mentioning(missing(belongs), "AS_WRITTEN") + mentioning(missing(belongs), "of_complex")
    ]
    own = [f"{__package__}.{name}" for module, names in MODULES.items() if module in sys.modules for name in names]
    load(mentioning([text for text in (*others, *own) if text not in sys.modules], named(thing)))
    try:
        return TEXTS.get(thing)
    except TypeError:  # it can't be a key
        return None
