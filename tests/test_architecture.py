"""The direction of imports, docstrings on what is public, and the completeness of the catalogue."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import everypath.ops  # noqa: F401  (fills the catalogue)
from everypath.ir.op import DEFINITIONS, Definition

pytestmark = pytest.mark.xdist_group("what the files say")  # which is read once

SOURCE = Path(__file__).parent.parent / "src" / "everypath"
FILES = sorted(SOURCE.rglob("*.py"))

FROM_EVERYWHERE = {"unchanging", "version"}
"""Modules that import nothing of the house."""

MAY_IMPORT = {
    **{room: set[str]() for room in FROM_EVERYWHERE},
    "source": set(),
    "frames": {"source"},
    "errors": {"source", "frames"},
    "numerals": {"errors"},
    "shown": {"numerals"},
    "ir": {"once", "source", "errors", "frames", "shown", "bugs", "compiling"},
    "generators": set(),
    "ops": {"generators", "ir"},
    "records": set(),
    "complexes": set(),
    "errstate": {"errors"},
    "hosting": {"errors", "ir", "records", "structure"},
    "rules": {"errors", "hosting", "tracebacks", "transform"},
    "structure": {"complexes", "errors", "ir", "records", "transform"},
    "transform": set(),
    "compiling": set(),
    "bugs": {"source", "errors", "frames"},
    "tracebacks": {"bugs", "errors", "frames"},
    "terminal": set(),
    "differences": set(),
    "once": set(),
    "syntax": {"source", "errors", "once"},
    "library": {"errors", "generators", "records", "rules", "tracebacks", "transform", "tree"},
    "lower": {
        "tree",
        "source",
        "errors",
        "shown",
        "bugs",
        "complexes",
        "numerals",
        "errstate",
        "records",
        "structure",
        "ir",
        "ops",
        "syntax",
        "library",
        "transform",
        "rules",
        "hosting",
        "generators",
        "analysis",
    },
    "analysis": {"source", "errors", "once", "ir", "ops"},
    "differentiate": {"source", "errors", "ir", "ops", "analysis"},
    "optimise": {"source", "errors", "once", "ir", "ops", "analysis", "differentiate"},
    "native": {"source", "errors", "frames", "generators", "shown", "bugs", "compiling", "ir", "ops", "analysis", "optimise"},
    "explain": {"source", "errors", "bugs", "compiling", "terminal", "tracebacks", "structure", "ir", "ops", "analysis", "differentiate"},
    "memory": {"native"},
    "threads": {"errors", "native"},
    "postponed": {"ir", "analysis", "differentiate", "optimise"},
    "trial": {"errors", "hosting", "structure", "ir", "lower", "differentiate"},
    "pipeline": {
        "trial",
        "errors",
        "once",
        "bugs",
        "compiling",
        "ir",
        "lower",
        "analysis",
        "differentiate",
        "optimise",
        "native",
        "postponed",
    },
    "calls": {
        "errors",
        "bugs",
        "complexes",
        "errstate",
        "compiling",
        "records",
        "structure",
        "syntax",
        "ir",
        "analysis",
        "differentiate",
        "lower",
        "pipeline",
        "tracebacks",
        "transform",
        "explain",
        "differences",
    },
    "api": {"errors", "tracebacks", "transform", "pipeline", "calls", "explain"},
    "building": {"tracebacks", "calls", "errors", "ir", "native", "pipeline", "structure"},
    "bridges": {"everypath", "calls", "errors", "structure"},
    "torch": {"bridges", "calls", "errors", "structure", "tracebacks"},
    "jax": {"bridges", "calls", "errors", "ir", "tracebacks"},
    "numba": {"building", "errors", "ir", "native", "structure"},
    "shards": {"everypath", "errors", "tracebacks", "tree"},
    "tree": {"structure"},
    "testing": {"everypath", "tree", "differences"},
    "nn": {"everypath", "tracebacks", "tree", "structure"},
    "scipy": {"everypath", "library", "tracebacks", "tree", "structure"},
    "demo": {"everypath", "nn"},
    "doctor": {"everypath", "native", "terminal", "tracebacks"},
    "commands": {"everypath", "terminal", "tracebacks", "demo", "doctor"},
    "cli": {"commands", "errors", "terminal"},
    "__init__": {"api", "building", "calls", "errors", "explain", "library", "memory", "threads", "rules"},
}
"""Each room and the rooms it may import from; `everypath` is the package's public face. One direction: no cycles."""

DEFERRED = {("lower", "api"), ("api", "testing")}
"""Imports inside a function, where two rooms must know each other: `lower` recognises the public `grad`."""


@cache
def tree_of(path: Path) -> ast.Module:
    """What a file says, read once."""
    return ast.parse(path.read_text(encoding="utf-8"))


def room_of(path: Path) -> str:
    """The room of the house that a file belongs to."""
    first = path.relative_to(SOURCE).parts[0]
    return first.removesuffix(".py")


@cache
def imports_in(path: Path) -> list[tuple[ast.Import | ast.ImportFrom, bool, bool]]:
    """What a file imports, whether only when a function runs, and whether only type checkers read it."""
    found = []
    waiting: list[tuple[Any, bool, bool]] = [(node, False, False) for node in tree_of(path).body]
    while waiting:
        node, deferred, for_types = waiting.pop()
        if isinstance(node, ast.Import | ast.ImportFrom):
            found.append((node, deferred, for_types))
        for_types = for_types or (isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING")
        for statements in ("body", "orelse", "finalbody", "handlers", "cases"):
            waiting += [(inner, True, for_types) for inner in getattr(node, statements, ())]
    return found


def imported_modules(path: Path) -> Iterator[tuple[str, bool]]:
    """(room imported by the file, whether only when a function runs)."""
    package = ["everypath", *path.relative_to(SOURCE).with_suffix("").parts[:-1]]
    for node, deferred, _ in imports_in(path):
        if isinstance(node, ast.Import):
            names = [alias.name.split(".") for alias in node.names]
        else:
            base = package[: len(package) - node.level + 1] if node.level else []
            stem = base + (node.module.split(".") if node.module else [])
            names = [[*stem, alias.name] for alias in node.names]
        for parts in names:
            if parts[0] != "everypath":
                continue
            room = parts[1] if len(parts) > 1 else "everypath"
            yield room if room in MAY_IMPORT else "everypath", deferred


def test_imports_point_one_way() -> None:
    for path in FILES:
        room = room_of(path)
        assert room in MAY_IMPORT or room == "__main__", f"{room} has no place in the house: give it one in MAY_IMPORT"
        for other, deferred in imported_modules(path):
            allowed = other == room or other in MAY_IMPORT.get(room, {"cli"}) | FROM_EVERYWHERE or (deferred and (room, other) in DEFERRED)
            assert allowed, f"{path.relative_to(SOURCE)} imports from {other}"


def test_rooms_have_no_cycle() -> None:
    done: set[str] = set()
    waiting = {room: others - {"everypath"} for room, others in MAY_IMPORT.items()}
    while waiting:
        ready = {room for room, others in waiting.items() if others <= done | {"testing"}}
        assert ready, f"rooms that import each other: {sorted(waiting)}"
        done |= ready
        for room in ready:
            del waiting[room]


def module_of(path: Path) -> tuple[str, ...]:
    parts = ("everypath", *path.relative_to(SOURCE).with_suffix("").parts)
    return parts[:-1] if parts[-1] == "__init__" else parts


def imports_of(path: Path, modules: set[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """The modules of ours that a file imports when it runs, wherever it does so; not those that only type checkers read."""
    module = module_of(path)
    package = module if path.name == "__init__.py" else module[:-1]
    for node, _, for_types in imports_in(path):
        if isinstance(node, ast.ImportFrom) and node.level and not for_types:
            base = package[: len(package) - node.level + 1] + tuple(node.module.split(".") if node.module else ())
            for alias in node.names:
                found = (*base, alias.name) if (*base, alias.name) in modules else base
                if found != module and (module[1:], found[1:]) not in {((a,), (b,)) for a, b in DEFERRED}:
                    yield found


def test_modules_have_no_cycle() -> None:
    """Inside a room too, and for imports inside functions as well: what is asked upwards goes through an object, as through the frame."""
    modules = {module_of(path) for path in FILES}
    waiting = {module_of(path): set(imports_of(path, modules)) for path in FILES}
    done: set[tuple[str, ...]] = set()
    while waiting:
        ready = {module for module, others in waiting.items() if others <= done}
        assert ready, f"modules that import each other are among {sorted('.'.join(module) for module in waiting)}"
        done |= ready
        for module in ready:
            del waiting[module]


FOLDERS = ("numpy", "complex", "python", "text", "builtins", "derivatives")
"""Of `lower/`, from below: each imports the core and those before it. The core imports none of them, but for what stands above."""

ABOVE = {"__init__", "calls", "language", "entry", "roots"}


def test_folders_of_lowering_import_downwards() -> None:
    modules = {module_of(path) for path in FILES}
    for path in (SOURCE / "lower").rglob("*.py"):
        inside = path.relative_to(SOURCE / "lower").parts
        floor = FOLDERS.index(inside[0]) if len(inside) > 1 else len(FOLDERS) if path.stem in ABOVE else -1
        for other in imports_of(path, modules):
            if other[1:2] == ("lower",):
                above = FOLDERS[floor + 1 :] if floor < len(FOLDERS) else ()
                assert other[2] not in (*above, *(ABOVE if floor < len(FOLDERS) else ())), f"{path.relative_to(SOURCE)} imports {other}"


def test_modules_say_what_they_are() -> None:
    assert not [path for path in FILES if not ast.get_docstring(tree_of(path))]


def test_public_names_are_documented() -> None:
    import everypath

    assert everypath.__all__
    for name in everypath.__all__:
        public = getattr(everypath, name)
        assert isinstance(public, str) or ">>>" in (public.__doc__ or ""), f"everypath.{name} has no docstring with an example"


@pytest.mark.parametrize("definition", DEFINITIONS.values(), ids=lambda d: d.name)
def test_operation_is_complete(definition: Definition) -> None:
    assert callable(definition.typing)
    if definition.family in ("control", "list"):
        return
    assert definition.meaning is not None or definition.family == "memory", "no meaning"
    if definition.family == "elementwise":
        assert definition.domain or definition.name == "constant", "no domain to draw samples from"
        assert definition.symbol or definition.written or definition.name == "constant", "no symbol for explanations"
        assert (definition.rule is None) == bool(definition.no_derivative), "a rule, or the reason why there is none"


def test_the_oldest_versions_that_are_allowed_are_those_that_are_tested() -> None:
    root = SOURCE.parent.parent
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = (project["optional-dependencies"][name] for name in ("sympy", "demo", "dev"))
    allowed = [one for group in (project["dependencies"], *groups) for one in group]
    lines = (root / "oldest.txt").read_text(encoding="utf-8").splitlines()
    tested = dict(line.split("==") for line in lines if "==" in line)
    for name, bound in (one.partition(",")[0].split(">=") for one in allowed):
        if name not in ("ruff", "mypy"):
            assert f"{tested[name]}.".startswith(f"{bound}."), f"{name}: {bound} is allowed and {tested[name]} is tested"
