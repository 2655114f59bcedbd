"""What the IR must know of an operation, and the table of all of them.

`ops` fills the table; typing, the verifier, the interpreter and the passes read it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any

from ..unchanging import plain_value
from .types import Type

HINTS = frozenset(
    {
        "relaxed",
        "exact",
        "cold",
        "postponed",
        "doubtful",
        "ordered",
        "alike",
        "laid",
        "locked",
        "kink",
        "settled",
        "length",
        "second",
        "left_open",
        "spare",
        "unseen",
        "again",
        "along",
        "apart",
        "undoes",
        "ours",
    }
)
"""Attributes that say how `native` may compute an op, on any of them, and have no meaning: `relaxed` lets a sum be reordered, a product
fuse with its sum, and a function be a few ulp off; `exact` forbids it: a product of matrices is added up in order then. A `cold` loop
hardly ever runs; the second side of a `postponed` if is compiled when it is first needed. A `doubtful` copy or gather may be a view in
NumPy, an `ordered` one is in C order there, and new memory that is `alike` in that of the array whose lengths it has; one that is `laid`
asks whether its source is in C order there, and one that is `locked` says that nobody writes there any more (`analysis.doubtful`). A
comparison or an order with `kink` chooses the side of a kink, and a `settled` op meets none: its ties are decided elsewhere
(`differentiate.sides`). A root may be a `length` (`optimise.lengths`); the `second` one of a tangent is not known before the tangent of
that (`differentiate.pointed`). The NaN of a derivative at a tie is not looked for where that is `left_open` (`differentiate.undecided`). A
`spare` one raises nothing that another one did not raise before. Nobody sees what an `unseen` comparison says but the check that ends this
run, for one that is more exact. What is computed `again` is so on purpose: it is not taken from where it was computed before. A product is
taken `along` one of several directions: its operand of that number is the tangent (`optimise.unmoved`). The turns of a loop stay `apart`
where the other side of an `if` has them in blocks (`optimise.abreast.blocks`). What is assigned has the extents of its place where it
`undoes` another assignment (`differentiate.restore`). What is `ours` stands in a derivative that the library states, whose errors would be
ours: where nobody wants what it gives, it goes (`optimise.dead`)."""


def meant(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes that belong to the meaning of an op: all but the hints."""
    return {name: value for name, value in attributes.items() if name not in HINTS}


Typing = Callable[[tuple[Type, ...], dict[str, Any]], tuple[Type, ...]]


@plain_value
class Definition:
    """One operation of the catalogue.

    `meaning` computes with NumPy: `meaning(*operands, **attributes)`. `writes` is the position of the operand whose memory
    changes. `shares` says that the result refers to the memory of operand 0.
    """

    name: str
    family: str
    typing: Typing
    meaning: Callable[..., Any] | None = None
    formula: Callable[..., Any] | None = None  # what it is made of, in ops.term mathematics: `optimise.formulas` puts it there
    written: Callable[..., Any] | None = None  # how mathematics writes that, in the same terms, for explanations
    writes: int | None = None
    shares: bool = False
    may_raise: bool = False
    rule: Any = None  # an ops.rules.Rule; None with `no_derivative` saying why
    no_derivative: str | None = None
    domain: tuple[Any, ...] = ()
    symbol: str | None = None  # how mathematics writes it, for explanations: "{0} + {1}", "sin({0})"
    attributes: frozenset[str] = field(default_factory=frozenset)

    @property
    def pure(self) -> bool:
        """Reads its operands and nothing else, writes nothing: equal operands give equal results (arrays: equal contents)."""
        return self.writes is None and self.family not in ("control", "list")


DEFINITIONS: dict[str, Definition] = {}


def register(definition: Definition) -> Definition:
    """Add `definition` to the table. Names are unique."""
    if definition.name in DEFINITIONS:
        raise ValueError(f"operation {definition.name!r} is defined twice")
    DEFINITIONS[definition.name] = definition
    return definition


def definition(name: str) -> Definition:
    """The definition of the operation called `name`; KeyError if there is none."""
    return DEFINITIONS[name]
