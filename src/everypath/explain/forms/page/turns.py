"""A loop on the page: the size of the adjoint along its turns as a line, and any turn opened."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from ...curves import Curve
from ...excerpts import Turns
from ...facts import Facts
from ...formulas.labels import Label
from ...formulas.mathml import mathml
from ..drawing import label, node_lines
from ..spark import curve_text, scaled
from ..svg import svg
from ..text import CURVES
from .figures import either

MOST, WRITTEN = 64, 1200
"""At most so many turns are on the page, and so many nodes in all of them; the other turns are opened by `turn`."""

LARGEST = 16
"""A turn of more nodes than this, those around it counted, is not drawn."""

KINDS = 4
"""Turns that run different statements are drawn in at most this many ways, those of the others left out."""

WIDE, HIGH = 560.0, 44.0
"""A curve, in pixels."""


def along_turns(e: Facts) -> str:
    """The curves, and the place where a turn is opened."""
    if not e.view.folded or not e.view.curves:
        return ""
    rows = "".join(curve_row(e, c) for c in e.view.curves[:CURVES])
    return f"<section><h2>Along the turns of the loop</h2>{rows}{opener(e)}</section>"


def curve_row(e: Facts, c: Curve) -> str:
    name = f"∂{e.result}/∂{c.label}"
    drawn = line(c, name) if len(set(c.sizes)) > 1 else ""
    of = mathml(Label(c.label.name).symbol())
    return f'<div class="along"><p><math>{of}</math>, line {c.line}: the size of its adjoint, {escape(curve_text(c))}</p>{drawn}</div>'


def line(c: Curve, name: str) -> str:
    """The sizes as a line over the turns."""
    heights, last = scaled(c.sizes), c.turns[-1] - 1 or 1
    points = [(WIDE * (t - 1) / last, HIGH - 3 - (HIGH - 6) * h) for t, h in zip(c.turns, heights) if h is not None]
    path = " L".join(f"{x:.1f},{y:.1f}" for x, y in points)
    drawn = f'<path d="M{path}"/>' if points else ""
    said = escape(f"the size of {name} {curve_text(c)}")
    return f'<svg class="curve" viewBox="0 0 {WIDE:.0f} {HIGH:.0f}" preserveAspectRatio="none" role="img" aria-label="{said}">{drawn}</svg>'


def opener(e: Facts) -> str:
    """By variable, one turn of each kind as a drawing; the script shows the others in it."""
    found = opened(e) if e.level == "variable" else []
    if not found:
        return ""
    figures = "".join(
        f'<div class="opened"{" hidden" if k else ""}>{either(one, svg(one), svg(one, downwards=True))}</div>'
        for k, (one, _) in enumerate(found)
    )
    count = max(turns_shown(e)[1])
    control = f'<div class="turns" hidden><label>turn <input type="number" min="1" max="{count}"></label><input type="range" min="1"></div>'
    return f'<div class="turn"><h3>One turn <span class="which"></span></h3>{control}{figures}</div>'


def turns_shown(e: Facts) -> tuple[list[list[int]], list[int]]:
    """The turns that are on the page, those alike together, each list in order; and all that there are."""
    kinds = [own for own in turns(e).alike() if len(turns(e).nodes(own[0])) <= LARGEST]
    every = sorted(number for own in kinds for number in own)
    largest = max((len(turns(e).nodes(own[0])) for own in kinds), default=1)
    step = max(1, -(-len(every) // min(MOST, WRITTEN // largest)))
    kept = {*every[::step], every[-1]} if every else set()
    shown = [[number for number in own if number in kept] for own in sorted(kinds, key=len, reverse=True)[:KINDS]]
    return [own for own in shown if own], every


def turns(e: Facts) -> Turns:
    """The turns of an explanation, found once."""
    known: Turns | None = e.__dict__.get("turns_found")
    if known is None:
        known = e.__dict__["turns_found"] = Turns(e)
    return known


def opened(e: Facts) -> list[tuple[Facts, list[tuple[int, Facts]]]]:
    """Of each kind of turn the one with the longest text, which is drawn, and all that are shown in its drawing."""
    known: list[tuple[Facts, list[tuple[int, Facts]]]] | None = e.__dict__.get("turns_opened")
    if known is None:
        known = []
        for own in turns_shown(e)[0]:
            made = [(number, turns(e).excerpt(number)) for number in own]
            if svg(made[0][1]):
                known.append((max((one for _, one in made), key=room), made))
        e.__dict__["turns_opened"] = known
    return known


def room(e: Facts) -> int:
    """How much text a turn has."""
    return sum(len(text) for n in e.view.nodes for text in node_lines(n)) + sum(len(label(edge)) for edge in e.view.edges)


def turn_data(e: Facts) -> Iterator[dict[str, Any]]:
    """What the script writes into the drawing of each kind of turn."""
    for _, made in opened(e) if e.level == "variable" and e.view.folded and e.view.curves else ():
        yield {
            "turns": [number for number, _ in made],
            "nodes": [[text for n in one.view.nodes for text in node_lines(n)] for _, one in made],
            "edges": [[label(edge) for edge in one.view.edges] for _, one in made],
        }
