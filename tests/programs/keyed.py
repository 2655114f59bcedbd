"""Objects as keys of dicts and members of sets, and loops over what is left in a container: graphs, memos, traversals."""

import enum
import math
from collections import Counter, defaultdict, deque
from dataclasses import dataclass

import numpy as np

from .registry import at, program

VECTOR = np.array([0.7, -1.2, 0.4])


class Node:
    def __init__(self, weight, *below):
        self.weight = weight
        self.below = list(below)


@dataclass(frozen=True)
class Place:
    row: int
    column: int
    name: str = "here"


@dataclass(frozen=True, order=True)
class Edge:
    start: Place
    end: Place


class Color(enum.Enum):
    RED = 1
    BLUE = 2


@program(at(1.5), order=2)
def numbers_of_objects(x):
    first, second = Node(x), Node(2.0 * x)
    found = {first: x, second: 3.0}
    found[first] += x * x
    found.setdefault(second, 7.0)
    found.update({Node(1.0): 2.0})
    total = sum(node.weight * value for node, value in found.items())
    return total * len(found) + (found[second] if second in found else 0.0) + found.get(Node(x), x)


@program(at(1.5), order=2)
def pairs_of_objects(x):
    first, second = Node(x), Node(2.0)
    flow = {(first, second): x, (second, first, 1): x**2}
    flow[first, second] *= 3.0
    return sum(key[0].weight * value for key, value in flow.items()) + flow[second, first, 1]


@program(at(1.5), order=2)
def places_that_are_equal(x):
    grid = {Place(0, 1): x, Place(1, 1): 2.0}
    grid[Place(0, 1)] = grid[Place(0, 1)] * x
    ways = {Edge(Place(0, 0), Place(0, 1)): x, (Color.RED, Place(1, 1)): 3.0}
    counts = Counter()
    counts[Place(2, 2)] += 1
    counts[Place(2, 2)] += 1
    total = sum((place.row + place.column) * value for place, value in grid.items())
    return (
        total * ways[Edge(Place(0, 0), Place(0, 1))]
        + ways[Color.RED, Place(1, 1)]
        + len({Place(0, 1), Place(0, 1)}) * x
        + counts[Place(2, 2)]
    )


@program(at(0.7), order=2)
def functions_with_weights(x):
    weights = {math.sin: x, math.cos: 2.0 * x}
    weights[math.tanh] = 1.0
    return sum(f(x) * weight for f, weight in weights.items())


def visited(node, seen, order):
    if node in seen:
        return
    seen.add(node)
    for below in node.below:
        visited(below, seen, order)
    order.append(node)


@program(at(1.3), order=2)
def values_by_node_in_order(x):
    last = Node(x)
    left, right = Node(2.0 * x, last), Node(x * x, last)
    top = Node(1.0, left, right)
    order = []
    visited(top, set(), order)
    value = {}
    for node in order:
        value[node] = node.weight * (1.0 + sum(value[below] for below in node.below))
    return value[top]


@program(at(1.3), order=2)
def memo_by_node(x):
    memo = {}

    def weighed(node):
        if node not in memo:
            memo[node] = node.weight + sum(weighed(below) ** 2 for below in node.below)
        return memo[node]

    last = Node(x)
    return weighed(Node(2.0, last, Node(x * x, last)))


@program(at(1.3), order=2)
def sums_by_node(x):
    first, second = Node(x), Node(3.0)
    sums = defaultdict(float)
    for node in (first, second, first):
        sums[node] += node.weight * x
    return sums[first] * sums[second]


@program(at(1.3), order=2)
def search_in_breadth(x):
    below = {"a": ["b", "c"], "b": ["d"], "c": ["d"], "d": []}
    waiting = deque(["a"])
    far = {"a": x}
    while waiting:
        name = waiting.popleft()
        for other in below[name]:
            if other not in far:
                far[other] = far[name] * 2.0 + x
                waiting.append(other)
    return far["d"] * far["c"]


@program(at(1.5), order=2)
def words_read_one_by_one(x):
    words = ["2", "*", "x", "+", "3", "*", "x"]
    k, total, product = 0, 0.0, 1.0
    while k < len(words):
        word = words[k]
        if word == "x":
            product *= x
        elif word == "+":
            total, product = total + product, 1.0
        elif word != "*":
            product *= float(word)
        k += 1
    return total + product


class Number:
    def __init__(self, value, below=()):
        self.value = value
        self.below = below
        self.grad = 0.0
        self.spread = lambda: None

    def __add__(self, other):
        out = Number(self.value + other.value, (self, other))

        def spread():
            self.grad += out.grad
            other.grad += out.grad

        out.spread = spread
        return out

    def __mul__(self, other):
        out = Number(self.value * other.value, (self, other))

        def spread():
            self.grad += other.value * out.grad
            other.grad += self.value * out.grad

        out.spread = spread
        return out

    def backward(self):
        order, seen = [], set()
        stack = [(self, False)]
        while stack:
            number, done = stack.pop()
            if done:
                order.append(number)
            elif number not in seen:
                seen.add(number)
                stack.append((number, True))
                for below in number.below:
                    stack.append((below, False))
        self.grad = 1.0
        for number in reversed(order):
            number.spread()


@program(at(1.5), order=2)
def derivatives_of_one_s_own_by_a_stack(x):
    a, b = Number(x), Number(2.0)
    y = a * b + a * a
    y.backward()
    return a.grad * y.value + b.grad


class Named:
    def __init__(self, name, value):
        self.name = name
        self.value = value

    def __eq__(self, other):
        return self.name == other.name

    def __hash__(self):
        return hash(self.name)


@program(at(1.5), refused="a key of a dict cannot be Named, whose class has a __hash__ or an __eq__ of its own")
def objects_that_say_what_they_equal(x):
    return {Named("a", x): x}[Named("a", 2.0)]


@dataclass(frozen=True)
class Measured:
    size: float


@program(at(1.5), refused="a field of a key of a dict must be known before the function runs")
def key_with_a_number_that_is_computed(x):
    return {Measured(x): x}[Measured(x)]


@program(at(1.5), refused="whether this is one Node or another depends on the path")
def key_that_the_path_decides(x):
    first, second = Node(x), Node(2.0)
    chosen = first if x > 1.0 else second
    return {first: x, second: 3.0}[chosen]


@program(at(1.5, raises=TypeError))
def list_as_a_key(x):
    return {[1]: x}[1]


# Texts and places that are known once a loop is unrolled.
@program(at({"W1": 0.4, "b1": 0.1, "W2": -0.7, "b2": 0.3}, VECTOR), at({"W1": 1.2, "b1": 0.5}, VECTOR), order=2)
def parameters_by_layer(parameters, x):
    layers = len(parameters) // 2
    for l in range(1, layers + 1):
        x = np.tanh(parameters["W" + str(l)] * x + parameters[f"b{l}"])
        if f"W{l}" == "W2":
            x = x * 2.0
    return np.sum(x) + sum(parameters["W" + str(l)] ** 2 for l in range(1, layers + 1))


@program(at(VECTOR), order=2)
def groups_by_the_place_of_an_element(x):
    groups = defaultdict(list)
    for k, v in enumerate(x, start=1):
        groups[k % 2].append(v * k)
    by_place = {k: v**2 for k, v in enumerate(x)}
    for k, v in enumerate(x, start=not x[0] > 0.5):
        groups[1].append(k * v)
    for k, v in zip(range(0, 6, 2), x):
        by_place[k] = by_place.get(k, 0.5) * v
    return sum(len(g) * sum(g) ** 2 for g in groups.values()) + sum(k * v for k, v in by_place.items())


@program(at({"W1": 0.4, "W2": -0.7, "W3": 1.3}, 3), at({"W1": 1.2}, 1), order=2)
def layers_backwards(weights, n):
    total = 0.5
    for l in reversed(range(1, n + 1)):
        total = total * weights[f"W{l}"] + weights["W" + str(l)] ** 2
    return total


class Momentum:
    def __init__(self, rate):
        self.rate = rate
        self.state = {}
        self.turns = 0

    def step(self, p, gradient):
        if "v" not in self.state:
            self.state["v"], self.state["turns"] = np.zeros_like(p), 0
        self.state["v"] = 0.9 * self.state["v"] + gradient
        self.state["turns"] += 1
        self.turns += 1
        return p - self.rate * self.state["v"]


@program(at(VECTOR, 100, 3), at(VECTOR, 1, 0))
def keys_that_the_first_turn_gives(x, n, m):
    optimiser, seen = Momentum(0.01), {}
    while optimiser.turns < n:
        x = optimiser.step(x, x)
    for v in x:
        seen["last"], seen["sum"] = v, seen.get("sum", 0.0) + v
    found = {}
    for k in range(5, 200):
        found["k"] = found.get("k", 1.0) * 0.9 + k * x[0]
        if k > 50 + m:
            break
    state = {}
    for k in range(100):
        state = {"b": state.get("a", x[0]) * 0.9, "a": state.get("b", x[1]) + k}
    return state["a"] + sum(found.values()) + seen["last"] * seen["sum"] + optimiser.state["turns"] * x[1] + len(seen)
