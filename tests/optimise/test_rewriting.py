"""When passes run: not on what they have just made, and clean up only where something has changed."""

from __future__ import annotations

from everypath.ir.parse import parse
from everypath.ir.program import Function
from everypath.ir.walk import with_body
from everypath.optimise.rewriting import each, where_changed

PROGRAM = parse("""func @f(x: f64) -> (f64) {
  y = sin x
  return y
}
func @g(x: f64) -> (f64) {
  y = exp x
  return y
}""")


def test_a_pass_does_not_run_on_what_it_has_made_until_another_has_changed_it() -> None:
    seen: list[str] = []

    def again(function: Function) -> Function:
        seen.append(function.name)
        return with_body(function, function.body.ops)

    made = each(again)(PROGRAM)
    assert seen == ["f", "g"] and made.functions["f"] is not PROGRAM.functions["f"]
    assert each(again)(made).functions == made.functions and seen == ["f", "g"]
    changed = made.with_function(with_body(made.functions["g"], made.functions["g"].body.ops))
    each(again)(changed)
    assert seen == ["f", "g", "g"]


def test_what_cleans_up_after_a_pass_runs_on_the_functions_that_it_changes() -> None:
    seen: list[str] = []

    def only_g(function: Function) -> Function:
        return with_body(function, function.body.ops) if function.name == "g" else function

    def cleaner(function: Function) -> Function:
        seen.append(function.name)
        return with_body(function, function.body.ops)

    made = where_changed(each(only_g), each(cleaner))(PROGRAM)
    assert seen == ["g"] and list(made.functions) == ["f", "g"] and made.functions["f"] is PROGRAM.functions["f"]
