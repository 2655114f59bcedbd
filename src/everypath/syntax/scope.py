"""Whose name is it: which variables a function binds, which inner functions see, which come from outside."""

from __future__ import annotations

import ast
from dataclasses import field

from ..once import once
from ..unchanging import plain_value
from .read import FunctionNode
from .walk import children

Comprehension = ast.ListComp | ast.GeneratorExp | ast.DictComp | ast.SetComp


@plain_value
class Scope:
    """The names of one function. `bound` are its own; `cells` those of them that inner functions see; `free` come from outside
    (an enclosing function, the module, builtins); `nonlocals` are free ones that it may rebind, `globals` the
    module's that it may."""

    parameters: tuple[str, ...]
    bound: frozenset[str]
    cells: frozenset[str]
    free: frozenset[str]
    nonlocals: frozenset[str]
    globals: frozenset[str] = frozenset()


@plain_value
class Names:
    """What a piece of code does with names: `inner` are those that functions inside it read or rebind."""

    bound: set[str] = field(default_factory=set)
    read: set[str] = field(default_factory=set)
    nonlocals: set[str] = field(default_factory=set)
    globals: set[str] = field(default_factory=set)
    inner: set[str] = field(default_factory=set)


@once
def scope(node: FunctionNode | ast.AsyncFunctionDef) -> Scope:
    """The scope of a function or lambda."""
    own = parameters(node.args)
    names = Names(set(own))
    for statement in node.body if isinstance(node.body, list) else [node.body]:
        _walk(statement, names, frozenset())
    bound = names.bound - names.nonlocals - names.globals
    free = (names.read | names.inner | names.nonlocals) - bound - names.globals
    return Scope(
        tuple(own), frozenset(bound), frozenset(bound & names.inner), frozenset(free), frozenset(names.nonlocals), frozenset(names.globals)
    )


def parameters(arguments: ast.arguments) -> list[str]:
    """The names of all parameters, in the order of the signature."""
    names = [a.arg for a in (*arguments.posonlyargs, *arguments.args)]
    if arguments.vararg:
        names.append(arguments.vararg.arg)
    names += [a.arg for a in arguments.kwonlyargs]
    if arguments.kwarg:
        names.append(arguments.kwarg.arg)
    return names


ODD = frozenset(
    (
        *(ast.NamedExpr, ast.Nonlocal, ast.Global, ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef, ast.AnnAssign),
        *(ast.ListComp, ast.GeneratorExp, ast.DictComp, ast.SetComp),
        *(ast.Import, ast.ImportFrom, ast.ExceptHandler, ast.MatchAs, ast.MatchStar, ast.MatchMapping),
    )
)
"""The kinds of nodes that do more with names than the nodes in them do."""


def _walk(node: ast.AST, names: Names, hidden: frozenset[str]) -> None:
    """Collect names. `hidden` are the variables of comprehensions around `node`, which belong to nobody else."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        kind = here.__class__
        if kind is ast.Name:
            if here.id not in hidden:  # type: ignore[attr-defined]
                (names.read if here.ctx.__class__ is ast.Load else names.bound).add(here.id)  # type: ignore[attr-defined]
        elif kind in ODD:
            _walk_odd(here, names, hidden)
        else:
            waiting += children(here)


def _walk_odd(node: ast.AST, names: Names, hidden: frozenset[str]) -> None:
    """Collect the names of a node of one of the `ODD` kinds."""
    if isinstance(node, ast.NamedExpr):
        names.bound.add(node.target.id)
        _walk(node.value, names, hidden)
        return
    if isinstance(node, (ast.Nonlocal, ast.Global)):
        (names.nonlocals if isinstance(node, ast.Nonlocal) else names.globals).update(node.names)
        return
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        outside = [*node.args.defaults, *(d for d in node.args.kw_defaults if d is not None)]
        if not isinstance(node, ast.Lambda):
            names.bound.add(node.name)
            outside += node.decorator_list
        for part in outside:
            _walk(part, names, hidden)
        names.inner.update(scope(node).free - hidden)
        return
    if isinstance(node, ast.ClassDef):
        _walk_class(node, names, hidden)
        return
    names.bound.update(_named(node))
    skipped: list[ast.AST] = [node.annotation] if isinstance(node, ast.AnnAssign) else []
    if isinstance(node, Comprehension):
        first = node.generators[0]
        _walk(first.iter, names, hidden)  # it is computed outside
        for part in (first.target, *first.ifs):
            _walk(part, names, hidden | targets_of(node))
        hidden, skipped = hidden | targets_of(node), [first]
    for child in children(node):
        if child not in skipped:
            _walk(child, names, hidden)


def _walk_class(node: ast.ClassDef, names: Names, hidden: frozenset[str]) -> None:
    """A class: what its body binds is its own, what it reads may be the function's."""
    names.bound.add(node.name)
    for part in (*node.decorator_list, *node.bases, *node.keywords):
        _walk(part, names, hidden)
    own = Names()
    for statement in node.body:
        _walk(statement, own, hidden)
    names.inner.update(own.read, own.inner, own.nonlocals)


def _named(node: ast.AST) -> list[str]:
    """The names that a node binds without a `Name`: in imports, `except … as`, patterns."""
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return [alias.asname or alias.name.partition(".")[0] for alias in node.names]
    if isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)):
        return [node.name] if node.name else []
    return [node.rest] if isinstance(node, ast.MatchMapping) and node.rest else []


def targets_of(node: Comprehension) -> frozenset[str]:
    """The variables that a comprehension binds for itself."""
    return frozenset(name for generator in node.generators for name in names_stored(generator.target))


def names_stored(node: ast.AST) -> set[str]:
    """The names that an assignment target, or any code, binds in the function it stands in."""
    names = Names()
    _walk(node, names, frozenset())
    return names.bound


def names_read(node: ast.AST) -> set[str]:
    """The names that a piece of code reads, those of inner functions included."""
    names = Names()
    _walk(node, names, frozenset())
    return names.read | names.inner
