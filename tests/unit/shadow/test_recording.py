"""HAR files from any tool are read, wrong ones are refused with the place."""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path

import pytest

from migrate.shadow.messages import Answer, Request
from migrate.shadow.recording import LeftOut, Recorded, Recording, RecordingError, read_har


def _entry(**changes: object) -> dict[str, object]:
    request = {"method": "GET", "url": "https://API.example.com:443/items?b=2&a=1#top", "headers": []}
    response = {"status": 200, "headers": [], "content": {"size": 2, "mimeType": "text/plain", "text": "ok"}}
    entry: dict[str, object] = {"request": request, "response": response}
    for path, value in changes.items():
        holder = entry
        *parents, last = path.split("__")
        for parent in parents:
            child = holder[parent]
            assert isinstance(child, dict)
            holder = child
        if value is None:
            del holder[last]
        else:
            holder[last] = value
    return entry


def _read(folder: Path, *entries: object) -> Recording:
    path = folder / "traffic.har"
    path.write_text(json.dumps({"log": {"version": "1.2", "entries": list(entries)}}), encoding="utf-8-sig")
    return read_har(path)


def test_entries_are_read_in_order_with_bodies_as_sent(tmp_path: Path) -> None:
    posted = _entry(
        request__method="POST",
        request__headers=[
            {"name": ":method", "value": "POST"},
            {"name": "Content-Type", "value": "application/json"},
        ],
        request__postData={"mimeType": "application/json", "text": '{"id": 123456789012345678901234567890}'},
        response__status=201,
        response__headers=[{"name": "Set-Cookie", "value": "a=1\nb=2"}],
    )
    assert _read(tmp_path, _entry(), posted) == Recording(
        (
            Recorded(
                "entries[0]",
                Request("GET", "https://api.example.com/items?b=2&a=1"),
                Answer(200, (("content-type", "text/plain"),), b"ok"),
            ),
            Recorded(
                "entries[1]",
                Request(
                    "POST",
                    "https://api.example.com/items?b=2&a=1",
                    (("Content-Type", "application/json"),),
                    b'{"id": 123456789012345678901234567890}',
                ),
                Answer(
                    201, (("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("content-type", "text/plain")), b"ok"
                ),
            ),
        )
    )


@pytest.mark.parametrize(
    ("content", "body"),
    [
        (
            {"mimeType": "image/png", "encoding": "base64", "text": b64encode(b"\x89PNG\0").decode()},
            b"\x89PNG\0",
        ),
        ({"mimeType": "text/plain; charset=iso-8859-1", "text": "é"}, b"\xe9"),
        ({"mimeType": "text/plain", "text": "é"}, b"\xc3\xa9"),
        ({"mimeType": "", "size": 0}, b""),
    ],
)
def test_answers_are_the_bytes_that_were_sent(tmp_path: Path, content: object, body: bytes) -> None:
    recording = _read(tmp_path, _entry(response__content=content))
    assert [recorded.answer.body for recorded in recording.exchanges] == [body]


def test_form_parameters_become_a_body(tmp_path: Path) -> None:
    params = [{"name": "user", "value": "a b"}, {"name": "x"}]
    posted = {"mimeType": "application/x-www-form-urlencoded", "params": params}
    recording = _read(tmp_path, _entry(request__method="POST", request__postData=posted))
    assert recording.exchanges[0].request.body == b"user=a+b&x="


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (_entry(response=None), "no response was recorded"),
        (_entry(response__status=0), "no response was recorded (status 0)"),
        (_entry(request__url="data:text/plain,x"), "not an http or https request (data)"),
        (_entry(request__url="wss://a.example/x"), "not an http or https request (wss)"),
        (_entry(request__method="CONNECT"), "not an http or https request (CONNECT)"),
        (_entry(response__content={"size": 7}), "the answer's body was not recorded (7 bytes)"),
        (_entry(request__bodySize=9), "the request's body was not recorded (9 bytes)"),
        (
            _entry(request__postData={"mimeType": "multipart/form-data", "params": [{"name": "a"}]}),
            "the request's body was recorded as parts, not as sent",
        ),
    ],
)
def test_entries_that_cannot_be_replayed_are_reported(tmp_path: Path, entry: object, reason: str) -> None:
    recording = _read(tmp_path, _entry(), entry)
    assert recording.left_out == (LeftOut("entries[1]", reason),)
    assert len(recording.exchanges) == 1


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        (17, "entries[1]: not an object"),
        (_entry(request=None), "entries[1]: request is missing"),
        (_entry(request__url=5), "entries[1].request.url: not a string"),
        (_entry(request__url="http://[::1/"), "entries[1].request.url: not a valid URL"),
        (_entry(request__url="http://a:99999/"), "entries[1].request.url: not a valid URL"),
        (_entry(request__method="G T"), "entries[1].request.method: not an HTTP method"),
        (_entry(response__status="200"), "entries[1].response.status: not an integer"),
        (_entry(response__status=True), "entries[1].response.status: not an integer"),
        (_entry(response__status=-1), "entries[1].response.status: not a final HTTP status"),
        (_entry(response__headers={}), "entries[1].response.headers: not a list"),
        (
            _entry(response__headers=[{"name": "a b", "value": ""}]),
            "entries[1].response.headers[0].name: not a header name",
        ),
        (
            _entry(response__headers=[{"name": "a", "value": "x\ry"}]),
            "entries[1].response.headers[0].value: holds a control character",
        ),
        (
            _entry(response__content={"text": "?", "encoding": "base64"}),
            "entries[1].response.content.text: not base64",
        ),
        (
            _entry(response__content={"text": "x", "encoding": "rot13"}),
            "entries[1].response.content.encoding: only base64 is known",
        ),
        (
            _entry(response__content={"text": "\ud800"}),
            "entries[1].response.content.text: holds half a surrogate pair",
        ),
    ],
)
def test_wrong_entries_are_refused_with_their_place(tmp_path: Path, entry: object, problem: str) -> None:
    with pytest.raises(RecordingError) as error:
        _read(tmp_path, _entry(), entry)
    assert str(error.value) == f"{tmp_path / 'traffic.har'}: {problem}"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b'{"log":\n {"entries": [', ":2:15: not JSON: Expecting value; the file is cut off: save it again"),
        (b" \n", ": the file is empty"),
        (b"[" * 100_000, ": nested too deeply"),
        (b'{"log":\n"\xff"}', ":2: not UTF-8 text (byte 9)"),
        (b'{"log": ' + b"1" * 5000 + b"}", ": holds a number of too many digits"),
        (b"[]", ": top level: not an object"),
        (b"{}", ": top level: log is missing"),
        (b'{"log": {"entries": {}}}', ": entries: not a list"),
    ],
)
def test_files_that_are_no_har_are_refused(tmp_path: Path, content: bytes, problem: str) -> None:
    path = tmp_path / "traffic.har"
    path.write_bytes(content)
    with pytest.raises(RecordingError) as error:
        read_har(path)
    assert str(error.value) == f"{path}{problem}"


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="cannot be read: No such file"):
        read_har(tmp_path / "none.har")


def test_ports_are_those_that_the_endpoint_does_not_serve_anyway(tmp_path: Path) -> None:
    urls = ("http://a/", "https://a/", "http://a:8081/", "https://a:80/", "http://b:8081/", "http://b:81/")
    assert _read(tmp_path, *(_entry(request__url=url) for url in urls)).ports == (81, 8081)


OK = Answer(200, (("content-type", "text/plain"),), b"ok")
VARIANTS: list[tuple[str, dict[str, object], Request | None, Answer | None]] = [
    ("Chrome: from its cache", {"_fromCache": "disk", "serverIPAddress": "", "cache": {}}, None, None),
    ("Chrome: HTTP/2", {"request__httpVersion": "http/2.0",
     "request__headers": [{"name": ":authority", "value": "x"}, {"name": "accept", "value": "*/*"}]},
     Request("GET", "https://api.example.com/items?b=2&a=1", (("accept", "*/*"),)), None),
    ("Firefox: a header without value", {"request__headers": [{"name": "X-Empty"}, {"name": "X-Null", "value": None}]},
     Request("GET", "https://api.example.com/items?b=2&a=1", (("X-Empty", ""), ("X-Null", ""))), None),
    ("headers as pairs", {"request__headers": [["Accept", "*/*"]]},
     Request("GET", "https://api.example.com/items?b=2&a=1", (("Accept", "*/*"),)), None),
    ("Chrome: a redirect", {"response__status": 302, "response__redirectURL": "/there",
     "response__headers": [{"name": "Location", "value": "/there"}],
     "response__content": {"size": 0, "mimeType": "x-unknown"}},
     None, Answer(302, (("Location", "/there"),))),
    ("mitmproxy: compressed", {"response__headers": [{"name": "content-encoding", "value": "gzip"}],
     "response__content": {"size": 22, "compression": -20, "mimeType": "", "text": "ok"}},
     None, Answer(200, (("content-encoding", "gzip"),), b"ok")),
    ("mitmproxy: a body that is no UTF-8", {"request__method": "POST",
     "request__postData": {"mimeType": "", "text": "a\udcffb", "params": []}},
     Request("POST", "https://api.example.com/items?b=2&a=1", (), b"a\xffb"), None),
    ("Charles: base64 in lines", {"response__content":
     {"mimeType": "text/plain", "encoding": "base64", "text": "b\r\n2s="}}, None, OK),
    ("Insomnia: encoding utf8", {"response__content__encoding": "utf8"}, None, None),
    ("Chrome: multipart as sent", {"request__method": "POST", "request__postData":
     {"mimeType": "multipart/form-data; boundary=x", "text": "--x\r\n", "params": [{"name": "a"}]}},
     Request("POST", "https://api.example.com/items?b=2&a=1", (), b"--x\r\n"), None),
    ("U+FFFD that was sent", {"response__content": {"size": 3, "mimeType": "text/plain", "text": "\ufffd"}},
     None, Answer(200, OK.headers, b"\xef\xbf\xbd")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "request_", "answer"), [row[1:] for row in VARIANTS], ids=[row[0] for row in VARIANTS]
)
def test_what_tools_write_is_read(
    changes: dict[str, object], request_: Request | None, answer: Answer | None, tmp_path: Path
) -> None:
    entry = _entry(**{name: value for name, value in changes.items() if value is not None})
    recording = _read(tmp_path, entry)
    get = Request("GET", "https://api.example.com/items?b=2&a=1")
    assert recording == Recording((Recorded("entries[0]", request_ or get, answer or OK),))


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (
            _entry(response__status=0, response___error="net::ERR_BLOCKED_BY_CLIENT"),
            "no response was recorded (status 0, net::ERR_BLOCKED_BY_CLIENT)",
        ),
        (_entry(response__status=0, response___error="token=secret"), "no response was recorded (status 0)"),
        (_entry(response__status=101), "a connection of another protocol (status 101)"),
        (_entry(request__url="blob:https://a/1"), "not an http or https request (blob)"),
        (
            _entry(request__url="api.example.com:443", request__method="CONNECT"),
            "not an http or https request (CONNECT)",
        ),
        (
            _entry(request__method="OPTIONS", _resourceType="preflight"),
            "a browser's preflight (CORS), which no script sends",
        ),
        (
            _entry(
                request__method="OPTIONS",
                request__headers=[{"name": "Access-Control-Request-Method", "value": "PUT"}],
            ),
            "a browser's preflight (CORS), which no script sends",
        ),
        (
            _entry(response__content={"size": 4, "text": "\ufffdPNG"}),
            "the answer's body was recorded as text that it is not (U+FFFD)",
        ),
        (
            _entry(response__content={"_file": "none.txt"}),
            "the body lies in a file of its own, which is not there",
        ),
    ],
)
def test_entries_of_tools_that_cannot_be_replayed_are_reported(
    tmp_path: Path, entry: object, reason: str
) -> None:
    recording = _read(tmp_path, entry)
    assert (recording.exchanges, recording.left_out) == ((), (LeftOut("entries[0]", reason),))


TIMES = [
    "2024-05-01T10:00:02Z",
    "2024-05-01T12:00:01+02:00",
    "2024-05-01T10:00:02.000Z",
    "2024-05-01T10:00:00",
]


def test_entries_are_sorted_by_their_beginning_where_all_have_one(tmp_path: Path) -> None:
    entries = [_entry(startedDateTime=time) for time in TIMES]
    recording = _read(tmp_path, *entries)
    assert [one.place for one in recording.exchanges] == [f"entries[{n}]" for n in (3, 1, 0, 2)]
    for odd in ("yesterday", None, 7):
        entries[2] = {**_entry(), "startedDateTime": odd}
        assert [one.place for one in _read(tmp_path, *entries).exchanges] == [
            f"entries[{n}]" for n in range(4)
        ]
