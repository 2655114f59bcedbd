"""The parts put together: a page that stands alone, or the output of a notebook's cell."""

from __future__ import annotations

import json
from functools import cache
from html import escape
from importlib import resources

from ...facts import Facts
from ..colours import drawing_style
from ..data import plain
from ..text import text
from .live import live
from .sections import sections

FOOTER = "everypath: the derivative is the sum over every path"


def html(e: Facts) -> str:
    """The whole page."""
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    title = f"<title>{escape(e.name)}: every path of its derivative</title>"
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head>{head}{title}<style>{style()}\nbody {{ margin: 0; }}</style></head>\n'
        f'<body><div class="everypath page"><main>\n{content(e)}\n<footer>{FOOTER}</footer></main></div>{script(e)}</body></html>\n'
    )


def cell(e: Facts) -> str:
    """The same for a notebook: in a shadow tree, so that no style of it reaches the notebook and none of the notebook's reaches it.

    Its colours follow the background that the notebook has there. Where scripts and templates are taken out, as on sites that show
    notebooks, the explanation as text is what is left.
    """
    inner = f'<style>{style()}</style><div class="everypath cell"><main>{content(e)}</main></div>'
    plain_text = f"<pre>{escape(text(e, 100))}</pre>"
    return (
        f'<div class="everypath-cell"><template shadowrootmode="open">{inner}{data(e)}</template>{plain_text}</div>'
        f"<script>{source('cell.js').replace('/*PAGE*/', source('page.js'))}</script>"
    )


def content(e: Facts) -> str:
    return "\n".join(s for s in sections(e) if s)


def script(e: Facts) -> str:
    """What the page's script is told, and the script."""
    return f"{data(e)}<script>{source('page.js')}\neverypath(document.querySelector('.everypath'), document);</script>"


def data(e: Facts) -> str:
    text = json.dumps(plain(live(e)), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    safe = text.replace("</", "<\\/")
    return f'<script type="application/json" class="facts">{safe}</script>'


def style() -> str:
    """The style of the drawing and of the page."""
    return drawing_style() + source("page.css")


@cache
def source(name: str) -> str:
    """A file that lies beside this one."""
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
