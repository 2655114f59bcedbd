"""Many random programs: how many are exact, refused, wrong, broken or without end; the smallest of each fault goes into a folder.

    PYTHONPATH=tests python -m random_programs --count 2000 --seed 1 --jobs 2 --failures out/random_programs

Program k of a seed is always the same one. Each process answers program by program; one that dies or is silent too long is a
verdict on the program it was at, and another takes over.
"""

from __future__ import annotations

import argparse
import json
import queue
import re
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

PATIENCE = 120.0
REDUCING = 600.0
MEMORY = 8 << 30
KINDS = ("exact", "refused", "wrong", "broken", "hung", "nothing")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0, help="the number of the first program")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--families", default="plain,memory,wide,single,ties,raising,objects,scopes,between")
    parser.add_argument("--native", type=int, default=10, help="every so manieth program also as machine code; 0: none")
    parser.add_argument("--failures", type=Path, default=Path("out/random_programs"))
    parser.add_argument("--show", type=int, default=None, help="print program number SHOW and end")
    parser.add_argument("--worker", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.show is not None:
        print(chosen(options, options.show)[1])
    elif options.worker:
        work(options)
    else:
        watch(options)


def chosen(options: argparse.Namespace, k: int):
    """The family and the text of program number k: the families take turns."""
    from .families import FAMILIES, program

    names = options.families.split(",")
    name = names[k % len(names)]
    return FAMILIES[name], program(name, options.seed, k)


# In a process that judges


def work(options: argparse.Namespace) -> None:
    """Judge the programs first, first + jobs, …, each at one point; a line says which one is begun, another what became of it."""
    from .judging import Verdict, judged
    from .reducing import reduced

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    first, last, step = map(int, options.worker.split(","))
    signal.signal(signal.SIGALRM, expired)
    seen: set[tuple[str, str, str]] = set()
    with tempfile.TemporaryDirectory() as folder:
        for k in range(first, last, step):
            say(begun=k)
            family, text = chosen(options, k)
            turn = k // len(options.families.split(","))
            backends = ["interpreter"] + (["native"] if options.native and k % options.native == 0 else [])
            for backend in backends:
                verdict = judged(text, family, Path(folder), backend, turn)
                if verdict.kind != "exact":
                    break
            say(k=k, family=family.name, kind=verdict.kind, stage=verdict.stage, reason=verdict.reason, told=verdict.told, text=text)
            if verdict.kind in ("wrong", "broken") and not family.known and fault(verdict) not in seen:
                seen.add(fault(verdict))

                def still(candidate: str, verdict: Verdict = verdict, family=family, backend: str = backend, turn: int = turn) -> bool:
                    signal.setitimer(signal.ITIMER_REAL, 5.0, 5.0)
                    try:
                        return fault(judged(candidate, family, Path(folder), backend, turn)) == fault(verdict)
                    except TimeoutError:
                        return False
                    finally:
                        signal.setitimer(signal.ITIMER_REAL, 0.0)

                say(k=k, smallest=reduced(text, still))


def expired(*_) -> None:
    """A program that was made smaller may never end."""
    raise TimeoutError


def fault(verdict) -> tuple[str, str, str]:
    """What two verdicts share that are of one fault, whatever the numbers and names in them."""
    return verdict.kind, verdict.stage, signature(verdict.reason)


def signature(reason: str) -> str:
    return re.sub(r"[-+]?\d[\w.+-]*|'[^']*'|nan|inf", "#", reason)[:60]


def say(**facts) -> None:
    print("@@ " + json.dumps(facts), flush=True)


# In the process that watches


class Job:
    """A process that judges every `step`-th program, and is started again behind the one that it did not survive."""

    def __init__(self, options: argparse.Namespace, first: int, last: int, step: int, lines: queue.Queue) -> None:
        self.options, self.last, self.step, self.lines = options, last, step, lines
        self.running = True
        self.start(first)

    def start(self, first: int) -> None:
        self.at, self.judged, self.since = first, False, time.monotonic()
        arguments = [f"--{name}={getattr(self.options, name)}" for name in ("seed", "families", "native")]
        command = [sys.executable, "-m", "random_programs", f"--worker={first},{self.last},{self.step}", *arguments]
        self.errors = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.errors, text=True)
        threading.Thread(target=self.listen, args=(self.process,), daemon=True).start()

    def listen(self, process: subprocess.Popen) -> None:
        for line in process.stdout:
            self.lines.put((self, process, line))
        self.lines.put((self, process, ""))

    def heard(self, facts: dict) -> None:
        self.at, self.judged, self.since = facts.get("begun", self.at), "begun" not in facts, time.monotonic()

    @property
    def silent(self) -> bool:
        return time.monotonic() - self.since > (REDUCING if self.judged else PATIENCE)

    @property
    def last_words(self) -> str:
        self.errors.seek(0)
        return (self.errors.read().strip().splitlines() or [""])[-1][-120:]

    def again(self) -> None:
        """Go on behind the program that it was at."""
        self.process.kill()
        self.process.wait()
        self.running = self.at + self.step < self.last
        if self.running:
            self.start(self.at + self.step)


def watch(options: argparse.Namespace) -> None:
    last = options.first + options.count
    lines: queue.Queue = queue.Queue()
    jobs = [Job(options, options.first + j, last, options.jobs, lines) for j in range(min(options.jobs, options.count))]
    tally = Tally(options.failures)
    while any(job.running for job in jobs):
        try:
            job, process, line = lines.get(timeout=1.0)
        except queue.Empty:
            for job in jobs:
                if job.running and job.silent:
                    tally.ended(options, job, "hung", f"no answer in {PATIENCE:.0f} s")
                    job.again()
            continue
        if process is not job.process:
            continue
        if line.startswith("@@ "):
            job.heard(facts := json.loads(line[3:]))
            tally.note(facts)
        elif not line and process.wait():
            tally.ended(options, job, "broken", f"the process died with {process.returncode}: {job.last_words}")
            job.again()
        elif not line:
            job.running = False
    print(tally)


class Tally:
    """What became of all programs, and the files of those that failed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.kinds: Counter[str] = Counter()
        self.families: Counter[tuple[str, str]] = Counter()
        self.told: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.faults: dict[str, list[int]] = {}
        self.headings: dict[int, str] = {}

    def note(self, facts: dict) -> None:
        if "kind" in facts:
            self.kinds[facts["kind"]] += 1
            self.families[facts["family"], facts["kind"]] += 1
            self.told[facts["told"]] += 1
            if facts["kind"] == "refused":
                self.refused[signature(facts["reason"])] += 1
            if facts["kind"] in ("wrong", "broken"):
                self.fault(facts["k"], facts["family"], facts["kind"], facts["stage"], facts["reason"], facts["text"])
            if sum(self.kinds.values()) % 500 == 0:
                print(self.line(), file=sys.stderr, flush=True)
        elif "smallest" in facts:
            self.write(facts["k"], facts["smallest"])

    def ended(self, options: argparse.Namespace, job: Job, kind: str, why: str) -> None:
        """The program that a process was at when it died or fell silent; one that was judged already was being made smaller."""
        if job.judged:
            return
        k = job.at
        family, text = chosen(options, k)
        self.kinds[kind] += 1
        self.families[family.name, kind] += 1
        self.fault(k, family.name, kind, "", why, text)

    def fault(self, k: int, family: str, kind: str, stage: str, why: str, text: str) -> None:
        self.faults.setdefault(f"{kind}: {stage}: {signature(why)}", []).append(k)
        self.headings[k] = f'"""{family}: {kind}: {stage}: {why}"""'.replace("\\", "/")
        self.write(k, text)

    def write(self, k: int, text: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / f"program_{k}.py").write_text(f"{self.headings[k]}\n\n{text}", encoding="utf-8")

    def line(self) -> str:
        return ", ".join(f"{kind} {self.kinds[kind]}" for kind in KINDS) + f" of {sum(self.kinds.values())}"

    def __str__(self) -> str:
        rows = [f"{name}: " + ", ".join(f"{k} {self.families[name, k]}" for k in KINDS) for name in sorted({f for f, _ in self.families})]
        rows += [f"compared: {told or 'nothing'} {count}" for told, count in self.told.most_common()]
        rows += [f"refused {count}: {why}" for why, count in self.refused.most_common(25)]
        rows += [
            f"{len(ks)} × {why}  (programs {', '.join(map(str, ks[:6]))})"
            for why, ks in sorted(self.faults.items(), key=lambda f: -len(f[1]))
        ]
        return "\n".join([*rows, self.line()])


if __name__ == "__main__":
    main()
