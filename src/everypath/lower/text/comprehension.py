"""Comprehensions, and generator expressions consumed by `sum`, `any`, `min` and the like, as loops.

A comprehension over known items is a list of known length. Over a run-time range it is a run-time list, whose element type is
found by lowering the element once.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from ...syntax.scope import names_stored
from ..context import Refused
from ..frame import Frame
from ..objects import Cell, Dict, Set
from ..python import containers, options, tables
from ..python.begun import taken_before
from ..python.iterables import (
    END,
    Body,
    Counted,
    Generator,
    Iterable,
    Known,
    Numbers,
    Stream,
    is_static_range,
    iterator,
    known_range,
    taken_up_to,
    unused,
    use,
)
from ..python.iteration import FEW, iterable, known_count, one_by_one
from ..python.subscripts import set_item
from ..values import Abstract, Iterator, Method, OneOf, Tuple
from .branches import lower_side
from .expressions import EXPRESSIONS, expression
from .loops import go_over
from .search import Comprehension, captures, under
from .voice import at_home, text_of


def lower(c: Frame, node: Comprehension) -> Abstract:
    if any(generator.is_async for generator in node.generators):
        c.refuse(node, "`async for` is not supported", "use an ordinary loop")
    first = c.present(expression(c, node.generators[0].iter), node.generators[0].iter)
    if isinstance(node, ast.GeneratorExp):
        return Generator(node, first, unused(c), text_of(c))
    if isinstance(first, OneOf):
        return options.each(c, first, lambda one: whole(c, node, one), node)
    return whole(c, node, first)


def whole(c: Frame, node: ast.ListComp | ast.DictComp | ast.SetComp, first: Abstract) -> Abstract:
    """A comprehension whose first `for` goes over `first`."""
    if isinstance(node, ast.DictComp):
        return lower_dict(c, node, first)
    if isinstance(node, ast.SetComp):
        return lower_set(c, node, first)
    return collected(c, node, first)


def collected(c: Frame, node: ast.ListComp | ast.GeneratorExp, first: Abstract | None = None) -> Abstract:
    """The list of all elements. `first` is what the first `for` goes over, if that was computed before."""
    site = c.site(node)
    if site not in c.unit.dynamic and not known(c, node, first):
        c.unit.dynamic[site] = None
        try:
            element = first_element(c, node, first)
        finally:
            del c.unit.dynamic[site]
        if not known(c, node, first):  # its loop may have turned out to need unrolling
            c.unit.dynamic[site] = element
    made = containers.new_list(c, (), node)
    each(c, node, lambda: containers.append(c, node, made, expression(c, node.elt)), first=first)
    return made


def known(c: Frame, node: ast.ListComp | ast.GeneratorExp, first: Abstract | None) -> bool:
    """Whether the comprehension goes over items known one by one. Where a condition is not known, its list turns out to grow."""
    start, before = c.snapshot(), len(c.b.ops)
    answer: list[bool] = []

    def look() -> None:
        over = node.generators[0].iter
        items = iterable(c, expression(c, over) if first is None else first, over)
        answer.append(items_known(c, items, node) and (not any(g.ifs for g in node.generators) or given_singly(c, items)))

    lower_side(c, start, look, runs=True)
    c.restore(start)
    del c.b.ops[before:]
    return bool(answer) and answer[0]


def given_singly(c: Frame, items: Iterable) -> bool:
    """Whether the items are values of their own, or numbers of a range that is known."""
    return isinstance(items, Known) or (isinstance(items, Numbers) and is_static_range(items.range))


def items_known(c: Frame, items: Iterable, node: ast.ListComp | ast.GeneratorExp) -> bool:
    if isinstance(items, Known):
        return True
    if c.site(node.generators[0].target) in c.unit.unrolled:
        return True
    count = known_count(c, items)
    if count is not None:
        return count <= FEW
    return isinstance(items, Numbers) and is_static_range(items.range) and len(known_range(c, items.range)) <= FEW


def first_element(c: Frame, node: ast.ListComp | ast.GeneratorExp, first: Abstract | None) -> Abstract:
    """The pattern of an element, from lowering the loop once and forgetting it."""
    found: list[Abstract] = []
    refused = len(c.unit.elsewhere)
    start, before, named = c.snapshot(), len(c.b.ops), set(c.named)
    lower_side(c, start, lambda: each(c, node, lambda: found.append(expression(c, node.elt)), first=first), runs=True)
    c.restore(start)
    c.named = named
    del c.b.ops[before:]
    if not found:
        for refusal in c.unit.elsewhere[refused:]:  # the loop may not run, but then nobody can say what the list holds
            c.path.add(refusal, c)
    if not found and c.path.doomed:
        raise Refused("an element is refused")
    if not found:
        c.refuse(node, "what this list holds can't be told: its element is never computed", "use np.zeros")
    element: Abstract | None = None
    for item in found:
        element = containers.widened(element, item, c, node)
    assert element is not None
    return element


def each(
    c: Frame,
    node: Comprehension,
    run: Callable[[], None],
    level: int = 0,
    carried: frozenset[str] = frozenset(),
    first: Abstract | None = None,
) -> None:
    """Run something for each turn of the comprehension's loops. `carried` are hidden variables that it changes."""
    if level == len(node.generators):
        run()
        return
    generator = node.generators[level]
    items = iterable(c, expression(c, generator.iter) if first is None else first, generator.iter)
    mine = names_stored(generator.target)
    hidden = {name: c.env.get(name) for name in mine}
    for name in mine:
        c.env.pop(name, None)
        if captures(node, name):
            c.env[name] = Cell(c.store, name)

    def turn(item: Abstract) -> None:
        for name in mine:
            if not isinstance(c.env.get(name), Cell):
                c.env.pop(name, None)
        c.assign(generator.target, item)
        under(c, node, generator.ifs, lambda: each(c, node, run, level + 1, carried))

    if isinstance(items, Numbers) and is_static_range(items.range) and keeps_items(c, node):
        items = Known(known_range(c, items.range))
    if isinstance(items, Counted) and keeps_items(c, node) and not generator.ifs:
        items = one_by_one(c, items)
    walrus = frozenset(n.target.id for part in ast.walk(node) if isinstance(n := part, ast.NamedExpr))
    touched = carried | walrus
    go_over(c, items, Body(generator.target, turn, touched | frozenset(mine), touched, touched))
    for name, old in hidden.items():
        c.env.pop(name, None)
        if old is not None:
            c.env[name] = old


def keeps_items(c: Frame, node: Comprehension) -> bool:
    """Whether a list over so many items as are known is made item by item."""
    if isinstance(node, (ast.DictComp, ast.SetComp)):
        return True
    return isinstance(node, ast.ListComp) and c.site(node) not in c.unit.dynamic


def lower_dict(c: Frame, node: ast.DictComp, first: Abstract) -> Abstract:
    made = tables.made(c, node, Dict(c.store, {}))

    def add() -> None:
        key = expression(c, node.key)
        set_item(c, node.key, made, key, expression(c, node.value))

    each(c, node, add, first=first)
    return made


def lower_set(c: Frame, node: ast.SetComp, first: Abstract) -> Abstract:
    made = tables.made(c, node, Set(c.store, ()))

    def add() -> None:
        c.call(Method(made, "add"), [expression(c, node.elt)], {}, node.elt)

    each(c, node, add, first=first)
    return made


def fold(c: Frame, generator: Generator, initial: Abstract, step: Callable[[Abstract, Abstract], Abstract], name: str) -> Abstract:
    """Combine all elements of a generator expression, from `initial`."""
    node = generator.node
    use(c, generator.used, None)
    hidden = c.fresh(name)
    c.env[hidden] = initial

    def turn() -> None:
        item = expression(c, node.elt)
        c.env[hidden] = step(c.env[hidden], item)

    with at_home(c, generator):
        each(c, node, turn, carried=frozenset([hidden]), first=generator.first)
    taken_up_to(generator.used, c.integer(END))
    return c.env.pop(hidden)


def taken(c: Frame, x: Stream) -> Abstract:
    """The list of the items that a stream gives."""
    made = containers.new_list(c, (), x.node)
    nothing: frozenset[str] = frozenset()
    go_over(c, x, Body(x.node, lambda item: containers.append(c, x.node, made, item), nothing, nothing, nothing))
    return made


def realised(c: Frame, x: Abstract) -> Abstract:
    """What gives its items once, as a list of them; known items (`d.values()`) as a tuple; anything else as it is."""
    if isinstance(x, Generator) and taken_before(x.used) is None:
        use(c, x.used, None)
        taken_up_to(x.used, c.integer(END))
        return whole_of(c, x)
    if isinstance(x, (Stream, Generator, Known, Iterator)) or taken_before(getattr(x, "used", None)) is not None:
        left = iterable(c, x, c.node)
        if isinstance(left, Stream):
            return taken(c, left)
        taken_up_to(left.used, c.integer(END))
        return Tuple(left.current()) if isinstance(left, Known) else iterator(c, left)
    return x


def whole_of(c: Frame, x: Generator) -> Abstract:
    """The list of the items of a generator expression."""
    with at_home(c, x):
        return collected(c, x.node, x.first)


EXPRESSIONS.update(dict.fromkeys((ast.ListComp, ast.GeneratorExp, ast.DictComp, ast.SetComp), lower))
