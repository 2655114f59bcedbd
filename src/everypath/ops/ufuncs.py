"""Operations that are SciPy's ufuncs: what they are called there, and what is known of their derivatives."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from ..ir.op import Definition
from ..unchanging import plain_value
from .define import ANYWHERE, elementwise
from .rules import Partial

MODULES = ("scipy.special", "scipy.special._ufuncs", "scipy.special._special_ufuncs")
"""Where SciPy keeps its ufuncs; those that its own Python functions call have no public name."""

NO_FORMULA = "no formula of it is known"
INTEGER = "it is an integer"

DIRECT = frozenset("expit log_expit logit ndtr xlogy xlog1py entr rel_entr kl_div".split())
"""The cheap ones: compiled code calls them for single numbers, by the pointers that SciPy gives to Cython."""


@plain_value
class Ufunc:
    """The ufunc called `name`, or its result number `output`. Its operands at `integers` are integers, and come as floats;
    with `pairs` its operands and result are complex numbers, real and imaginary part each an operand, and `output` one of the two."""

    name: str
    output: int = 0
    integers: tuple[int, ...] = ()
    pairs: bool = False

    def __call__(self, *operands: Any) -> Any:
        if any(np.iscomplexobj(x) for x in operands):
            raise TypeError(f"{self.name} is a function of real numbers")
        if self.pairs:
            z = found(self.name)(*(x + 1j * y for x, y in zip(operands[::2], operands[1::2], strict=True)))
            return z.imag if self.output else z.real
        taken = [np.asarray(x).astype(np.int64)[()] if k in self.integers else x for k, x in enumerate(operands)]
        result = found(self.name)(*taken)
        one = result[self.output] if isinstance(result, tuple) else result
        return one.astype(np.result_type(*operands)) if self.integers else one


@cache
def found(name: str) -> Any:
    """A ufunc of SciPy, which is slow to import, when it is first needed."""
    for module in MODULES:
        try:
            function = getattr(importlib.import_module(module), name, None)
        except ImportError:  # older versions have it elsewhere
            continue
        if function is not None:
            return function
    raise AttributeError(f"this version of SciPy has no {name}")


UFUNCS: dict[str, Ufunc] = {}
"""By the name of the operation."""


def by_lines(name: str) -> bool:
    """Whether compiled code calls the ufunc for whole lines of arrays: most look at the processor's flags after each call, which takes as
    long as the function itself."""
    return name in UFUNCS and name not in DIRECT and not UFUNCS[name].integers and not UFUNCS[name].pairs


def ufunc(
    name: str,
    *partials: Partial | str,
    of: str = "",
    output: int = 0,
    integers: tuple[int, ...] = (),
    pairs: bool = False,
    symbol: str | None = None,
    domain: Any = ANYWHERE,
    no_derivative: str | None = None,
) -> Definition:
    """Register a ufunc of scipy.special: for each operand its partial, or why there is none that could be used; `no_derivative` says
    why the whole has none."""
    meaning: Callable[..., Any] = Ufunc(of or name, output, integers, pairs)
    UFUNCS[name] = meaning  # type: ignore[assignment]
    operands = ", ".join(f"{{{k}}}" for k in range(len(partials)))
    return elementwise(
        name,
        meaning,
        None if no_derivative else tuple(None if isinstance(p, str) else p for p in partials),
        unknown=tuple(p if isinstance(p, str) else None for p in partials),
        symbol=symbol or f"{name}({operands})",
        domain=domain,
        no_derivative=no_derivative,
    )
