"""What is asked of the keys and values of a dict together, where they are known only when the function runs."""

from __future__ import annotations

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
