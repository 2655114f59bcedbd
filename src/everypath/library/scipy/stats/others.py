"""Distributions that have no text of their own: what SciPy says of each, in Python, is lowered in place of one.

SciPy's classes say of a standardised variable what `_pdf`, `_logpdf`, `_cdf`, `_ppf` and the like are. Where they say it, these methods
are those of the class here; the rest follows as for all (`continuous`).
"""

from __future__ import annotations

import importlib
import types
from typing import Any

import numpy as np
from scipy import stats

from ...intrinsics import refuse
from ...registry import STANDS_FOR, stands_for
from . import bounded, frozen, multivariate, normal, positive  # noqa: F401  (those that have a class of their own)
from .continuous import Continuous
from .discrete import Discrete

SAID = "_pdf _logpdf _pmf _logpmf _cdf _sf _logcdf _logsf _ppf _isf _argcheck _get_support _stats _entropy _munp".split()
"""What SciPy's classes say, by names that are those of the classes here."""


IN_C = ("nchypergeom_fisher", "nchypergeom_wallenius", "poisson_binom", "studentized_range")
"""Distributions whose formulas SciPy does not write in Python: CPython runs their methods."""


def bound(names: Any, shapes: Any, args: Any, kwds: Any) -> Any:
    """The arguments by name."""
    if len(args) > len(names):
        raise TypeError("too many positional arguments")
    found = dict(zip(names, args))
    for name in kwds:
        found[name] = kwds[name]
    for name in shapes:
        if name not in found:
            raise TypeError(f"missing a required argument: '{name}'")
    return found


class Said:
    """What SciPy's object says of a distribution, beside its class's formulas."""

    discrete: Any

    def _names(self) -> tuple[str, ...]:
        """What its shapes are called."""
        return ()

    def _count(self) -> int:
        return len(self._names()) + (1 if self.discrete else 2)

    def _limits(self) -> tuple[Any, Any]:
        """The ends of its support, where no shape moves them."""
        return None, None

    def _get_support(self, *shapes: Any) -> Any:
        return self._limits()

    def _stats(self, *shapes: Any) -> Any:
        """From the moments about 0, where SciPy has a formula of them."""
        if not hasattr(self, "_munp"):
            return refuse(f"the moments of {type(self).__name__.replace('_gen', '')} are not yet supported", "write them out")
        formula: Any = self._munp
        mean, second, third, fourth = formula(1, *shapes), formula(2, *shapes), formula(3, *shapes), formula(4, *shapes)
        variance = second - mean * mean
        skewness = ((third - 3.0 * mean * second) + 2.0 * mean**3) / variance**1.5
        kurtosis = (((fourth - 4.0 * mean * third) + 6.0 * mean * mean * second) - 3.0 * mean**4) / variance**2 - 3.0
        return mean, variance, skewness, kurtosis

    def _of(self, function: Any, y: Any, shapes: Any) -> Any:
        """SciPy's formulas are written for rows of numbers: what they choose by a mask they write in place."""
        given = np.broadcast_arrays(y, *shapes)
        value = function(*[np.ravel(x) for x in given])
        return np.reshape(value, given[0].shape)


def support_by_rows(self: Any, *shapes: Any) -> Any:
    """The ends of the support, by a formula that is written for rows of numbers as the others are."""
    given = np.broadcast_arrays(*shapes)
    rows = [np.array(np.ravel(x)) for x in given]
    low, high = self._support_of_rows(*rows)
    return np.reshape(low + 0.0 * rows[0], given[0].shape), np.reshape(high + 0.0 * rows[0], given[0].shape)


class Other(Said, Continuous):
    """A distribution with SciPy's own formulas."""

    def parameters(self, *args: Any, **kwds: Any) -> Any:
        shapes = self._names()
        found = bound((*shapes, "loc", "scale"), shapes, args, kwds)
        return tuple([found[name] for name in shapes]), found.get("loc", 0), found.get("scale", 1)

    def _interior(self, *shapes: Any) -> Any:
        low, high = self._get_support(*shapes)
        if low is None:
            return 0.5 if high is None else high - 0.5
        if high is None:
            return low + 0.5
        inner, outer = np.where(np.isfinite(low), low, 0.0), np.where(np.isfinite(high), high, 0.0)
        both = np.isfinite(low) & np.isfinite(high)
        return np.where(both, 0.5 * (inner + outer), np.where(np.isfinite(low), inner + 0.5, outer - 0.5))


def giving(value: Any) -> Any:
    """A method that returns this."""

    def method(self: Any) -> Any:
        return value

    return method


class OtherDiscrete(Said, Discrete):
    """A discrete distribution with SciPy's own formulas."""

    def parameters(self, *args: Any, **kwds: Any) -> Any:
        shapes = self._names()
        found = bound((*shapes, "loc"), shapes, args, kwds)
        return tuple([found[name] for name in shapes]), found.get("loc", 0), 1

    def _counted(self, y: Any) -> Any:
        return y  # formulas of SciPy's make of it what they like

    def _interior(self, *shapes: Any) -> Any:
        low = self._get_support(*shapes)[0]
        return 0.0 if low is None else low


def inside(module: str, name: str) -> tuple[Any, ...]:
    """A function inside of SciPy that its formulas call, in the versions that have it."""
    try:
        found = getattr(importlib.import_module(f"scipy.{module}"), name, None)
    except ImportError:
        found = None
    return () if found is None else (found,)


@stands_for(*inside("stats._distn_infrastructure", "_isintegral"))
def is_integral(x: Any) -> Any:
    """Whether it is a whole number."""
    return np.round(x) == x


@stands_for(*inside("_lib.array_api_extra", "apply_where"))
def apply_where(cond: Any, args: Any, f1: Any, f2: Any = None, /, *, fill_value: Any = None, xp: Any = None) -> Any:
    """f1 where the condition holds, elsewhere f2 or a value."""
    given = args if isinstance(args, (tuple, list)) else (args,)
    return np.where(cond, f1(*given), fill_value if f2 is None else f2(*given))


@stands_for(*inside("_lib._util", "_lazywhere"))
def lazy_where(cond: Any, arrays: Any, f: Any, fillvalue: Any = None, f2: Any = None) -> Any:
    """The same, as older versions write it."""
    return np.where(cond, f(*arrays), fillvalue if f2 is None else f2(*arrays))


@stands_for(*inside("_lib._util", "_lazyselect"))
def lazy_select(condlist: Any, choicelist: Any, arrays: Any, default: Any = 0) -> Any:
    """The functions, each where its condition holds."""
    given = np.broadcast_arrays(*arrays)
    value = np.full(given[0].shape, default * 1.0)
    for holds, function in zip(condlist, choicelist):
        value = np.where(holds, function(*given), value)
    return value


def formulas(kind: type, common: type) -> dict[str, Any]:
    """What a class of SciPy says beyond the `common` one: its formulas, and what these call."""
    own = [one for one in kind.__mro__ if issubclass(one, common) and one is not common]
    held = {name: value for one in reversed(own) for name, value in vars(one).items()}
    plain = {name: value for name, value in held.items() if isinstance(value, (types.FunctionType, staticmethod))}
    return {name: value for name, value in plain.items() if name in SAID or (name[0] == "_" and not hasattr(common, name))}


def stand_for_others() -> None:
    """A class for each distribution of SciPy that has none."""
    for name, dist in sorted(vars(stats).items()):
        kind = type(dist)
        if not isinstance(dist, (stats.rv_continuous, stats.rv_discrete)) or kind in STANDS_FOR or name in IN_C:
            continue
        base, common = (Other, stats.rv_continuous) if isinstance(dist, stats.rv_continuous) else (OtherDiscrete, stats.rv_discrete)
        ends = tuple(float(end) if np.isfinite(end) else None for end in (dist.a, dist.b))
        own = {"_names": giving(tuple((dist.shapes or "").replace(",", " ").split())), "_limits": giving(ends)}
        said = formulas(kind, common)
        if "_get_support" in said and dist.shapes:
            said = {**said, "_support_of_rows": said["_get_support"], "_get_support": support_by_rows}
        stands_for(kind)(type(name, (base,), {**said, **own, "__module__": __name__, "__doc__": name}))


stand_for_others()
