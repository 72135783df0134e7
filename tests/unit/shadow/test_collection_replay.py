"""A page of another size holds what the server would have given, or is refused; it is never anything else."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrate.shadow.classification import Classification
from migrate.shadow.collection_answers import VARYING
from migrate.shadow.collection_order import in_order
from migrate.shadow.envelope import Uncertain
from migrate.shadow.messages import Answer, Request
from migrate.shadow.recording import Recorded, Recording
from migrate.shadow.redaction import Redactor
from migrate.shadow.replay import Replay
from migrate.shadow.replay_settings import Order, ReplaySettings
from tests.unit.shadow.paging_servers import SERVERS, URL, Server, request

BY_NAME = {server.name: server for server in SERVERS}
SIZES = {"page": "per_page"}


def _records(count: int) -> list[dict[str, Any]]:
    return [{"id": 100 - n, "price": f"{n}.10", "tags": ["a", {"b": n % 2 == 0}]} for n in range(count)]


def _replay(recording: Recording, *collections: dict[str, Any]) -> Replay:
    declared = ReplaySettings.model_validate({"collections": collections})
    return Replay(recording, Classification(), Redactor({}), declared)


def _size(server: Server, size: int | None) -> dict[str, str]:
    name = SIZES.get(server.setting["paging"], "limit")
    return {} if size is None else {name: str(size)}


def _shown(answer: Answer) -> tuple[int, list[tuple[str, str]], Any]:
    headers = [(name, text) for name, text in answer.headers if name.lower() not in VARYING]
    return answer.status, headers, json.loads(answer.body)


@pytest.mark.parametrize("server", SERVERS, ids=lambda server: server.name)
@settings(max_examples=150)
@given(st.integers(0, 23), st.integers(1, 9), st.integers(1, 9), st.booleans())
def test_a_client_with_another_page_size_gets_what_the_server_would_give_or_is_refused(
    server: Server, count: int, recorded_size: int, asked_size: int, opaque: bool
) -> None:
    records = _records(count)
    extra = {"opaque_cursors": True} if opaque and server.setting["paging"] == "cursor" else {}
    replay = _replay(server.recording(records, _size(server, recorded_size)), {**server.setting, **extra})
    query: dict[str, str] | None = _size(server, asked_size)
    while query is not None:
        reply = replay.reply(request(query))
        if reply.source == "refused":
            assert reply.refusal is not None
            assert reply.refusal.collection
            return
        answer, truth = _shown(reply.answer), server.serve(records, _true(query))
        if extra:
            _same_but_cursor(answer[2], _shown(truth)[2])
        else:
            assert answer == _shown(truth)
        query = server.following(query, reply.answer, server.count(truth))


@pytest.mark.parametrize("server", SERVERS, ids=lambda server: server.name)
def test_a_recording_in_one_page_size_leaves_open_what_the_server_makes_of_another(server: Server) -> None:
    """A script's paging alone is no reason to make pages: its server may be one that takes no notice of the size."""
    records, recorded, asked = _records(10), _size(server, 4), _size(server, 2)
    deaf = replace(server, answer=lambda all_of_it, query: server.answer(all_of_it, {**query, **recorded}))
    recording = server.recording(records, recorded)
    assert deaf.recording(records, recorded) == recording
    assert deaf.serve(records, asked) != server.serve(records, asked)
    assert _replay(recording).reply(request(asked)).source == "refused"


def _true(query: dict[str, str]) -> dict[str, str]:
    """The query with the server's own cursor in place of the one that stands for it."""
    return {name: text.replace("hubshift-", "c") if name == "after" else text for name, text in query.items()}


def _same_but_cursor(made: Any, truth: Any) -> None:
    assert made["items"] == truth["items"]
    assert ("paging" in made) == ("paging" in truth)


@pytest.mark.parametrize(
    ("name", "count", "recorded", "asked", "sources"),
    [
        ("a bare list", 10, 4, 3, "collection collection collection collection"),
        ("a bare list", 10, 4, 7, "collection collection"),
        ("a bare list", 10, 4, 20, "collection"),
        ("a bare list", 10, 4, 21, "refused"),
        ("a bare list", 10, 4, 5, "collection collection refused"),
        ("a bare list", 8, 4, 2, "collection collection collection collection collection"),
        ("a bare list", 3, 4, 2, "refused"),
        ("a bare list", 0, 4, 2, "collection"),
        ("a bare list", 10, 4, None, "collection collection collection"),
        ("offset and total", 10, 4, 3, "collection collection collection collection"),
        ("a flag and the next offset", 10, 4, 3, "collection collection collection collection"),
        ("a flag and the next offset", 10, 4, 5, "collection collection"),
        ("numbered pages with links", 10, 3, 2, "collection collection collection collection collection"),
        ("numbered pages with links", 10, 3, 4, "collection collection collection"),
        ("a cursor", 10, 4, 2, "refused"),
        ("a cursor", 8, 2, 4, "collection collection"),
        ("a cursor", 10, 4, 11, "collection"),
    ],
)
def test_how_far_a_recording_of_whole_pages_goes(
    name: str, count: int, recorded: int, asked: int | None, sources: str
) -> None:
    server, records = BY_NAME[name], _records(count)
    replay = _replay(server.recording(records, _size(server, recorded)), server.setting)
    found: list[str] = []
    query: dict[str, str] | None = _size(server, asked)
    while query is not None:
        reply = replay.reply(request(query))
        found.append(reply.source)
        if reply.source == "refused":
            break
        query = server.following(query, reply.answer, server.count(reply.answer))
    assert " ".join(found) == sources


BARE = BY_NAME["a bare list"].setting
VALUES = {
    "id": {"by": "/id"},
    "-id": {"by": "/id", "descending": True},
    "name": {"by": "/name"},
    "at": {"by": "/at"},
}
SORTED = {**BARE, "sort": {"parameter": "sort", "values": VALUES}}
Page = tuple[dict[str, str], str] | tuple[dict[str, str], str, int]


def _pages(*pages: Page, extra: tuple[Recorded, ...] = ()) -> Recording:
    recorded = [
        Recorded(
            f"entries[{n}]", request(page[0]), Answer(page[2] if len(page) > 2 else 200, (), page[1].encode())
        )
        for n, page in enumerate(pages)
    ]
    return Recording((recorded[0], *extra, *recorded[1:]))


def _page(offset: int, *records: str) -> Page:
    return {"limit": "2", "offset": str(offset)}, f"[{', '.join(records)}]"


WHOLE = _pages(_page(0, '{"id": 2}', '{"id": 10.50}'), _page(2, '{"id": 1}'))
USED = "the recording of this collection cannot be used: "
REASONS = [
    ("its start is missing", BARE, _pages(_page(2, "1", "2"), _page(4, "3")), {"limit": "1"},
     USED + "its first page was not recorded (offset 0)"),
    ("a page is missing", BARE, _pages(_page(0, "1", "2"), _page(4, "3")), {"limit": "1"},
     USED + "the records from 2 on do not follow one another (entries[1])"),
    ("its end is missing", BARE, _pages(_page(0, "1", "2"), _page(2, "3", "4")), {"limit": "1"},
     USED + "no recorded page shows that it is the last"),
    ("two answers to the same question", BARE, _pages(_page(0, "1"), _page(0, "2")), {"limit": "1"},
     USED + "entries[0] and entries[1] ask the same and have other answers"),
    ("an error among its pages", BARE, _pages(_page(0, "1", "2"), ({"limit": "2", "offset": "2"}, "[]", 500)),
     {"limit": "1"}, USED + "entries[1] was answered with status 500"),
    ("no list", BARE, _pages(({"limit": "2"}, "{}")), {"limit": "1"}, USED + "entries[0] has no list at the top"),
    ("no JSON", BARE, _pages(({"limit": "2"}, "[1")), {"limit": "1"},
     USED + "the answer of entries[0] is no JSON that can be put together anew"),
    ("a short page in between", BARE, _pages(_page(0, "1"), _page(1, "2", "3"), _page(3)), {"limit": "1"},
     USED + "entries[0] is a short page, and another follows"),
    ("several sizes", BARE, _pages(_page(0, "1", "2"), ({"limit": "5", "offset": "2"}, "[3]")), {"limit": "1"},
     USED + "its pages were recorded in several sizes"),
    ("a write between its pages", BARE,
     _pages(_page(0, "1", "2"), _page(2, "3"), extra=(Recorded("w", Request("PUT", f"{URL}/7"), Answer(200)),)),
     {"limit": "1"}, USED + f"entry 1 writes to {URL}/7 between its pages"),
    ("more than the server gives", BARE, WHOLE, {"limit": "21"},
     "whether the server gives 21 records at a time is not declared (size: most)"),
    ("no records at all", BARE, WHOLE, {"limit": "0"},
     "how many records a page has that asks for no number of them is not known"),
    ("a size that is no number", BARE, WHOLE, {"limit": "2.0"}, "the value of limit is no number"),
    ("behind the end", BARE, WHOLE, {"limit": "1", "offset": "3"},
     "what the server says behind the last record was not recorded"),
    ("another filter", BARE, WHOLE, {"limit": "1", "q": "x"},
     "nothing of it was recorded with these other parameters"),
    ("an order that is not declared", SORTED, WHOLE, {"limit": "2", "sort": "x"},
     "what the order 'x' means is not declared"),
    ("sorting by what is not there", SORTED, WHOLE, {"limit": "2", "sort": "name"}, "a record has no /name to sort by"),
    ("sorting texts", SORTED, _pages(_page(0, '{"name": "a"}')), {"limit": "1", "sort": "name"},
     "/name is a text; how the server sorts texts is not known"),
    ("sorting equals", SORTED, _pages(_page(0, '{"id": 1.0}', '{"id": 1}'), _page(2)), {"limit": "1", "sort": "id"},
     "two records have the same /id; which of them comes first is not known"),
    ("sorting numbers and texts", SORTED, _pages(_page(0, '{"id": 1}', '{"id": "1"}'), _page(2)),
     {"limit": "1", "sort": "id"}, "/id is not of one type in all records"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("setting", "recording", "asked", "reason"), [row[1:] for row in REASONS], ids=[row[0] for row in REASONS]
)
def test_what_is_not_certain_is_refused_with_the_reason(
    setting: dict[str, Any], recording: Recording, asked: dict[str, str], reason: str
) -> None:
    reply = _replay(recording, setting).reply(request(asked))
    assert reply.refusal is not None
    assert (reply.source, reply.refusal.collection) == ("refused", reason)
    assert json.loads(reply.answer.body)["collection"] == reason


ORDERS = [
    ({"limit": "2", "sort": "id"}, '[{"id": 1}, {"id": 2}]'),
    ({"limit": "2", "offset": "2", "sort": "id"}, '[{"id": 10.50}]'),
    ({"limit": "1", "sort": "-id"}, '[{"id": 10.50}]'),
    ({"limit": "1"}, '[{"id": 2}]'),
]


@pytest.mark.parametrize(("asked", "body"), ORDERS)
def test_another_order_is_answered_from_the_recorded_records_as_they_were_written(
    asked: dict[str, str], body: str
) -> None:
    reply = _replay(WHOLE, SORTED).reply(request(asked))
    assert (reply.source, reply.answer.body.decode()) == ("collection", body)


def test_times_of_one_form_are_sorted() -> None:
    times = [f'{{"at": "2024-0{n}-01T00:00:00Z"}}' for n in (3, 1)]
    reply = _replay(_pages(_page(0, *times), _page(2)), SORTED).reply(request({"limit": "2", "sort": "at"}))
    assert reply.answer.body.decode() == f"[{times[1]}, {times[0]}]"


def test_a_made_page_that_is_asked_for_again_is_repeated_and_its_pages_count_as_used() -> None:
    replay = _replay(WHOLE, BARE)
    assert [replay.reply(request({"limit": "1"})).source for _ in range(2)] == ["collection", "repeated"]
    assert [one.place for one in replay.unused()] == ["entries[1]"]
    replay.reply(request({"limit": "1", "offset": "2"}))
    assert replay.unused() == ()


def test_what_a_field_holds_is_refused_where_the_pages_leave_it_open_and_taken_where_declared() -> None:
    pages = [({"limit": "2", "offset": str(n)}, f'{{"n": 2, "items": [{n}, {n + 1}]}}') for n in (0, 2)]
    recording = _pages(*pages, ({"limit": "2", "offset": "4"}, '{"n": 2, "items": []}'))
    items = {**BARE, "items": "/items"}
    reply = _replay(recording, items).reply(request({"limit": "1"}))
    assert reply.refusal is not None
    assert reply.refusal.collection == "/n may be constant or size or pages; say which under `envelope`"
    for rule, held in (("constant", 2), ("size", 1)):
        reply = _replay(recording, {**items, "envelope": {"/n": rule}}).reply(request({"limit": "1"}))
        assert json.loads(reply.answer.body) == {"n": held, "items": [0]}
    reply = _replay(recording, {**items, "envelope": {"/n": "total"}}).reply(request({"limit": "1"}))
    assert reply.refusal is not None
    assert reply.refusal.collection == "/n is declared as total, and is not on the recorded pages"


def test_times_of_several_zones_are_in_no_order_that_is_known() -> None:
    records = ['{"at": "2026-03-04T10:00:00+02:00"}', '{"at": "2026-03-04T09:00:00+00:00"}']
    with pytest.raises(Uncertain, match="several zones"):
        in_order(records, Order(by="/at"))


def test_a_cursor_that_was_made_for_one_list_is_none_of_another() -> None:
    exchanges: list[Recorded] = []
    for name in "ab":
        for ids, cursor, after in (((1, 2), "", "n1"), ((3, 4), "n1", "n2"), ((5,), "n2", None)):
            url = f"https://a.example/c?f={name}&limit=2" + (f"&cursor={cursor}" if cursor else "")
            body = json.dumps({"results": [{"id": one} for one in ids], "next": after}).encode()
            exchanges.append(
                Recorded(f"entries[{len(exchanges)}]", Request("GET", url), Answer(200, (), body))
            )
    declared = {
        "url": "https://a.example/c", "items": "/results", "paging": "cursor", "parameter": "cursor",
        "next": "/next", "opaque_cursors": True, "size": {"parameter": "limit", "most": 10},
    }  # fmt: skip
    declaration = ReplaySettings.model_validate({"collections": [declared]})
    replay = Replay(Recording(tuple(exchanges)), Classification(), Redactor({}), declaration)
    asked = ["f=a&limit=3", "f=b&limit=3&cursor=hubshift-3", "f=a&limit=3&cursor=hubshift-3"]
    found = [replay.reply(Request("GET", f"https://a.example/c?{query}")).source for query in asked]
    assert found == ["collection", "refused", "collection"]
