"""A kernel of a checkout of NPBench: its data, its text as a function of one float, and the same in JAX."""

from __future__ import annotations

import importlib
import importlib.util
import json
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np


def names(checkout: Path) -> list[str]:
    """All kernels, by the names of their descriptions."""
    return sorted(path.stem for path in (checkout / "bench_info").glob("*.json"))


@dataclass(frozen=True)
class Kernel:
    """A kernel with data of one size. `changed` are the arrays it writes to, `results` what it returned."""

    name: str
    info: dict[str, Any]
    data: dict[str, Any]
    changed: tuple[str, ...]
    results: tuple[Any, ...]

    @property
    def arguments(self) -> tuple[Any, ...]:
        return tuple(self.data[name] for name in self.info["input_args"])

    @property
    def wrt(self) -> tuple[int, ...]:
        """Positions of the arguments that are arrays of floats."""
        values = enumerate(self.arguments)
        return tuple(k for k, x in values if isinstance(x, np.ndarray) and x.dtype.kind == "f")

    @property
    def derives(self) -> bool:
        """Whether there is a float to derive, and one to derive by."""
        outputs = [*(self.data[name] for name in self.changed), *self.results]
        return bool(self.wrt) and any(np.asarray(x).dtype.kind in "fc" for x in outputs)


def load(checkout: Path, name: str, size: str) -> Kernel:
    """The kernel, run once in NumPy to see what it changes."""
    if str(checkout) not in sys.path:
        sys.path.insert(0, str(checkout))
    info = json.loads((checkout / "bench_info" / f"{name}.json").read_text())["benchmark"]
    data = dict(info["parameters"][size])
    if info.get("init"):
        made = getattr(module(info), info["init"]["func_name"])(*(data[x] for x in info["init"]["input_args"]))
        own = info["init"]["output_args"]
        data.update(zip(own, made if len(own) > 1 else (made,), strict=True))
    copies = {x: v.copy() if isinstance(v, np.ndarray) else v for x, v in data.items()}
    with np.errstate(all="ignore"):
        result = getattr(module(info, "_numpy"), info["func_name"])(*(copies[x] for x in info["input_args"]))
    arrays = [x for x in info["input_args"] if isinstance(data[x], np.ndarray)]
    outputs = set(info.get("output_args", ()))
    changed = tuple(x for x in arrays if x in outputs or not np.array_equal(data[x], copies[x], equal_nan=data[x].dtype.kind in "fc"))
    results = () if result is None else result if isinstance(result, tuple) else (result,)
    return Kernel(name, info, data, changed, results)


def module(info: dict[str, Any], suffix: str = "") -> Any:
    """The module with a kernel's data ("") or its text for a framework ("_numpy", "_jax")."""
    path = info["relative_path"].replace("/", ".")
    return importlib.import_module(f"npbench.benchmarks.{path}.{info['module_name']}{suffix}")


def function(kernel: Kernel) -> Callable[..., Any]:
    """The kernel as a function of its arguments that changes none of them and gives one number."""
    info = kernel.info
    copies = [f"    {name} = {name}.copy()\n" for name in kernel.changed]
    results = [f"r{k}" for k in range(len(kernel.results))]
    call = f"{', '.join(results)} = " if results else ""
    outputs = [(name, kernel.data[name]) for name in kernel.changed] + list(zip(results, kernel.results, strict=True))
    floats = [(name, x) for name, x in outputs if np.asarray(x).dtype.kind in "fc"] or outputs
    total = " + ".join(f"np.sum({name}.real)" if np.asarray(x).dtype.kind == "c" else f"np.sum({name})" for name, x in floats)
    path = f"npbench.benchmarks.{info['relative_path'].replace('/', '.')}.{info['module_name']}_numpy"
    text = (
        f"import numpy as np\nfrom {path} import {info['func_name']} as kernel\n\n\n"
        f"def npbench_{info['short_name']}({', '.join(info['input_args'])}):\n{''.join(copies)}"
        f"    {call}kernel({', '.join(info['input_args'])})\n    return {total}\n"
    )
    written = Path(tempfile.mkdtemp(prefix="npbench-")) / f"{info['short_name']}.py"
    written.write_text(text)
    spec = importlib.util.spec_from_file_location(f"npbench_{info['short_name']}", written)
    assert spec is not None and spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = made
    spec.loader.exec_module(made)
    return getattr(made, f"npbench_{info['short_name']}")  # type: ignore[no-any-return]


Calls = tuple[Callable[[], Any], Callable[[], Any]]


def in_jax(kernel: Kernel) -> dict[str, Callable[[], Calls]]:
    """The forms for JAX, NPBench's own and the one written here, where there are such: each makes what computes the value, and what
    computes the gradient."""
    forms = {"NPBench": lambda: getattr(module(kernel.info, "_jax"), kernel.info["func_name"])}
    if kernel.name in rewritten().FORMS:
        forms["rewritten"] = lambda: rewritten().FORMS[kernel.name]
    return {name: partial(calls, kernel, form) for name, form in forms.items()}


def rewritten() -> Any:
    """The module with forms for JAX, which needs JAX."""
    import jax

    jax.config.update("jax_enable_x64", True)
    return importlib.import_module("benchmarks.npbench.rewritten")


def calls(kernel: Kernel, form: Callable[[], Callable[..., Any]]) -> Calls:
    import jax
    import jax.numpy as jnp

    function = form()
    wrt = kernel.wrt
    arguments = list(kernel.arguments)
    given = [jnp.asarray(x) if isinstance(x, np.ndarray) else x for x in arguments]

    def total(*chosen: Any) -> Any:
        values = list(given)
        for position, x in zip(wrt, chosen, strict=True):
            values[position] = x
        outputs = jax.tree_util.tree_leaves(function(*values))
        return sum(jnp.sum(jnp.real(x)) for x in outputs if jnp.issubdtype(x.dtype, jnp.inexact))

    chosen = [given[k] for k in wrt]
    value, gradient = jax.jit(total), jax.jit(jax.grad(total, argnums=tuple(range(len(wrt)))))
    return lambda: value(*chosen).block_until_ready(), lambda: jax.block_until_ready(gradient(*chosen))
