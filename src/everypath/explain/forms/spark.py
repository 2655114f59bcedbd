"""A row of sizes as a small picture: eight heights of a character, or the points of a line."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..curves import Crossings, Curve
from ..formulas.notation import number_text

HEIGHTS = "▁▂▃▄▅▆▇█"

STEEP = 100.0
"""Where the largest size is more than this many times the smallest, what is drawn is their logarithm."""


def sparkline(sizes: Sequence[float], width: int) -> str:
    """At most `width` characters, each as high as the largest size of those that it stands for; a gap where none is a number."""
    step = max(1, -(-len(sizes) // width))
    heights = scaled(sizes)
    parts = [[h for h in heights[k : k + step] if h is not None] for k in range(0, len(heights), step)]
    return "".join(HEIGHTS[round(7 * max(part))] if part else " " for part in parts)


def scaled(sizes: Sequence[float]) -> list[float | None]:
    """Each size between 0 and 1, by its logarithm where they are steep; None for what is no number, or has no logarithm there."""
    if logarithmic(sizes):
        return [h and 0.06 + 0.94 * h for h in between([math.log(x) if x > 0 and math.isfinite(x) else None for x in sizes])]
    top = max((x for x in sizes if math.isfinite(x)), default=0.0)
    return [None if not math.isfinite(x) else x / top if top else 0.0 for x in sizes]


def between(values: Sequence[float | None]) -> list[float | None]:
    known = [v for v in values if v is not None]
    low, high = min(known, default=0.0), max(known, default=0.0)
    return [None if v is None else (v - low) / (high - low) if high > low else 1.0 for v in values]


def logarithmic(sizes: Sequence[float]) -> bool:
    """Whether sizes are seen by their logarithms."""
    known = [x for x in sizes if x > 0 and math.isfinite(x)]
    return bool(known) and max(known) > STEEP * min(known)


def curve_text(c: Curve) -> str:
    """from 3.02×10⁹ in turn 1 to 1 in turn 40: times 1.75 for each turn back."""
    if len(set(c.sizes)) == 1:
        return f"{number_text(c.sizes[0], 4)} in each of {c.count:,} runs"
    said = f"from {number_text(c.sizes[0], 4)} in run 1 to {number_text(c.sizes[-1], 4)} in run {c.count:,}"
    if c.growth is not None and logarithmic(c.sizes):
        said += f", in the mean times {number_text(c.growth, 4)} for each run back"
    return said + (", by their logarithms" if logarithmic(c.sizes) else "")


def crossings_text(c: Crossings, most: int = 4) -> str:
    """turn 2: 2.12690, turn 1: 0.84, …, and −0.3 by those that do not."""
    largest = sorted(c.parts.items(), key=lambda item: -abs(item[1]))[:most]
    said = ", ".join(f"{number_text(flow)} in turn {turn:,}" for turn, flow in largest)
    left = len(c.parts) - len(largest)
    if left:
        said += f", {number_text(sum(c.parts.values()) - sum(flow for _, flow in largest))} in the other {left:,}"
    return said + (f"; {number_text(c.past)} by those that do not" if c.past else "")
