"""Branches, loops, exits, and variables that may be unbound or None."""

# The programs are written as people write them.
# ruff: noqa: B007, F841, RUF007

from __future__ import annotations

import collections
import heapq
import math

import numpy as np
import pytest

from .agreement import Programs, agree

programs = Programs()
X = np.array([1.0, -2.0, 3.0, 0.5])
EMPTY = np.array([])


@programs.at((1.0,), (-1.0,), (0.0,))
def branches(x):
    if x > 0:
        y = x * 2
    elif x < 0:
        y = -x
        x = 3.0
    else:
        y = 7.0
    return x + y


@programs.at((1.0,), (-1.0,), (5.0,))
def early_returns(x):
    if x < 0:
        return -x
    if x > 3:
        if x > 4:
            return x * 10
        x = x + 1
    return x


@programs.at((X, 2.0), (X, 100.0), (EMPTY, 1.0))
def return_from_a_loop(x, limit):
    total = 0.0
    for v in x:
        total = total + float(v) * 2.0
        if total > limit:
            return total, True
    return total, False


@programs.at((0,), (1,), (5,), (20,))
def continue_and_break(n):
    total = 0
    for i in range(n):
        if i % 3 == 0:
            continue
        if i > 10:
            break
        total += i
    else:
        total += 1000
    return total


@programs.at((0,), (3,), (7,))
def loop_else(n):
    k = 0
    while k < n:
        if k == 5:
            break
        k += 1
    else:
        k = -k
    return k


@programs.at((5, 3), (2, 0), (0, 4))
def exits_of_nested_loops(n, m):
    found = -1
    for i in range(n):
        for j in range(m):
            if i * j > 3:
                found = i * 10 + j
                break
            if i + j > 6:
                return -2
        if found >= 0:
            break
    return found


@programs.at((10.0,), (0.5,), (-1.0,))
def while_true(x):
    k = 0
    while True:
        x = x / 2
        k += 1
        if x < 0.1:
            return k, x


@programs.at((10.0,), (0.5,))
def while_true_with_break(x):
    while True:
        if x < 1:
            break
        x = x - 1
    return x


@programs.at((3,), (0,), (-2,))
def the_loop_variable_stays(n):
    i = 100
    for i in range(n):
        pass
    return i


@programs.at((3,), (0,))
def the_loop_variable_may_be_unbound(n):
    for i in range(n):
        pass
    return i


@programs.at((True,), (False,))
def unbound_on_one_path(flag):
    if flag:
        y = 1.0
    return y


@programs.at((4,), (0,))
def unbound_after_a_loop(n):
    for i in range(n):
        last = i * 2.0
    return last + 1


@programs.at(
    (0.5,),
)
def unbound_altogether(x):
    z = y + x  # noqa: F821
    y = 1.0
    return y


@programs.at((X,), (EMPTY,))
def best_is_none(x):
    best = None
    for v in x:
        if best is None or v > best:
            best = v
    if best is None:
        return 0.0
    return float(best)


@programs.at((1.0,), (-1.0,))
def none_in_arithmetic(x):
    y = None
    if x > 0:
        y = x
    return y + 1.0


@programs.at((1.0,), (-1.0,))
def none_compared(x):
    y = None
    if x > 0:
        y = x
    return (y is None, y is not None, y == None, y != 2.0)  # noqa: E711


@programs.at((1.0,), (-1.0,))
def none_less_than(x):
    y = x if x > 0 else None
    return y < 3.0


@programs.at((1.0,), (-1.0,))
def none_or_default(x):
    y = x if x > 0 else None
    return y or 5.0


@programs.at((3,), (0,))
def int_becomes_float(n):
    s = 0
    for i in range(n):
        s += i * 0.5
    return s * 1.0


@programs.at((3,), (0,))
def swapped_every_turn(n):
    a, b = 1.0, 2.0
    for _ in range(n):
        a, b = b, a + b
    return a, b


@programs.at((3,), (0,))
def a_pair_as_state(n):
    state = (0.0, 1)
    for i in range(n):
        state = (state[0] + i, state[1] * 2)
    return state


@programs.at((4,), (0,))
def a_list_as_state(n):
    state = [1.0, 2.0]
    for i in range(n):
        state = [state[1], state[0] + i]
        state[0] += 0.5
    return state


@programs.at((3, 10, 2), (10, 3, -3), (3, 3, 1), (0, 5, 0), (-5, 5, 4), (5, -5, -1))
def ranges(a, b, step):
    total = 0
    for i in range(a, b, step):
        total = total * 10 + i
    return total, len(range(a, b, step))


@programs.at((3, 10, 2), (10, 3, -3), (0, 5, 0))
def ranges_left_early(a, b, step):
    total = 0
    for i in range(a, b, step):
        if i == 6:
            break
        total = total * 10 + i
    return total


@programs.at((5,), (0,))
def reversed_ranges(n):
    out = 0
    for i in reversed(range(n)):
        out = out * 10 + i
    for i in reversed(range(2, n)):
        out = out * 10 + i
    for i in reversed(range(0, n, 2)):
        out = out * 10 + i
    return out


@programs.at((X,), (EMPTY,))
def enumerated_and_zipped(x):
    total = 0.0
    for i, v in enumerate(x):
        total += i * float(v)
    for i, (v, w) in enumerate(zip(x, x[1:]), 1):
        total += i * float(v) * float(w)
    for v in reversed(x):
        total = total * 0.5 + float(v)
    return total * 1.0


@programs.at((1.0, 2.0), (0.0, 2.0))
def short_circuit(x, y):
    if x != 0 and y / x > 1:
        return 1
    if x == 0 or y / x > 100:
        return 2
    return 3


@programs.at((1.0, 0), (0.0, 3), (0.0, 0))
def values_of_and_and_or(x, n):
    return (x and 2.0), (x or 5.0), (n and n + 1), (n or -1), (x > 0 and n == 0), (x > 0 or n == 0)


@programs.at((2.0,), (-2.0,))
def conditional_expressions(x):
    y = math.sqrt(x) if x >= 0 else math.sqrt(-x)
    return (1 if x > 0 else 2.5) * y


@programs.at((2.0,), (-2.0,), (0.0,))
def raises(x):
    if x < 0:
        raise ValueError(f"x = {x} is negative, {x:.2f}, {{}}")
    if x == 0:
        raise ZeroDivisionError
    return 1 / x


@programs.at((2.0,), (-2.0,), (0.0,))
def messages_made_before(x):
    text = f"{x:+.1f}" + "!"
    if x < 0:
        raise ValueError("x is " + text)
    if x == 0:
        raise RuntimeError(text)
    return x


@programs.at((2.0,), (-2.0,))
def asserts(x):
    assert x > 0, f"x must be positive, not {x!r}"
    assert x != 5
    return x


@programs.at((-1,), (1,))
def raises_in_a_branch(n):
    if n < 0:
        n = n - 1
        raise IndexError("n = " + str(n) + " is too small")
    return n


@programs.at((0,), (1,), (2,))
def raises_in_a_loop(n):
    for i in range(3):
        if i == n:
            raise KeyError("found")
        n += 2
    return n


@programs.at((7,), (1,), (27,))
def collatz(n):
    steps = 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    return steps


@programs.at((5.0,), (0.2,))
def walrus(x):
    total = 0.0
    while (x := x / 2) > 0.1:
        total += x
    if (y := total * 2) > 1:
        total += y
    return total, x, y


@programs.at((5,), (0,))
def nested_with_state(n):
    total = 0.0
    row = 0.0
    for i in range(n):
        row = row * 0.5
        for j in range(i):
            if j == 2:
                continue
            row += i * j
        total += row
    return total, row


@programs.at((6,), (2,))
def while_in_for_with_flags(n):
    count = 0
    for i in range(n):
        j = i
        while j > 0:
            if j == 3:
                break
            if i == 5 and j == 4:
                return -count
            j -= 1
            count += 1
        else:
            count += 100
    return count


@programs.at((3.0,), (0.5,), (-1.0,))
def dead_code_and_pass(x):
    if x > 1:
        return x
        x = 7  # never reached
    elif x > 0:
        pass
    else:
        ...
    return -x


@programs.at((1,), (5,))
def chained_assignment(n):
    a = b = n * 2
    (c, d), *e = (a, b), 3, 4
    first, *middle, last = range(5)
    return a + b + c + d + e[0] + e[1] + first + middle[1] + last


@programs.at((1.0,))
def unpacking_errors(x):
    a, b = [x]
    return a


@programs.at((1.0,))
def unpacking_errors_too_many(x):
    a, b = (x, x, x)
    return a


@programs.at((np.array([1.0, 2.0]),), (np.array([1.0]),), (np.array([1.0, 2.0, 3.0]),))
def unpacking_an_array(x):
    a, b = x
    return float(a + b)


@programs.at((3,), (0,))
def assert_unbound_is_checked_where_used(n):
    for i in range(n):
        y = i
    total = 0
    if n > 0:
        total += y
    return total


@programs.at((6,), (4,), (0,))
def a_value_before_a_while_used_after(n):
    y = n * 3
    k = 0
    while k < n:
        k += 2
    return y + k


@programs.at((4,))
def inner_bound_from_an_outer_value(n):
    total = 0
    for i in range(n):
        m = i * i
        for j in range(m, m + i):
            total += j
            m += 1
        total += m
    return total


@programs.at((1.0,), (-1.0,))
def both_sides_return(x):
    if x > 0:
        return (x, 1)
    else:
        return (-x, 2)


@programs.at((1.5, 0.7), (0.7, 1.5))
def a_known_loop_over_a_list_that_turns_out_to_grow(a, b):
    """heapify goes through a list of known length, until heappush makes it one of run-time length."""
    queue, t = [(a, 0), (b, 1)], 0.0
    heapq.heapify(queue)
    for _ in range(4):
        t, k = heapq.heappop(queue)
        heapq.heappush(queue, (t + a, k))
    return t


@programs.at((1.5,))
def a_scanner_of_a_known_text(x):
    text, i, tokens = "12 + 3*x", 0, []
    while i < len(text):
        j = i
        while j < len(text) and text[j].isdigit():
            j += 1
        if j > i:
            tokens.append(float(text[i:j]))
        elif text[i] != " ":
            tokens.append(x if text[i] == "x" else text[i])
        i = max(j, i + 1)
    return tokens


@programs.at((1.5,))
def a_parser_that_asks_for_what_comes_next(x):
    tokens, at = ["x", "*", "2", "*", "x", "+", "1", "+", "x"], 0

    def ahead():
        return tokens[at] if at < len(tokens) else None

    def take():
        nonlocal at
        at += 1
        return tokens[at - 1]

    def atom():
        token = take()
        return x if token == "x" else float(token)

    def product():
        value = atom()
        while ahead() == "*":
            take()
            value *= atom()
        return value

    value = product()
    while ahead() == "+":
        take()
        value += product()
    return value


@programs.at((1.0,), (-1.0,))
def annotated(x: float) -> float:
    """A docstring."""
    y: float = x * 2
    z: int
    z = 3
    return y + z


@pytest.mark.parametrize("function, arguments", programs.cases, ids=programs.names)
def test_agrees(function, arguments) -> None:
    agree(function, arguments)


Pair = collections.namedtuple("Pair", "first second")


def test_a_named_tuple_is_matched_by_its_fields() -> None:
    """A class that is made of `tuple` was taken for one that is matched by itself."""

    def f(x):
        match Pair(x, 2.0):
            case Pair(a, b):
                return a * b

    agree(f, (1.5,))
