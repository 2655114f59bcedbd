"""Reading and writing by every kind of index."""

import numpy as np

from .registry import at, program

VECTOR = np.array([0.7, -1.2, 0.4, 1.9, -0.3])
WIDE = np.array([[0.2, -0.7, 1.1, 0.5], [1.3, 0.4, -0.6, 0.9], [0.8, -1.5, 0.1, 0.35]])
CUBE = np.sin(np.arange(24.0)).reshape(2, 3, 4)


@program(at(VECTOR), order=2)
def slices_with_steps(x):
    return np.sum(x[::2] ** 2) + np.sum(x[::-1] * x) + np.sum(x[3:0:-1] * x[1:4]) + x[-2] * np.sum(x[-3:]) + np.sum(x[:-4:-2])


@program(at(VECTOR), at(VECTOR[:1]), order=2)
def slices_past_the_end(x):
    return np.sum(x[:100] ** 2) + np.sum(x[2:1]) + np.sum(x[-100:1] * 3.0) + np.sum(x[7:])


@program(at(CUBE), order=2)
def slices_of_many_axes(c):
    return np.sum(c[0] * c[1]) + np.sum(c[:, 1] ** 2) + np.sum(c[..., 2] * c[..., 0]) + np.sum(c[1, :, ::2] * c[0, :, 1::2])


@program(at(CUBE), order=2)
def new_axes_and_ellipsis(c):
    return np.sum(c[:, None, 0] * c[:, :, 1][:, :, None]) + np.sum(c[..., None, 3] ** 2)


@program(at(CUBE), order=2)
def slices_written(c):
    y = c * 1.0
    y[0, 1:] = c[1, :-1] * 2.0
    y[:, 0, ::2] *= c[:, 2, 1::2]
    y[..., -1] = 3.0
    y[1, :, 1] += np.sum(y[0])
    return np.sum(y * c)


@program(at(VECTOR, np.array([3, 0, 3, -1])), order=2)
def gather(x, i):
    return np.sum(x[i] ** 2) * x[i[0]]


@program(at(WIDE, np.array([2, 0]), np.array([1, 3])), order=2)
def gather_by_two_index_arrays(w, i, j):
    return np.sum(w[i, j] ** 2) + np.sum(w[i] ** 3) + np.sum(w[:, j] * w[:, i])


@program(at(WIDE, np.array([[2, 0], [1, 1]])), order=2)
def gather_by_an_index_matrix(w, i):
    return np.sum(w[i] ** 2) + np.sum(w[0][i] * w[1][i])


@program(at(VECTOR, np.array([3, 5]), raises=IndexError), at(VECTOR, np.array([3, -5])), at(VECTOR, np.array([3, -6]), raises=IndexError))
def gather_out_of_range(x, i):
    return np.sum(x[i] ** 2)


@program(at(VECTOR, np.array([3, 0, 1])), order=2)
def scatter(x, i):
    y = np.zeros(6)
    y[i] = x[:3] * x[2:]
    y[i] *= 2.0
    y[i[::-1]] -= x[0]
    return np.sum(y**2)


@program(at(WIDE, np.array([2, 0, 2])), order=2)
def scatter_of_rows(w, i):
    y = w * 1.0
    y[i] += w[:3] * 2.0
    y[i, 1] = w[0, :3]
    return np.sum(y * w)


@program(at(VECTOR, np.array([1, 1, 1, 0, 2])), order=2)
def histogram_by_add_at(x, i):
    y = np.zeros(3)
    np.add.at(y, i, x * x)
    return np.sum(y**2)


@program(at(VECTOR, np.array([1, 1, 0, 2, 1])), order=2)
def rows_and_columns_added_at(x, i):
    y = np.ones((4, 5))
    np.add.at(y, (i, slice(None)), x)
    np.subtract.at(y, (slice(None), i), x[0])
    np.add.at(y[0], x > 0.5, x[1])
    np.add.at(y, (0, 2), x[2])
    return np.sum(y**2)


@program(at(VECTOR, np.array([1, 1, 1, 0, 2])), order=2)
def histogram_by_a_loop(x, bins):
    y = np.zeros(3)
    for k in range(len(x)):
        y[bins[k]] += x[k] * x[k]
    return np.sum(y**3)


@program(at(WIDE), order=2)
def boolean_mask_of_a_matrix(w):
    return np.sum(w[w > 0.3] ** 2) + np.sum(w[w > 100.0])


@program(at(WIDE, np.array([True, False, True])), order=2)
def boolean_mask_of_rows(w, keep):
    y = w[keep]
    z = w * w
    z[keep] = 1.0
    z[~keep, 0] = w[0, 0]
    return np.sum(y * y) + np.sum(z)


@program(at(VECTOR, 1.0), wrt=(0, 1), order=2)
def mask_assigned_from_a_compressed_array(x, s):
    y = x * s
    positive = x > 0
    y[positive] = y[positive] ** 2 + s
    return np.sum(y)


@program(at(VECTOR, np.array([0, 2, 4])), order=2)
def index_of_an_index(x, i):
    total = 0.0
    for k in range(len(i)):
        total += x[i[k]] * x[i[-k]]
    return total


@program(at(WIDE, 1, 2), at(WIDE, -1, -4), at(WIDE, 1, 4, raises=IndexError), at(WIDE, 3, 0, raises=IndexError))
def two_indices(w, i, j):
    return w[i, j] ** 2 + w[i][j]


@program(at(VECTOR), order=2)
def index_from_a_float(x):
    k = int(abs(x[3]))
    return x[k] * x[0] ** 2


@program(at(VECTOR, 2), at(VECTOR, 0), order=2)
def window(x, k):
    total = 0.0
    for i in range(len(x) - k):
        w = x[i : i + k + 1]
        total += np.sum(w) ** 2 * w[0]
    return total


@program(at(VECTOR, 0.3), order=2)
def interpolation_in_a_table(table, t):
    position = t * (len(table) - 1)
    k = int(position)
    w = position - k
    return (1.0 - w) * table[k] + w * table[k + 1] ** 2


@program(at(0.3, VECTOR), at(0.8, VECTOR))
def interpolation_by_position(t, table):
    position = t * (len(table) - 1)
    k = int(position)
    w = position - k
    return (1.0 - w) * table[k] + w * table[k + 1] ** 2


@program(at(VECTOR, 2, raises=IndexError), at(VECTOR[None, :], 2))
def too_many_indices_or_not(x, k):
    return x[0, k] * 2.0


@program(at(VECTOR, np.array([0.0, 0.45, 0.45, 1.0, 2.0])), at(VECTOR, np.zeros(0)), at(VECTOR, np.array([0.9, 0.1, 1.6, -0.2])), order=2)
def table_looked_up_by_searchsorted(x, knots):
    k = np.searchsorted(knots, x)
    right = knots.searchsorted(x[:4].reshape(2, 2), side="right")
    total = np.sum(x * x * k) + np.sum(right * x[2])
    return total + x[np.searchsorted(knots, 0.45, "right")] * x[1] + x[0] * np.searchsorted(np.arange(4), 2)


@program(at(VECTOR), order=2)
def searchsorted_by_bisection(x):
    knots = np.array([0.0, 1.0, 2.0, 4.0])
    total = 0.0
    for v in x:
        low, high = 0, 3
        while high - low > 1:
            middle = (low + high) // 2
            if knots[middle] > v:
                high = middle
            else:
                low = middle
        total += (v - knots[low]) ** 2 * (low + 1)
    return total


@program(at(WIDE), order=2)
def diagonal_and_trace(w):
    a = w[:, :3] @ w[:, 1:]
    return np.sum(np.diag(a) ** 2) + np.trace(a) ** 2


@program(at(WIDE), order=2)
def rows_by_negative_steps(w):
    return np.sum(w[::-1] * w) + np.sum(w[:, ::-1][1] * w[2]) + np.sum(w[::-2, 1:3] ** 2)


@program(at(np.arange(6.0)), order=2)
def view_of_reshape_of_slice(x):
    y = x * 1.0
    y[1:5].reshape(2, 2)[0] = x[4] * x[5]
    return np.sum(y**2)


@program(at(VECTOR), order=2)
def slice_assigned_from_a_list(x):
    y = np.zeros(4)
    y[:2] = [x[0] * x[1], x[2]]
    y[2:] = (1.0, x[4])
    return np.sum(y**2)


@program(at(VECTOR, VECTOR[:2], raises=ValueError), at(VECTOR, VECTOR[:3]), wrt=(0, 1))
def slice_of_another_length_assigned(x, y):
    z = x * 1.0
    z[1:4] = y
    return np.sum(z * z)


# A mask of no axes adds one, of length 1 or 0.
@program(at(VECTOR), at(-VECTOR), order=2)
def single_booleans(x):
    y = np.empty_like(x[0])
    y[x[0] > 0.0] = x[0] ** 2
    y[~(x[0] > 0.0)] = x[1] * 7.0
    z = x * 1.0
    z[x[1] > 0.0] *= x[2]
    z[None, x[1] > 0.0, 1:3] += 3.0 * x[:2]
    return y + np.sum(np.sin(x[0])[x[0] > 0.0]) + np.sum(x[x[0] > 0.0, ::2] ** 3) + np.sum(z**2) + x[x[1] > 0.0, 2].size


@program(at(WIDE[:, :3]), order=2)
def diagonal_by_strides(w):
    a = w * 1.0
    d = np.lib.stride_tricks.as_strided(a, shape=(a.shape[0],), strides=((a.shape[0] + 1) * a.itemsize,))
    d *= d
    d += w[0, 1]
    return np.sum(a**2)


@program(at(1.5), at(VECTOR), order=2)
def mean_of_a_number_has_no_axis(x):
    try:
        m = np.mean(x, axis=0)
    except IndexError:
        m = 2.0 * x
    return np.sum(m * x) + np.sum(x, axis=0)


@program(at(np.array([1.0, 3.0, 2.5, 0.0, 4.5, 3.5])))
def masks_that_change_between_their_uses(x):
    mask = x > 2.0
    total = np.sum(x[mask])
    mask[0] = True
    total += 10.0 * np.sum(x[mask] ** 2)
    np.logical_not(mask, mask)
    total += 100.0 * np.sum(np.sin(x[mask]))
    places = np.arange(len(x))
    seen = np.zeros((len(x), 2))
    for turn in range(3):
        far = x[places] > 2.0 + turn
        seen[places[far], places[far] % 2] = x[places[far]] * (turn + 1)
        np.logical_not(far, far)
        places = places[far]
    return total + np.sum(seen * np.arange(2.0 * len(x)).reshape(-1, 2))


@program(at(np.array([1.0, 3.0, 2.5, 0.0, 4.5, 3.5])), order=2)
def shapes_that_are_assigned(x):
    y = x * x
    y.shape = 2, -1
    rows, columns = np.mgrid[0:2, 0:3]
    z = rows * x[0] + columns * 1j
    rows.shape = columns.shape = z.shape = 6
    return np.sum(y[0]) + np.sum(rows * x * z.real) + np.sum(columns * x)
