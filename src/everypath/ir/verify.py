"""Whether a program is well formed: every pass runs it on what it makes, under test and in the pipeline."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, NoReturn, TypeVar
from weakref import WeakKeyDictionary

from ..errors import EverypathError
from ..shown import shown
from .op import DEFINITIONS, HINTS
from .program import Function, Op, Program, Region, Value
from .text import op_text
from .types import BOOL, I64, ArrayType, ListType, RecordType, ScalarType, Type, fresh, scalar_of

T = TypeVar("T")

TERMINATORS = ("return", "yield")
NO_SUCH, NO_RECORD = "no such function", "no such record"


class Malformed(EverypathError):
    """A program that breaks the grammar of `ir.program`: a bug in everypath, not in the user's code."""


def verify(program: Program) -> Program:
    """`program` itself, or Malformed with the function, the op and the reason."""
    if program.entry not in program.functions:
        raise Malformed(f"the entry @{program.entry} is not in the program")
    for name, function in program.functions.items():
        if function.name != name:
            raise Malformed(f"@{function.name} stands under the name {name!r}")
        if not is_sound(function, program):
            verifier = Verifier(program, function)
            verifier.region(function.body, "return")
            sound[function] = verifier.asked
    return program


Asked = dict[tuple[Callable[[Program, str], Any], str], Any]
"""What was asked of the program around a function, and the answers."""

sound: WeakKeyDictionary[Function, Asked] = WeakKeyDictionary()
"""Functions that are well formed in any program with these answers: they never change."""


def is_sound(function: Function, program: Program) -> bool:
    """Whether a function is known to be well formed in this program."""
    asked = sound.get(function)
    return asked is not None and all(ask(program, name) == answer for (ask, name), answer in asked.items())


class Signature(NamedTuple):
    """What ops that name a function have to agree with."""

    parameters: tuple[Type, ...]
    results: tuple[Type, ...]
    paths: tuple[int, ...]


def signature(program: Program, name: str) -> Signature | None:
    """What a function of the program takes and gives; None where it has none of this name."""
    function = program.functions.get(name)
    if function is None:
        return None
    return Signature(types_of(function.parameters), tuple(function.result_types), tuple(function.attributes.get("paths", ())))


def fields(program: Program, name: str) -> tuple[Type, ...] | None:
    """The fields of a record of the program; None where it has none of this name."""
    found = program.records.get(name)
    return None if found is None else tuple(found)


class Verifier:
    """Checks one function: `scope` is what an op may use, `defined` everything met so far, `asked` what the program around it answered."""

    def __init__(self, program: Program, function: Function) -> None:
        self.program = program
        self.asked: Asked = {}
        self.function = function
        self.scope: set[Value] = set()
        self.defined: set[Value] = set()

    def signature(self, name: str) -> Signature | None:
        """What a function of the program takes and gives."""
        return self.ask(signature, name)

    def fields(self, name: str) -> tuple[Type, ...] | None:
        """The fields of a record."""
        return self.ask(fields, name)

    def ask(self, question: Callable[[Program, str], T], name: str) -> T:
        if (question, name) not in self.asked:
            self.asked[question, name] = question(self.program, name)
        return self.asked[question, name]  # type: ignore[no-any-return]

    def fail(self, op: Op, reason: str) -> NoReturn:
        line = f", line {op.location.line}" if op.location else ""
        raise Malformed(f"in @{self.function.name}{line}: `{op_text(op)}`: {reason}")

    def region(self, region: Region, terminator: str) -> None:
        """Dominance, single definition, and a terminator at the end and nowhere else."""
        if not region.ops or region.ops[-1].name != terminator:
            raise Malformed(f"in @{self.function.name}: a region does not end in {terminator!r}")
        scope, last = self.scope, region.ops[-1]
        self.define(region.arguments, region.ops[0])
        for op in region.ops:
            for value in op.operands:
                if value not in scope:
                    self.fail(op, f"{value!r} is {'out of scope' if value in self.defined else 'not defined before it'}")
            if op is not last and op.name in TERMINATORS:
                self.fail(op, "a terminator before the end")
            for inner in op.regions:
                self.region(inner, "yield")
            self.op(op)
            self.define(op.results, op)
        scope.difference_update(region.arguments, *[op.results for op in region.ops])

    def define(self, values: Iterable[Value], op: Op) -> None:
        for value in values:
            if value in self.defined:
                self.fail(op, f"{value!r} is defined twice")
            self.defined.add(value)
            self.scope.add(value)
            if value.type.__class__ not in PLAIN:
                self.type(value.type, op)

    def type(self, type_: Type, op: Op) -> None:
        if isinstance(type_, RecordType) and self.fields(type_.name) is None:
            self.fail(op, f"no record @{type_.name}")
        if isinstance(type_, ListType):
            self.type(type_.element, op)

    def op(self, op: Op) -> None:
        name = op.name
        if name not in DEFINITIONS:
            self.fail(op, "no such operation in the catalogue")
        if len(op.regions) != (REGIONS[name] if name in REGIONS else 0):
            self.fail(op, f"{len(op.regions)} regions")
        if name in RULES:
            try:
                reason = RULES[name](self, op)
            except (KeyError, ValueError, TypeError, IndexError) as error:
                reason = repr(error)
            if reason:
                self.fail(op, reason)
        if name not in TOLD:
            self.derived(op)

    def derived(self, op: Op) -> None:
        """The results have the types that the catalogue gives."""
        known = DEFINITIONS[op.name]
        types = tuple([v.type for v in op.operands])
        try:
            wanted = known.typing(types, op.attributes)
        except (TypeError, KeyError, ValueError, IndexError) as error:
            self.fail(op, f"{type(error).__name__}: {error}; operands {listed(types)}")
        found = tuple([v.type for v in op.results])
        if wanted != found:
            self.fail(op, f"results of types {listed(found)}, not {listed(wanted)}")
        if op.attributes and known.family == "elementwise" and op.name != "constant":
            strange = op.attributes.keys() - known.attributes - HINTS
            if strange:
                self.fail(op, f"unknown attributes {sorted(strange)}")


PLAIN = frozenset((ScalarType, ArrayType))
"""Types that need nothing of the program."""


def listed(types: Iterable[Type]) -> str:
    return f"({', '.join(map(str, types))})"


def types_of(values: Iterable[Value]) -> tuple[Type, ...]:
    return tuple(v.type for v in values)


def differ(what: str, found: Iterable[Type], wanted: Iterable[Type]) -> str | None:
    found, wanted = tuple(found), tuple(wanted)
    return None if found == wanted else f"{what} {listed(found)}, not {listed(wanted)}"


# Control: what must agree with what; each answers with a reason, or None ------------------------------------------------


def for_(_: Verifier, op: Op) -> str | None:
    carried = types_of(op.operands[3:])
    body = op.regions[0]
    return (
        differ("bounds are", types_of(op.operands[:3]), (I64, I64, I64))
        or differ("its region takes", types_of(body.arguments), (I64, *carried))
        or differ("its region yields", types_of(body.yielded), carried)
        or differ("its results are", types_of(op.results), carried)
    )


def while_(_: Verifier, op: Op) -> str | None:
    carried = types_of(op.operands[1:])
    body = op.regions[0]
    return (
        differ("its condition is", types_of(op.operands[:1]), (BOOL,))
        or differ("its region takes", types_of(body.arguments), carried)
        or differ("its region yields", types_of(body.yielded), (BOOL, *carried))
        or differ("its results are", types_of(op.results), carried)
    )


def if_(_: Verifier, op: Op) -> str | None:
    results = types_of(op.results)
    then, orelse = op.regions
    return (
        differ("its operands are", types_of(op.operands), (BOOL,))
        or differ("its regions take", types_of((*then.arguments, *orelse.arguments)), ())
        or differ("its first region yields", types_of(then.yielded), results)
        or differ("its second region yields", types_of(orelse.yielded), results)
    )


IN_MAPS = ("load", "store", "accumulate", "for", "if", "yield", "dim")
INTO = {"array": None, "sum": None, "any": BOOL, "all": BOOL}


def map_(_: Verifier, op: Op) -> str | None:
    rank, body, into = len(op.operands), op.regions[0], op.attributes["into"]
    reason = differ("its dims are", types_of(op.operands), (I64,) * rank)
    reason = reason or differ("its region takes", types_of(body.arguments), (I64,) * rank)
    if reason or len(into) != len(body.yielded):
        return reason or f"{len(body.yielded)} values for {len(into)} places"
    wanted: list[Type] = []
    for kind, value in zip(into, body.yielded):
        if not isinstance(value.type, ScalarType) or (INTO[kind] or value.type) != value.type:
            return f"{value!r} goes into {kind!r}"
        wanted.append(ArrayType(value.type, rank) if kind == "array" else value.type)
    return differ("its results are", types_of(op.results), wanted) or allowed_in_map(body)


def allowed_in_map(region: Region) -> str | None:
    """Scalar ops, `load`, `store`, `accumulate`, and `for` and `if` of these."""
    for op in region.ops:
        if op.name not in IN_MAPS and not all(isinstance(v.type, ScalarType) for v in (*op.operands, *op.results)):
            return f"{op.name} inside it"
        for inner in op.regions:
            if reason := allowed_in_map(inner):
                return reason
    return None


def call(verifier: Verifier, op: Op) -> str | None:
    callee = verifier.signature(op.attributes["callee"])
    if callee is None:
        return NO_SUCH
    return differ("arguments are", types_of(op.operands), callee.parameters) or differ("results are", types_of(op.results), callee.results)


def ruled(verifier: Verifier, op: Op) -> str | None:
    """As `call`; its tangent and its adjoint take and give what the grammar says."""
    around = types_of((*op.results, *op.operands))
    for key, moving, other in (("tangent", op.operands, op.results), ("adjoint", op.results, op.operands)):
        if key in op.attributes:
            half = verifier.signature(op.attributes[key])
            if half is None:
                return NO_SUCH
            wanted = (*around, *(fresh(v.type) for v in moving if carries(v.type)))
            reason = differ(f"its {key} takes", half.parameters, wanted)
            given = [fresh(other[k].type) for k in half.paths]
            reason = reason or differ(f"its {key} gives", map(fresh, half.results), given)
            if reason:
                return reason
    callee = verifier.signature(op.attributes["callee"])
    if callee is None:
        return NO_SUCH
    taken = types_of(op.operands[: len(callee.parameters)])
    return differ("arguments are", taken, callee.parameters) or differ("results are", types_of(op.results), callee.results)


def derivative(verifier: Verifier, op: Op) -> str | None:
    """`pushforward` and `pullback`: as many operands and results as the grammar says."""
    callee = verifier.signature(op.attributes["callee"])
    if callee is None:
        return NO_SUCH
    (parameters, results, _), wrt = callee, op.attributes["wrt"]
    if op.name == "pullback":
        wanted = (*parameters, *(results[k] for k in op.attributes["seeded"]))
        given = (*results, *(fresh(parameters[k]) for k in wrt))
    else:
        wanted = (*parameters, *(parameters[k] for k in wrt))
        given = (*results, *(fresh(t) for t in results if carries(t)))
    if len(op.operands) != len(wanted) or len(op.results) != len(given):
        return f"{len(op.operands)} operands and {len(op.results)} results, not {len(wanted)} and {len(given)}"
    return differ("arguments are", types_of(op.operands[: len(parameters)]), parameters) or differ(
        "results are", types_of(op.results), given
    )


def carries(type_: Type) -> bool:
    return not isinstance(type_, RecordType) and (carries(type_.element) if isinstance(type_, ListType) else scalar_of(type_).is_float)


def check(_: Verifier, op: Op) -> str | None:
    error, message = op.attributes["error"], op.attributes["message"]
    if not (isinstance(error, type) and issubclass(error, BaseException)):
        return f"{error!r} is no exception class"
    shown(message, [0] * (len(op.operands) - 1))
    return differ("its condition is", types_of(op.operands[:1]), (BOOL,))


# Memory and lists: operands that the typing of results does not look at -------------------------------------------------


def indices(values: Iterable[Value]) -> str | None:
    wrong = [v for v in values if v.type != I64]
    return f"{wrong[0]!r} is no index" if wrong else None


def load(_: Verifier, op: Op) -> str | None:
    return indices(op.operands[1:])


def extents(_: Verifier, op: Op) -> str | None:
    """`alloc` and `iota` take extents only; the others a value first."""
    return indices(op.operands if op.name in ("alloc", "iota") else op.operands[1:])


def reshape(_: Verifier, op: Op) -> str | None:
    x = op.operands[0].type
    return indices(op.operands[1:]) or (None if isinstance(x, ArrayType) and x.contiguous else f"{x} may have gaps: copy it first")


def writing(_: Verifier, op: Op) -> str | None:
    """`store`, `fill`, `assign`, `accumulate`: v, x, indices…"""
    v, x = types_of(op.operands[:2])
    at = op.operands[2:]
    if not isinstance(x, ArrayType) or scalar_of(v) != x.dtype:
        return f"{v} into {x}"
    if op.name in ("store", "fill") or at:
        reason = None if isinstance(v, ScalarType) else f"{v} into an element"
        reason = reason or (None if op.name == "fill" or len(at) == x.rank else f"{len(at)} indices of {x}")
        return reason or indices(at)
    return None if isinstance(v, ArrayType) or op.name == "accumulate" else f"assign of {v}"


def scattering(_: Verifier, op: Op) -> str | None:
    """`gather x, i…`, `scatter v, x, i…`, `scatter_add v, x, i…`."""
    x, *at = types_of(op.operands[0 if op.name == "gather" else 1 :])
    if not isinstance(x, ArrayType) or not 1 <= len(at) <= x.rank:
        return f"{len(at)} index arrays of {x}"
    ranks = {t.rank for t in at if isinstance(t, ArrayType) and t.dtype == I64}
    if len(ranks) != 1 or not all(isinstance(t, ArrayType) and t.dtype == I64 for t in at):
        return f"indices {listed(at)} are not i64 arrays of one rank"
    v = op.operands[0].type
    if op.name == "gather":
        return None
    rank = ranks.pop() + x.rank - len(at)
    return None if isinstance(v, ArrayType) and (v.dtype, v.rank) == (x.dtype, rank) else f"{v} into {rank} axes of {x}"


def list_op(_: Verifier, op: Op) -> str | None:
    type_ = op.operands[0].type
    if not isinstance(type_, ListType):
        return f"{type_} is no list"
    rest = {"list_append": (type_.element,), "list_get": (I64,), "list_set": (type_.element, I64), "list_length": ()}[op.name]
    return differ("operands are", types_of(op.operands[1:]), rest)


def pack(verifier: Verifier, op: Op) -> str | None:
    known = verifier.fields(op.attributes["type"].name)
    return NO_RECORD if known is None else differ("fields are", types_of(op.operands), known)


def unpack(verifier: Verifier, op: Op) -> str | None:
    (record,) = types_of(op.operands)
    if not isinstance(record, RecordType):
        return f"{record} is no record"
    known = verifier.fields(record.name)
    return NO_RECORD if known is None else differ("the field is", types_of(op.results), (known[op.attributes["field"]],))


REGIONS = {"for": 1, "while": 1, "map": 1, "if": 2}
TOLD = ("for", "while", "map", "if", "call", "ruled", "pushforward", "pullback")
"""Ops whose result types the catalogue cannot tell."""
RULES: dict[str, Callable[[Verifier, Op], str | None]] = {
    "for": for_,
    "while": while_,
    "if": if_,
    "map": map_,
    "call": call,
    "ruled": ruled,
    "pushforward": derivative,
    "pullback": derivative,
    "check": check,
    "load": load,
    "alloc": extents,
    "iota": extents,
    "full": extents,
    "broadcast": extents,
    "view": extents,
    "reshape": reshape,
    "store": writing,
    "fill": writing,
    "assign": writing,
    "accumulate": writing,
    "gather": scattering,
    "scatter": scattering,
    "scatter_add": scattering,
    "list_append": list_op,
    "list_get": list_op,
    "list_set": list_op,
    "list_length": list_op,
    "pack": pack,
    "unpack": unpack,
}
