"""Which lines of a function no run of it came to: whole blocks of which nothing was executed."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator

from .places import Source

COMPUTING = (ast.BinOp, ast.Call, ast.UnaryOp, ast.Compare, ast.Subscript)
"""What leaves operations behind; a block without any of these cannot be told from one that was not run."""


def unreached(source: Source, executed: frozenset[int]) -> frozenset[int]:
    """The lines of blocks (a side of an `if`, the body of a loop) in which something is computed and no line of which is in `executed`."""
    try:
        tree = ast.parse(textwrap.dedent(source.text))
    except SyntaxError:
        return frozenset()
    first = source.first_line - 1
    found: set[int] = set()
    for block in blocks(tree):
        lines = {first + n for s in block for n in range(s.lineno, (s.end_lineno or s.lineno) + 1)}
        computes = any(isinstance(n, COMPUTING) for s in block for n in ast.walk(s))
        if computes and not lines & executed:
            found |= lines
    return frozenset(found)


def blocks(tree: ast.AST) -> Iterator[list[ast.stmt]]:
    for node in ast.walk(tree):
        if isinstance(node, (ast.If, ast.For, ast.While, ast.Try)):
            for block in (node.body, node.orelse):
                if block:
                    yield block
