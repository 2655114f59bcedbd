"""What NumPy says of dtypes: their limits, what they meet in, what casts to what. All of it is known before the function runs."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

import numpy as np

from ...ir.types import scalar_of
from ..frame import Frame
from ..objects import sequence_items
from ..python.known import NotKnown, value_of
from ..python.thrown import as_cpython
from ..values import Abstract, Array, Complex, Scalar, Tuple
from .registry import TABLE, Handler

FUNCTIONS: tuple[Callable[..., Any], ...] = (
    np.can_cast,
    np.common_type,
    np.dtype,
    np.finfo,
    np.iinfo,
    np.issubdtype,
    np.promote_types,
    np.result_type,
)


def asked(function: Callable[..., Any]) -> Handler:
    of = known if function is np.dtype else like

    def handler(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
        try:
            return c.constant(function(*[of(c, x, node) for x in args], **{key: of(c, x, node) for key, x in kwargs.items()}))
        except NotKnown:
            c.refuse(node, f"np.{function.__name__} of what is known only when the function runs is not supported", "name the dtype")
        except (AttributeError, TypeError, ValueError) as problem:
            as_cpython(c, node, problem)

    return handler


def like(c: Frame, x: Abstract, node: ast.AST) -> Any:
    """Something of which NumPy says the same: Python's numbers are weak, and of arrays only the dtype counts."""
    x = c.present(x, node)
    if isinstance(x, Array):
        return np.empty((0,) * x.rank, x.dtype.numpy)
    if isinstance(x, Scalar) and x.kind != "bool":
        return {"float": 0.0, "int": 0}.get(x.kind, scalar_of(x.value.type).numpy.type(0))
    if isinstance(x, Complex):
        return 0j if x.weak else np.empty((0,) * x.rank, x.dtype)[() if x.rank else ...]
    items = sequence_items(x)
    if items is None:
        return value_of(x)
    parts = [like(c, item, node) for item in items]
    return tuple(parts) if isinstance(x, Tuple) else parts


def known(c: Frame, x: Abstract, node: ast.AST) -> Any:
    """The object itself: in the description of a dtype, numbers are lengths."""
    return value_of(c.present(x, node))


for _function in FUNCTIONS:
    TABLE[_function] = asked(_function)
if hasattr(np, "isdtype"):
    TABLE[np.isdtype] = asked(np.isdtype)
