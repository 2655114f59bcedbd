"""One thing or another, depending on the path: a shape of one class or another, a number or None, a number or an array."""

import math

import numpy as np

from .registry import at, program


class Circle:
    def __init__(self, r):
        self.r = r

    def area(self):
        return math.pi * self.r**2

    def grow(self, by):
        self.r += by

    @property
    def size(self):
        return self.r


class Square:
    def __init__(self, a):
        self.a = a

    def area(self):
        return self.a**2

    def grow(self, by):
        self.a *= by

    @property
    def size(self):
        return self.a


BOTH = (at(1.5), at(0.7))


@program(*BOTH, order=2)
def method_of_one_or_the_other(x):
    shape = Circle(x) if x > 1.0 else Square(x)
    shape.grow(2.0 * x)
    shape.extra = x
    return shape.area() * shape.size + shape.extra


@program(*BOTH, order=2)
def class_asked_for(x):
    shape = Circle(x) if x > 1.0 else Square(x)
    if isinstance(shape, Circle):
        return shape.r * x
    scale = {Circle: 2.0, Square: 3.0}[type(shape)]
    return scale * shape.a**3 + (1.0 if type(shape) is Circle else x)


@program(*BOTH, order=2)
def class_asked_for_by_a_pattern(x):
    shape = Circle(x) if x > 1.0 else Square(x)
    match shape:
        case Circle(r=r):
            return r**2
        case Square(a=a) if a > 10.0:
            return a
        case Square(a=a):
            return 3.0 * a**2


@program(*BOTH, order=2)
def changes_reach_the_object_that_it_was(x):
    circle, square = Circle(x), Square(x)
    for k in range(5):
        shape = circle if math.sin(x * k) > 0.0 else square
        shape.grow(1.0 + x)
    return circle.area() * square.area()


@program(at(1.5, 7), at(0.7, 1), at(0.7, 0), order=2)
def list_of_several_classes(x, n):
    shapes = [Circle(x), Square(x * 2.0), Circle(3.0 * x)]
    total = 0.0
    for k in range(n):
        total += shapes[k % 3].area() * k
    return total


@program(at(0.4, 7), at(0.4, 1), at(0.4, 0), order=2)
def list_built_of_several_classes(x, n):
    shapes = []
    for k in range(n):
        if k % 3 == 0:
            shapes.append(Circle(x * k))
        elif k % 3 == 1:
            shapes.append(Square(x + k))
        else:
            shapes.append(x * x)
    return sum(s * 2.0 if isinstance(s, float) else s.area() for s in shapes) + x


class Idle:
    def step(self, x):
        return Running(x) if x > 0.5 else self

    def power(self):
        return 0.1


class Running:
    def __init__(self, speed):
        self.speed = speed
        self.turns = 0

    def step(self, x):
        self.turns += 1
        if self.turns > 2:
            return Idle()
        self.speed *= x
        return self

    def power(self):
        return self.speed**2


@program(at(0.7, 6), at(0.3, 4), at(0.7, 0), order=2)
def state_machine_of_classes(x, n):
    state = Idle()
    total = x
    for _ in range(n):
        state = state.step(x)
        total += state.power() * x
    return total


@program(at(0.7, 6), at(0.7, 1))
def best_shape(x, n):
    best = None
    for k in range(n):
        shape = Circle(x * k) if k % 2 else Square(x + k)
        if best is None or shape.area() > best.area():
            best = shape
    return best.area() if isinstance(best, Circle) else -best.size


def chosen(x):
    if x > 2.0:
        return Circle(x)
    if x > 1.0:
        return 3.0 * x
    return None


@program(at(2.5), at(1.5), at(0.5), order=2)
def object_or_number_or_none(x):
    found = chosen(x)
    if found is None:
        return x * x
    if isinstance(found, Circle):
        return found.area()
    return found**2 + x


@program(at(2.5), at(1.5, raises=AttributeError), at(0.5, raises=AttributeError))
def attribute_that_one_does_not_have(x):
    return chosen(x).r * x


@program(*BOTH)
def caught_attribute_that_one_does_not_have(x):
    shape = Circle(x) if x > 1.0 else Square(x)
    try:
        return shape.r * x
    except AttributeError:
        return -x * x


@program(at(np.array([0.7, 1.2]), 3), at(np.array([0.7, 1.2]), 0), order=2)
def number_that_becomes_an_array(x, n):
    total = 0.0
    for k in range(n):
        total = total + x * k
    return np.sum(total * total)


@program(*BOTH, order=2)
def number_or_array_or_text(x):
    value = x if x > 1.0 else np.array([x, 2.0 * x])
    name = value if x > 2.0 else "none"
    if isinstance(name, str):
        return float(np.sum(value**2)) + len(name)
    return float(name)


@program(*BOTH, order=2)
def one_function_or_another(x):
    inner = math.tanh if x > 1.0 else (lambda v: v * v)
    outer = (lambda v: v + x) if x < 1.2 else (lambda v: v * x)
    return outer(inner(x))


@program(*BOTH, order=2)
def list_or_tuple(x):
    items = [x, 2.0 * x] if x > 1.0 else (x, 3.0, x**2)
    total = 0.0
    for item in items:
        total += item**2
    return total * len(items) + max(items) + sum([v * v for v in items]) + sum(v**3 for v in items) + items[1]


@program(*BOTH, order=2)
def made_one_kind_again(x):
    pair = (x, 2.0) if x > 1.0 else x
    if isinstance(pair, tuple):
        pair = pair[0] * pair[1]
    array = np.array([x, pair]) if x > 1.2 else pair
    return pair * np.sum(np.atleast_1d(array))


class Value:
    def __init__(self, v):
        self.v = v

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.v + other.v)

    def __radd__(self, other):
        return self + other

    def __mul__(self, other):
        return Value(self.v * (other.v if isinstance(other, Value) else other))


@program(*BOTH, order=2)
def operators_of_what_may_be_a_number(x):
    one = Value(x) if x > 1.0 else x
    two = 2.0 if x > 1.2 else Value(x * x)
    total = one + two
    return total.v**2 if isinstance(total, Value) else total


class Store:
    def __init__(self, x):
        self.best = None
        self.mode = Circle(x)

    def run(self, x, n):
        for k in range(n):
            if k == 2:
                self.mode = Square(x)
            value = self.mode.area() * math.cos(x * k)
            if self.best is None or value > self.best:
                self.best = value
        return self.best


@program(at(0.8, 5), at(0.8, 1), at(0.8, 2), order=2)
def attribute_of_one_class_or_another(x, n):
    return Store(x).run(x, n)


@program(at(np.array([0.5, 2.0], np.float32)), order=1)
def precision_that_the_path_decides(x):
    s = 0.1
    for v in x:
        s = s + v
    return float(s) * 2.0


@program(at(np.array([0.5, 2.0, 1.5]), np.array([2.0, 3.0], np.float32), 2.5), at(np.ones(3), np.ones(2, np.float32), 1.0))
def backwards_in_one_precision_or_another(x, y, n):
    z = x[::-1] if n > 2.0 else y[::-1]
    return np.sum(z * x[0]) * float(z[..., 1])


@program(at(2.0, 3), at(2.0, 1))
def dimensions_that_the_path_decides(x, n):
    k = 0
    while k < n:
        k += 1
    w = np.ones((2, 2)) * x if k > 2 else np.ones(2) * x
    w[0] = x * x
    return w[0, 1] * w.sum() if w.ndim == 2 else w[1] * w.size


# NumPy's where and select give arrays of no axes of numbers too, which hold what is written to them under any name.
@program(at(1.5), at(-0.5), order=2)
def where_of_numbers(x):
    a = np.where(x > 0.0, x, 2.0 * x)
    b = a
    b *= x
    a[a > 1.0] += x**3
    c = np.select([x > 0.0], [x * x])
    c[...] = c + a
    return a * c if isinstance(b, np.ndarray) and not np.isscalar(c) else 0.0
