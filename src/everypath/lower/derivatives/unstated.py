"""Functions of SciPy of which nothing is said here: CPython runs them, and where a derivative would pass through one, it is refused."""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from ...errors import NotSupported
from ...library.scipy.outcomes import CLASS, CONSTANTS, IN_ORDER, Outcome, WholeOutcome, can_be_told, plainly
from ...rules import Rule, signature_of
from ..frame import Frame
from ..naming import public, rule_for, spoken
from ..numpy.lookup import is_pure, module_of
from ..objects import Dict
from ..values import Abstract, Scalar, Tuple
from ..values import Static as StaticValue
from .host import called

RULES: dict[Any, Rule] = {}
"""What is known of their calls."""

OF_RANKS = frozenset(
    "ansari brunnermunzel chatterjeexi fligner friedmanchisquare kendalltau kruskal mannwhitneyu mood page_trend_test percentileofscore"
    " ranksums somersd weightedtau wilcoxon".split()
)
"""Functions of `scipy.stats` that see nothing but how numbers are ordered: what they give stands still between jumps."""

SEEDS = ("rng", "random_state", "seed")
"""What a function that draws random numbers calls the start of them."""


def may_run(function: Any) -> bool:
    """Whether CPython may run a function in place of the program: one of SciPy that does nothing but compute."""
    if not module_of(function).startswith("scipy.") or not is_pure(function):
        return False
    try:
        hash(function)
    except TypeError:
        return False
    return isinstance(function, np.ufunc) or not getattr(function, "__name__", "_").startswith("_")


def run(c: Frame, function: Any, args: list[Abstract], kwargs: dict[str, Abstract], node: ast.AST) -> Abstract:
    """The call of such a function: its value is CPython's."""
    if function not in RULES:
        RULES[function] = Rule(function if isinstance(function, np.ufunc) else told(function))
        RULES[function].name = public(function) if function.__name__[0] != "_" else "SciPy"
    rule = RULES[function]
    name = public(function) if c.place else spoken(node, public(function), function)
    if function.__name__.startswith("_"):
        name = "a function inside of SciPy"
    reason = f"a derivative passes through {name}, of which none is known here"
    way_out = "write it out, or compute it outside and pass it in"
    advised = rule_for(function, ", adjoint=…")
    way_out += advised and f"; or give it a rule: {advised}"
    data = module_of(function).startswith("scipy.stats") and function.__name__ in OF_RANKS
    return objects(c, called(c, rule, args, kwargs, node, data=data, advised=(reason, way_out)), node)


def objects(c: Frame, x: Abstract, node: ast.AST) -> Abstract:
    """A result, with objects where CPython's has some."""
    if isinstance(x, Dict) and IN_ORDER in x.entries:
        for name in x.entries:
            x.entries[name] = objects(c, x.entries[name], node)
        constants = x.entries[CONSTANTS]
        kind = WholeOutcome if isinstance(constants, Dict) and CLASS in constants.entries else Outcome
        return c.call(StaticValue(kind), [x], {}, node)
    if isinstance(x, Tuple):
        return Tuple(tuple(objects(c, item, node) for item in x.items), x.type)
    return x


def told(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, which must give data or what is made of it: NotSupported where it gives something else."""
    plain = plainly(function)

    @functools.wraps(function)
    def called(*args: Any, **kwargs: Any) -> Any:
        value = plain(*args, **kwargs)
        if not can_be_told(value):
            reason = f"what {public(function)} returns is or holds an object of SciPy, which is not supported"
            raise NotSupported([(None, reason, "compute it outside, and pass its numbers and arrays in")])
        return value

    return called


def refuse_draws(c: Frame, function: Any, args: list[Abstract], kwargs: dict[str, Abstract], node: ast.AST) -> None:
    """Refuse a function that draws random numbers without a number to start from: it gives others each time."""
    signature = None if isinstance(function, np.ufunc) else signature_of(function)
    names = [name for name in SEEDS if (signature and name in signature.parameters) or name in kwargs]
    if getattr(function, "__name__", "") == "rvs":
        names = ["random_state"]
    if not names:
        return
    given = kwargs
    if signature is not None:
        try:
            given = signature.bind_partial(*args, **{k: x for k, x in kwargs.items() if k in signature.parameters}).arguments | kwargs
        except TypeError:
            return  # so will the call say
    if not any(name in given and is_integer(given[name]) for name in names):
        reason = f"{spoken(node, public(function), function)} draws random numbers, and a derivative needs the same ones each time"
        c.refuse(node, reason, f"pass {names[0]}=0, or another integer")


def is_integer(x: Any) -> bool:
    """Whether it is an integer, from which draws start."""
    if isinstance(x, StaticValue):
        return isinstance(x.value, (int, np.integer)) and not isinstance(x.value, bool)
    return isinstance(x, Scalar) and x.kind in ("int", "numpy")
