"""Machine code of several texts is made at the same time, and is the same code."""

from __future__ import annotations

import gc
import threading
from functools import partial
from typing import Any

import numpy as np
import pytest

import everypath as ep
from everypath.native.effort import FULL, NESTS, hands_on, in_pieces
from everypath.native.jit import engine
from everypath.native.making import WORTH_A_THREAD, at_once
from everypath.native.team import team

LOOP = """
define double @f{k}(ptr %x, i64 %n) {{
entry:
  br label %turn
turn:
  %i = phi i64 [0, %entry], [%next, %turn]
  %s = phi double [0.0, %entry], [%t, %turn]
  %at = getelementptr double, ptr %x, i64 %i
  %v = load double, ptr %at
  %w = fmul double %v, {k}.5
  %t = fadd double %s, %w
  %next = add i64 %i, 1
  %more = icmp slt i64 %next, %n
  br i1 %more, label %turn, label %done
done:
  ret double %t
}}
"""


@pytest.fixture
def two_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(team(), "size", 2)


@pytest.mark.usefixtures("two_threads")
def test_code_made_at_the_same_time_is_the_same_code() -> None:
    maker = engine().maker
    texts = [("\n".join(LOOP.format(k=k) for k in range(start, start + 20)), tried) for start in (0, 20, 40) for tried in (FULL, NESTS)]
    alone = [maker.made(text, tried) for text, tried in texts]
    for _ in range(3):
        assert at_once({partial(maker.made, text, tried): 1.0 for text, tried in texts}) == alone


@pytest.mark.usefixtures("two_threads")
def test_long_works_run_at_the_same_time_and_no_garbage_is_looked_for() -> None:
    meeting = threading.Barrier(2, timeout=30)

    def work() -> tuple[int, bool]:
        meeting.wait()
        return threading.get_ident(), gc.isenabled()

    (one, looked), (other, too) = at_once({partial(work): 1.0, partial(work): 1.0})
    assert one != other
    assert not looked and not too
    assert gc.isenabled()


@pytest.mark.usefixtures("two_threads")
def test_short_works_run_here() -> None:
    assert set(at_once({partial(threading.get_ident): WORTH_A_THREAD / 2 for _ in range(5)})) == {threading.get_ident()}


@pytest.mark.usefixtures("two_threads")
def test_an_error_of_one_of_them_is_raised_when_all_have_ended() -> None:
    meeting, ended = threading.Barrier(2, timeout=30), threading.Event()

    def fail() -> None:
        meeting.wait()
        raise KeyboardInterrupt

    def last() -> None:
        meeting.wait()
        ended.set()

    with pytest.raises(KeyboardInterrupt):
        at_once({fail: 1.0, last: 1.0})
    assert ended.is_set()


def test_pieces_are_in_order_and_about_as_long_as_each_other() -> None:
    lengths = [70, 20, 300, 40, 40, 40, 500, 10]
    for most in (50, 200, 400, 2000):
        pieces = in_pieces(lengths, lambda n: n, most)
        assert [n for piece in pieces for n in piece] == lengths
        assert len(pieces) == 1 if most == 2000 else all(sum(piece) <= most + max(lengths) for piece in pieces)
    assert in_pieces([], len, 10) == []


def two_triangles(a: Any) -> Any:
    p = np.zeros(a.shape)
    p[np.triu_indices(p.shape[0], 1)] = a[0, 1]
    p[np.tril_indices(p.shape[0], -1)] = a[0, 2]
    return np.sum(p)


def test_vectors_of_two_kinds_of_instructions_do_not_end_the_process() -> None:
    assert ep.grad(two_triangles)(np.eye(4))[0].tolist() == [0.0, 6.0, 6.0, 0.0]


def turning(lines: int, turn: list[str]) -> str:
    """A function that calls a routine at every other line, then goes round a loop with these lines."""
    call = "  call void @ep_share(ptr null)"
    body = [call if k % 2 else f"  %v.{k} = add i64 0, 0" for k in range(lines)]
    loop = ["axis.1:", *turn, "  br i1 %again, label %axis.1, label %done", "done:", "  ret void", "}"]
    return "\n".join(["define void @f() {", *body, *loop])


def test_a_long_function_hands_on_though_a_loop_of_it_calls_others() -> None:
    """Its machine code is made as it is written, which takes a tenth of the time; a loop that computes itself is left to the optimiser."""
    calls, computes = ["  call i64 @everypath.helper.argmax.f64(ptr %x)"], ["  %y = fadd double %y.0, 1.0"]
    assert hands_on(turning(1_200, calls))
    assert not hands_on(turning(1_200, computes))
    assert not hands_on(turning(1_200, calls + 40 * computes))
    assert not hands_on(turning(100, calls))
