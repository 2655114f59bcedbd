"""Typed IR -> object code that a program without Python calls, by the C conventions of its platform.

`library` is all that the rest of the house sees. `plan` says what an entry takes and gives; `ways` writes a function for each variant
of its program, and `entry` the one that is called from outside; `objects` links them with the runtime into one file.
"""

from __future__ import annotations

from .library import Library, library
from .plan import Entry, Fixed, Given, Output, Passed, Variant

__all__ = ["Entry", "Fixed", "Given", "Library", "Output", "Passed", "Variant", "library"]
