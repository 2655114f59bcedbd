"""Which variables matter: the names that may still be read after a statement, or at the head of a loop.

What a loop carries and what a branch yields is what was assigned in it and is live after it; so a temporary of an
iteration never looks like state.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

from ..once import once
from .read import FunctionNode
from .rename import plain
from .scope import names_read, names_stored
from .walk import children, walk

Names = frozenset[str]
NONE: Names = frozenset()


@dataclass
class Liveness:
    """`after[s]`: live after statement s on any path that leaves it inside the function, `break` and `continue` included, and
    those that an error takes to a handler. `head[loop]`: live where a turn of the loop begins, its condition included.
    `left[loop]`: live where the loop is left, before its `else`. `landed[s]`: live where an error leads to that is raised in the
    body of a `try` or `with`, or, `landed[s, "handlers"]`, in its handlers or its `else`."""

    after: dict[ast.stmt, Names] = field(default_factory=dict)
    head: dict[ast.stmt, Names] = field(default_factory=dict)
    left: dict[ast.stmt, Names] = field(default_factory=dict)
    landed: dict[ast.stmt | tuple[ast.stmt, str], Names] = field(default_factory=dict)


@once
def liveness(node: FunctionNode) -> Liveness:
    """The live names of a function. Variables that inner functions see are cells, which are always live, and not listed."""
    facts = Liveness()
    if isinstance(node, ast.FunctionDef):
        kept = [part.value for part in walk(node) if isinstance(part, (ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.Return))]
        Walk(facts, NONE.union(*(read_later(value) for value in kept if value is not None))).block(node.body, NONE, NONE, NONE)
    return facts


LAZY = frozenset(("map", "filter", "zip", "enumerate", "iter"))
"""Builtins that give the items of generator expressions when their own are asked for; the others, as `sum`, take them at once."""

EAGER = frozenset("np numpy math cmath functools statistics heapq join extend fromiter array".split())
"""Modules, and methods, that take them at once. Of any other function nobody knows."""


def takes_later(function: ast.expr) -> bool:
    """Whether a function may take the items of a generator expression after it has returned."""
    if isinstance(function, ast.Attribute):
        root = function.value.id if isinstance(function.value, ast.Name) else ""
        return function.attr not in EAGER and root not in EAGER
    return not isinstance(function, ast.Name) or plain(function.id) in LAZY or not hasattr(builtins, plain(function.id))


def read_later(node: ast.expr) -> Names:
    """The variables that are read by generator expressions in `node` when somebody takes their items."""
    if isinstance(node, ast.GeneratorExp):
        return frozenset(names_read(node))
    if isinstance(node, ast.Call):
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        return NONE.union(*map(read_later, given)) if takes_later(node.func) else NONE
    return NONE.union(*(read_later(child) for child in children(node) if isinstance(child, ast.expr)))


@dataclass
class Walk:
    """From the end of a function to its beginning. What each node reads and stores is kept as long as the walk. `raised` is live where
    an error that is raised here may lead to, and where `return` does on its way out; so is what generators in variables read."""

    facts: Liveness
    raised: Names = NONE
    reads: Callable[[ast.AST], Names] = field(default_factory=lambda: cache(lambda node: frozenset(names_read(node))))
    stored: Callable[[ast.AST], Names] = field(default_factory=lambda: cache(lambda node: frozenset(names_stored(node))))

    def block(self, body: list[ast.stmt], out: Names, at_break: Names, at_continue: Names) -> Names:
        """The names live before `body`, given those live after it and where `break` and `continue` lead."""
        live = out
        for statement in reversed(body):
            self.facts.after[statement] = live | at_break | at_continue | self.raised
            live = self.before(statement, live, at_break, at_continue) | self.raised
        return live

    def before(self, s: ast.stmt, out: Names, at_break: Names, at_continue: Names) -> Names:
        if isinstance(s, ast.Return):
            return self.reads(s)
        if isinstance(s, ast.Raise):
            return self.reads(s)
        if isinstance(s, ast.Break):
            return at_break
        if isinstance(s, ast.Continue):
            return at_continue
        if isinstance(s, ast.If):
            then = self.block(s.body, out, at_break, at_continue)
            orelse = self.block(s.orelse, out, at_break, at_continue)
            return then | orelse | self.reads(s.test)
        if isinstance(s, (ast.For, ast.While)):
            return self.loop(s, out, at_break, at_continue)
        if isinstance(s, ast.Match):
            cases = [self.block(case.body, out, at_break, at_continue) | self.reads(case.pattern) for case in s.cases]
            guards = [self.reads(case.guard) for case in s.cases if case.guard is not None]
            return out.union(self.reads(s.subject), *cases, *guards)
        if isinstance(s, ast.Try):
            return self.tried(s, out, at_break, at_continue)
        if isinstance(s, ast.With):
            return self.managed(s, out, at_break, at_continue)
        if isinstance(s, ast.AnnAssign) and s.value is None:
            return out
        if isinstance(s, ast.AugAssign):
            return (out - self.stored(s)) | self.reads(s) | self.reads_target(s.target)
        return (out - self.stored(s)) | self.reads(s)

    def loop(self, s: ast.For | ast.While, out: Names, at_break: Names, at_continue: Names) -> Names:
        done = self.block(s.orelse, out, at_break, at_continue)
        self.facts.left[s] = done | self.facts.after[s]
        condition = self.reads(s.test) if isinstance(s, ast.While) else read_later(s.iter)
        head = done | condition
        while True:
            inside = self.block(s.body, head, out, head)
            turn = inside - self.stored(s.target) if isinstance(s, ast.For) else inside
            if turn <= head:
                break
            head |= turn
        self.facts.head[s] = turn | condition
        return head | (self.reads(s.iter) | self.reads(s.target) if isinstance(s, ast.For) else NONE)

    def tried(self, s: ast.Try, out: Names, at_break: Names, at_continue: Names) -> Names:
        outer = self.raised
        if s.finalbody:  # every way out leads through it
            out = at_break = at_continue = self.block(s.finalbody, out | at_break | at_continue | outer, at_break, at_continue)
            self.raised = outer | out
        self.facts.landed[s, "handlers"] = self.raised
        handled = self.raised
        for handler in s.handlers:
            inside = self.block(handler.body, out, at_break, at_continue) - {handler.name or ""}
            handled |= inside | (self.reads(handler.type) if handler.type is not None else NONE)
        done = self.block(s.orelse, out, at_break, at_continue)
        self.facts.landed[s] = self.raised = handled
        live = self.block(s.body, done, at_break, at_continue)
        self.raised = outer
        return live

    def managed(self, s: ast.With, out: Names, at_break: Names, at_continue: Names) -> Names:
        """A manager may swallow an error: then what follows is reached from anywhere in the body."""
        outer = self.raised
        self.facts.landed[s] = self.raised = outer | out
        live = self.block(s.body, out, at_break, at_continue)
        self.raised = outer
        for item in reversed(s.items):
            if item.optional_vars is not None:
                live = (live - self.stored(item.optional_vars)) | self.reads(item.optional_vars)
            live |= self.reads(item.context_expr)
        return live

    def reads_target(self, target: ast.expr) -> Names:
        """An augmented assignment reads the name it writes."""
        return frozenset([target.id]) if isinstance(target, ast.Name) else self.reads(target)
