"""Schedules: learning rates as functions of how many steps were done before, from 0 on. Every optimiser takes one for its rate.

They are of Python's numbers, so that float32 parameters stay float32, and are compiled into the step.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

Schedule = Callable[[int], float]
Rate = float | Schedule


def rate_at(rate: Rate, step: int) -> float:
    """The rate at a step.

    >>> rate_at(0.5, 3), rate_at(step(0.5, every=2), 3)
    (0.5, 0.05)
    """
    return rate(step) if callable(rate) else rate


def constant(rate: float) -> Schedule:
    """The same at all steps."""
    return lambda step: rate


def step(rate: float, every: int, factor: float = 0.1) -> Schedule:
    """`rate` times `factor` once more after `every` steps, as PyTorch's StepLR."""
    return lambda step: rate * factor ** (step // every)


def piecewise(rate: float, factors: Mapping[int, float]) -> Schedule:
    """`rate` times each factor from the step on that it belongs to, as optax's piecewise_constant_schedule.

    >>> [piecewise(1.0, {2: 0.5, 3: 0.1})(k) for k in (1, 2, 3)]
    [1.0, 0.5, 0.05]
    """
    pieces = tuple(sorted(factors.items()))

    def at(step: int) -> float:
        value = rate
        for begin, factor in pieces:
            if step >= begin:
                value = value * factor
        return value

    return at


def exponential(rate: float, factor: float, every: int = 1) -> Schedule:
    """`rate` · factor^(step / every), as optax's exponential_decay."""
    return lambda step: rate * factor ** (step / every)


def linear(begin: float, end: float, steps: int) -> Schedule:
    """From `begin` to `end` along a line in so many steps, and `end` from then on."""
    return lambda step: begin + (end - begin) * min(step / steps, 1.0)


def cosine(rate: float, steps: int, end: float = 0.0) -> Schedule:
    """From `rate` to `end` along half a cosine in so many steps, and `end` from then on.

    Source: Loshchilov and Hutter, SGDR, 2017, equation 5; as PyTorch's CosineAnnealingLR up to its end.
    """
    return lambda step: end + 0.5 * (rate - end) * (1.0 + math.cos(math.pi * min(step / steps, 1.0)))


def warmup(rate: Rate, steps: int, begin: float = 0.0) -> Schedule:
    """From `begin` along a line to where `rate` begins in so many steps; then `rate`, which may be a schedule that begins there."""
    top = rate_at(rate, 0)

    def at(step: int) -> float:
        if step < steps:
            return begin + (top - begin) * step / steps
        return rate_at(rate, step - steps)

    return at


def one_cycle(peak: float, steps: int, rising: float = 0.3, divisor: float = 25.0, final_divisor: float = 1e4) -> Schedule:
    """From peak / divisor up to `peak` in a share `rising` of the steps, then down to peak / divisor / final_divisor, along cosines.

    Source: Smith and Topin, Super-convergence, 2018; as PyTorch's OneCycleLR, and its end from there on.
    """
    first, last = peak / divisor, peak / divisor / final_divisor
    top, final = rising * steps - 1.0, steps - 1.0

    def at(step: int) -> float:
        if step <= top:
            return between(first, peak, step / top)
        return between(peak, last, min((step - top) / (final - top), 1.0))

    return at


def between(begin: float, end: float, share: float) -> float:
    """From `begin` (share 0) to `end` (1) along half a cosine."""
    return end + 0.5 * (begin - end) * (1.0 + math.cos(math.pi * share))
