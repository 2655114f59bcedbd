"""A rule that can't be right is refused: where it is given if that shows, else where it is called, with the line and a way out."""

from __future__ import annotations

import functools
import math

import numpy as np
import pytest

import everypath as ep

X = np.array([1.0, 2.0])


def made(**halves):
    def f(x, y):
        return np.sum(x) * y

    return ep.rule(f, **halves)


@pytest.mark.parametrize(
    "halves, message",
    [
        ({"tangent": lambda out, x, y, z_dot: 1.0}, "the tangent of f takes z_dot, and there is no z"),
        ({"tangent": lambda out, x, y: 1.0}, "and so no tangent such as x_dot"),
        ({"adjoint": lambda a: 1.0}, "and so no out_bar"),
        ({"adjoint": lambda out, p, q: 1.0}, r"should take \(out, x, y, out_bar\)"),
        ({"partials": {"z": lambda out, x, y: 1.0}}, "the partials of f are given for 'z', and it has the arguments x, y"),
        ({"partials": (None, None, lambda out, x, y: 1.0)}, "3 partials are given for f"),
        ({"partials": math.sin}, "must be written in Python"),
        ({"adjoint": 3.0}, "must be written in Python"),
    ],
)
def test_refused_where_it_is_given(halves, message) -> None:
    with pytest.raises(ep.InvalidArgument, match=message):
        made(**halves)


def test_what_can_have_no_rule() -> None:
    with pytest.raises(ep.InvalidArgument, match=r"rule takes a function, not 3\.0"):
        ep.rule(3.0)
    for inside in (functools.lru_cache(lambda x: x), functools.partial(lambda x, y: x, 1.0)):
        with pytest.raises(ep.InvalidArgument, match="rule takes the function inside of"):
            ep.rule(inside)
    for other in (float, ep.grad(lambda x: x)):
        with pytest.raises(ep.InvalidArgument, match="rule takes a function, not"):
            ep.rule(other)
    with pytest.raises(ep.InvalidArgument, match="under @staticmethod"):
        ep.rule(staticmethod(lambda x: x))
    with pytest.raises(ep.InvalidArgument, match="not a method of one object"):
        ep.rule(Thing().run)


class Thing:
    def run(self):
        return 1.0


@pytest.mark.parametrize(
    "halves, error, message",
    [
        (
            {"adjoint": lambda out, x, y, out_bar: out_bar},
            ep.NotSupported,
            "return one value for each of x, y, None where there is no path",
        ),
        ({"adjoint": lambda out, x, y, out_bar: {"z": 1.0}}, ep.NotSupported, "given for 'z', which is no argument"),
        ({"adjoint": lambda out, x, y, out_bar: (x[1:], 1.0)}, ep.InvalidArgument, "gives for x has another shape than x"),
        ({"adjoint": lambda out, x, y, out_bar: (1.0, 1.0)}, ep.NotSupported, "gives for x is a number, and x an array"),
        ({"adjoint": lambda out, x, y, out_bar: (x, x)}, ep.NotSupported, "gives for y is an array, and y a number"),
        (
            {"tangent": lambda out, x, y, x_dot, y_dot: (1.0, 1.0)},
            ep.NotSupported,
            "a tuple of 2 stands where a tangent of a number is needed",
        ),
        ({"tangent": lambda out, x, y, x_dot, y_dot: x_dot}, ep.NotSupported, "the tangent of f is an array, and what f returns a number"),
        ({"partials": lambda out, x, y: (x, 1.0)}, ep.NotSupported, "it does not work element by element"),
        ({"partials": lambda out, x, y: 1.0}, ep.NotSupported, "return one value for each of x, y"),
        ({"adjoint": lambda out, x, y, out_bar: (np.outer(x, x), 1.0)}, ep.NotSupported, "gives for x has 2 axes, and x 1"),
        ({"tangent": lambda out, x, y, x_dot, y_dot: np.sum(x_dot * np.ones(5))}, ValueError, "broadcast"),
        ({}, ep.NotSupported, "has a rule that says nothing"),
    ],
)
def test_refused_where_it_is_called(halves, error, message) -> None:
    f = made(**halves)
    with pytest.raises(error, match=message):
        ep.grad(lambda x, y: f(x, y))(X, 1.0)


@ep.rule
def identity(x):
    return x


@identity.adjoint
def _(out, x, out_bar):
    return 2 * out_bar


@ep.rule
def writes(x):
    x[0] = 1.0
    return np.sum(x)


@writes.tangent
def _(out, x, x_dot):
    return np.sum(x_dot)


@ep.rule
def half_writes(x):
    return np.sum(x)


@half_writes.tangent
def _(out, x, x_dot):
    x_dot[0] = 0.0
    return np.sum(x_dot)


@ep.rule
def two_of_one(x):
    y = x * 2
    return y, y[1:]


@two_of_one.tangent
def _(out, x, x_dot):
    return 2 * x_dot, 2 * x_dot[1:]


def test_what_is_given_back_may_be_read() -> None:
    assert ep.grad(lambda x: np.sum(identity(x) * x))(X).tolist() == [3.0, 6.0]
    np.testing.assert_array_equal(ep.compile(identity)(X), X)

    def both(x):
        a, b = two_of_one(x)
        return np.sum(a * a) + np.sum(b)

    ep.check_grads(both, (X,), order=2)


def result_written(x):
    y = identity(x)
    y[0] = 3.0
    return np.sum(x)


def argument_written(x):
    z = x * 1.0
    y = identity(z[1:])
    z[1] = 3.0
    return np.sum(y)


def one_of_two_written(x):
    a, b = two_of_one(x)
    b[0] = 1.0
    return np.sum(a * a) + np.sum(b)


@pytest.mark.parametrize("f", [result_written, argument_written, one_of_two_written])
def test_what_is_given_back_may_not_be_written(f) -> None:
    with pytest.raises(ep.NotSupported, match=r"a function that has a rule returns (.*)what it is given(.|\n)*return a copy"):
        ep.grad(f)(X)
    ours, theirs = X.copy(), X.copy()
    assert ep.compile(f)(ours) == f(theirs)  # a value needs no rule
    np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("f", [writes, half_writes])
def test_what_is_given_may_not_be_written(f) -> None:
    with pytest.raises(ep.NotSupported, match=r"may not write to what it is given(.|\n)*write into a copy"):
        ep.grad(lambda x: f(x))(X)


def test_an_error_cannot_be_caught_around_it() -> None:
    @ep.rule
    def root(x):
        if x < 0:
            raise ValueError("negative")
        return math.sqrt(x)

    @root.partials
    def _(out, x):
        return 0.5 / out

    def f(x):
        try:
            return root(x)
        except ValueError:
            return 0.0

    assert ep.grad(lambda x: root(x))(4.0) == 0.25
    with pytest.raises(ValueError, match="negative"):
        ep.grad(lambda x: root(x))(-4.0)
    with pytest.raises(ep.NotSupported, match="an error of root, which has a rule, cannot be caught around it"):
        ep.grad(f)(4.0)


def test_a_wrong_rule_is_found_by_check_grads() -> None:
    from everypath.testing.check import WrongDerivative

    f = made(adjoint=lambda out, x, y, out_bar: (np.ones(2) * out_bar, np.sum(x) * out_bar))
    with pytest.raises(WrongDerivative, match="differences"):
        ep.check_grads(f, (X, 3.0))


def test_a_rule_that_is_stated_inside() -> None:
    def f(x):
        @ep.rule
        def inside(t):
            return t * t

        return inside(x)

    with pytest.raises(ep.NotSupported, match=r"everypath\.rule inside the function is not supported(.|\n)*call it outside"):
        ep.grad(f)(1.0)


@ep.rule
def applied(f, x):
    return f(x)


@applied.adjoint
def _(out, f, x, out_bar):
    return None, ep.grad(f)(x) * out_bar


def test_what_a_function_sees_that_is_passed() -> None:
    def f(w, x):
        return applied(lambda t: t * w, x)

    assert ep.grad(f, "x")(2.0, 3.0) == 2.0
    for derivative in (lambda: ep.grad(f)(2.0, 3.0), lambda: ep.jvp(f, (2.0, 3.0), (1.0, 0.0))):
        with pytest.raises(ep.NotSupported, match=r"passed to applied sees w(.|\n)*pass w to applied as an argument"):
            derivative()


def test_a_tangent_by_differences_is_not_linear() -> None:
    @ep.rule
    def sine(x):
        return np.sin(x)

    @sine.tangent
    def _(out, x, x_dot):
        return (sine(x + 1e-7 * x_dot) - out) / 1e-7

    assert ep.jvp(sine, (0.3,), (1.0,))[1] == pytest.approx(math.cos(0.3), rel=1e-5)
    with pytest.raises(ep.NotSupported, match="not plainly linear"):
        ep.grad(sine)(0.3)
