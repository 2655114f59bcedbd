"""What other tools got silently wrong, each idea rewritten as ordinary Python. The thread stands above each function."""

import math

import numpy as np

import everypath

from .registry import at, program

VECTOR = np.array([0.7, -1.2, 0.4, 1.9, -0.3])
MATRIX = np.array([[2.0, 0.3, -0.4], [0.5, 1.7, 0.2], [-0.1, 0.6, 2.2]])


# warp#1694
@program(at(1.3, 4), at(1.3, 0), at(1.3, 1), order=2)
def value_from_before_a_loop_of_unknown_length(x, n):
    scale = x * x + 1.0
    s = x
    for _ in range(n):
        s = s * 0.5 + x
    return scale * s


# warp#1740
@program(at(VECTOR, 3), at(VECTOR, 0), order=2)
def accumulator_of_an_earlier_turn(x, rounds):
    acc = 0.0
    out = 0.0
    for _ in range(rounds):
        for i in range(len(x)):
            acc = acc * 0.7 + x[i] * x[i]
            out += acc * x[i]
    return out * acc


# warp#1697
@program(at(0.8, VECTOR, 3), wrt=(0, 1), order=2)
def element_plus_x_again_and_again(x, start, rounds):
    v = start.copy()
    for _ in range(rounds):
        for i in range(len(v)):
            v[i] = v[i] + x
    return np.sum(v * v)


# warp#1350
@program(at(VECTOR), order=2)
def array_as_it_was(x):
    y = x.copy()
    s = 0.0
    for i in range(len(y)):
        s += y[i] * y[i]
        y[i] = 10.0
    y[:] = 0.0
    return s * s


# taichi#8802
@program(at(VECTOR, 4), order=2)
def read_after_write_carried_by_the_loop(x, rounds):
    y = x.copy()
    for _ in range(rounds):
        for i in range(1, len(y)):
            y[i] = y[i] * 0.9 + 0.2 * y[i - 1] * y[i]
    return y.sum()


# taichi#2505
@program(at(VECTOR), at(VECTOR[:0]), order=2)
def nested_loops_with_a_local_variable(x):
    total = 0.0
    for i in range(len(x)):
        local = 0.0
        for j in range(i + 1):
            local += x[j] * x[i]
        total += local * local
    return total


# clad#1865
@program(at(3.0, 1.2, 4), at(3.0, 1.2, 0), wrt=(0, 1), order=2)
def division_in_a_loop(x, y, n):
    for i in range(n):
        x = x / y
        y = y + x / (i + 1.0)
        x /= 1.0 + y * y
    return x * y


# clad#855
@program(at(1.5, 2.0), at(-1.5, 2.0), wrt=(0, 1), order=2)
def reassigned_under_a_condition(x, y):
    if x > 0.0:
        x = x * y
        y = x + 1.0
    x = x * x
    if y > 2.5:
        y = x
    return x * y


# clad#474
@program(at(0.8, 4), at(0.8, 0), order=2)
def parameter_in_a_loop_bound_that_changes(x, n):
    total = 1.0
    for _ in range(n):
        n = n - 1
        total *= x + n
    return total * n


# tangent#31
@program(at(1.1, 3), order=2)
def nested_counted_loops(x, n):
    y = x
    for i in range(n):
        for j in range(n):
            y = y * math.cos(0.1 * y) + 0.1 * (i - j)
    return y


# tangent#56
@program(at(MATRIX), at(np.ones((0, 3))), order=2)
def shape_as_a_bound(a):
    total = 0.0
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            total += a[i, j] ** 2 * a[0, j]
    return total


# tangent#58
@program(at(VECTOR), order=2)
def enumerate_in_a_loop(x):
    total = 0.0
    for i, v in enumerate(x):
        total += i * v * v * x[i]
    return total


def cubed(x):
    return x * x * x


def hessian_vector_product_by_hand(x, v):
    first = np.array([1.0, 0.0, 0.0])
    slope = 3.0 * x[0] ** 2
    change = 6.0 * x * v * x[0] ** 3 + 3.0 * x**2 * slope * v[0]
    change = change + first * (6.0 * x[0] * v[0] * np.sum(x**3) + slope * np.sum(3.0 * x**2 * v))
    return np.dot(change, x)


# tangent#84
@program(at(VECTOR[:3], MATRIX[0]), wrt=(0, 1), means=hessian_vector_product_by_hand)
def hessian_vector_product_through_a_helper(x, v):
    def f(u):
        return np.sum(cubed(u)) * cubed(u[0])

    return np.dot(everypath.hvp(f)(x, v), x)


# autograd#58
@program(at(VECTOR), order=2)
def assignment_into_an_array_made_inside(x):
    y = np.zeros(3)
    y[0] = x[0] * x[1]
    y[1:] = x[2:4]
    y[2] += x[4]
    return np.sum(y * y)


# autograd#177
@program(at(MATRIX), order=2)
def augmented_assignment_of_an_element(a):
    out = np.zeros_like(a)
    out[0, 1] += a[1, 0] * 2.0
    out[0, 1] += a[0, 1] ** 2
    out[:, 2] -= a[2]
    return np.sum(out * out)


# zygote#312
@program(at(0.8, 5), at(0.8, 0), order=2)
def carried_variable_that_changes_type(x, n):
    s = 1
    for i in range(n):
        s = s * x + i if i > 1 else s + 1
    return s * x


# jax#347
@program(at(np.array([0.0, 1.0, -2.0]), gradient=np.array([0.0, 1.0, -4.0])), at(np.array([0.5, 1.0, -2.0])), order=2)
def masked_root(x):
    return np.sum(np.where(x > 0.0, np.sqrt(np.where(x > 0.0, x, 1.0)), 0.0)) + np.sum(np.where(x > 0.0, np.sqrt(x), x * x))


# jax#5798
@program(at(np.array([0.0, 2.0])), at(np.array([0.0, 0.0]), gradient=np.ones(2)))
def masked_division_by_a_length(v):
    length = np.sqrt(np.sum(v * v))
    return np.sum(np.where(length > 0.0, v / length, v))


# jax#2377
@program(at(np.zeros(3), gradient=np.zeros(3)), at(VECTOR[:3]))
def norm_of_a_vector_at_zero(v):
    return np.linalg.norm(v)


# pytorch#2421
@program(at(VECTOR[:3], VECTOR[:3], gradient=(np.zeros(3), np.zeros(3))), at(VECTOR[:3], VECTOR[1:4]), wrt=(0, 1))
def distance_of_equal_points(p, q):
    return np.linalg.norm(p - q) * 2.0


# Enzyme.jl#3139
@program(
    at(MATRIX, VECTOR[:3]),
    wrt=(0, 1),
    means=lambda a, x: np.sum((a.T @ (3.0 * (a @ x) ** 2)) ** 2),
)
def nested_reverse_over_a_matrix_vector_product(a, x):
    def energy(v):
        y = a @ v
        return np.sum(y * y * y)

    gradient = everypath.grad(energy)(x)
    return np.sum(gradient * gradient)


# rust#152724
@program(at(0.3), at(1.7), order=2)
def same_at_every_optimisation_level(x):
    a = x * x
    b = a + 0.0
    c = b - a + x * 1.0
    d = (c / c) * c
    return d * d + 0.0 * math.exp(x) + (x - x)


# symforce#73
@program(at(0.4, 0.9), at(-0.4, 0.9), at(0.4, -0.9), wrt=(0, 1), order=2)
def branches_of_shared_expressions(x, y):
    shared = x * y
    if shared > 0.0:
        z = math.log(shared)
    else:
        z = shared * math.exp(shared)
    if y > 0.0:
        return z * shared
    return z - shared * shared


# drjit#491
@program(at(1.01, 2000), order=1)
def more_turns_than_anybody_guessed(x, n):
    y = x
    for _ in range(n):
        y = y + 1e-4 * y * x
    return y


# jax#2469
@program(at(1.05, 30.0), at(40.0, 30.0), order=2)
def while_loop_in_reverse(x, limit):
    y = x
    while y < limit:
        y = y * x + 1.0
    return y


# Enzyme.jl#2285
@program(at(0.0, gradient=0.0), at(2.0))
def branch_not_taken(x):
    if x == 0.0:
        return 0.0
    return math.sqrt(x) * x


# HIPS/autograd#375
@program(at(VECTOR), order=2)
def elements_moved_by_slices(x):
    y = x * x
    y[1:4] = y[2:5]
    y[:2] = y[3:]
    return np.sum(y * x)
