"""Programs that read lists while they grow, shrink and are made anew: items from the end, by what is left of the length, and all of them,
in loops whose lists become others afterwards.

The arguments are those of `writing`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

NUMBERS = ("a", "b", "q", "w", "s[-1]", "t[-1]", "s[0]", "t[len(t) // 2]", "s[len(s) - 1]", "sum(s) * 0.1", "sum(t) * 0.1", "w * a", "x[0]")
IN_LOOPS = ("s[i % len(s)]", "t[i % len(t)]", "x[i] * q")
CONDITIONS = ("a > 0.1373", "q > w", "len(s) % 2 == 0", "b < q")
RANGES = ("range(n)", "range(3)", "range(1, 4)")
DEEPEST = 2


class ListsWriter:
    """Writes one module."""

    def __init__(self, choose: Callable[[Sequence], object]) -> None:
        self.choose = choose
        self.lines = ["def f(a, b, x, y, n):", "    s = [a, b * 2.0]", "    t = [b]", "    q, w, last = a, 0.5, b"]
        self.loops = 0

    def module(self) -> str:
        for _ in range(self.choose((3, 4, 5))):
            self.block(1, 0)
        self.say(1, "return q + w * 2.0 + last * 3.0 + sum(s) * 0.7 + t[-1] * 1.3 + t[0] + np.sum(x) + np.sum(y)")
        return "import numpy as np\n\n\n" + "\n".join(self.lines) + "\n"

    def say(self, indent: int, line: str) -> None:
        self.lines.append("    " * indent + line)

    def number(self) -> object:
        return self.choose((*NUMBERS, *IN_LOOPS) if self.loops else NUMBERS)

    def block(self, indent: int, depth: int) -> None:
        """Some statements; in loops and branches up to a depth."""
        kinds = ("named", "named", "appended", "appended", "changed", "shortened", "anew", "counted")
        for _ in range(self.choose((1, 2, 3))):
            kind = self.choose((*kinds, "loop", "loop", "branch") if depth < DEEPEST else kinds)
            getattr(self, kind)(indent, depth)

    def named(self, indent: int, depth: int) -> None:
        self.say(indent, f"{self.choose(('q', 'w', 'last'))} = {self.number()}")

    def appended(self, indent: int, depth: int) -> None:
        self.say(indent, f"{self.choose('st')}.append({self.number()})")

    def changed(self, indent: int, depth: int) -> None:
        self.say(indent, self.choose((f"s[-1] = {self.number()} * 0.7", "t[0] += q * 0.3")))

    def shortened(self, indent: int, depth: int) -> None:
        self.say(indent, "if len(s) > 3:")
        self.say(indent + 1, "s.pop()")

    def anew(self, indent: int, depth: int) -> None:
        self.say(indent, self.choose(("s = t[:] + [q]", "s = [z * 0.9 for z in s]", "s = t", "t = [q] + t[1:]")))

    def counted(self, indent: int, depth: int) -> None:
        self.say(indent, "w = w + len(s) * 0.01 * q")

    def loop(self, indent: int, depth: int) -> None:
        self.say(indent, f"for i in {self.choose(RANGES)}:")
        self.loops += 1
        self.block(indent + 1, depth + 1)
        self.loops -= 1

    def branch(self, indent: int, depth: int) -> None:
        self.say(indent, f"if {self.choose(CONDITIONS)}:")
        self.block(indent + 1, depth + 1)
