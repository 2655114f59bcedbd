"""One thing or another, depending on the path: what a path knows is not asked again, and objects stay themselves."""

from __future__ import annotations

import numpy as np
import pytest

import everypath as ep


class Round:
    def __init__(self, r):
        self.r = r


class Flat:
    def __init__(self, a):
        self.a = a


def test_behind_the_question_there_is_no_branch_left() -> None:
    def f(x):
        shape = Round(x) if x > 1.0 else Flat(2.0 * x)
        if isinstance(shape, Round):
            return shape.r * shape.r
        return shape.a + x

    def none(x):
        best = x if x > 1.0 else None
        return x if best is None else best * best + best

    assert ep.compile(f)(1.5) == 2.25 and ep.compile(f)(0.5) == 1.5
    for function, ifs in ((f, 2), (none, 2)):
        text = ep.grad(function).show("ir", 1.5)
        assert text.count("if ") == ifs and "check" not in text, text


def test_a_change_of_one_that_is_also_seen_as_another_of_its_class_is_refused() -> None:
    def f(x):
        one, two = Round(x), Round(2.0)
        shape = one if x > 1.0 else (two if x > 0.5 else Flat(x))
        shape.r = 3.0
        return one.r

    with pytest.raises(ep.NotSupported, match="must not be changed: it may be one object or another"):
        ep.compile(f)(0.7)


def test_whether_it_is_one_of_its_class_or_another_is_refused() -> None:
    def f(x):
        one, two, flat = Round(x), Round(2.0), Flat(x)
        shape = one if x > 1.0 else (two if x > 0.5 else flat)
        return x if shape is one else 2.0 * x

    with pytest.raises(ep.NotSupported, match="whether this is one Round or another"):
        ep.compile(f)(0.7)

    def g(x):
        one, flat = Round(x), Flat(x)
        shape = one if x > 1.0 else flat
        return x if shape is one else (2.0 * x if shape is flat else 3.0)

    for x in (0.5, 1.5):
        assert ep.compile(g)(x) == g(x)


def test_what_one_of_them_does_not_have_is_an_error_of_python_at_run_time() -> None:
    def f(x):
        shape = Round(x) if x > 1.0 else (Flat(x) if x > 0.5 else None)
        return shape.r

    assert ep.compile(f)(1.5) == 1.5
    for x, message in ((0.7, "'Flat' object has no attribute 'r'"), (0.2, "'NoneType' object has no attribute 'r'")):
        with pytest.raises(AttributeError, match=message):
            ep.compile(f)(x)


class Fitted:
    def __init__(self):
        self.best = None
        self.shape = Round(1.0)
        self.steps = []

    def fit(self, x, n):
        for k in range(n):
            value = np.sin(x * k)
            if self.best is None or value > self.best:
                self.best = value
                self.steps.append((k, value))
        if x > 1.0:
            self.shape = Flat(x)
        return self.best


def of_each_kind(x, n):
    best = None
    rows = []
    for k in range(n):
        rows.append((k, x * k if k % 2 else None))
        if best is None or x * k > best[0]:
            best = (x * k, k)
    shape = Round(x) if x > 1.0 else Flat(x)
    return best, rows, shape, {"mode": "fast" if x > 1.0 else None}, x if x > 1.0 else np.ones(2) * x


def shown(x):
    """What can be compared of a result."""
    if isinstance(x, (Round, Flat, Fitted)):
        return type(x), shown(vars(x))
    if isinstance(x, (list, tuple)):
        return type(x), [shown(item) for item in x]
    if isinstance(x, dict):
        return {key: shown(value) for key, value in x.items()}
    return x.tolist() if isinstance(x, np.ndarray) else (type(x), x)


@pytest.mark.parametrize("backend", ["native", "interpreter"])
@pytest.mark.parametrize("x", [1.5, 0.5])
@pytest.mark.parametrize("n", [0, 1, 90])
def test_compile_gives_what_the_path_decides(x: float, n: int, backend: str) -> None:
    assert shown(ep.compile(of_each_kind, backend=backend)(x, n)) == shown(of_each_kind(x, n))

    def fit(fitted, x, n):
        return fitted.fit(x, n)

    mine, other = Fitted(), Fitted()
    assert shown(ep.compile(fit, backend=backend)(mine, x, n)) == shown(fit(other, x, n))
    assert shown(mine) == shown(other)


def test_a_gradient_wants_a_scalar_where_it_runs() -> None:
    def f(x):
        return np.ones(2) * x if x > 1.0 else x

    def g(x):
        return x * x if x > 1.0 else None

    with pytest.raises(ep.NotDifferentiable, match=r"f returns an array of float64 with 1 axes"):
        ep.grad(f)(1.5)
    assert ep.value_and_grad(f)(0.5) == (0.5, 1.0)
    with pytest.raises(ep.NotDifferentiable, match=r"f returns one kind of value or another"):
        ep.hessian(f)(0.5)
    assert ep.grad(g)(1.5) == 3.0
    with pytest.raises(ep.NotSupported, match="g returned None here, and a value elsewhere"):
        ep.grad(g)(0.5)


def test_an_object_that_stands_twice_in_a_list_built_at_run_time_does_not_leave() -> None:
    def f(x, n):
        shapes = []
        for k in range(n):
            shape = Round(x * k)
            shapes.append(shape)
            shapes.append(shape)
        return shapes

    def of_one(x, n):
        shape, shapes = Round(x), []
        for _ in range(n):
            shapes.append(shape)
        return shapes

    def beside(x, n):
        shapes = [Round(x * k) for k in range(n)]
        return shapes, shapes[-1]

    for function in (f, of_one):
        with pytest.raises(ep.NotSupported, match="a list of Rounds that is built at run time does not leave the function"):
            ep.compile(function)(1.5, 90)
    with pytest.raises(ep.NotSupported, match="an object that stands in a list built at run time leaves beside it"):
        ep.compile(beside)(1.5, 90)


def test_a_bool_among_the_arguments_is_made_known_instead() -> None:
    def f(x, many):
        value = np.ones(3) * x if many else x
        return np.sum(value * x)

    assert ep.grad(f)(2.0, True) == 12.0
    assert "if" not in ep.grad(f).show("ir", 2.0, True)


def test_a_loop_that_makes_ever_new_kinds_is_refused() -> None:
    def f(x, n):
        nested = x
        for _ in range(n):
            nested = (nested, x)
        return nested[0] if isinstance(nested, tuple) else nested

    with pytest.raises(ep.NotSupported, match="do not settle"):
        ep.compile(f)(1.5, 100)
    assert ep.compile(f)(1.5, 3) == f(1.5, 3)  # so few turns are known one by one


def test_the_class_of_what_may_be_none() -> None:
    def f(x):
        shape = Round(x) if x > 1.0 else (Flat(x) if x > 0.5 else None)
        print(shape is None, None if x > 1.0 else x)
        if type(shape) is Round:
            return shape.r
        return 2.0 * x if type(shape) is type(None) else 3.0 * x

    for x in (1.5, 0.7, 0.2):
        assert ep.compile(f)(x) == f(x)
