"""Programs of many kinds at once: whole arrays through integer operations and constants, containers, helpers that write, closures,
loops with `else`, options of reductions, empty and one-element arrays, and derivatives inside.

`f(a, x, A, L, g, one, none, n)` has a float, a vector of three, a matrix of 3 × 3, a list of two floats, another vector (of float32
in one variant), vectors of one element and of none, and a small integer. What is written is decided by one function, `choose(options)`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from .lines import Lines
from .tables import CLASSES, HELPERS, INNER_OF_NUMBER, INNER_OF_VECTOR, LINES, MATRICES, NUMBERS, SINGLE_PRECISION, STORES, VECTORS

HEADER = "import math\nfrom dataclasses import dataclass\nfrom typing import NamedTuple\n\nimport numpy as np\n\nimport everypath as ep"
STATEMENTS = 9
DEPTH = 2
HOLE = re.compile(r"<(\w+)>")


@dataclass
class Names:
    """What is surely bound at one place, by kind."""

    s: list[str]
    v: list[str]
    A: list[str]
    L: list[str] = field(default_factory=list)
    R: list[str] = field(default_factory=list)
    d: list[str] = field(default_factory=list)
    i: list[str] = field(default_factory=list)
    h: list[str] = field(default_factory=list)

    def inner(self) -> Names:
        return replace(self, **{kind: list(names) for kind, names in vars(self).items()})


class WideWriter(Lines):
    """Writes one function, choice by choice, from the tables."""

    def __init__(self, choose: Callable[[Sequence], object], single: bool = False) -> None:
        super().__init__(choose, STATEMENTS)
        self.helpers: dict[str, str] = {}
        self.single = single

    # Expressions

    def fill(self, names: Names, text: str, depth: int) -> str:
        """The template with its holes filled: <s> a number, <v> a vector, <sn> or <vn> the name of one, and so on."""
        return HOLE.sub(lambda hole: self.hole(names, hole[1], depth), text)

    def hole(self, names: Names, kind: str, depth: int) -> str:
        if kind in ("s", "v", "A"):
            return {"s": self.number, "v": self.vector, "A": self.matrix}[kind](names, depth)
        if kind in ("sn", "vn", "An"):
            return self.choose(*getattr(names, kind[0]))
        if kind == "i":
            return self.choose("0", "1", "2", "-1", *(f"{i} % 3" for i in names.i[-2:]))
        if kind == "b":
            return self.condition(names, depth)
        if kind == "L":
            return self.choose("L", *names.L)
        assert kind == "helper", kind
        name = self.choose(*HELPERS)
        self.helpers[name] = HELPERS[name]
        return name

    def number(self, names: Names, depth: int) -> str:
        if depth <= 0 or self.choose(True, False, False):
            return self.choose(*names.s, *names.s, "1.5", "-0.7")
        table = NUMBERS + (SINGLE_PRECISION["s"] if self.single else ())
        return f"({self.fill(names, self.choose(*table), depth - 1)})"

    def vector(self, names: Names, depth: int) -> str:
        if depth <= 0 or self.choose(True, False, False):
            return self.choose(*names.v)
        table = VECTORS + (SINGLE_PRECISION["v"] if self.single else ())
        return f"({self.fill(names, self.choose(*table), depth - 1)})"

    def matrix(self, names: Names, depth: int) -> str:
        if depth <= 0 or self.choose(True, False, False):
            return self.choose(*names.A)
        return f"({self.fill(names, self.choose(*MATRICES), depth - 1)})"

    def condition(self, names: Names, depth: int = 1) -> str:
        options = ["<s> > 0.1373", "<s> < <s> + 0.0731", "n > 1", "np.any(<v> > 0.4171)", "np.all(<v> < 1.3171)", "not <s> > 0.3171"]
        if names.i:
            options += [f"{names.i[-1]} > 0", f"{names.i[-1]} % 2 == 0", f"{names.i[-1]} == 1 or <s> > 0.2171"]
        return self.fill(names, self.choose(*options), min(depth, 1))

    # Statements

    def block(self, names: Names, depth: int, loop: bool) -> None:
        names = names.inner()
        for _ in range(self.choose(1, 1, 2)):
            self.statement(names, depth, loop)

    def statement(self, names: Names, depth: int, loop: bool) -> None:
        self.left -= 1
        kinds = [self.bind_number, self.bind_vector, self.bind_vector, self.bind_matrix, self.store, self.store, self.store]
        kinds += [self.list_of_numbers, self.list_of_arrays, self.dictionary, self.closure, self.effect, self.derivative, self.derivative]
        kinds += [self.some_lines, self.some_lines, self.some_lines]
        if depth <= DEPTH and self.left > 0:
            kinds += [self.branch, self.branch, self.counted, self.counted, self.over, self.conditional]
        if depth > 1:
            kinds += [self.leave]
        self.choose(*kinds)(names, depth, loop)

    def bind(self, kind: list[str], letter: str, depth: int, text: str) -> None:
        """A new name, or one that is there already (an argument too)."""
        if self.choose(True, False):
            name = self.fresh(letter)
            self.write(depth, f"{name} = {text}")
            kind.append(name)
        else:
            self.write(depth, f"{self.choose(*kind)} = {text}")

    def bind_number(self, names: Names, depth: int, loop: bool) -> None:
        text = self.number(names, 2)
        if self.choose(False, True):
            self.write(depth, f"{self.choose(*names.s)} {self.choose('+=', '-=', '*=')} {text}")
        else:
            self.bind(names.s, "s", depth, text)

    def bind_vector(self, names: Names, depth: int, loop: bool) -> None:
        self.bind(names.v, "v", depth, self.vector(names, 2))

    def bind_matrix(self, names: Names, depth: int, loop: bool) -> None:
        self.bind(names.A, "B", depth, self.matrix(names, 2))

    def store(self, names: Names, depth: int, loop: bool) -> None:
        self.write(depth, self.fill(names, self.choose(*STORES), 1))

    def list_of_numbers(self, names: Names, depth: int, loop: bool) -> None:
        if not names.L:
            text = self.choose(
                "[<s>, <s>]",
                "[q * <sn> for q in L]",
                "L[:]",
                "[q for q in <v>]",
                "[0.0] * 2 + [<s>]",
                "[q for q in <v> if q > 0.1] + [<s>]",
            )
            name = self.fresh("L")
            self.write(depth, f"{name} = {self.fill(names, text, 1)}")
            names.L.append(name)
            return
        name = self.choose(*names.L)
        text = self.choose(
            f"{name}.append(<s>)",
            f"{name}[0] = <s>",
            f"{name}[-1] += <s>",
            f"{name}[0], <sn> = <sn>, {name}[0]",
            f"<sn> = {name}.pop() if len({name}) > 1 else {name}[0]",
            f"{name} = [q * <sn> for q in {name}]",
            f"<sn> += sum({name})",
            f"{name}[0], {name}[-1] = {name}[-1], {name}[0]",
            f"<sn> = max({name})",
            f"{name}.insert(0, <s>)",
            f"{name} = {name}[::-1]",
            f"{name} += [<s>]",
            f"<vn>[0] = np.sum(np.array({name}))",
        )
        self.write(depth, self.fill(names, text, 1))

    def list_of_arrays(self, names: Names, depth: int, loop: bool) -> None:
        if not names.R:
            name = self.fresh("R")
            text = self.choose("[<v>, <v>]", "[<v> for q in range(2)]", "[<v> * q for q in L]", "[row for row in <A>]")
            self.write(depth, f"{name} = {self.fill(names, text, 1)}")
            names.R.append(name)
            return
        name = self.choose(*names.R)
        text = self.choose(
            f"{name}[0] = <v>",
            f"{name}[1] += <v>",
            f"{name}[0], {name}[1] = {name}[1], {name}[0]",
            f"{name}[0], <vn> = <vn>, {name}[0]",
            f"{name}[-1][<i>] = <s>",
            f"{name}.append(<v>)",
            f"<vn> = {name}[-1] * <s>",
            f"<sn> += np.sum({name}[0] * {name}[1])",
            f"<An> = np.stack([{name}[0], {name}[1], <v>])",
            f"<sn> = sum(np.sum(r) for r in {name})",
            f"{name} = [r * 0.5 for r in {name}]",
        )
        self.write(depth, self.fill(names, text, 1))

    def dictionary(self, names: Names, depth: int, loop: bool) -> None:
        if not names.d:
            name = self.fresh("d")
            text = self.choose('{"p": <s>, "q": <v>}', '{"p": <s>, "q": <v>, "r": (<s>, [<s>, <v>])}', "dict(p=<s>, q=<v>)")
            self.write(depth, f"{name} = {self.fill(names, text, 1)}")
            names.d.append(name)
            return
        name = self.choose(*names.d)
        text = self.choose(
            f'{name}["p"] += <s>',
            f'{name}["q"] = <v>',
            f'{name}["q"][<i>] = <s>',
            f'{name}["q"] *= <s>',
            f'<sn>, {name}["p"] = {name}["p"], <sn>',
            f'<vn> = {name}["q"]',
            f'<sn> = {name}["p"] * <s>',
            f'{name} = {{**{name}, "p": <s>}}',
            f'<sn> = {name}["p"] if "p" in {name} else 0.0',
        )
        self.write(depth, self.fill(names, text, 1))

    def closure(self, names: Names, depth: int, loop: bool) -> None:
        """A lambda or an inner function over what is here; called at once, or later."""
        if names.h and self.choose(True, False):
            h = self.choose(*names.h)
            smooth = [f"<sn> = ep.grad({h})(<s>)"] if h.startswith("h") else []
            self.write(depth, self.fill(names, self.choose(f"<sn> = {h}(<s>)", f"<sn> += {h}(<s>)", *smooth), 1))
            return
        kind = self.choose("lambda", "def", "writes")
        name = self.fresh("writer" if kind == "writes" else "h")
        if kind == "lambda":
            self.write(depth, self.fill(names, f"{name} = lambda t: t * <s> + <sn>", 1))
        elif kind == "def":
            self.write(depth, f"def {name}(t):")
            self.write(depth + 1, self.fill(names, "if t > 0.2173:", 0))
            self.write(depth + 2, self.fill(names, "return t * <s>", 1))
            self.write(depth + 1, self.fill(names, "return <sn>", 0))
        else:
            self.write(depth, f"def {name}(t):")
            self.write(depth + 1, self.fill(names, "<vn>[<i>] = t * <sn>", 0))
            self.write(depth + 1, self.fill(names, "return t + <vn>[0]", 0))
        names.h.append(name)
        if self.choose(True, False):
            self.write(depth, self.fill(names, f"<sn> = {name}(<s>)", 0))

    def effect(self, names: Names, depth: int, loop: bool) -> None:
        """A helper that writes what it is given, alone or in an augmented assignment to what it writes."""
        text = self.choose(
            "<sn> = <helper>(<vn>, <s>)",
            "<helper>(<vn>, <s>)",
            "<sn> += <helper>(<vn>, <s>)",
            "w = <vn>|w[<i>] += <helper>(w, <s>)",
            "w = <vn>|w[w > 0.1] += <helper>(w, <s>)",
            "w = <vn>|w[[1, 0]] *= <helper>(w, <s>)",
            "w = <vn>|w[1:] += <helper>(w, <s>)",
            "<vn>[<i>] = <helper>(<vn>, <s>) * <s>",
            "<sn> = <helper>(<An>[<i>], <s>)",
        )
        for line in self.fill_lines(names, text):
            self.write(depth, line)

    def some_lines(self, names: Names, depth: int, loop: bool) -> None:
        for line in self.fill_lines(names, self.choose(*LINES)):
            self.write(depth, line)

    def fill_lines(self, names: Names, text: str) -> list[str]:
        return [self.fill(names, part, 1) for part in text.split("|")]

    def derivative(self, names: Names, depth: int, loop: bool) -> None:
        """A derivative inside: of a lambda that captures numbers, vectors, views and lists."""
        if self.choose(True, False):
            body = self.fill(names, self.choose(*INNER_OF_NUMBER), 0)
            text = self.choose(
                "<sn> = ep.grad(lambda t: {0})(<s>)",
                "<sn> += ep.grad(lambda t: {0})(<s>)",
                "<sn> = ep.jvp(lambda t: {0}, (<s>,), (<s>,))[1]",
                "p, q = ep.value_and_grad(lambda t: {0})(<s>)|<sn> = p * q",
                "p, back = ep.vjp(lambda t: {0}, <s>)|<sn> = back(<s>)[0]",
                "<sn> = ep.grad(ep.grad(lambda t: {0}))(<s>)",
                "<sn> = ep.hvp(lambda t: {0})(<s>, <s>)",
                "q = ep.grad(lambda t: {0})(<s>)",
                "<sn> = ep.grad(lambda u: u * ep.grad(lambda t: {0})(u))(<s>)",
            ).replace("{0}", body)
        else:
            body = self.fill(names, self.choose(*INNER_OF_VECTOR), 0)
            text = self.choose(
                "<vn> = ep.grad(lambda t: {0})(<v>)",
                "<vn> = ep.grad(lambda t: {0})(<vn>[::-1])",
                "<vn> += ep.grad(lambda t: {0})(<v>)",
                "<sn> = ep.jvp(lambda t: {0}, (<v>,), (<v>,))[1]",
                "p, q = ep.value_and_grad(lambda t: {0})(<v>)|<vn> = p * q",
                "p, back = ep.vjp(lambda t: {0}, <v>)|<vn> = back(<s>)[0]",
                "<vn> = ep.hvp(lambda t: {0})(<v>, <v>)",
                "<vn> = ep.hvp(lambda t: {0})(<An>[<i>], <An>[:, <i>])",
                "<An>[<i>] = ep.grad(lambda t: {0})(<An>[<i>])",
            ).replace("{0}", body)
        for line in self.fill_lines(names, text):
            self.write(depth, line)

    def branch(self, names: Names, depth: int, loop: bool) -> None:
        self.write(depth, f"if {self.condition(names)}:")
        if self.choose(False, False, True):
            kind, maker = self.choose((names.v, self.vector), (names.s, self.number), (names.A, self.matrix))
            name = self.choose(*kind)
            self.write(depth + 1, f"{name} = {maker(names, 1)}")
            self.write(depth, "else:")
            self.write(depth + 1, f"{name} = {maker(names, 1)}")
            return
        self.block(names, depth + 1, loop)
        if self.choose(False, True):
            self.write(depth, "else:")
            self.block(names, depth + 1, loop)

    def counted(self, names: Names, depth: int, loop: bool) -> None:
        i = self.fresh("i")
        bounds = self.choose("3", "2", "n", "n - 2", "2, -1, -1", "len(none)", "len(L)")
        self.write(depth, f"for {i} in range({bounds}):")
        self.block(replace(names.inner(), i=[*names.i, i]), depth + 1, True)
        self.otherwise(names, depth, loop)

    def over(self, names: Names, depth: int, loop: bool) -> None:
        q, i = self.fresh("q"), self.fresh("i")
        header, more = self.choose(
            (f"for {q} in <v>:", {"s": [q]}),
            (f"for {q} in L:", {"s": [q]}),
            (f"for {i}, {q} in enumerate(<v>):", {"s": [q], "i": [i]}),
            (f"for {q}, {i} in zip(<v>, L):", {"s": [q, i]}),
            (f"for {q} in <A>:", {"v": [q]}),
            (f"for {q} in reversed(L):", {"s": [q]}),
            (f"for {q} in none:", {"s": [q]}),
            *((f"for {q} in {rows}:", {"v": [q]}) for rows in names.R),
            *((f"for {q} in {rows}:", {"s": [q]}) for rows in names.L),
        )
        self.write(depth, self.fill(names, header, 1))
        inner = names.inner()
        self.block(replace(inner, **{kind: [*getattr(inner, kind), *new] for kind, new in more.items()}), depth + 1, True)
        self.otherwise(names, depth, loop)

    def conditional(self, names: Names, depth: int, loop: bool) -> None:
        k = self.fresh("k")
        self.write(depth, f"{k} = 0")
        kind = self.choose("plain", "and", "true")
        condition = {"plain": f"{k} < 2", "and": f"{k} < 3 and ({self.condition(names)})", "true": "True"}[kind]
        self.write(depth, f"while {condition}:")
        self.write(depth + 1, f"{k} += 1")
        if kind == "true":
            self.write(depth + 1, f"if {k} > {self.choose('2', 'n')}:")
            self.write(depth + 2, self.choose("break", "break", self.fill(names, "return <s>", 1)))
        self.block(replace(names.inner(), i=[*names.i, k]), depth + 1, True)
        if kind != "true":
            self.otherwise(names, depth, loop)

    def otherwise(self, names: Names, depth: int, loop: bool) -> None:
        """The `else` of a loop."""
        if self.choose(False, False, True):
            self.write(depth, "else:")
            self.block(names, depth + 1, loop)

    def leave(self, names: Names, depth: int, loop: bool) -> None:
        self.write(depth, f"if {self.condition(names)}:")
        exits = ["break", "continue"] if loop else []
        self.write(depth + 1, self.choose(*exits, self.fill(names, "return <s>", 1)))

    def module(self) -> str:
        names = Names(["a", "s"], ["x", "g", "y"], ["A"])
        self.write(1, self.choose("s = a * 0.5", "s = 0.0", "s = L[0] * L[1]", "s = one[0]", "s = 1"))
        start = self.choose("x * 1.0", "np.zeros(3)", "np.ones(3)", "np.cumsum(np.ones(3))", "np.floor(x * 1.7)", "np.sign(x)", "x", "A[0]")
        self.write(1, f"y = {start}")
        for _ in range(self.choose(1, 2, 3, 4)):
            self.statement(names, 1, False)
        arrays = [*names.v, *names.A, *(f"{r}[0]" for r in names.R), *(f'{d}["q"]' for d in names.d)]
        weights = [f"np.sum({u} * {k + 1}.5 * {u})" if k % 2 else f"np.sum({u}) * {k + 1}.5" for k, u in enumerate(arrays)]
        sums = [*names.s, *weights, *(f"sum({rows})" for rows in names.L), *(f'{d}["p"]' for d in names.d)]
        self.write(1, f"return {' + '.join(sums)}")
        body = "\n".join(self.lines)
        return "\n\n\n".join([HEADER, CLASSES.strip(), *self.helpers.values(), f"def f(a, x, A, L, g, one, none, n):\n{body}"]) + "\n"
