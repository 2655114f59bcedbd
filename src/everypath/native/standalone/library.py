"""Entries and the runtime as one module, and that as a file or in this process."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from typing import Any

import llvmlite.binding as llvm

from ...bugs import ours
from ...compiling import compiling
from .. import runtime
from ..effort import AS_WRITTEN, FULL, Effort, effort
from ..jit import SCIPY, Code, engine
from ..module import Module, Unavailable, joined, with_all_helpers
from . import special, texts
from .entry import as_integrand, entry_point, of_numbers
from .module import LINEAR_ALGEBRA, Standalone, refusal
from .plan import Entry
from .ways import way

FEATURES = {"x86-64-v3": {"sse2", "avx", "avx2", "fma"}, "x86-64-v4": {"sse2", "avx", "avx2", "fma", "avx512f"}}
"""Of processors that are named, as far as vector functions ask for them."""

FORTRAN = re.compile(r"@ep_(\w+)\b")


class Library:
    """Entries and what they need, in LLVM's language, for one processor. `cpu` "native" is the one that this runs on. `linked` says that
    a linker puts it into a program, else it is loaded into this process."""

    def __init__(self, name: str, cpu: str, linked: bool) -> None:
        self.name, self.cpu, self.linked = name, cpu, linked
        self.modules: list[tuple[str, Effort]] = []
        self.exports: list[str] = []

    @property
    def processor(self) -> str:
        """The name of the processor."""
        return str(engine().maker.processor["cpu"]) if self.cpu == "native" else self.cpu

    def machine(self) -> Any:
        """LLVM's machine for object files that any program can take in; that of this process, where they are loaded."""
        if not self.linked:
            return engine().maker.new_machine()
        processor = engine().maker.processor if self.cpu == "native" else {"cpu": self.cpu, "features": ""}
        making = max((tried.making for _, tried in self.modules), default=FULL.making)
        target = llvm.Target.from_default_triple()
        return target.create_target_machine(**processor, opt=making, reloc="pic", codemodel="default")

    @ours("compiling")
    def made(self, form: str) -> bytes:
        """The library as "o" (object code), "s" (assembly), "ll" (LLVM's text) or "bc" (its binary form)."""
        source = "\n".join([self.cpu, self.name, *self.exports, form, *(f"{tried}\n{text}" for text, tried in self.modules)])
        return engine().kept.code(f"{'linked' if self.linked else 'loaded'} {source}", lambda: self.make(form))

    def make(self, form: str) -> bytes:
        """The same, by LLVM."""
        machine = self.machine()
        with compiling, engine().maker.fresh_context() as context:
            whole = self.whole(machine, context)
            found = written(machine, whole, form)
            whole.close()
            context.close()
        return found

    def load(self) -> Code:
        """The library in this process: its functions by name."""
        assert not self.linked
        declared = {name for text, _ in self.modules for name in re.findall(r"^declare [^@]*@([\w.$]+)", text, re.MULTILINE)}
        defined = {name for text, _ in self.modules for name in re.findall(r"^define [^@]*@([\w.$]+)", text, re.MULTILINE)}
        return engine().load(self.made("o"), declared - defined, self.exports)

    def whole(self, machine: Any, context: Any) -> Any:
        """All modules as one, in which only the entries are seen from outside."""
        whole = engine().maker.parsed("", context, machine)
        for text, tried in self.modules:
            text = fortran(text) if self.linked else text
            with engine().maker.optimised(machine, text, tried) as module:
                whole.link_in(llvm.parse_assembly(str(module), context))
        for value in [*whole.functions, *whole.global_variables]:
            if not value.is_declaration and value.name not in self.exports and not value.name.startswith("llvm."):
                value.linkage = "internal"
        whole.verify()
        engine().maker.drop_unused(whole, machine)
        return whole

    @property
    def needs(self) -> list[str]:
        """The libraries to link with, beside C's own."""
        called = {name for text, _ in self.modules for name in re.findall(r"declare [^@]*@ep_(\w+)", text)}
        tables = {SCIPY[f"ep_{name}"][0] for name in called if f"ep_{name}" in SCIPY}
        return [
            short for table, short in zip(reversed(LINEAR_ALGEBRA), ("lapack", "blas")) if table in tables or (short == "blas" and tables)
        ]


def library(name: str, entries: Sequence[Entry], cpu: str = "native", *, linked: bool = True) -> Library:
    """The library `name` with these entries. One that is not `linked` but loaded has one message for all threads.

    Raises NotSupported where an op needs what only Python, NumPy or SciPy has.
    """
    made = Library(name, cpu, linked)
    features = engine().host if cpu == "native" else frozenset(FEATURES.get(cpu, {"sse2"}))
    helpers: dict[str, Module] = {}
    fronts = None
    for entry in entries:
        for number, variant in enumerate(entry.variants):
            if variant.program is None:
                continue
            try:
                module = way(entry, number, variant, features, linked)
            except Unavailable as lack:
                raise refusal(lack.op) from None
            fronts = fronts or Standalone(variant.program, features)
            helpers |= with_all_helpers(module)
            text = module.text()
            made.modules.append((text, effort(text)))
        assert fronts is not None
        fronts.functions.append(entry_point(fronts, entry))
        made.exports.append(entry.name)
        if not linked and of_numbers(entry):
            fronts.functions.append(as_integrand(entry))
            made.exports.append(f"{entry.name}_number")
    assert fronts is not None
    made.modules.append((fronts.text(), FULL))
    if linked:
        made.modules.append((special.text(), FULL))
    made.modules.append((texts.public(name), FULL))
    made.modules.append((texts.text(threads=linked and sys.platform != "win32"), FULL))
    if helpers:
        made.modules.append((joined(list(helpers.values())), FULL))
    made.modules.append((runtime.without_python(threads=linked), AS_WRITTEN))
    made.exports += [f"{name}_message", f"{name}_threads"]
    return made


def fortran(text: str) -> str:
    """A module that calls BLAS and LAPACK by the names that they have in Fortran."""
    return FORTRAN.sub(lambda match: f"@{match[1]}_" if SCIPY.get(match[0][1:], ("",))[0] in LINEAR_ALGEBRA else match[0], text)


def written(machine: Any, module: Any, form: str) -> bytes:
    """A module in one of LLVM's forms."""
    if form == "ll":
        return str(module).encode()
    if form == "bc":
        return bytes(module.as_bitcode())
    return str(machine.emit_assembly(module)).encode() if form == "s" else bytes(machine.emit_object(module))
