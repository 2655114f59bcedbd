"""Tuples, lists, dicts, named tuples and dataclasses as arguments, results and in between."""

import dataclasses
from typing import ClassVar, NamedTuple

import numpy as np

from .registry import at, program

VECTOR = np.array([0.7, -1.2, 0.4, 1.9, -0.3])
LAYERS = [
    (np.array([[0.2, -0.4], [0.7, 0.1], [-0.3, 0.5]]), np.array([0.1, -0.2, 0.3])),
    (np.array([[0.6, -0.2, 0.9], [0.3, 0.8, -0.5]]), np.array([0.05, 0.15])),
]


class Point(NamedTuple):
    x: float
    y: float


@dataclasses.dataclass(frozen=True)
class Body:
    position: np.ndarray
    velocity: np.ndarray
    mass: float
    name: str = "body"


@program(at(LAYERS, np.array([0.4, -0.6])), wrt=0, order=2)
@program(at(LAYERS, np.array([0.4, -0.6])), wrt=(0, 1))
def list_of_pairs(layers, x):
    for w, b in layers:
        x = np.tanh(w @ x + b)
    return np.sum(x * x)


@program(at(LAYERS, np.array([0.4, -0.6])), order=2)
def layers_by_index(layers, x):
    for i in range(len(layers)):
        w, b = layers[i]
        x = w @ x + b
        if i < len(layers) - 1:
            x = np.tanh(x)
    return x[0] * x[1]


@program(at({"w": VECTOR, "b": 0.4, "inner": {"s": 2.0}}), order=2)
def dictionary_of_parameters(p):
    return np.sum(p["w"] ** 2) * p["b"] + p["inner"]["s"] ** 3 * p["b"]


@program(at({"a": 1.5, "b": 2.5, "c": 0.5}), order=2)
def dictionary_walked(p):
    total = 0.0
    for key in p:
        total += p[key] ** 2
    for value in p.values():
        total *= value
    for key, value in p.items():
        if key != "b":
            total += value
    return total


@program(at(Point(0.7, 1.2), Point(0.1, -0.4)), wrt=(0, 1), order=2)
def named_tuples(p, q):
    x, y = q
    return (p.x - x) ** 2 + p[1] * y * p.x


@program(at(Body(np.array([0.5, 1.0]), np.array([0.1, -0.3]), 2.0), 0.1), order=2)
def dataclass_of_arrays(body, dt):
    new = Body(body.position + dt * body.velocity, body.velocity * (1.0 - dt), body.mass)
    return 0.5 * new.mass * np.sum(new.velocity**2) - np.sum(new.position) * body.mass


@program(at(Point(0.7, 1.2)))
def named_tuple_returned(p):
    return Point(p.y * p.x, p.x**2)


@program(at(Body(np.array([0.5, 1.0]), np.array([0.1, -0.3]), 2.0)))
def dataclass_returned(body):
    return dataclasses.replace(body, mass=body.mass * body.position[0])


@program(at((0.7, [1.2, (0.5, 2.0)])), order=2)
def nested_containers(tree):
    a, (b, (c, d)) = tree
    return a * b**2 + c * d * a


@program(at([0.7, 1.2, 2.1]), order=2)
def list_of_floats(values):
    total = 0.0
    for k, v in enumerate(values):
        total += v ** (k + 1)
    return total * values[-1]


@program(at([0.7, 1.2, 2.1], 1), at([0.7, 1.2, 2.1], -1))
def list_indexed_by_an_argument(values, k):
    return values[k] ** 2 * values[0]


@program(at((2.0, 3, True, None, "tag")), order=1)
def leaves_of_every_kind(t):
    x, n, flag, nothing, tag = t
    return x**n if flag and nothing is None and tag == "tag" else x


@program(at(0.7, 5), at(0.7, 0), at(0.7, 1), order=2)
def list_that_grows(x, n):
    values = []
    for i in range(n):
        values.append(x ** (i + 1))
    total = 0.0
    for v in values:
        total += v * v
    return total + len(values) * x


@program(at(0.7, 6), order=2)
def list_read_while_it_grows(x, n):
    values = [1.0, x]
    for i in range(2, n):
        values.append(values[i - 1] * x + values[i - 2])
    return values[-1] * values[2]


@program(at(VECTOR), at(np.zeros(0)), order=2)
def comprehension_over_an_array(x):
    squares = [v * v for v in x]
    return sum(squares, 0.0) + sum([v for v in x if v > 0.0])


@program(at(VECTOR, 4), order=2)
def generator_in_sum(x, n):
    return sum(x[i] * x[i + 1] for i in range(n)) + max(v * v for v in x)


@program(at(VECTOR), order=2)
def comprehension_nested(x):
    table = [[a * b for a in x] for b in (x[0], x[1], 2.0)]
    return table[0][1] * table[2][3] + table[1][4]


@program(at(VECTOR), order=2)
def list_of_arrays(x):
    parts = [x * k for k in (1.0, 2.0)] + [x * x]
    total = 0.0
    for part in parts:
        total += np.sum(part * part)
    return total + np.sum(np.stack(parts)[1] * x)


@program(at(VECTOR), order=2)
def list_of_references_written(x):
    y = x * 1.0
    rows = [y, y[1:], x * x]
    rows[1][0] = x[0] * x[4]
    rows[2][1] = y[1]
    return np.sum(rows[0] * rows[2])


@program(at(0.7, 1.2), wrt=(0, 1), order=2)
def list_element_assigned(x, y):
    values = [x, y, x * y]
    values[0] = values[2] * values[1]
    values[-1] += values[0]
    return values[0] * values[2]


@program(at(0.7, 1.2), wrt=(0, 1), order=2)
def dictionary_element_assigned(x, y):
    state = {"p": x, "v": y}
    for _ in range(3):
        state["p"] = state["p"] + 0.1 * state["v"]
        state["v"] -= 0.1 * state["p"]
    return state["p"] * state["v"]


@program(at(0.7, 1.2, 4), wrt=(0, 1), order=2)
def dictionary_views_see_assignments(x, y, n):
    state = {"p": x, "v": y}
    values = state.values()
    state["p"] = x * y
    total = sum(values) + max(values)
    for _ in range(n):
        for key, item in state.items():
            total += item
            state["v"] = item * 0.5
    return total


@program(at(0.7), refused="keys change")
def keys_added_under_a_loop(x):
    state = {"p": x}
    for key in state:
        state[key + key] = x
    return state["p"]


@program(at(0.7, 1.2), wrt=(0, 1), order=2)
def dictionary_built(x, y):
    d = {"a": x}
    d["b"] = y * x
    e = {**d, "c": x * x}
    f = {k: v * v for k, v in e.items()}
    return f["a"] + f["b"] * f["c"]


@program(at(0.7, 1.2), wrt=(0, 1), order=2)
def tuples_swapped_and_joined(x, y):
    x, y = y * x, x
    t = (x, y) + (x * y,)
    a, *rest = t
    return a * rest[0] + rest[-1] * t[0] + sum(t[1:])


@program(at(0.7, 4), order=2)
def tuple_carried_by_a_loop(x, n):
    state = (x, 1.0)
    for _ in range(n):
        p, v = state
        state = (p + 0.1 * v, v - 0.1 * p * x)
    return state[0] * state[1]


@program(at(LAYERS), order=1)
def comprehension_over_containers(layers):
    return sum(np.sum(w**2) + np.sum(b) ** 2 for w, b in layers)


@program(at(LAYERS, np.array([[0.4, -0.6], [0.1, 0.9]])))
def updated_parameters_returned(layers, x):
    return [(w - 0.1 * w * np.sum(x), b * 0.9) for w, b in layers]


@program(at([VECTOR, VECTOR * 2.0, VECTOR + 1.0]), order=2)
def list_of_arrays_zipped(parts):
    total = 0.0
    for a, b in zip(parts, parts[1:]):
        total += np.dot(a, b * b)
    return total


@program(at([0.7, 1.2, 2.1]), order=2)
def reductions_of_a_list(values):
    return sum(values) * max(values) - min(values) ** 2 + len(values)


@program(at(np.array([0.3, 1.5, -0.2])), order=2)
def stack_used_as_a_stack(x):
    stack = [x[0]]
    total = 0.0
    turns = 0
    while len(stack) > 0 and turns < 20:
        v = stack.pop()
        total += v * v
        if turns < 3:
            stack.append(v * x[1])
            stack.append(v * x[2])
        turns += 1
    return total


@program(at(np.array([0.3, 1.5, -0.2]), 7), order=2)
def queue_with_items_taken_from_anywhere(x, n):
    queue = []
    for i in range(n):
        queue.append(x[i % 3] * (i + 1.0))
    total = 0.0
    while queue:
        a = queue.pop(0)
        total += a * a * x[0]
        if len(queue) > 2:
            queue.append(a * 0.5)
            total += queue.pop()
            queue.pop(1)
    return total


@program(at(np.array([0.3, 1.5, -0.2]), 4), order=2)
def stack_of_arrays(x, n):
    stack = [x * x]
    for i in range(n):
        stack.append(x * (i + 1.0))
    total = x * 0.0
    while len(stack) > 1:
        a, b = stack.pop(), stack.pop()
        total = total + a * b
        if np.sum(total) < 3.0:
            stack.append(a + b)
    return np.sum(total * total)


@program(at(0.7, 8), order=2)
def list_cleared(x, n):
    items = []
    total = 0.0
    for i in range(n):
        items.append(x * i)
        if len(items) > 2:
            total += sum(items) * items[0] * items[-1]
            items.clear()
    return total + np.sum(np.array(items)) + len(items)


@program(at(0.7, 3, raises=IndexError))
def pop_from_an_empty_list(x, n):
    items = [x]
    for _ in range(n):
        items.append(x)
    for _ in range(n + 2):
        x = x + items.pop()
    return x


@program(at(0.7, 4), order=2)
def list_that_grows_under_its_loop(x, n):
    items = [x]
    for i in range(n):
        items.append(x * i)
    total = 0.0
    for k, v in enumerate(items):
        total += v * v * k
        if len(items) < 8:
            items.append(v * 2.0)
    return total


@program(at(0.7), order=2)
def short_list_that_grows_under_its_loop(x):
    items = [x, x * 2.0]
    total = 0.0
    for v in items:
        total += v * v
        if len(items) < 4:
            items.append(v * 3.0)
    return total


@program(at(0.7), order=2)
def list_written_ahead_of_its_loop(x):
    items = [x, x * 2.0, x * x]
    total = 0.0
    for i, v in enumerate(items):
        total += v * total + 1.0
        if i < 2:
            items[i + 1] = v * 3.0
    return total


@program(at([(1.0, 2.0), (3.0, 4.0)], 1), at([(1.0, 2.0), (3.0, 4.0)], 0))
def pair_chosen_by_an_argument(pairs, k):
    a, b = pairs[k]
    return a * b * pairs[0][1]


@program(at(0.7, raises=IndexError))
def list_index_out_of_range(x):
    values = [x, x * x]
    return values[2]


@program(at({"a": 0.7}, raises=KeyError))
def missing_key(p):
    return p["a"] * p["b"]


@program(at(0.7), refused="set")
def uses_a_set(x):
    values = {x, x * x}
    return sum(values)


@dataclasses.dataclass
class Spring:
    stiffness: float
    unit: ClassVar[float] = 3.0
    length: float = dataclasses.field(default=2.0, kw_only=True)
    energy: float = dataclasses.field(init=False)
    scale: dataclasses.InitVar[float] = 1.5

    def __post_init__(self, scale):
        self.energy = self.stiffness * scale + self.unit

    def stored(self):
        return self.energy * self.length

    @property
    def doubled(self):
        return 2.0 * self.energy

    @classmethod
    def soft(cls, stiffness):
        return cls(stiffness, 0.1)


class Squared(Spring):
    def stored(self):
        return self.stiffness**2


@dataclasses.dataclass
class Damped(Spring):
    damping: float = 0.5

    def stored(self):
        return self.damping * self.stiffness


@program(at(0.7), order=2)
def dataclass_with_variables_of_its_init(x):
    a, b = Spring(x), Spring(x, 2.0, length=x)
    c = dataclasses.replace(a, stiffness=x * x, scale=2.0)
    return a.stored() * b.doubled + c.energy * Spring.soft(x).energy


@program(at(0.7), order=2)
def dataclasses_that_inherit(x):
    a, b = Squared(x), Damped(x, 3.0, x * x)
    kind = a.__class__
    return a.stored() * b.stored() + kind(x).energy + getattr(a, "missing", 2.0) * b.energy


@program(at(np.array([0.3, 0.5, 0.7])), at(np.array([0.3, 0.05, 0.7])), order=2)
def list_that_grows_in_its_own_loop(x):
    total = 0.0
    items = [x[0], x[1]]
    for v in items:
        total += v * v
        if len(items) < 5:
            items.append(v * 0.5)
    for v in items:
        if v > 0.06:
            items.append(v * x[2])
        total += v
    return total


@program(at(np.array([0.3, 0.5, 0.7])), order=2)
def list_that_shrinks_in_its_own_loop(x):
    total = 0.0
    items = [x[0], x[1], x[2]]
    for v in items:
        total += v * v
        if len(items) > 1:
            items.pop()
    return total


@program(at(0.7, [0.3, 0.4], 3), at(0.7, [0.3, 0.4], 0), wrt=(0, 1), order=2)
def number_swapped_with_items_of_a_copy(x, start, n):
    items = start[:]
    for k in range(n):
        x, items[k % 2] = items[k % 2], x * x
    return x + items[0] * items[1]


@program(at(0.7), at(-0.7))
def dict_with_other_keys_on_another_path(x):
    d = {"w": 1.0}
    if x > 0.0:
        d["u"] = x
    else:
        d["v"] = 2.0 * x
    return d.get("u", 3.0) * x


@program(at(0.7), at(-0.7))
def dict_with_other_keys_where_the_function_returns(x):
    d = {"w": x}
    if x > 0.0:
        d["u"] = x
        return d["u"] * d["w"]
    d["v"] = 2.0 * x
    return d["v"] * x


@program(at(0.7), order=2)
def list_repeated_in_place(x):
    items = [x, x * x]
    same = items
    same += [3.0 * x]
    same *= 2
    return sum(items) * items[4]


@program(at(np.array([0.3, -0.8, 1.2])), order=2)
def lists_of_lists_beside_a_pop(x):
    table = [[p * q for p in x] for q in x]
    queue = [q for q in x]
    last = queue.pop()
    return last * sum([sum(row) for row in table]) + len(queue)


@program(at(np.array([[[0.3, -0.8], [1.2, 0.4]], [[0.6, 2.0], [-0.5, 1.1]]])), order=2)
def joined_along_the_last_axis(x):
    rows = []
    for row in x:
        rows.append(np.sin(row))
    wide = np.concatenate(rows, axis=-1)
    return np.sum(wide @ np.stack(rows, axis=-1).reshape(4, -1)) * np.concatenate(rows, axis=None)[-1]
