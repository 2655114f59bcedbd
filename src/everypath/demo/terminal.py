"""How the demo looks: rules, explanations in colour, a bar for the training. Progress goes to stderr; no colour when piped."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from rich.console import Console
from rich.highlighter import RegexHighlighter
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text
from rich.theme import Theme

WIDTH = 110

THEME = Theme(
    {
        "ep.number": "cyan",
        "ep.partial": "bold magenta",
        "ep.line": "bright_black",
        "ep.arrow": "bold green",
        "ep.good": "bold green",
        "ep.heading": "bold",
    }
)


class Mathematics(RegexHighlighter):
    """Colours for what explanations are made of."""

    base_style = "ep."
    highlights: ClassVar = [
        r"(?P<line>[╭╮╰╯│─├┤┬┴┼]+)",
        r"(?P<arrow>▶|→)",
        r"(?P<partial>[∂d][A-Za-z_][\w₀-₉]*(\[[^\]]*\])*/[∂d][A-Za-z_][\w₀-₉]*(\[[^\]]*\])*)",
        r"(?<![\w₀-₉])(?P<number>−?\d+(\.\d+)?(×10[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)?)(?![\w₀-₉])",
        r"(?P<good>✓)",
        r"(?m)(?P<heading>^(The dependency graph|The local derivative|Checked|Branches|[∂d]\S+ is the sum).*$)",
    ]


class Terminal:
    """Where the demo speaks."""

    def __init__(self) -> None:
        self.console = Console(theme=THEME, highlighter=Mathematics(), width=None)
        if self.console.width > WIDTH + 20 or not self.console.is_terminal:
            self.console.width = WIDTH + 10
        self.progress_console = Console(stderr=True)
        self.act_number = 0

    def opening(self) -> None:
        self.console.print()
        self.console.print(Text("everypath", style="bold"), Text("the derivative is the sum over every path", style="italic"))

    def act(self, title: str) -> None:
        """Begin the next part."""
        self.act_number += 1
        self.console.print()
        self.console.rule(Text(f" {self.act_number}  {title} ", style="bold yellow"), style="yellow", align="left")
        self.console.print()

    def gap(self) -> None:
        self.console.print()

    def say(self, text: str) -> None:
        self.console.print(Padding(text, (0, 0, 0, 2), expand=False), soft_wrap=True)

    def explanation(self, text: str) -> None:
        """An explanation as it prints."""
        self.console.print(text.rstrip(), soft_wrap=True)

    def code(self, text: str) -> None:
        """Python, coloured."""
        self.console.print(
            Padding(Syntax(text.rstrip(), "python", background_color="default", word_wrap=False), (0, 0, 0, 2), expand=False)
        )

    def listing(self, text: str) -> None:
        """A program of the IR."""
        self.console.print(Padding(Text(text.rstrip(), style="bright_black"), (0, 0, 0, 2), expand=False), soft_wrap=True)

    def table(self, columns: list[str], rows: list[list[str]]) -> None:
        table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="bright_black")
        for k, column in enumerate(columns):
            table.add_column(column, justify="left" if k == 0 else "right", no_wrap=True)
        for row in rows:
            table.add_row(*row)
        self.console.print(Padding(table, (0, 0, 0, 2), expand=False))

    @contextmanager
    def steps(self, what: str, total: int) -> Iterator[Progress]:
        """A progress bar with the loss beside it."""
        columns = (
            TextColumn("  {task.description}"),
            BarColumn(40),
            MofNCompleteColumn(),
            TextColumn("{task.fields[said]}"),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=self.progress_console) as progress:
            progress.add_task(what, total=total, said="")
            yield progress
