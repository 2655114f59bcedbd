"""The module being written: its functions, what they call, the attributes and metadata they share, and the sites of errors."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from ..ir.program import Op, Program
from ..source import Location
from .assembly import Code

SLOTS = 16
"""Values that a failing check can leave in the context for its message."""


class Site(NamedTuple):
    """A place that can raise. `describe(values)` makes the message; `kinds` are the dtypes of the values."""

    error: type[BaseException]
    describe: Callable[[list[Any]], Any]
    kinds: tuple[str, ...]
    location: Location | None


POINTERS = "everypath.pointers"
"""The table of addresses that a module reads: they are others in every process, and so don't stand in its text."""


NODE = re.compile(r"![0-9]+")
GLOBAL = re.compile(r"@([\w.]+)")
VECTORS = re.compile(r'"vector-function-abi-variant"="([^"]*)"')
WORD = re.compile(r"[\w.]+")
FUNCTION = re.compile(r"@([\w.]+)\(")

HELPER = "everypath.helper."
"""What the names of functions begin with that many programs call."""

DROPPER = "drop."
"""What the names of functions begin with that release what a list holds."""

ON_ITS_ARGUMENTS = "nounwind memory(argmem: readwrite)"
"""What LLVM may know of a function that touches only the memory that it is called with."""


class Postponed(Exception):
    """What a function stops with where the code that it comes to has not been compiled. Nothing has happened before that."""


class Unavailable(Exception):
    """What an op needs is not there in the program that the module is written for. `op` is the innermost one."""

    op: Op | None = None


class Module:
    """The text of one LLVM module, and the sites that its code refers to by number. Code that runs `in_process` may use its addresses."""

    in_process = True

    def __init__(self, program: Program, features: frozenset[str]) -> None:
        self.program = program
        self.features = features
        self.functions: list[str] = []
        self.declared: dict[str, str] = {}
        self.kept: list[str] = []
        self.attributes: dict[str, int] = {}
        self.metadata: list[str] = []
        self.sites: list[Site] = []
        self.site_numbers: dict[Any, int] = {}
        self.made: dict[Any, str] = {}
        self.held: list[Any] = []  # what the code points to
        self.pointers: dict[int, int] = {}  # addresses, and where they stand in the table
        self.helpers: dict[str, Module] = {}  # functions that many programs call, each compiled once
        self.plain = False
        self.postponing: frozenset[str] = frozenset()  # functions whose `postponed` sides are left for later
        self.once_a_call: frozenset[str] = frozenset()  # functions that only Python calls
        self.outside_loops: frozenset[str] = frozenset()  # functions that run as often in a call as the text has calls of them

    def symbol(self, name: str) -> str:
        """The LLVM name of a function of the program."""
        return self.once(("function", name), lambda: f"f{len(self.made)}.{re.sub(r'[^A-Za-z0-9_]', '_', name)}")

    def site(self, site: Site, key: Any = None) -> int:
        """The number of a site, from 1. Sites of equal `key` are one."""
        if key is not None and key in self.site_numbers:
            return self.site_numbers[key]
        self.sites.append(site)
        if key is not None:
            self.site_numbers[key] = len(self.sites)
        return len(self.sites)

    def declare(self, name: str, signature: str) -> None:
        """`signature` has `{}` where the name stands: "double {}(double)"."""
        self.declared.setdefault(name, f"declare {signature.format('@' + name)}")

    def pointer(self, code: Code, address: int) -> str:
        """A register that holds this address of the process."""
        return code.let(self.loaded_pointer(address))

    def loaded_pointer(self, address: int) -> str:
        """The instruction that reads an address of the process."""
        place = 8 * self.pointers.setdefault(address, len(self.pointers))
        return f"load ptr, ptr getelementptr (i8, ptr @{POINTERS}, i64 {place}), !invariant.load !{{}}"

    def another(self) -> Module:
        """An empty module for the same program and processor."""
        return Module(self.program, self.features)

    def helper(self, key: Any, write: Callable[[Module], str], *, plain: bool = False) -> str:
        """The name of a function that many programs call: `write` gives it, and adds the function's text to a module of its own.

        A `plain` one works on little, or hands all to another: its loops gain nothing from vectors, and LLVM takes a third of the time.
        """

        def make() -> str:
            own = self.another()
            own.plain = plain
            name = write(own)
            head, _, _ = own.functions[-1].partition(" {\n")
            self.helpers[name] = own
            self.declared[name] = head.replace("define", "declare", 1)
            return name

        return self.once(key, make)

    def attribute(self, text: str) -> str:
        """A reference to an attribute group."""
        return f"#{self.attributes.setdefault(text, len(self.attributes))}"

    def node(self, text: str) -> str:
        """A new metadata node; `self` in the text is the node itself."""
        name = f"!{len(self.metadata)}"
        self.metadata.append(f"{name} = {text.replace('self', name)}")
        return name

    def once(self, key: Any, make: Callable[[], str]) -> str:
        """What `make` returned the first time that it was asked for under `key`."""
        if key not in self.made:
            self.made[key] = ""  # a recursive type meets itself
            self.made[key] = make()
        return self.made[key]

    def keep(self, name: str) -> None:
        """Hold on to a declaration that nothing calls yet: a vector variant."""
        if name not in self.kept:
            self.kept.append(name)

    def text(self, functions: Sequence[str] | None = None, declared: Sequence[str] = ()) -> str:
        """The whole module, or a piece of it with these of its functions, which may call those `declared`."""
        attributes = [f"attributes #{number} = {{ {text} }}" for text, number in self.attributes.items()]
        outside, kept = {**self.declared, **{function_named(head): head for head in declared}}, self.kept
        if functions is not None:
            named = {name for text in (*functions, *attributes) for name in named_in(text)}
            outside, kept = {name: head for name, head in outside.items() if name in named}, [name for name in kept if name in named]
        parts = [*outside.values()]
        if kept:
            parts.append(held_together(kept))
        if self.pointers:
            parts.append(f"@{POINTERS} = global [{len(self.pointers)} x ptr] zeroinitializer")
        parts += self.functions if functions is None else functions
        parts += attributes
        parts += self.metadata if functions is None else self.metadata_of(functions)
        return "\n".join(parts) + "\n"

    def metadata_of(self, functions: Iterable[str]) -> list[str]:
        """The metadata that functions go by."""
        found: set[str] = set()
        wanted = [node for function in functions for node in NODE.findall(function)]
        while wanted:
            node = wanted.pop()
            if node not in found:
                found.add(node)
                wanted += NODE.findall(self.metadata[int(node[1:])].partition(" = ")[2])
        return [text for number, text in enumerate(self.metadata) if f"!{number}" in found]


def held_together(names: Sequence[str]) -> str:
    """What keeps LLVM from dropping these, though nothing calls them."""
    listed = ", ".join(f"ptr @{name}" for name in names)
    return f'@llvm.compiler.used = appending global [{len(names)} x ptr] [{listed}], section "llvm.metadata"'


def named_in(text: str) -> Iterator[str]:
    """The functions that a text names, those among them that take the place of others in vectors."""
    yield from GLOBAL.findall(text)
    for listed in VECTORS.findall(text):
        yield from WORD.findall(listed)


def function_named(head: str) -> str:
    """The name of a function, given how it begins."""
    found = FUNCTION.search(head)
    assert found is not None, head
    return found[1]


def with_all_helpers(module: Module) -> dict[str, Module]:
    """The functions of a module that many programs call, and those that they call."""
    found: dict[str, Module] = {}
    waiting = [module]
    while waiting:
        new = {name: helper for name, helper in waiting.pop().helpers.items() if name not in found}
        found |= new
        waiting += new.values()
    return found


def joined(helpers: Sequence[Module]) -> str:
    """The text of one module with the functions of several helpers."""
    functions = [function for helper in helpers for function in helper.functions]
    declared: dict[str, str] = {}
    for helper in helpers:
        assert not (helper.metadata or helper.attributes or helper.pointers or helper.kept), "only functions are joined"
        declared |= helper.declared
    for name in map(function_named, functions):
        declared.pop(name, None)
    return "\n".join([*declared.values(), *functions]) + "\n"
