"""A statement that cannot be compiled matters only where it is reached: decided, asked for, or said when a run gets there."""

from __future__ import annotations

import numpy as np
import pytest

import everypath
from everypath.errors import NotSupported
from everypath.lower import NeedsStatic, lower

FLAG = False


def refused_at(function, *arguments) -> list[tuple[int, str]]:
    """The lines, counted from the function's, and the reasons of the refusals that a run of it ends in."""
    compiled = everypath.compile(function)
    for call in (compiled, everypath.compile(function, backend="interpreter"), everypath.grad(function)):
        with pytest.raises(NotSupported) as caught:
            call(*arguments)
        found = [(place.line - function.__code__.co_firstlineno, reason) for place, reason, way_out in caught.value.refusals if way_out]
        assert len(found) == len(caught.value.refusals)
    return found


def refused_before_it_runs(function, *arguments) -> list[tuple[int, str]]:
    with pytest.raises(NotSupported) as caught:
        lower(function, arguments, {})
    return [(place.line - function.__code__.co_firstlineno, reason) for place, reason, _ in caught.value.refusals]


def test_a_flag_of_the_module_is_decided_at_once() -> None:
    def f(x):
        if FLAG:
            return eval("x")
        return x * 2.0

    lower(f, (1.0,), {})  # without asking for anything


def test_a_flag_that_changes_is_decided_again(monkeypatch) -> None:
    def f(x):
        return x * 3.0 if FLAG else x * 2.0

    compiled = everypath.compile(f)
    assert compiled(1.0) == 2.0
    monkeypatch.setitem(globals(), "FLAG", True)
    assert compiled(1.0) == 3.0


def test_a_flag_among_the_arguments_is_asked_for_only_where_that_helps() -> None:
    def refusing(x, flag):
        if flag:
            x = eval("x")
        return x

    def plain(x, flag):
        if flag:
            x = x * 2.0
        return x

    with pytest.raises(NeedsStatic) as asked:
        lower(refusing, (1.0, False), {})
    assert asked.value.paths == {"flag"}
    lower(plain, (1.0, False), {})


def test_a_number_is_not_asked_for_where_a_check_does() -> None:
    def f(x, n):
        if n > 3:
            x = eval("x")
        return x * n

    lower(f, (1.0, 1), {})
    assert everypath.grad(f)(1.0, 2) == 2.0
    assert refused_at(f, 1.0, 4) == [(2, "eval() is not supported")]


def test_what_is_reached_says_so_with_all_that_follows_on_its_path() -> None:
    def f(x):
        if x < 0.0:
            y = eval("x")
            open("f")
            return y
        return x * x

    assert everypath.grad(f)(2.0) == 4.0
    assert refused_at(f, -1.0) == [(2, "eval() is not supported"), (3, "input and output are not supported")]


def test_an_error_before_it_comes_first() -> None:
    def f(x):
        if x < 0.0:
            if x < -1.0:
                raise ValueError("far too small")
            return eval("x")
        return x

    assert everypath.compile(f)(1.0) == 1.0
    with pytest.raises(ValueError, match="far too small"):
        everypath.compile(f)(-2.0)
    assert refused_at(f, -0.5) == [(4, "eval() is not supported")]


def test_what_is_printed_before_it_is_printed(capfd) -> None:
    def f(x):
        if x < 0.0:
            print("negative")
            return eval("x")
        return x

    with pytest.raises(NotSupported):
        everypath.compile(f)(-1.0)
    assert capfd.readouterr().out == "negative\n"


def test_refused_on_both_sides_is_refused() -> None:
    def f(x):
        if x < 0.0:
            y = eval("x")
        else:
            open("f")
            y = 0.0
        return y

    assert refused_before_it_runs(f, 1.0) == [(2, "eval() is not supported"), (4, "input and output are not supported")]


def test_refused_in_a_loop_that_surely_runs_is_refused() -> None:
    def f(x):
        for _ in range(3):
            eval("x")
        while True:
            open("f")
            break
        return 0.0

    assert refused_before_it_runs(f, 1.0) == [(2, "eval() is not supported"), (4, "input and output are not supported")]


def test_refused_in_a_loop_that_may_not_run_is_refused_when_reached() -> None:
    def f(x, n):
        for _ in range(n):
            x = x + eval("x")
        return x

    assert everypath.grad(f)(1.5, 0) == 1.0
    assert refused_at(f, 1.5, 1) == [(2, "eval() is not supported")]


def test_refused_in_a_while_that_may_not_run() -> None:
    def f(x, n):
        k = 0
        while k < n:
            k += 1
            open("f")
        return x * k

    assert everypath.compile(f)(1.5, 0) == 0.0
    assert refused_at(f, 1.5, 1) == [(4, "input and output are not supported")]


def inner_refusing(x):
    eval("x")
    open("f")
    return x


def test_a_callee_is_refused_where_it_is_called() -> None:
    def surely(x):
        return inner_refusing(x) + inner_refusing(2.0 * x)

    def perhaps(x):
        if x > 0.0:
            return x
        return inner_refusing(x)

    line = inner_refusing.__code__.co_firstlineno
    both = [(1, "eval() is not supported"), (2, "input and output are not supported")]
    assert refused_before_it_runs(surely, 1.0) == [(k + line - surely.__code__.co_firstlineno, reason) for k, reason in both]
    assert everypath.grad(perhaps)(1.0) == 1.0
    assert refused_at(perhaps, -1.0) == [(k + line - perhaps.__code__.co_firstlineno, reason) for k, reason in both]


def test_all_refusals_come_at_once_those_that_surely_are_reached_first() -> None:
    def f(x, verbose):
        if x < 0.0:
            x = eval("x")
        if verbose:
            open("f")
        y = inner_refusing(x)
        input()
        return y

    line = inner_refusing.__code__.co_firstlineno - f.__code__.co_firstlineno
    with pytest.raises(NotSupported) as caught:
        everypath.grad(f)(1.0, False)
    lines = [place.line - f.__code__.co_firstlineno for place, *_ in caught.value.refusals]
    assert lines == [line + 1, line + 2, 6, 2]


def flagged(x, flag):
    if flag:
        x = eval("x")
    return x * 2.0


def test_a_flag_of_a_callee_that_is_known_only_at_run_time() -> None:
    def f(x):
        return flagged(x, False) + flagged(x, x < 0.0)

    assert everypath.grad(f)(1.0) == 4.0
    with pytest.raises(NotSupported, match="eval"):
        everypath.grad(f)(-1.0)


def through(x, on):
    return flagged(x, on)


def test_a_flag_is_asked_for_through_calls() -> None:
    def f(x, flag):
        return through(x, flag)

    assert everypath.grad(f)(1.0, False) == 2.0
    with pytest.raises(NotSupported, match="eval"):
        lower(f, (1.0, True), {}, frozenset(["flag"]))


def deep(x, n, flag):
    if n == 0:
        return flagged(x, flag)
    return deep(x * x, n - 1, flag)


def test_a_flag_in_recursion() -> None:
    assert everypath.grad(deep)(1.0, 2, False) == 8.0


def test_an_import_that_fails_is_an_error_of_its_line() -> None:
    def f(x):
        import there_is_no_such_module

        return x * there_is_no_such_module.factor

    def g(x):
        from math import no_such_function

        return no_such_function(x)

    for function in (f, g):
        with pytest.raises(ImportError) as theirs:
            function(1.0)
        with pytest.raises(ImportError) as ours:
            everypath.grad(function)(1.0)
        assert type(ours.value) is type(theirs.value)
        assert str(ours.value) == str(theirs.value)


def test_a_module_is_not_imported_for_a_flag_that_is_off() -> None:
    import sys

    def f(x, flag):
        if flag:
            pass
        return x

    assert everypath.compile(f)(1.0, False) == 1.0
    assert "this" not in sys.modules


def test_a_function_is_a_generator_whether_its_yield_is_reached_or_not() -> None:
    def f(x):
        if False:
            yield x
        return x

    assert refused_before_it_runs(f, 1.0)[0][0] == 2


def test_what_is_declared_global_is_global_though_the_declaration_is_not_reached() -> None:
    def reads(x):
        if x is None:
            global FACTOR
        return x * FACTOR

    def binds(x):
        if x is None:
            global FACTOR
        FACTOR = x
        return x

    assert everypath.grad(reads)(2.0) == 3.0
    assert everypath.compile(binds)(3.0) == 3.0 and type(FACTOR) is float


def test_a_generator_may_bind_a_global() -> None:
    def binding(x):
        global FACTOR
        FACTOR = x
        yield x * FACTOR

    def declaring(x):
        if x is None:
            global FACTOR
        yield x * FACTOR

    def total(x):
        return sum(declaring(x))

    def squared(x):
        return sum(binding(x))

    assert everypath.grad(total)(2.0) == 3.0
    assert everypath.grad(squared)(2.0) == 4.0


FACTOR = 3.0


def test_a_name_bound_only_where_it_is_not_reached_is_local_all_the_same() -> None:
    def f(x):
        if x is None:
            import math as FACTOR
        return x * FACTOR

    with pytest.raises(UnboundLocalError):
        everypath.compile(f)(1.0)


def test_an_array_that_is_refused_in_a_message_keeps_the_branch() -> None:
    def f(x):
        if np.any(np.isnan(x)):
            raise ValueError(f"bad: {x}")
        return np.sum(x * x)

    assert everypath.grad(f)(np.array([1.0, 2.0])).tolist() == [2.0, 4.0]
    assert refused_at(f, np.array([np.nan]))[0][0] == 2


def pair_or_one(x, n):
    r = x if n > 2 else np.array([x, x])
    return np.sum(r) * n


def test_a_loop_is_unrolled_for_a_wish_only_if_it_is_short() -> None:
    def short(x):
        return pair_or_one(x, 1) + sum([pair_or_one(x, k) for k in range(4)])

    def long(x, n):
        s = 0.0
        for k in range(n):
            s = s + pair_or_one(x, k)
        return s

    def plain(x):
        s = 0.0
        for k in range(1000):
            s = s + flagged(x, k > 2000)
        return s

    assert everypath.grad(short)(2.0) == 2.0 + 2.0 + 4.0 + 3.0
    assert everypath.grad(plain)(2.0) == 2000.0
    assert everypath.grad(long)(2.0, 1000) == sum(k if k > 2 else 2 * k for k in range(1000))  # not unrolled: both ways


def test_a_loop_that_is_too_long_for_a_wish_is_unrolled_where_it_must_be() -> None:
    def f(x):
        items = (x, 2.0 * x, "a") * 30
        s = 0.0
        for k in range(90):
            s = s + flagged(x, k > 2000)
            if not isinstance(items[k], str):
                s = s + items[k]
        return s

    assert everypath.grad(f)(2.0) == 90.0 * 2.0 + 30.0 * 3.0


def blended(count, points):
    """Rows that are arrays, and rows that are lists: which is which is known where `count` is."""
    rows = [[0.0 for _ in range(len(points[0]))] for _ in range(count)]
    rows[0] = points[0]
    for i in range(1, count):
        rows[i] = [a - 0.25 * b for a, b in zip(points[i], rows[i - 1])]
    return rows


def test_what_a_run_meets_is_tried_again_with_small_integers_known() -> None:
    def last(count, points):
        return np.sum(blended(count, points)[-1])

    points = np.arange(6.0).reshape(3, 2)
    compiled, gradient = everypath.compile(last), everypath.grad(last, 1)
    for count in (2, 3):
        assert compiled(count, points) == last(count, points)
        want = np.array([[(-0.25) ** (count - 1 - k) if k < count else 0.0] * 2 for k in range(3)])
        np.testing.assert_allclose(gradient(count, points), want)


def test_a_run_that_left_something_behind_is_not_tried_again() -> None:
    def written(count, points):
        points[0, 0] += 1.0
        return np.sum(blended(count, points)[-1])

    points = np.zeros((2, 2))
    with pytest.raises(NotSupported, match="two different iterators"):
        everypath.compile(written)(2, points)
    assert points[0, 0] == 1.0
