"""`match`: patterns are tested as far as they can be told now, and what is left is a branch for each case."""

from __future__ import annotations

import ast
from collections.abc import Callable

from ...ir.program import Value
from ..frame import Frame, variable
from ..objects import Dict, List, inside
from ..outside import never
from ..python import options
from ..python.comparisons import compare
from ..python.containers import new_list
from ..values import NONE, Abstract, Buffer, Maybe, OneOf, RunList, Scalar, Static, Tuple, is_none
from .branches import branch
from .expressions import attribute, expression
from .logic import truth, truth_of

Holds = bool | Value
Names = dict[str, Abstract]

ITSELF = (bool, bytearray, bytes, dict, float, frozenset, int, list, set, str, tuple)
"""Classes whose one positional pattern is for the object itself."""


def lower_match(c: Frame, node: ast.Match) -> None:
    of_subject(c, node, expression(c, node.subject))


def of_subject(c: Frame, node: ast.Match, subject: Abstract) -> None:
    """The cases, with a subject of which is known whether it is there, and what it is."""
    if isinstance(subject, Maybe) and subject.absent == "none" and not all(map(simple, (case.pattern for case in node.cases))):
        there = subject.value
        branch(c, subject.present, lambda: of_subject(c, node, there), lambda: of_subject(c, node, NONE), c.live_after(node), node)
    elif not isinstance(subject, OneOf) or options.known(subject):
        from_case(c, node, subject, 0)
    else:
        options.done(c, subject, lambda one: from_case(c, node, one, 0), node, c.live_after(node))


def simple(pattern: ast.pattern) -> bool:
    """Whether a pattern only compares, or binds a name."""
    if isinstance(pattern, ast.MatchOr):
        return all(map(simple, pattern.patterns))
    if isinstance(pattern, ast.MatchAs):
        return pattern.pattern is None or simple(pattern.pattern)
    return isinstance(pattern, (ast.MatchValue, ast.MatchSingleton))


def from_case(c: Frame, node: ast.Match, subject: Abstract, k: int) -> None:
    """The first case from the k-th on that fits."""
    if k == len(node.cases):
        return
    case = node.cases[k]
    names: Names = {}
    c.at(case.pattern)
    holds = matches(c, case.pattern, subject, names)

    def others() -> None:
        from_case(c, node, subject, k + 1)

    def chosen() -> None:
        for name, value in names.items():
            variable(c, name, value)
        if case.guard is None:
            c.block(case.body)
        else:
            either(c, node, truth(c, case.guard), lambda: c.block(case.body), others)

    either(c, node, holds, chosen, others)


def either(c: Frame, node: ast.Match, holds: Holds, then: Callable[[], None], orelse: Callable[[], None]) -> None:
    if isinstance(holds, bool):
        (then if holds else orelse)()
    else:
        branch(c, holds, then, orelse, c.live_after(node), node)


def both(c: Frame, a: Holds, b: Holds) -> Holds:
    if isinstance(a, bool):
        return b if a else False
    return (a if b else False) if isinstance(b, bool) else c.b.op("and", a, b, name="fits")


def matches(c: Frame, pattern: ast.pattern, x: Abstract, names: Names) -> Holds:
    """Whether `x` fits; `names` is given what the pattern binds."""
    if isinstance(pattern, ast.MatchValue):
        return truth_of(c, compare(c, pattern, "==", x, expression(c, pattern.value)), pattern)
    if isinstance(pattern, ast.MatchSingleton):
        return singleton(c, pattern, x)
    if isinstance(pattern, ast.MatchAs):
        holds = True if pattern.pattern is None else matches(c, pattern.pattern, x, names)
        if pattern.name is not None:
            names[pattern.name] = x
        return holds
    if isinstance(pattern, ast.MatchOr):
        return one_of(c, pattern, x, names)
    if isinstance(x, Maybe) and x.absent == "none":
        c.refuse(pattern, "a pattern for what may be None is not supported", "test `is None` first")
    if isinstance(pattern, ast.MatchSequence):
        return sequence(c, pattern, x, names)
    if isinstance(pattern, ast.MatchMapping):
        return mapping(c, pattern, x, names)
    assert isinstance(pattern, ast.MatchClass), pattern
    return of_class(c, pattern, x, names)


def singleton(c: Frame, pattern: ast.MatchSingleton, x: Abstract) -> Holds:
    """`None`, `True`, `False`: the object itself."""
    if pattern.value is None:
        if isinstance(x, Maybe):
            return c.b.op("not", x.present, name="is_none")
        return is_none(x)
    if not isinstance(x, Scalar) or x.kind != "bool":
        return False
    return truth_of(c, compare(c, pattern, "==", x, c.constant(pattern.value)), pattern)


def one_of(c: Frame, pattern: ast.MatchOr, x: Abstract, names: Names) -> Holds:
    """`a | b`: the first alternative that fits binds its names."""
    answer: Holds = False
    for alternative in pattern.patterns:
        bound: Names = {}
        holds = matches(c, alternative, x, bound)
        if holds is False:
            continue
        if bound and not isinstance(answer, bool):
            c.refuse(alternative, "which alternative binds a name is known only at run time", "write a case for each")
        names.update(bound)
        if holds is True:
            return True
        answer = holds if isinstance(answer, bool) else c.b.op("or", answer, holds, name="fits")
        if bound:
            c.refuse(alternative, "which alternative binds a name is known only at run time", "write a case for each")
    return answer


def sequence(c: Frame, pattern: ast.MatchSequence, x: Abstract, names: Names) -> Holds:
    """`[a, b, *rest]`, `(a, b)`: a list or a tuple with as many items."""
    x = inside(x)
    if isinstance(x, (RunList, Buffer)):
        c.refuse(pattern, "a pattern for a list built at run time is not supported", "test its length, and index it")
    if not isinstance(x, (Tuple, List)):
        return False
    parts, items = pattern.patterns, x.items
    stars = [k for k, part in enumerate(parts) if isinstance(part, ast.MatchStar)]
    if len(items) < len(parts) - len(stars) or (not stars and len(items) > len(parts)):
        return False
    if stars:
        at, end = stars[0], len(items) - (len(parts) - stars[0] - 1)
        star = parts[at]
        assert isinstance(star, ast.MatchStar)
        if star.name is not None:
            names[star.name] = new_list(c, items[at:end], star)
        parts, items = [*parts[:at], *parts[at + 1 :]], (*items[:at], *items[end:])
    return all_fit(c, list(zip(parts, items, strict=True)), names)


def all_fit(c: Frame, pairs: list[tuple[ast.pattern, Abstract]], names: Names) -> Holds:
    answer: Holds = True
    for part, item in pairs:
        answer = both(c, answer, matches(c, part, item, names))
        if answer is False:
            return False
    return answer


def mapping(c: Frame, pattern: ast.MatchMapping, x: Abstract, names: Names) -> Holds:
    """`{"key": a, **rest}`: a dict that has these keys."""
    x = inside(x)
    if not isinstance(x, Dict):
        return False
    keys = [c.static(expression(c, key), "a key of a dict", key) for key in pattern.keys]
    if any(key not in x.entries for key in keys):
        return False
    if pattern.rest is not None:
        names[pattern.rest] = Dict(c.store, {key: value for key, value in x.entries.items() if key not in keys})
    return all_fit(c, [(part, x.entries[key]) for part, key in zip(pattern.patterns, keys, strict=True)], names)


def of_class(c: Frame, pattern: ast.MatchClass, x: Abstract, names: Names) -> Holds:
    """`Class(a, name=b)`: an instance whose attributes fit."""
    kind = expression(c, pattern.cls)
    is_one = truth_of(c, c.call(Static(isinstance), [x, kind], {}, pattern), pattern)
    if is_one is False:
        return False
    assert isinstance(kind, Static)
    parts: list[tuple[ast.pattern, Abstract]] = []
    itself = not hasattr(kind.value, "__match_args__") and issubclass(kind.value, ITSELF)
    if len(pattern.patterns) == 1 and itself:
        parts.append((pattern.patterns[0], x))
    elif pattern.patterns:
        fields = getattr(kind.value, "__match_args__", ())
        if len(fields) < len(pattern.patterns):
            never(
                c,
                pattern,
                TypeError,
                f"{kind.value.__name__}() accepts {len(fields)} positional sub-patterns ({len(pattern.patterns)} given)",
            )
        parts += [(part, attribute(c, x, name, part)) for part, name in zip(pattern.patterns, fields)]
    for name, part in zip(pattern.kwd_attrs, pattern.kwd_patterns, strict=True):
        has = c.call(Static(hasattr), [x, Static(name)], {}, pattern)
        if isinstance(has, Scalar) and has.static is False:
            return False
        parts.append((part, attribute(c, x, name, part)))
    return both(c, is_one, all_fit(c, parts, names))
