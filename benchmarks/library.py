"""Functions of the library beside NumPy's and SciPy's own: values, and gradients over their values.

make -C benchmarks library
"""

import sys
from collections.abc import Callable

import numpy as np
import scipy.linalg
import scipy.special
import scipy.stats

import everypath as ep
from benchmarks.timing import interleaved, now, on_one_core, table, versions

draw = np.random.default_rng(0)


def positive(n: int) -> np.ndarray:
    a = draw.normal(size=(n, n))
    return a @ a.T + n * np.eye(n)


def of_matrices(n: int) -> dict[str, tuple[Callable, tuple]]:
    """Functions with arguments; what they return is summed for a gradient."""
    a, b, many = positive(n), draw.normal(size=n), np.stack([positive(3) for _ in range(n)])
    return {
        f"solve, n = {n}": (lambda a, b: np.linalg.solve(a, b), (a, b)),
        f"inv, n = {n}": (lambda a: np.linalg.inv(a), (a,)),
        f"cholesky, n = {n}": (lambda a: np.linalg.cholesky(a), (a,)),
        f"eigh, n = {n}": (lambda a: np.linalg.eigh(a)[0], (a,)),
        f"svd, n = {n}": (lambda a: np.linalg.svd(a, compute_uv=False), (a,)),
        f"{n} of solve, 3 x 3": (lambda a, b: np.linalg.solve(a, b), (many, draw.normal(size=(n, 3, 1)))),
    }


def of_arrays(n: int) -> dict[str, tuple[Callable, tuple]]:
    x, y = draw.normal(size=n), draw.normal(size=64)
    a, b = draw.normal(size=(40, 30)), draw.normal(size=(30, 50))
    return {
        f"einsum ij,jk->ik, {a.shape} {b.shape}": (lambda a, b: np.einsum("ij,jk->ik", a, b), (a, b)),
        f"convolve, n = {n}": (lambda x, y: np.convolve(x, y), (x, y)),
        f"interp, n = {n}": (lambda x: np.interp(x, np.linspace(-3.0, 3.0, 50), np.arange(50.0) ** 2), (x,)),
        f"norm.cdf, n = {n}": (lambda x: scipy.stats.norm.cdf(x, 0.5, 2.0), (x,)),
        f"norm.logpdf, n = {n}": (lambda x: scipy.stats.norm.logpdf(x, 0.5, 2.0), (x,)),
        f"gammaln, n = {n}": (lambda x: scipy.special.gammaln(np.abs(x) + 0.1), (x,)),
        f"fft, n = {n}": (lambda x: np.abs(np.fft.fft(x)) ** 2, (x,)),
        f"rfft, n = {n}": (lambda x: np.abs(np.fft.rfft(x)) ** 2, (x,)),
        f"percentile, n = {n}": (lambda x: np.percentile(x, [10, 50, 90]), (x,)),
        f"tanh, n = {n}": (lambda x: np.tanh(x), (x,)),
        f"roll, n = {n}": (lambda x: np.roll(x, 2), (x,)),
        f"x[x > 0], n = {n}": (lambda x: x[x > 0], (x,)),
        f"sum along axis 0, {n // 10} x 10": (lambda a: np.sum(a, axis=0), (x.reshape(-1, 10),)),
        f"sum along axis 0, 10 x {n // 10}": (lambda a: np.sum(a, axis=0), (x.reshape(10, -1),)),
        f"max along axis 0, 10 x {n // 10}": (lambda a: np.max(a, axis=0), (x.reshape(10, -1),)),
    }


def measure(name: str, f: Callable, args: tuple) -> None:
    value, gradient = ep.compile(f), ep.value_and_grad(lambda *xs: np.sum(f(*xs)), wrt=tuple(range(len(args))))
    try:
        start = now()
        value(*args)
        first = now() - start
        start = now()
        gradient(*args)
        second = now() - start
    except ep.NotSupported as problem:
        print(f"\n{name}: refused, {str(problem).splitlines()[-2]}")
        return
    rounds = 200 if args[0].size < 10_000 else 20
    own = {"CPython": lambda: f(*args), "everypath, value": lambda: value(*args), "everypath, gradient": lambda: gradient(*args)}
    table(f"{name}   (first value {first:.2f} s, first gradient {second:.2f} s)", interleaved(own, rounds), "CPython")


def main() -> None:
    on_one_core("benchmarks.library")
    print(versions("numpy", "scipy", "everypath"))
    sizes = [int(n) for n in sys.argv[1:]] or [10, 100, 1000]
    for n in sizes:
        for name, (f, args) in of_matrices(n).items():
            measure(name, f, args)
    for n in (100, 100_000):
        for name, (f, args) in of_arrays(n).items():
            measure(name, f, args)


if __name__ == "__main__":
    main()
