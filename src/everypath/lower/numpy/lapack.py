"""What the library's texts ask of LAPACK, as ops."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from typing import Any

from ...library.linear_algebra import lapack
from ..context import Context
from ..values import Abstract, Array, Tuple
from .conversion import array
from .operands import option
from .products import whole
from .registry import CALLS, OfFunction


def handler_for(name: str, options: dict[str, Any]) -> Callable[..., Abstract]:
    """The handler of a routine: of its arguments, arrays are operands and `options` attributes."""

    def handler(context: Context, node: ast.AST, *operands: Abstract, **given: Abstract) -> Abstract:
        matrices = [whole(context, array(context, node, x).value) for x in operands]
        known: dict[str, Any] = {key: bool(option(context, node, given.get(key), key, default)) for key, default in options.items()}
        results = context.b.emit(name, *matrices, names=NAMES.get(name, (name,)) if known.get("vectors", True) else (), **known)
        made = [Array(v) for v in results]
        return made[0] if len(made) == 1 else Tuple(tuple(made))

    return handler


NAMES: dict[str, tuple[str, ...]] = {
    "getrf": ("lu", "pivots", "info"),
    "potrf": ("factor", "info"),
    "syevd": ("eigenvalues", "eigenvectors", "info"),
    "gesdd": ("u", "s", "vt", "info"),
    "gesdd_values": ("s", "info"),
    "geev": ("re", "im", "eigenvectors", "info"),
    "geqrf": ("reflections", "factors"),
}


class OfRoutine(OfFunction):
    """The arguments without defaults are operands, and so is every one that is not known."""

    def __call__(self, context: Context, node: ast.AST, args: Any, kwargs: dict[str, Abstract]) -> Abstract:
        context.at(node)
        bound = self.signature.bind(*args, **kwargs).arguments
        operands = [bound.pop(p.name) for p in self.signature.parameters.values() if p.default is p.empty]
        return self.handler(context, node, *operands, **bound)


for _function in vars(lapack).values():
    if inspect.isfunction(_function):
        _signature = inspect.signature(_function)
        _options = {p.name: p.default for p in _signature.parameters.values() if p.default is not p.empty}
        CALLS[_function] = OfRoutine(_function.__name__, _signature, handler_for(_function.__name__, _options))
