"""What is asked of the keys and values of a dict together, where they are known only when the function runs."""

from __future__ import annotations

from collections import Counter
from typing import Any


def most_common(items: list[Any], n: int | None = None) -> list[Any]:
    found = sorted(items, key=lambda pair: pair[1], reverse=True)
    return found if n is None else found[: max(n, 0)]


def elements(items: list[Any]) -> Any:
    for key, n in items:
        for _ in range(n):
            yield key


def total(items: list[Any]) -> Any:
    return sum(n for _, n in items)


def equal(a: Any, b: Any) -> bool:
    """a == b. Values stand in tuples, since containers hold that an object is equal to itself."""
    if len(a) != len(b):
        return False
    for key, value in a.items():
        if key not in b:
            return False
        if (value,) != (b[key],):
            return False
    return True


def unequal(a: Any, b: Any) -> bool:
    """a != b."""
    return not equal(a, b)


# Operators of Counter -------------------------------------------------------------------------------------------------


def together(a: Counter[Any], b: Counter[Any]) -> Counter[Any]:
    """a + b: what there is more than none of."""
    found: Counter[Any] = Counter()
    for key, n in a.items():
        if n + b[key] > 0:
            found[key] = n + b[key]
    for key, n in b.items():
        if key not in a and n > 0:
            found[key] = n
    return found


def without(a: Counter[Any], b: Counter[Any]) -> Counter[Any]:
    """a - b."""
    found: Counter[Any] = Counter()
    for key, n in a.items():
        if n - b[key] > 0:
            found[key] = n - b[key]
    for key, n in b.items():
        if key not in a and n < 0:
            found[key] = 0 - n
    return found


def in_both(a: Counter[Any], b: Counter[Any]) -> Counter[Any]:
    """a & b."""
    found: Counter[Any] = Counter()
    for key, n in a.items():
        if min(n, b[key]) > 0:
            found[key] = min(n, b[key])
    return found


def in_either(a: Counter[Any], b: Counter[Any]) -> Counter[Any]:
    """a | b."""
    found: Counter[Any] = Counter()
    for key, n in a.items():
        if max(n, b[key]) > 0:
            found[key] = max(n, b[key])
    for key, n in b.items():
        if key not in a and n > 0:
            found[key] = n
    return found


COUNTED = {"+": together, "-": without, "&": in_both, "|": in_either}
"""What makes a Counter of two, by the operator."""

COMPARED = {"==": equal, "!=": unequal}


def replaced(a: Counter[Any], b: Counter[Any]) -> None:
    """Give one Counter what another holds."""
    a.clear()
    for key, n in b.items():
        a[key] = n


# Where keys stand -----------------------------------------------------------------------------------------------------

LOW = 2**32 - 1


def mixed(before: int, number: int) -> int:
    """A number that looks random, of up to 45 bits, from two numbers."""
    return ((((before * 31) & LOW) ^ number ^ (number >> 32)) & LOW) * 461_845_907 >> 16


def slot_of(key: Any) -> int:
    """The slot of a key, among as many as there may be."""
    if isinstance(key, tuple):
        found = 0
        for part in key:
            found = mixed(found, int(part))
        return found
    return mixed(0, int(key))


def place_of(keys: list[Any], slots: list[int], key: Any) -> int:
    """Where a key stands among all; their number if it is none of them."""
    last = len(slots) - 1
    if last < 0:
        return len(keys)
    slot = slot_of(key) & last
    while slots[slot] > 0:
        if keys[slots[slot] - 1] == key:
            return slots[slot] - 1
        slot = (slot + 1) & last
    return len(keys)


def note_one(keys: list[Any], slots: list[int], k: int) -> None:
    """Note where the k-th key stands: at its slot, or the first behind it that is free."""
    last = len(slots) - 1
    slot = slot_of(keys[k]) & last
    while slots[slot] > 0:
        slot = (slot + 1) & last
    slots[slot] = k + 1


def note(keys: list[Any], slots: list[int]) -> None:
    """Note where the last key stands, which is new. At least half of the slots are free."""
    n = len(keys)
    if 2 * n <= len(slots):
        note_one(keys, slots, n - 1)
        return
    for _ in range(max(16, len(slots))):
        slots.append(0)
    note_all(keys, slots)


def note_all(keys: list[Any], slots: list[int]) -> None:
    """Note all keys anew."""
    while len(slots) < 2 * len(keys):
        for _ in range(max(16, len(slots))):
            slots.append(0)
    for slot in range(len(slots)):
        slots[slot] = 0
    for k in range(len(keys)):
        note_one(keys, slots, k)
