"""Runs a program in the interpreter and records the gradient graph of what was executed.

The recorder mirrors the interpreter: every value has a shadow here that says which elements it is made of. Control flow only
passes shadows on; `moves` mirrors memory; `jacobians` gives the local partials of everything that computes.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Any

import numpy as np

from ...errors import InvalidArgument
from ...ir.interpret import run
from ...ir.op import definition
from ...ir.program import Op, Program, Region, Value
from ...ir.types import ArrayType, ScalarType, is_float
from . import moves
from .jacobians import local_jacobian
from .places import Places
from .ruled import said_by_rule
from .tape import NOTHING, Array, Birth, Comparison, Decision, End, Memory, Record, Scalar, Scope, Tape

FOLD_AFTER = 100_000
"""Past this many executed ops, formulas are no longer kept: the record is folded into sums per source line."""

REFUSE_AFTER = 1_000_000
"""Past this many executed ops there is no explanation."""

COMPARISONS = ("lt", "le", "gt", "ge", "eq", "ne")


def recorded(
    program: Program,
    name: str,
    arguments: Sequence[Any],
    wrt: Sequence[int],
    result: int,
    index: tuple[int, ...],
    names: Sequence[str],
    places: Places,
) -> Tape:
    """Run the function `name` on copies of `arguments` and return what the run left behind. The derivative asked for is that of the
    result number `result`, of its element at `index` if it is an array."""
    function = program.functions[name]
    copies = [a.copy() if isinstance(a, np.ndarray) else a for a in arguments]
    recorder = Recorder(places, program)
    recorder.begin(function.parameters, copies, frozenset(wrt), names)
    results = run(program, name, copies, recorder)
    returned = recorder.returned[result]
    recorder.tape.result, recorder.tape.value = returned, results[result]
    if isinstance(returned, Array):
        recorder.tape.result = recorder.element(returned, index)
        recorder.tape.value = results[result][index]
    return recorder.tape


class Pass:
    """One pass through a region: how far it is, and what its last inner pass yielded."""

    __slots__ = ("env", "pointer", "region", "turns", "yielded")

    def __init__(self, region: Region, env: dict[Value, Any]) -> None:
        self.region = region
        self.env = env
        self.pointer = 0
        self.turns = 0
        self.yielded: list[list[Any]] = []


class Known:
    """What is known of an op before it runs, found when it first does: the move that mirrors it, whether it makes a float, what the user
    calls its results, and why paths that reach it end there."""

    __slots__ = ("ends", "float", "move", "names")

    def __init__(self, op: Op, names: tuple[str, ...]) -> None:
        self.names = names
        self.move = moves.MOVES.get(op.name)
        self.float = bool(op.results) and is_float(op.results[0].type)
        self.ends = ""
        if op.name in (*COMPARISONS, "isnan", "isinf", "isfinite"):
            self.ends = "it is only compared"
        elif op.results and not self.float and (definition(op.name).family != "elementwise" or op.name == "cast"):
            self.ends = "its result is not a float"
        else:
            self.ends = definition(op.name).no_derivative or ""


class Recorder:
    """The observer that `ir.interpret` reports to."""

    def __init__(self, places: Places, program: Program) -> None:
        self.tape = Tape()
        self.places = places
        self.program = program
        self.passes: list[Pass] = []
        self.scope: Scope | None = None
        self.arguments: list[Any] = []
        self.returned: list[Any] = []
        self.env: dict[Value, Any] = {}
        self.user_names: dict[tuple[Op, Value], str] = {}
        self.known: dict[Op, Known] = {}
        self.scopes: dict[Op, tuple[str, bool]] = {}

    def begin(self, parameters: Sequence[Value], arguments: Sequence[Any], wrt: frozenset[int], names: Sequence[str]) -> None:
        """Make the shadows of the arguments; those at `wrt` become the inputs."""
        for k, (parameter, argument) in enumerate(zip(parameters, arguments, strict=True)):
            name = names[k] if k < len(names) else parameter.name
            record = None
            if k in wrt:
                record = Record(
                    len(self.tape.records), None, name, np.shape(argument), np.array(argument) if np.ndim(argument) else argument
                )
                self.tape.records.append(record)
                self.tape.number(record)
                self.tape.inputs[k] = record
            self.arguments.append(self.shadow(parameter, argument, record, name))

    def element(self, array: Array, index: tuple[int, ...]) -> Scalar:
        """One element of an array as a number."""
        number = int(array.ids[index])
        if number == NOTHING:
            return Scalar(array.value[index], array.name)
        maker = self.tape.maker(number)
        return Scalar(np.ravel(maker.data)[number - maker.start], "", maker, number - maker.start)

    def shadow(self, value: Value, data: Any, record: Record | None, name: str) -> Any:
        if isinstance(value.type, ScalarType):
            return Scalar(data, name, record)
        if isinstance(value.type, ArrayType):
            return moves.array_of(record, np.shape(data), name, data)
        raise InvalidArgument(f"cannot explain a function of a {value.type}")

    # The interpreter's reports -----------------------------------------------------------------------------------

    def entered(self, region: Region) -> None:
        """A pass through `region` begins: its arguments get their shadows."""
        if not self.passes:
            self.env = dict(zip(region.arguments, self.arguments))
            self.passes.append(Pass(region, self.env))
            return
        outer = self.passes[-1]
        op = outer.region.ops[outer.pointer]
        if op.name == "call":
            self.env = dict(zip(region.arguments, (outer.env[v] for v in op.operands)))
        elif op.name == "for":
            lo, _, step, *inits = op.operands
            if not outer.turns:
                self.refuse_many(outer.env[lo].value, outer.env[op.operands[1]].value, outer.env[step].value, region)
            turn = Scalar(outer.env[lo].value + outer.turns * outer.env[step].value, region.arguments[0].name)
            carried = outer.yielded[-1] if outer.turns else [outer.env[v] for v in inits]
            self.env.update(zip(region.arguments, [turn, *carried]))
        elif op.name == "while":
            carried = outer.yielded[-1][1:] if outer.turns else [outer.env[v] for v in op.operands[1:]]
            self.decided(op, outer.yielded[-1][0] if outer.turns else outer.env[op.operands[0]], True)
            self.env.update(zip(region.arguments, carried))
        elif op.name == "map":
            dims = tuple(outer.env[v].value for v in op.operands)
            point = np.unravel_index(outer.turns, dims)
            self.env.update(zip(region.arguments, (Scalar(int(i), v.name) for i, v in zip(point, region.arguments))))
        else:
            self.decided(op, outer.env[op.operands[0]], region is op.regions[0])
        if op.name in SCOPES:
            known = self.scopes.get(op)
            if known is None:
                is_call = op.name == "call"
                known = self.scopes[op] = (self.called(op) if is_call else "", not is_call and self.places.loop(op.location))
            self.scope = Scope(op, outer.turns, self.scope, *known)
        self.name_arguments(op, region)
        self.passes.append(Pass(region, self.env))

    def called(self, op: Op) -> str:
        """What the user calls a function of his; empty for one of everypath's own."""
        function = self.program.functions[op.attributes["callee"]]
        name: str = function.attributes.get("user_name", "")
        return name if function.location is not None and self.places.users(function.location.file) else ""

    def refuse_many(self, lo: int, hi: int, step: int, region: Region) -> None:
        """Say before a loop runs that it is too long to be explained."""
        turns = len(range(int(lo), int(hi), int(step)))
        if turns * len(region.ops) + self.tape.executed > REFUSE_AFTER:
            raise InvalidArgument(
                f"a loop of {turns:,} turns, of at least {len(region.ops)} operations each: explain shows at most {REFUSE_AFTER:,} executed"
                " operations; explain a call with fewer turns"
            )

    def name_arguments(self, op: Op, region: Region) -> None:
        for value in region.arguments:
            self.give_name(op, value, self.env[value])

    def left(self, region: Region) -> None:
        """The pass ends; what it yielded waits with the op that holds the region."""
        done = self.passes.pop()
        if not self.passes:
            self.returned = done.yielded[-1]
            return
        outer = self.passes[-1]
        op = outer.region.ops[outer.pointer]
        outer.turns += 1
        if op.name == "map":
            outer.yielded.append(done.yielded[-1])
        else:
            outer.yielded = [done.yielded[-1]]
        self.env = outer.env
        if op.name in SCOPES and self.scope is not None:
            self.scope = self.scope.outer

    def executed(self, op: Op, operands: Sequence[Any], results: Sequence[Any]) -> None:
        """One op ran on `operands` and gave `results`."""
        here = self.passes[-1]
        here.pointer += 1
        self.tape.executed += 1
        known = self.known.get(op)
        if known is None:
            known = self.known[op] = Known(op, tuple(self.user_name(op, value) for value in op.results))
            if op.location is not None:
                self.tape.lines.add((op.location.file, op.location.line))
        if self.tape.executed == FOLD_AFTER:
            self.tape.folded = True
        if self.tape.executed > REFUSE_AFTER:
            raise InvalidArgument(f"this call executes more than {REFUSE_AFTER:,} operations: explain a smaller one")
        if op.name in ("yield", "return"):
            here.yielded = [[self.env[v] for v in op.operands]]
            return
        env = self.env
        shadows = [env[v] for v in op.operands]
        if op.name in CONTROL:
            self.finished(op, here, shadows, results)
            here.turns, here.yielded = 0, []
            return
        if op.name == "ruled":
            here.turns, here.yielded = 0, []
            self.env.update(zip(op.results, self.said_by_rule(op, shadows, operands, results)))
            return
        if op.name == "host":
            self.end(op, shadows, "CPython runs it")
            self.env.update(zip(op.results, map(self.given, [op] * len(results), op.results, results)))
            return
        if known.move is not None:
            made = known.move(self, op, shadows, operands, results)
            if made is not None:
                env[op.results[0]] = made
        elif op.results:
            env[op.results[0]] = self.shadow_of(op, known, shadows, operands, results[0])

    def finished(self, op: Op, here: Pass, shadows: list[Any], results: Sequence[Any]) -> None:
        """A control op is done: its results are what its last pass yielded."""
        if op.name in ("check", "print"):
            return
        if op.name == "for":
            given = here.yielded[-1] if here.turns else shadows[3:]
        elif op.name == "while":
            given = here.yielded[-1][1:] if here.turns else shadows[1:]
            self.decided(op, here.yielded[-1][0] if here.turns else shadows[0], False)
        elif op.name == "map":
            given = [self.mapped(op, k, here, data) for k, data in enumerate(results)]
        else:
            given = here.yielded[-1]
        for value, shadow in zip(op.results, given):
            self.give_name(op, value, shadow)
            self.env[value] = shadow

    def mapped(self, op: Op, k: int, here: Pass, data: Any) -> Any:
        if op.attributes["into"][k] != "array":
            raise InvalidArgument("explain runs the program before fusion, and found a fused sum")
        ids = np.array([y[k].id for y in here.yielded], np.int64).reshape(np.shape(data))
        memory = Memory(ids, "", None)
        return Array(ids, memory, data)

    # Names -------------------------------------------------------------------------------------------------------

    def user_name(self, op: Op, value: Value) -> str:
        key = (op, value)
        if key not in self.user_names:
            self.user_names[key] = self.places.variable(op, value)
        return self.user_names[key]

    def give_name(self, op: Op, value: Value, shadow: Any) -> None:
        """A nameless temporary takes the name of the variable it becomes."""
        if isinstance(shadow, Scalar) and shadow.record is not None and not shadow.record.name and not shadow.record.shape:
            shadow.record.name = self.user_name(op, value)
        elif isinstance(shadow, Scalar) and shadow.record is None and not shadow.name:
            shadow.name = self.user_name(op, value)
        elif isinstance(shadow, Array) and not shadow.memory.name:
            shadow.memory.name = self.user_name(op, value)
            if shadow.memory.record is not None and not shadow.memory.record.name:
                shadow.memory.record.name = shadow.memory.name

    # What ops do -------------------------------------------------------------------------------------------------

    def shadow_of(self, op: Op, known: Known, shadows: list[Any], operands: Sequence[Any], data: Any) -> Any:
        """The shadow of what an op computed."""
        name, is_array = known.names[0], isinstance(op.results[0].type, ArrayType)
        if not known.float:
            self.end(op, shadows, known.ends)
            decision = compared(op, shadows, operands, data)
            return moves.array_of(None, np.shape(data), name, data, decision) if is_array else Scalar(data, name, decision=decision)
        record = self.record(op, op.results[0], data, shadows)
        local_jacobian(self.tape, record, shadows, operands, data)
        self.look_for_births(record, operands, data)
        return moves.array_of(record, record.shape, record.name, data) if is_array else Scalar(data, record.name, record)

    def given(self, op: Op, value: Value, data: Any) -> Any:
        """What came from outside, and depends on no input."""
        name = self.user_name(op, value)
        return moves.array_of(None, np.shape(data), name, data) if isinstance(value.type, ArrayType) else Scalar(data, name)

    def said_by_rule(self, op: Op, shadows: list[Any], operands: Sequence[Any], results: Sequence[Any]) -> list[Any]:
        """The results of a call with a rule, which is one step."""
        records = {k: self.record(op, v, data, shadows) for k, (v, data) in enumerate(zip(op.results, results)) if is_float(v.type)}
        said_by_rule(self.program, self.tape, op, records, shadows, [*results, *operands])
        made = []
        for k, (value, data) in enumerate(zip(op.results, results)):
            record, name = records.get(k), self.user_name(op, value)
            if record is not None:
                self.look_for_births(record, operands, data)
            made.append(
                moves.array_of(record, np.shape(data), name, data) if isinstance(value.type, ArrayType) else Scalar(data, name, record)
            )
        return made

    def record(self, op: Op, value: Value, data: Any, shadows: list[Any]) -> Record:
        """A new record of what `op` made, without numbers yet."""
        shape = np.shape(data) if isinstance(data, np.ndarray) else ()
        record = Record(len(self.tape.records), op, self.user_name(op, value), shape, np.array(data) if shape else data)
        record.scope = self.scope
        record.operands = None if self.tape.folded else tuple(s.now() if isinstance(s, Array) else s for s in shadows)
        if not self.tape.folded:
            self.tape.records.append(record)
        return record

    def end(self, op: Op, shadows: Sequence[Any], reason: str) -> None:
        """Paths that reach `op` end there."""
        for shadow in shadows:
            if isinstance(shadow, Scalar) and shadow.record is None:
                continue
            ids = moves.numbers(shadow)
            if ids is not None and ids.size and ids.max() >= 0:
                self.tape.ends.append(End(ids[ids >= 0], reason, op))

    def decided(self, op: Op, condition: Any, taken: bool) -> None:
        if isinstance(condition, Scalar) and isinstance(condition.decision, Comparison):
            self.tape.decisions.append(Decision(op, condition.decision, taken))

    def look_for_births(self, record: Record, operands: Sequence[Any], data: Any) -> None:
        """Note where a NaN came from no NaN, or an infinity from finite numbers."""
        if not record.shape and isfinite(data):
            return
        finite = np.isfinite(data)
        if finite.all() or record.op is None or record.op.name == "constant":
            return
        floats = [o for o in operands if np.asarray(o).dtype.kind == "f"]
        nan = bool(np.isnan(data).any())
        if (nan and not any(np.isnan(o).any() for o in floats)) or (not nan and all(np.isfinite(o).all() for o in floats)):
            bad = np.isnan(data) if nan else ~finite
            index = tuple(int(i) for i in np.argwhere(np.asarray(bad))[0]) if record.shape else ()
            born = float(np.asarray(data)[index])
            self.tape.births.append(Birth(record, index, born, tuple(operands)))


def compared(op: Op, shadows: Sequence[Any], operands: Sequence[Any], held: Any) -> Comparison | None:
    """How a comparison came out and by how much; `and` and `or` keep the closer one, `not` the same."""
    if op.name in COMPARISONS:
        with np.errstate(all="ignore"):
            gaps = np.abs(np.subtract(np.asarray(operands[0], np.float64), np.asarray(operands[1], np.float64)))
        margin = float(np.min(gaps)) if gaps.size else np.inf
        return Comparison(op, shadows[0], shadows[1], margin, held)
    inner = [s.decision for s in shadows if getattr(s, "decision", None) is not None]
    if op.name in ("and", "or", "not", "xor") and inner:
        return min(inner, key=lambda c: c.margin)  # type: ignore[no-any-return]
    return None


SCOPES = ("for", "while", "map", "call")
"""What a pass through is a turn or a call of."""

CONTROL = ("for", "while", "if", "call", "map", "check", "print", "pushforward", "pullback")
__all__ = ["NOTHING", "Recorder", "recorded"]
