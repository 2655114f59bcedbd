"""A Hypothesis strategy that writes Python: functions with loops, branches, exits, mutation, views, aliases, helpers, recursion.

All arrays of one function have `SIZE` elements or are views of two of them, so that every index that is written is known to fit
(a few don't, on purpose). Comparisons have odd constants in them, so that no branch is decided at a tie. A name is used only
where it is surely bound. What shrinks first stands first in each list of choices.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from .lines import Lines

SIZE = 4
DEPTH = 3
STATEMENTS = 18
HEADER = "import math\n\nimport numpy as np\n"
CONSTANTS = ("0.5", "1.5", "-0.7", "2.0")
UNARY = (
    "math.sin({0})",
    "math.cos({0})",
    "math.tanh({0})",
    "math.exp(-{0} * {0})",
    "math.sqrt(1.0 + {0} * {0})",
    "math.atan({0})",
    "-{0}",
    "{0} ** 2",
    "np.sin({0})",
    "abs({0} + 0.137)",
)
BINARY = ("{0} + {1}", "{0} * {1}", "{0} - {1}", "{0} / (1.5 + {1} * {1})", "max({0}, {1} + 0.137)", "min({0}, {1} - 0.219)")
WHOLE = ("{0} * {1}", "{0} + {1}", "np.sin({0}) - {1}", "np.tanh({0} * {1})", "np.where({0} > 0.137, {0}, {1})", "{0} / (1.5 + {1} * {1})")
UPDATES = ("+=", "-=", "*=")


@dataclass
class Scope:
    """The names that may be used at one place, by kind."""

    floats: list[str]
    arrays: list[str] = field(default_factory=list)
    pairs: list[str] = field(default_factory=list)
    loops: list[str] = field(default_factory=list)
    integers: list[str] = field(default_factory=list)

    def inner(self) -> Scope:
        return Scope(*(list(names) for names in (self.floats, self.arrays, self.pairs, self.loops, self.integers)))


class Writer(Lines):
    """Writes one function, choice by choice."""

    def __init__(self, choose: Callable[[Sequence], object], helpers: list[str]) -> None:
        super().__init__(choose, STATEMENTS)
        self.helpers = helpers

    def choose(self, *options):
        """One of the options, drawn even where there is one only."""
        return self.choices(options)

    def chance(self, one_in: int) -> bool:
        return self.choices(range(one_in)) == one_in - 1

    # Expressions

    def integer(self, scope: Scope) -> str:
        """An index into an array of SIZE elements."""
        options = [str(k) for k in (0, 1, SIZE - 1, -1, -2)]
        if scope.loops:
            i = self.choose(*scope.loops)
            options += [i, f"{i} - 1", f"({i} + 1) % {SIZE}", f"-{i}"]
        options += scope.integers
        if self.chance(60):
            options = [f"{scope.loops[-1] if scope.loops else 2} + 3"]
        return self.choose(*options)

    def scalar(self, scope: Scope, depth: int = 2) -> str:
        """A float expression, in parentheses where it needs them."""
        kind = (
            self.choose("name", "constant", "element", "unary", "binary", "reduction", "choice", "call")
            if depth
            else self.choose("name", "constant")
        )
        if kind == "element" and scope.arrays:
            return f"{self.choose(*scope.arrays)}[{self.integer(scope)}]"
        if kind == "unary":
            return f"({self.choose(*UNARY).format(self.scalar(scope, depth - 1))})"
        if kind == "binary":
            return f"({self.choose(*BINARY).format(self.scalar(scope, depth - 1), self.scalar(scope, depth - 1))})"
        if kind == "reduction" and scope.arrays:
            x, y = self.choose(*scope.arrays), self.choose(*scope.arrays)
            return self.choose(f"np.sum({x})", f"np.dot({x}, {y})", f"{x}.sum()", f"np.sum({x} * {y})", f"np.mean({x}[1:])")
        if kind == "choice":
            return f"({self.scalar(scope, depth - 1)} if {self.condition(scope)} else {self.scalar(scope, depth - 1)})"
        if kind == "call" and self.helpers:
            return self.call(scope, depth)
        return self.choose(*CONSTANTS) if kind == "constant" else self.choose(*scope.floats)

    def call(self, scope: Scope, depth: int = 1) -> str:
        name = self.choose(*self.helpers)
        if name.startswith("array_") and not scope.arrays:
            return self.choose(*scope.floats)
        first = self.scalar(scope, depth - 1)
        if name.startswith("array_"):
            return f"{name}({self.choose(*scope.arrays)}, {first})"
        if name.startswith("recursive_"):
            return f"{name}({first}, {self.choose(2, 0, 3)})"
        return f"{name}({first}, {self.scalar(scope, depth - 1)})"

    def condition(self, scope: Scope) -> str:
        compared = f"{self.scalar(scope, 1)} {self.choose('>', '<')} {self.scalar(scope, 0)} + 0.0731"
        if scope.loops and self.chance(3):
            i = self.choose(*scope.loops)
            return self.choose(f"{i} % 2 == 0", f"{i} > 1", f"({i} > 0 and {compared})", f"({i} == 1 or {compared})")
        return compared

    def whole(self, scope: Scope) -> str:
        """An array expression of SIZE elements, fresh memory."""
        x = self.choose(*scope.arrays)
        other = self.choose(self.choose(*scope.arrays), self.scalar(scope, 1), f"{x}[::-1]")
        return self.choose(f"{x}.copy()", f"np.zeros({SIZE})", *(t.format(x, other) for t in WHOLE))

    # Statements

    def block(self, scope: Scope, depth: int, loop: str | None) -> None:
        """One to three statements in a scope of their own."""
        before = len(self.lines)
        scope = scope.inner()
        for _ in range(self.choose(1, 2, 3)):
            if self.left > 0:
                self.statement(scope, depth, loop)
        if len(self.lines) == before:
            self.write(depth, "pass")

    def statement(self, scope: Scope, depth: int, loop: str | None) -> None:
        self.left -= 1
        kinds = [self.assign, self.update, self.new_float]
        if scope.arrays:
            kinds += [self.store, self.store, self.slice_store, self.new_array, self.swap, self.masked, self.into_pair, self.in_place]
        if self.helpers:
            kinds += [self.effect]
        kinds += [self.new_integer]
        if depth <= DEPTH:
            kinds += [self.branch, self.counted, self.counted, self.conditional_loop, self.over_elements]
        if depth > 1:
            kinds += [self.leave]
        self.choose(*kinds)(scope, depth, loop)

    def assign(self, scope: Scope, depth: int, loop: str | None) -> None:
        self.write(depth, f"{self.choose(*scope.floats)} = {self.scalar(scope)}")

    def update(self, scope: Scope, depth: int, loop: str | None) -> None:
        self.write(depth, f"{self.choose(*scope.floats)} {self.choose(*UPDATES)} {self.scalar(scope)}")

    def new_float(self, scope: Scope, depth: int, loop: str | None) -> None:
        text = self.scalar(scope)
        scope.floats.append(self.fresh("s"))
        self.write(depth, f"{scope.floats[-1]} = {text}")

    def new_integer(self, scope: Scope, depth: int, loop: str | None) -> None:
        text = self.choose("1", f"int(abs({self.scalar(scope, 1)}) * 3.1) % {SIZE}")
        scope.integers.append(self.fresh("k"))
        self.write(depth, f"{scope.integers[-1]} = {text}")

    def store(self, scope: Scope, depth: int, loop: str | None) -> None:
        target = f"{self.choose(*scope.arrays)}[{self.integer(scope)}]"
        self.write(depth, f"{target} {self.choose('=', *UPDATES)} {self.scalar(scope)}")

    def slice_store(self, scope: Scope, depth: int, loop: str | None) -> None:
        x, y = self.choose(*scope.arrays), self.choose(*scope.arrays)
        s = self.scalar(scope, 1)
        self.write(
            depth,
            self.choose(
                f"{x}[1:] = {y}[:-1]",
                f"{x}[:2] = {s}",
                f"{x}[::2] {self.choose('=', *UPDATES)} {y}[1::2] * {s}",
                f"{x}[:] = {y}[::-1]",
                f"{x}[1:3] += {y}[1:3]",
                f"{x}[np.array([2, 0, 2])] {self.choose('=', '+=')} {y}[:3] * {s}",
            ),
        )

    def new_array(self, scope: Scope, depth: int, loop: str | None) -> None:
        x = self.choose(*scope.arrays)
        text = self.choose(
            self.whole(scope),
            x,
            f"{x}[::-1]",
            f"{x} if {self.condition(scope)} else {self.choose(*scope.arrays)}",
            f"np.concatenate(({x}[2:], {x}[:2]))",
        )
        if self.choose(True, False):
            scope.arrays.append(self.fresh("a"))
            self.write(depth, f"{scope.arrays[-1]} = {text}")
        else:
            self.write(depth, f"{self.choose(*scope.arrays)} = {text}")

    def swap(self, scope: Scope, depth: int, loop: str | None) -> None:
        names = self.choose(scope.arrays, scope.floats)
        x, y = self.choose(*names), self.choose(*names)
        self.write(depth, f"{x}, {y} = {y}, {x}")

    def masked(self, scope: Scope, depth: int, loop: str | None) -> None:
        x, y = self.choose(*scope.arrays), self.choose(*scope.arrays)
        self.write(depth, f"{x}[{y} > 0.137] {self.choose('=', *UPDATES)} {self.scalar(scope, 1)}")

    def into_pair(self, scope: Scope, depth: int, loop: str | None) -> None:
        """A view of two elements, or a write through one."""
        if scope.pairs and self.choose(True, False):
            w = self.choose(*scope.pairs)
            self.write(depth, self.choose(f"{w}[0] = {self.scalar(scope, 1)}", f"{w} *= {self.scalar(scope, 1)}", f"{w}[:] = {w}[::-1]"))
            return
        x = self.choose(*scope.arrays)
        scope.pairs.append(self.fresh("w"))
        self.write(depth, f"{scope.pairs[-1]} = {self.choose(f'{x}[1:3]', f'{x}[::2]', f'{x}[::-1][1:3]', f'{x}[2:]')}")

    def in_place(self, scope: Scope, depth: int, loop: str | None) -> None:
        other = self.choose(self.choose(*scope.arrays), self.scalar(scope, 1), f"{self.choose(*scope.arrays)}[::-1]")
        self.write(depth, f"{self.choose(*scope.arrays)} {self.choose(*UPDATES)} {other}")

    def effect(self, scope: Scope, depth: int, loop: str | None) -> None:
        """A helper called for what it does to an array, or for its value."""
        self.write(depth, self.choose(self.call(scope), f"{self.choose(*scope.floats)} = {self.call(scope)}"))

    def branch(self, scope: Scope, depth: int, loop: str | None) -> None:
        self.write(depth, f"if {self.condition(scope)}:")
        self.block(scope, depth + 1, loop)
        if self.choose(False, True):
            self.write(depth, "else:")
            self.block(scope, depth + 1, loop)

    def counted(self, scope: Scope, depth: int, loop: str | None) -> None:
        i = self.fresh("i")
        limits = [
            "2",
            "3",
            str(SIZE),
            f"len({scope.arrays[0]})" if scope.arrays else "4",
            f"1, {SIZE}",
            f"{SIZE - 1}, -1, -1",
            f"0, {SIZE}, 2",
        ]
        if "n" in scope.integers:
            limits += ["n", "n"]
        if scope.loops:
            limits += [scope.loops[-1], f"{scope.loops[-1]} + 1"]
        self.write(depth, f"for {i} in range({self.choose(*limits)}):")
        inner = scope.inner()
        inner.loops.append(i)
        self.block(inner, depth + 1, "for")

    def over_elements(self, scope: Scope, depth: int, loop: str | None) -> None:
        if not scope.arrays:
            return self.counted(scope, depth, loop)
        inner = scope.inner()
        x, y = self.choose(*scope.arrays), self.choose(*scope.arrays)
        v, w, i = self.fresh("v"), self.fresh("v"), self.fresh("i")
        kind = self.choose("plain", "enumerate", "zip")
        inner.floats += [v, w] if kind == "zip" else [v]
        inner.loops += [i] if kind == "enumerate" else []
        header = {"plain": f"for {v} in {x}:", "enumerate": f"for {i}, {v} in enumerate({x}):", "zip": f"for {v}, {w} in zip({x}, {y}):"}
        self.write(depth, header[kind])
        self.block(inner, depth + 1, "for")
        return None

    def conditional_loop(self, scope: Scope, depth: int, loop: str | None) -> None:
        k = self.fresh("c")
        self.write(depth, f"{k} = 0")
        self.write(depth, f"while {self.choose(f'{k} < 3', f'{k} < 4 and {self.condition(scope)}')}:")
        inner = scope.inner()
        if self.choose(True, False):
            self.write(depth + 1, f"{k} += 1")
            self.block(inner, depth + 1, "while")
        else:
            inner.loops.append(k)
            self.block(inner, depth + 1, None)
            self.write(depth + 1, f"{k} += 1")

    def leave(self, scope: Scope, depth: int, loop: str | None) -> None:
        """An exit under a condition."""
        exits = [f"return {self.scalar(scope)}"] + (["break", "continue"] if loop else [])
        self.write(depth, f"if {self.condition(scope)}:")
        self.write(depth + 1, self.choose(*exits))

    def result(self, scope: Scope) -> str:
        """A sum in which everything that is left has a part."""
        return " + ".join([*scope.floats, *(f"np.sum({x} * {k + 1}.5)" for k, x in enumerate(scope.arrays + scope.pairs))])


def helper(choose: Callable[[Sequence], object], kind: str, name: str, helpers: list[str]) -> str:
    """A helper: of two floats, of an array and a float (which it may write), or one that calls itself n times at most."""
    writer = Writer(choose, [])
    writer.left = 3
    if kind == "array":
        scope = Scope(["p"], ["z"])
        writer.write(0, f"def {name}(z, p):")
    elif kind == "recursive":
        scope = Scope(["p"], [], [], [], [])
        writer.write(0, f"def {name}(p, m):")
        writer.write(1, "if m == 0:")
        writer.write(2, f"return {writer.scalar(scope)}")
        scope.loops.append("m")
    else:
        scope = Scope(["p", "q"])
        writer.write(0, f"def {name}(p, q):")
    for _ in range(writer.choose(0, 1, 2)):
        writer.statement(scope, 1, None)
    if kind == "recursive":
        scope.floats.append("r")
        writer.write(1, f"r = {name}({writer.scalar(scope.__class__(scope.floats[:-1]))}, m - 1)")
    writer.write(1, f"return {writer.scalar(scope)}")
    return "\n".join(writer.lines)


def written(choose: Callable[[Sequence], object]) -> str:
    """The text of a module with a function `f(a, b, x, y, n)`: two floats, two arrays of SIZE elements, a small integer."""
    helpers, texts = [], []
    for kind in choose(((), ("scalar",), ("array",), ("recursive",), ("scalar", "array"), ("array", "recursive"), ("recursive", "scalar"))):
        name = f"{kind}_helper"
        texts.append(helper(choose, kind, name, helpers))
        helpers.append(name)
    writer = Writer(choose, helpers)
    scope = Scope(["a", "b"], ["x", "y"], [], [], ["n"])
    writer.write(0, "def f(a, b, x, y, n):")
    for _ in range(choose(range(1, 9))):
        writer.statement(scope, 1, None)
    writer.write(1, f"return {writer.result(scope)}")
    return "\n\n\n".join([HEADER.rstrip("\n"), *texts, "\n".join(writer.lines)]) + "\n"
