"""Python's `random`: the draws are its own, bit for bit, and are data; what is made of them by a location or a scale has derivatives."""

from __future__ import annotations

import math
import random
from typing import Any

import numpy as np

from ...generators import put, state_of
from ...rules import rule
from ..generator_states import NO_SEED, SEED, WAY_OUT, draw, drawn, floats, integers, seeded
from ..intrinsics import refuse, value_only
from ..registry import stands_for


def of_everybody(x: Any) -> bool:
    """Whether this is the generator that the functions of `random` share, which draws other numbers at every run until it has a seed."""
    return x is random._inst


@rule(host=True, returns=(np.zeros(0, np.int64), np.zeros(0, np.int64)))
def chosen(state: Any, name: str, n: int, weights: Any, cumulated: Any, k: int) -> Any:
    """Places of a sequence of n items, by `sample`, `choices` or `shuffle`."""
    options = {"weights": weights, "cum_weights": cumulated} if name == "choices" else {}
    items = list(range(n))
    value, after = drawn("Random", state, name, (items,), None, **({} if name == "shuffle" else {"k": k}), **options)
    return np.array(items if value is None else value, np.int64), after


@stands_for(random.Random)
class Random:
    packed = {"held": (state_of, put), "open": (of_everybody, lambda x, value: None)}  # noqa: RUF012
    fixed = ("open",)

    def __init__(self, x: Any = None) -> None:
        self.seed(x)

    def seed(self, a: Any = None, version: int = 2) -> None:
        if a is None:
            refuse(NO_SEED, SEED)
        self.held = seeded("Random", a)
        self.open = False

    def state(self) -> Any:
        if self.open:
            refuse(
                "random draws random numbers, and a derivative needs the same ones each time",
                "call random.seed(…) inside the function, or draw them outside and pass them in",
            )
        return self.held

    def draw(self, name: str, *args: Any) -> float:
        reason = f"the derivative of draws of '{name}' with respect to its parameters is not supported"
        values, self.held = value_only(reason, WAY_OUT, floats, "Random", self.state(), name, args, None)
        return float(values[0])

    def draw_integer(self, name: str, *args: Any) -> int:
        values, self.held = integers("Random", self.state(), name, args, None)
        return int(values[0])

    def places(self, name: str, n: int, k: int, weights: Any = None, cumulated: Any = None) -> Any:
        reason = "a random choice has no derivative with respect to the weights"
        values, self.held = value_only(reason, WAY_OUT, chosen, self.state(), name, n, weights, cumulated, k)
        return values

    # Floats ---------------------------------------------------------------------------------------------------------------

    def random(self) -> float:
        return self.drawn("random")

    def drawn(self, name: str) -> float:
        """By compiled code."""
        value, self.held = draw("Random", self.state(), name)
        return float(value)

    def uniform(self, a: Any, b: Any) -> Any:
        return a + (b - a) * self.random()

    def triangular(self, low: Any = 0.0, high: Any = 1.0, mode: Any = None) -> Any:
        u = self.random()
        if mode is not None and high == low:
            return low
        c = 0.5 if mode is None else (mode - low) / (high - low)
        if u > c:
            return high + (low - high) * math.sqrt((1.0 - u) * (1.0 - c))
        return low + (high - low) * math.sqrt(u * c)

    def gauss(self, mu: Any = 0.0, sigma: Any = 1.0) -> Any:
        return mu + self.drawn("gauss") * sigma

    def normalvariate(self, mu: Any = 0.0, sigma: Any = 1.0) -> Any:
        return mu + self.draw("normalvariate", 0.0, 1.0) * sigma

    def lognormvariate(self, mu: Any = 0.0, sigma: Any = 1.0) -> Any:
        return math.exp(self.normalvariate(mu, sigma))

    def expovariate(self, lambd: Any = 1.0) -> Any:
        return -math.log(1.0 - self.random()) / lambd

    def paretovariate(self, alpha: Any) -> Any:
        u = 1.0 - self.random()
        return u ** (-1.0 / alpha)

    def weibullvariate(self, alpha: Any, beta: Any) -> Any:
        u = 1.0 - self.random()
        return alpha * (-math.log(u)) ** (1.0 / beta)

    def gammavariate(self, alpha: Any, beta: Any) -> Any:
        return self.draw("gammavariate", alpha, 1.0) * beta

    def betavariate(self, alpha: Any, beta: Any) -> Any:
        return self.draw("betavariate", alpha, beta)

    def vonmisesvariate(self, mu: Any, kappa: Any) -> Any:
        return self.draw("vonmisesvariate", mu, kappa)

    # Integers and sequences -------------------------------------------------------------------------------------------------

    def randrange(self, start: int, stop: int | None = None, step: int = 1) -> int:
        if stop is None:
            return self.draw_integer("randrange", start)
        return self.draw_integer("randrange", start, stop, step)

    def randint(self, a: int, b: int) -> int:
        return self.draw_integer("randint", a, b)

    def getrandbits(self, k: int) -> int:
        return self.draw_integer("getrandbits", k)

    def choice(self, seq: Any) -> Any:
        if len(seq) == 0:
            raise IndexError("Cannot choose from an empty sequence")
        return seq[self.draw_integer("randrange", len(seq))]

    def choices(self, population: Any, weights: Any = None, *, cum_weights: Any = None, k: int = 1) -> Any:
        return [population[place] for place in self.places("choices", len(population), k, weights, cum_weights)]

    def sample(self, population: Any, k: int, *, counts: Any = None) -> Any:
        if counts is not None:
            refuse("the option 'counts' of sample is not supported", "repeat the items in a list")
        return [population[place] for place in self.places("sample", len(population), k)]

    def shuffle(self, x: Any) -> None:
        places = self.places("shuffle", len(x), 0)
        items = [x[places[k]] for k in range(len(x))]
        for k in range(len(x)):
            x[k] = items[k]
