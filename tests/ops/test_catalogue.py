"""One test over the whole catalogue: who adds an operation adds its tests.

Derivatives are held against the complex step where the operation's meaning takes complex numbers, else against extrapolated
differences with their own estimate of their error; never against a formula copied from the rule.
"""

from __future__ import annotations

import ctypes
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from everypath import native, optimise
from everypath.differentiate import expand, forward, reverse
from everypath.errors import NotSupported
from everypath.ir.interpret import run
from everypath.ir.op import DEFINITIONS
from everypath.ir.program import Function, Program
from everypath.ir.types import BOOL, F32, F64, I32, I64, ScalarType, scalar_of
from everypath.ir.verify import verify
from everypath.native import vectormath
from everypath.ops.rules import Elementwise, Selects
from programs.differences import directional
from programs.differences import jacobian as differences

from . import forms as catalogue
from .forms import Form, flat, forms, single, unflat
from .special_functions import SPECIAL

Run = Callable[..., list[Any]]
BACKENDS = ("interpreter", "native")
STEP = 1e-100
"""The complex step: no difference is taken, so it can be as small as one likes."""

ESTIMATE = 100.0
"""Differences may be off by this many times their own estimate."""


DIFFERENTIABLE = catalogue.differentiable()

# Compiling ------------------------------------------------------------------------------------------------------------


def tasks(form: Form) -> Iterator[tuple[str, Program, str]]:
    """(what it computes, program, entry): the derivatives of one form that the tests look at."""
    p, name, wrt = optimise.before(form.program), form.function.name, form.wrt
    for guarded in (False, True):
        mark = " guarded" if guarded else ""
        yield f"forward{mark}", *forward(p, name, wrt, guarded=guarded)
        pulled, vjp = reverse(p, name, wrt, (0,), guarded=guarded)
        yield f"reverse{mark}", expand(pulled), vjp
    if knows_second_order(pulled, vjp, wrt):
        yield "second", *forward(expand(pulled), vjp, wrt, guarded=True)


def knows_second_order(program: Program, name: str, wrt: tuple[int, ...]) -> bool:
    """Whether the derivative itself can be differentiated; if not, it is refused."""
    try:
        forward(expand(program), name, wrt, guarded=True)
    except NotSupported as refused:
        assert "is not known" in str(refused)
        return False
    return True


def compiled_here(form: Form, task: str) -> bool:
    """What is worth machine code: of scalars what is guarded, of arrays what runs when nothing is NaN."""
    if form.label.endswith("scalar"):
        return "guarded" in task or task == "second"
    return form.worth_compiling and task in ("forward", "reverse")


@dataclass(frozen=True)
class Derived:
    """The derivatives of one form: as generated, in the interpreter, and as machine code."""

    form: Form
    generated: dict[str, tuple[Program, str]]
    machine: dict[str, Run]

    def runs(self, task: str) -> Iterator[tuple[str, Run]]:
        """Each way to run `task`; guarded and plain are two."""
        for variant in (task, f"{task} guarded"):
            if variant in self.generated:
                program, name = self.generated[variant]
                yield f"{variant}, interpreter", lambda *a, p=program, n=name: run(p, n, a)
            if variant in self.machine:
                yield f"{variant}, native", self.machine[variant]


def derived_of(chosen: list[Form]) -> list[Derived]:
    """The derivatives of all these forms, in one native module."""
    functions: dict[str, Function] = {}
    symbols: dict[str, dict[str, str]] = {}
    generated: dict[str, dict[str, tuple[Program, str]]] = {}
    for form in chosen:
        generated[form.label] = {task: (verify(program), name) for task, program, name in tasks(form)}
        symbols[form.label] = {}
        for task, (program, name) in generated[form.label].items():
            if compiled_here(form, task):
                own = f"{form.function.name}_{task}"
                functions[own] = replace(program.functions[name], name=own)
                symbols[form.label][task] = own
    executables = machine(functions)
    return [Derived(f, generated[f.label], {t: executables[own] for t, own in symbols[f.label].items()}) for f in chosen]


def machine(functions: dict[str, Function]) -> dict[str, Run]:
    """These functions, which call no other, as one native module."""
    program = verify(optimise.after(Program(functions, next(iter(functions))), tuple(functions)))
    return dict(native.compile(program, tuple(functions)))


@cache
def derived(name: str) -> list[Derived]:
    return derived_of(forms(name))


@cache
def derived_single(name: str) -> list[Derived]:
    """On a vector of float32."""
    return derived_of([f for f in catalogue.elementwise_forms(DEFINITIONS[name], F32) if "vector" in f.label])


# The reference --------------------------------------------------------------------------------------------------------


@cache
def jacobian(form: Form) -> tuple[np.ndarray, np.ndarray]:
    """∂result/∂arguments of `form`, and by how much each entry may be off."""
    like = [form.arguments[k] for k in form.wrt]
    x = flat(like).astype(np.float64)
    if x.size == 0:
        return np.zeros((np.size(weights(form)), 0)), np.zeros((np.size(weights(form)), 0))
    if (exact := complex_step(form, x, like)) is not None:
        return exact, np.zeros_like(exact)
    slopes, errors = differences(lambda moved: flat([value(form, moved, like)]), x, unit=form.unit)
    return slopes, ESTIMATE * errors


def value(form: Form, x: np.ndarray, like: list[Any]) -> Any:
    """The result at these numbers: by the meaning of the operation, in float64, or by the interpreter."""
    arguments = list(form.arguments)
    types = [form.function.parameters[k].type for k in form.wrt]
    for k, moved in zip(form.wrt, unflat(x, like, types), strict=True):
        arguments[k] = moved
    if form.meaning is not None:
        return form.meaning(*arguments)
    return run(form.program, form.function.name, arguments)[0]


def complex_step(form: Form, x: np.ndarray, like: list[Any]) -> np.ndarray | None:
    """Im f(x + ih)/h in every direction, or None where the meaning has no complex numbers."""
    if form.meaning is None or "dtype" in getattr(form.meaning, "keywords", {}):
        return None
    columns = []
    for direction in np.eye(x.size):
        try:
            with np.errstate(all="ignore"):
                result = np.asarray(value(form, x + 1j * STEP * direction, like))
        except TypeError:
            return None
        if not np.iscomplexobj(result):
            return None
        columns.append(np.ravel(result).imag / STEP)
    return np.stack(columns, axis=-1)


def directions(form: Form, seed: int) -> list[Any]:
    """A random tangent for each active argument; float32 where the argument is."""
    rng = np.random.default_rng(seed)
    like = [form.arguments[k] for k in form.wrt]
    drawn = rng.uniform(0.5, 1.0, sum(np.size(a) for a in like)) * rng.choice((-1.0, 1.0), sum(np.size(a) for a in like))
    types = [form.function.parameters[k].type for k in form.wrt]
    return [cast_to(v, scalar_of(t)) for v, t in zip(unflat(drawn, like, types), types, strict=True)]


def weights(form: Form) -> Any:
    """A random cotangent of the result."""
    result = run(form.program, form.function.name, copied(form.arguments))[0]
    w = np.random.default_rng(7).uniform(0.5, 1.0, np.shape(result))
    return cast_to(w if np.ndim(result) else w.item() if isinstance(w, np.ndarray) else w, scalar_of(form.function.returned[0].type))


def cast_to(x: Any, dtype: ScalarType) -> Any:
    return np.asarray(x, dtype.numpy) if np.ndim(x) else float(x) if dtype == F64 else dtype.numpy.type(x)


def copied(arguments: list[Any]) -> list[Any]:
    return [np.copy(a) if isinstance(a, np.ndarray) else a for a in arguments]


def near(found: Any, expected: np.ndarray, bound: np.ndarray, what: str) -> None:
    """|found - expected| ≤ bound, element by element."""
    off = np.abs(flat([found]).astype(np.float64) - expected)
    assert np.all(off <= bound), f"{what}: {flat([found])} instead of {expected}, off by {np.max(off / bound):.2g} bounds"


# Derivatives ----------------------------------------------------------------------------------------------------------


def check_first_order(d: Derived, unit: float) -> None:
    """J v and Jᵀ w, each to `unit` of Σ|terms|; the value stands beside them."""
    form = d.form
    J, error = jacobian(form)
    v, w = directions(form, 1), weights(form)
    plain_v, plain_w = flat(v).astype(np.float64), flat([w]).astype(np.float64)
    for what, run_ in d.runs("forward"):
        result, tangent = run_(*copied(form.arguments), *v)
        assert np.shape(tangent) == np.shape(result) == np.shape(w), what
        near(tangent, J @ plain_v, unit * np.abs(J) @ np.abs(plain_v) + error @ np.abs(plain_v) + TINY, f"{form.label}, {what}")
    for what, run_ in d.runs("reverse"):
        _, *cotangents = run_(*copied(form.arguments), w)
        for cotangent, k in zip(cotangents, form.wrt, strict=True):
            assert np.shape(cotangent) == np.shape(form.arguments[k]), what
        bound = unit * np.abs(J.T) @ np.abs(plain_w) + error.T @ np.abs(plain_w) + TINY
        near(flat(cotangents), J.T @ plain_w, bound, f"{form.label}, {what}")


TINY = 1e-300
UNIT = 1e-12
SINGLE = 64 * 2.0**-23


@pytest.mark.parametrize("name", DIFFERENTIABLE)
def test_both_modes_agree_with_the_reference(name: str) -> None:
    assert derived(name)
    for d in derived(name):
        single_precision = any(scalar_of(p.type) == F32 for p in d.form.function.parameters) or d.form.unit > 2.0**-52
        check_first_order(d, SINGLE if single_precision else UNIT)


@pytest.mark.parametrize("name", DIFFERENTIABLE)
def test_modes_are_transposes_of_each_other(name: str) -> None:
    """⟨J v, w⟩ = ⟨v, Jᵀ w⟩ to 1e-12 of Σ|terms|."""
    for d in derived(name):
        if d.form.unit > 2.0**-52 or any(scalar_of(p.type) == F32 for p in d.form.function.parameters):
            continue
        J, _ = jacobian(d.form)
        v, w = directions(d.form, 2), weights(d.form)
        mass = np.abs(flat([w])) @ np.abs(J) @ np.abs(flat(v))
        for (pushed, forward_), (pulled, reverse_) in zip(d.runs("forward"), d.runs("reverse"), strict=True):
            tangent = forward_(*copied(d.form.arguments), *v)[-1]
            cotangents = reverse_(*copied(d.form.arguments), w)[1:]
            left, right = np.sum(flat([tangent]) * flat([w])), np.sum(flat(v) * flat(cotangents))
            assert abs(left - right) <= UNIT * mass, f"{d.form.label}, {pushed} and {pulled}"


def gradient(d: Derived, w: Any) -> Callable[[np.ndarray], np.ndarray]:
    """Jᵀ w by machine code, a function of all numbers among the arguments."""
    form = d.form
    ways = dict(d.runs("reverse"))
    first = next((run_ for what, run_ in ways.items() if "native" in what), ways["reverse, interpreter"])
    like, types = [form.arguments[k] for k in form.wrt], [form.function.parameters[k].type for k in form.wrt]

    def at(x: np.ndarray) -> np.ndarray:
        arguments = copied(form.arguments)
        for k, moved in zip(form.wrt, unflat(x, like, types), strict=True):
            arguments[k] = moved
        return flat(first(*arguments, w)[1:])

    return at


@pytest.mark.parametrize("name", DIFFERENTIABLE)
def test_second_order_agrees_with_differences_of_the_first(name: str) -> None:
    for d in derived(name):
        form = d.form
        if "second" not in d.generated:
            continue
        if form.unit > 2.0**-52 or any(scalar_of(p.type) == F32 for p in form.function.parameters):
            continue
        v, w = directions(form, 3), weights(form)
        slopes, errors = directional(gradient(d, w), flat([form.arguments[k] for k in form.wrt]), flat(v))
        for what, run_ in d.runs("second"):
            found = run_(*copied(form.arguments), w, *v)[-len(form.wrt) :]
            near(flat(found), slopes, ESTIMATE * errors + UNIT * np.abs(slopes) + TINY, f"{form.label}, {what}")


ELEMENTWISE = [n for n in DIFFERENTIABLE if DEFINITIONS[n].family == "elementwise" and n != "cast"]


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_single_precision(name: str) -> None:
    for d in derived_single(name):
        check_first_order(d, SINGLE)


@pytest.mark.parametrize("name", DEFINITIONS)
def test_an_operation_has_a_derivative_or_says_why_not(name: str) -> None:
    definition = DEFINITIONS[name]
    if name in DIFFERENTIABLE or name in catalogue.FORMS or (name in SPECIAL and definition.rule is not None):
        assert definition.no_derivative is None
    elif definition.family != "control" and name not in catalogue.SPLIT:
        assert definition.no_derivative, f"{name} needs a form in tests/ops/forms.py, or the reason why it has no derivative"


# Choices --------------------------------------------------------------------------------------------------------------


def selecting() -> list[str]:
    """Operations that let one of two operands through."""
    rules = {name: d.rule for name, d in DEFINITIONS.items() if isinstance(d.rule, Elementwise)}
    return [name for name, rule in rules.items() if sum(isinstance(p, Selects) for p in rule.partials) == 2]


TIES = [
    (1.0, 1.0),
    (0.0, -0.0),
    (-0.0, 0.0),
    (np.inf, np.inf),
    (-np.inf, -np.inf),
    (np.nan, 1.0),
    (1.0, np.nan),
    (np.nan, np.nan),
    (np.inf, np.nan),
]


@pytest.mark.parametrize("name", selecting())
def test_exactly_one_path_is_chosen_and_none_at_a_tie(name: str) -> None:
    (scalar, *_) = derived(name)
    for condition in (True, False) if name == "select" else (None,):
        head = [] if condition is None else [condition]
        for x, y in [*TIES, (1.0, 2.0), (2.0, 1.0)]:
            for what, run_ in scalar.runs("forward"):
                paths = [run_(*head, x, y, *v)[-1] for v in ((1.0, 0.0), (0.0, 1.0))]
                if x == y and name != "select":
                    assert any(map(np.isnan, paths)), f"{name} of {x} and {y}, {what}: {paths}"
                    continue
                assert sorted(paths) == [0.0, 1.0], f"{name} of {x} and {y}, {what}: {paths}"
            for what, run_ in scalar.runs("reverse"):
                result, *cotangents = run_(*head, x, y, 1.0)
                if x == y and name != "select":
                    assert all(map(np.isnan, cotangents)), f"{name} of {x} and {y}, {what}: {cotangents}"
                    continue
                assert cotangents == paths, f"{name} of {x} and {y}, {what}"
                assert np.array_equal(result, (x, y)[paths.index(1.0)], equal_nan=True)  # NumPy leaves the sign of a tied 0 open


def after_root(name: str, position: int) -> Form:
    """The operation with √x as one operand and y as the other."""

    def body(b: Any, *operands: Any) -> Any:
        *head, x, y = operands
        root = b.op("sqrt", x)
        return b.op(name, *head, *((root, y) if position == 0 else (y, root)))

    types = [BOOL, F64, F64] if name == "select" else [F64, F64]
    return catalogue.form(f"{name} of a root at {position} scalar", types, [True] * (len(types) - 2) + [1.0, 2.0], body)


@pytest.mark.parametrize("name", selecting())
def test_an_infinite_slope_that_was_not_chosen_contributes_nothing(name: str) -> None:
    for d in derived_of([after_root(name, 0), after_root(name, 1)]):
        for condition in (True, False) if name == "select" else (None,):
            head = [] if condition is None else [condition]
            for y in (-1.0, 1.0):
                value_ = run(d.form.program, d.form.function.name, [*head, 0.0, y])[0]
                through_root = value_ == 0.0
                expected = (np.inf, 0.0) if through_root else (0.0, 1.0)
                for task in ("forward", "reverse"):
                    for what, run_ in d.runs(task):
                        if "guarded" not in what:
                            continue  # plain derivatives may be NaN: then the guarded ones run
                        if task == "reverse":
                            found = tuple(run_(*head, 0.0, y, 1.0)[1:])
                        else:
                            found = tuple(run_(*head, 0.0, y, *v)[-1] for v in ((1.0, 0.0), (0.0, 1.0)))
                        np.testing.assert_equal(found, expected, err_msg=f"{d.form.label}, y = {y}, {what}")


# Values ---------------------------------------------------------------------------------------------------------------

EXTREMES = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 0.1, 1e-3, 1e-9, 40.0, 700.5, 745.0, 1e5, 1e17, 1e300, 1.7e308, 1e-300, 2.2e-308, 5e-324, np.inf)
FLOATS = np.array([s * x for x in EXTREMES for s in (1.0, -1.0)] + [np.nan, -1.0000000000000002, 0.9999999999999999, np.pi, -np.e])
INTEGERS = np.array([0, 1, -1, 2, -2, 3, -3, 7, -7, 31, 63, 64, 100, -100, 2**31 - 1, -(2**31), 2**53 + 1, 2**63 - 1, -(2**63)])

COMPOSED = [n for n, d in DEFINITIONS.items() if d.formula is not None]
ULPS = (
    dict.fromkeys(vectormath.FUNCTIONS, 4.0)
    | dict.fromkeys(COMPOSED, 16.0)
    | {"logaddexp": 256.0}
    | dict.fromkeys(("expit", "log_expit", "xlogy", "xlog1py", "entr"), 5.0)
    | {"fmod": 0.0, "remainder": 0.0, "gamma": 10.0}
)
"""Of mathematical functions the last bits are open: libmvec promises 4 ulp, glibc 10 for Γ. What is
composed of them adds theirs up, and log(exp x + exp y) is small where its two terms cancel. Logistic functions and entropies go by the
vector exp and log. Everything else is exact."""

EXTENDED = {"erf": "erfl", "erfc": "erfcl", "lgamma": "lgammal", "gamma": "tgammal"}
"""What the C library computes in extended precision and NumPy doesn't; SciPy's own are up to hundreds of ulp off."""

EXTREMA = ("maximum", "minimum", "fmax", "fmin")
"""NumPy leaves open which of 0.0 and -0.0 is the larger."""

ORDERED = ("lt", "le", "gt", "ge", "eq", "ne", "select", "maximum", "minimum")
DTYPES: dict[str, tuple[ScalarType, ...]] = {
    **dict.fromkeys(ORDERED, (F64, F32, I64, I32, BOOL)),
    **dict.fromkeys(("add", "sub", "mul", "neg", "square", "abs", "sign", "floordiv", "mod"), (F64, F32, I64, I32)),
    **dict.fromkeys(("and", "or", "xor", "not"), (I64, I32, BOOL)),
    **dict.fromkeys(("shl", "shr"), (I64, I32)),
}
"""What each operation takes; the others take floats."""

VALUED = [n for n, d in DEFINITIONS.items() if d.family == "elementwise" and n not in ("constant", "cast", "index", *SPECIAL)]


def specials(dtype: ScalarType) -> np.ndarray:
    with np.errstate(all="ignore"):
        return np.unique((FLOATS if dtype.is_float else INTEGERS).astype(dtype.numpy).view(f"u{dtype.numpy.itemsize}")).view(dtype.numpy)


def operands(name: str, dtypes: list[ScalarType]) -> list[np.ndarray]:
    """Every special value beside every other, then numbers drawn from everywhere and from the operation's domain."""
    rng = np.random.default_rng(11)
    grids = [g.ravel() for g in np.meshgrid(*[specials(t) for t in dtypes if t != BOOL], indexing="ij")]
    drawn = [rng.normal(size=400) * 10.0 ** rng.integers(-8, 9, 400) for _ in dtypes]
    floats = [t for t in dtypes if t != BOOL]
    inside = catalogue.samples(DEFINITIONS[name], [(300,)] * len(dtypes), dtypes)[-len(floats) :] if floats else []
    made = [np.concatenate([g, d.astype(t.numpy), i.astype(t.numpy)]) for g, d, i, t in zip(grids, drawn, inside, floats)]
    length = len(made[0]) if made else 256
    choices = [rng.integers(0, 2, length).astype(bool) for t in dtypes if t == BOOL]
    return [choices.pop() if t == BOOL else made.pop(0) for t in dtypes]


def ulps(found: np.ndarray, reference: np.ndarray, signed: bool) -> np.ndarray:
    """How far `found` is from `reference` in units of its last place: 0 where both are the same special value, else inf."""
    with np.errstate(all="ignore"):
        rounded = reference.astype(found.dtype)
        if found.dtype.kind != "f":
            return np.where(found == rounded, 0.0, np.inf)
        same = (found == rounded) & ((found != 0) | (np.signbit(found) == np.signbit(rounded)) | (not signed))
        same |= np.isnan(found) & np.isnan(rounded)
        distance = np.abs(found.astype(np.longdouble) - reference) / np.spacing(np.abs(rounded)).astype(np.longdouble)
    return np.where(same, 0.0, np.where(np.isfinite(distance) & (found != 0), distance, np.inf)).astype(float)


def reference(name: str, given: list[np.ndarray]) -> np.ndarray:
    """The meaning; of mathematical functions in extended precision where NumPy has it."""
    meaning = DEFINITIONS[name].meaning
    assert meaning is not None
    with np.errstate(all="ignore"):
        if name in EXTENDED and (function := getattr(ctypes.CDLL(None), EXTENDED[name], None)) is not None:
            function.argtypes, function.restype = [ctypes.c_longdouble], ctypes.c_longdouble
            return np.array([function(float(x)) for x in given[0]])
        if name in vectormath.FUNCTIONS:
            try:
                return np.asarray(meaning(*(o.astype(np.longdouble) for o in given)))
            except TypeError:
                return np.asarray(meaning(*(o.astype(np.float64) for o in given)))
        return np.asarray(meaning(*given))


def value_forms(name: str) -> dict[Form, list[np.ndarray]]:
    """The operation on vectors of every dtype that it takes, and on scalars, with what to try."""
    made: dict[Form, list[np.ndarray]] = {}
    for dtype in DTYPES.get(name, (F64, F32)):
        dtypes = [BOOL, dtype, dtype] if name == "select" else [dtype] * catalogue.arity(DEFINITIONS[name])
        given = operands(name, dtypes)
        for shape in ((len(given[0]),), None):
            label = f"{dtype} {'vector' if shape else 'scalar'}"
            made[single(name, label, [shape] * len(dtypes), dtypes, given)] = given
    return made


@pytest.mark.parametrize("name", VALUED)
def test_native_values_are_the_meaning(name: str) -> None:
    tried = value_forms(name)
    executables = machine({f.function.name: f.function for f in tried})
    for form, given in tried.items():
        execute = executables[form.function.name]
        if form.label.endswith("scalar"):
            given = [g[:: max(1, len(g) // 300)] for g in given]
            result = np.array(
                [execute(*(x.item() if t not in (F32, I32) else x for x, t in zip(point, types_of(form)))) for point in zip(*given)]
            )
            found = result.ravel().astype(scalar_of(form.function.returned[0].type).numpy)
        else:
            (found,) = execute(*given)
        off = ulps(found, reference(name, given), signed=name not in EXTREMA)
        bound = ULPS.get(name, 0.0)
        worst = int(np.argmax(off))
        point = [g[worst] for g in given]
        assert off[worst] <= bound, (
            f"{form.label} of {point}: {found[worst]!r}, not {reference(name, given)[worst]!r}: {off[worst]:.3g} ulp"
        )


def types_of(form: Form) -> list[ScalarType]:
    return [scalar_of(p.type) for p in form.function.parameters]


def cast_forms() -> dict[Form, list[np.ndarray]]:
    made = {}
    for source, target in itertools.product((F64, F32, I64, I32, BOOL), repeat=2):
        given = [np.array([True, False]) if source == BOOL else specials(source)]
        made[single("cast", f"{source} to {target}", [(len(given[0]),)], [source], given, dtype=target.name)] = given
    return made


def discrete_forms() -> dict[Form, list[np.ndarray]]:
    """Operations on whole arrays whose results are not floats, ties and NaN among the operands."""
    made = {}
    for name, tried in catalogue.DISCRETE.items():
        for dtype, shape, attributes in tried:
            rng = np.random.default_rng(5)
            for few in (2, 100):
                x = rng.integers(0, few, shape).astype(dtype.numpy)
                if dtype == F64 and x.size and few > 2:
                    x.ravel()[3] = np.nan
                made[single(name, f"{dtype} {shape} {attributes} {few}", [shape], [dtype], [x], **attributes)] = [x]
    made[single("iota", "", [None], [I64], [5])] = [np.array(5)]
    return made


def array_forms() -> dict[Form, list[np.ndarray]]:
    """Reductions of what is not a number, of nothing, and of -0.0."""
    strange = [
        np.array([[np.inf, 1.0, 2.0], [np.nan, 1.0, -np.inf]]),
        np.full((2, 3), -0.0),
        np.array([[1e200, 1.0, 0.0], [5e-324, 0.0, 0.0]]),
    ]
    made = {}
    for k, x in enumerate(strange):
        for name in ("sum", "norm"):
            made[single(name, f"strange {k}", [x.shape], [F64], [x], axes=(1,), keepdims=False)] = [x]
        made[single("cumsum", f"strange {k}", [x.shape], [F64], [x], axis=1)] = [x]
    for shape in ((0,), (0, 3), (3, 0)):
        x = np.zeros(shape)
        made[single("sum", f"nothing {shape}", [shape], [F64], [x], axes=(0,), keepdims=False)] = [x]
        made[single("norm", f"nothing {shape}", [shape], [F64], [x], axes=(0,), keepdims=False)] = [x]
        made[single("cumsum", f"nothing {shape}", [shape], [F64], [x], axis=0)] = [x]
    return made


@pytest.mark.parametrize("make", [cast_forms, discrete_forms, array_forms])
def test_native_results_are_the_interpreters(make: Callable[[], dict[Form, list[np.ndarray]]]) -> None:
    tried = make()
    executables = machine({f.function.name: f.function for f in tried})
    for form, given in tried.items():
        arguments = [g if g.ndim else g.item() for g in given]
        (expected,) = run(form.program, form.function.name, copied(arguments))
        (found,) = executables[form.function.name](*arguments)
        assert np.shape(found) == np.shape(expected), form.label
        off = ulps(np.atleast_1d(found), np.atleast_1d(expected), signed=True)
        assert np.max(off, initial=0.0) <= 1.0, f"{form.label} of {arguments}: {found}, not {expected}"


def test_an_index_counts_from_the_end_or_is_refused() -> None:
    form = single("index", "", [None, None], [I64, I64], [0, 0], axis=1)
    execute = machine({form.function.name: form.function})[form.function.name]
    for i in range(-6, 6):
        if -4 <= i < 4:
            assert execute(i, 4) == run(form.program, form.function.name, [i, 4]) == [i % 4]
            continue
        for run_ in (execute, lambda *a: run(form.program, form.function.name, a)):
            with pytest.raises(IndexError, match=f"^index {i} is out of bounds for axis 1 with size 4$"):
                run_(i, 4)


@pytest.mark.parametrize("name", [n for n, d in DEFINITIONS.items() if "overflow" in d.attributes])
def test_integers_of_python_raise_where_they_do_not_fit(name: str) -> None:
    n = catalogue.arity(DEFINITIONS[name])
    checked = single(name, "raise", [None] * n, [I64] * n, [0] * n, overflow="raise")
    execute = machine({checked.function.name: checked.function})[checked.function.name]
    meaning = DEFINITIONS[name].meaning
    assert meaning is not None
    for point in itertools.product(INTEGERS.tolist(), repeat=n):
        try:
            expected = meaning(*point, overflow="raise")
        except OverflowError:
            with pytest.raises(OverflowError):
                execute(*point)
        except ValueError:
            continue  # a negative power: `lower` has checked that before
        else:
            assert execute(*point) == [expected], f"{name}{point}"
