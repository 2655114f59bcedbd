"""Part of a function as a function of its own: its body is written as it would be in place, and what it reads of the registers around
it is handed to it under the same names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from .assembly import Code

REGISTER = re.compile(r"%[A-Za-z_][\w.]*")
DEFINED = re.compile(r"^  (%[\w.]+) = ")
LABEL = re.compile(r"^([\w.]+):")

FLAGS = frozenset("nsw nuw exact reassoc contract nnan ninf nsz arcp afn disjoint tail fast".split())
CASTS = frozenset("zext sext trunc fpext fptrunc fptosi fptoui sitofp uitofp bitcast ptrtoint inttoptr freeze".split())
POINTERS = ("getelementptr", "alloca")


@dataclass
class Around:
    """The code that a part is written beside: `code` gets the part's text, the rest stays with the function around."""

    outer: Code
    code: Code = field(default_factory=Code)

    def __post_init__(self) -> None:
        self.code.count = self.outer.count
        self.code.made = self.outer.made  # a part may have parts

    def captured(self, own: frozenset[str], exits: Sequence[str] = ()) -> list[tuple[str, str]]:
        """What the part reads of the registers around it, as (type, name); `own` are its parameters, `exits` the text behind its end."""
        defined, labels, used = set(own), {"%entry"}, {}
        labels |= {"%failed", "%room"}
        for line in "\n".join([*self.code.entry, *self.code.lines, *exits]).split("\n"):
            if start := LABEL.match(line):
                labels.add(f"%{start[1]}")
                continue
            if made := DEFINED.match(line):
                defined.add(made[1])
            used.update(dict.fromkeys(REGISTER.findall(line)))
        free = [name for name in used if name not in defined and name not in labels]
        return [(type_of(self.outer.made[name]), name) for name in free]


def type_of(instruction: str) -> str:
    """The type of what an instruction gives; a type alone is itself."""
    word, _, rest = instruction.partition(" ")
    if word in POINTERS:
        return "ptr"
    if word in ("icmp", "fcmp"):
        return "i1"
    if word in CASTS:
        return rest.rpartition(" to ")[2].partition(",")[0]
    if word == "phi":
        return rest.partition(" [")[0]
    if word == "extractvalue":
        return field_of(rest)
    if word == "select":
        return without_flags(rest).split(",", 1)[1].strip().partition(" ")[0]
    if word == "call":
        return without_flags(rest).partition(" @")[0]
    if not rest:
        return word
    return without_flags(rest).partition(" ")[0].rstrip(",")


def without_flags(text: str) -> str:
    """`text` without the words before a type that say how to compute."""
    word, _, rest = text.partition(" ")
    return without_flags(rest) if word in FLAGS else text


def field_of(text: str) -> str:
    """The type of the field that `extractvalue` takes: `{ i64, i1 } %pair, 0`."""
    inside, _, after = text.removeprefix("{").partition("}")
    return inside.split(",")[int(after.rpartition(",")[2])].strip()
