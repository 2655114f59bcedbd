"""The parts put together: a page that stands alone, or the output of a notebook's cell."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from html import escape
from importlib import resources
from typing import Any

from ....errors import InvalidArgument
from ...facts import Facts
from ...paths.levels import LEVELS
from ..colours import drawing_style
from ..data import plain
from ..text import text
from .live import live
from .sections import level, sections

SMALL = 5000
"""A run of more elements than this has one level on its page."""

ROOM = 230_000
"""The characters that all levels of a page have together at most, where there is more than one."""

FOOTER = "everypath: the derivative is the sum over every path"


def html(e: Facts) -> str:
    """The whole page."""
    levels = zoomed(e)
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    title = f"<title>{escape(e.name)}: every path of its derivative</title>"
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head>{head}{title}<style>{style()}\nbody {{ margin: 0; }}</style></head>\n'
        f'<body><div class="everypath page"><main>\n{content(e, levels)}\n<footer>{FOOTER}</footer></main></div>'
        f"{script(levels)}</body></html>\n"
    )


def cell(e: Facts) -> str:
    """The same for a notebook: in a shadow tree, so that no style of it reaches the notebook and none of the notebook's reaches it.

    Its colours follow the background that the notebook has there. Where scripts and templates are taken out, as on sites that show
    notebooks, the explanation as text is what is left.
    """
    levels = zoomed(e)
    inner = f'<style>{style()}</style><div class="everypath cell"><main>{content(e, levels)}</main></div>'
    plain_text = f"<pre>{escape(text(e, 100))}</pre>"
    return (
        f'<div class="everypath-cell"><template shadowrootmode="open">{inner}{data(levels)}</template>{plain_text}</div>'
        f"<script>{source('cell.js').replace('/*PAGE*/', source('page.js'))}</script>"
    )


def zoomed(e: Facts) -> dict[Facts, str]:
    """The levels of one page and how each is written, the asked one first: the others where they show something else, and while there is
    room for them."""
    found = {e: "".join(level(e))}
    if e.tape.elements > SMALL or e.opened is not None:
        return found
    room = ROOM - len(found[e]) - len(told([e]))
    for name in sorted(LEVELS, key=lambda level: level != "variable"):
        try:
            other = e.by(name)
        except InvalidArgument:  # the variable that paths shall pass is none there
            continue
        if 400 * (len(other.view.nodes) + len(other.view.edges)) < room and all(shape(other) != shape(known) for known in found):
            written = "".join(level(other))
            if len(written) + len(told([other])) < room:
                room -= len(written) + len(told([other]))
                found[other] = written
    return found


def shape(e: Facts) -> tuple[Any, ...]:
    """What is seen of a view."""
    return [(n.name, n.made) for n in e.view.nodes], [(edge.parent, edge.child, edge.operand) for edge in e.view.edges]


def content(e: Facts, levels: dict[Facts, str]) -> str:
    return "\n".join(s for s in sections(e, levels) if s)


def script(levels: Iterable[Facts]) -> str:
    """What the page's script is told, and the script."""
    return f"{data(levels)}<script>{source('page.js')}\neverypath(document.querySelector('.everypath'), document);</script>"


def told(levels: Iterable[Facts]) -> str:
    """What the script is told of each level."""
    return json.dumps(plain([live(e, list(levels)) for e in levels]), ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def data(levels: Iterable[Facts]) -> str:
    text = told(list(levels))
    safe = text.replace("</", "<\\/")
    return f'<script type="application/json" class="facts">{safe}</script>'


def style() -> str:
    """The style of the drawing and of the page."""
    return drawing_style() + source("page.css")


@cache
def source(name: str) -> str:
    """A file that lies beside this one."""
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
