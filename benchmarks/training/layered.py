"""Dense networks: classifiers, logistic regression, a variational autoencoder, contrastive views, embeddings."""

from __future__ import annotations

import numpy as np

from benchmarks.training.problem import Problem, mlp, pairs, weights
from everypath import nn


def classifier(*widths: int, batch: int = 128) -> Problem:
    """Dense layers with tanh between them, and cross-entropy."""
    rng = np.random.default_rng(0)

    def in_jax():
        import jax
        import jax.numpy as jnp

        def loss(params, x, labels):
            for W, b in params[:-1]:
                x = jnp.tanh(x @ W + b)
            W, b = params[-1]
            return -jnp.mean(jax.nn.log_softmax(x @ W + b)[jnp.arange(len(labels)), labels])

        return loss

    def in_torch():
        import torch
        from torch.nn import functional

        def loss(params, x, labels):
            for W, b in params[:-1]:
                x = torch.tanh(x @ W + b)
            W, b = params[-1]
            return functional.cross_entropy(x @ W + b, labels)

        return loss

    def loss(params, x, labels):
        return nn.cross_entropy(mlp(params, x), labels)

    data = rng.normal(size=(batch, widths[0])), rng.integers(widths[-1], size=batch)
    return Problem(loss, pairs(rng, *widths), data, in_jax, in_torch)


def logistic(examples: int = 100_000, features: int = 50) -> Problem:
    """Logistic regression on labels -1 and 1."""
    rng = np.random.default_rng(0)

    def in_jax():
        import jax.numpy as jnp

        def loss(params, x, y):
            w, b = params
            return jnp.mean(jnp.logaddexp(0.0, -y * (x @ w + b)))

        return loss

    def in_torch():
        import torch
        from torch.nn import functional

        def loss(params, x, y):
            w, b = params
            return torch.mean(functional.softplus(-y * (x @ w + b)))

        return loss

    def loss(params, x, y):
        w, b = params
        return np.mean(np.logaddexp(0.0, -y * (x @ w + b)))

    x = rng.normal(size=(examples, features))
    y = np.sign(x @ rng.normal(size=features) + rng.normal(size=examples))
    return Problem(loss, (np.zeros(features), np.zeros(1)), (x, y), in_jax, in_torch)


def autoencoder(pixels: int = 784, hidden: int = 128, latent: int = 16, batch: int = 64) -> Problem:
    """A variational autoencoder of black and white pixels: the evidence lower bound, with the noise given."""
    rng = np.random.default_rng(0)

    def in_jax():
        import jax
        import jax.numpy as jnp

        def loss(params, x, noise):
            h = jnp.tanh(x @ params["W_in"] + params["b_in"])
            mean, log_variance = h @ params["W_mean"] + params["b_mean"], h @ params["W_var"] + params["b_var"]
            z = mean + jnp.exp(0.5 * log_variance) * noise
            logits = jnp.tanh(z @ params["W_z"] + params["b_z"]) @ params["W_out"] + params["b_out"]
            reconstruction = jnp.sum(jax.nn.softplus(logits) - x * logits)
            divergence = -0.5 * jnp.sum(1.0 + log_variance - mean**2 - jnp.exp(log_variance))
            return (reconstruction + divergence) / len(x)

        return loss

    def in_torch():
        import torch
        from torch.nn import functional

        def loss(params, x, noise):
            h = torch.tanh(x @ params["W_in"] + params["b_in"])
            mean, log_variance = h @ params["W_mean"] + params["b_mean"], h @ params["W_var"] + params["b_var"]
            z = mean + torch.exp(0.5 * log_variance) * noise
            logits = torch.tanh(z @ params["W_z"] + params["b_z"]) @ params["W_out"] + params["b_out"]
            reconstruction = functional.binary_cross_entropy_with_logits(logits, x, reduction="sum")
            divergence = -0.5 * torch.sum(1.0 + log_variance - mean**2 - torch.exp(log_variance))
            return (reconstruction + divergence) / len(x)

        return loss

    def loss(params, x, noise):
        h = np.tanh(x @ params["W_in"] + params["b_in"])
        mean, log_variance = h @ params["W_mean"] + params["b_mean"], h @ params["W_var"] + params["b_var"]
        z = mean + np.exp(0.5 * log_variance) * noise
        logits = np.tanh(z @ params["W_z"] + params["b_z"]) @ params["W_out"] + params["b_out"]
        reconstruction = np.sum(np.logaddexp(0.0, logits) - x * logits)
        divergence = -0.5 * np.sum(1.0 + log_variance - mean**2 - np.exp(log_variance))
        return (reconstruction + divergence) / len(x)

    widths = {"in": (pixels, hidden), "mean": (hidden, latent), "var": (hidden, latent), "z": (latent, hidden), "out": (hidden, pixels)}
    params = {}
    for name, (n, m) in widths.items():
        params[f"W_{name}"], params[f"b_{name}"] = weights(rng, n, m), np.zeros(m)
    data = (rng.random(size=(batch, pixels)) < 0.3).astype(float), rng.normal(size=(batch, latent))
    return Problem(loss, params, data, in_jax, in_torch)


def contrastive(inputs: int = 128, hidden: int = 128, outputs: int = 64, batch: int = 128) -> Problem:
    """Two views of each example shall be more alike than views of two (InfoNCE; van den Oord, Li and Vinyals 2018)."""
    rng = np.random.default_rng(0)

    def in_jax():
        import jax
        import jax.numpy as jnp

        def encode(params, x):
            (W1, b1), (W2, b2) = params
            h = jax.nn.relu(x @ W1 + b1) @ W2 + b2
            return h / jnp.linalg.norm(h, axis=1, keepdims=True)

        def loss(params, x, y):
            similar = encode(params, x) @ encode(params, y).T / 0.1
            return -jnp.mean(jnp.diag(jax.nn.log_softmax(similar, axis=1)))

        return loss

    def in_torch():
        import torch
        from torch.nn import functional

        def encode(params, x):
            (W1, b1), (W2, b2) = params
            return functional.normalize(torch.relu(x @ W1 + b1) @ W2 + b2, dim=1)

        def loss(params, x, y):
            similar = encode(params, x) @ encode(params, y).T / 0.1
            return functional.cross_entropy(similar, torch.arange(len(x)))

        return loss

    def encode(params, x):
        (W1, b1), (W2, b2) = params
        h = np.maximum(x @ W1 + b1, 0.0) @ W2 + b2
        return h / np.linalg.norm(h, axis=1, keepdims=True)

    def loss(params, x, y):
        similar = encode(params, x) @ encode(params, y).T / 0.1
        return nn.cross_entropy(similar, np.arange(len(x)))

    x = rng.normal(size=(batch, inputs))
    return Problem(loss, pairs(rng, inputs, hidden, outputs), (x, x + 0.1 * rng.normal(size=x.shape)), in_jax, in_torch)


def embeddings(words: int = 10_000, width: int = 64, classes: int = 10, batch: int = 64, length: int = 20) -> Problem:
    """A text is the mean of its words' vectors, which a dense layer classifies."""
    rng = np.random.default_rng(0)

    def in_jax():
        import jax
        import jax.numpy as jnp

        def loss(params, tokens, labels):
            logits = jnp.mean(params["table"][tokens], axis=1) @ params["W"] + params["b"]
            return -jnp.mean(jax.nn.log_softmax(logits)[jnp.arange(len(labels)), labels])

        return loss

    def in_torch():
        import torch
        from torch.nn import functional

        def loss(params, tokens, labels):
            texts = torch.mean(functional.embedding(tokens, params["table"]), dim=1)
            return functional.cross_entropy(texts @ params["W"] + params["b"], labels)

        return loss

    def loss(params, tokens, labels):
        texts = np.mean(params["table"][tokens], axis=1)
        return nn.cross_entropy(texts @ params["W"] + params["b"], labels)

    ((W, b),) = pairs(rng, width, classes)
    data = rng.integers(words, size=(batch, length)), rng.integers(classes, size=batch)
    return Problem(loss, {"table": rng.normal(size=(words, width)), "W": W, "b": b}, data, in_jax, in_torch)


MODELS = {
    "mlp64": lambda: classifier(64, 32, 10),
    "mlp784": lambda: classifier(784, 256, 10),
    "logistic": logistic,
    "vae": autoencoder,
    "contrastive": contrastive,
    "embeddings": embeddings,
}
