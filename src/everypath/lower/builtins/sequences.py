"""What is counted and cut: len, range, slice."""

from __future__ import annotations

import ast
import builtins

from ...ir.types import I64
from ..frame import Frame
from ..naming import type_name
from ..outside import never
from ..python import containers
from ..python.indices import as_index
from ..python.iterables import Generator
from ..values import Abstract, Range, Scalar
from .registry import builtin


@builtin(builtins.len, least=1)
def lower_len(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    x = c.present(args[0], node)
    if isinstance(x, Generator) or getattr(x, "used", None) is not None:
        return never(c, node, TypeError, f"object of type '{type_name(x)}' has no len()")
    return containers.length(c, x, node)


@builtin(builtins.range, least=1, most=3)
def lower_range(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    parts = []
    for x in args:
        x = as_index(c, x, node)
        static = int(x.static) if x.is_static else x.static
        parts.append(Scalar(c.as_type(x, I64), "int", static, x.origins))
    if len(parts) == 1:
        return Range(c.integer(0), parts[0], c.integer(1))
    if len(parts) == 3 and not (parts[2].is_static and parts[2].static):
        c.check(c.b.op("ne", parts[2].value, c.b.i64(0)), ValueError, "range() arg 3 must not be zero")
    return Range(parts[0], parts[1], parts[2] if len(parts) == 3 else c.integer(1))
