"""How much memory a derivative may keep, as users say it: a number of bytes, or with a unit."""

from __future__ import annotations

import re

from ..errors import InvalidArgument

UNITS = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12, "kib": 2**10, "mib": 2**20, "gib": 2**30, "tib": 2**40}


def bytes_of(memory: int | str | None) -> int | None:
    """The bytes of `300_000_000`, "300MB" or "1.5 GiB"; None of None."""
    if memory is None:
        return None
    if isinstance(memory, str):
        found = re.fullmatch(r"\s*(\d+(?:\.\d*)?)\s*([a-zA-Z]*)\s*", memory)
        if found and found[2].lower() in UNITS:
            memory = int(float(found[1]) * UNITS[found[2].lower()])
    if not isinstance(memory, int) or isinstance(memory, bool) or memory <= 0:
        raise InvalidArgument(f'memory is a positive number of bytes, or like "300MB" or "2GiB", not {memory!r}')
    return memory
