"""`x.flags`: how the memory of an array lies, as far as that is known, and whether it may be written."""

from __future__ import annotations

from typing import Any

from ..intrinsics import in_memory, refuse
from ..registry import computed

SHORT = {"C": "c_contiguous", "F": "f_contiguous", "W": "writeable", "O": "owndata"}


@computed("the name of a flag")
def named(name: str) -> str:
    """What the attribute is called."""
    return SHORT.get(name, name.lower())


class Flags:
    """The flags of an array."""

    def __init__(self, array: Any) -> None:
        self.array = array

    @property
    def c_contiguous(self) -> bool:
        """Whether the array lies in C order: asked of what may not, it is refused."""
        in_memory(self.array)
        return True

    @property
    def contiguous(self) -> bool:
        """The same."""
        return self.c_contiguous

    @property
    def f_contiguous(self) -> bool:
        """Whether it lies in the order of columns: known of one axis."""
        if self.array.ndim > 1:
            refuse("whether an array lies in the order of columns is not known here", "say order='F' where it matters")
        return self.c_contiguous

    @property
    def writeable(self) -> bool:
        """Whether it may be written."""
        refuse("whether an array may be written is not known here", "leave the question out")
        return True

    @writeable.setter
    def writeable(self, value: Any) -> None:
        self.array.setflags(write=value)

    def __getitem__(self, name: str) -> Any:
        return getattr(self, named(name))

    def __setitem__(self, name: str, value: Any) -> None:
        if named(name) != "writeable":
            refuse(f"the flag {name!r} of an array can't be set here", "leave it out")
        self.array.setflags(write=value)

    def __getattr__(self, name: str) -> Any:
        refuse(f"the flag {name!r} of an array is not known here", "leave the question out")
