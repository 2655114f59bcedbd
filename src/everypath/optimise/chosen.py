"""The derivative of an extreme goes through the element that was chosen: from that one's part of the operands it is computed again.

    d = sum (square (sub x, c)), 2              d = sum (square (sub x, c)), 2
    k = argmin d, 1                             k = argmin d, 1
    v = gather d, i, k                    →     v = gather d, i, k
    y = picked v, tie, d                        w = if any tie {… picked …} {sum (square (sub x[i], c[k])), 1}
                                                y = chosen v, w

So `d` carries no derivative: of what was not chosen nothing is kept, and nothing goes back there. Where elements tie, all of it is computed
again and differentiated as it was. Only what serves the extreme alone is taken, and only where what it is computed from stays as it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..analysis.alias import groups
from ..analysis.effects import Effects
from ..ir.build import Builder
from ..ir.op import DEFINITIONS
from ..ir.program import Function, Op, Region, Value
from ..ir.types import ArrayType
from ..ir.walk import copy_ops, ops_in, with_body
from .rewriting import renamed, with_ops, with_regions

Users = Mapping[Value, Sequence[Op]]
SEARCH = frozenset("argmin argmax eq".split())
"""What looks at all elements, and gives no floats."""


def chosen(function: Function) -> Function:
    """`function` with the derivatives of its extremes going through what was chosen alone."""
    if not any(op.name == "picked" for op in ops_in(function.body)):
        return function
    users: dict[Value, list[Op]] = defaultdict(list)
    for op in ops_in(function.body):
        for v in dict.fromkeys(op.operands):
            users[v].append(op)
    effects = Effects(function, groups(function))
    return with_body(function, tuple(rewritten(function.body.ops, users, effects, {})))


def rewritten(ops: Sequence[Op], users: Users, effects: Effects, env: dict[Value, Value]) -> list[Op]:
    kept: list[Op] = []
    for k, old in enumerate(ops):
        op = with_regions(renamed(old, env), [with_ops(r, rewritten(r.ops, users, effects, env)) for r in old.regions])
        kept.append(op)
        chain = serving(ops, k, users, effects) if old.name == "picked" and "settled" not in old.attributes else []
        if chain:
            found = next(o for o in ops[:k] if old.operands[0] in o.results)
            kept[-1:] = apart(op, found, chain, env)
            env[old.result] = kept[-1].result
    return kept


def serving(ops: Sequence[Op], k: int, users: Users, effects: Effects) -> list[Op]:
    """The ops before `ops[k]`, the pick of an extreme, that compute what it is among, and serve nothing else."""
    value, _, x = ops[k].operands
    here = {v: j for j, op in enumerate(ops[:k]) for v in op.results}
    if x not in here or value not in here:
        return []
    found = ops[here[value]]
    if found.name not in ("load", "gather") or found.operands[0] is not x or len(found.operands) - 1 != x.type.rank:  # type: ignore[union-attr]
        return []
    if any(op is not ops[k] and op is not found and op.name != "dim" and op.name not in SEARCH for op in users[x]):
        return []
    chain: list[Op] = []
    axes = {x: len(found.operands) - 1}
    for op in reversed(ops[: here[x] + 1]):
        if len(op.results) != 1 or op.result not in axes or not passes(op, axes[op.result]):
            continue
        if op.result is x or all(o in chain or o.name == "dim" for o in users[op.result]):
            chain.append(op)
            axes |= {v: axes[op.result] for v in op.operands if isinstance(v.type, ArrayType)}
    if not chain:
        return []
    made = {op.result for op in chain}
    sources = {effects.groups.of(v) for op in chain for v in op.operands if isinstance(v.type, ArrayType) and v not in made}
    sources |= {effects.groups.of(v) for v in made}
    if any(effects.written_by(op) & sources for op in ops[here[chain[-1].result] : k]):
        return []
    return chain[::-1]


def passes(op: Op, indexed: int) -> bool:
    """Whether an element of the result, by its first `indexed` axes, is computed from such elements of the operands."""
    type_ = op.result.type
    if not isinstance(type_, ArrayType):
        return False
    if op.name == "sum":
        return not op.attributes["keepdims"] and all(axis >= indexed for axis in op.attributes["axes"])
    if op.name == "view":
        rest = op.attributes["axes"][indexed:]
        return set(op.attributes["axes"]) <= {"a", "n"} and ("n" not in rest or "a" in rest)
    return DEFINITIONS[op.name].family == "elementwise" and not op.regions and op.attributes.get("overflow") != "raise"


def apart(op: Op, found: Op, chain: Sequence[Op], env: Mapping[Value, Value]) -> list[Op]:
    """The pick where elements tie, the chosen element computed by itself elsewhere, and what stands for the extreme."""
    value, tie, _ = op.operands
    b = Builder(op.location)
    then, otherwise = b.inner(), b.inner()
    mine = dict(env)
    then.ops += copy_ops([*chain, found], mine, lambda old, new: (replace(new, attributes={**new.attributes, "again": True}),))
    again = then.op("picked", mine[found.result], tie, mine[found.operands[0]], name=op.result.name, **op.attributes)
    then.end("yield", [again])
    part = Part(otherwise, {o.result: o for o in chain}, env).of(found.operands[0], [env.get(v, v) for v in found.operands[1:]])
    if part.type != op.result.type:
        return [op]
    otherwise.end("yield", [part])
    some = tie
    if isinstance(tie.type, ArrayType):
        some = b.op("any", tie, axes=tuple(range(tie.type.rank)), keepdims=False)
    regions = (Region((), tuple(then.ops)), Region((), tuple(otherwise.ops)))
    (alone,) = b.emit("if", some, names=(op.result.name,), types=[op.result.type], regions=regions)
    b.op("chosen", value, alone, name=op.result.name)
    return b.ops


class Part:
    """Elements of arrays that a chain of ops computes, by indices on their first axes: computed from elements of the operands."""

    def __init__(self, b: Builder, made_by: Mapping[Value, Op], env: Mapping[Value, Value]) -> None:
        self.b, self.made_by, self.env = b, made_by, env

    def of(self, v: Value, indices: Sequence[Value]) -> Value:
        if not isinstance(v.type, ArrayType):
            return self.env.get(v, v)
        op = self.made_by.get(v)
        if op is None:
            return self.taken(self.env.get(v, v), indices)
        if op.name == "sum":
            (x,) = op.operands
            elements = self.of(x, indices)
            fewer = x.type.rank - elements.type.rank  # type: ignore[union-attr]
            axes = tuple(axis - fewer for axis in op.attributes["axes"])
            return self.b.op("sum", elements, axes=axes, keepdims=False, name=v.name)
        if op.name == "view":
            return self.viewed(op, indices)
        several = sum(isinstance(o.type, ArrayType) for o in op.operands) > 1
        elements_ = [self.of(o, self.matching(o, v.type.rank, indices, several)) for o in op.operands]
        return self.b.op(op.name, *elements_, name=v.name, **op.attributes)

    def matching(self, operand: Value, rank: int, indices: Sequence[Value], several: bool) -> list[Value]:
        """The indices into an operand: it may lack the first axes of the result, and have one element where the result has many."""
        if not isinstance(operand.type, ArrayType):
            return []
        missing = rank - operand.type.rank
        mine = list(indices[missing:])
        if not several:
            return mine
        b, x = self.b, self.env.get(operand, operand)
        return [b.op("minimum", i, b.op("sub", b.op("dim", x, axis=axis), b.i64(1)), name="place") for axis, i in enumerate(mine)]

    def viewed(self, op: Op, indices: Sequence[Value]) -> Value:
        letters = op.attributes["axes"]
        first, rest = letters[: len(indices)], letters[len(indices) :]
        x = self.of(op.operands[0], [i for i, letter in zip(indices, first, strict=True) if letter == "a"])
        if "n" not in rest:
            return x
        spread = x.type.rank - rest.count("a")  # type: ignore[union-attr]
        return self.b.op("view", x, axes="a" * spread + rest, name=x.name)

    def taken(self, x: Value, indices: Sequence[Value]) -> Value:
        """The elements of an array that is not computed here."""
        if not indices:
            return x
        if isinstance(indices[0].type, ArrayType):
            return self.b.op("gather", x, *indices, name=x.name)
        rest = x.type.rank - len(indices)  # type: ignore[union-attr]
        if not rest:
            return self.b.op("load", x, *indices, name=x.name)
        return self.b.op("view", x, *indices, axes="i" * len(indices) + "a" * rest, name=x.name)
