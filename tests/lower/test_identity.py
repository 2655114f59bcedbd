"""One object or another, depending on the path: what is made of two objects is a copy, and nothing may change that something else sees."""

from __future__ import annotations

import numpy as np
import pytest

import everypath as ep


class P:
    def __init__(self, u):
        self.u = u


class Box:
    def __init__(self, first):
        self.first = first
        self.items = [first]


def attribute_on_one_path(a, n):
    p, q = P(a), P(2.0)
    box = Box(p)
    if a > 1:
        box.first = q
    q.u += a
    return box.first.u


def attribute_in_a_loop(a, n):
    p, q = P(a), P(2.0)
    box = Box(p)
    for _ in range(n):
        box.first = q
    q.u += a
    return box.first.u


def item_on_one_path(a, n):
    p, q = P(a), P(2.0)
    box = Box(p)
    if a > 1:
        box.items[0] = q
    box.items[0].u += a
    return q.u + p.u


def variable_of_a_closure(a, n):
    p, q = P(a), P(2.0)

    def read():
        return p.u

    if a > 1:
        p = q
    q.u += a
    return read()


def made_in_a_loop(a, n):
    box = Box(P(a))
    for k in range(n):
        q = P(a * k)
        box.first = q
    q.u += a
    return box.first.u


def changed(p, a):
    if a > 1:
        p = P(2.0)
    p.u += 1.0
    return p.u


def parameter_that_is_bound_anew(a, n):
    p = P(a)
    x = changed(p, a)
    return p.u * 10 + x


def pair_in_two_orders(a, n):
    pair = [P(a), P(2.0)]
    p, q = pair
    if a > 1:
        pair = [q, p]
    p.u += 1.0
    return pair[0].u


REFUSED = [
    attribute_on_one_path,
    attribute_in_a_loop,
    item_on_one_path,
    variable_of_a_closure,
    made_in_a_loop,
    parameter_that_is_bound_anew,
    pair_in_two_orders,
]


def held_by_one_only(a, n):
    box = P(0.0)
    box.first = P(a)
    if a > 1:
        box.first = P(3.0)
    box.first.u += 1.0
    return box.first.u


def made_anew_in_each_turn(a, n):
    box = Box(P(a))
    for _ in range(n):
        box.first = P(box.first.u * 1.1)
        box.first.u += 0.5
    return box.first.u


def best_of_several(a, n):
    best = P(0.0)
    for k in range(n):
        one = P(a * k)
        if one.u > best.u:
            best = one
    return best.u + 1.0


def only_read(a, n):
    p, q = P(a), P(2.0)
    either = p if a > 1 else q
    return either.u + p.u


@pytest.mark.parametrize("a", [3.0, 0.5])
@pytest.mark.parametrize("f", REFUSED)
def test_what_would_be_seen_elsewhere_is_refused(f, a: float) -> None:
    with pytest.raises(ep.NotSupported, match="must not be changed: it may be one object or another"):
        ep.compile(f)(a, 3)


def two_names_for_it(a, n):
    p = q = P(a)
    box = Box(P(2.0))
    if a > 1:
        p = q = box.items[-1]
    return p.u + 10.0 * q.u


# A list is made at run time, and goes by reference.
def value_of_a_dict(a, n):
    table = {"x": [a]}
    other = [2.0]
    if a > 1:
        table["x"] = other
    other[0] += a
    return table["x"][0]


RIGHT = [held_by_one_only, made_anew_in_each_turn, best_of_several, only_read, two_names_for_it, value_of_a_dict]


@pytest.mark.parametrize("a", [3.0, 0.5])
@pytest.mark.parametrize("f", RIGHT)
def test_what_is_seen_by_one_only_or_goes_by_reference_changes(f, a: float) -> None:
    assert ep.compile(f)(a, 3) == f(a, 3)


class Pair:
    def __init__(self, first, second):
        self.first = first
        self.second = second


def one_object_twice(a, n):
    p = P(a)
    pair = Pair(p, p)
    for _ in range(n):
        pair.first = P(7.0)
    p.u = 1.5
    return pair.first.u + pair.second.u


def test_one_object_twice_in_another_is_refused() -> None:
    with pytest.raises(ep.NotSupported, match="must not be changed"):
        ep.compile(one_object_twice)(3.0, 100)


def test_one_object_twice_in_another_where_it_is_known_that_it_stays() -> None:
    assert ep.compile(one_object_twice)(3.0, 0) == one_object_twice(3.0, 0)


def either_is_one(a, n):
    p, q = P(a), P(2.0)
    either = p if a > 1 else q
    return 1.0 if either is p else a


def carried_is_one(a, n):
    p, q = P(a), P(2.0)
    one = p
    for _ in range(n):
        one = q
    return 1.0 if one == p else a


def two_that_are_one_each_turn(a, n):
    first = second = P(0.0)
    for k in range(n):
        first = second = P(a * k)
    return 1.0 if first is second else a


def in_a_set_on_one_path(a, n):
    p, q = P(a), P(2.0)
    either = p if a > 1 else q
    return 1.0 if either in {p} else a


def added_to_a_set(a, n):
    p, q = P(a), P(2.0)
    seen = {p}
    seen.add(p if a > 1 else q)
    return float(len(seen)) * a


def item_of_a_run_time_list(a, n):
    ps = []
    for k in range(n):
        ps.append(P(a * k))
    last = ps[n - 1]
    return 1.0 if last is ps[0] else a


@pytest.mark.parametrize("a", [3.0, 0.5])
@pytest.mark.parametrize(
    "f", [either_is_one, carried_is_one, two_that_are_one_each_turn, in_a_set_on_one_path, added_to_a_set, item_of_a_run_time_list]
)
def test_whether_it_is_one_object_depends_on_the_path(f, a: float) -> None:
    with pytest.raises(ep.NotSupported, match="whether this is one P or another depends on the path"):
        ep.compile(f)(a, 100)


def test_two_objects_that_a_loop_leaves_may_be_one() -> None:
    with pytest.raises(ep.NotSupported, match="whether this is one P or another depends on the path"):
        ep.compile(two_that_are_one_for_sure)(0.5)


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("f", [carried_is_one, item_of_a_run_time_list])
def test_which_object_it_is_is_known_after_a_few_turns(f, n: int) -> None:
    assert ep.compile(f)(0.5, n) == f(0.5, n)


def two_that_are_one_for_sure(a):
    first = second = P(0.0)
    for k in range(3):
        first = second = P(a * k)
    return 1.0 if first is second else a


def kept_as_it_is(a, n):
    p, q = P(a), P(2.0)
    best = p
    for k in range(n):
        p.u += 0.1 * k
    if a > 1:
        r = p
    else:
        r = p
        p.u *= 2.0
    return (1.0 if best is p and r is p and p == r and r is not q else 0.0) * p.u


@pytest.mark.parametrize("a", [3.0, 0.5])
def test_one_object_on_all_paths_is_itself(a: float) -> None:
    assert ep.compile(kept_as_it_is)(a, 3) == kept_as_it_is(a, 3)


ONE = P(2.0)
SAME = ONE
PEOPLE = [P(1.0), P(2.0)]


@pytest.mark.parametrize("f", [lambda x, p: (ONE is SAME) * x, lambda x, p: (p is ONE) * x, lambda x, p: (p is PEOPLE[0]) * x])
def test_whether_objects_that_come_in_two_ways_are_one_is_not_known(f) -> None:
    with pytest.raises(ep.NotSupported, match="two arguments, or variables around the function, may hold one P"):
        ep.compile(f)(1.5, ONE)


def test_objects_that_come_together_are_known_to_be_two() -> None:
    def others(x):
        return sum([a.u * x for a in PEOPLE for b in PEOPLE if a is not b])

    assert ep.compile(others)(1.5) == others(1.5)


def one_of_two_by_two_names(a, n):
    p, q = P(a), P(2.0)
    if a > 1:
        r, s = p, p
    else:
        r, s = q, q
    return r.u + 2.0 * s.u + (1.0 if r is s else 0.0)


@pytest.mark.parametrize("a", [3.0, 0.5])
def test_two_names_of_one_of_two_objects(a: float) -> None:
    assert ep.compile(one_of_two_by_two_names)(a, 3) == one_of_two_by_two_names(a, 3)


# Arrays ---------------------------------------------------------------------------------------------------------------


def copied_if_it_is_the_same(x, copy=False):
    y = np.asarray(np.atleast_1d(x))
    if x is y and copy:
        y = x.copy()
    y[0] = 7.0
    return y


def one_array(x):
    same, left, right, real = np.squeeze(x), np.add(x, 1.0, out=x), [x, (x,)], x.real
    other = [x.copy(), x[:], x * 1, x[None].T, x.flatten(), np.squeeze(x[None]), x + 1j, 3.0, [x]]
    z = x + 1j
    w = z
    return [same is x, left is x, right[0] is right[1][0], real is x, w is z, z * 1 is z, *[y is not x for y in other]]


def one_made_in_a_turn(x):
    told = []
    last = x
    for k in range(3):
        made = x * k
        told.append((made is x, made is last, last is not None))
        last = made
    return told


def test_which_array_it_is() -> None:
    x = np.array([0.5, 1.0])
    assert ep.compile(one_array)(x.copy()) == one_array(x.copy())
    assert ep.compile(one_made_in_a_turn)(x) == one_made_in_a_turn(x)
    for copy in (False, True):
        mine, given = x.copy(), x.copy()
        y, z = ep.compile(copied_if_it_is_the_same)(mine, copy), copied_if_it_is_the_same(given, copy)
        assert y.tolist() == z.tolist() and mine.tolist() == given.tolist()


def through_a_loop(x):
    a = b = x.copy()
    for v in x:
        if v > 5.0:
            b = b * 2.0
    return b is a


def in_order(x):
    a = x.copy()
    return np.ascontiguousarray(a) is a or np.asfortranarray(a).T is a


NOT_KNOWN = [through_a_loop, in_order, lambda x: (x if x[0] > 0 else x * 2) is x, lambda x: x.view() is x, lambda x: x.T is x]


@pytest.mark.parametrize("f", NOT_KNOWN)
def test_which_array_it_is_may_be_open(f) -> None:
    with pytest.raises(ep.NotSupported, match="whether this is one array or another is not known here"):
        ep.compile(f)(np.ones(2))


def which_class(x):
    kind = error = None
    try:
        y = 1.0 / x
    except ZeroDivisionError as caught:
        kind, error, y = type(caught), caught, 3.0
    if x > 3.0:
        kind = float
    answers = kind is ZeroDivisionError, float is kind, kind is not float, kind is error, error is None
    if kind is ZeroDivisionError:
        kind = error = None
    return y * x, answers, kind is None


def which_object(x):
    one, other = [x], [2.0]
    best, flag = None, None
    if x > 0.0:
        best, flag = one, True
    return best is one, other is best, one is not best, flag is True, flag is False, True is not flag


@pytest.mark.parametrize("function", [which_class, which_object])
def test_is_with_what_may_be_none(function) -> None:
    for x in (5.0, 0.5, 0.0, -2.0):
        assert ep.compile(function)(x) == function(x)
