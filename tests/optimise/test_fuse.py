"""Operations on whole arrays in one loop, and in as many as memory asks for."""

from __future__ import annotations

import numpy as np

import everypath
from everypath.optimise.fuse import fuse

from .same import opcodes, same

X = np.array([0.5, -1.5, 2.0])


def test_a_chain_is_one_loop_and_keeps_nothing() -> None:
    program = same(
        """
        func @f(x: f64[:]) -> (f64) {
          a = mul x, x
          b = sin a
          c = sub b, x
          s = sum c {axes=(0,), keepdims=False}
          return s
        }
        """,
        fuse,
        (X[:1],),
        (X[:0],),
    )
    assert opcodes(program) == ["dim", "map", "load", "mul", "sin", "sub", "yield", "return"]


def test_what_is_used_later_is_kept() -> None:
    program = same(
        """
        func @f(x: f64[:]) -> (f64[:], f64) {
          zero = 0 : i64
          a = mul x, x
          b = sin a
          c = load b, zero
          d = mul b, c
          return d, c
        }
        """,
        fuse,
        (X,),
    )
    (made,) = [op for op in program.main.body.ops if op.name == "map"]
    assert [v.name for v in made.results] == ["b"]


def test_a_write_to_what_is_read_comes_after_the_loop() -> None:
    same(
        """
        func @f(x: f64[:]) -> (f64[:], f64[:]) {
          zero = 0 : i64
          one = 1.0 : f64
          a = mul x, x
          store one, x, zero
          b = mul x, x
          c = add a, x
          return b, c
        }
        """,
        fuse,
        (X,),
    )


def test_a_write_through_a_view_and_in_a_branch() -> None:
    same(
        """
        func @f(x: f64[:], yes: bool) -> (f64[:]) {
          zero = 0 : i64
          one = 1 : i64
          two = 2 : i64
          big = 9.0 : f64
          v = view x, one, two {axes="u"}
          a = mul v, v
          b = sin a
          if yes {
            store big, x, two
            yield
          } {
            yield
          }
          c = add b, v
          return c
        }
        """,
        fuse,
        (X, True),
        (X, False),
    )


def test_extents_that_are_not_known_to_be_equal_are_left_alone() -> None:
    program = same(
        """
        func @f(x: f64[:], y: f64[:]) -> (f64[:]) {
          a = mul x, x
          b = add a, y
          c = sin b
          d = exp c
          return d
        }
        """,
        fuse,
        (X, X),
        (X, X[:1]),
        (X[:1], X),
        (X, X[:2]),
    )
    assert "add" in [op.name for op in program.main.body.ops]


def test_rows_columns_and_numbers_repeat() -> None:
    program = same(
        """
        func @f(n: i64, m: i64, s: f64) -> (f64[:, :]) {
          one = 1 : i64
          a = full s, n, m
          r = full s, m
          c = full s, n, one
          p = mul a, r
          q = sub p, c
          t = mul q, s
          return t
        }
        """,
        fuse,
        (2, 3, 0.5),
        (0, 3, 0.5),
    )
    assert opcodes(program).count("map") == 1


def test_additions_to_memory_that_only_this_loop_touches() -> None:
    program = same(
        """
        func @f(x: f64[:], y: f64[:]) -> (f64[:], f64) {
          n = dim x {axis=0}
          zero = 0.0 : f64
          x_bar = full zero, n
          a = mul x, x
          accumulate a, x_bar
          accumulate x, x_bar
          b = mul x_bar, x
          s = sum b {axes=(0,), keepdims=False}
          return x_bar, s
        }
        """,
        fuse,
        (X[:1], X),
    )
    assert "accumulate" not in opcodes(program) and "full" not in opcodes(program)


def test_additions_to_a_reversed_view_are_seen_at_their_own_points() -> None:
    same(
        """
        func @f(x: f64[:]) -> (f64[:], f64[:]) {
          n = dim x {axis=0}
          one = 1 : i64
          minus = -1 : i64
          last = sub n, one
          r = view x, last, n, minus {axes="s"}
          a = mul x, x
          b = mul r, r
          accumulate a, r
          c = mul x, x
          accumulate r, x
          d = mul r, c
          return c, d
        }
        """,
        fuse,
        (X,),
    )


def test_an_error_finds_memory_as_the_program_left_it() -> None:
    same(
        """
        func @f(x: f64[:], good: bool) -> (f64) {
          zero = 0 : i64
          a = mul x, x
          accumulate a, x
          b = mul x, x
          accumulate b, x
          check good {error=ValueError, message='bad'}
          c = load x, zero
          return c
        }
        """,
        fuse,
        (X, True),
        (X, False),
    )


def test_a_sum_that_the_same_shape_needs_ends_the_loop() -> None:
    program = same(
        """
        func @f(x: f64[:]) -> (f64[:]) {
          a = exp x
          s = sum a {axes=(0,), keepdims=False}
          b = div a, s
          c = mul b, b
          return c
        }
        """,
        fuse,
        (X[:2],),
    )
    assert opcodes(program).count("map") == 2


def test_an_array_full_of_a_sum_waits_after_it() -> None:
    same(
        """
        func @f(x: f64[:], y: f64[:]) -> (f64, f64[:]) {
          two = 2 : i64
          s = sum x {axes=(0,), keepdims=False}
          a = full s, two
          b = mul a, a
          t = sum b {axes=(0,), keepdims=False}
          n = dim y {axis=0}
          u = sum y {axes=(0,), keepdims=False}
          c = full u, n
          accumulate c, y
          return t, y
        }
        """,
        fuse,
        (X, X[:2]),
    )


def test_loops_are_fused_inside() -> None:
    program = same(
        """
        func @f(x: f64[:], n: i64) -> (f64[:]) {
          zero = 0 : i64
          one = 1 : i64
          y = for zero, n, one, x {(i: i64, u: f64[:]):
            a = mul u, u
            b = sin a
            c = sub u, b
            yield c
          }
          return y
        }
        """,
        fuse,
        (X, 0),
        (X, 4),
    )
    assert opcodes(program).count("map") == 1


def test_what_was_repeated_is_added_up_where_its_terms_are_computed() -> None:
    """Cotangents of a row and of a column: no product is kept. A term that is read again is."""
    text = """
        func @f(x: f64[:, :], r: f64[:], c: f64[:, :]) -> (f64[:], f64[:, :], f64) {
          n = dim x {axis=0}
          m = dim x {axis=1}
          zero = 0.0 : f64
          one = 1 : i64
          r_1 = reshape r, m
          c_1 = reshape c, n, one
          r_bar = full zero, m
          c_bar = full zero, n, one
          a = mul x, x
          p = mul a, c_1
          accumulate p, r_bar {relaxed=True}
          q = mul a, r_1
          t = mul q, a
          accumulate q, c_bar {relaxed=True}
          accumulate t, r_bar {relaxed=True}
          s = sum READ {axes=(0, 1), keepdims=False}
          return r_bar, c_bar, s
        }
        """
    case = (np.arange(6.0).reshape(2, 3), np.arange(3.0), np.arange(2.0)[:, None])
    program = same(text.replace("READ", "a"), fuse, case, (np.ones((0, 3)), np.ones(3), np.ones((0, 1))))
    assert opcodes(program).count("map") == 1 and opcodes(program).count("accumulate") == 3
    assert opcodes(same(text.replace("READ", "t"), fuse, case)).count("accumulate") == 3


def test_a_total_is_read_only_when_all_of_it_is_there() -> None:
    same(
        """
        func @f(x: f64[:, :], r: f64[:]) -> (f64[:, :], f64[:]) {
          m = dim x {axis=1}
          r_1 = reshape r, m
          a = mul x, x
          p = mul a, x
          accumulate p, r_1 {relaxed=True}
          b = mul a, r_1
          q = mul b, a
          row = view r_1 {axes='na'}
          accumulate q, row {relaxed=True}
          d = mul b, r_1
          return d, r
        }
        """,
        fuse,
        (np.arange(6.0).reshape(2, 3), np.arange(3.0)),
    )


def test_rows_of_one_array_are_apart_where_their_numbers_differ() -> None:
    """Row k is made of row k - 1 in one loop; row j may be row k."""
    text = """
        func @f(x: f64[:, :], j: i64) -> (f64[:, :]) {
          n = dim x {axis=0}
          m = dim x {axis=1}
          zero = 0 : i64
          one = 1 : i64
          for one, n, one {(k: i64):
            k_1 = sub k, one
            row = view x, k {axes='ia'}
            other = view x, PLACE {axes='ia'}
            a = mul other, other
            assign a, row
            b = add a, row
            c = sub b, other
            assign c, row
            yield
          }
          return x
        }
        """
    for j in range(3):
        case = (np.arange(6.0).reshape(3, 2), j)
        assert "assign" not in opcodes(same(text.replace("PLACE", "k_1"), fuse, case))
        assert "assign" in opcodes(same(text.replace("PLACE", "j"), fuse, case))


def test_a_look_for_nan_joins_what_makes_the_numbers_and_stays_apart_from_other_memory() -> None:
    program = same(
        """
        func @f(x: f64[:], y: f64[:]) -> (f64[:], f64[:], bool, bool, bool) {
          one = 1.0 : f64
          three = 3 : i64
          a = log x
          ones = full one, three
          found = holds_nan a
          full = holds_nan ones
          other = holds_nan y
          return a, ones, found, full, other
        }
        """,
        fuse,
        (X, np.array([1.0, np.nan])),
        (abs(X), np.array([])),
    )
    assert [opcodes(program).count(name) for name in ("map", "isnan", "holds_nan")] == [2, 2, 1]


def test_all_elements_are_asked_where_they_are_made() -> None:
    program = same(
        """
        func @f(x: f64[:]) -> (bool, bool) {
          zero = 0.0 : f64
          a = lt x, zero
          some = any a {axes=(0,), keepdims=False}
          each = all a {axes=(0,), keepdims=False}
          return some, each
        }
        """,
        fuse,
        (X,),
        (-abs(X),),
        (X[:0],),
    )
    (made,) = [op for op in program.main.body.ops if op.name == "map"]
    assert made.attributes["into"] == ("any", "all")


def test_rows_at_indices_are_read_and_added_to_where_they_are_used_and_made() -> None:
    program = same(
        """
        func @f(x: f64[:, :], y: f64[:, :], place: i64[:]) -> (f64[:, :]) {
          zero = 0.0 : f64
          k = dim x {axis=0}
          n = dim place {axis=0}
          m = dim x {axis=1}
          rows = reshape y, n, m
          all = reshape x, k, m
          z = full zero, k, m
          a = gather all, place
          b = mul rows, a
          scatter_add b, z, place
          return z
        }
        """,
        fuse,
        (np.arange(6.0).reshape(3, 2), np.linspace(0.1, 0.9, 8).reshape(4, 2), np.array([2, 0, 2, 2])),
        (np.ones((3, 2)), np.ones((0, 2)), np.array([], int)),
    )
    assert not {"gather", "scatter_add"} & set(opcodes(program))


def test_rows_at_indices_are_apart_from_what_changes_them() -> None:
    rng = np.random.default_rng(5)
    for order in range(6):
        ops = ["a = gather x, place", "assign double, x", "scatter_add x, z, place", "scatter_add z, x, place", "b = gather z, place"]
        lines = [*ops[order:], *ops[:order]]
        same(
            f"""
            func @f(x1: f64[:, :], z1: f64[:, :], p: i64[:]) -> (f64[:, :], f64[:, :]) {{
              n = dim p {{axis=0}}
              m = dim x1 {{axis=1}}
              x = reshape x1, n, m
              z = reshape z1, n, m
              place = reshape p, n
              double = mul x, z
              {chr(10).join(lines)}
              c = mul a, double
              scatter_add c, z, place
              d = add b, z
              return c, d
            }}
            """,
            fuse,
            (rng.normal(size=(3, 2)), rng.normal(size=(3, 2)), np.array([1, 1, 0])),
        )


def test_a_row_of_what_is_full_of_one_number_is_that_number() -> None:
    program = same(
        """
        func @f(y: f64[:, :], place: i64[:]) -> (f64[:, :]) {
          half = 0.5 : f64
          three = 3 : i64
          n = dim place {axis=0}
          m = dim y {axis=1}
          rows = reshape y, n, m
          z = full half, three, m
          a = gather z, place
          b = mul rows, a
          return b
        }
        """,
        fuse,
        (np.arange(8.0).reshape(4, 2), np.array([2, 0, 2, 2])),
    )
    assert not {"gather", "full"} & set(opcodes(program))


def test_a_value_read_twice_is_added_to_what_repeats_along_it() -> None:
    def pairwise(places, weights):
        x = places[:, 0:1]
        return np.sum((x.T - x) ** 2 * weights)

    places, weights = np.arange(8.0).reshape(4, 2) ** 1.5, np.arange(16.0).reshape(4, 4)
    found = [everypath.vjp(pairwise, places, weights, backend=backend)[1](1.0)[0] for backend in ("native", "interpreter")]
    np.testing.assert_allclose(*found, rtol=1e-12)
