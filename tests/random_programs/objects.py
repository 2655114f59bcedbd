"""Programs with classes: objects made, changed, held by other objects and lists, replaced and given a second name, in branches, loops
and methods. The arguments are those of `writing`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .writing import HEADER, Scope, Writer

CLASSES = """class Point:
    scale = 1.5

    def __init__(self, u, w=0.3):
        self.u = u
        self.w = w

    def __add__(self, other):
        return Point(self.u + other.u, self.w * other.w)

    def __mul__(self, k):
        return type(self)(self.u * k, self.w)

    __rmul__ = __mul__

    def __neg__(self):
        return Point(-self.u, self.w)

    def __lt__(self, other):
        return self.u < other.u + 0.0137

    def __getitem__(self, k):
        return (self.u, self.w)[k]

    def __len__(self):
        return 2

    def __bool__(self):
        return self.u > 0.0171

    def __call__(self, k):
        {0}
        return self.u * k + self.w

    @property
    def size(self):
        return self.u * self.u + self.w * self.scale

    @size.setter
    def size(self, value):
        self.u = value * 0.5
        self.w += 0.1

    def moved(self, k):
        {1}
        return self

    def turn(self, other):
        self.u, other.w = other.w * 0.7, self.u
        {2}


class Heavy(Point):
    scale = 0.5

    def __init__(self, u, w=0.3):
        super().__init__(u, w)
        self.mass = u * 0.5 + 1.0

    def moved(self, k):
        super().moved(k)
        self.mass += k * 0.1
        return self

    @property
    def size(self):
        return super().size * self.mass


class Box:
    def __init__(self, first, second):
        self.first = first
        self.second = second
        self.items = [first]
        self.z = None
        self.count = 0

    def put(self, point):
        self.items.append(point)
        self.count += 1
        return self

    def swap(self):
        self.first, self.second = self.second, self.first

    def total(self):
        return sum(p.u for p in self.items) + self.first.size - self.second.w * self.count

    def copy(self):
        return Box(self.first, self.second).put(self.second)"""

POINTS = ("p", "q")
READS = (
    "{0}.u",
    "{0}.w",
    "{0}.size",
    "{0}[{k}]",
    "{0}({x})",
    "({0} + {1}).size",
    "({x} * {0}).u",
    "(-{0}).u",
    "{0}.moved({x}).w",
    "box.total()",
    "box.first.u",
    "box.second.size",
    "box.items[0].w",
    "box.items[-1].u",
    "getattr({0}, 'mass', {x})",
    "({x} if {0} else {y})",
    "({x} if {0} < {1} else {0}.w)",
    "({x} if {0} is {1} else {0}.u)",
    "(box.z if box.z is not None else {x})",
    "max({0}.u, {1}.u + 0.0173)",
)
CHANGES = (
    "{0}.u = {x}",
    "{0}.w *= 0.8",
    "{0}.u += {x} * 0.3",
    "{0}.size = {x}",
    "{0}.moved({x})",
    "{0}.turn({1})",
    "box.first = {0}",
    "box.second = Point({x}, {1}.w)",
    "box.first.u -= {x} * 0.2",
    "box.second.w = box.first.u",
    "box.put({0})",
    "box.swap()",
    "box.items[0] = {1}",
    "box.items[-1].w += 0.25",
    "box.z = {x}",
    "box = box.copy()",
    "setattr({0}, 'w', {x})",
    "{0}.extra = {x}",
)
REBINDS = (
    "{0} = {1}",
    "{0} = Point({x}, {y})",
    "{0} = Heavy({x})",
    "{0} = {0} + {1}",
    "{0} = {0} * 0.9",
    "{0} = box.first",
    "{0}, {1} = {1}, {0}",
    "{0} = box.items[-1]",
    "{0} = {0}.moved({x})",
)


MADE = ("p, q = Point(a), Point(b, a)", "p = q = Point(a, b)", "p, q = Heavy(a, b), Point(b)", "p, q = Heavy(a), Heavy(b)")
BOXED = ("box = Box(p, q)", "box = Box(p, p)", "box = Box(Point(b), q)")


class ObjectWriter(Writer):
    """Writes one function, choice by choice."""

    def filled(self, text: str, scope: Scope, depth: int) -> str:
        first = self.choose(*POINTS)
        second = self.choose(*POINTS)
        x, y = (Writer.scalar(self, scope, min(depth, 1)) for _ in range(2))
        return text.format(first, second, x=x, y=y, k=self.choose(0, 1))

    def scalar(self, scope: Scope, depth: int = 2) -> str:
        if depth > 0 and self.chance(3):
            return f"({self.filled(self.choose(*READS), scope, depth - 1)})"
        return super().scalar(scope, depth)

    def statement(self, scope: Scope, depth: int, loop: str | None) -> None:
        if self.left > 0 and self.choose(True, True, False):
            self.left -= 1
            options = CHANGES if self.choose(True, True, False) else REBINDS
            self.write(depth, self.filled(self.choose(*options), scope, 1))
            return
        super().statement(scope, depth, loop)


def classes(choose: Callable[[Sequence], object]) -> str:
    """The classes, with some statements of methods drawn."""
    calls = ("pass", "self.w *= 0.9", "self.u += 0.01 * k")
    either = "if k > 0.0173:\n            self.w += k\n        else:\n            self.u -= k"
    moves = ("self.u += k", "self.u = math.sin(self.u + k)", either)
    turns = ("return None", "other.u += 0.1", "return self.u")
    return CLASSES.replace("{0}", choose(calls)).replace("{1}", choose(moves)).replace("{2}", choose(turns))


def written(choose: Callable[[Sequence], object]) -> str:
    """The text of a module with a function `f(a, b, x, y, n)`."""
    writer = ObjectWriter(choose, [])
    scope = Scope(["a", "b"], ["x", "y"], [], [], ["n"])
    writer.write(0, "def f(a, b, x, y, n):")
    writer.write(1, choose(MADE))
    writer.write(1, choose(BOXED))
    for _ in range(choose(range(1, 6))):
        writer.statement(scope, 1, None)
    writer.write(1, f"return {writer.result(scope)} + p.size + q.u * 0.7 + box.total() + box.first.w")
    return "\n\n\n".join([HEADER.rstrip("\n"), classes(choose), "\n".join(writer.lines)]) + "\n"
