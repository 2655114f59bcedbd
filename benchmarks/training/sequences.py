"""Recurrent networks and transformers, one token after the other or all at once; convolutions over images."""

from __future__ import annotations

import numpy as np

from benchmarks.training.problem import Problem, weights
from everypath import nn


def recurrent(inputs: int = 16, hidden: int = 64, classes: int = 10, batch: int = 32, length: int = 40) -> Problem:
    """Elman's network; the last state is classified."""
    rng = np.random.default_rng(0)

    def in_jax():
        import jax
        import jax.numpy as jnp

        def loss(params, x, labels):
            def turn(h, x_t):
                return jnp.tanh(x_t @ params["W_x"] + h @ params["W_h"] + params["b"]), None

            h, _ = jax.lax.scan(turn, jnp.zeros((x.shape[0], params["b"].shape[0]), x.dtype), x.transpose(1, 0, 2))
            logits = h @ params["W"] + params["c"]
            return -jnp.mean(jax.nn.log_softmax(logits)[jnp.arange(len(labels)), labels])

        return loss

    def in_torch():
        import torch
        from torch.nn import functional

        def loss(params, x, labels):
            h = x.new_zeros(x.shape[0], params["b"].shape[0])
            for x_t in x.unbind(1):
                h = torch.tanh(x_t @ params["W_x"] + h @ params["W_h"] + params["b"])
            return functional.cross_entropy(h @ params["W"] + params["c"], labels)

        return loss

    def loss(params, x, labels):
        h = np.zeros((x.shape[0], params["b"].shape[0]), x.dtype)
        for t in range(x.shape[1]):
            h = np.tanh(x[:, t] @ params["W_x"] + h @ params["W_h"] + params["b"])
        return nn.cross_entropy(h @ params["W"] + params["c"], labels)

    params = {"W_x": weights(rng, inputs, hidden), "W_h": weights(rng, hidden, hidden), "b": np.zeros(hidden)}
    params |= {"W": weights(rng, hidden, classes), "c": np.zeros(classes)}
    return Problem(loss, params, (rng.normal(size=(batch, length, inputs)), rng.integers(classes, size=batch)), in_jax, in_torch)


def long_short(inputs: int = 16, hidden: int = 64, classes: int = 10, batch: int = 32, length: int = 40) -> Problem:
    """A long short-term memory (Hochreiter and Schmidhuber 1997; gates as in PyTorch); the last state is classified."""
    rng = np.random.default_rng(0)

    def in_jax():
        import jax
        import jax.numpy as jnp

        def loss(params, x, labels):
            def turn(state, x_t):
                h, c = state
                i, f, g, o = jnp.split(x_t @ params["W_x"] + h @ params["W_h"] + params["b"], 4, axis=1)
                c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
                return (jax.nn.sigmoid(o) * jnp.tanh(c), c), None

            zeros = jnp.zeros((x.shape[0], params["W_h"].shape[0]), x.dtype)
            (h, _), _ = jax.lax.scan(turn, (zeros, zeros), x.transpose(1, 0, 2))
            logits = h @ params["W"] + params["d"]
            return -jnp.mean(jax.nn.log_softmax(logits)[jnp.arange(len(labels)), labels])

        return loss

    def in_torch():
        import torch
        from torch.nn import functional

        layer = torch.nn.LSTM(inputs, hidden, batch_first=True)

        def loss(params, x, labels):
            own = {"weight_ih_l0": params["W_x"].T, "weight_hh_l0": params["W_h"].T, "bias_ih_l0": params["b"]}
            own["bias_hh_l0"] = torch.zeros_like(params["b"])
            states, _ = torch.func.functional_call(layer, own, (x,))
            return functional.cross_entropy(states[:, -1] @ params["W"] + params["d"], labels)

        return loss

    def sigmoid(x):
        return 1.0 / (1.0 + np.exp(-x))

    def loss(params, x, labels):
        n = params["W_h"].shape[0]
        h = c = np.zeros((x.shape[0], n), x.dtype)
        for t in range(x.shape[1]):
            gates = x[:, t] @ params["W_x"] + h @ params["W_h"] + params["b"]
            i, f, g, o = gates[:, :n], gates[:, n : 2 * n], gates[:, 2 * n : 3 * n], gates[:, 3 * n :]
            c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
            h = sigmoid(o) * np.tanh(c)
        return nn.cross_entropy(h @ params["W"] + params["d"], labels)

    params = {"W_x": weights(rng, inputs, 4 * hidden), "W_h": weights(rng, hidden, 4 * hidden), "b": np.zeros(4 * hidden)}
    params |= {"W": weights(rng, hidden, classes), "d": np.zeros(classes)}
    return Problem(loss, params, (rng.normal(size=(batch, length, inputs)), rng.integers(classes, size=batch)), in_jax, in_torch)


def transformer(layers: int = 2, width: int = 64, heads: int = 4, batch: int = 8, length: int = 32, words: int = 100) -> Problem:
    """The next word of a text: causal attention and two dense layers in each block, normalised before (Radford et al. 2019)."""
    rng = np.random.default_rng(0)

    def in_jax():
        import jax
        import jax.numpy as jnp

        def normalised(x, scale, shift):
            centred = x - jnp.mean(x, axis=-1, keepdims=True)
            return centred / jnp.sqrt(jnp.mean(centred**2, axis=-1, keepdims=True) + 1e-5) * scale + shift

        def attention(p, x):
            b, n, d = x.shape
            q, k, v = ((x @ p[w]).reshape(b, n, heads, -1) for w in ("W_q", "W_k", "W_v"))
            scores = jnp.einsum("bihd,bjhd->bhij", q, k) / (d // heads) ** 0.5
            scores = jnp.where(jnp.tril(jnp.ones((n, n), bool)), scores, -1e9)
            return jnp.einsum("bhij,bjhd->bihd", jax.nn.softmax(scores, axis=-1), v).reshape(b, n, d) @ p["W_o"]

        def loss(params, tokens, following):
            x = params["words"][tokens] + params["places"]
            for p in params["blocks"]:
                x = x + attention(p, normalised(x, p["s1"], p["t1"]))
                x = x + jax.nn.gelu(normalised(x, p["s2"], p["t2"]) @ p["W_1"] + p["b_1"]) @ p["W_2"] + p["b_2"]
            log_p = jax.nn.log_softmax(x.reshape(-1, width) @ params["W"])
            return -jnp.mean(log_p[jnp.arange(following.size), following.reshape(-1)])

        return loss

    def in_torch():
        from torch.nn import functional

        def attention(p, x):
            b, n, d = x.shape
            q, k, v = ((x @ p[w]).view(b, n, heads, -1).transpose(1, 2) for w in ("W_q", "W_k", "W_v"))
            mixed = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
            return mixed.transpose(1, 2).reshape(b, n, d) @ p["W_o"]

        def loss(params, tokens, following):
            x = functional.embedding(tokens, params["words"]) + params["places"]
            for p in params["blocks"]:
                x = x + attention(p, functional.layer_norm(x, (width,), p["s1"], p["t1"]))
                inside = functional.layer_norm(x, (width,), p["s2"], p["t2"]) @ p["W_1"] + p["b_1"]
                x = x + functional.gelu(inside, approximate="tanh") @ p["W_2"] + p["b_2"]
            return functional.cross_entropy(x.view(-1, width) @ params["W"], following.view(-1))

        return loss

    def normalised(x, scale, shift):
        centred = x - np.mean(x, axis=-1, keepdims=True)
        return centred / np.sqrt(np.mean(centred**2, axis=-1, keepdims=True) + 1e-5) * scale + shift

    def gelu(x):
        return 0.5 * x * (1.0 + np.tanh(0.7978845608028654 * (x + 0.044715 * x**3)))

    def softmax(x):
        e = np.exp(x - np.max(x, axis=-1, keepdims=True))
        return e / np.sum(e, axis=-1, keepdims=True)

    def attention(p, x):
        b, n, d = x.shape
        q = (x @ p["W_q"]).reshape(b, n, heads, -1).transpose(0, 2, 1, 3)
        k = (x @ p["W_k"]).reshape(b, n, heads, -1).transpose(0, 2, 3, 1)
        v = (x @ p["W_v"]).reshape(b, n, heads, -1).transpose(0, 2, 1, 3)
        scores = np.where(np.tril(np.ones((n, n), bool)), q @ k / (d // heads) ** 0.5, -1e9)
        return (softmax(scores) @ v).transpose(0, 2, 1, 3).reshape(b, n, d) @ p["W_o"]

    def loss(params, tokens, following):
        x = params["words"][tokens] + params["places"]
        for p in params["blocks"]:
            x = x + attention(p, normalised(x, p["s1"], p["t1"]))
            x = x + gelu(normalised(x, p["s2"], p["t2"]) @ p["W_1"] + p["b_1"]) @ p["W_2"] + p["b_2"]
        return nn.cross_entropy(x.reshape(-1, width) @ params["W"], following.reshape(-1))

    def block():
        p = {name: weights(rng, width, width) for name in ("W_q", "W_k", "W_v", "W_o")}
        p |= {"s1": np.ones(width), "t1": np.zeros(width), "s2": np.ones(width), "t2": np.zeros(width)}
        p |= {"W_1": weights(rng, width, 4 * width), "b_1": np.zeros(4 * width)}
        return p | {"W_2": weights(rng, 4 * width, width), "b_2": np.zeros(width)}

    params = {"words": 0.1 * rng.normal(size=(words, width)), "places": 0.1 * rng.normal(size=(length, width))}
    params |= {"blocks": [block() for _ in range(layers)], "W": weights(rng, width, words)}
    texts = rng.integers(words, size=(batch, length + 1))
    return Problem(loss, params, (texts[:, :-1].copy(), texts[:, 1:].copy()), in_jax, in_torch)


def convolutional(batch: int = 32, size: int = 28, classes: int = 10) -> Problem:
    """Two convolutions of 3 by 3, each halved by its maxima, and a dense layer."""
    rng = np.random.default_rng(0)

    def in_jax():
        import jax
        import jax.numpy as jnp

        def convolution(x, W, b):
            return jax.lax.conv_general_dilated(x, W, (1, 1), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC")) + b

        def halved(x):
            return jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")

        def loss(params, x, labels):
            for W, b in params["convolutions"]:
                x = halved(jax.nn.relu(convolution(x, W, b)))
            logits = x.reshape(x.shape[0], -1) @ params["W"] + params["b"]
            return -jnp.mean(jax.nn.log_softmax(logits)[jnp.arange(len(labels)), labels])

        return loss

    def in_torch():
        from torch.nn import functional

        def loss(params, x, labels):
            x = x.permute(0, 3, 1, 2)
            for W, b in params["convolutions"]:
                x = functional.max_pool2d(functional.relu(functional.conv2d(x, W.permute(3, 2, 0, 1), b)), 2)
            logits = x.permute(0, 2, 3, 1).flatten(1) @ params["W"] + params["b"]
            return functional.cross_entropy(logits, labels)

        return loss

    def convolution(x, W, b):
        windows = np.lib.stride_tricks.sliding_window_view(x, W.shape[:2], axis=(1, 2))
        return np.tensordot(windows, W, axes=((4, 5, 3), (0, 1, 2))) + b

    def halved(x):
        n, h, w, c = x.shape
        return np.max(x[:, : h // 2 * 2, : w // 2 * 2].reshape(n, h // 2, 2, w // 2, 2, c), axis=(2, 4))

    def loss(params, x, labels):
        for W, b in params["convolutions"]:
            x = halved(np.maximum(convolution(x, W, b), 0.0))
        return nn.cross_entropy(x.reshape(x.shape[0], -1) @ params["W"] + params["b"], labels)

    left = ((size - 2) // 2 - 2) // 2
    params = {"convolutions": [(rng.normal(size=(3, 3, n, m)) / np.sqrt(9 * n), np.zeros(m)) for n, m in ((1, 8), (8, 16))]}
    params |= {"W": weights(rng, left * left * 16, classes), "b": np.zeros(classes)}
    return Problem(loss, params, (rng.normal(size=(batch, size, size, 1)), rng.integers(classes, size=batch)), in_jax, in_torch)


MODELS = {
    "cnn": convolutional,
    "rnn": recurrent,
    "lstm": long_short,
    "transformer2": lambda: transformer(2),
    "transformer12": lambda: transformer(12),
}
