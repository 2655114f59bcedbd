"""The user's own text: which statement an op comes from, and which names are the user's."""

from __future__ import annotations

import ast
import linecache
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ...ir.op import DEFINITIONS
from ...ir.program import Function, Op, Value
from ...source import Location

COMPOUND = (ast.For, ast.While, ast.If, ast.With, ast.FunctionDef, ast.Try)


OURS = str(Path(__file__).parents[2] / "library")
"""Where NumPy and SciPy are written in ordinary Python."""

ELEMENTS = ("load", "gather", "view")
"""Ops whose result is a part of their operand, and is called like it."""


@dataclass(frozen=True)
class Source:
    """The text that is shown beside an explanation: `text` begins at line `first_line` of `file`."""

    file: str
    first_line: int
    text: str

    @property
    def lines(self) -> list[tuple[int, str]]:
        """(line number, text), indented as little as possible."""
        return list(enumerate(textwrap.dedent(self.text).rstrip("\n").split("\n"), self.first_line))


@dataclass(frozen=True)
class Statement:
    """One statement of the user's: its first line, its text (a compound one's header) and the names and places it assigns."""

    line: int
    text: str
    targets: tuple[str, ...]
    node: ast.stmt | None = None


class Places:
    """Finds statements and user's names, one file at a time, in what `linecache` knows of it."""

    def __init__(self) -> None:
        self.files: dict[str, File | None] = {}

    def file(self, name: str) -> File | None:
        if name not in self.files:
            self.files[name] = parsed(self.text(name))
        return self.files[name]

    def text(self, name: str) -> str:
        return "".join(linecache.getlines(name))

    def users(self, file: str) -> bool:
        """Whether the text of `file` is the user's, not everypath's."""
        return not file.startswith(OURS)

    def line(self, location: Location | None) -> str:
        """The text of the line that `location` is on, stripped."""
        if location is None:
            return ""
        lines = self.text(location.file).split("\n")
        return lines[location.line - 1].strip() if 0 < location.line <= len(lines) else ""

    def statement(self, location: Location | None) -> Statement | None:
        """The innermost statement around `location`."""
        file = self.file(location.file) if location is not None else None
        if file is None or location is None:
            return None
        return file.statements.get(location.line)

    def variable(self, op: Op, value: Value) -> str:
        """The user's name for `value`, which `op` defines; empty for a temporary, such as an element named after its array."""
        if op.name in ELEMENTS and op.operands and value.name == op.operands[0].name:
            return ""
        file = self.file(op.location.file) if op.location is not None else None
        if file is None:
            return "" if value.name in DEFINITIONS else value.name
        if op.name == "constant":
            statement = self.statement(op.location)
            return value.name if statement is not None and value.name in statement.targets else ""
        return value.name if value.name in file.names else ""

    def written(self, location: Location | None) -> Written | None:
        """What the expression at `location` is assigned to."""
        file = self.file(location.file) if location is not None else None
        if file is None or location is None:
            return None
        return file.written.get((location.line, location.column, location.end_column))

    def loop(self, location: Location | None) -> bool:
        """Whether a loop's statement begins at `location`."""
        file = self.file(location.file) if location is not None else None
        return file is not None and any(loop.line == location.line for loop in file.loops)  # type: ignore[union-attr]

    def loops(self, location: Location | None) -> list[Loop]:
        """The loops around `location` within its function, the outermost first; of a loop only the body counts."""
        file = self.file(location.file) if location is not None else None
        if file is None or location is None:
            return []
        functions = [f for f in file.functions if f.lineno <= location.line <= (f.end_lineno or f.lineno)]
        first = max((f.lineno for f in functions), default=0)
        return sorted((loop for loop in file.loops if location.line in loop and loop.line >= first), key=lambda loop: loop.line)

    def function(self, function: Function) -> Source | None:
        """The text of a whole function."""
        location = function.location or next((op.location for op in function.body.ops if op.location), None)
        file = self.file(location.file) if location is not None else None
        if file is None or location is None:
            return None
        around = [node for node in file.functions if node.lineno <= location.line <= (node.end_lineno or node.lineno)]
        if not around:
            return Source(location.file, location.line, self.line(location))
        node = min(around, key=lambda n: (n.end_lineno or 0) - n.lineno)
        lines = self.text(location.file).split("\n")
        return Source(location.file, node.lineno, "\n".join(lines[node.lineno - 1 : node.end_lineno]))


@dataclass(frozen=True)
class Loop:
    """A loop of the user's: the line it begins on, and its body."""

    line: int
    first: int
    last: int

    def __contains__(self, line: int) -> bool:
        return self.first <= line <= self.last


@dataclass(frozen=True)
class Written:
    """What an expression is assigned to: h[0] is ("h", "[0]"). With `each` it is the element of a comprehension, one in each turn.

    A `single` expression is one operation each time it is run, a `plain` one holds no loop, and ends with an operation of its own.
    """

    name: str
    place: str = ""
    each: bool = False
    single: bool = False
    plain: bool = False


@dataclass(frozen=True)
class File:
    """What a parsed file holds: every name that is assigned, the statement on each line, the functions, the loops, and what the expression
    at each (line, column, end) is assigned to."""

    names: frozenset[str]
    statements: dict[int, Statement]
    functions: tuple[ast.FunctionDef | ast.Lambda, ...]
    loops: tuple[Loop, ...]
    written: dict[tuple[int, int, int], Written]


def parsed(text: str) -> File | None:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return None
    if not tree.body:
        return None
    names: set[str] = set()
    statements: dict[int, Statement] = {}
    functions, loops = [], []
    written: dict[tuple[int, int, int], Written] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        if isinstance(node, (ast.For, ast.While)):
            loops.append(Loop(node.lineno, node.body[0].lineno, node.body[-1].end_lineno or node.lineno))
        if isinstance(node, (ast.FunctionDef, ast.Lambda)):
            functions.append(node)
        for value, what in assignments(node):
            if tells(value):
                single = isinstance(value, (ast.BinOp, ast.UnaryOp, ast.AugAssign))
                written[span(value)] = replace(what, single=single and plain(value), plain=plain(value))
        if isinstance(node, ast.stmt):
            statement = described(node)
            last = node.body[0].lineno - 1 if isinstance(node, COMPOUND) else node.end_lineno or node.lineno
            for line in range(node.lineno, max(last, node.lineno) + 1):
                statements[line] = statement
    return File(frozenset(names), statements, tuple(functions), tuple(loops), written)


def described(node: ast.stmt) -> Statement:
    targets: list[ast.expr] = []
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, (ast.AugAssign, ast.AnnAssign)):
        targets = [node.target]
    names = tuple(ast.unparse(t) for target in targets for t in (target.elts if isinstance(target, ast.Tuple) else [target]))
    text = ast.unparse(node).split("\n")[0]
    return Statement(node.lineno, text, names, node)


# What is assigned -----------------------------------------------------------------------------------------------------


def span(node: ast.expr | ast.stmt) -> tuple[int, int, int]:
    return node.lineno, node.col_offset, node.end_col_offset or 0


def assignments(node: ast.AST) -> Iterator[tuple[ast.expr | ast.stmt, Written]]:
    """(expression, what it is assigned to) of one statement, parts of displays and comprehensions included."""
    if isinstance(node, ast.Assign):
        yield from assigned(node.targets[0], node.value)
    elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)) and node.value is not None:
        yield from assigned(node.target, node.value)
    elif isinstance(node, ast.AugAssign) and (place := place_of(node.target)) is not None:
        yield node, place
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Attribute):
        call = node.value
        if node.value.func.attr == "append" and len(call.args) == 1 and (place := place_of(node.value.func.value)) is not None:
            yield call.args[0], place


def assigned(target: ast.expr, value: ast.expr) -> Iterator[tuple[ast.expr, Written]]:
    if isinstance(target, (ast.Tuple, ast.List)):
        if isinstance(value, (ast.Tuple, ast.List)) and len(target.elts) == len(value.elts):
            for one, part in zip(target.elts, value.elts):
                yield from assigned(one, part)
        return
    place = place_of(target)
    if place is None:
        return
    yield value, place
    whole = place.name + place.place
    if isinstance(value, (ast.Tuple, ast.List)) and not any(isinstance(part, ast.Starred) for part in value.elts):
        for k, part in enumerate(value.elts):
            yield part, Written(whole, f"[{k}]")
    elif isinstance(value, ast.Dict):
        for key, part in zip(value.keys, value.values):
            if isinstance(key, ast.Constant):
                yield part, Written(whole, f"[{key.value!r}]")
    elif isinstance(value, ast.ListComp):
        counted = len(value.generators) == 1 and not value.generators[0].ifs
        yield value.elt, Written(whole, "[…]" if counted else "", True)


BUILTINS = ("sum", "abs", "max", "min", "float")
"""Functions of Python whose own value is computed where they are called."""

LOOPS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Lambda)


def tells(value: ast.AST) -> bool:
    """Whether the operation at an expression's place is its value: that of a call by name is known for few."""
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Name):
        return not isinstance(value, (ast.IfExp, ast.BoolOp, ast.Subscript))
    return value.func.id in BUILTINS and not value.keywords


def plain(value: ast.AST) -> bool:
    """Whether an expression holds no loop of its own, and calls functions of modules alone."""
    calls = (node.func for node in ast.walk(value) if isinstance(node, ast.Call))
    return not any(isinstance(node, LOOPS) for node in ast.walk(value)) and all(
        isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) for called in calls
    )


def place_of(target: ast.expr) -> Written | None:
    """What a target is called: a name, an attribute, or an element at a position or key that is written out."""
    if isinstance(target, (ast.Name, ast.Attribute)):
        return Written(ast.unparse(target))
    whole = place_of(target.value) if isinstance(target, ast.Subscript) and literal(target.slice) else None
    if whole is None or not isinstance(target, ast.Subscript):
        return None
    return Written(whole.name + whole.place, f"[{ast.literal_eval(target.slice)!r}]")


def literal(index: ast.expr) -> bool:
    """Whether an index is a whole number or a text that is written out."""
    try:
        return isinstance(ast.literal_eval(index), (int, str))
    except ValueError:
        return False
