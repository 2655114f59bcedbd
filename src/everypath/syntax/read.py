"""Which text is this function? Found, compiled and compared with the code that runs, so that it is never the wrong one.

A file may have been edited since it was imported, two lambdas may stand on one line, a decorator may have replaced the
function. So the file's text is compiled again, the code object is picked by name and position, and its bytecode must be
that of the function.
"""

from __future__ import annotations

import ast
import inspect
import linecache
import types
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from ..errors import NotSupported
from ..source import Location

FunctionNode = ast.FunctionDef | ast.Lambda
FUTURE_FLAGS = 0x01FF0000
"""The compiler flags of `from __future__ import …`, as they stand in `co_flags`."""


@dataclass(frozen=True, eq=False)
class Definition:
    """The text of one function: its syntax tree and the file it stands in."""

    node: FunctionNode
    file: str
    lines: list[str] = field(repr=False)

    @property
    def name(self) -> str:
        return self.node.name if isinstance(self.node, ast.FunctionDef) else "<lambda>"

    @property
    def body(self) -> list[ast.stmt]:
        if isinstance(self.node, ast.FunctionDef):
            return self.node.body
        body = self.node.body
        return [ast.copy_location(ast.Return(body), body)]

    def inner(self, node: FunctionNode) -> Definition:
        """The definition of a function inside this one."""
        return Definition(node, self.file, self.lines)


@dataclass(frozen=True, eq=False)
class Module:
    """A file, parsed and compiled."""

    lines: list[str]
    codes: dict[tuple[str, int], list[types.CodeType]]
    nodes: dict[tuple[str, int], list[FunctionNode]]


def read(function: types.FunctionType) -> Definition:
    """The definition of `function`. Raises NotSupported where its text cannot be had or is not what runs."""
    code = function.__code__
    if code.co_flags & (inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR):
        raise unreadable(function, "async functions are not supported", "make it an ordinary function")
    file, lines = text_of(function)
    if not lines:
        raise unreadable(function, "its source can't be read", "define it in a file; text typed at the prompt or given to exec has none")
    try:
        module = parsed(file, "".join(lines), code.co_flags & FUTURE_FLAGS)
    except SyntaxError as error:
        raise unreadable(function, f"its file no longer parses ({error.msg}, line {error.lineno})", "import it again") from None
    key = code.co_name, code.co_firstlineno
    rewritten = "@pytest_ar" in function.__globals__
    if not any(same_code(code, c) or (rewritten and similar_code(code, c)) for c in module.codes.get(key, ())):
        raise unreadable(function, "its source is not the code that runs: the file was edited since it was imported", "import it again")
    node = matching_node(code, module.nodes.get(key, ()))
    if node is None:
        raise unreadable(function, "its place in its file can't be told", "give it a line of its own")
    return Definition(node, file, module.lines)


def text_of(function: types.FunctionType) -> tuple[str, list[str]]:
    """The file that a function stands in, and its lines. Code that cloudpickle has carried names no file any more; its module does."""
    namespace = function.__globals__
    for file in (function.__code__.co_filename, namespace.get("__file__")):
        if isinstance(file, str):
            linecache.checkcache(file)
            lines = linecache.getlines(file, namespace)
            if lines:
                return file, lines
    return function.__code__.co_filename, []


def unreadable(function: types.FunctionType, reason: str, way_out: str) -> NotSupported:
    code = function.__code__
    location = Location(code.co_filename, code.co_firstlineno, 0, 0, function.__name__)
    return NotSupported([(location, f"cannot use '{function.__qualname__}': {reason}", way_out)])


@lru_cache(maxsize=64)
def parsed(file: str, text: str, flags: int) -> Module:
    """The functions of a file, by name and first line."""
    tree = ast.parse(text, file)
    codes: dict[tuple[str, int], list[types.CodeType]] = {}
    for code in all_codes(compile(text, file, "exec", flags=flags, dont_inherit=True)):
        codes.setdefault((code.co_name, code.co_firstlineno), []).append(code)
    nodes: dict[tuple[str, int], list[FunctionNode]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            nodes.setdefault((node.name, first), []).append(node)
        elif isinstance(node, ast.Lambda):
            nodes.setdefault(("<lambda>", node.lineno), []).append(node)
    return Module(text.splitlines(), codes, nodes)


def all_codes(code: types.CodeType) -> Iterator[types.CodeType]:
    """Every code object inside `code`."""
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield constant
            yield from all_codes(constant)


def same_code(a: types.CodeType, b: types.CodeType) -> bool:
    """Whether two code objects were compiled from the same text at the same place."""
    facts = ("co_name", "co_code", "co_names", "co_varnames", "co_freevars", "co_cellvars", "co_argcount", "co_flags")
    return (
        all(getattr(a, fact) == getattr(b, fact) for fact in facts)
        and same_constants(a.co_consts, b.co_consts)
        and list(a.co_positions()) == list(b.co_positions())
    )


def same_constants(a: tuple[object, ...], b: tuple[object, ...]) -> bool:
    if len(a) != len(b):
        return False
    for x, y in zip(a, b, strict=True):
        if isinstance(x, types.CodeType) and isinstance(y, types.CodeType):
            if not same_code(x, y):
                return False
        elif repr(x) != repr(y):
            return False
    return True


def similar_code(running: types.CodeType, found: types.CodeType) -> bool:
    """Whether `running` can be `found` with its asserts rewritten by pytest: the same signature, names and lines."""
    arguments = found.co_argcount + found.co_kwonlyargcount
    return (
        running.co_argcount == found.co_argcount
        and running.co_kwonlyargcount == found.co_kwonlyargcount
        and running.co_varnames[:arguments] == found.co_varnames[:arguments]
        and running.co_freevars == found.co_freevars
        and set(found.co_names) - {"AssertionError"} <= set(running.co_names)
        and lines_of(running) == lines_of(found)
    )


def lines_of(code: types.CodeType) -> set[int]:
    return {line for _, _, line in code.co_lines() if line is not None}


def matching_node(code: types.CodeType, nodes: list[FunctionNode] | tuple[FunctionNode, ...]) -> FunctionNode | None:
    """The node that `code` was compiled from: of several lambdas on a line, the innermost whose body holds all its positions."""
    places = [(p[0], p[2], p[1], p[3]) for p in code.co_positions() if None not in p and p[2:] != (0, 0)]
    fitting = [node for node in nodes if isinstance(node, ast.FunctionDef) or all(inside(node.body, *place) for place in places)]
    if len(fitting) <= 1:
        return fitting[0] if fitting else None
    if isinstance(fitting[0], ast.FunctionDef):
        return None
    return min(fitting, key=lambda node: (node.end_lineno or 0, node.end_col_offset or 0, -node.lineno, -node.col_offset))


def inside(node: ast.AST, line: int | None, column: int | None, end_line: int | None, end_column: int | None) -> bool:
    start = (node.lineno, node.col_offset)  # type: ignore[attr-defined]
    end = (node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]
    return bool(start <= (line, column) and (end_line, end_column) <= end)
