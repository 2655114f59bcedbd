"""What LLVM may assume about memory: one alias scope for each group of references that may share memory.

Scopes are metadata on every load and store. `of(group)` says "this access is in that scope, and in none of the others".
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..analysis.alias import groups, is_reference
from ..ir.program import Function, Value
from ..ir.walk import defined_in
from .module import Module

MOST = 96
"""Groups that the others' lists name; longer lists would only cost time."""

SAID = re.compile(r", !(?:alias\.scope (![0-9]+)(?:, !noalias ![0-9]+)?|noalias ![0-9]+)")
"""What an access says of its memory."""


class Scopes:
    """The alias scopes of one function. With `enabled` False nothing is promised: arguments overlap."""

    def __init__(self, function: Function, module: Module, enabled: bool) -> None:
        self.groups = groups(function)
        self.suffixes: dict[Value | None, str] = {}
        self.everything = ""
        if enabled:
            self._number(function, module)

    def _number(self, function: Function, module: Module) -> None:
        values = [*function.parameters, *(v for v in sorted_values(function) if is_reference(v))]
        all_of_them = list(dict.fromkeys(self.groups.of(v) for v in values if is_reference(v)))
        representatives = all_of_them[:MOST]
        keys: list[Value | None] = [*representatives, None]  # None: the context, headers of lists and records
        domain = module.node("distinct !{self}")
        scopes = {key: module.node(f"distinct !{{self, {domain}}}") for key in keys}
        for key in keys:
            mine = module.node(f"!{{{scopes[key]}}}")
            others = module.node(f"!{{{', '.join(s for k, s in scopes.items() if k is not key)}}}")
            self.suffixes[key] = f", !alias.scope {mine}" + (f", !noalias {others}" if len(keys) > 1 else "")
        for key in all_of_them[MOST:]:  # what `among_themselves` goes by
            scope = module.node(f"distinct !{{self, {domain}}}")
            self.suffixes[key] = f", !alias.scope {module.node(f'!{{{scope}}}')}"
        arrays = module.node(f"!{{{', '.join(scopes[k] for k in representatives)}}}")
        self.everything = f", !noalias {arrays}" if representatives else ""

    def of(self, value: Value) -> str:
        """The metadata of an access to the memory of `value`."""
        return self.suffixes.get(self.groups.of(value), "")

    @property
    def header(self) -> str:
        """The metadata of an access to the context or to the header of a list or record."""
        return self.suffixes.get(None, "")


def among_themselves(functions: Iterable[str], module: Module) -> list[str]:
    """The text of functions that call none of the module and are no part of another, with scopes for the memory that each of them goes
    through: their lists are short, and loops that are the same in two layers of a network say the same of their memory.
    """
    domain = module.once("scopes of functions alone", lambda: module.node("distinct !{self}"))

    def scope(k: int) -> str:
        return module.once((domain, k), lambda: module.node(f"distinct !{{self, {domain}}}"))

    def listed(*numbers: int) -> str:
        return module.once((domain, "list", *numbers), lambda: module.node(f"!{{{', '.join(map(scope, numbers))}}}"))

    def alone(function: str) -> str:
        numbers: dict[str, int] = {}
        for found in SAID.finditer(function):
            if found[1]:
                numbers.setdefault(found[1], len(numbers))

        def said(found: re.Match[str]) -> str:
            if found[1] is None:
                return ""
            mine = numbers[found[1]]
            others = [k for k in numbers.values() if k != mine]
            return f", !alias.scope {listed(mine)}" + (f", !noalias {listed(*others)}" if others else "")

        return SAID.sub(said, function)

    return [alone(f) for f in functions]


def sorted_values(function: Function) -> list[Value]:
    """The values of `function` in an order that is the same at every run."""
    inside = defined_in(function.body)
    ordered: list[Value] = []
    _visit(function.body.ops, ordered)
    return [v for v in ordered if v in inside]


def _visit(ops: object, ordered: list[Value]) -> None:
    for op in ops:  # type: ignore[attr-defined]
        ordered.extend(op.results)
        for region in op.regions:
            ordered.extend(region.arguments)
            _visit(region.ops, ordered)
