"""The language in the middle: typed, structured SSA with regions.

Grammar (what `ir.text` prints and parses):

    program   = { record } { function }
    record    = "record" "@"name "{" type { "," type } "}"
    function  = "func" "@"name "(" [ value ":" type { "," … } ] ")" "->" "(" [ type { "," type } ] ")" [ attributes ] block
    block     = "{" [ "(" value ":" type { "," … } ")" ":" ] { op } "}"
    op        = [ value { "," value } "=" ] opcode [ value { "," value } ] [ attributes ] [ ":" type { "," type } ] { block }
              | value "=" literal ":" dtype          (a constant)
    attributes= "{" name "=" literal { "," … } "}"
    type      = dtype | dtype "[" ":" … [ "," "strided" ] "]" | ("list" | "stack") "<" type ">" | "record<@" name ">"
    dtype     = "f64" | "f32" | "f16" | "i64" | … | "i8" | "u64" | … | "u8" | "bool"

One op a line; "#" begins a comment; the first function is the entry. Types of results stand where they do not follow from
the op, as at a `call`.

A value is defined once and seen by everything after it in its region and by the regions inside. Arrays, lists and records
are references to memory; ops run in order, and that order is the meaning of reads and writes. An op that makes an array
makes fresh, C-contiguous memory, except the reference ops (`view`, `transpose`, `reshape`, `broadcast`, `diagonal`,
`weaken`), whose result shares its operand's memory.

Terminators: `return` ends a function's body, `yield` ends every other region.

Control
    for lo, hi, step, inits… {(iv, carried…): … yield carried…}   Python's range(lo, hi, step), step not 0; results: last carried
    while cond, inits… {(carried…): … yield cond, carried…}       `cond` decides before each turn; results: last carried
    if cond {… yield values…} {… yield values…}                   results: the yielded values of the side taken
    map dims… {into} {(i, j, …): … yield scalars}                 the region at every point of the index space, below
    call args… {callee}                                           results: the callee's
    ruled args…, more… {callee, tangent, adjoint}                 a call whose derivative is said by other functions, below
    pushforward params…, tangents… {callee, wrt}                  results: the callee's, then the tangent of each float one
    pullback params…, cotangents… {callee, wrt, seeded}           results: the callee's, then the cotangent of each in `wrt`;
                                                                  `seeded`: the positions of results that have cotangents;
                                                                  in both, arrays given may have gaps, and those made are
                                                                  contiguous and share no memory
    check cond, values… {error, message}                          unless cond: raise error(message.format(*values)); or, where
                                                                  `message` is `errors.Arguments`, error of these
    host values… {call}                                           CPython runs it: `call(*values)` gives the list of results, made anew
    print values… {message}

A `ruled` call writes nothing, and its results share no memory with anything. `tangent` and `adjoint`, one of which may be missing,
take its results, its operands (of which the callee takes only the first), and a tangent for each float operand, or a cotangent for each
float result. They give the tangents of the results, or the cotangents of the operands, at the positions in their attribute `paths`: to
the others there is no path. Operands that the rule has no
directions of are `blind`: no derivative may pass there. Those that are `linear` in their directions say so.

`map` evaluates its region at every point (i, j, …) of range(dims0) × range(dims1) × …, in no particular order: only
`accumulate`s of different points may meet. The k-th yielded scalar goes where `into[k]` says: "array", element [i, j, …] of a
fresh array of these dims; "sum", "any", "all", a scalar combined over all points (of no points: 0, False, True; a sum of
-0.0s is -0.0). The region holds scalar ops, `load`s, `store`s and `accumulate`s at scalar indices, and `for`s and `if`s of these.
Only `optimise.fuse` makes maps, so differentiation never meets one.

Scalars and element-wise (scalars, or arrays that broadcast by NumPy's rules; one float dtype, `cast` comes first)
    every op that `ops` registers as element-wise, and
    constant {value}            cast x {dtype}         select c, a, b
    index i, n {axis, checked}  i if 0 <= i < n, i + n if -n <= i < 0, else IndexError; unchecked: no test, same wrap
    add, sub, mul, neg, abs, pow with {overflow="raise"} on i64 are Python's integers: OverflowError instead of wrapping;
    with {overflow="never"} it is proved that they don't overflow (LLVM's `nsw`)

Memory
    alloc dims… {dtype}         uninitialised          full v, dims…              every element v
    dim x {axis} : i64          copy x                 iota n                     0 … n-1, i64
    nonzero x : i64[:]          where a vector of booleans holds, rising
    load x, i…                  indices in range       store v, x, i…             x[i…] = v
    fill v, x                   x[...] = v (scalar)    assign y, x                x[...] = y (array, broadcast); no overlap
    accumulate v, x, i…         x[i…] += v             accumulate v, x            x += v summed over broadcast axes
    gather x, i…                x[i0, i1, …] on the leading axes, i integer arrays of one shape, in range
    scatter v, x, i…            x[i0, i1, …] = v, in order, last wins; v has exactly the shape of the gather
    scatter_add v, x, i…        np.add.at(x, (i0, i1, …), v)
    view x, numbers… {axes}     basic indexing; `axes` is a string with one letter for each axis of x, or "n" for a new axis:
                                "i" takes one number (an index in range; the axis goes), "u" takes two (start, count), "s" takes
                                three (start, count, step), "a" takes the whole axis, "n" makes an axis of length 1
    transpose x {axes}          reshape x, dims…       broadcast x, dims… (read only)      diagonal x    weaken x (to strided)
    list_new : list<t>          list_append l, v       list_get l, i              list_set l, v, i            list_length l : i64
    pack values… : record<@r>   unpack r {field}       `apart`: in every record like r, this field's memory is in no other field

`ops` documents reductions, matrix products and the rest of the catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field, replace
from typing import Any

from ..source import Location
from ..unchanging import unchanging
from .types import Type


class Value:
    """One SSA value. Identity is what counts; `name` is the user's own or says what the temporary is."""

    __slots__ = ("name", "type")

    def __init__(self, name: str, type: Type) -> None:
        self.name = name
        self.type = type

    def __repr__(self) -> str:
        return f"{self.name}: {self.type}"


@unchanging
class Region:
    """A list of ops that ends in its terminator, with the arguments it is entered with. Never changed once built."""

    arguments: tuple[Value, ...]
    ops: tuple[Op, ...]

    @property
    def terminator(self) -> Op:
        return self.ops[-1]

    @property
    def yielded(self) -> tuple[Value, ...]:
        return self.ops[-1].operands


@unchanging
class Op:
    """One operation. Never changed once built; passes make new ones."""

    name: str
    operands: tuple[Value, ...] = ()
    results: tuple[Value, ...] = ()
    attributes: dict[str, Any] = field(default_factory=dict)
    regions: tuple[Region, ...] = ()
    location: Location | None = None

    @property
    def result(self) -> Value:
        (value,) = self.results
        return value

    def __repr__(self) -> str:
        left = ", ".join(v.name for v in self.results)
        right = ", ".join(v.name for v in self.operands)
        return f"{left} = {self.name} {right} {self.attributes or ''}".strip()


@unchanging
class Function:
    """A function. `attributes` may hold `recursive` (it reaches itself), the user's name for messages (`user_name`),
    `paths` and `linear` (above), `ours` (the library states it, as a derivative), `apart` (it is never inlined: all that call it compute
    the same digits), `overlapping` (its parameters may share memory with each other), and `decided`: its kinks are on one side, and much
    of it only says on which (`differentiate.sides`)."""

    name: str
    body: Region
    attributes: dict[str, Any] = field(default_factory=dict)
    location: Location | None = None

    @property
    def parameters(self) -> tuple[Value, ...]:
        return self.body.arguments

    @property
    def returned(self) -> tuple[Value, ...]:
        return self.body.yielded

    @property
    def result_types(self) -> tuple[Type, ...]:
        return tuple(v.type for v in self.returned)


@unchanging
class Program:
    """Functions by name, the one that is called from outside, and the fields of every record type. Never changed once built."""

    functions: dict[str, Function]
    entry: str
    records: dict[str, tuple[Type, ...]] = field(default_factory=dict)

    @property
    def main(self) -> Function:
        return self.functions[self.entry]

    def with_function(self, function: Function, *, entry: bool = False) -> Program:
        """This program with `function` added or replaced."""
        functions = {**self.functions, function.name: function}
        return replace(self, functions=functions, entry=function.name if entry else self.entry)

    def fresh_name(self, wish: str) -> str:
        """`wish`, or `wish_1`, `wish_2`, … if a function has that name already."""
        name, k = wish, 0
        while name in self.functions or name in self.records:
            k += 1
            name = f"{wish}_{k}"
        return name

    def __iter__(self) -> Iterator[Function]:
        return iter(self.functions.values())
