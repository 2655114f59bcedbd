"""Run as `python -m benchmarks.gradbench CHECKOUT [--only a,b]`: our first forms beside the other tools of a checkout of GradBench."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

from ..timing import interleaved, on_one_core, readable, versions
from .peers import IN_CPP, IN_PYTHON, Answer, Missing, asked
from .problems import Problem, all_problems


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gradbench")
    parser.add_argument("checkout", type=Path, help="a clone of GradBench, after `make -C cpp`")
    parser.add_argument("--only", default="", help="names of problems")
    parser.add_argument("--tools", default="", help="names of tools")
    parser.add_argument("--seconds", type=float, default=1.0, help="for each contender")
    options = parser.parse_args()
    on_one_core("benchmarks.gradbench")
    sys.setrecursionlimit(10_000)
    print(versions("everypath", "numpy", "llvmlite", "jax", "torch"))
    problems = all_problems(options.checkout)
    tools = options.tools.split(",") if options.tools else [*IN_CPP, *IN_PYTHON]
    print(f"\n{'':34}{'best peer':>24}{'first form':>12}{'/ peer':>8}{'other form':>12}{'/ peer':>8}")
    for name in options.only.split(",") if options.only else problems:
        for problem in problems[name]():
            print(row(options.checkout, problem, tools, options.seconds), flush=True)


def row(checkout: Path, problem: Problem, tools: list[str], seconds: float) -> str:
    """One line: who is the fastest of the others, our forms, and what differs or is missing."""
    answers, notes = [], []
    for tool in (t for t in problem.tools if t in tools):
        try:
            answers.append(asked(checkout, tool, problem.name, problem.function, problem.given, seconds))
        except Missing as missing:
            notes.append(str(missing))
    forms = {"first": problem.first} | ({"best": problem.best} if problem.best else {})
    times = interleaved(forms, rounds=1000, patience=seconds / 2)
    ours = {form: min(t for t in taken if t is not None) for form, taken in times.items()}
    for form, call in forms.items():
        notes += [f"{form}: {x}" for x in disagreements(problem, problem.ours(call()), answers)]
    best = min(answers, key=lambda answer: answer.seconds, default=None)
    cells = [f"{best.peer} {readable(best.seconds)}" if best else "—"]
    for form in ("first", "best"):
        cells.append(readable(ours[form]) if form in ours else "")
        cells.append(f"{ours[form] / best.seconds:.2f}" if best and form in ours else "")
    others = [f"{a.peer} {readable(a.seconds)}" for a in answers if a is not best]
    widths = (24, 12, 8, 12, 8)
    line = f"{problem.name:9}{problem.size:25}" + "".join(f"{c:>{w}}" for c, w in zip(cells, widths, strict=True))
    return "   ".join([line, *others, *notes])


def disagreements(problem: Problem, ours: np.ndarray, answers: list[Answer]) -> list[str]:
    """Which peers gave other numbers, and how far they are from ours."""
    found = []
    for answer in answers:
        theirs = problem.theirs(answer.output)
        if theirs.size != ours.size:
            found.append(f"{answer.peer} gives {theirs.size} numbers, not {ours.size}")
            continue
        off = float(np.max(np.abs(theirs - np.ravel(ours)), initial=0.0) / max(np.max(np.abs(theirs), initial=0.0), 1e-300))
        if not off < problem.loose:
            found.append(f"{answer.peer} differs by {off:.1e}")
    return found


if __name__ == "__main__":
    main()
