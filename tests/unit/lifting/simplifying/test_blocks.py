"""A block in a simpler form writes the same and ends alike, on items of all kinds."""

from __future__ import annotations

import pytest

from extractors.lifting.simplifying import simplified_block
from migrate.model import (
    AnyStep,
    Block,
    Branch,
    Check,
    Choice,
    Expression,
    Fail,
    Filter,
    Handler,
    LoopVariable,
    Reference,
    Route,
    Split,
    Try,
    walk_steps,
)
from tests.unit.lifting.simplifying.blocks import ITEM, TYPES, Maker, outcome
from tests.unit.node_red_emitter.models import call, const, loop_value, value
from tests.unit.reference.test_tries import write

ID, PRICE = (call("python.member", ITEM, key) for key in ("id", "price"))
MORE = call("python.add", PRICE, const(1))
OK = call("python.truth", call("python.get", ITEM, "ok"))
TRUE_PRICE = call("python.truth", call("python.get", ITEM, "price"))
ROWS = loop_value("inner", "rows")
LINES = call("python.member", ITEM, "lines")
INNER = Split(
    id="inner",
    over=LINES,
    variables=(LoopVariable(name="rows", initial=value([]), next=call("python.add", ROWS, value([1]))),),
    steps=(),
)
LATER = Choice(
    test=call("python.member", ITEM, "later"), then=call("python.truth", ROWS), otherwise=const(True)
)


def check(*expressions: Expression, id: str = "check") -> Check:
    return Check(id=id, expressions=expressions)


def say(id: str, content: object) -> AnyStep:
    return write(id, value(content))


def when(test: Expression, *steps: AnyStep, id: str = "route") -> Route:
    return Route(id=id, branches=(Branch(when=test, steps=steps),))


def attempt(*steps: AnyStep, **handlers: Block) -> Try:
    made = tuple(
        Handler(errors=() if kind == "any" else (kind,), steps=inner) for kind, inner in handlers.items()
    )
    return Try(id="try", steps=steps, handlers=made)


def chosen(test: Expression) -> AnyStep:
    return write("chosen", Choice(test=test, then=const("yes"), otherwise=const("no")))


HANDLED: dict[str, Block] = {"KeyError": (say("k", "key"),), "TypeError": (say("t", "type"),)}
GOOD, NO_ID, BAD_PRICE = {"id": 1, "ok": True, "price": 2}, {"price": 2}, {"id": 1, "price": "x"}
NEITHER = {"price": "x"}

CASES: list[tuple[str, list[object], Block, str]] = [
    ("what the next request asks for", [GOOD, NO_ID], (check(ID), say("w", {"id": ID})), "w"),
    (
        "what a request asks for behind another one",
        [GOOD, BAD_PRICE],
        (check(MORE), say("v", 1), say("w", MORE)),
        "check v w",
    ),
    (
        "what only one way asks for",
        [GOOD, BAD_PRICE],
        (check(MORE), when(OK, say("w", MORE)), say("z", 1)),
        "check route w z",
    ),
    (
        "what both ways ask for",
        [GOOD, BAD_PRICE],
        (check(MORE), when(OK, say("w", MORE)), say("z", MORE)),
        "route w z",
    ),
    (
        "what a filter may skip",
        [GOOD, BAD_PRICE],
        (check(MORE), Filter(id="f", condition=OK), say("w", MORE)),
        "check f w",
    ),
    (
        "what is asked for on condition, under that condition",
        [GOOD, BAD_PRICE, NEITHER],
        (check(Choice(test=OK, then=MORE, otherwise=const(None))), when(OK, say("w", MORE)), say("z", 1)),
        "route w z",
    ),
    (
        "another error would come first, and handlers tell them apart",
        [NEITHER],
        (attempt(check(MORE), say("w", {"id": ID, "price": MORE}), **HANDLED),),
        "try check w k t",
    ),
    (
        "another error would come first, and one handler takes all",
        [NEITHER],
        (attempt(check(MORE), say("w", {"id": ID, "price": MORE}), any=(say("h", 1),)),),
        "try w h",
    ),
    (
        "the same error comes first",
        [NEITHER],
        (attempt(check(ID), say("w", {"id": ID, "price": MORE}), **HANDLED),),
        "try w k t",
    ),
    (
        "what is asked for only behind the try",
        [GOOD, BAD_PRICE],
        (attempt(check(MORE), any=(say("h", 1),)), say("w", MORE)),
        "try check h w",
    ),
    (
        "a value from an earlier pass of an inner loop",
        [{"later": False, "lines": [1]}, {"later": True, "lines": []}],
        (Filter(id="f", condition=LATER), INNER, chosen(LATER)),
        "f inner chosen",
    ),
    (
        "what is asked for behind what a check goes on asking for",
        [NEITHER, NO_ID, BAD_PRICE],
        (attempt(check(ID, MORE), say("w", {"price": MORE, "id": ID}), **HANDLED),),
        "try check w k t",
    ),
    (
        "the rest of a check, where its begin has been asked for",
        [NEITHER, NO_ID, BAD_PRICE],
        (attempt(check(OK, ID, MORE), say("w", {"id": ID, "price": MORE}), **HANDLED),),
        "try check w k t",
    ),
    (
        "on one way only, where the next step asks on that way",
        [GOOD, NO_ID, BAD_PRICE],
        (when(OK, check(MORE)), say("w", Choice(test=OK, then=MORE, otherwise=const(None)))),
        "w",
    ),
    (
        "on one way only, where another error would come first",
        [{"ok": True, "price": "x"}, {"ok": True, "price": 1}, GOOD],
        (attempt(when(OK, check(MORE)), say("w", {"id": ID, "price": MORE}), **HANDLED),),
        "try route check w k t",
    ),
    (
        "a key that is there as its value is true",
        [{"price": 1}, {"price": 0}, {"id": 1}, {}],
        (
            attempt(
                check(ID, Choice(test=TRUE_PRICE, then=PRICE, otherwise=const(None))),
                say("w", {"id": ID, "price": Choice(test=TRUE_PRICE, then=PRICE, otherwise=const(None))}),
                **HANDLED,
            ),
        ),
        "try w k t",
    ),
    (
        "a look-up that fails where the next one does, as both need a map",
        [GOOD, "text", 7, None],
        (check(call("python.get", ITEM, "a", 1)), say("w", call("python.get", ITEM, "id"))),
        "w",
    ),
    (
        "a look-up whose error another one has, where handlers tell errors apart",
        [GOOD, "text", [1], None],
        (attempt(check(call("python.get", ITEM, "a", 1)), say("w", {"id": ID}), **HANDLED),),
        "try check w k t",
    ),
    (
        "a loop that does nothing",
        [GOOD],
        (Split(id="idle", over=value([1, 2]), steps=()), say("w", 1)),
        "w",
    ),
    (
        "a loop that does nothing, of which the last item is used",
        [GOOD],
        (Split(id="idle", over=value([1, 2]), steps=()), say("w", Reference(step="idle", part="item"))),
        "idle w",
    ),
    (
        "a loop that does nothing over what may be no list",
        [GOOD, {"lines": [1]}],
        (Split(id="idle", over=call("python.member", ITEM, "lines"), steps=()), say("w", 1)),
        "idle w",
    ),
    (
        "a condition that the one before it has decided",
        [GOOD, NO_ID],
        (when(OK, say("w", 1)), when(call("not", OK), say("v", 1), say("u", 2), id="r")),
        "route w v u",
    ),
    (
        "a condition that is only decided on one way",
        [GOOD, {"price": 0}],
        (when(OK, say("w", 1)), when(TRUE_PRICE, say("v", 1), id="r")),
        "route w r v",
    ),
    (
        "a condition that another pass of a loop may have changed",
        [{"lines": [1]}, {"lines": []}],
        (
            when(call("python.truth", ROWS), INNER),
            when(call("not", call("python.truth", ROWS)), say("w", 1), id="r"),
        ),
        "route inner r w",
    ),
    (
        "steps that would be there twice",
        [GOOD, NO_ID],
        (
            Route(id="route", branches=(Branch(when=OK, steps=(say("w", 1),)),), otherwise=(say("v", 1),)),
            when(Choice(test=OK, then=const(True), otherwise=call("not", OK)), say("u", 1), id="r"),
        ),
        "route w v r u",
    ),
    (
        "a filter at the end of a pass, which may fail",
        [GOOD, BAD_PRICE],
        (say("w", 1), Filter(id="f", condition=call("python.less", PRICE, const(3)))),
        "w check",
    ),
    (
        "a filter at the end of a pass, which cannot fail",
        [GOOD, NO_ID],
        (say("w", 1), when(OK, Filter(id="f", condition=call("is_null", ITEM)))),
        "w check",
    ),
    (
        "a condition of nothing, which may fail",
        [GOOD, BAD_PRICE],
        (when(call("python.less", PRICE, const(3))), say("w", 1)),
        "check w",
    ),
    (
        "the length of what was gone through",
        [{"lines": [1]}, {"lines": {}}, {"lines": "ab"}, {"lines": 7}],
        (
            Split(id="all", over=call("python.iterate", LINES), steps=(say("w", 1),)),
            check(call("python.length", LINES)),
            say("v", 1),
        ),
        "all w v",
    ),
    (
        "the length of what was not gone through",
        [{"lines": [1]}, {"lines": 7}],
        (check(call("python.length", LINES)), say("v", 1)),
        "check v",
    ),
    ("a branch within the same branch", [GOOD, NO_ID], (when(OK, chosen(OK)),), "route chosen"),
    (
        "a handler does not know how far the steps came",
        [GOOD, NO_ID],
        (attempt(when(OK, Fail(id="fail", error="E")), say("w", 1), any=(chosen(OK),)),),
        "try route fail w chosen",
    ),
]


@pytest.mark.parametrize(
    ("items", "steps", "expected"), [one[1:] for one in CASES], ids=[one[0] for one in CASES]
)
def test_of_the_steps_of_a_loop_these_are_left(items: list[object], steps: Block, expected: str) -> None:
    block: Block = (Split(id="each", over=value(items), steps=steps),)
    made = simplified_block(block, TYPES)
    assert " ".join(step.id for step in walk_steps(made) if step.id != "each") == expected
    assert outcome(made) == outcome(block)


@pytest.mark.parametrize("seed", range(30))
def test_a_simpler_block_writes_the_same_and_ends_alike(seed: int) -> None:
    for number in range(20):
        block = Maker(seed * 1000 + number).block()
        made = simplified_block(block, TYPES)
        assert outcome(made) == outcome(block), f"{block}\nbecame {made}"


def test_the_blocks_tried_write_and_fail_and_become_simpler() -> None:
    blocks = [Maker(seed).block() for seed in range(300)]
    outcomes = [outcome(block) for block in blocks]
    shorter = [
        len(list(walk_steps(simplified_block(one, TYPES)))) < len(list(walk_steps(one))) for one in blocks
    ]
    figures = (
        sum(failed for _, failed in outcomes),
        sum(len(sent) > 2 for sent, _ in outcomes),
        sum(shorter),
    )
    assert all(figure > 60 for figure in figures), figures
