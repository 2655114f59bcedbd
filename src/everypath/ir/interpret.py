"""The meaning of the IR: runs a program in Python and NumPy.

The oracle of every test, the engine of `explain`, and the backend "interpreter". Scalars are `np.float64`, `np.float32`,
`int` (i64), `np.int32` and `bool`; arrays are `np.ndarray`, lists Python lists, records tuples.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np

from ..bugs import bug
from ..compiling import recursion_limit, roomy
from ..frames import located
from .computations import computation, normaliser, same
from .op import definition
from .program import Function, Op, Program, Region, Value
from .types import scalar_of

Environment = dict[Value, Any]
Step = Callable[[Environment], None]

RAISING = ("check", "for", "while", "if", "call", "ruled", "host", "map")
"""Ops in which the user's own exceptions come up,"""

OURS = (AssertionError, AttributeError, KeyError, NameError, NotImplementedError, TypeError)
"""and what comes up in no other op unless everypath is wrong."""


class Observer(Protocol):
    """Watches a run, as `explain` does."""

    def executed(self, op: Op, operands: Sequence[Any], results: Sequence[Any]) -> None:
        """After each op, terminators included, in the order of execution; a control op comes after the ops inside it."""

    def entered(self, region: Region) -> None:
        """Before each pass through a region of `for`, `while` or `if`, and through the body of a called function."""

    def left(self, region: Region) -> None:
        """After the pass that `entered` announced."""


def run(program: Program, name: str, arguments: Sequence[Any], observer: Observer | None = None) -> list[Any]:
    """The results of calling the function `name` of `program`.

    Array arguments are used as they are, and written if the function writes them. Errors of the user's code carry a note
    with the user's line.
    """
    return Interpreter(program, observer).run(name, arguments)


class Interpreter:
    """Runs the functions of one program. Keeps what it prepared, for programs that run many times."""

    def __init__(self, program: Program, observer: Observer | None = None, *, silent: bool = False) -> None:
        """A `silent` one prints nothing."""
        self.program = program
        self.observer = observer
        self.silent = silent
        self.prepared: dict[Region, tuple[tuple[Op, Step], ...]] = {}
        self.depth = 0
        self.limit = recursion_limit()

    @roomy
    def run(self, name: str, arguments: Sequence[Any]) -> list[Any]:
        """The results of calling the function `name`."""
        function = self.program.functions[name]
        values = [normaliser(p.type)(a) for p, a in zip(function.parameters, arguments, strict=True)]
        self.depth, self.limit = 0, recursion_limit()
        with np.errstate(all="ignore"):
            return self.call(function, values)

    def call(self, function: Function, values: Sequence[Any]) -> list[Any]:
        if self.depth >= self.limit:
            raise RecursionError("maximum recursion depth exceeded")
        self.depth += 1
        try:
            return self.enter(function.body, {}, values)
        finally:
            self.depth -= 1

    def enter(self, region: Region, env: Environment, values: Sequence[Any] = ()) -> list[Any]:
        """Run `region` once with `values` for its arguments; what its terminator passes on."""
        env.update(zip(region.arguments, values, strict=True))
        if self.observer is not None:
            return self.watched(region, env, self.observer)
        op = None
        try:
            for op, step in self.steps(region):  # noqa: B007
                step(env)
        except Exception as error:
            if op is not None and op.name not in RAISING and isinstance(error, OURS):
                raise bug(error, f"interpreting {op.name}") from error
            located(error, op.location if op else None)
            raise
        return [env[v] for v in region.yielded]

    def watched(self, region: Region, env: Environment, observer: Observer) -> list[Any]:
        observer.entered(region)
        op = None
        try:
            for op, step in self.steps(region):
                step(env)
                observer.executed(op, [env[v] for v in op.operands], [env[v] for v in op.results])
        except Exception as error:
            if op is not None and op.name not in RAISING and isinstance(error, OURS):
                raise bug(error, f"interpreting {op.name}") from error
            located(error, op.location if op else None)
            raise
        yielded = [env[v] for v in region.yielded]
        observer.executed(region.terminator, yielded, ())
        observer.left(region)
        return yielded

    def steps(self, region: Region) -> tuple[tuple[Op, Step], ...]:
        """The ops of `region`, each with the function that runs it, the terminator left out."""
        steps = self.prepared.get(region)
        if steps is None:
            steps = tuple((op, self.step(op)) for op in region.ops[:-1])
            self.prepared[region] = steps
        return steps

    def step(self, op: Op) -> Step:
        if op.name in CONTROL:
            return CONTROL[op.name](self, op)
        if op.name == "print" and self.silent:
            return lambda env: None
        return plain(op, computation(op))


def plain(op: Op, compute: Callable[..., Any]) -> Step:
    """Apply `compute` to the operands' values and keep its value, if the op has a result."""
    operands = op.operands
    if not op.results:

        def effect(env: Environment) -> None:
            compute(*[env[v] for v in operands])

        return effect
    if len(op.results) > 1:

        def several(env: Environment) -> None:
            env.update(zip(op.results, compute(*[env[v] for v in operands]), strict=True))

        return several
    result = op.result

    def step(env: Environment) -> None:
        env[result] = compute(*[env[v] for v in operands])

    return step


def for_(machine: Interpreter, op: Op) -> Step:
    lo, hi, step, *inits = op.operands
    (body,) = op.regions

    def loop(env: Environment) -> None:
        carried = [env[v] for v in inits]
        for i in range(env[lo], env[hi], env[step]):
            carried = machine.enter(body, env, [i, *carried])
        env.update(zip(op.results, carried, strict=True))

    return loop


def while_(machine: Interpreter, op: Op) -> Step:
    cond, *inits = op.operands
    (body,) = op.regions

    def loop(env: Environment) -> None:
        goes_on, carried = env[cond], [env[v] for v in inits]
        while goes_on:
            goes_on, *carried = machine.enter(body, env, carried)
        env.update(zip(op.results, carried, strict=True))

    return loop


def if_(machine: Interpreter, op: Op) -> Step:
    (cond,) = op.operands
    then, orelse = op.regions

    def branch(env: Environment) -> None:
        env.update(zip(op.results, machine.enter(then if env[cond] else orelse, env), strict=True))

    return branch


def map_(machine: Interpreter, op: Op) -> Step:
    (body,) = op.regions
    into, dtypes = op.attributes["into"], [scalar_of(v.type).numpy for v in body.yielded]

    def mapped(env: Environment) -> None:
        dims = tuple(env[v] for v in op.operands)
        points = [np.empty(dims, dtype) for dtype in dtypes]
        for point in np.ndindex(dims):
            for values, value in zip(points, machine.enter(body, env, point)):
                values[point] = value
        for result, kind, values in zip(op.results, into, points):
            env[result] = normaliser(result.type)(COMBINED[kind](values))

    return mapped


COMBINED: dict[str, Callable[[Any], Any]] = {
    "array": same,
    "sum": lambda x: definition("sum").meaning(x, axes=tuple(range(x.ndim)), keepdims=False),  # type: ignore[misc]
    "any": np.any,
    "all": np.all,
}


def call(machine: Interpreter, op: Op) -> Step:
    def called(env: Environment) -> None:
        callee = machine.program.functions[op.attributes["callee"]]
        given = op.operands[: len(callee.parameters)]  # of a `ruled` call the others are for its rule
        env.update(zip(op.results, machine.call(callee, [env[v] for v in given]), strict=True))

    return called


def ruled(machine: Interpreter, op: Op) -> Step:
    """A call that nobody watches: what is inside is not how it is derived."""
    step = call(machine, op)

    def called(env: Environment) -> None:
        machine.observer, observer = None, machine.observer
        try:
            step(env)
        finally:
            machine.observer = observer

    return called


def host(machine: Interpreter, op: Op) -> Step:
    run, normalisers = op.attributes["call"], [normaliser(v.type) for v in op.results]

    def called(env: Environment) -> None:
        results = run(*[env[v] for v in op.operands])
        env.update((v, normal(x)) for v, normal, x in zip(op.results, normalisers, results, strict=True))

    return called


def unexpanded(machine: Interpreter, op: Op) -> Step:
    raise AssertionError(f"{op.name} has no meaning of its own: differentiate.expand comes first")


CONTROL: dict[str, Callable[[Interpreter, Op], Step]] = {
    "for": for_,
    "while": while_,
    "if": if_,
    "map": map_,
    "call": call,
    "ruled": ruled,
    "host": host,
    "pushforward": unexpanded,
    "pullback": unexpanded,
}
