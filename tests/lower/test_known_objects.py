"""Dates, regular expressions and what they find, known before the function runs; clocks, which are not; protocols; `operator`."""

from __future__ import annotations

import datetime
import functools
import json
import math
import operator
import re
import time
import typing
from datetime import date, timedelta

import numpy as np
import pytest

import everypath as ep

TOKEN = re.compile(r"\s*(?:(\d+\.?\d*)|([a-z]+)|(.))")


def net_present_value(rate, flows, today):
    return sum(flow / (1 + rate) ** ((day - today).days / 365) for day, flow in flows.items())


class Bond:
    def __init__(self, issue, coupon, years):
        self.issue, self.coupon, self.years = issue, coupon, years

    def flows(self):
        for k in range(1, self.years + 1):
            yield self.issue.replace(year=self.issue.year + k), self.coupon + (100.0 if k == self.years else 0.0)

    def price(self, rate, today):
        return sum(c * math.exp(-rate * (day - today).days / 365.25) for day, c in self.flows() if day > today)


def calculated(text, x):
    tokens, at = TOKEN.findall(text), 0

    def term():
        nonlocal at
        number, name, mark = tokens[at]
        at += 1
        if mark == "(":
            value = total()
            at += 1
            return value
        return float(number) if number else {"x": x}[name]

    def total():
        nonlocal at
        value = term()
        while at < len(tokens) and tokens[at][2] in ("+", "*"):
            mark, at = tokens[at][2], at + 1
            value = value + term() if mark == "+" else value * term()
        return value

    return total()


def found(text, x):
    if match := re.match(r"(?P<name>\w+)\s*=\s*(?P<value>[\d.]+)", text):
        words = re.sub(r"\s+", " ", "a  b").split() + re.split("[,;]", "1,2;3")
        return x * float(match["value"]) + len(match.groupdict()["name"]) + match.start("value") + len(words)
    return x * json.loads('{"a": [1, 2.5], "n": null}')["a"][1] + sum(float(m[1]) for m in re.finditer(r"k(\d)", "k1 k2"))


def moments(x):
    start = datetime.datetime(2020, 1, 31, 12, 30)
    days = [start.date() + timedelta(weeks=4 * k) for k in range(3)]
    later = max(days) - days[0]
    try:
        x *= date(2020, 2, 30).day
    except ValueError:
        x += (start - datetime.datetime(2020, 1, 1)).total_seconds() / 3600
    return x * later.days + (later / timedelta(days=1)) * len(f"{start:%Y-%m}"), days[1], later


FLOWS = {date(2020, 5, 17): 3.0, date(2021, 5, 17): 4.0}


@pytest.mark.parametrize(
    ("function", "args"),
    [
        (net_present_value, (0.1, FLOWS, date(2020, 1, 1))),
        (Bond(date(2019, 3, 1), 3.0, 4).price, (0.05, date(2020, 6, 1))),
        (calculated, ("3*x + 2.5*(x+1)", 2.0)),
        (found, ("k1 = 3.5", 2.0)),
        (found, ("nothing", 2.0)),
        (moments, (2.0,)),
    ],
)
def test_is_what_it_is_in_cpython(function, args) -> None:
    assert repr(ep.compile(function)(*args)) == repr(function(*args))
    if function is not moments:
        ep.check_grads(function, args, order=2)


def test_a_date_among_the_arguments_or_in_an_object_may_be_another_one() -> None:
    slope = ep.grad(lambda x, day: x * day.year)
    assert [slope(1.0, date(year, 1, 1)) for year in (2020, 2021, 2020)] == [2020.0, 2021.0, 2020.0]
    bond = Bond(date(2019, 3, 1), 3.0, 4)
    price = ep.compile(bond.price)
    price(0.05, date(2020, 6, 1))
    bond.issue = date(2019, 6, 1)
    assert price(0.05, date(2020, 6, 1)) == bond.price(0.05, date(2020, 6, 1))


def test_clocks_are_data_of_the_run() -> None:
    def factors(x, n):
        y = x
        for _ in range(n):
            t = time.perf_counter() * 1e5
            y = y * (0.9 + 0.2 * (t - t // 1))
        return y

    for memory in (None, "1KB"):
        value, slope = ep.value_and_grad(factors, memory=memory)(2.0, 300)
        assert math.isclose(value, 2.0 * slope)

    def waits(x):
        start, turns = time.monotonic_ns(), 0
        while time.monotonic_ns() - start < 1000:
            turns += 1
        return x * x, turns >= 0 and time.time() > 1.7e9

    assert ep.compile(waits)(3.0) == (9.0, True)


def test_a_decorator_that_measures_time() -> None:
    def timed(f):
        @functools.wraps(f)
        def wrapped(*args):
            start = time.perf_counter()
            result = f(*args)
            wrapped.calls += 1
            wrapped.last = time.perf_counter() - start
            return result

        wrapped.calls = 0
        return wrapped

    square = timed(lambda x: x * x)
    assert ep.grad(lambda x: square(x) + square(x + 1.0))(2.0) == 10.0 and square.calls == 0
    assert ep.compile(lambda x: square(x) + square(x + 1.0))(2.0) == 13.0 and square.calls == 2 and square.last >= 0.0


@typing.runtime_checkable
class Round(typing.Protocol):
    r: float

    def area(self): ...


class Disc:
    def __init__(self, r):
        self.r = r

    def area(self):
        return self.r**2


class Point:
    def area(self):
        return 1.0


def test_protocols_and_operator() -> None:
    def protocol(x):
        return sum(one.area() * (2.0 if isinstance(one, (int, Round)) else 3.0) for one in (Disc(x), Point()))

    def operators(x):
        items, array = [x, 2.0, 3.0], np.array([x, 1.0])
        more = operator.iadd(items, [1.0])
        operator.delitem(items, 1)
        operator.imul(array, 3.0)
        place, count = operator.indexOf([4, 5, 6], 5), operator.countOf((1, 2, 1), 1)
        return more[0] * len(more) + array[0] * place + count + operator.call(lambda v, k=1: v * k, x, k=2) + operator.ipow(x, 2)

    for f in (protocol, operators):
        assert ep.compile(f)(2.0) == f(2.0)
        ep.check_grads(f, (2.0,))
