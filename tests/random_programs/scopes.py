"""Programs in which everything is called alike: helpers, generators, closures, classes and comprehensions whose variables have few names,
which are names of the module too. Whose variable is meant, and what it is then, is all that they ask.

The arguments are those of `writing`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

HEADER = "import functools\nimport itertools\nimport math\n\nimport numpy as np\n\n"
NAMES = ("a", "b", "p", "q", "r", "item")
GLOBALS = "\n".join(f"{name} = {value}" for name, value in zip(NAMES, (0.7, -0.4, 1.3, 0.9, -1.1, 0.35)))


@dataclass
class Room:
    """A function being written: which of the names are its own, and whose they are around it."""

    own: frozenset[str]
    lines: list[str]
    indent: int
    first: str = ""
    nested: int = 0


@dataclass
class ScopesWriter:
    """Writes one module."""

    choose: Callable[[Sequence], object]
    helpers: list[tuple[str, str, int]] = field(default_factory=list)

    def module(self) -> str:
        parts = [self.helper(k) for k in range(self.choose((3, 4, 5)))]
        return "\n\n\n".join([HEADER + GLOBALS, *parts, self.main()]) + "\n"

    # Functions --------------------------------------------------------------------------------------------------------

    def helper(self, k: int) -> str:
        kind = self.choose(("plain", "generator", "generator", "closure", "class", "given", "manager"))
        own = self.own()
        names = sorted(own)
        x, y = names[0], names[-1]
        if kind == "given":
            x, names = "items", ["items", *names]
        if kind == "class":
            text = self.of_class(k)
        else:
            room = Room(own, [f"def h{k}({x}, {y}=0.5):"], 1)
            if kind == "manager":
                room.lines.insert(0, "@contextlib.contextmanager")
            for name in names[1:-1]:
                self.say(room, f"{name} = {self.literal()} * {y if kind == 'given' else self.choose((x, y))}")
            if kind in ("generator", "manager", "given"):
                self.giving(room, kind, x)
            else:
                self.statements(room, 2)
            if kind == "plain":
                self.say(room, f"return {self.expression(room)}")
            if kind == "closure":
                self.closure(room)
            text = "\n".join(room.lines)
        self.helpers.append((f"h{k}", kind, k))
        return text.replace("@contextlib.contextmanager", "import contextlib\n\n\n@contextlib.contextmanager")

    def own(self) -> frozenset[str]:
        names = list(NAMES)
        while len(names) > 2 and self.choose((True, True, False)):
            names.remove(self.choose(names))
        return frozenset(names)

    def giving(self, room: Room, kind: str, x: str) -> None:
        """The body of a generator function: of a context manager, it gives once; some take what they go over."""
        if kind == "manager":
            self.statements(room, 1)
            self.say(room, f"yield {self.expression(room)}")
            self.statements(room, 1)
            return
        target = self.choose(sorted(room.own))
        items = x if kind == "given" else f"({self.expression(room)}, {self.expression(room)}, {x})"
        self.say(room, f"for {target} in {items}:")
        room.indent += 1
        self.statements(room, 1)
        self.say(room, f"yield {self.expression(room)}")
        room.indent -= 1
        if kind == "generator" and self.choose((True, False)):
            self.say(room, f"yield from ({self.expression(room)} for {self.choose(NAMES)} in ({x}, {self.atom(room)}))")

    def closure(self, room: Room) -> None:
        """A function inside that may rebind what is around it, given back."""
        inner = self.own()
        parameter = self.choose(sorted(inner))
        shared = sorted((room.own & inner) - {parameter})
        self.say(room, f"def {room.first or 'inner'}({parameter}):")
        inside = Room(inner, room.lines, room.indent + 1, nested=1)
        if shared and self.choose((True, False)):
            self.say(inside, f"nonlocal {shared[0]}")
            self.say(inside, f"{shared[0]} = {self.changed(shared[0])}")
            inner -= {shared[0]}
        for name in sorted(inner - {parameter}):
            self.say(inside, f"{name} = {self.literal()} * {parameter}")
        self.statements(inside, 1)
        self.say(inside, f"return {self.expression(inside)}")
        self.say(room, "return inner")

    def of_class(self, k: int) -> str:
        a, b, c = (self.choose(NAMES) for _ in range(3))
        method = Room(frozenset({a, b}), [], 2)
        self.say(method, f"{a} = {b} * self.{c} + {self.choose(NAMES) if a != b else b}" if a != b else f"{a} = {a} * self.{c}")
        if a != b:
            method.lines[-1] = f"        {a} = {b} * self.{c} + 0.25"
        self.statements(method, 1)
        self.say(method, f"self.{c} = math.sin(self.{c} + {a})")
        self.say(method, f"return {self.expression(method)}")
        head = [f"class h{k}:", f"    {c} = 0.8", f"    {b if b != c else 'other'} = 1.25", "", f"    def __init__(self, {a}):"]
        head += [f"        self.{c} = {a}", "", f"    def of(self, {b}):"]
        return "\n".join([*head, *method.lines])

    def main(self) -> str:
        own = self.own() | {"a", "b"}
        room = Room(own, ["def f(a, b, x, y, n):"], 1)
        for name in sorted(own - {"a", "b"}):
            self.say(room, f"{name} = {self.choose(('a', 'b', 'x[0]', 'y[-1]'))} * {self.literal()}")
        self.say(room, "total = 0.0")
        for _ in range(self.choose((2, 3, 4))):
            self.statements(room, 1)
            self.consumed(room)
        self.say(room, "return total + " + " + ".join(sorted(own)) + " + np.sum(x) * 0.5 + np.sum(y)")
        return "\n".join(room.lines)

    # Statements -------------------------------------------------------------------------------------------------------

    def say(self, room: Room, line: str) -> None:
        room.lines.append("    " * room.indent + line)

    def statements(self, room: Room, most: int) -> None:
        for _ in range(self.choose(range(most + 1))):
            target = self.choose(sorted(room.own))
            way = self.choose(("assign", "assign", "add", "if", "walrus"))
            if way == "assign":
                self.say(room, f"{target} = {self.expression(room)}")
            elif way == "add":
                self.say(room, f"{target} += math.tanh({self.expression(room)})")
            elif way == "walrus":
                other = self.choose(sorted(room.own))
                self.say(room, f"{target} = math.sin(({other} := {self.atom(room)}) + {self.atom(room)}) + {other}")
            else:
                self.say(room, f"if {self.atom(room)} > 0.0371:")
                self.say(room, f"    {target} = {self.expression(room)}")

    def consumed(self, room: Room) -> None:
        """In the main function: a loop over what gives items, or a manager."""
        giving = [h for h in self.helpers if h[1] in ("generator", "given")]
        managers = [h for h in self.helpers if h[1] == "manager"]
        if managers and self.choose((True, False, False)):
            self.say(room, f"with {self.choose(managers)[0]}({self.expression(room)}) as {self.choose(sorted(room.own))}:")
            self.say(room, f"    total += math.sin({self.expression(room)})")
            return
        source = self.items(room, giving)
        form = self.choose(("{0}", "enumerate({0})", "zip({0}, {1})", "itertools.chain({0}, {1})", "map(lambda {2}: {3}, {0})"))
        free = sorted(room.own)
        written = form.format(source, self.items(room, giving), self.choose(NAMES), self.expression(room))
        one, two = self.choose(free), self.choose(free)
        target = f"{one}, {two}" if "zip" in form else f"_, {one}" if "enumerate" in form else one
        self.say(room, f"for {target} in {written}:")
        room.indent += 1
        self.statements(room, 1)
        self.say(room, f"total += math.tanh({self.expression(room)})")
        if self.choose((True, False, False)):
            self.say(room, f"if {one} > 0.9173:")
            self.say(room, f"    {self.choose(('break', 'continue'))}")
        room.indent -= 1

    def items(self, room: Room, giving: list[tuple[str, str, int]]) -> str:
        if giving and self.choose((True, True, False)):
            name, kind, _ = self.choose(giving)
            if kind == "given":
                return f"{name}({self.choose(('x', 'y', '[a, b, 0.5]', self.nested(room)))}, {self.atom(room)})"
            return f"{name}({self.atom(room)})"
        return self.choose(("x", "y[1:]", "(a, b)", self.nested(room)))

    def nested(self, room: Room) -> str:
        """A generator expression or a list whose variable is called like others."""
        name = self.choose(NAMES)
        over = self.choose(("x", "y[:2]", "(0.3, -0.6)"))
        inside = Room(room.own | {name}, [], 0)
        return self.choose(("({1} for {0} in {2})", "[{1} for {0} in {2}]")).format(name, self.expression(inside, calls=False), over)

    # Expressions ------------------------------------------------------------------------------------------------------

    def literal(self) -> str:
        return self.choose(("0.5", "1.5", "-0.7", "0.3"))

    def changed(self, name: str) -> str:
        return f"math.sin({name} + 0.5)"

    def atom(self, room: Room) -> str:
        return self.choose((*NAMES, *sorted(room.own), self.literal()))

    def expression(self, room: Room, calls: bool = True) -> str:
        x, y = self.atom(room), self.atom(room)
        forms = [f"{x} * {y}", f"{x} + {y}", f"math.sin({x})", f"{x} * 0.5 - {y}"]
        name, other = self.choose(NAMES), self.choose(NAMES)
        forms += [
            f"(lambda {name}: {name} * {other})({x})",
            f"sum({name} * {other} for {name} in ({x}, {y}))",
            f"sum([{name} + {x} for {name} in ({y}, 0.2)])",
            f"functools.reduce(lambda {name}, {other}: {name} * 0.5 + {other}, ({x}, {y}, 0.1))" if name != other else x,
            f"sum(map(lambda {name}: {name} * {other}, ({x}, {y})))",
        ]
        usable = [h for h in self.helpers if h[1] in ("plain", "closure", "class", "generator")]
        if usable and calls:
            name, kind, _ = self.choose(usable)
            call = {"plain": f"{name}({x})", "closure": f"{name}({x})({y})", "class": f"{name}({x}).of({y})"}
            forms += [f"math.tanh({call.get(kind, f'sum({name}({x}))')})"] * 4
        return str(self.choose(forms))


def written(choose: Callable) -> str:
    return ScopesWriter(choose).module()
