"""The names of parameters: where they stand in their containers, with dots, `blocks.0.attention.query.weight`."""

from __future__ import annotations

import re
from typing import Any

from everypath import tree

PART = re.compile(r"\['([^']*)'\]|\[(-?\d+)\]|\.?(\w+)")


def names_of(params: Any) -> list[str]:
    """The name of each leaf, in the order of `tree.leaves`.

    >>> names_of({"a": [{"weight": 1.0}], "b": 2.0})
    ['a.0.weight', 'b']
    """
    return [".".join(next(part for part in found if part) for found in PART.findall(path)) for path in tree.paths(params)]


def layer_of(name: str) -> str:
    """The layer that a parameter belongs to: its name without the last part.

    >>> layer_of("blocks.0.up.weight"), layer_of("slope")
    ('blocks.0.up', 'slope')
    """
    return name.rpartition(".")[0] or name
