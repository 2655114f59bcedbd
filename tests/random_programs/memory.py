"""Programs that write arrays which they also read: views, rows, swaps, modular indices, buffers, lists of arrays, nested loops.

`f(a, x, y, A, p, n)` has a float, two vectors of `SIZE`, a matrix of `SIZE` × `SIZE`, integers that are indices, and a small
integer. All arithmetic is smooth and comparisons have odd constants in them; every loop variable is an index. What is written
is decided by one function, `choose(options)`, so that Hypothesis or anything else can make the choices.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from .lines import Lines

SIZE = 3
DEPTH = 3
STATEMENTS = 14
HEADER = "import numpy as np\n"
IN_PLACE = ("+=", "-=", "*=")
"""How one view may be written with another. (NumPy's `=` between overlapping vectors of different strides may read what it wrote.)"""

UPDATES = ("=", "=", *IN_PLACE)
RANGES = ("SIZE", "SIZE", "SIZE - 1, -1, -1", "1, SIZE", "n", "0, SIZE, 2", "2")
INNER_RANGES = ("{0}", "{0} + 1", "{0}, SIZE", "{0} + 1, SIZE", "{0} - 1, -1, -1")
TURNED = (
    "{0}",
    "{0}",
    "{0}",
    "{0} - 1",
    "SIZE - 1 - {0}",
    "-{0}",
    "({0} + 1) % SIZE",
    "{0} // 2",
    "{0} % 2",
    "2 * {0} % SIZE",
    "p[{0}]",
    "p[{0} - 1]",
)
SCALARS = (
    "{0} * {1}",
    "{0} + {1}",
    "{0} - {1}",
    "0.5 * {0}",
    "np.sin({0})",
    "{0} * {0}",
    "1.5",
    "{0} * {1} - {0}",
    "{0} / (1.5 + {1} * {1})",
)
VECTORS = ("{0} * {1}", "{0} + {1}", "{0} - {1}", "np.sin({0})", "{0} * {2}", "{0}.copy()", "np.zeros(SIZE)", "np.full(SIZE, {2})")
VIEWS = ("{0}", "{0}[::-1]", "{0}[:]")
SUMS = ("np.sum({0})", "np.dot({0}, {1})", "np.sum({0} * {1})", "np.sum({2} @ {0})", "np.sum({2})", "np.sum({2} * {2})")

HELPER_TEXT = """
def add_into(u, v, s):
    for q in range(SIZE):
        u[q] += s * v[q]
    return s * u[0]


def shift(u, s):
    for q in range(1, SIZE):
        u[q] = u[q - 1] * s
    return u


def longer(u, v, s):
    if s > 0.1731:
        return u
    return v


def again(u, m, s):
    if m <= 0:
        return s
    u[m % SIZE] = u[m % SIZE] * s
    return again(u, m - 1, u[m - 1] + s)


def leave(u, s):
    for q in range(SIZE):
        u[q] = s * u[q - 1]
        if u[q] > 0.3717:
            return u[q - 1]
    return s
"""

HELPERS = {text.split("(")[0].removeprefix("def "): text for text in HELPER_TEXT.strip().split("\n\n\n")}
"""Functions that write what they are given, by name."""


@dataclass
class Names:
    """What may be used at one place."""

    floats: list[str]
    vectors: list[str]
    matrices: list[str]
    loops: list[str] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)

    def inner(self) -> Names:
        return replace(self, **{kind: list(names) for kind, names in vars(self).items()})


class MemoryWriter(Lines):
    """Writes one function, choice by choice."""

    def __init__(self, choose: Callable[[Sequence], object]) -> None:
        super().__init__(choose, STATEMENTS)
        self.helpers: dict[str, str] = {}

    def helper(self, name: str) -> str:
        self.helpers[name] = HELPERS[name]
        return name

    # Expressions

    def index(self, names: Names) -> str:
        fixed = ("0", "1", "-1")
        if not names.loops or self.choose(False, False, False, True):
            return self.choose(*fixed)
        return self.choose(*TURNED).format(self.choose(*names.loops, names.loops[-1]))

    def vector(self, names: Names) -> str:
        """The name of a vector, or what stands for one."""
        kind = self.choose("name", "name", "name", "row", "column", "listed")
        if kind == "row":
            return f"{self.choose(*names.matrices)}[{self.index(names)}]"
        if kind == "column":
            return f"{self.choose(*names.matrices)}[:, {self.index(names)}]"
        if kind == "listed" and names.lists:
            return f"{self.choose(*names.lists)}[{self.choose(0, 1)}]"
        return self.choose(*names.vectors)

    def element(self, names: Names) -> str:
        if self.choose(False, False, True):
            return f"{self.choose(*names.matrices)}[{self.index(names)}, {self.index(names)}]"
        return f"{self.vector(names)}[{self.index(names)}]"

    def scalar(self, names: Names, depth: int = 1) -> str:
        kind = self.choose("element", "element", "name", "formula") if depth else self.choose("element", "name")
        if kind == "formula":
            return f"({self.choose(*SCALARS).format(self.scalar(names, depth - 1), self.scalar(names, depth - 1))})"
        return self.element(names) if kind == "element" else self.choose(*names.floats)

    def whole(self, names: Names) -> str:
        """A vector of fresh memory."""
        return self.choose(*VECTORS).format(self.vector(names), self.vector(names), self.scalar(names, 0))

    def square(self, names: Names) -> str:
        """A matrix of fresh memory."""
        A, B = self.choose(*names.matrices), self.choose(*names.matrices)
        form = self.choose(
            "{0} * {1}", "{0} + {1}.T", "{0} @ {1}", "{0}.copy()", "np.zeros((SIZE, SIZE))", "np.outer({2}, {3})", "np.sin({0})"
        )
        return form.format(A, B, self.vector(names), self.vector(names))

    def condition(self, names: Names) -> str:
        compared = f"{self.scalar(names, 0)} > {self.choose(0.0731, -0.3171, 0.5313)}"
        if not names.loops:
            return self.choose(compared, "n > 1")
        i = self.choose(*names.loops)
        return self.choose(compared, compared, f"{i} % 2 == 0", f"{i} > 0", f"{i} == n", f"{i} > 0 and {compared}")

    # Statements

    def block(self, names: Names, depth: int, loop: bool, most: int = 3) -> None:
        names = names.inner()
        for _ in range(self.choose(*range(1, most + 1))):
            self.statement(names, depth, loop)

    def statement(self, names: Names, depth: int, loop: bool) -> None:
        self.left -= 1
        kinds = [self.store, self.store, self.store, self.update, self.into_vector, self.into_row, self.bind_vector]
        kinds += [self.bind_matrix, self.swap, self.bind_list, self.buffer, self.effect, self.sum_up]
        if depth <= DEPTH and self.left > 0:
            kinds += [self.counted, self.counted, self.counted, self.branch, self.conditional_loop]
        if loop:
            kinds += [self.leave]
        self.choose(*kinds)(names, depth, loop)

    def store(self, names: Names, depth: int, loop: bool) -> None:
        self.write(depth, f"{self.element(names)} {self.choose(*UPDATES)} {self.scalar(names)}")

    def update(self, names: Names, depth: int, loop: bool) -> None:
        self.write(depth, f"{self.choose(*names.floats)} {self.choose('+=', '+=', '-=', '=', '*=')} {self.scalar(names)}")

    def sum_up(self, names: Names, depth: int, loop: bool) -> None:
        total = self.choose(*SUMS).format(self.vector(names), self.vector(names), self.choose(*names.matrices))
        self.write(depth, f"{self.choose(*names.floats)} {self.choose('+=', '=')} {total}")

    def into_vector(self, names: Names, depth: int, loop: bool) -> None:
        u, v = self.vector(names), self.vector(names)
        form = self.choose(
            "{0}[:] {1} {2}",
            "{0}[1:] {4} {3}[:-1]",
            "{0}[:2] {4} {3}[1:]",
            "{0}[1:] {1} 0.7 * {3}[:-1]",
            "{0}[:] {4} {3}[::-1]",
            "{0}[::2] {4} {3}[1:]",
            "{0}[p] {1} {3}",
            "{0}[:] = {3}[p]",
            "{0}[{3} > 0.1373] {1} 0.5",
        )
        self.write(depth, form.format(u, self.choose(*UPDATES), self.whole(names), v, self.choose(*IN_PLACE)))

    def into_row(self, names: Names, depth: int, loop: bool) -> None:
        A, B, i = self.choose(*names.matrices), self.choose(*names.matrices), self.index(names)
        form = self.choose(
            "{0}[{1}] {2} {3}",
            "{0}[:, {1}] {2} {3}",
            "{0}[{1}] {2} {4}[{5}]",
            "{0}[{1}] {2} 0.7 * {4}[:, {5}]",
            "{0}[{1}] {6} {4}[:, {5}]",
            "{0}[1:] {2} {4}[:-1]",
            "{0}[:] {2} {4}.T",
            "{0}[p] {2} {4}",
            "{0}[p, {1}] {2} {3}",
            "{0}[{1}], {0}[{5}] = {0}[{5}].copy(), {0}[{1}].copy()",
        )
        self.write(depth, form.format(A, i, self.choose(*UPDATES), self.whole(names), B, self.index(names), self.choose(*IN_PLACE)))

    def bind_vector(self, names: Names, depth: int, loop: bool) -> None:
        v = self.vector(names)
        text = self.choose(
            self.choose(*VIEWS).format(v),
            self.whole(names),
            f"{self.choose(*names.matrices)}.reshape(SIZE * SIZE)[{self.choose('::4', '1:4', '2::3', '::-1][::4')}]",
            f"{v} if {self.condition(names)} else {self.vector(names)}",
        )
        self.bind(names.vectors, "u", depth, text)

    def bind_matrix(self, names: Names, depth: int, loop: bool) -> None:
        A = self.choose(*names.matrices)
        text = self.choose(
            self.square(names),
            f"{A}.T",
            f"{A}[::-1]",
            f"{A}[:, ::-1]",
            A,
            f"{A} if {self.condition(names)} else {self.choose(*names.matrices)}",
            f"{A}.reshape(SIZE, SIZE)",
        )
        self.bind(names.matrices, "B", depth, text)

    def bind(self, kind: list[str], letter: str, depth: int, text: str) -> None:
        """A new name, or a name that is there already."""
        if self.choose(True, False):
            kind.append(self.fresh(letter))
            self.write(depth, f"{kind[-1]} = {text}")
        else:
            self.write(depth, f"{self.choose(*kind)} = {text}")

    def bind_list(self, names: Names, depth: int, loop: bool) -> None:
        if names.lists and self.choose(True, False):
            self.write(depth, f"{self.choose(*names.lists)}[{self.choose(0, 1)}] = {self.choose(self.vector(names), self.whole(names))}")
            return
        text = f"[{self.vector(names)}, {self.choose(self.vector(names), self.whole(names))}]"
        names.lists.append(self.fresh("rows"))
        self.write(depth, f"{names.lists[-1]} = {text}")

    def swap(self, names: Names, depth: int, loop: bool) -> None:
        kind = self.choose(names.vectors, names.vectors, names.matrices, names.floats)
        u, v = self.choose(*kind), self.choose(*kind)
        if self.choose(False, False, True):
            u, v = self.element(names), self.element(names)
        self.write(depth, f"{u}, {v} = {v}, {u}")

    def buffer(self, names: Names, depth: int, loop: bool) -> None:
        """A vector that is filled, element by element, and then used."""
        u, j, k = self.choose(*names.vectors), self.fresh("j"), self.fresh("j")
        inner = replace(names, loops=[*names.loops, j])
        self.write(depth, f"for {j} in range({self.choose('SIZE', 'SIZE', 'len(' + u + ')', 'n')}):")
        self.write(depth + 1, f"{u}[{self.choose(j, j, j, 'SIZE - 1 - ' + j)}] = {self.scalar(inner)}")
        self.write(depth, f"for {k} in range(SIZE):")
        inner = replace(names, loops=[*names.loops, k])
        self.write(
            depth + 1,
            self.choose(f"{self.choose(*names.floats)} += {u}[{k}] * {self.scalar(inner, 0)}", f"{self.element(inner)} += {u}[{k}] ** 2"),
        )

    def effect(self, names: Names, depth: int, loop: bool) -> None:
        name = self.helper(self.choose(*HELPERS))
        u, v, s = self.vector(names), self.vector(names), self.choose(*names.floats)
        m = self.choose("2", "n", *names.loops)
        text = {
            "add_into": f"{self.choose(*names.floats)} = add_into({u}, {v}, {s})",
            "shift": f"{self.choose(*names.vectors)} = shift({u}, {s})",
            "longer": f"{self.choose(*names.vectors)} = longer({u}, {v}, {s})",
            "again": f"{self.choose(*names.floats)} = again({u}, {m}, {s})",
            "leave": f"{self.choose(*names.floats)} = leave({u}, {s})",
        }
        self.write(depth, text[name])

    def counted(self, names: Names, depth: int, loop: bool) -> None:
        i = self.fresh("i")
        bounds = self.choose(*RANGES) if not names.loops or self.choose(True, False) else self.choose(*INNER_RANGES).format(names.loops[-1])
        self.write(depth, f"for {i} in range({bounds}):")
        self.block(replace(names.inner(), loops=[*names.loops, i]), depth + 1, True, 4)

    def branch(self, names: Names, depth: int, loop: bool) -> None:
        self.write(depth, f"if {self.condition(names)}:")
        self.block(names, depth + 1, loop, 2)
        if self.choose(False, True):
            self.write(depth, "else:")
            self.block(names, depth + 1, loop, 2)

    def conditional_loop(self, names: Names, depth: int, loop: bool) -> None:
        k = self.fresh("k")
        self.write(depth, f"{k} = -1")
        self.write(depth, f"while {k} < {self.choose('1', '2', 'n - 1')}{self.choose('', f' and {self.condition(names)}')}:")
        self.write(depth + 1, f"{k} += 1")
        self.block(replace(names.inner(), loops=[*names.loops, k]), depth + 1, True)

    def leave(self, names: Names, depth: int, loop: bool) -> None:
        self.write(depth, f"if {self.condition(names)}:")
        self.write(depth + 1, self.choose("continue", "break", f"return {self.scalar(names)}"))

    def module(self) -> str:
        """The text of a module with helpers and the function `f(a, x, y, A, p, n)`."""
        names = Names(["a", "s"], ["x", "y"], ["A"])
        self.write(1, "s = a * 0.5")
        for _ in range(self.choose(*range(1, 6))):
            self.statement(names, 1, False)
        arrays = names.vectors + names.matrices + [f"{rows}[{k}]" for rows in names.lists for k in (0, 1)]
        weights = [f"np.sum({u} * {k + 1}.5 * {u})" if k % 2 else f"np.sum({u}) * {k + 1}.5" for k, u in enumerate(arrays)]
        self.write(1, f"return {' + '.join([*names.floats, *weights])}")
        body = "\n".join(self.lines)
        return "\n\n\n".join([f"{HEADER}\nSIZE = {SIZE}", *self.helpers.values(), f"def f(a, x, y, A, p, n):\n{body}"]) + "\n"
