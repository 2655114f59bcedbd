"""`scipy.optimize.minimize` with gradients, Hessians, and the Jacobians of constraints filled in."""

from __future__ import annotations

from typing import Any

from scipy import optimize

from .asked import Asked, as_scipy, extra
from .constraints import filled
from .functions import Objective
from .unknowns import Unknowns

TOGETHER = {"cg", "bfgs", "l-bfgs-b", "tnc"}
"""Methods that want value and gradient at the same points."""

PRODUCTS = {"newton-cg", "trust-ncg", "trust-krylov", "trust-constr"}
"""Methods that take products with the Hessian."""

MATRICES = {"dogleg", "trust-exact"}
"""Methods that take the whole Hessian."""

GRADIENTS = {*TOGETHER, *PRODUCTS, *MATRICES, "slsqp"}
"""Methods that take a gradient."""


@as_scipy(optimize.minimize)
def minimize(asked: Asked, exact: bool) -> Any:
    """`scipy.optimize.minimize` with `jac`, and `hess` or `hessp`, filled in as the method takes them.

    The gradient is exact for all methods that take one; newton-cg, trust-ncg, trust-krylov and trust-constr have exact products with
    the Hessian, dogleg and trust-exact the Hessian. So have constraints that are functions their Jacobians, and for trust-constr their
    Hessians: those that are dicts without "jac", and each `NonlinearConstraint` whose `jac` is "2-point", SciPy's default.

    `x0` may be a tree of floats and arrays: `fun`, `callback`, constraints and what is given as `jac` and `hessp` then take trees, and
    `result.x` is one; what else the result holds is by the vector of `everypath.ravel`. The bounds of a tree are a tree like it, with a
    pair `(low, high)` or None in the place of each leaf.

    `or_differences=True` lets SciPy take differences where everypath refuses `fun`. Raises NotSupported and NotDifferentiable without
    it, and what SciPy raises.

    >>> found = minimize(lambda p: (p["a"] - 1.0) ** 2 + (p["b"] - p["a"]) ** 4, {"a": 0.0, "b": 3.0}, tol=1e-10)
    >>> round(found.x["a"], 3), found.njev == found.nfev
    (1.0, True)
    """
    unknowns, args = Unknowns(asked["x0"]), extra(asked.get("args", ()))
    method = method_of(asked)
    asked["x0"], asked["args"] = unknowns.vector, args
    fun, given = asked["fun"], {name: asked.get(name) for name in ("jac", "hess", "hessp")}
    asked["fun"] = unknowns.taking(fun)
    if given["jac"] is not True:
        asked["jac"] = unknowns.giving(given["jac"])
    asked["hess"], asked["hessp"] = unknowns.taking(given["hess"]), unknowns.product(given["hessp"])
    asked["bounds"], asked["callback"] = unknowns.pairs(asked.get("bounds")), unknowns.told(asked.get("callback"))
    if exact and given["jac"] is not True and (callable(method) or method in GRADIENTS):
        fill(asked, Objective(asked["fun"], (unknowns.sample, *args), method in TOGETHER), method)
    if asked.get("constraints"):
        wanted = exact and method in ("slsqp", "trust-constr")
        asked["constraints"] = filled(asked["constraints"], unknowns, wanted, second=method == "trust-constr")
    return unknowns.found(optimize.minimize(**asked))


def method_of(asked: Asked) -> Any:
    """The method that SciPy takes, in small letters; a function of the caller's as it is."""
    method = asked.get("method")
    if method is None:
        return "slsqp" if asked.get("constraints") else "bfgs" if asked.get("bounds") is None else "l-bfgs-b"
    return method if callable(method) else str(method).lower()


def fill(asked: Asked, objective: Objective, method: Any) -> None:
    """Enter the derivatives that the method takes and that the caller did not give."""
    if asked["jac"] is None:
        asked["fun"], asked["jac"] = objective.value, objective.gradient
    elif callable(asked["jac"]):
        asked["fun"] = objective.compiled
    if asked["hess"] is None and asked["hessp"] is None:
        if callable(method) or method in MATRICES:
            asked["hess"] = objective.hessian
        if callable(method) or method in PRODUCTS:
            asked["hessp"] = objective.product
