"""Programs everybody in this field has written at least once."""

import math

import numpy as np

from .registry import at, program

VECTOR = np.array([0.7, -1.2, 0.4, 1.9, -0.3])
WIDE = np.array([[0.2, -0.7, 1.1, 0.5], [1.3, 0.4, -0.6, 0.9], [0.8, -1.5, 0.1, 0.35]])
SPD = np.array([[1.5, 0.3], [0.3, 0.8]])


def waves(count, *shape):
    """Numbers without a pattern, the same at every run."""
    size = int(np.prod(shape))
    return np.sin(1.7 * np.arange(count, count + size) ** 1.3).reshape(shape)


@program(at(1.5), order=2)
def two_paths(t):
    x = t * t
    y = math.sin(t)
    return x * y


@program(at(1.5, 0.7), wrt=(0, 1), order=2)
def general_chain_rule(s, t):
    x = s * t
    y = s + math.sin(t)
    u = x * y
    v = math.exp(-y)
    w = x / (1.0 + y * y)
    return u * v + w * math.sqrt(1.0 + u * u)


@program(at(np.array([-1.2, 1.0])), at(np.array([1.0, 1.0])), at(np.array([-1.2, 1.0, 0.5, 0.8])), order=2)
def rosenbrock(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


@program(at(np.array([-1.2, 1.0, 0.5])), order=2)
def rosenbrock_in_a_loop(x):
    total = 0.0
    for i in range(len(x) - 1):
        total += 100.0 * (x[i + 1] - x[i] ** 2) ** 2 + (1.0 - x[i]) ** 2
    return total


@program(at(7.0, 2.0), order=2)
def newton_square_root(a, x):
    for _ in range(20):
        x = x - (x * x - a) / (2.0 * x)
    return x


@program(at(0.3, 0.8), wrt=(0, 1), order=2)
def kepler_equation(mean, eccentricity):
    anomaly = mean
    for _ in range(60):
        change = (anomaly - eccentricity * math.sin(anomaly) - mean) / (1.0 - eccentricity * math.cos(anomaly))
        anomaly = anomaly - change
        if abs(change) < 1e-14:
            break
    return anomaly


def lotka_volterra(state, rates):
    x, y = state[0], state[1]
    return np.array([rates[0] * x - rates[1] * x * y, rates[2] * x * y - rates[3] * y])


@program(at(np.array([1.0, 0.5]), np.array([1.1, 0.4, 0.1, 0.4]), 0.1, 10), wrt=(0, 1), order=2)
def runge_kutta(state, rates, h, steps):
    for _ in range(steps):
        k1 = lotka_volterra(state, rates)
        k2 = lotka_volterra(state + 0.5 * h * k1, rates)
        k3 = lotka_volterra(state + 0.5 * h * k2, rates)
        k4 = lotka_volterra(state + h * k3, rates)
        state = state + h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
    return np.sum(state**2)


@program(at(1.0, 0.0, 3.0, 0.01, 40), wrt=(0, 1, 2), order=2)
def leapfrog(q, p, stiffness, h, steps):
    p -= 0.5 * h * stiffness * q**3
    for i in range(steps):
        q += h * p
        if i < steps - 1:
            p -= h * stiffness * q**3
    p -= 0.5 * h * stiffness * q**3
    return 0.5 * p * p + 0.25 * stiffness * q**4 + q


@program(at(np.array([0.3, -0.1]), SPD, waves(3, 4), 0.1), wrt=(0, 1, 2, 3), order=1)
def kalman_filter(x, p, measurements, noise):
    f = np.array([[1.0, 0.2], [0.0, 1.0]])
    h = np.array([1.0, 0.0])
    loss = 0.0
    for z in measurements:
        x = f @ x
        p = f @ p @ f.T + 0.01 * np.eye(2)
        s = h @ p @ h + noise
        residual = z - h @ x
        gain = p @ h / s
        x = x + gain * residual
        p = p - np.outer(gain, h @ p)
        loss += residual**2 / s + np.log(s)
    return loss


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


@program(at(waves(0, 8, 2) * 0.5, waves(20, 8, 2) * 0.5, waves(40, 8) * 0.3, waves(60, 3, 2)), wrt=(0, 1, 2), order=1)
def lstm(w, u, b, xs):
    h = np.zeros(2)
    c = np.zeros(2)
    for x in xs:
        gates = w @ x + u @ h + b
        forget = sigmoid(gates[:2])
        enter = sigmoid(gates[2:4])
        out = sigmoid(gates[4:6])
        c = forget * c + enter * np.tanh(gates[6:])
        h = out * np.tanh(c)
    return np.sum(h * h)


@program(
    at([(waves(1, 4, 3), waves(2, 4)), (waves(3, 2, 4), waves(4, 2))], waves(5, 6, 3), np.array([0, 1, 1, 0, 1, 0])),
    wrt=0,
    order=2,
)
def network_with_cross_entropy(layers, images, labels):
    h = images
    for w, b in layers[:-1]:
        h = np.tanh(h @ w.T + b)
    w, b = layers[-1]
    logits = h @ w.T + b
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    logp = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    return -np.mean(logp[np.arange(len(labels)), labels])


@program(at(waves(9, 7, 2) * 3.0, waves(3, 2, 2)), wrt=(0, 1), order=1)
def k_means_step(points, centres):
    sums = np.zeros_like(centres)
    counts = np.zeros(centres.shape[0])
    for i in range(points.shape[0]):
        best = 0
        smallest = math.inf
        for k in range(centres.shape[0]):
            distance = np.sum((points[i] - centres[k]) ** 2)
            if distance < smallest:
                smallest = distance
                best = k
        sums[best] += points[i]
        counts[best] += 1.0
    for k in range(centres.shape[0]):
        if counts[k] > 0:
            sums[k] /= counts[k]
    return np.sum((sums - centres) ** 2)


@program(at(VECTOR), at(np.array([1000.0, 1000.5])), at(np.array([-1000.0, -1001.0])), at(np.array([2.0])), order=2)
def logsumexp(x):
    largest = x[0]
    for v in x:
        if v > largest:
            largest = v
    total = 0.0
    for v in x:
        total += math.exp(v - largest)
    return largest + math.log(total)


@program(at(waves(1, 3), waves(2, 3, 2), waves(4, 3, 2) * 0.3, waves(7, 3) * 0.4, waves(11, 5, 2)), wrt=(0, 1, 2, 3), order=1)
def gaussian_mixture(alphas, means, log_diagonals, lower, points):
    n, d = points.shape
    k = len(alphas)
    total = 0.0
    terms = np.zeros(k)
    centred = np.zeros(d)
    for i in range(n):
        for c in range(k):
            for a in range(d):
                centred[a] = points[i, a] - means[c, a]
            square = 0.0
            for a in range(d):
                s = math.exp(log_diagonals[c, a]) * centred[a]
                for b in range(a):
                    s += lower[c] * centred[b]
                square += s * s
            terms[c] = alphas[c] + log_diagonals[c, 0] + log_diagonals[c, 1] - 0.5 * square
        largest = terms[0]
        for c in range(1, k):
            if terms[c] > largest:
                largest = terms[c]
        s = 0.0
        for c in range(k):
            s += math.exp(terms[c] - largest)
        total += largest + math.log(s)
    return total


def rotated(axis, v):
    square = axis @ axis
    if square == 0.0:
        return v + np.array([axis[1] * v[2] - axis[2] * v[1], axis[2] * v[0] - axis[0] * v[2], axis[0] * v[1] - axis[1] * v[0]])
    angle = np.sqrt(square)
    c, s = np.cos(angle), np.sin(angle)
    w = axis / angle
    cross = np.array([w[1] * v[2] - w[2] * v[1], w[2] * v[0] - w[0] * v[2], w[0] * v[1] - w[1] * v[0]])
    return c * v + s * cross + (1.0 - c) * (w @ v) * w


@program(
    at(np.array([0.1, -0.2, 0.3, 0.5, 0.1, -0.4, 1.2, 0.01, -0.02, 0.1, 0.2]), np.array([0.3, 0.4, 2.5]), 0.9, np.array([0.1, 0.3])),
    at(np.array([0.0, 0.0, 0.0, 0.5, 0.1, -0.4, 1.2, 0.01, -0.02, 0.1, 0.2]), np.array([0.3, 0.4, 2.5]), 0.9, np.array([0.1, 0.3])),
    wrt=(1, 2),
)
@program(
    at(np.array([0.1, -0.2, 0.3, 0.5, 0.1, -0.4, 1.2, 0.01, -0.02, 0.1, 0.2]), np.array([0.3, 0.4, 2.5]), 0.9, np.array([0.1, 0.3])),
    wrt=(0, 1, 2),
)
def bundle_adjustment_residual(camera, point, weight, feature):
    local = rotated(camera[:3], point - camera[3:6])
    flat = local[:2] / local[2]
    square = flat @ flat
    bend = 1.0 + camera[7] * square + camera[8] * square * square
    projected = camera[6] * bend * flat + camera[9:11]
    return weight * (projected - feature), 1.0 - weight * weight


def minor(a, column):
    n = a.shape[0]
    m = np.zeros((n - 1, n - 1))
    for i in range(1, n):
        k = 0
        for j in range(n):
            if j != column:
                m[i - 1, k] = a[i, j]
                k += 1
    return m


@program(at(waves(3, 4, 4)), at(np.array([[2.5]])), order=2)
def determinant_by_minors(a):
    n = a.shape[0]
    if n == 1:
        return a[0, 0]
    total = 0.0
    sign = 1.0
    for j in range(n):
        total += sign * a[0, j] * determinant_by_minors(minor(a, j))
        sign = -sign
    return total


@program(at(np.array([0.0, 0.3, 1.0, 0.4, 0.2, 0.0]), 0.2, 8), at(np.array([0.0, 0.3]), 0.2, 2), wrt=(0, 1), order=2)
def heat_stencil(u, k, steps):
    for _ in range(steps):
        new = u.copy()
        new[1:-1] = u[1:-1] + k * (u[2:] - 2.0 * u[1:-1] + u[:-2])
        u = new
    return np.sum(u * u)


@program(at(waves(1, 4, 5), 0.1, 3), wrt=(0, 1), order=1)
def heat_in_two_dimensions(u, k, steps):
    u = u.copy()
    v = np.zeros_like(u)
    for _ in range(steps):
        for i in range(1, u.shape[0] - 1):
            for j in range(1, u.shape[1] - 1):
                v[i, j] = u[i, j] + k * (u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1] - 4.0 * u[i, j])
        u, v = v, u
    return np.sum(u**2)


@program(at(1.2, 100.0, 0.05, 0.2, 1.0), at(120.0, 100.0, 0.05, 0.2, 1.0), wrt=(0, 1, 2, 3, 4), order=2)
def black_scholes(spot, strike, rate, volatility, years):
    spot = spot * 80.0 if spot < 10.0 else spot
    d1 = (math.log(spot / strike) + (rate + 0.5 * volatility**2) * years) / (volatility * math.sqrt(years))
    d2 = d1 - volatility * math.sqrt(years)
    n1 = 0.5 * (1.0 + math.erf(d1 / math.sqrt(2.0)))
    n2 = 0.5 * (1.0 + math.erf(d2 / math.sqrt(2.0)))
    return spot * n1 - strike * math.exp(-rate * years) * n2


@program(at(100.0, 0.2, 6), wrt=(0, 1), order=1)
def binomial_tree(spot, volatility, n):
    up = math.exp(volatility / math.sqrt(n))
    values = np.zeros(n + 1)
    for i in range(n + 1):
        values[i] = max(spot * up ** (2 * i - n) - 98.0, 0.0)
    for step in range(n, 0, -1):
        for i in range(step):
            values[i] = 0.5 * (values[i] + values[i + 1])
    return values[0]


@program(at(waves(2, 6), waves(5, 6), 0.1), wrt=(0, 1), order=1)
def dynamic_time_warping_soft(a, b, gamma):
    n, m = len(a), len(b)
    r = np.full((n + 1, m + 1), 1e6)
    r[0, 0] = 0.0
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            lowest = min(r[i - 1, j], r[i, j - 1], r[i - 1, j - 1])
            s = (
                math.exp((lowest - r[i - 1, j]) / gamma)
                + math.exp((lowest - r[i, j - 1]) / gamma)
                + math.exp((lowest - r[i - 1, j - 1]) / gamma)
            )
            r[i, j] = (a[i - 1] - b[j - 1]) ** 2 + lowest - gamma * math.log(s)
    return r[n, m]


@program(at(waves(1, 3, 3), waves(4, 3), np.array([0, 2, 1, 1])), wrt=(0, 1), order=2)
def hidden_markov_forward(transition, start, observed):
    a = np.exp(transition) / np.sum(np.exp(transition), axis=1, keepdims=True)
    p = np.exp(start) / np.sum(np.exp(start))
    total = 0.0
    for o in observed:
        emission = np.full(3, 0.2)
        emission[o] = 0.6
        p = (p @ a) * emission
        s = np.sum(p)
        total += np.log(s)
        p = p / s
    return total


@program(at(waves(1, 5, 3), 0.7), wrt=(0, 1), order=1)
def many_bodies(positions, strength):
    n = positions.shape[0]
    energy = 0.0
    for i in range(n):
        for j in range(i + 1, n):
            square = 0.0
            for a in range(3):
                square += (positions[i, a] - positions[j, a]) ** 2
            inverse = 1.0 / (square + 0.1)
            energy += strength * (inverse**6 - inverse**3)
    return energy


@program(at(waves(1, 4, 2), waves(3, 4, 2), waves(5, 4, 2)), wrt=(0, 1, 2), order=1)
def attention(q, k, v):
    scores = q @ k.T / np.sqrt(q.shape[1])
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    weights = weights / weights.sum(axis=1, keepdims=True)
    return np.sum((weights @ v) ** 2)


@program(at(waves(1, 6, 6), waves(40, 3, 3)), wrt=(0, 1), order=1)
def convolution_in_two_dimensions(image, kernel):
    n = image.shape[0] - 2
    out = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            out[i, j] = np.sum(image[i : i + 3, j : j + 3] * kernel)
    out = np.maximum(out, 0.1 * out)
    return np.sum(out[::2, ::2] ** 2)


@program(at(np.array([0.5, 0.2]), 0.3, 40), wrt=(0, 1), order=1)
def momentum_descent(w, rate, steps):
    v = np.zeros_like(w)
    for _ in range(steps):
        gradient = np.array([2.0 * w[0] - 1.0, 4.0 * w[1] ** 3 + w[0] * 0.1])
        v = 0.8 * v - 0.1 * rate * gradient
        w = w + v
    return w[0] ** 2 + w[1]


@program(at(VECTOR[:3], 20), order=1)
def adaptive_integration(x, limit):
    t = 0.0
    y = x[0]
    h = 0.1
    turns = 0
    while t < 1.0 and turns < limit:
        slope = -x[1] * y + x[2]
        whole = y + h * slope
        half = y + 0.5 * h * slope
        half = half + 0.5 * h * (-x[1] * half + x[2])
        if abs(whole - half) > 0.01:
            h = h * 0.5
            continue
        y = half
        t = t + h
        h = h * 1.25
        turns += 1
    return y * y


@program(at(0.8, 1.3), wrt=(0, 1))
def bisection_then_one_newton_step(a, b):
    low, high = 0.0, 10.0
    while high - low > 1e-15:
        middle = 0.5 * (low + high)
        if middle * middle * a - b > 0.0:
            high = middle
        else:
            low = middle
    x = 0.5 * (low + high)
    return x - (x * x * a - b) / (2.0 * x * a)


@program(at(np.array([1.0, 2.0, 3.5, 5.0]), np.array([0.3, 0.9, -0.2, 0.4]), 2.2), wrt=(1, 2), order=2)
def lagrange_interpolation(xs, ys, x):
    total = 0.0
    for i in range(len(xs)):
        basis = 1.0
        for j in range(len(xs)):
            if i != j:
                basis *= (x - xs[j]) / (xs[i] - xs[j])
        total += ys[i] * basis
    return total


@program(at(waves(1, 4), 0.3), wrt=(0, 1), order=2)
def discrete_cosine_filter(x, cut):
    n = len(x)
    y = np.zeros(n)
    for k in range(n):
        for i in range(n):
            y[k] += x[i] * math.cos(math.pi * (i + 0.5) * k / n)
        y[k] *= math.exp(-cut * k)
    return np.sum(y**2)
