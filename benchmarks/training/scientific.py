"""Models of science: a neural differential equation, a Gaussian process, a Kalman filter, a physics-informed network."""

from __future__ import annotations

import numpy as np

import everypath as ep
from benchmarks.training.problem import Problem, mlp, pairs, weights
from everypath import nn


def neural_ode(hidden: int = 32, batch: int = 32, steps: int = 40) -> Problem:
    """A network is the velocity of two numbers; Runge-Kutta's fourth order; where they end is known (Chen et al. 2018)."""
    rng = np.random.default_rng(0)

    def in_jax():
        import jax
        import jax.numpy as jnp

        def velocity(params, y):
            (W1, b1), (W2, b2) = params
            return jnp.tanh(y @ W1 + b1) @ W2 + b2

        def loss(params, y, ends):
            h = 1.0 / steps

            def turn(y, _):
                k1 = velocity(params, y)
                k2 = velocity(params, y + h / 2 * k1)
                k3 = velocity(params, y + h / 2 * k2)
                k4 = velocity(params, y + h * k3)
                return y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4), None

            y, _ = jax.lax.scan(turn, y, None, length=steps)
            return jnp.mean((y - ends) ** 2)

        return loss

    def in_torch():
        import torch

        def velocity(params, y):
            (W1, b1), (W2, b2) = params
            return torch.addmm(b2, torch.tanh(torch.addmm(b1, y, W1)), W2)

        def loss(params, y, ends):
            h = 1.0 / steps
            for _ in range(steps):
                k1 = velocity(params, y)
                k2 = velocity(params, y + h / 2 * k1)
                k3 = velocity(params, y + h / 2 * k2)
                k4 = velocity(params, y + h * k3)
                y = y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
            return torch.mean((y - ends) ** 2)

        return loss

    def loss(params, y, ends):
        h = 1.0 / steps
        for _ in range(steps):
            k1 = mlp(params, y)
            k2 = mlp(params, y + h / 2 * k1)
            k3 = mlp(params, y + h / 2 * k2)
            k4 = mlp(params, y + h * k3)
            y = y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        return nn.mean_squared_error(y, ends)

    begins = rng.normal(size=(batch, 2))
    ends = begins @ np.array([[0.5, 0.8], [-0.8, 0.5]])
    return Problem(loss, pairs(rng, 2, hidden, 2), (begins, ends), in_jax, in_torch)


def gaussian_process(points: int = 200, inputs: int = 4) -> Problem:
    """The negative log marginal likelihood of data under a squared exponential kernel (Rasmussen and Williams, algorithm 2.1)."""
    rng = np.random.default_rng(0)

    def in_jax():
        import jax
        import jax.numpy as jnp

        def loss(params, x, y):
            z = x / jnp.exp(params["scales"])
            squares = jnp.sum((z[:, None] - z[None]) ** 2, axis=2)
            K = jnp.exp(params["height"] - 0.5 * squares) + jnp.exp(params["noise"]) * jnp.eye(len(x), dtype=x.dtype)
            L = jnp.linalg.cholesky(K)
            a = jax.scipy.linalg.solve_triangular(L, y, lower=True)
            return (0.5 * a @ a + jnp.sum(jnp.log(jnp.diag(L)))) / len(x)

        return loss

    def in_torch():
        import torch

        def loss(params, x, y):
            z = x / torch.exp(params["scales"])
            squares = torch.sum((z[:, None] - z[None]) ** 2, dim=2)
            K = torch.exp(params["height"] - 0.5 * squares) + torch.exp(params["noise"]) * torch.eye(len(x), dtype=x.dtype)
            L = torch.linalg.cholesky(K)
            a = torch.linalg.solve_triangular(L, y[:, None], upper=False)[:, 0]
            return (0.5 * a @ a + torch.sum(torch.log(torch.diagonal(L)))) / len(x)

        return loss

    def loss(params, x, y):
        z = x / np.exp(params["scales"])
        squares = np.sum((z[:, None] - z[None]) ** 2, axis=2)
        K = np.exp(params["height"] - 0.5 * squares) + np.exp(params["noise"]) * np.eye(len(x), dtype=x.dtype)
        L = np.linalg.cholesky(K)
        a = np.linalg.solve(L, y)
        return (0.5 * a @ a + np.sum(np.log(np.diag(L)))) / len(x)

    x = rng.normal(size=(points, inputs))
    params = {"scales": np.zeros(inputs), "height": np.zeros(1), "noise": np.full(1, -2.0)}
    return Problem(loss, params, (x, np.sin(x.sum(1)) + 0.1 * rng.normal(size=points)), in_jax, in_torch)


def kalman(length: int = 200, states: int = 4, seen: int = 2) -> Problem:
    """The negative log likelihood of a series under a linear model with noise, by Kalman's filter."""
    rng = np.random.default_rng(0)

    def in_jax():
        import jax
        import jax.numpy as jnp

        def loss(params, series):
            A, C = params["A"], params["C"]
            Q, R = params["q"] @ params["q"].T, params["r"] @ params["r"].T

            def turn(state, y):
                m, P = state
                m, P = A @ m, A @ P @ A.T + Q
                S = C @ P @ C.T + R
                e = y - C @ m
                G = P @ C.T @ jnp.linalg.inv(S)
                cost = e @ jnp.linalg.solve(S, e) + jnp.linalg.slogdet(S)[1]
                return (m + G @ e, P - G @ C @ P), cost

            start = jnp.zeros(states, series.dtype), jnp.eye(states, dtype=series.dtype)
            _, costs = jax.lax.scan(turn, start, series)
            return 0.5 * jnp.mean(costs)

        return loss

    def in_torch():
        import torch

        def loss(params, series):
            A, C = params["A"], params["C"]
            Q, R = params["q"] @ params["q"].T, params["r"] @ params["r"].T
            m, P = torch.zeros(states, dtype=series.dtype), torch.eye(states, dtype=series.dtype)
            cost = 0.0
            for y in series:
                m, P = A @ m, A @ P @ A.T + Q
                S = C @ P @ C.T + R
                e = y - C @ m
                G = P @ C.T @ torch.linalg.inv(S)
                cost = cost + e @ torch.linalg.solve(S, e) + torch.linalg.slogdet(S)[1]
                m, P = m + G @ e, P - G @ C @ P
            return 0.5 * cost / len(series)

        return loss

    def loss(params, series):
        A, C = params["A"], params["C"]
        Q, R = params["q"] @ params["q"].T, params["r"] @ params["r"].T
        m, P = np.zeros(states, series.dtype), np.eye(states, dtype=series.dtype)
        cost = series.dtype.type(0.0)
        for y in series:
            m, P = A @ m, A @ P @ A.T + Q
            S = C @ P @ C.T + R
            e = y - C @ m
            G = P @ C.T @ np.linalg.inv(S)
            cost += e @ np.linalg.solve(S, e) + np.linalg.slogdet(S)[1]
            m, P = m + G @ e, P - G @ C @ P
        return 0.5 * cost / len(series)

    params = {"A": 0.9 * np.eye(states) + 0.05 * rng.normal(size=(states, states)), "C": weights(rng, seen, states)}
    params |= {"q": 0.3 * np.eye(states), "r": 0.5 * np.eye(seen)}
    return Problem(loss, params, (rng.normal(size=(length, seen)),), in_jax, in_torch)


def physics(hidden: int = 20, points: int = 500) -> Problem:
    """Burgers' equation u_t + u u_x = ν u_xx at points in time and space, u a network (Raissi, Perdikaris and Karniadakis 2019)."""
    rng = np.random.default_rng(0)

    def in_jax():
        import jax
        import jax.numpy as jnp

        def network(params, t, x):
            h = jnp.stack([t, x])
            for W, b in params[:-1]:
                h = jnp.tanh(h @ W + b)
            W, b = params[-1]
            return (h @ W + b)[0]

        def residual(params, t, x):
            u_t, u_x = jax.grad(network, (1, 2))(params, t, x)
            return u_t + network(params, t, x) * u_x - 0.01 * jax.grad(jax.grad(network, 2), 2)(params, t, x)

        def loss(params, t, x, begins, values):
            inside = jax.vmap(residual, (None, 0, 0))(params, t, x)
            at_start = jax.vmap(network, (None, None, 0))(params, jnp.zeros((), t.dtype), begins)
            return jnp.mean(inside**2) + jnp.mean((at_start - values) ** 2)

        return loss

    def in_torch():
        import torch

        def network(params, t, x):
            h = torch.stack([t, x], dim=1)
            for W, b in params[:-1]:
                h = torch.tanh(h @ W + b)
            W, b = params[-1]
            return (h @ W + b)[:, 0]

        def loss(params, t, x, begins, values):
            t, x = t.detach().requires_grad_(), x.detach().requires_grad_()
            u = network(params, t, x)
            u_t, u_x = torch.autograd.grad(u.sum(), (t, x), create_graph=True)
            (u_xx,) = torch.autograd.grad(u_x.sum(), x, create_graph=True)
            at_start = network(params, torch.zeros_like(begins), begins)
            return torch.mean((u_t + u * u_x - 0.01 * u_xx) ** 2) + torch.mean((at_start - values) ** 2)

        return loss

    def network(params, t, x):
        return mlp(params, np.stack([t, x], axis=1))[:, 0]

    def loss(params, t, x, begins, values):
        u = network(params, t, x)
        u_t = ep.grad(lambda t: np.sum(network(params, t, x)))(t)
        slope = ep.grad(lambda x: np.sum(network(params, t, x)))
        u_x, u_xx = slope(x), ep.grad(lambda x: np.sum(slope(x)))(x)
        at_start = network(params, np.zeros_like(begins), begins)
        return np.mean((u_t + u * u_x - 0.01 * u_xx) ** 2) + np.mean((at_start - values) ** 2)

    begins = rng.uniform(-1.0, 1.0, points // 5)
    batch = rng.random(points), rng.uniform(-1.0, 1.0, points), begins, -np.sin(np.pi * begins)
    return Problem(loss, pairs(rng, 2, hidden, hidden, 1), batch, in_jax, in_torch)


MODELS = {"neural_ode": neural_ode, "gaussian_process": gaussian_process, "kalman": kalman, "pinn": physics}
