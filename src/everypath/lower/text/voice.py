"""Whose text a frame is lowering: its own function's, or for a while that of a generator, or of who takes its items."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ..frame import Frame
from ..python.iterables import Generator

TEXT = ("definition", "outside", "scope", "liveness", "file", "function", "lines", "place")
"""What a frame knows of the text that it is lowering,"""

VOICE = (*TEXT, "inlined", "waiting", "landings", "handling")
"""and of what stands around it: the generator that it is, who waits for it, and where errors lead to."""


@contextmanager
def speaking(c: Frame, voice: Mapping[str, Any]) -> Iterator[None]:
    """Lower another text for a while."""
    before = {name: getattr(c, name) for name in voice}
    try:
        for name, value in voice.items():
            setattr(c, name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(c, name, value)


def text_of(c: Frame) -> dict[str, Any]:
    """The text that is being lowered."""
    return {name: getattr(c, name) for name in TEXT}


def at_home(c: Frame, x: Generator) -> Any:
    """Lower a generator expression in the text where it stands, whoever takes its items: its names mean what they mean there."""
    return speaking(c, x.home)
