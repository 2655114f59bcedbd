"""Functions of tensors: values, gradients to the second order, subsets, dtypes, what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

torch: Any = pytest.importorskip("torch", reason="pip install 'everypath[torch]'")

import everypath as ep  # noqa: E402
from everypath.torch import wrap  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated:FutureWarning")  # PyTorch's own, where it first transforms


def loss(p: Any, x: Any, n: int, flag: bool = True) -> Any:
    s = 0.0
    for i in range(n):
        s = s + np.sum(np.sin(p["w"] * x[i])) * p["b"]
    return s if flag else s * 2.0


def several(x: Any, y: Any) -> Any:
    x[0] = x[0] * 2.0  # of a copy
    return {"scaled": x * y[0], "length": len(x), "pair": (np.outer(x, y), x > 0.0)}


def tensors(*shapes: tuple[int, ...], dtype: Any = None) -> list[Any]:
    torch.manual_seed(3)
    return [torch.randn(shape, dtype=dtype or torch.float64).requires_grad_() for shape in shapes]


def test_a_scalar() -> None:
    w, b, x = tensors((4,), (), (3,))
    wrapped = wrap(loss)

    def call(w: Any, b: Any, x: Any) -> Any:
        return wrapped({"w": w, "b": b}, x, 3, flag=False)

    assert torch.autograd.gradcheck(call, (w, b, x)) and torch.autograd.gradgradcheck(call, (w, b, x))
    (3.0 * call(w, b, x.detach())).backward()
    by_p = ep.grad(loss)({"w": w.detach().numpy(), "b": np.float64(b.item())}, x.detach().numpy(), 3, False)
    assert np.allclose(w.grad, 3.0 * by_p["w"], rtol=1e-14) and np.isclose(b.grad, 3.0 * by_p["b"], rtol=1e-14) and x.grad is None
    with torch.no_grad():
        assert not call(w, b, x).requires_grad


def test_several_results() -> None:
    x, y = tensors((3,), (2,))
    before = x.detach().clone()
    found = wrap(several)(x, y)
    assert found["length"] == 3 and type(found["length"]) is int and not found["pair"][1].requires_grad and (x == before).all()

    def call(x: Any, y: Any) -> Any:
        out = wrap(several)(x, y)
        return out["scaled"], out["pair"][0]

    assert torch.autograd.gradcheck(call, (x, y)) and torch.autograd.gradgradcheck(call, (x, y))


def test_torch_func_and_single_precision() -> None:
    w, b, x = (t.detach() for t in tensors((4,), (), (3,)))
    wrapped = wrap(loss)
    func = torch.func
    one = func.grad(lambda w: wrapped({"w": w, "b": b}, x, 3))
    many = func.vmap(one)(torch.stack([w, 2.0 * w]))
    assert torch.allclose(many[1], one(2.0 * w), rtol=1e-14)
    rows = func.jacrev(one)(w)
    assert torch.allclose(rows, torch.diag(-(x[:, None] ** 2 * torch.sin(w * x[:, None])).sum(0) * b), rtol=1e-12)
    single = w.float().requires_grad_()
    wrapped({"w": single, "b": 2.0}, x.float(), 3).backward()
    assert single.grad.dtype == torch.float32
    with pytest.raises(NotImplementedError, match="forward mode AD"):
        func.jvp(lambda w: wrapped({"w": w, "b": b}, x, 3), (w,), (w,))


def test_long_lists_of_tensors() -> None:
    xs = [t.requires_grad_() for t in torch.linspace(0.0, 1.0, 210, dtype=torch.float64).reshape(70, 3).detach()]

    def call(xs: Any, c: Any) -> Any:
        s = 0.0
        for k, x in enumerate(xs):
            s = s + c * k * np.sum(x * x)
        return s, c * xs[1]

    c = torch.tensor(2.0, dtype=torch.float64, requires_grad=True)
    total, second = wrap(call)(xs, c)
    (total + second.sum()).backward()
    for k, x in enumerate(xs):
        assert torch.allclose(x.grad, 4.0 * k * x + (2.0 if k == 1 else 0.0), rtol=1e-14)


def test_no_copies() -> None:
    """What comes in lies where it lay."""
    x = torch.arange(6.0, dtype=torch.float64).reshape(2, 3).t()
    from everypath import torch as bridge

    array = bridge.entering(x)
    assert array.ctypes.data == x.data_ptr() and array.strides == (8, 24)
    identity = wrap(lambda x: x)(x)
    assert identity.data_ptr() != x.data_ptr()  # PyTorch would not know that it is a view


@pytest.mark.parametrize(
    "tensor, said",
    [
        (lambda: torch.ones(2, device="meta"), r"pass tensor.cpu\(\), through which gradients flow"),
        (lambda: torch.ones(2, dtype=torch.bfloat16), r"pass tensor.float\(\)"),
        (lambda: torch.ones(2, dtype=torch.complex128), r"pass torch.view_as_real\(tensor\)"),
    ],
)
def test_refused(tensor: Any, said: str) -> None:
    with pytest.raises(ep.InvalidArgument, match=said):
        wrap(lambda x: np.sum(x))(tensor())


def test_lists_of_run_time_length_are_refused() -> None:
    with pytest.raises(ep.NotSupported, match="returns a list whose length is known only when it runs"):
        wrap(lambda x: [v for v in x if v > 0.0])(torch.ones(3))
