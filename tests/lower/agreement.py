"""A function under CPython, and lowered and interpreted: the same value, types and writes, or the same exception."""

from __future__ import annotations

import copy
import dataclasses
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from everypath import differentiate, pipeline
from everypath.ir.interpret import Interpreter
from everypath.structure import leaves, rebuild

Function = Callable[..., Any]


class Programs:
    """Functions with arguments, for a parametrised test."""

    def __init__(self) -> None:
        self.cases: list[tuple[Function, tuple[Any, ...]]] = []

    def at(self, *arguments: tuple[Any, ...]) -> Callable[[Function], Function]:
        def enter(function: Function) -> Function:
            self.cases += [(function, given) for given in arguments]
            return function

        return enter

    @property
    def names(self) -> list[str]:
        return [f"{function.__name__}-{k}" for k, (function, _) in enumerate(self.cases)]


def interpreted(function: Function, arguments: Sequence[Any]) -> Any:
    """The value that the lowered function has."""
    lowered, _ = pipeline.lowered(function, arguments, {}, frozenset())
    values = lowered.signature.bind(arguments, {})
    given = [leaf for value, (_, structure) in zip(values, lowered.arguments) for leaf in leaves(value, structure)]
    for capture in lowered.captures:
        given += leaves(capture.read(), capture.structure)
    assert len(given) == len(lowered.parameters) == len(lowered.program.main.parameters)
    program = differentiate.expand(lowered.program)
    with np.errstate(all="ignore"):
        return rebuild(lowered.result, Interpreter(program).run(program.entry, given))


def agree(function: Function, arguments: Sequence[Any]) -> None:
    """Assert that both give the same, or raise the same."""
    given, modified = copy.deepcopy(tuple(arguments)), copy.deepcopy(tuple(arguments))
    try:
        with np.errstate(all="ignore"):
            wanted = function(*given)
    except Exception as error:
        try:
            got = interpreted(function, modified)
        except Exception as raised:
            said = str(error).split("\nassert ")[0]  # pytest appends the source of a failing assert
            if type(raised) is not type(error) or str(raised) != said:
                raise AssertionError(f"raised {raised!r} instead of {error!r}") from raised
            return
        raise AssertionError(f"gave {got!r} instead of raising {error!r}") from error
    got = interpreted(function, modified)
    same(got, wanted)
    same(modified, given)


def same(got: Any, wanted: Any) -> None:
    """Assert that two values have one type and are equal; floats to the last bit, or nearly for what libraries compute."""
    assert type(got) is type(wanted), f"{got!r} is a {type(got).__name__}, not a {type(wanted).__name__}"
    if isinstance(wanted, np.ndarray):
        assert got.dtype == wanted.dtype and got.shape == wanted.shape
        np.testing.assert_allclose(got, wanted, rtol=1e-14)
    elif isinstance(wanted, (tuple, list)):
        assert len(got) == len(wanted)
        for x, y in zip(got, wanted):
            same(x, y)
    elif isinstance(wanted, dict):
        assert list(got) == list(wanted)
        for key in wanted:
            same(got[key], wanted[key])
    elif dataclasses.is_dataclass(wanted):
        for field in dataclasses.fields(wanted):
            same(getattr(got, field.name), getattr(wanted, field.name))
    elif isinstance(wanted, (float, np.floating)):
        both_nan = math.isnan(wanted) and math.isnan(got)
        near = math.isclose(got, wanted, rel_tol=1e-14) and math.copysign(1, got) == math.copysign(1, wanted)
        assert both_nan or near, f"{got!r} != {wanted!r}"
    else:
        assert got == wanted, f"{got!r} != {wanted!r}"
