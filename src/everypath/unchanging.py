"""Dataclasses that are never changed once they are made, and are made fast.

A frozen dataclass sets each of its fields by a call, which takes five times as long as an assignment; a first call makes a hundred
thousand ops and values. That nobody assigns to a field is what the type checker says, not the interpreter.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, eq_default=False, field_specifiers=(field,))
def unchanging(cls: type[T]) -> type[T]:
    """A class of things each of which is equal to itself only."""
    return dataclass(eq=False, slots=True, weakref_slot=True)(cls)


@dataclass_transform(frozen_default=True, eq_default=True, field_specifiers=(field,))
def plain_value(cls: type[T]) -> type[T]:
    """A class of things that are equal where their fields are."""
    return dataclass(unsafe_hash=True, slots=True, weakref_slot=True)(cls)
