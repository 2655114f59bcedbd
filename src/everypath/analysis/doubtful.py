"""Where it matters that NumPy makes a view of some arrays and a copy of others, and only their memory at run time decides.

    y = copy x {doubtful}       np: x.reshape(2, 2), a view of x[::2] and a copy of x.T
    y = gather x, i {doubtful}  np: windows of x, a view
    store v, y, 0, 0            whether x changes too is not known

`lower` marks such copies. As long as neither array is written later, a copy is as good as a view. Nor is it known where the array's
own axes may lie in another order than C: NumPy gives `x.T * 2` the order of `x.T`, so that its reshape is a copy, and a view here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Set

from ..errors import Refusal
from ..ir.op import definition
from ..ir.program import Function, Op, Program, Value
from ..ir.types import ArrayType, ListType, ScalarType, Type
from ..ir.walk import ops_in
from .alias import Groups, groups
from .effects import Effects, pure_functions
from .written import written

GIVEN = ("list_get", "unpack", "call", "ruled", "pullback", "pushforward")
"""Ops that give arrays which were made elsewhere."""

FILLED = ("alloc", "full")
"""Ops whose results are in C order in NumPy, but for those that are `alike`: made after another array."""


def by_chance(whole: Program) -> list[Refusal]:
    """What is refused of a program whose functions are one, because it goes by how memory happens to lie: all of one kind."""
    for found, reason, way_out in (
        (unknown_orders, "this goes by how the memory of an array lies, which is not known here", "make a copy in C order: x.copy()"),
        (
            written_when_locked,
            "an array is made read only here that is an argument, or that may be written later, which is an error in NumPy",
            "leave it out, or make a copy read only: x = x.copy()",
        ),
        (
            doubtful_copies,
            "this is a view in NumPy or a copy, as the memory happens to lie, and one of the two arrays is written later",
            "call .copy() before, and write to the copy",
        ),
    ):
        if ops := found(whole):
            return [(op.location, reason, way_out) for op in dict.fromkeys(ops)]
    return []


def may_be_doubtful(program: Program) -> bool:
    """Whether there is anything to look for."""
    ops = [op for function in program for op in ops_in(function.body)]
    if any(op.attributes.get("doubtful") or op.attributes.get("laid") or op.attributes.get("locked") for op in ops):
        return True
    return any(op.name == "reshape" and several(op.operands[0]) for op in ops) and (
        any(op.name == "transpose" for op in ops) or any(uncertain(v) for function in program for v in given(function))
    )


def doubtful_copies(program: Program) -> list[Op]:
    """The copies that may be views in NumPy, and views that may be copies, whose memory, or their source's, is written later."""
    pure = pure_functions(program)
    shared = {function.name: groups(function) for function in program}
    other = {function.name: in_another_order(function, shared[function.name], known=True) for function in program}
    handed = any(other.values())  # from function to function, perhaps
    found: list[Op] = []
    for function in program:
        alias, ops = shared[function.name], list(ops_in(function.body))
        disordered = other[function.name] if function is program.main or not handed else in_another_order(function, alias, known=False)
        marked = [op for op in ops if op.attributes.get("doubtful") or reshaped(op, disordered)]
        if not marked:
            continue
        effects = Effects(function, alias, pure)
        seen = Counter(v for op in ops if op.name != "dim" for v in op.operands)
        for op in marked:
            later = any(effects.written_after(alias.of(v), op, function.body) for v in (op.operands[0], op.result))
            if later and not passing(op, seen, effects) and not done_with(op, alias, effects):
                found.append(op)
    return found


def reshaped(op: Op, disordered: Set[Value]) -> bool:
    """Whether these elements, which NumPy may have in another order, are given another shape."""
    return op.name == "reshape" and "spare" not in op.attributes and op.operands[0] in disordered


def unknown_orders(program: Program) -> list[Op]:
    """What asks for the order of memory of an array that may lie in another one in NumPy than in C order."""
    found: list[Op] = []
    for function in program:
        asking = [op for op in ops_in(function.body) if op.attributes.get("laid")]
        if asking:
            disordered = in_another_order(function, groups(function), known=function is program.main)
            found += [op for op in asking if op.operands[0] in disordered]
    return found


def written_when_locked(program: Program) -> list[Op]:
    """What makes an array read only that is an argument, or that may be written afterwards."""
    found: list[Op] = []
    pure = pure_functions(program)
    for function in program:
        locking = [op for op in ops_in(function.body) if op.attributes.get("locked")]
        if locking:
            alias = groups(function)
            effects = Effects(function, alias, pure)
            given = {alias.of(p) for p in function.parameters if isinstance(p.type, (ArrayType, ListType))}
            for op in locking:
                group = alias.of(op.operands[0])
                if group in given or effects.written_after(group, op, function.body, by_callers=False):
                    found.append(op)
    return found


def passing(op: Op, seen: Counter[Value], effects: Effects) -> bool:
    """Whether nobody but `op` sees the memory it takes: made here, and handed on by ops whose results have no other use."""
    v = op.operands[0]
    while seen[v] == 1 and v in effects.definers and effects.home[v] is effects.region_of(op):
        maker = effects.definers[v]
        if maker.regions or maker.name in GIVEN:
            return False
        if not definition(maker.name).shares and not maker.attributes.get("doubtful"):
            return True
        v = maker.operands[0]
    return False


def done_with(op: Op, alias: Groups, effects: Effects) -> bool:
    """Whether the result of `op`, and all that shares its memory, has been read for the last time when one of the two is written."""
    region, place = effects.place[op]
    both = {alias.of(v) for v in (op.operands[0], op.result)}
    held, written, new = {op.result}, False, set[Value]()
    for later in region.ops[place + 1 :]:
        new |= born(later, new)
        writing = writes(later, both, new, alias, effects)
        used = [v for inside in within(later) for v in inside.operands if v in held]
        if used and (written or writing or later is region.ops[-1]):  # what ends a region hands it on
            return False
        written = written or writing
        if used:
            made = [v for v in later.results if isinstance(v.type, (ArrayType, ListType))]
            both.update(alias.of(v) for v in made if later.attributes.get("doubtful"))
            held.update(v for v in made if alias.of(v) in both)
    return True


def born(op: Op, new: set[Value]) -> set[Value]:
    """The memory that `op` makes, and what it and the operations inside look at such memory through."""
    found = set(op.results) if op.name in FILLED else set()
    for inside in within(op):
        if inside.name == "view" and inside.operands[0] in new | found:
            found.add(inside.result)
    return found


def writes(op: Op, both: set[Value], new: set[Value], alias: Groups, effects: Effects) -> bool:
    """Whether `op` may write one of two arrays, of which memory that is `new` is no part."""
    if not both & effects.written_by(op):
        return False
    return any(alias.of(v) in both and v not in new for inside in within(op) for v in effects.targets(inside))


def within(op: Op) -> Iterator[Op]:
    """`op`, and what it contains."""
    yield op
    for region in op.regions:
        yield from ops_in(region)


def in_another_order(function: Function, shared: Groups, known: bool) -> set[Value]:
    """The arrays of several axes whose axes may lie in memory in another order than C in NumPy, and the lengths of their axes.

    What is made from such an array follows it, and what is `alike`, with the lengths of its axes (`np.zeros_like`). Unless it is
    `known`, everything that comes from other functions may be such an array.
    """
    found = {v for v in given(function) if uncertain(v) or (several(v) and not known)}
    joined = [op.result for op in ops_in(function.body) if op.attributes.get("alike")]
    while True:
        before = len(found)
        beside = {shared.of(v) for v in found if several(v)}
        for op in ops_in(function.body):
            if op.name == "dim" and op.operands[0] in found:
                found.add(op.result)
            elif op.name == "assign" and op.operands[0] in found:
                found.update(v for v in joined if shared.same(v, op.operands[1]))
            elif op.regions or op.name in GIVEN:
                handed = (*op.results, *(v for region in op.regions for v in region.arguments))
                found.update(v for v in handed if several(v) and shared.of(v) in beside)
            elif op.name == "transpose" or (not in_c_order(op) and any(v in found for v in followed(op))):
                found.update(v for v in op.results if several(v))
        if len(found) == before:
            return found


def in_c_order(op: Op) -> bool:
    """Whether NumPy gives the result of `op` in C order, whatever the order of its operands. (Sorting gathers element by element.)"""
    if op.attributes.get("alike"):
        return False
    if op.name == "gather":
        x, *indices = op.operands
        return rank(x) - len(indices) < 2 and not any(several(index) for index in indices)
    return op.name in (*FILLED, "matmul", "broadcast", "iota") or bool(op.attributes.get("ordered"))


def followed(op: Op) -> Iterable[Value]:
    """What decides the order of the result: the arrays that `op` takes, or the lengths of the one it is made after."""
    return op.operands if op.name in FILLED else filter(several, op.operands)


def given(function: Function) -> Iterable[Value]:
    """The arrays that come from elsewhere: parameters, and what lists and other functions give."""
    yield from function.parameters
    for op in ops_in(function.body):
        if op.name in GIVEN:
            yield from op.results


def several(v: Value) -> bool:
    return rank(v) > 1


def rank(v: Value) -> int:
    return v.type.rank if isinstance(v.type, ArrayType) else 0


def uncertain(v: Value) -> bool:
    """Whether `v`, which was made elsewhere, may have its axes in any order."""
    return several(v) and not v.type.contiguous  # type: ignore[union-attr]


def sharing_arguments(program: Program) -> list[Refusal]:
    """What is refused because a derivative inside writes an argument that may share memory with another."""
    reason = "the function writes an argument that may share memory with another, and a derivative needs them apart"
    return [(op.location, reason, "pass a .copy() of one of them") for op in shared_writes(program)]


def shared_writes(program: Program) -> list[Op]:
    """Derivatives taken inside a function of one that writes an argument which may share memory with another.

    What a derivative writes it has copied, and a copy no longer sees what is written through the other. The arrays in a list may be one
    and the same.
    """
    if not any(op.name in ("pullback", "pushforward") for function in program for op in ops_in(function.body)):
        return []
    writes = {name: known.writes for name, known in written(program).items()}
    found: list[Op] = []
    for function in program:
        inner = [op for op in ops_in(function.body) if op.name in ("pullback", "pushforward")]
        if not inner:
            continue
        shared = groups(function)
        copied = {op.result: shared.of(op.operands[0]) for op in ops_in(function.body) if op.name == "copy"}
        for op in inner:
            given = op.operands[: len(program.functions[op.attributes["callee"]].parameters)]
            sources = [copied.get(v, shared.of(v)) for v in given]
            if any(holds_arrays(given[k].type) or sources.count(sources[k]) > 1 for k in writes[op.attributes["callee"]]):
                found.append(op)
    return found


def holds_arrays(type_: Type) -> bool:
    """Whether a value of this type is a list with arrays in it."""
    return isinstance(type_, ListType) and not isinstance(type_.element, ScalarType)
