"""NumPy expressions as people write them: broadcasting, reductions, products, reshaping."""

import numpy as np

from .registry import at, program

VECTOR = np.array([0.7, -1.2, 0.4, 1.9, -0.3])
MATRIX = np.array([[2.0, 0.3, -0.4], [0.5, 1.7, 0.2], [-0.1, 0.6, 2.2]])
WIDE = np.array([[0.2, -0.7, 1.1, 0.5], [1.3, 0.4, -0.6, 0.9], [0.8, -1.5, 0.1, 0.35]])
CUBE = np.sin(np.arange(24.0)).reshape(2, 3, 4)


@program(at(MATRIX, VECTOR[:3]), wrt=(0, 1), order=2)
def broadcast_a_row(a, v):
    return np.sum((a + v) * (a - v) * v)


@program(at(MATRIX, VECTOR[:3]), wrt=(0, 1), order=2)
def broadcast_a_column(a, v):
    return np.sum(a * v[:, None] + a / (v[:, np.newaxis] ** 2 + 1.0))


@program(at(VECTOR[:3], VECTOR[1:]), wrt=(0, 1), order=2)
def outer_by_broadcasting(x, y):
    z = x[:, None] * y[None, :]
    return np.sum(z * z * x[:, None])


@program(at(MATRIX, 2.0), wrt=(0, 1), order=2)
def broadcast_a_scalar(a, s):
    return np.sum(s * a - a / s + (s - a) ** 2)


@program(at(CUBE, WIDE), wrt=(0, 1), order=2)
def broadcast_a_missing_axis(c, w):
    return np.sum(c * w * w)


@program(at(np.ones((1, 3)) * 0.7, np.ones((4, 1)) * 1.3), wrt=(0, 1), order=2)
def broadcast_both_ways(a, b):
    return np.sum(a * b**2 + a)


@program(at(VECTOR, VECTOR[:3], raises=ValueError), at(VECTOR, VECTOR), wrt=(0, 1))
def shapes_that_may_not_broadcast(x, y):
    return np.sum(x * y)


@program(at(WIDE), order=2)
def sums_along_axes(w):
    a = np.sum(w, axis=0)
    b = w.sum(axis=1)
    c = np.sum(w, axis=-1, keepdims=True)
    return np.sum(a * a) + np.sum(b**3) + np.sum(c * w)


@program(at(CUBE), order=2)
def sums_along_two_axes(c):
    return np.sum(np.sum(c * c, axis=(0, 2)) ** 2) + np.sum(c.sum(axis=(1, -1), keepdims=True) * c)


@program(at(WIDE), at(np.ones((1, 1))), order=2)
def means_and_variances(w):
    centred = w - np.mean(w, axis=0)
    return np.sum(np.mean(centred**2, axis=0)) + w.mean() ** 2 + np.sum(w.mean(axis=1, keepdims=True) ** 3)


@program(at(WIDE), order=1)
def largest_along_axes(w):
    return np.sum(np.max(w, axis=0) ** 2) + np.sum(w.min(axis=1) * 3.0) + np.max(w) * np.min(w)


@program(at(WIDE), order=2)
def products_along_axes(w):
    return np.sum(np.prod(w, axis=1)) + np.prod(w[0]) * np.sum(w.prod(axis=0, keepdims=True))


@program(at(WIDE), order=2)
def running_sums(w):
    return np.sum(np.cumsum(w, axis=1) ** 2) + np.sum(w.cumsum(axis=0)[1] * w[2]) + np.sum(np.cumsum(w) ** 2)


@program(at(VECTOR), at(np.array([2.0, 1.0, 1.0]), gradient=np.array([1.0, 2.0, 0.0])), order=2)
def chosen_by_argmax(x):
    k = np.argmax(x)
    j = np.argmin(x * x)
    return x[k] * x[j] + k * x[0]


@program(at(WIDE), order=2)
def chosen_by_argmax_in_each_row(w):
    best = np.argmax(w, axis=1)
    return np.sum(w[np.arange(w.shape[0]), best] ** 2)


@program(at(MATRIX, VECTOR[:3]), wrt=(0, 1), order=2)
def quadratic_form(a, x):
    return x @ a @ x + np.dot(x, x)


@program(at(WIDE, MATRIX), wrt=(0, 1), order=2)
def matrix_products(w, a):
    c = a @ w
    return np.sum(c * c) + np.sum(np.dot(w.T, a)) + np.trace(w @ w.T @ a)


@program(at(WIDE, VECTOR[:4], VECTOR[1:4]), wrt=(0, 1, 2), order=2)
def matrix_vector_products(w, x, y):
    return np.sum((w @ x) * y) + np.dot(y @ w, x) ** 2


@program(at(WIDE, VECTOR[:3], raises=ValueError), at(WIDE, VECTOR[:4]), wrt=(0, 1))
def product_of_shapes_that_may_not_fit(w, x):
    return np.sum(w @ x)


@program(at(VECTOR, VECTOR[:2]), wrt=(0, 1), order=2)
def outer_and_inner(x, y):
    z = np.outer(x, y)
    return np.sum(z**2) + np.inner(x, x) * np.vdot(y, y)


@program(at(WIDE), order=2)
def reshaped_and_raveled(w):
    a = w.reshape(4, 3)
    b = w.reshape(2, -1)
    c = np.ravel(w * w)
    return np.sum(a[0] * a[1]) + np.sum(b[0] * b[1]) + c[5] * c[7] + np.sum(w.flatten()[::5] ** 2)


@program(at(WIDE), order=2)
def reshaped_view_written(w):
    a = w * 1.0
    b = a.reshape(-1)
    b[3] = b[0] * b[1]
    b[::4] *= 2.0
    return np.sum(a * w)


@program(at(WIDE), order=2)
def transposed_reshape_is_a_copy(w):
    a = w * 1.0
    a[0, 1] *= 2.0
    b = a.T.reshape(-1)
    c = a.T.reshape(-1).copy()
    c[3] = 5.0 * w[0, 0]
    return np.sum(a * w) + np.sum(b * b) + np.sum(c * c)


@program(at(WIDE), refused="a view in NumPy or a copy")
def transposed_reshape_written(w):
    a = w * 1.0
    b = a.T.reshape(-1)
    b[3] = 5.0 * w[0, 0]
    return np.sum(a * w) + np.sum(b * b)


@program(at(WIDE[0]), refused="a view in NumPy or a copy")
def source_of_a_strided_reshape_written(x):
    y = x * 1.0
    z = y[::2].reshape(2, 1)
    y[0] = 5.0 * x[1]
    return np.sum(z)


@program(at(WIDE[0]), refused="a view in NumPy or a copy")
def strided_ravel_written(x):
    y = x * 1.0
    z = y[::2].ravel()
    z[0] = 5.0 * x[1]
    return np.sum(y)


@program(at(WIDE[0], WIDE[1]), order=2)
def contiguous_after_strided_in_a_loop(x, y):
    u = y[::-1]
    for _ in range(2):
        u = x * 2.0
    v = y[::-1]
    k = 0
    while True:
        k += 1
        v = x
        if k > 2:
            break
    return np.sum(u * y) + np.sum(v * v)


@program(at(CUBE), order=2)
def axes_permuted(c):
    a = np.transpose(c, (2, 0, 1))
    b = c.T
    return np.sum(a[1] * a[2]) + np.sum(b[0] * b[3]) + np.sum(np.swapaxes(c, 0, 1)[2] ** 2)


@program(at(VECTOR[:3], MATRIX), wrt=(0, 1), order=2)
def joined(x, a):
    row = np.concatenate((x, a[0], x * x))
    block = np.concatenate([a, a.T * 2.0], axis=1)
    piled = np.stack([x, a[1], x + 1.0])
    return np.sum(row**2) + np.sum(block**3) + np.sum(piled @ a)


@program(at(VECTOR[:3], MATRIX), wrt=(0, 1), order=2)
def stacked(x, a):
    return np.sum(np.vstack([x, a]) ** 2) + np.sum(np.hstack([x, x * x]) ** 2) + np.sum(np.column_stack([x, a[0]]) ** 3)


@program(at(VECTOR), order=2)
def array_of_expressions(x):
    y = np.array([x[0] * x[1], 2.0, x[2]])
    z = np.array([[x[0], 1.0], [x[3], x[4] * x[0]]])
    return np.sum(y * y) + np.sum(z @ z)


@program(at(0.7, 1.2), wrt=(0, 1), order=2)
def rotation_matrix(angle, s):
    c, n = np.cos(angle), np.sin(angle)
    r = np.array([[c, -n], [n, c]])
    v = r @ np.array([s, 1.0])
    return v[0] * v[1]


@program(at(0.7, 4), at(0.7, 0), order=2)
def made_of_constants(x, n):
    a = np.ones(n) * x + np.arange(n) + np.full(n, 0.5) * x
    b = np.linspace(0.0, 1.0, 5) * x
    return np.sum(a * a) + np.sum(np.eye(3) * x) + np.sum(b**2) + np.sum(np.zeros_like(a) + x)


@program(at(0.7, 2.0), wrt=(0, 1), order=2)
def linspace_between_active_ends(a, b):
    return np.sum(np.linspace(a, b, 4) ** 2)


@program(at(VECTOR, VECTOR * -0.5 + 0.2), wrt=(0, 1), order=1)
def elementwise_choices(x, y):
    a = np.maximum(x, y) * np.minimum(x, 2.0 * y)
    b = np.where(x > y, x * y, y - x)
    return np.sum(a + b * np.clip(x, -1.0, 1.0))


@program(at(VECTOR), order=2)
def where_with_scalars(x):
    return np.sum(np.where(x > 0, x * x, -1.0)) + np.sum(np.where(x > 0, 3.0, x))


@program(at(WIDE), order=2)
def softmax_rows(w):
    e = np.exp(w - np.max(w, axis=1, keepdims=True))
    p = e / np.sum(e, axis=1, keepdims=True)
    return -np.mean(np.log(p[np.arange(3), np.array([0, 2, 1])]))


@program(at(WIDE), order=2)
def layer_normalised(w):
    mean = w.mean(axis=-1, keepdims=True)
    spread = np.sqrt(((w - mean) ** 2).mean(axis=-1, keepdims=True) + 1e-5)
    return np.sum(((w - mean) / spread) ** 3)


@program(at(VECTOR[:3], VECTOR[2:]), wrt=(0, 1), order=2)
def pairwise_distances(x, y):
    d = x[:, None] - y[None, :]
    return np.sum(np.exp(-(d**2)))


@program(at(WIDE), order=2)
def norms(w):
    return np.linalg.norm(w) + np.sum(np.linalg.norm(w, axis=1)) + np.linalg.norm(w[0]) ** 3


@program(at(VECTOR), order=2)
def chain_of_temporaries(x):
    a = np.exp(x)
    b = a / (1.0 + a)
    c = b * (1.0 - b)
    d = np.log(b) * c
    return np.sum(d) + np.mean(c)


@program(at(VECTOR), order=2)
def numpy_inside_a_python_loop(x):
    total = 0.0
    y = x
    for i in range(4):
        y = np.tanh(y) * x[i] + y
        total += np.sum(y) * y[i]
    return total


@program(at(VECTOR, 3), at(VECTOR, 5), at(VECTOR, 0), order=2)
def slices_of_run_time_length(x, n):
    return np.sum(x[:n] ** 2) + np.sum(x[n:]) * 2.0


@program(at(np.zeros((0, 3)), VECTOR[:3]), at(MATRIX, VECTOR[:3]), wrt=(0, 1), order=2)
def empty_matrix(a, v):
    return np.sum(a @ v) + np.sum(a * v) + np.sum(v * v)


@program(at(VECTOR), order=2)
def any_and_all(x):
    if np.any(x > 1.5) and not np.all(x > 0.0):
        return np.sum(x * x)
    return np.sum(x)


@program(at(CUBE), order=2)
def attributes_of_arrays(c):
    return np.sum(c * c) / c.size + c.shape[1] * c[0, 0, 0] + c.ndim * c[1, 2, 3] + len(c) * np.sum(c.T)


@program(at(VECTOR), order=2)
def array_methods(x):
    return x.sum() * x.max() + x.mean() * x.min() + x.dot(x) + x.prod() + (x.clip(-1.0, 1.0) ** 2).sum() + x.copy()[0]


@program(at(MATRIX), order=2)
def array_returned_through_everything(a):
    b = a.T.copy()
    b[1:] -= a[:-1]
    c = np.expand_dims(b, 0)
    return np.sum(np.squeeze(c) ** 2) + np.sum(np.atleast_2d(a[0]) @ a) + np.sum(np.broadcast_to(a[0], (4, 3)) ** 2)


@program(at(np.array([0.7, -1.2, 0.4])), order=2)
def diagonals_of_every_offset(x):
    made = np.sum(np.diag(x) @ x) + np.sum(np.diag(x, 2)[0] ** 2) + np.sum(np.diag(x[:2], -3)[4] ** 3)
    return made + np.sum(np.diag(np.diag(x, 1), 1) ** 2) + np.sum(np.diagonal(np.outer(x, x), -1) * x[:2])


@program(at(np.array([0.3, 1.5, 0.2, 0.8, 0.6])), order=2)
def constant_power_that_decides_an_order(x):
    return np.sum(np.sort(np.power(x, 3.0)) * np.arange(5.0))


@program(at(VECTOR))
def vector_result(x):
    return np.sin(x) * x[::-1]


@program(at(VECTOR, WIDE), wrt=(0, 1))
def several_array_results(x, w):
    return {"squares": x * x, "pair": (np.sum(w), w.T @ w), "scalar": x[0]}


@program(at(VECTOR), order=2)
def rolled_flipped_and_differenced(x):
    return np.sum(np.roll(x, 2) * x) + np.sum(np.flip(x) * x**2) + np.sum(np.diff(x) ** 3)


@program(at(np.array([0.7, -1.2, 0.4])), order=1)
def sorted_values(x):
    return np.sum(np.sort(x) * np.array([1.0, 2.0, 3.0])) + x[np.argsort(x)[0]] ** 2


@program(at(WIDE, 1), at(WIDE, 0), at(WIDE, -1), order=2)
def axis_from_an_argument(w, axis):
    return np.sum(np.sum(w, axis=axis) ** 2)


@program(at(VECTOR[:4], VECTOR[1:]), wrt=(0, 1), order=2)
def einsum_like_by_hand(x, y):
    z = np.zeros((4, 4))
    for i in range(4):
        for j in range(4):
            z[i, j] = x[i] * y[j] + z[i - 1, j - 1]
    return np.sum(z * z.T)


@program(at(MATRIX), order=2)
def einsum_of_a_matrix_with_itself(a):
    return np.sum(np.einsum("ij,jk->ik", a, a))


@program(at(MATRIX), order=2)
def triangle_of_a_decomposition(a):
    return np.sum(np.linalg.qr(a)[1])


@program(at(np.ones((1, 3)) * 0.7), at(np.ones((3, 1)) * 0.7), at(WIDE), at(np.full((1, 1), 0.7)), order=2)
def squeeze_what_happens_to_be_single(x):
    y = np.squeeze(x)
    return np.sum(y * y) + np.sum((x * 2.0 + 1.0).squeeze() ** 3)


@program(at(VECTOR[:3], WIDE[:, :3]), at(VECTOR[:3], WIDE[:1, :3]), order=2)
def squeeze_a_product(w, x):
    p = (x @ w[:, None]).squeeze()
    return np.sum(p * p)


def squeezed_by_a_helper(x):
    return np.squeeze(x)


@program(at(WIDE), at(WIDE[:1]), at(WIDE[:, :1]))
def squeeze_in_a_helper(x):
    return np.sum(squeezed_by_a_helper(x * 2.0))


def wedge_of_rows(phi):
    phi = np.atleast_2d(phi)
    made = np.zeros([phi.shape[0], 2, 2])
    made[:, 0, 1], made[:, 1, 0] = -phi[:, 0], phi[:, 1]
    return np.squeeze(made)


@program(at(VECTOR[:3]), at(WIDE[:, :3]), order=2)
def squeeze_what_a_helper_squeezed(xi):
    xi = np.atleast_2d(xi)
    made = np.zeros([xi.shape[0], 3, 3])
    made[:, :2, :2] = wedge_of_rows(xi[:, 1:])
    made[:, :2, 2] = xi[:, :2]
    return np.sum(np.squeeze(made) ** 3 * np.arange(3.0)) + np.sum(squeezed_by_a_helper(wedge_of_rows(xi)[None]))


@program(at(np.array([0.7, 1.2]), 3.0), wrt=0, order=2)
def asked_of_values(x, t):
    if np.isscalar(t) and not np.isscalar(x) and np.ndim(t) == 0:
        x = x * np.size(x) + np.shape([x, x])[0]
    return np.sum(x) * np.ndim([[1.0]]) * np.size(np.ones((2, 3)), 1) + len(np.shape(t))


@program(at(VECTOR[:3], WIDE[:, :3]), at(VECTOR[:3], WIDE[:1, :3]), order=2)
def side_by_side(x, y):
    both = np.broadcast(x, y)
    weighted = sum((k + 1) * a * b for k, (a, b) in enumerate(both))
    left = len([a for a, _ in both])
    both.reset()
    return weighted + np.sum(np.array([a * a for a, _ in both])) + left
