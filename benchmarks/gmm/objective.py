"""The log-likelihood of a Gaussian mixture with a Wishart prior, as plain Python loops.

The parameters are those of ADBench: `alphas` (k,) unnormalised log-weights, `means` (k, d), and `icf` (k, d(d+1)/2), the
inverse covariance factors: first the logarithms of the diagonal, then the strict lower triangle column by column. `x` is
the data, (n, d); `gamma` and `m` belong to the prior.

Two copies that differ in one word: `with_math` says `math.exp`, `with_numpy` says `np.exp`.
"""

import math

import numpy as np


def with_math(alphas, means, icf, x, gamma, m):
    """The log-likelihood, exponentials by `math.exp`."""
    n, d = x.shape
    k = alphas.shape[0]
    diagonal = np.zeros((k, d))
    log_determinant = np.zeros(k)
    for c in range(k):
        for a in range(d):
            diagonal[c, a] = math.exp(icf[c, a])
            log_determinant[c] += icf[c, a]

    total = 0.0
    delta = np.zeros(d)
    scaled = np.zeros(d)
    terms = np.zeros(k)
    for i in range(n):
        for c in range(k):
            for a in range(d):
                delta[a] = x[i, a] - means[c, a]
                scaled[a] = diagonal[c, a] * delta[a]
            p = d
            for b in range(d):
                for a in range(b + 1, d):
                    scaled[a] += icf[c, p] * delta[b]
                    p += 1
            square = 0.0
            for a in range(d):
                square += scaled[a] * scaled[a]
            terms[c] = alphas[c] + log_determinant[c] - 0.5 * square
        largest = terms[0]
        for c in range(1, k):
            if terms[c] > largest:
                largest = terms[c]
        weight = 0.0
        for c in range(k):
            weight += math.exp(terms[c] - largest)
        total += largest + math.log(weight)

    normaliser = 0.0
    for c in range(k):
        normaliser += math.exp(alphas[c])
    prior = 0.0
    for c in range(k):
        norm = 0.0
        for a in range(d):
            norm += diagonal[c, a] * diagonal[c, a]
        for p in range(d, icf.shape[1]):
            norm += icf[c, p] * icf[c, p]
        prior += 0.5 * gamma * gamma * norm - m * log_determinant[c]
    return total - n * math.log(normaliser) + prior


def with_numpy(alphas, means, icf, x, gamma, m):
    """The log-likelihood, exponentials by `np.exp`."""
    n, d = x.shape
    k = alphas.shape[0]
    diagonal = np.zeros((k, d))
    log_determinant = np.zeros(k)
    for c in range(k):
        for a in range(d):
            diagonal[c, a] = np.exp(icf[c, a])
            log_determinant[c] += icf[c, a]

    total = 0.0
    delta = np.zeros(d)
    scaled = np.zeros(d)
    terms = np.zeros(k)
    for i in range(n):
        for c in range(k):
            for a in range(d):
                delta[a] = x[i, a] - means[c, a]
                scaled[a] = diagonal[c, a] * delta[a]
            p = d
            for b in range(d):
                for a in range(b + 1, d):
                    scaled[a] += icf[c, p] * delta[b]
                    p += 1
            square = 0.0
            for a in range(d):
                square += scaled[a] * scaled[a]
            terms[c] = alphas[c] + log_determinant[c] - 0.5 * square
        largest = terms[0]
        for c in range(1, k):
            if terms[c] > largest:
                largest = terms[c]
        weight = 0.0
        for c in range(k):
            weight += np.exp(terms[c] - largest)
        total += largest + np.log(weight)

    normaliser = 0.0
    for c in range(k):
        normaliser += np.exp(alphas[c])
    prior = 0.0
    for c in range(k):
        norm = 0.0
        for a in range(d):
            norm += diagonal[c, a] * diagonal[c, a]
        for p in range(d, icf.shape[1]):
            norm += icf[c, p] * icf[c, p]
        prior += 0.5 * gamma * gamma * norm - m * log_determinant[c]
    return total - n * np.log(normaliser) + prior


def problem(d: int, k: int, n: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, float, int]:
    """The arguments of one random problem. The data lie near the means, so that every component has work to do."""
    rng = np.random.default_rng(seed)
    alphas = rng.normal(size=k)
    means = rng.normal(size=(k, d))
    icf = 0.3 * rng.normal(size=(k, d * (d + 1) // 2))
    x = means[rng.integers(k, size=n)] + rng.normal(size=(n, d))
    return alphas, means, icf, x, 1.0, 0
