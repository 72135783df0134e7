"""What has surely run before a step."""

from __future__ import annotations

import pytest

from emitters._precedence import precedence
from migrate.model import (
    AnyStep,
    Block,
    Branch,
    Check,
    Fail,
    Filter,
    Handler,
    Loop,
    LoopExit,
    Route,
    Split,
    Try,
)
from tests.unit.node_red_emitter.models import const, translate, value

LOOK = Check(id="look", expressions=())
A, B, C = (translate(id, {"a": 1}) for id in "abc")
FAIL, LEAVE = Fail(id="fail", error="E"), LoopExit(id="leave")
SKIP, MAYBE = Filter(id="skip", condition=const(False)), Filter(id="maybe", condition=const(None))


def route(way: Block, otherwise: Block) -> Route:
    return Route(id="route", branches=(Branch(when=const(True), steps=way),), otherwise=otherwise)


def attempt(steps: Block, handler: Block) -> Try:
    return Try(id="try", steps=steps, handlers=(Handler(steps=handler),))


def each(*steps: AnyStep) -> Split:
    return Split(id="each", over=value([]), steps=steps)


def forever(*steps: AnyStep) -> Loop:
    return Loop(id="loop", steps=steps)


CASES: list[tuple[str, Block, str]] = [
    ("steps before it", (A, B, LOOK, C), "a b"),
    ("what both ways of a route have run", (route((A, B), (B,)), LOOK), "b"),
    ("the ways of a route that come to an end", (route((A, B), (FAIL,)), LOOK), "a b"),
    ("a try, and what its steps and its handlers share", (attempt((A, B), (B,)), LOOK), "b try"),
    ("a try alone within a handler", (attempt((A,), (LOOK,)),), "try"),
    ("the steps of a try whose handlers fail", (attempt((A,), (FAIL,)), LOOK), "a try"),
    ("a loop around it", (each(A, LOOK),), "a each"),
    ("a loop, not its steps", (each(A), LOOK), "each"),
    (
        "what has run at each exit of a loop without end",
        (forever(A, route((B, LEAVE), (C,))), LOOK),
        "a b loop",
    ),
    ("the ways that no filter has left", (each(route((A, SKIP), (B,)), LOOK),), "b each"),
]


@pytest.mark.parametrize(("steps", "known"), [row[1:] for row in CASES], ids=[row[0] for row in CASES])
def test_a_step_may_rely_on(steps: Block, known: str) -> None:
    assert " ".join(sorted(precedence(steps).before["look"])) == known


def test_the_next_values_of_a_loop_may_rely_on_what_has_run_at_each_end_of_a_pass() -> None:
    assert precedence((each(A, MAYBE, B),)).at_end == {"each": frozenset({"each", "a"})}
    assert precedence((each(A, B),)).at_end == {"each": frozenset({"each", "a", "b"})}
