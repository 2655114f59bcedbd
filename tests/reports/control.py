"""Loops and their `else`, lists, closures, text, and statements that are refused: alone, and beside a list made at run time."""

import warnings

import numpy as np

from programs.registry import at

from .registry import report

X = np.array([0.3, 0.5, 0.7])
COUNT = 1.0


@report(at(2.0, 3, gradient=17.0, hessian=6.0))
def value_from_before_the_loop(x, n):
    b = x
    acc = 5.0
    for _ in range(n):
        acc = acc + b
    return acc * b


@report(at(1.0, gradient=2.0))
def swapped_three_times(x):
    a, b = x, 2.0 * x
    for _ in range(3):
        a, b = b, a
    return a


@report(at(0.5, gradient=0.75, hessian=3.0))
def power_by_while(x):
    acc, i = 1.0, 0
    while i < 3:
        acc, i = acc * x, i + 1
    return acc


@report(at(2.0, gradient=4.0))
def zip_of_nothing(x):
    for _ in zip():
        x = x * 3.0
    return x * x


@report(at(0.7, 0.2, gradient=3.0))
def else_of_for(a, c):
    for _ in range(3):
        c = a * 2.0
    else:
        a = a + c
    return a


@report(at(0.7, gradient=3.0))
def else_of_while(a):
    c = 5.0
    k = 0
    while k < 3:
        k += 1
        c = a * 2.0
    else:
        a = a + c
    return a


@report(at(0.7, X, 0, gradient=(1.0, np.ones(3))), wrt=(0, 1))
def else_of_a_while_that_never_runs(a, x, n):
    y = x
    while n > 0:
        n -= 1
        y = x * n
    else:
        a = a + np.sum(y)
    return a


@report(at([0.3, 0.5], gradient=[2.0, 2.0]))
def closure_over_a_loop_variable(L):
    s = 0.0
    for q in L:
        s += (lambda u: q * u)(2.0)
        if q > 0.4:
            return s
    return s


@report(at(X, gradient=[1.75, 1.5, 0.0]))
def list_that_grows_in_its_own_loop(x):
    s = 0.0
    L = [x[0], x[1]]
    for v in L:
        s += v
        if len(L) < 5:
            L.append(v * 0.5)
    return s


@report(at(X, [0.3, 0.4], gradient=[1.0, 0.0, 0.0]), refusable=True)
def swap_with_items_of_a_list(x, ws):
    q = x[0]
    L = ws[:]
    for k in range(3):
        q, L[k % 2] = L[k % 2], q
    return q


@report(at(0.7, gradient=1.0), refusable=True)
def text_compared(a):
    e = f"{a:.1f}"
    return a if e == "0.7" else 2.0 * a


@report(at(0.7, gradient=1.0), refusable=True)
def text_measured(a):
    return a + len(f"{a:.3f}")


@report(at(0.7, gradient=0.7), refusable=True)
def text_to_a_number(a):
    return float(f"{a:.1f}") * a


def one_or_two(x, check=False):
    if check:
        return x, 1.0
    return 2.0 * x


@report(at(1.5, gradient=2.0))
def flag_that_would_give_another_result(x):
    return one_or_two(x, check=False)


@report(at(1.5, gradient=3.0))
def warning_that_is_not_reached(x):
    if x < 0.0:
        warnings.warn("negative: %s" % (x,))  # noqa: UP031, B028
    return x * x


def twice(g):
    return lambda t: g(g(t))


@report(at(0.7, X, gradient=4 * 0.7 * (0.7**2 + 1)), refusable=True)
def decorator_beside_a_list(a, x):
    L = []
    for q in x:
        L.append(q)

    @twice
    def g(t):
        return t * t + 1.0

    return g(a) + L[0]


@report(at(0.7, X, gradient=0.5), refusable=True)
def item_deleted_beside_a_list(a, x):
    L = []
    for q in x:
        L.append(q)
    del L[0]
    return a * L[0]


@report(at(0.7, X, gradient=1.0), refusable=True)
def key_deleted_beside_a_list(a, x):
    L = []
    for q in x:
        L.append(q)
    d = {"u": a, "v": 2.0}
    del d["v"]
    return a * len(d) + (1.0 if "v" in d else 0.0)


@report(at(0.7, 3, gradient=2.0), refusable=True)
def items_deleted_in_a_loop(a, n):
    M = [a, 2.0 * a]
    k = 0
    while k < n:
        k += 1
        del M[0]
        M.append(a * k)
    return M[0]


def peek():
    return COUNT


@report(at(0.7, X, gradient=1.4), refusable=True)
def global_beside_a_list(a, x):
    global COUNT
    L = []
    for q in x:
        L.append(q)
    COUNT = a
    return peek() * a


@report(at(0.7, X, gradient=2.0), refusable=True)
def with_beside_a_list(a, x):
    L = []
    for q in x:
        L.append(q)
    with np.errstate(all="ignore"):
        a = a * 2.0
    return a
