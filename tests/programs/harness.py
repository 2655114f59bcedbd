"""A program through everypath, compared with CPython and with itself: value, both modes, second order, refusals, exceptions."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

import everypath

from . import differences
from .cpython import Oracle, asked
from .registry import Case, Program
from .trees import children, from_vector, is_float, leaves, precision, shape_of, to_vector, with_children

BACKENDS = ("native", "interpreter")

# In units of float64's rounding: values, and derivatives between modes and backends (decisions 13).
VALUE = 1e-13
MODES = 1e-12


class Disagreement(AssertionError):
    """Two ways of computing one thing gave different answers."""


def agree(what: str, a: Any, b: Any, bound: Any, names: Sequence[str] | None = None) -> None:
    """Raise unless |a - b| <= bound, element by element; NaN agrees with NaN and an infinity with itself."""
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    if a.shape != b.shape:
        raise Disagreement(f"{what}: {a.shape} elements against {b.shape}")
    with np.errstate(invalid="ignore"):
        good = (a == b) | (np.isnan(a) & np.isnan(b)) | (np.abs(a - b) <= bound)
    if np.all(good):
        return
    k = tuple(int(i) for i in np.argwhere(~good)[0])
    place = (names[k[-1]] if names else f"element {k[-1]}") if k else ""
    limit = np.broadcast_to(bound, a.shape)[k]
    more = f" ({np.sum(~good)} of {good.size} differ)" if np.sum(~good) > 1 else ""
    raise Disagreement(f"{what}, {place}: {a[k]!r} against {b[k]!r}, allowed {limit:.1e}{more}")


def same(what: str, a: Any, b: Any, tolerance: float, terms: float = 0.0) -> None:
    """Raise unless two results have the same containers, shapes and types, and nearly the same numbers."""
    if shape_of(a) != shape_of(b):
        raise Disagreement(f"{what}: {shape_of(a)} against {shape_of(b)}")
    for (path, x), (_, y) in zip(leaves(a), leaves(b)):
        if isinstance(x, np.ndarray | np.generic | float | int):
            unit = precision(x) / 2.0**-52 if is_float(x) else 0.0
            finite = np.abs(np.asarray(y, np.float64))
            scale = max(np.max(finite, where=np.isfinite(finite), initial=0.0), terms)
            agree(f"{what}{path}", x, y, tolerance * unit * scale)


def zeros_like(value: Any) -> Any:
    """The zero tangent of a value: None for what carries none."""
    parts = children(value)
    if parts is not None:
        return with_children(value, [zeros_like(part) for _, part in parts])
    if not is_float(value):
        return None
    return np.zeros(value.shape, value.dtype.newbyteorder("=")) if isinstance(value, np.ndarray) else type(value)(0.0)


def tangent(like: Any, vector: np.ndarray) -> Any:
    """A tangent for `like` with the elements of `vector`: None for what carries none."""
    return only_floats(from_vector(like, vector))


def only_floats(value: Any) -> Any:
    parts = children(value)
    if parts is not None:
        return with_children(value, [only_floats(part) for _, part in parts])
    return value if is_float(value) else None


class Subject:
    """One program on one backend, each of its derivatives made once."""

    def __init__(self, program: Program, backend: str) -> None:
        self.program, self.backend = program, backend
        self.compiled = everypath.compile(program.function, backend=backend)
        self.value_and_grad = everypath.value_and_grad(program.function, wrt=program.wrt, backend=backend)
        self.hvp = everypath.hvp(program.function, wrt=program.wrt, backend=backend)

    def picked(self, oracle: Oracle, parts: Sequence[Any]) -> np.ndarray:
        """The elements of what belongs to `wrt`, out of one part for each argument."""
        return to_vector(tuple(parts[k] for k in oracle.positions))

    def check_value(self, case: Case) -> None:
        oracle = asked(self.program, case)
        arguments, modified = case.arguments(), case.arguments()
        expected = self.program.meaning(*arguments)
        got = self.compiled(*modified)
        same("value", got, expected, VALUE, self.program.terms)
        same("arguments afterwards", modified, arguments, VALUE, self.program.terms)
        assert oracle.case is case

    def check_first_order(self, case: Case) -> None:
        oracle = asked(self.program, case)
        result = oracle.value()
        weights = oracle.random.standard_normal(to_vector(result).size)
        gradient = self.reverse(oracle, result, weights)
        forward = self.forward(oracle, result)
        if oracle.stated is not None:
            self.check_stated(oracle, gradient, forward)
            return
        slack = oracle.unit / 2.0**-52
        if is_float(result) and not isinstance(result, np.ndarray):
            weights = np.ones(1)
        along = oracle.directions @ gradient
        scale = np.maximum(np.abs(oracle.directions) @ np.abs(gradient), self.program.terms)
        scale = np.maximum(scale, np.max(np.abs(gradient), initial=0.0))
        agree("reverse against forward", along, forward @ weights, MODES * slack * np.maximum(scale, np.abs(forward) @ np.abs(weights)))
        numeric, error = oracle.differences
        rounding = MODES * slack * np.max(np.abs(forward), where=np.isfinite(forward), initial=self.program.terms)
        agree("forward against differences", forward, numeric, 10.0 * error + rounding)
        agree("reverse against differences", along, numeric @ weights, 10.0 * error @ np.abs(weights) + rounding * np.sum(np.abs(weights)))

    def check_stated(self, oracle: Oracle, gradient: np.ndarray, forward: np.ndarray) -> None:
        stated = oracle.stated
        assert stated is not None
        scale = MODES * np.max(np.abs(stated), where=np.isfinite(stated), initial=self.program.terms)
        agree("reverse against what is stated", gradient, stated, scale, oracle.names)
        if len(forward) > stated.size:
            agree("forward against what is stated", forward[: stated.size, 0], stated, scale, oracle.names)
        else:
            agree("forward against what is stated", forward[:, 0], oracle.directions @ stated, scale * stated.size)

    def reverse(self, oracle: Oracle, result: Any, weights: np.ndarray) -> np.ndarray:
        """The gradient of a scalar result, and of any other the sum of its elements with these weights."""
        arguments = oracle.case.arguments()
        kept = copy.deepcopy(arguments)
        if is_float(result) and not isinstance(result, np.ndarray):
            value, gradient = self.value_and_grad(*arguments)
            same("value beside its gradient", value, result, VALUE, self.program.terms)
            like = oracle.chosen if isinstance(self.program.wrt, tuple) else oracle.chosen[0]
            expected = shape_of(zeros_like(like))
            if shape_of(gradient) != expected:
                raise Disagreement(f"the gradient is {shape_of(gradient)}, its argument {expected}")
            found = to_vector(gradient)
        else:
            value, pullback = everypath.vjp(self.program.function, *arguments, backend=self.backend)
            same("value beside its pullback", value, result, VALUE, self.program.terms)
            first = self.picked(oracle, pullback(tangent(result, weights)))
            found = self.picked(oracle, pullback(tangent(result, weights)))
            agree("a pullback called twice", first, found, 0.0, oracle.names)
        same("arguments after a reverse derivative", arguments, kept, 0.0)
        return found

    def forward(self, oracle: Oracle, result: Any) -> np.ndarray:
        """J·v for each direction, of shape (directions, outputs)."""
        arguments = oracle.case.arguments()
        kept = copy.deepcopy(arguments)
        rows = []
        for v in oracle.directions:
            tangents = [zeros_like(a) for a in arguments]
            for k, part in zip(oracle.positions, from_vector(oracle.chosen, v)):
                tangents[k] = only_floats(part)
            value, out = everypath.jvp(self.program.function, arguments, tuple(tangents), backend=self.backend)
            same("value beside its tangent", value, result, VALUE, self.program.terms)
            rows.append(to_vector(out))
        same("arguments after a forward derivative", arguments, kept, 0.0)
        return np.stack(rows)

    def check_second_order(self, case: Case) -> None:
        """H·v against differences of the gradient, against the gradient of ⟨gradient, w⟩, and ⟨w, H·v⟩ = ⟨v, H·w⟩."""
        oracle = asked(self.program, case)
        n = oracle.point.size
        if n == 0:
            return
        if case.hessian is not None:
            self.check_stated_hessian(oracle)
            return
        v, w = oracle.random.standard_normal((2, n))
        hv, hw = self.hessian_times(oracle, v), self.hessian_times(oracle, w)
        scale = np.max(np.abs(hv)) + np.max(np.abs(hw)) + self.program.terms
        agree("symmetry of the Hessian", w @ hv, v @ hw, MODES * max(n, 10) * scale)
        numeric, error = differences.directional(lambda x: self.gradient_at(oracle, x), oracle.point, v)
        agree("second order against differences of the gradient", hv, numeric, 10.0 * error + MODES * scale, oracle.names)

    def check_stated_hessian(self, oracle: Oracle) -> None:
        """`hvp` along every basis vector, `hessian`, and for one argument, as machine code, the gradient of ⟨gradient, v⟩."""
        stated = oracle.stated_hessian
        scale = MODES * max(np.max(np.abs(stated)), self.program.terms)
        for k, v in enumerate(np.eye(oracle.point.size)):
            agree(f"hvp along {oracle.names[k]}", self.hessian_times(oracle, v), stated[k], scale, oracle.names)
        agree("hessian", self.hessian(oracle), stated, scale, oracle.names)
        one = len(oracle.case.arguments()) == 1 and isinstance(oracle.chosen[0], float | np.ndarray)
        if one and self.backend == "native":
            gradient = everypath.grad(along_gradient(self.program.function), backend=self.backend)
            v = np.linspace(1.0, 2.0, oracle.point.size)
            found = gradient(*oracle.case.arguments(), from_vector(oracle.chosen[0], v))
            agree("reverse over reverse", to_vector(found), stated @ v, scale * oracle.point.size, oracle.names)

    def hessian(self, oracle: Oracle) -> np.ndarray:
        """Square, over all elements of `wrt`."""
        blocks = everypath.hessian(self.program.function, wrt=self.program.wrt, backend=self.backend)(*oracle.case.arguments())
        if not isinstance(self.program.wrt, tuple):
            return np.reshape(blocks, (oracle.point.size, oracle.point.size))
        sizes = [to_vector(part).size for part in oracle.chosen]
        return np.block([[np.reshape(block, (m, n)) for block, n in zip(row, sizes)] for row, m in zip(blocks, sizes)])

    def hessian_times(self, oracle: Oracle, v: np.ndarray) -> np.ndarray:
        arguments = oracle.case.arguments()
        kept = copy.deepcopy(arguments)
        direction = tuple(only_floats(part) for part in from_vector(oracle.chosen, v))
        product = self.hvp(*arguments, direction if isinstance(self.program.wrt, tuple) else direction[0])
        same("arguments after a second derivative", arguments, kept, 0.0)
        return to_vector(product)

    def gradient_at(self, oracle: Oracle, x: np.ndarray) -> np.ndarray:
        return to_vector(self.value_and_grad(*oracle.arguments_at(x))[1])

    def check_raises(self, case: Case) -> None:
        """The exception that CPython raises, with its message, from the function and from its derivative; the same partial writes."""
        assert case.raises is not None
        arguments, modified = case.arguments(), case.arguments()
        expected = raised(lambda: self.program.meaning(*arguments))
        for name, call in (("compiled", self.compiled), ("differentiated", self.value_and_grad)):
            given = modified if name == "compiled" else case.arguments()
            got = raised(lambda call=call, given=given: call(*given))
            if type(got) is not type(expected):
                raise Disagreement(f"{name}: {got!r} against {expected!r}")
            if str(got) != str(expected):
                raise Disagreement(f"{name}: the message is {str(got)!r} against {str(expected)!r}")
        same("arguments after the exception", modified, arguments, VALUE)

    def check_refused(self, case: Case) -> None:
        """A refusal that names a line and gives the stated reason."""
        program = self.program
        calls = [self.value_and_grad] if program.refused is None else [self.compiled, self.value_and_grad]
        reason = program.refused or program.refused_derivative
        assert reason is not None
        for call in calls:
            error = raised(lambda call=call: call(*case.arguments()))
            if not isinstance(error, everypath.EverypathError):
                raise Disagreement(f"not refused but {error!r}") from error
            if reason not in str(error) or "line" not in str(error):
                raise Disagreement(f"refused, but not because of {reason!r}: {error}")


def along_gradient(function: Callable[..., Any]) -> Callable[..., Any]:
    """⟨gradient, v⟩, of a function of one argument."""

    def along(x, v):
        return np.sum(everypath.grad(function)(x) * v)

    return along


def raised(call: Callable[[], Any]) -> BaseException | None:
    """What a call raises, None if it returns."""
    try:
        with np.errstate(all="ignore"):
            call()
    except Exception as error:
        return error
    return None
