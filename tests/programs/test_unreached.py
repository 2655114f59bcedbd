"""What is refused costs nothing where it is not reached: the zoo again, with refused statements that never run between its own."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import random
import sys
from pathlib import Path

import numpy as np
import pytest

import everypath

from . import registry

REFUSED = (
    "if GUARD > 1.0:\n    eval('1')",
    "if GUARD > 1.0:\n    bad = open('f')\n    eval(bad)\nelif GUARD > 2.0:\n    input()",
    "if not GUARD < 1.0 or GUARD > 3.0:\n    eval('2')",
    "for turn in range(int(GUARD)):\n    eval('3')",
    "while GUARD > 2.0:\n    eval('4')",
    "unused = 1.0 if GUARD < 1.0 else eval('5')",
    "if OFF:\n    global WHATEVER\n    WHATEVER = eval('6')",
)
"""None of these does anything, as long as GUARD is 0 and OFF is false."""


class Between(ast.NodeTransformer):
    """Puts refused statements between the statements of functions."""

    def __init__(self, seed: str) -> None:
        self.random = random.Random(seed)
        self.inside = 0
        self.globals_told = False

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.inside += 1
        self.globals_told = False
        self.generic_visit(node)
        self.inside -= 1
        return node

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        for name in ("body", "orelse", "finalbody"):
            body = getattr(node, name, None)
            if self.inside and isinstance(body, list) and body and isinstance(body[0], ast.stmt):
                setattr(node, name, [new for old in body for new in (*self.before(old), old)])
        return node

    def before(self, statement: ast.stmt) -> list[ast.stmt]:
        docstring = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if docstring or isinstance(statement, (ast.Global, ast.Nonlocal)) or self.random.random() > 0.35:
            return []
        chosen = self.random.choice(REFUSED[: -1 if self.globals_told else None])
        self.globals_told |= "global" in chosen
        return ast.parse(chosen).body


def with_refused_statements(name: str, folder: Path) -> list[registry.Program]:
    """The programs of a module of the zoo, with refused statements in them."""
    module = importlib.import_module(f"programs.{name}")
    tree = Between(name).visit(ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8")))
    first = next(
        k for k, s in enumerate(tree.body) if isinstance(s, ast.Import) or (isinstance(s, ast.ImportFrom) and s.module != "__future__")
    )
    tree.body[first:first] = ast.parse("GUARD, OFF, WHATEVER = 0.0, False, 1.0").body
    path = folder / f"{name}.py"
    path.write_text(ast.unparse(ast.fix_missing_locations(tree)), encoding="utf-8")
    spec = importlib.util.spec_from_file_location(f"programs.{name}_with_refused_statements", path)
    assert spec is not None and spec.loader is not None
    known = len(registry.PROGRAMS)
    sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(sys.modules[spec.name])
        return registry.PROGRAMS[known:]
    finally:
        del registry.PROGRAMS[known:], sys.modules[spec.name]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ["control", "exceptions", "generators", "objects"])
def test_what_is_not_reached_refuses_nothing(name: str, tmp_path: Path) -> None:
    programs = with_refused_statements(name, tmp_path)
    assert len(programs) > 20
    for program in programs:
        if program.refused is not None:
            continue
        case = program.cases[0]
        try:
            expected = program.meaning(*case.arguments())
        except Exception as error:
            with pytest.raises(type(error)):
                everypath.compile(program.function, backend="interpreter")(*case.arguments())
            continue
        found = everypath.compile(program.function, backend="interpreter")(*case.arguments())
        if isinstance(expected, (int, float, np.ndarray)):
            np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-13, err_msg=program.name)
