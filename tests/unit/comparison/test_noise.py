"""What varies from run to run is held to its shape; all else that differs is a difference."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from typing import Any

import pytest

from migrate.shadow.answers import Answered
from migrate.shadow.comparison_settings import ComparisonSettings
from migrate.shadow.differences import Field
from migrate.shadow.noise import CONSTANT
from migrate.shadow.noise_together import TURNED, UNLIKE
from migrate.shadow.shapes import shape_of
from migrate.shadow.verdict import Judgement, LegResult, judge
from migrate.shadow.writes import Write
from migrate.shadow.written_files import TextFile

UUIDS = [f"{n}50e8400-e29b-41d4-a716-44665544000{n}" for n in range(4)]
OLD_UUID = "750e8400-e29b-11d4-a716-446655440000"
HEXES = [f"{n}f86d081884c7d65" for n in range(4)]
TIMES = [f"2026-11-22T16:00:0{n}Z" for n in range(4)]


def packed(text: str, second: int) -> str:
    return b64encode((text % (1763827200 + second)).encode()).decode()


def leg(name: str, value: Any, *, more: int = 0) -> LegResult:
    bodies = [{"id": 1, "v": value}, {"id": 2, "v": 0}, *({"id": 3 + n, "v": 0} for n in range(more))]
    writes = tuple(
        Write(n, "POST", "https://b.example/m", (), body, 201, "exact") for n, body in enumerate(bodies)
    )
    return LegResult(name, "completed", writes)


def judged(*values: Any) -> Judgement:
    """The legacy script, the other leg, the script again, the other leg again."""
    legs = [leg("legacy" if n % 2 == 0 else "node-red", value) for n, value in enumerate(values)]
    return judge(legs[:2], again=legs[2:])


def told(judgement: Judgement) -> str:
    (one,) = judgement.comparisons
    codes = ",".join(reason.code for reason in judgement.reasons)
    kinds = ", ".join(f"{kind} {count}" for kind, count in one.classes.items())
    return f"{judgement.verdict.name} {codes}: {kinds}".replace(" :", ":")


SAME = "PASS: equal 2, noise 1"
DIFFERS = "FAIL writes-differ: equal 1, different 1"
OPEN = "REVIEW unverifiable: equal 1, unverifiable 1"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (UUIDS, SAME),
        ([UUIDS[0], OLD_UUID, *UUIDS[2:]], DIFFERS),
        ([UUIDS[0], UUIDS[1].upper(), *UUIDS[2:]], DIFFERS),
        ([UUIDS[0], "none", *UUIDS[2:]], DIFFERS),
        ([UUIDS[0], None, *UUIDS[2:]], DIFFERS),
        (HEXES, SAME),
        ([HEXES[0], HEXES[1] + "00", *HEXES[2:]], DIFFERS),
        ([f"job-{one}" for one in HEXES], SAME),
        (["job-" + HEXES[0], "run-" + HEXES[1], "job-" + HEXES[2], "run-" + HEXES[3]], DIFFERS),
        (TIMES, SAME),
        ([TIMES[0], "2026-11-22T16:00:01", *TIMES[2:]], DIFFERS),
        ([TIMES[0], "2026-11-22T16:00:01.5Z", *TIMES[2:]], DIFFERS),
        ([TIMES[0], "2026-11-22T17:00:01Z", TIMES[2], "2026-11-22T17:00:03Z"], DIFFERS),
        ([TIMES[0], "2026-11-21T16:00:01Z", *TIMES[2:]], DIFFERS),
        ([f"at 16:00:0{n}" for n in range(4)], SAME),
        (["at 16:00:00", "at 17:00:01", "at 16:00:02", "at 17:00:03"], DIFFERS),
        ([f"https://b.example/m?sig={one}" for one in HEXES], OPEN),
        ([f'<a hash="{one}"/>' for one in HEXES], OPEN),
        ([f"https://b.example/m?sig=1&id={one}" for one in HEXES], SAME),
        ([one * 4 for one in HEXES], OPEN),
        (["23:59:58", "23:59:59", "00:00:01", "00:00:02"], SAME),
        ([packed('{"user":"ann","iat":%d}', n) for n in range(4)], SAME),
        ([packed('{"user":"ann","iat":%d}', n).rstrip("=") + ".x" for n in range(4)], SAME),
        ([packed('{"user":"%s","iat":%%d}' % ("bob" if n % 2 else "ann"), n) for n in range(4)], DIFFERS),
        ([packed('{"user":"ann","iat":%d}', n + 3600 * (n % 2)) for n in range(4)], DIFFERS),
        ([1763827200, 1763827201, 1763827202, 1763827203], SAME),
        ([1763827200, 1763827201000, 1763827202, 1763827203000], DIFFERS),
        ([1763827200, 1763827201.5, 1763827202, 1763827203.5], "FAIL writes-differ: equal 1, type changed 1"),
        ([1763827200, "1763827201", 1763827202, "1763827203"], "FAIL writes-differ: equal 1, type changed 1"),
        ([1763827200.25, 1763827201.5, 1763827202.125, 1763827203.5], SAME),
        ([41, 42, 43, 44], OPEN),
        ([41, "42", 43, "44"], "FAIL writes-differ: equal 1, type changed 1"),
        (["red", "green", "blue", "grey"], OPEN),
        # Varies on one side only.
        ([UUIDS[0], UUIDS[1], UUIDS[0], UUIDS[3]], DIFFERS),
        ([UUIDS[0], UUIDS[1], UUIDS[2], UUIDS[1]], DIFFERS),
        ([UUIDS[0], UUIDS[1], UUIDS[2]], OPEN),
        ([UUIDS[0], UUIDS[1], UUIDS[0], UUIDS[1]], DIFFERS),
        # The same day on both second runs: the right leg took the time of the second.
        (["2026-11-22", "2026-11-23", "2026-11-23", "2026-11-23"], SAME),
        # Nested.
        ([{"a": [one]} for one in UUIDS], SAME),
        ([{"a": [UUIDS[0]]}, {"a": [UUIDS[1], 1]}, {"a": [UUIDS[2]]}, {"a": [UUIDS[3], 1]}],
         "FAIL writes-differ: equal 1, extra 1, noise 1"),
        # The order of a list.
        ([["a", "b"], ["b", "a"], ["b", "a"], ["a", "b"]], SAME),
        ([["a", "b"], ["b", "a"], ["a", "b"], ["b", "a"]], "FAIL writes-differ: equal 1, reordered 1"),
        ([["a"], ["a", "b"], ["a", "c"], ["a"]], OPEN),
    ],
)  # fmt: skip
def test_a_value_that_varies_is(values: list[Any], expected: str) -> None:
    assert told(judged(*values)) == expected


def test_a_value_that_the_other_side_never_makes_anew_is_explained() -> None:
    (one,) = judged(UUIDS[0], UUIDS[1], UUIDS[2], UUIDS[1]).comparisons
    assert [str(found) for found in one.differences] == [
        f'POST https://b.example/m: body.v: "{UUIDS[0]}" became "{UUIDS[1]}" ({CONSTANT})'
    ]


def test_without_a_second_run_whatever_differs_is_a_difference() -> None:
    assert told(judge([leg("legacy", UUIDS[0]), leg("node-red", UUIDS[1])])) == DIFFERS


def swapped(name: str) -> LegResult:
    one = leg(name, 1)
    return replace(one, writes=tuple(reversed(one.writes)))


def test_order_that_varies_is_noise() -> None:
    found = judge([leg("legacy", 1), swapped("node-red")], again=[swapped("legacy"), leg("node-red", 1)])
    assert told(found) == "PASS: equal 2, noise 1"


def test_batches_with_values_that_vary_keep_their_order_among_other_writes() -> None:
    def sent(name: str, run: int, last: bool = False) -> LegResult:
        bulk = [
            Write(
                0,
                "POST",
                "https://b.example/bulk",
                (),
                [{"no": 2 * n + k, "at": TIMES[run]} for k in (0, 1)],
                200,
                "exact",
            )
            for n in (0, 1)
        ]
        other = Write(0, "POST", "https://b.example/m", (), {"id": 1}, 201, "exact")
        return LegResult(name, "completed", (*bulk, other) if last else (bulk[0], other, bulk[1]))

    again = [sent("legacy", 2), sent("node-red", 3)]
    assert told(judge([sent("legacy", 0), sent("node-red", 1)], again=again)) == "PASS: equal 3, noise 4"
    again = [sent("legacy", 2), sent("node-red", 3, last=True)]
    found = judge([sent("legacy", 0), sent("node-red", 1, last=True)], again=again)
    assert told(found) == "FAIL writes-differ: equal 3, reordered 1, noise 4"


def test_writes_in_varying_number_are_unverifiable() -> None:
    found = judge(
        [leg("legacy", 1), leg("node-red", 1, more=1)], again=[leg("legacy", 1, more=2), leg("node-red", 1)]
    )
    assert told(found) == "REVIEW unverifiable: equal 2, unverifiable 1"


def test_a_run_that_ends_otherwise_when_it_is_repeated_wants_a_review() -> None:
    failed = replace(leg("legacy", 1), state="failed")
    found = judge([leg("legacy", 1), leg("node-red", 1)], again=[failed])
    assert [reason.code for reason in found.reasons] == ["not-repeatable"]


def test_files_and_answers_are_held_to_their_shape_too() -> None:
    def done(name: str, n: int, extra: str = "") -> LegResult:
        files = (
            TextFile("log.txt", f"begin\nat {TIMES[n]}{extra}\n"),
            TextFile("f.csv", f"id;at\n1;{TIMES[n]}\n"),
        )
        answer = Answered(0, "POST", "/in", 200, (), {"id": UUIDS[n]})
        return LegResult(name, "completed", files=files, answers=(answer,))

    again = [done("legacy", 2), done("node-red", 3)]
    assert told(judge([done("legacy", 0), done("node-red", 1)], again=again)) == "PASS: noise 3"
    found = judge([done("legacy", 0), done("node-red", 1, "!")], again=again)
    assert told(found) == "FAIL files-differ: different 1, noise 2"


@pytest.mark.parametrize(
    ("one", "other", "shape"),
    [
        ("2026-11-22T16:00:00.123456+01:00", "2026-11-22T16:00:01.000001+01:00", "text, date-time T, 6 digits, +01:00"),
        ("2026-11-22 16:00", "2026-11-22 16:01", "text, date-time space, minutes, no zone"),
        ("2026-11-22T16:00:00Z", "2026-11-22T16:00:01+00:00", None),
        ("2026-11-22", "2026-11-23", "text, date"),
        ("20261122T161039Z", "20261122T161040Z", "text, date-time without hyphens, T, Z"),
        ("20261122161039", "20261122161040", "text, date-time without hyphens, no separator, no zone"),
        ("Sun, 22 Nov 2026 16:10:39 GMT", "Sun, 22 Nov 2026 16:10:40 GMT", "text, date of a header, GMT"),
        (UUIDS[0], UUIDS[1], "text, uuid 4, lower case"),
        (UUIDS[0], OLD_UUID, None),
        ("1763827200123", "1763827200124", "text, epoch milliseconds"),
        (1763827200123, 1763827200124, "integer, epoch milliseconds"),
        (7, 8, None),
        ("10000001", "10000002", None),
        ("70000011", "7f3a9c11", "text, hex lower case, 8 digits"),
        ("7F3A9C11", "7f3a9c11", None),
        ("8Z9vYmFyMTIzNDU2Nzg5MA==", "Am9vYmFyMTIzNDU2Nzg5MA==", "text, token, 24 characters"),
        ("Zm9vYmFyMT+zNDU2Nzg5/A==", "Am9vYmFyMT+zNDU2Nzg5/B==", "text, base64, 24 characters"),
        ("b3JkZXIgMTc2MzgyNzIwMCE=", "b3JkZXIgMTc2MzgyNzIwNyE=", "text base64(order <epoch seconds>!)="),
        ("b3JkZXIgMTc2MzgyNzIwMCE=", "T3JkZXIgMTc2MzgyNzIwNyE=", None),
        ("https://a.example/x?at=1763827200&n=1", "https://a.example/x?at=1763827201&n=1",
         "text https://a.example/x?at=<epoch seconds>&n=1"),
        ("https://a.example/x?at=1763827200&n=1", "https://a.example/x?at=1763827201&n=2", None),
        ("multipart/form-data; boundary=9f86d081884c7d65", "multipart/form-data; boundary=1b4f0e9851971998",
         "text multipart/form-data; boundary=<hex lower case, 16 digits>"),
        ("--9f86d081884c7d65\r\n\r\nx\r\n--9f86d081884c7d65--", "--1b4f0e9851971998\r\n\r\ny\r\n--1b4f0e9851971998--",
         None),
        ("abc", "abd", None),
        (True, False, None),
        (None, "a", None),
        ("a", "a", None),
    ],
)  # fmt: skip
def test_the_shape_of_two_values(one: Field, other: Field, shape: str | None) -> None:
    for values in ((one, other), (other, one)):
        found = shape_of(*values)
        assert (found if found is None else str(found)) == shape


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("signature", "REVIEW"),
        ("X-Hub-Signature-256", "REVIEW"),
        ("bodyHash", "REVIEW"),
        ("md5", "REVIEW"),
        ("Authorization", "REVIEW"),
        ("contentSHA256", "REVIEW"),
        ("id", "PASS"),
        ("machine", "PASS"),
        ("designId", "PASS"),
        ("assigned", "PASS"),
    ],
)
def test_what_may_be_computed_of_what_varies_wants_a_review(name: str, verdict: str) -> None:
    legs = [
        LegResult(
            "legacy" if n % 2 == 0 else "node-red",
            "completed",
            (Write(0, "POST", "https://b.example/m", (), {"no": 1, name: HEXES[n]}, 201, "exact"),),
        )
        for n in range(4)
    ]
    assert judge(legs[:2], again=legs[2:]).verdict.name == verdict


def run(name: str, *bodies: Any) -> LegResult:
    writes = (
        Write(n, "POST", "https://b.example/m", (), body, 201, "exact") for n, body in enumerate(bodies)
    )
    return LegResult(name, "completed", tuple(writes))


def test_an_identifier_that_stays_beside_one_that_varies_is_compared() -> None:
    known = "9a3c5d10-1f3e-4c57-8d53-0e1a2b3c4d5e"
    other = "0b4d6e21-2f4f-4d68-9e64-1f2b3c4d5e6f"
    texts = [f"customers/{other if n == 1 else known}/events/{UUIDS[n]}" for n in range(4)]
    assert told(judged(*texts)) == DIFFERS
    assert told(judged(*(text.replace(other, known) for text in texts))) == SAME


@pytest.mark.parametrize("together", ["left", "right", "both"])
def test_random_values_are_the_same_in_the_same_places(together: str) -> None:
    legs = []
    for n, name in enumerate(("legacy", "node-red", "legacy", "node-red")):
        one = UUIDS[n]
        same = together in ("both", ("left", "right")[n % 2])
        legs.append(
            run(name, {"id": 1, "v": one}, {"id": 2, "v": one if same else one.replace("e29b", "e29c")})
        )
    verdict = judge(legs[:2], again=legs[2:])
    assert [reason.code for reason in verdict.reasons] == ([] if together == "both" else ["unverifiable"])
    (pair,) = verdict.comparisons
    # Each of the two writes is equal but for what varies, or it is not counted.
    assert pair.classes == (
        {"equal": 2, "noise": 2} if together == "both" else {"equal": 1, "unverifiable": 1, "noise": 1}
    )
    assert pair.writes.classes == pair.classes
    assert len(pair.writes.noisy) == pair.writes.equal


@pytest.mark.parametrize("together", ["left", "right", "both"])
def test_random_values_of_one_write_are_the_same_in_the_same_places_or_differ(together: str) -> None:
    legs = []
    for n, name in enumerate(("legacy", "node-red", "legacy", "node-red")):
        same = together in ("both", ("left", "right")[n % 2])
        body = {"id": 1, "v": UUIDS[n], "w": UUIDS[n] if same else UUIDS[n].replace("e29b", "e29c")}
        legs.append(run(name, body, {"id": 2}))
    verdict = judge(legs[:2], again=legs[2:])
    (one,) = verdict.comparisons
    if together == "both":
        assert told(verdict) == "PASS: equal 2, noise 2"
    else:
        assert told(verdict) == "FAIL writes-differ: equal 1, different 1, noise 1"
        assert UNLIKE in str(one.differences[0])


@pytest.mark.parametrize(
    ("right", "expected"),
    [
        (("start", "end"), "PASS: equal 1, noise 2"),
        (("end", "start"), "FAIL writes-differ: different 1, noise 1"),
    ],
)
def test_of_two_times_the_later_one_stays_the_later_one(right: tuple[str, str], expected: str) -> None:
    legs = []
    for n, name in enumerate(("legacy", "node-red", "legacy", "node-red")):
        names = right if n % 2 else ("start", "end")
        times = [f"2026-11-22T16:00:{n}{second}Z" for second in (1, 5)]
        legs.append(run(name, {"id": 1, **dict(sorted(zip(names, times, strict=True)))}))
    verdict = judge(legs[:2], again=legs[2:])
    assert told(verdict) == expected
    (pair,) = verdict.comparisons
    assert all(TURNED in str(one) for one in pair.differences)


def test_writes_of_one_record_keep_their_order_where_that_of_records_varies() -> None:
    declared = {"keys": [{"operation": "POST https://b.example/m", "key": ["body.id"]}]}
    settings = ComparisonSettings.model_validate(declared)
    one, two = ([{"id": n, "state": state} for state in ("new", "paid")] for n in (1, 2))
    again = [run("legacy", *two, *one), run("node-red", *one, *two)]
    for right, expected in (([*one, *two], "PASS"), ([*one[::-1], *two], "FAIL")):
        legs = [run("legacy", *one, *two), run("node-red", *right)]
        assert judge(legs, again=again, settings=settings).verdict.name == expected
