"""One function being lowered: its variables as of the point reached, and the ways a path can end.

Exits are variables too, so that branches and loops join them like any other: `<returned>`, `<broke>`, `<continued>` are
booleans, `<result>` is what was returned; `<finished>` says that a generator whose text stands in this one gives no more.
A dead path has raised what nobody takes: nobody looks at its variables. One that has raised to a landing (`<raised>`) ends there;
what is lowered after a check that may do so goes inside it (`open`).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence, Set
from typing import TYPE_CHECKING, Any, NoReturn

from ..ir.program import Op, Value
from ..ir.types import BOOL, I64
from ..source import Location
from ..syntax.liveness import Liveness, Names, liveness
from ..syntax.read import Definition
from ..syntax.rename import gives, plain
from ..syntax.scope import Scope, scope
from ..unchanging import plain_value
from .context import Context, Refused
from .landing import ERROR, RAISED, Open, Site, number_of, taken
from .objects import Cell, Mutable, Store
from .patterns import flatten
from .raising import NOT_INSIDE, Checked
from .recursion import Recursion
from .values import Abstract, Array, Complex, Error, OneOf, RunList, Scalar, Static, Text, Tuple

if TYPE_CHECKING:
    from .text.generators import Inlined
    from .unit import Unit

RETURNED, BROKE, CONTINUED, RESULT, FINISHED = "<returned>", "<broke>", "<continued>", "<result>", "<finished>"
FLAGS = (RETURNED, BROKE, CONTINUED, FINISHED, RAISED)


class Abandoned(Exception):
    """The path being lowered cannot go on: it has raised, or needs the result of a call that has none yet."""


class Raised(Exception):
    """The path being lowered has raised an error that a landing takes: it goes on there."""


Facts = Mapping[Value, frozenset[int]]
"""What a path knows of run-time booleans and integers: which they may be (`facts`)."""

HOLDS, HOLDS_NOT = frozenset([1]), frozenset([0])


@plain_value
class Snapshot:
    env: dict[str, Abstract]
    contents: dict[Mutable, Any]
    dead: bool
    facts: Facts


@plain_value
class Mark:
    """A point of the lowering to come back to."""

    state: Snapshot
    named: set[Value]
    ops: list[Op]
    count: int
    open: int
    refused: int


class Frame(Context, Recursion):
    """The context of one function. `env` maps each bound name to its value (a `Cell` where inner functions see it)."""

    def __init__(self, unit: Unit, definition: Definition, outside: Any) -> None:
        super().__init__(Checked(self), Store(), definition.file, definition.name, definition.lines)
        self.unit = unit
        self.lengths = unit.lengths
        self.definition = definition
        self.scope: Scope = scope(definition.node)
        self.liveness: Liveness = liveness(definition.node)
        self.outside = outside
        self.inlined: Inlined | None = None  # the generator whose text is being lowered among the function's own
        self.waiting: Names = frozenset()  # the variables of generators that have given an item, and go on later
        self.cached: dict[Any, list[Any]] = {}  # the variables of cached functions, as they were at the first call
        self.which: Any = None  # the function and the pattern of its arguments, if it was called
        self.chosen: tuple[int, ...] = ()  # which of several things each thing is that a computation is being repeated for
        self.env: dict[str, Abstract] = {}
        self.dead = False
        self.facts: Facts = {}
        self.telling: dict[Value, tuple[Facts, Facts]] = {}  # what follows where a run-time boolean holds, and where it does not
        self.numbered: dict[Value, tuple[OneOf, dict[int, int]]] = {}  # numbers that say which of several things something is
        self.sources: dict[Cell, tuple[dict[Any, Any], dict[Cell, Any]]] = {}  # what generators worked with when `next` was first asked
        self.captured: dict[Any, Abstract] = {}
        self.hidden: list[tuple[Any, list[Value]]] = []
        self.named: set[Value] = set()
        self.given: list[Mutable] = []  # the objects that the caller passed
        self.standing: Set[Mutable] = frozenset()  # the objects from before this turn of the innermost loop
        self.open: list[Open] = []  # the checks that what is lowered now stands in
        self.floor = 0  # how many of them are outside the region being lowered
        self.handling: list[tuple[dict[str, Abstract], Sequence[Site]]] = []  # what the handlers around here handle, the innermost last
        self.held: list[Abstract] = []  # what statements around here still need, beside the variables
        self.on_way_out = 0  # how many `finally` are still to run where the function returns
        self.node: ast.AST = definition.node  # the statement being lowered
        self.arrived: dict[Mutable, tuple[Any, int]] = {}  # of an entry, those from outside: their root, and their number in it
        self.arrived_lists: list[tuple[RunList, Any, Any]] = []  # of an entry, the lists from outside that change their length
        for flag in FLAGS:
            self.env[flag] = FALSE
        for name in self.scope.cells:
            self.env[name] = Cell(self.store, name)

    # Paths -------------------------------------------------------------------------------------------------------

    def snapshot(self) -> Snapshot:
        return Snapshot(dict(self.env), self.store.fork(), self.dead, self.facts)

    def restore(self, snapshot: Snapshot) -> None:
        self.env = dict(snapshot.env)
        self.store.contents = dict(snapshot.contents)
        self.dead = snapshot.dead
        self.facts = snapshot.facts

    def referring(self, env: dict[str, Abstract], live: frozenset[str] | None) -> dict[str, Abstract]:
        """What may refer to an object besides other objects: the variables that are still read, and whoever called."""
        named = {name: value for name, value in env.items() if live is None or name in live or name.startswith("<")}
        return {**named, "<caller>": Tuple((*self.given, *self.arrived, *self.held))}

    def mark(self) -> Mark:
        return Mark(self.snapshot(), set(self.named), self.b.ops, len(self.b.ops), len(self.open), len(self.path.refusals))

    def roll_back(self, mark: Mark) -> None:
        """Forget what was lowered since, in the same region."""
        self.restore(mark.state)
        self.named = set(mark.named)
        del self.open[mark.open :]
        self.b.ops = mark.ops
        del mark.ops[mark.count :]
        self.path.forget(mark.refused)
        self.path.cut(mark.ops, mark.count)

    def ops_since(self, mark: Mark) -> Iterator[Op]:
        """The ops made since, in the same region."""
        yield from mark.ops[mark.count :]
        for later in self.open[mark.open + 1 :]:
            yield from later.outer
        if len(self.open) > mark.open:
            yield from self.b.ops

    def exited(self) -> bool | Value:
        """Whether this path has left the block by return, break, continue or an error: known, or a run-time boolean."""
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

    def site(self, node: ast.AST) -> tuple[Any, ...]:
        """Where something is made or gone over: what is learnt of a text of the library counts for one call of the user's."""
        return node, self.definition.node, self.place

    def location(self, node: ast.AST) -> Location:
        return self.place if self.place is not None else super().location(node)

    def assume(self, condition: Value, holds: bool) -> None:
        """From here on this path knows that `condition` holds, or that it does not, and what follows of that."""
        found = dict(self.facts)
        waiting = [(condition, HOLDS if holds else HOLDS_NOT)]
        while waiting:
            value, allowed = waiting.pop()
            found[value] = found[value] & allowed if value in found else allowed
            if value in self.telling and allowed in (HOLDS, HOLDS_NOT):
                waiting += self.telling[value][0 if allowed == HOLDS else 1].items()
        self.facts = found

    # What matters later ------------------------------------------------------------------------------------------

    def live_after(self, node: ast.AST) -> Names | None:
        """The names that matter after a statement."""
        live: Names | None = self.liveness.after.get(node)  # type: ignore[call-overload]
        if live is None:
            return None
        return live | self.waiting | (self.inlined.names if self.inlined is not None else frozenset())

    def landed(self, node: ast.stmt | tuple[ast.stmt, str]) -> Names:
        """The names that matter where errors lead that are raised in a statement."""
        return self.liveness.landed[node] | self.waiting | (self.inlined.names if self.inlined is not None else frozenset())

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

    # Errors that somebody takes ----------------------------------------------------------------------------------

    def live_at_landings(self) -> frozenset[str]:
        """The variables that matter where an error raised here may lead."""
        return frozenset().union(*(landing.live for landing in self.landings))

    def check(self, condition: Value, error: type[BaseException], message: str, *values: Value) -> None:
        """Unless `condition` holds at run time, raise `error(message.format(*values))` here, to whoever takes it."""
        if not self.takes(error):
            super().check(condition, error, message, *values)
            if condition in self.telling:
                self.assume(condition, True)
            return
        text = Text(message, values) if values else Static(message.format())
        self.raise_unless(condition, Error(error, (text,) if message else ()))

    def takes(self, error: type[BaseException]) -> bool:
        return taken(error, self.landings) is not None

    def widens(self) -> None:
        self.unit.widened = True

    def raises(self, node: ast.AST, error: type[BaseException], message: str, way_out: str = "") -> NoReturn:
        if self.takes(error):
            self.at(node)
            self.raise_to_landing(Error(error, (Static(message),)))
        super().raises(node, error, message, way_out)

    def raise_unless(self, condition: Value, error: Error) -> None:
        """Unless `condition` holds, raise to a landing: what is lowered from now on stands on the other path."""
        made = self.b.ops[-1] if self.b.ops else None
        known = made.attributes.get("value") if made is not None and made.name == "constant" and made.results == (condition,) else None
        if known is True:
            return
        if known is False:
            self.raise_to_landing(error)
        start = self.snapshot()
        self.set_raised(error)
        raised = self.snapshot()
        self.restore(start)
        self.go_inside(condition, raised)

    def raise_to_landing(self, error: Error) -> NoReturn:
        """This path surely raises."""
        self.set_raised(error)
        raise Raised

    def set_raised(self, error: Error) -> None:
        """The hidden variables of a path that has raised."""
        site = self.unit.site(error, self.b.location)
        self.to_landing(site)
        for flag in FLAGS:
            self.env[flag] = FALSE
        self.env[RAISED] = TRUE
        self.env[ERROR] = number_of(site, NUMBER)
        if flatten([error]):
            self.env[site.slot] = error

    def to_landing(self, site: Site) -> None:
        for landing in reversed(self.landings):
            if issubclass(site.error.type, landing.takes):
                landing.arrivals[site] = None
                return
            landing.passing[site] = None
        raise AssertionError(site)

    def go_inside(self, condition: Value, raised: Snapshot) -> None:
        """Go on inside an `if`, where `condition` holds; the other side ends in `raised`."""
        if not isinstance(self.b, Checked):
            self.refuse(None, *NOT_INSIDE)
        self.open.append(Open(condition, self.snapshot(), raised, self.b, self.b.ops, self.live_at_landings(), self.node))
        self.b.ops = []
        self.assume(condition, True)

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
        elif isinstance(x, Complex):
            self.name(x.real, f"{name}_re")
            self.name(x.imag, f"{name}_im")
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
NUMBER = Scalar(Value("error", I64), "int")


def variable(frame: Frame, name: str, value: Abstract, node: ast.AST | None = None) -> None:
    """Bind `name`, through its cell if it has one; `node` is where that is written."""
    slot = frame.env.get(name)
    if name in frame.scope.globals or (slot is None and name in frame.scope.nonlocals):
        frame.rebind(name, value, node)
    elif isinstance(slot, Cell):
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
