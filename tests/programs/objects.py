"""Classes as people write them: operators, properties, inheritance, descriptors, and objects that change."""

import copy
import enum
import functools
import math
import types
from abc import ABC, abstractmethod
from collections import namedtuple
from dataclasses import asdict, astuple, dataclass, field, fields
from typing import NamedTuple

import numpy as np

from .registry import at, program


class Vec:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __add__(self, other):
        return Vec(self.x + other.x, self.y + other.y)

    def __mul__(self, scale):
        return Vec(self.x * scale, self.y * scale)

    __rmul__ = __mul__

    def __neg__(self):
        return Vec(-self.x, -self.y)

    def __sub__(self, other):
        return self + (-other)

    def __matmul__(self, other):
        return self.x * other.x + self.y * other.y

    def __iadd__(self, other):
        self.x += other.x
        self.y += other.y
        return self

    def __abs__(self):
        return math.sqrt(self @ self)

    def __len__(self):
        return 2

    def __getitem__(self, k):
        return (self.x, self.y)[k]

    def __setitem__(self, k, value):
        if k == 0:
            self.x = value
        else:
            self.y = value

    def __iter__(self):
        return iter((self.x, self.y))

    def __eq__(self, other):
        return self.x == other.x and self.y == other.y

    def __lt__(self, other):
        return abs(self) < abs(other)

    def __call__(self, power):
        return self.x**power + self.y

    def __contains__(self, value):
        return value in (self.x, self.y)

    def __bool__(self):
        return self.x != 0

    def __float__(self):
        return self.x * 1.0

    def __repr__(self):
        return f"Vec({self.x:.3f}, {self.y:.3f})"

    @property
    def square(self):
        return self @ self

    @square.setter
    def square(self, value):
        scale = math.sqrt(value / self.square)
        self.x *= scale
        self.y *= scale

    @classmethod
    def polar(cls, r, angle):
        return cls(r * math.cos(angle), r * math.sin(angle))

    @staticmethod
    def unit():
        return Vec(1.0, 0.0)


@program(at(0.7), order=2)
def operators_of_a_class(t):
    v = Vec(t, t**2)
    w = v + 2.0 * v * 3.0 - Vec.polar(t, 0.3)
    w += Vec.unit()
    w[1] = w[1] * t
    return abs(w) + v(3) + v[1] + w.square


@program(at(0.7), order=2)
def conversions_of_a_class(t):
    v = Vec(t, 2.0)
    v.square = 4.0 * t
    a, b = v
    total = a * b + sum(v) + max(v) + float(v) + math.exp(v) + len(v)
    if v:
        total += v.x
    if t in v:
        total += 10.0
    if v < Vec(t, 9.0):
        total *= t
    return total


class Money:
    def __init__(self, amount):
        self.amount = amount

    def __mul__(self, scale):
        return Money(self.amount * scale)

    __rmul__ = __mul__

    def __radd__(self, other):
        return Money(self.amount + other)


@program(at(np.array([0.7, 1.2])), order=2)
def numbers_of_numpy_beside_an_object(x):
    return (x[0] * Money(x[1]) * x[0]).amount + sum([Money(x[0])], 0.0).amount


class Shape(ABC):
    scale = 2.0

    def __init__(self, size):
        self.size = size

    @abstractmethod
    def area(self): ...

    def price(self):
        return self.scale * self.area()


class Square(Shape):
    def area(self):
        return self.size**2


class Disc(Shape):
    scale = 3.0

    def __init__(self, size, pi=math.pi):
        super().__init__(size)
        self.pi = pi

    def area(self):
        return self.pi * self.size**2

    def price(self):
        return super().price() + self.size


@program(at(0.7), order=2)
def inheritance(t):
    return sum(shape.price() for shape in [Square(t), Disc(2 * t), Disc(t, 3.0)])


class Left:
    def __init__(self, **rest):
        super().__init__(**rest)
        self.left = 2.0


class Right:
    def __init__(self, right):
        self.right = right * 3.0


class Both(Left, Right):
    def total(self):
        return self.left * self.right


@program(at(0.7))
def two_bases(t):
    return Both(right=t).total()


class Unit(enum.Enum):
    METRE = 1.0
    CENTIMETRE = 0.01

    def convert(self, x):
        return x * self.value


@program(at(0.7), order=2)
def members_of_an_enum(t):
    total = Unit.CENTIMETRE.convert(t) + Unit(1.0).value
    for unit in Unit:
        total += t**2 * unit.value if unit is Unit.METRE else t
    return total


class Mean:
    def __init__(self):
        self.count = 0
        self.items = []

    def add(self, x):
        self.count += 1
        self.items.append(x)
        return self

    def value(self):
        return sum(self.items) / self.count


@program(at(0.7))
def an_object_that_collects(t):
    mean = Mean()
    for k in range(4):
        mean.add(t * k)
    return mean.add(t * t).value()


@program(at(0.7), at(0.3), order=2)
def attributes_that_appear(t):
    v = Vec(t, 1.0)
    if t > 0.5:
        v.z = t**3
    else:
        v.z = t
    for k in range(5):
        v.x = v.x * 0.9 + v.z
        v.last = k * v.x
    return v.x + v.z + v.last


@program(at(0.7), at(-0.3))
def one_of_two_objects(t):
    if t > 0:
        v = Vec(t, 1.0)
        v.y = 3
    else:
        v = Vec(1.0, t)
        v.x *= t
    v.x = v.x * 2
    return v.x + v.y


@program(at(-0.7, raises=AttributeError), at(0.7))
def an_attribute_that_may_be_missing(t):
    v = Vec(t, 1.0)
    if t > 0:
        v.z = t
    return v.z * v.x


@dataclass
class Sized:
    a: float
    b: float = 2.0
    items: list = field(default_factory=list)

    def __post_init__(self):
        self.product = self.a * self.b

    def __add__(self, other):
        return Sized(self.a + other.a, self.b + other.b)


@dataclass(frozen=True)
class Fixed:
    a: float
    b: float = 1.0


@program(at(0.7), order=2)
def dataclasses_with_methods(t):
    s = Sized(t) + Sized(t**2, 3.0)
    s.items.append(t)
    return s.product + s.items[0] + (t if Fixed(1.0) == Fixed(1.0) else 0.0) + Fixed(t).a


class Node:
    """A number that remembers how it was made, and derives itself."""

    def __init__(self, data, parents=()):
        self.data = data
        self.grad = 0.0
        self.parents = parents
        self.backward = lambda: None

    def __add__(self, other):
        other = other if isinstance(other, Node) else Node(other)
        out = Node(self.data + other.data, (self, other))

        def backward():
            self.grad += out.grad
            other.grad += out.grad

        out.backward = backward
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Node) else Node(other)
        out = Node(self.data * other.data, (self, other))

        def backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out.backward = backward
        return out

    __radd__ = __add__
    __rmul__ = __mul__

    def tanh(self):
        t = math.tanh(self.data)
        out = Node(t, (self,))

        def backward():
            self.grad += (1 - t**2) * out.grad

        out.backward = backward
        return out

    def derive(self):
        order = []

        def visit(node):
            if not any(node is other for other in order):
                for parent in node.parents:
                    visit(parent)
                order.append(node)

        visit(self)
        self.grad = 1.0
        for node in reversed(order):
            node.backward()


@program(at(0.3), order=2)
def a_derivative_of_the_users_own(t):
    x = Node(t)
    y = x * x * 2.0 + 3.0 * x
    z = (y * x).tanh() + y
    z.derive()
    return x.grad


class Watched:
    def __init__(self, x):
        self.x = x

    def __getattr__(self, name):
        return self.x * len(name)

    def __setattr__(self, name, value):
        object.__setattr__(self, name, value * 2 if name == "w" else value)


@program(at(0.7))
def attributes_in_a_way_of_their_own(t):
    watched = Watched(t)
    watched.w = t
    return watched.w + watched.abc + getattr(watched, "x") + (1.0 if hasattr(watched, "x") else 0.0)  # noqa: B009


class Slotted:
    __slots__ = ("a", "b")

    def __init__(self, a, b=2.0):
        self.a = a
        self.b = b


@program(at(0.7))
def slots(t):
    s = Slotted(t)
    s.a += 1
    return s.a * s.b


@program(at(0.7, raises=AttributeError))
def a_slot_that_is_not_there(t):
    s = Slotted(t)
    s.c = t
    return s.a


class Made:
    def __new__(cls, x):
        made = super().__new__(cls)
        made.y = x
        return made

    def __init__(self, x):
        self.x = x


@program(at(0.7))
def made_by_new(t):
    made = Made(t)
    return made.x * made.y


class Fahrenheit:
    def __get__(self, holder, kind=None):
        return holder.celsius * 1.8 + 32

    def __set__(self, holder, value):
        holder.celsius = (value - 32) / 1.8


class Weather:
    fahrenheit = Fahrenheit()

    def __init__(self, celsius):
        self.celsius = celsius


@program(at(0.7), order=2)
def a_descriptor(t):
    weather = Weather(t)
    weather.fahrenheit = weather.fahrenheit + t
    return weather.celsius * weather.fahrenheit


class Remembers:
    def __init__(self, x):
        self.x = x

    @functools.cached_property
    def square(self):
        return self.x**2


@program(at(0.7), order=2)
def a_cached_property(t):
    r = Remembers(t)
    first = r.square
    r.x = 5.0
    return first + r.square * r.x


@program(at(0.7))
def two_names_of_one_object(t):
    v = Vec(t, 1.0)
    w = v
    w.x += 1.0
    pair = [v, w]
    return pair[0].x * pair[1].y + (10.0 if v is w else 0.0) + (5.0 if isinstance(v, Vec) else 0.0) + type(v)(t, t).x


class Kalman:
    def __init__(self, state, covariance, noise):
        self.state = state
        self.covariance = covariance
        self.noise = noise

    def predict(self, motion):
        self.state = motion @ self.state
        self.covariance = motion @ self.covariance @ motion.T + self.noise * np.eye(2)

    def update(self, measured):
        row = np.array([1.0, 0.0])
        innovation = measured - row @ self.state
        variance = row @ self.covariance @ row + 0.5
        gain = self.covariance @ row / variance
        self.state = self.state + gain * innovation
        self.covariance = self.covariance - np.outer(gain, row @ self.covariance)
        return 0.5 * (innovation**2 / variance + np.log(variance))


@program(at(0.3), order=2)
def a_filter_class(noise):
    kalman = Kalman(np.zeros(2), np.eye(2), noise)
    motion = np.array([[1.0, 0.1], [0.0, 1.0]])
    loss = 0.0
    for measured in (0.1, 0.25, 0.2, 0.45):
        kalman.predict(motion)
        loss += kalman.update(measured)
    return loss


class Link:
    def __init__(self, length, angle):
        self.length = length
        self.angle = angle


class Arm:
    def __init__(self, links):
        self.links = links

    def tip(self):
        x = y = total = 0.0
        for link in self.links:
            total += link.angle
            x += link.length * math.cos(total)
            y += link.length * math.sin(total)
        return x, y


@program(at(np.array([0.3, -0.2, 0.5])), order=2)
def a_robot_arm(angles):
    arm = Arm([Link(1.0 / (k + 1), angle) for k, angle in zip(range(3), angles)])
    x, y = arm.tip()
    return (x - 1.0) ** 2 + (y - 0.5) ** 2


class Expression:
    def __add__(self, other):
        return Sum(self, other)

    def __mul__(self, other):
        return Product(self, other)


class Variable(Expression):
    def __init__(self, name):
        self.name = name

    def value(self, given):
        return given[self.name]

    def slope(self, name):
        return Constant(1.0 if self.name == name else 0.0)


class Constant(Expression):
    def __init__(self, number):
        self.number = number

    def value(self, given):
        return self.number

    def slope(self, name):
        return Constant(0.0)


class Pair(Expression):
    def __init__(self, a, b):
        self.a = a
        self.b = b


class Sum(Pair):
    def value(self, given):
        return self.a.value(given) + self.b.value(given)

    def slope(self, name):
        return self.a.slope(name) + self.b.slope(name)


class Product(Pair):
    def value(self, given):
        return self.a.value(given) * self.b.value(given)

    def slope(self, name):
        return self.a.slope(name) * self.b + self.a * self.b.slope(name)


@program(at(0.7, 1.4), wrt=(0, 1), order=2)
def a_tree_of_expressions(x, y):
    a, b = Variable("x"), Variable("y")
    f = a * b * a + b * Constant(3.0)
    given = {"x": x, "y": y}
    return f.value(given) + f.slope("x").value(given)


class Stepper:
    def __init__(self, rate, step=0.1, callback=None):
        self.rate = rate
        self.step = step
        self.callback = callback
        self.seen = 0.0

    def run(self, y, steps):
        for _ in range(steps):
            k1 = self.rate(y)
            k2 = self.rate(y + self.step * k1)
            y = y + 0.5 * self.step * (k1 + k2)
            if self.callback is not None:
                self.callback(self, y)
        return y


@program(at(0.7), order=2)
def a_solver_with_a_callback(t):
    def note(stepper, y):
        stepper.seen += y * y

    stepper = Stepper(lambda y: -t * y, callback=note)
    end = stepper.run(1.0, 6)
    return end + stepper.seen


class Box:
    def __init__(self, body):
        self.body = body
        self.time = 0.0


@program(at(1.5, 3))
def an_object_in_an_object_in_a_loop(x, n):
    body = Money(x)
    box = Box(body)
    for k in range(n):
        box.time += 1.0
        if k > 1:
            box.time += box.body.amount
        box.body.amount *= 2.0
    return body.amount + box.time + box.body.amount


@program(at(1.5, 3))
def an_object_replaced_in_a_loop(x, n):
    box = Box(Money(x))
    for k in range(n):
        box.body = Money(box.body.amount * x + k)
        box.time += box.body.amount
    return box.body.amount + box.time


@program(at(1.5, 4))
def two_objects_swapped_in_a_loop(x, n):
    a, b = Money(x), Money(2.0)
    for _ in range(n):
        a, b = b, Money(a.amount * x)
    return a.amount - b.amount * 3.0


@dataclass
class Setting:
    a: float
    b: float = 2.0
    rows: list = field(default_factory=lambda: [1.0, 2.0])


@program(at(0.7), order=2)
def copies_of_objects(t):
    one = Setting(t)
    shallow, deep = copy.copy(one), copy.deepcopy(one)
    shallow.a *= 2.0
    shallow.rows[0] = t
    deep.rows[1] = t * t
    a, b, rows = astuple(deep)
    return one.a + shallow.a + sum(one.rows) + sum(deep.rows) + a * b + sum(rows) + asdict(one)["a"] * len(fields(one))


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


@program(at(0.7))
def numbers_that_have_names(t):
    total = t * Level.HIGH + Level.LOW
    if Level.HIGH > Level.LOW:
        total *= t
    return total


@program(at(0.7))
def attributes_set_by_name(t):
    v = Vec(t, 1.0)
    for k, name in enumerate(("x", "y", "z")):
        setattr(v, name, t * (k + 1))
    return v.x * v.y * v.z + getattr(v, "w", 3.0)


class Settings:
    def __init__(self, **given):
        self.rate = 1.0
        self.__dict__.update(given)

    def total(self):
        return sum(value for name, value in self.__dict__.items() if name != "n")


@program(at(0.7), order=2)
def attributes_as_a_dict(t):
    s = Settings(rate=t, decay=t * t, n=3)
    s.__dict__["more"] = t
    for name, value in vars(s).items():
        setattr(s, name, value * 2)
    return s.total() + vars(s)["decay"] + s.rate * s.n + len(vars(s))


class Scalar:
    """A number that keeps its parents in a set, and derives itself."""

    def __init__(self, data, parents=()):
        self.data = data
        self.grad = 0
        self._parents = set(parents)
        self._backward = lambda: None

    def __add__(self, other):
        out = Scalar(self.data + other.data, (self, other))

        def backward():
            self.grad += out.grad
            other.grad += out.grad

        out._backward = backward
        return out

    def __mul__(self, other):
        out = Scalar(self.data * other.data, (self, other))

        def backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out._backward = backward
        return out

    def derive(self):
        order, visited = [], set()

        def visit(node):
            if node not in visited:
                visited.add(node)
                for parent in node._parents:
                    visit(parent)
                order.append(node)

        visit(self)
        self.grad = 1
        for node in reversed(order):
            node._backward()


@program(at(0.3), order=2)
def a_set_of_objects(t):
    x, y = Scalar(t), Scalar(2.0)
    z = x * y + x * x * x
    z.derive()
    seen = {x, y} | {z}
    return x.grad + len(seen) + (y.grad if y in seen - {x} else 0.0)


class Private:
    __scale = 2.0

    def __init__(self, n, x):
        self.__n = n
        self.__x = x

    def __half(self):
        return self.__x / 2

    def run(self):
        scaled = lambda v: v * self.__scale
        return sum(self.__x for _ in range(self.__n)) + self.__half() + scaled(self.__x) + (0.0, 1.0, 2.0)[self.__n]


PRIVATE = Private(2, 3.0)


@program(at(0.7))
def private_names(t):
    return Private(2, t).run() + PRIVATE.run() * t


class Compared:
    def __init__(self, x):
        self.x = x

    def __bool__(self):
        return self.x > 0.1


@program(at(0.7), at(np.float64(0.7), raises=TypeError))
def a_truth_that_is_no_bool(x):
    return x if Compared(x) else 2.0 * x


class Doubled(namedtuple("Doubled", "a b")):
    def __new__(cls, a, b=2.0):
        return super().__new__(cls, 2 * a, b)

    def total(self):
        return self.a + self.b


DOUBLED = Doubled(1.0, 3.0)


@program(at(0.7), order=2)
def tuples_made_by_new(t):
    return Doubled(t).total() * Doubled(t, t).b + DOUBLED.a * t


# Classes that functions define -----------------------------------------------------------------------------------------


@program(at(0.7), order=2)
def a_class_defined_inside(x):
    class Length:
        unit = 2.0

        def __init__(self, value):
            self.value = value

        def __add__(self, other):
            return Length(self.value + other.value)

        def squared(self):
            return self.value**2 * self.unit

    return (Length(x) + Length(2.0)).squared()


@program(at(0.7), order=2)
def other_classes_defined_inside(x):
    factor = 3.0

    @dataclass(frozen=True)
    class Area:
        width: float
        height: float = 3.0

        def size(self):
            return self.width * self.height

    class Doubled(Area):
        scale = factor

        def size(self):
            return super().size() * self.scale * factor

    class Level(enum.Enum):
        LOW = 1.5

    class Pair(NamedTuple):
        a: float
        b: float = 2.0

    return Area(x).size() + Doubled(x, x).size() + Level.LOW.value * Pair(x).b * Pair(x).a


@program(at(0.7, 3), at(-0.7, 0))
def classes_defined_in_loops_and_branches(x, n):
    total = 0.0
    for i in range(n):

        class Turn:
            def __init__(self, v):
                self.v = v

        total += Turn(x * i).v

    if x > 0.0:

        class Sign:
            def of(self):
                return 2.0

    else:

        class Sign:
            def of(self):
                return 3.0

    return total + Sign().of() * x


def scaled_by_a_class(x, k):
    class Scale:
        def __init__(self, a):
            self.a = a

        def by(self, b):
            return Scale(self.a * b)

    return Scale(x).by(k)


@program(at(0.7), order=2)
def a_class_defined_in_a_callee(x):
    return scaled_by_a_class(x, 2.0).by(x).a + scaled_by_a_class(2.0, x).a


# Objects from outside, or new ones ------------------------------------------------------------------------------------------


class Weights:
    def __init__(self, a, b):
        self.a = a
        self.b = b


USUAL, UNUSUAL = Weights(2.0, 3.0), Weights(5.0, 7.0)


@program(at(0.7), at(-0.7), order=2)
def an_object_from_outside_or_a_new_one(x):
    weights = USUAL if x > 0.0 else Weights(x, 3.0)
    other = UNUSUAL
    if x < 0.0:
        other = Weights(1.0, x * x)
    return weights.a * x**2 + other.b * x


class Resetter:
    """Has a `__set__` alone: reading finds what the instance holds."""

    def __set__(self, owner, value):
        owner.__dict__["rate"] = value


class Reset:
    rate = Resetter()

    def __init__(self, rate):
        self.rate = rate
        self.names = "kept"


RESET = Reset(3.0)


@program(at(0.7), order=2)
def a_descriptor_that_only_sets(x):
    numbers = [value for value in vars(RESET).values() if isinstance(value, float)]
    return RESET.rate * x**2 + numbers[0] * x + Reset(x).rate


# Namespaces -------------------------------------------------------------------------------------------------------------


@program(at(0.7), at(-0.7), order=2)
def simple_namespaces(x):
    space = types.SimpleNamespace(a=x, b=2.0)
    space.c = space.a * 3
    space.a += 1.0
    if x > 0.0:
        space.d = x**2
    else:
        space.d = x**3
    del space.b
    print(types.SimpleNamespace(a=x, b="text"))
    return (
        space.a * space.c + space.d + vars(types.SimpleNamespace(q=x))["q"] + (1.0 if hasattr(space, "b") else 0.0) + getattr(space, "z", x)
    )


@program(at(0.7), order=2)
def a_list_of_namespaces(x):
    bodies = [types.SimpleNamespace(place=x * i, speed=1.0) for i in range(3)]
    for _ in range(4):
        for body in bodies:
            body.place = body.place + 0.1 * body.speed
    return sum(body.place**2 for body in bodies)


@program(at(0.7, raises=AttributeError))
def an_attribute_that_a_namespace_lacks(x):
    return types.SimpleNamespace(a=x).b


# Instances that grow ----------------------------------------------------------------------------------------------------


class Branch:
    def __init__(self, depth):
        self.depth = depth
        self.below = None
        self.mean = None

    def spread(self, y, centre):
        return np.mean((y - centre) ** 2)

    def grow(self, y):
        if self.depth == 1:
            self.mean = np.mean(y)
            return
        if self.spread(y, np.mean(y)) > 0.5:
            self.below = Branch(self.depth - 1)
            self.below.grow(y[1:] * y[0])
        else:
            self.mean = np.mean(y)

    def predicted(self):
        return self.mean if self.mean is not None else self.below.predicted()


@program(at(np.array([0.5, 3.0, 1.0, 2.0])), at(np.array([0.5, 0.4, 0.3, 0.2])))
def an_instance_that_makes_another_and_calls_itself_on_it(y):
    branch = Branch(3)
    branch.grow(y)
    return branch.predicted()


class Field:
    def __init__(self, shape, order=2):
        self.values, self.shape, self.axes, self.order = np.zeros(shape), shape, len(shape), order
        self.time, self.turns, self.limits = 0.0, 0, {"last": -1, "sum": 0.0}

    def step(self, source, dt):
        change = source + sum((np.roll(self.values, 1, axis=k) - self.values for k in range(self.axes)), np.zeros(self.shape))
        if self.turns % 2:
            self.values = self.values + dt * change
        else:
            self.values = self.values + dt * np.sum([change] * self.order, axis=0)
        self.tick(dt)

    def tick(self, dt):
        self.turns += 1
        self.time += dt

    def note(self):
        self.limits["sum"] += np.sum(self.values, axis=self.limits["last"])[0]


@program(at(0.7, 0.3))
def what_no_turn_writes_in_an_object_stays_known(x, end):
    field = Field((2, 3))

    def advance():
        field.step(x * np.ones(field.shape), 0.1)
        field.note()

    while field.time < end:
        advance()
    for _ in range(70):
        advance()
    return np.sum(field.values, axis=tuple(range(field.axes))) + field.limits["sum"] * field.turns


@program(at(0.7), order=2)
def attributes_that_a_loop_sets_in_another_order(x):
    field = Weights(x, x * x)
    field.turns = 2.0
    for k in range(80):
        first = field.a
        del field.a
        if k % 3:
            field.turns *= 0.99
        field.a = 0.9 * first + x
    return field.a + 10.0 * field.b + 100.0 * field.turns
