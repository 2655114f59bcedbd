"""Forward mode of a whole program: each function derived once for the parameters that vary. `tangents` derives one function."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

from ..analysis.effects import aloof_functions
from ..ir.program import Program
from ..ir.types import ListType, RecordType, Type, is_float
from .tangents import ForwardSweep
from .terms import Products


class Forward:
    """Derives functions of one program, each at most once for the same active parameters."""

    sweep: type[ForwardSweep] = ForwardSweep
    suffix = "jvp"

    def __init__(self, program: Program, *, guarded: bool, linear: bool = False, width: int = 1) -> None:
        """What is derived may be `linear` in what the tangents belong to: then the calls in it are their own tangents."""
        self.width = width
        self.program = replace(program, records=dict(program.records))
        self.products = Products(guarded, several=width > 1)
        self.linear = linear
        self.made: dict[tuple[object, ...], str] = {}

    def function(self, name: str, wrt: tuple[int, ...], *, entry: bool, **how: bool) -> str:
        """The name of the pushforward of `name`. An entry copies what it writes and hands out plain zeros.

        `how` the sweep does it is one more part of what is made once.
        """
        key = (name, wrt, entry, *sorted(how.items()))
        if key not in self.made:
            self.made[key] = self.program.fresh_name(f"{name}_{self.suffix}")
            primal = self.program.functions[name]
            self.program = self.program.with_function(replace(primal, name=self.made[key]))  # holds the name during recursion
            derived = self.sweep(self, primal, wrt, entry, **how).build(self.made[key])
            self.program = self.program.with_function(derived)
        return self.made[key]

    @cached_property
    def aloof(self) -> frozenset[str]:
        """The functions that leave alone what they are given."""
        return aloof_functions(self.program)

    def tangent_type(self, type_: Type) -> Type:
        """The type of what stands beside a value of `type_`."""
        if isinstance(type_, RecordType):
            name = f"{type_.name}_dot"
            if name not in self.program.records:
                fields = self.program.records[type_.name]
                self.program.records[name] = ()
                self.program.records[name] = tuple(self.tangent_type(t) for t in fields if is_float(t))
            return RecordType(name)
        if isinstance(type_, ListType):
            return ListType(self.tangent_type(type_.element), type_.segments)
        return type_
