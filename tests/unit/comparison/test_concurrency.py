"""Writes of calls that run at the same time: between two calls there is no order, within one there is."""

from __future__ import annotations

import pytest

from migrate.model import (
    AnyStep,
    Constant,
    Handler,
    HttpOperation,
    Integration,
    SequenceExpression,
    Split,
    Try,
)
from migrate.model import Write as WriteStep
from migrate.shadow.comparison import compare
from migrate.shadow.concurrency import concurrency_of
from migrate.shadow.verdict import LegResult, judge
from migrate.shadow.writes import Write

LIST = SequenceExpression(items=(Constant(value=1), Constant(value=2)))


def step(name: str) -> WriteStep:
    operation = HttpOperation(client="httpx", method="POST", server="https://b.example", path=f"/{name}")
    return WriteStep(id=f"write_{name}", operation=operation)


def together(*steps: AnyStep) -> Split:
    attempt = Try(id="try", steps=steps, handlers=(Handler(steps=()),))
    return Split(id="each", over=LIST, concurrency=4, steps=(attempt,))


def integration(*steps: AnyStep) -> Integration:
    return Integration(id="sync", name="sync", steps=steps, sources=())


def writes(*names: str) -> list[Write]:
    """Writes such as `a1`: step a, item 1."""
    return [
        Write(at, "POST", f"https://b.example/{name[0]}", (), {"v": name[1:]}, 201, "exact")
        for at, name in enumerate(names)
    ]


ONE = integration(step("x"), together(step("a")), step("z"))
TWO = integration(together(step("a"), step("b")))
LOOPED = integration(together(Split(id="inner", over=LIST, steps=(step("a"),))))
SAME_URL = integration(together(step("a"), step("a").model_copy(update={"id": "write_a_2"})))
IN_ORDER = integration(Split(id="each", over=LIST, steps=(step("a"),)))
ROWS = [
    ("one write a call, in any order", ONE, "x0 a1 a2 a3 z0", "x0 a3 a1 a2 z0", []),
    ("what comes after the calls", ONE, "x0 a1 a2 z0", "x0 a1 z0 a2", ["FAIL writes-differ"]),
    ("what comes before them", ONE, "x0 a1 a2 z0", "a2 x0 a1 z0", ["FAIL writes-differ"]),
    ("one is missing", ONE, "x0 a1 a2 z0", "x0 a2 z0", ["FAIL writes-differ"]),
    ("one is sent twice", ONE, "x0 a1 a2 z0", "x0 a2 a1 a2 z0", ["FAIL writes-differ"]),
    ("two writes a call, the calls in another order", TWO, "a1 a2 b1 b2", "a2 a1 b2 b1", []),
    ("two writes a call, interleaved otherwise", TWO, "a1 b1 a2 b2", "a1 a2 b1 b2", ["REVIEW open-order"]),
    (
        "what one call writes last before what it writes first",
        TWO,
        "a1 b1 a2 b2",
        "a2 b1 a1 b2",
        ["REVIEW open-order"],
    ),
    ("two writes of one call change places", TWO, "a1 b1", "b1 a1", ["REVIEW open-order"]),
    ("writes of a loop within a call", LOOPED, "a1 a2", "a2 a1", ["REVIEW open-order"]),
    ("two steps to one URL", SAME_URL, "a1 a2", "a2 a1", ["REVIEW open-order"]),
    ("one after the other", IN_ORDER, "a1 a2", "a2 a1", ["FAIL writes-differ"]),
]


@pytest.mark.parametrize(
    ("model", "left", "right", "expected"), [r[1:] for r in ROWS], ids=[r[0] for r in ROWS]
)
def test_order_of_writes_of_calls_at_the_same_time(
    model: Integration, left: str, right: str, expected: list[str]
) -> None:
    legs = [LegResult("legacy", "completed", tuple(writes(*one.split()))) for one in (left, right)]
    judgement = judge(legs, concurrency=concurrency_of(model))
    assert [f"{reason.verdict.name} {reason.code}" for reason in judgement.reasons] == expected


def test_without_a_model_all_writes_are_in_order() -> None:
    found = compare(writes("a1", "a2"), writes("a2", "a1"))
    assert [one.kind for one in found.differences] == ["reordered"]
