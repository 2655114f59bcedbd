"""How hard LLVM tries: most of a first call is its time, which grows with the lines that it is given.

What runs once or a few times for each call (the way in from Python, and what no loop calls and has no loop of its own, but makes arrays
and has their loops run) gains next to nothing from an optimiser, and is made into machine code as it is written. Loops over all elements of
arrays gain from vectors, and nothing from what finds out what a program does. So are long functions of modules that are too long to
optimise whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import count
from typing import NamedTuple, TypeVar

from . import common
from .common import Part
from .module import DROPPER, POINTERS, Module, function_named, joined

T = TypeVar("T")


class Effort(NamedTuple):
    """LLVM's level of optimisation, whether it looks for what can be done in vectors (in loops, or anywhere), and its level of making
    machine code."""

    level: int
    loops: bool
    anywhere: bool
    making: int


FULL = Effort(3, True, True, 3)
BY_LINES = ((FULL, 4_000), (Effort(2, True, True, 3), 8_000), (Effort(1, False, False, 3), 15_000), (Effort(0, False, False, 3), 60_000))
LEFT_ALONE, IN_ONE = BY_LINES[-1][0], 11_000
"""Functions of more lines than this are left as they are: of one of 13,000 lines, optimised at level 1, machine code takes 6 s, and as it
is written 0.4 s."""
OF_THE_LONGEST = Effort(0, False, False, 0)
"""How hard LLVM tries, by the lines of text up to which it does, and for longer ones. On 45,000 lines it takes 21 s at level 1 and 2.4 s
at 0; on 104,000 machine code takes 14 s at level 3 and 0.5 s at 0. Programs as long as that are both sides of second derivatives at a tie,
which run seldom."""
PLAINLY = Effort(0, False, False, 0)
"""For what runs so seldom."""
AS_WRITTEN = Effort(0, False, False, FULL.making)
"""For the runtime, which is small and written the way that an optimiser would leave it: optimising it costs the first call 80 ms."""
NESTS = Effort(1, True, False, 3)
"""For loops over all elements of arrays: the same vectors as at level 3, in two thirds of the time."""
LONG, OF_SHORT_ONES, MOST_OF_THEM = 1_000, Effort(2, True, True, 3), 15_000
"""In modules that are optimised little, functions of fewer lines than the first are optimised more, in this way, if they have no more
lines together than the last: loops over arrays are (`native.sharing`), which LLVM makes vectors of."""
FEW = 200
"""Functions that run once for each call are compiled as they are written if they have more lines than this together, or if nothing else is
left beside them: calls of small functions of arrays take as long as if they had been optimised (1.37 and 3.05 µs, both)."""
LINES_OF_A_CALL = 80
"""An entry is taken for one that has others do its work if it makes or goes through an array, or calls a routine of BLAS, of LAPACK or of
our own, for each so many of its lines."""
LINES_OF_A_TURN = 15
"""And a loop of a long function, if it does so for each so many of its lines."""
PIECE, PLAIN_PIECE = 2_500, 20_000
"""Lines of a module of parts, and of one that is compiled as it is written, which has others beside it: modules are compiled at the same
time, and each takes 4 ms more."""
LONG_HELPER = 90
"""Lines of a function that many programs call for which it is alone in its module."""
SECONDS_A_LINE, SECONDS_A_LINE_AS_WRITTEN = 200e-6, 15e-6
"""What LLVM takes, about."""
most = FULL
"""The most that is tried with what is compiled from now on: of tests that ask whether numbers are right, LLVM's optimiser takes half the
time. What runs long, or is measured, leaves it alone."""
SHORT = ("blocks.", "few.")
"""What the labels of loops with few turns begin with: over the totals of blocks, and over axes of known extents."""

CHOICE = re.compile(r"^  (%\S+) = select i1 (\S+), (double|float) (\S+), (?:double|float) (\S+)$", re.MULTILINE)
BITS = {"double": "i64", "float": "i32"}
OTHERS = re.compile(r"call \S+ @(?:ep_(?:share|array|array_of_zeros|zeros|[ds][a-z]+)|everypath\.(?:helper|part)\.[\w.]+)\(")
TARGET = re.compile(r"label %([\w.]+)")
METADATA = re.compile(r"(?:, ![a-z][\w.]* !(?:\d+|\{\}))+$", re.MULTILINE)
TABLE = re.compile(rf"^@{re.escape(POINTERS)} = global (.*) zeroinitializer$", re.MULTILINE)


def effort(text: str) -> Effort:
    """How hard LLVM tries: less for long modules, where its time grows faster than they do, unless it is short functions that they have."""
    lines = text.count("\n")
    tried = next((tried for tried, most in BY_LINES if lines <= most), OF_THE_LONGEST)
    if tried < NESTS:
        found = lengths(text.split("\n")).values()
        if max(found, default=0) > IN_ONE:
            return min(tried, LEFT_ALONE)
        if max(found, default=0) <= LONG and sum(found) <= MOST_OF_THEM:
            return OF_SHORT_ONES
    return tried


class Texts(NamedTuple):
    """What is compiled of a module: texts that call each other and how hard LLVM tries with each, and the parts that other programs may
    have compiled before."""

    own: dict[str, Effort]
    parts: dict[str, Part]


def texts(module: Module) -> Texts:
    """A module's text, in one piece or in two, and the parts that it calls."""
    if most is PLAINLY:
        return Texts({module.text(module.functions): PLAINLY}, {})
    found = common.parts_of(module)
    names = {own: part.name for own, part in found.items()}
    parts = {part.name: part for part in found.values()}
    functions = [common.renamed(f, names) for f in common.needed(module.functions, found)]
    once = {module.symbol(name) for name in module.outside_loops}
    seldom = [f for f in functions if is_way_in(f) or is_dropper(f) or (function_named(f) in once and hands_on(f))]
    others = [f for f in functions if f not in seldom]
    heads = [declaration(part.text) for part in parts.values()]
    if others and lines_of(seldom) <= FEW:
        whole = module.text([left_alone(f) if is_way_in(f) else f for f in functions], heads)
        tried = effort(whole)
        return Texts({chosen_by_bits(whole) if tried == LEFT_ALONE else whole: tried}, parts)
    own: dict[str, Effort] = {}
    pieces = [(piece, PLAINLY) for piece in in_pieces(seldom, lines_in, PLAIN_PIECE)]
    for piece, highest in [*pieces, (others, FULL)] if others else pieces:
        beside = [f for f in functions if f not in piece]
        text = module.text([visible(f) for f in piece], [*heads, *map(declaration, beside)])
        if own:  # the first has the table
            text = TABLE.sub(rf"@{POINTERS} = external global \1", text)
        tried = PLAINLY if highest is PLAINLY else effort(text)
        if tried is PLAINLY:
            text = METADATA.sub("", text)
        own[chosen_by_bits(text) if tried == LEFT_ALONE else text] = tried
    return Texts(own, parts)


def expected(text: str, tried: Effort) -> float:
    """About how many seconds LLVM takes."""
    return lines_in(text) * (SECONDS_A_LINE if tried.level else SECONDS_A_LINE_AS_WRITTEN)


def texts_of_helpers(helpers: Sequence[Module]) -> dict[str, Effort]:
    """Modules with functions that many programs call. A long one is alone in its module, which is the same for all programs: what was made
    of it for one is found again for another."""
    made: dict[str, Effort] = {}
    for plain in (False, True):
        alike = [helper for helper in helpers if helper.plain is plain]
        long = [helper for helper in alike if lines_of(helper.functions) >= LONG_HELPER]
        rest = [helper for helper in alike if helper not in long]
        made |= {joined(some): AS_WRITTEN if plain else FULL for some in ([[helper] for helper in long] + ([rest] if rest else []))}
    return made


def texts_of_parts(parts: Sequence[Part]) -> dict[str, Effort]:
    """Modules with these parts, none of them long: so that they can be compiled at the same time."""
    made: dict[str, Effort] = {}
    for nest, highest in ((True, NESTS), (False, FULL)):
        alike = [part for part in parts if part.nest is nest]
        if alike:
            tried = min(highest, effort(common.joined(alike)))
            made |= {common.joined(some): tried for some in in_pieces(alike, lambda part: lines_in(part.text), PIECE)}
    return made


def in_pieces(things: Sequence[T], length: Callable[[T], int], most: int) -> list[list[T]]:
    """Things in groups, in order, that are about as long as each other and not much longer than `most` together."""
    whole = sum(map(length, things))
    share = whole / max(1, round(whole / most))
    pieces: list[list[T]] = []
    so_far = 0
    for thing in things:
        if so_far >= share * len(pieces):
            pieces.append([])
        pieces[-1].append(thing)
        so_far += length(thing)
    return pieces


def chosen_by_bits(text: str) -> str:
    """The text with choices between floats made between their bits. LLVM makes branches of the others, and of 4,500 in one function machine
    code took 23 s, by bits 3.5 s."""
    numbers = count()

    def by_bits(choice: re.Match[str]) -> str:
        result, condition, float_, *values = choice.groups()
        integer, k = BITS[float_], next(numbers)
        names = [f"%bits.{k}.{side}" for side in ("then", "else")]
        lines = [f"  {name} = bitcast {float_} {value} to {integer}" for name, value in zip(names, values, strict=True)]
        lines.append(f"  %bits.{k} = select i1 {condition}, {integer} {names[0]}, {integer} {names[1]}")
        return "\n".join([*lines, f"  {result} = bitcast {integer} %bits.{k} to {float_}"])

    return CHOICE.sub(by_bits, text)


def lines_of(functions: Iterable[str]) -> int:
    """How many lines functions have together."""
    return sum(map(lines_in, functions))


def lines_in(function: str) -> int:
    """How many lines a function has."""
    return function.count("\n")


def left_alone(function: str) -> str:
    """A function, or its first line, that stays as it is written in a module that is optimised."""
    head, end, body = function.partition("\n")
    return f"{head.removesuffix(' {').replace(' noinline', '')} noinline optnone {{{end}{body}"


def declaration(function: str) -> str:
    """What stands for a function in another module."""
    return re.sub("^define (internal )?", "declare ", function.partition(" {\n")[0])


def visible(function: str) -> str:
    """A function that another module may call."""
    return function.replace("define internal ", "define ", 1)


def is_way_in(function: str) -> bool:
    """Whether a function is how Python gets in."""
    return function.startswith("define ptr @everypath.")


def is_dropper(function: str) -> bool:
    """Whether a function gives back what a list holds: one call of the runtime an element."""
    return function_named(function).startswith(DROPPER)


def hands_on(function: str) -> bool:
    """Whether a function has others do what there is to do, and no loop but short ones; if it is long, its loops may call others too."""
    lines = function.split("\n")
    behind: dict[str, int] = {}
    for k, line in enumerate(lines):
        if line.endswith(":"):
            behind[line[:-1]] = k
        elif line.startswith("  br "):
            heads = [behind[t] for t in TARGET.findall(line) if t in behind and not t.startswith(SHORT)]
            if heads and len(lines) <= LONG:
                return False
            if any(k - head > LINES_OF_A_TURN * calls_of_others(lines[head:k]) for head in heads):
                return False
    return len(lines) <= LINES_OF_A_CALL * calls_of_others(lines)


def calls_of_others(lines: Sequence[str]) -> int:
    """How many calls have others do what there is to do."""
    return len(OTHERS.findall("\n".join(lines)))


def set_apart(text: str) -> str | None:
    """A module whose long functions LLVM leaves as they are; None where it has none, or too many short ones."""
    lines = text.split("\n")
    found = lengths(lines)
    long = [head for head, length in found.items() if length > LONG]
    if sum(length for length in found.values() if length <= LONG) > MOST_OF_THEM:
        return None
    for k in long:
        lines[k] = left_alone(lines[k])
    return "\n".join(lines) if long else None


def lengths(lines: list[str]) -> dict[int, int]:
    """How many lines the function has that begins at a line."""
    heads = [k for k, line in enumerate(lines) if line.startswith("define ")]
    ends = [k for k, line in enumerate(lines) if line == "}"]
    return {head: end - head for head, end in zip(heads, ends, strict=True)}


def back_again(text: str) -> str:
    """The module, its long functions like others."""
    return re.sub(r"^(attributes #.*) optnone", r"\1", text, flags=re.MULTILINE)
