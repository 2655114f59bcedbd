"""`compile(f, donate=…)`: results in the memory of arguments that the caller has given away, and only where nobody can tell."""

import numpy as np
import pytest

import everypath as ep


def arrays():
    rng = np.random.default_rng(0)
    return rng.normal(size=(4, 6)), rng.normal(size=(4, 6)), rng.normal(size=6)


def plain(w, m, b):
    m = 0.9 * m + w * b
    return w - 0.1 * m, m


def turned(w, m, b):
    """Both read the second at another point."""
    return w - 0.1 * m[::-1], m + w


def swapped(w, m, b):
    return m * 2.0 - 1.0, w * 3.0 + 1.0


def kept(w, m, b):
    """What was is returned beside what is."""
    return w - m * m, w


def later(w, m, b):
    new = w - m * m
    return new, np.sum(w * new)


def summed(w, m, b):
    return w - np.sum(w, axis=0) * b, np.mean(m)


def twice(w, m, b):
    new = w - m * m
    return new, new


def raising(w, m, b):
    new = w - m * m
    if np.sum(new) < 1e9:
        raise ValueError("too small")
    return new, m


WRITTEN = {plain: 2, turned: 1, swapped: 2, kept: 2, later: 1, summed: 0, twice: 1}
"""How many of the results stand where an argument stood: those that a loop of several operations makes, which reads the argument at its own
point alone, and nothing reads it later."""


@pytest.mark.parametrize("backend", ["native", "interpreter"])
@pytest.mark.parametrize("f", WRITTEN, ids=lambda f: f.__name__)
def test_the_same_results_some_of_them_in_place(f, backend):
    donating = ep.compile(f, donate=("w", 1), backend=backend)
    given = arrays()
    expected = f(*arrays())
    found = donating(*given)
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-15, atol=1e-15)
    if backend == "native":
        assert len({id(a) for a in found if any(a is g for g in given[:2])}) == WRITTEN[f]
    np.testing.assert_array_equal(given[2], arrays()[2])


@pytest.mark.parametrize("f", [plain, swapped, twice], ids=lambda f: f.__name__)
def test_what_shares_memory_cannot_be_written_or_is_not_in_order_is_copied(f):
    donating = ep.compile(f, donate=(0, 1))
    w, m, b = arrays()
    locked = m.copy()
    locked.flags.writeable = False
    for given in [(w, w, b), (w, locked, b), (w, m, w[0]), (w[:, ::-1], m, b), (w.astype(">f8"), m, b)]:
        before = [x.copy() for x in given]
        for a, e in zip(donating(*given), f(*before), strict=True):
            np.testing.assert_allclose(a, e, rtol=1e-15, atol=1e-15)
    np.testing.assert_array_equal(locked, arrays()[1])


def test_an_error_leaves_everything_as_it_was():
    given = arrays()
    with pytest.raises(ValueError, match="too small"):
        ep.compile(raising, donate=(0, 1))(*given)
    for a, b in zip(given, arrays(), strict=True):
        np.testing.assert_array_equal(a, b)


def descend(params, momenta, x, y):
    """A step with a tie in it: relu at 0 has both sides."""

    def loss(params, x, y):
        return np.mean((np.maximum(x @ params["W"] + params["b"], 0.0) - y) ** 2)

    value, slope = ep.value_and_grad(loss)(params, x, y)
    momenta = ep.tree.map(lambda m, g: 0.9 * m + g, momenta, slope)
    return ep.tree.map(lambda p, m: p - 0.1 * m, params, momenta), momenta, value


@pytest.mark.parametrize("tied", [False, True])
def test_a_whole_step_also_at_a_tie(tied):
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(8, 3)), rng.normal(size=(8, 2))
    if tied:
        x[0] = 0.0  # at the first step b is 0 as well
    donating = ep.compile(descend, donate=("params", "momenta"))

    def begin():
        return {"W": np.ones((3, 2)), "b": np.zeros(2)}, {"W": np.zeros((3, 2)), "b": np.zeros(2)}

    mine, held = begin(), begin()
    first = mine[0]["W"]
    for _ in range(3):
        *mine, value = donating(*mine, x, y)
        *held, expected = descend(*held, x, y)
        assert value == pytest.approx(expected, rel=1e-14)
    np.testing.assert_allclose(mine[0]["W"], held[0]["W"], rtol=1e-13)
    assert tied or mine[0]["W"] is first


def test_arguments_of_no_such_name_are_refused():
    with pytest.raises(ep.InvalidArgument, match="nobody"):
        ep.compile(plain, donate="nobody")(*arrays())
