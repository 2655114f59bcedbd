"""Functions outside the language. `# E:` on a line says what is refused there: the reason, and the way out after `|`."""

# The programs are written as people write them.
# ruff: noqa
# fmt: off

from __future__ import annotations

import asyncio
import functools
import secrets
from collections import namedtuple
from dataclasses import dataclass

import numpy as np

import everypath

CASES = []
COUNTER = 0


def at(*arguments):
    def enter(function):
        CASES.append((function, arguments))
        return function

    return enter


@at(1.0)
def statements(x):
    global COUNTER

    del COUNTER  # E: deleting the global 'COUNTER' is not supported | leave it alone

    with open("f") as f:  # E: input and output are not supported | read it outside and pass the data in
        y = 1 / x

    class C:  # E: the class 'C' reads 'x', a variable of the function | pass it to the methods, keep it in an attribute, or define the class at the module's top level
        def get(self):
            return x

    return y


@at(1.0)
def several_at_once(x):
    s = list({x, 2.0})  # E: the order of the numbers in a set depends on how it was made, which is not known here | use sorted(…), or a list
    y = sorted([x, 2.0], cmp=None)  # E: the option 'cmp' of sorted() is not supported | leave it out
    z = y[0] + x
    w = secrets.randbelow(5)  # E: secrets.randbelow draws random numbers, and a derivative needs the same ones each time | draw them outside and pass them in
    return z + w


@at(1.0)
def generators(x):
    yield x  # E: 'generators' is a generator function | pass a function that takes its items, such as lambda x: sum(generators(x))


def counting(x):
    while True:
        yield x
        x = x + 1.0


@at(np.array([1.0, 2.0]))
def consuming_generators(x):
    y = sum(a * b for a, b in zip(counting(x[0]), counting(x[1])))  # E: a generator that changes things or never ends, and is not taken by one loop alone, is not supported | loop over it, or make a list of it first
    g = (v for v in x if v > 0.0)
    z = next(g) + next(g)
    for a, b in zip((v for v in x), (v for v in x)):  # E: two generators are advanced in step by a loop that changes what they are made of: variables, arrays or lists | let the loop compute the items of one of them
        x[0] = a * b
    return y + z


@at((1.0, 2.0, 3.0))
def an_iterator_advanced_now_and_then(t):
    items = iter(t)
    total = 0.0
    for v in items:  # E: an iterator that is advanced from two places at a time is not supported | make a list of it first
        if v > 1.5:
            total += v * next(items)
    return total


@at(1.5)
def a_cached_function_out_of_date(x):
    k = x

    @functools.cache
    def scaled(n):
        return n * k

    y = scaled(1.0)
    k = 2.0 * x
    return y + scaled(1.0)  # E: a cached function is called again after a variable that it reads has changed | pass that as an argument


def inner_endlessly(x):
    yield x
    yield from inner_endlessly(x)  # E: a generator that calls itself stands in itself as often, and here more than 32 deep or 512 times | make it a function that returns a list
    yield from inner_endlessly(x)  # E: a generator that calls itself stands in itself as often, and here more than 32 deep or 512 times | make it a function that returns a list


@at(1.5)
def an_endless_recursion_of_generators(x):
    return sum(inner_endlessly(x))


def doubled(x):
    return (2.0 * v for v in x)


@at(np.array([1.0, 2.0]))
def a_returned_generator(x):
    y = x.copy()
    items = doubled(y)
    y[0] = 3.0  # E: this may be what the items of a generator are made of that was returned by a function, which is not supported | return a list
    return sum(items)


@at(1.0)
def complex_numbers(x):
    return np.ldexp(x * 2j, 1)  # E: np.ldexp of complex numbers is not supported | take the real and the imaginary part apart: z.real, z.imag


@at(1.0)
def random_draws(x):
    return x * np.random.default_rng().random()  # E: a generator without a seed draws other numbers at every run | give it a seed, or make it outside and pass it in


@at(1.0, 2)
def unknown_index(x, n):
    pair = (x, slice(2), zip([x], [x]))
    k = n
    while k > 1:
        k -= 1
    return pair[k]  # E: a run-time index into a container whose items differ: a float on one path and a slice on the other | use a constant index, or one array


@at(1.0)
def wrong_arguments(x):
    y = helper(x)  # E: helper() missing 1 required positional argument: 'b' | call it with the arguments of its signature
    z = helper(x, 1, 2)  # E: helper() takes 2 positional arguments but 3 were given | call it with the arguments of its signature
    return helper(x, 1, c=3)  # E: helper() got an unexpected keyword argument 'c' | call it with the arguments of its signature


def helper(a, b):
    return a + b


@at(1.0)
def refused_in_a_callee(x):
    return inner_refusal(x) + 1


def inner_refusal(x):
    y = x.hex()  # E: 'hex' of a float is not supported | compute it outside and pass it in, or write it out
    return y


@at(1.0)
def other_objects(x):
    d = bytearray(3)  # E: making a bytearray is not supported: its class is not written in Python, or belongs to a library | use a tuple, a list, a dict or a class of your own
    return x


@at(1.0)
def decorated_inner(x):
    @property  # E: making a property is not supported: its class is not written in Python, or belongs to a library | use a tuple, a list, a dict or a class of your own
    def f(y):
        return y

    return x


@at(1.0)
def none_in_arithmetic(x):
    y = [x] + (x,)  # E: unsupported operand type(s) for +: 'list' and 'tuple' | for arithmetic item by item, use arrays
    return x


async def coroutine(x):
    return x


@at(1.0)
def calls_a_coroutine(x):
    return coroutine(x)  # E: cannot call 'coroutine': async functions are not supported | make it an ordinary function


@at(np.array([1.0, 2.0]), 1.0)
def beside_a_list_built_at_run_time(x, a):
    items = []
    for v in x:
        items.append(v)
    global COUNTER
    with np.errstate(all="raise"):  # E: np.errstate(all='raise') is not supported | test the numbers, with np.isfinite
        a = a * 2.0

    @property  # E: making a property is not supported: its class is not written in Python, or belongs to a library | use a tuple, a list, a dict or a class of your own
    def g(t):
        del t
        return 1.0

    del COUNTER  # E: deleting the global 'COUNTER' is not supported | leave it alone
    return a * items[0] + g(a)


@at(1.0)
def syntax_that_is_seldom_written(x):
    pair = [x, x]
    pair[0]: float  # E: an annotation of an item or attribute without a value is not supported | leave it out
    if x < 0.0:
        raise ValueError("negative", [x])  # E: a list in an exception that leaves the call is not supported | pass numbers and text
    return dict(a=x, **{"a": 2.0})["a"]  # E: got multiple values for keyword argument 'a' | pass it once


@at(1.0)
def endless(x):
    total = 0.0
    while True:  # E: this loop never ends: nothing in it leaves it | leave it by `break` or `return`
        total += x


class Own:
    def __init__(self, a):
        self.a = a

    def __getattribute__(self, name):
        return 2.0


class Rows(tuple):
    pass


class Single(type):
    def __call__(cls, *args):
        return super().__call__(*args)


class One(metaclass=Single):
    def __init__(self, a):
        self.a = a


class Pair(namedtuple("Pair", "a b")):
    def __getitem__(self, k):
        return 2.0


class Vector:
    def __init__(self, a):
        self.a = a

    def __rmul__(self, other):
        return self.a * other


VECTOR = Vector(1.0)


@at(1.5)
def objects_made(x):
    a = Own(x).a  # E: 'Own' has a __getattribute__ of its own, which is not supported | define __getattr__ or properties instead
    b = Rows([x])  # E: making a Rows is not supported: it is a tuple too | use a tuple, a list, a dict or a class of your own
    c = One(x)  # E: 'One' has a metaclass with a __call__ of its own, which is not supported | call a function that makes it
    d = Pair(x, 1.0).a  # E: 'Pair' has a __getitem__ of its own, which is not supported | let the class do no more than hold its fields
    return a + b + c + d


@at(1.5)
def special_methods(x):
    a = np.array([x]) * Vector(x)  # E: an array on the left of a Vector: NumPy makes an array of objects of it | put the object on the left, or set __array_ufunc__ = None in its class
    del VECTOR.a  # E: deleting an attribute of an object that comes from outside is not supported | set it to None
    return x


@at(1.0)
def iterators_taken_twice(x):
    pairs = zip([x, 1.0], [2.0, x])
    s = any(a > b for a, b in pairs)
    t = sum(a * b for a, b in pairs)  # E: an iterator gives its items once, and the items of this one may have been taken | make a list of it first
    items = enumerate([x, 2.0])
    pairs = list(zip(items, [1.0]))
    for _, v in items:  # E: an iterator gives its items once, and the items of this one may have been taken | make a list of it first
        t += v
    return t + s


@at(1.5, 2)
def tangent_of_an_integer(x, n):
    t = everypath.jvp(lambda u: u * x, (n,), (1.0,))[1]  # E: no argument here is a float, so there is nothing to take a tangent along | pass a float, such as 3.0 instead of 3
    return t * x


class Bag:
    def __init__(self, first):
        self.first = first
        self.items = [first]

    def put(self, item):
        self.items.append(item)


@at(1.5, 3)
def objects_in_a_list_built_at_run_time(x, n):
    bag = Bag(Vector(x))
    bag.first.a -= 1.0  # E: this Vector must not be changed: it stands in a list built at run time | copy it first, or return a new one
    for _ in range(n):
        bag.put(bag.first)
    bag.items[-1].a += 0.25  # E: this Vector must not be changed: it may be one object or another, depending on the path taken | copy it first, or return a new one
    return sum(item.a for item in bag.items)


class Empty:
    pass


@at([1.5, 2.5], 0.5)
def attribute_that_a_class_does_not_have(x, a):
    Empty.place = a  # E: assigning an attribute of the class 'Empty' is not supported | keep it in an instance, or pass it in
    return x[0] * a


@at([1.5, 2.5, 3.5], 0.5)
def bound_of_a_slice_of_a_list(x, a):
    start = None if a > 1.0 else 1
    return sum(x[start:])  # E: a bound of a slice of a container must be known before the function runs, and here the path decides whether it is None | write it as a constant, or pass it as an argument that is an int, a bool or a string
