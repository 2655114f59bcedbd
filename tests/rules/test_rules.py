"""What a rule says holds in every mode: the forms in which it is given, what has no path, what is found by transposition."""

from __future__ import annotations

import math
import pickle

import numpy as np
import pytest

import everypath as ep

A, B = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([0.5, 0.7])


def scaled_sine(n, x):
    return np.sin(x) * n


def only_x(out, n, x):
    return n * np.cos(x)


def fresh():
    """A function of its own, with the same text."""

    def scaled(n, x):
        return np.sin(x) * n

    return scaled


@pytest.mark.parametrize(
    "partials", [{"x": only_x}, (None, only_x), lambda out, n, x: (None, only_x(out, n, x)), lambda out, *a: (None, only_x(out, *a))]
)
def test_partials_in_every_form(partials) -> None:
    f = ep.rule(fresh(), partials=partials)
    assert ep.grad(f, ("n", "x"))(2.0, 0.3) == (0.0, 2 * math.cos(0.3))
    assert ep.jvp(lambda n, x: f(n, x), (2.0, 0.3), (1.0, 1.0))[1] == 2 * math.cos(0.3)
    assert ep.grad(lambda x: f(2, x))(0.3) == 2 * math.cos(0.3)


def test_a_decorator_with_arguments_and_halves_by_position() -> None:
    @ep.rule(tangent=lambda result, x, y, u, v: u * y + x * v)
    def product(x, y):
        return x * y

    assert product(2.0, 3.0) == 6.0
    assert ep.grad(product, (0, 1))(2.0, 3.0) == (3.0, 2.0)
    assert ep.hessian(product, (0, 1))(2.0, 3.0) == ((0.0, 1.0), (1.0, 0.0))


def test_halves_take_by_name_what_they_need_in_any_order() -> None:
    @ep.rule
    def f(x, y, kind="plain"):
        return x * y

    @f.tangent
    def _(out, y, y_dot, x_dot, x):
        return x_dot * y + x * y_dot

    @f.adjoint
    def _(out, out_bar, y):
        return {"x": out_bar * y}

    assert ep.jvp(lambda x, y: f(x, y, kind="k"), (2.0, 3.0), (1.0, 1.0))[1] == 5.0
    assert ep.grad(f, (0, 1))(2.0, 3.0) == (3.0, 0.0)


def test_what_has_no_path_multiplies_nothing() -> None:
    @ep.rule
    def f(x, y):
        return x * y

    @f.tangent
    def _(out, x, y, x_dot, y_dot):
        return x_dot * y + y_dot * np.inf

    @ep.rule
    def g(x, y):
        return x * y

    @g.adjoint
    def _(out, x, y, out_bar):
        return out_bar * y, out_bar * np.inf

    for h in (f, g):
        assert ep.grad(lambda x, y, h=h: h(x, y))(2.0, 3.0) == 3.0
        assert ep.jvp(lambda x, h=h: h(x, 3.0), (2.0,), (1.0,))[1] == 3.0
        assert ep.jvp(h, (2.0, 3.0), (1.0, None))[1] == 3.0
        assert ep.grad(lambda x, y, h=h: h(x, y), "y")(2.0, 3.0) == np.inf

        def chosen(x, h=h):
            y = h(2.0, x)
            return x if x > 1.5 else y

        assert ep.grad(chosen)(2.0) == 1.0
    assert ep.grad(lambda x: np.sum(np.where(x > 1.5, x, f(2.0, x))))(np.array([2.0])).tolist() == [1.0]


@ep.rule
def product(a, b):
    return a @ b


@product.adjoint
def _(out, a, b, out_bar):
    return np.outer(out_bar, b), a.T @ out_bar


def test_the_tangent_is_the_adjoint_transposed() -> None:
    _, tangent = ep.jvp(product, (A, B), (np.ones((2, 2)), None))
    np.testing.assert_allclose(tangent, np.ones((2, 2)) @ B)
    ep.check_grads(product, (A, B))
    ep.check_grads(lambda a, b: np.sum(np.sin(product(a, b))), (A, B), order=2)


def test_a_pullback_may_be_called_again() -> None:
    _, pullback = ep.vjp(lambda a, b: product(a, b) ** 2, A, B)
    first, second = pullback(np.array([1.0, 0.0])), pullback(np.array([1.0, 0.0]))
    np.testing.assert_array_equal(first[0], second[0])
    np.testing.assert_array_equal(first[1], second[1])


@pytest.mark.parametrize("backend", ["native", "interpreter"])
def test_both_backends(backend) -> None:
    def f(a, b):
        return np.sum(product(a, b) ** 2)

    np.testing.assert_allclose(ep.grad(f, backend=backend)(A, B), 2 * np.outer(A @ B, B))
    np.testing.assert_allclose(ep.hessian(f, "b", backend=backend)(A, B), 2 * A.T @ A)


def test_a_half_that_is_not_linear_holds_in_its_own_mode() -> None:
    @ep.rule
    def clipped(x):
        return x

    @clipped.adjoint
    def _(out, x, out_bar):
        return min(max(out_bar, -1.0), 1.0)

    assert ep.grad(lambda x: 10 * clipped(x))(1.0) == 1.0
    assert ep.grad(lambda x: clipped(x) ** 2)(0.1) == 0.2
    with pytest.raises(ep.NotSupported, match=r"the tangent of clipped is wanted here(.|\n)*give it @clipped\.tangent"):
        ep.jvp(lambda x: clipped(x), (1.0,), (1.0,))


def test_kinks_are_those_of_the_rule() -> None:
    @ep.rule
    def size(x):
        return abs(x)

    @size.partials
    def _(out, x):
        return 1.0 if x >= 0 else -1.0

    assert ep.grad(size)(0.0) == 1.0
    assert ep.grad(lambda x: size(x) + abs(x))(0.0) == 1.0
    assert ep.grad(lambda x: abs(size(x)))(0.0) == 0.0


SCALE = 3.0
TABLE = np.array([1.0, 2.0])


@ep.rule
def scaled(x):
    return x * SCALE


@scaled.tangent
def _(out, x, x_dot):
    return x_dot * SCALE * TABLE[1] / 2.0


def test_what_a_half_captures_is_read_at_every_call(monkeypatch) -> None:
    slope = ep.grad(lambda x: scaled(x) ** 2)
    assert slope(1.0) == 18.0
    monkeypatch.setitem(globals(), "SCALE", 4.0)
    assert slope(1.0) == 32.0
    assert ep.grad(scaled)(1.0) == 4.0


def test_rules_of_closures_are_their_own() -> None:
    def make(k):
        @ep.rule
        def times(x):
            return k * x

        @times.tangent
        def _(out, x, x_dot):
            return k * x_dot

        return times

    f, g = make(2.0), make(3.0)
    assert ep.grad(lambda x: f(x) * g(x))(1.0) == 12.0


def test_what_a_half_must_know_is_known_to_the_call() -> None:
    @ep.rule
    def total(x, axis):
        return np.sum(x, axis=axis)

    @total.tangent
    def _(out, x, axis, x_dot):
        return np.sum(x_dot, axis=axis)

    @ep.rule
    def rolled(x, steps):
        return x * steps

    @rolled.tangent
    def _(out, x, steps, x_dot):
        parts = [x_dot for _ in range(steps)]
        return parts[0] * len(parts)

    x = np.arange(6.0).reshape(2, 3)
    ep.check_grads(lambda x, axis: np.sum(total(x, axis) ** 2), (x, 1), order=2)
    ep.check_grads(lambda x: np.sum(total(x, 0) ** 2), (x,), order=2)
    assert ep.grad(lambda x, n: np.sum(rolled(x, n)))(x, 3).tolist() == np.full((2, 3), 3.0).tolist()


def test_a_rule_given_or_changed_later_is_noticed() -> None:
    def f(x):
        return x * x

    slope = ep.grad(lambda x: f(x))
    assert slope(3.0) == 6.0
    ep.rule(f, partials=lambda out, x: 5.0)
    assert slope(3.0) == 5.0
    ep.rule(f, partials=lambda out, x: 7.0)
    assert slope(3.0) == 7.0
    assert f(3.0) == 9.0


def test_a_wrapper_has_no_rule_of_its_own() -> None:
    import functools

    @functools.wraps(scaled)
    def doubled(x):
        return 2.0 * scaled(x)

    assert ep.grad(doubled)(1.0) == 6.0


def test_pickling() -> None:
    assert pickle.loads(pickle.dumps(scaled)) is scaled
    assert pickle.loads(pickle.dumps(ep.grad(scaled)))(1.0) == 3.0


def test_float32_stays() -> None:
    assert ep.grad(lambda b: np.sum(product(A.astype(np.float32), b)))(B.astype(np.float32)).dtype == np.float32


class Model:
    def __init__(self, w):
        self.w = w

    @ep.rule
    def apply(self, x, scale=2.0):
        return self.w * scale * np.sin(x)

    @apply.tangent
    def _(out, self, x, scale, self_dot, x_dot, scale_dot):
        return self_dot["w"] * scale * np.sin(x) + self.w * scale * np.cos(x) * x_dot + scale_dot * out / scale


def test_a_method() -> None:
    m = Model(3.0)
    ep.check_grads(m.apply, (0.3,), order=2)
    ep.check_grads(lambda x, s: m.apply(x, scale=s), (0.3, 1.5), order=2)
    assert ep.grad(lambda m, x: m.apply(x))(m, 0.3) == {"w": pytest.approx(2 * math.sin(0.3))}


def test_jacobians_inside_and_outside() -> None:
    np.testing.assert_allclose(ep.jacobian(product, 1)(A, B), A)
    np.testing.assert_allclose(ep.jacfwd(product, 1)(A, B), A)
    ep.check_grads(lambda b: np.sum(ep.jacobian(lambda t: product(A, t * t))(b) ** 2), (B,), order=1)


def test_strided_and_small_arguments() -> None:
    ep.check_grads(lambda a, b: np.sum(product(a.T, b[::2]) ** 2), (A, np.array([0.5, 1.0, 0.7])), order=2)
    assert ep.grad(lambda a, b: np.sum(product(a, b)))(np.zeros((0, 2)), B).shape == (0, 2)


def test_an_explanation_has_one_edge_for_a_call() -> None:
    e = ep.explain(lambda x: math.exp(scaled(x)))(0.1)
    assert e.gradient == ep.grad(lambda x: math.exp(scaled(x)))(0.1)
    assert e.paths("x").count == 1 and "scaled" in str(e)
    inside = ep.explain(lambda x: math.exp(scaled(x)), inside=True)(0.1)
    assert inside.gradient == pytest.approx(e.gradient) and "scaled(x) " not in str(inside)
    e = ep.explain(lambda b: np.sum(product(A, b)))(B)
    np.testing.assert_allclose(e.gradient, A.sum(axis=0))


def test_called_by_other_functions_and_through_others() -> None:
    import functools

    def f(x):
        table = {"a": scaled, "b": np.cos}
        reduced = functools.reduce(lambda a, b: scaled(a * b), [x, x, x])
        return sum(map(scaled, [x, 2.0 * x])) + reduced + table["a"](x) + functools.partial(lambda g, y: g(y), scaled)(x)

    ep.check_grads(f, (0.3,), order=2)


def test_derivatives_taken_in_a_half() -> None:
    def cube(x):
        return x**3

    @ep.rule(tangent=lambda out, x, x_dot: ep.jvp(cube, (x,), (x_dot,))[1])
    def f(x):
        return x**3

    @ep.rule(adjoint=lambda out, x, out_bar: ep.vjp(lambda t: np.sum(t**3), x)[1](out_bar)[0])
    def g(x):
        return np.sum(x**3)

    ep.check_grads(f, (1.2,), order=2)
    ep.check_grads(g, (np.array([1.2, 0.3]),), order=2)


def test_loops_and_writes_in_halves() -> None:
    @ep.rule
    def running(x):
        return np.cumsum(x)

    @running.tangent
    def _(out, x, x_dot):
        y, total = np.zeros(len(x)), 0.0
        for k in range(len(x)):
            total += x_dot[k]
            y[k] = total
        return y

    @ep.rule
    def backwards(x):
        return np.cumsum(x)

    @backwards.adjoint
    def _(out, x, out_bar):
        x_bar, total = np.zeros_like(x), 0.0
        for k in reversed(range(len(x))):
            total = total + out_bar[k]
            x_bar[k] += total
        return x_bar

    for h in (running, backwards):
        ep.check_grads(lambda x, h=h: np.sum(h(x * x) ** 2), (np.array([0.1, 0.2, 0.3]),), order=2)


def test_ties_around_a_call() -> None:
    def centred(x):
        return scaled(x) - 3.0 * x + x

    assert ep.grad(lambda x: abs(centred(x)))(0.0) == 0.0
    assert ep.hessian(lambda x: abs(centred(x)) ** 2)(0.0) == 2.0
    assert ep.grad(lambda x: max(scaled(x), 0.0))(0.0) == 1.5
    np.testing.assert_allclose(ep.hessian(lambda b: np.linalg.norm(product(A, b)) ** 2)(np.zeros(2)), 2 * A.T @ A)


def test_results_without_a_derivative() -> None:
    @ep.rule(partials=lambda out, x: None)
    def constant(x):
        return 3.0

    @ep.rule(tangent=lambda out, x, x_dot: (None, 2 * x_dot))
    def flagged(x):
        return x > 0, x * 2

    assert ep.grad(lambda x: constant(x) * x)(2.0) == 3.0
    assert ep.grad(lambda x: flagged(x)[1] if flagged(x)[0] else 0.0)(2.0) == 2.0


class Kinds:
    @staticmethod
    @ep.rule(partials=lambda out, x: 2 * x)
    def square(x):
        return x * x

    @classmethod
    @ep.rule(adjoint=lambda out, cls, x, out_bar: (None, 2 * x * out_bar))
    def squared(cls, x):
        return x * x


def test_static_and_class_methods() -> None:
    assert ep.grad(lambda x: Kinds.square(x) + Kinds.squared(x) + Kinds().square(x))(3.0) == 18.0


def test_it_costs_no_operation_where_nothing_is_derived() -> None:
    """The rule of a function of arrays leaves what the function itself would leave: one loop."""

    @ep.rule(partials=lambda out, x: out * (1 - out))
    def logistic(x):
        return 1 / (1 + np.exp(-x))

    text = ep.grad(lambda x: np.sum(logistic(x) * x)).show("optimised", np.ones(3))
    assert text.count("map ") == 1
    assert "ruled" not in text


@ep.rule
def root(f, start, *args):
    x = start
    for _ in range(60):
        x = x - f(x, *args) / ep.grad(f)(x, *args)
    return x


@root.tangent
def _(out, f, args, args_dot):
    _, moved = ep.jvp(lambda *a: f(out, *a), args, args_dot)
    return -moved / ep.grad(f)(out, *args)


def test_functions_and_starred_arguments() -> None:
    def cubic(x, a, b):
        return x**3 + a * x - b

    ep.check_grads(lambda a, b: root(cubic, 1.0, a, b), (1.3, 2.0), order=2)
    assert ep.grad(lambda a: root(lambda x, t: x * x - t, 1.0, a))(4.0) == pytest.approx(0.25)


def test_halves_with_keywords_and_defaults_of_their_own() -> None:
    @ep.rule
    def times(x, *, k=2.0):
        return x * k

    @times.tangent
    def _(out, x, k, *, x_dot, k_dot, scale=1.0):
        return (x_dot * k + x * k_dot) * scale

    ep.check_grads(lambda x, k: times(x, k=k), (0.3, 1.5), order=2)
    ep.check_grads(times, (0.3,), order=2)


def lower_solve(m, b):
    x = b.copy()
    for i in range(len(b)):
        for j in range(i):
            x[i] -= m[i, j] * x[j]
        x[i] /= m[i, i]
    return x


@ep.rule
def factored_solve(m, b):
    return lower_solve(m[::-1, ::-1].T, lower_solve(m, b)[::-1])[::-1]


@factored_solve.tangent
def _(out, m, b, m_dot, b_dot):
    return factored_solve(m, b_dot - (m_dot @ m.T + m @ m_dot.T) @ out)


def test_a_linear_function_with_helpers_is_transposed() -> None:
    def f(v, b):
        m, k = np.zeros((3, 3)), 0
        for i in range(3):
            for j in range(i + 1):
                m[i, j] = v[k]
                k += 1
        return np.sum(factored_solve(m, b) ** 2)

    ep.check_grads(f, (np.array([2.0, 0.5, 1.5, 0.2, 0.3, 1.0]), np.array([1.0, 2.0, 3.0])), order=2)


def test_deep_nesting() -> None:
    @ep.rule(tangent=lambda out, x, x_dot: np.cos(x) * x_dot)
    def sine(x):
        return np.sin(x)

    def nested(s):
        return lambda x: ep.grad(lambda y: ep.grad(lambda z: s(z * y) * s(y))(x))(x)

    assert ep.grad(nested(sine))(0.3) == pytest.approx(ep.grad(nested(np.sin))(0.3))
    assert ep.grad(ep.grad(ep.grad(sine)))(0.3) == pytest.approx(-math.cos(0.3))
    x, v = np.array([0.1, 0.2]), np.ones(2)
    np.testing.assert_allclose(ep.hvp(lambda x: np.sum(sine(x) * x))(x, v), 2 * np.cos(x) - x * np.sin(x))


def test_a_half_that_is_not_linear_may_give_back_its_direction() -> None:
    @ep.rule
    def kept(x):
        return x * 1.0

    @kept.tangent
    def _(out, x, x_dot):
        if np.sum(x_dot) > 0:
            return x_dot
        return 1.0 * x_dot

    def f(x):
        y = kept(x)
        y[0] = 0.0
        return np.sum(y * x)

    assert ep.jvp(f, (np.array([1.0, 2.0]),), (np.array([1.0, 1.0]),))[1] == 4.0


@pytest.mark.parametrize("kind", ["tangent", "adjoint"])
def test_it_is_what_everypath_finds(kind) -> None:
    def plain(x):
        e = np.exp(x - np.max(x))
        return e / np.sum(e)

    @ep.rule
    def ruled(x):
        e = np.exp(x - np.max(x))
        return e / np.sum(e)

    getattr(ruled, kind)(lambda out, x, direction: out * (direction - np.sum(out * direction)))
    rng = np.random.default_rng(0)
    w, x = rng.normal(size=(3, 4)), rng.normal(size=4)

    def loss(f):
        return lambda w, x: -np.log(f(w @ x))[1] + np.sum(f(f(w @ x)) ** 2)

    def descent(f):
        def run(x):
            for _ in range(3):
                x = x - 0.1 * ep.grad(lambda z: np.sum(f(z) * z))(x)
            return np.sum(x**2)

        return run

    for found, known in zip(ep.grad(loss(ruled), (0, 1))(w, x), ep.grad(loss(plain), (0, 1))(w, x), strict=True):
        np.testing.assert_allclose(found, known, atol=1e-12)
    np.testing.assert_allclose(ep.hessian(loss(ruled), 1)(w, x), ep.hessian(loss(plain), 1)(w, x), atol=1e-10)
    for jacobian in (ep.jacfwd, ep.jacrev):
        np.testing.assert_allclose(jacobian(ruled)(x), jacobian(plain)(x), atol=1e-12)
    np.testing.assert_allclose(ep.grad(descent(ruled))(x), ep.grad(descent(plain))(x), atol=1e-10)


class Filter:
    def __init__(self):
        self.p, self.gain, self.inverse = np.eye(2), 1.0, np.linalg.inv

    def update(self, noise):
        s = self.p + np.eye(2) * noise
        self.p = self.p - self.p @ self.inverse(s) @ self.p


@pytest.mark.parametrize("backend", ["native", "interpreter"])
def test_captured_objects_that_change_around_calls_with_rules(backend) -> None:
    state = Filter()

    @ep.rule
    def scaled(x):
        return 3.0 * x

    @scaled.adjoint
    def _(out, x, out_bar):
        return out_bar * state.gain

    def filtered(noise):
        state.p = np.eye(2) * (1.0 + noise)
        for _ in range(3):
            state.update(noise)
        return state.p[0, 0]

    def seen_by_the_rule(x):
        state.gain = 7.0
        state.p = x * 2.0
        return scaled(state.p) + scaled(x)

    assert ep.grad(seen_by_the_rule, backend=backend)(0.5) == 21.0
    state.p = np.eye(2)
    ep.check_grads(filtered, (0.5,), order=1, backend=backend)
