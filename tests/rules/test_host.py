"""Functions that CPython runs: what goes in and comes out, errors, threads, and where a derivative may and may not pass."""

from __future__ import annotations

import ctypes
import ctypes.util
import threading
from collections.abc import Iterator

import numpy as np
import pytest
import scipy.linalg
import scipy.special

import everypath as ep
from everypath import pipeline, rules

A, B = np.array([[4.0, 1.0, 0.0], [1.0, 3.0, 1.0], [0.5, 1.0, 5.0]]), np.array([1.0, 2.0, 3.0])

both_backends = pytest.mark.parametrize("backend", ["native", "interpreter"])


@ep.rule(host=True)
def solve(a, b):
    return scipy.linalg.solve(a, b)


@solve.tangent
def _(out, a, b, a_dot, b_dot):
    return solve(a, b_dot - a_dot @ out)


@solve.adjoint
def _(out, a, b, out_bar):
    b_bar = solve(a.T, out_bar)
    return -np.outer(b_bar, out), b_bar


def residual(a, b):
    return np.sum(solve(a, b) ** 2)


def test_a_solver() -> None:
    np.testing.assert_array_equal(ep.compile(solve)(A, B), solve(A, B))
    ep.check_grads(solve, (A, B))
    ep.check_grads(residual, (A, B), order=2)
    assert ep.explain(lambda b: residual(A, b))(B).gradient == pytest.approx(ep.grad(residual, 1)(A, B))


def test_a_tangent_that_calls_what_cpython_runs_has_no_transpose() -> None:
    @ep.rule(host=True, returns=np.zeros(0))
    def apart(a, b):
        return scipy.linalg.solve(a, b)

    @apart.tangent
    def _(out, a, b, a_dot, b_dot):
        return apart(a, b_dot - a_dot @ out)

    assert ep.jvp(lambda b: apart(A, b), (B,), (B,))[1] == pytest.approx(solve(A, B))
    with pytest.raises(ep.NotSupported, match=r"CPython runs apart, so that it can't be transposed(.|\n)*state the other half"):
        ep.grad(lambda b: np.sum(apart(A, b)))(B)


@pytest.fixture
def of_others() -> Iterator[None]:
    """Rules for functions of NumPy and SciPy, forgotten afterwards."""
    before = dict(rules.ELSEWHERE)
    kv, inv = scipy.special.kv, np.linalg.inv
    ep.rule(kv, partials=lambda out, v, z: (None, -(scipy.special.kv(v - 1, z) + scipy.special.kv(v + 1, z)) / 2))
    ep.rule(np.linalg.det, host=True, adjoint=lambda out, a, out_bar: out_bar * out * np.linalg.inv(a).T)
    ep.rule(inv, host=True, adjoint=lambda out, a, out_bar: -(out.T @ out_bar @ out.T))
    yield
    rules.ELSEWHERE.clear()
    rules.ELSEWHERE.update(before)
    for function in (np.linalg.det, inv):
        vars(function).pop(rules.ATTRIBUTE, None)


def test_functions_of_numpy_that_are_not_supported_yet(of_others) -> None:
    ep.check_grads(lambda a: np.linalg.det(a) * np.sum(np.linalg.inv(a)), (A,), order=2)


def in_a_loop(z):
    total = 0.0
    for k in range(4):
        total += scipy.special.kv(0.5 + k, z + k)
    return total


def test_a_ufunc_of_scipy(of_others) -> None:
    ep.check_grads(in_a_loop, (2.0,), order=2)
    ep.check_grads(lambda z: np.sum(scipy.special.kv(1.5, z) * z), (np.array([1.0, 2.0]),), order=2)
    ep.check_grads(lambda v, z: np.sum(scipy.special.kv(v.shape[0], z) * v), (np.ones((2, 1)), np.array([1.0, 2.0])), order=2)
    assert type(ep.compile(lambda z: scipy.special.kv(1.5, z))(2.0)) is np.float64
    assert ep.grad(lambda v, z: scipy.special.kv(v, z), ("v", "z"))(1.5, 2.0)[0] == 0.0


libm = ctypes.CDLL(ctypes.util.find_library("m"))
libm.cbrt.restype, libm.cbrt.argtypes = ctypes.c_double, [ctypes.c_double]


@ep.rule(host=True, returns=float)
def root(x):
    return libm.cbrt(x)


@root.partials
def _(out, x):
    return 1 / (3 * out * out)


def test_a_c_library() -> None:
    ep.check_grads(root, (2.0,), order=2)
    ep.check_grads(lambda x: root(x) * root(1 + x * x), (2.0,), order=2)


CALLS: list[int] = []


@ep.rule(host=True)
def data(x):
    CALLS.append(1)
    return np.argsort(x), {"n": len(x)}, "text", None


def picked(x):
    order, sizes, text, nothing = data(x)
    assert nothing is None and text == "text"
    return x[order[0]] * sizes["n"]


def test_data_needs_no_rule_and_one_call_shows_what_it_is() -> None:
    x = np.array([3.0, 1.0, 2.0])
    slope = ep.grad(picked)
    assert slope(x).tolist() == [0, 3, 0]
    seen = len(CALLS)
    assert slope(-x).tolist() == [3, 0, 0]
    assert ep.grad(lambda x: picked(2.0 * x))(x).tolist() == [0, 6, 0]
    assert len(CALLS) == seen + 2


@ep.rule(host=True)
def cube(x, k=3):
    return x**k


def test_no_derivative_passes_without_a_rule() -> None:
    assert ep.compile(lambda x: cube(x, k=2))(2.0) == 4.0
    assert ep.grad(lambda x, y: cube(y) * x)(2.0, 3.0) == 27.0
    with pytest.raises(ep.NotSupported, match=r"everypath\.rule\(cube, tangent=lambda out, x, k, x_dot, k_dot: …\)"):
        ep.grad(lambda x: cube(x))(2.0)
    with pytest.raises(ep.NotSupported, match="a derivative passes through cube"):
        ep.jvp(lambda x: cube(x), (2.0,), (1.0,))


def test_a_rule_given_afterwards() -> None:
    @ep.rule(host=True)
    def late(x):
        return x * x

    slope = ep.grad(lambda x: late(x))
    with pytest.raises(ep.NotSupported):
        slope(3.0)
    late.partials(lambda out, x: 2 * x)
    assert slope(3.0) == 6.0


class TooLarge(Exception):
    pass


@ep.rule(host=True, returns=1.0)
def fails(x):
    if x > 1:
        raise TooLarge("too large", x)
    return x


@fails.partials
def _(out, x):
    return 1.0


@both_backends
def test_exceptions_come_through(backend) -> None:
    slope = ep.grad(lambda x: fails(x), backend=backend)
    with pytest.raises(TooLarge) as caught:
        slope(2.0)
    assert caught.value.args == ("too large", 2.0)
    assert any(entry.name == "fails" for entry in caught.traceback)
    assert slope(0.5) == 1.0


def test_they_cannot_be_caught_inside() -> None:
    def f(x):
        try:
            return fails(x)
        except TooLarge:
            return 0.0

    with pytest.raises(ep.NotSupported, match="cannot be caught around it"):
        ep.compile(f)(2.0)


@ep.rule(host=True)
def fickle(x):
    return x if x > 0 else "no"


@ep.rule(host=True)
def changes(x):
    x[0] = 5.0
    return 1.0


@ep.rule(host=True)
def changes_a_list(items):
    items[0].append(3.0)
    return 1.0


@ep.rule(host=True)
def strange(x):
    return np.array([1], "m8[s]")


class Cubes:
    """An object."""


@both_backends
def test_results_that_are_not_as_expected(backend) -> None:
    def run(f, *args):
        return ep.compile(f, backend=backend)(*args)

    assert run(lambda x: fickle(x), 1.0) == 1.0
    with pytest.raises(ep.NotSupported, match="fickle returns 'no' here, and a float is expected of it"):
        run(lambda x: fickle(x), -1.0)
    for f, x in ((changes, np.ones(2)), (changes_a_list, [[1.0]])):
        with pytest.raises(ep.NotSupported, match="changes what it is called with"):
            run(lambda x, f=f: f(x), x)
    with pytest.raises(ep.NotSupported, match="what strange returns is an array of dtype timedelta64"):
        run(lambda x: strange(x), np.ones(2))
    with pytest.raises(ep.NotSupported, match="an instance of Cubes can't be handed to it"):
        run(lambda x: cube(Cubes()), 1.0)


def test_a_call_that_the_first_run_did_not_reach() -> None:
    @ep.rule(host=True)
    def late(x):
        return x * 2.0

    def f(x):
        if x > 0:
            return x * late(1.0)
        return x

    slope = ep.grad(f)
    assert slope(-1.0) == 1.0
    with pytest.raises(ep.NotSupported, match="call again, or say it"):
        slope(1.0)
    assert slope(1.0) == 2.0


@both_backends
def test_all_kinds_of_values(backend) -> None:
    @ep.rule(host=True)
    def kinds(a, b, c, d, e, f, g):
        assert [type(x) for x in (a, b, c, d, f)] == [float, int, bool, np.float64, np.float32]
        assert e.dtype == bool and g == {"k": (1, [2.0])}
        arrays = np.arange(12.0).reshape(3, 4).T, np.zeros((0, 2)), np.array(3.0)
        return a, b, c, d, e, f, g, np.float32(2), np.int32(3), *arrays, list(range(20))

    def run(a, b, c, e, f):
        return kinds(a, b, c, np.float64(a), e, f, {"k": (1, [2.0])})

    arguments = (1.5, 2, True, np.array([True, False]), np.float32(3))
    for x, y in zip(ep.compile(run, backend=backend)(*arguments), run(*arguments), strict=True):
        assert type(x) is type(y)
        assert np.array_equal(x, y) and np.shape(x) == np.shape(y) if isinstance(x, np.ndarray) else x == y


def test_results_do_not_share_memory_with_anything() -> None:
    kept: list[np.ndarray] = []

    @ep.rule(host=True, returns=np.zeros(0))
    def keeps(x):
        kept.append(x)
        return x

    def f(x):
        y = keeps(x)
        y[0] = 9.0
        return y

    x = np.array([1.0, 2.0])
    assert ep.compile(f)(x).tolist() == [9.0, 2.0]
    assert x.tolist() == [1.0, 2.0] and kept[-1].tolist() == [1.0, 2.0]


def test_threads() -> None:
    @ep.rule(host=True, returns=np.zeros(0))
    def doubled(x):
        return x * 2

    total = ep.compile(lambda x: np.sum(doubled(x)))
    total(np.ones(3))
    right: list[bool] = []

    def work(k):
        right.extend(total(np.full(20_000, float(k))) == 40_000.0 * k for _ in range(30))

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(right) == 120 and all(right)


def test_compiled_code_inside_of_what_cpython_runs() -> None:
    inner = ep.grad(lambda x: root(x) ** 2)

    @ep.rule(host=True, returns=float)
    def outer(x):
        return inner(x)

    assert ep.compile(lambda x: outer(x) + root(x))(2.0) == inner(2.0) + root(2.0)


@ep.rule(host=True)
def several(x):
    return np.argmax(x), float(np.max(x)), x > 0


@ep.rule(host=True)
def nothing(x):
    return None


def test_an_explanation_goes_past_data() -> None:
    def f(x, d):
        i, largest, mask = several(d)
        nothing(d)
        return x[i] * largest + np.sum(x[mask])

    x = np.array([1.0, 3.0, 2.0])
    assert ep.explain(f)(x, x).gradient.tolist() == ep.grad(f)(x, x).tolist() == [1.0, 4.0, 1.0]


def test_ties_beside_what_cpython_runs() -> None:
    assert ep.grad(lambda x, y: abs(x) + cube(y))(0.0, 2.0) == 0.0
    assert ep.grad(lambda x, y: 2 * max(x, cube(y)))(8.0, 2.0) == 1.0


def test_a_call_that_is_another_one_each_time_the_program_is_read_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    @ep.rule(host=True)
    def doubled(a):
        return np.asarray(a) * 2.0

    monkeypatch.setattr(pipeline, "learnt_by_trial", lambda *_: True)
    with pytest.raises(ep.NotSupported, match=r"made anew whenever the program is read(.|\n)*make it once, outside"):
        ep.compile(lambda x: doubled(x))(0.5)
