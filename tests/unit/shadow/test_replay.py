"""A recording answers what was recorded, and nothing else."""

from __future__ import annotations

import gzip
import json
import random
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.shadow.bodies import UnreadableBodyError
from migrate.shadow.classification import Classification, Mark
from migrate.shadow.matching import Matching, Question
from migrate.shadow.messages import Answer, Headers, Request
from migrate.shadow.recording import Recorded, Recording
from migrate.shadow.redaction import Redactor
from migrate.shadow.replay import Replay, Reply
from migrate.shadow.replay_settings import ReplaySettings

JSON: Headers = (("Content-Type", "application/json"),)


def _replay(
    *requests: Request, marks: tuple[Mark, ...] = (), secrets: dict[str, str] | None = None
) -> Replay:
    recorded = tuple(
        Recorded(f"entries[{number}]", request, Answer(200, (), f"answer {number}".encode()))
        for number, request in enumerate(requests)
    )
    return Replay(Recording(recorded), Classification(marks), Redactor(secrets or {}))


def _get(url: str) -> Request:
    return Request("GET", url)


def _post(body: str, headers: Headers = JSON) -> Request:
    return Request("POST", "https://a.example/items", headers, body.encode())


@pytest.mark.parametrize(
    ("recorded", "asked", "source"),
    [
        (_get("https://a.example/x?a=1&b=2"), _get("https://a.example/x?a=1&b=2"), "exact"),
        (_get("https://a.example/x?a=1&b=2"), _get("https://A.example:443/x?a=1&b=2"), "exact"),
        (_get("https://a.example/x?a=1&b=2"), _get("https://a.example/x?b=2&a=1"), "canonical"),
        (_get("https://a.example/x?q=a%20b"), _get("https://a.example/x?q=a+b"), "canonical"),
        (_get("https://a.example"), _get("https://a.example/"), "exact"),
        (_get("https://a.example/%7eu"), _get("https://a.example/~u"), "exact"),
        (_get("https://a.example/x"), _get("http://a.example/x"), "refused"),
        (_get("https://a.example/x"), _get("https://a.example:8443/x"), "refused"),
        (_get("https://a.example/x"), _get("https://a.example/X"), "refused"),
        (_get("https://a.example/x?a=1&a=2"), _get("https://a.example/x?a=2&a=1"), "refused"),
        (_get("https://a.example/x?a"), _get("https://a.example/x?a="), "refused"),
        (_get("https://a.example/x"), Request("HEAD", "https://a.example/x"), "refused"),
        (_post('{"a": 1, "b": [1.5]}'), _post('{"a": 1, "b": [1.5]}'), "exact"),
        (_post('{"a": 1, "b": [1.5]}'), _post('{"b":[1.5],"a":1}'), "canonical"),
        (_post('{"a": 1}'), _post('{"a": 1.0}'), "synthetic"),
        (_post('{"a": 1}'), _post('{"a": "1"}'), "synthetic"),
        (_post('{"a": 1}'), _post('{"a": true}'), "synthetic"),
        (_post('{"a": null}'), _post('{"a": "None"}'), "synthetic"),
        (_post('{"a": 0.1}'), _post('{"a": 0.1000000000000000055}'), "synthetic"),
        (_post('{"a": 9007199254740993}'), _post('{"a": 9007199254740992}'), "synthetic"),
        (_post('{"a": 1e2}'), _post('{"a":1E2}'), "canonical"),
        (_post('["integer", "1"]'), _post("[1]"), "synthetic"),
        (_post("b=2&a=1", ()), _post("a=1&b=2", ()), "synthetic"),
        (_post('{"a": 1}'), Request("POST", "https://a.example/items", (*JSON, ("Content-Encoding", "gzip")),
                                    gzip.compress(b'{"a": 1}')), "exact"),
    ],
)  # fmt: skip
def test_requests_are_matched_by_meaning_and_never_by_likeness(
    recorded: Request, asked: Request, source: str
) -> None:
    assert _replay(recorded).reply(asked).source == source


def test_answers_of_one_request_come_in_order_and_a_read_repeats_the_last() -> None:
    replay = _replay(*[_get("https://a.example/x")] * 2)
    replies = [replay.reply(_get("https://a.example/x")) for _ in range(4)]
    assert [(reply.answer.body, reply.source) for reply in replies] == [
        (b"answer 0", "exact"),
        (b"answer 1", "exact"),
        (b"answer 1", "repeated"),
        (b"answer 1", "repeated"),
    ]


def test_an_exact_match_is_preferred_to_an_earlier_canonical_one() -> None:
    replay = _replay(_get("https://a.example/x?a=1&b=2"), _get("https://a.example/x?b=2&a=1"))
    assert replay.reply(_get("https://a.example/x?b=2&a=1")).answer.body == b"answer 1"
    assert [recorded.place for recorded in replay.unused()] == ["entries[0]"]


def test_a_write_beyond_its_recordings_gets_a_synthetic_answer() -> None:
    replay = _replay(_post("{}"))
    assert [replay.reply(_post("{}")).source for _ in range(2)] == ["exact", "synthetic"]
    assert replay.reply(_post('{"new": 1}')).answer == Answer(
        200, (("content-type", "application/json"),), b"{}"
    )


def test_marks_say_what_is_a_write() -> None:
    marks = (
        Mark("POST", r"https://a\.example/search", "read"),
        Mark("post", r"https://a\.example/token", "auth"),
        Mark("GET", r"https://a\.example/delete\?id=\d+", "write"),
    )
    replay = _replay(Request("POST", "https://a.example/token"), marks=marks)
    assert [replay.reply(Request("POST", "https://a.example/token")).source for _ in range(2)] == [
        "exact",
        "repeated",
    ]
    assert replay.reply(Request("POST", "https://a.example/search")).source == "refused"
    assert replay.reply(Request("POST", "https://a.example/search/more")).source == "synthetic"
    assert replay.reply(_get("https://a.example/delete?id=7")).source == "synthetic"
    assert replay.reply(_get("https://a.example/delete?id=x")).source == "refused"


def test_write_wins_where_marks_contradict_each_other() -> None:
    classification = Classification((Mark("POST", ".*", "read"), Mark("POST", ".*/items", "write")))
    assert classification.is_write(_post("{}"))


def test_a_read_that_was_not_recorded_is_refused_with_the_nearest() -> None:
    replay = _replay(_get("https://a.example/items?page=1"), _get("https://b.example/items?page=2"))
    reply = replay.reply(_get("https://a.example/items?page=2"))
    assert (reply.answer.status, reply.source) == (599, "refused")
    assert json.loads(reply.answer.body) == {
        "hubshift": "this read is not in the recording",
        "request": "GET https://a.example/items?page=2",
        "nearest": "GET https://a.example/items?page=1",
        "place": "entries[0]",
        "difference": ["query page: 2 instead of 1"],
    }


@pytest.mark.parametrize("recorded", ["s3cret-value", "{{KEY}}"])
def test_a_recording_matches_with_its_secrets_shown_or_hidden(recorded: str) -> None:
    replay = _replay(_get(f"https://a.example/x?key={recorded}"), secrets={"KEY": "s3cret-value"})
    reply = replay.reply(_get("https://a.example/x?key=s3cret-value"))
    assert (reply.source, reply.request.url) == ("exact", "https://a.example/x?key={{KEY}}")
    assert replay.reply(_get("https://a.example/x?key=another")).source == "refused"


def test_ten_thousand_answers_of_one_request_come_in_order() -> None:
    replay = _replay(*[_get("https://a.example/x")] * 10_000)
    bodies = [replay.reply(_get("https://a.example/x")).answer.body for _ in range(10_000)]
    assert bodies == [f"answer {number}".encode() for number in range(10_000)]


def test_a_placeholder_that_nobody_filled_in_is_told_from_the_secret() -> None:
    recorded = Recorded(
        "entries[0]",
        Request("POST", "https://a.example/in?k={{TOKEN}}", (("X-Key", "{{TOKEN}}"),), b'{"t": "{{TOKEN}}"}'),
        Answer(201),
    )
    redactor = Redactor({"TOKEN": "canary-value"})
    replay = Replay(Recording((recorded, recorded)), Classification(), redactor)
    filled = Request(
        "POST", "https://a.example/in?k=canary-value", (("X-Key", "canary-value"),), b'{"t": "canary-value"}'
    )
    left_open = Request(
        "POST", "https://a.example/in?k={{TOKEN}}", (("X-Key", "{{TOKEN}}"),), b'{"t": "{{TOKEN}}"}'
    )
    good, bad = replay.reply(filled), replay.reply(left_open)
    assert (good.answer.status, bad.answer.status) == (201, 201)
    assert good.request.body == b'{"t": "{{TOKEN}}"}'
    assert bad.request.body == b'{"t": "{{TOKEN|literal}}"}'
    assert bad.request.url.endswith("k={{TOKEN|literal}}")
    assert bad.request.headers == (("X-Key", "{{TOKEN|literal}}"),)


NEAREST = [
    (
        "a path of the same length, then one segment",
        [_get("https://a.example/v1/orders/7"), _get("https://a.example/v1/items/8?x=1")],
        _get("https://a.example/v1/orders/8"),
        "entries[0]",
        ["path segment 3: 8 instead of 7"],
    ),
    (
        "paths of another length",
        [_get("https://a.example/v1/orders")],
        _get("https://a.example/orders"),
        "entries[0]",
        ["path: /orders instead of /v1/orders"],
    ),
    (
        "another server, method, scheme and port",
        [Request("HEAD", "http://b.example:8080/x")],
        _get("https://a.example/x"),
        "entries[0]",
        [
            "method: GET instead of HEAD",
            "scheme: https instead of http",
            "host: a.example instead of b.example",
            "port: 443 instead of 8080",
        ],
    ),
    (
        "names of the query count more than values",
        [_get("https://a.example/x?limit=5&page=2&sort=a"), _get("https://a.example/x?limit=9&page=7")],
        _get("https://a.example/x?limit=5&page=2"),
        "entries[1]",
        ["query limit: 5 instead of 9", "query page: 2 instead of 7"],
    ),
    (
        "names on one side only, values without and in another order",
        [_get("https://a.example/x?a&b=1&b=2&only=there")],
        _get("https://a.example/x?a=&b=2&b=1&here=1"),
        "entries[0]",
        [
            "query a:  instead of (no value)",
            "query b: 2, 1 instead of 1, 2",
            "query here: 1, which the recorded request does not have",
            "query only: missing, there in the recorded request",
        ],
    ),
    (
        "the body with the fewest other values",
        [_post('{"q": {"since": 1, "to": 2}}'), _post('{"q": {"since": 9, "to": 2.5}, "r": [2]}')],
        _post('{"q": {"since": 9, "to": 2.50}, "r": [1]}'),
        "entries[1]",
        [
            "body /q/to: 2.50 instead of 2.5",
            "body /r/0: 1 instead of 2",
        ],
    ),
    (
        "a body that is no JSON",
        [Request("POST", "https://a.example/items", (), b"abc")],
        Request("POST", "https://a.example/items", (), b"abcd"),
        "entries[0]",
        ["body: 4 bytes instead of 3 bytes"],
    ),
    ("nothing recorded", [], _get("https://a.example/x"), None, []),
]


@pytest.mark.parametrize(
    ("recorded", "asked", "place", "difference"),
    [row[1:] for row in NEAREST],
    ids=[row[0] for row in NEAREST],
)
def test_a_refusal_names_the_nearest_request_and_each_difference(
    recorded: list[Request], asked: Request, place: str | None, difference: list[str]
) -> None:
    marks = (Mark("POST", ".*", "read"),)
    reply = _replay(*recorded, marks=marks).reply(asked)
    assert reply.refusal is not None
    assert (reply.refusal.place, [str(one) for one in reply.refusal.differences]) == (place, difference)
    shown = json.loads(reply.answer.body)
    assert (shown["place"], shown["difference"]) == (place, difference)


def test_a_refusal_holds_no_secret_and_cuts_long_values() -> None:
    replay = _replay(_get("https://a.example/x?key=another-key"), secrets={"KEY": "s3cret-value"})
    reply = replay.reply(_get(f"https://a.example/x?key=s3cret-value&long={'z' * 500}"))
    assert b"s3cret-value" not in reply.answer.body
    assert reply.refusal is not None
    assert [str(one) for one in reply.refusal.differences] == [
        "query key: {{KEY}} instead of another-key",
        f"query long: {'z' * 80}…, which the recorded request does not have",
    ]


ASKED = st.builds(
    lambda path, pairs, body: Request(
        "POST" if body is not None else "GET",
        f"https://a.example/{path}?{urlencode(pairs)}" if pairs else f"https://a.example/{path}",
        JSON if body is not None else (),
        b"" if body is None else json.dumps(body).encode(),
    ),
    st.sampled_from(["a", "b", "a/b"]),
    st.lists(st.tuples(st.sampled_from("xyz"), st.sampled_from(["1", "2", ""])), max_size=3),
    st.none() | st.dictionaries(st.sampled_from("pqr"), st.sampled_from([1, 1.0, "1", None, [1], {"q": 1}])),
)


def _meaning(request: Request) -> object:
    """What a request asks for, told by other means than those under test."""
    parts = urlsplit(request.url)
    pairs = sorted(parse_qsl(parts.query, keep_blank_values=True), key=lambda pair: pair[0])
    return request.method, parts.path, pairs, json.dumps(json.loads(request.body or b"0"), sort_keys=True)


@given(st.lists(ASKED, max_size=8), st.lists(ASKED, max_size=4), st.randoms(use_true_random=False))
def test_a_request_never_gets_the_answer_of_one_that_means_something_else(
    recorded: list[Request], others: list[Request], chance: random.Random
) -> None:
    replay = _replay(*recorded, marks=(Mark("POST", ".*", "read"),))
    asked = [_shuffled(one, chance) for one in recorded]
    chance.shuffle(asked)
    for request in (*asked, *others):
        reply = replay.reply(request)
        meant = [number for number, one in enumerate(recorded) if _meaning(one) == _meaning(request)]
        answers = {f"answer {number}".encode() for number in meant}
        assert (reply.answer.body in answers) if answers else (reply.source == "refused")
    assert replay.unused() == ()


def _shuffled(request: Request, chance: random.Random) -> Request:
    """The same with its parameters and keys in another order; values of one name keep theirs."""
    pairs = parse_qsl(urlsplit(request.url).query, keep_blank_values=True)
    names = list(dict.fromkeys(name for name, _ in pairs))
    chance.shuffle(names)
    query = urlencode([pair for name in names for pair in pairs if pair[0] == name])
    body = json.loads(request.body or b"null")
    keys = list(body or ())
    chance.shuffle(keys)
    return replace(
        request,
        url=request.url.partition("?")[0] + (f"?{query}" if query else ""),
        body=json.dumps({key: body[key] for key in keys}).encode() if request.body else b"",
    )


def test_twenty_thousand_requests_are_each_taken_apart_once(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = 0
    whole = Matching.question

    def counted(*arguments: Any) -> Question:
        nonlocal taken
        taken += 1
        return whole(*arguments)

    monkeypatch.setattr(Matching, "question", counted)
    urls = [f"https://a.example/items/{number % 9_000}?n={number % 7}" for number in range(20_000)]
    replay = _replay(*map(_get, urls))
    assert {replay.reply(_get(url)).source for url in urls} == {"exact"}
    assert taken == len(set(urls))


GZIP = ("Content-Encoding", "gzip")
HEADERS: list[Headers] = [
    (),
    JSON,
    (("Content-Type", "application/x-www-form-urlencoded"),),
    (*JSON, ("X-Key", "s3cret-value")),
    (*JSON, ("X-Key", "{{KEY}}")),
    (("Content-Type", "text/{{KEY}}"),),
    (*JSON, GZIP),
]
TEXTS = ["s3cret-value", "{{KEY}}", "{{KEY|literal}}", "%7B%7BKEY%7D%7D", "s3cret%2Dvalue", "plain", "%7e"]
URLS = [f"https://a.example/x?k={text}" for text in TEXTS] + ["https://A.example:443/x?k=plain"]
BODIES = [b"", b'{"a": 1}', b'{"a":1}', b'{"k": "s3cret-value"}', b'{"k": "{{KEY}}"}', b"a=1&b=2", b"b=2&a=1"]


def _outcome(replay: Replay, request: Request) -> Reply | str:
    try:
        return replay.reply(request)
    except UnreadableBodyError as error:
        return str(error)


@pytest.mark.parametrize("headers", HEADERS)
def test_what_is_found_as_it_stands_is_what_is_found_by_its_meaning(
    headers: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    bodies = [*BODIES, gzip.compress(BODIES[1], mtime=0)]
    recorded = [Request("POST" if body else "GET", url, headers, body) for url in URLS for body in bodies]
    asked = [replace(one, headers=others) for one in recorded for others in HEADERS]
    random.Random(1).shuffle(asked)
    quick = _replay(*recorded, secrets={"KEY": "s3cret-value"})
    monkeypatch.setattr(Replay, "_stays", lambda *_: False)
    slow = _replay(*recorded, secrets={"KEY": "s3cret-value"})
    assert [_outcome(quick, one) for one in asked] == [_outcome(slow, one) for one in asked]
    assert quick.unused() == slow.unused()


def test_a_request_that_was_recorded_as_it_stands_is_not_redacted_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    headers = (("Authorization", "Bearer s3cret-value"), *JSON)
    asked = [_post(f'{{"a": {number}}}', headers) for number in range(3)]
    replay = _replay(*asked, secrets={"KEY": "s3cret-value"})
    monkeypatch.delattr(Redactor, "request")
    replies = [replay.reply(one) for one in asked]
    assert [reply.source for reply in replies] == ["exact"] * 3
    assert {reply.request.headers for reply in replies} == {(("Authorization", "Bearer {{KEY}}"), *JSON)}


def test_an_answer_is_sent_as_it_was_recorded_and_kept_without_its_secrets() -> None:
    page = Recorded("entries[0]", _get("https://a.example/x"), Answer(200, (), b"s3cret-value"))
    replay = Replay(Recording((page,)), Classification(), Redactor({"KEY": "s3cret-value"}))
    for source in ("exact", "repeated"):
        reply = replay.reply(_get("https://a.example/x"))
        assert (reply.answer.body, reply.kept.body, reply.source) == (b"s3cret-value", b"{{KEY}}", source)


def _settings(*volatile: dict[str, str]) -> ReplaySettings:
    return ReplaySettings.model_validate({"volatile": volatile})


VOLATILE = _settings(
    {"method": "GET", "url": "https://a.example/x", "in": "query", "name": "ts"},
    {"url": "https://a.example/users/{id}/events", "in": "query", "name": "nonce"},
    {"method": "post", "url": "https://A.example:443/items", "in": "body", "path": "/meta/request"},
    {"method": "POST", "url": "https://a.example/items", "in": "body", "path": "/rows/*/at"},
    {"method": "POST", "url": "https://a.example/items", "in": "body", "path": "/stamp"},
)
USERS = "https://a.example/users"
FORM: Headers = (("Content-Type", "application/x-www-form-urlencoded"),)


@pytest.mark.parametrize(
    ("recorded", "asked", "source"),
    [
        (_get("https://a.example/x?ts=1&a=1"), _get("https://a.example/x?a=1&ts=2"), "canonical"),
        (_get("https://a.example/x?ts=1"), _get("https://a.example/x?ts=1"), "exact"),
        (_get("https://a.example/x?ts=1&a=1"), _get("https://a.example/x?ts=2&a=2"), "refused"),
        (_get("https://a.example/x?ts=1"), _get("https://a.example/x"), "refused"),
        (_get("https://a.example/x?ts=1"), _get("https://a.example/x?ts=1&ts=2"), "refused"),
        (_get("https://a.example/y?ts=1"), _get("https://a.example/y?ts=2"), "refused"),
        (Request("HEAD", "https://a.example/x?ts=1"), Request("HEAD", "https://a.example/x?ts=2"), "refused"),
        (_get(f"{USERS}/7/events?nonce=1"), _get(f"{USERS}/7/events?nonce=2"), "canonical"),
        (_get(f"{USERS}/7/events?nonce=1"), _get(f"{USERS}/8/events?nonce=1"), "refused"),
        (_get(f"{USERS}/7/8/events?nonce=1"), _get(f"{USERS}/7/8/events?nonce=2"), "refused"),
        (_post('{"meta": {"request": 1}, "a": 1}'), _post('{"a": 1, "meta": {"request": [2]}}'), "canonical"),
        (_post('{"meta": {"request": 1}, "a": 1}'), _post('{"meta": {}, "a": 1}'), "synthetic"),
        (_post('{"meta": {"request": 1}}'), _post('{"meta": {"request": 1, "b": 1}}'), "synthetic"),
        (_post('{"rows": [{"at": 1}, {"at": 2}]}'), _post('{"rows": [{"at": 3}, {"at": 4}]}'), "canonical"),
        (_post('{"rows": [{"at": 1}]}'), _post('{"rows": [{"at": 3}, {"at": 4}]}'), "synthetic"),
        (_post("stamp=1&a=2", FORM), _post("a=2&stamp=7", FORM), "canonical"),
        (_post("stamp=1&a=2", FORM), _post("a=3&stamp=1", FORM), "synthetic"),
    ],
)  # fmt: skip
def test_declared_volatile_values_do_not_take_part_in_finding_an_answer(
    recorded: Request, asked: Request, source: str
) -> None:
    recording = Recording((Recorded("entries[0]", recorded, Answer(200)),))
    replay = Replay(recording, Classification(), Redactor({}), VOLATILE)
    reply = replay.reply(asked)
    assert (reply.source, reply.request.url) == (source, asked.url)


def test_of_answers_that_differ_in_volatile_values_only_the_same_one_goes_first_then_the_next() -> None:
    recorded = tuple(
        Recorded(f"entries[{n}]", _get(f"https://a.example/x?ts={n}"), Answer(200, (), str(n).encode()))
        for n in range(4)
    )
    replay = Replay(Recording(recorded), Classification(), Redactor({}), VOLATILE)
    replies = [replay.reply(_get(f"https://a.example/x?ts={ts}")) for ts in (2, 9, 9, 9, 1, 9)]
    assert [(one.answer.body, one.source) for one in replies] == [
        (b"2", "exact"),
        (b"0", "canonical"),
        (b"1", "canonical"),
        (b"3", "canonical"),
        (b"1", "repeated"),
        (b"3", "repeated"),
    ]
