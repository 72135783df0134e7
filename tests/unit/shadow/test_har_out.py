"""What is written as a HAR is read back as it was."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from migrate.shadow.har_out import Entry, entries_of, har
from migrate.shadow.messages import Answer, Headers, Request
from migrate.shadow.recording import LeftOut, Recorded, Recording, read_har

_NAMES = st.text("abcXYZ019-_", min_size=1, max_size=8)
_VALUES = st.text(st.characters(codec="latin-1", exclude_characters="\r\n\x00"), max_size=12)
_TYPES = st.sampled_from(
    ["", "application/json", "text/plain; charset=latin-1", "text/xml; charset=utf-16", "image/png"]
)
_BODIES = st.one_of(
    st.binary(max_size=30), st.text(max_size=20).map(str.encode), st.just(b'{"n": 12345678901234567890}\r\n')
)


@st.composite
def _headers(draw: st.DrawFn) -> Headers:
    others = [
        pair
        for pair in draw(st.lists(st.tuples(_NAMES, _VALUES), max_size=3))
        if pair[0].lower() != "content-type"
    ]
    kind = draw(_TYPES)
    return (*others, ("Content-Type", kind)) if kind else tuple(others)


@st.composite
def _recordings(draw: st.DrawFn) -> Recording:
    made: list[tuple[Request, Answer, bool]] = []
    for _ in range(draw(st.integers(0, 3))):
        path = draw(st.text("abc/%~é", max_size=6)).replace("%", "%2F")
        query = draw(st.sampled_from(["", "?", "?a=1&b", "?q=%20+x"]))
        url = "https://a.example/" + path.replace("é", "%C3%A9") + query
        request = Request(draw(st.sampled_from(["GET", "POST", "PUT"])), url, draw(_headers()), draw(_BODIES))
        status = draw(st.sampled_from([200, 201, 302, 404, 599]))
        made.append((request, Answer(status, draw(_headers()), draw(_BODIES)), draw(st.booleans())))
    made.sort(key=lambda one: one[2])
    exchanges = [Recorded(f"entries[{at}]", one, two) for at, (one, two, _) in enumerate(made)]
    outgoing = len([one for one in made if not one[2]])
    return Recording(tuple(exchanges[:outgoing]), incoming=tuple(exchanges[outgoing:]))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(recording=_recordings())
def test_a_recording_comes_back_as_it_was(recording: Recording, tmp_path: Path) -> None:
    file = tmp_path / "recording.har"
    file.write_bytes(har(entries_of(recording)))
    assert read_har(file) == recording


@pytest.mark.parametrize(
    ("source", "stand_in"),
    [(None, False), ("live", False), ("recorded", False), ("declared", True), ("synthetic", True)],
)
def test_where_an_answer_came_from_is_kept(source: str | None, stand_in: bool, tmp_path: Path) -> None:
    file = tmp_path / "recording.har"
    file.write_bytes(har([Entry(Request("POST", "https://a.example/x"), Answer(200), source=source)]))
    assert [one.stand_in for one in read_har(file).exchanges] == [stand_in]


def test_a_read_that_was_refused_is_left_out_when_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "recording.har"
    file.write_bytes(har([Entry(Request("GET", "https://a.example/x"), Answer(0), source="refused")]))
    assert read_har(file) == Recording(
        left_out=(LeftOut("entries[0]", "no response was recorded (status 0)"),)
    )


def test_an_entry_says_all_that_the_format_asks_for() -> None:
    entry = Entry(
        Request("POST", "https://a.example/x?a=1&b=", (("Content-Type", "text/plain"),), b"caf\xc3\xa9"),
        Answer(301, (("Location", "/y"),), b"\xff"),
        source="live",
    )
    assert json.loads(har([entry], ("made by", "2")))["log"] == {
        "version": "1.2",
        "creator": {"name": "made by", "version": "2"},
        "entries": [
            {
                "_source": "live",
                "startedDateTime": "2026-01-15T10:00:00.000Z",
                "time": 0,
                "request": {
                    "method": "POST",
                    "url": "https://a.example/x?a=1&b=",
                    "httpVersion": "HTTP/1.1",
                    "cookies": [],
                    "headers": [{"name": "Content-Type", "value": "text/plain"}],
                    "queryString": [{"name": "a", "value": "1"}, {"name": "b", "value": ""}],
                    "headersSize": -1,
                    "bodySize": 5,
                    "postData": {"mimeType": "text/plain", "text": "café"},
                },
                "response": {
                    "status": 301,
                    "statusText": "Moved Permanently",
                    "httpVersion": "HTTP/1.1",
                    "cookies": [],
                    "headers": [{"name": "Location", "value": "/y"}],
                    "content": {"size": 1, "mimeType": "", "text": "/w==", "encoding": "base64"},
                    "redirectURL": "/y",
                    "headersSize": -1,
                    "bodySize": 1,
                },
                "cache": {},
                "timings": {"send": 0, "wait": 0, "receive": 0},
            }
        ],
    }
