"""The functions of the gallery, as people would write them."""

from __future__ import annotations

import math

import numpy as np


def neuron(w, b, x):
    z = w * x + b
    a = 1.0 / (1.0 + math.exp(-z))
    loss = (a - 1.0) ** 2
    return loss


def layers(W1, W2, x, y):
    h = np.tanh(W1 @ x)
    o = W2 @ h
    loss = np.sum((o - y) ** 2)
    return loss


def newton(a):
    x = a
    for _ in range(3):
        x = 0.5 * (x + a / x)
    return x


def pendulum(length, steps):
    angle, speed = 0.5, 0.0
    for _ in range(steps):
        speed = speed - 0.05 * 9.81 / length * math.sin(angle)
        angle = angle + 0.05 * speed
    return angle


def black_scholes(price, strike, rate, sigma, years):
    spread = sigma * math.sqrt(years)
    d1 = (math.log(price / strike) + (rate + 0.5 * sigma**2) * years) / spread
    d2 = d1 - spread
    call = price * 0.5 * math.erfc(-d1 / math.sqrt(2)) - strike * math.exp(-rate * years) * 0.5 * math.erfc(-d2 / math.sqrt(2))
    return call


def kalman(noise, measured):
    mean, variance = 0.0, 1.0
    for z in measured:
        variance = variance + 0.1
        gain = variance / (variance + noise)
        mean = mean + gain * (z - mean)
        variance = (1.0 - gain) * variance
    return mean


def page_rank(damping, links):
    rank = np.full(3, 1.0 / 3.0)
    for _ in range(3):
        rank = (1.0 - damping) / 3.0 + damping * (links @ rank)
    return rank[0]


def attention(q, keys, values):
    scores = keys @ q
    weights = np.exp(scores - np.max(scores))
    weights = weights / np.sum(weights)
    out = np.sum(weights * values)
    return out


def chaotic(x, turns):
    for _ in range(turns):
        x = 3.9 * x * (1.0 - x)
    return x


def root_of_nothing(x):
    shifted = x - np.mean(x)
    lengths = np.sqrt(shifted)
    return np.sum(lengths)


def cross_entropy(z):
    p = np.exp(z) / np.sum(np.exp(z))
    loss = -np.log(p[0])
    return loss
