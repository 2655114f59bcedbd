"""Calls: closures, helpers, keyword arguments, lambdas, derivatives inside derivatives."""

import dataclasses
import math

import numpy as np

import everypath

from .registry import at, program

VECTOR = np.array([0.7, -1.2, 0.4, 1.9, -0.3])
SCALE = 1.5
TABLE = np.array([0.5, 1.5, 2.5])
LAYERS = [(2.0, 0.5), (0.3, -0.1)]


@program(at(0.7, 1.4), wrt=(0, 1), order=2)
def late_bound_closure(x, y):
    scale = x

    def scaled(v):
        return scale * v

    first = scaled(y)
    scale = y * y
    return first + scaled(x)


@program(at(0.7), order=2)
def closure_made_in_a_loop(x):
    total = 0.0
    for k in range(3):

        def power(v):
            return v ** (k + 1)  # noqa: B023

        total += power(x)
    return total


@program(at(0.7), order=2)
def closures_see_the_last_value(x):
    functions = [lambda v: v * k for k in (1.0, 2.0, 3.0)]  # noqa: B023
    return functions[0](x) + functions[1](x * x)


@program(at(0.7), order=2)
def defaults_bind_early(x):
    functions = [lambda v, k=k: v * k for k in (1.0, 2.0, 3.0)]
    return functions[0](x) + functions[1](x * x)


@program(at(0.7, 1.4), wrt=(0, 1), order=2)
def nonlocal_counter(x, y):
    total = 0.0

    def add(v):
        nonlocal total
        total += v * v

    add(x)
    add(x * y)
    return total * y


@program(at(0.7, 1.4), wrt=(0, 1), order=2)
def closure_over_an_array_it_writes(x, y):
    memory = np.zeros(3)

    def remember(k, v):
        memory[k] += v

    remember(0, x)
    remember(1, x * y)
    remember(0, y * y)
    return memory[0] * memory[1] + memory[2]


@program(at(0.7), order=2)
def global_constant(x):
    return SCALE * x * x


@program(at(0.7, 1), at(0.7, -1))
def global_table(x, k):
    return TABLE[k] * x + np.sum(TABLE) * x * x


@program(at(0.7), order=2)
def global_container(x):
    for w, b in LAYERS:
        x = math.tanh(w * x + b)
    return x


def helper(a, b=2.0, *, scale=1.0, shift: float = 0.0):
    return a * scale + b * b + shift


@program(at(0.7, 1.4), wrt=(0, 1), order=2)
def keyword_and_default_arguments(x, y):
    return helper(x) + helper(y, x) * helper(b=x, a=y, shift=x) + helper(x, scale=y)


@program(at(0.7, 1.4), at(0.7), wrt=0, order=2)
def default_of_the_function_itself(x, y=3.0):
    return x * x * y


def two_results(x, y):
    return x * y, x + y


@program(at(0.7, 1.4), wrt=(0, 1), order=2)
def several_results_unpacked(x, y):
    a, b = two_results(x, y)
    (c, d), e = two_results(a, b), two_results(b, a)[1]
    return a * c + d * e


@program(at(0.7, 1.4), wrt=(0, 1))
def tuple_returned(x, y):
    return x * y, (x + y, [y * y])


@program(at(0.7), order=2)
def lambda_in_a_variable(x):
    square = lambda v: v * v
    return square(square(x)) + square(3.0)


def apply_twice(function, x):
    return function(function(x))


@program(at(0.7), order=2)
def function_as_argument(x):
    return apply_twice(math.sin, x) + apply_twice(lambda v: v * x, x)


def chosen(kind):
    if kind == "sine":
        return math.sin
    return math.cos


@program(at(0.7), order=2)
def function_as_result(x):
    return chosen("sine")(x) * chosen("cosine")(x)


def make_adder(n):
    def adder(v):
        return v + n * v * v

    return adder


@program(at(0.7, 2.0), wrt=(0, 1), order=2)
def closure_returned_by_a_helper(x, n):
    add = make_adder(n)
    return add(x) * make_adder(x)(n)


def add_up(*values):
    total = 0.0
    for v in values:
        total += v * v
    return total


@program(at(0.7, 1.4), wrt=(0, 1), order=2)
def starred_arguments(x, y):
    pair = (x, y)
    _, *others = np.array([x, y, x * y])
    return add_up(x, y, x * y) + add_up(*pair) + add_up(*others, x)


@program(at(0.7, 1.4), wrt=(0, 1), order=2, means=lambda x, y: (2.0 * x * y) ** 2 + x)
def grad_inside(x, y):
    slope = everypath.grad(lambda v: v * v * y)(x)
    return slope * slope + x


@program(at(1.0, 1.0), at(0.7, 1.4), wrt=(0, 1), order=2, means=lambda x, y: 2.0 * x * y)
def grad_in_grad_over_a_captured_variable(x, y):
    def outer(v):
        return v * everypath.grad(lambda w: v + w * v * y)(x)

    return everypath.grad(outer)(x)


@program(at(1.0), means=lambda x: x)
def grad_in_grad_confuses_nobody(x):
    return x * everypath.grad(lambda y: x + y)(1.0)


@program(at(0.7), means=lambda x: (24.0 * x - 12.0 * x**3) * math.sin(x) + (36.0 * x**2 - x**4) * math.cos(x))
def third_derivative(x):
    def f(v):
        return v**4 * math.sin(v)

    return everypath.grad(everypath.grad(everypath.grad(f)))(x)


@program(at(VECTOR), means=lambda x: np.sum((np.cos(x) * x + np.sin(x)) ** 2))
def gradient_norm(x):
    gradient = everypath.grad(lambda v: np.sum(np.sin(v) * v))(x)
    return np.sum(gradient * gradient)


def hvp_inside_by_hand(x, v):
    first = np.array([1.0, 0.0, 0.0])
    product = 6.0 * x * v * x[0] + 3.0 * x**2 * v[0] + first * np.sum(3.0 * x**2 * v)
    return np.sum(product * x)


@program(at(VECTOR[:3], VECTOR[1:4]), wrt=(0, 1), means=hvp_inside_by_hand)
def hvp_inside(x, v):
    product = everypath.hvp(lambda u: np.sum(u**3) * u[0])(x, v)
    return np.sum(product * x)


def jvp_inside_by_hand(x, y):
    return x * x * math.sin(x * y) * (2.0 * x * math.sin(x * y) + x * x * y * math.cos(x * y)) * y


@program(at(0.7, 1.4), wrt=(0, 1), means=jvp_inside_by_hand)
def jvp_inside(x, y):
    value, tangent = everypath.jvp(lambda v: v * v * math.sin(v * y), (x,), (y,))
    return value * tangent


@program(at(0.7, 1.4), wrt=(0, 1), means=lambda x, y: 3.0 * x**5 * y * y)
def value_and_grad_inside(x, y):
    value, slope = everypath.value_and_grad(lambda v: v**3 * y)(x)
    return value * slope


@program(at(0.7), at(3.0), means=lambda x: math.sqrt(x))
def newton_with_an_inner_grad(x):
    def f(v):
        return v * v - x

    v = 1.0 + x
    for _ in range(8):
        v = v - f(v) / everypath.grad(f)(v)
    return v


def gradient_descent_by_hand(rate, steps):
    a, b = 0.3, -0.2
    for _ in range(steps):
        slope = 2.0 * (b + a) ** 3
        a, b = a - 0.2 * rate * (2.0 * (a - 1.0) + slope), b - 0.2 * rate * slope
    return (a - 1.0) ** 2 + 0.5 * (b + a) ** 4


@program(at(0.4, 5), means=gradient_descent_by_hand)
def gradient_descent_inside(rate, steps):
    def loss(w):
        return (w[0] - 1.0) ** 2 + 0.5 * (w[1] + w[0]) ** 4

    w = np.array([0.3, -0.2])
    for _ in range(steps):
        w = w - 0.2 * rate * everypath.grad(loss)(w)
    return loss(w)


@dataclasses.dataclass
class Spring:
    stiffness: float
    rest: float = 1.0

    def energy(self, length):
        return 0.5 * self.stiffness * (length - self.rest) ** 2

    def force(self, length):
        return -everypath.grad(self.energy)(length)


@program(at(Spring(3.0, 0.8), 1.3), wrt=(0, 1), order=2)
def method_of_a_dataclass(spring, length):
    return spring.energy(length) + spring.energy(length * length)


@program(
    at(Spring(3.0, 0.8), 1.3),
    wrt=(0, 1),
    means=lambda spring, length: -spring.stiffness * (length - spring.rest) * length,
)
def method_that_differentiates(spring, length):
    return spring.force(length) * length


@program(at(0.7), order=2)
def dataclass_made_inside(x):
    spring = Spring(x * x)
    return spring.energy(x + 2.0)


@program(at(0.7, True), at(0.7, False), order=2)
def boolean_argument(x, squared):
    return x * x if squared else x * 3.0


@program(at(0.7, "sine"), at(0.7, "square"), order=2)
def string_argument(x, kind):
    if kind == "sine":
        return math.sin(x)
    return x * x


@program(at(0.7, None), at(0.7, 2.0), order=2)
def optional_argument(x, y=None):
    if y is None:
        y = x * x
    return x * y


@program(at(0.7, math.sin), at(0.7, math.exp), order=2)
def function_argument(x, function):
    return function(x) * x


@program(at(0.7), order=2)
def isinstance_is_static(x):
    if isinstance(x, float):
        return x * x
    return x[0]


@program(at(0.7), refused="print_it")
def calls_what_has_no_source(x):
    return print_it(x)


print_it = np.frompyfunc(lambda v: v, 1, 1)


@program(at(0.7), refused="random")
def draws_random_numbers(x):
    return x * np.random.rand()


@program(at(0.7), order=2)
def rebinds_a_global(x):
    global GIVEN
    GIVEN = x * x
    return x * GIVEN


@program(at(0.7), refused="eval")
def evaluates_text(x):
    return eval("x * x")


@program(at(0.7), order=2)
def uses_a_generator(x):
    def parts():
        yield x
        yield x * x

    total = 0.0
    for part in parts():
        total += part
    return total


@program(at(0.7, 30), order=1)
def deep_recursion(x, n):
    if n == 0:
        return x
    return math.sin(deep_recursion(x, n - 1)) * 1.1


@program(at(0.7, raises=RecursionError))
def endless_recursion(x):
    return endless_recursion(x * 0.9) + 1.0


@program(at(0.7), order=2)
def shadowed_builtin_and_parameter_reassigned(x):
    sum = x * x
    x = sum + 1.0
    abs = lambda v: v * 2.0
    return abs(x) * sum


@program(at(0.7, 1.4), wrt="y", order=2)
def by_name(x, y):
    return x * y * y


@program(at(0.7, 1.4, 2.1), wrt=("z", 0), order=2)
def by_name_and_position(x, y, z):
    return x * y * z * z


@program(at(0.7), order=2)
def immediately_called(x):
    return (lambda v: v * v * x)(x + 1.0)


def inner_of_three(x):
    return math.exp(x) * x


def middle_of_three(x):
    return inner_of_three(x * x) + inner_of_three(x)


@program(at(0.3), order=2)
def three_levels_of_helpers(x):
    return middle_of_three(middle_of_three(x))


@program(at(0.7), order=2)
def result_not_used(x):
    inner_of_three(x)
    x * x
    y = helper(x)
    return x


@program(at(0.7, 1.4))
def argument_without_influence(x, y):
    return y * y


@program(at(0.7, 1.4))
def derivative_of_a_constant(x, y):
    return 3.0


@program(at(0.7))
def identity(x):
    return x


def writes_its_first(u, v):
    u[0] = v[1] * 2.0
    return np.sum(u * u) + np.sum(v)


@program(at(np.array([0.5, 1.5, -0.7, 0.3])), refused="share memory")
def grad_inside_of_overlapping_views(x):
    return np.sum(everypath.grad(writes_its_first, (0, 1))(x[1:], x[:3])[1])


@program(
    at(np.array([0.5, 1.5, -0.7, 0.3])),
    means=lambda x: 3.0 + 8.0 * x[1],
)
def grad_inside_of_copied_views(x):
    return np.sum(everypath.grad(writes_its_first, (0, 1))(x[1:].copy(), x[:3])[1])
