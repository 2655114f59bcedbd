"""Linear algebra written out in loops and slices."""

import math

import numpy as np

from .registry import at, program

VECTOR = np.array([0.7, -1.2, 0.4])
MATRIX = np.array([[2.0, 0.3, -0.4], [0.5, 1.7, 0.2], [-0.1, 0.6, 2.2]])
SPD = MATRIX @ MATRIX.T + np.eye(3)
CLOUD = np.array([[0.4, -1.2, 0.3], [1.1, 0.7, -0.5], [-0.6, 0.2, 1.4], [0.9, -0.3, -1.1]])
WIDE = np.array([[0.2, -0.7, 1.1, 0.5], [1.3, 0.4, -0.6, 0.9], [0.8, -1.5, 0.1, 0.35]])


@program(at(MATRIX, WIDE), wrt=(0, 1), order=2)
def product_in_three_loops(a, b):
    c = np.zeros((a.shape[0], b.shape[1]))
    for i in range(a.shape[0]):
        for j in range(b.shape[1]):
            for k in range(a.shape[1]):
                c[i, j] += a[i, k] * b[k, j]
    return np.sum(c * c)


@program(at(SPD), at(np.array([[2.0]])), order=2)
def cholesky(a):
    n = a.shape[0]
    factor = np.zeros((n, n))
    for j in range(n):
        s = a[j, j]
        for k in range(j):
            s -= factor[j, k] ** 2
        factor[j, j] = math.sqrt(s)
        for i in range(j + 1, n):
            s = a[i, j]
            for k in range(j):
                s -= factor[i, k] * factor[j, k]
            factor[i, j] = s / factor[j, j]
    return np.sum(factor * factor * a) + np.sum(np.log(np.diag(factor)))


@program(at(SPD, VECTOR), wrt=(0, 1), order=2)
def cholesky_in_place_by_slices_and_solve(a, b):
    n = a.shape[0]
    m = a.copy()
    for j in range(n):
        m[j, j] = np.sqrt(m[j, j] - np.dot(m[j, :j], m[j, :j]))
        for i in range(j + 1, n):
            m[i, j] = (m[i, j] - np.dot(m[i, :j], m[j, :j])) / m[j, j]
    x = b.copy()
    for i in range(n):
        x[i] = (x[i] - np.dot(m[i, :i], x[:i])) / m[i, i]
    for i in range(n - 1, -1, -1):
        x[i] = (x[i] - np.dot(m[i + 1 :, i], x[i + 1 :])) / m[i, i]
    return np.dot(x, b)


@program(at(np.array([[0.1, 2.0, 1.0], [1.5, 0.4, -0.2], [3.0, 0.5, 0.7]]), VECTOR), at(MATRIX, VECTOR), wrt=(0, 1), order=2)
def elimination_with_pivots(matrix, right):
    a = matrix.copy()
    x = right.copy()
    n = len(x)
    for k in range(n):
        p = k + np.argmax(np.abs(a[k:, k]))
        if p != k:
            row = a[k].copy()
            a[k] = a[p]
            a[p] = row
            x[k], x[p] = x[p], x[k]
        for i in range(k + 1, n):
            factor = a[i, k] / a[k, k]
            a[i, k:] -= factor * a[k, k:]
            x[i] -= factor * x[k]
    for i in reversed(range(n)):
        for j in range(i + 1, n):
            x[i] -= a[i, j] * x[j]
        x[i] /= a[i, i]
    return np.sum(x**2)


@program(at(WIDE.T), order=2)
def gram_schmidt(a):
    q = a.copy()
    n = q.shape[1]
    r = np.zeros((n, n))
    for j in range(n):
        for k in range(j):
            r[k, j] = np.dot(q[:, k], q[:, j])
            q[:, j] -= r[k, j] * q[:, k]
        r[j, j] = np.linalg.norm(q[:, j])
        q[:, j] /= r[j, j]
    return np.sum(r * r * r) + q[0, 0] * q[1, 2]


@program(at(SPD, np.array([1.0, 0.5, -0.3]), 6), at(SPD, np.array([1.0, 0.5, -0.3]), 0), wrt=(0, 1), order=2)
def power_iteration(a, start, turns):
    v = start
    for _ in range(turns):
        v = a @ v
        v = v / np.linalg.norm(v)
    return v @ a @ v


@program(at(SPD, VECTOR, 3), wrt=(0, 1), order=2)
def conjugate_gradients(a, b, turns):
    x = np.zeros(len(b))
    r = b - a @ x
    p = r
    rr = r @ r
    for _ in range(turns):
        ap = a @ p
        alpha = rr / (p @ ap)
        x = x + alpha * p
        r = r - alpha * ap
        new = r @ r
        if new < 1e-20:
            break
        p = r + (new / rr) * p
        rr = new
    return x @ x


@program(at(SPD, VECTOR), wrt=(0, 1), order=2)
def gauss_seidel(a, b):
    x = np.zeros_like(b)
    for _ in range(5):
        for i in range(len(b)):
            s = b[i]
            for j in range(len(b)):
                if j != i:
                    s -= a[i, j] * x[j]
            x[i] = s / a[i, i]
    return np.sum(x)


@program(at(np.array([2.0, 2.5, 3.0, 2.2]), np.array([0.5, -0.4, 0.3]), np.array([1.0, 2.0, -1.0, 0.5])), wrt=(0, 1, 2), order=2)
def tridiagonal_solve(diagonal, off, right):
    d = diagonal.copy()
    x = right.copy()
    n = len(d)
    for i in range(1, n):
        w = off[i - 1] / d[i - 1]
        d[i] -= w * off[i - 1]
        x[i] -= w * x[i - 1]
    x[n - 1] /= d[n - 1]
    for i in range(n - 2, -1, -1):
        x[i] = (x[i] - off[i] * x[i + 1]) / d[i]
    return np.sum(x * x)


@program(at(MATRIX), order=2)
def determinant_of_three(a):
    return (
        a[0, 0] * (a[1, 1] * a[2, 2] - a[1, 2] * a[2, 1])
        - a[0, 1] * (a[1, 0] * a[2, 2] - a[1, 2] * a[2, 0])
        + a[0, 2] * (a[1, 0] * a[2, 1] - a[1, 1] * a[2, 0])
    )


@program(at(MATRIX, 5), at(MATRIX, 0), order=2)
def matrix_power_by_squaring(a, n):
    result = np.eye(3)
    base = a
    while n > 0:
        if n % 2 == 1:
            result = result @ base
        base = base @ base
        n = n // 2
    return np.trace(result)


@program(at(MATRIX * 0.3), order=2)
def matrix_exponential_by_its_series(a):
    term = np.eye(3)
    total = np.eye(3)
    for k in range(1, 9):
        term = term @ a / k
        total = total + term
    return np.sum(total * a)


@program(at(np.array([0.5, -1.0, 2.0, 0.3]), 1.3), wrt=(0, 1), order=2)
def horner(c, x):
    value = 0.0
    for k in range(len(c) - 1, -1, -1):
        value = value * x + c[k]
    return value


@program(at(np.array([0.3, 0.9, 0.5, 0.2]), np.array([1.0, -2.0, 0.5])), wrt=(0, 1), order=2)
def convolution(x, kernel):
    y = np.zeros(len(x) + len(kernel) - 1)
    for i in range(len(x)):
        for j in range(len(kernel)):
            y[i + j] += x[i] * kernel[j]
    return np.sum(y**3)


@program(at(np.array([[1.0, 0.4], [0.4, 2.0]])), order=2)
def jacobi_rotation(a):
    theta = 0.5 * np.arctan2(2.0 * a[0, 1], a[0, 0] - a[1, 1])
    c, s = np.cos(theta), np.sin(theta)
    r = np.array([[c, -s], [s, c]])
    d = r.T @ a @ r
    return d[0, 0] ** 2 + 3.0 * d[1, 1]


@program(at(np.array([[0.3, 1.2, -0.5], [0.8, -0.4, 0.9]]), np.array([[1.0, 0.2, 0.1], [-0.3, 0.7, 0.4]])), wrt=(0, 1), order=2)
def torques_in_a_loop(r, forces):
    n = len(r)
    torques = np.zeros((n, 3))
    for i in range(n):
        torques[i] = 0.5 * np.cross(r[i], forces[i])
        torques[i] += np.linalg.norm(r[i]) * np.cross(forces[i], r[n - 1 - i])
    return np.sum(torques**2)


@program(at(np.array([[1.0, 0.3, 2.0], [0.5, -1.0, 0.7]])))
def cross_products_as_rows(a):
    third = np.cross(a[0], a[1])
    turned = np.cross(a[0] * 1j, a[1] + 1j)
    return np.sum(np.stack([a[0], a[1], third]) ** 3) + np.sum(abs(np.array([a[0] + 1j, turned])) ** 2)


# What a rule is given goes through helpers that its results come from, too; that is no reason not to write into these.
@program(at(CLOUD, CLOUD @ MATRIX), at(CLOUD, -CLOUD @ MATRIX), at(CLOUD, CLOUD[::-1] @ MATRIX), wrt=(0, 1))
def the_rotation_that_fits_best(a, b):
    a, b = a - np.mean(a, axis=0), b - np.mean(b, axis=0)
    u, _, vt = np.linalg.svd(a.T @ b)
    rotation = vt.T @ u.T
    if np.linalg.det(rotation) < 0:
        vt[2, :] *= -1
        rotation = vt.T @ u.T
    return rotation[0, 1] + 2.0 * rotation[2, 0] ** 2
