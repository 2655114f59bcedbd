"""What lowering knows of a Python value: the IR values it is made of, and everything about it that is static.

The function is run abstractly over these. Containers exist only here; in the IR they are their leaves.
Objects of these classes are never changed, except that a list, dict, dataclass instance or cell reads its
contents from the `Store`, which branches fork and join.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ..ir.program import Value
from ..ir.types import F32, ArrayType, ScalarType
from ..unchanging import unchanging
from .scalar import NOT_STATIC as NOT_STATIC
from .scalar import Abstract as Abstract
from .scalar import Kind as Kind
from .scalar import Scalar as Scalar

if TYPE_CHECKING:
    from ..structure import Rows
    from ..syntax.read import Definition
    from .objects import Cell


@unchanging
class Array(Abstract):
    """A NumPy array of static dtype and rank: a reference to memory."""

    value: Value

    @property
    def type(self) -> ArrayType:
        assert isinstance(self.value.type, ArrayType)
        return self.value.type

    @property
    def rank(self) -> int:
        return self.type.rank

    @property
    def dtype(self) -> ScalarType:
        return self.type.dtype


@unchanging
class Complex(Abstract):
    """A complex number, or an array of them: its real and its imaginary part, both numbers of one kind, or arrays of one shape."""

    real: Scalar | Array
    imag: Scalar | Array

    @property
    def parts(self) -> tuple[Scalar | Array, Scalar | Array]:
        return self.real, self.imag

    @property
    def weak(self) -> bool:
        """Whether it is Python's own."""
        return isinstance(self.real, Scalar) and self.real.weak

    @property
    def dtype(self) -> np.dtype[Any]:
        """NumPy's name of it."""
        single = self.real.value.type in (F32, ArrayType(F32, self.rank), ArrayType(F32, self.rank, False))
        return np.dtype(np.complex64 if single else np.complex128)

    @property
    def rank(self) -> int:
        return self.real.rank if isinstance(self.real, Array) else 0

    @property
    def is_static(self) -> bool:
        return all(isinstance(part, Scalar) and part.is_static for part in self.parts)

    @property
    def static(self) -> Any:
        """The number, where it is known."""
        assert isinstance(self.real, Scalar) and isinstance(self.imag, Scalar)
        return (complex if self.weak else self.dtype.type)(self.real.static, self.imag.static)


@unchanging
class Static(Abstract):
    """A Python object known at lowering: None, a string, function, module, class, dtype, Ellipsis, …

    `path` says where a captured object was read (for messages).
    """

    value: Any
    path: str = ""


NONE = Static(None)


@unchanging
class Tuple(Abstract):
    """A tuple, or a NamedTuple where `type` is its class."""

    items: tuple[Abstract, ...]
    type: type = tuple


@unchanging
class Slice(Abstract):
    """`start:stop:step` in a subscript, or `slice(…)`; a part left out is NONE."""

    start: Abstract
    stop: Abstract
    step: Abstract


@unchanging
class Range(Abstract):
    """`range(start, stop, step)`."""

    start: Scalar
    stop: Scalar
    step: Scalar


@unchanging
class RunList(Abstract):
    """A list whose length is known only at run time: one IR list for each leaf of an element.

    `element` is the pattern of one element; its leaves' types are the lists' element types. `length`, where items are taken off,
    is an array of one number: how many of the lists' elements count. `site` is where it is made, with wider elements where these prove
    too narrow.
    """

    lists: tuple[Value, ...]
    element: Abstract
    length: Value | None = None
    site: Any = None


@unchanging
class Buffer(Abstract):
    """A list that came from outside, passed as one array: of Python numbers, or of rows of it. Its length is known at run time; it is
    only read, and made otherwise at its `site` where it changes."""

    value: Value
    kind: Kind
    rows: Rows | None = None
    site: Any = None


@unchanging
class Closure(Abstract):
    """A function defined inside a function (or a lambda): its text, the cells it sees, its default values.

    It may be given attributes that are known, on the path on which it is made, and no other (`made`, the builder of that path).
    """

    definition: Definition
    cells: dict[str, Cell]
    defaults: dict[str, Abstract] = field(default_factory=dict)
    outside: Any = field(default=None, repr=False)  # the Outside of the function it stands in
    attributes: dict[str, Any] = field(default_factory=dict)
    made: Any = field(default=None, repr=False)

    def told(self) -> tuple[Any, ...]:
        """What tells it from other functions that see as much."""
        return (id(self.definition.node), *((name, repr(value)) for name, value in self.attributes.items()))

    def of_parts(self, cells: dict[str, Cell], defaults: list[Abstract]) -> Closure:
        """The same function with other cells and default values."""
        own = dict(zip(self.defaults, defaults, strict=True))
        return Closure(self.definition, cells, own, self.outside, self.attributes, self.made)


@unchanging
class Method(Abstract):
    """A method or attribute function bound to its receiver: `x.sum`, `layer.forward`, `items.append`."""

    receiver: Abstract
    name: str
    function: Abstract | None = None  # a Static Python function for methods of dataclasses, None for built-in ones


@unchanging
class Text(Abstract):
    """A string made from run-time values, good for messages: a `str.format` template and the scalars in it."""

    template: str
    values: tuple[Value, ...]


@unchanging
class OneOf(Abstract):
    """One of several things, each of a kind of its own (`alternatives`); `which`, a run-time integer, says which one (`options`).

    `origins` are the arguments that would tell.
    """

    values: tuple[Abstract, ...]
    which: Value
    origins: frozenset[Any] = frozenset()


@unchanging
class Error(Abstract):
    """An exception: its class, its `args`, and the attributes that an `__init__` of the user's gave it. That was called with `given`.

    `cause` is that of `raise … from cause`, None where there was no `from`; `context` is what was handled where it was raised.
    """

    type: type[BaseException]
    args: tuple[Abstract, ...] = ()
    fields: dict[str, Abstract] = field(default_factory=dict)
    given: tuple[Abstract, ...] = ()
    named: dict[str, Abstract] = field(default_factory=dict)
    cause: Abstract | None = None
    context: Error | None = None

    def links(self) -> list[Error]:
        """The exceptions that led to it, each once."""
        return list(dict.fromkeys(x for x in (self.cause, self.context) if isinstance(x, Error)))

    def parts(self) -> list[Abstract]:
        return [*self.args, *self.fields.values(), *self.given, *self.named.values(), *self.links()]

    def of_parts(self, parts: Sequence[Abstract]) -> Error:
        """The same with other parts, in their order."""
        rest = iter(parts)
        args = tuple(next(rest) for _ in self.args)
        fields = {name: next(rest) for name in self.fields}
        given = tuple(next(rest) for _ in self.given)
        named = {name: next(rest) for name in self.named}
        links: dict[Any, Any] = {link: next(rest) for link in self.links()}
        cause = links.get(self.cause, self.cause)
        return Error(self.type, args, fields, given, named, cause, links.get(self.context))

    def shape(self) -> tuple[object, ...]:
        """What stands where among the parts."""
        links = tuple((x.type, x.shape()) if isinstance(x, Error) else x is None for x in (self.cause, self.context))
        return (len(self.args), *self.fields, len(self.given), *self.named, links, self.cause is self.context)


@unchanging
class Derivative(Abstract):
    """What `everypath.grad(f)` and its kind give: a function of the arguments of `function`.

    `kind` is "grad", "value_and_grad", "hvp", "jacobian" or "compile"; `mode` is that of a Jacobian.
    """

    kind: str
    function: Abstract
    wrt: int | str | tuple[int | str, ...] = 0
    has_aux: bool = False
    mode: str = "auto"

    @property
    def options(self) -> tuple[Any, ...]:
        """All but the function."""
        return self.kind, self.wrt, self.has_aux, self.mode


@unchanging
class Pullback(Abstract):
    """The second result of `everypath.vjp`: `leaves` are the arguments of the function `special`, as they were then, and `shape` the
    extents of what it returned. `arguments` are those that were passed by position."""

    special: Any
    leaves: tuple[Value, ...]
    shape: tuple[Value, ...]
    arguments: tuple[Abstract, ...]
    positions: tuple[int, ...]


@unchanging
class Maybe(Abstract):
    """A value that may be absent: `present` is a run-time boolean. `absent` says what absence means."""

    value: Abstract
    present: Value
    absent: Literal["unbound", "none"]


@unchanging
class Deque(Abstract):
    """`collections.deque`: the list that holds its items, and how many there may be."""

    items: Abstract
    maxlen: int | None


@unchanging
class Partial(Abstract):
    """A function with some of its arguments given already: `functools.partial`. `once` says that its results are kept, as those of
    `functools.cache` are, and so may not be changed."""

    function: Abstract
    args: tuple[Abstract, ...] = ()
    kwargs: dict[str, Abstract] = field(default_factory=dict)
    once: bool = False


@unchanging
class Iterator(Abstract):
    """What `iter(items)` gives: `position` says which item comes next."""

    items: Abstract
    position: Cell


@unchanging
class Poison(Abstract):
    """The value of something refused: whoever uses it is silently refused too.

    Where paths do not agree on a variable, that is no reason to refuse as long as nobody uses it: then `refusals` say why that can't
    be, and `origins` are the arguments that would tell which path is taken.
    """

    refusals: tuple[Any, ...] = ()
    origins: frozenset[Any] = frozenset()


POISON = Poison()


class Absent(Abstract):
    """The value of a variable or an attribute that this path has not bound (`UNBOUND`), or that nobody will look at (`GONE`). `SAME` stands
    in the contents of an object for what stays as it was (`steady`)."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


UNBOUND, GONE, SAME = Absent("unbound"), Absent("gone"), Absent("same")


@unchanging
class Super(Abstract):
    """`super()`: the attributes of `receiver`, an instance or a class, that stand behind `after` in the order of its bases."""

    receiver: Abstract
    after: type


def is_none(x: Abstract) -> bool:
    return isinstance(x, Static) and x.value is None


def numpy_static(x: Scalar) -> np.generic | None:
    """The static value as a NumPy scalar of the IR type, or None."""
    return x.type.numpy.type(x.static) if x.is_static else None
