"""Forward, reverse, split and second order on small programs in IR, each against central differences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

import everypath.ops  # noqa: F401
from everypath import native, optimise
from everypath.differentiate import expand, forward, reverse, split
from everypath.ir.build import Builder
from everypath.ir.interpret import run
from everypath.ir.program import Function, Program, Region, Value
from everypath.ir.types import F64, I64, ArrayType, ListType
from everypath.ir.verify import verify

VECTOR, MATRIX = ArrayType(F64, 1), ArrayType(F64, 2)
POINT = np.array([1.0, 1.25, 1.5, 1.75])
Example = tuple[Program, list[object], tuple[int, ...]]
EXAMPLES: dict[str, Callable[[], Example]] = {}


def example(make: Callable[[], Example]) -> Callable[[], Example]:
    EXAMPLES[make.__name__] = make
    return make


def function(name: str, parameters: list[Value], body: Callable[..., list[Value]], **attributes: object) -> Function:
    b = Builder()
    b.end("return", body(b, *parameters))
    return Function(name, Region(tuple(parameters), tuple(b.ops)), attributes)


def program(*functions: Function) -> Program:
    return Program({f.name: f for f in functions}, functions[0].name)


def count(b: Builder, n: Value, inits: list[Value], body: Callable[..., list[Value]], start: int = 0, **names: object) -> tuple[Value, ...]:
    return b.for_(b.i64(start), n, b.i64(1), inits, body, **names)


def x_and_y() -> list[Value]:
    return [Value("x", F64), Value("y", F64)]


@example
def two_paths() -> Example:
    f = function("f", x_and_y(), lambda b, x, y: [b.op("mul", b.op("sin", x), b.op("mul", x, y))])
    return program(f), [0.5, 2.0], (0, 1)


@example
def reduction() -> Example:
    def body(b: Builder, a: Value) -> list[Value]:
        (n,) = b.dims(a)
        return list(count(b, n, [b.f64(0.0)], lambda b, i, s: [b.op("add", s, b.op("sin", b.op("load", a, i)))]))

    return program(function("f", [Value("a", VECTOR)], body)), [POINT], (0,)


@example
def recurrence() -> Example:
    def body(b: Builder, a: Value) -> list[Value]:
        (n,) = b.dims(a)
        return list(count(b, n, [b.f64(0.5)], lambda b, i, s: [b.op("mul", b.op("sin", s), b.op("load", a, i))]))

    return program(function("f", [Value("a", VECTOR)], body)), [POINT], (0,)


@example
def recurrence_in_memory() -> Example:
    def body(b: Builder, a: Value) -> list[Value]:
        (n,) = b.dims(a)
        x = b.op("alloc", n, dtype="f64", name="x")
        b.do("store", b.op("load", a, b.i64(0)), x, b.i64(0))

        def turn(b: Builder, i: Value) -> list[Value]:
            before = b.op("load", x, b.op("sub", i, b.i64(1)))
            b.do("store", b.op("mul", b.op("load", a, i), b.op("sin", before)), x, i)
            return []

        count(b, n, [], turn, start=1)
        return [b.op("sum", b.op("mul", x, x), axes=(0,), keepdims=False)]

    return program(function("f", [Value("a", VECTOR)], body)), [POINT], (0,)


def hoisted_buffer(b: Builder, a: Value, weight: Callable[[Builder, Value], Value]) -> list[Value]:
    (n,) = b.dims(a)
    tmp = b.op("alloc", n, dtype="f64", name="tmp")

    def turn(b: Builder, i: Value, total: Value) -> list[Value]:
        def fill(b: Builder, j: Value) -> list[Value]:
            b.do("store", b.op("mul", b.op("load", a, i), b.op("exp", b.op("load", a, j))), tmp, j)
            return []

        count(b, n, [], fill)
        (s,) = count(b, n, [b.f64(0.0)], lambda b, j, s: [b.op("add", s, b.op("square", b.op("load", tmp, j)))])
        return [b.op("add", total, b.op("log", s))]

    (total,) = count(b, n, [b.f64(0.0)], turn)
    return [weight(b, total)]


@example
def private_buffer_fused() -> Example:
    return program(function("f", [Value("a", VECTOR)], lambda b, a: hoisted_buffer(b, a, lambda b, t: t))), [POINT], (0,)


@example
def private_buffer_replayed() -> Example:
    return program(function("f", [Value("a", VECTOR)], lambda b, a: hoisted_buffer(b, a, lambda b, t: b.op("sin", t)))), [POINT], (0,)


@example
def while_and_branch() -> Example:
    def body(b: Builder, a: Value, y: Value) -> list[Value]:
        def turn(b: Builder, y: Value, k: Value) -> list[Value]:
            z = b.op("mul", b.op("mul", y, b.f64(1.3)), b.op("load", a, b.op("mod", k, b.i64(4))))
            return [b.op("lt", z, b.f64(10.0)), z, b.op("add", k, b.i64(1))]

        grown, _ = b.while_(b.op("lt", y, b.f64(10.0)), [y, b.i64(0)], turn)
        over = b.op("gt", grown, b.f64(11.0))
        return list(b.if_(over, lambda b: [b.op("exp", b.op("mul", grown, b.f64(0.1)))], lambda b: [b.op("sin", b.op("mul", grown, y))]))

    return program(function("f", [Value("a", VECTOR), Value("y", F64)], body)), [POINT, 1.1], (0, 1)


@example
def carried_array_then_written() -> Example:
    def body(b: Builder, m: Value, a: Value) -> list[Value]:
        (h,) = count(b, b.i64(3), [a], lambda b, i, h: [b.op("tanh", b.op("add", b.op("matmul", m, h), a))])
        b.do("fill", b.f64(0.25), b.op("view", h, b.i64(0), b.i64(2), axes="u"))
        return [b.op("sum", b.op("exp", h), axes=(0,), keepdims=False)]

    return program(function("f", [Value("m", MATRIX), Value("a", VECTOR)], body)), [np.arange(16.0).reshape(4, 4) / 16, POINT], (0, 1)


@example
def swapped_buffers() -> Example:
    """u, v = v, u in a stencil: the arrays trade places every turn."""

    def body(b: Builder, a: Value) -> list[Value]:
        (n,) = b.dims(a)
        u, v = b.op("copy", a, name="u"), b.op("copy", a, name="v")

        def turn(b: Builder, t: Value, u: Value, v: Value) -> list[Value]:
            def inner(b: Builder, i: Value) -> list[Value]:
                left = b.op("load", u, b.op("sub", i, b.i64(1)))
                b.do("store", b.op("mul", left, b.op("load", u, i)), v, i)
                return []

            count(b, n, [], inner, start=1)
            return [v, u]

        u, v = count(b, b.i64(3), [u, v], turn)
        return [b.op("sum", b.op("sin", u), axes=(0,), keepdims=False)]

    return program(function("f", [Value("a", VECTOR)], body)), [POINT], (0,)


@example
def duplicate_indices() -> Example:
    def body(b: Builder, a: Value) -> list[Value]:
        i = b.op("alloc", b.i64(3), dtype="i64", name="i")
        for k, at in enumerate((0, 2, 0)):
            b.do("store", b.i64(at), i, b.i64(k))
        taken = b.op("gather", a, i)
        x = b.op("copy", a, name="x")
        b.do("scatter", b.op("sin", taken), x, i)
        b.do("scatter_add", b.op("square", taken), x, i)
        return [b.op("sum", b.op("exp", x), axes=(0,), keepdims=False)]

    return program(function("f", [Value("a", VECTOR)], body)), [POINT], (0,)


@example
def growing_list() -> Example:
    def body(b: Builder, a: Value) -> list[Value]:
        (n,) = b.dims(a)
        items = b.op("list_new", type=ListType(F64), name="items")
        b.do("list_append", items, b.f64(1.5))

        def turn(b: Builder, i: Value) -> list[Value]:
            before = b.op("list_get", items, b.op("sub", b.op("list_length", items), b.i64(1)))
            b.do("list_append", items, b.op("mul", before, b.op("load", a, i)))
            return []

        count(b, n, [], turn)
        b.do("list_set", items, b.op("sin", b.op("list_get", items, b.i64(2))), b.i64(1))
        last = b.op("list_length", items)
        return list(count(b, last, [b.f64(0.0)], lambda b, i, s: [b.op("add", s, b.op("list_get", items, i))]))

    return program(function("f", [Value("a", VECTOR)], body)), [POINT], (0,)


@example
def recursion_over_slices() -> Example:
    """f(a, s) = s if a is empty else f(a[1:], s·sin(a[0]) + a[0])"""

    def inner(b: Builder, a: Value, s: Value) -> list[Value]:
        (n,) = b.dims(a)

        def more(b: Builder) -> list[Value]:
            first = b.op("load", a, b.i64(0))
            rest = b.op("view", a, b.i64(1), b.op("sub", n, b.i64(1)), axes="u")
            grown = b.op("add", b.op("mul", s, b.op("sin", first)), first)
            return list(b.emit("call", rest, grown, types=[F64], callee="g"))

        return list(b.if_(b.op("eq", n, b.i64(0)), lambda b: [b.op("add", s, b.f64(0.0))], more))

    g = function("g", [Value("a", VECTOR), Value("s", F64)], inner, recursive=True)
    f = function(
        "f", [Value("a", VECTOR), Value("y", F64)], lambda b, a, y: list(b.emit("call", a, b.op("exp", y), types=[F64], callee="g"))
    )
    return program(f, g), [POINT, 0.3], (0, 1)


@example
def recursion_whose_argument_is_written_afterwards() -> Example:
    """g squares a[0] down the recursion; f overwrites what g was given between two calls."""

    def inner(b: Builder, a: Value, k: Value) -> list[Value]:
        def more(b: Builder) -> list[Value]:
            rest = b.emit("call", a, b.op("sub", k, b.i64(1)), types=[F64], callee="g")
            return [b.op("mul", rest[0], b.op("sum", b.op("sin", a), axes=(0,), keepdims=False))]

        return list(b.if_(b.op("eq", k, b.i64(0)), lambda b: [b.op("load", a, b.i64(0))], more))

    def body(b: Builder, a: Value) -> list[Value]:
        x = b.op("copy", a, name="x")
        (first,) = b.emit("call", x, b.i64(2), types=[F64], callee="g")
        b.do("store", first, x, b.i64(1))
        (second,) = b.emit("call", x, b.i64(1), types=[F64], callee="g")
        return [b.op("mul", first, second)]

    g = function("g", [Value("a", VECTOR), Value("k", I64)], inner, recursive=True)
    return program(function("f", [Value("a", VECTOR)], body), g), [POINT], (0,)


@example
def gradient_inside() -> Example:
    """x·h'(x·y) with h(t) = sin(t)·y, the derivative taken inside the function."""

    def body(b: Builder, x: Value, y: Value) -> list[Value]:
        t = b.op("mul", x, y)
        _, slope = b.emit("pullback", t, y, b.f64(1.0), types=[F64, F64], callee="h", wrt=(0,), seeded=(0,), primal_results=1)
        return [b.op("mul", x, slope)]

    h = function("h", [Value("t", F64), Value("y", F64)], lambda b, t, y: [b.op("mul", b.op("sin", t), b.op("mul", t, y))])
    return program(function("f", x_and_y(), body), h), [0.5, 2.0], (0, 1)


@example
def tangent_inside() -> Example:
    def body(b: Builder, a: Value, y: Value) -> list[Value]:
        value, slope = b.emit("pushforward", a, y, b.op("sin", a), types=[F64, F64], callee="h", wrt=(0,), primal_results=1)
        return [b.op("mul", value, b.op("mul", slope, y))]

    def inner(b: Builder, a: Value, y: Value) -> list[Value]:
        return [b.op("sum", b.op("exp", b.op("mul", a, y)), axes=(0,), keepdims=False)]

    h = function("h", [Value("a", VECTOR), Value("y", F64)], inner)
    return program(function("f", [Value("a", VECTOR), Value("y", F64)], body), h), [POINT, 0.4], (0, 1)


def copied(arguments: list[object]) -> list[object]:
    return [np.copy(a) if isinstance(a, np.ndarray) else a for a in arguments]


def directions(arguments: list[object], wrt: tuple[int, ...], seed: int = 0) -> list[object]:
    rng = np.random.default_rng(seed)
    return [rng.normal(size=np.shape(arguments[k])) if np.ndim(arguments[k]) else float(rng.normal()) for k in wrt]


def along(p: Program, name: str, arguments: list[object], wrt: tuple[int, ...], v: list[object], result: int | slice) -> object:
    """Central differences of result(s) of `name` along `v`."""

    def at(h: float) -> list[object]:
        moved = copied(arguments)
        for k, d in zip(wrt, v, strict=True):
            moved[k] = moved[k] + h * d  # type: ignore[operator]
        return run(p, name, moved)[result]

    h = 1e-5
    above, below = at(h), at(-h)
    if isinstance(result, slice):
        return [(a - b) / (2 * h) for a, b in zip(above, below, strict=True)]
    return (above - below) / (2 * h)


def inner(gradient: list[object], v: list[object]) -> float:
    return float(sum(np.sum(np.multiply(g, d)) for g, d in zip(gradient, v, strict=True)))


@pytest.mark.parametrize("guarded", [False, True])
@pytest.mark.parametrize("name", EXAMPLES)
def test_modes_agree_with_differences(name: str, guarded: bool) -> None:
    p, arguments, wrt = EXAMPLES[name]()
    verify(p)
    plain = expand(p)
    v = directions(arguments, wrt)
    expected = along(plain, p.entry, arguments, wrt, v, 0)
    pushed, jvp = forward(plain, p.entry, wrt, guarded=guarded)
    verify(pushed)
    assert run(pushed, jvp, copied(arguments) + v)[-1] == pytest.approx(expected, rel=1e-6)
    derived, vjp = reverse(p, p.entry, wrt, (0,), guarded=guarded)
    pulled = expand(derived)
    verify(pulled)
    gradient = run(pulled, vjp, [*copied(arguments), 1.0])[-len(wrt) :]
    assert inner(gradient, v) == pytest.approx(expected, rel=1e-6)
    halved, first, second = split(p, p.entry, wrt, (0,), guarded=guarded)
    halved = expand(halved)
    verify(halved)
    saved = run(halved, first, copied(arguments))[-1]
    for _ in range(2):
        assert inner(run(halved, second, [saved, 1.0]), v) == pytest.approx(expected, rel=1e-6)
    doubled = run(halved, second, [saved, 2.0])
    assert inner(doubled, v) == pytest.approx(2 * expected, rel=1e-6)  # type: ignore[operator]


@pytest.mark.parametrize("name", EXAMPLES)
def test_hessian_is_forward_over_reverse(name: str) -> None:
    p, arguments, wrt = EXAMPLES[name]()
    derived, vjp = reverse(p, p.entry, wrt, (0,), guarded=True)
    pulled = expand(derived)
    v = directions(arguments, wrt, seed=1)
    second, hvp = forward(pulled, vjp, wrt, guarded=True)
    verify(second)
    products = run(second, hvp, [*copied(arguments), 1.0, *v])[-len(wrt) :]
    expected = along(pulled, vjp, [*arguments, 1.0], wrt, v, slice(-len(wrt), None))
    for got, want in zip(products, expected, strict=True):  # type: ignore[call-overload]
        np.testing.assert_allclose(got, want, rtol=1e-5, atol=1e-7)


def test_an_untaken_infinite_path_contributes_nothing() -> None:
    """where(x > 0, x, exp(1000·y)): plainly 0·inf, guarded exactly 0."""

    def body(b: Builder, x: Value, y: Value) -> list[Value]:
        huge = b.op("exp", b.op("mul", y, b.f64(1000.0)))
        return [b.op("select", b.op("gt", x, b.f64(0.0)), x, huge)]

    p = program(function("f", x_and_y(), body))
    for guarded, expected in ((False, np.nan), (True, 0.0)):
        derived, vjp = reverse(p, "f", (0, 1), (0,), guarded=guarded)
        _, dx, dy = run(derived, vjp, [1.0, 2.0, 1.0])
        assert dx == 1.0
        np.testing.assert_equal(dy, expected)


def test_integers_carry_nothing() -> None:
    f = function("f", [Value("x", F64), Value("n", I64)], lambda b, x, n: [b.op("mul", x, b.op("cast", n, dtype="f64"))])
    derived, vjp = reverse(program(f), "f", (0,), (0,), guarded=False)
    assert run(derived, vjp, [2.0, 3, 1.0]) == [6.0, 3.0]


@pytest.mark.parametrize("guarded", [False, True])
@pytest.mark.parametrize("name", EXAMPLES)
def test_optimised_and_native_agree_with_the_derivative_as_generated(name: str, guarded: bool) -> None:
    p, arguments, wrt = EXAMPLES[name]()
    derived, vjp = reverse(p, p.entry, wrt, (0,), guarded=guarded)
    generated = expand(derived)
    expected = run(generated, vjp, [*copied(arguments), 1.0])
    before = optimise.before(p)
    derived, vjp = reverse(before, before.entry, wrt, (0,), guarded=guarded)
    optimised = optimise.after(replace(expand(derived), entry=vjp))
    verify(optimised)
    executable = native.compile(optimised, (vjp,))[vjp]
    for results in (run(optimised, vjp, [*copied(arguments), 1.0]), executable(*copied(arguments), 1.0)):
        for got, want in zip(results, expected, strict=True):
            np.testing.assert_allclose(got, want, rtol=1e-12, atol=1e-14)
