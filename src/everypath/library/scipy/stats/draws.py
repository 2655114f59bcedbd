"""What no distribution does here."""

from __future__ import annotations

from typing import Any

from ...intrinsics import refuse


class WithoutDraws:
    """The base of all distributions."""

    def rvs(self, *args: Any, **kwds: Any) -> Any:
        return refuse("draws are random, and a derivative needs the same ones each time", "draw them outside and pass them in")
