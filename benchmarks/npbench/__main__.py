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
LIMIT = 300.0
"""Seconds for one kernel, compilation included."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.npbench")
    parser.add_argument("checkout", type=Path)
    parser.add_argument("--size", default="S", choices=("S", "M", "L", "paper"))
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    on_one_core("benchmarks.npbench")
    chosen = options.only.split(",") if options.only else names(options.checkout)
    print(versions("everypath", "numpy", "llvmlite", "jax", "jaxlib"))
    print(
        f"\nSize {options.size}\n{'':26}{'NumPy':>10}{'value':>10}{'gradient':>10}" + "".join(f"{a[:8] + '/' + b:>22}" for a, b in RATIOS)
    )
    ratios: dict[tuple[str, str], list[float]] = {pair: [] for pair in RATIOS}
    for name in chosen:
        found = one(options.checkout, name, options.size)
        if "refused" in found:
            print(f"{name:26}{found['refused']}", flush=True)
            continue
        cells = [readable(found[who]) if who in found else "—" for who in ("NumPy", "value", "gradient")]
        for a, b in RATIOS:
            if a in found and b in found:
                ratios[a, b].append(found[a] / found[b])
                cells.append(f"{ratios[a, b][-1]:.2f}")
            else:
                cells.append("—")
        marks = [found["wrong"]] if "wrong" in found else []
        if found.get("difference", 0.0) > 1e-6:
            marks.append(f"modes differ by {found['difference']:.1e}")
        print(
            f"{name:26}" + "".join(f"{c:>10}" for c in cells[:3]) + "".join(f"{c:>23}" for c in cells[3:]) + "  " + " ".join(marks),
            flush=True,
        )
    means = [f"{math.exp(sum(map(math.log, r)) / len(r)):.2f} ({len(r)})" if r else "—" for r in ratios.values()]
    print(f"{'geometric mean':56}" + "".join(f"{m:>23}" for m in means))


def one(checkout: Path, name: str, size: str) -> dict[str, Any]:
    """The seconds of one kernel, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.npbench.measure", str(checkout), name, size]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, check=False)
    except subprocess.TimeoutExpired:
        return {"refused": f"not done in {LIMIT:.0f} s"}
    if done.returncode:
        return {"refused": (done.stderr.strip().splitlines() or ["ended"])[-1][:150]}
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


if __name__ == "__main__":
    main()
