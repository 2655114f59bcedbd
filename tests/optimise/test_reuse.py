"""Arrays of a loop made before it: which ones, and that nothing changes."""

from __future__ import annotations

from everypath.ir.program import Program
from everypath.optimise.reuse import reuse
from everypath.optimise.rewriting import each

from .same import same

move = each(reuse)


def body(inside: str, carried: str = "", first: str = "", after: str = "return s_end") -> str:
    init, argument = (f", {first}", f", {carried}") if carried else ("", "")
    results = "s_end" + (", x_end" if carried else "")
    return f"""
    func @f(n: i64, m: i64) -> (f64) {{
      zero = 0 : i64
      one = 1 : i64
      z = 0.5 : f64
      {results} = for zero, m, one, z{init} {{(i: i64, s: f64{argument}):
        {inside}
      }}
      {after}
    }}
    """


def before_loop(program: Program) -> list[str]:
    return [op.name for op in program.main.body.ops if op.name in ("alloc", "full")]


CASES = ((3, 4), (3, 0), (3, 1))


def test_an_array_of_fixed_extent_is_made_once() -> None:
    inside = "two = 2 : i64\n x = alloc two {dtype='f64'}\n store s, x, zero\n t = load x, zero\n u = add t, t\n yield u"
    assert before_loop(same(body(inside), move, *CASES)) == ["alloc"]


def test_a_filled_array_is_filled_at_every_turn() -> None:
    inside = (
        "two = 2 : i64\n x = full z, two\n accumulate s, x, zero\n y = view x, zero, one {axes='u'}\n t = load y, zero\n"
        " u = add t, t\n yield u"
    )
    changed = same(body(inside), move, *CASES)
    assert before_loop(changed) == ["alloc"]


def test_an_extent_that_may_be_negative_stays_where_it_raises() -> None:
    inside = "x = full z, n\n t = sum x {axes=(0,), keepdims=False}\n u = add t, s\n yield u"
    changed = same(body(inside), move, *CASES, (-1, 0), (-1, 2), (0, -5))
    assert before_loop(changed) == []


def test_what_outlives_its_turn_stays() -> None:
    inside = "two = 2 : i64\n y = full s, two\n t = load x, zero\n u = add t, s\n yield u, y"
    program = body(inside, "x: f64[:]", "x0", "v = load x_end, zero\n w = add v, s_end\n return w")
    program = program.replace("z = 0.5 : f64", "z = 0.5 : f64\n x0 = full z, one")
    assert before_loop(same(program, move, *CASES)) == ["full"]


def test_an_extent_of_its_own_at_every_turn_stays() -> None:
    inside = "x = full s, i\n t = sum x {axes=(0,), keepdims=False}\n u = add t, s\n yield u"
    assert before_loop(same(body(inside), move, *CASES)) == []


def test_it_leaves_every_loop_that_it_can() -> None:
    inside = """r = for zero, n, one, s {(j: i64, w: f64):
          two = 2 : i64
          x = alloc two {dtype='f64'}
          store w, x, one
          t = load x, one
          v = add t, z
          yield v
        }
        yield r"""
    assert before_loop(same(body(inside), move, *CASES)) == ["alloc"]
