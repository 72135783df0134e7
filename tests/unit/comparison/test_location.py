"""A difference leads back to the rule, parameter or step that made the value, and to its line."""

from __future__ import annotations

import pytest

from migrate.model import (
    AnyStep,
    Body,
    Choice,
    Constant,
    Entry,
    Expression,
    HttpOperation,
    Integration,
    Loop,
    MappingRule,
    Parameter,
    Read,
    RecordExpression,
    Reference,
    SequenceExpression,
    SourceSpan,
    Translate,
    Variable,
    Write,
)
from migrate.shadow.bodies import Json
from migrate.shadow.comparison import compare, compare_outcomes
from migrate.shadow.location import locate
from migrate.shadow.read_differences import compare_reads
from migrate.shadow.writes import Write as Record


def span(line: int) -> SourceSpan:
    return SourceSpan(file="sync.py", line=line, end_line=line)


def rule(id: str, line: int, *target: str) -> MappingRule:
    return MappingRule(id=id, target=target, value=Constant(value=1), span=span(line))


def parameter(name: str, location: str, line: int) -> Parameter:
    return Parameter.model_validate(
        {"name": name, "location": location, "value": Constant(value="x"), "span": span(line)}
    )


def write(
    id: str, line: int, path: str, content: Expression, *, method: str = "PUT", server: str = ""
) -> Write:
    operation = HttpOperation(
        client="requests",
        method=method,
        server=server or "https://api.mailhub.example:443",
        path=path,
        parameters=(
            parameter("id", "path", 41), parameter("part", "path", 42),
            parameter("mode", "query", 43), parameter("X-Kind", "header", 44),
        ),
        body=Body(encoder="requests.json", content=content),
    )  # fmt: skip
    return Write(id=id, operation=operation, span=span(line))


def value(step: str) -> Reference:
    return Reference(step=step, part="value")


MEMBER = Translate(
    id="member",
    rules=(
        rule("r.email", 11, "email"),
        rule("r.city", 12, "location", "city"),
        rule("r.location", 13, "location"),
    ),
    span=span(10),
)
OTHER = Translate(id="other", rules=(rule("r.other", 21, "other"),), span=span(20))
WRAPPED = RecordExpression(
    entries=(
        Entry(key="data", value=SequenceExpression(items=(value("other"), value("member")))),
        Entry(
            key="either",
            value=Choice(test=Constant(value=True), then=value("other"), otherwise=value("member")),
        ),
    )
)
STEPS: tuple[AnyStep, ...] = (
    Read(
        id="list",
        operation=HttpOperation(
            client="requests", method="GET", server="https://crm.example", path="/contacts?x=1"
        ),
        span=span(5),
    ),
    Loop(
        id="loop",
        steps=(
            MEMBER,
            OTHER,
            write("w.any", 30, "/v1/{id}", value("other")),
            write("w.member", 31, "/v1/members/{id}/{part}?fixed=1", value("member")),
            write("w.batch", 32, "/v1/a batch", WRAPPED, method="POST"),
            write("w.twin", 33, "/v1/a batch", value("other"), method="POST"),
            write("w.base", 34, "/orders", value("other"), method="PATCH", server="{BASE}"),
        ),
    ),
)
INTEGRATION = Integration(
    id="i", name="i", variables=(Variable(name="BASE", storage="env"),), steps=STEPS, sources=()
)
HOST = "https://api.mailhub.example"
MEMBERS = f"{HOST}/v1/members/7/main?fixed=1"
BATCH = f"{HOST}/v1/a%20batch"


def record(
    method: str, url: str, body: Json = None, status: int = 200, headers: tuple[str, str] | None = None
) -> Record:
    return Record(0, method, url, (headers,) if headers else (), body, status, "exact")


def member(
    body: Json = None, url: str = MEMBERS, status: int = 200, headers: tuple[str, str] | None = None
) -> Record:
    return record("PUT", url, body, status, headers)


ROWS: list[tuple[str, Record, Record, str, int]] = [
    ("a rule", member({"email": 1}), member({"email": 2}), "r.email", 11),
    ("a nested rule", member({"location": {"city": 1}}), member({"location": {"city": 2}}), "r.city", 12),
    ("the longest target", member({"location": {"x": 1}}), member({"location": {"x": 2}}), "r.location", 13),
    ("a part of a rule", member({"email": {"x": [1]}}), member({"email": {"x": [2]}}), "r.email", 11),
    ("no rule", member({"unknown": 1}), member({"unknown": 2}), "w.member", 31),
    ("a whole body", member({"email": 1}), member("text"), "w.member", 31),
    ("a header", member(headers=("x-kind", "a")), member(headers=("x-kind", "b")), "X-Kind", 44),
    ("another header", member(headers=("x-else", "a")), member(), "w.member", 31),
    ("the status", member(), member(status=422), "w.member", 31),
    ("a path", member({"email": 1}), member({"email": 1}, f"{HOST}/v1/members/7/else?fixed=1"), "part", 42),
    ("a query", member({"email": 1}), member({"email": 1}, MEMBERS + "&mode=x"), "mode", 43),
    ("an item", record("POST", BATCH, {"data": [0, {"email": 1}]}),
     record("POST", BATCH, {"data": [0, {"email": 2}]}),
     "r.email", 11),
    ("a choice", record("POST", BATCH, {"either": {"email": 1}}),
     record("POST", BATCH, {"either": {"email": 2}}),
     "r.email", 11),
    ("a twin step", record("POST", BATCH, {"other": 1}), record("POST", BATCH, {"other": 2}), "r.other", 21),
    ("a server of the configuration", record("PATCH", "https://x.example/api/orders", {"other": 1}),
     record("PATCH", "https://x.example/api/orders", {"other": 2}), "r.other", 21),
    ("a less literal step", record("PUT", f"{HOST}/v1/else", {"other": 1}),
     record("PUT", f"{HOST}/v1/else", {"other": 2}), "r.other", 21),
]  # fmt: skip


@pytest.mark.parametrize(
    ("left", "right", "found", "line"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS]
)
def test_a_field_leads_to(left: Record, right: Record, found: str, line: int) -> None:
    (difference,) = compare([left], [right]).differences
    part, place = locate(difference, INTEGRATION)
    assert part is not None
    assert (getattr(part, "id", None) or getattr(part, "name", None), place) == (found, span(line))


def test_whole_writes_lead_to_their_step_from_either_side() -> None:
    for left, right in (([member()], []), ([], [member()]), ([member()] * 2, [member()])):
        (difference,) = compare(left, right).differences
        assert locate(difference, INTEGRATION) == (STEPS[1].steps[3], span(31))  # type: ignore[union-attr]  # the loop


def test_a_read_leads_to_its_step() -> None:
    (difference,) = compare_reads([record("GET", "https://crm.example/contacts?offset=3")], [])
    assert locate(difference, INTEGRATION) == (STEPS[0], span(5))


def test_what_fits_no_step_leads_nowhere() -> None:
    (difference,) = compare([record("DELETE", f"{HOST}/v1/members/7")], []).differences
    assert locate(difference, INTEGRATION) == (None, None)
    assert locate(compare_outcomes(True, False)[0], INTEGRATION) == (None, None)
