"""What comes several times in a row is one function: the turns of an unrolled loop over the layers of a network.

    a = matmul x, W0; b = tanh a                  b = call x, W0 {callee="f_turn"}
    c = matmul b, W1; d = tanh c          →       d = call b, W1 {callee="f_turn"}
    …                                             …

A function is differentiated, optimised and compiled once, whatever the number of its calls. Turns are told by the places in the user's text
that ops come from; they must do the same with their own values, and write nothing that others see. Only in programs so long that
`inline` keeps functions apart, where a derivative is asked or taken inside, and only where arrays are computed: between scalars, a call
costs as much as what it calls.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from ..analysis.effects import pure_functions
from ..ir.program import Function, Op, Program, Region, Value
from ..ir.types import ArrayType
from ..ir.walk import copy_ops, fresh, ops_in, with_body
from ..unchanging import plain_value
from .cse import attributes_key
from .inline import LONG, LONG_INSIDE, OFTEN, inlined_size
from .rewriting import is_view

INSIDE = ("pullback", "pushforward")
TRIED = 12
"""Distances to the next op of the same kind that are tried as the length of a turn."""


def takes_derivatives(program: Program) -> bool:
    """Whether the program takes derivatives itself."""
    return any(op.name in INSIDE for function in program for op in ops_in(function.body))


def repeats(program: Program) -> Program:
    """`program` with functions for what its functions do several times in a row."""
    if inlined_size(program, program.entry) < (LONG_INSIDE if takes_derivatives(program) else LONG):
        return program
    refused: set[tuple[str, int]] = set()
    while True:
        made: dict[str, tuple[str, int]] = {}
        functions = dict(program.functions)
        for function in program:
            if not function.attributes.get("recursive"):
                Outlining(function, functions, refused, made).run()
        found = replace(program, functions=functions)
        writers = made.keys() - pure_functions(found) if made else made.keys()
        if not writers:
            return found
        refused |= {made[name] for name in writers}


class Run(NamedTuple):
    """Turns one after the other: where the first begins, how many ops each has, how many there are."""

    start: int
    period: int
    turns: int


@plain_value
class Turn:
    """One turn: its ops, what they do, and the values from outside in the order in which they use them."""

    ops: tuple[Op, ...]
    shape: Hashable
    given: tuple[Value, ...]


class Outlining:
    """One function, whose repeated stretches are put among `functions`, with where each stands in `made`."""

    def __init__(
        self, function: Function, functions: dict[str, Function], refused: set[tuple[str, int]], made: dict[str, tuple[str, int]]
    ) -> None:
        self.function = function
        self.functions = functions
        self.refused = refused
        self.made = made
        ops = function.body.ops
        self.constants = {op.result: op for op in ops if op.name == "constant"}
        self.ops = [op for op in ops if op.name != "constant"]
        self.last_use = {v: k for k, op in enumerate(self.ops) for v in used(op)}

    def run(self) -> None:
        """Put functions in place of what is repeated."""
        calls: dict[Op, list[Op]] = {}
        gone: set[Op] = set()
        for found in runs(self.keys()):
            place = (self.function.name, found.start)
            turns = self.equal_turns(found)
            if len(turns) >= OFTEN and place not in self.refused and any(map(makes_array, turns[0].ops)):
                for turn, call in zip(turns, self.calls(turns, found, place), strict=True):
                    calls[turn.ops[-1]] = [call]
                    gone.update(turn.ops)
        if calls:
            ops = [new for op in self.function.body.ops for new in calls.get(op, [] if op in gone else [op])]
            self.functions[self.function.name] = with_body(self.function, ops)

    def keys(self) -> list[int]:
        """A number for each op, the same for those that are alike but for their operands."""
        numbers: dict[Hashable, int] = {}
        return [numbers.setdefault(self.turn((op,)).shape, len(numbers)) for op in self.ops]

    def turn(self, ops: tuple[Op, ...]) -> Turn:
        """What some of the ops do, wherever their values come from."""
        own: dict[Value, int] = {}
        given: list[Value] = []

        def operand(v: Value) -> Hashable:
            if v in own:
                return own[v]
            if v in self.constants:
                return self.constants[v].result.type, attributes_key(self.constants[v].attributes)
            given.append(v)
            return v.type

        def defined(values: Sequence[Value]) -> Hashable:
            for v in values:
                own[v] = len(own)
            return tuple(v.type for v in values)

        def shape(op: Op) -> Hashable:
            operands = tuple(map(operand, op.operands))
            regions = tuple((defined(r.arguments), tuple(map(shape, r.ops))) for r in op.regions)
            return op.name, attributes_key(op.attributes), op.location, operands, regions, defined(op.results)

        return Turn(ops, tuple(map(shape, ops)), tuple(given))

    def equal_turns(self, run: Run) -> list[Turn]:
        """The most turns one after the other that do the same."""
        starts = range(run.start, run.start + run.period * run.turns, run.period)
        best: list[Turn] = []
        here: list[Turn] = []
        for start in starts:
            turn = self.turn(tuple(self.ops[start : start + run.period]))
            here = [*here, turn] if here and here[0].shape == turn.shape else [turn]
            best = max(best, here, key=len)
        return best

    def calls(self, turns: Sequence[Turn], run: Run, place: tuple[str, int]) -> Iterator[Op]:
        """A call for each of equal turns, of a function that is made of the first."""
        uses = list(zip(*(turn.given for turn in turns), strict=True))
        """The values that the turns have at each place where they use one from outside."""
        parameters = {values: fresh(values[0]) for values in dict.fromkeys(uses)}
        wanted = [
            (k, position)
            for k, op in enumerate(turns[0].ops)
            for position in range(len(op.results))
            if any(self.lives_on(turn, turn.ops[k].results[position]) for turn in turns)
        ]
        name = unused(f"{self.function.name}_turn", self.functions)
        self.functions[name] = self.body(name, turns[0], wanted, [parameters[values] for values in uses], tuple(parameters.values()))
        self.made[name] = place
        for number, turn in enumerate(turns):
            operands = tuple(values[number] for values in parameters)
            results = tuple(turn.ops[k].results[position] for k, position in wanted)
            yield Op("call", operands, results, {"callee": name}, (), turn.ops[0].location)

    def lives_on(self, turn: Turn, value: Value) -> bool:
        """Whether a value of a turn is used behind it."""
        last = self.last_use.get(value)
        return last is not None and self.ops[last] not in turn.ops

    def body(
        self, name: str, turn: Turn, wanted: Sequence[tuple[int, int]], given: Sequence[Value], parameters: tuple[Value, ...]
    ) -> Function:
        """The function that does what a turn does; `given` stand for what it uses from outside, use by use."""
        constants = {v: replace(op, results=(fresh(v),)) for v, op in self.constants.items() if any(v in used(o) for o in turn.ops)}
        replaced = {v: op.result for v, op in constants.items()}
        following = iter(given)
        own: set[Value] = set()

        def rebound(op: Op) -> Op:
            """`op` with a value of its own at each use from outside: two uses may be two parameters where a turn has one value."""
            operands = tuple(v if v in own else replaced[v] if v in replaced else next(following) for v in op.operands)
            regions = []
            for region in op.regions:
                own.update(region.arguments)
                regions.append(Region(region.arguments, tuple(rebound(o) for o in region.ops)))
            own.update(op.results)
            return replace(op, operands=operands, regions=tuple(regions))

        env: dict[Value, Value] = {}
        ops = copy_ops([*constants.values(), *map(rebound, turn.ops)], env)
        returned = tuple(env[turn.ops[k].results[position]] for k, position in wanted)
        ops.append(Op("return", returned, (), {}, (), turn.ops[-1].location))
        attributes = {key: x for key, x in self.function.attributes.items() if key == "user_name"}
        return Function(name, Region(parameters, tuple(ops)), attributes, self.function.location)


def runs(keys: Sequence[int]) -> Iterator[Run]:
    """Where a row of numbers repeats itself at least `OFTEN` times: of the lengths that do from a place on, that which covers most."""
    places: dict[int, list[int]] = defaultdict(list)
    for k, key in enumerate(keys):
        places[key].append(k)
    start, seen = 0, defaultdict[int, int](int)
    while start < len(keys):
        here = places[keys[start]]
        first = here.index(start, seen[keys[start]])
        seen[keys[start]] = first
        best = Run(start, 1, 1)
        if len(here) - first >= OFTEN:
            for again in here[first + 1 : first + 1 + TRIED]:
                period, same = again - start, 0
                while again + same < len(keys) and keys[start + same] == keys[again + same]:
                    same += 1
                count = same // period + 1
                if count >= OFTEN and period * count > best.period * best.turns:
                    best = Run(start, period, count)
        if best.turns >= OFTEN:
            yield best
        start += best.period * best.turns


def used(op: Op) -> Iterator[Value]:
    """Everything that an op and what is inside it uses."""
    yield from op.operands
    for region in op.regions:
        for inner in ops_in(region):
            yield from inner.operands


def makes_array(op: Op) -> bool:
    """Whether an op computes an array."""
    return not is_view(op) and any(isinstance(v.type, ArrayType) for v in op.results)


def unused(name: str, functions: Mapping[str, Function]) -> str:
    """A name like this that no function has."""
    number, found = 1, name
    while found in functions:
        number += 1
        found = f"{name}_{number}"
    return found
