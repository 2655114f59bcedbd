"""Functions of IR that hold one operation of the catalogue, with arguments from its domain.

An element-wise operation has its forms by itself: scalars, vectors, every way of broadcasting. The others have theirs in `FORMS`,
where a new one that carries derivatives must get one too.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np

from everypath.ir.build import Builder
from everypath.ir.op import DEFINITIONS, Definition
from everypath.ir.program import Function, Program, Region, Value
from everypath.ir.types import BOOL, F32, F64, I64, ArrayType, ListType, ScalarType, Type, is_float, scalar_of

from .special_functions import SPECIAL

Shape = tuple[int, ...] | None
"""None is a scalar."""

Body = Callable[..., Value | Sequence[Value]]
POINTS = 11
"""The length of vectors: not a multiple of the lanes of any machine."""

MANY = 7
"""Of so many forms every second becomes machine code."""

BROADCASTS: dict[str, tuple[Shape, ...]] = {
    "rows": ((3, 4), (4,), None),
    "columns": ((3, 1), (1, 4), (3, 4)),
    "scalars": (None, (3, 4), (1,)),
}


@dataclass(frozen=True, eq=False)
class Form:
    """A function of one operation and arguments for it. `meaning` computes it with NumPy, on complex numbers if it can."""

    label: str
    function: Function
    arguments: list[Any]
    meaning: Callable[..., Any] | None = None
    unit: float = 2.0**-52
    worth_compiling: bool = True

    @property
    def program(self) -> Program:
        return Program({self.function.name: self.function}, self.function.name)

    @property
    def wrt(self) -> tuple[int, ...]:
        """The parameters that carry derivatives."""
        return tuple(k for k, p in enumerate(self.function.parameters) if is_float(p.type))


def form(label: str, types: Sequence[Type], arguments: Sequence[Any], body: Body, **facts: Any) -> Form:
    parameters = [Value("abcd"[k], t) for k, t in enumerate(types)]
    b = Builder()
    returned = body(b, *parameters)
    b.end("return", [returned] if isinstance(returned, Value) else returned)
    name = "".join(c if c.isalnum() else "_" for c in label)
    return Form(label, Function(name, Region(tuple(parameters), tuple(b.ops))), list(arguments), **facts)


def type_of(shape: Shape, dtype: ScalarType = F64) -> Type:
    return dtype if shape is None else ArrayType(dtype, len(shape))


def generator(name: str) -> np.random.Generator:
    return np.random.default_rng(zlib.crc32(name.encode()))


def single(
    name: str, label: str, shapes: Sequence[Shape], dtypes: Sequence[ScalarType], arguments: Sequence[Any], **attributes: Any
) -> Form:
    """The operation alone."""
    meaning = DEFINITIONS[name].meaning
    assert meaning is not None
    unit = 2.0**-52 if F32 not in dtypes and attributes.get("dtype") != "f32" else 2.0**-23
    return form(
        f"{name} {label}",
        [type_of(s, t) for s, t in zip(shapes, dtypes, strict=True)],
        arguments,
        lambda b, *operands: b.op(name, *operands, **attributes),
        meaning=partial(meaning, **attributes),
        unit=unit,
    )


# Element-wise ---------------------------------------------------------------------------------------------------------


def arity(definition: Definition) -> int:
    """How many operands an element-wise operation has."""
    if definition.rule is not None:
        return len(definition.rule.partials)
    symbol = definition.symbol or ""
    return sum(f"{{{k}}}" in symbol for k in range(4))


def samples(definition: Definition, shapes: Sequence[Shape], dtypes: Sequence[ScalarType], label: str = "") -> list[Any]:
    """Operands of these shapes, drawn from the operation's domain."""
    rng = generator(f"{definition.name} {label}")
    domains = definition.domain if len(definition.domain) > 1 else definition.domain * len(shapes)
    drawn: list[Any] = []
    for shape, dtype, domain in zip(shapes, dtypes, (*domains, *definition.domain * 2), strict=False):
        x = np.asarray(rng.uniform(*domain, shape or ()))
        x = x > 0 if dtype == BOOL else x.astype(dtype.numpy)
        drawn.append(x if shape is not None else x[()] if dtype == F32 else x.item())
    return drawn


def elementwise_forms(definition: Definition, dtype: ScalarType = F64) -> list[Form]:
    """An operation on scalars, on a vector, and broadcast in each way."""
    name, n = definition.name, arity(definition)
    if name == "cast":
        return [
            single(name, f"{s} to {t} {'vector' if shape else 'scalar'}", [shape], [s], samples(definition, [shape], [s]), dtype=t.name)
            for s, t in ((F64, F32), (F32, F64))
            for shape in (None, (POINTS,))
        ]
    dtypes = [BOOL, dtype, dtype] if name == "select" else [dtype] * n
    shapes: dict[str, tuple[Shape, ...]] = {"scalar": (None,) * n, "vector": ((POINTS,),) * n}
    if n > 1:
        shapes |= {label: (chosen * 2)[:n] for label, chosen in BROADCASTS.items()}
    return [
        single(name, label if dtype == F64 else f"{label} {dtype}", chosen, dtypes, samples(definition, chosen, dtypes, label))
        for label, chosen in shapes.items()
    ]


# Whole arrays and memory ----------------------------------------------------------------------------------------------

MATRIX, CUBE = (3, 4), (2, 3, 2)


def numbers(*shapes: Shape, dtype: ScalarType = F64) -> list[Any]:
    rng = generator(str(shapes))
    drawn = [rng.uniform(0.3, 1.7, s or ()) * rng.choice((-1.0, 1.0), s or ()) for s in shapes]
    return [np.asarray(x, dtype.numpy) if s is not None else float(x) for x, s in zip(drawn, shapes, strict=True)]


def alone(name: str, *shapes: Shape, dtype: ScalarType = F64, **attributes: Any) -> Form:
    label = " ".join(map(str, (*shapes, *attributes.values(), dtype)))
    return single(name, label, shapes, [dtype] * len(shapes), numbers(*shapes, dtype=dtype), **attributes)


def moving(name: str, label: str, shapes: Sequence[Shape], body: Body) -> Form:
    """A function that moves values with the operation; its meaning is what the interpreter runs."""
    return form(f"{name} {label}", [type_of(s) for s in shapes], numbers(*shapes), body)


def reductions(name: str) -> list[Form]:
    axes = [(0,), (1,), (0, 1)]
    cubes = [c for n in range(1, 4) for c in combinations(range(3), n)]
    return [
        alone(name, (7,), axes=(0,), keepdims=False),
        *(alone(name, MATRIX, axes=a, keepdims=k) for a in axes for k in (False, True)),
        *(alone(name, CUBE, axes=a, keepdims=len(a) == 2) for a in cubes[:5]),
        alone(name, (7,), dtype=F32, axes=(0,), keepdims=False),
    ]


def of_strided(name: str, label: str, shapes: Sequence[Shape], **attributes: Any) -> Form:
    """The operation on its first operand read from the last element to the first, and transposed if it is a matrix."""

    def body(b: Builder, *operands: Value) -> Value:
        first, *others = operands
        return b.op(name, turned(b, first), *others, **attributes)

    def meaning(*arrays: Any) -> Any:
        defined = DEFINITIONS[name].meaning
        assert defined is not None
        return defined(arrays[0][::-1].T, *arrays[1:], **attributes)

    return form(f"{name} strided {label}", [type_of(s) for s in shapes], numbers(*shapes), body, meaning=meaning)


def turned(b: Builder, x: Value) -> Value:
    (n, *_) = b.dims(x)
    rank = x.type.rank  # type: ignore[union-attr]
    flipped = b.op("view", x, b.op("sub", n, b.i64(1)), n, b.i64(-1), axes="s" + "a" * (rank - 1))
    return b.op("transpose", flipped, axes=(1, 0)) if rank == 2 else flipped


def integers(b: Builder, *values: int) -> Value:
    i = b.op("alloc", b.i64(len(values)), dtype="i64", name="i")
    for k, value in enumerate(values):
        b.do("store", b.i64(value), i, b.i64(k))
    return i


def mutated(write: Callable[..., None]) -> Body:
    """exp(x) after `write(b, x, …)` changed a copy x of the first operand."""

    def body(b: Builder, a: Value, *others: Value) -> Value:
        x = b.op("copy", a, name="x")
        write(b, x, *others)
        return b.op("exp", x)

    return body


def into_filled(b: Builder, v: Value, n: Value) -> Value:
    return b.op("exp", b.op("full", v, n, b.i64(2)))


def stored(b: Builder, x: Value, v: Value) -> None:
    b.do("store", b.op("mul", v, b.op("load", x, b.i64(1))), x, b.i64(2))
    b.do("accumulate", b.op("load", x, b.i64(2)), x, b.i64(0))


def through_list(b: Builder, a: Value) -> Value:
    items = b.op("list_new", type=ListType(F64), name="items")
    for k in (0, 2, 2):
        b.do("list_append", items, b.op("load", a, b.i64(k)))
    b.do("list_set", items, b.op("sin", b.op("list_get", items, b.i64(0))), b.i64(1))
    return b.op("mul", b.op("list_get", items, b.i64(1)), b.op("list_get", items, b.i64(2)))


def allocated(b: Builder, a: Value) -> Value:
    x = b.op("alloc", *b.dims(a), dtype="f64", name="x")
    b.do("assign", a, x)
    return b.op("mul", x, a)


def rows(b: Builder, a: Value) -> Value:
    return b.op("square", b.op("gather", a, integers(b, 2, 0, 2)))


def points(b: Builder, a: Value) -> Value:
    return b.op("square", b.op("gather", a, integers(b, 2, 0, 2), integers(b, 3, 1, 3)))


def largest(b: Builder, a: Value) -> Value:
    place = b.op("argmax", a, axis=0, kink=True)
    found = b.op("load", a, place)
    several = b.op("gt", b.op("sum", b.op("cast", b.op("eq", a, found), dtype="i64"), axes=(0,), keepdims=False), b.i64(1))
    return b.op("square", b.op("picked", found, several, a, axis=0))


def sorted_(b: Builder, a: Value) -> Value:
    rising = b.op("gather", a, b.op("argsort", a, axis=0, kink=True))
    return b.op("square", b.op("tied", rising, b.op("lt", rising, rising)))


def viewed(axes: str, *numbers_: int) -> Body:
    return lambda b, a: b.op("square", b.op("view", a, *map(b.i64, numbers_), axes=axes))


FORMS: dict[str, Callable[[], list[Form]]] = {
    "sum": lambda: [
        *reductions("sum"),
        alone("sum", (0,), axes=(0,), keepdims=False),
        of_strided("sum", "", [MATRIX], axes=(0,), keepdims=False),
    ],
    "norm": lambda: [*reductions("norm"), of_strided("norm", "", [MATRIX], axes=(1,), keepdims=False)],
    "cumsum": lambda: [
        *(alone("cumsum", s, axis=k) for s in ((7,), MATRIX, CUBE) for k in range(len(s))),
        alone("cumsum", (7,), dtype=F32, axis=0),
        of_strided("cumsum", "", [MATRIX], axis=1),
    ],
    "matmul": lambda: [
        *(alone("matmul", *shapes) for shapes in (((4,), (4,)), ((4,), (4, 3)), ((3, 4), (4,)), ((3, 4), (4, 2)), ((3, 0), (0, 2)))),
        alone("matmul", (3, 4), (4, 2), dtype=F32),
        of_strided("matmul", "matrices", [(4, 3), (4, 2)]),
        of_strided("matmul", "vectors", [(4,), (4,)]),
    ],
    "alloc": lambda: [moving("alloc", "", [(4,)], allocated)],
    "full": lambda: [moving("full", "", [None], lambda b, v: into_filled(b, v, b.i64(3)))],
    "copy": lambda: [moving("copy", "", [(4,)], mutated(lambda b, x: None))],
    "load": lambda: [moving("load", "", [MATRIX], lambda b, a: b.op("mul", *(b.op("load", a, b.i64(1), b.i64(k)) for k in (2, 3))))],
    "store": lambda: [moving("store", "", [(4,), None], mutated(stored))],
    "fill": lambda: [
        moving("fill", "", [(4,), None], mutated(lambda b, x, v: b.do("fill", v, b.op("view", x, b.i64(1), b.i64(2), axes="u"))))
    ],
    "assign": lambda: [
        moving("assign", "whole", [(4,), (4,)], mutated(lambda b, x, y: b.do("assign", y, x))),
        moving("assign", "broadcast", [MATRIX, (4,)], mutated(lambda b, x, y: b.do("assign", y, x))),
        moving("assign", "column", [MATRIX, (3, 1)], mutated(lambda b, x, y: b.do("assign", y, x))),
        moving(
            "assign",
            "to a view",
            [(7,), (3,)],
            mutated(lambda b, x, y: b.do("assign", y, b.op("view", x, *map(b.i64, (6, 3, -2)), axes="s"))),
        ),
    ],
    "accumulate": lambda: [
        moving("accumulate", "element", [(4,), None], mutated(lambda b, x, v: b.do("accumulate", v, x, b.i64(1)))),
        moving("accumulate", "whole", [MATRIX, (4,)], mutated(lambda b, x, y: b.do("accumulate", y, x))),
        moving("accumulate", "summed", [(4,), MATRIX], mutated(lambda b, x, y: b.do("accumulate", y, x))),
        moving("accumulate", "summed to a column", [(3, 1), MATRIX], mutated(lambda b, x, y: b.do("accumulate", y, x))),
    ],
    "gather": lambda: [moving("gather", "rows", [MATRIX], rows), moving("gather", "points", [MATRIX], points)],
    "scatter": lambda: [
        moving("scatter", "twice", [(5,), (3,)], mutated(lambda b, x, v: b.do("scatter", v, x, integers(b, 4, 0, 4)))),
        moving("scatter", "rows", [(3, 2), (2, 2)], mutated(lambda b, x, v: b.do("scatter", v, x, integers(b, 2, 0)))),
    ],
    "scatter_add": lambda: [
        moving("scatter_add", "twice", [(5,), (3,)], mutated(lambda b, x, v: b.do("scatter_add", v, x, integers(b, 4, 0, 4)))),
        moving("scatter_add", "rows", [(3, 2), (2, 2)], mutated(lambda b, x, v: b.do("scatter_add", v, x, integers(b, 2, 2)))),
    ],
    "view": lambda: [
        moving("view", "slice", [(7,)], viewed("u", 2, 3)),
        moving("view", "backwards", [(7,)], viewed("s", 5, 3, -2)),
        moving("view", "row", [MATRIX], viewed("ia", 1)),
        moving("view", "column", [MATRIX], viewed("ai", 2)),
        moving("view", "new axis", [(4,)], viewed("na")),
        moving("view", "block", [MATRIX], viewed("us", 1, 2, 0, 2, 3)),
    ],
    "transpose": lambda: [
        moving("transpose", "matrix", [MATRIX], lambda b, a: b.op("square", b.op("transpose", a, axes=(1, 0)))),
        moving("transpose", "cube", [CUBE], lambda b, a: b.op("square", b.op("transpose", a, axes=(2, 0, 1)))),
    ],
    "reshape": lambda: [moving("reshape", "", [MATRIX], lambda b, a: b.op("square", b.op("reshape", a, b.i64(6), b.i64(2))))],
    "broadcast": lambda: [
        moving("broadcast", "row", [(4,)], lambda b, a: b.op("square", b.op("broadcast", a, b.i64(3), b.i64(4)))),
        moving("broadcast", "column", [(3, 1)], lambda b, a: b.op("square", b.op("broadcast", a, b.i64(3), b.i64(4)))),
    ],
    "picked": lambda: [moving("picked", "", [(7,)], largest)],
    "tied": lambda: [moving("tied", "", [(7,)], sorted_)],
    "chosen": lambda: [moving("chosen", "", [(7,)], lambda b, a: b.op("chosen", b.op("square", a), b.op("mul", a, a)))],
    "diagonal": lambda: [moving("diagonal", "", [(3, 3)], lambda b, a: b.op("square", b.op("diagonal", a)))],
    "weaken": lambda: [moving("weaken", "", [MATRIX], lambda b, a: b.op("square", b.op("weaken", a)))],
    **{name: lambda: [moving("list", "", [(4,)], through_list)] for name in ("list_new", "list_append", "list_get", "list_set")},
}
"""The operations that are not element-wise and through which derivatives pass."""

SPLIT = frozenset({"pack", "unpack"})
"""They hold what the two halves of a split derivative pass on; no function that is differentiated has them."""

DISCRETE: dict[str, list[tuple[ScalarType, tuple[int, ...], dict[str, Any]]]] = {
    **{
        name: [(BOOL, s, {"axes": a, "keepdims": k}) for s, a, k in (((7,), (0,), False), (MATRIX, (1,), True), ((0,), (0,), False))]
        for name in ("any", "all")
    },
    **{
        name: [(t, s, {"axis": k}) for t in (F64, I64) for s, k in (((7,), 0), (MATRIX, 0), (MATRIX, 1))]
        for name in ("argmax", "argmin", "argsort")
    },
    "holds_nan": [(t, s, {}) for t in (F64, F32) for s in ((0,), (7,), (7, 11))],
    "nonzero": [(BOOL, (9,), {}), (BOOL, (0,), {})],
    "dim": [(F64, MATRIX, {"axis": 1})],
}
"""Operations on whole arrays whose results are not floats: dtype, shape and attributes to try."""


def forms(name: str) -> list[Form]:
    """The differentiable forms of an operation. The interpreter runs all; machine code has one way to broadcast for each op."""
    definition = DEFINITIONS[name]
    if definition.family == "elementwise":
        chosen = list(BROADCASTS)[zlib.crc32(name.encode()) % len(BROADCASTS)]
        made = elementwise_forms(definition) if definition.rule is not None else []
        return [replace(f, worth_compiling=f.label.split()[-1] in ("scalar", "vector", chosen)) for f in made]
    made = FORMS[name]() if name in FORMS else []
    return [replace(f, worth_compiling=len(made) < MANY or k % 2 == 0) for k, f in enumerate(made)]


def differentiable() -> list[str]:
    """The operations that have forms, lists counted once. The special functions have a test of their own."""
    named = {n for n, d in DEFINITIONS.items() if d.family == "elementwise" and d.rule is not None and n not in SPECIAL} | set(FORMS)
    return [name for name in DEFINITIONS if name in named and name not in ("list_append", "list_get", "list_set")]


def flat(arrays: Sequence[Any]) -> Any:
    """All numbers of `arrays`, one after the other."""
    parts = [np.ravel(np.asarray(a)) for a in arrays]
    return np.concatenate(parts) if parts else np.zeros(0)


def unflat(x: Any, like: Sequence[Any], types: Sequence[Type]) -> list[Any]:
    """`x` cut into arrays and scalars of the shapes of `like`."""
    cuts = np.cumsum([np.size(a) for a in like])[:-1]
    pieces = (np.reshape(p, np.shape(a)) for p, a in zip(np.split(x, cuts), like, strict=True))
    return [p if isinstance(t, ArrayType) else p.item() if scalar_of(t) == F64 else p[()] for p, t in zip(pieces, types, strict=True)]
