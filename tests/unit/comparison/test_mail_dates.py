"""The date of a mail is compared: as it stands, or held to its shape where it varies; what a client adds is counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from migrate.shadow.mail_dates import added_by_client
from migrate.shadow.mails import Mail
from migrate.shadow.messages import Answer, Exchange
from migrate.shadow.tolerance import RuleHit
from migrate.shadow.verdict import Judgement, LegResult, judge
from migrate.shadow.writes import Write

CAME = datetime(2026, 11, 22, 16, 10, 40, tzinfo=UTC)


def leg(name: str, date: str | None, came: datetime) -> LegResult:
    lines = [*([f"Date: {date}"] if date is not None else []), "Subject: open", "", "two"]
    mail = Mail("a@a.example", ("b@b.example",), "\r\n".join(lines).encode())
    request = mail.request("smtp://mail:25")
    exchange = Exchange(0, request, Answer(250), "exact", added=added_by_client(request.headers, came))
    return LegResult(name, "completed", (Write.of(exchange),))


def judged(*dates: str | None) -> Judgement:
    """The dates of the script, the other side, the script again, the other side again, each ten seconds later."""
    legs = [
        leg("legacy" if n % 2 == 0 else "node-red", date, CAME + timedelta(seconds=10 * n))
        for n, date in enumerate(dates)
    ]
    return judge(legs[:2], again=legs[2:])


def at(*seconds: int, zone: str = "+0000") -> list[str]:
    return [f"{CAME + timedelta(seconds=n):%a, %d %b %Y %H:%M:%S} {zone}" for n in seconds]


MADE = at(0, 10, 20, 30)
DIFFERS = "FAIL writes-differ"


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ([None, None], "PASS"),
        ([MADE[0], MADE[0]], "PASS"),
        (MADE, "PASS"),
        (at(0, 10, 20, 30, zone="-0000"), "PASS"),
        # Only the client of the right side adds one, and only as the time at which the mail comes.
        ([None, MADE[1]], "PASS"),
        ([MADE[0], None], DIFFERS),
        ([MADE[0], None, MADE[2], None], DIFFERS),
        ([None, at(10, zone="+0100")[0]], DIFFERS),
        ([None, at(10, zone="-0000")[0]], DIFFERS),
        ([None, at(3700)[0]], DIFFERS),
        ([None, at(-3700)[0]], DIFFERS),
        ([None, MADE[1].replace("2026", "2016")], DIFFERS),
        ([None, MADE[1].replace("Sun", "Mon")], DIFFERS),
        ([None, "now"], DIFFERS),
        ([None, ""], DIFFERS),
        # Where the script sets it, it is held to its shape and to the time of the run.
        ([MADE[0], "now", MADE[2], "then"], DIFFERS),
        ([MADE[0], *at(10, zone="+0100"), MADE[2], *at(30, zone="+0100")], DIFFERS),
        ([MADE[0], *at(10, zone="-0000"), MADE[2], *at(30, zone="-0000")], DIFFERS),
        ([MADE[0], *at(3610), MADE[2], *at(3630)], DIFFERS),
        ([MADE[0], MADE[1].replace("2026", "2016"), MADE[2], MADE[3].replace("2026", "2016")], DIFFERS),
        ([MADE[0], MADE[1].replace("Sun", "Mon"), MADE[2], MADE[3].replace("Sun", "Mon")], DIFFERS),
        ([MADE[0], MADE[1], MADE[2], MADE[1]], DIFFERS),
        ([MADE[0], MADE[1], MADE[0], MADE[3]], DIFFERS),
    ],
)  # fmt: skip
def test_a_date_is(dates: list[str | None], expected: str) -> None:
    found = judged(*dates)
    codes = ",".join(reason.code for reason in found.reasons)
    assert f"{found.verdict.name} {codes}".strip() == expected


def test_a_date_that_a_client_adds_is_counted() -> None:
    (one,) = judged(None, MADE[1]).comparisons
    assert one.hits == (RuleHit("transport-headers", "date", 1),)
    (one,) = judged(None, "now").comparisons
    assert [str(found) for found in one.differences] == [
        'MAIL smtp://mail:25: headers.date: absent became "now"'
    ]


def test_the_date_of_a_request_is_compared_like_any_header() -> None:
    legs = [
        LegResult(
            name,
            "completed",
            (Write(0, "POST", "https://b.example/m", (("date", date),), {"id": 1}, 201, "exact"),),
        )
        for name, date in zip(("legacy", "node-red"), at(0, 3600), strict=True)
    ]
    assert [reason.code for reason in judge(legs).reasons] == ["writes-differ"]
