"""How a function that was made from another one presents itself: its name, documentation, parameters and source, to `help`,
`inspect.signature` and a notebook's `?`."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from .callables import name_of

SAYS = {
    "grad": "The gradient of {f} in {wrt}",
    "value_and_grad": "The value and the gradient of {f} in {wrt}",
    "jacobian": "The Jacobian of {f} in {wrt}",
    "jacfwd": "The Jacobian of {f} in {wrt}, by forward mode",
    "jacrev": "The Jacobian of {f} in {wrt}, by reverse mode",
    "hessian": "The Hessian of {f} in {wrt}",
    "hvp": "The Hessian of {f} in {wrt}, times the vector that is the last argument",
    "explain": "Why the derivative of {f} in {wrt} is what it is",
}
"""The first line of the documentation, by the kind of what was made."""


def introduced(made: Any) -> None:
    """Give `made` the name, the module, the documentation and the source of its function, as `functools.wraps` does, and say what it is."""
    function: Callable[..., Any] = made.function
    name = getattr(function, "__name__", None) or name_of(function)
    made.__name__ = name if made.kind == "compile" else f"{made.kind}_{name_of(function)}"
    made.__qualname__ = made.__name__
    made.__module__ = getattr(function, "__module__", None) or type(function).__module__
    made.__wrapped__ = function
    text = getattr(function, "__doc__", None)
    if made.kind in SAYS:
        first = SAYS[made.kind].format(f=name_of(function), wrt=said(made.wrt))
        text = f"{first}.\n\n{inspect.cleandoc(text)}" if text else f"{first}."
    made.__doc__ = text


def said(wrt: Any) -> str:
    """The chosen arguments in words."""
    if isinstance(wrt, tuple):
        return " and ".join(map(said, wrt))
    return wrt if isinstance(wrt, str) else f"argument {wrt}"


class Signed:
    """`__signature__` of what was made, read off its function when it is asked for; None for the class itself."""

    def __get__(self, made: Any, owner: Any = None) -> inspect.Signature | None:
        if made is None:
            return None
        try:
            return signature(made)
        except (ValueError, TypeError) as problem:
            raise AttributeError(f"{name_of(made)} has no signature that Python can say: {problem}") from None


def signature(made: Any) -> inspect.Signature:
    """The parameters of the function, and what comes back."""
    found = inspect.signature(made.function)
    if made.kind == "compile":
        return found
    if made.kind == "explain":
        return found.replace(return_annotation="Explanation")
    parameters = list(found.parameters.values())
    if made.kind == "hvp":
        last = next((k for k, p in enumerate(parameters) if p.kind > p.POSITIONAL_OR_KEYWORD), len(parameters))
        plain = all(p.default is p.empty for p in parameters[:last]) and not any(p.kind is p.VAR_POSITIONAL for p in parameters)
        kind = (
            inspect.Parameter.POSITIONAL_ONLY
            if last and parameters[last - 1].kind is inspect.Parameter.POSITIONAL_ONLY
            else inspect.Parameter.POSITIONAL_OR_KEYWORD
        )
        vector = [inspect.Parameter("v", kind)] if plain and "v" not in found.parameters else []
        return found.replace(parameters=[*parameters[:last], *vector, *parameters[last:]], return_annotation=inspect.Signature.empty)
    returned: Any = inspect.Signature.empty
    if made.kind == "grad" and not made.has_aux and not isinstance(made.wrt, tuple):
        returned = annotation(made.wrt, found)
    return found.replace(return_annotation=returned)


def annotation(wrt: int | str, found: inspect.Signature) -> Any:
    """What is said of the type of an argument, if anything."""
    if isinstance(wrt, str):
        return found.parameters[wrt].annotation if wrt in found.parameters else inspect.Signature.empty
    positional = [p for p in found.parameters.values() if p.kind <= p.POSITIONAL_OR_KEYWORD]
    return positional[wrt].annotation if -len(positional) <= wrt < len(positional) else inspect.Signature.empty
