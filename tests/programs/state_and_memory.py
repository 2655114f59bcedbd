"""Arrays written in place: what is read must be what stood there then, and what is overwritten must carry nothing on."""

import numpy as np

from .registry import at, made, program

VECTOR = np.array([0.7, -1.2, 0.4, 1.9, -0.3])
MATRIX = np.array([[2.0, 0.3, -0.4], [0.5, 1.7, 0.2], [-0.1, 0.6, 2.2]])


@program(at(VECTOR, 0), at(VECTOR, 1), at(VECTOR, 6), at(VECTOR[:3], 2), order=2)
def stencil_with_swapped_buffers(start, steps):
    u = start.copy()
    v = np.zeros_like(u)
    for _ in range(steps):
        for i in range(1, len(u) - 1):
            v[i] = u[i] + 0.1 * (u[i - 1] - 2.0 * u[i] + u[i + 1]) * u[i]
        u, v = v, u
    return np.sum(u * u) + np.sum(v)


@program(at(VECTOR, np.array([1.1, 0.9, -0.8, 1.3, 0.7])), at(np.array([3.0]), np.array([2.0])), wrt=(0, 1), order=2)
def multiplied_recurrence(start, a):
    x = start.copy()
    for i in range(1, len(x)):
        x[i] = a[i] * x[i - 1]
    return x.sum()


@program(at(MATRIX), at(np.array([[4.0]])), order=2)
def lu_in_place(matrix):
    a = matrix.copy()
    n = a.shape[0]
    for k in range(n):
        for i in range(k + 1, n):
            a[i, k] = a[i, k] / a[k, k]
            for j in range(k + 1, n):
                a[i, j] = a[i, j] - a[i, k] * a[k, j]
    determinant = 1.0
    for k in range(n):
        determinant = determinant * a[k, k]
    return determinant


@program(at(VECTOR, np.array([2, 0, 4, 1, 3])), order=2)
def permutation_changed_in_the_loop(x, start):
    p = start.copy()
    y = x.copy()
    total = 0.0
    for i in range(len(p)):
        j = p[i]
        y[j] = y[j] * x[i] + 0.5
        total += y[p[0]] * x[j]
        p[0], p[i] = p[i], p[0]
    return total


@program(at(0.3, VECTOR), at(-2.0, VECTOR[:1]), wrt=(0, 1), order=2)
def element_increased_in_the_loop(x, values):
    v = values * 1.0
    for i in range(len(v)):
        v[i] = v[i] + x
        v[i] = v[i] * v[i]
    return np.sum(v)


@program(at(0.3, 4), at(0.3, 0), order=2)
def one_element_increased_many_times(x, n):
    v = np.zeros(3)
    for _ in range(n):
        v[1] = v[1] + x
        v[1] = v[1] * x
    return v[1] + v[0]


@program(at(np.arange(12.0).reshape(3, 4) / 7.0), order=2)
def write_through_a_view_of_a_view(x):
    a = x * x
    rows = a[1:]
    block = rows[:, 1:3]
    block[0, 1] = x[0, 1] * 3.0
    block[1] *= 2.0
    last = block[:, 1]
    last[:] = last * last
    return np.sum(a * x)


@program(at(VECTOR), at(VECTOR[:2]), at(VECTOR[:1]))
def shifted_onto_itself(x):
    y = x.copy()
    y[1:] = y[:-1]
    return np.sum(y * x)


@program(at(VECTOR), order=2)
def shifted_onto_itself_and_squared(x):
    y = x.copy()
    y[1:] = y[:-1] * y[1:]
    y[:-1] = y[1:] * y[:-1]
    return np.sum(y)


@program(at(VECTOR), order=2)
def reversed_onto_itself(x):
    y = x * x
    y[:] = y[::-1]
    return np.dot(y, x)


@program(at(MATRIX), at(np.array([[2.0]])), order=2)
def transpose_added_in_place(matrix):
    x = matrix.copy()
    x += x.T
    return np.sum(x * x * matrix)


@program(at(MATRIX), order=2)
def transpose_assigned_in_place(matrix):
    x = matrix.copy()
    x[:] = x.T
    x[0] = x[:, 1] * x[0]
    return np.sum(x * matrix)


@program(at(VECTOR, np.array([1.5, -0.5, 2.5])), wrt=(0, 1), order=2)
def duplicate_indices_assigned(x, values):
    y = x.copy()
    y[np.array([2, 2, 0])] = values * values
    return np.sum(y * y)


@program(at(VECTOR, np.array([1.5, -0.5, 2.5])), wrt=(0, 1), order=2)
def duplicate_indices_increased(x, values):
    y = x.copy()
    y[np.array([2, 2, 0])] += values * values
    return np.sum(y * y)


@program(at(VECTOR), order=2)
def duplicate_indices_doubled(x):
    y = x.copy()
    y[np.array([1, 1, 3])] *= 3.0
    return np.sum(y * y)


@program(at(VECTOR, VECTOR + 1.0), wrt=(0, 1), order=2)
@program(made(lambda: (lambda x: (x, x))(VECTOR.copy())), wrt=(0, 1), order=2)
@program(made(lambda: (lambda x: (x[:-1], x[1:]))(VECTOR.copy())), wrt=(0, 1), order=2)
@program(made(lambda: (lambda x: (x, x[::-1]))(VECTOR.copy())), wrt=0)
def product_of_two(x, y):
    total = 0.0
    for i in range(len(x)):
        total += x[i] * y[i] * y[0]
    return total


@program(at(VECTOR, VECTOR * 2.0, True), at(VECTOR, VECTOR * 2.0, False), wrt=(0, 1), order=2)
def select_then_write(x, y, first):
    a = x * 1.0
    b = y * 1.0
    chosen = a if first else b
    chosen[1] = x[0] * y[0]
    chosen *= 2.0
    return np.sum(a * a) + np.sum(b * y)


@program(at(VECTOR, 0.2), at(VECTOR, 5.0), order=2)
def select_by_value_then_write(x, threshold):
    a = x * 2.0
    b = x * x
    if np.sum(x) > threshold:
        chosen, other = a, b
    else:
        chosen, other = b, a
    chosen[0] = other[1] * x[2]
    return np.sum(a * b)


@program(at(MATRIX), at(np.zeros((0, 3))), order=2)
def temporary_hoisted_out_of_its_loop(x):
    tmp = np.zeros(3)
    total = 0.0
    for i in range(x.shape[0]):
        for j in range(3):
            tmp[j] = x[i, j] * x[i, 0]
        for j in range(3):
            total += tmp[j] * tmp[2 - j]
    return total


@program(at(MATRIX), order=2)
def temporary_that_leaks_into_the_next_turn(x):
    tmp = np.ones(3)
    total = 0.0
    for i in range(x.shape[0]):
        for j in range(i + 1):
            tmp[j] = x[i, j] * tmp[2]
        total += tmp[0] * tmp[1] * tmp[2]
    return total


@program(at(VECTOR), order=2)
def overwritten_with_a_constant(x):
    y = x * x
    total = y[0] * y[1]
    y[0] = 5.0
    y[1] = x[2]
    return total + y[0] * y[1] * y[2]


@program(at(VECTOR), order=2)
def read_written_read_again(x):
    y = x.copy()
    a = y[2]
    y[2] = a * a
    b = y[2]
    y[2] = b * a
    return a + b * y[2]


@program(at(VECTOR, 2.0), wrt=(0, 1), order=2)
def augmented_in_every_way(x, s):
    y = x * 1.0
    y += s
    y *= x
    y -= x / s
    y /= 1.0 + s * s
    y **= 2
    return np.sum(y)


@program(at(VECTOR, 2.0), wrt=(0, 1))
def augmented_elements_in_every_way(x, s):
    y = x * 1.0
    y[0] += s
    y[1] *= s * y[0]
    y[2] -= y[1]
    y[3] /= s + y[2] * y[2]
    y[4] **= 2
    return y[0] + y[1] * y[2] + y[3] * y[4]


@program(at(VECTOR), order=2)
def elements_decreased_by_one_of_them(x):
    y = x * x
    for i in range(len(y)):
        y[-i] -= y[1]
    for i in range(len(y)):
        y[i] += y[2]
    return np.sum(y * x)


@program(at(VECTOR), order=2)
def turns_that_read_what_others_wrote_through_a_view(x):
    y = x * x
    rest, turned = y[1:], y[::-1]
    for i in range(len(rest)):
        rest[i] = y[i] * 2.0
    total = 0.0
    for i in range(len(y)):
        turned[i] = 0.5 * i
        total += y[i] ** 2
    return total + np.sum(y * x)


@program(at(MATRIX), order=2)
def rows_written_and_columns_read(matrix):
    a = matrix * matrix
    turned = a.T
    total = 0.0
    for i in range(3):
        for j in range(3):
            a[i, j] = turned[i, j] * 2.0
    for i in range(3):
        for j in range(3):
            a[i, j] = a[i, j] * 2.0
            a[j, i] = a[j, i] * 3.0 + matrix[i, 0]
    for i in range(3):
        for j in range(3):
            a[i, j] = matrix[0, j] * i
            total += turned[i, j] ** 2
    return total + np.sum(a * matrix)


@program(at(VECTOR), order=2)
def argument_modified(x):
    for i in range(1, len(x)):
        x[i] += x[i - 1] * x[i]
    return x[-1]


@program(at(VECTOR))
def argument_modified_and_returned(x):
    x *= 2.0
    x[0] = x[1] * x[1]
    return x


@program(at(VECTOR))
def view_of_argument_returned(x):
    return x[1:3]


@program(at(VECTOR))
def view_of_local_returned(x):
    y = x * x
    z = y[::2]
    y[0] = 7.0 * x[1]
    return z, y


@program(at(VECTOR, np.array([True, False, True, True, False])), order=2)
def masked_elements_assigned(x, mask):
    y = x * x
    y[mask] = 2.0 * x[mask]
    y[~mask] *= x[0]
    return np.sum(y * x)


@program(at(VECTOR), order=2)
def mask_from_the_values(x):
    y = x * 3.0
    y[x > 0.5] = 0.0
    y[x < -0.5] += 2.0 * x[1]
    return np.sum(y * y)


@program(at(VECTOR), order=2)
def alias_by_assignment(x):
    y = x * 2.0
    z = y
    z[1] = x[0] * x[2]
    return np.sum(y * z)


@program(at(VECTOR), order=2)
def copy_is_not_an_alias(x):
    y = x * 2.0
    z = y.copy()
    z[1] = x[0] * x[2]
    return np.sum(y * z)


@program(at(VECTOR), order=2)
def alias_kept_from_before_the_loop(x):
    a = x * 1.0
    first = a
    for i in range(3):
        b = a * x[i]
        b[i] += first[0]
        first[1] = first[1] * b[i]
        a = b
    return np.sum(first) + np.sum(a)


@program(at(VECTOR, 5), at(VECTOR, 0), order=2)
def ring_of_three_buffers(x, n):
    a = x * 1.0
    b = x * x
    c = np.ones_like(x)
    for k in range(n):
        c[k] = a[k] * b[0] + a[0]
        a, b, c = b, c, a
    return a[0] * b[1] + np.sum(c)


def add_to(target, amount, k):
    target[k] += amount * target[0]


@program(at(VECTOR, 0.5), wrt=(0, 1), order=2)
def helper_that_writes(x, s):
    y = x * 1.0
    for k in range(len(x)):
        add_to(y, s * x[k], k)
    add_to(y[2:], s, 1)
    return np.sum(y)


def larger_half(a, b):
    if a[0] > b[0]:
        return a
    return b


@program(at(VECTOR), at(-VECTOR), order=2)
def helper_that_returns_one_of_its_arguments(x):
    a = x[:2] * 2.0
    b = x[2:4] * 3.0
    c = larger_half(a, b)
    c[1] = c[0] * x[4]
    return np.sum(a) + np.sum(b * b)


@program(at(VECTOR), order=2)
def array_of_the_turn_kept_in_a_matrix(x):
    history = np.zeros((4, len(x)))
    state = x * 1.0
    for t in range(4):
        history[t] = state
        state[0] = state[0] * state[1] + 0.1
        state = state * 0.9
    return np.sum(history * history) + state[0]


@program(at(VECTOR), order=2)
def empty_then_filled(x):
    y = np.empty(len(x))
    for i in range(len(x)):
        y[i] = x[i] ** 3
    z = np.empty_like(y)
    z[:] = y
    z[::2] = 1.0
    return np.sum(z)


@program(at(MATRIX), order=2)
def rows_walked_and_changed(x):
    y = x * 1.0
    for row in y:
        row[0] = row[1] * row[2]
        row += 1.0
    return np.sum(y * y)


@program(at(MATRIX), order=2)
def rows_swapped_through_copies(x):
    y = x * x
    keep = y[0].copy()
    y[0] = y[2]
    y[2] = keep
    return np.sum(y * x)


@program(at(MATRIX), order=2)
def rows_swapped_by_an_index_list(x):
    y = x * x
    y[[0, 2]] = y[[2, 0]]
    return np.sum(y * x)


@program(at(VECTOR), order=2)
def elements_swapped(x):
    y = x * x
    y[0], y[3] = y[3], y[0]
    return np.sum(y * x)


@program(at(VECTOR), order=2)
def sorted_in_place_by_hand(x):
    y = x * 1.0
    n = len(y)
    for i in range(n):
        for j in range(n - 1 - i):
            if y[j] > y[j + 1]:
                y[j], y[j + 1] = y[j + 1], y[j]
    total = 0.0
    for i in range(n):
        total += (i + 1.0) * y[i] ** 2
    return total


@program(at(np.array([3, 1, 2]), 0.5), wrt=1)
def integer_array_written(counts, x):
    n = counts.copy()
    total = 0.0
    for i in range(len(n)):
        n[i] += i
        total += x ** n[i]
    return total


@program(at(VECTOR, np.zeros(5)), wrt=0, order=2)
def out_parameter(x, out):
    for i in range(len(x)):
        out[i] = x[i] * x[i]
    out[0] += out[1]
    return np.sum(out * x)


@program(at(np.array([1, 2, 3]), 0.5), wrt=1, refused_derivative="dtype=float")
def float_stored_in_an_integer_array(counts, x):
    n = counts.copy()
    n[0] = x * 3.0
    return x * n[0]


@program(at(VECTOR, 3), at(VECTOR, 0), order=2)
def power_by_repeated_in_place_product(x, n):
    y = np.ones_like(x)
    for _ in range(n):
        y *= x
    return np.sum(y)


@program(at(MATRIX), order=2)
def diagonal_written(x):
    y = x @ x
    for i in range(y.shape[0]):
        y[i, i] = x[i, i] ** 2
    return np.sum(y * x)


@program(at(VECTOR, 20), at(VECTOR, 0), order=2)
def euler_steps_with_fresh_arrays(u, n):
    for _ in range(n):
        u = u + 0.05 * np.sin(u)
    return np.sum(u)


@program(made(lambda: (np.asfortranarray(MATRIX),)), made(lambda: (MATRIX[::-1, ::-1].copy()[::-1, ::-1],)), order=2)
def strided_argument_in_a_loop(x):
    total = 0.0
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            total += x[i, j] * x[j, i] ** 2
    return total


@program(made(lambda: (np.arange(10.0)[::3].copy(), np.arange(20.0)[::-4][:4])), wrt=(0, 1), order=2)
def negative_stride_argument(x, y):
    return np.dot(x, y) + np.sum(y[::-1] * y)


@program(made(lambda: (VECTOR.astype(">f8"),)))
def big_endian_argument(x):
    return np.sum(x * x)


@program(at(np.array([0.3, 1.5, -0.2]), 2), refused="read-only")
def broadcast_array_written_in_a_loop(x, n):
    y = np.broadcast_to(x, (2, 3))
    for i in range(n):
        y[i, 0] = 1.0
    return np.sum(y)


def put_widened(items, x):
    items.append(np.broadcast_to(x, (2, 3)))


@program(at(np.array([0.3, 1.5, -0.2]), 2), refused="read-only")
def read_only_array_that_a_helper_put_into_a_list(x, n):
    items = [np.ones((2, 3))]
    for _ in range(n):
        put_widened(items, x)
    items[-1][0] = x
    return np.sum(items[-1])


@program(at(np.array([0.3, 1.5, -0.2])), refused="read-only")
def array_that_may_be_read_only(x):
    def first_cleared(a):
        a[0] = 0.0

    y = x * 1.0
    if x[0] > 3.0:
        y = np.broadcast_to(x, (3,))
    first_cleared(y)
    return np.sum(y)


@program(at(np.array([0.3, 1.5, -0.2])), order=2)
def memory_of_a_broadcast_array_written_when_it_is_done_with(x):
    y, total = x * 1.0, 0.0
    for k in range(3):
        z = np.broadcast_to(y, (2, 3))
        total += np.sum(z**2) + np.sum(np.repeat(y, 2) * np.arange(6.0))
        y[k] = total * 0.1
    return total


@program(at(np.array([0.3, 1.5, -0.2])), order=2)
def what_is_made_of_a_broadcast_array_written(x):
    y, z = np.broadcast_arrays(x, x[0])
    steps = np.diff(y)
    steps[steps > 0.7] = x[1]
    return np.sum(steps**2 * z[1:])


@program(at(np.array([0.3, 1.5, -0.2])), refused_derivative="broadcast view")
def memory_of_a_broadcast_array_written(x):
    y = x * 1.0
    z = np.broadcast_to(y, (2, 3))
    y[0] = x[1] * x[2]
    w = np.diagonal(np.outer(y, y))
    return np.sum(z * z) + np.sum(w * x)


def scaled_in_place(z):
    z[0] = 5.0 * z[1]
    return z[0]


@program(at(np.array([0.3, 0.5, 0.7])), order=2)
def element_augmented_by_what_writes_it(x):
    v = x * 1.0
    v[0] += scaled_in_place(v)
    for i in range(2):
        v[i] -= v[i + 1] * scaled_in_place(v[i:])
    return np.sum(v * v)


@program(at(np.array([0.3, 0.5, 0.7])), order=2)
def view_and_copies_augmented_by_what_writes_them(x):
    v = x * 1.0
    v[1:3] += scaled_in_place(v)
    v[np.array([0, 1])] *= scaled_in_place(v)
    v[v > 1.5] -= scaled_in_place(v)
    return np.sum(v * v)


@program(at(np.array([0.3, 0.5, 0.7])), order=2)
def places_moved_by_what_augments_them(x):
    def moved():
        places[0] = 2
        return places[0] * 1.0

    places = np.array([0, 1])
    v = x * 1.0
    v[places] += moved()
    places[0] = 0
    v[places[0]] *= moved()
    return v[0] + 10.0 * v[1] * v[2]


@program(at(np.array([0.3, 0.5, 0.7])), order=2)
def variables_augmented_by_what_writes_them(x):
    def changes():
        nonlocal total
        total = 3.0 * x[1]
        items[0] = 7.0 * x[2]
        return total * items[0]

    total = x[0]
    items = [x[0], x[1]]
    items[0] += changes()
    total += changes()
    return total * items[0] + items[1]


@program(at(np.array([0.3, 0.5, 0.7])), order=2)
def operands_read_before_a_call_that_writes(x):
    v = x * 1.0
    first = v[0] + scaled_in_place(v) * v[0]
    pair = (v[1], scaled_in_place(v[1:]), v[1])
    return first + pair[0] * pair[1] + 3.0 * pair[2]


def emptied(z):
    for i in range(1, len(z)):
        z -= z
        z[i] -= i


@program(at(0.7, np.array([0.3, -0.8, 1.2])), wrt=(0, 1), order=2)
def whole_array_and_one_element_in_a_loop(a, x):
    y = x * a
    emptied(y)
    return a * a + np.sum(y * a)


@program(at(np.array([[0.3, -0.8, 1.2], [0.5, 0.7, -0.4]])), at(np.asfortranarray([[0.3, -0.8, 1.2], [0.5, 0.7, -0.4]])), order=2)
def written_through_the_reshape_of_a_copy(x):
    y = x.T.copy()
    flat = y.ravel()
    flat[1:3] *= x[0, 0]
    square = (x @ x.T).reshape(4)
    square += y[0, 0]
    return np.sum(y * y) + np.sum(square * square)


@program(at(np.ones((2, 3))), refused="a view in NumPy or a copy")
def written_beside_the_reshape_of_what_follows_a_transpose(x):
    y = x.T * 2.0
    flat = y.reshape(6)
    y += 1.0
    return np.sum(flat)


@program(at(np.asfortranarray(np.ones((2, 3)))), refused="a view in NumPy or a copy")
def written_through_the_reshape_of_what_has_another_order(x):
    y = np.zeros_like(x)
    flat = y.ravel()
    flat += 1.0
    return np.sum(y * x)


@program(at(np.array([[0.3, -0.8, 1.2], [0.5, 0.7, -0.4]])), at(np.asfortranarray([[0.3, -0.8, 1.2], [0.5, 0.7, -0.4]])), order=2)
def written_where_the_order_is_known_or_nobody_sees_the_other(x):
    temporary = (x.T * 2.0).reshape(-1)
    temporary[0] *= x[0, 1]
    flattened = x.T.flatten()
    flattened[1] = 0.0
    filled = np.zeros(x.T.shape)
    filled.ravel()[2] = x[0, 0]
    product = x.T @ x
    for _ in range(2):
        product = product * x[1, 1]
    product.reshape(9)[0] = 1.0
    ordered = np.ascontiguousarray(x.T * x[0, 0])
    ordered -= ordered.sum(axis=0, keepdims=True)
    return sum([np.sum(part**2) for part in (temporary, flattened, filled, product, ordered)])


@program(at(np.ones((2, 3))), refused="a view in NumPy or a copy")
def written_through_a_contiguous_array_of_a_transpose(x):
    y = np.ascontiguousarray(x.T)
    y *= 2.0
    return np.sum(x)


@program(at(np.ones((2, 3))), refused="a view in NumPy or a copy")
def written_through_the_reshape_of_joined_transposes(x):
    y = np.concatenate([x.T, x.T])
    y.ravel()[0] = 0.0
    return np.sum(y)


@program(at(np.arange(12.0).reshape(2, 6)[:, ::2]), refused="a view in NumPy or a copy")
def written_through_the_reshape_of_a_reshape(x):
    flat = x.reshape(2, 1, 3)[:, 0, :].reshape(6)
    flat[0] = 0.0
    return np.sum(x)


@program(at(np.asfortranarray(np.ones((2, 3)))), refused="a view in NumPy or a copy")
def written_through_the_reshape_of_what_was_rolled(x):
    rolled = np.roll(x, 1, axis=0)
    rolled.ravel()[0] = 0.0
    return np.sum(rolled)


@program(at(np.ones((2, 3, 2)).transpose(0, 2, 1)), refused="a view in NumPy or a copy")
def written_through_the_reshape_of_chosen_matrices(x):
    chosen = x[[1, 0]]
    chosen.ravel()[0] = 0.0
    return np.sum(chosen)


@program(
    at(np.ones(3), np.ones(2), raises=ValueError),
    at(np.ones(1), np.ones(3), raises=ValueError),
    at(np.ones((3, 1)), np.ones((1, 2)), raises=ValueError),
    at(np.ones(3), np.ones(1)),
    wrt=(0, 1),
)
def changed_in_place_by_another_shape(x, y):
    x += y
    return np.sum(x)


@program(at(np.ones(3), np.ones(2), raises=ValueError), at(np.ones(1), np.ones(3), raises=ValueError), at(np.ones(3), np.ones(1)))
def multiplied_in_place_by_another_shape(x, y):
    x *= y
    return np.sum(x)
