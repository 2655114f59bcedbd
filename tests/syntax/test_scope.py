"""Scopes agree with the compiler's; liveness is what a later read can see."""

from __future__ import annotations

import ast
import symtable
import textwrap
import types

import pytest

from everypath.syntax.liveness import liveness
from everypath.syntax.scope import scope

SOURCES = [
    "def f(a, b=1, *c, d, **e):\n    x = a\n    return lambda y: x + y + b",
    "def f(a):\n    def g():\n        nonlocal a\n        a = a + 1\n        return h\n    g()\n    return a",
    "def f(n):\n    t = [i * k for i in range(n) if (k := i)]\n    return t, k",
    "def f(n):\n    for i, (a, *b) in n:\n        with_default = lambda q=i: q + a\n    return b",
    "def f(n):\n    def g(m):\n        def h():\n            return n + m + free\n        return h\n    return g(1)()",
    "def f(n):\n    x: int\n    y: float = n\n    n += y\n    return [lambda: j for j in range(3)], x",
    "def f(n):\n    global g\n    g = n\n    def h():\n        global n\n        return n, g\n    return h",
    "def f(n):\n    import a.b, c.d as e\n    from p import q as r, s\n    return a, e, r, s",
    "def f(n):\n    class C(n):\n        x = n\n        def m(self):\n            return x + k + C\n    k = 1\n    return C().x, free",
    "def f(n):\n    try:\n        pass\n    except ValueError as e:\n        return e\n    async def g(m=n):\n        return n",
    "def f(n):\n    match n:\n        case [a, *b]:\n            return a\n        case {'k': 1, **c} as d:\n            return c",
]


@pytest.mark.parametrize("source", SOURCES)
def test_scopes_are_those_of_the_compiler(source: str) -> None:
    node = ast.parse(source).body[0]
    assert isinstance(node, ast.FunctionDef)
    found = scope(node)
    table = symtable.symtable(source, "f", "exec").get_children()[0]
    assert isinstance(table, symtable.Function)
    names = {s.get_name() for s in table.get_symbols() if not s.get_name().startswith(".")}
    code = next(c for c in compile(source, "f", "exec").co_consts if isinstance(c, types.CodeType))
    turns = {n.id for c in ast.walk(node) if isinstance(c, ast.comprehension) for n in ast.walk(c.target) if isinstance(n, ast.Name)}
    inside = {name for name in names if table.lookup(name).is_local()} - turns  # from 3.12 on they are the function's own, renamed
    assert set(found.parameters) == set(code.co_varnames[: len(found.parameters)])
    assert found.bound == inside
    assert found.cells <= inside
    annotations = {"int", "float"}  # are not run
    assert {name for name in names if table.lookup(name).is_global()} - annotations <= found.free | found.globals


def live(source: str) -> dict[int, set[str]]:
    """The names live after the statement that ends on each line."""
    node = ast.parse(textwrap.dedent(source).strip()).body[0]
    assert isinstance(node, ast.FunctionDef)
    return {s.lineno: set(names) for s, names in liveness(node).after.items()}


def test_a_temporary_of_a_turn_is_dead_at_its_end() -> None:
    facts = live(
        """
        def f(n):
            s = 0
            for i in range(n):
                t = i * 2
                s = s + t
            return s
        """
    )
    assert facts[4] == {"t", "s"}
    assert facts[5] == {"s"}
    assert facts[3] == {"s"}


def test_what_a_break_leads_to_is_live() -> None:
    facts = live(
        """
        def f(n):
            y = 0
            while n > 0:
                if n == 3:
                    break
                y = n
                n = n - 1
            return y
        """
    )
    assert "y" in facts[4]
    assert facts[5] == {"y", "n"}


def test_a_value_read_in_the_next_turn_is_live() -> None:
    facts = live(
        """
        def f(n):
            a = 0
            b = 1
            for i in range(n):
                c = a
                a = b
                b = c
            return a
        """
    )
    assert facts[7] == {"a", "b"}
