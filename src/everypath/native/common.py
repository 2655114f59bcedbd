"""Parts of functions that many programs have: each is compiled once, and called by all programs that are alive.

The loop that adds two arrays is the same in a function, in its gradient and in the next program; in a network it is there once for every
parameter. Most of a first call is the time that LLVM takes for such loops. So a part that calls nothing of its own module, but for
functions without memory, is written in one form: its registers and metadata are numbered in the order in which they come. Its name is a
digest of that text.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from .module import GLOBAL, POINTERS, Module, function_named, held_together, named_in
from .scopes import among_themselves

NAMES = re.compile(r"%[\w.]+|^[\w.]+(?=:$)|![0-9]+", re.MULTILINE)
ATTRIBUTES = re.compile(r"#([0-9]+)")
LABEL = re.compile(r"^([\w.]+):", re.MULTILINE)
OF_NESTS = re.compile(r"(?:axis|done|few)\.\d+|entry")
NO_MEMORY = "memory(none)"
NODE = re.compile(r"!#([0-9]+)")
"""A node of a part's own, before it has a number among those of others."""

PART = re.compile(r"\.part[0-9]+$")
NAME = "everypath.part."


class Part(NamedTuple):
    """A function in the form that all programs have it in. A `nest` is one of loops over all elements of arrays, and nothing else. `nodes`
    are metadata of its own, `around` are declarations and functions without memory that it calls, `vectors` those that must stay declared.
    """

    name: str
    nest: bool
    text: str
    nodes: tuple[str, ...]
    around: tuple[str, ...]
    vectors: tuple[str, ...]

    def numbered_from(self, first: int) -> tuple[str, list[str]]:
        """The function and its nodes, which are numbered from here on."""

        def own(text: str) -> str:
            return NODE.sub(lambda found: f"!{first + int(found[1])}", text)

        return own(self.text), [f"!{k} = {own(node)}" for k, node in enumerate(self.nodes, first)]


def parts_of(module: Module) -> dict[str, Part]:
    """The parts of a module's functions that other programs may have too, by the names that they have in this one."""
    functions = {function_named(f): f for f in module.functions}
    pure = {name: f for name, f in functions.items() if NO_MEMORY in f.partition("\n")[0] and POINTERS not in f}
    found: dict[str, tuple[str, list[str]]] = {}
    for name, function in functions.items():
        called = [other for other in dict.fromkeys(GLOBAL.findall(function)) if other != name]
        if PART.search(name) and all(other in module.declared or other in pure for other in called):
            found[name] = function, called
    texts = among_themselves((function for function, _ in found.values()), module)
    return {name: in_one_form(text, called, pure, module) for text, (name, (_, called)) in zip(texts, found.items(), strict=True)}


def needed(functions: Iterable[str], apart: Collection[str]) -> list[str]:
    """Those of a module's functions that are not apart, nor called by those apart alone."""
    left = [f for f in functions if function_named(f) not in apart]
    called = {name for f in left for name in dict.fromkeys(GLOBAL.findall(f)) if name != function_named(f)}
    return [f for f in left if NO_MEMORY not in f.partition("\n")[0] or function_named(f) in called]


def in_one_form(function: str, called: Iterable[str], pure: Mapping[str, str], module: Module) -> Part:
    """The part that a function is."""
    numbers: dict[str, str] = {}
    nodes: list[str] = []

    def node(name: str) -> str:
        if name not in numbers:
            numbers[name] = f"!#{len(nodes)}"
            nodes.append("")
            nodes[int(numbers[name][2:])] = NAMES.sub(numbered, module.metadata[int(name[1:])].partition(" = ")[2])
        return numbers[name]

    def numbered(match: re.Match[str]) -> str:
        name = match[0]
        if name[0] == "!":
            return node(name)
        register = numbers.setdefault(name if name[0] == "%" else f"%{name}", f"%r{len(numbers)}")
        return register if name[0] == "%" else register[1:]

    attributes = {str(number): text for text, number in module.attributes.items()}

    def spelt_out(text: str) -> str:
        return ATTRIBUTES.sub(lambda found: attributes[found[1]], text)

    head, _, body = spelt_out(GLOBAL.sub("@", function, count=1)).partition("\n")
    text = NAMES.sub(numbered, f"{head.replace('define internal ', 'define ', 1)}\n{body}")
    inside = [spelt_out(pure[name]) for name in called if name in pure]
    named = {name for f in (text, *inside) for name in named_in(f)}
    vectors = tuple(sorted(named.intersection(module.kept)))
    around = (*(spelt_out(module.declared[name]) for name in sorted(named & module.declared.keys())), *inside)
    nest = is_nest(function)
    name = NAME + hashlib.sha256(repr((nest, text, nodes, around, vectors)).encode()).hexdigest()[:32]
    return Part(name, nest, text.replace("@(", f"@{name}(", 1), tuple(nodes), around, vectors)


def is_nest(function: str) -> bool:
    """Whether a part is a nest of loops over all elements of arrays, and nothing else."""
    return all(OF_NESTS.fullmatch(label) for label in LABEL.findall(function))


def joined(parts: Iterable[Part]) -> str:
    """The text of one module with these parts."""
    around: dict[str, None] = {}
    vectors: dict[str, None] = {}
    functions: list[str] = []
    nodes: list[str] = []
    for part in parts:
        around |= dict.fromkeys(part.around)
        vectors |= dict.fromkeys(part.vectors)
        function, own = part.numbered_from(len(nodes))
        functions.append(function)
        nodes += own
    held = [held_together(list(vectors))] if vectors else []
    return "\n".join([*around, *held, *functions, *nodes]) + "\n"


def renamed(text: str, names: Mapping[str, str]) -> str:
    """A text in which these functions go by other names."""
    return GLOBAL.sub(lambda match: f"@{names.get(match[1], match[1])}", text)
