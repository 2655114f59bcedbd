"""What the writers of random programs have in common: they choose, name what they make anew, and write lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence


class Lines:
    """The lines of one function as it is written, choice by choice; `left` statements are still to be written."""

    def __init__(self, choose: Callable[[Sequence], object], statements: int) -> None:
        self.choices = choose
        self.lines: list[str] = []
        self.left = statements
        self.count = 0

    def choose(self, *options):
        return self.choices(options) if len(options) > 1 else options[0]

    def fresh(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def write(self, depth: int, text: str) -> None:
        self.lines.append("    " * depth + text)
