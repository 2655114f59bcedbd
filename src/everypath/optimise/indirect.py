"""Rows that are read at indices, or added to there, in the loop that uses them or makes what is added.

    c = gather x, place              n = dim place {axis=0}
    d = sub y, c                     map n, m {(i, j):
    scatter_add d, z, place    →       k = load place, i
                                       d = sub (load y, i, j), (load x, k, j)
                                       accumulate d, z, k, j

Whole rows alone, and no short ones: what lies together is still read and written together. A loop that adds takes its points in their
order, as `scatter_add` does. Of an array that is full of one number and waits, that number is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..ir.program import Op, Value
from ..ir.types import I64, ArrayType, scalar_of
from .clusters import Cluster
from .extents import Shape
from .relax import FUNCTIONS

if TYPE_CHECKING:
    from .fuse import Fusing


SHORTEST = 8
"""The shortest of the rows whose length is known: shorter ones lie side by side in a loop of their own, and are computed with together."""


def of_rows(op: Op) -> bool:
    """Whether `op` reads rows of an array at indices, or adds to them."""
    if op.name not in ("gather", "scatter_add"):
        return False
    x, places = indexed(op)
    assert isinstance(x.type, ArrayType)
    return x.type.rank > len(places) and all(scalar_of(v.type) == I64 for v in places)


def indexed(op: Op) -> tuple[Value, Sequence[Value]]:
    """The array that an op reads or writes at indices, and the arrays of these."""
    first = 1 if op.name == "scatter_add" else 0
    return op.operands[first], op.operands[first + 1 :]


def space(fusing: Fusing, op: Op) -> Shape | None:
    """The index space of such an op, if all it reads there provably has that shape."""
    x, places = indexed(op)
    leading = fusing.shape(places[0])
    if any(fusing.shape(v) != leading for v in places):
        return None
    shape = (*leading, *fusing.shape(x)[len(places) :])
    if isinstance(shape[-1], int) and shape[-1] < SHORTEST:
        return None
    if op.name == "gather":
        return shape if fusing.shape(op.result) == shape else None
    value = op.operands[0]
    used = [v for v in (value, *places) if isinstance(v.type, ArrayType)]
    if scalar_of(value.type) != scalar_of(x.type) or any(fusing.groups.same(x, v) for v in used):
        return None
    return shape if not isinstance(value.type, ArrayType) or fusing.shape(value) == shape else None


def needs_memory(op: Op, v: Value) -> bool:
    """Whether such an op needs its operand `v` in memory: of what it reads rows of, a number that all elements have is enough."""
    return op.name != "gather" or v is not op.operands[0]


def clashes(fusing: Fusing, cluster: Cluster, op: Op) -> bool:
    """Whether the cluster makes or changes what such an op uses at other points, or uses what it adds to; or what it computes is better
    shared among cores than added where it is computed."""
    x, places = indexed(op)
    here = [fusing.groups.of(v) for v in (x, *places)]
    if any(v in cluster.elements for v in (x, *places)) or not cluster.changed.isdisjoint(here):
        return True
    if op.name == "gather":
        return False
    if any(o.name in FUNCTIONS for o in cluster.body.ops):
        return True
    value = op.operands[0]
    if not isinstance(value.type, ArrayType):
        return value in cluster.combined or here[0] in cluster.readers
    group = fusing.groups.of(value)
    other = fusing.meets(cluster, value) or group in cluster.scattered
    return here[0] in cluster.readers or (other and group in cluster.changed)


def join(fusing: Fusing, cluster: Cluster, op: Op) -> None:
    """Emit `op` at the current point."""
    x, places = indexed(op)
    cluster.ops.append(op)
    if op.name == "gather" and x in fusing.waiting:
        fusing.make(cluster, op.result, fusing.waiting[x].operands[0])
        return
    rank = len(fusing.shape(places[0]))
    for v in (x, *places):
        group = fusing.groups.of(v)
        cluster.readers.setdefault(group, set()).add(v)
        cluster.repeats.add(group)
    for v in places:
        if v not in cluster.loaded:
            cluster.loaded[v] = cluster.body.op("load", v, *cluster.indices[:rank], name=v.name)
    at = [*(cluster.loaded[v] for v in places), *cluster.indices[rank:]]
    if op.name == "gather":
        fusing.make(cluster, op.result, cluster.body.op("load", x, *at, name=x.name))
        return
    value = op.operands[0]
    element = fusing.element(cluster, value) if isinstance(value.type, ArrayType) else value
    cluster.changed.add(fusing.groups.of(x))
    cluster.scattered.add(fusing.groups.of(x))
    cluster.body.do("accumulate", element, x, *at, **{k: v for k, v in op.attributes.items() if k == "relaxed"})
