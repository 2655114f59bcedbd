"""Linear systems as objects: equations of state, quotients of polynomials, and zeros, poles and a gain."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.linalg
from scipy import signal
from scipy.signal import _ltisys as known_systems

from ...intrinsics import refuse
from ...registry import stands_for
from ..outcomes import with_attributes


class System:
    """What all of them can do. It holds what SciPy's object holds; `_dt` is None of one in continuous time."""

    fixed = ("inputs", "outputs")
    _dt: Any
    parts: Any

    @staticmethod
    def leaves_as(kind: Any, held: dict[str, Any]) -> Any:
        """SciPy's object. (CPython runs this.)"""
        return with_attributes(kind, held)

    @property
    def dt(self) -> Any:
        """The time of a step."""
        return self._dt

    def told(self) -> Any:
        """The system as a tuple, as SciPy takes it."""
        return self.parts() if self._dt is None else (*self.parts(), self._dt)

    def again(self) -> Any:
        """The same system once more."""
        return like(self.parts(), self._dt)

    def impulse(self, x0: Any = None, t: Any = None, n: Any = None, X0: Any = None, T: Any = None, N: Any = None) -> Any:
        """The answer to an impulse."""
        if self._dt is None:
            return signal.impulse(self, x0 if X0 is None else X0, t if T is None else T, n if N is None else N)
        return signal.dimpulse(self, x0, t, n)

    def step(self, x0: Any = None, t: Any = None, n: Any = None, X0: Any = None, T: Any = None, N: Any = None) -> Any:
        """The answer to an input of 1."""
        if self._dt is None:
            return signal.step(self, x0 if X0 is None else X0, t if T is None else T, n if N is None else N)
        return signal.dstep(self, x0, t, n)

    def output(self, u: Any, t: Any, x0: Any = None, X0: Any = None) -> Any:
        """The answer to an input."""
        return signal.lsim(self, u, t, x0 if X0 is None else X0) if self._dt is None else signal.dlsim(self, u, t, x0)

    def bode(self, w: Any = None, n: int = 100) -> Any:
        """Frequencies, how much louder they become in decibels, and by how many degrees they are turned."""
        return signal.bode(self, w, n) if self._dt is None else signal.dbode(self, w, n)

    def freqresp(self, w: Any = None, n: int = 10000, whole: bool = False) -> Any:
        """What the system makes of each frequency."""
        return signal.freqresp(self, w, n) if self._dt is None else signal.dfreqresp(self, w, n, whole)

    def to_discrete(self, dt: Any, method: str = "zoh", alpha: Any = None) -> Any:
        """Its discrete counterpart."""
        if self._dt is not None:
            raise AttributeError(f"'{type(self).__name__}' object has no attribute 'to_discrete'")
        return like(signal.cont2discrete(self.parts(), dt, method, alpha)[:-1], dt)

    @property
    def zeros(self) -> Any:
        """Where it lets nothing through."""
        return self.to_zpk().zeros

    @property
    def poles(self) -> Any:
        """Where it grows without bounds."""
        return self.to_zpk().poles

    def to_tf(self, **options: Any) -> Any:
        """As polynomials."""
        return quotient(signal.ss2tf(*self.to_ss().parts(), **options), self._dt)

    def to_zpk(self, **options: Any) -> Any:
        """As zeros, poles and a gain."""
        made = self.to_tf(**options)
        return factors(signal.tf2zpk(made.num, made.den), self._dt)

    def to_ss(self) -> Any:
        """As equations of state."""
        made = self.to_tf()
        return states(signal.tf2ss(made.num, made.den), self._dt)


def like(parts: Any, dt: Any) -> Any:
    """The system that has these parts."""
    return states(parts, dt) if len(parts) == 4 else factors(parts, dt) if len(parts) == 3 else quotient(parts, dt)


class Quotient(System):
    """A quotient of polynomials."""

    def __init__(self, num: Any, den: Any, dt: Any = None) -> None:
        num, den = signal.normalize(num, den)
        self._dt, self._num, self._den = dt, np.atleast_1d(num), np.atleast_1d(den)
        self.outputs, self.inputs = self._num.shape if self._num.ndim > 1 else (1, 1)

    @property
    def num(self) -> Any:
        """The polynomial above."""
        return self._num

    @property
    def den(self) -> Any:
        """The polynomial below."""
        return self._den

    def parts(self) -> Any:
        """The polynomials."""
        return self._num, self._den

    def to_tf(self, **options: Any) -> Any:
        """The same once more."""
        return self.again()


class Factors(System):
    """Zeros, poles and a gain."""

    def __init__(self, zeros: Any, poles: Any, gain: Any, dt: Any = None) -> None:
        self._dt, self._zeros, self._poles, self._gain = dt, np.atleast_1d(zeros), np.atleast_1d(poles), gain
        self.outputs, self.inputs = self._zeros.shape if self._zeros.ndim > 1 else (1, 1)

    @property
    def zeros(self) -> Any:
        return self._zeros

    @property
    def poles(self) -> Any:
        return self._poles

    @property
    def gain(self) -> Any:
        """The factor."""
        return self._gain

    def parts(self) -> Any:
        """Zeros, poles and gain."""
        return self._zeros, self._poles, self._gain

    def to_tf(self, **options: Any) -> Any:
        """As polynomials."""
        return quotient(signal.zpk2tf(self._zeros, self._poles, self._gain), self._dt)

    def to_zpk(self, **options: Any) -> Any:
        """The same once more."""
        return self.again()


class States(System):
    """Equations of state."""

    def __init__(self, A: Any, B: Any, C: Any, D: Any, dt: Any = None) -> None:
        self._A, self._B, self._C, self._D = np.atleast_2d(A), np.atleast_2d(B), np.atleast_2d(C), np.atleast_2d(D)
        self._dt, self.inputs, self.outputs = dt, self._B.shape[-1], self._C.shape[0]
        n = self._A.shape[0]
        fits = self._A.shape == (n, n) and self._B.shape[0] == n and self._C.shape[1] == n
        if not fits or self._D.shape != (self.outputs, self.inputs):
            raise ValueError("The input arrays have incompatible shapes.")

    @property
    def A(self) -> Any:
        """How the state moves."""
        return self._A

    @property
    def B(self) -> Any:
        """How an input moves it."""
        return self._B

    @property
    def C(self) -> Any:
        """What is seen of the state."""
        return self._C

    @property
    def D(self) -> Any:
        """What is seen of an input at once."""
        return self._D

    def parts(self) -> Any:
        """The matrices."""
        return self._A, self._B, self._C, self._D

    def to_ss(self) -> Any:
        """The same once more."""
        return self.again()

    def _with(self, a: Any, b: Any, c: Any, d: Any) -> Any:
        """Of the same kind, all matrices of one dtype."""
        kind = np.result_type(a.dtype, b.dtype, c.dtype, d.dtype)
        return type(self)(a.astype(kind), b.astype(kind), c.astype(kind), d.astype(kind), self._dt)

    def _meets(self, other: Any, what: str) -> None:
        if self._dt != other._dt:
            raise TypeError(f"Cannot {what} systems with different `dt`.")

    def __mul__(self, other: Any) -> Any:
        if not isinstance(other, signal.StateSpace):
            return self._with(self._A, np.dot(self._B, other), self._C, np.dot(self._D, other))
        self._meets(other, "multiply")
        n, k = self._A.shape[0], other._A.shape[0]
        below = np.concatenate((np.zeros((k, n)), other._A), axis=1)
        a = np.concatenate((np.concatenate((self._A, self._B @ other._C), axis=1), below))
        b = np.concatenate((self._B @ other._D, other._B))
        return self._with(a, b, np.concatenate((self._C, self._D @ other._C), axis=1), self._D @ other._D)

    def __rmul__(self, other: Any) -> Any:
        return self._with(self._A, self._B, np.dot(other, self._C), np.dot(other, self._D))

    def __neg__(self) -> Any:
        return type(self)(self._A, self._B, -self._C, -self._D, self._dt)

    def __add__(self, other: Any) -> Any:
        if not isinstance(other, signal.StateSpace):
            return self._with(self._A, self._B, self._C, self._D + np.atleast_2d(other))
        self._meets(other, "add")
        b, c = np.concatenate((self._B, other._B)), np.concatenate((self._C, other._C), axis=1)
        return self._with(scipy.linalg.block_diag(self._A, other._A), b, c, self._D + other._D)

    def __radd__(self, other: Any) -> Any:
        return self + other

    def __sub__(self, other: Any) -> Any:
        return self + (-other)

    def __rsub__(self, other: Any) -> Any:
        return (-self) + other

    def __truediv__(self, other: Any) -> Any:
        return self * (1 / other)


# Which of SciPy's classes it is ---------------------------------------------------------------------------------------


@stands_for(known_systems.TransferFunctionContinuous)
class TransferFunctionContinuous(Quotient):
    """In continuous time."""


@stands_for(known_systems.TransferFunctionDiscrete)
class TransferFunctionDiscrete(Quotient):
    """In steps."""


@stands_for(known_systems.ZerosPolesGainContinuous)
class ZerosPolesGainContinuous(Factors):
    """In continuous time."""


@stands_for(known_systems.ZerosPolesGainDiscrete)
class ZerosPolesGainDiscrete(Factors):
    """In steps."""


@stands_for(known_systems.StateSpaceContinuous)
class StateSpaceContinuous(States):
    """In continuous time."""


@stands_for(known_systems.StateSpaceDiscrete)
class StateSpaceDiscrete(States):
    """In steps."""


def quotient(parts: Any, dt: Any) -> Any:
    num, den = parts
    return TransferFunctionContinuous(num, den) if dt is None else TransferFunctionDiscrete(num, den, dt)


def factors(parts: Any, dt: Any) -> Any:
    zeros, poles, gain = parts
    return ZerosPolesGainContinuous(zeros, poles, gain) if dt is None else ZerosPolesGainDiscrete(zeros, poles, gain, dt)


def states(parts: Any, dt: Any) -> Any:
    A, B, C, D = parts
    return StateSpaceContinuous(A, B, C, D) if dt is None else StateSpaceDiscrete(A, B, C, D, dt)


@stands_for(signal.TransferFunction)
def TransferFunction(*system: Any, dt: Any = None) -> Any:
    """A quotient of polynomials."""
    return system[0].to_tf() if len(system) == 1 else quotient(system, dt)


@stands_for(signal.ZerosPolesGain)
def ZerosPolesGain(*system: Any, dt: Any = None) -> Any:
    """Zeros, poles and a gain."""
    return system[0].to_zpk() if len(system) == 1 else factors(system, dt)


@stands_for(signal.StateSpace)
def StateSpace(*system: Any, dt: Any = None) -> Any:
    """Equations of state."""
    if len(system) == 1:
        return system[0].to_ss()
    if len(system) != 4:
        refuse("a StateSpace of less than four matrices is not supported", "give all of them")
    return states(system, dt)


@stands_for(signal.lti)
def lti(*system: Any) -> Any:
    """A system in continuous time, in the form in which it is given."""
    return of_any_form(system, None, "lti")


@stands_for(signal.dlti)
def dlti(*system: Any, dt: Any = True) -> Any:
    """A system in steps, in the form in which it is given."""
    return of_any_form(system, dt, "dlti")


def of_any_form(system: Any, dt: Any, name: str) -> Any:
    if not 2 <= len(system) <= 4:
        raise ValueError(f"`system` needs to be an instance of `{name}` or have 2, 3 or 4 arguments.")
    return like(system, dt)
