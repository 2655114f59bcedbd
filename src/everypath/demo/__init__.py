"""`everypath demo`: two paths, the general rule, loops and stores, a network that learns, and a page to open."""

from __future__ import annotations

from pathlib import Path

from .acts import chain_rule, general_rule, learning, loops_and_stores, pages
from .terminal import Terminal


def run(out: Path) -> int:
    """Play all acts; pictures and pages go to the folder `out`."""
    terminal = Terminal()
    terminal.opening()
    chain_rule(terminal)
    general_rule(terminal)
    loops_and_stores(terminal)
    learning(terminal, out)
    pages(terminal, out)
    return 0
