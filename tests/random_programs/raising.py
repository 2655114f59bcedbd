"""Programs that raise and catch: `try` with all its parts, and managers, around statements of every kind, in loops, helpers and each other.

What may raise stands anywhere in an expression. The arguments are those of `writing`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from .writing import HEADER, Scope, Writer


class Stop(Exception):
    pass


class TooLarge(Stop, ValueError):
    pass


@dataclass
class Noting:
    """Writes into an array where it is left; `taken` says which errors go no further."""

    z: object
    turns: int = 0
    taken: type = KeyError

    def __enter__(self):
        self.turns += 1
        return self.turns

    def __exit__(self, kind, error, trace):
        self.z[self.turns % 4] += 0.25
        self.turns += 10
        return kind is not None and issubclass(kind, self.taken)


@contextmanager
def left_alone(z, kind):
    """Puts the first element back, and takes errors of one kind."""
    old = z[0]
    try:
        yield
    except kind as error:
        z[1] -= 0.5 * len(error.args)
    finally:
        z[0] = old


RISKY = (
    "math.sqrt({0} - 0.0171)",
    "math.log({0} + 0.4)",
    "math.acos({0})",
    "{0} / ({1} % 2)",
    "{0} / (n - {1})",
    "{2}[{1} + 2] * {0}",
    "[{0}, 0.5][{1}]",
    "{{'a': {0}, 'b': 1.5}}['c']",
    "(1.5, {0})[{1} - 3]",
    "sum([math.sqrt(q + 0.0171) for q in {2}])",
    "sum(1.0 / float(q - q) for q in {2}[:{1}])",
    "{0} * float('2.5x')",
    "{0} * len(a)",
    "{0} + np.sum({2} * {2}[:{1}])",
    "a.shape[0] * {0}",
    "{0} * undefined",
    "(1.0 if {0} > 0.173 else 1 / 0) + {0}",
    "risky({0}, {2})",
    "risky(risky({0}, {2}), {2})",
    "deep({0}, {1})",
)
KINDS = (
    "ZeroDivisionError",
    "ValueError",
    "IndexError",
    "(IndexError, KeyError)",
    "LookupError",
    "ArithmeticError",
    "(ValueError, TypeError)",
    "Stop",
    "TooLarge",
    "NameError",
    "AttributeError",
    "Exception",
    "",
)
RAISED = ("Stop", "Stop({0})", "TooLarge('large', {0})", "ValueError(f'no {{n}}')", "KeyError('k')", "ZeroDivisionError()")
HELPERS = """def risky(p, z):
    {0}


def deep(p, m):
    if m <= 0:
        {1}
    return deep(p * 0.5, m - 1) + 0.1"""


class RaisingWriter(Writer):
    """Writes one function, choice by choice."""

    handlers: tuple[str, ...] = ()

    def risky(self, scope: Scope, depth: int) -> str:
        options = RISKY[:-3] if self.inside_helper else RISKY
        number = self.choose(*scope.loops, *scope.integers, "1", "0", "2")
        x = self.choose(*scope.arrays) if scope.arrays else "z"
        return f"({self.choose(*options).format(self.scalar(scope, depth - 1), number, x)})"

    inside_helper = False

    def scalar(self, scope: Scope, depth: int = 2) -> str:
        if depth > 0 and self.chance(4):
            return self.risky(scope, depth)
        return super().scalar(scope, depth)

    def statement(self, scope: Scope, depth: int, loop: str | None) -> None:
        if depth <= 3 and self.left > 0 and self.choose(True, False):
            self.left -= 1
            self.choose(self.attempt, self.attempt, self.attempt, self.managed, self.throw, self.listed)(scope, depth, loop)
            return
        super().statement(scope, depth, loop)

    def attempt(self, scope: Scope, depth: int, loop: str | None) -> None:
        self.write(depth, "try:")
        self.block(scope, depth + 1, loop)
        kinds = self.choose(("Exception",), (self.choose(*KINDS),), (self.choose(*KINDS[:-2]), self.choose(*KINDS[:-2])), ())
        for kind in kinds:
            name = f" as {self.fresh('e')}" if kind and self.choose(False, True) else ""
            self.write(depth, f"except {kind}{name}:" if kind else "except:")
            if name:
                self.write(depth + 1, f"{self.choose(*scope.floats)} += 0.5 * len({name[4:]}.args)")
            self.block(scope, depth + 1, loop)
            if self.chance(4):
                self.write(depth + 1, self.choose("raise", f"raise Stop('again'){f' from {name[4:]}' if name else ''}"))
        if kinds and self.chance(3):
            self.write(depth, "else:")
            self.block(scope, depth + 1, loop)
        if not kinds or self.chance(3):
            self.write(depth, "finally:")
            self.block(scope, depth + 1, None if self.chance(5) else loop)

    def managed(self, scope: Scope, depth: int, loop: str | None) -> None:
        kind = self.choose(*KINDS[:3], "Stop")
        x = self.choose(*scope.arrays) if scope.arrays else "z"
        m = self.fresh("m")
        self.write(
            depth,
            self.choose(
                f"with contextlib.suppress({kind}):",
                f"with Noting({x}) as {m}:",
                f"with Noting({x}, 0, {kind}):",
                f"with left_alone({x}, {kind}) as {m}:",
                f"with np.errstate(all='ignore'), Noting({x}, 2, ArithmeticError) as {m}:",
            ),
        )
        self.block(scope, depth + 1, loop)

    def throw(self, scope: Scope, depth: int, loop: str | None) -> None:
        error = self.choose(*RAISED).format(self.choose(*scope.floats))
        if self.chance(5):
            self.write(depth, f"assert {self.condition(scope)}, 'no'")
            return
        self.write(depth, f"if {self.condition(scope)}:")
        self.write(depth + 1, f"raise {error}")

    def listed(self, scope: Scope, depth: int, loop: str | None) -> None:
        if self.inside_helper:
            return self.throw(scope, depth, loop)
        self.write(
            depth,
            self.choose("items.append({0})", "items[-1] *= {0}", "{1} = items[0] + {0}").format(
                self.scalar(scope), self.choose(*scope.floats)
            ),
        )
        return None


def helpers(choose: Callable[[Sequence], object]) -> str:
    """One helper that raises where it likes, and one that calls itself."""
    bodies = []
    for scope, depth in ((Scope(["p"], ["z"]), 1), (Scope(["p"]), 2)):
        writer = RaisingWriter(choose, [])
        writer.inside_helper = True
        writer.left = 3
        for _ in range(writer.choose(0, 1, 2)):
            writer.statement(scope, depth, None)
        writer.write(depth, f"return {writer.scalar(scope)}")
        bodies.append(
            "\n".join(writer.lines)
            .lstrip()
            .replace("n - ", "2 - ")
            .replace("{n}", "{p}")
            .replace("len(a)", "len(p)")
            .replace("a.shape", "p.shape")
        )
    return HELPERS.format(*bodies)


def written(choose: Callable[[Sequence], object]) -> str:
    """The text of a module with a function `f(a, b, x, y, n)`."""
    writer = RaisingWriter(choose, [])
    scope = Scope(["a", "b"], ["x", "y"], [], [], ["n"])
    writer.write(0, "def f(a, b, x, y, n):")
    writer.write(1, "items = [b]")
    if choose((True, False)):
        writer.write(1, "try:")
        for _ in range(choose(range(1, 6))):
            writer.statement(scope.inner(), 2, None)
        writer.write(1, "except Exception as error:")
        writer.write(2, "a += 0.1 * len(error.args)")
    for _ in range(choose(range(1, 5))):
        writer.statement(scope, 1, None)
    writer.write(1, f"return {writer.result(scope)} + sum(items) * 0.3")
    header = HEADER.rstrip("\n").replace("import math\n", "import contextlib\nimport math\n")
    header += "\n\nfrom random_programs.raising import Noting, Stop, TooLarge, left_alone"
    return "\n\n\n".join([header, helpers(choose), "\n".join(writer.lines)]) + "\n"
