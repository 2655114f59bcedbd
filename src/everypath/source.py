"""A function's text: its file, its lines, and places in it."""

from __future__ import annotations

from .unchanging import plain_value


@plain_value
class Location:
    """Where in the user's text an op comes from. Lines count from 1, columns from 0."""

    file: str
    line: int
    column: int = 0
    end_column: int = 0
    function: str = ""
