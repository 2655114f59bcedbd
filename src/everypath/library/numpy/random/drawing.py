"""What NumPy's two kinds of generators have in common: the distributions, and what their draws are made of."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...generator_states import WAY_OUT, draw, draws, floats, integers, is_compiled, shuffled
from ...intrinsics import refuse, value_only


def shape_of(size: Any, *parameters: Any) -> Any:
    """The shape of draws with these parameters; None for one number."""
    together = np.broadcast_shapes(*[np.shape(p) for p in parameters])
    if size is None:
        return together if len(together) > 0 else None
    shape = (size,) if isinstance(size, (int, np.integer)) else tuple(size)
    if len(together) > 0 and np.broadcast_shapes(shape, together) != shape:
        raise ValueError(f"Output size {shape} is not compatible with broadcast dimensions of inputs {together}.")
    return shape


def number(value: Any, shape: Any) -> Any:
    """One number as Python's, or an array."""
    return float(value) if shape is None else np.asarray(value).reshape(shape)


def real(x: Any) -> Any:
    return np.asarray(x).astype(float)


def not_negative(x: Any, name: str) -> None:
    if np.any(np.asarray(x) < 0):
        raise ValueError(f"{name} < 0")


class Drawing:
    """The distributions, by draws of what `source` is."""

    def source(self) -> Any:
        """What holds the state, and the kind of generator that it is one of."""
        raise NotImplementedError

    def draw(self, name: str, shape: Any, *args: Any) -> Any:
        """Floats that hang on nothing that varies."""
        if is_compiled(self.source().kind, name):
            return self.compiled(name, shape)
        reason = f"the derivative of draws of '{name}' with respect to its parameters is not supported"
        values, state = value_only(reason, WAY_OUT, floats, self.source().kind, self.source().held, name, args, shape)
        self.source().held = state
        return values[0] if shape is None else values.reshape(shape)

    def compiled(self, name: str, shape: Any, *bounds: Any) -> Any:
        """The same by compiled code."""
        if shape is None:
            value, state = draw(self.source().kind, self.source().held, name, *bounds)
            self.source().held = state
            return value
        values, state = draws(self.source().kind, self.source().held, name, math.prod(shape), *bounds)
        self.source().held = state
        return values.reshape(shape)

    def draw_integers(self, name: str, shape: Any, *args: Any) -> Any:
        reason = f"draws of '{name}' have no derivative with respect to its parameters"
        values, state = value_only(reason, WAY_OUT, integers, self.source().kind, self.source().held, name, args, shape)
        self.source().held = state
        return int(values[0]) if shape is None else values.reshape(shape)

    def order(self, rank: int, n: int) -> Any:
        """The order in which a list, or an array of so many axes, is shuffled."""
        places, state = shuffled(self.source().kind, self.source().held, rank, n)
        self.source().held = state
        return places

    # Of a location and a scale ------------------------------------------------------------------------------------------

    def moved(self, name: str, args: Any, loc: Any, scale: Any, size: Any) -> Any:
        not_negative(scale, "scale")
        shape = shape_of(size, loc, scale)
        return number(real(loc) + real(scale) * self.draw(name, shape, *args), shape)

    def scaled(self, name: str, args: Any, scale: Any, size: Any) -> Any:
        not_negative(scale, "scale")
        shape = shape_of(size, scale)
        return number(real(scale) * self.draw(name, shape, *args), shape)

    def normal(self, loc: Any = 0.0, scale: Any = 1.0, size: Any = None) -> Any:
        return self.moved("standard_normal", (), loc, scale, size)

    def laplace(self, loc: Any = 0.0, scale: Any = 1.0, size: Any = None) -> Any:
        return self.moved("laplace", (0.0, 1.0), loc, scale, size)

    def gumbel(self, loc: Any = 0.0, scale: Any = 1.0, size: Any = None) -> Any:
        return self.moved("gumbel", (0.0, 1.0), loc, scale, size)

    def logistic(self, loc: Any = 0.0, scale: Any = 1.0, size: Any = None) -> Any:
        return self.moved("logistic", (0.0, 1.0), loc, scale, size)

    def exponential(self, scale: Any = 1.0, size: Any = None) -> Any:
        return self.scaled("standard_exponential", (), scale, size)

    def rayleigh(self, scale: Any = 1.0, size: Any = None) -> Any:
        return self.scaled("rayleigh", (1.0,), scale, size)

    def gamma(self, shape: Any, scale: Any = 1.0, size: Any = None) -> Any:
        not_negative(scale, "scale")
        extents = shape_of(size, shape, scale)
        form = np.broadcast_to(shape, extents) if np.ndim(shape) else shape
        return number(real(scale) * self.draw("standard_gamma", extents, form), extents)

    def lognormal(self, mean: Any = 0.0, sigma: Any = 1.0, size: Any = None) -> Any:
        not_negative(sigma, "sigma")
        shape = shape_of(size, mean, sigma)
        return number(np.exp(real(mean) + real(sigma) * self.draw("standard_normal", shape)), shape)

    # Of uniform and exponential ones --------------------------------------------------------------------------------------

    def triangular(self, left: Any, mode: Any, right: Any, size: Any = None) -> Any:
        """By the inverse of the distribution function, as NumPy does it."""
        left, mode, right = real(left), real(mode), real(right)
        if np.any(left > mode):
            raise ValueError("left > mode")
        if np.any(mode > right):
            raise ValueError("mode > right")
        if np.any(left == right):
            raise ValueError("left == right")
        shape = shape_of(size, left, mode, right)
        u = self.draw("random", shape)
        base, before = right - left, mode - left
        below = u <= before / base
        low = left + np.sqrt(np.where(below, u, 0.5) * (before * base))
        high = right - np.sqrt((1.0 - np.where(below, 0.5, u)) * ((right - mode) * base))
        return number(np.where(below, low, high), shape)

    def weibull(self, a: Any, size: Any = None) -> Any:
        not_negative(a, "a")
        shape = shape_of(size, a)
        return number(self.draw("standard_exponential", shape) ** (1.0 / real(a)), shape)

    def multivariate(self, mean: Any, cov: Any, size: Any) -> Any:
        """The location, the standard normal draws in rows, and the singular values and directions of the covariance."""
        middle, spread = real(mean), real(cov)
        if middle.ndim != 1:
            raise ValueError("mean must be 1 dimensional")
        if spread.ndim != 2 or spread.shape[0] != spread.shape[1]:
            raise ValueError("cov must be 2 dimensional and square")
        if middle.shape[0] != spread.shape[0]:
            raise ValueError("mean and cov must have same length")
        around: Any = () if size is None else (size,) if isinstance(size, (int, np.integer)) else tuple(size)
        z = self.draw("standard_normal", (*around, middle.shape[0]))
        return middle, spread, z

    # Data -----------------------------------------------------------------------------------------------------------------

    def standard_exponential(self, size: Any = None) -> Any:
        return number(self.draw("standard_exponential", shape_of(size)), shape_of(size))

    def standard_cauchy(self, size: Any = None) -> Any:
        return number(self.draw("standard_cauchy", shape_of(size)), shape_of(size))

    def data(self, name: str, size: Any, *parameters: Any) -> Any:
        shape = shape_of(size, *parameters)
        return number(self.draw(name, shape, *parameters), shape)

    def standard_gamma(self, shape: Any, size: Any = None) -> Any:
        return self.data("standard_gamma", size, shape)

    def beta(self, a: Any, b: Any, size: Any = None) -> Any:
        return self.data("beta", size, a, b)

    def chisquare(self, df: Any, size: Any = None) -> Any:
        return self.data("chisquare", size, df)

    def noncentral_chisquare(self, df: Any, nonc: Any, size: Any = None) -> Any:
        return self.data("noncentral_chisquare", size, df, nonc)

    def f(self, dfnum: Any, dfden: Any, size: Any = None) -> Any:
        return self.data("f", size, dfnum, dfden)

    def standard_t(self, df: Any, size: Any = None) -> Any:
        return self.data("standard_t", size, df)

    def vonmises(self, mu: Any, kappa: Any, size: Any = None) -> Any:
        return self.data("vonmises", size, mu, kappa)

    def wald(self, mean: Any, scale: Any, size: Any = None) -> Any:
        return self.data("wald", size, mean, scale)

    def counts(self, name: str, size: Any, *parameters: Any) -> Any:
        return self.draw_integers(name, shape_of(size, *parameters), *parameters)

    def poisson(self, lam: Any = 1.0, size: Any = None) -> Any:
        return self.counts("poisson", size, lam)

    def binomial(self, n: Any, p: Any, size: Any = None) -> Any:
        return self.counts("binomial", size, n, p)

    def negative_binomial(self, n: Any, p: Any, size: Any = None) -> Any:
        return self.counts("negative_binomial", size, n, p)

    def geometric(self, p: Any, size: Any = None) -> Any:
        return self.counts("geometric", size, p)

    def hypergeometric(self, ngood: Any, nbad: Any, nsample: Any, size: Any = None) -> Any:
        return self.counts("hypergeometric", size, ngood, nbad, nsample)

    def logseries(self, p: Any, size: Any = None) -> Any:
        return self.counts("logseries", size, p)

    def zipf(self, a: Any, size: Any = None) -> Any:
        return self.counts("zipf", size, a)

    def dirichlet(self, alpha: Any, size: Any = None) -> Any:
        around: Any = () if size is None else (size,) if isinstance(size, (int, np.integer)) else tuple(size)
        reason = "the derivative of draws of 'dirichlet' with respect to its parameters is not supported"
        values, state = value_only(reason, WAY_OUT, floats, self.source().kind, self.source().held, "dirichlet", (alpha,), size)
        self.source().held = state
        return values.reshape((*around, len(alpha)))

    def multinomial(self, n: Any, pvals: Any, size: Any = None) -> Any:
        if np.ndim(n) != 0 or np.ndim(pvals) != 1:
            refuse("'multinomial' of several numbers of trials, or of rows of probabilities, is not supported", "draw in a loop")
        around: Any = () if size is None else (size,) if isinstance(size, (int, np.integer)) else tuple(size)
        reason = "draws of 'multinomial' have no derivative with respect to its parameters"
        values, state = value_only(reason, WAY_OUT, integers, self.source().kind, self.source().held, "multinomial", (n, pvals), size)
        self.source().held = state
        return values.reshape((*around, len(pvals)))

    # Orders ---------------------------------------------------------------------------------------------------------------

    def shuffle_items(self, x: Any) -> None:
        """The items of a list, or the rows of an array, in another order."""
        places = self.order(np.ndim(x) if isinstance(x, np.ndarray) else 0, len(x))
        if isinstance(x, np.ndarray):
            x[...] = x[places]
        else:
            items = [x[places[k]] for k in range(len(x))]
            for k in range(len(x)):
                x[k] = items[k]
