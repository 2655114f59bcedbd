"""Sparse derivatives as people first write them, beside the same coloured by hand, beside JAX, and CasADi where it is installed.

make -C benchmarks sparse
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import scipy.sparse

import everypath as ep

from .gradbench.bundle import bundle, reprojection
from .timing import interleaved, now, on_one_core, readable, table, versions

N = 100_000
CAMERAS, POINTS, OBSERVATIONS = 21, 11_315, 36_455

try:
    import jax
    from jax import numpy as jnp

    jax.config.update("jax_enable_x64", True)
except ImportError:
    jax = None
try:
    import casadi
except ImportError:
    casadi = None


def rosenbrock(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def rosenbrock_loop(x):
    total = 0.0
    for i in range(len(x) - 1):
        total += 100.0 * (x[i + 1] - x[i] ** 2) ** 2 + (1.0 - x[i]) ** 2
    return total


def bratu(u):
    """A nonlinear equation on a line: its Jacobian is tridiagonal."""
    left, right = np.concatenate([[0.0], u[:-1]]), np.concatenate([u[1:], [0.0]])
    return left - 2.0 * u + right + np.exp(u) / len(u) ** 2


def seeds(n: int) -> np.ndarray:
    """The sums of every third column of the unit matrix."""
    return np.array([np.arange(n) % 3 == k for k in range(3)], float)


def tridiagonal(columns: Any) -> Any:
    """The matrix whose products with the seeds these are."""
    columns = np.asarray(columns)
    n = columns.shape[1]
    at = np.arange(n)
    diagonals = [columns[(at[:-1]) % 3, at[1:]], columns[at % 3, at], columns[at[1:] % 3, at[:-1]]]
    return scipy.sparse.diags_array(diagonals, offsets=[-1, 0, 1]).tocsr()


def of_rosenbrock(n: int = N) -> None:
    x = np.linspace(0.0, 1.0, n)
    product = ep.hvp(rosenbrock)
    contenders: dict[str, Callable[[], Any]] = {
        "coloured by hand, three hvp": lambda: tridiagonal([product(x, v) for v in seeds(n)]),
        "everypath, slices": partial(ep.hessian(rosenbrock, sparse=True), x),
        "everypath, a loop": partial(ep.hessian(rosenbrock_loop, sparse=True), x),
        "everypath, another point each time": another(ep.hessian(rosenbrock, sparse=True), x),
    }
    if jax is not None:

        def f(x):
            return jnp.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)

        products = jax.jit(jax.vmap(lambda x, v: jax.jvp(jax.grad(f), (x,), (v,))[1], (None, 0)))
        contenders["JAX, coloured by hand"] = lambda: tridiagonal(products(x, seeds(n)))
    if casadi is not None:
        s = casadi.MX.sym("x", n)
        value = casadi.sumsqr(10.0 * (s[1:] - s[:-1] ** 2)) + casadi.sumsqr(1.0 - s[:-1])
        contenders["CasADi"] = evaluated(casadi.Function("h", [s], [casadi.hessian(value, s)[0]]), x)
    measured(f"Hessian of Rosenbrock's function, n = {n:,}", contenders, "coloured by hand, three hvp")


def of_bratu(n: int = N) -> None:
    u = np.linspace(0.0, 1.0, n)
    contenders: dict[str, Callable[[], Any]] = {
        "coloured by hand, three jvp": lambda: tridiagonal([ep.jvp(bratu, (u,), (v,))[1] for v in seeds(n)]),
        "everypath": partial(ep.jacobian(bratu, sparse=True), u),
    }
    if casadi is not None:
        s = casadi.MX.sym("u", n)
        left, right = casadi.vertcat(0.0, s[:-1]), casadi.vertcat(s[1:], 0.0)
        value = left - 2.0 * s + right + casadi.exp(s) / n**2
        contenders["CasADi"] = evaluated(casadi.Function("j", [s], [casadi.jacobian(value, s)]), u)
    measured(f"Jacobian of a tridiagonal system, n = {n:,}", contenders, "coloured by hand, three jvp")


def another(h: Callable[[Any], Any], x: np.ndarray) -> Callable[[], Any]:
    """`h` at a point that it has not seen: a pattern that hangs on the numbers is found anew."""
    count = iter(range(10**6))
    return lambda: h(x + 1e-6 * next(count))


def evaluated(function: Any, x: np.ndarray) -> Callable[[], Any]:
    """A function of CasADi, its values in a matrix of SciPy."""
    return lambda: function(x).sparse()


def by_observation(cameras, points, weights, which, features):
    """The non-zero blocks, each by two gradients: what one writes by hand who knows where they are."""
    blocks = np.zeros((len(weights), 2, 15))
    others = -2.0 * weights
    for i in range(len(weights)):
        camera, point = cameras[which[i, 0]], points[which[i, 1]]
        first = ep.grad(lambda c, x, w: reprojection(c, x, w, features[i])[0], (0, 1, 2))(camera, point, weights[i])  # noqa: B023
        second = ep.grad(lambda c, x, w: reprojection(c, x, w, features[i])[1], (0, 1, 2))(camera, point, weights[i])  # noqa: B023
        blocks[i, 0, :11], blocks[i, 0, 11:14], blocks[i, 0, 14] = first
        blocks[i, 1, :11], blocks[i, 1, 11:14], blocks[i, 1, 14] = second
    return blocks, others


def of_bundle() -> None:
    """The sizes of GradBench's first problem, numbers made up."""
    rng = np.random.default_rng(0)
    cameras = rng.normal(size=11) * 0.3 + rng.normal(size=(CAMERAS, 11)) * 0.01
    points, features = rng.normal(size=(POINTS, 3)) + np.array([0.0, 0.0, 5.0]), rng.normal(size=(OBSERVATIONS, 2))
    which = np.stack([np.arange(OBSERVATIONS) % CAMERAS, np.arange(OBSERVATIONS) % POINTS], axis=1)
    args = cameras, points, rng.uniform(0.5, 1.0, OBSERVATIONS), which, features
    contenders: dict[str, Callable[[], Any]] = {
        "observation by observation": partial(ep.compile(by_observation), *args),
        "everypath, sparse": partial(ep.jacobian(bundle, (0, 1, 2), sparse=True), *args),
    }
    measured(f"Bundle adjustment, {CAMERAS} cameras, {POINTS:,} points, {OBSERVATIONS:,} observations", contenders, next(iter(contenders)))


def measured(title: str, contenders: dict[str, Callable[[], Any]], reference: str) -> None:
    """Print what the first call of each takes, and what later ones do."""
    for name, call in contenders.items():
        start = now()
        call()
        print(f"  first call {readable(now() - start):>10}  {name}")
    table(title, interleaved(contenders, 7), reference)


if __name__ == "__main__":
    on_one_core("benchmarks.sparse")
    print(versions("everypath", "numpy", "scipy", "jax", "casadi"))
    of_rosenbrock()
    of_bratu()
    of_bundle()
