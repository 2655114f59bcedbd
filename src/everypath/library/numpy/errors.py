"""NumPy's exceptions that keep more than a message."""

from __future__ import annotations

from typing import Any

from numpy.exceptions import AxisError

from ..registry import stands_for


@stands_for(AxisError.__init__)
def axis_error(self: Any, axis: Any, ndim: int | None = None, msg_prefix: str | None = None) -> None:
    if ndim is None and msg_prefix is None:
        self._msg = axis
        self.axis = None
        self.ndim = None
    else:
        self._msg = msg_prefix
        self.axis = axis
        self.ndim = ndim


@stands_for(AxisError.__str__)
def message_of_axis_error(self: Any) -> str:
    if self.axis is None and self.ndim is None:
        return str(self._msg)
    message = f"axis {self.axis} is out of bounds for array of dimension {self.ndim}"
    return message if self._msg is None else f"{self._msg}: {message}"
