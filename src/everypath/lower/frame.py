"""One function being lowered: its variables as of the point reached, and the ways a path can end.

Exits are variables too, so that branches and loops join them like any other: `<returned>`, `<broke>`, `<continued>` are
booleans, `<result>` is what was returned; `<finished>` says that a generator whose text stands in this one gives no more.
A dead path has raised: nobody looks at its variables.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..ir.build import Builder
from ..ir.program import Value
from ..ir.types import BOOL
from ..source import Location
from ..syntax.liveness import Liveness, Names, liveness
from ..syntax.read import Definition
from ..syntax.rename import gives, plain
from ..syntax.scope import Scope, scope
from .context import Context, Refused
from .values import Abstract, Array, Cell, Mutable, RunList, Scalar, Store, Tuple

if TYPE_CHECKING:
    from .generators import Inlined
    from .unit import Unit

RETURNED, BROKE, CONTINUED, RESULT, FINISHED = "<returned>", "<broke>", "<continued>", "<result>", "<finished>"
FLAGS = (RETURNED, BROKE, CONTINUED, FINISHED)


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
        self.inlined: Inlined | None = None  # the generator whose text is being lowered among the function's own
        self.waiting: Names = frozenset()  # the variables of generators that have given an item, and go on later
        self.place: Location | None = None  # where all of it stands for the user, if the text is not theirs
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

    def location(self, node: ast.AST) -> Location:
        return self.place if self.place is not None else super().location(node)

    # What matters later ------------------------------------------------------------------------------------------

    def live_after(self, node: ast.AST) -> Names | None:
        """The names that matter after a statement."""
        live: Names | None = self.liveness.after.get(node)  # type: ignore[call-overload]
        if live is None:
            return None
        return live | self.waiting | (self.inlined.names if self.inlined is not None else frozenset())

    def touched(self, node: ast.For | ast.While, assigned: Names) -> tuple[Names, Names, Names]:
        """Of a loop: the names that it assigns, those live where a turn begins, and where it is left. Where a generator's loop gives
        an item, those of who takes it are among them."""
        head, left = self.liveness.head.get(node, frozenset()), self.liveness.left.get(node, frozenset())
        if self.inlined is None or not gives(node):
            return assigned, head, left
        return assigned | self.inlined.body.assigned, head | self.inlined.names, left | self.inlined.names

    def may_leave(self, body: list[ast.stmt]) -> bool:
        """Whether a loop with this body may be left before its end."""
        taken = self.inlined is not None and self.inlined.body.may_leave
        return leaves_loop(body) or (taken and any(gives(s) for s in body))

    def note(self, node: ast.AST, reason: str, way_out: str = "") -> None:
        """A refusal that does not stop the statement."""
        try:
            self.refuse(node, reason, way_out)
        except Refused:
            pass

    def fresh(self, name: str) -> str:
        """The name of a variable that nobody wrote, and nobody has."""
        hidden = f"<{name}>"
        while hidden in self.env:
            hidden = f"<{hidden[1:-1]}_>"
        return hidden

    # Names -------------------------------------------------------------------------------------------------------

    def name(self, x: Abstract, name: str) -> None:
        """Call the freshly computed value of `x` what the user calls it."""
        name = plain(name)
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
