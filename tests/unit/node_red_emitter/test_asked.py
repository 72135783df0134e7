"""Which results are asked for, and which loop variables are always true or false."""

from __future__ import annotations

import pytest

from emitters._asked import asked_of, boolean_variables
from emitters.node_red.emitter import NodeRed
from migrate.model import (
    AnyStep,
    Block,
    Check,
    Choice,
    Expression,
    Fail,
    Handler,
    Loop,
    LoopExit,
    LoopUpdate,
    LoopVariable,
    Milestone,
    Reference,
    Split,
    Try,
)
from tests.unit.node_red_emitter.models import (
    call,
    const,
    integration,
    loop_value,
    read,
    value,
    write,
)
from tests.unit.node_red_emitter.test_output import nodes

HANDLED = (Handler(steps=()),)


def loop(*steps: AnyStep, **variables: tuple[Expression, Expression]) -> Loop:
    made = tuple(LoopVariable(name=name, initial=a, next=z) for name, (a, z) in variables.items())
    return Loop(id="loop", variables=made, steps=steps)


ASKED: list[tuple[str, Block, dict[str, tuple[str, ...]]]] = [
    ("nothing", (read("a", "", "/"), read("b", "", "/")), {}),
    (
        "parts, in a fixed order, wherever they stand",
        (
            read("a", "", "/"),
            Split(
                id="each",
                over=Reference(step="a", part="body"),
                steps=(Check(id="c", expressions=(Reference(step="a", part="status"),)),),
            ),
        ),
        {"a": ("body", "status")},
    ),
    (
        "the error of a try that is raised once more",
        (Try(id="t", steps=(), handlers=(Handler(steps=(Fail(id="f", again="t"),)),)),),
        {"t": ("error",)},
    ),
    (
        "how far a try came",
        (Try(id="t", steps=(Milestone(id="m", attempt="t", number=1),), handlers=HANDLED),),
        {"t": ("reached",)},
    ),
]


@pytest.mark.parametrize(("steps", "expected"), [case[1:] for case in ASKED], ids=[case[0] for case in ASKED])
def test_what_is_asked_for_are_the_parts_that_some_step_names(
    steps: Block, expected: dict[str, tuple[str, ...]]
) -> None:
    assert asked_of(steps) == expected


TRUE, FALSE, ONE = const(True), const(False), const(1)
OWN, OTHER = loop_value("loop", "own"), loop_value("loop", "other")
BOOLEAN: list[tuple[str, Block, set[tuple[str, str]]]] = [
    ("one that is set to truth values", (loop(own=(FALSE, call("python.truth", ONE))),), {("loop", "own")}),
    (
        "one that keeps its own",
        (loop(own=(FALSE, Choice(test=TRUE, then=OWN, otherwise=TRUE))),),
        {("loop", "own")},
    ),
    ("not one that begins as another value", (loop(own=(ONE, TRUE)),), set()),
    ("not one that takes over what is none", (loop(own=(TRUE, OTHER), other=(TRUE, ONE)),), set()),
    (
        "not one that has another value behind an exit",
        (loop(LoopExit(id="x", updates=(LoopUpdate(name="own", value=ONE),)), own=(TRUE, FALSE)),),
        set(),
    ),
]


@pytest.mark.parametrize(
    ("steps", "expected"), [case[1:] for case in BOOLEAN], ids=[case[0] for case in BOOLEAN]
)
def test_a_loop_variable_is_true_or_false(steps: Block, expected: set[tuple[str, str]]) -> None:
    assert boolean_variables(steps) == expected


def test_an_answer_stays_in_the_message_only_where_a_step_asks_for_it() -> None:
    emission = NodeRed().emit(
        integration(
            read("kept", "https://a.example", "/kept"),
            write("sent", "POST", "https://a.example", "/sent", json=Reference(step="kept", part="body")),
            write("last", "POST", "https://a.example", "/last", json=value({})),
        )
    )
    found = nodes(emission)
    taken = [line for line in found["Answer to GET /kept"]["func"].splitlines() if "answer" in line]
    assert "msg.results.kept = answer;" in taken
    for path in ("/sent", "/last"):
        assert "msg.results" not in found[f"Answer to POST {path}"]["func"]
