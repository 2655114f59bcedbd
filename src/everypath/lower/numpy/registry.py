"""The tables that the core looks NumPy's names up in, and the decorators that fill them.

A handler declares the parameters of the NumPy function that it uses, by NumPy's names (an underscore may follow):

    @call(np.trace)
    @method("trace")
    def trace(context, node, a, offset=None): …

A call is bound to NumPy's own signature, so positions are NumPy's. An option that is given and that the handler does not declare
is refused, unless it has its default value; `out` may be left to `out.delivered`. A handler's own default None stands for NumPy's.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from ..context import WRONG, Context
from ..naming import public, spoken
from ..values import Abstract, Scalar, Static, is_none
from . import out, signatures

CallHandler = Callable[[Context, ast.AST, Sequence[Abstract], dict[str, Abstract]], Abstract]
AttributeHandler = Callable[[Context, ast.AST, Abstract], Abstract]

Handler = TypeVar("Handler", bound=Callable[..., Abstract])


@dataclass(frozen=True)
class Lowering:
    """What is done for one function or method: its name in messages, its parameters, and the handler that uses some of them.

    `before` counts the first parameters of the handler that stand for no argument: the context, the node, a method's receiver.
    """

    name: str
    signature: inspect.Signature
    handler: Callable[..., Abstract]
    before: int = 2

    @cached_property
    def used(self) -> dict[str, inspect.Parameter]:
        """The parameters that the handler declares, by NumPy's names."""
        return {p.name.rstrip("_"): p for p in list(inspect.signature(self.handler).parameters.values())[self.before :]}

    def lower(self, context: Context, node: ast.AST, before: Sequence[Abstract], args: Sequence[Abstract], kwargs: Any) -> Abstract:
        context.at(node)
        try:
            given = self.signature.bind(*args, **kwargs).arguments
        except TypeError as error:
            context.refuse(node, f"{self.named(node)}: {error}", WRONG)
        several: tuple[Abstract, ...] = ()
        options: dict[str, Abstract | None] = {}
        target: Abstract | None = None
        for key, value in given.items():
            parameter, own = self.signature.parameters[key], self.used.get(key)
            if parameter.kind is parameter.VAR_POSITIONAL and own is not None:
                several = value
            elif parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
                self.refuse_option(context, node, next(iter(value), key) if isinstance(value, dict) else key)
            elif is_default(value, parameter.default) or (key == "where" and everywhere(context, node, value)):
                continue
            elif own is not None:
                options[own.name] = None if is_none(value) and own.default is None else value
            elif key == "out":
                target = None if is_none(value) else value
            else:
                self.refuse_option(context, node, key)
        for key, own in self.used.items():
            if own.default is own.empty and own.kind is not own.VAR_POSITIONAL and own.name not in options:
                context.refuse(node, f"{self.named(node)} without '{key}' is not supported", "give it")
        if target is not None and "dtype" in self.used and options.get(self.used["dtype"].name) is None:
            first = (*before, *given.values())[0]
            options[self.used["dtype"].name] = out.dtype_with(self.name, first, target)
        result = self.handler(context, node, *before, *several, **options)
        return result if target is None else out.delivered(context, node, self.name, result, target)

    def refuse_option(self, context: Context, node: ast.AST, option: str) -> None:
        context.refuse(node, f"the option '{option}' of {self.named(node)} is not yet supported", "leave it out")

    def named(self, node: ast.AST) -> str:
        """What is called at `node`, in messages."""
        return spoken(node, self.name)


class OfFunction(Lowering):
    def __call__(self, context: Context, node: ast.AST, args: Sequence[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
        return self.lower(context, node, (), args, kwargs)


class OfMethod(Lowering):
    def named(self, node: ast.AST) -> str:
        return self.name

    def __call__(
        self, context: Context, node: ast.AST, receiver: Abstract, args: Sequence[Abstract], kwargs: dict[str, Abstract]
    ) -> Abstract:
        return self.lower(context, node, (receiver,), args, kwargs)


CALLS: dict[Any, OfFunction] = {}
METHODS: dict[str, OfMethod] = {}
ATTRIBUTES: dict[str, AttributeHandler] = {}


def is_default(value: Abstract, default: Any) -> bool:
    """Whether `value` is known to be what NumPy takes where nothing is given."""
    if isinstance(value, Scalar):
        return value.is_static and type(value.static) is type(default) and bool(value.static == default)
    return isinstance(value, Static) and type(value.value) is type(default) and bool(value.value == default)


def everywhere(context: Context, node: ast.AST, where: Abstract) -> bool:
    """Whether `where` is True, as it is where nothing is given: a boolean that can be known is asked for."""
    single = isinstance(where, Scalar) and where.kind == "bool" and (where.is_static or bool(where.origins))
    return single and context.static(where, "where", node) is True


def call(*functions: Any) -> Callable[[Handler], Handler]:
    """Register the handler of these NumPy callables."""

    def register(handler: Handler) -> Handler:
        for function in functions:
            CALLS[function] = OfFunction(public(function), signatures.of_function(function), handler)
        return handler

    return register


def method(*names: str) -> Callable[[Handler], Handler]:
    """Register the handler of array methods; the receiver is its first argument."""

    def register(handler: Handler) -> Handler:
        for name in names:
            METHODS[name] = OfMethod(f"ndarray.{name}", signatures.of_method(name), handler, before=3)
        return handler

    return register


def attribute(*names: str) -> Callable[[AttributeHandler], AttributeHandler]:
    """Register the handler of array attributes."""

    def register(handler: AttributeHandler) -> AttributeHandler:
        for name in names:
            ATTRIBUTES[name] = handler
        return handler

    return register
