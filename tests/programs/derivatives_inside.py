"""Derivatives taken inside: of views, of what sees lists or written arrays, in recursion, of high orders, of what may return None."""

import numpy as np

import everypath

from .registry import at, program

VECTOR = np.array([0.3, 0.5, 0.7])
MATRIX = np.array([[0.3, 0.5, 0.7], [0.2, 0.9, 0.4]])


def cubes(t):
    return np.sum(t**3)


@program(at(MATRIX), order=2, means=lambda m: 3.0 * (np.sum(m[:, 1] ** 2) + np.sum(m**2) + np.sum(m[0, ::2] ** 2)))
def grad_of_a_column_a_transpose_and_a_slice(m):
    slope = everypath.grad(cubes)
    return np.sum(slope(m[:, 1])) + np.sum(slope(m.T)) + np.sum(slope(m[0, ::2]))


@program(at(MATRIX), order=2, means=lambda m: np.sum(3.0 * m[0, ::-1] ** 2 * m[1]) + np.sum(6.0 * m[:, 0] * m[:, 1]))
def directions_and_places_that_are_views(m):
    tangent = everypath.jvp(lambda t: t**3, (m[0, ::-1],), (m[1],))[1]
    return np.sum(tangent) + np.sum(everypath.hvp(cubes)(m[:, 0], m[:, 1]))


@program(at(MATRIX), means=lambda m: np.sum(3.0 * m.T**2 * m[0, 0]) + 3.0 * np.sum(m[1, ::2] ** 2) + 6.0 * np.sum(m[:, 2]))
def pullback_jacobian_and_hessian_of_views(m):
    _, pullback = everypath.vjp(lambda t: t**3, m.T)
    (found,) = pullback((np.ones((2, 3)) * m[0, 0]).T)
    return np.sum(found) + np.sum(everypath.jacobian(lambda t: t**3)(m[1, ::2])) + np.sum(everypath.hessian(cubes)(m[:, 2]))


@program(at(VECTOR), order=2, means=lambda x: 6.0 * np.sum(x[::2]))
def grad_of_a_view_in_a_grad(x):
    return np.sum(everypath.grad(lambda s: np.sum(everypath.grad(cubes)(s[::2])))(x))


@program(at(0.7, VECTOR), wrt=(0, 1), order=2, means=lambda a, x: 2.0 * a * (np.sum(x) + x[0] * x[1] + x[0] * np.sum(x)))
def lists_of_numbers_of_pairs_and_of_arrays_seen(a, x):
    numbers = [v for v in x]
    pairs = [(x[k], x[k + 1]) for k in range(len(x) - 1)]
    rows = [v * x for v in x]
    first = everypath.grad(lambda t: t * t * sum(numbers))(a)
    return first + everypath.grad(lambda t: t * t * pairs[0][0] * pairs[0][1])(a) + everypath.grad(lambda t: t * t * np.sum(rows[0]))(a)


@program(at(0.7, VECTOR), wrt=(0, 1), order=2, means=lambda a, x: 2.0 * a * x[0] + x[1] ** 2 + 2.0 * a * x[1] ** 2 + a)
def list_seen_then_changed(a, x):
    items = [v for v in x]
    before = everypath.grad(lambda t: t * t * items[0])(a)
    items[0] = x[1] * x[1]
    items.append(a)
    return before + items[0] + everypath.grad(lambda t: t * t * items[0])(a) + items[len(items) - 1]


@program(at(0.7, VECTOR), wrt=(0, 1), order=2, means=lambda a, x: 2.0 * a * x[0] ** 2 + a**3)
def array_seen_between_two_writes(a, x):
    y = x.copy()
    y[0] = x[0] ** 2
    slope = everypath.grad(lambda t: t * t * y[0])(a)
    y[0] = a**3
    return slope + y[0]


@program(at(VECTOR, 0.7), wrt=(0, 1), means=lambda x, a: 2.0 * a * np.sum(x))
def grad_of_a_list_built_at_run_time(x, a):
    return sum(everypath.grad(lambda items: sum([v * v for v in items]) * a)([v for v in x]))


@program(at(VECTOR, 0.7), wrt=(0, 1), order=2, means=lambda x, a: 2.0 * a * np.sum(x))
def grad_in_a_comprehension(x, a):
    return sum([everypath.grad(lambda t: t * t * v)(a) for v in x])  # noqa: B023


def halved(p, m):
    if m <= 0:
        return p
    items = [p] * 2
    return halved(p * 0.5, m - 1) * everypath.grad(lambda t: t * t * items[m % 2])(items[0])


@program(at(0.7, 2), order=2, means=lambda p, m: p**5 / 4.0)
def grad_in_recursion_of_a_list(p, m):
    return halved(p, m)


def nested(w, n):
    if n <= 0:
        return w
    return everypath.grad(lambda t: t * nested(t, n - 1))(w)


@program(at(0.7, 2), refused="its order is not known before")
def grad_of_what_takes_it_again(w, n):
    return nested(w, n)


@program(at(0.7), means=lambda a: 120.0 * a)
def fourth_derivative(a):
    return everypath.grad(everypath.grad(everypath.grad(everypath.grad(lambda t: t**5))))(a)


@program(at(0.7), means=lambda a: 120.0 * a)
def tangent_of_a_gradient_of_a_hessian_product(a):
    return everypath.jvp(everypath.grad(lambda t: everypath.hvp(lambda u: u**5)(t, 1.0)), (a,), (1.0,))[1]


@program(at(0.7), means=lambda a: 120.0 * a)
def pullback_of_a_gradient_of_a_tangent(a):
    _, pullback = everypath.vjp(everypath.grad(lambda t: everypath.jvp(everypath.grad(lambda u: u**5), (t,), (1.0,))[1]), a)
    return pullback(1.0)[0]


@program(at(0.7, 0.4), wrt=(0, 1), order=2, means=lambda a, b: 2.0 * b * b + a * b)
def gradients_linear_in_what_they_see(a, b):
    s = 0.0
    for _ in range(2):
        s = s + everypath.grad(lambda t: t * b * b)(a)
    idle = everypath.grad(lambda t, u: t * t * u)(0.5, a)
    assert idle != 7.0
    return s + everypath.grad(lambda t: t * b)(a) * a


def positive(t):
    if t > 0.0:
        return t * t


def doubled_past_ten(t):
    while True:
        t = t * 2.0
        if t > 10.0:
            return t * t


@program(at(0.7), order=2, means=lambda a: 2.0 * a + a * a + 512.0 * a + 2.0)
def derivatives_of_what_may_fall_off(a):
    value, slope = everypath.value_and_grad(positive)(a)
    (pulled,) = everypath.vjp(doubled_past_ten, a)[1](1.0)
    return value + slope + pulled + everypath.hessian(positive)(a)


@program(at(VECTOR), order=2, means=lambda x: 7.0 * x[0] + np.sum(x))
def values_of_derivatives_written(x):
    a = x * 1.0
    y, tangent = everypath.jvp(lambda t: t, (a,), (a,))
    y[0] = 7.0
    tangent[1] = 7.0
    z, _ = everypath.vjp(lambda t: t, a)
    z[:] = 0.0
    return y[0] * x[0] + np.sum(a)


@program(at(VECTOR), order=2, means=lambda x: 6.0 * np.sum(x) + 2.0 * np.sum(x[1:]) + x[0] ** 2)
def gradients_written(x):
    constant = everypath.grad(lambda t: np.sum(t * t))(np.ones(3))
    constant *= x
    constant += 4.0 * x
    g = everypath.grad(lambda t: np.sum(t * t))(x)
    g[0] = x[0] ** 2
    return np.sum(constant) + np.sum(g)
