"""Programs whose first call is timed, each in a process of its own: `seconds(...)` in them is the processor's time of a call.

Library functions come after a first call of something else, as in a program that has begun; long programs are written out by lines.
"""

from __future__ import annotations

TIMED = """
import linecache, time
import numpy as np
import everypath as ep

def seconds(call, *arguments):
    start = time.process_time()
    call(*arguments)
    return time.process_time() - start

def warmed():
    ep.grad(lambda x: x * x)(1.0)

def written(lines, first="", last="x"):
    text = "def f(x):\\n" + first + "".join(lines) + f"    return {last}\\n"
    linecache.cache["f.py"] = len(text), None, text.splitlines(keepends=True), "f.py"
    space = {"np": np}
    exec(compile(text, "f.py", "exec"), space)
    return space["f"]

def five(x):
    y = x * x
    z = np.sin(y) + x
    w = z * y
    return np.sum(w)

def block(x, w1, w2):
    centred = x - np.mean(x, axis=-1, keepdims=True)
    h = centred / np.sqrt(np.mean(centred**2, axis=-1, keepdims=True) + 1e-5)
    scores = h @ h.T
    e = np.exp(scores - np.max(scores, axis=-1, keepdims=True))
    return x + np.tanh(((e / np.sum(e, axis=-1, keepdims=True)) @ h) @ w1) @ w2

def network(layers, x):
    for w1, w2 in layers:
        x = block(x, w1, w2)
    return np.sum(x**2)

def layers(n):
    random = np.random.default_rng(0)
    return [(random.normal(size=(8, 16)), random.normal(size=(16, 8))) for _ in range(n)], random.normal(size=(5, 8))

A = np.eye(3) * 6 + (np.arange(9.0).reshape(3, 3) + np.arange(9.0).reshape(3, 3).T) / 10
"""

FIVE_LINES = TIMED + "print(seconds(ep.grad(five), np.arange(3.0)))"

ANEW = """
def slope(k):
    a = np.full(3, k)
    return ep.grad(lambda v: np.sum(np.sin(v) * a))(np.arange(3.0))

slope(1.0)
print(min(seconds(slope, float(k)) for k in range(20)))
"""

MADE_ANEW = TIMED + ANEW

LIBRARY = {
    "solve": "lambda a: np.sum(np.linalg.solve(a, a @ a))",
    "slogdet": "lambda a: np.linalg.slogdet(a)[1]",
    "cholesky": "lambda a: np.sum(np.linalg.cholesky(a))",
    "svd": "lambda a: np.sum(np.linalg.svd(a)[1])",
    "eigh": "lambda a: np.sum(np.linalg.eigh(a)[0])",
    "fft": "lambda a: np.sum(np.fft.fft(a).real)",
    "cov": "lambda a: np.sum(np.cov(a))",
    "convolve": "lambda a: np.sum(np.convolve(a[0], a[1]))",
    "interp": "lambda a: np.sum(np.interp(a[0], a[1], a[2]))",
}


def library(name: str, what: str) -> str:
    """The first call of `compile`, `grad` or `hessian` of a function that calls one of NumPy's."""
    return f"{TIMED}\nwarmed()\nf = {LIBRARY[name]}\nprint(seconds(ep.{what}(f), A))"


LONG = {
    "3,000 lines on one float": "ep.grad(written(f'    x = np.sin(x) * x + {k % 7}.5\\n' for k in range(3000))), 1.5",
    "500 lines on an array": (
        "ep.grad(written((f'    x = x * 1.0001 + {k % 7}.5\\n' for k in range(500)), last='np.sum(x)')), np.arange(4.0)"
    ),
    "1,000 stores": (
        "ep.grad(written((f'    y[{k % 10}] = x * {k % 5}.5 + y[{(k + 3) % 10}]\\n' for k in range(1000)),"
        " first='    y = np.zeros(10)\\n', last='np.sum(y)')), 1.5"
    ),
    "300 loops": "ep.grad(written('    for i in range(3):\\n        x = x * 1.01 + i\\n' for k in range(300))), 1.5",
    "4 layers in a list": "ep.grad(network), *layers(4)",
    "12 layers in a list": "ep.grad(network), *layers(12)",
}


def long(name: str) -> str:
    """The first gradient of a long program."""
    return f"{TIMED}\nwarmed()\nprint(seconds({LONG[name]}))"
