"""Walking and rewriting IR: every op of a region, uses of values, copies with other operands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from ..once import once
from .program import Function, Op, Region, Value


def ops_in(region: Region) -> Iterator[Op]:
    """Every op of `region` and of the regions inside it, in order, an op before what it contains."""
    waiting = [iter(region.ops)]
    while waiting:
        for op in waiting[-1]:
            yield op
            if op.regions:
                waiting.extend(iter(inner.ops) for inner in reversed(op.regions))
                break
        else:
            waiting.pop()


def handed_on(op: Op) -> Iterator[tuple[Value, Value]]:
    """What goes into the regions of `op`, from turn to turn, and out of them: pairs of a value and what it becomes."""
    if op.name == "if":
        for region in op.regions:
            yield from zip(region.yielded, op.results, strict=True)
    elif op.name in ("for", "while"):
        (region,) = op.regions
        given, arguments, yielded = (
            (op.operands[3:], region.arguments[1:], region.yielded)
            if op.name == "for"
            else (op.operands[1:], region.arguments, region.yielded[1:])
        )
        for values in (given, yielded):
            yield from zip(values, arguments, strict=True)
            yield from zip(values, op.results, strict=True)


def defined_in(region: Region) -> set[Value]:
    """The values defined by `region` and everything inside it, its arguments included."""
    values = set(region.arguments)
    for op in ops_in(region):
        values.update(op.results)
        for inner in op.regions:
            values.update(inner.arguments)
    return values


def captured(region: Region) -> list[Value]:
    """The values that `region` uses and does not define, in order of first use."""
    inside = defined_in(region)
    return list(dict.fromkeys(v for op in ops_in(region) for v in op.operands if v not in inside))


def definers(function: Function) -> dict[Value, Op]:
    """The op that defines each value (region arguments have none)."""
    return {v: op for op in ops_in(function.body) for v in op.results}


NAMES = ("callee", "tangent", "adjoint")
"""The attributes that name functions."""


OF_RULES = ("user_name", "blind")
"""What else only a `ruled` call says."""


def named(op: Op) -> list[str]:
    """The functions that `op` names."""
    return [op.attributes[key] for key in NAMES if key in op.attributes] if "callee" in op.attributes else []


def sites(ops: Iterable[Op], in_loop: bool = False, *, derived: bool = False) -> Iterator[tuple[str, bool]]:
    """The calls among `ops`: who is called, and whether from inside a loop; who is `derived` too, if that is asked."""
    for op in ops:
        if op.name == "call" or (derived and op.name in ("pullback", "pushforward")):
            yield op.attributes["callee"], in_loop
        for region in op.regions:
            yield from sites(region.ops, in_loop or op.name != "if", derived=derived)


def naming(op: Op, names: Mapping[str, str]) -> Op:
    """`op` with the functions that it names called as `names` says."""
    if "callee" not in op.attributes:
        return op
    return replace(op, attributes={key: names.get(x, x) if key in NAMES else x for key, x in op.attributes.items()})


def plain_call(functions: Mapping[str, Function], op: Op) -> Op:
    """A `ruled` call without its rule; any other op itself."""
    if op.name != "ruled":
        return op
    callee = op.attributes["callee"]
    attributes = {key: value for key, value in op.attributes.items() if key not in (*NAMES, *OF_RULES)}
    operands = op.operands[: len(functions[callee].parameters)]
    return replace(op, name="call", operands=operands, attributes={"callee": callee, **attributes})


@once
def callees(function: Function) -> tuple[str, ...]:
    """The functions that `function` names, in order of first use."""
    return tuple(dict.fromkeys(name for op in ops_in(function.body) for name in named(op)))


def reached(functions: Mapping[str, Function], entries: Iterable[str]) -> set[str]:
    """The names of the functions that can be called, or derived, from `entries`, themselves included."""
    seen: set[str] = set()
    waiting = list(entries)
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting.extend(callees(functions[name]))
    return seen


def copy_region(region: Region, env: Mapping[Value, Value], rewrite: Callable[[Op, Op], Iterable[Op]] | None = None) -> Region:
    """A copy of `region` with fresh values, free ones replaced through `env`.

    `rewrite(old, new)`, when given, answers with the ops that stand for the copied op `new`.
    """
    inner = dict(env)
    arguments = tuple(fresh(v) for v in region.arguments)
    inner.update(zip(region.arguments, arguments, strict=True))
    return Region(arguments, tuple(copy_ops(region.ops, inner, rewrite)))


def copy_ops(ops: Iterable[Op], env: dict[Value, Value], rewrite: Callable[[Op, Op], Iterable[Op]] | None = None) -> list[Op]:
    """Copies of `ops` with fresh results; `env` is extended by them."""
    copied: list[Op] = []
    for op in ops:
        results = tuple([Value(v.name, v.type) for v in op.results])
        regions = tuple([copy_region(r, env, rewrite) for r in op.regions])
        new = Op(op.name, tuple([env.get(v, v) for v in op.operands]), results, op.attributes, regions, op.location)
        env.update(zip(op.results, results, strict=True))
        copied.extend(rewrite(op, new) if rewrite else (new,))
    return copied


def fresh(value: Value) -> Value:
    """A new value of the same name and type."""
    return Value(value.name, value.type)


def with_body(function: Function, ops: Iterable[Op]) -> Function:
    """`function` with other ops in its body."""
    return replace(function, body=Region(function.body.arguments, tuple(ops)))
