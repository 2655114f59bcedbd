"""Timing several contenders in one run, turn by turn, so that all of them see the same machine.

A process that may use one core alone (`on_one_core`) is timed by the processor's time, which other programs on the machine hardly
disturb; one with several, whose contenders may share work among threads or processes, by the clock on the wall.
"""

import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

BRIEF = 5e-5
"""Seconds below which a call is repeated within one measurement: reading the processor's time costs about a hundredth of that."""


def now() -> float:
    """Seconds on the clock that suits this process: of the processor where there is one core, else of the wall."""
    return time.process_time() if cores() == 1 else time.perf_counter()


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def interleaved(contenders: dict[str, Callable[[], object]], rounds: int, patience: float = 10.0) -> dict[str, list[float | None]]:
    """Seconds of each contender in each round: A B C, A B C, …; two warm-up calls each come first.

    A contender that has used up `patience` seconds sits out the rounds that follow (None), once it has run three times.
    """
    repeats = {}
    for name, call in contenders.items():
        call()
        repeats[name] = max(1, round(BRIEF / max(timed(call), 1e-7)))
    seconds: dict[str, list[float | None]] = {name: [] for name in contenders}
    used = dict.fromkeys(contenders, 0.0)
    for turn in range(rounds):
        for name, call in contenders.items():
            if used[name] > patience and turn >= 3:
                seconds[name].append(None)
                continue
            taken = timed(call, repeats[name])
            used[name] += taken
            seconds[name].append(taken / repeats[name])
    return seconds


def timed(call: Callable[[], object], times: int = 1) -> float:
    """Seconds that so many calls take."""
    start = now()
    for _ in range(times):
        call()
    return now() - start


def on_one_core(module: str) -> None:
    """Where the system can: start `module` again on a single core, so that libraries with threads compare with those without."""
    if not hasattr(os, "sched_setaffinity") or cores() == 1:
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
