"""Functions inside JAX: jit, both modes to the third order, vmap, dtypes, shapes, what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

jax: Any = pytest.importorskip("jax", reason="pip install 'everypath[jax]'")
jnp = jax.numpy

import everypath as ep  # noqa: E402
from everypath.jax import wrap  # noqa: E402


@pytest.fixture(autouse=True)
def doubles() -> Any:
    jax.config.update("jax_enable_x64", True)
    yield
    jax.config.update("jax_enable_x64", False)


def loss(p: Any, x: Any, n: int = 3) -> Any:
    s = 0.0
    for i in range(n):
        s = s + np.sum(np.sin(p["w"] * x[i])) * p["b"]
    return s


def loss_of_jax(p: Any, x: Any) -> Any:
    return sum(jnp.sum(jnp.sin(p["w"] * x[i])) * p["b"] for i in range(3))


def several(x: Any, y: Any) -> Any:
    return {"scaled": x * y[0], "length": len(x), "pair": (np.outer(x, y), x > 0.0)}


def several_of_jax(x: Any, y: Any) -> Any:
    return {"scaled": x * y[0], "length": len(x), "pair": (jnp.outer(x, y), x > 0.0)}


def floats(function: Any) -> Any:
    return lambda x, y: (lambda out: (out["scaled"], out["pair"][0]))(function(x, y))


def point() -> tuple[Any, Any]:
    w, x = (jax.random.normal(jax.random.key(k), (n,)) for k, n in ((1, 4), (2, 3)))
    return {"w": w, "b": jnp.array(1.5)}, x


def same(a: Any, b: Any) -> None:
    assert jax.tree.structure(a) == jax.tree.structure(b)
    for found, expected in zip(jax.tree.leaves(a), jax.tree.leaves(b), strict=True):
        assert found.shape == expected.shape
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-13)


TRANSFORMATIONS: dict[str, Any] = {
    "jit of grad": lambda f: jax.jit(jax.value_and_grad(f, (0, 1))),
    "jvp": lambda f: lambda p, x: jax.jvp(f, (p, x), jax.tree.map(jnp.ones_like, (p, x))),
    "hessian": jax.hessian,
    "reverse over reverse": lambda f: jax.jit(jax.jacrev(jax.jacrev(f, 1))),
    "reverse over forward": lambda f: jax.jacrev(jax.jacfwd(f)),
    "forward over forward": lambda f: jax.jacfwd(jax.jacfwd(f)),
    "third order": lambda f: lambda p, x: jax.grad(lambda x: jax.grad(lambda x: jax.grad(f, 1)(p, x)[0])(x)[1])(x),
    "vmap": lambda f: lambda p, x: jax.jit(jax.vmap(jax.grad(f), (None, 0)))(p, jnp.stack([x, 2.0 * x])),
    "grad of vmap": lambda f: lambda p, x: jax.grad(lambda x: jnp.sum(jax.vmap(f, (None, 0))(p, x) ** 2))(jnp.stack([x, 2.0 * x])),
}


@pytest.mark.parametrize("name", TRANSFORMATIONS)
def test_a_scalar(name: str) -> None:
    transform = TRANSFORMATIONS[name]
    same(transform(wrap(loss))(*point()), transform(loss_of_jax)(*point()))


def test_several_results() -> None:
    x, y = point()[1], jnp.array([0.5, -2.0])
    found = jax.jit(wrap(several))(x, y)
    same(found, jax.jit(several_of_jax)(x, y))
    ours, theirs = floats(wrap(several)), floats(several_of_jax)
    for transform in (jax.jacrev, jax.jacfwd, lambda f, wrt: jax.jacfwd(jax.jacrev(f, wrt), wrt)):
        same(transform(ours, (0, 1))(x, y), transform(theirs, (0, 1))(x, y))


def test_single_precision() -> None:
    jax.config.update("jax_enable_x64", False)
    gradient = jax.jit(jax.grad(wrap(loss)))({"w": jnp.ones(4), "b": 2.0}, jnp.ones(3))
    assert gradient["w"].dtype == jnp.float32 and np.allclose(gradient["w"], 6.0 * np.cos(1.0))


def test_shapes_and_errors() -> None:
    def positive(x: Any) -> Any:
        if x[0] > 0.0:
            raise ValueError("the first is positive")
        return x[x < 0.0]

    x = jnp.array([-1.0, -2.0])
    with pytest.raises(ep.InvalidArgument, match=r"made-up numbers failed \(the first is positive\): pass result="):
        wrap(positive)(x)
    wrapped = wrap(positive, result=jax.ShapeDtypeStruct((2,), float))
    assert (wrapped(x) == x).all()
    with pytest.raises(Exception, match=r"returned an array of shape \(1,\); JAX was told \(2,\): pass result="):
        wrapped(jnp.array([-1.0, 1.0]))
    with pytest.raises(Exception, match="the first is positive"):
        wrapped(-x)
    with pytest.raises(ep.InvalidArgument, match="take real and imaginary parts apart"):
        wrap(lambda x: abs(x[0]))(jnp.array([1j]))
