"""Where a refusal stops the program, and where it only stops a path.

What surely runs when its function runs is one path; so is each side of a branch and the body of a loop that may not run at all.
A refusal on the first is one of the function. On another it becomes a check that always fails: who reaches it is told at run time,
and nobody else. Lowering goes on behind a refusal, only to find those that follow on the same path, so that all come at once.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..errors import NotSupported, told
from ..ir.build import Builder
from ..ir.program import Op
from ..source import Location
from .landing import Landing, Site

if TYPE_CHECKING:
    from .context import Context
    from .frame import Frame
    from .unit import Unit

Refusal = tuple[Location | None, str, str]
Origins = frozenset[Any]
NOTHING: Origins = frozenset()


class Restart(Exception):
    """Lowering learnt something, and starts again knowing it."""


class NeedsStatic(Restart):
    """Lowering needs the values of these arguments: the caller lowers again with their paths in `statics`.

    A mere `wish` can be left unfulfilled: then what would have become unneeded is lowered as it is. `unit` has what was
    learnt until then, where it holds in the next lowering too.
    """

    def __init__(self, paths: Origins, wish: bool = False) -> None:
        self.paths = paths
        self.wish = wish
        self.unit: Unit | None = None
        super().__init__(f"the values of {', '.join(sorted(map(str, paths)))} must be known when the function is compiled")


class Measured(Restart):
    """What is called must know which axes of its arguments have length 1: lower again with `owner` specialised for that."""

    def __init__(self, owner: ast.AST) -> None:
        self.owner = owner


class Learnt(Restart):
    """Something is known that was not, and stands in the unit: lower again."""


class MoreKnown(Restart):
    """A function is to be lowered with more of its arguments known: lower again, its lists may be of known items."""


def place(refusal: Refusal) -> tuple[object, ...]:
    """What makes two refusals one."""
    where, reason, _ = refusal
    return (reason,) if where is None else (reason, where.file, where.line, where.column)


@dataclass(eq=False)
class Path:
    """A stretch of one function that runs whole or not at all, as far as branches decide it.

    `flags` are boolean arguments that decide whether it is taken. `at` is where its first refusal stands: a builder, and how many
    ops that had then, the regions inside it included; `known` what the landings around knew then.
    """

    around: Path | None = None
    flags: Origins = NOTHING
    refusals: list[Refusal] = field(default_factory=list)
    at: tuple[list[Op], int] | None = None
    known: tuple[tuple[Landing, dict[Site, None], dict[Site, None]], ...] = ()

    def paths(self) -> Iterator[Path]:
        """This path and those around it."""
        path: Path | None = self
        while path is not None:
            yield path
            path = path.around

    @property
    def doomed(self) -> bool:
        """Whether what is lowered now can't run: something was refused here, or on a path around."""
        return any(path.refusals for path in self.paths())

    def ask(self) -> None:
        """Ask for the flags that decide whether this path is taken, the outermost first."""
        flags = [path.flags for path in self.paths() if path.flags]
        if flags:
            raise NeedsStatic(flags[-1], wish=True)

    def add(self, refusal: Refusal, c: Context) -> None:
        """Note what was refused at the point being lowered, unless a flag can tell that nobody gets there."""
        if not self.refusals:
            self.ask()
            self.at = c.b.ops, len(c.b.ops)
            self.known = tuple((landing, dict(landing.arrivals), dict(landing.passing)) for landing in c.landings)
        if place(refusal) not in map(place, self.refusals):
            self.refusals.append(refusal)

    def forget(self, known: int) -> None:
        """Forget the refusals from `known` on: what was tried there is lowered again in another way."""
        del self.refusals[known:]

    def cut(self, ops: list[Op], count: int) -> None:
        """Ops beyond `count` were taken away again."""
        if self.at is not None and self.at[0] is ops:
            self.at = ops, min(self.at[1], count)

    def moved(self, outer: Builder) -> None:
        """What was refused in a region belongs to the op that gets the region."""
        if self.at is not None:
            self.at = outer.ops, len(outer.ops)


def refuse_when_reached(c: Frame) -> None:
    """End a path where something was refused: whoever gets there is told what, and what else would be refused behind it."""
    path = c.path
    assert path.at is not None
    ops, known = path.at
    lists = [check.outer for check in c.open[c.floor :]] + [c.b.ops]
    depth = next((k for k, held in enumerate(lists) if held is ops), 0)
    known = known if lists[depth] is ops else 0
    c.b.ops = lists[depth]
    del c.open[c.floor + depth :], c.b.ops[known:]
    for landing, arrivals, passing in path.known:
        landing.arrivals, landing.passing = arrivals, passing
    location = path.refusals[0][0] or c.b.location
    c.b.emit("check", c.b.bool(False, "never"), location=location, error=NotSupported, message=told(path.refusals))
    c.dead = True


def merged(*several: list[Refusal] | tuple[Refusal, ...]) -> list[Refusal]:
    """All these refusals, each once."""
    return list({place(refusal): refusal for refusals in reversed(several) for refusal in reversed(refusals)}.values())[::-1]
