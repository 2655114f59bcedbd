"""Which text is this function? Found, compiled and compared with the code that runs, so that it is never the wrong one.

A file may have been edited since it was imported, two lambdas may stand on one line, a decorator may have replaced the
function. So a text is compiled again, as Python may have compiled it, and one of its functions must have the code that runs.
"""

from __future__ import annotations

import ast
import copy
import inspect
import os
import sys
import time
import types
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import field, replace
from functools import lru_cache
from typing import Any

from ..errors import NotSupported
from ..source import Location
from ..unchanging import unchanging
from .codes import NO_DISTANCE, all_codes, distance, same_code
from .text import Text, reason_for_none, texts
from .walk import walk

FunctionNode = ast.FunctionDef | ast.Lambda
Place = tuple[int, int]
"""Line and column where a function begins in its text: no two begin at the same place."""

FUTURE_FLAGS = 0x01FF0000
"""The compiler flags of `from __future__ import …`, as they stand in `co_flags`."""


@unchanging
class Definition:
    """The text of one function: its syntax tree and the file it stands in."""

    node: FunctionNode
    file: str
    lines: list[str] = field(repr=False)
    qualname: str = field(default="", compare=False)
    code: types.CodeType | None = field(default=None, compare=False, repr=False)

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
        inside = Definition(node, self.file, self.lines)
        name = f"{self.qualname}.<locals>.{inside.name}" if self.qualname else inside.name
        return replace(inside, qualname=name, code=self.code_of(node))

    def code_of(self, node: FunctionNode | ast.ClassDef) -> types.CodeType | None:
        """The code of a function or a class inside this one."""
        name = "<lambda>" if isinstance(node, ast.Lambda) else node.name
        first = node.lineno if isinstance(node, ast.Lambda) else min([node.lineno, *(d.lineno for d in node.decorator_list)])
        inside = all_codes(self.code) if self.code is not None else ()
        found = [k for k in inside if k.co_name == name and k.co_firstlineno == first]
        if len(found) > 1 and isinstance(node, ast.Lambda):  # several on one line
            body = node.body
            where = body.lineno, body.end_lineno, body.col_offset, body.end_col_offset
            found = [k for k in found if where in k.co_positions()]
        return found[0] if len(found) == 1 else None


LIBRARIES = f"{__name__.partition('.')[0]}.library.", "scipy."
"""Packages whose functions nobody writes anew while a program runs: most of what a program is lowered from."""

BEGUN = time.time()
OF_LIBRARIES: dict[types.CodeType, Definition] = {}


def read(function: types.FunctionType) -> Definition:
    """The definition of `function`. Raises NotSupported where its text cannot be had or is not what runs."""
    if not str(function.__module__).startswith(LIBRARIES):
        return read_anew(function)
    known = OF_LIBRARIES.get(function.__code__)
    if known is None or known.code is not function.__code__ or known.qualname != function.__qualname__:
        known = OF_LIBRARIES[function.__code__] = read_of_library(function) or read_anew(function)
    return known


def read_of_library(function: types.FunctionType) -> Definition | None:
    """The definition of a function of a library, whose file is as it was when the process began, by its place alone; None where several
    begin there, or none."""
    code = function.__code__
    text = next(texts(function), None)
    if text is None or sys.flags.optimize or not is_older(text.file):
        return None
    try:
        found = statement(text.alone(code.co_firstlineno)).get((code.co_name, code.co_firstlineno), [])
    except SyntaxError:
        return None
    return Definition(mangled(found[0], code), text.file, text.lines, function.__qualname__, code) if len(found) == 1 else None


def is_older(file: str) -> bool:
    """Whether a file is as it was when the process began; what was never a file is not."""
    try:
        return os.path.getmtime(file) < BEGUN
    except OSError:
        return False


@lru_cache(maxsize=64)
def statement(text: Text) -> dict[tuple[str, int], list[FunctionNode]]:
    """The functions in a text, by their names and where they begin."""
    found: dict[tuple[str, int], list[FunctionNode]] = {}
    for node in functions(parsed(text)):
        found.setdefault((name_of(node), first_line(node)), []).append(node)
    return found


def read_anew(function: types.FunctionType) -> Definition:
    """The definition of `function`, its text compared with its code."""
    code = function.__code__
    if code.co_flags & (inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR):
        raise unreadable(function, "async functions are not supported", "make it an ordinary function")
    syntax: SyntaxError | None = None
    found = False
    for text in texts(function):
        found = True
        node = in_its_place(text, code)
        if node is not None:
            return Definition(mangled(node, code), text.file, text.lines, function.__qualname__, code)
        try:
            for module in modules(text, function):
                node = module.node(code)
                if node is not None:
                    return Definition(mangled(module.as_written(node), code), text.file, module.lines, function.__qualname__, code)
        except SyntaxError as error:
            syntax = error
    if not found or code.co_filename in ("<string>", "<stdin>"):
        reason, way_out = reason_for_none(code.co_filename)
        raise unreadable(function, f"its source can't be read: {reason}", way_out)
    if syntax is not None:
        raise unreadable(function, f"its file no longer parses ({syntax.msg}, line {syntax.lineno})", "import it again")
    reason = "its source is not the code that runs: the file was edited since it was imported, or something rewrote the code"
    raise unreadable(function, reason, "import it again")


def in_its_place(text: Text, code: types.CodeType) -> FunctionNode | None:
    """The function whose code is `code`, where it stands in `text` as it stood when it was compiled: most do, and then the rest of the
    text, which may be long, need not be compiled again."""
    try:
        module = compiled(text.around(code.co_firstlineno), code.co_flags & FUTURE_FLAGS, sys.flags.optimize, True, None)
        node = module.node(code, exactly=True)
    except SyntaxError:
        return None
    return None if node is None else module.as_written(node)


def mangled(node: FunctionNode, code: types.CodeType) -> FunctionNode:
    """`node` with its private names as Python compiles them in a class: `__x` in `Model` is `_Model__x`."""
    names = code.co_qualname.split(".")
    while len(names) > 1 and names[-2] == "<locals>":
        names = names[:-2]
    kind = names[-2].lstrip("_") if len(names) > 1 else ""
    for part in walk(node) if kind else ():
        for name in ("attr", "id", "arg"):
            held = getattr(part, name, None)
            if isinstance(held, str) and held.startswith("__") and not held.endswith("__"):
                setattr(part, name, f"_{kind}{held}")
    return node


def unreadable(function: types.FunctionType, reason: str, way_out: str) -> NotSupported:
    code = function.__code__
    location = Location(code.co_filename, code.co_firstlineno, 0, 0, function.__name__)
    return NotSupported([(location, f"cannot use '{function.__qualname__}': {reason}", way_out)])


@unchanging
class Module:
    """Some text, parsed, and compiled in one of the ways in which Python compiles it.

    `trees` are compiled one by one: the text as a whole, or its statements, as a notebook does. The code differs: a call of
    `math.sin` is compiled in another way where `import math` stands in the same unit.
    """

    lines: list[str]
    file: str
    trees: Sequence[ast.Module]
    flags: int
    optimisation: int
    written: dict[Place, FunctionNode] = field(repr=False)
    """What the user wrote: without the asserts that `python -O` leaves out, and with those that pytest rewrites."""

    codes: dict[str, list[types.CodeType]] = field(repr=False)
    nodes: dict[tuple[str, int], list[FunctionNode]] = field(repr=False)

    def node(self, code: types.CodeType, *, exactly: bool = False) -> FunctionNode | None:
        """The function in this text whose code is `code`, and of several that are equal the nearest, or the one in the same place;
        None where there is none."""
        equal = [c for c in self.codes.get(code.co_name, ()) if same_code(code, c)]
        if not equal:
            return None
        nearest = min(equal, key=lambda c: distance(code, c))
        if exactly and distance(code, nearest) != NO_DISTANCE:
            return None
        nodes = self.nodes.get((nearest.co_name, nearest.co_firstlineno), [])
        if len(nodes) <= 1:
            return nodes[0] if nodes else None
        own = own_codes(self, nodes)
        return min((n for n in own if same_code(nearest, own[n])), key=lambda n: distance(nearest, own[n]), default=None)

    def as_written(self, node: FunctionNode) -> FunctionNode:
        return self.written[place(node)]


def modules(text: Text, function: types.FunctionType) -> Iterator[Module]:
    """`text` compiled in every way in which `function` may have been."""
    flags = function.__code__.co_flags & FUTURE_FLAGS
    hook = pytest_hook(function.__globals__)
    for optimisation in sorted((0, 1, 2), key=lambda level: abs(level - sys.flags.optimize)):
        if hook is not None:
            yield compiled(text, flags, optimisation, True, hook)
        for whole in (True, False):
            yield compiled(text, flags, optimisation, whole, None)


@lru_cache(maxsize=64)
def compiled(text: Text, flags: int, optimisation: int, whole: bool, hook: Any) -> Module:
    """The functions of a text: their codes by name, their nodes by name and first line."""
    tree = parsed(text)
    there = functions(tree)
    written = {place(node): node for node in there}
    if optimisation:
        written = {place(node): node for node in functions(Optimised().visit(copy.deepcopy(tree)))}
    if hook is not None:
        tree = parsed(text)
        sys.modules["_pytest.assertion.rewrite"].rewrite_asserts(tree, text.text.encode(), text.file, hook.config)
        there = functions(tree)
    nodes: dict[tuple[str, int], list[FunctionNode]] = {}
    for node in there:
        if place(node) in written:
            nodes.setdefault((name_of(node), first_line(node)), []).append(node)
    trees = [tree] if whole else [ast.Module([statement], []) for statement in tree.body]
    codes: dict[str, list[types.CodeType]] = {}
    module = Module(text.lines, text.file, trees, flags, optimisation, written, codes, nodes)
    for code in compilation(module):
        codes.setdefault(code.co_name, []).append(code)
    return module


def parsed(text: Text) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # whoever compiled the text has had them
        return ast.parse(text.text, text.file)


def compilation(module: Module) -> list[types.CodeType]:
    """Every code object of the text."""
    flags = module.flags | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        units = [compile(t, module.file, "exec", flags, dont_inherit=True, optimize=module.optimisation) for t in module.trees]
    return [code for unit in units for code in all_codes(unit)]


def own_codes(module: Module, nodes: list[FunctionNode]) -> dict[FunctionNode, types.CodeType]:
    """The code of each of these nodes, which begin on one line: compiled again, each on a line that no other has."""
    lines = {node: len(module.lines) + k for k, node in enumerate(nodes, 1)}
    places = [(node, {name: getattr(node, name) for name in ("lineno", "end_lineno", "col_offset", "end_col_offset")}) for node in nodes]
    try:
        for node, line in lines.items():
            vars(node).update(lineno=line, end_lineno=line, col_offset=0, end_col_offset=1)
        by_line = {code.co_firstlineno: code for code in compilation(module)}
    finally:
        for node, where in places:
            vars(node).update(where)
    return {node: by_line[line] for node, line in lines.items() if line in by_line}


def functions(tree: ast.AST) -> list[FunctionNode]:
    return [node for node in walk(tree) if isinstance(node, (ast.FunctionDef, ast.Lambda))]


def place(node: FunctionNode) -> Place:
    return node.lineno, node.col_offset


def name_of(node: FunctionNode) -> str:
    return node.name if isinstance(node, ast.FunctionDef) else "<lambda>"


def first_line(node: FunctionNode) -> int:
    """Where the code of a function begins: at its first decorator."""
    return node.decorator_list[0].lineno if isinstance(node, ast.FunctionDef) and node.decorator_list else node.lineno


def pytest_hook(namespace: dict[str, Any]) -> Any:
    """The loader with which pytest imported this module and rewrote its asserts, if it did."""
    rewriting = sys.modules.get("_pytest.assertion.rewrite")
    loader = namespace.get("__loader__")
    return loader if rewriting is not None and isinstance(loader, rewriting.AssertionRewritingHook) else None


class Optimised(ast.NodeTransformer):
    """The text as `python -O` reads it."""

    def visit_Assert(self, node: ast.Assert) -> ast.stmt:
        return ast.copy_location(ast.Pass(), node)

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.copy_location(ast.Constant(False), node) if node.id == "__debug__" else node
