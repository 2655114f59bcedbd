"""JAX: a function of NumPy as one that JAX traces, differentiates and compiles around.

    loss = everypath.jax.wrap(energy)
    jax.jit(jax.grad(loss))(positions, charges)

Three primitives, each a `pure_callback` where it runs, which lean on each other:

    value    f(x)            its tangent is `tangent`
    tangent  ẏ(x; ẋ)         linear in ẋ: its transpose is `pull`
    pull     x̄(x; ȳ)         linear in ȳ: its transpose is `tangent`

The derivatives of the last two by x are those of the functions that they compute, which everypath differentiates like any other. So every
order and every mix of forward and reverse mode is there.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .bridges.functions import by_position, float_leaves, name_of, pulling, pushing
from .bridges.places import Place, as_argument, directions, filled, given_back, mapped, refuse_complex, taken_apart
from .calls.leafwise import Call, Leafwise
from .errors import EverypathError, InvalidArgument
from .ir.types import scalar_of
from .tracebacks import for_the_user

try:
    import jax
    from jax.extend.core import Primitive
    from jax.interpreters import ad, batching, mlir
except ImportError as _problem:
    raise ImportError("everypath.jax needs JAX: pip install 'everypath[jax]'") from _problem

__all__ = ["wrap"]

Arrays = Sequence[Any]


def wrap(f: Callable[..., Any], result: Any = None) -> Callable[..., Any]:
    """`f` as a function of JAX: called with its arrays, inside `jit`, `grad`, `jvp`, `hessian`, `vmap` and their compositions.

    Arrays may stand anywhere in tuples, lists, dicts, NamedTuples and dataclasses; whatever else is passed is known when JAX traces. An
    array without axes is a NumPy scalar to `f`, Python's `int` or `bool` where it is of integers or bools. `f` runs on the host; under
    `vmap` once for each element. Results have the dtypes that `f` gives, in single precision unless `jax_enable_x64` is on.

    JAX must know the shapes of results before anything runs. Those of numbers are known; where there are arrays `f` is run once on made-up
    numbers of the right shapes, unless `result` has arrays or `jax.ShapeDtypeStruct` like those of the result, in its containers.

    Raises InvalidArgument where that run fails, and where a result has another shape than was said. An error that `f` raises reaches the
    caller as JAX's error of a callback, with the message in it.
    """
    known = None if result is None else [tuple(leaf.shape) for leaf in taken_apart(result, lambda leaf: hasattr(leaf, "shape"))[1]]
    leafwise, name = Leafwise(f), name_of(f)

    @functools.wraps(f)
    @for_the_user
    def call(*args: Any, **kwargs: Any) -> Any:
        template, arrays = taken_apart(by_position(f, args, kwargs), lambda leaf: isinstance(leaf, jax.Array))
        job = Job(f, leafwise, template, [jax.ShapeDtypeStruct(a.shape, a.dtype) for a in arrays], known)
        return given_back(job.structure, value_p.bind(*arrays, job=job), name)

    return call


class Job:
    """A function with arrays at these places, of these shapes. `kept` are the leaves of its result that count, all if None; `shapes` those
    of the result where the caller said them."""

    def __init__(
        self,
        function: Callable[..., Any],
        leafwise: Leafwise,
        template: Any,
        avals: Sequence[Any],
        shapes: Sequence[tuple[int, ...]] | None = None,
        kept: Sequence[int] | None = None,
    ) -> None:
        self.function, self.leafwise, self.template, self.avals = function, leafwise, template, list(avals)
        self.float_inputs = [k for k, aval in enumerate(avals) if aval.dtype.kind == "f"]
        example, _ = self.call([made_up(aval) for aval in avals])
        self.structure = example.result
        types = example.special.program.main.result_types
        given_back(self.structure, [None] * len(types), self.name)
        self.kept = list(range(len(types)) if kept is None else kept)
        sizes = self.sizes(example, types, shapes)
        dtypes = [jax.dtypes.canonicalize_dtype(scalar_of(types[k]).numpy) for k in self.kept]
        self.outputs = [jax.ShapeDtypeStruct(size, dtype) for size, dtype in zip(sizes, dtypes, strict=True)]
        self.float_outputs = [k for k, leaf in enumerate(self.kept) if leaf in example.floats]

    @property
    def name(self) -> str:
        """What messages call the function."""
        return name_of(self.function)

    def sizes(self, example: Call, types: Sequence[Any], shapes: Sequence[tuple[int, ...]] | None) -> list[tuple[int, ...]]:
        """The shapes of the results."""
        if shapes is not None:
            return list(shapes)
        if all(getattr(types[k], "rank", 0) == 0 for k in self.kept):
            return [() for _ in self.kept]
        try:
            with np.errstate(all="ignore"):
                results = example.results()
        except EverypathError:
            raise
        except Exception as problem:
            raise InvalidArgument(
                f"what shape {self.name} returns is not known before it runs, and a run on made-up numbers failed ({problem}): "
                "pass result=, with arrays of these shapes or jax.ShapeDtypeStruct"
            ) from problem
        return [np.shape(results[k]) for k in self.kept]

    def call(self, arrays: Arrays) -> tuple[Call, list[Any]]:
        """The call with these arrays, and what became of each."""
        given = [as_argument(refuse_complex(np.asarray(a), "take real and imaginary parts apart")) for a in arrays]
        return self.leafwise.at(filled(self.template, given)), given

    def places(self, call: Call, given: Sequence[Any]) -> list[Any]:
        """Where the float arrays stand among the leaves of the call."""
        found = [call.place(given[k]) for k in self.float_inputs]
        if None in found:
            raise InvalidArgument(f"an array is an attribute that {self.name} does not read: leave it out")
        return found

    # What runs on the host ---------------------------------------------------------------------------------------------

    def value(self, *arrays: Any) -> list[Any]:
        """The results."""
        call, _ = self.call(arrays)
        results = call.results()
        return self.as_said([results[k] for k in self.kept], self.outputs)

    def tangent(self, *arrays: Any) -> list[Any]:
        """The tangents of the float results."""
        call, given = self.call(arrays[: len(self.avals)])
        _, found = call.tangents(self.places(call, given), [np.asarray(a) for a in arrays[len(self.avals) :]])
        tangents = dict(zip(call.floats, found, strict=True))
        return self.as_said([tangents[self.kept[k]] for k in self.float_outputs], [self.outputs[k] for k in self.float_outputs])

    def pull(self, *arrays: Any) -> list[Any]:
        """The cotangents of the float arrays."""
        call, given = self.call(arrays[: len(self.avals)])
        cotangents = dict(zip((self.kept[k] for k in self.float_outputs), arrays[len(self.avals) :], strict=True))
        _, found = call.gradient(self.places(call, given), [self.cotangent(call, k, cotangents) for k in call.floats])
        return self.as_said(found, [self.avals[k] for k in self.float_inputs])

    def cotangent(self, call: Call, leaf: int, cotangents: dict[int, Any]) -> Any:
        """That of a float result; zeros for one that does not count."""
        return np.asarray(cotangents[leaf]) if leaf in cotangents else np.zeros_like(call.results()[leaf])

    def as_said(self, found: Sequence[Any], outputs: Sequence[Any]) -> list[Any]:
        """Results as JAX has been told that they are."""
        for one, output in zip(found, outputs, strict=True):
            if np.shape(one) != output.shape:
                raise InvalidArgument(f"{self.name} returned an array of shape {np.shape(one)}; JAX was told {output.shape}: pass result=")
        return [np.asarray(one, output.dtype) for one, output in zip(found, outputs, strict=True)]

    # Derivatives of derivatives ----------------------------------------------------------------------------------------

    @functools.cached_property
    def tangent_job(self) -> Job:
        """The tangent as a function of the arrays and their tangents."""
        number = len(self.avals)
        order = {k: number + at for at, k in enumerate(self.float_inputs)}
        moves = mapped(lambda leaf: Place(order[leaf.number]) if type(leaf) is Place and leaf.number in order else None, self.template)
        function = pushing(self.function)
        avals = [*self.avals, *(self.avals[k] for k in self.float_inputs)]
        call_floats = [self.kept[k] for k in self.float_outputs]
        every = [k for k in self.all_floats if k in set(call_floats)]
        kept = [self.all_floats.index(k) for k in every]
        return Job(function, Leafwise(function), (self.template, moves), avals, [self.outputs[k].shape for k in self.float_outputs], kept)

    @functools.cached_property
    def pull_job(self) -> Job:
        """The cotangents as a function of the arrays and the cotangents of the float results."""
        number = len(self.avals)
        template, count = directions(self.structure)
        counting = {self.all_floats.index(self.kept[k]): number + at for at, k in enumerate(self.float_outputs)}
        cotangent = mapped(lambda leaf: Place(counting[leaf.number]) if type(leaf) is Place and leaf.number in counting else None, template)
        assert count == len(self.all_floats)
        function = pulling(self.function)
        avals = [*self.avals, *(self.outputs[k] for k in self.float_outputs)]
        floats = float_leaves(self.template, lambda k: k in self.float_inputs)
        kept = [floats.index(k) for k in self.float_inputs]
        return Job(function, Leafwise(function), (self.template, cotangent), avals, [self.avals[k].shape for k in self.float_inputs], kept)

    @functools.cached_property
    def all_floats(self) -> list[int]:
        """The float leaves of the result, those that do not count included."""
        call, _ = self.call([made_up(aval) for aval in self.avals])
        return list(call.floats)


def made_up(aval: Any) -> np.ndarray[Any, Any]:
    """Numbers of this shape and dtype."""
    size = int(np.prod(aval.shape))
    numbers = (0.25 + 0.5 * (np.arange(size) % 7) / 7.0).reshape(aval.shape) if aval.dtype.kind == "f" else np.ones(aval.shape)
    return numbers.astype(aval.dtype)


# Primitives ------------------------------------------------------------------------------------------------------------


def primitive(name: str, run: Callable[[Job], Callable[..., list[Any]]], outputs: Callable[[Job], list[Any]]) -> Any:
    """A primitive whose results are what `run(job)` gives on the host, of these shapes."""
    made = Primitive(f"everypath_{name}")
    made.multiple_results = True

    def implemented(*arrays: Any, job: Job) -> Any:
        return jax.pure_callback(run(job), outputs(job), *arrays, vmap_method="sequential")

    def batched(arrays: Arrays, dims: Sequence[Any], *, job: Job) -> tuple[Any, Sequence[int]]:
        moving = [k for k, dim in enumerate(dims) if dim is not None]

        def one(rows: Arrays) -> Any:
            given = dict(zip(moving, rows, strict=True))
            return made.bind(*(given.get(k, array) for k, array in enumerate(arrays)), job=job)

        found = jax.lax.map(one, [jax.numpy.moveaxis(arrays[k], dims[k], 0) for k in moving])
        return found, [0] * len(found)

    made.def_impl(implemented)
    made.def_abstract_eval(lambda *avals, job: [jax.core.ShapedArray(o.shape, o.dtype) for o in outputs(job)])
    mlir.register_lowering(made, mlir.lower_fun(implemented, multiple_results=True))
    batching.primitive_batchers[made] = batched
    return made


value_p = primitive("value", lambda job: job.value, lambda job: job.outputs)
tangent_p = primitive("tangent", lambda job: job.tangent, lambda job: [job.outputs[k] for k in job.float_outputs])
pull_p = primitive("pull", lambda job: job.pull, lambda job: [job.avals[k] for k in job.float_inputs])


def zero(x: Any) -> Any:
    """The tangent of what does not move."""
    return ad.Zero(jax.typeof(x).to_tangent_aval())


def value_jvp(primals: Arrays, tangents: Arrays, *, job: Job) -> tuple[Any, Any]:
    """The tangent of a value."""
    results = value_p.bind(*primals, job=job)
    moves = iter(tangent_p.bind(*primals, *(ad.instantiate_zeros(tangents[k]) for k in job.float_inputs), job=job))
    return results, [next(moves) if k in job.float_outputs else zero(x) for k, x in enumerate(results)]


def linear_jvp(which: Any, again: Callable[[Job], Job], primals: Arrays, tangents: Arrays, *, job: Job) -> tuple[Any, Any]:
    """The tangent of what is linear in all but its first arrays: one term for those, and one for the first."""
    number = len(job.avals)
    results = which.bind(*primals, job=job)
    terms = []
    if any(type(t) is not ad.Zero for t in tangents[number:]):
        terms.append(which.bind(*primals[:number], *map(ad.instantiate_zeros, tangents[number:]), job=job))
    if any(type(tangents[k]) is not ad.Zero for k in job.float_inputs):
        second = again(job)
        moves = [ad.instantiate_zeros(tangents[k]) for k in job.float_inputs]
        still = [jax.numpy.zeros_like(x) for x in primals[number:]]
        terms.append(tangent_p.bind(*primals, *moves, *still, job=second))
    if not terms:
        return results, [zero(x) for x in results]
    return results, [functools.reduce(ad.add_jaxvals, column) for column in zip(*terms, strict=True)]


def transposed(other: Any, cotangents: Arrays, *arrays: Any, job: Job) -> list[Any]:
    """The cotangents of what a primitive is linear in, by the other one."""
    number = len(job.avals)
    given = arrays[number:]
    found = iter(other.bind(*arrays[:number], *map(ad.instantiate_zeros, cotangents), job=job))
    return [None] * number + [x if ad.is_undefined_primal(y) else None for x, y in zip(found, given, strict=True)]


ad.primitive_jvps[value_p] = value_jvp
ad.primitive_jvps[tangent_p] = functools.partial(linear_jvp, tangent_p, lambda job: job.tangent_job)
ad.primitive_jvps[pull_p] = functools.partial(linear_jvp, pull_p, lambda job: job.pull_job)
ad.primitive_transposes[tangent_p] = functools.partial(transposed, pull_p)
ad.primitive_transposes[pull_p] = functools.partial(transposed, tangent_p)
