"""Writes to the results of `np.broadcast_to` and `np.diagonal`, which NumPy does not let write, and to what a function with a rule
takes, or gives back of what it takes: refused.

A program is looked at when it is complete, so that it does not matter which loops, branches, lists and calls such an array
went through on its way.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import replace

from ..ir.build import Builder
from ..ir.op import definition
from ..ir.program import Function, Program, Value
from ..ir.types import ArrayType, ListType, ScalarType
from ..ir.walk import named, ops_in, with_body
from ..source import Location
from ..structure import MANY
from .reach import Refusal
from .references import References, closed, moves_of, turned

MAKES = frozenset({"broadcast", "diagonal"})


def refusals(
    program: Program,
    stacked: bool = False,
    early: Set[str] = frozenset(),
    lasting: Set[Value] = frozenset(),
    taken_up: Set[Value] = frozenset(),
    together: Sequence[Sequence[tuple[Value, Value]]] = (),
) -> list[Refusal]:
    """A refusal for each write to an array that is, or may be, read only.

    Where a list of arrays is passed as one array (`stacked`), nothing that was passed may be written: its items would not see it. The
    functions in `early` return iterators whose items are computed already: what they were called with may not be written either. Nor
    may the `lasting` arrays, which cached functions give, the arrays and lists `taken_up`, which generators go over again from their
    start, and copies that were made of arrays `together`, which would be one array if these are.
    """
    references = References(program)
    made = {op.result for function in program for op in ops_in(function.body) if op.name in MAKES}
    passed = {p for p in program.main.parameters if isinstance(p.type, ArrayType)} if stacked else set()
    return [
        *(
            (where, "assignment destination is read-only", "write into a copy: x = np.broadcast_to(…).copy()")
            for where in writes(references, made)
        ),
        *((where, STACKED, "pass one array, np.array(items)") for where in writes(references, passed)),
        *((where, LASTING, "write into a copy") for where in writes(references, set(lasting))),
        *((where, EARLY, "return a list") for where in writes(references, handed_to(program, early))),
        *((where, TAKEN_UP, "make a list of it first") for where in writes(references, around_all(program, taken_up))),
        *((where, TAKEN_UP, "make a list of it first") for where in lists_written(program, taken_up)),
        *((where, TOGETHER, "call .copy() on each of them") for where in writes(references, of_one_memory(program, together))),
        *((where, RULED, "write into a copy") for where in writes(references, taken_by_rules(program))),
        *((where, GIVEN_BACK, "return a copy") for where in writes(references, given_back(references))),
    ]


STACKED = f"what a function is called with cannot be written where a list of more than {MANY} arrays or rows is among it"


RULED = "a function that has a rule, or a half of the rule, may not write to what it is given"

GIVEN_BACK = "a function that has a rule returns (a part of) what it is given, and that is written here, which is not supported"

LASTING = "a cached function gives the same array at every call, and that is written here, which is not supported"

EARLY = "this may be what the items of a generator are made of that was returned by a function, which is not supported"


TAKEN_UP = "a generator that is taken up again may be going over what is written here, which is not supported"


TOGETHER = "copy.deepcopy made copies of arrays that may be one array, and one is written, which is not supported"


def of_one_memory(program: Program, together: Sequence[Sequence[tuple[Value, Value]]]) -> set[Value]:
    """The copies of arrays that may be one array under two names."""
    found: set[Value] = set()
    references = References(program)
    for pairs in together:
        origins = [references.behind({x}) for x, _ in pairs]
        for k, (x, copy) in enumerate(pairs):
            if any(origins[k] & origins[j] and y.type == x.type for j, (y, _) in enumerate(pairs) if j != k):
                found.add(copy)
    return found


def taken_by_rules(program: Program) -> set[Value]:
    """The arrays that functions with a rule and the halves of rules are given."""
    names = {name for function in program for op in ops_in(function.body) if op.name == "ruled" for name in named(op)}
    return {p for name in names for p in program.functions[name].parameters if isinstance(p.type, ArrayType)}


def given_back(references: References) -> set[Value]:
    """What functions with a rule return that is memory of their arguments, or of several results at once, and these arguments."""
    found: set[Value] = set()
    program = references.program
    for op in [op for function in program for op in ops_in(function.body) if op.name == "ruled"]:
        if shared := in_one_memory(references, program.functions[op.attributes["callee"]]):
            found.update(v for v in op.operands if isinstance(v.type, ArrayType))
            found.update(op.results[k] for k in shared)
    return found | references.behind(found)


def in_one_memory(references: References, function: Function) -> list[int]:
    """The positions of results that are memory of the parameters, or of another result."""
    arrays = [v for v in function.returned if isinstance(v.type, ArrayType)]
    if not arrays:
        return []
    given = references.to({p for p in function.parameters if not isinstance(p.type, ScalarType)})
    sources = {v: references.behind({v}) for v in arrays}
    return [
        k
        for k, v in enumerate(function.returned)
        if v in sources and (v in given or any(sources[v] & sources[other] for other in arrays if other is not v) or arrays.count(v) > 1)
    ]


def apart(program: Program) -> Program:
    """The program with copies of what functions with a rule return of what they are given: nobody writes either."""
    functions = dict(program.functions)
    references = References(program)
    for name in {op.attributes["callee"] for function in program for op in ops_in(function.body) if op.name == "ruled"}:
        function = functions[name]
        shared = in_one_memory(references, function)
        if shared:
            b = Builder(function.location)
            returned = [copied(b, v) if k in shared else v for k, v in enumerate(function.returned)]
            b.end("return", returned)
            functions[name] = with_body(function, [*function.body.ops[:-1], *b.ops])
    return replace(program, functions=functions)


def copied(b: Builder, v: Value) -> Value:
    copy = b.op("copy", v, name=v.name)
    return copy if copy.type == v.type else b.op("weaken", copy, name=v.name)


def handed_to(program: Program, names: Set[str]) -> set[Value]:
    """The arrays that calls of these functions are given, and all that shares memory with them."""
    found = {v for f in program for op in ops_in(f.body) if op.name == "call" and op.attributes["callee"] in names for v in op.operands}
    return around_all(program, {v for v in found if not isinstance(v.type, ScalarType)})


def around_all(program: Program, found: Set[Value]) -> set[Value]:
    """These arrays and lists, and all that shares memory with them."""
    if not found:
        return set()
    moves = moves_of(program)
    return closed(set(found), [*moves, *turned(moves)])


def lists_written(program: Program, among: Set[Value]) -> list[Location | None]:
    """Where the lists among these are written."""
    roots = {v for v in among if isinstance(v.type, ListType)}
    if not roots:
        return []
    moves = [(source, target) for source, target in moves_of(program) if all(isinstance(v.type, ListType) for v in (source, target))]
    found = closed(roots, [*moves, *turned(moves)])
    return [
        op.location
        for function in program
        for op in ops_in(function.body)
        if (k := definition(op.name).writes) is not None and definition(op.name).family == "list" and op.operands[k] in found
    ]


def writes(references: References, roots: set[Value]) -> list[Location | None]:
    """Where arrays that may refer to the memory of these are written."""
    if not roots:
        return []
    found = references.to(roots)
    return [
        op.location
        for function in references.program
        for op in ops_in(function.body)
        if (k := definition(op.name).writes) is not None and definition(op.name).family != "list" and op.operands[k] in found
    ]
