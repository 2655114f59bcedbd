"""Calls of functions that are not recursive become the callee's body, innermost first; what nobody calls is dropped.

    func @square(x: f64) -> (f64) {              func @f(x: f64) -> (f64) {
      y = mul x, x                                 y = mul x, x
      return y                               →     return y
    }                                            }
    func @f(x: f64) -> (f64) {
      z = call x {callee="square"}
      return z
    }

Functions named by a `pushforward` or a `pullback` stay functions, with the calls inside them inlined. So does, in a long program, what is
called often and is no mere handful of ops: the layers of a network that stand in a list are one function, differentiated and compiled
once. Short programs are inlined whole: there, what meets at the border of a call is worth more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace

from ..ir.program import Function, Op, Program, Value
from ..ir.walk import copy_ops, ops_in, reached, sites
from .rewriting import renamed, with_function_ops, with_ops, with_regions

LONG, OFTEN, MUCH, IN_LOOPS = 600, 4, 30, 300
"""In programs of so many ops (all calls inlined), functions that are called so many times stay functions if they have so many ops, or so
many where a loop calls them: there a call costs at every turn, and hides from the loop what its turns share."""

LONG_INSIDE = 3_000
"""In programs of so many ops, so does what is called in a function whose derivative is taken inside: a step of training is a little
faster in one piece, and one of many layers takes several times as long to compile."""

LARGEST = 20_000
"""No function grows past this many ops by inlining: a call that would make it larger stays a call."""


def inline(program: Program, entries: tuple[str, ...] = ()) -> Program:
    """`program` with calls inlined, and only the functions that `entries` (or its entry) still reach."""
    entries = entries or (program.entry,)
    apart = stay_apart(program, entries)
    done: dict[str, Function] = {}
    sizes: dict[str, int] = {}

    def finished(name: str) -> Function:
        if name not in done:
            function = program.functions[name]
            ops, size = inlined(function.body.ops, name, {})
            done[name] = with_function_ops(function, ops)
            sizes[name] = size
        return done[name]

    def inlined(ops: Iterable[Op], caller: str, env: dict[Value, Value]) -> tuple[list[Op], int]:
        kept: list[Op] = []
        size = 0
        for op in ops:
            op = renamed(op, env)
            size += 1
            if op.name == "call" and op.attributes["callee"] not in apart and op.attributes["callee"] != caller:
                callee = finished(op.attributes["callee"])
                if size + sizes[callee.name] <= LARGEST:
                    size += sizes[callee.name]
                    inner = dict(zip(callee.parameters, op.operands, strict=True))
                    kept.extend(copy_ops(callee.body.ops[:-1], inner))
                    env.update(zip(op.results, (inner.get(v, v) for v in callee.returned), strict=True))
                    continue
            regions = []
            for region in op.regions:
                body, inside = inlined(region.ops, caller, env)
                regions.append(with_ops(region, body))
                size += inside
            kept.append(with_regions(op, regions))
        return kept, size

    for name in program.functions:
        finished(name)
    wanted = reached(done, entries)
    functions = {name: done[name] for name in program.functions if name in wanted}
    return replace(program, functions=functions, entry=program.entry if program.entry in functions else entries[0])


def stay_apart(program: Program, entries: tuple[str, ...]) -> set[str]:
    """The functions that calls of stay calls."""
    apart = recursive_functions(program)
    apart |= {function.name for function in program if function.attributes.get("apart")}
    often = repeated(program, entries, apart)
    overlapping = {name for name in often if "overlapping" in program.functions[name].attributes}
    if overlapping and max(inlined_size(program, name) for name in entries) < LONG_INSIDE:
        often -= overlapping  # beyond that they would take too long to compile
    return apart | often


def beyond(program: Program, entry: str) -> bool:
    """Whether the program is too long for all calls to be inlined: then functions stay that nobody chose."""
    return len(program.functions) > 1 and inlined_size(program, entry) > LARGEST


def repeated(program: Program, entries: tuple[str, ...], recursive: set[str]) -> set[str]:
    """The functions that a long program calls often, from several places once those that stay functions are one place each."""
    calls = calls_of(program, entries, recursive)
    size = sizes(program, calls, recursive)
    if max((size(name) for name in entries if name in calls), default=0) < LONG:
        return set()
    times, looped = Counter(entries), Counter[str]()
    often: set[str] = set()
    for name in callers_first(calls, entries):
        many = times[name] >= OFTEN and name not in recursive and name not in entries
        if many and size(name) >= (IN_LOOPS if looped[name] else MUCH):
            often.add(name)
        for callee, in_loop in calls[name]:
            times[callee] += 1 if name in often else times[name]
            looped[callee] += in_loop or (looped[name] > 0 and name not in often)
    return often


Calls = Mapping[str, list[tuple[str, bool]]]
"""Whom each function calls, and whether in a loop."""


def calls_of(program: Program, entries: Iterable[str], recursive: Collection[str]) -> Calls:
    """The calls in each function; in a program that is long enough, derivatives too, which run what they are derivatives of."""
    derived = {f.name: list(sites(f.body.ops, derived=True)) for f in program}
    size = sizes(program, derived, recursive)
    if any(size(name) >= LONG_INSIDE for name in entries if name in derived):
        return derived
    return {f.name: list(sites(f.body.ops)) for f in program}


def sizes(program: Program, calls: Calls, recursive: Collection[str]) -> Callable[[str], int]:
    """How many ops a function has, all calls in it inlined."""
    known: dict[str, int] = {}

    def size(name: str) -> int:
        if name not in known:
            known[name] = sum(1 for _ in ops_in(program.functions[name].body))
            known[name] += sum(size(callee) for callee, _ in calls[name] if callee not in recursive)
        return known[name]

    return size


def inlined_size(program: Program, name: str) -> int:
    """How many ops a function has, all calls in it inlined."""
    recursive = recursive_functions(program)
    return sizes(program, calls_of(program, [name], recursive), recursive)(name)


def callers_first(calls: Calls, entries: Iterable[str]) -> list[str]:
    """The functions that `entries` reach, callers before those that they call, but for those that call themselves."""
    found: dict[str, None] = {}
    begun: set[str] = set()

    def visit(name: str) -> None:
        if name not in begun:
            begun.add(name)
            for callee, _ in calls[name]:
                visit(callee)
            found[name] = None

    for name in entries:
        visit(name)
    return list(reversed(found))


def recursive_functions(program: Program) -> set[str]:
    """The functions that can reach themselves. (The halves of rules are not called by whom they belong to.)"""
    graph = {f.name: list({op.attributes["callee"]: None for op in ops_in(f.body) if "callee" in op.attributes}) for f in program}
    recursive = set()
    for name in graph:
        seen: set[str] = set()
        waiting = list(graph[name])
        while waiting:
            callee = waiting.pop()
            if callee not in seen:
                seen.add(callee)
                waiting.extend(graph[callee])
        if name in seen:
            recursive.add(name)
    return recursive
