"""Linear systems: as equations of state x' = A x + B u, y = C x + D u, or as the quotient of two polynomials; what they answer to an
input, and their discrete counterparts."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.linalg
from scipy import signal

from ...intrinsics import refuse
from ...registry import stands_for
from .transfer import tf2zpk, zpk2tf

# Forms of a system ----------------------------------------------------------------------------------------------------


@stands_for(signal.tf2ss)
def tf2ss(num: Any, den: Any) -> Any:
    """The equations of state in the form of a controller."""
    above, below = proper(num, den)
    k = below.shape[0]
    D = above[:1].reshape(1, 1)
    if k == 1:
        return np.zeros((1, 1)), np.zeros((1, 1)), np.zeros((1, 1)), D
    A = np.concatenate((-below[None, 1:], np.eye(k - 2, k - 1)))
    return A, np.eye(k - 1, 1), above[None, 1:] - D * below[1:], D


def proper(num: Any, den: Any) -> Any:
    """The polynomials with as many coefficients, the lower one beginning with 1. How many states there are is known from their lengths."""
    above, below = np.ravel(num) * 1.0, np.atleast_1d(np.asarray(den) * 1.0)
    if below.ndim != 1:
        raise ValueError("Denominator polynomial must be rank-1 array.")
    if below[0] == 0.0:
        refuse("a denominator that begins with 0 is not supported", "leave the zeros out")
    above, below = above / below[0], below / below[0]
    more = below.shape[0] - above.shape[0]
    if more >= 0:
        return np.concatenate((np.zeros(more), above)), below
    if np.any(np.abs(above[:-more]) > 1e-14):
        raise ValueError("Improper transfer function. `num` is longer than `den`.")
    return above[-more:], below


@stands_for(signal.ss2tf)
def ss2tf(A: Any, B: Any, C: Any, D: Any, input: int = 0) -> Any:
    """The polynomials of each output of one input, and the one that they are divided by."""
    A, B, C, D = (np.atleast_2d(x) for x in (A, B, C, D))
    if input >= D.shape[1]:
        raise ValueError("System does not have the input specified.")
    return quotients(A, B[:, input : input + 1], C, D[:, input : input + 1], C.shape[0])


def quotients(A: Any, B: Any, C: Any, D: Any, outputs: int) -> Any:
    """The polynomials of so many outputs of one input, and the one that they are divided by."""
    den = np.poly(A)
    return np.stack([np.poly(A - B * C[k]) + (D[k] - 1) * den for k in range(outputs)]), den


def told(system: Any) -> Any:
    """A system as a tuple."""
    return system.told() if isinstance(system, (signal.lti, signal.dlti)) else system


def state_space(system: Any) -> Any:
    """A, B, C and D of a system, as SciPy takes it."""
    system = told(system)
    if len(system) == 2:
        return tf2ss(system[0], system[1])
    if len(system) == 3:
        return tf2ss(*zpk2tf(system[0], system[1], system[2]))
    if len(system) == 4:
        A, B, C, D = (np.atleast_2d(x) * 1.0 for x in system)
        return A, B, C, D
    raise ValueError("First argument must be a tuple of 2 (num, den), 3 (zeros, poles, gain) or 4 (A, B, C, D) elements.")


# In continuous time ---------------------------------------------------------------------------------------------------


@stands_for(signal.lsim)
def lsim(system: Any, U: Any, T: Any, X0: Any = None, interp: bool = True) -> Any:
    """The answer to an input that goes in straight lines between times of one distance, or in steps."""
    A, B, C, D = state_space(system)
    t = np.atleast_1d(T)
    if t.ndim != 1:
        raise ValueError("T must be a rank-1 array.")
    steps, states, inputs = t.shape[0], A.shape[0], B.shape[1]
    if t[0] < 0:
        raise ValueError("Initial time must be nonnegative")
    x = np.zeros((steps, states))
    start = np.zeros(states) if X0 is None else np.asarray(X0) * 1.0
    x[0] = start if t[0] == 0 else start @ scipy.linalg.expm(A.T * t[0])
    u = driven(U, steps, inputs)
    if steps == 1:
        return t, np.squeeze(x @ C.T) + np.squeeze(u @ D.T), np.squeeze(x)
    dt = t[1] - t[0]
    if not np.allclose(np.diff(t), dt):
        raise ValueError("Time steps are not equally spaced.")
    moved, before, after = over_a_step(A * dt, B * dt, states, inputs, interp)
    for i in range(1, steps):
        x[i] = x[i - 1] @ moved + u[i - 1] @ before + u[i] @ after
    return t, by_time(x @ C.T + u @ D.T, C.shape[0]), by_time(x, states)


def by_time(rows: Any, columns: int) -> Any:
    """What is known at each time: a vector of what is one number."""
    return rows[:, 0] if columns == 1 else rows


def driven(U: Any, steps: int, inputs: int) -> Any:
    """The inputs at each time, in rows."""
    if U is None or (isinstance(U, (int, float)) and U == 0.0):
        return np.zeros((steps, inputs))
    u = np.atleast_1d(U) * 1.0
    if u.ndim == 1:
        u = u[:, None]
    if u.shape[0] != steps:
        raise ValueError("U must have the same number of rows as elements in T.")
    if u.shape[1] != inputs:
        raise ValueError("System does not define that many inputs.")
    return u


def over_a_step(a: Any, b: Any, states: int, inputs: int, interp: bool) -> Any:
    """What the state becomes in one step, and what the inputs at its two ends add: parts of the exponential of one matrix."""
    if not interp:
        m = np.concatenate((np.concatenate((a, b), axis=1), np.zeros((inputs, states + inputs))))
        grown = scipy.linalg.expm(m.T)
        return grown[:states, :states], grown[states:, :states], np.zeros((inputs, states))
    rows = np.concatenate((a, b, np.zeros((states, inputs))), axis=1)
    ramps = np.concatenate((np.zeros((inputs, states + inputs)), np.eye(inputs)), axis=1)
    grown = scipy.linalg.expm(np.concatenate((rows, ramps, np.zeros((inputs, states + 2 * inputs)))).T)
    after = grown[states + inputs :, :states]
    return grown[:states, :states], grown[states : states + inputs, :states] - after, after


def times(A: Any, n: int) -> Any:
    """Seven times as long as the slowest part takes to decay."""
    slowest = np.min(np.abs(np.real(np.linalg.eigvals(A))))
    return np.linspace(0, 7 * (1.0 / np.where(slowest == 0.0, 1.0, slowest)), n)


@stands_for(signal.impulse)
def impulse(system: Any, X0: Any = None, T: Any = None, N: Any = None) -> Any:
    """The answer to an impulse at the time 0."""
    A, B, C, D = state_space(system)
    t = answered(A, T, N)
    _, h, _ = lsim((A, B, C, D), 0.0, t, B[:, 0] if X0 is None else B[:, 0] + np.asarray(X0), False)
    return t, h


@stands_for(signal.step)
def step(system: Any, X0: Any = None, T: Any = None, N: Any = None) -> Any:
    """The answer to an input of 1 from the time 0 on."""
    A, B, C, D = state_space(system)
    t = answered(A, T, N)
    _, y, _ = lsim((A, B, C, D), np.ones(t.shape), t, X0, False)
    return t, y


def answered(A: Any, T: Any, N: Any) -> Any:
    """The times of an answer."""
    n = 100 if N is None else int(N)
    if T is None:
        return times(A, n)
    if np.ndim(T) == 0:
        refuse("the last time alone, as an integer, is not supported", "pass the times: np.linspace(0, last, n)")
    return np.asarray(T)


@stands_for(signal.freqresp)
def freqresp(system: Any, w: Any = None, n: int = 10000) -> Any:
    """What the system makes of each frequency."""
    system = told(system)
    if len(system) == 3:
        return signal.freqs_zpk(system[0], system[1], system[2], n if w is None else w)
    if len(system) not in (2, 4):
        raise ValueError("`system` needs to be an instance of `lti` or have 2, 3 or 4 arguments.")
    num, den = (system[0], system[1]) if len(system) == 2 else ss2tf(system[0], system[1], system[2], system[3])
    return signal.freqs(np.ravel(num), den, n if w is None else w)


@stands_for(signal.bode)
def bode(system: Any, w: Any = None, n: int = 100) -> Any:
    """Frequencies, how much louder they become in decibels, and by how many degrees they are turned."""
    w, y = freqresp(system, w, n)
    return w, 20.0 * np.log10(np.abs(y)), np.unwrap(np.arctan2(y.imag, y.real)) * 180.0 / np.pi


@stands_for(signal.dfreqresp)
def dfreqresp(system: Any, w: Any = None, n: int = 10000, whole: bool = False) -> Any:
    """What a discrete system makes of each frequency."""
    system = told(system)
    if len(system) == 4:
        return signal.freqz_zpk(system[0], system[1], system[2], n if w is None else w, whole)
    num, den = (system[0], system[1]) if len(system) == 3 else ss2tf(system[0], system[1], system[2], system[3])
    above, more = np.ravel(num), den.shape[0] - np.size(num)  # of 1/z, as freqz takes them
    above = np.concatenate((np.zeros(max(more, 0)), above))
    below = np.concatenate((np.zeros(max(-more, 0)), den))
    return signal.freqz(above, below, n if w is None else w, whole)


@stands_for(signal.dbode)
def dbode(system: Any, w: Any = None, n: int = 100) -> Any:
    """Frequencies, how much louder they become in decibels, and by how many degrees they are turned."""
    system = told(system)
    w, y = dfreqresp(system, w, n)
    return w / system[-1], 20.0 * np.log10(np.abs(y)), np.rad2deg(np.unwrap(np.angle(y)))


# In discrete time -----------------------------------------------------------------------------------------------------


@stands_for(signal.cont2discrete)
def cont2discrete(system: Any, dt: Any, method: str = "zoh", alpha: Any = None) -> Any:
    """The discrete counterpart of a system, of which an input is held, or taken in some other way, for the time `dt`."""
    system = told(system)
    if len(system) == 2:
        a, b, c, d, _ = cont2discrete(tf2ss(system[0], system[1]), dt, method, alpha)
        num, den = quotients(a, b, c, d, 1)
        return num, den, dt
    if len(system) == 3:
        a, b, c, d, _ = cont2discrete(tf2ss(*zpk2tf(system[0], system[1], system[2])), dt, method, alpha)
        num, den = quotients(a, b, c, d, 1)
        return (*tf2zpk(num[0], den), dt)
    a, b, c, d = system
    a, b, c, d = np.asarray(a), np.asarray(b), np.asarray(c), np.asarray(d)
    if method == "gbt":
        if alpha is None:
            raise ValueError("Alpha parameter must be specified for the generalized bilinear transform (gbt) method")
        if alpha < 0 or alpha > 1:
            raise ValueError("Alpha parameter must be within the interval [0,1] for the gbt method")
        return (*blended(a, b, c, d, dt, alpha), dt)
    if method in ("bilinear", "tustin"):
        return (*blended(a, b, c, d, dt, 0.5), dt)
    if method in ("euler", "forward_diff"):
        return (*blended(a, b, c, d, dt, 0.0), dt)
    if method == "backward_diff":
        return (*blended(a, b, c, d, dt, 1.0), dt)
    if method == "impulse":
        if not np.allclose(d, 0):
            raise ValueError("Impulse method is only applicable to strictly proper systems")
        moved = scipy.linalg.expm(a * dt)
        return moved, moved @ b * dt, c, c @ b * dt, dt
    if method not in ("zoh", "foh"):
        raise ValueError(f"Unknown transformation method '{method}'")
    moved, before, after = over_a_step(a * dt, b * dt, a.shape[0], b.shape[1], method == "foh")
    if method == "zoh":
        return moved.T, before.T, c, d, dt
    moved, before, after = moved.T, before.T, after.T
    return moved, before + moved @ after, c, d + c @ after, dt


def blended(a: Any, b: Any, c: Any, d: Any, dt: Any, alpha: Any) -> Any:
    """The state of a step by its slopes at the two ends, the later of which has the weight alpha."""
    ahead = np.eye(a.shape[0]) - alpha * dt * a
    moved = np.linalg.solve(ahead, np.eye(a.shape[0]) + (1.0 - alpha) * dt * a)
    added = np.linalg.solve(ahead, dt * b)
    return moved, added, np.linalg.solve(ahead.T, c.T).T, d + alpha * (c @ added)


def discrete(system: Any) -> Any:
    """A, B, C, D and the time of a step."""
    system = told(system)
    if len(system) == 3:
        return (*tf2ss(system[0], system[1]), system[2])
    if len(system) == 4:
        return (*tf2ss(*zpk2tf(system[0], system[1], system[2])), system[3])
    A, B, C, D = (np.atleast_2d(x) * 1.0 for x in system[:4])
    return A, B, C, D, system[4]


@stands_for(signal.dlsim)
def dlsim(system: Any, u: Any, t: Any = None, x0: Any = None) -> Any:
    """The answer to an input, which goes in straight lines between the times `t`."""
    system = told(system)
    A, B, C, D, dt = discrete(system)
    u = np.atleast_1d(u) * 1.0
    if u.ndim == 1:
        u = u[:, None]
    if t is None:
        n = u.shape[0]
        last = (n - 1) * dt
        u_dt = u
    else:
        last = t[-1]
        n = int(np.floor(last / dt)) + 1
    tout = np.linspace(0.0, last, n)
    if t is not None:
        u_dt = np.stack([np.interp(tout, np.asarray(t), u[:, k]) for k in range(u.shape[1])], axis=1)
    x, y = np.zeros((n, A.shape[0])), np.zeros((n, C.shape[0]))
    if x0 is not None:
        x[0] = np.asarray(x0)
    for i in range(n):
        if i > 0:
            x[i] = A @ x[i - 1] + B @ u_dt[i - 1]
        y[i] = C @ x[i] + D @ u_dt[i]
    if len(system) == 5:
        return tout, y, x
    return tout, y


def to_each(system: Any, x0: Any, t: Any, n: Any, held: bool) -> Any:
    """The answers to a signal at each of the inputs."""
    A, B, C, D, dt = discrete(system)
    inputs = B.shape[1]
    times = np.linspace(0.0, (100 if n is None else n) * dt, 100 if n is None else n, endpoint=False) if t is None else np.asarray(t)
    one = np.ones(times.shape[0]) if held else np.where(np.arange(times.shape[0]) == 0, 1.0, 0.0)
    found = [dlsim((A, B, C, D, dt), one[:, None] * np.eye(inputs)[k], times, x0) for k in range(inputs)]
    return found[0][0], tuple([y for _, y, _ in found])


@stands_for(signal.dimpulse)
def dimpulse(system: Any, x0: Any = None, t: Any = None, n: Any = None) -> Any:
    """The answers to an impulse at each of the inputs."""
    return to_each(system, x0, t, n, False)


@stands_for(signal.dstep)
def dstep(system: Any, x0: Any = None, t: Any = None, n: Any = None) -> Any:
    """The answers to an input of 1 at each of the inputs."""
    return to_each(system, x0, t, n, True)
