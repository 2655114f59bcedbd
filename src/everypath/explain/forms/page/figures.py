"""A drawing on the page: from left to right where there is room for it, else downwards."""

from __future__ import annotations

import re

from ...facts import Facts


def either(e: Facts, wide: str, narrow: str) -> str:
    """Two drawings, of which the one is seen that has room, wherever the page or the cell of a notebook is as wide as it is."""
    name, least = "-".join(filter(None, ("fits", e.level, e.excerpt))), least_width(wide)
    seen = f".everypath .{name} figure.wide {{ display: none; }} .everypath .{name} figure.narrow {{ display: block; }}"
    rule = f"@container (max-width: {int(least) - 1}px) {{ {seen} }}"
    chosen = f"<style>{rule}</style>" if int(least_width(narrow)) < int(least) else ""
    figures = f'<figure class="wide">{wide}</figure><figure class="narrow">{narrow}</figure>'
    return f'{chosen}<div class="fits"><div class="{name}">{figures}</div></div>'


def least_width(drawing: str) -> str:
    """How narrow a drawing may become, in pixels; beside the program it stands only where that much room is left."""
    found = re.search(r"min-width:(\d+)px", drawing)
    return found[1] if found else "0"
