"""One function being lowered: its variables as of the point reached, and the ways a path can end.

Exits are variables too, so that branches and loops join them like any other: `<returned>`, `<broke>`, `<continued>` are
booleans, `<result>` is what was returned. A dead path has raised: nobody looks at its variables.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..ir.build import Builder
from ..ir.program import Value
from ..ir.types import BOOL
from ..syntax.liveness import Liveness, liveness
from ..syntax.read import Definition
from ..syntax.scope import Scope, scope
from .context import Context, Refused
from .values import Abstract, Array, Cell, Mutable, RunList, Scalar, Store, Tuple

if TYPE_CHECKING:
    from .unit import Unit

RETURNED, BROKE, CONTINUED, RESULT = "<returned>", "<broke>", "<continued>", "<result>"
FLAGS = (RETURNED, BROKE, CONTINUED)


class Abandoned(Exception):
    """The path being lowered cannot go on: it has raised, or needs the result of a call that has none yet."""


@dataclass(frozen=True)
class Snapshot:
    env: dict[str, Abstract]
    contents: dict[Mutable, Any]
    dead: bool


class Frame(Context):
    """The context of one function. `env` maps each bound name to its value (a `Cell` where inner functions see it)."""

    def __init__(self, unit: Unit, definition: Definition, outside: Any) -> None:
        super().__init__(Builder(), Store(), definition.file, definition.name, definition.lines, unit.refusals)
        self.unit = unit
        self.lengths = unit.lengths
        self.definition = definition
        self.scope: Scope = scope(definition.node)
        self.liveness: Liveness = liveness(definition.node)
        self.outside = outside
        self.env: dict[str, Abstract] = {}
        self.dead = False
        self.captured: dict[Any, Abstract] = {}
        self.hidden: list[tuple[Any, list[Value]]] = []
        self.named: set[Value] = set()
        self.given: list[Mutable] = []  # the objects that the caller passed
        for flag in FLAGS:
            self.env[flag] = FALSE
        for name in self.scope.cells:
            self.env[name] = Cell(self.store, name)

    # Paths -------------------------------------------------------------------------------------------------------

    def snapshot(self) -> Snapshot:
        return Snapshot(dict(self.env), self.store.fork(), self.dead)

    def restore(self, snapshot: Snapshot) -> None:
        self.env = dict(snapshot.env)
        self.store.contents = dict(snapshot.contents)
        self.dead = snapshot.dead

    def exited(self) -> bool | Value:
        """Whether this path has left the block by return, break or continue: known, or a run-time boolean."""
        flags = [self.env[flag] for flag in FLAGS]
        open_ = [f.value for f in flags if isinstance(f, Scalar) and not f.is_static]
        if any(isinstance(f, Scalar) and f.is_static and f.static for f in flags):
            return True
        if not open_:
            return False
        value = open_[0]
        for other in open_[1:]:
            value = self.b.op("or", value, other, name="exited")
        return value

    def raised(self, flag: str) -> bool:
        """Whether this exit has surely been taken."""
        value = self.env[flag]
        return isinstance(value, Scalar) and value.is_static and bool(value.static)

    def note(self, node: ast.AST, reason: str, way_out: str = "") -> None:
        """A refusal that does not stop the statement."""
        try:
            self.refuse(node, reason, way_out)
        except Refused:
            pass

    # Names -------------------------------------------------------------------------------------------------------

    def name(self, x: Abstract, name: str) -> None:
        """Call the freshly computed value of `x` what the user calls it."""
        if isinstance(x, (Scalar, Array)):
            if x.value not in self.named:
                x.value.name = name
                self.named.add(x.value)
        elif isinstance(x, Tuple):
            for k, item in enumerate(x.items):
                self.name(item, f"{name}_{k}")
        elif isinstance(x, RunList):
            for value in x.lists:
                if value not in self.named:
                    value.name = name
                    self.named.add(value)


def flag(value: bool) -> Scalar:
    """A static boolean that no IR value stands for: it is only ever joined."""
    return Scalar(Value("flag", BOOL), "bool", value)


FALSE, TRUE = flag(False), flag(True)


def variable(frame: Frame, name: str, value: Abstract) -> None:
    """Bind `name`, through its cell if it has one."""
    slot = frame.env.get(name)
    if isinstance(slot, Cell):
        slot.contents = value
    else:
        frame.env[name] = value


def exits(node: ast.AST) -> bool:
    """Whether a statement may leave the block it stands in: return anywhere, break and continue of the loop around."""
    return _leaves(node, True)


def leaves_loop(body: list[ast.stmt]) -> bool:
    """Whether a loop with this body may be left before its end."""
    return any(_leaves(s, True, (ast.Return, ast.Break)) for s in body)


def _leaves(node: ast.AST, own: bool, kinds: tuple[type[ast.stmt], ...] = (ast.Return, ast.Break, ast.Continue)) -> bool:
    if isinstance(node, ast.Return):
        return True
    if isinstance(node, (ast.Break, ast.Continue)):
        return own and isinstance(node, kinds)
    if isinstance(node, (ast.FunctionDef, ast.Lambda, ast.expr)):
        return False
    if isinstance(node, (ast.For, ast.While)):
        return any(_leaves(s, False, kinds) for s in node.body) or any(_leaves(s, own, kinds) for s in node.orelse)
    return any(_leaves(child, own, kinds) for child in ast.iter_child_nodes(node))
