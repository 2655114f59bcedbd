"""Run as `python -m benchmarks.npbench CHECKOUT [--size S] [--only a,b]`: values and gradients of NPBench's kernels."""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.npbench.kernels import names
from benchmarks.timing import on_one_core, readable, versions

RATIOS = (("value", "NumPy"), ("gradient", "value"), ("value", "JAX value"), ("gradient", "JAX gradient"))
TIMES = ("NumPy", "value", "gradient")


def main() -> None:
    """Measure and print, size by size."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.npbench")
    parser.add_argument("checkout", type=Path)
    parser.add_argument("--size", default="S", help="S, M, L, paper, or several of them: S,M")
    parser.add_argument("--only", default="", help="kernels by name, with commas; else all that have a float to derive")
    parser.add_argument("--limit", type=float, default=300.0, help="seconds for one kernel, compilation included")
    parser.add_argument("--patience", type=float, default=1.0, help="seconds for each contender, after three rounds")
    options = parser.parse_args()
    on_one_core("benchmarks.npbench")
    chosen = options.only.split(",") if options.only else names(options.checkout)
    print(versions("everypath", "numpy", "llvmlite", "jax", "jaxlib"))
    for size in options.size.split(","):
        print(f"\nSize {size}\n{'':26}" + "".join(f"{who:>10}" for who in TIMES) + "".join(f"{a[:8] + '/' + b:>22}" for a, b in RATIOS))
        table(options, size, chosen)


def table(options: argparse.Namespace, size: str, chosen: list[str]) -> None:
    """A line for each kernel, and the geometric mean of each ratio with the number of kernels it is of."""
    ratios: dict[tuple[str, str], list[float]] = {pair: [] for pair in RATIOS}
    for name in chosen:
        found = one(options, name, size)
        if not found.get("derives", True) and not options.only:
            continue
        if "refused" in found:
            print(f"{name:26}{found['refused']}", flush=True)
            continue
        cells = [f"{readable(found[who]) if who in found else '—':>10}" for who in TIMES]
        for a, b in RATIOS:
            if a in found and b in found:
                ratios[a, b].append(found[a] / found[b])
                cells.append(f"{ratios[a, b][-1]:>22.2f}")
            else:
                cells.append(f"{'—':>22}")
        marks = [found["wrong"]] if "wrong" in found else []
        if found.get("difference", 0.0) > 1e-6:
            marks.append(f"modes differ by {found['difference']:.1e}")
        print(f"{name:26}" + "".join(cells) + "  " + " ".join(marks), flush=True)
    means = [f"{math.exp(sum(map(math.log, r)) / len(r)):.2f} ({len(r)})" if r else "—" for r in ratios.values()]
    print(f"{'geometric mean':56}" + "".join(f"{m:>22}" for m in means))
    print(f"{'largest':56}" + "".join(f"{max(r):>22.2f}" if r else f"{'—':>22}" for r in ratios.values()), flush=True)


def one(options: argparse.Namespace, name: str, size: str) -> dict[str, Any]:
    """The seconds of one kernel, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.npbench.measure", str(options.checkout), name, size, str(options.patience)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=options.limit, check=False)
    except subprocess.TimeoutExpired:
        return {"refused": f"not done in {options.limit:.0f} s"}
    if done.returncode:
        return {"refused": (done.stderr.strip().splitlines() or ["ended"])[-1][:150]}
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


if __name__ == "__main__":
    main()
