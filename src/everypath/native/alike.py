"""Functions that differ in the names of their registers alone: one of them is enough. The update of every parameter of a network is the
same loop, and a first call is the time that LLVM takes for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from .module import Module

NAMES = re.compile(r"%[\w.]+|^[\w.]+(?=:$)|![0-9]+", re.MULTILINE)
GLOBAL = re.compile(r"@([\w.]+)")
NODE = re.compile(r"![0-9]+")
NO_MEMORY = "memory(none)"
DEFINED = re.compile(r"^define [^@]*@([\w.]+)")


def doubles(functions: Iterable[str], module: Module) -> dict[str, str]:
    """The names of functions of a module that do what another of them does, each with the name of that one.

    What a function says of its memory by metadata holds between its own accesses, and so does not depend on which nodes say it. One that
    goes on to a function of the module says something of that one's accesses too, and stays, unless that one has none.
    """
    nodes = dict(node.split(" = ", 1) for node in module.metadata)
    defined = {DEFINED.findall(f)[0] for f in module.functions if NO_MEMORY not in f.partition("\n")[0]}
    first: dict[str, str] = {}
    found: dict[str, str] = {}
    for function in functions:
        (name,) = DEFINED.findall(function)
        rest = GLOBAL.sub("@", function, count=1)
        if defined.isdisjoint(GLOBAL.findall(rest)):
            other = first.setdefault(nameless(rest, nodes), name)
            if other != name:
                found[name] = other
    return found


def nameless(function: str, nodes: Mapping[str, str]) -> str:
    """A function's text with registers, labels and metadata numbered in the order in which they come."""
    numbers: dict[str, str] = {}

    def numbered(match: re.Match[str]) -> str:
        name = match[0]
        if name[0] not in "%!":
            name = f"%{name}"
        if name in numbers:
            return numbers[name]
        numbers[name] = number = f"{name[0]}{len(numbers)}"
        return f"{number} = {NODE.sub(numbered, nodes[name])}" if name[0] == "!" else number

    return NAMES.sub(numbered, function)


def renamed(text: str, names: Mapping[str, str]) -> str:
    """A text in which these functions go by other names."""
    return GLOBAL.sub(lambda match: f"@{names.get(match[1], match[1])}", text)
