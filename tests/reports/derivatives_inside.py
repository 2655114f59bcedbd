"""Derivatives called inside: of functions that may fall off their end, of views, with captured lists, in recursion, high orders.

`means` is what they come to, worked out by hand.
"""

import numpy as np

import everypath as ep
from programs.registry import at

from .registry import report

X = np.array([0.3, 0.5, 0.7])


def square_or_none(x):
    if x > 0.0:
        return x * x


@report(at(3.0, gradient=2.0), means=lambda x: 2.0 * x)
def jvp_of_what_may_fall_off_its_end(x):
    _, t = ep.jvp(square_or_none, (x,), (1.0,))
    return t


def doubled_past_10(x):
    while True:
        x = x * 2.0
        if x > 10.0:
            return x


@report(at(1.5, gradient=8.0), means=lambda x: 8.0 * x)
def vjp_of_while_true(x):
    _, back = ep.vjp(doubled_past_10, x)
    return back(1.0)[0] * x


def squared_past_10(w):
    while True:
        w = w * 2.0
        if w > 10.0:
            return w * w


@report(at(1.0, gradient=512.0), means=lambda w: 512.0 * w)
def jvp_of_while_true(w):
    return ep.jvp(squared_past_10, (w,), (1.0,))[1]


@report(at(3.0, gradient=6.0, hessian=2.0), means=lambda x: x * x)
def grad_linear_in_what_it_captures(x):
    return ep.grad(lambda y: x * y)(1.0) * x


@report(at(X, gradient=[0.81, 1.47, 2.1]), means=lambda x: 3.0 * np.sum(x[::2] ** 2 * x[:2]))
def jvp_of_a_view(x):
    return np.sum(ep.jvp(lambda t: t**3, (x[::2],), (x[:2],))[1])


@report(at(X, gradient=[3.6, 4.2, 3.0]), means=lambda x: 6.0 * np.sum(x[::2] * x[:2]))
def hvp_of_a_view(x):
    return np.sum(ep.hvp(lambda t: np.sum(t**3))(x[::2], x[:2]))


@report(at(X, gradient=[1.8, 0.0, 4.2]), means=lambda x: 3.0 * np.sum(x[::2] ** 2))
def grad_of_a_view(x):
    return np.sum(ep.grad(lambda t: np.sum(t * t * t))(x[::2]))


@report(at(0.7, X, gradient=(0.6, [1.4, 0.0, 0.0])), wrt=(0, 1), means=lambda a, x: 2.0 * a * x[0])
def grad_that_captures_a_list(a, x):
    L = [q for q in x]
    return ep.grad(lambda t: t * t * L[0])(a)


def halved_again(p, m):
    if m <= 0:
        return p
    L = [p] * 2
    return halved_again(p * 0.5, m - 1) * ep.grad(lambda t: t * t * L[m % 2])(L[0])


@report(at(0.7, gradient=0.300125), means=lambda p: p**5 / 4.0)
def grad_in_recursion(p):
    return halved_again(p, 2)


def fifth_power(t):
    return t**5


@report(at(0.7, gradient=84.0), means=lambda a: 60.0 * a**2)
def fourth_derivative(a):
    return ep.grad(ep.grad(ep.grad(fifth_power)))(a)


@report(at(0.7, gradient=2.0, hessian=0.0), means=lambda a: 2.0 * a)
def grad_that_is_never_used(a):
    b = ep.grad(lambda t, u: t * t * u)(0.5, a)
    return a * 2.0


def doubled_first(z):
    z[0] = 2.0 * z[0]
    return z[0] + z[1]


# The tangent is read as it was, though f writes its argument.
@report(at(X, gradient=[2.0, 1.0, 0.0]), refusable=True, means=lambda x: 2.0 * x[0] + x[1])
def tangent_that_is_the_argument(x):
    return ep.jvp(doubled_first, (x,), (x,))[1]
