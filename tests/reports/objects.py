"""Objects with methods of their own: run, or refused, but never read as if they had none."""

from collections import namedtuple
from dataclasses import dataclass

from programs.registry import at

from .registry import report


@dataclass
class OwnInit:
    a: float

    def __init__(self, a):
        self.a = 2.0 * a


@report(at(1.5, gradient=12.0), refusable=True)
def own_init(x):
    return OwnInit(x).a ** 2


@dataclass
class OwnSetattr:
    a: float

    def __setattr__(self, name, value):
        object.__setattr__(self, name, 2.0 * value)


@report(at(1.5, gradient=6.0), refusable=True)
def own_setattr(x):
    return OwnSetattr(x).a * x


@dataclass
class OwnGetattribute:
    a: float

    def __getattribute__(self, name):
        value = object.__getattribute__(self, name)
        return 2.0 * value if name == "a" else value


@report(at(1.5, gradient=6.0), refusable=True)
def own_getattribute(x):
    return OwnGetattribute(x).a * x


class OwnNew(namedtuple("OwnNew", "a b")):
    def __new__(cls, a, b):
        return super().__new__(cls, 2.0 * a, b)


@report(at(1.5, gradient=6.0), refusable=True)
def own_new(x):
    return OwnNew(x, 1.0).a * x


@dataclass
class OwnLen:
    a: float

    def __len__(self):
        return 3


@report(at(1.5, gradient=3.0), refusable=True)
def own_len(x):
    return x * len(OwnLen(x))


@dataclass
class OwnFloat:
    a: float

    def __float__(self):
        return 7.0 * self.a


@report(at(1.5, gradient=21.0), refusable=True)
def own_float(x):
    return float(OwnFloat(x)) * x


class Line:
    def __init__(self, slope, shift):
        self.slope = slope
        self.shift = shift

    def at(self, x):
        return self.slope * x + self.shift


@report(at(1.5, gradient=33.0), refusable=True)
def plain_class(x):
    return Line(3.0, 1.0).at(x) ** 2


class Account:
    def __init__(self, x):
        self.x = x
        self.total = 0.0

    def add(self, v):
        self.total += v * self.x

    @property
    def balance(self):
        return self.total + self.x


@report(at(1.5, gradient=7.0), refusable=True)
def object_made_of_the_parameter(x):
    a = Account(x)
    for _ in range(2):
        a.add(x)
    return a.balance
