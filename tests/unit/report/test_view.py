"""Anchors, groups, the drawing, and figures that would hide something if they stood alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from migrate.report.content import ComparisonRow, Finding, FlowPage, StepRow
from migrate.report.drawing import MOST_STEPS, draw
from migrate.report.unverified import unverified
from migrate.report.view import view
from migrate.report.wording import (
    applied,
    blame,
    coverage_line,
    gaps,
    no_differences,
    overview,
    sentences,
    writes_equal,
)
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
        ((EQUAL, EQUAL), "40 of 40"),
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
    anchors = [one.anchor for one in view(replace(EMPTY, flows=tuple(flows))).flows]
    assert anchors == ["flow-a-b", "flow-a-b.2", "flow-a-b.3", "flow-unnamed"]


def test_differences_are_grouped_by_cause_and_none_is_lost() -> None:
    again = tuple(replace(one, legs="reference, node_red") for one in FLOW.differences[:2])
    moved = replace(FLOW.differences[0], path="body.tags[0].status")
    flow = view(replace(EMPTY, flows=(replace(FLOW, differences=(*FLOW.differences, *again, moved)),))).flows[
        0
    ]
    assert [(one.cause, one.kind, one.legs, one.paths, one.further) for one in flow.differences] == [
        (
            "member.status",
            "different",
            (("legacy, node_red", 8), ("reference, node_red", 2)),
            ("body.status", "body.tags[0].status"),
            3,
        ),
        ("", "outcome", (("legacy, node_red", 1),), (), 0),
    ]


def test_the_index_begins_with_what_needs_a_person() -> None:
    flows = tuple(replace(BARE, id=one, verdict=one) for one in ("PASS", "REVIEW", "ODD", "FAIL", "PASS"))
    index = view(replace(EMPTY, flows=flows)).index
    assert [(one.verdict, len(one.flows)) for one in index] == [
        ("ODD", 1),
        ("FAIL", 1),
        ("REVIEW", 1),
        ("PASS", 2),
    ]


def test_findings_are_grouped_by_severity_and_code() -> None:
    note = Finding("HS202", "note", "A note", "it is so", "", None)
    flows = (replace(FLOW, findings=(note, *FLOW.findings)), replace(BARE, findings=(note,)))
    groups = view(replace(SMALL, flows=flows)).findings
    assert [(one.finding.code, [page and page.id for _, page in one.found]) for one in groups] == [
        ("HS001", [None]),
        ("HS103", ["sync_contacts"]),
        ("HS201", ["sync_contacts"]),
        ("HS202", ["sync_contacts", "nightly"]),
    ]


def test_the_summary_says_what_was_found_passes_is_open_and_was_tried() -> None:
    assert sentences(SMALL) == (
        "2 flows were read from 2 scripts, and joined to 3 systems.",
        "No flow passes.",
        "1 flow does not do the same as the script; 1 place in the scripts was not understood (gaps); "
        "1 file could not be read.",
        "The recordings exercised 2 of 2 rules, 0 of 1 branch, 1 of 2 table keys.",
    )
    passed = replace(FLOW, verdict="PASS", findings=())
    assert sentences(replace(SMALL, flows=(passed,), unread=()))[1:] == (
        "Every flow passes: on the recorded input, script, model and emitted flow wrote the same, record by record "
        "(40 writes).",
        "Nothing else needs a person.",
        "The recordings exercised 2 of 2 rules, 0 of 1 branch, 1 of 2 table keys. 1 flow with PASS has parts that the "
        "recording never reached: those parts are not proved.",
    )
    assert sentences(EMPTY) == ("No integration was found.",)
    assert sentences(replace(EMPTY, flows=(BARE,)))[1] == (
        "No shadow run was asked for: this page says what the scripts do, and proves nothing yet."
    )


def test_what_was_never_exercised_is_said_in_a_line() -> None:
    assert coverage_line(FLOW) == (
        "2 of 2 rules, 0 of 1 branch, 1 of 2 table keys, 1 of 2 steps, 1 of 1 number of passes, 0 of 1 error answer; "
        'never: truth(each.item.email): false (crm/sync_contacts.py:89); STATUS["churned"] (crm/sync_contacts.py:53); '
        "put: status 400 to 599 (crm/sync_contacts.py:99)"
    )
    assert coverage_line(BARE) == ""


@pytest.mark.parametrize(
    ("times", "same", "words"),
    [
        (None, True, "not run"),
        (0, True, "never exercised"),
        (3, True, "same, 3 ×, 1 null"),
        (3, None, "ran 3 ×, 1 null, not compared"),
        (3, False, "ran 3 ×, 1 null, no difference found"),
    ],
)
def test_a_rule_is_the_same_only_where_it_ran_and_was_compared(
    times: int | None, same: bool | None, words: str
) -> None:
    rule = replace(FLOW.rules[0], times=times, nulls=1)
    assert applied(rule, replace(FLOW, comparisons=(replace(EQUAL, same=same),)))[0] == words
    assert applied(FLOW.rules[1], FLOW)[0] == "differs, 7 ×"


def test_what_was_not_verified_is_listed() -> None:
    reasons = ("REVIEW synthetic: 1 write got a stand-in", "FAIL writes-differ: x", "REVIEW gaps: y")
    left_out = (replace(EQUAL, left_out=("transport-headers: user-agent",)),)
    page = replace(FLOW, reasons=reasons, comparisons=left_out)
    assert [(one.kind, one.text.partition(":")[0]) for one in unverified(page)] == [
        ("leg not run", "reference"),
        ("gap", "HS103 A value cannot be determined"),
        ("loss", "member.status"),
        ("open reason", "synthetic"),
        ("left out by a named rule", "legacy and node_red"),
        ("never exercised", "1 branch"),
        ("never exercised", "1 table key"),
        ("never exercised", "1 error answer"),
    ]
    assert [one.kind for one in unverified(BARE)] == ["not compared"]
    assert unverified(replace(BARE, verdict="PASS")) == ()


@pytest.mark.parametrize(
    ("read", "emitted", "words"),
    [(True, True, ""), (True, False, "the emitted flow"), (False, True, "read wrongly"), (None, False, "")],
)
def test_differences_have_an_address(read: bool | None, emitted: bool | None, words: str) -> None:
    pairs = (
        replace(EQUAL, right="reference", same=read),
        replace(EQUAL, left="reference", right="node_red", same=emitted),
    )
    said = blame(replace(FLOW, comparisons=pairs))
    assert words in said
    assert bool(said) == bool(words)


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
