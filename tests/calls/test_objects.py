"""Objects that come from outside: read attribute by attribute, derived in their attributes, left as CPython leaves them."""

from __future__ import annotations

import copy
import itertools
import logging
import math
import threading
from typing import Any

import numpy as np
import pytest

import everypath as ep


class Net:
    def __init__(self, sizes=(3, 4, 2), seed=0):
        draw = np.random.default_rng(seed)
        self.sizes = sizes
        self.weights = [draw.normal(size=pair) for pair in itertools.pairwise(sizes)]
        self.biases = [np.zeros(n) for n in sizes[1:]]
        self.log = logging.getLogger("net")
        self.lock = threading.Lock()
        self.history = {1: 2}
        self.calls = 0
        self.out = None

    def forward(self, x):
        h = x
        self.layers = [h]
        for w, b in zip(self.weights, self.biases, strict=True):
            h = np.tanh(h @ w + b)
            self.layers.append(h)
        self.calls += 1
        self.out = h
        return h

    def loss(self, x, y):
        return np.mean((self.forward(x) - y) ** 2) + sum(np.sum(a**2) for a in self.layers)


class Body:
    G = 1.0

    def __init__(self, mass, place, speed):
        self.mass = mass
        self.place = place
        self.speed = speed

    def pull(self, other):
        d = other.place - self.place
        return self.G * self.mass * other.mass * d / np.sqrt(np.sum(d * d) + 0.01) ** 3

    def step(self, force, dt):
        self.speed = self.speed + force / self.mass * dt
        self.place = self.place + self.speed * dt


class System:
    def __init__(self):
        self.bodies = [
            Body(1.0, np.array([0.0, 0.0]), np.array([0.0, 0.1])),
            Body(2.0, np.array([1.0, 0.0]), np.array([0.0, -0.1])),
            Body(0.5, np.array([0.0, 1.0]), np.array([0.1, 0.1])),
        ]
        self.dt = 0.01
        self.time = 0.0
        for body in self.bodies:
            body.system = self

    def step(self):
        forces = [sum((a.pull(b) for b in self.bodies if b is not a), np.zeros(2)) for a in self.bodies]
        for body, force in zip(self.bodies, forces, strict=True):
            body.step(force, self.dt)
        self.time += self.dt

    def energy(self):
        return sum(0.5 * b.mass * np.sum(b.speed**2) for b in self.bodies)

    def run(self, n, speed):
        self.bodies[0].speed = speed
        for _ in range(n):
            self.step()
        return self.energy() + self.time


class Option:
    """A price with a property, and a mode that is decided while it is compiled."""

    def __init__(self, spot, strike=1.0):
        self.spot = spot
        self.strike = strike
        self.terms = 3
        self.mode = "call"

    @property
    def moneyness(self):
        return math.log(self.spot / self.strike)

    def price(self, volatility):
        total = 0.0
        for k in range(self.terms):
            total += volatility**k * self.moneyness
        return total if self.mode == "call" else -total


LOCK = type(threading.Lock())
X = np.linspace(-1, 1, 15).reshape(5, 3)
Y = np.ones((5, 2))
OPTION = Option(1.2)
SYSTEM = System()


def slope(f: Any, x: float) -> float:
    return (f(x + 1e-6) - f(x - 1e-6)) / 2e-6


def seen(x: Any, names: dict[int, int] | None = None) -> Any:
    """A picture of a value in which one object has one number. Arrays may be two on the same memory."""
    names = {} if names is None else names
    if isinstance(x, (list, tuple, dict)) or type(x).__module__ == __name__:
        if id(x) in names:
            return f"again {names[id(x)]}"
        names[id(x)] = len(names)
    if isinstance(x, (list, tuple)):
        return [type(x).__name__, *(seen(item, names) for item in x)]
    if isinstance(x, np.ndarray):
        place = x.__array_interface__["data"][0]
        return names.setdefault(place, len(names)), np.round(x, 10).tolist()
    if isinstance(x, dict):
        return {key: seen(value, names) for key, value in x.items()}
    if type(x).__module__ == __name__:
        return type(x).__name__, seen(vars(x), names)
    return round(x, 10) if isinstance(x, float) else type(x) if type(x) is LOCK else repr(x)


def test_a_method_of_an_object() -> None:
    assert ep.grad(OPTION.price)(0.3) == pytest.approx(slope(OPTION.price, 0.3), rel=1e-8)
    assert ep.compile(OPTION.price)(0.3) == OPTION.price(0.3)
    assert ep.jvp(OPTION.price, (0.3,), (1.0,))[1] == pytest.approx(slope(OPTION.price, 0.3), rel=1e-8)
    assert ep.grad(ep.grad(OPTION.price))(0.3) == pytest.approx(2 * OPTION.moneyness)
    assert "moneyness" in str(ep.explain(OPTION.price)(0.3)) or ep.explain(OPTION.price)(0.3)


def test_an_object_that_changes_between_calls() -> None:
    option = Option(1.2)
    gradient = ep.grad(option.price)
    before = gradient(0.3)
    option.spot, option.terms = 1.4, 2
    assert gradient(0.3) == pytest.approx(slope(option.price, 0.3), rel=1e-8)
    option.mode = "put"
    assert gradient(0.3) == pytest.approx(slope(option.price, 0.3), rel=1e-8)
    assert before != gradient(0.3)


def test_another_object_of_the_same_class_needs_no_compilation() -> None:
    versions = ep.grad(Option.price, 1).versions
    for spot in (1.2, 1.5, 3.0):
        option = Option(spot)
        assert ep.grad(option.price)(0.3) == pytest.approx(slope(option.price, 0.3), rel=1e-8)
    assert versions.count <= 2


def test_a_gradient_in_an_object_is_a_dict_of_the_attributes_that_are_read() -> None:
    net = Net()
    found = ep.grad(Net.loss)(net, X, Y)
    assert set(found) == {"weights", "biases", "calls", "out"}
    other = Net()

    def moved(t):
        other.weights[0][1, 2] = net.weights[0][1, 2] + t
        return other.loss(X, Y)

    assert found["weights"][0][1, 2] == pytest.approx(slope(moved, 0.0), rel=1e-7)
    assert ep.grad(net.loss, "self")(X, Y)["weights"][0][1, 2] == found["weights"][0][1, 2]


def test_a_list_of_objects() -> None:
    bodies = System().bodies
    found = ep.grad(lambda bodies: sum(0.5 * b.mass * np.sum(b.speed**2) for b in bodies))(bodies)
    assert [set(g) for g in found] == [{"mass", "speed"}] * 3
    np.testing.assert_allclose(found[1]["speed"], 2.0 * bodies[1].speed)


def test_one_object_reached_twice_has_one_gradient() -> None:
    body = Body(2.0, np.ones(2), np.ones(2))
    found = ep.grad(lambda pair: pair[0].mass * pair[1].mass)([body, body])
    assert found[0] is found[1]
    assert found[0]["mass"] == 4.0


def test_a_derivative_leaves_the_callers_object_alone() -> None:
    net, system = Net(), System()
    before = seen(net), seen(system)
    ep.grad(net.loss)(X, Y)
    ep.vjp(net.loss, X, Y)[1](1.0)
    found = ep.grad(system.run, 1)(3, np.array([0.3, 0.2]))
    assert found[0] == pytest.approx(slope(lambda v: System().run(3, np.array([v, 0.2])), 0.3), rel=1e-7)
    assert (seen(net), seen(system)) == before


class Holder:
    """All ways in which an object may change."""

    def __init__(self):
        self.items = [1.0, 2.0]
        self.table = {"a": 1.0}
        self.me = self
        self.count = 0
        self.best = None
        self.child = Body(1.0, np.zeros(2), np.ones(2))

    def push(self, x):
        self.items.append(x)
        self.table["b"] = x
        self.count += 1
        return self

    def perhaps(self, x):
        if x > 0:
            self.found = x
        else:
            self.count -= 1
        return x

    def pick(self, x):
        self.best = self.child
        self.child.mass = x
        self.pair = [x, self.child]
        self.again = self.pair
        return self.best

    def loop(self, x):
        for k in range(3):
            self.count += k
            self.last = x * k
        return self.last

    def reset(self, x):
        self.count = 0
        self.scale = 1.0
        self.items[0] = 2.0
        self.items.append(x)
        self.table["more"] = {"x": [x, 3.0]}
        self.table["again"] = self.table["more"]
        return x

    def arrays(self, x):
        self.x = x
        self.child.place += x
        self.w = x * 2
        self.v = self.w
        return self.w


@pytest.mark.parametrize(
    ("make", "call"),
    [
        (Net, lambda net, run: run(net.loss, X, Y)),
        (System, lambda system, run: run(system.run, 3, np.array([0.3, 0.2]))),
        (Holder, lambda holder, run: run(holder.push, 3.0)),
        (Holder, lambda holder, run: run(holder.perhaps, 3.0)),
        (Holder, lambda holder, run: run(holder.perhaps, -3.0)),
        (Holder, lambda holder, run: run(holder.pick, 3.0)),
        (Holder, lambda holder, run: run(holder.loop, 3.0)),
        (Holder, lambda holder, run: run(holder.reset, 3.0)),
        (Holder, lambda holder, run: run(holder.arrays, np.ones(2))),
    ],
)
def test_compiled_code_leaves_an_object_as_cpython_does(make, call) -> None:
    one, other = make(), make()
    expected = call(one, lambda f, *args: f(*args))
    got = call(other, lambda f, *args: ep.compile(f)(*args))
    assert seen([got, other]) == seen([expected, one])


class Counter:
    """Keeps what it was given."""

    def __init__(self):
        self.weights = np.full((3, 3), 0.3)
        self.calls = 0.0

    def cost(self, x):
        self.given = x
        self.calls += 1.0
        return np.sum((x @ self.weights) ** 3)


@pytest.mark.parametrize("wrapped", [False, True])
def test_derivatives_of_derivatives_leave_an_object_that_the_function_changes(wrapped: bool) -> None:
    counter = Counter()
    f = (lambda x: counter.cost(x)) if wrapped else counter.cost
    x, v = np.ones(3), np.array([1.0, 0.0, 2.0])
    slope, curve = np.full(3, 2.187), np.full(3, 4.374)
    for product in (ep.hvp(f), ep.compile(ep.hvp(f))):
        assert product(x, v) == pytest.approx(curve)
    assert ep.compile(ep.grad(f))(x) == pytest.approx(slope)
    assert ep.compile(ep.value_and_grad(f))(x)[1] == pytest.approx(slope)
    assert ep.hessian(f)(x) @ v == pytest.approx(curve)
    assert vars(counter).keys() == {"weights", "calls"} and counter.calls == 0.0


def test_an_argument_among_others_that_must_be_known() -> None:
    assert ep.grad(lambda *a: np.sum(np.sum(a[0], axis=a[1]) ** 2))(np.ones((2, 3)), 0) == pytest.approx(np.full((2, 3), 4.0))


def test_a_captured_object_that_changes_in_a_helper() -> None:
    def push(system, speed):
        system.bodies[0].speed = speed

    def run(v):
        push(SYSTEM, np.array([v, 0.2]))
        return SYSTEM.energy()

    assert ep.grad(run)(0.3) == pytest.approx(0.3)
    assert SYSTEM.bodies[0].speed[1] == 0.1


def test_a_captured_object_that_a_helper_finds_itself() -> None:
    def push(v):
        SYSTEM.bodies[0].speed = np.array([v, 0.0])

    def run(v):
        push(v)
        push(2 * v)
        return SYSTEM.energy()

    assert ep.grad(run)(0.3) == pytest.approx(4 * 0.3)


def test_an_object_that_changes_and_is_reached_in_two_ways_is_refused() -> None:
    def run(system, body, v):
        system.bodies[0].mass = v
        return body.mass * v

    system = System()
    assert ep.grad(run, 2)(system, System().bodies[0], 3.0) == 1.0
    with pytest.raises(ep.NotSupported, match="changes a Body that both system and body lead to"):
        ep.grad(run, 2)(system, system.bodies[0], 3.0)


def test_a_class_that_changes_is_noticed() -> None:
    class Scaled:
        factor = 2.0

        def scaled(self, x):
            return self.factor * x

    thing = Scaled()
    gradient = ep.grad(thing.scaled)
    assert gradient(1.0) == 2.0
    Scaled.factor = 3.0
    assert gradient(1.0) == 3.0
    thing.factor = 5.0
    assert gradient(1.0) == 5.0
    Scaled.scaled = lambda self, x: x * x
    assert ep.grad(thing.scaled)(3.0) == 6.0


def test_copies_of_a_derivative_of_a_method() -> None:
    gradient = ep.grad(OPTION.price)
    assert copy.copy(gradient)(0.3) == gradient(0.3)


class Cubic:
    def __init__(self, w, kids=()):
        self.w = w
        self.kids = list(kids)

    def loss(self, x):
        return self.w * x**3 + sum(kid.loss(x * x) for kid in self.kids)

    def __call__(self, x):
        return self.w * math.sin(x)

    def newton(self, x):
        for _ in range(3):
            x = x - self.loss(x) / ep.grad(self.loss)(x)
        return x


CUBIC = Cubic(2.0)


def of_methods(t):
    return ep.grad(Cubic(t).loss)(2.0) + ep.grad(CUBIC.loss)(t) + ep.grad(ep.grad(Cubic(t).loss))(t) + ep.grad(Cubic(t))(0.5)


def of_other_kinds(t):
    value, pullback = ep.vjp(Cubic(t).loss, t)
    return value * pullback(1.0)[0] + ep.jvp(Cubic(t).loss, (t,), (1.0,))[1] + CUBIC.newton(t)


def in_objects(t):
    tree = Cubic(t, [Cubic(2.0), Cubic(t * t, [Cubic(1.0)])])
    found = ep.grad(Cubic.loss)(tree, t)
    return found["w"] + found["kids"][1]["w"] * 2.0 + found["kids"][1]["kids"][0]["w"]


def in_one_object_twice(t):
    one = Cubic(t)
    found = ep.grad(lambda pair: pair[0].w * pair[1].w)([one, one])
    return found[0]["w"] * found[1]["w"]


@pytest.mark.parametrize("f", [of_methods, of_other_kinds, in_objects, in_one_object_twice])
def test_derivatives_taken_inside(f) -> None:
    assert ep.compile(f)(0.7) == pytest.approx(f(0.7), rel=1e-12)
    assert ep.grad(f)(0.7) == pytest.approx(slope(f, 0.7), rel=1e-7)
    assert ep.jvp(f, (0.7,), (1.0,))[1] == pytest.approx(slope(f, 0.7), rel=1e-7)


class Curve:
    def __init__(self):
        self.parameters = np.array([2.0, 0.5])
        self.turns = 2

    def at(self, t):
        rows = []
        for _ in range(self.turns):
            rows.append(list(self.parameters * t))
        return decaying(t, *self.parameters) * self.turns, rows


def decaying(t, amplitude, rate, offset=0.0):
    return amplitude * np.exp(-rate * t) + offset


def test_shapes_and_numbers_in_an_object_that_had_to_be_known_may_change() -> None:
    curve = Curve()
    compiled = ep.compile(curve.at)
    for parameters, turns in (([2.0, 0.5], 2), ([1.0, 0.5], 3), ([1.0, 0.5, 3.0], 3), ([2.0, 0.5], 1)):
        curve.parameters, curve.turns = np.array(parameters), turns
        assert compiled(1.5)[0] == pytest.approx(curve.at(1.5)[0])
        assert np.array(compiled(1.5)[1]) == pytest.approx(np.array(curve.at(1.5)[1]))
        cotangent = (1.0, [[0.0] * len(parameters)] * turns)
        assert ep.vjp(curve.at, 1.5)[1](cotangent)[0] == pytest.approx(-parameters[0] * 0.5 * math.exp(-0.75) * turns)


NOTE = type("Note", (), {})()


def test_a_captured_object_of_which_nothing_is_read_may_be_changed() -> None:
    def noted(x):
        NOTE.last = x * 2.0
        return np.sum(x**3)

    x = np.ones(3)
    assert ep.hvp(noted)(x, x) == pytest.approx(np.full(3, 6.0)) and not vars(NOTE)
    assert ep.compile(noted)(x) == 3.0 and NOTE.last == pytest.approx(np.full(3, 2.0))


TABLE = {"none": Body(1.0, 2.0, 3.0), "all": [Body(4.0, 5.0, 6.0), 7.0]}


@pytest.mark.parametrize("call", [lambda x, b: TABLE["none"], lambda x, b: (TABLE["all"], b), lambda x, b: [b, x, TABLE["none"]]])
def test_an_object_from_outside_that_is_returned_is_the_object_itself(call) -> None:
    body = Body(1.0, 2.0, 3.0)
    given, expected = ep.compile(call)(0.5, body), call(0.5, body)
    if not isinstance(expected, (tuple, list)):
        given, expected = [given], [expected]
    assert all(one is other or one == other for one, other in zip(given, expected, strict=True))


def test_one_of_two_objects_that_is_returned_has_all_its_attributes() -> None:
    def chosen(x, body):
        return body if x > 0.0 else TABLE["none"] if x > -1.0 else Body(x, x, x)

    body = Body(8.0, 9.0, 10.0)
    for x in (1.0, -0.5, -2.0):
        assert vars(ep.compile(chosen)(x, body)) == vars(chosen(x, body))


def test_the_dict_of_keywords_belongs_to_the_call() -> None:
    def spread(x, **options):
        options["x"] = x
        return sum(options.values()) * options.pop("scale", 2.0), options

    assert ep.compile(spread)(1.5, scale=3.0, offset=1.0) == spread(1.5, scale=3.0, offset=1.0)


def test_a_function_compiled_for_many_kinds_of_an_attribute_says_so() -> None:
    compiled = ep.compile(lambda body: body.mass * 2.0)
    with pytest.warns(UserWarning, match="has been compiled 9 times"):
        for mass in (1.0, 1, np.float32(1.0), np.int8(1), *(np.ones((1,) * rank) for rank in range(6))):
            assert compiled(Body(mass, 0.0, 0.0)) == 2.0


class Series:
    TERMS = 4
    FIRST = 1
    KIND = 7

    def __init__(self, scale, shift):
        self.scale, self.shift, self.factor = scale, shift, 2.0

    def value(self, x):
        return self.scaled(x) + self.KIND * self.kept[0]

    def scaled(self, x):
        self.kept = [x for k in range(int(x) + 3)]
        return self.scale * self.sum(x) + len(self.kept)

    def sum(self, x):
        coefficients = [self.factor] * self.TERMS
        return sum(c * self.shifted(x) ** k for k, c in enumerate(coefficients, self.FIRST))

    def shifted(self, x):
        return x - self.shift


def test_what_the_methods_of_an_object_read_is_asked_for_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from everypath.lower import entry

    attempts = []
    attempt = entry.attempt
    monkeypatch.setattr(entry, "attempt", lambda *args: [attempts.append(1), attempt(*args)][1])
    series = Series(3.0, 0.5)
    assert ep.compile(series.value)(1.5) == pytest.approx(series.value(1.5))
    assert len(attempts) <= 4  # attributes, integers of the class, the list that grows
    assert ep.grad(lambda x: Series(3.0, 0.5).value(x))(1.5) == pytest.approx(3.0 * 2.0 * (1 + 2 + 3 + 4) + 7.0)
