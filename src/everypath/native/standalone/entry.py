"""The function that is called from outside: it looks at its arguments, opens a context, and runs the variants of its program as long as
a derivative is NaN, as `calls.careful` does.

    run the plain one; a derivative is NaN: the guarded one; still NaN: both sides of the ties, and their means
"""

from __future__ import annotations

from ...ir.types import ArrayType
from .. import context
from ..assembly import Code, literal
from . import messages
from .module import Standalone
from .plan import Entry, Variant
from .ways import name_of, signature

NAN = literal(float("nan"), "f64")

DEEPEST = 1 << 62
"""Python's limit on the depth of calls is not there;"""

STACK = 1 << 19
"""the bytes of a stack that calls may use are."""


def entry_point(module: Standalone, entry: Entry) -> str:
    """The text of an entry."""
    return Way(module, entry).emit()


def of_numbers(entry: Entry) -> bool:
    """Whether an entry takes floats alone, and gives one."""
    kinds = {str(passed.type) for passed in entry.passed} | {str(output.type) for output in entry.outputs}
    return len(entry.outputs) == 1 and kinds == {"f64"}


def as_integrand(entry: Entry) -> str:
    """The text of `double <name>_number(int, double *)`: an entry of numbers as integrators call it. NaN where an error was raised."""
    code = Code()
    place = code.slot("double")
    numbers = [code.let(f"load double, ptr {code.let(f'getelementptr double, ptr %x, i64 {k}')}") for k in range(len(entry.passed))]
    arguments = "".join(f"double {x}, " for x in numbers)
    status = code.let(f"call i32 @{entry.name}({arguments}ptr {place})")
    found = code.let(f"load double, ptr {place}")
    code.do(f"ret double {code.select(code.compare('eq', status, '0', 'i32'), 'double', found, NAN)}")
    return f"define double @{entry.name}_number(i32 %n, ptr %x) nounwind {{\n{code.text()}\n}}"


class Way:
    """Writes one entry."""

    def __init__(self, module: Standalone, entry: Entry) -> None:
        self.module, self.entry = module, entry
        self.code = Code()

    def emit(self) -> str:
        """The text of the function."""
        code, entry = self.code, self.entry
        code.entry.append(f"  %ctx = alloca [{context.WORDS} x i64], align 16")
        self.require_shapes()
        plain, *others = entry.variants
        self.run(0, plain)
        for number, variant in enumerate(others, 1):
            self.leave_unless_nan()
            if variant.refused:
                messages.say(self.module, code, f"NotSupported: {variant.refused}".replace("%", "%%"))
                code.do("ret i32 1")
                break
            for side in (1.0, -1.0) if variant.side is not None else (1.0,):
                self.run(number, variant, side)
        else:
            code.do("ret i32 0")
        parameters = ", ".join(f"{type_} %c.{name}" for type_, name in entry.parameters())
        return f"define i32 @{entry.name}({parameters}) nounwind {{\n{code.text()}\n}}"

    def require_shapes(self) -> None:
        """Axes that were known when the program was made have those lengths."""
        code = self.code
        for given in self.entry.passed:
            for k, (dim, wanted) in enumerate(zip(given.dims, given.shape)):
                if wanted is None:
                    continue
                fine, wrong = code.label("fine"), code.label("wrong")
                code.branch(code.compare("eq", f"%c.{dim}", str(wanted)), fine, wrong)
                code.start(wrong)
                text = f"ValueError: {given.path} has %lld elements along axis {k}, and this was built for {wanted}"
                messages.say(self.module, code, text, ("i64", f"%c.{dim}"))
                code.do("ret i32 1")
                code.start(fine)

    def run(self, number: int, variant: Variant, side: float = 1.0) -> None:
        """Run one variant; leave where it raises an error."""
        code = self.code
        self.call("void", "ep_open", "ptr %ctx")
        self.word(context.DEPTH, "0")
        self.word(context.DEPTH_LIMIT, str(DEEPEST))
        self.word(context.STACK_LIMIT, code.let(f"sub i64 {code.let('ptrtoint ptr %ctx to i64')}, {STACK}"))
        own = "".join(f"{type_} %c.{name}, " for type_, name in self.entry.parameters())
        name = name_of(self.entry, number)
        self.module.declare(name, f"i32 {{}}({signature(self.entry)})".replace("%c.", "%"))
        status = code.let(f"call i32 @{name}(ptr %ctx, {own}double {side:.1f}, i1 {'true' if side < 0 else 'false'})")
        self.call("void", "ep_close", "ptr %ctx")
        good, bad = code.label("good"), code.label("bad")
        code.branch(code.compare("eq", status, "0", "i32"), good, bad)
        code.start(bad)
        code.do(f"ret i32 {status}")
        code.start(good)

    def leave_unless_nan(self) -> None:
        """Done, if no derivative that is wanted is NaN."""
        code = self.code
        again = code.label("again")
        for output in self.entry.outputs:
            if not output.derivative:
                continue
            dtype = output.type.dtype.name if isinstance(output.type, ArrayType) else str(output.type)
            count = "1"
            if output.like is not None:
                count = code.product([f"%c.{dim}" for dim in output.like.dims])
            elif output.measured:
                count = self.measured(output.name)
            found = self.call("i1", f"everypath.nan.{dtype}", f"ptr %c.{output.name}", f"i64 {count}")
            further = code.label("further")
            code.branch(found, again, further)
            code.start(further)
        code.do("ret i32 0")
        code.start(again)

    def measured(self, name: str) -> str:
        """The elements of a result whose extents the caller has been told."""
        raise NotImplementedError(f"{name}: derivatives of unknown extents")

    def word(self, position: int, x: str) -> None:
        self.code.do(f"store i64 {x}, ptr {self.code.let(f'getelementptr i64, ptr %ctx, i64 {position}')}")

    def call(self, type_: str, name: str, *arguments: str) -> str:
        self.module.declare(name, f"{type_} {{}}({', '.join(a.partition(' ')[0] for a in arguments)})")
        text = f"call {type_} @{name}({', '.join(arguments)})"
        if type_ == "void":
            self.code.do(text)
            return ""
        return self.code.let(text)
