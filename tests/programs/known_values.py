"""Values that are known before the function runs: dicts of all kinds, sets, strings, `match`."""

import collections
import math
from dataclasses import dataclass

import numpy as np

from .registry import at, program

VECTOR = np.array([0.7, -1.2, 0.4, 1.9, -0.3])
NAMES = {"square", "cube"}


@program(at({0: 0.7, 1: 1.4}), at({(0, 1): 0.7, (1, 1): 1.4}), order=2)
def keys_of_all_kinds(d):
    total = 0.0
    for k, key in enumerate(d):
        total += d[key] ** 2 * (k + 1)
    return total + len(d)


@program(at(0.7), order=2)
def tables_by_tuples(x):
    table = {(i, j): x * i + j for i in range(3) for j in range(2)}
    table[1, 1] *= x
    del table[0, 0]
    return sum(table.values()) * table[2, 1] + sum(i for i, j in table if j == 0)


@program(at(0.7), order=2)
def methods_of_dicts(x):
    d = {"a": x}
    d.setdefault("b", 1.0)
    d.update({"c": x * x}, e=3.0)
    copied = d.copy()
    taken = copied.pop("a") * copied.pop("zz", 2.0) + d.get("q", 5.0)
    name, last = d.popitem()
    both = {**d, "f": 2.0} | {"a": x**3}
    both |= {"g": 1.0}
    copied.clear()
    empty = len(copied) + len(name)
    same = 1.0 if {"a": 1, "b": 2} == {"b": 2, "a": 1} and d != both and {"a": x} == {"a": x} else 0.0
    return sum(both.values()) * taken + last * empty + same + sum(dict.fromkeys("pq", x).values()) + dict(zip("ab", (x, 2.0)))["a"]


@program(at(0.7), order=2)
def dicts_of_collections(x):
    sums = collections.defaultdict(float)
    groups = collections.defaultdict(list)
    for name, value in (("a", x), ("b", 2.0), ("a", x * x)):
        sums[name] += value
        groups[name].append(value)
    ordered = collections.OrderedDict([("p", x), ("q", 2.0)])
    ordered.move_to_end("p")
    counts = collections.Counter("banana")
    counts.update("an")
    scaled = collections.defaultdict(lambda: x)
    scaled["u"] += 1.0
    total = 0.0
    for k, value in enumerate(ordered.values()):
        total += (k + 1) * value
    (letter, most), *_ = counts.most_common(2)
    return total * sums["a"] + sum(groups["a"]) * counts["n"] + counts["z"] + most * x + scaled["u"] * scaled["v"] + len(letter)


@program(at(VECTOR), at(VECTOR[:2]), order=2)
def a_moving_mean_by_a_deque(x):
    window = collections.deque(maxlen=3)
    total = 0.0
    for v in x:
        window.append(v)
        total += sum(window) / len(window) * v
    return total


@program(at((0.7, 1.4, -0.2)), at((0.7,)), order=2)
def a_deque_of_known_items(t):
    queue = collections.deque(t)
    queue.append(4.0)
    queue.appendleft(t[0] * t[0])
    first, last = queue.popleft(), queue.pop()
    return first * last + sum(queue) * queue[0]


@program(at(0.7), order=2)
def named_tuples_made_inside(x):
    Point = collections.namedtuple("Point", "x y", defaults=(2.0,))
    p = Point(x)
    q = p._replace(y=x * x)
    a, b = q
    return p.x * p.y + a * b + sum(q)


@program(at(0.7, "square"), at(0.7, "cube"), at(0.7, "none", raises=ValueError), order=2)
def options_in_a_set(x, how):
    if how not in NAMES:
        raise ValueError(f"unknown: {how}")
    return x**2 if how == "square" else x**3


@program(at(0.7), order=2)
def sets_of_numbers(x):
    seen = set()
    total = 0.0
    for k in (1, 2, 1, 3, 2):
        if k in seen:
            continue
        seen.add(k)
        total += x**k
    odd = {k for k in range(7) if k % 2}
    both = seen & odd
    other = seen | frozenset((9,))
    other.discard(1)
    return total * len(both) + sum(sorted(other)) * x + (1.0 if both <= odd and {3, 1} == both else 0.0)


@program(at(0.7, "a=2,b=3"), at(0.7, "a=4"), order=2)
def text_taken_apart(x, spec):
    total = 0.0
    for part in spec.split(","):
        name, value = part.split("=")
        total += float(value) * (x if name.upper() == "A" else x * x)
    if spec[:1] == "a" and spec[-1].isdigit() and not spec.endswith("x") and "-" * 3 == "---":
        total *= len(spec.replace(",", "").strip()) + sum(map(float, "1 2".split()))
    return total


@program(at(0.7), order=2)
def names_made_of_numbers(x):
    weights = {f"w{k}": x * k for k in range(3)}
    more = {"w%d" % k: x**k for k in range(3)}  # noqa: UP031
    return weights["w1"] * weights["w2"] + more["w2"] + sum(v for k, v in weights.items() if k.startswith("w"))


# match ----------------------------------------------------------------------------------------------------------------


@dataclass
class Circle:
    radius: float


@dataclass
class Box:
    width: float
    height: float


def area(shape):
    match shape:
        case Circle(radius=r):
            return math.pi * r * r
        case Box(w, h):
            return w * h
        case (a, b) | [a, b, _]:
            return a * b
        case float(side) | int(side):
            return side * side
        case _:
            return 0.0


@program(at(0.7, 1.4), wrt=(0, 1), order=2)
def shapes_matched(x, y):
    return area(Circle(x)) + area(Box(x, y)) * area((x, y)) + area([x, y, 1.0]) + area(x) + area("no") + area(2)


@program(at(0.7, 1), at(0.7, 2), at(0.7, 3), at(0.7, -4), order=2)
def numbers_matched(x, n):
    match n:
        case 1:
            y = x
        case 2 | 3:
            y = x * x
        case k if k < 0:
            y = x * k
        case _:
            y = 0.0
    return y * 2.0


@program(at({"kind": 1, "value": 0.7, "more": 2.0}), at({"value": 0.7}), order=1)
def mappings_matched(d):
    match d:
        case {"kind": 1, "value": v, **rest}:
            return v * v * rest["more"]
        case {"value": v}:
            return v * 3.0


@program(at((1.0, 0.7, 0.2, 0.4)), at((0.7,)), order=2)
def sequences_matched(t):
    match t:
        case []:
            return 0.0
        case [x]:
            return x * x
        case [first, *middle, last]:
            return first * last + sum(middle) ** 2


@program(at(0.7, 0.5), at(0.7, 0.0), at(0.7, -0.5), order=2)
def guards_are_tested_in_order(x, y):
    total = 0.0
    for k in range(3):
        match (k, y):
            case (0, v) if v > 0:
                total += x * v
            case (1, 0.0):
                total += x**3
            case (_, v) if v < 0:
                total -= x * x
                continue
            case _:
                pass
        total += 1.0
    return total


# Keys that are known when the function runs ---------------------------------------------------------------------------


@program(at(VECTOR), at(VECTOR[:1]), order=2)
def sums_by_kind(x):
    sums = {0: 0.0, 1: 0.0}
    by_name = {"up": 1.0, "down": 0.0}
    for v in x:
        sums[int(v > 0)] += v * v
        name = "up" if v > 0.5 else "down"
        by_name[name] += v * x[0]
    return sums[0] * sums[1] + by_name["up"] * by_name["down"] + sum({True: 1.0, False: x[0]}[bool(v > 0)] * v for v in x)


@program(at(VECTOR), order=1)
def weights_by_number(x):
    weights = {0: x[0], 1: x[1], 4: x[2]}
    return sum(weights[round(v * v)] * v for v in x) + (1.0 if round(x[0]) in weights else 2.0)
