"""Each row of the table in `verdict` has its test, and a run without any of them passes."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from migrate.shadow import verdict as module
from migrate.shadow.answers import Answered
from migrate.shadow.messages import Answer, Request, Source
from migrate.shadow.recording import LeftOut, Recorded
from migrate.shadow.verdict import CODES, Judgement, LegResult, Reason, Verdict, judge
from migrate.shadow.writes import Write
from migrate.shadow.written_files import TextFile


def write(body: int = 1, status: int = 201, source: Source = "exact", sequence: int = 1) -> Write:
    return Write(sequence, "POST", "https://b.example/m", (), {"v": body}, status, source)


def read(path: str = "/a", source: Source = "exact", token: str = "T", status: int = 200) -> Write:
    return Write(0, "GET", f"https://a.example{path}", (("authorization", token),), None, status, source)


def leg(**fields: object) -> LegResult:
    values: dict[str, object] = {
        "name": "legacy",
        "state": "completed",
        "writes": (write(),),
        "reads": (read(),),
    }
    return LegResult(**{**values, **fields})  # type: ignore[arg-type]  # a table of fields


UNUSED = (Recorded("entries[3]", Request("GET", "https://a.example/b"), Answer(200)),)
GOOD = leg()
FAILED = leg(state="failed", writes=(write(status=422),))
ANSWERED = Answered(0, "POST", "/orders", 200, (("content-type", "text/plain"),), "taken")
ROWS: list[tuple[str, list[LegResult], list[tuple[str, str]]]] = [
    ("equal legs", [GOOD, GOOD, GOOD], []),
    ("canonical answers", [GOOD, leg(writes=(write(source="canonical"),))], []),
    ("one leg", [GOOD], [("NOT_RUN", "nothing-to-compare")]),
    ("no leg", [], [("NOT_RUN", "nothing-to-compare")]),
    ("a leg did not run", [GOOD, GOOD, leg(state="not-run", detail="no engine")], [("NOT_RUN", "not-run")]),
    ("a leg did not run and others differ", [GOOD, leg(writes=(write(2),)), leg(state="not-run")],
     [("FAIL", "writes-differ"), ("NOT_RUN", "not-run")]),
    ("no leg ran", [leg(state="not-run"), leg(state="not-run")], [("NOT_RUN", "not-run")] * 2),
    ("a gap was reached", [GOOD, leg(state="unmapped")], [("FAIL", "unmapped"), ("FAIL", "outcome-differs")]),
    ("all reached a gap", [leg(state="unmapped")] * 2, [("FAIL", "unmapped")] * 2),
    ("a value differs", [GOOD, leg(writes=(write(2),))], [("FAIL", "writes-differ")]),
    ("order differs", [leg(writes=(write(1), write(2))), leg(writes=(write(2), write(1)))],
     [("FAIL", "writes-differ")]),
    ("no write on one side", [GOOD, leg(writes=())], [("FAIL", "writes-differ")]),
    ("the engine alone differs", [GOOD, GOOD, leg(writes=(write(2),))], [("FAIL", "writes-differ")] * 2),
    ("one leg failed", [GOOD, leg(state="failed")], [("FAIL", "outcome-differs")]),
    ("other credentials on a read", [GOOD, leg(reads=(read(token="U"),))], [("FAIL", "credentials-differ")]),
    ("other reads", [GOOD, leg(reads=(read("/b"),))], [("REVIEW", "reads-differ")]),
    ("a refused read", [GOOD, leg(reads=(read(), read("/b", "refused")))],
     [("FAIL", "refused"), ("REVIEW", "reads-differ")]),
    ("the same refused read", [leg(reads=(read("/b", "refused"),))] * 2, [("REVIEW", "refused-by-all")]),
    ("all failed on a recorded error", [FAILED, FAILED], []),
    ("all failed on a recorded broken connection", [leg(state="failed", writes=(write(status=0),))] * 2, []),
    ("all failed on a recorded read",
     [leg(state="failed", writes=(write(sequence=-1),), reads=(read(status=500),))] * 2, []),
    ("all failed by themselves", [leg(state="failed")] * 2, [("REVIEW", "failed")]),
    ("all failed before any request", [leg(state="failed", writes=(), reads=())] * 2,
     [("REVIEW", "failed"), ("REVIEW", "no-writes")]),
    ("all failed on a refused read",
     [leg(state="failed", reads=(read("/b", "refused", status=599),), writes=())] * 2,
     [("REVIEW", "failed"), ("REVIEW", "refused-by-all"), ("REVIEW", "no-writes")]),
    ("no writes", [leg(writes=())] * 2, [("REVIEW", "no-writes")]),
    ("a synthetic answer", [leg(writes=(write(source="synthetic"),)), GOOD], [("REVIEW", "synthetic")]),
    ("a repeated read", [leg(reads=(read(), read(source="repeated")))] * 2, [("REVIEW", "repeated")] * 2),
    ("unused by the script", [leg(unused=UNUSED), GOOD], [("REVIEW", "unused")]),
    ("the script did something else", [leg(effects=("tried 1 connections",)), GOOD], [("REVIEW", "other-effects")]),
    ("the same file and no write", [leg(writes=(), files=(TextFile("a", "x"),))] * 2, []),
    ("another file", [leg(files=(TextFile("a", "x"),)), leg(files=(TextFile("a", "y"),))], [("FAIL", "files-differ")]),
    ("the same answer and no write", [leg(writes=(), answers=(ANSWERED,))] * 2, []),
    ("another answer", [leg(answers=(ANSWERED,)), leg(answers=(replace(ANSWERED, status=500),))],
     [("FAIL", "answers-differ")]),
    ("an answer that never came", [leg(answers=(ANSWERED,)), leg(answers=())], [("FAIL", "answers-differ")]),
    ("no file", [leg(files=(TextFile("a", "x"),)), GOOD], [("FAIL", "files-differ")]),
    ("unused by another leg", [GOOD, leg(unused=UNUSED)], [("REVIEW", "unused")]),
]  # fmt: skip


def told(judgement: Judgement) -> list[tuple[str, str]]:
    return [(reason.verdict.name, reason.code) for reason in judgement.reasons]


@pytest.mark.parametrize(("legs", "reasons"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_verdict_of(legs: list[LegResult], reasons: list[tuple[str, str]]) -> None:
    judgement = judge(legs)
    assert told(judgement) == reasons
    assert judgement.verdict.name == (reasons[0][0] if reasons else "PASS")


def test_entries_that_were_not_replayed_want_a_review() -> None:
    judgement = judge([GOOD, GOOD], [LeftOut("entries[1]", "no answer")])
    assert judgement.reasons == (
        Reason("left-out", "1 recorded entries cannot be replayed: entries[1] (no answer)"),
    )


def test_gaps_and_cookies_want_a_review() -> None:
    judgement = judge([GOOD, GOOD], gaps=["HS102 sync.py:3"], cookies=["entries[0]"])
    assert told(judgement) == [("REVIEW", "gaps"), ("REVIEW", "cookies")]
    assert "HS102 sync.py:3" in str(judgement.reasons[0])


def test_legs_that_fail_at_once_for_a_variable_that_nothing_sets_were_not_run() -> None:
    failed = leg(state="failed", writes=(), reads=(), detail="KeyError")
    judgement = judge([failed, failed], unset=["TOKEN", "SHOP_URL"])
    assert judgement.verdict.name == "NOT_RUN"
    assert (
        str(judgement.reasons[0])
        == "NOT_RUN not-configured: the script requires TOKEN, SHOP_URL, and nothing sets it"
    )
    assert "not-configured" not in str(judge([failed, GOOD], unset=["TOKEN"]).reasons)
    assert "not-configured" not in str(judge([failed, failed]).reasons)


def test_every_code_has_a_row_and_the_table_says_what_the_code_does() -> None:
    seen = {code for _, _, reasons in ROWS for _, code in reasons} | {
        "left-out",
        "gaps",
        "cookies",
        "open-order",
        "unverifiable",
        "batch-size",
        "not-repeatable",
        "not-configured",
    }
    table = re.findall(r"^\| ([a-z-]+) \| .* \| ([A-Z_]+) \|$", module.__doc__ or "", re.MULTILINE)
    assert seen == set(CODES)
    assert table == [(code, Reason(code, "").verdict.name) for code in CODES]


def test_each_pair_of_legs_that_ran_is_compared_by_name() -> None:
    legs = [leg(name="legacy"), leg(name="reference"), leg(name="node_red", writes=(write(2),))]
    judgement = judge([*legs, leg(name="camel", state="not-run")])
    assert [(one.left, one.right, len(one.differences)) for one in judgement.comparisons] == [
        ("legacy", "reference", 0),
        ("legacy", "node_red", 1),
        ("reference", "node_red", 1),
    ]


def test_reasons_name_what_they_speak_of() -> None:
    items = [
        Recorded(f"entries[{n}]", Request("GET", f"https://a.example/items/{n}"), Answer(200)) for n in (5, 9)
    ]
    others = [
        Recorded("entries[6]", Request("GET", f"https://a.example/{one}"), Answer(200)) for one in "cdefg"
    ]
    unused = leg(unused=(*UNUSED * 7, *items, *others))
    (reason,) = judge([unused, GOOD]).reasons
    assert str(reason) == (
        "REVIEW unused: recording holds 14 requests that the script did not make: "
        "GET https://a.example/b (7: entries[3] to entries[3]); "
        "GET https://a.example/items/* (2: entries[5] to entries[9]); "
        "GET https://a.example/c (entries[6]); GET https://a.example/d (entries[6]); "
        "GET https://a.example/e (entries[6]); and 2 more"
    )
    assert Verdict.PASS < Verdict.REVIEW < Verdict.NOT_RUN < Verdict.FAIL
