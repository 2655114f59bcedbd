"""What becomes of one random program: exact, refused, wrong or broken, by what CPython, differences and the other mode say."""

from __future__ import annotations

import ast
import copy
import importlib.util
import itertools
import re
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

import everypath
from programs import differences
from programs.cpython import Oracle
from programs.harness import MODES, VALUE, Disagreement, Subject, agree, raised, same
from programs.registry import Case, Program
from programs.trees import to_vector

from . import duals

BAD = 1e-5
"""Differences whose own error estimate is above this part of the derivative can't tell."""

LARGE = 1e6
TERMS = 10.0
"""What is summed in a program of this size, where less remains."""

ORACLE = {"import everypath as ep": "from random_programs import duals as ep"}
DOUBLE = {"float32": "float64"}

modules = itertools.count()


@dataclass(frozen=True)
class Verdict:
    """exact, refused, wrong, broken, or nothing (too large to compare); where, and why."""

    kind: str
    stage: str = ""
    reason: str = ""
    told: str = ""

    def __str__(self) -> str:
        return ": ".join(part for part in (self.kind, self.stage, self.reason) if part)


@dataclass(frozen=True)
class Family:
    """Programs of one signature: how one is written, at which points it runs, and what is differentiated."""

    name: str
    write: Callable[[Callable], str]
    points: tuple[tuple, ...]
    wrt: tuple[str, ...]
    unit: float = 2.0**-52
    known: bool = False
    """Whether the module has a function `smooth`, which is `f` without its kinks."""


def loaded(text: str, folder: Path) -> Any:
    """The module that a file with this text makes."""
    name = f"random_program_{next(modules)}"
    path = folder / f"{name}.py"
    path.write_text(text, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    finally:
        del sys.modules[name]
    return module


def for_the_oracle(text: str, words: dict[str, str]) -> str:
    """The program with other words. What is assigned into an array is read first, as NumPy promises; some overlaps it misses."""
    for word, other in words.items():
        text = text.replace(word, other)
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
            node.value = ast.Call(ast.Name("_read", ast.Load()), [node.targets[0].value, node.value], [])
    return f"from random_programs.duals import read as _read\n{ast.unparse(ast.fix_missing_locations(tree))}"


def judged(text: str, family: Family, folder: Path, backend: str, only: int | None = None) -> Verdict:
    """The first fault at any of the family's points, or at one of them; else whether anything could be compared."""
    if only is not None:
        family = replace(family, points=(family.points[only % len(family.points)],))
    if family.known:
        return judged_by_what_is_known(text, family, folder, backend)
    function = loaded(text, folder).f
    means = loaded(for_the_oracle(text, ORACLE), folder).f
    smooth = loaded(for_the_oracle(text, {**ORACLE, **DOUBLE}), folder).f
    cases = tuple(Case(lambda point=point: copy.deepcopy(point)) for point in family.points)
    program = Program(function, cases, wrt=family.wrt, means=means, terms=TERMS)
    judge = Judge(program, Program(function, cases, wrt=family.wrt, means=smooth), family.unit, backend)
    found = [judge.verdict(case) for case in cases]
    for kind in ("broken", "wrong", "refused", "exact"):
        for verdict in found:
            if verdict.kind == kind:
                return verdict
    return found[0]


def judged_by_what_is_known(text: str, family: Family, folder: Path, backend: str) -> Verdict:
    """Against the derivatives of `smooth`, by dual numbers."""
    module = loaded(text, folder)
    for point in family.points:
        with np.errstate(all="ignore"):
            gradient = duals.value_and_grad(lambda p: module.smooth(*p))(point)[1]
            hessian = duals.hessian(lambda p: module.smooth(*p))(point)
        case = Case(lambda point=point: point, gradient, None, hessian)
        program = Program(module.f, (case,), wrt=family.wrt, terms=TERMS)
        judge = Judge(program, program, family.unit, backend)
        verdict = judge.verdict(case)
        if verdict.kind != "exact":
            return verdict
    return verdict


class Sampled(Oracle):
    """Two random directions instead of all; the same for programs of the same arguments."""

    @cached_property
    def directions(self) -> np.ndarray:
        return np.random.default_rng(7).standard_normal((2, self.point.size))

    def outputs(self, point: np.ndarray) -> np.ndarray:
        """One number, whatever its type: some paths may give an integer."""
        with np.errstate(all="ignore"):
            try:
                return np.array([float(self.program.meaning(*self.arguments_at(point)))])
            except Exception:
                return np.array([np.nan])  # a step led to a path that raises


def in_double(arguments: Any) -> Any:
    """The arguments with their float32 arrays as float64."""
    return tuple(a.astype(np.float64) if isinstance(a, np.ndarray) and a.dtype == np.float32 else a for a in arguments)


class Judge:
    """One program on one backend."""

    def __init__(self, program: Program, smooth: Program, unit: float, backend: str) -> None:
        self.program, self.smooth, self.unit, self.backend = program, smooth, unit, backend
        self.slack = unit / 2.0**-52
        self.subject = Subject(program, backend)
        self.stage = ""

    def verdict(self, case: Case) -> Verdict:
        self.stage = "CPython"
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            expected = raised(lambda: self.program.meaning(*case.arguments()))
            try:
                return self.exception(case, expected) if expected else self.compared(case)
            except Disagreement as error:
                return Verdict("wrong", self.stage, str(error))
            except (everypath.NotSupported, everypath.NotDifferentiable, everypath.InvalidArgument) as error:
                return Verdict("refused", self.stage, reason(error))
            except OverflowError as error:
                return Verdict("refused" if beyond(error) else "broken", self.stage, reason(error))
            except Exception as error:
                return Verdict("broken", self.stage, f"{type(error).__name__}: {reason(error)}")

    def exception(self, case: Case, expected: BaseException) -> Verdict:
        """The exception that CPython raises, with its message, from the function and from its derivative."""
        for stage, call in (("exception", self.subject.compiled), ("exception of the derivative", self.subject.value_and_grad)):
            self.stage = stage
            try:
                call(*case.arguments())
            except type(expected) as error:
                if beyond(error):
                    return Verdict("refused", self.stage, reason(error))
                if not alike(str(error), str(expected)):
                    raise Disagreement(f"the message is {str(error)!r} against {str(expected)!r}") from error
                continue
            raise Disagreement(f"{type(expected).__name__} is not raised: {expected}")
        return Verdict("exact", told="exception")

    def stated(self, case: Case) -> Verdict:
        subject = self.subject
        stages = {"value": subject.check_value, "first order": subject.check_first_order, "second order": subject.check_second_order}
        for stage, check in stages.items():
            self.stage = stage
            check(case)
        return Verdict("exact", told="derivative, second order")

    def compared(self, case: Case) -> Verdict:
        if case.hessian is not None:
            return self.stated(case)
        oracle = Sampled(self.smooth, Case(lambda: in_double(case.arguments())))
        outputs = oracle.outputs(oracle.point)
        if outputs.size != 1 or not np.all(np.abs(outputs) < LARGE):
            return Verdict("nothing")
        told = self.first_order(case, oracle)
        if self.second_order(case, oracle):
            told += ", second order"
        return Verdict("exact", told=told)

    def first_order(self, case: Case, oracle: Oracle) -> str:
        self.stage = "value"
        arguments, modified, kept = case.arguments(), case.arguments(), case.arguments()
        expected = self.program.meaning(*arguments)
        size = self.size(oracle)
        terms = (TERMS + abs(expected) + size) * self.slack
        self.subject.program = replace(self.program, terms=terms)
        value = self.subject.compiled(*modified)
        if isinstance(expected, int) and isinstance(value, float):
            expected = float(expected)  # an integer on this path, a float on another
        same("value", value, expected, 10 * VALUE, terms)
        same("arguments afterwards", modified, arguments, 10 * VALUE, terms)
        self.stage = "reverse"
        arguments = case.arguments()
        value, gradient = self.subject.value_and_grad(*arguments)
        same("value beside its gradient", value, expected, 10 * VALUE, terms)
        same("arguments after a reverse derivative", arguments, kept, 0.0)
        gradient = to_vector(gradient)
        self.stage = "forward"
        directions = oracle.directions
        forward = self.subject.forward(Sampled(self.program, case), expected)
        scale = TERMS + size + np.max(np.abs(forward)) + np.sum(np.abs(gradient))
        agree("reverse against forward", directions @ gradient, forward[:, 0], MODES * self.slack * scale)
        self.stage = "first order"
        numeric, error = oracle.differences
        if not np.all(error <= BAD * np.maximum(1.0, np.abs(numeric))) or not np.all(np.abs(numeric) < LARGE) or self.kink(oracle):
            return "value"
        rounding = 100 * MODES * scale + 10.0 * error[:, 0] + (self.unit * 100.0 * scale if self.slack > 1 else 0.0)
        agree("forward against differences", forward[:, 0], numeric[:, 0], rounding)
        agree("reverse against differences", directions @ gradient, numeric[:, 0], rounding)
        return "derivative"

    def size(self, oracle: Oracle) -> float:
        """Of the terms that are summed: how far the result moves when the arguments are rounded otherwise, in units of that."""
        base, unit = oracle.outputs(oracle.point), 2.0**-50
        return max(float(np.max(np.abs(oracle.outputs(oracle.point * (1.0 + s)) - base))) / unit for s in (unit, -unit))

    def kink(self, oracle: Oracle) -> bool:
        """Whether the slopes to the two sides differ, or differences of larger steps saw jumps."""
        base, h = oracle.outputs(oracle.point), 1e-7
        for v, slope in zip(oracle.directions, oracle.differences[0]):
            up, down = oracle.outputs(oracle.point + h * v) - base, base - oracle.outputs(oracle.point - h * v)
            if not np.all(np.abs(np.stack([up, down]) - h * slope) <= 1e-4 * h * (1.0 + np.abs(slope))):
                return True
        return False

    def second_order(self, case: Case, oracle: Oracle) -> bool:
        self.stage = "second order"
        v, w = oracle.directions
        own = Sampled(self.program, case)
        hv, hw = self.subject.hessian_times(own, v), self.subject.hessian_times(own, w)
        scale = TERMS + np.sum(np.abs(hv)) + np.sum(np.abs(hw))
        agree("symmetry of the Hessian", w @ hv, v @ hw, 10 * MODES * self.slack * scale)
        numeric, error = differences.mixed(oracle.outputs, oracle.point, v, w)
        near, _ = differences.mixed_at(oracle.outputs, oracle.point, v, w, 2.0**-10)
        if not np.all(error <= 1e3 * BAD * np.maximum(1.0, np.abs(numeric))) or self.kink(oracle):
            return False
        if not np.all(np.abs(near - numeric) <= 1e-3 * np.maximum(1.0, np.abs(numeric))):
            return False  # larger steps saw another piece
        agree("hvp against differences", w @ hv, numeric[0], 10.0 * error[0] + (MODES + 100.0 * self.unit * (self.slack > 1)) * scale)
        return True


NUMBER = re.compile(r"-?\d+\.\d+(?:e[-+]?\d+)?")


def alike(message: str, other: str) -> bool:
    """Whether two messages say the same of the same numbers, but for rounding."""
    mine, others = NUMBER.findall(message), NUMBER.findall(other)
    close = len(mine) == len(others) and np.allclose([*map(float, mine)], [*map(float, others)], rtol=1e-12, atol=1e-15)
    return close and NUMBER.sub("#", message) == NUMBER.sub("#", other)


def beyond(error: BaseException) -> bool:
    """Whether an integer of Python's has more bits than ours."""
    return isinstance(error, OverflowError) and "64 bits" in str(error)


def reason(error: BaseException) -> str:
    """The line of a message that says why."""
    lines = [text for text in str(error).splitlines() if text and not text.startswith(("File", " ", "Way out"))]
    return (lines or str(error).splitlines() or [""])[0][:160]
