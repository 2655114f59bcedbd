"""Functions with a rule: each kind of half, called from everywhere, and what of it must be found by transposition."""

from dataclasses import dataclass

import numpy as np

import everypath

from .registry import at, program

MATRIX = np.array([[4.0, 1.0, 0.5], [1.0, 3.0, 1.0], [0.5, 1.0, 5.0]])
VECTOR = np.array([0.3, -0.5, 0.7])


@everypath.rule
def logistic(x):
    return 1 / (1 + np.exp(-x))


@logistic.partials
def _(out, x):
    return out * (1 - out)


@everypath.rule
def power(x, y):
    return x**y


@power.partials
def _(out, x, y):
    return y * out / x, out * np.log(x)


@everypath.rule
def solve(a, b):
    n = len(b)
    a, x = a.copy(), b.copy()
    for k in range(n):
        for i in range(k + 1, n):
            factor = a[i, k] / a[k, k]
            a[i, k:] -= factor * a[k, k:]
            x[i] -= factor * x[k]
    for k in range(n - 1, -1, -1):
        for j in range(k + 1, n):
            x[k] -= a[k, j] * x[j]
        x[k] /= a[k, k]
    return x


@solve.tangent
def _(out, a, b, a_dot, b_dot):
    return solve(a, b_dot - a_dot @ out)


@everypath.rule
def dense(p, x):
    return {"y": p["w"] @ x + p["b"], "n": len(x)}


@dense.adjoint
def _(out, p, x, out_bar):
    g = out_bar["y"]
    return {"p": {"w": np.outer(g, x), "b": g}, "x": p["w"].T @ g}


@everypath.rule
def product_and_sum(x, y):
    return x * y, x + y


@product_and_sum.tangent
def _(out, x, y, x_dot, y_dot):
    return x_dot * y + x * y_dot, x_dot + y_dot


@product_and_sum.adjoint
def _(out, x, y, out_bar):
    p, s = out_bar
    return p * y + s, p * x + s


@everypath.rule
def last_of(x, n):
    y = x
    for _ in range(n):
        y = 0.5 * (y + x / y)
    return y


@last_of.tangent
def _(out, x, x_dot):
    return x_dot / (2 * out)


@dataclass
class Curve:
    height: float

    @everypath.rule
    def at(self, x, scale=2.0):
        return self.height * scale * np.sin(x)

    @at.tangent
    def _(out, self, x, scale, self_dot, x_dot, scale_dot):
        return self_dot.height * scale * np.sin(x) + self.height * scale * np.cos(x) * x_dot + scale_dot * out / scale


@program(at(VECTOR), at(0.3), order=2)
def partials_of_numbers_and_arrays(x):
    return np.sum(logistic(x) * x) + np.sum(logistic(x) * logistic(2.0 * x))


@program(at(np.array([[1.2, 2.0, 0.7]]), np.array([[1.5], [2.0]])), at(np.array([1.2, 2.0]), 1.5), at(1.2, 2.5), wrt=(0, 1), order=2)
def partials_and_broadcasting(x, y):
    return np.sum(power(x, y) * x)


@program(at(MATRIX, VECTOR), wrt=(0, 1), order=2)
def a_solver_whose_tangent_calls_it(a, b):
    return np.sum(solve(a, b) ** 2) + solve(a.T, b)[0]


@program(at(MATRIX, VECTOR), wrt=(0, 1), order=2)
def a_solver_in_a_loop(a, b):
    total = 0.0
    for k in range(3):
        b = solve(a + k * np.eye(3), b * b)
        if b[0] > 0.0:
            total += b[k] * (k + 1)
    return total


@program(at({"w": MATRIX, "b": VECTOR}, np.array([0.2, 0.4, 0.1])), wrt=(0, 1), order=2)
def an_adjoint_over_containers(p, x):
    for _ in range(2):
        x = np.tanh(dense(p, x)["y"])
    return np.sum(x) * dense(p, x)["n"]


@program(at(1.2, 0.4), wrt=(0, 1), order=2)
def both_halves_and_two_results(x, y):
    a, b = product_and_sum(x, y)
    c, d = product_and_sum(a, a)
    return np.sin(a * d) * b + c


@program(at(np.array([0.3, 1.2, 2.5])), order=2)
def results_kept_in_an_array_and_in_a_list(x):
    y = np.zeros(len(x))
    kept = []
    for k in range(len(x)):
        y[k] = logistic(x[k] * k)
        kept.append(power(x[k], 1.5) * y[k])
    return np.sum(y * y) + sum(kept)


@program(at(0.7), order=2)
def in_a_while_whose_end_it_decides(x):
    n = 0
    while x < 5.0:
        x = x + power(x, 1.5)
        n += 1
    return x * n


@program(at(0.7), order=2, means=lambda x: 2 * x * np.exp(-x * x) / (1 + np.exp(-x * x)) ** 3 + x**x * (np.log(x) + 1 - np.log(x)))
def inside_derivatives(x):
    slope = everypath.grad(lambda t: logistic(t * x) ** 2)(x)
    return slope + everypath.jvp(lambda t: power(t, x), (x,), (1.0,))[1]


@program(at(Curve(1.5), 0.3), wrt=(0, 1), order=2)
def a_method_with_a_default(curve, x):
    return curve.at(x) * curve.at(x, scale=x)


@program(at(2.0, 40), order=2)
def a_rule_in_place_of_a_loop(x, n):
    return last_of(x, n) * last_of(x * x, n)


@everypath.rule
def twice(x, n):
    return x if n == 0 else 2.0 * twice(x, n - 1)


@twice.tangent
def _(out, x, n, x_dot):
    return 2.0**n * x_dot


@program(at(1.3, 3), order=2)
def a_rule_of_a_function_that_calls_itself(x, n):
    return twice(x, n) * twice(x * x, 2)
