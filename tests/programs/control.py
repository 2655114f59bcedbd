"""Loops, branches and exits: the derivative follows the path that ran, whatever decided it."""

# The programs are written as people write them.
# ruff: noqa: F821

import math

import numpy as np

from .registry import at, program

VECTOR = np.array([0.7, -1.2, 0.4, 1.9, -0.3])
MATRIX = np.array([[2.0, 0.3, -0.4], [0.5, 1.7, 0.2], [-0.1, 0.6, 2.2]])


@program(at(1.3, 10.0), at(3.0, 2.0), at(1.01, 1.5), order=2)
def value_from_before_a_while(x, limit):
    before = x * x
    y = x
    while y < limit:
        y = y * 1.5
    return before * y


@program(at(0.9, 3), at(0.9, 0), order=2)
def outer_value_bounds_the_inner_loop(x, n):
    total = 0.0
    for i in range(n):
        s = x
        for j in range(i * 2):
            s = s * x + j
        total += s
    return total


@program(at(2.7), at(5.2), at(0.3), order=2)
def bound_computed_from_a_float(x):
    total = 0.0
    for i in range(int(x * 2.0)):
        total += x**2 / (i + 1)
    return total


@program(at(VECTOR), at(np.zeros(0)), order=2)
def continue_in_a_nested_loop(x):
    total = 0.0
    for i in range(len(x)):
        if x[i] < 0.0:
            continue
        for j in range(i, len(x)):
            if (i + j) % 2 == 0:
                continue
            total += x[i] * x[j] ** 2
        total *= 1.1
    return total


@program(at(VECTOR, 1.0), at(VECTOR, 100.0), at(VECTOR, 0.1), at(np.zeros(0), 1.0), wrt=0, order=2)
def break_in_a_nested_loop(x, limit):
    total = 0.0
    for i in range(len(x)):
        inner = x[i]
        for j in range(len(x)):
            inner = inner * x[j] + 0.3 * x[i]
            if inner * inner > limit:
                break
            total += inner
        if total > 2.0 * limit:
            break
    return total * x.sum()


@program(at(VECTOR, 0.5), at(VECTOR, 50.0), at(np.zeros(0), 0.5), order=2)
def early_return_from_a_nested_loop(x, limit):
    total = 1.0
    for i in range(len(x)):
        for j in range(i):
            total = total * (1.0 + x[i] * x[j])
            if total < limit:
                return total * total + x[j]
        total += x[i] * x[i]
    return total


@program(at(0.4, 1.0), at(3.0, 1.0), at(-3.0, 1.0), wrt=(0, 1), order=2)
def early_returns(x, y):
    if x > 1.0:
        return x * y
    z = x * x
    if x < -1.0:
        return z * z * y
    return z - y * y


@program(at(VECTOR, 2.0), at(VECTOR[:1], 2.0), wrt=(0, 1), order=2)
def recursion_over_slices(x, s):
    if len(x) == 1:
        return x[0] * s
    middle = len(x) // 2
    return recursion_over_slices(x[:middle], s * x[0]) + recursion_over_slices(x[middle:], s) * x[-1]


@program(at(1.2, 5), at(1.2, 0), order=2)
def recursive_power(x, n):
    if n == 0:
        return 1.0
    return x * recursive_power(x, n - 1)


@program(at(1.1, 8), order=2)
def recursive_fibonacci(x, n):
    if n < 2:
        return x ** (n + 1)
    return recursive_fibonacci(x, n - 1) * 0.5 + recursive_fibonacci(x, n - 2) * x


def is_even_like(x, n):
    if n == 0:
        return x
    return is_odd_like(x * 1.1, n - 1)


def is_odd_like(x, n):
    if n == 0:
        return x * x
    return is_even_like(x * x, n - 1)


@program(at(0.9, 4), at(0.9, 3), at(0.9, 0), order=2)
def mutual_recursion(x, n):
    return is_even_like(x, n)


@program(at(VECTOR), order=2)
def recursion_that_writes(x):
    y = x.copy()
    square_from(y, 0)
    return y.sum()


def square_from(y, k):
    if k == len(y):
        return
    y[k] = y[k] * y[k] * y[0]
    square_from(y, k + 1)


def repeated_and_summed(v, n):
    if n == 0:
        return np.sum(np.broadcast_to(v, (2, len(v))) * v)
    return 0.5 * repeated_and_summed(v, n - 1)


@program(at(VECTOR), order=2)
def argument_that_repeats_in_a_callee_and_is_written_later(x):
    y = x * 1.0
    s = repeated_and_summed(y, 1)
    y[0] = 5.0 * y[1]
    return s + repeated_and_summed(y, 2)


@program(at(1.5, 0), at(1.5, -3), at(1.5, 2), order=2)
def loop_that_may_run_zero_times(x, n):
    y = x
    for _ in range(n):
        y = math.sin(y)
    return y * x


@program(at(1.5, 0), at(1.5, 2))
def nothing_but_a_loop(x, n):
    total = 0.0
    for i in range(n):
        total += x * i
    return total


@program(at(VECTOR), at(-VECTOR), at(VECTOR[:1]), order=2)
def best_starts_as_none(x):
    best = None
    for v in x:
        if best is None or v * v > best:
            best = v * v
    return best * x[0]


@program(at(VECTOR, 0.5), at(VECTOR, 100.0), order=2)
def found_or_none(x, threshold):
    found = None
    for v in x:
        if v > threshold:
            found = v * v
            break
    if found is None:
        return x[0] * 3.0
    return found


@program(at(VECTOR), at(np.zeros(0)), order=2)
def integer_zero_becomes_a_float(x):
    s = 0
    for i in range(len(x)):
        s += x[i] * x[i]
    return s * 2.0


@program(at(VECTOR, 7), at(VECTOR, 0))
def index_error_in_the_middle(x, k):
    y = x * x
    total = 0.0
    for i in range(k):
        if i < len(y):
            total += y[i]
    return total


@program(at(VECTOR, 4, raises=IndexError), at(VECTOR, 1), at(VECTOR, -6, raises=IndexError))
def index_error(x, k):
    total = x[k] * 2.0
    total += x[k + 1]
    return total


@program(at(VECTOR, raises=IndexError))
def index_error_after_partial_writes(x):
    for i in range(len(x) + 2):
        x[i] = x[i] * 2.0
    return x.sum()


@program(at(VECTOR), at(VECTOR[:2]), order=2)
def negative_wrap_in_a_stencil(x):
    y = np.zeros(len(x))
    for i in range(len(x)):
        y[i] = x[i - 1] * x[i] - x[i - 2]
    return np.sum(y * y)


@program(at(VECTOR, -2), at(VECTOR, 3), at(VECTOR, -5))
def negative_index_from_an_argument(x, k):
    return x[k] ** 2 + x[-1] * x[0]


@program(at(7.5), at(6.5), at(1.5))
def collatz_like(x):
    n = int(x)
    y = x
    count = 0
    while n != 1:
        if n % 2 == 0:
            n = n // 2
            y = y * 0.5
        else:
            n = 3 * n + 1
            y = 3.0 * y + 1.0
        count += 1
    return y * (count + 1)


@program(at(2.0), at(0.5), at(100.0), order=2)
def newton_until_converged(x):
    y = x
    while abs(y * y - x) > 1e-12 * x:
        y = 0.5 * (y + x / y)
    return y


@program(at(0.3, 4.0), wrt=(0, 1), order=2)
def while_true_with_break(x, y):
    k = 0
    while True:
        x = x * 1.3 + 0.1 * y
        k += 1
        if x > y or k > 50:
            break
        y = y * 0.99
    return x * y


@program(at(0.3), at(2.3), order=2)
def while_with_continue(x):
    i = 0
    total = 0.0
    while i < 7:
        i += 1
        if i % 3 == 0:
            continue
        total += x**i
    return total


@program(at(VECTOR, 1.5), at(VECTOR, 9.0), order=2)
def for_else(x, wanted):
    for v in x:
        if v > wanted:
            result = v * v
            break
    else:
        result = x[0] * x[1]
    return result * x[2]


@program(at(0.4), at(5.0), order=2)
def while_else(x):
    y = x
    while y < 3.0:
        y = y * y + 0.8
        if y > 2.5:
            break
    else:
        y = y * 0.1
    return y


@program(at(0.3, 0.2), at(-0.3, 0.2), at(-0.3, -0.2), at(0.3, -0.2), wrt=(0, 1), order=2)
def four_quadrants(x, y):
    if x > 0.0:
        if y > 0.0:
            z = x * y
        else:
            z = x - y * y
    elif y > 0.0:
        z = x**3
    else:
        z = math.exp(x) * y
    return z * z


@program(at(0.3, 0.7), at(0.9, 0.7), at(2.0, 0.7), order=2)
def chained_comparison(x, y):
    if 0.0 < x < y:
        return x * y
    if y <= x <= 1.0 and not x == 0.95:
        return x / y
    return x if x > 5.0 or y < 0.0 else x * x * x


@program(at(0.3), at(-0.3), order=2)
def conditional_expression(x):
    return (x * x if x > 0.0 else -3.0 * x) * (2.0 if x > 0.1 else x)


@program(at(2.0), at(-2.0), order=2)
def variable_of_one_branch_only(x):
    if x > 0.0:
        y = x * x
    z = x * 3.0
    if x > 0.0:
        z = z * y
    return z


@program(at(VECTOR, 0, raises=UnboundLocalError), at(VECTOR, 2))
def bound_only_inside_the_loop(x, n):
    for i in range(n):
        last = x[i] * x[i]
    return last * 2.0


@program(at(VECTOR, 3))
def loop_variable_after_the_loop(x, n):
    for i in range(n):
        x = x * 0.5 + i
    return x[i] * i


@program(at(VECTOR), order=2)
def steps_and_reverse_ranges(x):
    total = 0.0
    for i in range(len(x) - 1, -1, -2):
        total += x[i] * total + x[0]
    for i in range(1, len(x), 2):
        total *= 1.0 + x[i] * x[i]
    for i in reversed(range(len(x))):
        total = total * 0.5 + x[i]
    return total


@program(at(VECTOR, 0, raises=ValueError), at(VECTOR, 2), at(VECTOR, -2))
def range_step_from_an_argument(x, step):
    total = x[0]
    for i in range(0, 5, step):
        total = total * 1.5 + x[i]
    return total


@program(at(VECTOR), order=2)
def enumerate_and_zip(x):
    total = 0.0
    for i, v in enumerate(x):
        total += (i + 1) * v * v
    for a, b in zip(x, x[1:]):
        total += a * b
    for i, (a, b) in enumerate(zip(x, x[::-1]), start=2):
        total *= 1.0 + 0.01 * i * a * b
    return total


@program(at(MATRIX), order=2)
def triangular_loops(a):
    total = 0.0
    for i in range(3):
        for j in range(i + 1):
            for k in range(j, 3):
                total += a[i, j] * a[j, k] * a[k, i]
    return total


@program(at(0.8, 3, 4), at(0.8, 0, 4), at(0.8, 3, 0), order=2)
def nested_loops_with_carried_state(x, n, m):
    a, b = x, 1.0
    for i in range(n):
        for j in range(m):
            a, b = a * 0.9 + b * x * 0.1, b + a * 0.01 * j
        b = b * a
    return a * b


@program(at(-1.0, raises=ValueError), at(2.0))
def raises_its_own_error(x):
    if x < 0.0:
        raise ValueError(f"negative: {x}")
    return math.sqrt(x)


@program(at(3.0, raises=AssertionError), at(0.5))
def asserts(x):
    assert x < 1.0, "x must be below one"
    return x * x


@program(at(2.0, 0.0, raises=ZeroDivisionError), at(2.0, 4.0), wrt=(0, 1))
def divides(x, y):
    return x / y


@program(at(VECTOR, 0.05), at(VECTOR, 10.0), order=2)
def fixed_point_with_a_flag(x, tolerance):
    state = x * 1.0
    done = False
    turns = 0
    while not done and turns < 30:
        new = 0.5 * np.cos(state) + 0.1 * x
        done = np.max(np.abs(new - state)) < tolerance
        state = new
        turns += 1
    return np.sum(state * state)


@program(at(np.array([3.0, 1.0, 2.0, 5.0])), order=2)
def two_pointers(x):
    i, j = 0, len(x) - 1
    total = 0.0
    while i < j:
        if x[i] < x[j]:
            total += x[i] * x[j]
            i += 1
        else:
            total += x[j] ** 2
            j -= 1
    return total


@program(at(1.7, 12), order=2)
def continued_fraction(x, n):
    value = x
    for k in range(n, 0, -1):
        value = k + x / value
    return value


@program(at(0.37, 25), order=1)
def logistic_map(x, n):
    for _ in range(n):
        x = 3.2 * x * (1.0 - x)
    return x


@program(at(0.5), at(1.5), at(2.5), at(3.5))
def match_by_elif(x):
    k = int(x)
    if k == 0:
        y = x
    elif k == 1:
        y = x * x
    elif k == 2:
        y = x**3
    else:
        y = 1.0 / x
    return y


@program(at(VECTOR), order=2)
def walrus_and_while(x):
    i = 0
    total = 0.0
    while (i := i + 1) < len(x):
        total += x[i] * x[i - 1]
    return total


@program(at(0.7), order=2)
def pass_and_docstring(x):
    """A docstring, an annotation and a pass."""
    y: float = x * x
    if y > 100.0:
        pass
    else:
        y = y + 1.0
    return y


@program(at(0.7, 1000), order=1)
def thousand_turns(x, n):
    y = x
    for i in range(n):
        if i % 7 == 3:
            continue
        y = y + 0.001 * math.sin(y) * x
        if y > 50.0:
            break
    return y


@program(at(VECTOR, 1.0), at(VECTOR, -1.0), order=2)
def branch_inside_a_loop_over_state(x, gain):
    state = 0.0
    low = 0.0
    for v in x:
        if state > 0.5:
            state = state - gain * v * v
        else:
            state = state + v + 0.7
            low = low * 0.5 + state
    return state * low


@program(at(0.6, 3), at(0.6, 11), order=2)
def return_inside_while_inside_for(x, n):
    total = x
    for i in range(n):
        k = 0
        while k < i:
            total += x * k
            k += 1
            if total > 20.0:
                return total * x
        total = total * 1.1
    return total


@program(at(0.7, 0.2, 0), at(0.7, 0.2, 3), order=2)
def else_reads_what_the_for_binds(a, c, n):
    for k in range(n):
        c = a * a * k
    else:
        a = a + c
    return a * a


@program(at(0.7, 3), at(1.9, 3), order=2)
def else_reads_what_a_for_left_by_break_binds(a, n):
    total = 0.0
    for i in range(1, n):
        for k in range(1, n):
            t = a * i * k
            if t > 3.0:
                break
            u = t * t
        else:
            total += t * u
            continue
        total += 5.0 * u
    else:
        total += i * t
    return total


@program(at(0.7, np.array([0.3, 0.5]), 0), at(0.7, np.array([0.3, 0.5]), 3), wrt=(0, 1), order=2)
def else_reads_what_the_while_binds(a, x, n):
    y = x
    while n > 0:
        n -= 1
        y = x * a * n
    else:
        a = a + np.sum(y)
    return a


@program(at(0.7, 0, raises=UnboundLocalError), at(0.7, 2))
def else_reads_what_an_empty_for_never_bound(a, n):
    for k in range(n):
        t = a * k
    else:
        a = a + t
    return a


@program(at([0.3, 0.5]), at([0.6]), at([0.1, 0.2]), order=2)
def function_made_in_a_loop_that_returns(items):
    total = 0.0
    for q in items:
        total += (lambda u: q * u * q)(2.0)
        if q > 0.4:
            return total
    return total


@program(at(1.0), at(7.0), order=2)
def endless_loop_left_by_return_or_break(x):
    while True:
        x = x * 2.0
        if x > 10.0:
            return x
        if x > 5.0:
            break
    return x * x


@program(at(1.0, raises=ValueError))
def endless_loop_left_by_an_error(x):
    while True:
        x = x * 2.0
        if x > 10.0:
            raise ValueError("too large")


@program(at(0.7, 4), at(0.7, 0), order=2)
def variable_of_the_turn_before(x, n):
    total = 0.0
    for i in range(n):
        if i > 0:
            total += before * x
        before = x * i
    return total


@program(at(0.7, 4), at(0.7, 1), order=2)
def array_of_the_turn_before(x, n):
    total = 0.0
    i = 0
    while i < n:
        if i > 1:
            total += np.sum(before) * before[0]
        if i > 0:
            before = x * np.arange(3.0) * i + x
        i += 1
    return total


@program(at(0.7, 4, raises=UnboundLocalError))
def variable_of_a_turn_before_that_never_was(x, n):
    total = 0.0
    for i in range(n):
        if i > 1:
            total += before * x
        if i > 3:
            before = x * i
    return total


@program(at(0.7, 4), at(0.2, 2), order=2)
def iterators_in_variables(x, n):
    pairs = zip([x, x * x], [2.0, 3.0])
    numbers = [x, 2.0]
    terms = (v * x for v in numbers)
    numbers = [5.0]
    total = sum(a * b for a, b in pairs) + sum(terms) * numbers[0]
    for k in range(n):
        items = enumerate([x, total])
        for i, v in items:
            total += v * i * k * 0.1
    return total


@program(at([0.7, 1.4, 0.2, 1.1]))
def tests_that_are_no_booleans(heights):
    stack, best = [], 0.0
    for k in range(len(heights)):
        while stack and heights[k] < heights[stack[-1]]:
            best = max(best, heights[stack.pop()] * (k if not stack else k - stack[-1] - 1))
        stack.append(k)
    if not (stack and best) or (heights[0] and best > 100.0):
        return 0.0
    return best * (2.0 if best and stack else 1.0)


@program(at(0.7, np.array([0.3, -0.8, 1.2])), wrt=(0, 1), order=2)
def sum_in_a_loop_of_a_sum_from_a_loop(a, x):
    total = a
    for v in x:
        a += v
    for _ in range(3):
        total += a
    return total


@program(at(0.7, 1.3, np.array([0.4, -0.2])), at(0.7, 1.3, np.array([-0.4, -0.2])), wrt=(0, 1, 2), order=2)
def both_sides_of_a_turn_return(a, b, x):
    held = [a, b]
    while True:
        if x[0] > 0:
            b += 1.0
            a = b * a
            b *= x[0]
            held[0] = a
            return held[0] + held[1] * b
        else:
            b *= x[1]
            held.append(b)
            return a * held[-1]


@program(at(0.7, 1.3, np.array([0.4, -0.2])), at(-0.7, 1.3, np.array([-0.4, 0.2])), wrt=(0, 1, 2))
def both_sides_of_a_later_turn_return(a, b, x):
    table = {"q": a}
    for k in range(3):
        if x[k % 2] > 0:
            if a > 0:
                table["q"] = b * x[0]
                return table["q"] * b
            else:
                b = b * 2.0
                return table["q"] * b
        table["q"] += 1.0
    return table["q"]


@program(at(0.7, raises=ValueError))
def a_loop_that_only_raises(x):
    for _ in range(3):
        raise ValueError("at once")
    return x
