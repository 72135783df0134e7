"""What legs and recording have of each other stands in rows: who asked what, and what nobody asked."""

from __future__ import annotations

from migrate.pipeline.replay_rows import refused_rows, unused_rows
from migrate.report.content import RefusedRow, UnusedRow
from migrate.shadow.messages import Answer, Refusal, Request, RequestDifference
from migrate.shadow.recording import Recorded
from migrate.shadow.verdict import LegResult
from migrate.shadow.writes import Write

NEAREST = Refusal(
    "GET https://a.example/x?page=2", "entries[1]", (RequestDifference("query page", "3", "2"),)
)


def refused(sequence: int, url: str, refusal: Refusal | None = None, method: str = "GET") -> Write:
    return Write(sequence, method, url, (), None, 404, "refused", refusal)


def recorded(number: int, method: str, url: str) -> Recorded:
    return Recorded(f"entries[{number}]", Request(method, url), Answer(200))


def test_a_refused_request_is_one_row_with_what_is_nearest_to_it() -> None:
    legs = [
        LegResult("legacy", "failed", reads=(refused(1, "https://a.example/x?page=3", NEAREST),)),
        LegResult(
            "node-red",
            "failed",
            writes=(refused(2, "https://a.example/y", method="POST"),),
            reads=(
                refused(0, "https://a.example/x?page=3"),
                refused(1, "https://a.example/x?page=3"),
                refused(3, "https://a.example/z", Refusal(None, None, searched=False)),
            ),
        ),
    ]
    assert refused_rows(legs) == (
        RefusedRow(
            (("legacy", 1), ("node-red", 2)),
            "GET https://a.example/x?page=3",
            "GET https://a.example/x?page=2 (entries[1])",
            ("query page: 3 instead of 2",),
        ),
        RefusedRow((("node-red", 1),), "POST https://a.example/y"),
        RefusedRow(
            (("node-red", 1),), "GET https://a.example/z", notes=("the nearest one was not looked for",)
        ),
    )


def test_recorded_requests_that_were_not_made_are_rows_by_operation_and_legs_without_their_query() -> None:
    both = (recorded(3, "PUT", "https://a.example/m/1?k=1"), recorded(4, "PUT", "https://a.example/m/2?k=2"))
    one = recorded(5, "GET", "https://a.example/list?token=x")
    legs = [
        LegResult("legacy", "completed", unused=both),
        LegResult("node-red", "completed", unused=(*both, one)),
    ]
    assert unused_rows(legs) == (
        UnusedRow(("legacy", "node-red"), "PUT https://a.example/m/*", ("entries[3]", "entries[4]")),
        UnusedRow(("node-red",), "GET https://a.example/list", ("entries[5]",)),
    )


def test_legs_that_made_all_and_got_all_have_no_rows() -> None:
    legs = [LegResult("legacy", "completed"), LegResult("node-red", "completed")]
    assert (refused_rows(legs), unused_rows(legs)) == ((), ())
