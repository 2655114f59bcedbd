"""Arrays of every form in memory as arguments: what is computed and what is written is what CPython computes and writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import everypath as ep
from programs.differences import directional

BACKENDS = ("native", "interpreter")


def numbers(*shape: int) -> np.ndarray:
    return np.random.default_rng(sum(shape)).uniform(0.5, 1.5, shape)


def unaligned(x: np.ndarray) -> np.ndarray:
    """A copy of `x` that begins at an odd address."""
    raw = np.zeros(x.nbytes + 1, np.uint8)
    copy = raw[1:].view(x.dtype).reshape(x.shape)
    copy[...] = x
    return copy


def read_only(x: np.ndarray) -> np.ndarray:
    x = x.copy()
    x.flags.writeable = False
    return x


def inside_records(x: np.ndarray) -> np.ndarray:
    """Elements with strides that are no multiple of their size."""
    records = np.zeros(x.shape, np.dtype([("flag", "u1"), ("value", "f8")]))
    records["value"] = x
    return records["value"]


FORMS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "contiguous": np.copy,
    "big-endian": lambda x: x.astype(">f8"),
    "every second": lambda x: np.repeat(x, 2, axis=0)[::2],
    "backwards": lambda x: x[::-1].copy()[::-1],
    "backwards on the last axis": lambda x: x[..., ::-1].copy()[..., ::-1],
    "Fortran order": lambda x: np.asfortranarray(x),
    "a slice": lambda x: np.pad(x, 1)[tuple(slice(1, -1) for _ in x.shape)],
    "unaligned": unaligned,
    "in records": inside_records,
    "big-endian, strided": lambda x: np.repeat(x, 2, axis=0).astype(">f8")[::2],
}
READ: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    **FORMS,
    "read-only": read_only,
    "read-only and big-endian": lambda x: read_only(x.astype(">f8")),
    "one element repeated": lambda x: np.broadcast_to(x.ravel()[0], x.shape),
    "one row repeated": lambda x: np.broadcast_to(x[:1], x.shape),
}


def loops(x):
    total = 0.0
    for i in range(len(x)):
        total += np.sin(x[i]) * x[len(x) - 1 - i]
    return total


def whole(x):
    return np.sum(np.exp(x) * x[::-1])


def rows(a):
    total = 0.0
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            total += a[i, j] * a[i, a.shape[1] - 1 - j]
    return total


def products(a):
    return np.sum(np.tanh(a @ a.T) * a[0, 1])


def reduced(a):
    return np.sum(np.max(a, axis=0) * np.mean(a, axis=0)) + np.prod(a[0])


def written(x):
    for i in range(1, len(x)):
        x[i] = x[i] * x[i - 1]
    x[0] += 2.0
    return np.sum(x * x)


FUNCTIONS = {
    "loops": (loops, (5,)),
    "whole": (whole, (9,)),
    "rows": (rows, (3, 4)),
    "products": (products, (4, 3)),
    "reduced": (reduced, (3, 5)),
}


def check(f: Callable[..., Any], x: np.ndarray, backend: Any) -> None:
    """Value, gradient, jvp and vjp at `x`, against CPython and differences of it; `x` stays as it is."""
    before, plain = x.tobytes(), np.array(x, float)
    v = np.cos(np.arange(float(x.size))).reshape(x.shape)
    expected = f(plain.copy())
    slope, error = directional(lambda flat: np.atleast_1d(f(flat.reshape(x.shape).copy())), plain.ravel(), v.ravel())
    bound = 100 * error[0] + 1e-11 * abs(slope[0])
    gradient = ep.grad(f, backend=backend)(x)
    assert gradient.shape == x.shape and gradient.dtype == np.float64 and gradient.flags.writeable
    assert abs(np.sum(gradient * v) - slope[0]) <= bound
    value, tangent = ep.jvp(f, (x,), (v,), backend=backend)
    assert abs(value - expected) <= 1e-13 * abs(expected)
    assert abs(tangent - slope[0]) <= bound
    value, pullback = ep.vjp(f, x, backend=backend)
    assert abs(value - expected) <= 1e-13 * abs(expected)
    for k in (1.0, 2.0):
        np.testing.assert_allclose(pullback(k)[0], k * gradient, rtol=1e-12)
    np.testing.assert_allclose(ep.hvp(f, backend=backend)(x, np.zeros(x.shape)), 0.0)
    assert x.tobytes() == before


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("form", READ)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_any_form_of_array_can_be_read(name: str, form: str, backend: Any) -> None:
    f, shape = FUNCTIONS[name]
    x = READ[form](numbers(*shape))
    before = x.tobytes()
    expected = f(np.array(x, float))
    assert abs(ep.compile(f, backend=backend)(x) - expected) <= 1e-13 * abs(expected)
    assert x.tobytes() == before
    if form not in ("one element repeated", "one row repeated") or name != "reduced":  # a maximum of equal elements is a kink
        check(f, x, backend)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("form", FORMS)
def test_any_form_of_array_can_be_written(form: str, backend: Any) -> None:
    x, plain = FORMS[form](numbers(6)), numbers(6)
    assert ep.compile(written, backend=backend)(x) == pytest.approx(written(plain), rel=1e-13)
    np.testing.assert_allclose(np.array(x, float), plain, rtol=1e-14)
    check(written, FORMS[form](numbers(6)), backend)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("big", [False, True])
def test_a_read_only_array_is_not_written(big: bool, backend: Any) -> None:
    x = read_only(numbers(6).astype(">f8") if big else numbers(6))
    for call in (ep.compile(written, backend=backend), ep.grad(written, backend=backend)):
        with pytest.raises(ValueError, match="read-only"):
            call(x)
    np.testing.assert_array_equal(x, numbers(6))


def squares_into(x, y):
    for i in range(len(x)):
        y[i] = x[i] * x[i]


def writes_in_a_helper(x, y):
    squares_into(x, y)
    return np.sum(y)


def writes_in_a_recursion(x, y, n):
    if n == 0:
        return np.sum(y)
    y[n - 1] = x[n - 1] * y[n - 1]
    return writes_in_a_recursion(x, y, n - 1) + 1.0


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_read_only_array_may_be_read_beside_one_that_is_written(backend: Any) -> None:
    x, y = read_only(numbers(4)), numbers(4)
    assert ep.compile(writes_in_a_helper, backend=backend)(x, y) == pytest.approx(np.sum(x * x))
    np.testing.assert_allclose(ep.grad(writes_in_a_helper, backend=backend)(x, y), 2 * x)
    y = numbers(4)
    np.testing.assert_allclose(ep.grad(writes_in_a_recursion, backend=backend)(x, y, 4), y)
    with pytest.raises(ValueError, match="read-only"):
        ep.grad(writes_in_a_helper, backend=backend)(y, x)
    with pytest.raises(ValueError, match="read-only"):
        ep.hvp(writes_in_a_recursion, backend=backend)(y, x, 4, y)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("dtype", [np.float32, ">f4", np.int64, ">i4", bool])
def test_other_dtypes_and_byte_orders(dtype: Any, backend: Any) -> None:
    def weighted(w, x):
        total = 0.0
        for i in range(len(x)):
            total += w[i] * x[i]
        return total

    x, w = numbers(7), (10 * numbers(7)).astype(dtype)
    wanted = np.sum(w.astype(float) * x)
    tolerance = 1e-5 if np.dtype(dtype).itemsize == 4 else 1e-13
    assert ep.compile(weighted, backend=backend)(w, x) == pytest.approx(wanted, rel=tolerance)
    np.testing.assert_allclose(ep.grad(weighted, "x", backend=backend)(w, x), w.astype(float), rtol=tolerance)
    if np.dtype(dtype).kind == "f":
        gradient = ep.grad(weighted, "w", backend=backend)(w, x)
        assert gradient.dtype == np.float32
        np.testing.assert_allclose(gradient, x, rtol=1e-6)


# Sizes ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("shape", [(0,), (0, 3), (3, 0), (0, 0)])
def test_arrays_of_nothing(shape: tuple[int, ...], backend: Any) -> None:
    def total(x):
        return np.sum(np.sin(x) * x) + 2.0

    x = np.zeros(shape)
    assert ep.compile(total, backend=backend)(x) == 2.0
    assert ep.grad(total, backend=backend)(x).shape == shape
    assert ep.jvp(total, (x,), (x,), backend=backend) == (2.0, 0.0)
    value, pullback = ep.vjp(total, x, backend=backend)
    assert value == 2.0 and pullback(1.0)[0].shape == shape
    assert ep.hessian(total, backend=backend)(x).shape == shape + shape


@pytest.mark.parametrize("backend", BACKENDS)
def test_products_with_nothing(backend: Any) -> None:
    def product(a, b):
        return np.sum(a @ b) + np.sum(a)

    a, b = np.ones((3, 0)), np.ones((0, 2))
    assert ep.compile(product, backend=backend)(a, b) == 0.0
    da, db = ep.grad(product, (0, 1), backend=backend)(a, b)
    assert da.shape == (3, 0) and db.shape == (0, 2)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("form", ["contiguous", "big-endian", "unaligned"])
def test_arrays_without_axes(form: str, backend: Any) -> None:
    def cubed(x):
        return np.sum(x * x * x)

    def stored(x):
        x[()] = x[()] * 3.0
        return x[()] * x[()]

    x = FORMS[form](np.array(2.0))
    assert x.ndim == 0
    assert ep.compile(cubed, backend=backend)(x) == 8.0
    gradient = ep.grad(cubed, backend=backend)(x)
    assert gradient.shape == () and gradient == 12.0
    assert ep.jvp(cubed, (x,), (np.array(0.5),), backend=backend) == (8.0, 6.0)
    assert ep.vjp(cubed, x, backend=backend)[1](2.0)[0] == 24.0
    assert ep.grad(stored, backend=backend)(x) == 36.0 and x == 2.0
    assert ep.compile(stored, backend=backend)(x) == 36.0 and x == 6.0


# Overlap --------------------------------------------------------------------------------------------------------------


def smears(x, y):
    for i in range(len(x)):
        x[i] = y[i] * 2.0 + x[i]
    return np.sum(x)


def swaps(x, y):
    for i in range(len(x)):
        x[i], y[i] = y[i], x[i] + 1.0
    return np.sum(x * y)


def slices(x, y):
    x[1:] = y[:-1] * 2.0
    y[:] = y + x
    return np.sum(x) + np.sum(y)


def only_reads(x, y):
    return np.sum(x * y) + np.sum(x * x)


PAIRS: dict[str, Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]] = {
    "the same": lambda m: (m[:8], m[:8]),
    "one behind": lambda m: (m[1:9], m[:8]),
    "one ahead": lambda m: (m[:8], m[1:9]),
    "backwards": lambda m: (m[:8], m[7::-1]),
    "interleaved": lambda m: (m[0:16:2], m[1:17:2]),
    "apart": lambda m: (m[:8], m[8:16]),
}


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("f", [smears, swaps, slices, only_reads], ids=lambda f: f.__name__)
def test_arguments_that_overlap_are_written_as_cpython_does(f: Callable[..., Any], pair: str, backend: Any) -> None:
    ours, theirs = numbers(17), numbers(17)
    call = ep.compile(f, backend=backend)
    call(np.ones(8), np.ones(8))  # the version for arrays that are apart comes first
    found, expected = call(*PAIRS[pair](ours)), f(*PAIRS[pair](theirs))
    assert found == pytest.approx(expected, rel=1e-13)
    np.testing.assert_allclose(ours, theirs, rtol=1e-14)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("f", [smears, swaps, slices], ids=lambda f: f.__name__)
def test_a_derivative_refuses_arguments_that_overlap_and_names_both(f: Callable[..., Any], pair: str, backend: Any) -> None:
    memory = numbers(17)
    x, y = PAIRS[pair](memory)
    calls = {
        "grad": lambda: ep.grad(f, (0, 1), backend=backend)(x, y),
        "jvp": lambda: ep.jvp(f, (x, y), (np.ones(8), np.ones(8)), backend=backend),
        "vjp": lambda: ep.vjp(f, x, y, backend=backend),
        "hvp": lambda: ep.hvp(f, backend=backend)(x, y, np.ones(8)),
        "hessian": lambda: ep.hessian(f, backend=backend)(x, y),
        "compile": lambda: ep.compile(ep.grad(f), backend=backend)(x, y),
    }
    for call in calls.values():
        if pair in ("apart", "interleaved"):
            call()
        else:
            with pytest.raises(ep.InvalidArgument, match=r"\bx\b.*\by\b|\by\b.*\bx\b"):
                call()
    np.testing.assert_array_equal(memory, numbers(17))


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("pair", PAIRS)
def test_arguments_that_are_only_read_may_overlap(pair: str, backend: Any) -> None:
    x, y = PAIRS[pair](numbers(17))
    dx, dy = ep.grad(only_reads, (0, 1), backend=backend)(x, y)
    np.testing.assert_allclose(dx, y + 2 * x, rtol=1e-13)
    np.testing.assert_allclose(dy, x, rtol=1e-13)


def windows(x: np.ndarray) -> np.ndarray:
    return np.lib.stride_tricks.as_strided(x, (3, 2), (8, 8))


OVERLAPPING = {
    "windows": windows(np.arange(4.0)),
    "one row, many times": np.lib.stride_tricks.as_strided(np.arange(2.0), (3, 2), (0, 8)),
    "steps of half an element": np.lib.stride_tricks.as_strided(np.arange(4.0), (3, 2), (16, 4)),
}
APART = {
    "transposed": np.arange(6.0).reshape(2, 3).T,
    "every other, backwards": np.arange(24.0).reshape(6, 4)[::-2, ::-2],
    "woven": np.lib.stride_tricks.as_strided(np.arange(8.0), (3, 2), (16, 24)),
    "one row": np.lib.stride_tricks.as_strided(np.arange(2.0), (1, 2), (0, 8)),
    "nothing": np.lib.stride_tricks.as_strided(np.arange(2.0), (0, 2), (0, 0)),
}


def first_doubled(a):
    if a.size:
        a[0, 1] = 2.0 * a[0, 1]
    return np.sum(a * a)


@pytest.mark.parametrize("backend", BACKENDS)
def test_what_overlaps_itself_is_not_written(backend: Any) -> None:
    for name, a in OVERLAPPING.items():
        kept = a.copy()
        for call in (
            lambda a=a: ep.compile(first_doubled, backend=backend)(a),
            lambda a=a: ep.grad(first_doubled, backend=backend)(a),
            lambda a=a: ep.jvp(first_doubled, (a,), (a,), backend=backend),
            lambda a=a: ep.vjp(first_doubled, a, backend=backend),
            lambda a=a: ep.hvp(first_doubled, backend=backend)(a, a),
            lambda a=a: ep.jacobian(first_doubled, backend=backend)(a),
            lambda a=a: ep.explain(first_doubled, backend=backend)(a),
        ):
            with pytest.raises(ep.InvalidArgument, match=r"writes to a, .* pass a\.copy"):
                call()
        np.testing.assert_array_equal(a, kept, err_msg=name)
        np.testing.assert_array_equal(ep.grad(lambda a: np.sum(a * a), backend=backend)(a), 2.0 * a, err_msg=name)


@pytest.mark.parametrize("backend", BACKENDS)
def test_what_only_looks_as_if_it_overlapped_itself_is_written(backend: Any) -> None:
    for name, a in APART.items():
        expected = 2.0 * a
        if a.size:
            expected[0, 1] *= 4.0
        np.testing.assert_array_equal(ep.grad(first_doubled, backend=backend)(a), expected, err_msg=name)
        ours, theirs = a.copy(order="K"), a.copy(order="K")
        assert ep.compile(first_doubled, backend=backend)(ours) == first_doubled(theirs)
        np.testing.assert_array_equal(ours, theirs, err_msg=name)
