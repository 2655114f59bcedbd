"""A copy of a function whose variables have other names, so that its statements can stand among those of another function."""

from __future__ import annotations

import ast
import copy
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from .read import FunctionNode
from .scope import scope
from .walk import children

MARK = "@"
"""Stands between a variable's own name and what makes it another one; no name that is written has it."""


def plain(name: str) -> str:
    """What the user calls a variable."""
    return name.partition(MARK)[0]


def renamed(node: FunctionNode, names: Mapping[str, str]) -> FunctionNode:
    """A copy of the function in which these names are called otherwise, in the functions inside it too where they mean the same.

    Places are kept. The parameters are renamed like everything else.
    """
    fresh = copy.deepcopy(node)
    Rename(names).function(fresh)
    return fresh


class Rename(ast.NodeTransformer):
    """Renames in place."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names

    def of(self, name: str) -> str:
        return self.names.get(name, name)

    def function(self, node: FunctionNode) -> None:
        """The text of the function itself: its parameters and its body, but not what was computed when it was made."""
        for parameter in ast.walk(node.args):
            if isinstance(parameter, ast.arg):
                parameter.arg = self.of(parameter.arg)
        body: Any = node.body
        node.body = [self.visit(s) for s in body] if isinstance(body, list) else self.visit(body)

    def visit_Name(self, node: ast.Name) -> ast.Name:
        node.id = self.of(node.id)
        return node

    def visit_Nonlocal(self, node: ast.Nonlocal) -> ast.Nonlocal:
        node.names = [self.of(name) for name in node.names]
        return node

    def visit_Global(self, node: ast.Global) -> ast.Global:
        node.names = [self.of(name) for name in node.names]
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.name = self.of(node.name)
        node.decorator_list = [self.visit(d) for d in node.decorator_list]
        return self.inner(node)

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        return self.inner(node)

    def inner(self, node: Any) -> ast.AST:
        """A function inside: its defaults belong to the text around it, and its own variables to itself."""
        own = scope(copy.deepcopy(node)).bound
        node.args.defaults = [self.visit(d) for d in node.args.defaults]
        node.args.kw_defaults = [None if d is None else self.visit(d) for d in node.args.kw_defaults]
        inside = Rename({name: new for name, new in self.names.items() if name not in own})
        node.body = [inside.visit(s) for s in node.body] if isinstance(node.body, list) else inside.visit(node.body)
        assert isinstance(node, ast.AST)
        return node

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        node.name = None if node.name is None else self.of(node.name)
        return self.generic_visit(node)

    def visit_MatchAs(self, node: ast.MatchAs) -> ast.AST:
        node.name = None if node.name is None else self.of(node.name)
        return self.generic_visit(node)

    def visit_MatchStar(self, node: ast.MatchStar) -> ast.AST:
        node.name = None if node.name is None else self.of(node.name)
        return node

    def visit_MatchMapping(self, node: ast.MatchMapping) -> ast.AST:
        node.rest = None if node.rest is None else self.of(node.rest)
        return self.generic_visit(node)

    def visit_alias(self, node: ast.alias) -> ast.alias:
        name = (node.asname or node.name).partition(".")[0]
        if name in self.names:
            node.asname = self.of(name)
        return node


def as_function(node: ast.GeneratorExp, first: str) -> ast.FunctionDef:
    """The generator function that a generator expression stands for; its parameter `first` is what the first `for` goes over.

    (f(x) for x in xs if x > 0)        def …(first):
                                           for x in first:
                                               if x > 0:
                                                   yield f(x)
    """
    elt = copy.deepcopy(node.elt)
    body: ast.stmt = ast.copy_location(ast.Expr(ast.copy_location(ast.Yield(elt), elt)), elt)
    for k, generator in reversed(list(enumerate(copy.deepcopy(node.generators)))):
        for test in reversed(generator.ifs):
            body = ast.copy_location(ast.If(test, [body], []), test)
        over = generator.iter if k else ast.copy_location(ast.Name(first, ast.Load()), generator.iter)
        body = ast.copy_location(ast.For(generator.target, over, [body], []), generator.target)
    made = ast.FunctionDef("<genexpr>", ast.arguments([], [ast.copy_location(ast.arg(first), node)], None, [], [], None, []), [body], [])
    return ast.copy_location(made, node)


def gives(node: ast.AST) -> bool:
    """Whether a `yield` stands in this code, and belongs to it."""
    if isinstance(node, (ast.Yield, ast.YieldFrom)):
        return True
    if isinstance(node, (ast.FunctionDef, ast.Lambda, ast.GeneratorExp)):
        return False
    return any(map(gives, children(node)))


@lru_cache(maxsize=64)
def is_generator(node: FunctionNode) -> bool:
    """Whether a function is a generator function."""
    return isinstance(node, ast.FunctionDef) and any(gives(statement) for statement in node.body)
