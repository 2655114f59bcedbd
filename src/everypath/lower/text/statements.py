"""Statements: each is lowered in the order it stands; a refused one is noted, and the next is looked at."""

from __future__ import annotations

import ast
from collections.abc import Callable

from ...ir.program import Value
from ...ir.types import ScalarType
from ...syntax.rename import plain
from ...syntax.scope import names_stored
from ...syntax.subset import refusal
from .. import facts
from ..complex import operators as of_complex
from ..complex.arrays import fills_real
from ..context import WRONG, Refused
from ..effects import harmless
from ..frame import BROKE, CONTINUED, FLAGS, RESULT, RETURNED, TRUE, Abandoned, Frame, exits, variable
from ..landing import taken
from ..numpy import indexing
from ..numpy import operators as of_arrays
from ..objects import Cell
from ..python import in_place, options, protocols, subscripts
from ..python.attributes import delete_attribute, set_attribute
from ..python.operators import binary, symbol
from ..python.spread import unpacked_items
from ..python.thrown import leaving, lower_raise, raise_unless, raised_by
from ..values import NONE, POISON, Abstract, Array, Complex, Error, Poison, Scalar
from . import generators
from .branches import Side, branch, close, lower_side, meet, reopen, unless_left
from .classes import lower_class
from .conditions import test_of
from .exceptions import lower_try
from .expressions import attribute, closure, computed, expression, holder_of, key_of, read_name
from .handed import given_back
from .imports import lower_import, lower_import_from
from .logic import question, truth_of
from .loops import lower_for
from .managers import lower_with
from .matching import lower_match
from .shapes import reshaped_in_place, resized_in_place
from .whiles import lower_while

DEEP = 8
"""So many checks of one block may be open; then they are closed between two statements, and what follows stands in one."""


def block(c: Frame, body: list[ast.stmt]) -> None:
    """Lower statements until a path ends; after an exit that may have been taken, the rest is guarded."""
    outside = len(c.open)
    for k, statement in enumerate(body):
        left = c.exited()
        if c.dead or left is True:
            return
        if isinstance(left, Value):
            unless_left(c, left, lambda: block(c, body[k:]), c.live_after(body[-1]), statement)  # noqa: B023
            return
        if isinstance(statement, ast.If) and exits(statement):
            c.node = statement
            if lower_if(c, statement, body[k + 1 :]):
                return
            continue
        lower_statement(c, statement)
        if len(c.open) - outside > DEEP:
            close(c, c.live_after(statement), down_to=outside)
            reopen(c)


def lower_statement(c: Frame, node: ast.stmt) -> None:
    handler = STATEMENTS.get(type(node))
    c.node = node
    c.at(node)
    try:
        if handler is None:
            c.refuse(node, *refusal(node))
        handler(c, node)
    except Refused as problem:
        c.noted(problem, node)
        spoil(c, node)


def spoil(c: Frame, node: ast.stmt) -> None:
    """After a refusal the names that the statement would bind are poisoned, and a return has returned something unknown."""
    for name in names_stored(node) - c.scope.globals:
        variable(c, name, POISON)
    if isinstance(node, ast.Return):
        c.env[RESULT], c.env[RETURNED] = POISON, TRUE


# Assignment -----------------------------------------------------------------------------------------------------------


def lower_assign(c: Frame, node: ast.Assign) -> None:
    value = (computed if all(isinstance(target, ast.Name) for target in node.targets) else expression)(c, node.value)
    for target in node.targets:
        assign(c, target, value)


def lower_annotated(c: Frame, node: ast.AnnAssign) -> None:
    if node.value is not None:
        assign(c, node.target, expression(c, node.value))
    elif not isinstance(node.target, ast.Name):
        c.refuse(node, "an annotation of an item or attribute without a value is not supported", "leave it out")


def assign(c: Frame, target: ast.expr, value: Abstract, fresh: bool = False) -> None:
    """Bind or store `value` to a target, taking it apart where the target is a tuple."""
    if isinstance(target, ast.Name):
        c.name(value, target.id)
        variable(c, target.id, value, target)
        return
    if isinstance(target, (ast.Tuple, ast.List)):
        unpack(c, target, value)
        return
    if isinstance(target, ast.Starred):
        assign(c, target.value, value)
        return
    if isinstance(target, ast.Subscript):
        holder, flat = holder_of(c, target.value)
        key = key_of(c, target.slice)
        if not (flat and isinstance(holder, Array) and indexing.written_flat(c, target, holder, key, value)):
            store_item(c, target, holder, key, value)
        return
    if isinstance(target, ast.Attribute):
        if reshaped_in_place(c, target, value):
            return
        set_attribute(c, target, c.present(expression(c, target.value), target.value), target.attr, value)
        return
    c.refuse(target, "this cannot be assigned to", WRONG)


def unpack(c: Frame, target: ast.Tuple | ast.List, value: Abstract) -> None:
    """`a, b = value`, `a, *b = value`."""
    value = c.present(value, target)
    starred = [k for k, t in enumerate(target.elts) if isinstance(t, ast.Starred)]
    n = len(target.elts)
    items = unpacked_items(c, value, n, starred[0] if starred else None, target)
    for part, item in zip(target.elts, items, strict=True):
        assign(c, part, item)


def store_item(c: Frame, node: ast.AST, holder: Abstract, key: Abstract, value: Abstract) -> None:
    """`holder[key] = value`."""
    if isinstance(holder, Poison):
        c.spoilt(holder)
    if options.done(c, holder, lambda one: store_item(c, node, one, key, value), node):
        return
    if isinstance(holder, (Array, Complex)) and options.each_done(c, value, lambda one: store_item(c, node, holder, key, one), node):
        return
    if isinstance(holder, Array):
        fills_real(c, node, value)
        indexing.write(c, node, holder, key, value)
        return
    subscripts.set_item(c, node, holder, key, value)


def lower_augmented(c: Frame, node: ast.AugAssign) -> None:
    """`target op= value`: arrays change in place, lists grow in place, everything else is bound anew."""
    op = symbol(node.op)
    target = node.target
    if isinstance(target, ast.Name):
        old = c.present(read_name(c, target), target)
        new = combined(c, node, op, old, expression(c, node.value))
        c.name(new, target.id)
        variable(c, target.id, new, target)
        return
    holder, _ = holder_of(c, target.value)
    if isinstance(target, ast.Attribute):
        before = c.present(attribute(c, holder, target.attr, target), target)
        set_attribute(c, target, holder, target.attr, combined(c, node, op, before, expression(c, node.value)))
        return
    key = key_of(c, target.slice)

    def several(value: Abstract, run: Callable[[Abstract], None]) -> bool:
        return options.done(c, value, run, node)

    if isinstance(holder, Array):
        indexing.augmented(c, node, holder, key, op, lambda: c.present(expression(c, node.value), node.value), several)
        return
    old = subscripts.get_item(c, target, holder, key)
    change = binary if isinstance(holder, Complex) else combined
    store_item(c, target, holder, key, change(c, node, op, old, expression(c, node.value)))


def combined(c: Frame, node: ast.AugAssign, op: str, old: Abstract, value: Abstract) -> Abstract:
    """What `old op= value` leaves in the target."""
    c.at(node)
    several = options.split(c, (old, value), lambda one: combined(c, node, op, *one), node)
    if several is not None:
        return several
    own = protocols.in_place(c, node, op, old, value)
    if own is not None:
        return own
    if isinstance(old, Complex) or isinstance(value, Complex):
        return of_complex.augmented(c, node, op, old, value)
    if isinstance(old, Array):
        return of_arrays.augmented(c, node, op, old, c.present(value, node.value))
    changed = in_place.container(c, node, op, old, value)
    if changed is not None:
        return changed
    return binary(c, node, op, old, value)


# Branches and exits ---------------------------------------------------------------------------------------------------


def lower_if(c: Frame, node: ast.If, rest: list[ast.stmt] | None = None) -> bool:
    """Lower an `if`. Where one side surely exits, the `rest` of the block goes into the other, and the answer is True."""
    try:
        asked = question(c, node.test)
        cond = truth_of(c, asked, node.test)
    except Refused as problem:
        c.noted(problem, node)
        spoil(c, node)
        return False
    if isinstance(cond, bool):
        block(c, node.body if cond else node.orelse)
        return False
    if guarded_raise(c, node, cond):
        return False
    live = c.live_after(node)
    start, test = c.snapshot(), test_of(c, node.test, asked)
    a = lower_side(c, start, lambda: block(c, node.body), live=live, flags=test.then, knows=(cond, True))
    b = lower_side(c, start, lambda: block(c, node.orelse), live=live, flags=test.orelse, knows=(cond, False))
    moved = False
    if rest:
        a_left, b_left = left_surely(a), left_surely(b)
        if a_left is True and b_left is False and not a.dead and not b.dead:
            b, moved = lower_side(c, start, lambda: block(c, rest), b, c.live_after(rest[-1]), test.orelse), True
        elif b_left is True and a_left is False and not a.dead and not b.dead:
            a, moved = lower_side(c, start, lambda: block(c, rest), a, c.live_after(rest[-1]), test.then), True
        if moved:
            live = c.live_after(rest[-1])
    meet(c, cond, start, a, b, live, node, test)
    return moved


def left_surely(side: Side) -> bool | None:
    """Whether a side has left the block: yes, no, or it depends."""
    known = [bool(f.static) if isinstance(f, Scalar) and f.is_static else None for f in map(side.end.env.get, FLAGS)]
    if True in known:
        return True
    return None if None in known else False


def guarded_raise(c: Frame, node: ast.If, cond: Value) -> bool:
    """`if cond: raise E(...)` is one check, as long as making the message can neither fail nor change anything."""
    if len(node.body) != 1 or not isinstance(node.body[0], ast.Raise) or node.orelse:
        return False
    raising = node.body[0]
    if raising.exc is None:
        return False
    start = c.snapshot()
    found: list[Error] = []
    shown: list[Value] = []

    def look() -> None:
        found.append(raised_by(c, raising))
        if taken(found[0].type, c.landings) is None:
            shown.extend(leaving(c, found[0], raising)[1])

    side = lower_side(c, start, look)
    c.restore(start)
    if side.value is POISON or side.dead or not found or not harmless(side.builder.ops) or side.end.contents != start.contents:
        return False
    if not all(isinstance(value.type, ScalarType) for value in shown):  # refused, but only where it is raised
        return False
    c.b.ops.extend(side.builder.ops)
    c.at(raising)
    raise_unless(c, facts.negation(c, cond, "fine"), found[0], raising)
    return True


def lower_return(c: Frame, node: ast.Return) -> None:
    if c.inlined is not None:
        generators.lower_return(c, node)
        return
    c.env[RESULT] = NONE if node.value is None else given_back(c, expression(c, node.value), node.value)
    if isinstance(c.env[RESULT], (Scalar, Array, Complex)):
        c.name(c.env[RESULT], "out")
    c.env[RETURNED] = TRUE


def lower_break(c: Frame, node: ast.Break) -> None:
    c.env[BROKE] = TRUE


def lower_continue(c: Frame, node: ast.Continue) -> None:
    c.env[CONTINUED] = TRUE


def lower_assert(c: Frame, node: ast.Assert) -> None:
    """`assert test, message`: the message is made only where the test fails."""
    if not __debug__:
        return
    cond = truth_of(c, question(c, node.test), node.test)
    if cond is True:
        return
    raising = ast.copy_location(ast.Raise(None, None), node)
    if node.msg is None:
        c.at(node)
        c.check(c.b.bool(False) if cond is False else cond, AssertionError, "")
        if cond is False:
            raise Abandoned
        return
    made = ast.copy_location(ast.Call(ast.copy_location(ast.Name("AssertionError", ast.Load()), node), [node.msg], []), node)
    raising.exc = made
    if cond is False:
        lower_raise(c, raising)
        return
    failing = ast.copy_location(ast.If(node.test, [raising], []), node)
    c.at(node)
    fails = facts.negation(c, cond, "fails")
    if not guarded_raise(c, failing, fails):
        branch(c, fails, lambda: lower_raise(c, raising), lambda: None, None, node)


def lower_expression(c: Frame, node: ast.Expr) -> None:
    if isinstance(node.value, ast.Yield):
        generators.lower_yield(c, node.value)
    elif isinstance(node.value, ast.YieldFrom):
        generators.lower_yield_from(c, node.value)
    elif not isinstance(node.value, ast.Constant) and not resized_in_place(c, node.value):  # a constant is a docstring, an ellipsis
        expression(c, node.value)


def lower_function(c: Frame, node: ast.FunctionDef) -> None:
    if getattr(node, "type_params", None):
        c.refuse(node, "type parameters of an inner function are not supported", "leave them out")
    decorators = [expression(c, d) for d in node.decorator_list]
    made: Abstract = closure(c, node)
    for decorator, written in zip(reversed(decorators), reversed(node.decorator_list), strict=True):
        made = c.call(decorator, [made], {}, written)
    variable(c, node.name, made, node)


def lower_delete(c: Frame, node: ast.Delete) -> None:
    """`del name`, `del x[i]`, `del d[key]`."""
    for target in node.targets:
        delete(c, target)


def delete(c: Frame, target: ast.expr) -> None:
    if isinstance(target, (ast.Tuple, ast.List)):
        for part in target.elts:
            delete(c, part)
    elif isinstance(target, ast.Name):
        if target.id in c.scope.globals:
            c.refuse(target, f"deleting the global '{plain(target.id)}' is not supported", "leave it alone")
        read_name(c, target)  # an error where it has no value
        slot = c.env[target.id]
        if isinstance(slot, Cell):
            slot.contents = None
        else:
            del c.env[target.id]
    elif isinstance(target, ast.Subscript):
        holder = c.present(expression(c, target.value), target.value)
        subscripts.delete_item(c, target, holder, key_of(c, target.slice))
    else:
        assert isinstance(target, ast.Attribute)
        delete_attribute(c, target, c.present(expression(c, target.value), target.value), target.attr)


def nothing(c: Frame, node: ast.stmt) -> None:
    """`pass`, `nonlocal`; `global` too, since it is binding the name that is refused."""


STATEMENTS: dict[type[ast.stmt], Callable[..., object]] = {
    ast.Assign: lower_assign,
    ast.AnnAssign: lower_annotated,
    ast.AugAssign: lower_augmented,
    ast.If: lower_if,
    ast.For: lower_for,
    ast.While: lower_while,
    ast.Return: lower_return,
    ast.Break: lower_break,
    ast.Continue: lower_continue,
    ast.Raise: lower_raise,
    ast.Try: lower_try,
    ast.With: lower_with,
    ast.Assert: lower_assert,
    ast.Expr: lower_expression,
    ast.FunctionDef: lower_function,
    ast.ClassDef: lower_class,
    ast.Delete: lower_delete,
    ast.Match: lower_match,
    ast.Import: lower_import,
    ast.ImportFrom: lower_import_from,
    ast.Pass: nothing,
    ast.Nonlocal: nothing,
    ast.Global: nothing,
}
