"""Continuous distributions: what follows for all of them from what each one says of itself.

A distribution says what its parameters are (`parameters`), where it lives and what it is there, by SciPy's names for it: `_logpdf` or
`_pdf`, `_cdf`, `_ppf`, of a standardised variable. Outside of the support the density is 0, and so is its derivative: the formula is
computed at another place, and not chosen.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import stats

from ...intrinsics import by_cpython, has_floats, only_value, refuse
from . import integrals
from .draws import WithDraws
from .frozen import Frozen


class Continuous(WithDraws):
    """A distribution with a density, shifted by `loc` and stretched by `scale`."""

    discrete = False
    stateless = True

    @staticmethod
    def leaves_as(kind: Any, held: dict[str, Any]) -> Any:
        """SciPy's object. (CPython runs this.)"""
        return getattr(stats, kind.__name__.removesuffix("_gen"))

    def __call__(self, *args: Any, **kwds: Any) -> Any:
        self.parameters(*args, **kwds)
        return Frozen(self, *args, **kwds)

    def freeze(self, *args: Any, **kwds: Any) -> Any:
        return self(*args, **kwds)

    def _name(self) -> str:
        """What it is called in `scipy.stats`."""
        return type(self).__name__.replace("_gen", "")

    # What each says of itself, or leaves as it is -------------------------------------------------------------------------

    def parameters(self, *args: Any, **kwds: Any) -> Any:
        """The shapes, `loc` and `scale`."""
        return self.placed(*args, **kwds)

    def placed(self, loc: Any = 0, scale: Any = 1) -> Any:
        return (), loc, scale

    def _argcheck(self, *shapes: Any) -> Any:
        """Whether there is such a distribution: where all shapes are positive, unless one says otherwise."""
        valid = True
        for shape in shapes:
            valid = (shape > 0) & valid
        return valid

    def _get_support(self, *shapes: Any) -> Any:
        """Its ends; None for one that is infinitely far away."""
        return None, None

    def _interior(self, *shapes: Any) -> Any:
        """A point inside the support."""
        return 0.5

    def _logpdf(self, x: Any, *shapes: Any) -> Any:
        return np.log(self._pdf(x, *shapes))

    def _pdf(self, x: Any, *shapes: Any) -> Any:
        return np.exp(self._logpdf(x, *shapes))

    def _cdf(self, x: Any, *shapes: Any) -> Any:
        return integrals.probability(self, x, shapes)

    def _sf(self, x: Any, *shapes: Any) -> Any:
        return 1.0 - self._cdf(x, *shapes)

    def _logcdf(self, x: Any, *shapes: Any) -> Any:
        return np.log(self._cdf(x, *shapes))

    def _logsf(self, x: Any, *shapes: Any) -> Any:
        return np.log(self._sf(x, *shapes))

    def _ppf(self, q: Any, *shapes: Any) -> Any:
        """What SciPy finds; it moves as two steps of Newton's from there do, to the third order."""
        found = by_cpython(quantile, self._name(), q, *shapes)
        if only_value() or not has_floats((q, shapes)):
            return found
        x = found
        for _ in range(2):
            x = x - (self._cdf(x, *shapes) - q) / self._pdf(x, *shapes)
        return found + (x - by_cpython(np.asarray, x))

    def _isf(self, q: Any, *shapes: Any) -> Any:
        return self._ppf(1.0 - q, *shapes)

    def _stats(self, *shapes: Any) -> Any:
        """Mean, variance, skewness and excess kurtosis."""
        return refuse(f"the moments of {self._name()} are not yet supported", "write them out")

    def _entropy(self, *shapes: Any) -> Any:
        return integrals.entropy(self, shapes)

    # What follows ----------------------------------------------------------------------------------------------------------

    def _standard(self, x: Any, args: Any, kwds: Any) -> Any:
        """The standardised variable, the shapes, the scale, and whether there is such a distribution."""
        shapes, loc, scale = self.parameters(*args, **kwds)
        shapes = tuple([np.asarray(s) for s in shapes])
        valid = self._argcheck(*shapes)
        y = np.asarray(x, dtype=np.float64)
        if "loc" in kwds or len(args) > len(shapes):
            y = y - np.asarray(loc)
        if "scale" in kwds or len(args) > len(shapes) + 1:
            scale = np.asarray(scale)
            y, valid = y / scale, (scale > 0) & valid
        return y, shapes, scale, valid

    def _outside(self, y: Any, shapes: Any) -> Any:
        """Where `y` is not in the support; None where it always is."""
        low, high = self._get_support(*shapes)
        if low is None and high is None:
            return None
        if high is None:
            return y < low
        if low is None:
            return y > high
        return (y < low) | (y > high)

    def _delivered(self, value: Any, valid: Any) -> Any:
        """The result; NaN where there is no such distribution."""
        return np.asarray(value)[()] if valid is True else np.where(valid, value, np.nan)[()]

    def _of(self, function: Any, y: Any, shapes: Any) -> Any:
        """What a formula says of the standardised variable."""
        return function(y, *shapes)

    def _everywhere(self, function: Any, beyond: Any, y: Any, shapes: Any) -> Any:
        """`function` in the support, and `beyond` outside of it."""
        outside = self._outside(y, shapes)
        if outside is None:
            return self._of(function, y, shapes)
        return np.where(outside, beyond, self._of(function, np.where(outside, self._interior(*shapes), y), shapes))

    def pdf(self, x: Any, *args: Any, **kwds: Any) -> Any:
        y, shapes, scale, valid = self._standard(x, args, kwds)
        return self._delivered(self._everywhere(self._pdf, 0.0, y, shapes) / scale, valid)

    def logpdf(self, x: Any, *args: Any, **kwds: Any) -> Any:
        y, shapes, scale, valid = self._standard(x, args, kwds)
        value = self._everywhere(self._logpdf, -np.inf, y, shapes)
        return self._delivered(value - np.log(scale), valid)

    def _between(self, function: Any, before: Any, behind: Any, x: Any, args: Any, kwds: Any) -> Any:
        """`function` between the ends of the support, `before` up to the lower one, `behind` from the upper one on."""
        y, shapes, _, valid = self._standard(x, args, kwds)
        low, high = self._get_support(*shapes)
        if low is None and high is None:
            return self._delivered(self._of(function, y, shapes), valid)
        under = y <= low if low is not None else np.asarray(False)
        over = y >= high if high is not None else np.asarray(False)
        value = self._of(function, np.where(under | over, self._interior(*shapes), y), shapes)
        return self._delivered(np.where(under, before, np.where(over, behind, value)), valid)

    def cdf(self, x: Any, *args: Any, **kwds: Any) -> Any:
        return self._between(self._cdf, 0.0, 1.0, x, args, kwds)

    def sf(self, x: Any, *args: Any, **kwds: Any) -> Any:
        return self._between(self._sf, 1.0, 0.0, x, args, kwds)

    def logcdf(self, x: Any, *args: Any, **kwds: Any) -> Any:
        return self._between(self._logcdf, -np.inf, 0.0, x, args, kwds)

    def logsf(self, x: Any, *args: Any, **kwds: Any) -> Any:
        return self._between(self._logsf, 0.0, -np.inf, x, args, kwds)

    def _quantile(self, function: Any, at_zero: Any, at_one: Any, q: Any, args: Any, kwds: Any) -> Any:
        """`function` between 0 and 1, the ends of the support at these, NaN elsewhere."""
        _, shapes, scale, valid = self._standard(0.0, args, kwds)
        loc = self.parameters(*args, **kwds)[1]
        q = np.asarray(q, dtype=np.float64)
        inner = (q > 0) & (q < 1)
        y = self._of(function, np.where(inner, q, 0.5), shapes)
        value = np.where(inner, y, np.where(q == 0, at_zero, np.where(q == 1, at_one, np.nan)))
        return self._delivered(value * scale + loc, valid)

    def _ends(self, shapes: Any) -> Any:
        low, high = self._get_support(*shapes)
        return -np.inf if low is None else low, np.inf if high is None else high

    def ppf(self, q: Any, *args: Any, **kwds: Any) -> Any:
        low, high = self._ends(self.parameters(*args, **kwds)[0])
        return self._quantile(self._ppf, low, high, q, args, kwds)

    def isf(self, q: Any, *args: Any, **kwds: Any) -> Any:
        low, high = self._ends(self.parameters(*args, **kwds)[0])
        return self._quantile(self._isf, high, low, q, args, kwds)

    def median(self, *args: Any, **kwds: Any) -> Any:
        return self.ppf(0.5, *args, **kwds)

    def interval(self, confidence: Any, *args: Any, **kwds: Any) -> Any:
        level = np.asarray(confidence)
        if np.any((level > 1) | (level < 0)):
            raise ValueError("alpha must be between 0 and 1 inclusive")
        return self.ppf((1.0 - level) / 2, *args, **kwds), self.ppf((1.0 + level) / 2, *args, **kwds)

    def support(self, *args: Any, **kwds: Any) -> Any:
        _, shapes, scale, valid = self._standard(0.0, args, kwds)
        loc = self.parameters(*args, **kwds)[1]
        low, high = self._ends(shapes)
        return self._delivered(low * scale + loc, valid), self._delivered(high * scale + loc, valid)

    def stats(self, *args: Any, moments: str = "mv", **kwds: Any) -> Any:
        _, shapes, scale, valid = self._standard(0.0, args, kwds)
        loc = self.parameters(*args, **kwds)[1]
        mean, variance, skewness, kurtosis = self._stats(*shapes)
        for letter, moment in (("m", mean), ("v", variance), ("s", skewness), ("k", kurtosis)):
            if letter in moments and moment is None:
                refuse(f"the moments of {self._name()} are not yet supported", "write them out")
        results = []
        if "m" in moments:
            results.append(mean * scale + loc)
        if "v" in moments:
            results.append(variance * scale * scale)
        if "s" in moments:
            results.append(skewness)
        if "k" in moments:
            results.append(kurtosis)
        found = [self._delivered(result + 0.0 * np.asarray(scale + loc), valid) for result in results]
        return found[0] if len(found) == 1 else tuple(found)

    def mean(self, *args: Any, **kwds: Any) -> Any:
        return self.stats(*args, moments="m", **kwds)

    def var(self, *args: Any, **kwds: Any) -> Any:
        return self.stats(*args, moments="v", **kwds)

    def std(self, *args: Any, **kwds: Any) -> Any:
        return np.sqrt(self.stats(*args, moments="v", **kwds))

    def entropy(self, *args: Any, **kwds: Any) -> Any:
        _, shapes, scale, valid = self._standard(0.0, args, kwds)
        loc = self.parameters(*args, **kwds)[1]
        return self._delivered(self._entropy(*shapes) + np.log(scale) + 0.0 * np.asarray(loc), valid)

    def nnlf(self, theta: Any, x: Any) -> Any:
        """-Σ log f(x) with the parameters `theta`: shapes, loc and scale."""
        return -np.sum(self.logpdf(x, *theta))

    def fit(self, *args: Any, **kwds: Any) -> Any:
        return refuse("fitting a distribution is not supported", "minimise the sum of -logpdf")

    def moment(self, order: Any, *args: Any, **kwds: Any) -> Any:
        return integrals.moment(self, order, args, kwds)

    def expect(
        self,
        func: Any = None,
        args: Any = (),
        loc: Any = 0,
        scale: Any = 1,
        lb: Any = None,
        ub: Any = None,
        conditional: bool = False,
        **kwds: Any,
    ) -> Any:
        return integrals.expectation(self, func, tuple(args), loc, scale, lb, ub, conditional, kwds)


def quantile(name: str, q: Any, *shapes: Any) -> Any:
    """The quantiles of SciPy's distribution of this name. (CPython runs this.)"""
    return np.asarray(getattr(stats, name).ppf(q, *shapes))


def fitted(data: Any, args: Any, kwds: Any) -> Any:
    """The data, and the location and the scale where they are given, of a distribution whose fit is a formula."""
    if len(args) > 0:
        raise TypeError("Too many arguments.")
    for name in kwds:
        if name not in ("floc", "fscale"):
            refuse(f"the option {name!r} of a fit is not supported", "leave it out")
    loc, scale = kwds.get("floc"), kwds.get("fscale")
    if loc is not None and scale is not None:
        raise ValueError("All parameters fixed. There is nothing to optimize.")
    x = np.asarray(data)
    if not np.all(np.isfinite(x)):
        raise ValueError("The data contains non-finite values.")
    return x, loc, scale
