"""Small programs as people write them: objects, generators, containers, strings and functions together."""

import collections
import functools
import itertools
import math
import operator

import numpy as np

from .registry import at, program

VECTOR = np.array([1.3, -0.4, 2.2, 0.7, 1.1])


class Layer:
    def __init__(self, weight, bias):
        self.weight, self.bias = weight, bias

    def __call__(self, x):
        return math.tanh(self.weight * x + self.bias)

    def parameters(self):
        yield self.weight
        yield self.bias


class Network:
    def __init__(self, layers):
        self.layers = list(layers)

    def __iter__(self):
        return iter(self.layers)

    def __len__(self):
        return len(self.layers)

    def parameters(self):
        for layer in self.layers:
            yield from layer.parameters()

    def forward(self, x):
        return functools.reduce(lambda value, layer: layer(value), self.layers, x)


@program(at([0.5, 0.1, -0.3, 0.2]), order=2)
def a_network_of_layers(w):
    network = Network(Layer(*w[i : i + 2]) for i in range(0, 4, 2))
    decay = 0.1 * sum(v * v for v in network.parameters())
    return network.forward(0.7) + decay + len(network) + max(layer.weight for layer in network)


def timed(label):
    def decorate(f):
        @functools.wraps(f)
        def inner(*args, **kwargs):
            print(label, end=" ")
            return f(*args, **kwargs)

        return inner

    return decorate


@timed("squared")
def squared(x):
    return x * x


@program(at(1.3), order=2)
def a_decorator_with_arguments(x):
    return squared(x) + squared(x=3.0 * x)


@program(at(VECTOR), at(VECTOR[:3]), order=2)
def matrices_as_lists(x):
    n = len(x)
    a = [[x[i] * x[j] for j in range(n)] for i in range(n)]
    c = [[sum(a[i][k] * a[k][j] for k in range(n)) for j in range(n)] for i in range(n)]
    return sum(c[i][i] for i in range(n)) + c[0][1]


@program(at(VECTOR), order=2)
def determinant_by_minors(x):
    def det(m):
        if len(m) == 1:
            return m[0][0]
        return sum((-1) ** j * m[0][j] * det([row[:j] + row[j + 1 :] for row in m[1:]]) for j in range(len(m)))

    rows = [[x[0], x[1], 1.0], [x[2], x[3], x[4]], [1.0, 2.0, x[0]]]
    columns = [list(column) for column in zip(*rows)]
    return det(rows) * columns[0][1]


@program(at(VECTOR), order=2)
def reverse_polish(x):
    operators = {"+": operator.add, "*": operator.mul, "-": operator.sub}
    stack = []
    for token in "a b + c * d -".split():
        if token in operators:
            right, left = stack.pop(), stack.pop()
            stack.append(operators[token](left, right))
        else:
            stack.append(x["abcd".index(token)])
    return stack[0]


@program(at(VECTOR), order=2)
def values_grouped(x):
    groups = collections.defaultdict(list)
    for name, value in zip("abab", (x[0], x[1], x[2], x[3])):
        groups[name].append(value)
    named = dict(zip(("u", "v", "w"), x))
    for value in named.values():
        groups["a"].append(value * named["w"])
    return sum(max(values) * len(values) for values in groups.values()) * groups["a"][1]


@program(at(VECTOR), at(VECTOR[:2]), order=2)
def sliding_products(x):
    items = iter(x)
    window = collections.deque(itertools.islice(items, 2), maxlen=3)
    total = 0.0
    for v in items:
        window.append(v)
        total += window[0] * window[1] * window[2]
    return total * x[0]


@program(at(VECTOR), order=2)
def a_state_machine(x):
    state, total = "idle", 0.0
    for v in x:
        match (state, v > 0):
            case ("idle", True):
                state = "run"
            case ("run", False):
                state = "idle"
                total += v * v
            case ("run", True):
                total += 2.0 * v
    return total


@program(at(VECTOR), order=2)
def a_generator_tried_first(x):
    def logarithms(items):
        for v in items:
            if v <= 0:
                raise ValueError(f"{v} is not positive")
            yield math.log(v)

    try:
        return sum(logarithms(x))
    except ValueError:
        return sum(logarithms(abs(v) for v in x))


@program(at(VECTOR), order=2)
def taken_until_the_end(x):
    items, rest = iter(x), iter((x[0], x[1], x[2]))
    total = 0.0
    while True:
        v = next(items, None)
        if v is None:
            break
        total += v * v
    try:
        while True:
            total += next(rest)
    except StopIteration:
        pass
    return total


@program(at(VECTOR), order=2)
def orders_and_ranks(x):
    order = sorted(range(len(x)), key=x.__getitem__)
    named = {i: v for i, v in enumerate((x[0], x[1], x[2]))}
    best = max(named, key=named.get)
    last = sum(i * v for i, v in reversed(list(enumerate(x))))
    return x[order[0]] * x[order[-1]] + named[best] * (best + 1) + last


@program(at(VECTOR), order=2)
def options_by_keyword(x):
    def f(a, b=lambda v: v * 2.0, *, c=(1.0, 2.0), **rest):
        return b(a) + sum(c) * rest.get("z", 1.0) + sum(v * len(k) for k, v in sorted(rest.items()))

    return f(x[0]) + f(x[1], z=x[2]) + f(x[2], lambda v: v * v, c=(x[3],)) + f(x[4], **{"yy": x[0], "z": 3.0})
