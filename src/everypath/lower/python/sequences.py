"""What is counted and gone over: len, range, enumerate, zip, reversed, slice."""

from __future__ import annotations

import ast
import builtins
from typing import Any

from ...ir.types import I64
from .. import containers
from ..comprehension import Generator, realised
from ..frame import Frame
from ..iteration import backwards, enumerated, iterable, iterator, zipped
from ..outside import never
from ..values import (
    Abstract,
    Array,
    Range,
    Scalar,
    Slice,
    Static,
    type_name,
)
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
        x = element_of_rank_0(c, c.present(x, node))
        if not isinstance(x, Scalar) or not (x.type.is_integer or x.kind == "bool"):
            return never(c, node, TypeError, f"'{type_name(x)}' object cannot be interpreted as an integer")
        static = int(x.static) if x.is_static else x.static
        parts.append(Scalar(c.as_type(x, I64), "int", static, x.origins))
    if len(parts) == 1:
        return Range(c.integer(0), parts[0], c.integer(1))
    return Range(parts[0], parts[1], parts[2] if len(parts) == 3 else c.integer(1))


def element_of_rank_0(c: Frame, x: Abstract) -> Abstract:
    return Scalar(c.b.op("load", x.value), "numpy") if isinstance(x, Array) and x.rank == 0 else x


@builtin(builtins.enumerate, least=1, most=2, options=("start",))
def lower_enumerate(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    first = args[1] if len(args) == 2 else kwargs.get("start", c.integer(0))
    first = c.present(first, node)
    if not isinstance(first, Scalar) or not first.type.is_integer:
        return never(c, node, TypeError, f"'{type_name(first)}' object cannot be interpreted as an integer")
    return iterator(c, enumerated(c, iterable(c, realised(c, args[0]), node), first))


@builtin(builtins.zip, most=64, options=("strict",))
def lower_zip(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    parts = [iterable(c, realised(c, x), node) for x in args]
    if "strict" in kwargs and c.static(kwargs["strict"], "the option 'strict'", node):
        same_lengths(c, node, parts)
    return iterator(c, zipped(c, parts, node))


def same_lengths(c: Frame, node: ast.AST, parts: list[Any]) -> None:
    from ..iteration import length

    first, *others = (length(c, x) for x in parts)
    for k, other in enumerate(others, 2):
        before = f"argument{'s' if k > 2 else ''} 1{f'-{k - 1}' if k > 2 else ''}"
        c.check(c.b.op("ge", other.value, first.value), ValueError, f"zip() argument {k} is shorter than {before}")
        c.check(c.b.op("le", other.value, first.value), ValueError, f"zip() argument {k} is longer than {before}")


@builtin(builtins.reversed, least=1)
def lower_reversed(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    return iterator(c, backwards(c, iterable(c, args[0], node)))


@builtin(builtins.slice, least=1, most=3)
def lower_slice(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    none = Static(None)
    return Slice(none, args[0], none) if len(args) == 1 else Slice(args[0], args[1], args[2] if len(args) == 3 else none)
