"""Smaller programs with the same fault: statements taken out, blocks in the place of what holds them, parts in the place of expressions."""

from __future__ import annotations

import ast
import time
from collections.abc import Callable, Iterator

PATIENCE = 40.0
"""Seconds."""


def reduced(text: str, still: Callable[[str], bool]) -> str:
    """The smallest program that is found by single steps, each of which keeps the fault."""
    until = time.monotonic() + PATIENCE
    best = ast.unparse(ast.parse(text))
    going = True
    while going:
        going = False
        for candidate in candidates(best):
            if time.monotonic() > until:
                return best
            if len(candidate) >= len(best) or not compiles(candidate):
                continue
            if still(candidate):
                best, going = candidate, True
                break
    return best


def compiles(text: str) -> bool:
    try:
        compile(text, "<candidate>", "exec")
    except (SyntaxError, ValueError):
        return False
    return True


def candidates(text: str) -> Iterator[str]:
    """Programs one step smaller: large steps first."""
    count = sum(1 for _ in ast.walk(ast.parse(text)))
    for step in (without, unwrapped, halved):
        for k in range(count):
            tree = ast.parse(text)
            node = next(n for j, n in enumerate(ast.walk(tree)) if j == k)
            for other in step(tree, node):
                yield ast.unparse(ast.fix_missing_locations(other))


def without(tree: ast.Module, node: ast.AST) -> Iterator[ast.Module]:
    """Each statement of the node taken out."""
    for block in blocks(node):
        for k in reversed(range(len(block))):
            if isinstance(node, ast.Module) and isinstance(block[k], ast.FunctionDef) and block[k].name == "f":
                continue
            taken = block.pop(k)
            if block or isinstance(node, ast.For | ast.While | ast.If):
                if block or block is not node.body:
                    yield tree
            block.insert(k, taken)


def unwrapped(tree: ast.Module, node: ast.AST) -> Iterator[ast.Module]:
    """The body, or the `else`, of an `if` or a loop instead of the statement."""
    for block in blocks(node):
        for k, statement in enumerate(block):
            if isinstance(statement, ast.If | ast.For | ast.While):
                for inner in (statement.body, statement.orelse):
                    if inner:
                        block[k : k + 1] = inner
                        yield tree
                        block[k : k + len(inner)] = [statement]


def halved(tree: ast.Module, node: ast.AST) -> Iterator[ast.Module]:
    """A part of an expression in the expression's place."""
    for name, value in ast.iter_fields(node):
        if isinstance(value, ast.expr):
            for part in ast.iter_child_nodes(value):
                if isinstance(part, ast.expr):
                    setattr(node, name, part)
                    yield tree
            setattr(node, name, value)
        elif isinstance(value, list):
            for k, item in enumerate(value):
                if isinstance(item, ast.expr):
                    for part in ast.iter_child_nodes(item):
                        if isinstance(part, ast.expr):
                            value[k] = part
                            yield tree
                    value[k] = item


def blocks(node: ast.AST) -> list[list[ast.stmt]]:
    return [block for name in ("body", "orelse") if isinstance(block := getattr(node, name, None), list) and block]
