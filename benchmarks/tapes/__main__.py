"""What a gradient costs where much is kept: its time beside the function's own, page faults of a warm call, memory.

make -C benchmarks tapes
"""

import resource
import sys
from functools import partial

import everypath as ep

from ..timing import interleaved, on_one_core, readable, versions
from .programs import programs


def main() -> None:
    on_one_core("benchmarks.tapes")
    sys.setrecursionlimit(10_000)
    print(versions("everypath", "numpy"))
    print(f"{'':38}{'value':>10}{'gradient':>12}{'ratio':>8}{'faults':>10}{'kept':>10}")
    for name, (f, arguments) in programs().items():
        value, gradient = ep.compile(f), ep.grad(f)
        seconds = interleaved({"value": partial(value, *arguments), "gradient": partial(gradient, *arguments)}, rounds=9)
        own, derived = (min(s for s in seconds[k] if s is not None) for k in ("value", "gradient"))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        gradient(*arguments)
        faults = resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
        kept = f"{ep.kept_memory() / 1e6:.0f} MB"
        print(f"{name:38}{readable(own):>10}{readable(derived):>12}{derived / own:>8.1f}{faults:>10}{kept:>10}")
        ep.release_memory()


if __name__ == "__main__":
    main()
