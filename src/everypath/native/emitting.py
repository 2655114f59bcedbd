"""A whole program as one LLVM module: every function, and the boundary of each entry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from ..ir.program import Function, Op, Program, Region, Value
from ..ir.types import ArrayType, RecordType
from ..ir.walk import copy_ops, fresh
from . import arrays, blas, containers, control, draws, flags, fourier, host, lapack, maps, memory, missing, printing, sorting, systems
from .boundary import Boundary
from .emitter import Emitter
from .module import Module

__all__ = ["module", "prepared", "write", "write_boundary"]

FAMILIES = (arrays, blas, containers, control, draws, flags, fourier, host, lapack, maps, memory, missing, printing, sorting, systems)
"""Importing them fills the emitter's table."""


def module(program: Program, features: frozenset[str]) -> Module:
    """An empty module for `program`."""
    return Module(program, features)


def write(module: Module, functions: Iterable[Function], *, distinct: bool) -> None:
    """Emit `functions`; `distinct` promises that arguments do not overlap."""
    for function in functions:
        module.functions.append(Emitter(module, function, module.symbol(function.name), distinct=distinct).emit())


def write_boundary(module: Module, name: str, symbol: str, written: frozenset[int], counted: np.ndarray, *, overlaps: bool) -> None:
    """Emit the way in to the function `name`."""
    function = module.program.functions[name]
    place = counted.ctypes.data
    module.functions.append(Boundary(module, function, module.symbol(name), written, place, overlaps).emit(symbol))


def prepared(program: Program, entries: tuple[str, ...]) -> Program:
    """Entries that return a record get copies of their arrays: what is saved must not change when the caller's arrays do."""
    for name in entries:
        function = program.functions[name]
        if any(isinstance(t, RecordType) for t in function.result_types):
            program = program.with_function(with_own_arrays(function))
    return program


def with_own_arrays(function: Function) -> Function:
    """`function` working on copies of its array parameters."""
    ops: list[Op] = []
    env: dict[Value, Value] = {}
    parameters = tuple(fresh(p) for p in function.parameters)
    for old, new in zip(function.parameters, parameters, strict=True):
        env[old] = new
        if not isinstance(old.type, ArrayType):
            continue
        mine = Value(old.name, ArrayType(old.type.dtype, old.type.rank))
        ops.append(Op("copy", (new,), (mine,), location=function.location))
        env[old] = mine
        if not old.type.contiguous:
            env[old] = Value(old.name, old.type)
            ops.append(Op("weaken", (mine,), (env[old],), location=function.location))
    ops += copy_ops(function.body.ops, env)
    return replace(function, body=Region(parameters, tuple(ops)))
