"""How the results of a function come back: in registers beside its status, or, where there are many, in memory of the caller's.

Text of LLVM names all fields of a structure wherever one of them is read or written: of a step of training with 1,700 numbers and
addresses of results it was five sixths.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .assembly import Code

MOST = 64
"""Registers that are returned together."""


class Returned(NamedTuple):
    """What a function returns beside its status, which is 0 unless it failed: the LLVM types of its results' registers."""

    types: tuple[str, ...]

    @property
    def in_memory(self) -> bool:
        return len(self.types) > MOST

    @property
    def type(self) -> str:
        return "i32" if self.in_memory else f"{{ {', '.join(['i32', *self.types])} }}"

    @property
    def parameters(self) -> list[str]:
        """The parameters that the function has for this."""
        return ["ptr noalias %out"] if self.in_memory else []

    @property
    def failure(self) -> str:
        """The instruction that says that the function failed."""
        return "ret i32 1" if self.in_memory else f"ret {self.type} {self._constant(1, 'zeroinitializer')}"

    def give(self, code: Code, registers: Sequence[str]) -> None:
        """Return these results."""
        if self.in_memory:
            for k, (type_, x) in enumerate(zip(self.types, registers, strict=True)):
                code.do(f"store {type_} {x}, ptr {self._place(code, '%out', k)}")
            code.do("ret i32 0")
            return
        whole = self._constant(0, "undef")
        for k, (type_, x) in enumerate(zip(self.types, registers, strict=True), 1):
            whole = code.let(f"insertvalue {self.type} {whole}, {type_} {x}, {k}")
        code.do(f"ret {self.type} {whole}")

    def call(self, code: Code, symbol: str, arguments: Sequence[str]) -> Called:
        """A call of the function."""
        out = [code.slot(f"[{len(self.types)} x i64]")] if self.in_memory else []
        whole = code.let(f"call {self.type} @{symbol}({', '.join([*arguments, *(f'ptr {x}' for x in out)])})")
        return Called(self, whole if out else code.let(f"extractvalue {self.type} {whole}, 0"), *out or [whole])

    def read(self, code: Code, held: str) -> list[str]:
        """The results of a call that did not fail."""
        if self.in_memory:
            return [code.let(f"load {type_}, ptr {self._place(code, held, k)}") for k, type_ in enumerate(self.types)]
        return [code.let(f"extractvalue {self.type} {held}, {k + 1}") for k in range(len(self.types))]

    def _place(self, code: Code, base: str, k: int) -> str:
        return code.let(f"getelementptr inbounds i64, ptr {base}, i64 {k}") if k else base

    def _constant(self, status: int, rest: str) -> str:
        return "{ " + ", ".join([f"i32 {status}", *(f"{type_} {rest}" for type_ in self.types)]) + " }"


class Called(NamedTuple):
    """A call that was written: its status, and what holds its results."""

    returned: Returned
    status: str
    held: str

    def results(self, code: Code) -> list[str]:
        """The registers of the results, where the status is good."""
        return self.returned.read(code, self.held)
