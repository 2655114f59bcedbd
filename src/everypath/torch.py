"""PyTorch: a function of NumPy as one of tensors, differentiated by everypath inside PyTorch's graph.

    loss = everypath.torch.wrap(energy)(positions, charges)
    loss.backward()

Tensors on the CPU are passed without a copy. A result of one number has its gradient computed beside it, in one sweep; any other keeps what
its backward sweep needs. Higher derivatives (`create_graph=True`) are everypath's own of higher order. The derivative of a derivative is
computed from the start.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .bridges.functions import by_position, float_leaves, name_of, pulling
from .bridges.places import as_argument, directions, filled, given_back, refuse_complex, taken_apart
from .calls.leafwise import Call, Leafwise
from .errors import InvalidArgument
from .structure import Leaf, paths
from .tracebacks import for_the_user

try:
    import torch
except ImportError as _problem:
    raise ImportError("everypath.torch needs PyTorch: pip install 'everypath[torch]'") from _problem

__all__ = ["wrap"]


def wrap(f: Callable[..., Any]) -> Callable[..., Any]:
    """`f` as a function of tensors: called with tensors in place of arrays, it returns tensors, and gradients flow through it.

    Tensors may stand anywhere in tuples, lists, dicts, NamedTuples and dataclasses; whatever else is passed is passed on. A tensor without
    axes is a NumPy scalar to `f`, Python's `int` or `bool` where it is of integers or bools. What `f` writes to an argument, it writes to
    a copy. Floats and arrays in the result are new tensors, of the dtypes that `f` gives.

    Works with `backward`, `torch.autograd.grad` to any order, `gradcheck`, modules and optimisers, and with `torch.func.grad`, `vjp`,
    `jacrev` and `vmap` (call by call). There is no forward mode of PyTorch's (`torch.func.jvp`).

    Raises InvalidArgument for tensors on another device, of complex numbers or of bfloat16, and what `f` raises.

    >>> x = torch.tensor([1.0, 2.0], requires_grad=True)  # doctest: +SKIP
    >>> wrap(lambda x: np.sum(x**3))(x).backward()  # doctest: +SKIP
    >>> x.grad  # doctest: +SKIP
    tensor([ 3., 12.])
    """
    wrapped = Wrapped(f)

    @functools.wraps(f)
    @for_the_user
    def call(*args: Any, **kwargs: Any) -> Any:
        return wrapped(*by_position(f, args, kwargs))

    return call


class Wrapped:
    """A function of tensors, and the one that pulls cotangents of its results back, made when it is first needed."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.leafwise = Leafwise(function)

    def __call__(self, *args: Any) -> Any:
        template, tensors = taken_apart(args, lambda leaf: isinstance(leaf, torch.Tensor))
        run = Run(self, template, [t.requires_grad and torch.is_grad_enabled() for t in tensors])
        out = (Bridge if transforming() else Node).apply(run, *tensors)
        assert run.call is not None
        result = run.call.result
        return given_back(result, [plain(tensor, leaf) for tensor, (_, leaf) in zip(out, paths(result), strict=True)], self.name)

    @property
    def name(self) -> str:
        return name_of(self.function)

    @functools.cached_property
    def pulled(self) -> Wrapped:
        """From the arguments and the cotangent of the result to the cotangents of the arguments."""
        return Wrapped(pulling(self.function))


class Run:
    """One call on its way through PyTorch: which of its tensors want a gradient, and what the forward sweep left for the backward one."""

    def __init__(self, wrapped: Wrapped, template: Any, wanted: Sequence[bool]) -> None:
        self.wrapped, self.template, self.wanted = wrapped, template, tuple(wanted)
        self.call: Call | None = None
        self.places: list[Any] = []
        self.gradient: list[Any] | None = None
        self.pullback: Any = None

    def again(self) -> Run:
        """The same call with other tensors."""
        return Run(self.wrapped, self.template, self.wanted)

    def forward(self, arrays: list[Any]) -> list[Any]:
        """The leaves of the result."""
        self.call = call = self.wrapped.leafwise.at(filled(self.template, arrays))
        given_back(call.result, [None] * len(call.special.program.main.result_types), self.wrapped.name)
        self.places = [self.place(call, arrays[k], k) for k, wanted in enumerate(self.wanted) if wanted]
        if not self.places or not call.floats:
            return call.results()
        if len(call.floats) == 1 and one_number(call):
            results, self.gradient = call.gradient(self.places, [1.0])
            return results
        found, self.pullback = call.pullback(self.places)
        return found

    def place(self, call: Call, array: Any, k: int) -> Any:
        found = call.place(array)
        if found is None:
            raise InvalidArgument(f"tensor {k} is an attribute that {self.wrapped.name} does not read: detach it")
        return found

    def backward(self, cotangents: Sequence[Any]) -> list[Any]:
        """The gradients of the tensors that want one, given the cotangents of the float results: arrays that nobody else has."""
        assert self.call is not None
        if self.gradient is not None:
            (scale,) = (cotangent.item() for cotangent in cotangents)
            return [np.array(g) if scale == 1.0 else np.asarray(g * np.asarray(g).dtype.type(scale)) for g in self.gradient]
        return [np.asarray(g) for g in self.pullback(*self.call.matching(self.call.floats, cotangents))]


def one_number(call: Call) -> bool:
    """Whether the only float result is a number."""
    return not getattr(call.special.program.main.result_types[call.floats[0]], "rank", 0)


def results(run: Run, tensors: Sequence[Any]) -> tuple[Any, ...]:
    """The results as tensors."""
    arrays = [entering(tensor) for tensor in tensors]
    return tuple(leaving(leaf, arrays) for leaf in run.forward(arrays))


def keep(ctx: Any, run: Run, tensors: Sequence[Any], output: Sequence[Any]) -> None:
    """Keep what the backward sweep needs."""
    ctx.run = run
    ctx.save_for_backward(*tensors)
    ctx.mark_non_differentiable(*(tensor for tensor in output if not tensor.is_floating_point()))


class Node(torch.autograd.Function):
    """The node of PyTorch's graph."""

    @staticmethod
    def forward(ctx: Any, run: Run, *tensors: Any) -> tuple[Any, ...]:
        """The results, what the backward sweep needs kept."""
        output = results(run, tensors)
        keep(ctx, run, tensors, output)
        return output

    @staticmethod
    def backward(ctx: Any, *cotangents: Any) -> tuple[Any, ...]:
        """The gradients, which have a graph of their own where that is asked for."""
        run: Run = ctx.run
        assert run.call is not None
        tensors, floats = ctx.saved_tensors, [cotangents[k] for k in run.call.floats]
        if (torch.is_grad_enabled() and any(tensor.requires_grad for tensor in (*tensors, *floats))) or forward_mode():
            return (None, *again(run, tensors, floats))
        arrays = [cotangent.detach().resolve_conj().resolve_neg().numpy() for cotangent in floats]
        found = iter(run.backward(arrays))
        return (None, *(torch.from_numpy(next(found)) if wanted else None for wanted in run.wanted))


class Bridge(Node):
    """The same inside transformations of `torch.func`, which ask for it in two parts: PyTorch takes 100 µs longer for that."""

    @staticmethod
    def forward(run: Run, *tensors: Any) -> tuple[Any, ...]:  # type: ignore[override]
        """The results."""
        return results(run, tensors)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: tuple[Any, ...]) -> None:
        """Keep what the backward sweep needs."""
        run, *tensors = inputs
        keep(ctx, run, tensors, output)

    @staticmethod
    def vmap(info: Any, in_dims: tuple[Any, ...], run: Run, *tensors: Any) -> tuple[tuple[Any, ...], tuple[int, ...]]:
        """One call after another."""
        rows = []
        for k in range(info.batch_size):
            each = run.again()
            taken = [t if dim is None else t.select(dim, k) for t, dim in zip(tensors, in_dims[1:], strict=True)]
            rows.append(Bridge.apply(each, *taken))
            run.call = each.call
        outputs = tuple(torch.stack(column) for column in zip(*rows, strict=True))
        return outputs, (0,) * len(outputs)


def again(run: Run, tensors: Sequence[Any], cotangents: Sequence[Any]) -> list[Any]:
    """The gradients as the results of a function that is differentiated like any other."""
    assert run.call is not None
    template, number = directions(run.call.result)
    assert number == len(cotangents)
    pulled = run.wrapped.pulled(filled(run.template, tensors), filled(template, cotangents))
    _, found = taken_apart(pulled, lambda leaf: isinstance(leaf, torch.Tensor))
    gradients = dict(zip(float_leaves(run.template, lambda k: tensors[k].is_floating_point()), found, strict=True))
    return [gradients[k] if wanted else None for k, wanted in enumerate(run.wanted)]


def transforming() -> bool:
    """Whether a transformation of `torch.func` is at work; where PyTorch does not say, one may be."""
    asked = getattr(torch._C, "_are_functorch_transforms_active", None)
    return asked is None or bool(asked())


def forward_mode() -> bool:
    """Whether PyTorch's forward mode is at work, which must see every function that its numbers pass through."""
    return bool(torch.autograd.forward_ad._current_level >= 0)


# Tensors and arrays ----------------------------------------------------------------------------------------------------


def entering(tensor: Any) -> Any:
    """The numbers of a tensor, where they lie."""
    if tensor.device.type != "cpu":
        raise InvalidArgument(f"a tensor is on {tensor.device}, everypath runs on the CPU: pass tensor.cpu(), through which gradients flow")
    if tensor.dtype == torch.bfloat16:
        raise InvalidArgument("a tensor is of bfloat16, which NumPy has not: pass tensor.float()")
    array = tensor.detach().resolve_conj().resolve_neg().numpy()
    return as_argument(refuse_complex(array, "pass torch.view_as_real(tensor)"))


def plain(tensor: Any, leaf: Leaf) -> Any:
    """A result as the caller gets it: Python's integers and bools are no tensors."""
    return tensor.item() if leaf.kind in ("int", "bool") else tensor


def leaving(leaf: Any, arrays: Sequence[Any]) -> Any:
    """A result as a tensor of its own."""
    array = np.asarray(leaf)
    if array is leaf and (not array.flags.writeable or any(isinstance(a, np.ndarray) and np.may_share_memory(a, array) for a in arrays)):
        array = array.copy()
    return torch.from_numpy(array if array.flags.writeable else np.array(array))
