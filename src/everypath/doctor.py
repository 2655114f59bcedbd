"""`everypath doctor`: what is installed, on what machine, where machine code is kept, and whether all that everypath needs works here.

Each finding has a mark: ✓ works or is as it should be, · worth knowing, ✗ wrong. What is wrong comes with what to do.
"""

from __future__ import annotations

import os
import platform
import re
import time
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

import llvmlite.binding as llvm
import numpy as np

import everypath as ep

from .native import kept
from .native.jit import engine
from .native.vectormath import LIBMVEC, libmvec
from .terminal import coloured
from .tracebacks import users_place

NEEDED = ("numpy", "scipy", "llvmlite")

FOR_BUILDERS = ("dev", "docs", "notebooks", "plugins")
"""Extras whose packages are no matter of users."""

COLOURS = {"✓": "green", "·": "yellow", "✗": "red"}


class Finding(NamedTuple):
    """What was found: a mark, what of, what it is, and what to do where it is not as it should be."""

    mark: str
    name: str
    text: str
    remedy: str = ""


def doctor() -> int:
    """Print what there is to know, and say what is wrong. 0, or 1 where something is."""
    wrong = 0
    print(f"everypath {ep.__version__}, in {Path(ep.__file__).parent}")
    for examine in (versions, machine, machine_code, mathematics, optional, examined):
        for finding in findings(examine):
            wrong += finding.mark == "✗"
            print(f"{coloured(finding.mark, COLOURS[finding.mark])} {finding.name:<14}{finding.text}".rstrip())
            if finding.remedy:
                print(f"  {'':<14}→ {finding.remedy}")
    print("everything works" if not wrong else f"{wrong} thing{'s' if wrong > 1 else ''} to mend")
    return 1 if wrong else 0


def findings(examine: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """What one examination finds; an exception in it is one finding more."""
    try:
        yield from examine()
    except Exception as error:
        place = users_place(error)
        text = f"{type(error).__name__}: {error}" + (f" ({place})" if place else "")
        yield Finding("✗", examine.__name__, text, "please send us all that is printed here")


def versions() -> Iterator[Finding]:
    """Python and what everypath cannot be without."""
    yield Finding("✓", "Python", f"{platform.python_version()}, {platform.python_implementation()}, {platform.platform()}")
    least = dict(bound for _, bound in requirements() if bound[0] in NEEDED)
    for name in NEEDED:
        found = installed(name)
        if not found:
            yield Finding("✗", name, "is missing", f"pip install {name}")
        elif number(found) < number(least.get(name, "")):
            yield Finding("✗", name, f"{found} is too old", f"pip install --upgrade '{name}>={least[name]}'")
        else:
            yield Finding("✓", name, found)


def machine() -> Iterator[Finding]:
    """The processor as LLVM sees it, and how many threads there are."""
    made = engine()
    version = ".".join(map(str, llvm.llvm_version_info))
    wide = [name for name in ("avx512f", "avx2", "fma", "neon", "sve") if name in made.host]
    yield Finding("✓", "processor", f"{made.maker.processor['cpu']} ({', '.join(wide) or 'no vector units known'})")
    yield Finding("✓", "LLVM", f"{version}, {made.maker.machine.triple}")
    variable = next((v for v in ("EVERYPATH_THREADS", "OMP_NUM_THREADS") if os.environ.get(v)), "")
    yield Finding("✓", "threads", f"{ep.get_num_threads()}" + (f", as {variable} says" if variable else ", the cores of this process"))


def machine_code() -> Iterator[Finding]:
    """Where compiled code is kept for the next process."""
    named = os.environ.get(kept.VARIABLE, "")
    if named.lower() in ("off", "0", "no"):
        yield Finding(
            "·", "machine code", f"is not kept on disk: {kept.VARIABLE} says {named!r}", "first calls compile anew in each process"
        )
        return
    place = Path(named) if named else kept.default()
    if kept.folder() is None:
        yield Finding(
            "✗",
            "machine code",
            f"cannot be kept in {place}: it is not there, cannot be written, or others can write to it",
            f"chmod 700 {place}, or name a folder of your own in {kept.VARIABLE}",
        )
        return
    sizes = [entry.stat().st_size for entry in os.scandir(place) if entry.is_file()]
    yield Finding("✓", "machine code", f"{place}: {sum(sizes) / 1e6:.1f} MB in {len(sizes)} files, of at most {kept.MOST / 1e6:.0f} MB")


def mathematics() -> Iterator[Finding]:
    """BLAS, and elementary functions of vectors."""
    import scipy

    found: dict[str, Any] = scipy.show_config(mode="dicts")["Build Dependencies"].get("blas", {})
    yield Finding("✓", "BLAS", f"{found.get('name', 'unknown')} {found.get('version', '')}, SciPy's")
    if libmvec() is None:
        yield Finding("·", "vector maths", f"{LIBMVEC} is not there: exp, log, sin … of arrays are computed one by one")
    else:
        yield Finding("✓", "vector maths", LIBMVEC)


def optional() -> Iterator[Finding]:
    """Packages that some of everypath's names need, by extras."""
    there: list[str] = []
    absent: list[str] = []
    for extra, (name, _) in requirements():
        if extra and extra not in FOR_BUILDERS:
            version = installed(name)
            (there if version else absent).append(f"{name} {version}" if version else f"{name} [{extra}]")
    if there:
        yield Finding("✓", "optional", ", ".join(dict.fromkeys(there)))
    if absent:
        yield Finding("·", "not installed", ", ".join(dict.fromkeys(absent)), "pip install 'everypath[EXTRA]' where you want them")


def examined() -> Iterator[Finding]:
    """Whether functions compile here, and their derivatives are right."""
    for what, works in EXAMINATIONS.items():
        before = time.perf_counter()
        try:
            works()
        except Exception as error:
            yield Finding("✗", what, f"{type(error).__name__}: {error}", "please send us all that is printed here")
        else:
            yield Finding("✓", what, f" ({time.perf_counter() - before:.2f} s)")


def installed(name: str) -> str:
    """The version of a package, empty where it is missing."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def requirements() -> list[tuple[str, tuple[str, str]]]:
    """(extra, (package, oldest version)) of all that everypath names; empty where everypath is on the path and not installed."""
    try:
        lines = metadata.requires("everypath") or []
    except metadata.PackageNotFoundError:
        return []
    found = (re.match(r"([A-Za-z0-9_.-]+)(?:>=([0-9.]+))?[^;]*(?:;.*extra == ['\"]([^'\"]+)['\"])?", line) for line in lines)
    return [(match[3] or "", (match[1], match[2] or "")) for match in found if match and match[1] != "everypath"]


def number(version: str) -> tuple[int, ...]:
    """A version as numbers that can be compared."""
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


# What is tried ---------------------------------------------------------------------------------------------------------


def loop(x: Any) -> Any:
    """Σ x[i]·x[i−1], with a loop and a store."""
    y = np.zeros(len(x))
    for i in range(len(x)):
        y[i] = x[i] * x[i - 1]
    return np.sum(y)


def product(w: Any, x: Any) -> Any:
    """Σ exp(w x)."""
    return np.sum(np.exp(w @ x))


def compiles() -> None:
    """A gradient with a loop and a store."""
    expected = np.array([5.0, 4.0, 3.0])
    found = ep.grad(loop)(np.array([1.0, 2.0, 3.0]))
    if not np.allclose(found, expected, rtol=1e-14):
        raise ArithmeticError(f"the gradient of a loop is {found}, not {expected}")


def multiplies() -> None:
    """Both modes and differences."""
    ep.check_grads(product, (np.ones((2, 3)) / 3.0, np.ones((3, 2)) / 7.0))


def raises() -> None:
    """An exception of compiled code."""

    def beyond(x: Any, n: int) -> Any:
        return x[n]

    try:
        ep.compile(beyond)(np.ones(2), 5)
    except IndexError:
        return
    raise AssertionError("an index out of range was not noticed")


EXAMINATIONS: dict[str, Callable[[], None]] = {
    "a loop compiles, and its gradient is right": compiles,
    "matrix products go through SciPy's BLAS, forwards and backwards": multiplies,
    "errors in compiled code are raised in Python": raises,
}
