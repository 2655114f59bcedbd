"""Generators, and what is made of iterators: map, filter, zip, next, itertools, reduce."""

import functools
import itertools
import math
import operator

import numpy as np

from .registry import at, program

VECTOR = np.array([0.7, -1.2, 0.4, 1.9, -0.3])


def squares(x):
    for v in x:
        yield v * v


def running(x, limit):
    total = 0.0
    for v in x:
        total += v * v
        if total > limit:
            return
        yield total


def powers(x):
    v = 1.0
    while True:
        yield v
        v = v * x


def both(x):
    yield from squares(x)
    yield 1.0
    yield from (v for v in x if v > 0)


def leaves(tree):
    if isinstance(tree, tuple):
        for branch in tree:
            yield from leaves(branch)
    else:
        yield tree


@program(at(VECTOR), at(np.zeros(0)), order=2)
def a_loop_over_a_generator(x):
    total = 0.0
    for k, s in enumerate(squares(x), start=1):
        total += s * s * k
    return total


@program(at(VECTOR, 2.0), at(VECTOR, 0.1), at(VECTOR, 100.0), order=2)
def a_generator_that_returns(x, limit):
    return sum(running(x, limit)) + max(running(x, limit + 1.0))


@program(at(1.5), at(3.0), order=2)
def an_endless_generator(x):
    total = 0.0
    for v in powers(x):
        if v > 50.0:
            break
        total += v
    else:
        total = -1.0
    return total


@program(at(VECTOR, 1.0), at(VECTOR, 5.0), at(VECTOR, 0.05), order=2)
def break_continue_and_else(x, limit):
    total = 0.0
    for s in squares(x):
        if s > limit:
            break
        if s < 0.1:
            continue
        total += s * x[0]
    else:
        total = total * x[1]
    return total


@program(at(VECTOR, 1.0), at(VECTOR, 5.0), order=2)
def return_out_of_a_generators_loop(x, limit):
    for s in both(x):
        if s > limit:
            return s * x[0]
    return x[1] * x[1]


@program(at(((0.7, 1.2), (0.4, (1.9,)))), order=2)
def a_recursive_generator(tree):
    return sum(v * v for v in leaves(tree))


@program(at(VECTOR), order=2)
def generators_in_each_other(x):
    total = 0.0
    for a in squares(x):
        for b in squares(x):
            if b > a:
                break
            total += a * b
        if total > 5.0:
            break
    return total


@program(at(VECTOR), order=2)
def a_generator_that_writes_between_its_items(x):
    y = np.ones(3)

    def steps():
        for i in range(3):
            y[i] += x[i]
            yield i

    for i in steps():
        y[i] *= x[i + 1]
        y[(i + 1) % 3] += x[0]
    return np.sum(y**2)


@program(at(VECTOR), order=2)
def a_counter_that_the_generator_shares(x):
    count = 0.0

    def counted(v):
        nonlocal count
        for s in v:
            count += 1.0
            yield s * count

    total = 0.0
    for s in counted(x):
        total += s * count
        count += x[0]
    return total * count


@program(at(VECTOR), order=2)
def a_pipeline(x):
    evens = (v for k, v in enumerate(x) if k % 2 == 0)
    total = 0.0
    for v in map(math.sin, filter(lambda v: v > 0, squares(evens))):
        total += v
    return total


@program(at(VECTOR), order=2)
def handed_to_a_function(x):
    def total(items):
        s = 0.0
        for v in items:
            s += v
        return s + sum(items)

    return total(squares(x)) + total([x[0], x[1]]) * total(v * v for v in x)


@program(at(VECTOR), order=2)
def one_generator_beside_others(x):
    total = 0.0
    for a, k, b in zip(squares(x), itertools.count(1), x[1:]):
        total += a * b * k
    for k, a in zip((1.0, 2.0, 3.0), running(x, 2.0)):
        total += a * k
    for a, b in zip((1.0, 2.0, 3.0), x):
        total += a * b * b
    return total


@program(at(VECTOR), order=2)
def the_next_item(x):
    items = iter(x)
    first = next(items)
    second = next(items)
    rest = sum(items)
    found = next((v for v in x if v > 1.0), 0.0)
    missing = next((v for v in x if v > 9.0), x[0] * x[0])
    return first * second + rest * found + missing + next(items, x[2])


@program(at(VECTOR, 0), at(VECTOR, 2), at(VECTOR, 5, raises=StopIteration))
def an_iterator_left_in_the_middle(x, n):
    items = iter(x)
    total = 0.0
    for k, v in enumerate(items):
        total += v
        if k >= n:
            break
    return total + next(items) * 2.0


@program(at(VECTOR), at(np.zeros(0)), order=2)
def accumulated(x):
    total = sum(itertools.accumulate(x)) + sum(itertools.accumulate(x, operator.mul)) + sum(itertools.accumulate(squares(x)))
    for a, b in itertools.pairwise(x):
        total += (b - a) ** 2
    return total + sum(itertools.accumulate(x, lambda s, v: 0.5 * s + v * v, initial=1.0))


@program(at(VECTOR), order=2)
def parts_of_iterators(x):
    total = sum(itertools.islice(x, 3)) + sum(itertools.islice(squares(x), 1, 4)) + sum(itertools.islice(x, 0, None, 2))
    total += sum(itertools.takewhile(lambda v: v > -1.0, x)) + sum(itertools.dropwhile(lambda v: v > -1.0, x))
    total += sum(a * b for a, b in zip(x, itertools.cycle((1.0, 2.0)))) + sum(itertools.repeat(x[0] * x[1], 3))
    return total + sum(itertools.compress(x, x > 0)) + sum(map(operator.mul, x, x))


@program(at(VECTOR, (0.5, 0.2, 0.9)), wrt=(0, 1), order=2)
def every_pair(x, t):
    total = sum(a * b for a, b in itertools.combinations(t, 2)) + sum(a * b * b for a, b in itertools.permutations(t, 2))
    for i, j in itertools.combinations(range(len(x)), 2):
        total += (x[i] - x[j]) ** 2
    for a, b, c in itertools.combinations(x, 3):
        total += a * b * c
    for a, b in itertools.product(x, t):
        total += a * b * b
    for a, b in itertools.combinations_with_replacement(x, 2):
        total += a * b
    return total + sum(a * b for a, b in itertools.chain(zip(x, x), [(t[0], t[1])]))


@program(at(VECTOR), at(np.zeros(0), raises=TypeError), order=2)
def reduced(x):
    return functools.reduce(lambda a, b: a * b + 1.0, x) + functools.reduce(operator.add, squares(x), 2.0)


@program(at(VECTOR), at(VECTOR[1:]))
def any_and_all_stop(x):
    hits = []

    def seen(v):
        hits.append(v)
        return v > 0

    found = any(map(seen, x))
    total = x[0] if found else x[1]
    return total * len(hits) + (1.0 if all(v < 1.0 for v in squares(x)) else 2.0)


@program(at(VECTOR, 2.0), order=2)
def decorated_inside(x, k):
    def doubled(f):
        @functools.wraps(f)
        def inner(*args, **kwargs):
            return 2.0 * f(*args, **kwargs)

        return inner

    @doubled
    @doubled
    def scaled(v, by=1.0):
        return v * by * k

    @functools.cache
    def power(n):
        return k if n == 0 else power(n - 1) * k

    triple = functools.partial(scaled, by=3.0)
    return sum(map(triple, x)) * power(2) + functools.partial(pow, x[0])(2.0) + operator.itemgetter(1)(x)


class Filter:
    """A generator method, and an object that is gone over."""

    def __init__(self, rate):
        self.rate = rate

    def smoothed(self, x):
        y = x[0]
        for v in x:
            y = y + self.rate * (v - y)
            yield y

    def __iter__(self):
        yield self.rate
        yield self.rate * self.rate


@program(at(0.3, VECTOR), wrt=(0, 1), order=2)
def generator_methods(rate, x):
    f = Filter(rate)
    total = 0.0
    for k, y in enumerate(f.smoothed(x)):
        total += (k + 1) * y * y
    return total + sum(f) * max(f.smoothed(x))


def scaled(x, k):
    return (v * k for v in x)


@program(at(VECTOR), order=2)
def returned_generators(x):
    def powers(n):
        def each():
            for v in x:
                yield v**n

        return each()

    return sum(scaled(x, 2.0)) * sum(powers(2)) + max(map(abs, scaled(x, x[0])))


@program(at(VECTOR), at(VECTOR[1:2]), order=2)
def errors_out_of_generators(x):
    def checked(items):
        for v in items:
            if v > 1.5:
                raise ValueError("too large")
            yield v * v

    total = 0.0
    try:
        for v in checked(x):
            total += v
    except ValueError:
        total = total * 3.0
    return total


@program(at(1.5), at(0.2), order=2)
def newtons_method_as_a_generator(x):
    def steps(v):
        while True:
            yield v
            v = 0.5 * (v + x / v)

    last = None
    for v in steps(1.0):
        if last is not None and abs(v - last) < 1e-13:
            break
        last = v
    return v


@program(at(VECTOR), at(VECTOR[:2]), at(VECTOR[:1], raises=ValueError), order=2)
def taken_apart(x):
    first, *middle, last = x
    head, *_ = squares(x)
    return first * last + sum(middle) * head


@program(at(VECTOR), at(VECTOR[:2]), order=2)
def iterators_shared(x):
    two = iter(x)
    total = sum(a * b for a, b in zip(two, two))
    for a, b, c in zip(*[iter((x[0], x[1], 2.0, x[1], x[0], 3.0))] * 3):
        total += a * b * c
    items = iter(x)
    begun = list(itertools.islice(items, 2))
    total += sum(begun) * 2.0 + sum(items)
    grown = [v for v in x]
    numbered = enumerate(grown)
    grown.append(3.0)
    return total + sum(i * v for i, v in numbered)


def halves(x, n):
    if n > 0:
        yield from halves(0.5 * x, n - 1)
        yield x * n
        yield from halves(x * x, n - 1)


@program(at(0.7, 3), at(0.7, 0), at(0.7, 1), order=2)
def a_tree_of_generators(x, n):
    total = 1.0
    for v in halves(x, n):
        total += v * v
    return total


@program(at(0.7), order=2)
def many_combinations(x):
    known = [x * k for k in range(12)]
    total = sum(a * b * c for a, b, c in itertools.combinations([*known, *known], 3))
    return total + sum(x * i * j * k for i, j, k in itertools.product(range(8), repeat=3))


@program(at(VECTOR), order=2)
def counters_and_cycles_advanced_by_hand(x):
    number, sign = itertools.count(1), itertools.cycle([1.0, -1.0])
    total = 0.0
    for v in x:
        total += v * v * next(number) * next(sign)
    places = (1, 2, 3, 4)
    return total * next(number) + places.index(3) * x[0] + places.count(4) * x[1]


@program(at(VECTOR), order=2)
def numbered_pairs(x):
    total = 0.0
    for (i, a), (j, b) in itertools.combinations(enumerate(x), 2):
        total += a * b / (j - i)
    table = {"relu": lambda v: max(v, 0.0), "square": lambda v: v * v}
    for name, v in zip(itertools.cycle(("relu", "square")), (x[0], x[1], x[2])):
        total += table[name](v)
    return total


@program(at(VECTOR), at(VECTOR[:1]), order=2)
def backwards_and_numbered(x):
    items = [v * v for v in x]
    total = sum(k * v for k, v in enumerate(reversed(list(x))))
    for (k, a), b in zip(enumerate(reversed(items), start=1), reversed(items)):
        total += k * a * b
    return total


class CountUp:
    def __init__(self, n, step):
        self.n = n
        self.k = 0
        self.step = step

    def __iter__(self):
        return self

    def __next__(self):
        if self.k >= self.n:
            raise StopIteration
        self.k += 1
        return self.step * self.k


class Relaxing:
    """An iterator that never ends."""

    def __init__(self, x):
        self.x = x

    def __iter__(self):
        return self

    def __next__(self):
        self.x = self.x - 0.1 * self.x**2
        return self.x


class Windows:
    def __init__(self, data):
        self.data = data

    def __iter__(self):
        return Window(self)


class Window:
    def __init__(self, windows):
        self.windows = windows
        self.at = 0

    def __next__(self):
        if self.at + 1 < len(self.windows.data):
            pair = self.windows.data[self.at], self.windows.data[self.at + 1]
            self.at += 1
            return pair
        raise StopIteration


@program(at(1.5, 4), at(1.5, 0), order=2)
def iterator_of_one_s_own(x, n):
    total = 0.0
    for v in CountUp(n, x):
        total += v * v
    counting = CountUp(n, x)
    for v in counting:
        if v > 4.0:
            break
        total += v
    return total + counting.k * x + sum(CountUp(3, x)) + max(CountUp(2, x)) + next(counting, x)


@program(at(1.5, 5), at(1.5, 1), order=2)
def steps_of_an_endless_iterator(x, n):
    relaxing = Relaxing(x)
    total = next(relaxing) * 2.0
    for k, v in zip(range(n), relaxing):
        total += v * k
    for v in relaxing:
        if v < 0.9:
            break
    return total + v


@program(at(np.array([0.5, 1.5, 2.0])))
def windows_over_an_array(data):
    total = sum(a * b for a, b in Windows(data))
    first, second = Windows(data)
    return total + first[0] * second[1]


@program(at(1.5), order=2)
def several_items_by_next(x):
    def growing():
        a, b = x, 1.0
        while True:
            yield a
            a, b = b, a + b

    grown = growing()
    numbered = enumerate([x, 2.0 * x, 3.0])
    squares = (k * x for k in range(5))
    first = next(grown) * next(grown) + next(grown)
    k, v = next(numbered)
    rest = sum(j * w for j, w in numbered)
    next(squares)
    left = (v * v for v in [x, 2.0, 3.0])
    return first + k * v + rest + next(squares) * next(squares) + next(left) * sum(left)


@program(at(1.5, 6), at(0.2, 6), order=2)
def next_now_and_then(x, n):
    def halves():
        value = x
        for _ in range(4):
            yield value
            value = value / 2.0

    given, total = halves(), 0.0
    for k in range(n):
        if x * k > 2.0:
            total += next(given, 1.0)
        else:
            total += x * x
    return total


@program(at(1.5), order=2)
def items_taken_in_pairs(x):
    items = iter([x, 2.0 * x, 3.0, x * x, 5.0])
    total = 0.0
    for a in items:
        total += a * next(items, x)
    return total


def inverted(values):
    for v in values:
        try:
            yield 1.0 / v
        except ZeroDivisionError:
            yield 0.0


@program(at(1.5), order=2)
def yield_in_try(x):
    closed = []

    def given():
        try:
            yield x
            yield x * x
        finally:
            closed.append(3.0 * x)

    total = sum(inverted([x, 0.0, 2.0 * x]))
    for v in given():
        total += v * 2.0
    return total + closed[0]


@program(at(2.0, raises=ZeroDivisionError))
def error_of_who_takes_the_items(x):
    total = 0.0
    for v in inverted([x, 0.0]):
        total += 1.0 / (v - 0.5)
    return total


@program(at(1.5), order=2)
def called_until_it_says_so(x):
    given = [x, 2.0 * x, 0.0, x]
    at = [0]

    def read():
        at[0] += 1
        return given[at[0] - 1]

    return sum(v * v for v in iter(read, 0.0))


@program(at(1.5), refused="taking up again a generator that changes things")
def next_of_what_changes_things(x):
    seen = []

    def given():
        for k in range(3):
            seen.append(k)
            yield x * k

    items = given()
    return next(items) + next(items)


@program(at(1.5), refused="goes over what has changed meanwhile")
def next_of_what_goes_over_what_changed(x):
    data = [x, 2.0 * x]

    def sums():
        total = 0.0
        for v in data:
            total += v
            yield total

    items = sums()
    first = next(items)
    data[0] = 5.0
    return first + next(items)


@program(at(1.5), refused="a `yield` inside `try` or `with` is not supported where the loop over it may be left")
def yield_in_try_that_is_left(x):
    total = 0.0
    for v in inverted([x, 2.0]):
        if v > 0.6:
            break
        total += v
    return total


SCALE = 3.0


def by_count(items):
    """Reads names of its module: none of who takes the items is meant, whatever that calls its own variables."""
    count = len(items)
    for item in items:
        yield abs(item) * SCALE / count


def scaler(power):
    def scale(items):
        def one(item):
            return item**power * SCALE

        for item in items:
            yield one(item) + power

    return scale


class Scaler:
    SCALE = 5.0

    def items(self, items):
        for item in items:
            yield self.SCALE * item * SCALE


def summed(items):
    SCALE = 2.0
    return SCALE * sum(items) + sum(SCALE * item for item in (SCALE, 1.0))


def names_alike_by_turns(x):
    SCALE = x[0]
    total = 0.0
    for len in by_count(x):
        total += len * SCALE
    for abs in scaler(2.0)(x):
        power, self = abs * x[1], 7.0
        for SCALE in Scaler().items([power, 1.0]):
            total += SCALE * power * self
    return total


@program(at(VECTOR), order=2)
def names_of_the_module_are_those_of_the_generator(x):
    return names_alike_by_turns(x) + summed(SCALE * v for v in x)


@program(at([0.7, 1.2, -0.4, 0.9, 1.3, 0.2, 0.5, 1.1, -0.6]), at(VECTOR))
def names_of_the_module_in_zips(x):
    total = 0.0
    for row in zip([np.float64(k) for k in range(5)], x):
        total += row[0] * row[1]
    return total


@program(at([0.5, 1.5]), at(VECTOR))
def expressions_are_at_home_in_their_own_text(x):
    total = 0.0
    for item in itertools.chain((v * SCALE for v in x), map(abs, x)):
        total += item
    return total


@program(at(VECTOR))
def an_expression_reads_variables_when_it_is_asked(x):
    SCALE, total = 2.0, 0.0
    for n, item in enumerate(SCALE * v for v in x):
        total += item * n
        SCALE += x[0]
    later = (SCALE * v for v in x)
    SCALE = x[1] * x[1]
    for v in later:
        total += v * v
        SCALE = SCALE + 1.0
    for SCALE, item in zip((SCALE * v for v in x), x):
        total += SCALE * item
    return total


@program(at(VECTOR), refused="advanced in step by a loop that changes what they are made of")
def two_expressions_that_the_loop_changes(x):
    s, total = 2.0, 0.0
    for u, v in zip((s * v for v in x), (s + v for v in x)):
        total += u * v
        s += 1.0
    return total


@program(at(VECTOR), at([0.4]), order=2)
def the_first_iterable_is_read_outside(x):
    SCALE = x[0]
    total = 0.0
    for v in map(lambda v: sum(SCALE * v for SCALE in (SCALE, v)), x):
        total += v
        SCALE = SCALE + v
    return total
