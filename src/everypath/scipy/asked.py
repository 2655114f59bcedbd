"""A call of one of SciPy's functions: read by SciPy's own signature, and what to do where everypath refuses the caller's function."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

import everypath as ep

from ..library.registry import SAME
from ..structure import refuse_stranger, stranger
from ..tracebacks import for_the_user

Asked = dict[str, Any]
"""The arguments that the caller gave, by the names that SciPy has for them."""

KEYWORD = "or_differences"

NUMBERS = {"x0", "x1", "p0", "xdata", "ydata", "sigma", "y0", "y", "t_span", "t_eval"}
"""Arguments that SciPy makes arrays of, whatever they are."""


def as_scipy(theirs: Callable[..., Any]) -> Callable[[Callable[[Asked, bool], Any]], Callable[..., Any]]:
    """The function below answers a call of `theirs` from its arguments by name, and from whether derivatives are to be filled in.

    What is made takes the arguments of `theirs` and `or_differences`: whether SciPy is to take differences where everypath refuses.
    """
    signature = inspect.signature(theirs)

    def made(answer: Callable[[Asked, bool], Any]) -> Callable[..., Any]:
        @for_the_user
        @functools.wraps(answer)
        def filled_in(*args: Any, or_differences: bool = False, **named: Any) -> Any:
            asked = arguments_of(signature, theirs.__name__, args, named)
            for name in NUMBERS & asked.keys():
                refuse_units(asked[name], name)
            try:
                return answer(dict(asked), True)
            except (ep.NotSupported, ep.NotDifferentiable) as refusal:
                if not or_differences:
                    refusal.add_note(f"or give {theirs.__name__} the derivative, or {KEYWORD}=True: SciPy's differences in its place")
                    raise
            return answer(dict(asked), False)

        SAME[filled_in] = theirs  # inside a function that is differentiated
        filled_in.__signature__ = with_keyword(signature)  # type: ignore[attr-defined]
        return filled_in

    return made


def refuse_units(value: Any, name: str) -> None:
    """NotSupported where an array of `value` would lose a unit, a mask or an uncertainty; labels count for nothing here."""
    found = stranger(value)
    if found is not None and not found.rows:
        refuse_stranger(value, name)


def arguments_of(signature: inspect.Signature, name: str, args: tuple[Any, ...], named: Asked) -> Asked:
    """The arguments of a call by name, those that SciPy collects in `**options` among the others."""
    try:
        bound = signature.bind(*args, **named)
    except TypeError as problem:
        raise TypeError(f"{name}() {problem}") from None
    asked: Asked = {}
    for parameter, value in bound.arguments.items():
        if signature.parameters[parameter].kind is inspect.Parameter.VAR_KEYWORD:
            asked.update(value)
        else:
            asked[parameter] = value
    return asked


def with_keyword(signature: inspect.Signature) -> inspect.Signature:
    """SciPy's signature with the keyword that is added to it."""
    parameters = list(signature.parameters.values())
    added = inspect.Parameter(KEYWORD, inspect.Parameter.KEYWORD_ONLY, default=False)
    last = len(parameters) - (bool(parameters) and parameters[-1].kind is inspect.Parameter.VAR_KEYWORD)
    return signature.replace(parameters=[*parameters[:last], added, *parameters[last:]])


def extra(args: Any) -> tuple[Any, ...]:
    """SciPy's `args`: a tuple, or the only one."""
    return args if isinstance(args, tuple) else () if args is None else (args,)
