"""Run as `python -m benchmarks.threads`: large loops on one thread and on all cores, turn by turn, and two of Python's threads at once.

Where other programs use the cores, the time on several of them says little. So there is a second figure, of the processor's time: the
time of all threads on one, against that of the thread with most to do on several, which is what an idle machine would take.
"""

import math
import threading
import time
from collections.abc import Callable

import numpy as np

import everypath as ep
from benchmarks.timing import readable, versions

ROUNDS = 40


def expression(x, y):
    """Element-wise, then one sum."""
    return np.sum(np.exp(-x * x) * y + np.sqrt(x * x + y * y))


def softmax(x, w):
    """Rows that are normalised, with reductions over one axis."""
    e = np.exp(x * w)
    return np.sum(np.log(np.sum(e, axis=1)) - x[:, 0])


def roots(x):
    """A loop with a loop inside for each number."""
    found = np.zeros(len(x))
    for i in range(len(x)):
        y = x[i]
        for _ in range(20):
            y = y - (y * y - x[i]) / (2.0 * y)
        found[i] = y
    return np.sum(found)


def attraction(p, q):
    """A sum over all pairs; backwards, all add to all."""
    total = 0.0
    for i in range(len(p)):
        for j in range(len(p)):
            total += q[i] * q[j] / math.sqrt((p[i] - p[j]) ** 2 + 1.0)
    return total


def batch(x, w):
    """A layer for one row after the other."""
    loss = 0.0
    for i in range(len(x)):
        loss += np.sum(np.tanh(w @ x[i]) ** 2)
    return loss


def recurrence(x, n):
    """Nothing that can be shared: for two of Python's threads."""
    s = 0.0
    for _ in range(n):
        s = 0.5 * s + np.sin(s) * x
    return s


def measured(call: Callable[[], object], threads: int) -> tuple[float, float]:
    """Least seconds of the wall clock, and of the busiest of two threads."""
    ep.set_num_threads(threads)
    call()
    wall = busiest = float("inf")
    for _ in range(ROUNDS):
        start, whole, own = time.perf_counter(), time.process_time(), time.thread_time()
        call()
        own, whole = time.thread_time() - own, time.process_time() - whole
        wall, busiest = min(wall, time.perf_counter() - start), min(busiest, max(own, (whole - own) / max(1, threads - 1)))
    return wall, busiest


def at_once(call: Callable[[], object]) -> float:
    """How much more two of Python's threads do than one, in the same time: at best."""
    best = 0.0
    for _ in range(ROUNDS // 4):
        threads = [threading.Thread(target=call) for _ in range(2)]
        start = time.perf_counter()
        call()
        alone, start = time.perf_counter() - start, time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        best = max(best, 2 * alone / (time.perf_counter() - start))
    return best


def main() -> None:
    """Measure and print."""
    cores = ep.get_num_threads()
    print(versions("numpy", "llvmlite"))
    rng = np.random.default_rng(0)
    x, y = rng.random((2, 1_000_000))
    rows, weights = rng.random((3_000, 40)), rng.random((30, 40)) / 40.0
    a, w = rng.random((2_000, 500)), rng.random(500)
    contenders: list[tuple[str, Callable[[], object]]] = [
        ("sum(exp(-x²)·y + sqrt(x² + y²)), 10⁶", lambda: ep.compile(expression)(x, y)),
        ("its gradient", lambda: ep.grad(expression, (0, 1))(x, y)),
        ("its Hessian times a vector", lambda: ep.hvp(expression)(x, y, y)),
        ("log-sum-exp of 2,000 rows of 500", lambda: ep.compile(softmax)(a, w)),
        ("its gradient by rows and weights", lambda: ep.grad(softmax, (0, 1))(a, w)),
        ("sum(x), 10⁶", lambda: ep.compile(np_sum)(x)),
        ("Newton's method for 20,000 numbers", lambda: ep.compile(roots)(1.0 + x[:20_000])),
        ("its gradient", lambda: ep.grad(roots)(1.0 + x[:20_000])),
        ("a sum over the pairs of 1,500", lambda: ep.compile(attraction)(x[:1_500], y[:1_500])),
        ("its gradient", lambda: ep.grad(attraction, (0, 1))(x[:1_500], y[:1_500])),
        ("a layer, row by row, 3,000 × 40", lambda: ep.compile(batch)(rows, weights)),
        ("its gradient by both", lambda: ep.grad(batch, (0, 1))(rows, weights)),
    ]
    print(f"\n{'':40}{'one thread':>12}{f'{cores} threads':>12}{'ratio':>8}{'by processor time':>20}")
    for name, call in contenders:
        (wall1, busy1), (wall, busy) = measured(call, 1), measured(call, cores)
        print(f"{name:40}{readable(wall1):>12}{readable(wall):>12}{wall1 / wall:>8.2f}{busy1 / busy:>20.2f}")
    ep.set_num_threads(1)
    gradient = ep.grad(recurrence)
    gradient(0.5, 200_000)
    more = at_once(lambda: gradient(0.5, 200_000))
    print(f"\nTwo of Python's threads, a recurrence of 200,000 turns each: {more:.2f} times the work of one")


def np_sum(x):
    """Memory, and one addition for each number."""
    return np.sum(x)


if __name__ == "__main__":
    main()
