"""Timing several contenders in one run, turn by turn, so that all of them see the same machine."""

import platform
import statistics
import time
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def interleaved(contenders: dict[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Seconds of each contender in each round: A B C, A B C, …; one warm-up call each comes first."""
    for call in contenders.values():
        call()
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, call in contenders.items():
            start = time.perf_counter()
            call()
            seconds[name].append(time.perf_counter() - start)
    return seconds


def table(title: str, seconds: dict[str, list[float]], reference: str) -> None:
    """Print the median and the fastest of each contender, and the median of its ratio to `reference` round by round."""
    print(f"\n{title}")
    print(f"  {'':32}{'median':>12}{'fastest':>12}{'ratio':>9}")
    for name, values in seconds.items():
        ratio = statistics.median(a / b for a, b in zip(values, seconds[reference], strict=True))
        print(f"  {name:32}{readable(statistics.median(values)):>12}{readable(min(values)):>12}{ratio:>9.2f}")


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
