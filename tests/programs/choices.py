"""Known things of which a path chooses one: strings, members of Enums, functions, states of a machine."""

import enum
import math

import numpy as np

from .registry import at, program


class State(enum.Enum):
    IDLE = 0.5
    RUNNING = 2.0
    STOPPED = 3.0


@program(at(0.7), at(0.3), order=2)
def a_mode(t):
    mode = "a" if t > 0.5 else "b"
    total = {"a": t**2, "b": t}[mode]
    if mode == "a":
        total *= 2.0
    if mode in ("b", "c"):
        total += 3.0 * t
    return total + (1.0 if mode else 0.0)


@program(at(0.7), at(0.3), order=2)
def one_of_two_functions(t):
    f = math.sin if t > 0.5 else math.cos
    g = np.sin if t > 0.5 else np.exp
    return f(t) * t + float(g(np.array([t, 1.0])).sum())


@program(at(0.7), at(0.3), order=2)
def states_in_a_loop(t):
    state = State.IDLE
    energy = 0.0
    for k in range(6):
        if state is State.IDLE and t * k > 1:
            state = State.RUNNING
        elif state == State.RUNNING and energy > 3:
            state = State.STOPPED
        energy += t * state.value
    return energy * (2.0 if state is not State.STOPPED else 1.0)


@program(at(0.7), at(1.3))
def names_that_alternate(t):
    name, n = "x", 0
    while t * n < 3:
        name = "y" if name == "x" else "x"
        n += 1
    return t * n if name == "y" else t * n * 2


class Machine:
    def __init__(self, gain):
        self.state = "start"
        self.gain = gain
        self.total = 0.0

    def feed(self, v):
        if self.state == "start":
            if v > 0:
                self.state = "up"
                self.total += v * self.gain
            else:
                self.state = "down"
        elif self.state == "up":
            self.total += v
            self.state = "start" if v > 1 else "up"
        else:
            self.total -= v
        return self.state


@program(at(0.7), at(0.2), order=2)
def a_state_machine(t):
    machine = Machine(t)
    state = ""
    for v in (t, -t, 2 * t, 0.5, -1.0, 3 * t):
        state = machine.feed(v)
    return machine.total * (2.0 if state == "up" else 1.0)


def size(n):
    if n > 1:
        return "big"
    return "small"


@program(at(0.7), at(1.3), at(0.3))
def two_answers_compared(t):
    a, b = size(t), size(2 * t)
    return t * (3.0 if a == b else 1.0) + (t * t if a != "big" else 0.0)


@program(at(0.7), at(0.3))
def a_name_or_none(t):
    unit = "cm" if t > 0.5 else None
    return t * (0.01 if unit == "cm" else 1.0) + (1.0 if unit is None else 0.0)
