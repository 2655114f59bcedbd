"""Where it matters that NumPy makes a view of some arrays and a copy of others, and only their memory at run time decides.

    y = copy x {doubtful}       np: x.reshape(2, 2), a view of x[::2] and a copy of x.T
    store v, y, 0, 0            whether x changes too is not known

`lower` marks such copies. As long as neither array is written later, a copy is as good as a view.
"""

from __future__ import annotations

from ..ir.program import Op, Program
from ..ir.types import ListType, ScalarType, Type
from ..ir.walk import ops_in
from .alias import groups
from .effects import Effects, pure_functions
from .written import written


def doubtful_copies(program: Program) -> list[Op]:
    """The copies that may be views in NumPy and whose memory, or their source's, is written later."""
    pure = pure_functions(program)
    found: list[Op] = []
    for function in program:
        marked = [op for op in ops_in(function.body) if op.attributes.get("doubtful")]
        if not marked:
            continue
        shared = groups(function, program)
        effects = Effects(function, shared, pure)
        found += [op for op in marked if any(effects.written_after(shared.of(v), op, function.body) for v in (op.operands[0], op.result))]
    return found


def shared_writes(program: Program) -> list[Op]:
    """Derivatives taken inside a function of one that writes an argument which may share memory with another.

    Each argument of a derivative is copied, and copies no longer see what is written through the other. The arrays in a list may be
    one and the same.
    """
    writes = {name: known.writes for name, known in written(program).items()}
    found: list[Op] = []
    for function in program:
        inner = [op for op in ops_in(function.body) if op.name in ("pullback", "pushforward")]
        if not inner:
            continue
        shared = groups(function, program)
        copied = {op.result: shared.of(op.operands[0]) for op in ops_in(function.body) if op.name == "copy"}
        for op in inner:
            given = op.operands[: len(program.functions[op.attributes["callee"]].parameters)]
            sources = [copied.get(v) for v in given]
            if any(
                holds_arrays(given[k].type) or (sources[k] is not None and sources.count(sources[k]) > 1)
                for k in writes[op.attributes["callee"]]
            ):
                found.append(op)
    return found


def holds_arrays(type_: Type) -> bool:
    """Whether a value of this type is a list with arrays in it."""
    return isinstance(type_, ListType) and not isinstance(type_.element, ScalarType)
