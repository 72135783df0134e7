"""A record that is made more than once of the same values is made by a step of its own, where that is the same."""

from __future__ import annotations

import pytest

from extractors.lifting.simplifying.records import with_named_records
from migrate.model import (
    AnyStep,
    Block,
    Check,
    Choice,
    Expression,
    Filter,
    Handler,
    LoopVariable,
    Split,
    Translate,
    Try,
    walk_steps,
)
from migrate.model.notation import written
from tests.unit.lifting.simplifying.blocks import GOOD, ITEM, ODD, SEEN, TYPES
from tests.unit.lifting.simplifying.test_blocks import INNER, OK, chosen, when
from tests.unit.node_red_emitter.models import call, const, loop_value, value
from tests.unit.reference.test_tries import write

PRICE = call("python.member", ITEM, "price")
RECORD = value({"id": call("python.member", ITEM, "id"), "price": call("python.add", PRICE, const(1))})
GROWN = call("python.add", SEEN, value([RECORD]))
FULL = call("python.less_or_equal", const(2), call("python.length", GROWN))
KEPT = call("python.truth", call("python.get", ITEM, "ok"))
ROWS = value({"rows": call("python.length", loop_value("inner", "rows")), "price": PRICE})
ITEMS = (*GOOD[:3], *ODD)


def say(id: str, content: object) -> AnyStep:
    return write(id, value(content))


def skip(condition: Expression) -> Filter:
    return Filter(id="skip", condition=condition)


def either(test: Expression, then: Expression, otherwise: Expression) -> Expression:
    return Choice(test=test, then=then, otherwise=otherwise)


CASES: list[tuple[str, Block, Expression, str]] = [
    ("made twice by one step", (say("w", [RECORD, RECORD]),), SEEN, "map_items w"),
    ("made once", (say("w", RECORD),), SEEN, "w"),
    ("made by two steps", (say("v", 1), say("w", RECORD), say("x", {"of": RECORD})), SEEN, "v map_items w x"),
    (
        "made by a filter, a step and the next value",
        (skip(FULL), say("w", GROWN)),
        either(FULL, value([]), GROWN),
        "map_items skip w",
    ),
    (
        "a pass that ends before does not ask for it",
        (skip(KEPT), say("w", RECORD)),
        either(KEPT, GROWN, SEEN),
        "skip map_items w",
    ),
    ("a pass that ends before asks for it", (skip(KEPT), say("w", RECORD)), GROWN, "skip w"),
    ("a pass may end before in a branch", (when(OK, skip(KEPT)), say("w", RECORD)), GROWN, "route skip w"),
    (
        "made on one way only",
        (when(KEPT, say("w", RECORD), say("x", RECORD)), say("z", 1)),
        SEEN,
        "route map_record w x z",
    ),
    (
        "first made under a condition",
        (chosen(KEPT), say("w", either(KEPT, RECORD, const(1))), say("x", RECORD)),
        SEEN,
        "chosen w x",
    ),
    (
        "made of what changes in between",
        (INNER, say("w", ROWS), INNER.model_copy(update={"id": "inner"}), say("x", ROWS)),
        SEEN,
        "inner w inner x",
    ),
    (
        "made within a try",
        (Try(id="try", steps=(say("w", RECORD), say("x", RECORD)), handlers=(Handler(steps=()),)),),
        SEEN,
        "try w x",
    ),
    (
        "made within a try once more",
        (say("w", RECORD), Try(id="try", steps=(say("x", RECORD),), handlers=(Handler(steps=()),))),
        SEEN,
        "map_items w try x",
    ),
    (
        "a check of it stays where it is",
        (Check(id="check", expressions=(RECORD,)), say("v", 1), say("w", [RECORD, RECORD])),
        SEEN,
        "check v map_items w",
    ),
    ("of one field", (say("w", [{"a": PRICE}, {"a": PRICE}]),), SEEN, "w"),
    ("of constants", (say("w", [{"a": 1}, {"a": 1}]),), SEEN, "w"),
]


@pytest.mark.parametrize(
    ("steps", "then", "expected"), [one[1:] for one in CASES], ids=[one[0] for one in CASES]
)
def test_of_a_loop_the_steps_are(steps: Block, then: Expression, expected: str) -> None:
    variables = (LoopVariable(name="seen", initial=value([]), next=then),)
    block: Block = (Split(id="each_items", over=value(list(ITEMS)), variables=variables, steps=steps),)
    made = with_named_records(block, TYPES)
    assert " ".join(step.id for step in walk_steps(made) if step.id != "each_items") == expected


def test_the_step_has_a_rule_for_each_field() -> None:
    block: Block = (Split(id="each_items", over=value([]), steps=(say("w", [RECORD, RECORD]),)),)
    translate = next(
        step for step in walk_steps(with_named_records(block, TYPES)) if isinstance(step, Translate)
    )
    assert [(rule.id, rule.target, written(rule.value)) for rule in translate.rules] == [
        ("map_items.id", ("id",), "each.item.id"),
        ("map_items.price", ("price",), "(each.item.price + 1)"),
    ]
