"""Errors that are caught, and what runs on the way out: the derivative is that of the path that CPython takes."""

# The programs are written as people write them.
# ruff: noqa

import contextlib
import math
import warnings
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from .registry import at, program

VECTOR = np.array([0.7, 1.2, 0.4, 1.9])
HOLED = np.array([1.3, -0.8, 0.6, 0.0, 2.1])


@program(at(1.2, 0.7), at(1.2, 0.0, gradient=0.0), wrt=0, order=2)
def safe_div(a, b):
    try:
        return a / b
    except ZeroDivisionError:
        return 0.0


@program(at(2.3), at(-1.7), order=2)
def log_or_else(x):
    count = 0
    try:
        y = math.log(x)
    except ValueError:
        y = x * x
        count += 1
    else:
        y = y * x
        count += 10
    finally:
        count += 100
    return y * count


@program(at(3.1), at(0.4), at(2.0, gradient=[17.0]), order=2)
def two_handlers_after_assignments(x):
    y = x * 3
    try:
        z = 1 / (x - 2)
        y = y * z
        y += math.sqrt(x - 1)
    except ZeroDivisionError:
        y += 5
    except (ValueError, OverflowError):
        y *= 7
    return y * x


@program(at(2.0, 0.5), at(-1.5, 0.5), at(0.0, 0.5, gradient=0.0))
def newton(start, c):
    """The derivative of what is iterated is 0 at one start: give up there."""
    x = start
    for k in range(30):
        try:
            step = (x**3 - 2 * x * x - 5 * c) / (3 * x * x - 4 * x)
        except ZeroDivisionError:
            return -1.0
        x = x - step
        if abs(step) < 1e-13:
            break
    return x * start


class NotPositive(ValueError):
    pass


def cholesky(a, n):
    """The usual loops, with the usual error."""
    out = np.zeros((n, n))
    for i in range(n):
        for j in range(i + 1):
            s = a[i, j]
            for k in range(j):
                s -= out[i, k] * out[j, k]
            if i == j:
                if s <= 0:
                    raise NotPositive(f"row {i} has {s:.3f}")
                out[i, i] = np.sqrt(s)
            else:
                out[i, j] = s / out[j, j]
    return out


@program(
    at(np.array([[2.0, 0.3], [0.3, 1.5]])),
    at(np.array([[1.0, 1.2], [1.2, 1.0]])),
    at(np.array([[1.0, 500.0], [500.0, 1.0]]), raises=RuntimeError),
)
def cholesky_with_jitter(a):
    jitter = 0.0
    for attempt in range(6):
        try:
            factor = cholesky(a + jitter * np.eye(2), 2)
            break
        except NotPositive:
            jitter = 0.1 if jitter == 0.0 else jitter * 3
    else:
        raise RuntimeError("not positive definite, even with jitter")
    return np.sum(factor**3) + jitter


@program(at(1.4), at(VECTOR))
def number_or_array(x):
    """How people test for types."""
    try:
        n = len(x)
    except TypeError:
        n = 1
        x = np.array([x])
    total = 0.0
    for i in range(n):
        total += x[i] ** 2
    return total


@program(at(1.4), at(VECTOR), at([1.1, 0.2]))
def type_tests(x):
    try:
        scale = x.size
    except AttributeError:
        scale = 3.0
    try:
        first = x[0]
    except TypeError:
        first = x
    try:
        power = float("two")
    except ValueError as problem:
        power = 2.0 if "two" in str(problem) else 5.0
    return first**power * scale


@program(at(1.3), at(-0.4), order=2)
def unbound_after_an_error(x):
    try:
        y = math.sqrt(x)
        z = x * y
    except ValueError:
        y = -x
    try:
        return y * z
    except UnboundLocalError:
        return y**3
    except NameError:
        return 0.0


class Found(Exception):
    pass


@program(at(VECTOR, 1.0), at(VECTOR, 100.0), wrt=0, order=2)
def early_exit_from_nested_loops(x, limit):
    total = 0.0
    try:
        for i in range(len(x)):
            for j in range(i):
                total += x[i] * x[j]
                if total > limit:
                    raise Found
    except Found:
        total = total * total + x[i]
    return total * x[j]


class Converged(Exception):
    pass


@program(at(0.7), at(0.05), order=2)
def carries_its_result(x):
    try:
        for k in range(20):
            x = math.sin(x) * 1.2
            if x > 0.9:
                raise Converged(x * k, k)
    except Converged as found:
        value, turns = found.args
        return value + turns * x
    return x * 2


@program(at(np.array([1.3, -0.8, 0.6, 2.1])), at(VECTOR), order=2)
def continue_in_a_handler(x):
    total = 0.0
    for i in range(len(x)):
        try:
            total += math.log(x[i])
        except ValueError:
            continue
        finally:
            total += x[i] * 0.1
        total *= 1.1
    return total


@program(at(2.6), at(11.0), order=2)
def retries_until_it_works(x):
    tries = 0
    while True:
        tries += 1
        try:
            y = math.acos(x)
        except ValueError:
            if tries > 5:
                return x * tries
            x = x * 0.5
        else:
            break
    return y + x * tries


@dataclass
class Settings:
    scale: float
    depth: int = 0


@program(at(1.7), at(1.0, gradient=[1.0]), at(0.9), order=2)
def restores_a_setting(x):
    settings = Settings(3.0)
    old = settings.scale
    try:
        settings.scale = x
        try:
            value = settings.scale / (x - 1)
            if value < 0:
                raise ValueError("negative")
        finally:
            settings.scale = old
            settings.depth += 1
    except (ZeroDivisionError, ValueError):
        value = 0.5
    return value * settings.scale + x * settings.depth


@program(at(1.7), at(-1.3), order=2)
def raised_from_another(x):
    try:
        try:
            if x < 0:
                raise ValueError(f"{x} is negative")
            return x**3
        except ValueError as problem:
            raise RuntimeError(f"cannot: {problem}") from problem
    except RuntimeError as problem:
        return x * len(problem.args) + 1.0


@program(at(3.0), at(-1.0), at(0.0, gradient=[1.0]), at(-7.0, raises=ValueError), order=2)
def raised_again(x):
    try:
        try:
            return math.log(x) / (x - 1.5)
        except (ValueError, ZeroDivisionError):
            if x < 0:
                raise
            return 4.0 + x
    except ValueError:
        if x < -5:
            raise
        return 8.0 * x * x


@program(at(2.0), at(0.0, gradient=[2.0]), order=2)
def return_in_finally(x):
    try:
        return 1 / x
    finally:
        return x * 2 + x * x


@program(at(2.0, VECTOR), at(-2.0, VECTOR, raises=ValueError), order=2)
def finally_before_it_leaves(x, out):
    try:
        out[0] = x
        out[1] = math.log(x)
    finally:
        out[2] = 9.0
    return out[0] * out[1] * out[2]


@program(at(2.0), at(1.0, gradient=[5.0]), order=2)
def list_as_it_was_when_it_raised(x):
    out = []
    try:
        out.append(x)
        out.append(1 / (x - 1))
        out.append(3.0)
    except ZeroDivisionError:
        out.append(x * 1.5)
    return sum(out) * len(out)


@program(at(VECTOR), at(np.array([1.3, -0.8, 0.6, 2.1])), at(np.array([1.0, 2.0])), order=2)
def errors_in_comprehensions(x):
    try:
        roots = sum(math.sqrt(v) for v in x)
    except ValueError:
        roots = x[0]
    try:
        inverse = sum([1 / float(v) for v in x])
    except ZeroDivisionError:
        inverse = x[-1] ** 2
    try:
        third = x[2]
    except IndexError:
        third = x[0] * x[1]
    return roots * inverse * third


def depth_first(x, n):
    if n == 0:
        return 1 / x
    return depth_first(x - 1, n - 1) * x


@program(at(5.5, 3), at(3.0, 3, gradient=6.0), order=2)
def out_of_a_recursion(x, n):
    try:
        return depth_first(x, n)
    except ZeroDivisionError as problem:
        return x * x if "zero" in str(problem) else x


@program(at(VECTOR, VECTOR[::-1]), at(VECTOR, VECTOR[:3]), at(VECTOR, VECTOR[:1]))
def shapes_that_may_not_fit(x, y):
    try:
        z = x * y
        z[0] *= 2
        return np.sum(z) + np.dot(x, y)
    except ValueError:
        return np.sum(x**2)


@program(at(2.5), at(0.0, gradient=[1.0]), at(1.0, gradient=[3.0]), order=2)
def suppressed(x):
    y = x
    with contextlib.suppress(ZeroDivisionError):
        y += x
        y += 1 / (x - 1)
        y = y + 1 / x
    with contextlib.suppress(ValueError, IndexError), contextlib.nullcontext(x) as z:
        y += z * math.sqrt(x - 2)
    return y + (x if x == 1.0 else 0.0)


@program(at(np.array([1.5, -0.3, 0.8])))
def numpy_and_warnings_are_told(x):
    with np.errstate(divide="ignore", invalid="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logs = np.where(x > 0, np.log(np.abs(x)), 0.0)
    with np.printoptions(precision=3):
        return np.sum(logs * x)


@dataclass
class Doubled:
    value: float
    depth: int = 0
    swallowed: int = 0

    def __enter__(self):
        self.depth += 1
        self.value = self.value * 2
        return self

    def __exit__(self, kind, error, trace):
        self.depth -= 1
        self.value = self.value / 2
        if kind is not None and issubclass(kind, ArithmeticError):
            self.swallowed += 1
            return True
        return False


@program(at(5.3), at(1.0, gradient=[0.5]), at(0.3), at(-1.0, gradient=[1.0]), order=2)
def a_manager_of_ones_own(x):
    manager = Doubled(x)
    total = 0.5
    try:
        for i in range(4):
            with manager as inside:
                if i == 2:
                    continue
                total = total + inside.value / (x - i)
                if x < -0.5:
                    raise LookupError("below")
    except LookupError:
        total = x * manager.depth + x
    return total + manager.swallowed * x * x + manager.depth * 100


@program(at(2.5), at(-0.5), order=2)
def return_through_a_manager(x):
    manager = Doubled(x)

    def inside():
        with manager:
            if x > 1:
                return manager.value * x
            return manager.value**3

    return inside() * manager.value + manager.depth


def root_or_none(x):
    try:
        return math.sqrt(x)
    except ValueError:
        return None


@program(at(2.5), at(-0.5), order=2)
def none_on_an_error(x):
    root = root_or_none(x)
    if root is None:
        return x * x
    return root * x


def checked(x):
    assert x > 0, f"{x} is not positive"
    if x > 3:
        raise OverflowError("too large", x)
    return x**1.5


@program(at(2.5), at(-0.5), at(4.0), order=2)
def assertions_are_caught(x):
    try:
        return checked(x)
    except AssertionError as problem:
        return x * 2 if "not positive" in "x is not positive" else len(problem.args)
    except Exception as problem:
        return x * problem.args[1]


@program(at(2.0, 3.0), at(0.0, 3.0, gradient=-1.0), order=2)
def read_in_else_alone(x, n):
    count = 0
    try:
        try:
            x -= 0.5
        finally:
            count = 1 / (x + 0.5)
    except ZeroDivisionError:
        y = x * x
    else:
        y = x / n
    return y


@program(at(2.0), at(0.0, gradient=[0.0]))
def errors_in_a_handler_and_in_else(x):
    try:
        try:
            y = 1 / x
        except ZeroDivisionError:
            y = [x][1]
        else:
            y = math.log(-y)
    except IndexError:
        return x * x
    except ValueError:
        return x * x * x
    return y


@program(at(VECTOR, 1.5), at(VECTOR, 0.0, raises=ZeroDivisionError))
def not_its_error(x, d):
    try:
        return x[0] * (1 / d)
    except ValueError:
        return x[0]


@contextmanager
def replaced(values, new):
    old = values[0]
    values[0] = new
    try:
        yield old
    finally:
        values[0] = old


@contextmanager
def counting(counts, kind):
    try:
        yield
    except kind as problem:
        counts[0] += 1.0 + len(problem.args)
    else:
        counts[1] += 1.0


@program(at(2.5, VECTOR), at(-0.5, VECTOR), order=2)
def managers_that_are_generators(x, values):
    counts = [0.0, 0.0]
    total = 0.5

    def leaves_early():
        with replaced(values, x) as old:
            if x > 1:
                return old * values[0] * x
            y = x * values[0]
        return y + values[0]

    for k in range(4):
        with counting(counts, ValueError), replaced(values, x * k) as old:
            if k == 2:
                continue
            total += math.sqrt(values[0] + 0.25) * old
    return total * leaves_early() + counts[0] * 10 + counts[1]


def grown(state, x):
    state.scale += x
    state.depth += 1
    if state.scale > 3:
        raise Converged(state.scale, x)
    state.depth += 10
    return state.scale


@program(at(1.7), at(0.4), at(4.0), order=2)
def a_callee_changes_its_argument_and_raises(x):
    state = Settings(x)
    calls = 0
    total = 0.0

    def once_more(v):
        nonlocal calls
        calls += 1
        value = grown(state, v)
        calls += 100
        return value

    try:
        total += once_more(x)
        total += once_more(x * 0.5)
        total += once_more(1.0)
    except Converged as found:
        total += found.args[0] * found.args[1]
    return total * state.scale + state.depth + calls


@program(at(np.array([0.7, 1.2, 0.4, 1.9])), at(np.array([1.7, 2.2, 1.4, 2.9])), order=2)
def a_list_that_grows_until_it_raises(x):
    out = []
    for k in range(len(x)):
        try:
            out.append(x[k])
            if x[k] < 0.5:
                raise Found
            out.append(x[k] ** 2)
        except Found:
            out.append(-1.0 * k)
            if k > 2:
                break
    return sum(out) * len(out)


def countdown(x, n):
    """Catches what its own recursion raises."""
    try:
        if n == 0:
            return math.log(x)
        return countdown(x - 1, n - 1) + x
    except ValueError:
        return x * n


@program(at(4.5), at(2.2), order=2)
def a_recursion_that_catches(x):
    return countdown(x, 3) * x


def checked_roots(x):
    for v in x:
        try:
            root = math.sqrt(v)
        except ValueError:
            root = -v
        yield root


@program(at(VECTOR), at(np.array([4.0, -1.0, 1.5, 0.01])), order=2)
def errors_and_generators(x):
    total = sum(checked_roots(x))
    try:
        for k, root in enumerate(checked_roots(x)):
            if root < 0.5:
                raise KeyError(k)
            total += root
    except KeyError as problem:
        total += 10 * x[problem.args[0]] ** 2
    return total


class NoConvergence(RuntimeError):
    def __init__(self, message, best, turns=0):
        super().__init__(message)
        self.best = best
        self.turns = turns

    def scaled(self, factor):
        return self.best * factor + self.turns


class FixedPoint:
    """A solver as people write one."""

    def __init__(self, function, tolerance=1e-10, limit=12):
        self.function = function
        self.tolerance, self.limit = tolerance, limit
        self.history = []

    def step(self, x):
        if x > 50:
            raise OverflowError("diverges")
        self.last = x
        return self.function(x)

    def solve(self, x):
        for turn in range(self.limit):
            new = self.step(x)
            self.history.append(new)
            if abs(new - x) < self.tolerance:
                return new
            x = new
        raise NoConvergence("gave up", x, turn)


@program(at(0.3), at(0.95), at(8.0), order=2)
def a_solver_that_gives_up(k):
    solver = FixedPoint(lambda x: k * x + math.cos(x) * 0.1)
    try:
        return solver.solve(1.0) * len(solver.history)
    except NoConvergence as problem:
        return problem.scaled(k) + solver.last
    except OverflowError:
        return solver.last * k


class Guarded:
    """Attributes that some paths only have."""

    def __init__(self, x):
        self.x = x

    @property
    def inverse(self):
        try:
            return 1 / self.x
        except ZeroDivisionError:
            return 0.0

    def prepare(self):
        self.root = math.sqrt(self.x - 1)
        self.ready = True


@program(at(2.5), at(0.4), at(0.0, gradient=[0.0]), order=2)
def attributes_of_some_paths(x):
    thing = Guarded(x)
    try:
        thing.prepare()
    except ValueError:
        pass
    try:
        return thing.root * thing.inverse
    except AttributeError:
        return thing.inverse * x**3


class Singular(ArithmeticError):
    pass


def eliminated(a, b):
    n = len(b)
    a, b = a.copy(), b.copy()
    for k in range(n):
        p = k
        for i in range(k + 1, n):
            if abs(a[i, k]) > abs(a[p, k]):
                p = i
        if abs(a[p, k]) < 1e-12:
            raise Singular(f"pivot {k} is {a[p, k]:.1e}")
        if p != k:
            for j in range(n):
                a[k, j], a[p, j] = a[p, j], a[k, j]
            b[k], b[p] = b[p], b[k]
        for i in range(k + 1, n):
            m = a[i, k] / a[k, k]
            for j in range(k, n):
                a[i, j] -= m * a[k, j]
            b[i] -= m * b[k]
    x = np.zeros(n)
    for i in range(n - 1, -1, -1):
        s = b[i]
        for j in range(i + 1, n):
            s -= a[i, j] * x[j]
        x[i] = s / a[i, i]
    return x


@program(
    at(np.array([[1.0, 3.0], [2.0, 1.0]]), np.array([1.0, 2.5]), 0.0),
    at(np.array([[1.0, 2.0], [2.0, 4.0]]), np.array([1.0, 2.5]), 1.0),
    at(np.array([[1.0, 2.0], [2.0, 4.0]]), np.array([1.0, 2.5]), 0.0, raises=RuntimeError),
    wrt=1,
)
def regularised_until_it_can_be_solved(a, b, damping):
    tries = 0
    while True:
        try:
            x = eliminated(a + tries * damping * np.eye(len(b)), b)
        except Singular as problem:
            tries += 1
            if tries > 3:
                raise RuntimeError(f"gave up: {problem}") from problem
            continue
        break
    return np.sum(x**3) + tries


@program(at(100.0, 95.0, 1.0, 0.2), at(100.0, 95.0, 0.0, 0.2, gradient=1.0), at(-100.0, 95.0, 1.0, 0.2, raises=ValueError), order=2)
def option_price(spot, strike, time, volatility):
    try:
        d1 = (math.log(spot / strike) + 0.5 * volatility**2 * time) / (volatility * math.sqrt(time))
        d2 = d1 - volatility * math.sqrt(time)
    except ZeroDivisionError:
        return max(spot - strike, 0.0)
    except ValueError as problem:
        raise ValueError(f"bad inputs spot={spot}, strike={strike}: {problem}") from None
    below = lambda z: 0.5 * (1 + math.erf(z / math.sqrt(2)))
    return spot * below(d1) - strike * below(d2)


class OutOfBudget(Exception):
    def __init__(self, best):
        self.best = best


class Descent:
    def __init__(self, rate, budget):
        self.rate, self.budget, self.calls = rate, budget, 0

    def evaluate(self, x):
        self.calls += 1
        if self.calls > self.budget:
            raise OutOfBudget(x)
        return (x - 2.0) ** 2

    def run(self, x):
        try:
            while True:
                value = self.evaluate(x)
                x = x - self.rate * 2 * (x - 2.0)
                if value < 1e-4:
                    return x
        except OutOfBudget as stop:
            return stop.best
        finally:
            self.calls += 100


@program(at(0.3, 0.4), at(0.3, 0.1), wrt=(0, 1), order=2)
def descends_within_its_budget(x, rate):
    descent = Descent(rate, 7)
    return descent.run(x) * 3 + descent.calls


@program(at(np.array([1.0, 2.5, 3.0]), 1), at(np.array([1.0, 2.5, 3.0]), 2), order=2)
def moving_average_to_the_end(x, width):
    out = np.zeros_like(x)
    for i in range(len(x)):
        try:
            out[i] = (x[i] + x[i + width]) / 2
        except IndexError:
            out[i] = x[i]
    return np.sum(out**2)


# An error that one takes and another passes on, raised in a function that is called.
@program(at(np.array([[2.0, 0.3], [0.4, 1.0]]), VECTOR[:2]), at(np.ones((2, 2)), VECTOR[:2]), wrt=1)
def solved_or_added_and_closed(a, b):
    count = 0
    try:
        r = np.sum(np.linalg.solve(a, b) ** 2)
    except np.linalg.LinAlgError as error:
        r = np.sum(b) * len(str(error))
    finally:
        count += 2
    return r * count
