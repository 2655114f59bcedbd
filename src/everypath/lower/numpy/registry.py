"""The tables that the core looks NumPy's names up in, and the decorators that fill them.

A handler is written with the parameters of the NumPy function itself, so Python's own binding sorts the arguments:

    @call(np.trace)
    @method("trace")
    def trace(context, node, a, offset=None): …
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from ..context import Context
from ..values import Abstract, is_none

CallHandler = Callable[[Context, ast.AST, Sequence[Abstract], dict[str, Abstract]], Abstract]
MethodHandler = Callable[[Context, ast.AST, Abstract, Sequence[Abstract], dict[str, Abstract]], Abstract]
AttributeHandler = Callable[[Context, ast.AST, Abstract], Abstract]

CALLS: dict[Any, CallHandler] = {}
METHODS: dict[str, MethodHandler] = {}
ATTRIBUTES: dict[str, AttributeHandler] = {}

Handler = TypeVar("Handler", bound=Callable[..., Abstract])


def spelled(function: Any) -> str:
    """How users write the name of a library function: np.sum, scipy.special.erf."""
    module = getattr(function, "__module__", None) or "numpy"
    name = getattr(function, "__name__", str(function))
    return f"np.{name}" if module == "numpy" else f"{module.replace('numpy', 'np', 1).lstrip('_')}.{name}"


def call(*functions: Any) -> Callable[[Handler], Handler]:
    """Register the handler of these NumPy callables."""

    def register(handler: Handler) -> Handler:
        for function in functions:
            name = spelled(function)
            CALLS[function] = lambda context, node, args, kwargs, name=name: bound(handler, name, context, node, args, kwargs)  # type: ignore[misc]
        return handler

    return register


def method(*names: str) -> Callable[[Handler], Handler]:
    """Register the handler of array methods; the receiver is its first argument."""

    def register(handler: Handler) -> Handler:
        for name in names:
            METHODS[name] = lambda context, node, receiver, args, kwargs, name=name: bound(  # type: ignore[misc]
                handler, f"ndarray.{name}", context, node, (receiver, *args), kwargs
            )
        return handler

    return register


def attribute(*names: str) -> Callable[[AttributeHandler], AttributeHandler]:
    """Register the handler of array attributes."""

    def register(handler: AttributeHandler) -> AttributeHandler:
        for name in names:
            ATTRIBUTES[name] = handler
        return handler

    return register


def bound(
    handler: Callable[..., Abstract],
    name: str,
    context: Context,
    node: ast.AST,
    args: Sequence[Abstract],
    kwargs: dict[str, Abstract],
) -> Abstract:
    """Call `handler` with the arguments bound as the NumPy function `name` would; None is left out where it is the default."""
    context.at(node)
    signature = inspect.signature(handler)
    for key, value in kwargs.items():
        if key not in signature.parameters and not is_none(value):
            context.refuse(node, f"the option '{key}' of {name} is not yet supported", "leave it out")
    try:
        arguments = signature.bind(context, node, *args, **{k: v for k, v in kwargs.items() if k in signature.parameters})
    except TypeError as error:
        context.refuse(node, f"{name}: {error}", f"see the documentation of {name}")
    for key, value in arguments.arguments.items():
        if isinstance(value, Abstract) and is_none(value) and signature.parameters[key].default is None:
            arguments.arguments[key] = None
    return handler(*arguments.args, **arguments.kwargs)
