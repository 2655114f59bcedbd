"""The adjoint of a derivative taken inside the user's function: forward over reverse, because Hessians are symmetric.

Let g(p, w) = (∂h/∂p)ᵀ w. Its adjoint along ḡ is ∂/∂p ⟨g, ḡ⟩ = ∂/∂p (w · ∂h/∂p ḡ), the tangent along ḡ of the pullback of h:
a reverse sweep is never reversed (Pearlmutter, Fast exact multiplication by the Hessian, 1994).
"""

from __future__ import annotations

from ..analysis.alias import is_reference
from ..ir.build import Builder
from ..ir.program import Function, Op, Program, Region, Value
from ..ir.types import fresh, is_float
from .nested import absent_like
from .scope import Scope


def inner_derivative(program: Program, scope: Scope, op: Op) -> Program:
    """Sweep a `pullback` or `pushforward` op backwards; the program gains a function that takes the pullback."""
    return _Inner(program, scope, op).sweep()


class _Inner:
    def __init__(self, program: Program, scope: Scope, op: Op) -> None:
        self.program = program
        self.scope = scope
        self.op = op
        self.callee = program.functions[op.attributes["callee"]]
        self.wrt: tuple[int, ...] = tuple(op.attributes["wrt"])
        n = len(self.callee.parameters)
        self.parameters, self.directions = op.operands[:n], op.operands[n:]
        m = len(self.callee.returned)
        self.results, self.derived = op.results[:m], op.results[m:]
        self.floats = tuple(k for k, v in enumerate(self.callee.returned) if is_float(v.type))
        active = {k for k, v in enumerate(self.parameters) if v in scope.sweep.active}
        self.active = tuple(sorted(active | set(self.wrt)))
        self.left_open = "decided" not in scope.sweep.function.attributes

    def sweep(self) -> Program:
        cotangents = {k: self.cotangent(v) for k, v in enumerate(self.results)}
        derived = [self.cotangent(v) for v in self.derived]
        self.of_value({k: v for k, v in cotangents.items() if v is not None})
        if any(v is not None for v in derived):
            if self.op.name == "pullback":
                self.of_pullback(derived)
            else:
                self.of_pushforward(derived)
        return self.program

    def cotangent(self, v: Value) -> Value | None:
        if v not in self.scope.sweep.active:
            return None
        return self.scope.shadow(v) if is_reference(v) else self.scope.take(v)

    def given(self) -> list[Value]:
        """The arguments of the callee, as the op saw them."""
        return [self.scope.content(v, self.op) for v in self.parameters]

    def zero(self, like: Value) -> Value:
        """An absent derivative for a value of the primal."""
        if is_reference(like):
            return absent_like(self.scope.sweep.products, self.scope.b, self.scope.value(like))
        return self.scope.absent(like)

    def pass_on(self, values: list[Value]) -> None:
        for k, cotangent in zip(self.active, values, strict=True):
            self.scope.contribute(self.parameters[k], cotangent)

    def of_value(self, cotangents: dict[int, Value]) -> None:
        """The results of h itself: its own pullback."""
        if not cotangents:
            return
        seeded = tuple(cotangents)
        results = self.pullback(self.scope.b, self.given(), list(cotangents.values()), seeded)
        self.pass_on(results[len(self.results) :])

    def pullback(self, b: Builder, given: list[Value], cotangents: list[Value], seeded: tuple[int, ...]) -> list[Value]:
        types = [v.type for v in self.callee.returned] + [fresh(self.callee.parameters[k].type) for k in self.active]
        return list(
            b.emit(
                "pullback",
                *given,
                *cotangents,
                types=types,
                callee=self.callee.name,
                wrt=self.active,
                seeded=seeded,
                left_open=self.left_open,
            )
        )

    def wrapper(self, seeded: tuple[int, ...]) -> Function:
        """A function that only takes the pullback of h: params…, cotangents… -> results…, cotangents of the active…"""
        parameters = [Value(p.name, p.type) for p in self.callee.parameters]
        cotangents = [Value(f"{self.callee.returned[k].name}_bar", self.callee.returned[k].type) for k in seeded]
        b = Builder(self.op.location)
        b.end("return", self.pullback(b, parameters, cotangents, seeded))
        name = self.program.fresh_name(f"{self.callee.name}_pullback")
        function = Function(name, Region((*parameters, *cotangents), tuple(b.ops)), dict(self.callee.attributes), self.op.location)
        self.program = self.program.with_function(function)
        return function

    def tangent_of_wrapper(self, wrapper: Function, cotangents: list[Value], directions: list[Value]) -> tuple[list[Value], list[Value]]:
        """(results, tangents of the float ones) of the wrapper along `directions` of `wrt`."""
        floats = [v for v in wrapper.returned if is_float(v.type)]
        types = [v.type for v in wrapper.returned] + [fresh(v.type) for v in floats]
        operands = [*self.given(), *cotangents, *directions]
        made = self.scope.b.emit("pushforward", *operands, types=types, callee=wrapper.name, wrt=self.wrt, left_open=self.left_open)
        return list(made[: len(wrapper.returned)]), list(made[len(wrapper.returned) :])

    def of_pullback(self, derived: list[Value | None]) -> None:
        seeded: tuple[int, ...] = tuple(self.op.attributes["seeded"])
        directions = [v if v is not None else self.zero(self.parameters[k]) for k, v in zip(self.wrt, derived, strict=True)]
        wrapper = self.wrapper(seeded)
        weights = [self.scope.content(v, self.op) for v in self.directions]
        _, tangents = self.tangent_of_wrapper(wrapper, weights, directions)
        by_result = dict(zip(self.floats, tangents[: len(self.floats)], strict=True))
        for k, weight in zip(seeded, self.directions, strict=True):
            self.scope.contribute(weight, by_result[k])
        self.pass_on(tangents[len(self.floats) :])

    def of_pushforward(self, derived: list[Value | None]) -> None:
        given = [(k, v) for k, v in zip(self.floats, derived, strict=True) if v is not None]
        seeded = tuple(k for k, _ in given)
        wrapper = self.wrapper(seeded)
        directions = [self.scope.content(v, self.op) for v in self.directions]
        results, tangents = self.tangent_of_wrapper(wrapper, [v for _, v in given], directions)
        by_parameter = dict(zip(self.active, results[len(self.results) :], strict=True))
        for k, direction in zip(self.wrt, self.directions, strict=True):
            self.scope.contribute(direction, by_parameter[k])
        self.pass_on(tangents[len(self.floats) :])
