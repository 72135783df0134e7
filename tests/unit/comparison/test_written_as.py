"""What holds one value and is written as two: bodies, headers, answers to requests that came in."""

from __future__ import annotations

import gzip
from base64 import b64encode

import pytest

from migrate.shadow.answers import Answered, compare_answers
from migrate.shadow.comparison import compare
from migrate.shadow.messages import Answer, Exchange, Headers, Request
from migrate.shadow.read_differences import compare_reads
from migrate.shadow.redaction import Redactor
from migrate.shadow.writes import Write

JSON = (("Content-Type", "application/json"),)
TEXT = (("Content-Type", "text/plain"),)
FORM = (("Content-Type", "application/x-www-form-urlencoded"),)
XML = (("Content-Type", "application/xml"),)
URL = "https://a.example/x"


def _write(body: bytes, headers: Headers = JSON, url: str = URL) -> Write:
    return Write.of(Exchange(0, Request("POST", url, headers, body), Answer(200), "exact"))


def _answer(body: bytes, headers: Headers = JSON) -> Answered:
    return Answered.of(Exchange(0, Request("POST", URL), Answer(200, headers, body), "exact"))


ONE_VALUE = [
    (b"", b"null"),
    (b'"abc"', b"abc"),
    (b'{"a": 1}', b'\xef\xbb\xbf{"a": 1}'),
    (b'{"a":1,"a":2}', rb'"{\"a\":1,\"a\":2}"'),
    (b"\xff\xfe", b"data:application/json;base64,//4="),
]


@pytest.mark.parametrize(("one", "other"), ONE_VALUE)
def test_one_value_that_is_written_otherwise_differs(one: bytes, other: bytes) -> None:
    found = compare([_write(one)], [_write(other)])
    assert [difference.path for difference in found.differences] == ["body.written"]
    assert len(compare_reads([_write(one)], [_write(other)])) == 2
    assert compare([_write(one)], [_write(one)]).classes == {"equal": 1}


@pytest.mark.parametrize(("one", "other"), ONE_VALUE)
def test_an_answer_of_one_value_that_is_written_otherwise_differs(one: bytes, other: bytes) -> None:
    found = compare_answers([_answer(one)], [_answer(other)])
    assert [difference.path for difference in found] == ["body.written"]
    assert compare_answers([_answer(one)], [_answer(one)]) == ()


def of(charset: str) -> Headers:
    return (("Content-Type", f"text/csv; charset={charset}"),)


BYTES_DIFFER = [
    # JSON: each of these is another value.
    *[(JSON, one, other) for one, other in [
        (b"[1]", b"[1.0]"), (b"[1]", b"[true]"), (b"[1]", b'["1"]'), (b"[0.0]", b"[-0.0]"), (b"[0]", b"[-0]"),
        (b"[100]", b"[1e2]"), (b"[9007199254740993]", b"[9007199254740992]"), (b"[NaN]", b"[null]"),
        (b"[NaN]", b'["NaN"]'), (b"[1e400]", b"[1e401]"), (b"[1e999]", b"[Infinity]"), (b'{"a":1,"a":2}', b'{"a":2}'),
        ('["é"]'.encode(), '["e\u0301"]'.encode()), (b'["\\ud83d"]', b'["\\ude00"]'), (b'["a\\r\\n"]', b'["a\\n"]'),
        (b"[]", b"{}"), (b"[null]", b"[]"), (b'{"a":null}', b"{}"), (b"0.1", b"0.10000000000000001"),
    ]],
    # Text: each byte counts.
    (TEXT, b'{"a":1}', b'{"a": 1}'), (TEXT, b"[1,2]\n", b"[1,2]"), (TEXT, b"a\r\nb", b"a\nb"), (TEXT, b"a\n", b"a"),
    (TEXT, b'{"a":1,"b":2}', b'{"b":2,"a":1}'), (TEXT, b'"\\u00e9"', '"é"'.encode()), (TEXT, b"0.1", b"0.10"),
    (TEXT, b"a", b"\xef\xbb\xbfa"), (of("utf-8-sig"), b"a", b"\xef\xbb\xbfa"), (of("utf-7"), b"a", b"+AGE-"),
    (of("utf-16"), "a".encode("utf-16-le"), "a".encode("utf-16")), (of("latin-1"), b"\xe4", "ä".encode()),
    (of("unicode_escape"), b"a", b"\\x61"), (of("no-such"), b"\xe4", b"\xe5"),
    # Forms, XML, bytes.
    (FORM, b"a=1&b=2", b"b=2&a=1"), (FORM, b"a=x+y", b"a=x%20y"), (FORM, b"a=%2f", b"a=%2F"), (FORM, b"a=", b"a"),
    (FORM, b"a=", b""), (FORM, b"a=1", b"a=1&"), (FORM, b"a=1&a=2", b"a=2&a=1"),
    (XML, b"<a b='1'/>", b'<a b="1"/>'), (XML, b"<a></a>", b"<a/>"), (XML, b"<a> </a>", b"<a></a>"),
    ((("Content-Type", "application/octet-stream"),), b"\xff\x00", b"\xff\x01"),
]  # fmt: skip


@pytest.mark.parametrize(("headers", "one", "other"), BYTES_DIFFER)
def test_another_body_differs(headers: Headers, one: bytes, other: bytes) -> None:
    for left, right in ((one, other), (other, one)):
        assert compare([_write(left, headers)], [_write(right, headers)]).differences
        assert compare_answers([_answer(left, headers)], [_answer(right, headers)])
        assert compare_reads([_write(left, headers)], [_write(right, headers)])


BOUNDARY = (("Content-Type", "multipart/form-data; boundary=X"),)


def multipart(*parts: str) -> bytes:
    return "".join(f"--X\r\n{part}\r\n" for part in parts).encode() + b"--X--\r\n"


NAME = 'Content-Disposition: form-data; name="a"\r\n\r\n1'
FILE = 'Content-Disposition: form-data; name="f"; filename="a.csv"\r\nContent-Type: text/csv\r\n\r\nx'


@pytest.mark.parametrize(
    "other",
    [
        multipart(FILE, NAME),
        multipart(NAME, FILE.replace("a.csv", "b.csv")),
        multipart(NAME, FILE.replace('; filename="a.csv"', "")),
        multipart(NAME, FILE.replace("text/csv", "text/csv; charset=utf-8")),
        multipart(NAME, FILE.replace("\r\nContent-Type: text/csv", "")),
        multipart(NAME, FILE + "\r\n"),
        multipart(NAME),
        multipart(NAME, FILE, FILE),
    ],
)
def test_another_part_of_a_multipart_body_differs(other: bytes) -> None:
    assert compare([_write(multipart(NAME, FILE), BOUNDARY)], [_write(other, BOUNDARY)]).differences


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((("x-tag", "a"), ("x-tag", "b")), (("x-tag", "a, b"),)),
        ((("x-tag", "a"), ("x-tag", "b")), (("x-tag", "b"), ("x-tag", "a"))),
        ((("x-tag", "a"), ("x-tag", "a")), (("x-tag", "a"),)),
        ((("cookie", "a=1; b=2"),), (("cookie", "b=2; a=1"),)),
        ((("cookie", "a=1"), ("cookie", "b=2")), (("cookie", "a=1; b=2"),)),
        ((("x-tag", ""),), ()),
        ((("x-tag", "\xe9"),), (("x-tag", "\xc3\xa9"),)),
        ((("content-encoding", "gzip"),), ()),
        ((("date", "Sun, 22 Nov 2026 16:10:39 GMT"),), ()),
        ((("if-none-match", '"a"'),), (("if-none-match", '"A"'),)),
    ],
)
def test_another_header_differs(one: Headers, other: Headers) -> None:
    def sent(headers: Headers) -> Write:
        body = gzip.compress(b"[1]", mtime=0) if ("content-encoding", "gzip") in headers else b"[1]"
        return _write(body, (*JSON, *headers))

    for left, right in ((one, other), (other, one)):
        assert compare([sent(left)], [sent(right)]).differences
        if "content-encoding" not in dict(one) and "date" not in dict(one):
            assert compare_answers([_answer(b"", left)], [_answer(b"", right)])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("?a=", "?a"), ("?a=", ""), ("?", ""), ("?a=x+y", "?a=x%20y"), ("?a=%2f", "?a=%2F"), ("?a=1&a=2", "?a=2&a=1"),
        ("?a=1&b=2", "?b=2&a=1"), ("?a=1&", "?a=1"), ("/", ""), ("/%2F", "//"), ("/a;b", "/a"), ("?a=%E4", "?a=%C3%A4"),
    ],
)  # fmt: skip
def test_another_url_differs(one: str, other: str) -> None:
    for left, right in ((one, other), (other, one)):
        assert compare([_write(b"[1]", url=URL + left)], [_write(b"[1]", url=URL + right)]).differences


def test_a_body_that_is_packed_otherwise_is_the_same() -> None:
    packed = (*JSON, ("content-encoding", "gzip"))
    bodies = [gzip.compress(b'{"a": 1}', level, mtime=level) for level in (1, 9)]
    assert compare([_write(bodies[0], packed)], [_write(bodies[1], packed)]).differences == ()


@pytest.mark.parametrize(
    ("name", "default", "own"),
    [
        ("server", "BaseHTTP/0.6 Python/3.11.7", "acme/1"),
        ("x-powered-by", "Express", "acme"),
        ("etag", 'W/"2-vyGp6PvFo4RvsFtPoIWeCReyIC8"', '"v1"'),
    ],
)
def test_a_header_that_a_script_sets_in_place_of_the_servers_is_compared(
    name: str, default: str, own: str
) -> None:
    answers = {text: _answer(b"", ((name, text),) if text else ()) for text in ("", default, own)}
    assert compare_answers([answers[default]], [answers[""]]) == ()
    for other in ("", default):
        (found,) = compare_answers([answers[own]], [answers[other]])
        assert found.path == f"headers.{name}"


def test_a_login_that_nobody_encoded_is_not_one_that_is() -> None:
    redactor = Redactor({"PASS": "s3cretpass99"})

    def sent(pair: str) -> Write:
        request = Request("POST", URL, (("Authorization", f"Basic {pair}"),))
        return Write.of(Exchange(0, redactor.request(redactor.marked(request)), Answer(200), "exact"))

    texts = [
        "bob:s3cretpass99",
        "bob:{{PASS}}",
        "s3cretpass99",
        "bob:\xff s3cretpass99",
        "bob:\ufffd s3cretpass99",
    ]
    pairs = [*texts[:3], *(b64encode(text.encode("latin-1", "xmlcharrefreplace")).decode() for text in texts)]
    writes = [sent(pair) for pair in (*pairs, " " + pairs[3])]
    for number, left in enumerate(writes):
        for right in writes[number + 1 :]:
            assert compare([left], [right]).differences, (left.headers, right.headers)
    shown = [dict(write.headers)["authorization"] for write in writes]
    assert not any("s3cret" in text for text in shown)
    assert (shown[0], shown[3]) == ("Basic bob:{{PASS|plain}}", "Basic bob:{{PASS}}")
    again = redactor.headers(tuple(("authorization", text) for text in shown))
    assert [text for _, text in again] == shown
