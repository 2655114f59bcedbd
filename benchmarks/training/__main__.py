"""Run as `python -m benchmarks.training [--only mlp64,cnn] [--dtypes f64,f32]`: a step of training beside JAX and PyTorch, on one thread.

ours is everypath's whole step, compiled as one function; apart its gradient and its update, compiled each. The ratio is ours over the
fastest of the others.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
from typing import Any

from benchmarks.timing import on_one_core, readable, versions
from benchmarks.training.contenders import OURS, PEERS
from benchmarks.training.measure import MODELS

LIMIT = 600.0
"""Seconds for one model, compilation included."""
ONE_THREAD = {
    **dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"),
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.training")
    parser.add_argument("--only", default="")
    parser.add_argument("--dtypes", default="f64,f32")
    parser.add_argument("--who", default=",".join((*OURS, *PEERS)))
    options = parser.parse_args()
    on_one_core("benchmarks.training")
    print(versions("everypath", "numpy", "llvmlite", "jax", "jaxlib", "torch"))
    who = options.who.split(",")
    print(f"\n{'':24}" + "".join(f"{name:>10}" for name in who) + f"{'ours/best':>12}{'first call':>12}", flush=True)
    ratios: dict[str, list[float]] = {}
    for name in options.only.split(",") if options.only else MODELS:
        for dtype in options.dtypes.split(","):
            found = one(name, dtype, options.who)
            cells = [readable(found[w]) if w in found else "—" for w in who]
            peers = [found[w] for w in PEERS if w in found]
            ratio = "—"
            if peers and "whole" in found:
                ratios.setdefault(dtype, []).append(found["whole"] / min(peers))
                ratio = f"{ratios[dtype][-1]:.2f}"
            first = readable(found["first whole"]) if "first whole" in found else "—"
            print(f"{name:20}{dtype:4}" + "".join(f"{c:>10}" for c in cells) + f"{ratio:>12}{first:>12}{remarks(found)}", flush=True)
    for dtype, found in ratios.items():
        mean = math.exp(sum(map(math.log, found)) / len(found))
        print(f"{dtype}: geometric mean {mean:.2f} of {len(found)}, worst {max(found):.2f}")


def remarks(found: dict[str, Any]) -> str:
    """What went wrong, if anything did."""
    differ = [f"loss of {name} differs" for name in found.get("differ", ())]
    failed = [f"{key}: {text.splitlines()[-1][:100]}" for key, text in found.items() if key.startswith("no ")]
    return "".join(f"  {text}" for text in (*differ, *failed))


def one(name: str, dtype: str, who: str) -> dict[str, Any]:
    """The seconds of one model, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.training.measure", name, dtype, who]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, check=False, env={**os.environ, **ONE_THREAD})
    except subprocess.TimeoutExpired:
        return {"no one": f"not done in {LIMIT:.0f} s"}
    if done.returncode:
        return {"no one": (done.stderr.strip() or "ended")[-2000:]}
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


if __name__ == "__main__":
    main()
