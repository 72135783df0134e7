"""Items at the same time: what one of them would see of another, or could leave undone, is refused beforehand."""

from __future__ import annotations

from typing import Any

import pytest

from migrate.model import (
    AnyStep,
    Call,
    Check,
    Constant,
    Expression,
    Filter,
    Handler,
    Integration,
    LoopExit,
    LoopValue,
    LoopVariable,
    Reference,
    SequenceExpression,
    Split,
    Stop,
    Try,
)
from migrate.reference import MalformedModelError, run
from migrate.reference.exchange import Answer, Request
from migrate.reference.runner import RunOutcome

LIST = SequenceExpression(items=(Constant(value=3), Constant(value="x"), Constant(value=1)))
OWN = LoopValue(loop="each", name="results")
ITEM = Reference(step="each", part="item")


class Nothing:
    """A transport that is never asked."""

    def send(self, request: Request) -> Answer:
        raise AssertionError


def call(function: str, *arguments: Expression) -> Call:
    return Call(function=function, arguments=arguments)


def attempt(*steps: AnyStep, handled: bool = True) -> Try:
    return Try(id="try", steps=steps, handlers=(Handler(errors=() if handled else ("KeyError",), steps=()),))


def split(*steps: AnyStep, **more: Any) -> Split:
    pair = SequenceExpression(items=(Reference(step="try", part="failed"), ITEM))
    following = call("python.add", OWN, SequenceExpression(items=(pair,)))
    results = LoopVariable(name="results", initial=SequenceExpression(items=()), next=following)
    return Split(
        **{"id": "each", "over": LIST, "concurrency": 4, "variables": (results,), "steps": steps, **more}
    )


def outcome_of(*steps: AnyStep) -> RunOutcome:
    return run(Integration(id="sync", name="sync", steps=steps, sources=()), {}, Nothing())


def test_results_stand_in_the_order_of_the_list_and_errors_among_them() -> None:
    expected = SequenceExpression(
        items=tuple(
            SequenceExpression(items=(Constant(value=failed), Constant(value=value)))
            for failed, value in ((False, 3), (True, "x"), (False, 1))
        )
    )
    same = call("python.equals", OWN, expected)
    stops = Split(
        id="shown",
        over=SequenceExpression(items=(Constant(value=0),)),
        steps=(Filter(id="filter", condition=same), Stop(id="stop", failed=True, reason="as expected")),
    )
    numbers = Check(id="check", expressions=(call("python.add", ITEM, Constant(value=1)),))
    assert outcome_of(split(attempt(numbers)), stops).reason == "as expected"


@pytest.mark.parametrize(
    ("step", "fault"),
    [
        (split(Check(id="check", expressions=())), "several items at the same time outside of a try"),
        (split(attempt(handled=False)), "several items at the same time outside of a try"),
        (split(attempt(Stop(id="stop", failed=True, reason=""))), "stop within items"),
        (split(attempt(LoopExit(id="exit"))), "loop-exit within items"),
        (split(attempt(Check(id="check", expressions=(OWN,)))), "a variable of each, whose items run"),
    ],
)
def test_items_at_the_same_time_share_nothing_and_end_by_themselves(step: Split, fault: str) -> None:
    with pytest.raises(MalformedModelError, match=fault):
        outcome_of(step)
    assert outcome_of(step.model_copy(update={"concurrency": 1, "steps": (attempt(),)})).reason == ""


def test_an_error_that_is_kept_is_only_counted() -> None:
    kept = SequenceExpression(items=(call("python.error"),))
    assert not outcome_of(Check(id="check", expressions=(call("python.length", kept),))).failed
    for use in (
        call("python.text", kept),
        call("python.equals", kept, kept),
        call("python.text", kept.items[0]),
    ):
        assert outcome_of(Check(id="check", expressions=(use,))).unmapped
