"""Anchors, groups, the drawing, and figures that would hide something if they stood alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from migrate.report.content import ComparisonRow, FlowPage, StepRow
from migrate.report.drawing import MOST_STEPS, draw
from migrate.report.view import view
from migrate.report.wording import gaps, no_differences, overview, writes_equal
from tests.unit.report.samples import BARE, CRM, EMPTY, FLOW, MAILHUB, SMALL

EQUAL = ComparisonRow("legacy", "node_red", True, 40, 40, 40)
LESS = replace(EQUAL, same=False, right_writes=42, equal_writes=38)
OTHERWISE = replace(EQUAL, same=False)
ABSENT = replace(EQUAL, same=None, right_writes=0, equal_writes=0)


@pytest.mark.parametrize(
    ("comparisons", "words"),
    [
        ((), "not compared"),
        ((ABSENT,), "not compared"),
        ((EQUAL,), "40 of 40"),
        ((EQUAL, LESS), "38 of 42, least of 2 pairs"),
        ((OTHERWISE,), "40 of 40, but other differences"),
        ((EQUAL, ABSENT), "40 of 40, 1 pair not compared"),
    ],
)
def test_the_writes_that_are_equal(comparisons: tuple[ComparisonRow, ...], words: str) -> None:
    assert writes_equal(comparisons) == words


@pytest.mark.parametrize(
    ("comparisons", "words"),
    [
        ((), "Nothing was compared"),
        ((ABSENT,), "Nothing was compared"),
        ((EQUAL, ABSENT), "1 pair of legs could not be compared"),
        ((OTHERWISE, EQUAL), "Legs are not the same, but no single difference is listed"),
        ((EQUAL,), "No differences: what was compared is equal"),
    ],
)
def test_no_difference_is_not_always_good_news(comparisons: tuple[ComparisonRow, ...], words: str) -> None:
    assert words in no_differences(replace(BARE, comparisons=comparisons))


def test_the_overview_counts_verdicts_and_unread_files() -> None:
    assert overview(SMALL) == "2 flows: 1 FAIL, 1 NOT COMPARED. 1 file could not be read."
    assert overview(EMPTY) == "No integration was found."
    assert overview(replace(EMPTY, flows=(replace(BARE, verdict="ODD"),))) == "1 flow: 1 ODD."


def test_gaps_and_losses_are_both_counted() -> None:
    assert gaps(FLOW) == "1 gap, 1 loss"
    assert gaps(BARE) == "none"


def test_anchors_differ_even_where_ids_do_not() -> None:
    flows = [replace(BARE, id=id) for id in ("a b", "a-b", "A/B", "…")]
    anchors = [one.anchor for one in view(flows)]
    assert anchors == ["flow-a-b", "flow-a-b.2", "flow-a-b.3", "flow-unnamed"]


def test_differences_are_grouped_by_path_and_rule_and_none_is_lost() -> None:
    (flow,) = view([FLOW])
    assert [(one.path, one.rule, one.count, one.further) for one in flow.differences] == [
        ("body.status", "member.status", 7, 2),
        ("", "", 1, 0),
    ]


def test_a_system_is_drawn_beside_the_steps_that_name_it() -> None:
    drawing = draw(FLOW)
    assert [(step.sources, step.targets) for step in drawing.steps if step.kind in ("read", "write")] == [
        ((CRM,), ()),
        ((), (MAILHUB,)),
    ]
    assert drawing.unplaced == ()


def test_a_system_that_no_step_names_is_said_not_guessed() -> None:
    systems = (CRM, "northwind.example", "crm.northwind.example.org", "")
    assert draw(replace(FLOW, systems=systems)).unplaced == systems[1:]


def test_a_long_flow_says_how_much_is_not_drawn() -> None:
    steps = tuple(StepRow(str(number), "check", 0, "x" * 200, None) for number in range(MOST_STEPS + 3))
    drawing = draw(replace(FLOW, steps=steps))
    assert (len(drawing.steps), drawing.further) == (MOST_STEPS, 3)
    assert drawing.steps[0].text.endswith("…")


def test_a_flow_without_steps_can_be_drawn() -> None:
    nothing: FlowPage = BARE
    assert draw(nothing).steps == ()
