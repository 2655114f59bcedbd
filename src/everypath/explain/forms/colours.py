"""The colours of a drawing, as `drawing.css` has them for a light ground: one place for pages, files and the other programs' languages."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def drawing_style() -> str:
    """The style of a drawing in a page, with variables for its colours."""
    return resources.files(__package__).joinpath("drawing.css").read_text(encoding="utf-8")


def colours_and_rules() -> tuple[dict[str, str], str]:
    """The colour of each variable, such as "--ink", and the rules that use them."""
    head, _, rules = drawing_style().partition("}")
    parts = (part.strip() for part in head.partition("{")[2].split(";"))
    return {name: colour.strip() for name, _, colour in (part.partition(":") for part in parts if part)}, rules


COLOUR = colours_and_rules()[0]

STRANDS = tuple(colour for name, colour in COLOUR.items() if name[:3] == "--p" and name[3:].isdigit())
"""Those of the strands; further ones begin again with the first."""

FILL = {kind: COLOUR[f"--{kind}"] for kind in ("input", "value", "result")}
"""Those of the nodes."""
