"""Whose name is it: which variables a function binds, which inner functions see, which come from outside."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import lru_cache

from .read import FunctionNode

Comprehension = ast.ListComp | ast.GeneratorExp | ast.DictComp | ast.SetComp


@dataclass(frozen=True)
class Scope:
    """The names of one function. `bound` are its own; `cells` those of them that inner functions see; `free` come from outside
    (an enclosing function, the module, builtins); `nonlocals` are free ones that it may rebind."""

    parameters: tuple[str, ...]
    bound: frozenset[str]
    cells: frozenset[str]
    free: frozenset[str]
    nonlocals: frozenset[str]


@lru_cache(maxsize=64)
def scope(node: FunctionNode) -> Scope:
    """The scope of a function or lambda."""
    names = parameters(node.args)
    body = node.body if isinstance(node.body, list) else [node.body]
    bound = set(names)
    read: set[str] = set()
    nonlocals: set[str] = set()
    inner: set[str] = set()
    for statement in body:
        _walk(statement, bound, read, nonlocals, inner, frozenset())
    bound -= nonlocals
    free = (read | inner | nonlocals) - bound
    return Scope(tuple(names), frozenset(bound), frozenset(bound & inner), frozenset(free), frozenset(nonlocals))


def parameters(arguments: ast.arguments) -> list[str]:
    """The names of all parameters, in the order of the signature."""
    names = [a.arg for a in (*arguments.posonlyargs, *arguments.args)]
    if arguments.vararg:
        names.append(arguments.vararg.arg)
    names += [a.arg for a in arguments.kwonlyargs]
    if arguments.kwarg:
        names.append(arguments.kwarg.arg)
    return names


def _walk(node: ast.AST, bound: set[str], read: set[str], nonlocals: set[str], inner: set[str], hidden: frozenset[str]) -> None:
    """Collect names. `hidden` are the variables of comprehensions around `node`, which belong to nobody else."""
    if isinstance(node, ast.Name):
        if node.id not in hidden:
            (read if isinstance(node.ctx, ast.Load) else bound).add(node.id)
        return
    if isinstance(node, ast.ExceptHandler) and node.name:
        bound.add(node.name)
    if isinstance(node, ast.NamedExpr):
        bound.add(node.target.id)
        _walk(node.value, bound, read, nonlocals, inner, hidden)
        return
    if isinstance(node, (ast.MatchAs, ast.MatchStar)) and node.name is not None:
        bound.add(node.name)
    if isinstance(node, ast.MatchMapping) and node.rest is not None:
        bound.add(node.rest)
    if isinstance(node, ast.alias):
        bound.add((node.asname or node.name).partition(".")[0])
    if isinstance(node, ast.Nonlocal):
        nonlocals.update(node.names)
        return
    if isinstance(node, (ast.FunctionDef, ast.Lambda)):
        if isinstance(node, ast.FunctionDef):
            bound.add(node.name)
        for default in (*node.args.defaults, *(d for d in node.args.kw_defaults if d is not None)):
            _walk(default, bound, read, nonlocals, inner, hidden)
        inner.update(scope(node).free - hidden)
        return
    if isinstance(node, (ast.ListComp, ast.GeneratorExp, ast.DictComp, ast.SetComp)):
        hidden = hidden | targets_of(node)
    if isinstance(node, ast.AnnAssign):
        parts = [node.target] if node.value is None else [node.target, node.value]
        for part in parts:
            _walk(part, bound, read, nonlocals, inner, hidden)
        return
    for child in ast.iter_child_nodes(node):
        _walk(child, bound, read, nonlocals, inner, hidden)


def targets_of(node: Comprehension) -> frozenset[str]:
    """The variables that a comprehension binds for itself."""
    return frozenset(name for generator in node.generators for name in names_stored(generator.target))


def names_stored(node: ast.AST) -> set[str]:
    """The names that an assignment target, or any code, binds in the function it stands in."""
    bound: set[str] = set()
    _walk(node, bound, set(), set(), set(), frozenset())
    return bound


def names_read(node: ast.AST) -> set[str]:
    """The names that a piece of code reads, those of inner functions included."""
    read: set[str] = set()
    inner: set[str] = set()
    _walk(node, set(), read, set(), inner, frozenset())
    return read | inner
