"""Timing several contenders in one run, turn by turn, so that all of them see the same machine."""

import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def interleaved(contenders: dict[str, Callable[[], object]], rounds: int, patience: float = 10.0) -> dict[str, list[float | None]]:
    """Seconds of each contender in each round: A B C, A B C, …; one warm-up call each comes first.

    A contender that has used up `patience` seconds sits out the rounds that follow (None), once it has run three times.
    """
    for call in contenders.values():
        call()
    seconds: dict[str, list[float | None]] = {name: [] for name in contenders}
    used = dict.fromkeys(contenders, 0.0)
    for turn in range(rounds):
        for name, call in contenders.items():
            if used[name] > patience and turn >= 3:
                seconds[name].append(None)
                continue
            start = time.perf_counter()
            call()
            taken = time.perf_counter() - start
            used[name] += taken
            seconds[name].append(taken)
    return seconds


def on_one_core(module: str) -> None:
    """Where the system can: start `module` again on a single core, so that libraries with threads compare with those without."""
    if not hasattr(os, "sched_setaffinity") or len(os.sched_getaffinity(0)) == 1:
        return
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    os.execv(sys.executable, [sys.executable, "-m", module, *sys.argv[1:]])


def table(title: str, seconds: Mapping[str, Sequence[float | None]], reference: str) -> None:
    """Print the median and the fastest of each contender, and the median of its ratio to `reference` round by round."""
    print(f"\n{title}")
    print(f"  {'':32}{'median':>12}{'fastest':>12}{'ratio':>9}")
    for name, values in seconds.items():
        pairs = [(a, b) for a, b in zip(values, seconds[reference], strict=True) if a is not None and b is not None]
        taken = [a for a, _ in pairs]
        ratio = statistics.median(a / b for a, b in pairs)
        print(f"  {name:32}{readable(statistics.median(taken)):>12}{readable(min(taken)):>12}{ratio:>9.2f}")


def readable(seconds: float) -> str:
    """A duration in the unit that suits it."""
    for unit, scale in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= scale:
            return f"{seconds / scale:.2f} {unit}"
    return f"{seconds * 1e9:.0f} ns"


def versions(*packages: str) -> str:
    """The processor, Python, and the installed version of each package."""
    found = [processor(), f"Python {platform.python_version()}"]
    for package in packages:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            found.append(f"{package} not installed")
    return " · ".join(found)


def processor() -> str:
    """The processor's name where the system tells it."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()
