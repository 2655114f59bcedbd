"""A function whose loops over rows do little at each turn, as loops over numbers: what stands in short rows is taken apart.

for 0, n, 1 {(i):                              for 0, n, 1 {(i):
  r = view x, i {axes="ia"}                      p = load x, i, 0
  s = matmul r, r                       →        q = load x, i, 1
  store s, y, i                                  s = add (mul p, p), (mul q, q)
}                                                store s, y, i
                                               }
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from ..ir.build import Builder
from ..ir.program import Function, Program, Region, Value
from ..ir.types import I64
from .symbolic import GivenUp, Symbolic
from .symbolic.windows import Window, of_parameter
from .unfolded import REFUSED

MOST = 2_000
"""Operations of what is written out."""

Shape = Sequence[int | None]


def turns(program: Program, shapes: Mapping[int, Shape]) -> Program | None:
    """The entry where arrays at these positions have extents as they are given (None: any); None if it is not of this kind."""
    main = program.main
    builder = Builder(main.location)
    run = Symbolic(program, builder, MOST, loops=True)
    parameters = tuple(Value(p.name, p.type) for p in main.parameters)
    try:
        with np.errstate(all="ignore"):
            given = [of_parameter(run, p, shapes.get(k, ())) for k, p in enumerate(parameters)]
            found = run.call(main, given)
            returned = [whole(run, x) if isinstance(x, Window) else run.value(x, v.type) for x, v in zip(found, main.returned, strict=True)]
    except REFUSED:
        return None
    if any(v.type != like.type for v, like in zip(returned, main.returned, strict=True)):
        return None
    builder.end("return", returned)
    function = Function(main.name, Region(parameters, tuple(builder.ops)), main.attributes, main.location)
    return replace(program, functions={main.name: function}, entry=main.name)


def whole(run: Symbolic, x: Window) -> Value:
    """The array that a window shows all of, in its shape."""
    if not x.whole:
        raise GivenUp
    if x.places:
        return x.base
    return run.builder.op("reshape", x.base, *(run.value(n, I64) for n in x.shape), name=x.base.name)
