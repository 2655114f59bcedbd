"""Sums over data: a Gaussian mixture, k-means, least squares, log-sum-exp."""

import numpy as np
from scipy.special import multigammaln


def logsumexp(x):
    largest = np.max(x)
    return largest + np.log(np.sum(np.exp(x - largest)))


def mixture(alpha, mu, q, lower, x, gamma, m):
    """The log-likelihood of a Gaussian mixture with a Wishart prior; exp(q) and `lower` make the factors of inverse covariances."""
    n, d = x.shape
    k = len(alpha)
    terms = np.zeros((n, k))
    prior = 0.0
    for c in range(k):
        factor = np.diag(np.exp(q[c]))
        p = 0
        for j in range(d):
            for i in range(j + 1, d):
                factor[i, j] = lower[c, p]
                p += 1
        scaled = (x - mu[c]) @ factor.T
        terms[:, c] = alpha[c] + np.sum(q[c]) - 0.5 * np.sum(scaled**2, axis=1)
        prior += 0.5 * gamma**2 * (np.sum(np.exp(q[c]) ** 2) + np.sum(lower[c] ** 2)) - m * np.sum(q[c])
    largest = np.max(terms, axis=1)
    likelihood = np.sum(largest + np.log(np.sum(np.exp(terms - largest[:, None]), axis=1)))
    freedom = d + m + 1
    constant = freedom * d * (np.log(gamma) - 0.5 * np.log(2.0)) - multigammaln(0.5 * freedom, d)
    return likelihood - 0.5 * n * d * np.log(2.0 * np.pi) - n * logsumexp(alpha) - prior + k * constant


def clustering(centroids, points):
    """The sum of the squared distances from each point to the centroid next to it."""
    distances = np.sum((points[:, None, :] - centroids[None, :, :]) ** 2, axis=2)
    return np.sum(np.min(distances, axis=1))


def clustering_by_rows(centroids, points):
    """The same, one point after the other."""
    total = 0.0
    for p in points:
        total += np.min(np.sum((p - centroids) ** 2, axis=1))
    return total


def least_squares(x, n):
    """How far a polynomial with coefficients `x` lies from the sign function at n points."""
    t = np.linspace(-1.0, 1.0, n)
    return 0.5 * np.sum((np.sign(t) - np.vander(t, len(x), increasing=True) @ x) ** 2)


def least_squares_loop(x, n):
    """The same as loops."""
    total = 0.0
    for i in range(n):
        t = -1.0 + i * 2.0 / (n - 1)
        rest, power = np.sign(t), 1.0
        for j in range(len(x)):
            rest -= x[j] * power
            power *= t
        total += rest * rest
    return total / 2.0
