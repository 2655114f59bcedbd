"""Adding at indices, where of equal ones every one counts: np.add.at, np.subtract.at."""

from __future__ import annotations

import ast

import numpy as np

from ..context import Context
from ..naming import type_name
from ..values import NONE, Abstract, Array
from . import indexing
from .registry import call


@call(np.add.at)
def add_at(context: Context, node: ast.AST, a: Abstract, indices: Abstract, b: Abstract) -> Abstract:
    return changed_at(context, node, "+", a, indices, b)


@call(np.subtract.at)
def subtract_at(context: Context, node: ast.AST, a: Abstract, indices: Abstract, b: Abstract) -> Abstract:
    return changed_at(context, node, "-", a, indices, b)


def changed_at(context: Context, node: ast.AST, op: str, a: Abstract, indices: Abstract, b: Abstract) -> Abstract:
    x = context.present(a, node)
    if not isinstance(x, Array):
        context.refuse(node, f"the first operand must be an array, not {type_name(x)}", "make it an array")
    indexing.add_at(context, node, op, x, indices, b)
    return NONE
