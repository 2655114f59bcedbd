"""Managers: generators that yield on each path, functions in functions, and those that an ExitStack has entered."""

from __future__ import annotations

import contextlib

import pytest

import everypath as ep


def in_a_function(x, n):
    @contextlib.contextmanager
    def scaled(k):
        scales.append(scales[-1] * k)
        try:
            yield scales[-1]
        finally:
            scales.pop()

    scales, total = [1.0], 0.0
    for k in range(n):
        with scaled(x) as a, scaled(2.0) as b:
            total += a * b * k
    return total + len(scales)


@contextlib.contextmanager
def either(flag, log):
    log.append("in")
    try:
        if flag:
            yield 2.0
        else:
            log.append("no")
            yield 1.0
    except ZeroDivisionError:
        log.append("zero")
    log.append("out")


def on_each_path(x, flag):
    log, y = [], 7.0
    with either(x > -1.0 and flag, log) as k:
        y = k / x
        if y > 0.5:
            return y + len(log)
        y *= 2.0
    return y * len(log)


class Resource:
    def __init__(self, value, log):
        self.value, self.log = value, log

    def __enter__(self):
        self.log.append(self.value)
        return self.value

    def __exit__(self, kind, error, traceback):
        self.log.append(-self.value if kind is None else 100.0)
        return kind is ZeroDivisionError


def stacked(x, calls):
    log, y = [], -1.0
    try:
        with contextlib.ExitStack() as stack:
            stack.callback(log.append, 5.0)
            if not calls:
                stack.enter_context(Resource(x, log))
            y = stack.enter_context(Resource(2.0, log)) if not calls else 2.0
            stack.callback(log.append, 3.0 * x)
            y = y / x
    except ZeroDivisionError:
        y = 50.0
    return y + sum((k + 1) * v for k, v in enumerate(log))


def kept(x, n):
    log = []
    with contextlib.ExitStack() as stack:
        stack.enter_context(Resource(x, log))
        later = stack.pop_all()
    before = len(log)
    later.close()
    return x * before + log[-1] * n


@pytest.mark.parametrize("backend", ["native", "interpreter"])
@pytest.mark.parametrize(
    ("function", "points"),
    [
        (in_a_function, [(2.0, 3), (2.0, 40)]),
        (on_each_path, [(2.0, True), (0.0, True), (-2.0, False), (0.0, False)]),
        (stacked, [(1.5, True), (0.0, True), (1.5, False), (0.0, False)]),
        (kept, [(1.5, 2)]),
    ],
)
def test_is_left_as_in_cpython(function, points, backend) -> None:
    for args in points:
        assert ep.compile(function, backend=backend)(*args) == function(*args)
        if args[0] != 0.0:
            ep.check_grads(function, args)
