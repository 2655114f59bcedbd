"""Long lists of arrays, of rows and of points: one array on the way in, a list inside."""

import numpy as np

from .registry import at, program

ARRAYS = [np.array([0.1 * k, 1.0 - 0.02 * k]) for k in range(70)]
POINTS = [(0.01 * k, 1.0 - 0.02 * k) for k in range(70)]
ROWS = [[0.01 * k, 1.0, 1.0 - 0.02 * k] for k in range(70)]
DATA = [(float(k), 0.5 * k) for k in range(100)]


@program(at(ARRAYS), order=1)
def a_list_of_arrays(xs):
    total = 0.0
    for k, v in enumerate(xs):
        total += np.sum(v * v) * v[0] * k
    stacked = np.array(xs)
    return total + stacked[3, 1] * xs[-1][1] + len(xs) + np.sum(sum(xs[2:5]) ** 2) + np.sum(sum(v * v for v in xs))


@program(at(POINTS, 0.7), wrt=(0, 1), order=1)
def a_list_of_points(points, w):
    total = 0.0
    for x, y in points:
        total += w * x * y * y
    nearest = min(points, key=lambda p: (p[0] - 0.3) ** 2 + (p[1] - 0.2) ** 2)
    return total + sum(a for a, _ in points) * nearest[1] + points[2][1]


@program(at(ROWS), order=1)
def a_table_of_rows(rows):
    total = 0.0
    for row in rows:
        total += sum(v * v for v in row) * row[0] + max(row)
    columns = [sum(row[j] for row in rows) for j in range(3)]
    return total + columns[0] * columns[2]


@program(at(0.7), order=2)
def captured_points(a):
    return sum((a * x - y) ** 2 for x, y in DATA)
